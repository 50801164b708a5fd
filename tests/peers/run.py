"""Equal answers from other engines on the same events, small: python3 tests/peers/run.py"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def main():
    passed = failed = 0
    for scenario in ("funnel", "import"):
        result = subprocess.run(["bench/run", scenario, "--events", "400000", "--customers", "20000", "--runs", "1",
                                 "--no-history"], cwd=ROOT, capture_output=True, text=True, check=False)
        ok = result.returncode == 0
        passed += ok
        failed += not ok
        if not ok:
            print(result.stdout[-4000:], result.stderr[-4000:])
        for line in re.findall(r"^.*(?:equal|differs|absent|failed).*$", result.stdout, re.M):
            print(line)
    # The engines are installed by now.
    result = subprocess.run(["bench/.venv/bin/python", "tests/peers/funnels.py"], cwd=ROOT, capture_output=True, text=True,
                            check=False)
    print(result.stdout[-4000:], result.stderr[-8000:] if result.returncode else "")
    counts = re.findall(r"^(\d+) passed, (\d+) failed", result.stdout, re.M)
    passed += int(counts[-1][0]) if counts else 0
    failed += int(counts[-1][1]) if counts else 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
