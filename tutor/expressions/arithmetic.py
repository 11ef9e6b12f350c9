"""Arithmetic on exact fractions and floats, bounded so that nothing can hang or overflow; and tolerances."""

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

import msgspec

from tutor.errors import ExpressionError, clip

Real = Fraction | float
"""A number: exact where that can be. A float may be nan or infinite when a diverged state holds it."""

MAX_PLACES = 30
"""The most decimal places that `round` takes."""
MAX_BITS = 4096
"""The most binary digits of an exact fraction; past it a result is rounded to double precision."""
LARGEST_DOUBLE = Fraction(1.7976931348623157e308)
_BITS_SURELY_BELOW_LARGEST = 1000
"""A numerator longer than its denominator by at most so many bits gives a value far below `LARGEST_DOUBLE`."""

EXACT_RTOL = Fraction(1, 10**9)
"""The relative tolerance of an answer that must be exact: what a double loses on the way, and no more."""


class Tolerance(msgspec.Struct, frozen=True):
    """A band around the expected value, in exact fractions."""

    rtol: Fraction
    atol: Fraction = Fraction(0)

    def covers(self, answer: Fraction, expected: Fraction) -> bool:
        """True when `answer` is as near to `expected` as it must be."""
        # |a/b - c/d| = |ad - bc| / bd: compared in whole numbers, a tenth of the time that fractions take.
        expected_above, expected_below = expected.numerator, expected.denominator
        below = answer.denominator * expected_below
        distance = abs(answer.numerator * expected_below - expected_above * answer.denominator)
        return (
            distance * self.rtol.denominator <= self.rtol.numerator * abs(expected_above) * answer.denominator
            or distance * self.atol.denominator <= self.atol.numerator * below
        )

    def band(self, expected: Fraction) -> Fraction:
        """The allowed distance from `expected`."""
        return max(self.atol, self.rtol * abs(expected))

    @property
    def figures(self) -> int:
        """The number of significant figures that always suffice; 0 if no reasonable number does."""
        return next((count for count in range(1, 9) if Fraction(10) ** (1 - count) / 2 <= self.rtol), 0)


def to_fraction(value: float | Fraction) -> Fraction:
    """A finite number as the fraction of its shortest decimal form: 0.1 is 1/10.

    Raises:
        ExpressionError: it is not finite.
    """
    if type(value) is Fraction:
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number in it is not finite")
    return _shortest_fraction(value) if isinstance(value, float) else Fraction(value)


@lru_cache(maxsize=4096)
def _shortest_fraction(value: float) -> Fraction:
    """The shortest decimal form of a finite number: those of a question are drawn over and over."""
    return Fraction(float.__repr__(value))


def to_value(value: Any) -> Any:
    """A value from a lesson or a state in the types of expressions: exact numbers, plain lists."""
    if type(value) is Fraction:
        return value
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    return to_fraction(value) if isinstance(value, float) and math.isfinite(value) else value


def require_number(value: object) -> Real:
    """Return `value` if it is a number.

    Raises:
        ExpressionError: it is something else, or not computed yet.
    """
    if isinstance(value, (Fraction, float)):
        return value
    if value is None:
        raise ExpressionError("a quantity in it is not computed yet at this step")
    kind = {bool: "yes or no", str: f"the word '{clip(str(value), 30)}'"}.get(type(value))
    raise ExpressionError(f"a number is needed where {kind or 'a list or a state'} stands")


def require_finite(value: Real) -> Real:
    """`value` when it is neither infinite, nor nan, nor beyond double precision.

    Raises:
        ExpressionError: it is.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number in it is not finite")
    if (
        isinstance(value, Fraction)
        and value.numerator.bit_length() - value.denominator.bit_length() > _BITS_SURELY_BELOW_LARGEST
        and abs(value) > LARGEST_DOUBLE
    ):
        raise ExpressionError("the result is too large: numbers go up to 1.8e308")
    return value


def _round_if_long(value: Real) -> Real:
    """Turn a fraction with too many digits into a float."""
    if isinstance(value, Fraction):
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if bits <= _BITS_SURELY_BELOW_LARGEST:
            return value
        return require_finite(value) if bits <= MAX_BITS else float(require_finite(value))
    return require_finite(value)


def apply_operator(sign: str, left: object, right: object) -> Real:
    """`left sign right` for one of + - * / % ^.

    Raises:
        ExpressionError: no numbers, a division by zero, a result too large or not real.
    """
    first, second = require_finite(require_number(left)), require_finite(require_number(right))
    try:
        return _round_if_long(_OPERATIONS[sign](first, second))
    except ZeroDivisionError:
        raise ExpressionError("division by zero: choose the numbers so that it cannot happen") from None
    except OverflowError:
        raise ExpressionError("the result is too large: numbers go up to 1.8e308") from None


def _power(base: Any, exponent: Any) -> Any:
    """base^exponent: exact for a whole exponent unless that takes too many digits, otherwise a float."""
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent) <= MAX_BITS:
            return base ** int(exponent)
    result = float(base) ** float(exponent)
    if isinstance(result, complex):
        raise ExpressionError("a negative number has no real power with a fraction in it")
    return result


_OPERATIONS: dict[str, Callable[[Any, Any], Real]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "^": _power,
}


def call_function(function: str, arguments: Sequence[object]) -> Real:
    """A function of a lesson's expressions; a list among its arguments counts as its entries.

    Raises:
        ExpressionError: outside what the function is defined for, or too large.
    """
    numbers = [require_finite(require_number(value)) for value in _flatten(arguments)]
    if not numbers:
        raise ExpressionError(f"{function} of an empty list has no value")
    try:
        return _round_if_long(_FUNCTIONS[function](*numbers))
    except (ValueError, ZeroDivisionError):
        raise ExpressionError(f"{function}({float(numbers[0]):.6g}) is not a real number") from None
    except OverflowError:
        raise ExpressionError(f"{function}({float(numbers[0]):.6g}) is too large") from None
    except TypeError:
        raise ExpressionError(f"{function} takes one number, not a list") from None


def _flatten(values: Iterable[object]) -> list[object]:
    """The values, with the entries of a list in its place."""
    flat: list[object] = []
    for value in values:
        item = to_value(value)
        flat += _flatten(item) if isinstance(item, (list, tuple)) else [item]
    return flat


def _square_root(number: Any) -> Real:
    """The square root: exact for a fraction of squares."""
    if isinstance(number, Fraction) and number >= 0:
        top, bottom = math.isqrt(number.numerator), math.isqrt(number.denominator)
        if (top * top, bottom * bottom) == (number.numerator, number.denominator):
            return Fraction(top, bottom)
    return math.sqrt(number)


def _sigmoid(number: Any) -> float:
    """1 / (1 + e^−z), written so that neither tail overflows."""
    small = math.exp(-abs(number))
    return (1.0 if number >= 0 else small) / (1 + small)


def _round(number: Any, places: Any = Fraction(0)) -> Fraction:
    """Halves go away from zero, as on paper."""
    if not isinstance(places, Fraction) or places.denominator != 1 or abs(places) > MAX_PLACES:
        raise ValueError
    scale = Fraction(10) ** int(places)
    size = math.floor(abs(to_fraction(number)) * scale + Fraction(1, 2)) / scale
    return Fraction(size if number >= 0 else -size)


_FUNCTIONS: dict[str, Callable[..., Real]] = {
    "sqrt": _square_root,
    "exp": math.exp,
    "ln": math.log,
    "log": math.log,
    "log10": math.log10,
    "abs": abs,
    "min": lambda *numbers: min(numbers),
    "max": lambda *numbers: max(numbers),
    "sum": lambda *numbers: sum(numbers, Fraction(0)),
    "floor": lambda number: Fraction(math.floor(number)),
    "ceil": lambda number: Fraction(math.ceil(number)),
    "round": _round,
    "tanh": math.tanh,
    "sigmoid": _sigmoid,
    "relu": lambda number: max(Fraction(0), number),
}
