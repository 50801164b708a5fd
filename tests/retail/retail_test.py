"""Online Retail, 541,909 lines of a shop: what Peregrine says of its orders is what pandas finds."""
import json
import pathlib
import subprocess
import tempfile
import unittest

from support.suite import ROOT, SHARED, ask, peregrine, read_report

FILE = SHARED / "online_retail.csv.gz"
MAPPING = ROOT / "docs" / "guides" / "sources" / "online-retail.yaml"


@unittest.skipUnless(FILE.exists(), "the real data are not beside the project")
class OnlineRetail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="peregrine-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.workspace = pathlib.Path(cls.folder.name) / "shop"
        peregrine("init", cls.workspace)
        out, _ = peregrine("import", "--mapping", MAPPING, cls.workspace, FILE, "--format", "json")
        cls.ledger = json.loads(out)["ledgers"][0]
        found = subprocess.run([str(ROOT / ".venv/bin/python"), str(ROOT / "tests/retail/figures.py"), str(FILE)],
                               capture_output=True, text=True, check=True)
        cls.pandas = json.loads(found.stdout)

    def touchpoints(self, answer):
        return {row["event"]: row for row in answer["result"]["touchpoints"]}

    def by_country(self, analysis, params=None):
        answer = ask(self.workspace, analysis, {**(params or {}), "by": "trait.country"})
        return {group["group"]: group["result"] for group in answer["result"]["groups"]}

    def behind(self, figure):
        out, _ = peregrine("customers", self.workspace, "overview", "--figure", figure, "--format", "json")
        return json.loads(out)["result"]["customers"]

    def test_the_mapping_has_at_most_twenty_lines(self):
        text = MAPPING.read_text()
        self.assertLessEqual(len(text.splitlines()), 20)
        self.assertIn(text.split("\n", 1)[1], MAPPING.with_suffix(".md").read_text())

    def test_every_line_is_accounted_for(self):
        for name in ("received", "stored", "quarantined"):
            self.assertEqual(self.ledger[name], self.pandas[name], name)
        self.assertEqual(self.ledger["left_out_because"], self.pandas["left_out"])
        self.assertEqual(self.pandas["left_out"], {"adjustment of bad debt": 3, "stock written off or corrected": 1336})
        self.assertEqual(self.ledger["received"], sum(self.ledger[name] for name in (
            "stored", "quarantined", "duplicates", "joined", "left_out")))

    def test_overview_counts_orders_refunds_and_customers(self):
        overview = ask(self.workspace, "overview")
        events = self.touchpoints(overview)
        self.assertEqual(overview["result"]["customers"], self.pandas["customers"])
        self.assertEqual(overview["result"]["quarantined"], self.pandas["quarantined"])
        self.assertEqual({name: (row["events"], row["customers"], row["role"]) for name, row in events.items()}, {
            "Order Completed": (self.pandas["orders"], self.pandas["ordering_customers"], "buy"),
            "Order Refunded": (self.pandas["refunds"], self.pandas["refunding_customers"], "return")})
        self.assertEqual(overview["result"]["unlabelled"], 0)

    def test_an_order_takes_its_earliest_time(self):
        self.assertEqual(self.pandas["two_times"], 43)
        overview = ask(self.workspace, "overview")["result"]
        self.assertEqual([overview[end].replace("Z", "+00:00") for end in ("from", "to")],
                         [self.pandas["first"], self.pandas["last"]])

    def test_each_customers_value_is_orders_less_refunds(self):
        values = {row["customer"]: row["value"] for row in self.behind("/customers")}
        self.assertEqual(set(values), set(self.pandas["net_mills"]))
        for customer, mills in self.pandas["net_mills"].items():
            self.assertEqual(round(values[customer] * 1000), mills, customer)
        self.assertEqual(round(sum(values.values()) * 1000), self.pandas["order_mills"] + self.pandas["refund_mills"])

    def test_stages_tell_first_orders_from_repeat_orders(self):
        stages = ask(self.workspace, "stages", {"idle": "1000d"})["result"]["stages"]
        entered = {row["stage"]: row["entered"] for row in stages}
        self.assertEqual(entered["Onboarding"], self.pandas["ordering_customers"])
        self.assertEqual(entered["Retention"], self.pandas["repeat_customers"])
        self.assertEqual(sum(entered.values()), entered["Onboarding"] + entered["Retention"])

    def test_funnel_finds_who_ordered_again_and_who_got_money_back(self):
        again = ask(self.workspace, "funnel", {"steps": ["Order Completed", "Order Completed"], "window": "1000d"})
        self.assertEqual([step["journeys"] for step in again["result"]["steps"]],
                         [self.pandas["ordering_customers"], self.pandas["repeat_customers"]])
        back = ask(self.workspace, "funnel", {"steps": ["Order Completed", "Order Refunded"], "window": "30d"})
        self.assertEqual([step["journeys"] for step in back["result"]["steps"]],
                         [self.pandas["ordering_customers"], self.pandas["refunded_within_30_days"]])

    def test_customers_and_orders_by_country(self):
        overview = self.by_country("overview")
        self.assertEqual({country: result["customers"] for country, result in overview.items()},
                         self.pandas["customers_by_country"])
        orders = {country: self.touchpoints({"result": result})["Order Completed"]["events"]
                  for country, result in overview.items()
                  if "Order Completed" in self.touchpoints({"result": result})}
        self.assertEqual(orders, self.pandas["orders_by_country"])
        repeat = self.by_country("funnel", {"steps": ["Order Completed", "Order Completed"], "window": "1000d"})
        self.assertEqual(sum(result["steps"][1]["journeys"] for result in repeat.values()),
                         self.pandas["repeat_customers"])

    def test_the_report_says_the_same(self):
        page = pathlib.Path(self.folder.name) / "report.html"
        peregrine("report", self.workspace, "-o", page)
        answers = read_report(page)["answers"]
        events = self.touchpoints(answers["overview"])
        self.assertEqual({name: row["events"] for name, row in events.items()},
                         {"Order Completed": self.pandas["orders"], "Order Refunded": self.pandas["refunds"]})
        entered = {row["stage"]: row["entered"] for row in answers["stages"]["result"]["stages"]}
        self.assertEqual(entered["Onboarding"], self.pandas["ordering_customers"])

    def test_the_same_file_again_adds_nothing_and_another_mapping_is_refused(self):
        out, _ = peregrine("import", "--mapping", MAPPING, self.workspace, FILE, "--format", "json")
        again = json.loads(out)["ledgers"][0]
        self.assertEqual((again["stored"], again["duplicates"]), (0, self.pandas["received"]))
        other = pathlib.Path(self.folder.name) / "other.yaml"
        other.write_text(MAPPING.read_text().replace("earliest", "latest"))
        _, error = peregrine("import", "--mapping", other, self.workspace, FILE, code=1)
        self.assertIn("with another mapping file", error)

    def test_rows_without_a_customer_can_be_kept_under_their_order(self):
        kept = pathlib.Path(self.folder.name) / "kept.yaml"
        kept.write_text(MAPPING.read_text().replace(
            "  time: InvoiceDate\n", "  anonymous: [{when: CustomerID is null, take: InvoiceNo}]\n  time: InvoiceDate\n"))
        workspace = pathlib.Path(self.folder.name) / "kept"
        peregrine("init", workspace)
        out, _ = peregrine("import", "--mapping", kept, workspace, FILE, "--format", "json")
        ledger = json.loads(out)["ledgers"][0]
        self.assertEqual(ledger["quarantined"], 0)
        overview = ask(workspace, "overview")["result"]
        self.assertEqual(overview["events"] - self.pandas["stored"], overview["customers"] - self.pandas["customers"])
        self.assertEqual(overview["events"], 24_561)
