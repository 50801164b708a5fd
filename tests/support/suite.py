"""What the Python suites share: the program, workspaces in temporary directories, and the closing line that is counted."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PEREGRINE = ROOT / "build" / "release" / "peregrine"
SHARED = ROOT.parent / "shared" / "data"


def peregrine(*words, code=0, cwd=None, text=True):
    """Runs the program; fails the test when it exits otherwise. Returns (standard output, standard error)."""
    result = subprocess.run([str(PEREGRINE), *map(str, words)], capture_output=True, text=text, cwd=cwd, check=False,
                            timeout=600)
    if result.returncode != code:
        raise AssertionError(f"peregrine {' '.join(map(str, words))}\nexited with {result.returncode}, expected {code}\n"
                             f"{result.stdout}\n{result.stderr}")
    return result.stdout, result.stderr


def ask(workspace, analysis, params=None):
    """The answer to a question as JSON."""
    out, _ = peregrine("run", workspace, analysis, "--params", json.dumps(params or {}), "--format", "json")
    return json.loads(out)


def read_report(page):
    """What a report holds: its answers, by analysis, and what is said beside them."""
    text = re.search(r'<script type="application/json" id="answers">(.*?)</script>', page.read_text(), re.S).group(1)
    return json.loads(text)


def import_text(directory, text, *flags, name="events.csv"):
    """A new workspace with one CSV file. Returns the workspace and the ledger."""
    directory = pathlib.Path(directory)
    file = directory / name
    file.write_text(text)
    workspace = directory / "workspace"
    if not workspace.exists():
        peregrine("init", workspace)
    out, _ = peregrine("import", workspace, file, *flags, "--format", "json")
    return workspace, json.loads(out)["ledgers"][0]


class TemporaryTest(unittest.TestCase):
    """A test with a directory of its own."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="peregrine-test-")
        self.addCleanup(self.folder.cleanup)
        self.directory = pathlib.Path(self.folder.name)


def main(*modules):
    """Runs the tests of the modules and says how many passed."""
    loader = unittest.TestLoader()
    suite = unittest.TestSuite(loader.loadTestsFromModule(module) for module in modules)
    result = unittest.TextTestRunner(verbosity=1, stream=sys.stderr).run(suite)
    failed = len(result.failures) + len(result.errors)
    skipped = len(result.skipped)
    for test, reason in result.skipped:
        print(f"SKIPPED {test}: {reason}")
    print(f"{result.testsRun - failed - skipped} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0
