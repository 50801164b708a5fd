"""Every sample in a page runs: the `sh` blocks of README, guides and analyses, on the demo's workspace."""
import gzip
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from support.suite import PEREGRINE, ROOT, import_text, peregrine

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("start/*.md")), *sorted((ROOT / "docs").glob("guides/*.md")),
         *sorted((ROOT / "src/analyses").glob("*/*.md"))]


def samples(page):
    """The commands of a page's `sh` blocks; lines that end in \\ go on."""
    for block in re.findall(r"```sh\n(.*?)```", page.read_text(), re.S):
        for line in block.replace("\\\n", " ").splitlines():
            if line := line.split("  #")[0].strip():
                yield line


OWN = re.compile(r" (mine|one)\b")


def commands(page):
    """Those that ask of the demo's workspace."""
    verbs = re.compile(r"peregrine (run|customers|journey|report|analyses|frameworks|version|touchpoints|check|quarantine)\b")
    return (line for line in samples(page) if verbs.match(line) and not OWN.search(line))


def own_commands(page):
    """Those of the reader's workspace, `mine`, and of a page's own file, `one`: each has a test of its own."""
    return (line for line in samples(page) if line.startswith("peregrine ") and OWN.search(line))


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="peregrine-test-")
        peregrine("demo", pathlib.Path(cls.folder.name) / "shop", "--quiet")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_samples_run(self):
        ran = 0
        for page in PAGES:
            for command in commands(page):
                with self.subTest(page=page.name, command=command):
                    environment = {**os.environ, "PATH": f"{PEREGRINE.parent}:{os.environ['PATH']}"}
                    result = subprocess.run(command, shell=True, cwd=self.folder.name, env=environment, text=True,
                                            capture_output=True, check=False)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.assertTrue(result.stdout)
                    ran += 1
        self.assertGreater(ran, 8)

    def test_a_file_of_ones_own_goes_the_way_of_the_readme(self):
        with tempfile.TemporaryDirectory(prefix="peregrine-test-") as folder:
            rows = [f"c{i % 7},2026-03-{1 + i % 28:02}T10:{i % 60:02}:07Z,{name}"
                    for i in range(60) for name in ("Page Viewed", "basket_opened", "Order Completed")]
            with gzip.open(pathlib.Path(folder) / "events.csv.gz", "wt") as file:
                file.write("\n".join(["customer,time,event", *rows, ""]))
            script = "\n".join(own_commands(ROOT / "README.md"))
            environment = {**os.environ, "PATH": f"{PEREGRINE.parent}:{os.environ['PATH']}"}
            result = subprocess.run(["bash", "-e", "-c", script], cwd=folder, env=environment, text=True,
                                    capture_output=True, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("basket_opened", result.stdout)
            self.assertTrue((pathlib.Path(folder) / "mine.html").exists())

    def test_one_journey_counted_six_ways(self):
        page = (ROOT / "docs/guides/reconcile.md").read_text()
        with tempfile.TemporaryDirectory(prefix="peregrine-test-") as folder:
            workspace, _ = import_text(folder, re.search(r"```csv\n(.*?)```", page, re.S).group(1))
            workspace.rename(workspace.with_name("one"))
            asked = 0
            for command in re.findall(r"^(peregrine run one funnel --like .*)$", page, re.M):
                tool = re.search(r"--like (\w+)", command).group(1)
                row = re.search(rf"^\| {tool} \| (\d) \| (\d) \| (\d) \| (\d*)", page, re.M).groups()
                environment = {**os.environ, "PATH": f"{PEREGRINE.parent}:{os.environ['PATH']}"}
                result = subprocess.run(command + " --format json", shell=True, cwd=folder, env=environment, text=True,
                                        capture_output=True, check=False)
                with self.subTest(tool=tool):
                    self.assertEqual(result.returncode, 0, result.stderr)
                    steps = json.loads(result.stdout)["result"]["steps"]
                    self.assertEqual([step["journeys"] for step in steps], [int(count) for count in row[:3]])
                    days = int(row[3]) * 86_400 if row[3] else None
                    took = steps[-1]["total_median_seconds"]
                    self.assertEqual(None if took is None else round(took / 86_400) * 86_400, days)
                    asked += 1
            self.assertEqual(asked, 6)

    def test_every_verb_helps_with_an_example(self):
        out, _ = peregrine("--help")
        verbs = re.findall(r"^  ([a-z]+)  ", out.split("Subcommands:")[1].split("First steps")[0], re.M)
        self.assertGreaterEqual(len(verbs), 10)
        for verb in verbs:
            if verb != "version":
                self.assertIn("xample", peregrine(verb, "--help")[0], verb)

    def test_every_analysis_says_its_schema(self):
        described = json.loads(peregrine("analyses", "--format", "json")[0])
        folders = sorted(page.parent.name for page in (ROOT / "src/analyses").glob("*/*.md"))
        self.assertEqual([each["name"] for each in described], folders)
        for each in described:
            for name, parameter in each["params"]["properties"].items():
                self.assertTrue(parameter["description"], name)
