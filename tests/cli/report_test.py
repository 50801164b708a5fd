"""The verb `report`: what is laid into the page, for the whole range and for each period, and the command that repeats it."""
import os
import subprocess

from support.suite import PEREGRINE, TemporaryTest, import_text, peregrine, read_report

EVENTS = "\n".join(["customer,time,event", *(f"c{i},2026-0{1 + i % 3}-1{i % 9}T10:00:00Z,{name}"
                                            for i in range(30) for name in ("Product Viewed", "Order Completed"))])


class Report(TemporaryTest):
    def setUp(self):
        super().setUp()
        self.workspace, _ = import_text(self.directory, EVENTS)

    def report(self, *flags):
        page = self.directory / "page.html"
        peregrine("report", self.workspace, "-o", page, *flags)
        return read_report(page)

    def test_without_over_there_are_no_periods(self):
        self.assertNotIn("over", self.report())

    def test_over_has_every_answer_once_more_for_each_period(self):
        data = self.report("--over", "month")
        self.assertEqual(set(data["over"]), set(data["answers"]))
        for name, answer in data["over"].items():
            with self.subTest(analysis=name):
                self.assertEqual([each["start"] for each in answer["result"]["slices"]],
                                 ["2026-01-01", "2026-02-01", "2026-03-01"])
                self.assertNotIn("slices", data["answers"][name]["result"])

    def test_the_handoff_is_there_where_the_framework_has_two_phases(self):
        self.assertEqual(self.report("--framework", "aida")["answers"]["handoff"]["params"]["framework"], "aida")
        self.assertNotIn("handoff", self.report("--framework", "buyer")["answers"])

    def test_an_unknown_period_is_refused_and_no_page_written(self):
        page = self.directory / "page.html"
        _, error = peregrine("report", self.workspace, "-o", page, "--over", "fortnight", code=2)
        self.assertIn('peregrine: report.over: must be one of day, week, month, quarter, year (got "fortnight")', error)
        self.assertFalse(page.exists())

    def test_an_empty_workspace_has_no_periods_and_a_page(self):
        peregrine("init", self.directory / "empty")
        page = self.directory / "empty.html"
        peregrine("report", self.directory / "empty", "-o", page, "--over", "week")
        self.assertEqual(read_report(page)["over"]["overview"]["result"]["slices"], [])

    def test_the_command_in_the_page_makes_the_same_page(self):
        page = self.directory / "it's a page.html"
        peregrine("report", self.workspace, "-o", page, "--framework", "aida", "--over", "quarter", "--window", "7d",
                  "--steps", "Product Viewed,Order Completed")
        first = read_report(page)
        page.unlink()
        environment = {**os.environ, "PATH": f"{PEREGRINE.parent}:{os.environ['PATH']}"}
        subprocess.run(first["command"], shell=True, check=True, env=environment, capture_output=True)
        again = read_report(page)
        self.assertEqual(self.without_clock(again), self.without_clock(first))

    @staticmethod
    def without_clock(data):
        for answers in (data["answers"], data["over"]):
            for answer in answers.values():
                for name in ("seconds", "cached"):
                    answer["meta"].pop(name, None)
        return {name: value for name, value in data.items() if name != "generated"}
