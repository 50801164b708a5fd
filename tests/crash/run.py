"""Kills imports at random moments: python3 tests/crash/run.py [ROUNDS]

A process that is killed leaves the workspace as it was before the import or as it is after it; `check` finds nothing but
leftovers, the import succeeds when it is repeated, and repeated once more adds nothing. PEREGRINE_SEED takes a run up again.
"""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from support.suite import PEREGRINE, ask, peregrine  # noqa: E402

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 50
ROWS = 40_000


def write_events(file, first_customer, customers, rows, seed):
    """Logins of devices seen before, bad times and events of the same second: all that an import has to do."""
    chance = random.Random(seed)
    lines = ["customer,anonymous_id,time,event,value"]
    for row in range(rows):
        customer = f"c{first_customer + chance.randrange(customers)}"
        device = f"d{chance.randrange(customers)}"
        who = [f"{customer},", f"{customer},{device}", f",{device}"][row % 3]
        time_of = "never" if row % 997 == 0 else f"2026-03-{1 + chance.randrange(28):02} 12:{chance.randrange(60):02}:00"
        lines.append(f"{who},{time_of},{chance.choice(['Product Viewed', 'Order Completed'])},{row % 90}")
    file.write_text("\n".join(lines) + "\n")


def answers(workspace):
    """What the workspace says of itself: any difference between two states shows in it."""
    funnel = ask(workspace, "funnel", {"steps": ["Product Viewed", "Order Completed"]})
    return ask(workspace, "overview")["result"], funnel["result"]


def check(workspace):
    out, _ = peregrine("check", workspace, "--json")
    return json.loads(out)


def start_import(workspace, file):
    return subprocess.Popen([str(PEREGRINE), "import", str(workspace), str(file), "--quiet"], stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE)


def one_round(directory, file, before, after, delay):
    """Returns how long the import took if it ended before it was killed, and whether the new state was found."""
    workspace = directory / "killed"
    shutil.rmtree(workspace, ignore_errors=True)
    shutil.copytree(directory / "base", workspace)
    start = time.time()
    process = start_import(workspace, file)
    took = None
    try:
        process.communicate(timeout=delay)
        took = time.time() - start
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
    killed = process.returncode != 0
    found = check(workspace)
    assert found["sound"], found
    assert all(each["severity"] == "leftover" for each in found["findings"]), found
    state = answers(workspace)
    assert state in (before, after), "a state that is neither old nor new"
    assert killed or state == after, "an import that ended well is not there"
    peregrine("import", workspace, file, "--quiet")
    assert answers(workspace) == after, "the repeated import"
    found = check(workspace)
    assert not found["findings"], found
    peregrine("import", workspace, file, "--quiet")
    assert answers(workspace)[0]["events"] == after[0]["events"], "the same file again added something"
    return took, state == after


def main():
    seed = int(os.environ.get("PEREGRINE_SEED", random.randrange(1 << 32)))
    print(f"PEREGRINE_SEED={seed}")
    chance = random.Random(seed)
    passed = failed = killed = ended_new = 0
    with tempfile.TemporaryDirectory(prefix="peregrine-crash-") as folder:
        directory = pathlib.Path(folder)
        write_events(directory / "base.csv", 0, 500, 5_000, 1)
        write_events(directory / "news.csv", 250, 500, ROWS, 2)
        peregrine("init", directory / "base")
        peregrine("import", directory / "base", directory / "base.csv", "--quiet")
        before = answers(directory / "base")
        shutil.copytree(directory / "base", directory / "whole")
        start = time.time()
        peregrine("import", directory / "whole", directory / "news.csv", "--quiet")
        seconds = time.time() - start
        after = answers(directory / "whole")
        for number in range(ROUNDS):
            delay = chance.uniform(0.6 * seconds * (number % 2), 1.05 * seconds)  # every other while it publishes
            try:
                took, is_new = one_round(directory, directory / "news.csv", before, after, delay)
                killed += took is None
                seconds = seconds if took is None else min(seconds, took)  # so that most rounds kill
                ended_new += is_new
                passed += 1
            except AssertionError as error:
                failed += 1
                print(f"round {number}, killed after {delay:.3f} s of {seconds:.3f} s: {error}")
    print(f"{killed} imports were killed, {ended_new} rounds found the new state")
    if killed < ROUNDS // 4:
        print("too few imports were killed to say anything")
        failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
