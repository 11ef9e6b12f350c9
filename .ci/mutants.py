"""Chooses mutants and counts what became of them, from what mutmut keeps in mutants/; `.ci/mutate` calls it."""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable
from fnmatch import fnmatch
from pathlib import Path

MUTANTS_FOLDER = Path("mutants")
CAUGHT_CODES = {1, 3, 24, -24, 36, 152, 255}
"""mutmut's codes for a failed test, an error of pytest, and a test that ran out of time."""


def read_codes() -> dict[str, int | None]:
    """Every mutant there is, by name → mutmut's code for what became of it; `None` before it is tried."""
    found: dict[str, int | None] = {}
    for path in sorted(MUTANTS_FOLDER.rglob("*.meta")):
        found |= json.loads(path.read_text("utf-8"))["exit_code_by_key"]
    return found


def choose(patterns: Iterable[str], count: int, seed: str) -> list[str]:
    """Draw `count` of the mutants whose names match a pattern; the same seed draws the same of the same code."""
    names = sorted(name for name in read_codes() if any(fnmatch(name, pattern) for pattern in patterns))
    return random.Random(seed).sample(names, min(count, len(names)))


def format_score(names: Iterable[str]) -> str:
    """A line for each module, the survivors, and a line for all."""
    codes = read_codes()
    tried = {name: codes[name] for name in names if codes.get(name) is not None}
    tried_in = Counter(_module_of(name) for name in tried)
    caught = Counter(_module_of(name) for name, code in tried.items() if code in CAUGHT_CODES)
    lines = [f"{caught[module]:>4} of {tried_in[module]:>4}  {module}" for module in sorted(tried_in)]
    survivors = [f"not noticed: {name}" for name, code in sorted(tried.items()) if code not in CAUGHT_CODES]
    total = f"{sum(caught.values())} of {len(tried)} caught: {sum(caught.values()) / max(1, len(tried)):.1%}"
    return "\n".join([*lines, *survivors, total])


def _module_of(name: str) -> str:
    return name.rpartition(".")[0]


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["choose", count, seed, *patterns]:
            print("\n".join(choose(patterns or ["*"], int(count), seed)))
        case ["score"]:
            print(format_score(sys.stdin.read().split() or read_codes()))
        case _:
            sys.exit("choose COUNT SEED [PATTERN]..., or score with names on standard input")
