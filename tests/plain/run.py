"""Analyses counted again by plain Python over the same file: python3 tests/plain/run.py"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from plain import lifecycle_test, retention_test  # noqa: E402
from support import suite  # noqa: E402

sys.exit(suite.main(retention_test, lifecycle_test))
