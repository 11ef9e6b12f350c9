"""Grading: verdicts a second through `chainrule grade --batch`, start included; and random strings. In processor time.

`python -m benchmarks.grading --strings 1000000` grades so many strings of every sort and shows the slowest.
"""

import argparse
import gc
import json
import subprocess
import sys
from collections.abc import Iterator

from benchmarks.side_by_side import Part
from benchmarks.strings import BOUND, GENERATORS, slowest, verdict_time
from benchmarks.table import Row, middle, processor_time, processor_times, table

LINES = 4000
STRINGS = 6000
"""How many random strings, unless `--strings` says otherwise."""
WARMUP = 50
"""How many of each sort are graded before the first is timed."""
FORMULAS = (
    ("2 c (a - y)", "2ca - 2cy"),
    ("sigma(z)(1 - sigma(z))", "e^-z/(1+e^-z)^2"),
    ("w_1 x_1 + w_2 x_2 + b", "b + x1w1 + x2w2"),
    ("2x sin(x) cos(x)", "x sin 2x"),
    ("max(0, z)", "(z + |z|)/2"),
)


def parts() -> list[Part]:
    """Batches, and random strings."""
    return [Part(batches, seconds=15), Part(random_strings, seconds=15)]


def random_strings() -> list[Row]:
    """As many strings as a usual run takes."""
    return list(strings(STRINGS))


def strings(count: int) -> Iterator[Row]:
    """The slowest verdict, in processor time, on strings of each sort."""
    for generator in GENERATORS:
        slowest(generator, WARMUP)  # patterns are compiled, and modules imported, when first needed: once a process
    gc.collect()
    gc.freeze()  # what importing has left behind is no part of a verdict
    for generator in GENERATORS:
        found = slowest(generator, count // len(GENERATORS))
        name = f"slowest of {found.count} {found.generator}"
        yield Row(name, found.milliseconds, "ms", goal=1000 * BOUND)
        print(f"    {name}: {found.line}"[:400], file=sys.stderr, flush=True)
    gc.unfreeze()


def batches() -> list[Row]:
    """Lines a second, and single verdicts."""
    from tutor.questions.grading import grade_line

    number = {"kind": "number", "expected": "1228800", "answer": "1,228,800", "rtol": 0.001}
    order = {"kind": "order", "depends": {"1": [], "2": ["1"], "3": ["1", "2"]}, "answer": ["1", "3", "2"]}
    formulas = [{"kind": "expression", "expected": right, "answer": typed} for right, typed in FORMULAS]
    mixed = [number, order, *formulas]
    text = "".join(json.dumps(mixed[turn % len(mixed)]) + "\n" for turn in range(LINES))
    floor = _time_program("-c", "import sys; sys.stdout.write(sys.stdin.read())", text=text) / 1000
    taken = _time_program("-m", "tutor", "grade", "--batch", text=text) / 1000
    alone = ("-m", "tutor", "grade", "expression", "--expected", "sigma(z)", "--answer", "1/(1+e^-z)")
    expression = middle([1000 * verdict_time(line) for line in formulas * 40])
    return [
        Row("grade --batch", LINES / taken, "lines/s", "echo", LINES / floor, 200, at_least=True),
        Row("one number verdict", middle(processor_times(lambda: grade_line(number), 500)), "ms", goal=5),
        Row("one expression verdict", expression, "ms", goal=5),
        Row("start of grade", _time_program(*alone, text=""), "ms", goal=500),
    ]


def _time_program(*arguments: str, text: str) -> float:
    """Milliseconds of a whole process, the best of three."""

    def run() -> None:
        subprocess.run([sys.executable, *arguments], input=text, text=True, check=True, capture_output=True)

    return processor_time(run, 1, 3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Random strings through the grader.")
    parser.add_argument("--strings", type=int, default=STRINGS, help="how many, in equal parts of every sort")
    print(table(strings(parser.parse_args().strings)))
