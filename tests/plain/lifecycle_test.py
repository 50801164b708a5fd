"""Lifecycle counted again from sets of customers by period."""
import collections
import random
import tempfile
import unittest

from plain import journeys as plain
from support.suite import ask, import_text, peregrine


def count(journeys, period, active):
    """Rows by period, from the first to the one of the newest event."""
    members, days, first = collections.defaultdict(set), collections.Counter(), {}
    for customer, events in journeys.items():
        for time, event, _ in events:
            if active not in ("any event", event):
                continue
            bucket = plain.bucket(time, period)
            first.setdefault(customer, bucket)
            members[bucket].add(customer)
            days[bucket, customer, time.astimezone(plain.ZONE).date()] = 1
    horizon = plain.newest(journeys)
    rows, bucket, before = {}, min(members), set()
    while plain.midnight(bucket) <= horizon:
        after = plain.following(bucket, period)
        now = members[bucket]
        arrived = {customer for customer in now if first[customer] == bucket}
        active_days = collections.Counter(customer for (of, customer, _) in days if of == bucket)
        complete = plain.midnight(after) <= horizon
        row = {"new": len(arrived), "returning": len(now & before - arrived), "resurrected": len(now - before - arrived),
               "dormant": -len(before - now) if complete else None, "active": len(now), "complete": complete,
               "days": (after - bucket).days, "customer_days": sum(active_days.values())}
        lost = row["dormant"]
        row["pulse"] = (row["new"] + row["resurrected"]) / -lost if lost else None
        row["stickiness"] = (row["customer_days"] / (row["days"] * len(now))
                             if complete and now and period != "day" else None)
        rows[plain.name(bucket, period)] = row, collections.Counter(active_days.values())
        bucket, before = after, now
    return rows


class Lifecycle(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seed = random.randrange(1_000_000)
        cls.journeys = plain.make(cls.seed)
        cls.folder = tempfile.TemporaryDirectory(prefix="peregrine-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.workspace, ledger = import_text(cls.folder.name, plain.as_csv(cls.journeys, cls.seed))
        if ledger["stored"] != sum(map(len, cls.journeys.values())):
            raise AssertionError(f"not every event was taken: {ledger}")

    def test_every_period(self):
        for period in ("day", "week", "month"):
            for active in ("any event", "Page Viewed"):
                with self.subTest(seed=self.seed, period=period, active=active):
                    rows = count(self.journeys, period, active)
                    result = ask(self.workspace, "lifecycle", {
                        "period": period, "active": active, "timezone": "Europe/Amsterdam"})["result"]
                    self.assertEqual([row["period"] for row in result["periods"]], list(rows))
                    for row in result["periods"]:
                        for name, figure in rows[row["period"]][0].items():
                            if isinstance(figure, float):
                                self.assertAlmostEqual(row[name], figure, 12, f"{row['period']} {name}")
                            else:
                                self.assertEqual(row[name], figure, f"{row['period']} {name}")
                    frequency = {(row["period"], row["days"]): row["customers"] for row in result["frequency"]}
                    self.assertEqual(frequency, {(name, n): many for name, (_, counts) in rows.items()
                                                 for n, many in counts.items()})

    def test_the_list_behind_a_figure_is_as_long_as_the_figure_says(self):
        params = {"period": "month", "active": "any event"}
        result = ask(self.workspace, "lifecycle", params)["result"]
        figures = [(f"/periods/{i}/{name}", abs(row[name])) for i, row in enumerate(result["periods"][:6])
                   for name in ("active", "new", "returning", "resurrected", "dormant")]
        figures += [(f"/frequency/{i}/customers", row["customers"]) for i, row in enumerate(result["frequency"][:6])]
        for pointer, many in figures:
            out, _ = peregrine("customers", self.workspace, "lifecycle", "--period", "month", "--active", "any event",
                               "--figure", pointer, "--format", "csv")
            self.assertEqual(len(out.splitlines()) - 1, many, pointer)
