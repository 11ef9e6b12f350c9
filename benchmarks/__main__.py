"""Print a table for each family: `python -m benchmarks [FAMILY …]`."""

import os
import sys
from importlib import import_module
from time import perf_counter

from benchmarks.table import table

FAMILIES = (
    "starting",
    "stepping",
    "growth",
    "memory",
    "drawing",
    "lessons",
    "playground",
    "grading",
    "record",
    "living",
    "exercises",
    "checking",
)
ON_REQUEST = ("suite",)
"""Families that take minutes by themselves: measured only when they are named."""


def main() -> int:
    """Measure the families that were asked for, or all that take seconds."""
    chosen = sys.argv[1:] or FAMILIES
    known = (*FAMILIES, *ON_REQUEST)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        print(f"there is no family '{unknown[0]}'; known: {', '.join(known)}", file=sys.stderr)
        return 2
    for name in chosen:
        started = perf_counter()
        print(f"measuring {name} …", file=sys.stderr)
        print(table(import_module(f"benchmarks.{name}").rows()), flush=True)
        print(f"{name}: {perf_counter() - started:.0f} s; {_load()}", file=sys.stderr)
    return 0


def _load() -> str:
    """How busy this machine was with this and all else: times by the clock are longer on a busy one."""
    try:
        busy = f"{os.getloadavg()[0]:.1f}"
    except (AttributeError, OSError):  # Windows counts no such thing
        busy = "unknown"
    return f"load {busy} on {os.cpu_count()} processors"


if __name__ == "__main__":
    sys.exit(main())
