"""The program in a pseudo-terminal, which Windows lacks: there `.ci/run` says that these tests are left out."""

import sys

collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []
