from fractions import Fraction
from time import process_time

import pytest
from hypothesis import assume, given, settings

from tests.expressions.strategies import LETTERS, POLYNOMIALS, TREES, TYPED
from tutor.errors import ExpressionError, UsageError
from tutor.expressions.arithmetic import Tolerance
from tutor.expressions.enclosures import constant_value
from tutor.expressions.equality import EqualityOptions, is_equal, require_real_value
from tutor.expressions.parser import parse_formula
from tutor.expressions.sampling import sample_points
from tutor.expressions.symbols import SymbolTable
from tutor.expressions.tree import Binary, Expr, Number
from tutor.questions.grading import grade_line

WORDS = SymbolTable(frozenset(LETTERS) | {"x", "y", "z", "a", "b", "n", "f", "g"}, frozenset({"h", "h'"}))


def same(left: str, right: str, setting: EqualityOptions | None = None) -> bool:
    return is_equal(parse_formula(left, WORDS), parse_formula(right, WORDS), setting or EqualityOptions())


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("(x+1)^2", "x^2 + 2x + 1"),
        ("1/(x-2)", "-1/(2-x)"),
        ("x(y^2+1)/(y^2+1)", "x"),
        ("sin(x)^2 + cos(x)^2", "1"),
        ("sin(500 pi)", "0"),
        ("exp(x) exp(-x)", "1"),
        ("e^(2x)", "exp(x)^2"),
        ("ln(x y)", "ln(x) + ln(y)"),
        ("1/(1+e^-z)", "sigma(z)"),
        ("sigma(z)(1 - sigma(z))", "sigma'(z)"),
        ("1 - tanh(z)^2", "tanh'(z)"),
        ("max(0, z)", "relu(z)"),
        ("(z + |z|)/2", "relu(z)"),
        ("ln(1 + e^z)", "softplus(z)"),
        ("sqrt(x^2)", "|x|"),
        ("(-2)^n (-2)", "(-2)^(n+1)"),
        ("acosh(x)", "ln(x + sqrt(x^2-1))"),
        ("n!", "n (n-1)!"),
        ("x^0.5", "sqrt(x)"),
        ("h'(x)*2", "2 h'(x)"),
        ("x^1000000 x", "x^1000001"),
        ("(x+y)^40", "(y+x)^40"),
        ("arcsin(x - 5000)", "pi/2 - arccos(x - 5000)"),
    ],
)
def test_equal_expressions_are_equal_both_ways(left: str, right: str) -> None:
    assert same(left, right)
    assert same(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x", "-x"),
        ("sqrt(x^2)", "x"),
        ("1 + x*10^-40 - 1", "0"),
        ("exp(-300)", "2exp(-300)"),
        ("sin(pi x)", "sin(500 pi x)"),
        ("relu(x - 100)", "0"),
        ("|x - 50|", "50 - x"),
        ("(-2)^n", "(-2)^(n-1)"),
        ("h'(x)", "h(x)"),
        ("ln(x)", "log10(x)"),
        ("2^n", "2^(n+1)"),
        ("x y", "x z"),
        ("floor(x)", "x"),
        ("x^1000000", "x^1000001"),
    ],
)
def test_different_expressions_are_different_both_ways(left: str, right: str) -> None:
    assert not same(left, right)
    assert not same(right, left)


@pytest.mark.parametrize(
    ("left", "right", "letter", "assumption"),
    [
        ("a", "sqrt(a^2)", "a", "positive"),
        ("-a", "sqrt(a^2)", "a", "negative"),
        ("cos(2 pi n)", "1", "n", "integer"),
        ("(-1)^n", "1", "n", "even"),
        ("(-1)^n", "-1", "n", "odd"),
        ("|x - 1|", "x - 1", "x", ">1"),
        ("|x(1-x)|", "x(1-x)", "x", ">=0, <=1"),
        ("|n|", "n", "n", "positive integer"),
    ],
)
def test_an_assumption_narrows_what_a_letter_may_be(left: str, right: str, letter: str, assumption: str) -> None:
    assert same(left, right, EqualityOptions(assumptions={letter: assumption}))
    assert not same(left, right)


def test_an_assumption_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="'tall' is not understood"):
        same("|x|", "x", EqualityOptions(assumptions={"x": "tall"}))
    with pytest.raises(UsageError, match="no number is as"):
        same("|x|", "x", EqualityOptions(assumptions={"x": ">2, <1"}))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1/(x-x)", "division by zero"),
        ("1/0", "division by zero"),
        ("sqrt(-1)", "square root of a negative"),
        ("sqrt(-1-x^2)", "square root of a negative"),
        ("ln(-2)", "logarithm"),
        ("arcsin(2)", "from −1 to 1"),
        ("arccosh(0)", "from 1 up"),
        ("9**9**9", "too large"),
        ("exp(exp(exp(10)))", "too large"),
        ("sin(10^30)", "so large a number"),
        ("(1/2)!", "whole number"),
    ],
)
def test_what_has_no_real_value_anywhere_is_refused(text: str, fault: str) -> None:
    with pytest.raises(ExpressionError, match=fault):
        require_real_value(parse_formula(text, WORDS))


def test_a_tolerance_is_kept_at_every_point() -> None:
    near = EqualityOptions(Tolerance(Fraction(1, 100)))
    assert same("3.14 x", "pi x", near)
    assert not same("3.1 x", "pi x", near)
    assert not same("3.14 x", "pi x")


@pytest.mark.parametrize(("text", "value"), [("sqrt(16) + 1", "5"), ("4^1.5", "8"), ("2/3 + 1/3", "1"), ("0^0", "1")])
def test_a_value_that_is_a_fraction_is_exact(text: str, value: str) -> None:
    assert constant_value(parse_formula(text, WORDS)) == Fraction(value)


@settings(derandomize=True, deadline=None, max_examples=150)
@given(TREES, TREES)
def test_equality_is_symmetric_and_holds_of_itself(left: Expr, right: Expr) -> None:
    try:
        assert is_equal(left, left)
        first, second = is_equal(left, right), is_equal(right, left)
    except ExpressionError:
        assume(False)
    assert first is second


@settings(derandomize=True, deadline=None, max_examples=150)
@given(POLYNOMIALS, POLYNOMIALS, POLYNOMIALS)
def test_equality_survives_multiplying_out(first: Expr, second: Expr, third: Expr) -> None:
    together = Binary("*", first, Binary("+", second, third))
    apart = Binary("+", Binary("*", first, second), Binary("*", first, third))
    assert is_equal(together, apart)
    assert not is_equal(together, Binary("+", apart, Number(Fraction(1))))


@settings(derandomize=True, deadline=None, max_examples=2000)
@given(TYPED)
def test_no_answer_raises_or_takes_long_to_grade(text: str) -> None:
    begun = process_time()
    result = grade_line({"kind": "expression", "expected": "x*y + w_1/b - sin(a)", "answer": text})
    assert process_time() - begun < 5
    assert result["readable"] or result["advice"]


@pytest.mark.parametrize("text", ["0*sqrt(-1)", "x + 0*ln(-1)", "0/0", "x/(x-x)"])
def test_what_has_no_value_is_not_graded_even_if_it_would_cancel(text: str) -> None:
    assert grade_line({"kind": "expression", "expected": "x", "answer": text})["readable"] is False


def test_what_is_expected_may_have_a_letter_before_a_bracket() -> None:
    line = {"kind": "expression", "expected": "x(x+1)", "answer": "x(1+x)"}
    assert grade_line(line) == {"readable": True, "correct": True, "score": 1.0}


HEAVY = [
    "(a+b+x+y)^64",
    "(x+1)^60*(y+1)^60*(a+1)^60",
    "tanh(" * 40 + "x" + ")" * 40,
    "+".join(["sin(x)^x"] * 40),
    "x" + "!" * 99,
    "^".join("xyab" * 12),
    "*".join(["(x+y+a+b)^9"] * 30),
    "1/(" * 50 + "x" + ")" * 50,
    "|" * 41 + "x" + "|" * 41,
    "1/0" + "+1" * 100,
]


@pytest.mark.parametrize("text", HEAVY)
def test_a_heavy_answer_gets_its_verdict_in_time(text: str) -> None:
    begun = process_time()
    result = grade_line({"kind": "expression", "expected": "x*y + exp(a)/b", "answer": text})
    assert process_time() - begun < 5
    assert result["correct"] is False


def test_two_hundred_expressions_take_less_than_a_second() -> None:
    pairs = [("(x+1)^2", "x^2+2x+1"), ("sin(2x)", "2sin(x)cos(x)"), ("sigma'(z)", "sigma(z)(1-sigma(z))"), ("x", "y")]
    begun = process_time()
    for index in range(200):
        expected, answer = pairs[index % 4]
        grade_line({"kind": "expression", "expected": expected, "answer": f"{answer} + {index} - {index}"})
    assert process_time() - begun < 5


@pytest.mark.parametrize(
    ("assumption", "allowed"),
    [
        ("natural, <5", {1, 2, 3, 4}),
        ("positive integer <=3", {1, 2, 3}),
        (">0, <9 odd", {1, 3, 5, 7}),
        (">=1.5, <6.5 even", {2, 4, 6}),
        ("integer >-3, <=0 nonzero", {-2, -1}),
        (">=0, <1 integer", {0}),
        (f"natural, <1{'0' * 30}", None),
    ],
)
def test_an_integer_between_two_bounds_is_within_both(assumption: str, allowed: set[int] | None) -> None:
    values = {point["n"] for point in sample_points(["n"], {"n": assumption}, [])}
    assert all(value.denominator == 1 for value in values)
    assert values == allowed if allowed is not None else min(values) > 0


def test_bounds_with_no_integer_between_them_are_refused() -> None:
    for assumption in (">0, <1 integer", ">1, <3 odd"):
        with pytest.raises(UsageError, match="no number is as"):
            same("|x|", "x", EqualityOptions(assumptions={"x": assumption}))


def test_a_natural_number_below_a_bound_is_its_own_absolute_value() -> None:
    assert same("|n|", "n", EqualityOptions(assumptions={"n": "natural, <5"}))
