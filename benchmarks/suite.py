"""The suite: all tests of the project in one run, by the clock and in processor time.

It runs only when asked for, and its figures are kept for the table of the other families.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from time import perf_counter

from benchmarks.table import Row

ROOT = Path(__file__).parent.parent
GOAL = 180.0
"""Seconds on two processors."""
LAST = ROOT / ".pytest_cache" / "suite.json"
"""The figures of the last run: when it was, its seconds by the clock, and those of all processors."""


def rows() -> Iterator[Row]:
    """How long the suite takes, and how much of both processors it uses; a test that fails ends the benchmark."""
    before, begun = os.times(), perf_counter()
    done = subprocess.run([sys.executable, "-m", "pytest"], check=False, cwd=ROOT, capture_output=True, text=True)
    taken, after = perf_counter() - begun, os.times()
    if done.returncode:
        raise SystemExit(done.stdout[-2000:] + done.stderr[-2000:])
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    LAST.parent.mkdir(exist_ok=True)
    LAST.write_text(json.dumps({"at": f"{datetime.now():%Y-%m-%d %H:%M}", "taken": taken, "spent": spent}), "utf-8")
    yield _row("the test suite", taken, spent)


def last_rows() -> Iterator[Row]:
    """What the last run took; nothing where it never ran."""
    if not LAST.exists():
        print("the suite was never timed here: python -m benchmarks suite", file=sys.stderr)
        return
    last = json.loads(LAST.read_text("utf-8"))
    yield _row(f"the test suite, run on {last['at']}", last["taken"], last["spent"])


def _row(name: str, taken: float, spent: float) -> Row:
    processors = os.cpu_count() or 1
    return Row(name, taken, "s", f"its work on {processors} processors", spent / processors, GOAL)
