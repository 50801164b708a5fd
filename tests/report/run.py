"""The report in a real browser: the figures drawn are the figures computed. python3 tests/report/run.py"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from support.suite import ROOT, SHARED, ask, peregrine, read_report  # noqa: E402


# Names that a page must bear: long ones, from right to left, without spaces, like markup, like words of the page itself,
# and one whose role is guessed.
ODD_NAMES = ["Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft " * 3, "x" * 250, "اكتمل الطلب",
             "הזמנה הושלמה", "商品をカートに追加しました", "<b>Order</b> & \"more\"", "other", "(end)", "all other names", "basket_opened",
             "__proto__", "constructor", "Order Completed"]


def make_small(folder, name, journeys):
    """A workspace with these journeys, each a list of names of events, an hour apart, a journey a day."""
    peregrine("init", folder / name)
    if journeys:
        rows = [f'c{number},2026-03-{1 + number % 28:02}T{hour:02}:00:00Z,"{event.replace(chr(34), chr(34) * 2).strip()}"'
                for number, events in enumerate(journeys) for hour, event in enumerate(events)]
        file = folder / f"{name}.csv"
        file.write_text("\n".join(["customer,time,event", *rows, ""]))
        peregrine("import", folder / name, file, "--quiet")
        peregrine("touchpoints", "suggest", folder / name, "--write")
    return folder / name, ["--over", "week"]


def make_workspaces(folder):
    """The shop and its months, the firm in another framework, events without any role, and what is odd or little."""
    yield make_small(folder, "empty", [])
    yield make_small(folder, "one", [["Page Viewed", "Product Viewed", "Order Completed"]])
    yield make_small(folder, "two_names", [["Order Completed", "Order Refunded"]] * 3 + [["Order Refunded", "Order Completed"]])
    yield make_small(folder, "odd", [[ODD_NAMES[(number + step * (1 + number % 5)) % len(ODD_NAMES)] for step in range(1 + number % 7)]
                                     for number in range(60)])
    peregrine("demo", folder / "shop", "--quiet")
    yield folder / "shop", ["--over", "month"]
    peregrine("demo", folder / "firm", "--scenario", "b2b", "--customers", 3000, "--quiet")
    yield folder / "firm", ["--framework", "buying_journey"]
    if SHARED.exists():
        peregrine("init", folder / "msnbc")
        peregrine("import", folder / "msnbc", SHARED / "msnbc.parquet", "--customer", "visitor", "--time", "time", "--event",
                  "page", "--quiet")
        yield folder / "msnbc", []
    else:
        print("SKIPPED msnbc: the real data are not beside the project")
        yield None, []


def computed(page, workspace):
    """The answers inside the page, with each result asked for again: the page must not have its own truth."""
    data = read_report(page)
    for name, answer in [*data["answers"].items(), *data.get("over", {}).items()]:
        params = {key: value for key, value in answer["params"].items() if value is not None}
        again = ask(workspace, name, params)
        if again["result"] != answer["result"]:
            raise AssertionError(f"{workspace.name}: the report's {name} is not what `run` answers")
    return data


def main():
    passed = failed = skipped = 0
    with tempfile.TemporaryDirectory(prefix="peregrine-test-") as name:
        folder = pathlib.Path(name)
        for workspace, flags in make_workspaces(folder):
            if workspace is None:
                skipped += 1
                continue
            page = folder / f"{workspace.name}.html"
            peregrine("report", workspace, "-o", page, *flags)
            answers = folder / f"{workspace.name}.json"
            answers.write_text(json.dumps(computed(page, workspace)))
            result = subprocess.run(["node", "report/browser_test.mjs", str(page), str(answers)], cwd=ROOT / "web",
                                    capture_output=True, text=True, check=False)
            counts = re.findall(r"^(\d+) passed, (\d+) failed", result.stdout, re.M)
            if not counts or (result.returncode and counts[-1][1] == "0"):
                counts = [("0", "1")]
            print(f"{workspace.name}: {counts[-1][0]} figures and rules held, {counts[-1][1]} did not")
            if counts[-1][1] != "0":
                print(result.stdout[-4000:], result.stderr[-4000:])
            # One page in the browser is one test, however many figures it draws.
            passed += counts[-1][1] == "0"
            failed += counts[-1][1] != "0"
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
