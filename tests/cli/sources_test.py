"""The guides of one source each: their small file is imported by the commands of the page, which says what comes out."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from support.suite import PEREGRINE, ROOT

FOLDER = ROOT / "docs/guides/sources"
PAGES = ["hubspot", "salesforce", "matomo", "shop-orders", "call-centre", "surveys"]


def steps(page):
    """The blocks of commands in order, each with the output that stands right after it (or nothing)."""
    return re.findall(r"```sh\n(.*?)```(?:\n\n```text\n(.*?)```)?", page.read_text(), re.S)


class Sources(unittest.TestCase):
    def test_every_page_does_what_it_says(self):
        environment = {**os.environ, "PATH": f"{PEREGRINE.parent}:{os.environ['PATH']}"}
        for name in PAGES:
            with self.subTest(page=name), tempfile.TemporaryDirectory(prefix="peregrine-test-") as folder:
                shutil.copy(FOLDER / f"{name}.csv", folder)
                said = 0
                for commands, output in steps(FOLDER / f"{name}.md"):
                    result = subprocess.run(["bash", "-e", "-c", commands], cwd=pathlib.Path(folder), env=environment,
                                            text=True, capture_output=True, check=False)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    if output:
                        self.assertEqual(result.stdout, output)
                        said += 1
                self.assertGreaterEqual(said, 1)
