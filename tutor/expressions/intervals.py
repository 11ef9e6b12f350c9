"""Interval arithmetic in midpoint-radius form: a bound on the error of every result, whatever cancels.

A ball is a binary floating-point value with the base-2 logarithm of a bound on its distance from the true value
(ball arithmetic: J. van der Hoeven, Ball arithmetic, 2009). Bounds follow first-order error analysis (N. J. Higham,
Accuracy and Stability of Numerical Algorithms, ch. 3), rounded up by a factor of two.
"""

import math
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from tutor.errors import ExpressionError

EXACT = -math.inf
"""The logarithm of no error at all."""
DIVISION_BY_ZERO = "division by zero: check what is divided by"
TOO_LARGE = "a power in it is too large; make it simpler"
MAX_LOGARITHM = 2.0**21
"""Powers and exponentials with a larger binary logarithm are refused."""


class UndefinedError(ExpressionError):
    """An expression has no real value here; one line that says why."""


class PrecisionError(Exception):
    """The error bound is too wide: more precision is needed."""


class Ball(NamedTuple):
    """A value and log2 of a bound on its error."""

    value: Any
    error: float


def log2_bound(value: Any) -> float:
    """The least n with |value| ≤ 2^n; −∞ for 0."""
    _, mantissa, exponent, bits = value._mpf_  # mpmath's own form: ± mantissa · 2^exponent, the mantissa in `bits`
    return float(exponent + bits) if mantissa else EXACT


def _log2(value: Any) -> float:
    """log2 of |value|, which is not 0, to double precision."""
    _, mantissa, exponent, _ = value._mpf_
    return float(exponent + math.log2(mantissa))


def sum_of_errors(*errors: float) -> float:
    """log2 of the sum of 2^error."""
    largest = max(errors)
    if largest == EXACT:
        return EXACT
    relative = [2.0 ** max(error - largest, -80) for error in errors]  # a term that small no longer counts
    return largest + math.log2(sum(relative))


@lru_cache(maxsize=16)
def ball_arithmetic(precision: int) -> "BallArithmetic":
    """The arithmetic of `precision` binary digits."""
    return BallArithmetic(precision)


class BallArithmetic:
    """Arithmetic on balls at one precision. Raises `UndefinedError` and `PrecisionError`."""

    def __init__(self, precision: int) -> None:
        from mpmath import MPContext  # brings in 50 ms, which a plain number does not need

        self.context = MPContext()
        self.context.prec = precision
        self.precision = precision

    def with_rounding(self, value: Any, *errors: float) -> Ball:
        """`value` with the errors it inherits and the error of its own rounding."""
        return Ball(value, sum_of_errors(log2_bound(value) - self.precision + 1, *errors))

    def number(self, value: Fraction) -> Ball:
        """A fraction; exact when its digits fit."""
        top = self.context.mpf(value.numerator)
        if value.denominator == 1 and abs(value.numerator).bit_length() <= self.precision:
            return Ball(top, EXACT)
        if value.denominator.bit_count() == 1 and abs(value.numerator).bit_length() <= self.precision:
            return Ball(top / value.denominator, EXACT)
        return self.with_rounding(top / value.denominator, log2_bound(top / value.denominator) - self.precision + 1)

    def constant(self, name: str) -> Ball:
        """Pi or e."""
        return self.with_rounding(+self.context.pi if name == "pi" else +self.context.e)

    def add(self, left: Ball, right: Ball) -> Ball:
        """Return left + right."""
        return self.with_rounding(left.value + right.value, left.error, right.error)

    def negate(self, ball: Ball) -> Ball:
        """−ball."""
        return Ball(-ball.value, ball.error)

    def subtract(self, left: Ball, right: Ball) -> Ball:
        """Return left − right."""
        return self.with_rounding(left.value - right.value, left.error, right.error)

    def multiply(self, left: Ball, right: Ball) -> Ball:
        """Return left · right."""
        errors = (log2_bound(left.value) + right.error, log2_bound(right.value) + left.error, left.error + right.error)
        return self.with_rounding(left.value * right.value, *(error for error in errors if not math.isnan(error)))

    def divide(self, left: Ball, right: Ball) -> Ball:
        """Return left / right."""
        self.require_nonzero(right, DIVISION_BY_ZERO)
        value = left.value / right.value
        return self.with_rounding(
            value, sum_of_errors(left.error, log2_bound(value) + right.error) - log2_bound(right.value) + 2
        )

    def require_nonzero(self, ball: Ball, fault: str) -> None:
        """Refuse a ball that is zero, or may be."""
        if ball.error == EXACT and not ball.value:
            raise UndefinedError(fault)
        if log2_bound(ball.value) <= ball.error + 3:
            raise PrecisionError

    def sign(self, ball: Ball) -> int:
        """−1, 0 or 1, for certain."""
        if ball.error == EXACT and not ball.value:
            return 0
        if log2_bound(ball.value) <= ball.error + 1:
            raise PrecisionError
        return 1 if ball.value > 0 else -1

    def integer(self, ball: Ball) -> int | None:
        """The integer that `ball` is certain to be; `None` if it is not."""
        if log2_bound(ball.value) > 40:  # larger than any power or factorial that is computed
            return None
        near = int(self.context.nint(ball.value))
        gap = log2_bound(ball.value - near)
        return near if (gap <= ball.error + 1 and ball.error < -20) or gap == EXACT else None

    def exp(self, ball: Ball) -> Ball:
        """Return e to the power of `ball`."""
        if log2_bound(ball.value) > math.log2(MAX_LOGARITHM):
            raise UndefinedError(TOO_LARGE)
        if ball.error > -3:  # too wide for the first-order bound
            raise PrecisionError
        value = self.context.exp(ball.value)
        return self.with_rounding(value, log2_bound(value) + ball.error + 1)

    def ln(self, ball: Ball) -> Ball:
        """The natural logarithm."""
        if self.sign(ball) <= 0:
            raise UndefinedError("the logarithm of a negative number or of zero is not real")
        self.require_nonzero(ball, "")
        return self.with_rounding(self.context.ln(ball.value), ball.error - log2_bound(ball.value) + 2)

    def sqrt(self, ball: Ball) -> Ball:
        """The square root."""
        if log2_bound(ball.value) <= ball.error + 2:
            return Ball(self.context.zero, ball.error / 2 + 2)
        if ball.value < 0:
            raise UndefinedError("the square root of a negative number is not real")
        value = self.context.sqrt(ball.value)
        return self.with_rounding(value, ball.error - log2_bound(value) + 1)

    def power(self, base: Ball, exponent: Ball, ratio: Fraction | None = None) -> Ball:
        """base^exponent; `ratio` is the exponent where it is known exactly."""
        count = int(ratio) if ratio is not None and ratio.denominator == 1 else self.integer(exponent)
        if count is not None:
            return self._integer_power(base, count)
        if base.error == EXACT and not base.value:
            if self.sign(exponent) > 0:
                return base
            raise UndefinedError(DIVISION_BY_ZERO)
        if self.sign(base) > 0:
            return self.exp(self.multiply(exponent, self.ln(base)))
        if ratio is None or ratio.denominator % 2 == 0:
            raise UndefinedError("a negative number has no such real power")
        value = self.power(self.negate(base), exponent, ratio)
        return value if ratio.numerator % 2 == 0 else self.negate(value)

    def _integer_power(self, base: Ball, count: int) -> Ball:
        """base^count for a whole number, with the error |count| · |base|^(count − 1) · error of the base."""
        if count == 0:
            return Ball(self.context.one, EXACT)
        if count < 0:
            return self.divide(Ball(self.context.one, EXACT), self._integer_power(base, -count))
        if base.value and abs(_log2(base.value)) * count > MAX_LOGARITHM:
            raise UndefinedError(TOO_LARGE)
        value = base.value**count
        relative = base.error - log2_bound(base.value) if base.value else 0.0
        if base.error > EXACT and relative > -math.log2(count) - 3:  # too wide for the first-order bound
            reach = sum_of_errors(log2_bound(base.value), base.error)
            return Ball(value, count * reach + 1)
        return self.with_rounding(value, log2_bound(value) + relative + math.log2(count) + 2) if value else base

    def sine(self, ball: Ball, function: str) -> Ball:
        """Return sin or cos, as `function` says."""
        if log2_bound(ball.value) > 60:  # its multiple of π would take most digits
            raise UndefinedError(f"{function} of so large a number is not computed")
        return self.with_rounding(getattr(self.context, function)(ball.value), min(ball.error, 1.0))

    def arcsine(self, ball: Ball, function: str) -> Ball:
        """Return arcsin or arccos, as `function` says."""
        gap = self.subtract(Ball(self.context.one, EXACT), Ball(abs(ball.value), ball.error))
        inside = max(min(ball.value, self.context.one), -self.context.one)
        if gap.value < 0 and log2_bound(gap.value) > gap.error + 1:
            raise UndefinedError(f"{function} takes a number from −1 to 1")
        value = self.context.asin(inside) if function == "arcsin" else self.context.acos(inside)
        if ball.error == EXACT:
            return self.with_rounding(value)
        near = log2_bound(gap.value) <= ball.error + 4
        return self.with_rounding(value, ball.error / 2 + 3 if near else ball.error - log2_bound(gap.value) / 2 + 1)

    def arctan(self, ball: Ball) -> Ball:
        """Arctan."""
        return self.with_rounding(self.context.atan(ball.value), ball.error)

    def factorial(self, ball: Ball) -> Ball:
        """Return n! for an integer n from 0 to 1000."""
        count = self.integer(ball)
        if count is None or not 0 <= count <= 1000:
            raise UndefinedError("a factorial takes a whole number from 0 to 1000")
        return self.with_rounding(self.context.mpf(math.factorial(count)))

    def floor(self, ball: Ball) -> Ball:
        """The largest whole number not above `ball`."""
        value = self.context.floor(ball.value)
        edge = min(ball.value - value, value + 1 - ball.value)
        if ball.error > EXACT and log2_bound(edge) <= ball.error + 1:
            count = self.integer(ball)
            if count is None:
                raise PrecisionError
            value = self.context.mpf(count)
        return Ball(value, EXACT)
