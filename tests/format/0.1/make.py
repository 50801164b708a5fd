"""Makes the golden store of format 1: python3 tests/format/0.1/make.py

Run once, by the version that the folder is named for; what it made is committed and never made again. It has what format 1
knows: two imports, a login that moved events, each type of column, equal message ids, rows in quarantine.
"""
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent))

from support.suite import peregrine  # noqa: E402

FIRST = """customer,anonymous_id,time,event,value,message_id,plan,score,trial,renews_at
ann,,2026-01-05 09:00:00,Product Viewed,,m1,pro,7.5,true,2026-02-01 00:00:00
ann,,2026-01-05 09:30:00,Order Completed,19.99,m2,pro,,false,2026-02-01 00:00:00
bob,,2026-01-06 10:00:00,Product Viewed,,m3,free,3,true,
,device-1,2026-01-07 11:00:00,Product Viewed,,m4,,,,
bob,,yesterday,Order Completed,5.00,m5,free,,,
"""
SECOND = """customer,anonymous_id,time,event,value,message_id,plan
cid,device-1,2026-01-08 08:00:00,Order Completed,7.50,m6,free
ann,,2026-01-05 09:30:00,Order Completed,19.99,m2,pro
ann,,2026-01-09 12:00:00,Order Completed,3.00,m2,pro
,,2026-01-09 12:00:00,Product Viewed,,m7,
"""


def main():
    workspace = HERE / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    (HERE / "first.csv").write_text(FIRST)
    (HERE / "second.csv").write_text(SECOND)
    peregrine("init", "workspace", "--name", "golden", cwd=HERE)
    for file in ("first.csv", "second.csv"):
        peregrine("import", "workspace", file, "--timezone", "UTC", "--quiet", cwd=HERE)
        (HERE / file).unlink()


if __name__ == "__main__":
    main()
