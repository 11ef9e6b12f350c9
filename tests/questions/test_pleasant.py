from fractions import Fraction
from typing import Any

import pytest

from tests.questions.examples import NUMBER
from tutor.expressions.arithmetic import EXACT_RTOL, Tolerance
from tutor.questions.kinds.table import read_question
from tutor.questions.templates.proof import overlong_answer
from tutor.reading.tolerance import tolerance_for

PLAIN = {"id": "plain", "ask": "How many?", "answer": 2, "hints": ["Count."], "why": "W."}


def faults(**changed: Any) -> list[str]:
    return read_question("number", {**PLAIN, **changed}).check()


@pytest.mark.parametrize("number", ["1,228,800", "0.000123456", "3.14159", "$10^{12}$", "2025", "v1.2345678x", "1,000"])
def test_numbers_of_six_figures_may_be_asked_about(number: str) -> None:
    assert faults(ask=f"What of {number}?") == []


@pytest.mark.parametrize("number", ["13,631,488", "3.141592", "$0.1234567$", "1.000000", "{1234567}"])
def test_longer_numbers_are_said(number: str) -> None:
    (fault,) = faults(ask=f"What of {number}?")
    assert "more than 6 figures" in fault


def test_a_long_number_that_only_some_seeds_draw_is_found() -> None:
    (fault,) = faults(given={"n": [*range(1, 60), 1234567]}, ask="What is {n}?")
    assert fault.startswith("ask: 1,234,567 has more than 6 figures")


def test_long_numbers_among_options_are_said() -> None:
    options = [{"text": "1,234,567", "right": True, "why": "Y."}, {"text": "2", "why": "N."}]
    data = {"id": "c", "ask": "Which?", "options": options, "hints": ["H."], "why": "W."}
    assert "more than 6 figures" in read_question("choice", data).check()[0]


@pytest.mark.parametrize(
    ("answer", "tolerance", "sound"),
    [
        (Fraction(1228800), Tolerance(EXACT_RTOL), True),
        (Fraction(1234567), Tolerance(EXACT_RTOL), False),
        (Fraction(1, 3), tolerance_for(Fraction(1, 3)), True),
        (Fraction(1, 3), Tolerance(EXACT_RTOL), False),
        (Fraction(1234567), tolerance_for(Fraction(1234567), figures=3), True),
        (Fraction(12345678, 10000), tolerance_for(Fraction(12345678, 10000), places=1), True),
        (Fraction(0), Tolerance(EXACT_RTOL), True),
    ],
)
def test_an_answer_can_be_typed_in_six_figures(answer: Fraction, tolerance: Tolerance, sound: bool) -> None:
    assert (overlong_answer(answer, tolerance) == []) is sound


def test_two_entries_of_an_order_that_read_the_same_are_said() -> None:
    items = [{"id": "a", "text": "Go."}, {"id": "b", "text": "Go.", "after": ["a"]}, {"id": "c", "text": "Stop."}]
    data = {"id": "o", "ask": "Order.", "items": items, "hints": ["H."], "why": "W."}
    assert "two entries read the same: Go." in read_question("order", data).check()


def test_the_example_of_a_number_is_pleasant() -> None:
    assert read_question("number", NUMBER).check() == []
