"""One golden store of each released version opens, is sound, answers as it did, and takes an import:
python3 tests/format/run.py"""
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from support.suite import TemporaryTest, ask, main, peregrine  # noqa: E402


class GoldenStoreTest(TemporaryTest):
    def golden(self, version):
        workspace = self.directory / version
        shutil.copytree(HERE / version / "workspace", workspace)
        return workspace

    def manifest(self, workspace):
        events = workspace / "events"
        return json.loads((events / (events / "CURRENT").read_text().strip()).read_text().splitlines()[0])

    def test_0_1_is_sound(self):
        out, _ = peregrine("check", self.golden("0.1"), "--json")
        report = json.loads(out)
        self.assertTrue(report["sound"])
        self.assertEqual(report["findings"], [])
        self.assertEqual(report["events"], 5)

    def test_0_1_says_which_reader_it_needs(self):
        manifest = self.manifest(HERE / "0.1" / "workspace")
        self.assertEqual(manifest["format"], 1)
        self.assertEqual(manifest["reader"], 1)

    def test_0_1_answers_as_it_did(self):
        """By hand from make.py: ann, bob and cid (by the login of device-1) viewed; ann and cid ordered afterwards."""
        workspace = self.golden("0.1")
        funnel = ask(workspace, "funnel", {"steps": ["Product Viewed", "Order Completed"]})
        self.assertEqual([step["journeys"] for step in funnel["result"]["steps"]], [3, 2])
        overview = ask(workspace, "overview")["result"]
        self.assertEqual((overview["events"], overview["quarantined"]), (5, 3))
        of_plan = ask(workspace, "funnel", {"steps": ["Product Viewed", "Order Completed"], "where": "plan = \"pro\""})
        self.assertEqual([step["journeys"] for step in of_plan["result"]["steps"]], [1, 1])

    def test_0_1_keeps_its_quarantine(self):
        out, _ = peregrine("quarantine", "list", self.golden("0.1"), "--format", "json")
        self.assertEqual([(each["source"], each["code"], each["rows"]) for each in json.loads(out)["reasons"]],
                         [("first.csv", "time_unreadable", 1), ("second.csv", "customer_missing", 1),
                          ("second.csv", "duplicate_conflict", 1)])

    def test_0_1_takes_an_import(self):
        workspace = self.golden("0.1")
        file = self.directory / "more.csv"
        file.write_text("customer,time,event,message_id\nbob,2026-01-10 10:00:00,Order Completed,m8\n"
                        "bob,2026-01-06 10:00:00,Product Viewed,m3\n")
        peregrine("import", workspace, file, "--quiet")
        self.assertEqual(ask(workspace, "overview")["result"]["events"], 6, "m3 is here already")
        funnel = ask(workspace, "funnel", {"steps": ["Product Viewed", "Order Completed"]})
        self.assertEqual([step["journeys"] for step in funnel["result"]["steps"]], [3, 3])
        self.assertGreater(self.manifest(workspace)["format"], 1, "it is of this version's format from now on")


if __name__ == "__main__":
    sys.exit(main(sys.modules[__name__]))
