"""A shop's order lines through a mapping file, against pandas: python3 tests/retail/run.py"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from retail import retail_test  # noqa: E402
from support import suite  # noqa: E402

sys.exit(suite.main(retail_test))
