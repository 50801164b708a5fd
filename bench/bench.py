"""Runs scenarios: makes the data, compares results, then times, prints a table and appends to history/."""
import argparse
import datetime
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import events
import measure
import page
import scenarios
from engine import Place

BENCH = Path(__file__).parent


def arguments():
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("scenario", nargs="?", choices=[*scenarios.ALL, "all"], default="all")
    parser.add_argument("--events", type=int, default=40_000_000)
    parser.add_argument("--customers", type=int, default=2_000_000)
    parser.add_argument("--runs", type=int, help="timed rounds (default 5; 3 for import)")
    parser.add_argument("--engines", type=lambda text: text.split(","), help="only these, e.g. duckdb,peregrine")
    parser.add_argument("--peregrine", default=str(BENCH.parent / "build/release/peregrine"), metavar="PATH")
    parser.add_argument("--cores", type=int, default=2, help="all engines share these cores")
    parser.add_argument("--memory-gb", type=int, default=8, help="limit for engines that take one")
    parser.add_argument("--forms", action="store_true", help="try every form of each engine instead, to find its fastest")
    parser.add_argument("--no-history", action="store_true", help="append nothing to bench/history")
    parser.add_argument("--write-page", action="store_true", help="write docs/internals/benchmarks.md from the history")
    options = parser.parse_args()
    if not 1 <= options.customers <= options.events:
        parser.error(f"--customers: must be from 1 to the number of events (got {options.customers})")
    return options


def place_of(options):
    data = BENCH / "data" / f"{options.events}x{options.customers}"
    if options.scenario == "scale":  # makes files of its own
        data.mkdir(parents=True, exist_ok=True)
    else:
        events.make(data, options.events, options.customers)
    return Place(csv=data / "events.csv", parquet=data / "events.parquet", store=data, cores=options.cores,
                 memory_gb=options.memory_gb, peregrine=options.peregrine)


def commit():
    done = subprocess.run(["git", "-C", str(BENCH), "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    return done.stdout.strip() or None


def main():
    options = arguments()
    if options.write_page and len(sys.argv) == 2:
        return page.write()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that workers end and stores are removed
    cores = sorted(os.sched_getaffinity(0))[: options.cores]
    os.sched_setaffinity(0, cores)  # workers inherit it
    place = place_of(options)
    truth = {"events": options.events} if options.scenario == "scale" else json.loads((place.store / "truth.json").read_text())
    passed = True
    for name in [each for each in scenarios.ALL if each != "scale"] if options.scenario == "all" else [options.scenario]:
        scenario = scenarios.ALL[name]
        engines = [e for e in scenario.engines if not options.engines or e in options.engines]
        if options.forms:
            scenarios.try_forms(name, engines, place, truth, options.runs or 3)
            continue
        line = {
            "scenario": name, "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "commit": commit(), "events": options.events, "customers": options.customers,
            "machine": measure.machine(), "cores": len(cores), "python": sys.version.split()[0]}
        with measure.Elsewhere() as elsewhere:
            line |= scenario.run(name, engines, place, truth, options.runs or scenario.runs)
        line["busy_elsewhere"] = round(elsewhere.share, 3)
        print(page.text_table(line))
        passed &= all(row["state"] == "equal" for row in line["engines"].values())
        if not options.no_history:
            (BENCH / "history").mkdir(exist_ok=True)
            with open(BENCH / "history" / f"{name}.jsonl", "a") as history:
                history.write(json.dumps(line) + "\n")
    if options.write_page:
        page.write()
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
