"""Checking: `chainrule check` on all lessons of the course, by the clock, since it uses every processor.

It takes up to a minute on a slow machine, so it is measured only when asked for.
"""

import os
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.table import Row, fastest

GOAL = 4.0
"""Seconds."""


def rows() -> Iterator[Row]:
    """The one row of this family, beside the start of the program that checks nothing."""
    start = fastest(lambda: _run_python("check", "--help"), 3) / 1000
    before = os.times()
    whole = fastest(lambda: _run_python("check"), 1) / 1000
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    yield Row("chainrule check, the whole course", whole, "s", "its help", start, GOAL)
    yield Row("  in processor time", spent, "s")


def _run_python(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "tutor", *arguments], check=True, capture_output=True)
