"""The scenarios: what is asked of every engine, compared first, and then timed round by round, engines interleaved.

Each `run` returns {"engines": {engine: row}, "baseline": engine, "ratios": {engine: engine ÷ baseline}}. A row has a
`state`: equal (the only one with timings), differs, failed or absent, and `why`.
"""
import statistics
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import Callable

import events
from engine import Absent
from measure import Failed, PeakMemory, Worker, ratio, summary, warm


SIZES = [10_000_000, 50_000_000, 100_000_000, 200_000_000]


def say(text):
    print(text, file=sys.stderr, flush=True)


def agrees(value, expected):
    """Counts must be equal, numbers with a fraction may be 1 % off."""
    if isinstance(expected, dict):
        return isinstance(value, dict) and value.keys() == expected.keys() and all(agrees(value[k], expected[k]) for k in expected)
    if isinstance(expected, list):
        return isinstance(value, list) and len(value) == len(expected) and all(map(agrees, value, expected))
    return abs(value - expected) <= 0.01 * expected if isinstance(expected, float) else value == expected


def shorten(value):
    text = str(value)
    return text if len(text) <= 200 else text[:200] + "…"


def difference(result, truth):
    """What an answer gets wrong, or None. An answer may leave things out (`checked` says what it has)."""
    for key, value in result.items():
        if not agrees(value, truth.get(key)):
            return f"{key}: {shorten(value)} (expected {shorten(truth.get(key))})"
    return None if result else "an empty answer"


def attempt(name, rows, action):
    """Runs `action`; if the engine cannot, its row says why and it takes no further part."""
    try:
        return action()
    except Absent as problem:
        rows[name] |= {"state": "absent", "why": str(problem)}
    except Failed as problem:
        rows[name] |= {"state": "failed", "why": str(problem)}
    except AssertionError as problem:
        rows[name] |= {"state": "differs", "why": str(problem)}
    say(f"{name}: {rows[name]['state'].upper()}: {rows[name]['why']}")


def checked(worker, truth, command="ask"):
    answer, _ = worker.call(command)
    wrong = difference(answer["result"], truth)
    assert wrong is None, wrong
    return answer


def finish(rows, samples, baseline):
    """Medians and spreads into the rows of those that stayed equal; ratios to the baseline, round by round."""
    for name, seconds in samples.items():
        if rows[name]["state"] == "equal":
            rows[name]["seconds"] = summary(seconds)
    there = [name for name in rows if rows[name]["state"] == "equal"]
    ratios = {name: ratio(samples[name], samples[baseline]) for name in there} if baseline in there else {}
    return {"engines": rows, "baseline": baseline, "ratios": ratios}


def ask_warm(scenario, engines, place, truth, runs):
    """Load once, ask once to compare, then time asking: warm, in the engine's own clock."""
    rows = {name: {"state": "equal"} for name in engines}
    samples = {name: [] for name in engines}
    more = {name: [] for name in engines}
    with ExitStack() as stack:
        workers = {}

        def open_and_compare(name):
            worker = stack.enter_context(Worker(scenario, name, place))
            rows[name]["version"], _ = worker.call("version")
            rows[name]["form"] = worker.call("list_forms")[0][0]
            _, rows[name]["load_seconds"] = worker.call("load")
            rows[name]["bytes_per_event"] = worker.bytes_on_disk() / truth["events"]
            rows[name]["checked"] = sorted(checked(worker, truth)["result"])
            workers[name] = worker

        def ask(name):
            answer = checked(workers[name], truth)
            samples[name].append(answer["seconds"])
            more[name].append(answer["more"])

        warm(place.csv)
        warm(place.parquet)
        for name in engines:
            attempt(name, rows, lambda: open_and_compare(name))
        for turn in range(runs):
            taking_part = [name for name in engines if rows[name]["state"] == "equal"]
            for name in taking_part[turn % len(taking_part):] + taking_part[:turn % len(taking_part)] if taking_part else []:
                attempt(name, rows, lambda: ask(name))
    for name in engines:
        row = rows[name]
        if row["state"] != "equal":
            continue
        cold = [m["cold"] for m in more[name] if "cold" in m]
        if cold:
            row["cold_process"] = summary(cold)
            row["runs_inside"] = [m["runs_inside"] for m in more[name]]
        # An event cannot be judged without reading about 3 bytes of it, and two cores do not read 60 GB a second.
        if truth["events"] * 3 / statistics.median(samples[name]) > 60e9:
            row["suspect"] = "faster than memory could deliver the events: is the answer cached?"
            say(f"{name}: SUSPECT: {row['suspect']}")
    return finish(rows, samples, "peregrine")


def import_file(scenario, engines, place, truth, runs):
    """Import into a new store each round; time, memory and bytes count only if what was imported is right."""
    rows = {name: {"state": "equal"} for name in engines}
    samples = {name: [] for name in engines}
    peaks = {name: [] for name in engines}

    def import_once(name):
        with Worker(scenario, name, place) as worker:
            rows[name]["version"], _ = worker.call("version")
            rows[name]["form"] = worker.call("list_forms")[0][0]
            with PeakMemory(worker.process.pid) as peak:
                _, seconds = worker.call("load")
            rows[name].setdefault("cpu_seconds", []).append(worker.cpu)
            rows[name]["bytes_per_event"] = worker.bytes_on_disk() / truth["events"]
            rows[name]["checked"] = sorted(checked(worker, truth)["result"])
            samples[name].append(seconds)
            peaks[name].append((peak.resident, peak.own))
            say(f"{name}: {seconds:.2f} s, {peak.resident / 1e9:.2f} GB, equal")

    for turn in range(runs):
        warm(place.csv)
        order = engines[turn % len(engines):] + engines[:turn % len(engines)]
        for name in order:
            if rows[name]["state"] == "equal":
                attempt(name, rows, lambda: import_once(name))
    for name in engines:
        if rows[name]["state"] == "equal":
            rows[name]["peak_bytes"] = max(p[0] for p in peaks[name])
            rows[name]["peak_own_bytes"] = max(p[1] for p in peaks[name])
    return finish(rows, samples, "duckdb")


def import_jsonl(scenario, engines, place, truth, runs):
    """The same as lines of JSON."""
    return import_file(scenario, engines, replace(place, csv=events.jsonl_of(place.csv)), truth, runs)


def one_scan(scenario, engines, place, truth, runs):
    """Several analyses in one scan against the sum of each alone; the same results first."""
    rows = {"one scan": {"state": "equal"}, "each alone": {"state": "equal"}}
    samples = {name: [] for name in rows}

    def all_rounds():
        with Worker(scenario, "peregrine", place) as worker:
            rows["one scan"]["version"] = rows["each alone"]["version"] = worker.call("version")[0]
            worker.call("load")
            for turn in range(-1, runs):  # round -1 compares
                together, alone = worker.call("ask")[0], worker.call("ask_alone")[0]
                assert together["result"] == alone["result"], "results of the shared scan are not those of each alone"
                reached = [step["journeys"] for step in together["result"]["funnel"]["result"]["steps"]]
                assert reached == truth["funnel"], f"funnel: {reached} (expected {truth['funnel']})"
                if turn >= 0:
                    samples["one scan"].append(together["seconds"])
                    samples["each alone"].append(alone["seconds"])
                    rows["each alone"]["each"] = alone["more"]["each"]

    if "peregrine" in engines:
        attempt("one scan", rows, all_rounds)
    else:
        rows["one scan"] |= {"state": "absent", "why": "not among --engines"}
    if rows["one scan"]["state"] != "equal":
        rows["each alone"] = rows["one scan"]
    return finish(rows, samples, "one scan")


def scale(scenario, engines, place, truth, runs):
    """More and more events: time and memory of importing them and of asking, each question in a new process.

    The time is CPU seconds of all threads: what other work on the machine changes least.
    """
    sizes = [size for size in SIZES if size <= truth["events"]]
    files, truths = events.make_shards(place.store.parent / "shards", sizes[-1])
    rows = {f"{size // 1_000_000} M": {"state": "equal", "events": size} for size in sizes}

    def grow(row):
        shards = row["events"] // events.SHARD
        whole = {"events": row["events"], "funnel": [sum(step) for step in zip(*(t["funnel"] for t in truths[:shards]))]}
        for file in files[:shards]:
            warm(file)
        with Worker(scenario, "peregrine", replace(place, csv=files[:shards])) as worker:
            row["version"] = worker.call("version")[0]
            with PeakMemory(worker.process.pid, children_only=True) as peak:
                worker.call("load")
            row["import"] = {"cpu_seconds": worker.cpu, "own_bytes": peak.own}
            row["bytes_per_event"] = worker.bytes_on_disk() / row["events"]
            answers = [checked(worker, whole)["more"] for _ in range(runs)]
            row["asks"] = {name: {"cpu_seconds": min(a[name]["cpu_seconds"] for a in answers),
                                  "own_bytes": max(a[name]["own_bytes"] for a in answers)} for name in answers[0]}
            say(f"{row['events']:,} events: {row}")

    for name, row in rows.items():
        attempt(name, rows, lambda: grow(row))
    return {"engines": rows}


def try_forms(scenario, engines, place, truth, runs):
    """Every form of every engine, one after the other: which is its fastest. Prints, keeps nothing.

    On a busy machine trust the CPU seconds, of all threads together.
    """
    if scenario == "import_jsonl":
        place = replace(place, csv=events.jsonl_of(place.csv))

    def try_form(name, form):
        times, cpus = [], []
        for _ in range(runs if scenario.startswith("import") else 1):
            with Worker(scenario, name, place, form) as worker, PeakMemory(worker.process.pid) as peak:
                worker.call("version")
                times.append(worker.call("load")[1])
                cpus.append(worker.cpu)
                checked(worker, truth)
                if not scenario.startswith("import"):
                    times, cpus = [], []
                    for _ in range(runs):
                        times.append(checked(worker, truth)["seconds"])
                        cpus.append(worker.cpu)
        print(f"{name:11} {form:42} {summary(times)['median']:8.3f} s (from {min(times):.3f})  "
              f"CPU {summary(cpus)['median']:8.3f} s (from {min(cpus):.3f})  peak {peak.resident / 1e9:5.2f} GB", flush=True)

    for name in engines:
        form = "?"
        try:
            with Worker(scenario, name, place) as worker:
                forms, _ = worker.call("list_forms")
            for form in forms:
                try_form(name, form)
        except (Absent, Failed, AssertionError) as problem:
            print(f"{name:11} {form:42} {type(problem).__name__.upper()}: {problem}", flush=True)


@dataclass
class Scenario:
    run: Callable
    engines: list
    runs: int


ALL = {
    "funnel": Scenario(ask_warm, ["peregrine", "clickhouse", "duckdb", "polars"], 5),
    "transitions": Scenario(ask_warm, ["peregrine", "clickhouse", "duckdb", "polars"], 5),
    "retention": Scenario(ask_warm, ["peregrine", "clickhouse", "duckdb", "polars"], 5),
    "import": Scenario(import_file, ["peregrine", "duckdb", "clickhouse", "polars"], 3),
    "import_jsonl": Scenario(import_jsonl, ["peregrine", "duckdb"], 3),
    "one_scan": Scenario(one_scan, ["peregrine"], 5),
    "scale": Scenario(scale, ["peregrine"], 3),
}
