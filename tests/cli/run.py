"""The command line as people use it: python3 tests/cli/run.py"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from cli import demo_test, documents_test, faults_test, import_test, question_test  # noqa: E402
from support import suite  # noqa: E402

sys.exit(suite.main(import_test, question_test, demo_test, documents_test,
                    faults_test))
