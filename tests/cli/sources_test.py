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
ELSEWHERE = {"online-retail"}  # its file is too large to lie here: tests/retail


class Sources(unittest.TestCase):
    def test_every_page_does_what_it_says(self):
        environment = {**os.environ, "PATH": f"{PEREGRINE.parent}:{os.environ['PATH']}", "COLUMNS": "120"}
        pages = [page for page in sorted(FOLDER.glob("*.md")) if page.stem not in ELSEWHERE]
        self.assertGreaterEqual(len(pages), 10)
        for page in pages:
            with self.subTest(page=page.name), tempfile.TemporaryDirectory(prefix="peregrine-test-") as folder:
                if (beside := page.with_suffix(".csv")).exists():
                    shutil.copy(beside, folder)
                said, output = 0, None
                # A file that the page shows in full, commands, or what the commands before end with.
                for kind, name, text in re.findall(r"```(\w+)(?: (\S+))?\n(.*?)```", page.read_text(), re.S):
                    if name:
                        (pathlib.Path(folder) / name).write_text(text)
                    elif kind == "sh":
                        result = subprocess.run(["bash", "-e", "-c", text], cwd=folder, env=environment, text=True,
                                                capture_output=True, check=False)
                        self.assertEqual(result.returncode, 0, result.stderr)
                        output = [line.rstrip() for line in result.stdout.splitlines()]
                    elif kind == "text":
                        shown = [line.rstrip() for line in text.splitlines()]
                        self.assertEqual(output[-len(shown):], shown)
                        said += 1
                self.assertGreaterEqual(said, 1)
