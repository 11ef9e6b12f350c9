"""The suite: all tests of the project in one run, by the clock and in processor time. Measured only when asked for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from benchmarks.table import Row

ROOT = Path(__file__).parent.parent
GOAL = 180.0
"""Seconds on two processors."""


def rows() -> Iterator[Row]:
    """How long the suite takes, and how much of both processors it uses; a test that fails ends the benchmark."""
    before, begun = os.times(), perf_counter()
    done = subprocess.run([sys.executable, "-m", "pytest"], check=False, cwd=ROOT, capture_output=True, text=True)
    taken, after = perf_counter() - begun, os.times()
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    processors = os.cpu_count() or 1
    yield Row("the test suite", taken, "s", f"its work on {processors} processors", spent / processors, GOAL)
