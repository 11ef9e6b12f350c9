"""Chooses mutants and counts what became of them, from what mutmut keeps in mutants/; `.ci/mutate` calls it."""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

KEPT = Path("mutants")
CAUGHT = {1, 3, 24, -24, 36, 152, 255}
"""mutmut's codes for a failed test, an error of pytest, and a test that ran out of time."""


def results() -> dict[str, int | None]:
    """Every mutant there is, by name → mutmut's code for what became of it; `None` before it is tried."""
    found: dict[str, int | None] = {}
    for path in sorted(KEPT.rglob("*.meta")):
        found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def choose(patterns: Iterable[str], count: int, seed: str) -> list[str]:
    """Draw `count` of the mutants whose names match a pattern; the same seed draws the same of the same code."""
    names = sorted(name for name in results() if any(fnmatch(name, pattern) for pattern in patterns))
    return random.Random(seed).sample(names, min(count, len(names)))


def score(names: Iterable[str]) -> str:
    """A line for each module, the survivors, and a line for all."""
    codes = results()
    tried = {name: codes[name] for name in names if codes.get(name) is not None}
    all_of = Counter(_module(name) for name in tried)
    caught = Counter(_module(name) for name, code in tried.items() if code in CAUGHT)
    lines = [f"{caught[module]:>4} of {all_of[module]:>4}  {module}" for module in sorted(all_of)]
    survivors = [f"not noticed: {name}" for name, code in sorted(tried.items()) if code not in CAUGHT]
    total = f"{sum(caught.values())} of {len(tried)} caught: {sum(caught.values()) / max(1, len(tried)):.1%}"
    return "\n".join([*lines, *survivors, total])


def _module(name: str) -> str:
    return name.rpartition(".")[0]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["choose", count, seed, *patterns]:
            print("\n".join(choose(patterns or ["*"], int(count), seed)))
        case ["score"]:
            print(score(sys.stdin.read().split() or results()))
        case _:
            sys.exit("choose COUNT SEED [PATTERN]..., or score with names on standard input")
