"""Files of events on their way in."""
import json
import subprocess
import unittest

from support.suite import PEREGRINE, ROOT, SHARED, TemporaryTest, ask, import_text, peregrine, read_report

ORDERS = """customer,time,event,value,currency
ann,2026-01-01T10:00:00Z,Product Viewed,,
ann,2026-01-02T10:00:00Z,Order Completed,10.50,EUR
bob,2026-01-03T10:00:00Z,Product Viewed,,
"""


def arrow(code, *paths):
    """Runs a line of Python that has pyarrow; returns what it prints, as JSON."""
    result = subprocess.run([str(ROOT / ".venv/bin/python"), "-c", code, *map(str, paths)], capture_output=True,
                            text=True, check=True)
    return json.loads(result.stdout)


class Import(TemporaryTest):
    def test_a_small_file_is_all_stored(self):
        workspace, ledger = import_text(self.directory, ORDERS)
        self.assertEqual((ledger["received"], ledger["stored"], ledger["quarantined"], ledger["duplicates"]), (3, 3, 0, 0))
        overview = ask(workspace, "overview")["result"]
        self.assertEqual((overview["events"], overview["customers"]), (3, 2))

    def test_the_same_file_again_adds_nothing(self):
        workspace, _ = import_text(self.directory, ORDERS)
        _, ledger = import_text(self.directory, ORDERS)
        self.assertEqual((ledger["received"], ledger["stored"], ledger["duplicates"]), (3, 0, 3))
        self.assertEqual(ask(workspace, "overview")["result"]["events"], 3)

    def test_rows_that_cannot_be_understood_wait_in_quarantine(self):
        bad = ORDERS + "eve,31/02/2026,Product Viewed,,\n,2026-01-05T10:00:00Z,Product Viewed,,\nnull,2026-01-05,Product Viewed,,\n"
        workspace, ledger = import_text(self.directory, bad)
        self.assertEqual((ledger["received"], ledger["stored"], ledger["quarantined"]), (6, 3, 3))
        self.assertEqual(ask(workspace, "overview")["result"]["events"], 3)

    def test_the_overview_says_how_many_rows_wait_in_quarantine(self):
        workspace, _ = import_text(self.directory, ORDERS)
        self.assertEqual(ask(workspace, "overview")["result"]["quarantined"], 0)
        import_text(self.directory, ORDERS + "eve,31/02/2026,Product Viewed,,\n", name="more.csv")
        import_text(self.directory, "customer,time,event\nnull,2026-01-05T10:00:00Z,Product Viewed\n", name="yet_more.csv")
        self.assertEqual(ask(workspace, "overview")["result"]["quarantined"], 2)
        self.assertEqual(ask(workspace, "overview", {"from": "2026-01-03"})["result"]["quarantined"], 2)
        self.assertRegex(peregrine("run", workspace, "overview")[0], r"(?m)^quarantined: 2$")
        page = self.directory / "report.html"
        peregrine("report", workspace, "-o", page)
        self.assertEqual(read_report(page)["answers"]["overview"]["result"]["quarantined"], 2)

    def test_what_the_columns_became_is_shown(self):
        (self.directory / "e.csv").write_text(ORDERS)
        peregrine("init", self.directory / "w")
        out, _ = peregrine("import", self.directory / "w", self.directory / "e.csv")
        for word in ("customer", "time", "event", "value", "currency", "received", "stored"):
            self.assertIn(word, out)

    def test_anonymous_visits_belong_to_whoever_signs_in(self):
        text = ("anonymous,customer,time,event\n"
                "d1,,2026-01-01T10:00:00Z,Product Viewed\n"
                "d1,ann,2026-01-02T10:00:00Z,Signed In\n"
                "d1,,2026-01-03T10:00:00Z,Order Completed\n"
                "d1,bob,2026-01-04T10:00:00Z,Signed In\n"
                "d1,,2026-01-05T10:00:00Z,Order Completed\n")
        workspace, _ = import_text(self.directory, text)
        journeys = {}
        for customer in ("ann", "bob"):
            out, _ = peregrine("journey", workspace, customer, "--format", "json")
            journeys[customer] = [event["time"][8:10] for event in json.loads(out)["events"]]
        self.assertEqual(journeys, {"ann": ["01", "02", "03"], "bob": ["04", "05"]})

    def test_several_files_in_one_import_are_one_store(self):
        peregrine("init", self.directory / "w")
        for name, rows in (("a.csv", "ann,2026-01-01T10:00:00Z,A\n"), ("b.csv", "ann,2026-01-02T10:00:00Z,B\n")):
            (self.directory / name).write_text("customer,time,event\n" + rows)
        peregrine("import", self.directory / "w", self.directory / "a.csv", self.directory / "b.csv", "--quiet")
        self.assertEqual(ask(self.directory / "w", "overview")["result"]["customers"], 1)

    def test_a_column_that_is_not_there_is_an_error_that_names_the_columns(self):
        (self.directory / "e.csv").write_text("a,b\n1,2\n3,4\n")
        peregrine("init", self.directory / "w")
        _, error = peregrine("import", self.directory / "w", self.directory / "e.csv", code=2)
        self.assertIn("e.csv", error)
        self.assertIn("a, b", error)

    def test_a_file_that_is_no_parquet_fails_and_changes_nothing(self):
        workspace, _ = import_text(self.directory, ORDERS)
        (self.directory / "x.parquet").write_bytes(b"PAR1" + bytes(range(256)) * 40 + b"PAR1")
        result = subprocess.run([PEREGRINE, "import", workspace, self.directory / "x.parquet"], capture_output=True,
                                text=True, check=False)
        self.assertIn(result.returncode, (1, 2))
        self.assertIn("x.parquet", result.stderr)
        self.assertEqual(ask(workspace, "overview")["result"]["events"], 3)

    def test_a_shown_mapping_given_back_makes_the_same_store(self):
        file = self.directory / "e.csv"
        file.write_text("User Name,when it was,what,zip,size,traits.country,value\n"
                        "ann,03/04/2026 10:00,Product Viewed,0123,4,NL,\nbob,31/12/2025 09:00,Order Completed,99,5.5,DE,\"1,5\"\n")
        flags = ("--customer", "User Name", "--time", "when it was", "--event", "what", "--timezone", "Europe/Amsterdam")
        shown, _ = peregrine("import", "--show-mapping", file, *flags)
        mapping = self.directory / "e.yaml"
        mapping.write_text(shown)
        journeys = []
        for name, words in (("flags", flags), ("mapping", ("--mapping", mapping))):
            workspace = self.directory / name
            peregrine("init", workspace)
            peregrine("import", workspace, file, *words, "--quiet")
            journeys.append([json.loads(peregrine("journey", workspace, customer, "--format", "json")[0])["events"]
                             for customer in ("ann", "bob")])
        self.assertEqual(*journeys)
        self.assertEqual(journeys[0][0][0]["time"][:16], "2026-04-03T08:00")

    def test_a_preview_writes_nothing(self):
        workspace, _ = import_text(self.directory, ORDERS)
        (self.directory / "more.csv").write_text(ORDERS + "eve,31/02/2026,Product Viewed,,\n")
        out, _ = peregrine("import", "--preview", workspace, self.directory / "more.csv")
        self.assertIn("The first 4 rows of", out)
        self.assertIn("would be 3 events, 1 rows in quarantine", out)
        self.assertIn("31/02/2026", out)
        seen = json.loads(peregrine("import", "--preview", workspace, self.directory / "more.csv", "--format", "json")[0])[0]
        self.assertEqual([event["customer"] for event in seen["events"]], ["ann", "ann", "bob"])
        self.assertEqual(ask(workspace, "overview")["result"]["events"], 3)

    def test_the_mapping_file_of_the_guide_is_read(self):
        page = (ROOT / "docs/guides/mapping.md").read_text()
        (self.directory / "m.yaml").write_text(page.split("```yaml\n")[1].split("```")[0])
        (self.directory / "e.csv").write_text(
            "Order,Customer No,Time,Type,Total,Quantity,Price,Discount,Cur,Email,Phone,Fax,zip\n"
            "1,7,05.07.2024 10:05,sale,9,2,5,1,£,a@b.example,1,2,0123\n"
            "1,7,05.07.2024 10:04,sale,9,1,0.5,0,£,a@b.example,1,2,0123\n"
            "2,8,06.07.2024 10:00,return,-3,-1,3,0,USD,c@d.example,1,2,99\n"
            "3,9,06.07.2024 10:00,sale,3,1,3,0,€,me@acme.example,1,2,99\n")
        peregrine("init", self.directory / "w")
        out, _ = peregrine("import", "--preview", "--mapping", "m.yaml", "w", "e.csv", "--format", "json", cwd=self.directory)
        seen = json.loads(out)[0]
        self.assertEqual([[event[name] for name in ("customer", "time", "event", "value", "currency", "brand", "lines")]
                          for event in seen["events"]],
                         [["7", "2024-07-05T08:04:00Z", "Order Completed", 9.5, "GBP", "Acme", 2],
                          ["8", "2024-07-06T08:00:00Z", "Order Refunded", -3, "USD", "Acme", 1]])
        self.assertEqual(seen["counts"]["left_out_because"], {"our own tests": 1})

    def test_errors_of_a_mapping_file_name_the_place(self):
        (self.directory / "e.csv").write_text(ORDERS)
        (self.directory / "m.yaml").write_text("columns:\n  value: valu * 2\n")
        peregrine("init", self.directory / "w")
        _, error = peregrine("import", "--mapping", "m.yaml", "w", "e.csv", code=2, cwd=self.directory)
        self.assertEqual(error, 'peregrine: m.yaml:2:10: has no column "valu" (did you mean "value"?)\n')
        _, error = peregrine("import", "--mapping", "absent.yaml", "w", "e.csv", code=1, cwd=self.directory)
        self.assertIn("absent.yaml", error)
        _, error = peregrine("import", "--mapping", "m.yaml", "--show-mapping", "e.csv", code=2, cwd=self.directory)
        self.assertIn("--mapping", error)

    def test_segments_open_in_any_arrow_reader(self):
        workspace, _ = import_text(self.directory, ORDERS)
        files = sorted((workspace / "events" / "segments").glob("*/hot.arrow"))
        rows = arrow("import sys,json,pyarrow.ipc as i,pyarrow as p\n"
                     "t=[i.open_file(p.memory_map(f)).read_all() for f in sys.argv[1:]]\n"
                     "print(json.dumps(sorted(str(n) for x in t for n in x.column('event').to_pylist())))", *files)
        self.assertEqual(rows, ["Order Completed", "Product Viewed", "Product Viewed"])


@unittest.skipUnless(SHARED.exists(), "the real data are not beside the project")
class RealData(TemporaryTest):
    def test_msnbc_imports_with_three_flags(self):
        workspace = self.directory / "msnbc"
        file = SHARED / "msnbc.parquet"
        peregrine("init", workspace)
        out, _ = peregrine("import", workspace, file, "--customer", "visitor", "--time", "time", "--event", "page",
                           "--format", "json")
        ledger = json.loads(out)["ledgers"][0]
        # Visitor 0 is refused: 0 is what systems write for nobody.
        self.assertEqual((ledger["received"], ledger["stored"], ledger["quarantined"]), (4_698_794, 4_698_792, 2))
        overview = ask(workspace, "overview")["result"]
        counts = arrow("import sys,json,pyarrow.parquet as q,pyarrow.compute as c\n"
                       "t=q.read_table(sys.argv[1])\nt=t.filter(c.not_equal(t['visitor'],0))\n"
                       "n=c.value_counts(t['page']).to_pylist()\n"
                       "g=t.group_by('page').aggregate([('visitor','count_distinct')]).to_pylist()\n"
                       "print(json.dumps([len(t),c.count_distinct(t['visitor']).as_py(),"
                       "{x['values']:x['counts'] for x in n},{x['page']:x['visitor_count_distinct'] for x in g}]))", file)
        events, customers, by_page, visitors = counts
        self.assertEqual((overview["events"], overview["customers"]), (events, customers))
        self.assertEqual({row["event"]: row["events"] for row in overview["touchpoints"]}, by_page)
        self.assertEqual({row["event"]: row["customers"] for row in overview["touchpoints"]}, visitors)
