"""Grading: verdicts a second through `chainrule grade --batch`, start included."""

import json
import subprocess
import sys
from collections.abc import Iterator
from time import perf_counter

from benchmarks.table import Row, middle, milliseconds

LINES = 4000
ECHO = "import sys; sys.stdout.write(sys.stdin.read())"


def rows() -> Iterator[Row]:
    """The rows of this family."""
    from tutor.questions.grading import grade_line

    number = {"kind": "number", "expected": "1228800", "answer": "1,228,800", "rtol": 0.001}
    order = {"kind": "order", "depends": {"1": [], "2": ["1"], "3": ["1", "2"]}, "answer": ["1", "3", "2"]}
    text = "".join(json.dumps((number, order)[turn % 2]) + "\n" for turn in range(LINES))
    floor = middle([_batch("-c", "import sys; sys.stdout.write(sys.stdin.read())", text=text) for _ in range(3)])
    taken = middle([_batch("-m", "tutor", "grade", "--batch", text=text) for _ in range(3)])
    yield Row("grade --batch", LINES / taken, "lines/s", "echo", LINES / floor, 200, at_least=True)
    yield Row("one number verdict", middle(milliseconds(lambda: grade_line(number), 500)), "ms", goal=5)


def _batch(*arguments: str, text: str) -> float:
    started = perf_counter()
    subprocess.run([sys.executable, *arguments], input=text, text=True, check=True, capture_output=True)
    return perf_counter() - started
