from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.errors import UsageError
from tutor.expressions.arithmetic import Tolerance
from tutor.questions.kinds.table import read_question
from tutor.reading.tolerance import read_tolerance, tolerance_for

STEADY = settings(derandomize=True, deadline=None)


def test_the_bounds_themselves_are_inside() -> None:
    tolerance = Tolerance(Fraction("0.1"))
    assert tolerance.covers(Fraction("1.1"), Fraction(1))
    assert tolerance.covers(Fraction("0.9"), Fraction(1))
    assert not tolerance.covers(Fraction("1.1000000001"), Fraction(1))


def test_the_wider_of_the_two_tolerances_counts() -> None:
    assert Tolerance(Fraction("0.1"), Fraction(5)).covers(Fraction(6), Fraction(1))
    assert Tolerance(Fraction("0.1"), Fraction("0.001")).covers(Fraction(-110), Fraction(-100))


@STEADY
@given(st.fractions(), st.fractions(), st.fractions(min_value=0), st.fractions(min_value=0))
def test_the_verdict_is_the_formula(answer: Fraction, expected: Fraction, r: Fraction, a: Fraction) -> None:
    distance = abs(answer - expected)
    assert Tolerance(r, a).covers(answer, expected) == (distance <= a or distance <= r * abs(expected))


def test_whole_numbers_are_exact_and_others_need_three_figures() -> None:
    whole, broken = tolerance_for(Fraction(600_000)), tolerance_for(Fraction("0.04390625"))
    assert whole.figures == 0
    assert not whole.covers(Fraction(600_001), Fraction(600_000))
    assert broken.figures == 3
    assert broken.covers(Fraction("0.0439"), Fraction("0.04390625"))
    assert not broken.covers(Fraction("0.043"), Fraction("0.04390625"))


def test_a_computed_speck_may_be_typed_as_zero() -> None:
    assert tolerance_for(Fraction("1e-17")).covers(Fraction(0), Fraction("1e-17"))


@STEADY
@given(st.floats(1e-6, 1e6), st.floats(1e-7, 0.4))
def test_as_many_figures_as_are_said_to_suffice_do(number: float, rtol: float) -> None:
    figures = Tolerance(Fraction(rtol)).figures
    if figures:
        rounded = Fraction(f"{number:.{figures - 1}e}")
        assert Tolerance(Fraction(rtol) + Fraction(1, 10**12)).covers(rounded, Fraction(number))


def test_a_tolerance_from_outside_is_read_in_decimal() -> None:
    assert read_tolerance("atol", 0.2) == Fraction(1, 5)
    assert read_tolerance("rtol", "1e-3") == Fraction(1, 1000)
    assert read_tolerance("rtol", "1%") == Fraction(1, 100)


@pytest.mark.parametrize("value", [-1, "x", None, True, float("nan"), float("inf"), [1], ""])
def test_a_tolerance_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="cannot be used: give a number from 0 up"):
        read_tolerance("rtol", value)


@pytest.mark.parametrize("expected", ["1.005", "0.04390625", "8.04", "-99.75", "2/3", "1e-9"])
def test_what_is_rounded_may_be_off_by_half_a_per_cent_and_not_by_a_hair_more(expected: str) -> None:
    true = Fraction(expected)
    usual = tolerance_for(true)
    for side in (-1, 1):
        assert usual.covers(true * (1 + side * Fraction(1, 200)), true)
        assert not usual.covers(true * (1 + side * Fraction(5001, 1_000_000)), true)


@pytest.mark.parametrize(("typed", "correct"), [("1.005", True), ("1.0049", False), ("1.015", True), ("1.0151", False)])
def test_the_border_of_a_rounded_answer_is_that_of_a_third_figure(typed: str, correct: bool) -> None:
    """Half a unit of 1.01's third figure is the most that rounding a number to three figures can change."""
    asked = {"id": "q", "concepts": ["c"], "ask": "x?", "answer": "1.01", "hints": ["y?"], "why": "It is."}
    instance = read_question("number", asked).draw_instance(0)
    assert (instance.grade(instance.read(typed)).verdict == "right") is correct


def test_a_whole_number_is_exact_however_large() -> None:
    assert not tolerance_for(Fraction(10**12)).covers(Fraction(10**12 + 1001), Fraction(10**12))
