"""Print a table for each family: `python -m benchmarks [FAMILY …]`."""

import sys
from importlib import import_module

from benchmarks.table import table

FAMILIES = (
    "starting",
    "stepping",
    "memory",
    "drawing",
    "lessons",
    "playground",
    "grading",
    "record",
    "living",
    "exercises",
)


def main() -> int:
    """Measure the families that were asked for, or all."""
    chosen = sys.argv[1:] or FAMILIES
    unknown = [name for name in chosen if name not in FAMILIES]
    if unknown:
        print(f"there is no family '{unknown[0]}'; known: {', '.join(FAMILIES)}", file=sys.stderr)
        return 2
    for name in chosen:
        print(f"measuring {name} …", file=sys.stderr)
        print(table(import_module(f"benchmarks.{name}").rows()), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
