"""The command line as people use it: python3 tests/cli/run.py"""
import importlib
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from support import suite  # noqa: E402

here = pathlib.Path(__file__).parent
sys.exit(suite.main(*(importlib.import_module(f"cli.{test.stem}") for test in sorted(here.glob("*_test.py")))))
