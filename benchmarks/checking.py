"""Checking: `chainrule check` on all lessons of the course, by the clock, since it uses every processor."""

import os
import subprocess
import sys
from collections.abc import Iterator
from tempfile import TemporaryDirectory

from benchmarks.table import Row, fastest

GOAL = 4.0
"""Seconds."""


def rows() -> Iterator[Row]:
    """The first check of the course, and one after it, beside the start of the program that checks nothing."""
    with TemporaryDirectory() as home:
        start = fastest(lambda: _run_program(home, "check", "--help"), 3) / 1000
        before = os.times()
        first = fastest(lambda: _run_program(home, "check"), 1) / 1000
        after = os.times()
        second = fastest(lambda: _run_program(home, "check"), 3) / 1000
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    yield Row("chainrule check, the whole course for the first time", first, "s", "its help", start, GOAL)
    yield Row("  in processor time", spent, "s")
    yield Row("chainrule check, no lesson changed since", second, "s", "its help", start, GOAL)


def _run_program(home: str, *arguments: str) -> None:
    environment = {**os.environ, "CHAINRULE_HOME": home}
    subprocess.run([sys.executable, "-m", "tutor", *arguments], check=True, capture_output=True, env=environment)
