"""Funnels `like` other tools, on random journeys, each journey compared alone: run by run.py in bench/.venv.

`like: clickhouse` against ClickHouse itself (chdb, windowFunnel), in every combination of modes; `like: posthog` against
PostHog's rule, said again here in plain words from its source (github.com/PostHog/posthog, funnel-udf/src/steps.rs and
funnel_udf.py). The seed is printed; PEREGRINE_SEED repeats a run, PEREGRINE_ROUNDS makes it longer.
"""
import itertools
import os
import pathlib
import random
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import chdb.session

from support.suite import ask, import_text, main

SEED = int(os.environ.get("PEREGRINE_SEED", random.randrange(1 << 32)))
ROUNDS = int(os.environ.get("PEREGRINE_ROUNDS", 60))
JOURNEYS = 3_000
START = 1_767_225_600  # 2026-01-01, in seconds
# Events of no step (Y), of one step, of several. X and Z are for exclusions.
NAMES = "AAABBBCCCDDEMNXXYZ"
STEPS = [["A", "M"], ["B", "M", "N"], ["C", "N"], ["D", "E"], ["E"]]
MODES = ["strict_order", "strict_deduplication", "strict_increase", "strict_once", "allow_reentry"]


def random_journey(rng):
    """(seconds after the start, name), in order of time, often at the same time."""
    time, events = rng.randrange(20), []
    for _ in range(rng.randint(1, 14)):
        time += rng.choice([0, 0, 1, 1, 2, 5])
        events.append((time, rng.choice(NAMES)))
    return events


def depths(workspace, params):
    """How far each journey got: 0 where the tool counts nobody."""
    answer = ask(workspace, "funnel", {**params, "by": "property.who"})
    found = {}
    for group in answer["result"]["groups"]:
        journeys = [step["journeys"] for step in group["result"]["steps"]]
        found[group["group"]] = sum(journeys)
    return found


def posthog_depth(events, steps, window, exclusions, strict):
    """How far PostHog counts a person; 0: not at all. `events` are (time, name) of the date range.

    Each step knows the attempt that got there last: its start, the events it used, whether it is excluded. Step 0 is the
    present moment, so that every event of the first step begins an attempt.
    """
    def numbers(name):
        own = [k + 1 for k, names in enumerate(steps) if name in names]
        cut = [-(step + 1) for step in range(1, len(steps))
               if any(event == name and first <= step < last for event, (first, last) in exclusions)]
        return own + cut  # PostHog lets no event be both

    reached = {}
    furthest = None  # [step, start, excluded]
    listed = [(time, key, numbers(name)) for key, (time, name) in enumerate(events)]
    if not strict:
        listed = [event for event in listed if event[2]]

    def take(time, key, step, several):
        nonlocal furthest
        excludes, step = step < 0, abs(step)
        before = reached.get(step - 1)
        if before is None or time - before["start"] > window:
            return
        if step in reached and reached[step]["start"] == before["start"]:
            return
        if excludes:
            if not before["excluded"]:
                before["excluded"] = True
                if furthest and furthest[0] == step - 1 and time - furthest[1] <= window:
                    furthest[2] = True
            return
        if several and key in before["used"]:
            return
        if not before["excluded"]:
            reached[step] = {"start": before["start"], "used": before["used"] | {key}, "excluded": False}
        if furthest is None or step > furthest[0] or (step == furthest[0] and furthest[2]):
            furthest = [step, before["start"], before["excluded"]]

    for time, group in itertools.groupby(listed, key=lambda event: event[0]):
        group = list(group)
        reached[0] = {"start": time, "used": frozenset(), "excluded": False}
        if all(event[2] == group[0][2] for event in group):
            for _, key, own in group:
                for step in reversed(own):
                    take(time, key, step, False)
                if strict:
                    for step in range(1, len(steps) + 1):
                        if step not in own:
                            reached.pop(step, None)
        else:
            single = sorted((step, key) for _, key, own in group for step in own if step > 0)
            for step, key in single:
                take(time, key, step, True)
        if len(steps) in reached:
            break
    return 0 if furthest is None or furthest[2] else furthest[0]


class Funnels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        print(f"PEREGRINE_SEED={SEED}", flush=True)
        cls.rng = random.Random(SEED)
        cls.folder = tempfile.TemporaryDirectory(prefix="peregrine-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.journeys = {f"j{number:05}": random_journey(cls.rng) for number in range(JOURNEYS)}
        rows = [(who, time, name) for who, events in cls.journeys.items() for time, name in events]
        text = "customer,time,event,who,message_id\n" + "".join(
            f"{who},{START + time},{name},{who},{number}\n" for number, (who, time, name) in enumerate(rows))
        cls.workspace, ledger = import_text(cls.folder.name, text)
        assert ledger["stored"] == len(rows), ledger
        cls.clickhouse = chdb.session.Session()
        cls.clickhouse.query("CREATE TABLE events (who String, time UInt64, event String) ENGINE = Memory")
        values = ",".join(f"('{who}',{time},'{name}')" for who, time, name in rows)
        cls.clickhouse.query(f"INSERT INTO events VALUES {values}")

    def shown(self, who):
        return " ".join(f"{name}@{time}" for time, name in self.journeys[who])

    def compare(self, question, ours, theirs):
        for who in self.journeys:
            if ours.get(who, 0) != theirs.get(who, 0):
                self.fail(f"{question}\n{self.shown(who)}\nperegrine {ours.get(who, 0)}, theirs {theirs.get(who, 0)}")

    def random_steps(self, most):
        return self.rng.sample(STEPS[:4], k=self.rng.randint(2, 4)) if self.rng.random() < 0.3 else STEPS[:self.rng.randint(2, most)]

    def test_clickhouse_itself(self):
        every = [modes for size in range(len(MODES) + 1) for modes in itertools.combinations(MODES, size)
                 if "allow_reentry" not in modes or "strict_order" in modes]
        compared = 0
        for number in range(max(ROUNDS, 2 * len(every))):
            modes = every[number % len(every)]
            steps = self.random_steps(5)
            window = self.rng.randint(1, 25)
            question = {"like": "clickhouse", "modes": list(modes), "window": window,
                        "steps": [{"any": step} for step in steps]}
            conditions = ", ".join(f"event IN ({', '.join(repr(name) for name in step)})" for step in steps)
            options = "".join(f", '{mode}'" for mode in modes)
            answer = self.clickhouse.query(
                f"SELECT who, windowFunnel({window}{options})(time, {conditions}) FROM events GROUP BY who", "TabSeparated")
            theirs = dict(line.split("\t") for line in str(answer).splitlines())
            self.compare(question, depths(self.workspace, question), {who: int(depth) for who, depth in theirs.items()})
            compared += len(theirs)
        print(f"clickhouse: {compared} journeys equal", flush=True)

    def test_posthog_as_its_source_says(self):
        compared = 0
        for _ in range(ROUNDS):
            steps = self.random_steps(5)
            window = self.rng.randint(1, 25)
            strict = self.rng.random() < 0.3
            exclusions = []
            for event in self.rng.sample(["X", "Z", "Y"], k=self.rng.randint(0, 2)):
                first = self.rng.randint(1, len(steps) - 1)
                exclusions.append((event, (first, self.rng.randint(first + 1, len(steps)))))
            to = self.rng.choice([None, self.rng.randint(5, 40)])
            question = {"like": "posthog", "window": window, "order": "strict" if strict else "ordered",
                        "steps": [{"any": step} for step in steps],
                        "exclude": [{"event": event, "between": list(between)} for event, between in exclusions]}
            if to is not None:
                question["to"] = f"2026-01-01T00:00:{to:02}Z"
            theirs = {who: posthog_depth([event for event in events if to is None or event[0] < to], steps, window,
                                         exclusions, strict)
                      for who, events in self.journeys.items()}
            self.compare(question, depths(self.workspace, question), theirs)
            compared += len(theirs)
        print(f"posthog: {compared} journeys equal", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
