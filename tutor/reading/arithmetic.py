"""Arithmetic on exact fractions and floats, bounded so that nothing can hang or overflow."""

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any

from tutor.errors import clip
from tutor.reading.tokens import ExpressionError

Real = Fraction | float
"""A number: exact where that can be. A float may be nan or infinite when a diverged state holds it."""

PLACES = 30
"""The most decimal places that `round` takes."""
BITS = 4096
"""Exact fractions grow no further than this; past it a result is rounded to double precision."""
LARGEST = Fraction(1.7976931348623157e308)
SMALL_ENOUGH = 1000
"""Bits by which a fraction's numerator may be longer than its denominator and still be far below `LARGEST`."""


def exact(value: float | Fraction) -> Fraction:
    """A finite number as the fraction that its shortest decimal form says: 0.1 is 1/10.

    Raises:
        ExpressionError: it is not finite.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number in it is not finite")
    return Fraction(float.__repr__(value)) if isinstance(value, float) else Fraction(value)


def settled(value: Any) -> Any:
    """A value from outside in our own types: exact numbers, plain lists."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, int) and not isinstance(value, bool):
        return Fraction(value)
    return exact(value) if isinstance(value, float) and math.isfinite(value) else value


def real(value: object) -> Real:
    """`value` when it is a number.

    Raises:
        ExpressionError: it is something else, or not computed yet.
    """
    if isinstance(value, (Fraction, float)):
        return value
    if value is None:
        raise ExpressionError("a quantity in it is not computed yet at this step")
    sort = {bool: "yes or no", str: f"the word '{clip(str(value), 30)}'"}.get(type(value))
    raise ExpressionError(f"a number is needed where {sort or 'a list or a state'} stands")


def finite(value: Real) -> Real:
    """`value` when it is neither infinite, nor nan, nor beyond double precision.

    Raises:
        ExpressionError: it is.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ExpressionError("a number in it is not finite")
    if (
        isinstance(value, Fraction)
        and value.numerator.bit_length() - value.denominator.bit_length() > SMALL_ENOUGH
        and abs(value) > LARGEST
    ):
        raise ExpressionError("the result is too large: numbers go up to 1.8e308")
    return value


def _bounded(value: Real) -> Real:
    if isinstance(value, Fraction):
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        return finite(value) if bits <= BITS else float(finite(value))
    return finite(value)


def arithmetic(sign: str, left: object, right: object) -> Real:
    """`left sign right` for one of + - * / % ^.

    Raises:
        ExpressionError: no numbers, a division by zero, a result too large or not real.
    """
    first, second = finite(real(left)), finite(real(right))
    try:
        return _bounded(_OPERATIONS[sign](first, second))
    except ZeroDivisionError:
        raise ExpressionError("division by zero: choose the numbers so that it cannot happen") from None
    except OverflowError:
        raise ExpressionError("the result is too large: numbers go up to 1.8e308") from None


def _power(base: Any, exponent: Any) -> Any:
    if isinstance(base, Fraction) and isinstance(exponent, Fraction) and exponent.denominator == 1:
        bits = max(base.numerator.bit_length(), base.denominator.bit_length())
        if bits * abs(exponent) <= BITS:
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


def call(function: str, arguments: Sequence[object]) -> Real:
    """A function of `syntax.FUNCTIONS`; a list among its arguments counts as its entries.

    Raises:
        ExpressionError: outside what the function is defined for, or too large.
    """
    numbers = [finite(real(value)) for value in _flat(arguments)]
    if not numbers:
        raise ExpressionError(f"{function} of an empty list has no value")
    try:
        return _bounded(_FUNCTIONS[function](*numbers))
    except (ValueError, ZeroDivisionError):
        raise ExpressionError(f"{function}({float(numbers[0]):.6g}) is not a real number") from None
    except OverflowError:
        raise ExpressionError(f"{function}({float(numbers[0]):.6g}) is too large") from None
    except TypeError:
        raise ExpressionError(f"{function} takes one number, not a list") from None


def _flat(values: Iterable[object]) -> list[object]:
    flat: list[object] = []
    for value in values:
        own = settled(value)
        flat += _flat(own) if isinstance(own, (list, tuple)) else [own]
    return flat


def _root(number: Any) -> Real:
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
    if not isinstance(places, Fraction) or places.denominator != 1 or abs(places) > PLACES:
        raise ValueError
    scale = Fraction(10) ** int(places)
    size = math.floor(abs(exact(number)) * scale + Fraction(1, 2)) / scale
    return Fraction(size if number >= 0 else -size)


_FUNCTIONS: dict[str, Callable[..., Real]] = {
    "sqrt": _root,
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
