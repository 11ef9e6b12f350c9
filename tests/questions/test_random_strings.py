"""Whatever is typed: the grader neither raises nor takes long."""

from collections.abc import Callable
from random import Random

import pytest

from benchmarks.strings import ANSWERS, GENERATORS, slowest
from tutor.questions.grading import grade_line

COUNTS = {"formulas": 500}
"""Sound formulas take longest; of the other sorts there are 1900 each, together 10,000."""


@pytest.mark.parametrize("generator", GENERATORS, ids=lambda generator: generator.__name__)
def test_ten_thousand_random_strings_neither_raise_nor_take_long(generator: Callable[[Random], str]) -> None:
    # The bound of 50 ms is measured by the benchmark; a busy machine may be five times as slow.
    assert slowest(generator, COUNTS.get(generator.__name__, 1900)).milliseconds < 250


@pytest.mark.parametrize("answer", ANSWERS)
def test_the_sound_answers_that_are_mutated_are_readable(answer: str) -> None:
    letters = {"w_1": "real", "w_2": "real", "x_1": "real", "x_2": "real", "beta_1": "real"}
    result = grade_line({"kind": "expression", "expected": "b + g m x y z", "answer": answer, "assume": letters})
    assert result["readable"], result
