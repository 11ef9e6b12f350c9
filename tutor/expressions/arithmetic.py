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
"""A number: a fraction if it is exact, otherwise a float. A float from a diverged state may be nan or infinite."""

MAX_PLACES = 30
"""The most decimal places that `round` takes."""
MAX_BITS = 4096
"""The most binary digits of an exact fraction; a result with more is rounded to double precision."""
LARGEST_DOUBLE = Fraction(1.7976931348623157e308)
_BITS_SURELY_BELOW_LARGEST = 1000
"""If a numerator has at most this many bits more than its denominator, the value is far below `LARGEST_DOUBLE`."""

EXACT_RTOL = Fraction(1, 10**9)
"""The relative tolerance of an answer that must be exact: it allows only for the rounding errors of doubles."""


class Tolerance(msgspec.Struct, frozen=True):
    """How far an answer may be from the expected value: within the relative or the absolute tolerance."""

    rtol: Fraction
    atol: Fraction = Fraction(0)

    def covers(self, answer: Fraction, expected: Fraction) -> bool:
        """True when `answer` is within rtol · |expected| of `expected`, or within atol."""
        # |a/b - c/d| = |ad - bc| / bd. Both conditions are multiplied by bd and by the denominator of the tolerance.
        # This leaves only whole numbers to compare, which is ten times as fast as with fractions.
        a, b = answer.numerator, answer.denominator
        c, d = expected.numerator, expected.denominator
        distance_times_bd = abs(a * d - c * b)
        is_within_rtol = distance_times_bd * self.rtol.denominator <= self.rtol.numerator * abs(c) * b
        is_within_atol = distance_times_bd * self.atol.denominator <= self.atol.numerator * b * d
        return is_within_rtol or is_within_atol

    def allowed_distance(self, expected: Fraction) -> Fraction:
        """How far an answer may be from `expected`."""
        return max(self.atol, self.rtol * abs(expected))

    @property
    def figures(self) -> int:
        """The fewest significant figures to which any answer may be rounded; 0 if it takes more than 8."""
        for figures in range(1, 9):
            # The relative change by rounding is largest for 1.00…: half a unit of its last figure.
            largest_relative_rounding = Fraction(10) ** (1 - figures) / 2
            if largest_relative_rounding <= self.rtol:
                return figures
        return 0


def to_fraction(value: float | Fraction) -> Fraction:
    """Return a finite number as the fraction that its shortest decimal form is: 1/10 for 0.1.

    Raises:
        ExpressionError: it is not finite.
    """
    if type(value) is Fraction:  # `isinstance` would be slow for floats
        return value
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number in it is not finite")
    return _shortest_fraction(value) if isinstance(value, float) else Fraction(value)


@lru_cache(maxsize=4096)
def _shortest_fraction(value: float) -> Fraction:
    """The shortest decimal form of `value` as a fraction; cached, since the same numbers are drawn repeatedly."""
    return Fraction(float.__repr__(value))  # the base class's, since NumPy's floats write `np.float64(0.1)`


def to_value(value: Any) -> Any:
    """Convert a value from a lesson or a state to the types of expressions: fractions and plain lists.

    Words, booleans and floats that are not finite come back as they are.
    """
    if type(value) is Fraction:
        return value
    plain = value.tolist() if hasattr(value, "tolist") else value  # for NumPy's arrays and numbers
    if isinstance(plain, int) and not isinstance(plain, bool):  # Python counts True as an int
        return Fraction(plain)
    if isinstance(plain, float) and math.isfinite(plain):
        return to_fraction(plain)
    return plain


def require_number(value: object) -> Real:
    """Return `value` if it is a number.

    Raises:
        ExpressionError: it is something else, or not computed yet.
    """
    if isinstance(value, (Fraction, float)):
        return value
    if value is None:
        raise ExpressionError("a quantity in it is not computed yet at this step")
    if isinstance(value, bool):
        description = "yes or no"
    elif isinstance(value, str):
        description = f"the word '{clip(value, 30)}'"
    else:
        description = "a list or a state"
    raise ExpressionError(f"a number is needed where {description} stands")


def require_finite(value: Real) -> Real:
    """Return `value` if it is finite and in the range of doubles.

    Raises:
        ExpressionError: it is infinite, nan, or too large.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number in it is not finite")
    if isinstance(value, Fraction):
        log2_estimate = value.numerator.bit_length() - value.denominator.bit_length()
        # The bits are counted first, because that is much faster than the comparison.
        if log2_estimate > _BITS_SURELY_BELOW_LARGEST and abs(value) > LARGEST_DOUBLE:
            raise ExpressionError("the result is too large: numbers go up to 1.8e308")
    return value


def _limit_result(value: Real) -> Real:
    """Return the result `value`, rounded to a float if it is a fraction of more than `MAX_BITS` binary digits.

    Raises:
        ExpressionError: it is not finite, or too large.
    """
    if not isinstance(value, Fraction):
        return require_finite(value)
    bits = max(value.numerator.bit_length(), value.denominator.bit_length())
    if bits <= _BITS_SURELY_BELOW_LARGEST:  # most results: it is neither too large nor too long
        return value
    finite = require_finite(value)
    return finite if bits <= MAX_BITS else float(finite)


def apply_operator(symbol: str, left: object, right: object) -> Real:
    """Compute `left symbol right`, where `symbol` is one of + - * / % ^.

    Raises:
        ExpressionError: no numbers, a division by zero, a result too large or not real.
    """
    left_number, right_number = require_finite(require_number(left)), require_finite(require_number(right))
    try:
        return _limit_result(_OPERATIONS[symbol](left_number, right_number))
    except ZeroDivisionError:
        raise ExpressionError("division by zero: choose the numbers so that it cannot happen") from None
    except OverflowError:
        raise ExpressionError("the result is too large: numbers go up to 1.8e308") from None


def _power(base: Any, exponent: Any) -> Any:
    """base^exponent: exact if the exponent is whole and the result not too long, otherwise a float."""
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent) <= MAX_BITS:
            return base ** int(exponent)
    power = float(base) ** float(exponent)
    if isinstance(power, complex):  # what Python gives for (−8)^0.5
        raise ExpressionError("a negative number has no real power with a fraction in it")
    return power


_OPERATIONS: dict[str, Callable[[Any, Any], Real]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": operator.mod,
    "^": _power,
}


def call_function(function: str, arguments: Sequence[object]) -> Real:
    """Call a function of a lesson's expressions; a list among its arguments is replaced by its entries.

    Raises:
        ExpressionError: an argument is no number, the function is not defined there, or the result is too large.
    """
    numbers = [require_finite(require_number(value)) for value in _flatten(arguments)]
    if not numbers:
        raise ExpressionError(f"{function} of an empty list has no value")
    try:
        return _limit_result(_FUNCTIONS[function](*numbers))
    except (ValueError, ZeroDivisionError):
        raise ExpressionError(f"{function}({float(numbers[0]):.6g}) is not a real number") from None
    except OverflowError:
        raise ExpressionError(f"{function}({float(numbers[0]):.6g}) is too large") from None
    except TypeError:  # too many arguments, since a list was given
        raise ExpressionError(f"{function} takes one number, not a list") from None


def _flatten(values: Iterable[object]) -> list[object]:
    """Convert `values` to the types of expressions, and replace each list by its entries, however deeply nested."""
    flat: list[object] = []
    for value in values:
        plain = to_value(value)
        if isinstance(plain, (list, tuple)):
            flat += _flatten(plain)
        else:
            flat.append(plain)
    return flat


def _square_root(number: Any) -> Real:
    """The square root: exact for a fraction of squares."""
    if isinstance(number, Fraction) and number >= 0:
        root = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
        if root * root == number:
            return root
    return math.sqrt(number)


def _sigmoid(number: Any) -> float:
    """1 / (1 + e^−z), written so that neither tail overflows."""
    exp_minus_abs = math.exp(-abs(number))
    # For negative z both parts of the fraction are multiplied by e^z: e^z / (e^z + 1).
    numerator = 1.0 if number >= 0 else exp_minus_abs
    return numerator / (1 + exp_minus_abs)


def _round(number: Any, places: Any = Fraction(0)) -> Fraction:
    """`number` rounded to decimal `places`; halves go away from zero, as on paper.

    Raises:
        ValueError: `places` is no whole number, or too large; `call_function` makes the message.
    """
    if not isinstance(places, Fraction) or places.denominator != 1 or abs(places) > MAX_PLACES:
        raise ValueError
    scale = Fraction(10) ** int(places)
    half = Fraction(1, 2)
    rounded_magnitude = math.floor(abs(to_fraction(number)) * scale + half) / scale
    return Fraction(rounded_magnitude if number >= 0 else -rounded_magnitude)


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
