"""Checking: `chainrule check` on all lessons of the course, by the clock, since it uses every processor."""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.table import Row, fastest

TIMES = 2
GOAL = 4.0
"""Seconds."""


def rows() -> Iterator[Row]:
    """The one row of this family, beside the start of the program that checks nothing."""
    whole = fastest(lambda: _run("check"), TIMES) / 1000
    start = fastest(lambda: _run("check", "--help"), TIMES) / 1000
    yield Row("chainrule check, the whole course", whole, "s", "its help", start, GOAL)


def _run(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "tutor", *arguments], check=True, capture_output=True)
