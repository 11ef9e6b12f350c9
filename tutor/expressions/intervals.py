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
"""The `log2_error` of an exact value, whose error is 0."""
DIVISION_BY_ZERO = "division by zero: check what is divided by"
TOO_LARGE = "a power in it is too large; make it simpler"
MAX_LOGARITHM = 2.0**21
"""A power or exponential whose base-2 logarithm is larger than this is refused."""


class UndefinedError(ExpressionError):
    """An expression has no real value at a point; the message says why in one line."""


class PrecisionError(Exception):
    """The error bound is too wide: more precision is needed."""


class Ball(NamedTuple):
    """A value with a bound on its error: the true value is at most 2^log2_error away."""

    value: Any
    """A number of mpmath."""
    log2_error: float
    """The base-2 logarithm of the error's bound; −∞ (`EXACT`) if the value is exact."""


def log2_bound(value: Any) -> float:
    """An upper bound of log2 |value|: the integer n with 2^(n − 1) ≤ |value| < 2^n; −∞ for 0.

    So if n exceeds `log2_error + 1`, the value is larger than its error, and its sign is certain.
    """
    # mpmath's form: ± mantissa · 2^exponent; the mantissa has `bits` bits.
    _is_negative, mantissa, exponent, bits = value._mpf_
    return float(exponent + bits) if mantissa else -math.inf


def _log2(value: Any) -> float:
    """log2 of |value|, which is not 0, to double precision."""
    _is_negative, mantissa, exponent, _bits = value._mpf_
    return float(exponent + math.log2(mantissa))


def log2_sum(*logarithms: float) -> float:
    """Add errors that are given by their base-2 logarithms; the result is the logarithm of the sum."""
    largest = max(logarithms)
    if largest == EXACT:
        return EXACT
    # Smaller errors are counted as 2^-80 of the largest, which makes no difference and avoids an underflow.
    errors_over_largest = [2.0 ** max(logarithm - largest, -80) for logarithm in logarithms]
    return largest + math.log2(sum(errors_over_largest))


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

    def with_rounding(self, value: Any, *log2_errors: float) -> Ball:
        """The ball of `value`, which was rounded once; `log2_errors` are the logarithms of further errors to add."""
        return Ball(value, log2_sum(self._log2_rounding(value), *log2_errors))

    def _log2_rounding(self, value: Any) -> float:
        """log2 of a bound on the error of rounding `value` once."""
        return log2_bound(value) - self.precision + 1

    def number(self, value: Fraction) -> Ball:
        """The ball of a fraction; exact if its binary digits end, and fit into the precision."""
        numerator = self.context.mpf(value.numerator)
        fits = abs(value.numerator).bit_length() <= self.precision
        if value.denominator == 1 and fits:
            return Ball(numerator, EXACT)
        quotient = numerator / value.denominator
        is_power_of_two = value.denominator.bit_count() == 1
        if is_power_of_two and fits:
            return Ball(quotient, EXACT)
        # Rounding the numerator errs by the same share as rounding the quotient, which `with_rounding` adds.
        numerator_error = self._log2_rounding(quotient)
        return self.with_rounding(quotient, numerator_error)

    def constant(self, name: str) -> Ball:
        """Pi or e."""
        return self.with_rounding(+self.context.pi if name == "pi" else +self.context.e)

    def add(self, left: Ball, right: Ball) -> Ball:
        """Return left + right."""
        return self.with_rounding(left.value + right.value, left.log2_error, right.log2_error)

    def negate(self, ball: Ball) -> Ball:
        """−ball."""
        return Ball(-ball.value, ball.log2_error)

    def subtract(self, left: Ball, right: Ball) -> Ball:
        """Return left − right."""
        return self.with_rounding(left.value - right.value, left.log2_error, right.log2_error)

    def multiply(self, left: Ball, right: Ball) -> Ball:
        """Return left · right."""
        log2_errors = (
            log2_bound(left.value) + right.log2_error,
            log2_bound(right.value) + left.log2_error,
            left.log2_error + right.log2_error,
        )
        # An exact 0 (−∞) times an error that has no bound (∞) gives nan, but no error.
        known_errors = [log2_error for log2_error in log2_errors if not math.isnan(log2_error)]
        return self.with_rounding(left.value * right.value, *known_errors)

    def divide(self, left: Ball, right: Ball) -> Ball:
        """Return left / right."""
        self.require_nonzero(right, DIVISION_BY_ZERO)
        value = left.value / right.value
        # |error| ≤ (error of left + |quotient| · error of right) / |true right|. The value of right is at least 1/2 of
        # 2^log2_bound(right.value), and its error at most 1/8 of it, as required above. So the true right is at least
        # 3/8 of it, and dividing by 1/4, the + 2, gives a bound.
        log2_numerator = log2_sum(left.log2_error, log2_bound(value) + right.log2_error)
        return self.with_rounding(value, log2_numerator - log2_bound(right.value) + 2)

    def require_nonzero(self, ball: Ball, message: str) -> None:
        """Raise `UndefinedError` with `message` if `ball` is exactly zero, `PrecisionError` if it may be zero.

        A ball that passes has an error of at most 1/8 of 2^log2_bound(ball.value), which `divide` relies on.
        """
        if _is_exact_zero(ball):
            raise UndefinedError(message)
        if log2_bound(ball.value) <= ball.log2_error + 3:
            raise PrecisionError

    def sign(self, ball: Ball) -> int:
        """−1, 0 or 1; `PrecisionError` where it is not certain."""
        if _is_exact_zero(ball):
            return 0
        if log2_bound(ball.value) <= ball.log2_error + 1:
            raise PrecisionError
        return 1 if ball.value > 0 else -1

    def integer(self, ball: Ball) -> int | None:
        """The integer that `ball` is narrow enough to be taken for; `None` if there is none."""
        if log2_bound(ball.value) > 40:  # larger than any power or factorial that is computed
            return None
        nearest = int(self.context.nint(ball.value))
        if ball.value == nearest:
            return nearest
        log2_distance = log2_bound(ball.value - nearest)
        is_within_error = log2_distance <= ball.log2_error + 1
        is_narrow = ball.log2_error < -20  # otherwise a wide ball around 2.1 would count as 2
        return nearest if is_within_error and is_narrow else None

    def exp(self, ball: Ball) -> Ball:
        """Return e to the power of `ball`."""
        if log2_bound(ball.value) > math.log2(MAX_LOGARITHM):
            raise UndefinedError(TOO_LARGE)
        if ball.log2_error > -3:  # the ball is too wide for the bound below
            raise PrecisionError
        value = self.context.exp(ball.value)
        # e^(x + ε) differs from e^x by less than 2ε · e^x for ε up to 1/8: the + 1.
        return self.with_rounding(value, log2_bound(value) + ball.log2_error + 1)

    def ln(self, ball: Ball) -> Ball:
        """The natural logarithm."""
        if self.sign(ball) <= 0:
            raise UndefinedError("the logarithm of a negative number or of zero is not real")
        self.require_nonzero(ball, "")  # it is positive; but close to 0, more precision is needed
        # |ln(x + ε) − ln x| ≤ 2ε / x, where x is at least half of 2^log2_bound(x): the + 2.
        return self.with_rounding(self.context.ln(ball.value), ball.log2_error - log2_bound(ball.value) + 2)

    def sqrt(self, ball: Ball) -> Ball:
        """The square root."""
        may_be_zero = log2_bound(ball.value) <= ball.log2_error + 2
        if may_be_zero:  # then the true number is below 5 · error, and its root below 4 · √error: the + 2
            return Ball(self.context.zero, ball.log2_error / 2 + 2)
        if ball.value < 0:
            raise UndefinedError("the square root of a negative number is not real")
        value = self.context.sqrt(ball.value)
        # |√(x + ε) − √x| ≤ ε / √x, where √x is at least half of 2^log2_bound(√x): the + 1.
        return self.with_rounding(value, ball.log2_error - log2_bound(value) + 1)

    def power(self, base: Ball, exponent: Ball, exact_exponent: Fraction | None = None) -> Ball:
        """base^exponent; `exact_exponent` is the exponent as a fraction, if it was typed as a number or a fraction."""
        if exact_exponent is not None and exact_exponent.denominator == 1:
            integer_exponent: int | None = int(exact_exponent)
        else:
            integer_exponent = self.integer(exponent)
        if integer_exponent is not None:
            return self._integer_power(base, integer_exponent)
        if _is_exact_zero(base):
            if self.sign(exponent) > 0:
                return base
            raise UndefinedError(DIVISION_BY_ZERO)
        if self.sign(base) > 0:
            return self.exp(self.multiply(exponent, self.ln(base)))
        # A negative base to p/q is real if q is odd; the result is negative if p is odd too.
        if exact_exponent is None or exact_exponent.denominator % 2 == 0:
            raise UndefinedError("a negative number has no such real power")
        magnitude = self.power(self.negate(base), exponent, exact_exponent)
        return magnitude if exact_exponent.numerator % 2 == 0 else self.negate(magnitude)

    def _integer_power(self, base: Ball, exponent: int) -> Ball:
        """base^exponent for a whole number `exponent`.

        To first order the error is |exponent| · |base|^(exponent − 1) · error of the base. The bound is four times
        that: a factor of 2 since `log2_bound` may give twice |base|, and a factor of 2 for the higher orders, which
        add less than the error itself as long as exponent · relative error is at most 1/8.
        """
        if exponent == 0:
            return Ball(self.context.one, EXACT)
        if exponent < 0:
            return self.divide(Ball(self.context.one, EXACT), self._integer_power(base, -exponent))
        if _is_exact_zero(base):
            return base
        if base.value and abs(_log2(base.value)) * exponent > MAX_LOGARITHM:
            raise UndefinedError(TOO_LARGE)
        value = base.value**exponent
        log2_relative_error = base.log2_error - log2_bound(base.value)
        is_too_wide_for_first_order = log2_relative_error > -math.log2(exponent) - 3
        if is_too_wide_for_first_order:
            # But no power of a number in the ball exceeds (|base| + error)^exponent. The true power and `value` lie up
            # to that far from 0, and so up to twice that far from each other: the + 1.
            log2_largest = log2_sum(log2_bound(base.value), base.log2_error)
            return Ball(value, exponent * log2_largest + 1)
        return self.with_rounding(value, log2_bound(value) + log2_relative_error + math.log2(exponent) + 2)

    def sine_or_cosine(self, ball: Ball, function: str) -> Ball:
        """Return sin or cos, as `function` says."""
        if log2_bound(ball.value) > 60:  # most digits would be lost in reducing it by 2π
            raise UndefinedError(f"{function} of so large a number is not computed")
        value = getattr(self.context, function)(ball.value)
        return self.with_rounding(value, min(ball.log2_error, 1.0))  # values from −1 to 1 differ by 2 at most

    def arcsine_or_arccosine(self, ball: Ball, function: str) -> Ball:
        """Return arcsin or arccos, as `function` says."""
        distance_to_edge = self.subtract(Ball(self.context.one, EXACT), Ball(abs(ball.value), ball.log2_error))
        is_outside = log2_bound(distance_to_edge.value) > distance_to_edge.log2_error + 1 and distance_to_edge.value < 0
        if is_outside:
            raise UndefinedError(f"{function} takes a number from −1 to 1")
        clamped = max(min(ball.value, self.context.one), -self.context.one)
        value = self.context.asin(clamped) if function == "arcsin" else self.context.acos(clamped)
        if ball.log2_error == EXACT:
            return self.with_rounding(value)
        # The slope is 1 / √(1 − x²), which grows without bound towards the edge; there the error goes as a root.
        is_at_edge = log2_bound(distance_to_edge.value) <= ball.log2_error + 4
        if is_at_edge:
            return self.with_rounding(value, ball.log2_error / 2 + 3)
        return self.with_rounding(value, ball.log2_error - log2_bound(distance_to_edge.value) / 2 + 1)

    def arctan(self, ball: Ball) -> Ball:
        """Return arctan; its slope is at most 1, so that the error does not grow."""
        return self.with_rounding(self.context.atan(ball.value), ball.log2_error)

    def factorial(self, ball: Ball) -> Ball:
        """Return n! for an integer n from 0 to 1000."""
        n = self.integer(ball)
        if n is None or not 0 <= n <= 1000:
            raise UndefinedError("a factorial takes a whole number from 0 to 1000")
        return self.with_rounding(self.context.mpf(math.factorial(n)))

    def floor(self, ball: Ball) -> Ball:
        """The largest whole number not above `ball`."""
        floor = self.context.floor(ball.value)
        distance_to_integer = min(ball.value - floor, floor + 1 - ball.value)
        may_cross_integer = ball.log2_error > EXACT and log2_bound(distance_to_integer) <= ball.log2_error + 1
        if may_cross_integer:
            integer = self.integer(ball)
            if integer is None:
                raise PrecisionError
            floor = self.context.mpf(integer)
        return Ball(floor, EXACT)


def _is_exact_zero(ball: Ball) -> bool:
    return ball.log2_error == EXACT and not ball.value
