"""Print a table for each family: `python -m benchmarks [FAMILY …]`.

What is timed by the clock is measured first, one after the other; then all that is measured in processor time, side by
side.
"""

import math
import os
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from time import perf_counter, time

from benchmarks import stepping
from benchmarks.kept import keep_rows, last_rows
from benchmarks.side_by_side import run_parts
from benchmarks.table import Row, table

FAMILIES = (
    "starting",
    "lessons",
    "playground",
    "record",
    "living",
    "exercises",
    "checking",
    "stepping",
    "growth",
    "memory",
    "drawing",
    "grading",
)
HISTORIES_DONE = 220.0
"""Seconds from the start of a run of all families until no history grows any more."""
ON_REQUEST = ("suite",)
"""Families that take minutes each: measured only when they are named, else their last figures are shown."""


def main() -> int:
    """Measure the families that were asked for, or all."""
    chosen = sys.argv[1:] or FAMILIES
    known = (*FAMILIES, *ON_REQUEST)
    unknown = [name for name in chosen if name not in known]
    if unknown:
        print(f"there is no family '{unknown[0]}'; known: {', '.join(known)}", file=sys.stderr)
        return 2
    begun = perf_counter()
    for name in chosen:
        family, started = import_module(f"benchmarks.{name}"), perf_counter()
        if hasattr(family, "rows"):
            print(f"measuring {name} …", file=sys.stderr)
            rows = list(_rows_as_far_as_measured(name, family.rows()))
            print(table(rows), flush=True)
            if name in ON_REQUEST:
                keep_rows(name, rows)
            print(f"{name}: {perf_counter() - started:.0f} s; {_load_words()}", file=sys.stderr)
    _measure_side_by_side(list(chosen), HISTORIES_DONE - (perf_counter() - begun))
    if not sys.argv[1:]:
        for name in ON_REQUEST:
            if rows := list(last_rows(name)):
                print(table(rows), flush=True)
    print(f"in all {perf_counter() - begun:.0f} s; {_load_words()}", file=sys.stderr)
    return 0


def _rows_as_far_as_measured(name: str, rows: Iterable[Row]) -> Iterator[Row]:
    """The rows of a family; where measuring fails, a row that says so: the other families are measured all the same."""
    try:
        yield from rows
    except Exception as error:
        print(f"{name} failed: {error}", file=sys.stderr)
        yield Row(f"{name}: FAILED", math.nan, "", goal=0.0)


def _measure_side_by_side(chosen: list[str], left: float) -> None:
    """Measure what may run side by side; the histories are made in the seconds that are left."""
    families = [family for name in chosen if hasattr(family := import_module(f"benchmarks.{name}"), "parts")]
    if not families:
        return
    started = perf_counter()
    until = math.inf if len(families) == 1 else time() + left
    parts = [family.parts(until) if family is stepping else family.parts() for family in families]
    names = ", ".join(family.__name__.removeprefix("benchmarks.") for family in families)
    print(f"measuring {names} side by side …", file=sys.stderr)
    found = run_parts([part for own in parts for part in own])
    for own in parts:
        rows: list[Row] = [row for _ in own for row in next(found)]
        print(table(rows), flush=True)
    print(f"{names}: {perf_counter() - started:.0f} s; {_load_words()}", file=sys.stderr)


def _load_words() -> str:
    """How busy this machine was with this and all else: times by the clock are longer on a busy one."""
    try:
        busy = f"{os.getloadavg()[0]:.1f}"
    except (AttributeError, OSError):  # Windows counts no such thing
        busy = "unknown"
    return f"load {busy} on {os.cpu_count()} processors"


if __name__ == "__main__":
    sys.exit(main())
