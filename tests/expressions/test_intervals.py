"""The bound on an error holds: the true value, to many more digits, lies within it; and it is not far too wide."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from mpmath import MPContext

from tutor.expressions.intervals import Ball, BallArithmetic, PrecisionError

TRUE = MPContext()
TRUE.prec = 600
FIELD = BallArithmetic(80)
ONE, FIVE = FIELD.number(Fraction(1)), FIELD.number(Fraction(5))

FUNCTIONS: dict[str, tuple[Callable[[Ball], Ball], Callable[[Any], Any], list[str]]] = {
    "sqrt": (FIELD.sqrt, TRUE.sqrt, ["1e-30", "0.2501", "0.26", "1", "1.0001", "2", "4.0001", "16.5", "1e30"]),
    "ln": (FIELD.ln, TRUE.ln, ["1e-30", "0.5001", "0.9", "1.1", "2.001", "1e30"]),
    "exp": (FIELD.exp, TRUE.exp, ["-40", "-0.7", "0.001", "1", "30"]),
    "sin": (lambda ball: FIELD.sine_or_cosine(ball, "sin"), TRUE.sin, ["0.001", "1", "3.1416", "40"]),
    "cos": (lambda ball: FIELD.sine_or_cosine(ball, "cos"), TRUE.cos, ["0.001", "1.5708", "3", "40"]),
    "arcsin": (lambda ball: FIELD.arcsine_or_arccosine(ball, "arcsin"), TRUE.asin, ["-0.5", "0.001", "0.9", "0.999"]),
    "arccos": (lambda ball: FIELD.arcsine_or_arccosine(ball, "arccos"), TRUE.acos, ["-0.5", "0.001", "0.9", "0.999"]),
    "arctan": (FIELD.arctan, TRUE.atan, ["-3", "0.001", "1"]),
    "1/x": (lambda ball: FIELD.divide(ONE, ball), lambda x: 1 / x, ["1e-9", "0.51", "7"]),
    "x^5": (lambda ball: FIELD.power(ball, FIVE, Fraction(5)), lambda x: x**5, ["0.3", "1.1", "9"]),
}  # fmt: skip
CASES = [(name, text) for name, (_, _, texts) in FUNCTIONS.items() for text in texts]


def distance(left: Any, right: Any) -> float:
    """log2 of |left − right|."""
    gap = abs(TRUE.mpf(left) - TRUE.mpf(right))
    return float(TRUE.log(gap, 2)) if gap else -math.inf


@pytest.mark.parametrize("error", [-200, -60, -30, -12, -6, -4])
@pytest.mark.parametrize(("name", "text"), CASES, ids=[" ".join(case) for case in CASES])
def test_the_value_of_every_number_in_a_ball_is_in_the_ball_of_the_value(name: str, text: str, error: int) -> None:
    ours, true, _ = FUNCTIONS[name]
    value = FIELD.context.mpf(text)
    reach = float(error + math.floor(math.log2(abs(float(text)))))
    try:
        found = ours(Ball(value, reach))
    except PrecisionError:
        return
    inside = [TRUE.mpf(value) + TRUE.mpf(2) ** reach * share / 8 for share in range(-8, 9)]
    farthest = max(
        distance(true(x), found.value) for x in inside if not name.startswith(("arcsin", "arccos")) or abs(x) <= 1
    )
    assert farthest <= found.log2_error
    assert found.log2_error <= max(farthest, found.value and distance(found.value, 0) - 80) + 12


@pytest.mark.parametrize("exponent", [-300, -81, -80, 0, 7])
@pytest.mark.parametrize("times", [0.0, 0.5, 1.0, 2.0, 3.0, 3.9])
def test_the_root_of_what_may_be_zero_is_not_farther_from_zero_than_its_bound(exponent: int, times: float) -> None:
    value = FIELD.context.mpf(2) ** exponent * times
    found = FIELD.sqrt(Ball(value, float(exponent)))
    largest = TRUE.sqrt(TRUE.mpf(value) + TRUE.mpf(2) ** exponent)
    assert distance(largest, found.value) <= found.log2_error
    assert found.log2_error <= exponent / 2 + 3
