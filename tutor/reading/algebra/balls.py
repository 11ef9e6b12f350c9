"""Real numbers with a bound on their error, so that neither cancellation nor overflow can deceive.

A ball is a value in binary floating point of some precision and the base-2 logarithm of a bound on its
distance from the true value. Bounds follow first-order error analysis (Higham, Accuracy and Stability of
Numerical Algorithms, ch. 3), rounded up by a factor of two.
"""

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from tutor.reading.tokens import ExpressionError

SURE = -math.inf
"""The logarithm of no error at all."""
DIVIDES = "division by zero: check what is divided by"
TOO_LARGE = "a power in it is too large; make it simpler"
LARGE = 2.0**21
"""Powers and exponentials with a larger logarithm are refused."""


class UndefinedError(ExpressionError):
    """An expression has no real value here; one line that says why."""


class UnsureError(Exception):
    """The error bound is too wide to go on: more precision is needed."""


class Ball(NamedTuple):
    """A value and log2 of a bound on its error."""

    value: Any
    error: float


def size(value: Any) -> float:
    """The least n with |value| ≤ 2^n; −∞ for 0."""
    _, mantissa, exponent, bits = value._mpf_
    return float(exponent + bits) if mantissa else SURE


def _log2(value: Any) -> float:
    """log2 of |value|, which is not 0, to double precision."""
    _, mantissa, exponent, _ = value._mpf_
    return float(exponent + math.log2(mantissa))


def total(*errors: float) -> float:
    """log2 of the sum of 2^error."""
    most = max(errors)
    if most == SURE:
        return SURE
    return most + math.log2(sum(2.0 ** max(error - most, -80) for error in errors))


@lru_cache(maxsize=16)
def field(precision: int) -> "Field":
    """The arithmetic of `precision` binary digits."""
    return Field(precision)


class Field:
    """Arithmetic on balls at one precision. Raises `UndefinedError` and `UnsureError`."""

    def __init__(self, precision: int) -> None:
        from mpmath import MPContext  # brings in 50 ms, which a plain number does not need

        self.context = MPContext()
        self.context.prec = precision
        self.precision = precision

    def rounded(self, value: Any, *errors: float) -> Ball:
        """`value` with the errors it inherits and that of its own rounding."""
        return Ball(value, total(size(value) - self.precision + 1, *errors))

    def number(self, value: Fraction) -> Ball:
        """A fraction; exact when its digits fit."""
        top = self.context.mpf(value.numerator)
        if value.denominator == 1 and abs(value.numerator).bit_length() <= self.precision:
            return Ball(top, SURE)
        if value.denominator.bit_count() == 1 and abs(value.numerator).bit_length() <= self.precision:
            return Ball(top / value.denominator, SURE)
        return self.rounded(top / value.denominator, size(top / value.denominator) - self.precision + 1)

    def constant(self, name: str) -> Ball:
        """Pi or e."""
        return self.rounded(+self.context.pi if name == "pi" else +self.context.e)

    def add(self, left: Ball, right: Ball) -> Ball:
        """Left + right."""
        return self.rounded(left.value + right.value, left.error, right.error)

    def negative(self, ball: Ball) -> Ball:
        """−ball."""
        return Ball(-ball.value, ball.error)

    def subtract(self, left: Ball, right: Ball) -> Ball:
        """Left − right."""
        return self.rounded(left.value - right.value, left.error, right.error)

    def multiply(self, left: Ball, right: Ball) -> Ball:
        """Left · right."""
        errors = (size(left.value) + right.error, size(right.value) + left.error, left.error + right.error)
        return self.rounded(left.value * right.value, *(error for error in errors if not math.isnan(error)))

    def divide(self, left: Ball, right: Ball) -> Ball:
        """Left / right."""
        self.apart_from_zero(right, DIVIDES)
        value = left.value / right.value
        return self.rounded(value, total(left.error, size(value) + right.error) - size(right.value) + 2)

    def apart_from_zero(self, ball: Ball, fault: str) -> None:
        """Refuse zero, and what may be zero."""
        if ball.error == SURE and not ball.value:
            raise UndefinedError(fault)
        if size(ball.value) <= ball.error + 3:
            raise UnsureError

    def sign(self, ball: Ball) -> int:
        """−1, 0 or 1, for certain."""
        if ball.error == SURE and not ball.value:
            return 0
        if size(ball.value) <= ball.error + 1:
            raise UnsureError
        return 1 if ball.value > 0 else -1

    def whole(self, ball: Ball) -> int | None:
        """The whole number that `ball` is, as far as can be told; `None` when it is none."""
        if size(ball.value) > 40:
            return None
        near = int(self.context.nint(ball.value))
        gap = size(ball.value - near)
        return near if (gap <= ball.error + 1 and ball.error < -20) or gap == SURE else None

    def exp(self, ball: Ball) -> Ball:
        """E to the power of `ball`."""
        if size(ball.value) > math.log2(LARGE):
            raise UndefinedError(TOO_LARGE)
        if ball.error > -3:
            raise UnsureError
        value = self.context.exp(ball.value)
        return self.rounded(value, size(value) + ball.error + 1)

    def ln(self, ball: Ball) -> Ball:
        """The natural logarithm."""
        if self.sign(ball) <= 0:
            raise UndefinedError("the logarithm of a negative number or of zero is not real")
        self.apart_from_zero(ball, "")
        return self.rounded(self.context.ln(ball.value), ball.error - size(ball.value) + 2)

    def sqrt(self, ball: Ball) -> Ball:
        """The square root."""
        if size(ball.value) <= ball.error + 2:
            return Ball(self.context.zero, ball.error / 2 + 2)
        if ball.value < 0:
            raise UndefinedError("the square root of a negative number is not real")
        value = self.context.sqrt(ball.value)
        return self.rounded(value, ball.error - size(value) + 1)

    def power(self, base: Ball, exponent: Ball, ratio: Fraction | None = None) -> Ball:
        """base^exponent; `ratio` is the exponent where it is known exactly."""
        count = int(ratio) if ratio is not None and ratio.denominator == 1 else self.whole(exponent)
        if count is not None:
            return self._whole_power(base, count)
        if base.error == SURE and not base.value:
            if self.sign(exponent) > 0:
                return base
            raise UndefinedError(DIVIDES)
        if self.sign(base) > 0:
            return self.exp(self.multiply(exponent, self.ln(base)))
        if ratio is None or ratio.denominator % 2 == 0:
            raise UndefinedError("a negative number has no such real power")
        value = self.power(self.negative(base), exponent, ratio)
        return value if ratio.numerator % 2 == 0 else self.negative(value)

    def _whole_power(self, base: Ball, count: int) -> Ball:
        if count == 0:
            return Ball(self.context.one, SURE)
        if count < 0:
            return self.divide(Ball(self.context.one, SURE), self._whole_power(base, -count))
        if base.value and abs(_log2(base.value)) * count > LARGE:
            raise UndefinedError(TOO_LARGE)
        value = base.value**count
        relative = base.error - size(base.value) if base.value else 0.0
        if base.error > SURE and relative > -math.log2(count) - 3:
            reach = total(size(base.value), base.error)
            return Ball(value, count * reach + 1)
        return self.rounded(value, size(value) + relative + math.log2(count) + 2) if value else base

    def sine(self, ball: Ball, function: str) -> Ball:
        """Sin or cos."""
        if size(ball.value) > 60:
            raise UndefinedError(f"{function} of so large a number is not computed")
        return self.rounded(getattr(self.context, function)(ball.value), min(ball.error, 1.0))

    def arcsine(self, ball: Ball, function: str) -> Ball:
        """Arcsin or arccos."""
        gap = self.subtract(Ball(self.context.one, SURE), Ball(abs(ball.value), ball.error))
        inside = max(min(ball.value, self.context.one), -self.context.one)
        if gap.value < 0 and size(gap.value) > gap.error + 1:
            raise UndefinedError(f"{function} takes a number from −1 to 1")
        value = self.context.asin(inside) if function == "arcsin" else self.context.acos(inside)
        if ball.error == SURE:
            return self.rounded(value)
        near = size(gap.value) <= ball.error + 4
        return self.rounded(value, ball.error / 2 + 3 if near else ball.error - size(gap.value) / 2 + 1)

    def arctan(self, ball: Ball) -> Ball:
        """Arctan."""
        return self.rounded(self.context.atan(ball.value), ball.error)

    def factorial(self, ball: Ball) -> Ball:
        """N! for n from 0 to 1000."""
        count = self.whole(ball)
        if count is None or not 0 <= count <= 1000:
            raise UndefinedError("a factorial takes a whole number from 0 to 1000")
        return self.rounded(self.context.mpf(math.factorial(count)))

    def floor(self, ball: Ball) -> Ball:
        """The largest whole number not above `ball`."""
        value = self.context.floor(ball.value)
        edge = min(ball.value - value, value + 1 - ball.value)
        if ball.error > SURE and size(edge) <= ball.error + 1:
            count = self.whole(ball)
            if count is None:
                raise UnsureError
            value = self.context.mpf(count)
        return Ball(value, SURE)
