"""Questions, formats and the errors of somebody who mistypes."""
import csv
import io
import json

from cli.import_test import ORDERS, arrow
from support.suite import TemporaryTest, ask, import_text, peregrine


class Questions(TemporaryTest):
    def setUp(self):
        super().setUp()
        self.workspace, _ = import_text(self.directory, ORDERS)

    def funnel(self, *words, code=0, **options):
        return peregrine("run", self.workspace, "funnel", *words, code=code, **options)

    def test_flags_and_params_ask_the_same(self):
        by_flags = json.loads(self.funnel("--steps", "Product Viewed,Order Completed", "--window", "7d", "--format", "json")[0])
        by_params = ask(self.workspace, "funnel", {"steps": ["Product Viewed", "Order Completed"], "window": "7d"})
        self.assertEqual(by_flags["result"], by_params["result"])
        self.assertEqual([step["journeys"] for step in by_params["result"]["steps"]], [2, 1])

    def test_several_analyses_share_one_scan(self):
        out, _ = peregrine("run", self.workspace, "overview", "stages", "--format", "json")
        self.assertEqual([answer["analysis"] for answer in json.loads(out)], ["overview", "stages"])

    def test_where_hides_events_and_by_makes_groups(self):
        kept = ask(self.workspace, "overview", {"where": "event = \"Order Completed\""})
        self.assertEqual((kept["result"]["events"], kept["meta"]["journeys"]), (1, 1))
        grouped = ask(self.workspace, "overview", {"by": "event"})["result"]["groups"]
        self.assertEqual([(group["group"], group["result"]["customers"]) for group in grouped], [("Product Viewed", 2)])

    def test_partitions_that_cannot_matter_are_not_read(self):
        self.assertEqual(ask(self.workspace, "overview")["meta"]["partitions_skipped"], 0)
        bought = ask(self.workspace, "overview", {"where": "event = \"Order Completed\""})
        self.assertEqual(bought["meta"]["partitions_skipped"], 63, "one customer bought")
        before = ask(self.workspace, "overview", {"to": "2020-01-01"})
        self.assertEqual((before["result"]["events"], before["meta"]["partitions_skipped"]), (0, 64))

    def test_a_range_bounds_what_is_counted(self):
        answer = ask(self.workspace, "overview", {"from": "2026-01-02", "to": "2026-01-03"})
        self.assertEqual(answer["result"]["events"], 1)

    def test_over_gives_a_result_for_each_period(self):
        words = ("--steps", "Product Viewed,Order Completed", "--over", "day")
        slices = json.loads(self.funnel(*words, "--format", "json")[0])["result"]["slices"]
        alone = ask(self.workspace, "funnel", {"steps": ["Product Viewed", "Order Completed"], "from": slices[0]["start"],
                                               "to": slices[1]["start"]})
        self.assertEqual(slices[0]["result"], alone["result"])
        rows = list(csv.DictReader(io.StringIO(self.funnel(*words, "--format", "csv")[0])))
        self.assertEqual([row["start"] for row in rows[::2]], [each["start"] for each in slices])
        for line in self.funnel(*words)[0].splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_csv_and_arrow_hold_the_rows_of_the_table(self):
        words = ("--steps", "Product Viewed,Order Completed")
        rows = list(csv.DictReader(io.StringIO(self.funnel(*words, "--format", "csv")[0])))
        self.assertEqual([row["journeys"] for row in rows], ["2", "1"])
        file = self.directory / "funnel.arrow"
        file.write_bytes(self.funnel(*words, "--format", "arrow", text=False)[0])
        names = arrow("import sys,json,pyarrow.ipc as i\n"
                      "print(json.dumps(i.open_stream(open(sys.argv[1],'rb')).read_all().column('name').to_pylist()))", file)
        self.assertEqual(names, ["Product Viewed", "Order Completed"])

    def test_tables_fit_a_page_of_a_hundred_columns(self):
        for line in self.funnel("--steps", "Product Viewed,Order Completed")[0].splitlines():
            self.assertLessEqual(len(line), 100, line)

    def test_the_list_behind_a_figure_is_as_long_as_the_figure(self):
        out, _ = peregrine("customers", self.workspace, "funnel", "--steps", "Product Viewed,Order Completed", "--figure",
                           "/steps/0/journeys", "--format", "json")
        result = json.loads(out)["result"]
        self.assertEqual(result["value"], 2)
        self.assertEqual(sorted(row["customer"] for row in result["customers"]), ["ann", "bob"])

    def test_the_list_shows_the_present_stage_whatever_where_hides(self):
        words = ("--where", 'event = "Product Viewed"', "--figure", "/customers", "--format", "json")
        rows = json.loads(peregrine("customers", self.workspace, "overview", *words)[0])["result"]["customers"]
        self.assertEqual({row["customer"]: (row["stage"], row["events"]) for row in rows},
                         {"ann": ("Onboarding", 1), "bob": ("Consideration", 1)})

    def test_a_list_is_of_one_period_and_one_group(self):
        for analysis, words, figure in (
                ("funnel", ("--steps", "Product Viewed,Order Completed", "--over", "month", "--by", "event"),
                 "/slices/0/result/groups/0/result/steps/0/journeys"),
                ("overview", ("--names", "1"), "/touchpoints/0/customers"),
                ("transitions", ("--names", "1", "--by", "known"), "/groups/0/result/starts/0/journeys")):
            with self.subTest(analysis):
                out, _ = peregrine("customers", self.workspace, analysis, *words, "--figure", figure, "--format", "json")
                result = json.loads(out)["result"]
                self.assertGreater(result["value"], 0)
                self.assertEqual(len({row["customer"] for row in result["customers"]}), result["value"])

    def test_who_was_lost_is_found_where_others_bought_in_a_currency(self):
        import_text(self.directory, "customer,time,event,value,currency\neve,2026-01-01T10:00:00Z,Product Viewed,,\n", name="eve.csv")
        words = ("--steps", "Product Viewed,Order Completed", "--window", "2d", "--figure", "/steps/1/lost", "--format", "json")
        result = json.loads(peregrine("customers", self.workspace, "funnel", *words)[0])["result"]
        self.assertEqual((result["value"], [row["customer"] for row in result["customers"]]), (1, ["eve"]))

    def test_a_journey_shows_stages(self):
        out, _ = peregrine("journey", self.workspace, "ann", "--format", "json")
        journey = json.loads(out)
        self.assertEqual([stage["stage"] for stage in journey["stages"]], ["Consideration", "Onboarding"])
        self.assertEqual(journey["events"][1]["value"], 10.5)


class Cache(TemporaryTest):
    """An answer kept is the answer: the same bytes, until the data, the settings or the question change."""

    def setUp(self):
        super().setUp()
        self.workspace, _ = import_text(self.directory, ORDERS)
        self.answers = self.workspace / "answers"

    def run_overview(self, *words):
        out, _ = peregrine("run", self.workspace, "overview", *words, "--format", "json")
        answer = json.loads(out)
        cached = answer["meta"].pop("cached", False)
        answer["meta"].pop("seconds")
        return json.dumps(answer), cached

    def test_the_second_answer_is_kept_and_the_same(self):
        first, cached = self.run_overview()
        self.assertFalse(cached)
        self.assertEqual(self.run_overview(), (first, True))
        self.assertEqual(self.run_overview("--no-cache"), (first, False))
        self.assertEqual(self.run_overview("--repeat", "1"), (first, False))

    def test_a_table_looks_the_same_from_the_cache(self):
        words = ("run", self.workspace, "overview")
        tables = [peregrine(*words)[0].splitlines()[1:] for _ in range(2)]
        self.assertEqual(tables[0], tables[1])

    def test_another_question_is_asked_anew(self):
        self.run_overview()
        for words in (("--from", "2026-01-02"), ("--timezone", "Asia/Tokyo"), ("--where", "value > 1"), ("--by", "event"),
                      ("--over", "day")):
            self.assertFalse(self.run_overview(*words)[1], words)
            self.assertTrue(self.run_overview(*words)[1], words)

    def test_an_import_and_an_edit_of_the_settings_are_seen(self):
        self.run_overview()
        import_text(self.directory, ORDERS.replace("ann", "cyd"), name="more.csv")
        answer, cached = self.run_overview()
        self.assertFalse(cached)
        self.assertEqual(json.loads(answer)["result"]["customers"], 3)
        settings = self.workspace / "workspace.yaml"
        settings.write_text(settings.read_text() + "\n# a word\n")
        self.assertFalse(self.run_overview()[1])

    def test_a_damaged_answer_is_passed_over_and_written_again(self):
        first, _ = self.run_overview()
        file = next(self.answers.iterdir())
        whole = file.read_bytes()
        for damaged in (b"", whole[:40], whole[:-1], whole[:60] + bytes([whole[60] ^ 1]) + whole[61:], whole + b"x"):
            for each in self.answers.iterdir():
                each.unlink()
            file.write_bytes(damaged)
            self.assertEqual(self.run_overview(), (first, False))
            self.assertEqual(self.run_overview(), (first, True))
            self.assertEqual(len(list(self.answers.iterdir())), 1)

    def test_what_cannot_be_kept_is_still_answered(self):
        self.answers.write_text("a file where the directory should be")
        first, cached = self.run_overview()
        self.assertFalse(cached)
        self.assertEqual(self.run_overview(), (first, False))


class Mistakes(TemporaryTest):
    """Each error says where, what is wrong, and what would be right."""

    def setUp(self):
        super().setUp()
        self.workspace, _ = import_text(self.directory, ORDERS)

    def refuses(self, words, expected, code=2):
        _, error = peregrine(*words, code=code)
        self.assertEqual(error.strip().splitlines()[-1], "peregrine: " + expected)

    def run_funnel(self, *words):
        return ("run", self.workspace, "funnel", *words)

    def test_an_unknown_parameter_proposes_the_right_one(self):
        self.refuses(self.run_funnel("--params", '{"stepz": []}'),
                     'funnel: has no parameter "stepz" (did you mean "steps"?)')

    def test_an_unknown_flag_proposes_the_right_one(self):
        self.refuses(self.run_funnel("--windwo", "7d"), '--windwo: is no flag here (did you mean "window"?)')

    def test_an_unknown_event_proposes_the_right_one(self):
        self.refuses(self.run_funnel("--steps", "Product Viewd,Order Completed"),
                     'funnel.steps[0].event: there is no event "Product Viewd" (did you mean "Product Viewed"?)')

    def test_an_unknown_analysis_proposes_the_right_one(self):
        self.refuses(("run", self.workspace, "funel"), 'funel: there is no such analysis (did you mean "funnel"?)', code=1)

    def test_an_unknown_framework_proposes_the_right_one(self):
        self.refuses(("run", self.workspace, "stages", "--framework", "arrr"),
                     'stages.framework: there is no framework "arrr" (did you mean "aarrr"?)', code=1)

    def test_an_unknown_time_zone_proposes_the_right_one(self):
        self.refuses(("run", self.workspace, "stages", "--timezone", "Europe/Amsterdm"),
                     'stages.timezone: is no time zone: "Europe/Amsterdm" (did you mean "Europe/Amsterdam"?)')

    def test_where_errors_point_at_the_column(self):
        self.refuses(("run", self.workspace, "overview", "--where", 'valeu > 3'),
                     'overview.where:1: there is no column "valeu" (did you mean "value"?)')

        self.refuses(("run", self.workspace, "overview", "--where", 'did("Order Complete")'),
                     'overview.where:5: there is no event "Order Complete" (did you mean "Order Completed"?)')
        self.refuses(("run", self.workspace, "overview", "--where", 'value > "ten"'),
                     'overview.where:1: value is compared with what is no number (expected like value > 100)')
        self.refuses(("run", self.workspace, "overview", "--where", 'stage = "Onbording"'),
                     'overview.where:1: there is no stage "Onbording" (did you mean "Onboarding"?)')
        self.refuses(self.run_funnel("--params", json.dumps({"steps": ["Product Viewed", {"event": "Order Completed",
                                                                                          "where": "valeu > 3"}]})),
                     'funnel.steps[1].where:1: there is no column "valeu" (did you mean "value"?)')

    def test_groups_and_periods_must_be_some(self):
        self.refuses(("run", self.workspace, "overview", "--by", "evnt"),
                     'overview.by: there is no column "evnt" (did you mean "event"?)')
        self.refuses(("run", self.workspace, "overview", "--over", "weak"),
                     'overview.over: must be one of day, week, month, quarter, year (got "weak")')
        self.refuses(("run", self.workspace, "overview", "--by", "event", "--by_at", "first"),
                     "overview.by_at: is not for this analysis (it is for funnels; others read groups at a journey's first "
                     "event in range)")
        self.refuses(self.run_funnel("--steps", "Product Viewed,Order Completed", "--by", "event", "--by_at", "3"),
                     'funnel.by_at: must be first, last, every or a step from 1 to 2 (got "3")')

    def test_a_mistyped_verb_is_proposed(self):
        self.refuses(("runn", self.workspace), 'runn: there is no such verb (did you mean "run"?)')
        self.refuses(("import",), "DIR is required (see: peregrine import --help)")
        self.assertIn("First steps:", peregrine()[0])

    def test_a_window_out_of_bounds_says_the_bound(self):
        self.refuses(self.run_funnel("--params", '{"steps": ["Product Viewed", "Order Completed"], "window": 0}'),
                     "funnel.window: must be at least 1 s (got 0 s)")

    def test_a_directory_that_is_no_workspace_says_how_to_make_one(self):
        nowhere = self.directory / "nowhere"
        self.refuses(("run", nowhere, "overview"),
                     f"{nowhere}: is no workspace (make one with: peregrine init {nowhere})", code=1)

    def test_a_workspace_is_not_made_twice(self):
        self.refuses(("init", self.workspace), f"{self.workspace}: is a workspace already (name another directory)", code=1)

    def test_an_unknown_customer_is_not_found(self):
        self.refuses(("journey", self.workspace, "zoe"), f'{self.workspace}: has no customer "zoe"', code=1)

    def test_a_figure_that_counts_no_customers_is_refused(self):
        for analysis, figure, counted in [("overview", "/events", "events"), ("overview", "/quarantined", "rows in quarantine"),
                                          ("overview", "/sessions/count", "sessions"),
                                          ("overview", "/touchpoints/0/events", "events"),
                                          ("stages", "/stages/0/reentries", "stays"),
                                          ("transitions", "/edges/0/count", "transitions")]:
            self.refuses(("customers", self.workspace, analysis, "--figure", figure),
                         f'figure: counts {counted} and no customers: "{figure}" (the figure beside it that counts customers)')
        words = ("--steps", "Product Viewed,Order Completed", "--count", "entries", "--figure", "/steps/0/journeys")
        self.refuses(("customers", self.workspace, "funnel", *words),
                     'figure: counts entries and no customers: "/steps/0/journeys" (the figure beside it that counts customers)')

    def test_a_figure_that_leads_nowhere_is_refused(self):
        self.refuses(("customers", self.workspace, "stages", "--figure", "/stagez/0/entered"),
                     'figure: leads nowhere: "/stagez/0/entered" (did you mean "stages"?)')

    def test_a_wrong_setting_is_an_error_that_names_the_file(self):
        settings = self.workspace / "workspace.yaml"
        settings.write_text(settings.read_text().replace("timezone:", "timezon:"))
        self.refuses(("run", self.workspace, "overview"),
                     f'{settings}: has no parameter "timezon" (did you mean "timezone"?)')
