"""Retention counted again, customer by customer and cell by cell, by loops that know only the rules."""
import collections
import datetime
import itertools
import random
import tempfile
import unittest

from plain import journeys as plain
from support.suite import ask, import_text, peregrine

OWN_LENGTH = {"day": 1, "week": 7, "month": 30}


class Plain:
    """What the rules say of a file, with periods as pairs of moments."""

    def __init__(self, journeys, params):
        self.journeys, self.params = journeys, params
        self.horizon = plain.newest(journeys)
        if params["mode"] == "brackets":
            self.cells = [tuple(map(int, (text.split("-") * 2)[:2])) for text in params["brackets"]]
        else:
            self.cells = [(n, n) for n in range(params["periods"] + 1)]

    def is_start(self, event):
        return event == self.params["start"]

    def is_back(self, event):
        return self.params["back"] in ("any event", event)

    def bounds(self, start, n):
        """Begin and end of period n of a customer who started then."""
        period = self.params["period"]
        if self.params["clock"] == "own":
            length = datetime.timedelta(days=OWN_LENGTH[period])
            return start + n * length, start + (n + 1) * length
        first = plain.following(plain.bucket(start, period), period, n)
        return plain.midnight(first), plain.midnight(plain.following(first, period))

    def starts(self, events):
        """Places of the events by which a customer starts."""
        places = [i for i, (_, event, _) in enumerate(events) if self.is_start(event)]
        if self.params["start_rule"] == "first_time":
            return places[:1]
        by_cohort = {}
        for i in places:
            by_cohort.setdefault(plain.bucket(events[i][0], self.params["period"]), i)
        return sorted(by_cohort.values())

    def came_back(self, start, later, first, last):
        """Whether, and with how much money, the returns `later` count in the cell of these periods."""
        mode = self.params["mode"]
        until = self.bounds(start, last)[1]
        since = self.bounds(start, first)[0]
        if mode == "on_or_after":
            until = None
        elif mode == "on_or_before":
            since = start
        inside = [(time, value) for time, value in later if since <= time and (until is None or time < until)]
        counts = bool(inside)
        if mode == "streak":
            counts = all(any(begin <= time < end for time, _ in later)
                         for begin, end in (self.bounds(start, k) for k in range(1, first + 1)))
        return counts, sum(value or 0 for _, value in inside) if counts else 0

    def count(self):
        """{(cohort, place of the cell): [matured, back, value, start value]} and the sizes of cohorts."""
        cells, sizes = collections.defaultdict(lambda: [0, 0, 0, 0]), collections.Counter()
        for events in self.journeys.values():
            for place in self.starts(events):
                start, _, start_value = events[place]
                cohort = plain.name(plain.bucket(start, self.params["period"]), self.params["period"])
                sizes[cohort] += 1
                later = [(time, value) for time, event, value in events[place + 1:] if self.is_back(event)]
                for i, (first, last) in enumerate(self.cells):
                    if self.bounds(start, last)[1] > self.horizon:
                        continue
                    counts, value = self.came_back(start, later, first, last)
                    cell = cells[cohort, i]
                    cell[0] += 1
                    cell[1] += counts
                    cell[2] += value
                    cell[3] += start_value or 0
        return cells, sizes

    def average(self, cells, i, part=1, whole=0):
        pairs = [(cell[part], cell[whole]) for (_, place), cell in sorted(cells.items()) if place == i]
        if not pairs:
            return None
        if self.params["average"] == "pooled":
            return sum(c for c, _ in pairs) / sum(p for _, p in pairs)
        if self.params["average"] == "weighted":
            return sum(c * p for c, p in pairs) / sum(p * p for _, p in pairs)
        return sum(c / p for c, p in pairs) / len(pairs)


class Retention(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seed = random.randrange(1_000_000)
        cls.journeys = plain.make(cls.seed)
        cls.folder = tempfile.TemporaryDirectory(prefix="peregrine-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.workspace, ledger = import_text(cls.folder.name, plain.as_csv(cls.journeys, cls.seed))
        if ledger["stored"] != sum(map(len, cls.journeys.values())):
            raise AssertionError(f"not every event was taken: {ledger}")

    def check(self, params):
        counted = Plain(self.journeys, params)
        cells, sizes = counted.count()
        answer = ask(self.workspace, "retention", {**params, "timezone": "Europe/Amsterdam"})["result"]
        self.assertEqual({row["cohort"]: row["size"] for row in answer["cohorts"]}, dict(sizes))
        for row in answer["cohorts"]:
            for i in range(len(counted.cells)):
                matured, back, value, _ = cells.get((row["cohort"], i), (0, None, None, None))
                where = f"{row['cohort']} {counted.cells[i]}"
                self.assertEqual(row["matured"][i], matured, where)
                self.assertEqual(row["customers"][i], back, where)
                if params["measure"] == "value" and value is not None:
                    self.assertAlmostEqual(row["value"][i], value, 6, where)
        for i, row in enumerate(answer["average"]):
            rate = counted.average(cells, i)
            if rate is None:
                self.assertIsNone(row["rate"])
                continue
            self.assertAlmostEqual(row["rate"], rate, 12)
            if params["measure"] == "value" and params["start"] == "Order Completed":
                self.assertAlmostEqual(row["value_rate"], counted.average(cells, i, 2, 3), 9)
        reached = {(row["cohort"], row["period"]): (row["matured"], row["customers"]) for row in answer["cells"]}
        self.assertEqual(reached, {(cohort, counted.cells[i][0]): tuple(cell[:2]) for (cohort, i), cell in cells.items()})

    def test_every_mode_clock_period_and_start_rule(self):
        asked = 0
        for mode, clock, period, start_rule in itertools.product(
                ["on", "on_or_after", "on_or_before", "streak", "brackets"], ["own", "calendar"],
                ["day", "week", "month"], ["first_time", "every_time"]):
            params = {"start": ["Order Completed", "Signed Up"][asked % 2], "period": period, "mode": mode,
                      "back": ["any event", "Page Viewed", "Order Completed"][asked % 3], "clock": clock,
                      "start_rule": start_rule, "average": ["pooled", "weighted", "simple"][asked % 3],
                      "measure": ["customers", "value"][asked % 2 if mode != "streak" else 0]}
            if "Order Completed" not in (params["start"], params["back"]) and params["back"] != "any event":
                params["measure"] = "customers"  # there is no money
            params |= {"brackets": ["0", "1-3", "5-8"]} if mode == "brackets" else {"periods": 9}
            with self.subTest(seed=self.seed, **params):
                self.check(params)
            asked += 1
        self.assertEqual(asked, 60)

    def test_money_by_every_average(self):
        for average, mode, clock in itertools.product(["pooled", "weighted", "simple"], ["on", "on_or_after", "on_or_before"],
                                                      ["own", "calendar"]):
            params = {"start": "Order Completed", "back": "Order Completed", "period": "month", "periods": 4, "mode": mode,
                      "clock": clock, "start_rule": "first_time", "average": average, "measure": "value"}
            with self.subTest(seed=self.seed, **params):
                self.check(params)

    def test_the_list_behind_a_cell_is_as_long_as_the_cell_says(self):
        flags = ["--start", "Signed Up", "--back", "any event", "--period", "month", "--periods", "3"]
        params = {"start": "Signed Up", "back": "any event", "period": "month", "periods": 3}
        result = ask(self.workspace, "retention", params)["result"]
        figures = [(f"/cells/{i}/{figure}", row[figure]) for i, row in enumerate(result["cells"][:6])
                   for figure in ("matured", "customers")]
        figures += [("/average/1/back", result["average"][1]["back"]), ("/cohorts/1/size", result["cohorts"][1]["size"]),
                    ("/customers", result["customers"])]
        for pointer, count in figures:
            out, _ = peregrine("customers", self.workspace, "retention", *flags, "--figure", pointer, "--format", "csv")
            self.assertEqual(len(out.splitlines()) - 1, count, pointer)
