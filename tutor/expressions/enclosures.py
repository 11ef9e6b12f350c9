"""Encloses the value of a formula at a point, or of a constant, in a ball: a number with a bound on its error."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from tutor.expressions.functions import call_with_bounds
from tutor.expressions.intervals import (
    Ball,
    BallArithmetic,
    PrecisionError,
    UndefinedError,
    ball_arithmetic,
    log2_bound,
)
from tutor.expressions.rational import TooLargeError, rational_form
from tutor.expressions.tree import Binary, Call, Expr, Name, Number, Unary, not_in_formula, variables_in

PRECISIONS_IN_BITS = (140, 460, 1400)
"""The precisions, in bits, that are tried in turn: the first decides most cases, the others are for close ones."""
MAX_SHOWN_BITS = 5000
"""The size of numbers that are shown: one from 2 to this power up is not, one below 2 to minus this power is 0."""


def constant_value(tree: Expr) -> Fraction | None:
    """The value of `tree`, exact if it is rational, otherwise to about forty figures.

    `None` if it has variables, or if its value is too large to be shown.

    Raises:
        UndefinedError: it has no real value.
    """
    if variables_in(tree):
        return None
    try:
        exact_value = rational_form(tree).value
    except TooLargeError:
        exact_value = None
    return exact_value if exact_value is not None else _to_fraction(enclose_constant(tree))


def enclose_constant(tree: Expr) -> Ball:
    """Enclose the value of `tree`, which has no variables, with as many digits as needed.

    Raises:
        UndefinedError: it has no real value.
    """
    for precision in PRECISIONS_IN_BITS:
        try:
            return enclose(tree, {}, ball_arithmetic(precision))
        except PrecisionError:
            continue
    raise UndefinedError("it cannot be told whether this has a value")


def _to_fraction(ball: Ball) -> Fraction | None:
    """The value of `ball` as a fraction; `None` if it is too large to be shown."""
    log2_value = log2_bound(ball.value)
    if log2_value <= max(ball.log2_error, -MAX_SHOWN_BITS):  # it may be 0, or is too small to be shown
        return Fraction(0)
    if log2_value > MAX_SHOWN_BITS:
        return None
    is_negative, mantissa, exponent, _bits = ball.value._mpf_  # mpmath's form: ± mantissa · 2^exponent
    magnitude = int(mantissa) * Fraction(2) ** int(exponent)
    return -magnitude if is_negative else magnitude


def enclose(tree: Expr, point: Mapping[str, Fraction], balls: BallArithmetic) -> Ball:
    """Evaluate `tree` at `point`, which maps its variables to numbers, with a bound on the error.

    Raises:
        UndefinedError: it has no real value there.
        PrecisionError: the precision of `balls` is too low to decide.
    """
    match tree:
        case Number(value):
            return balls.number(value)
        case Name(name):
            return balls.number(point[name]) if name in point else balls.constant(name)
        case Unary(_, operand):
            return balls.negate(enclose(operand, point, balls))
        case Binary("^", base, exponent):
            base_ball, exponent_ball = enclose(base, point, balls), enclose(exponent, point, balls)
            # The exponent is also passed as it was written: (−8)^(1/3) is real because 3 is odd, which a ball around
            # 1/3 cannot show.
            return balls.power(base_ball, exponent_ball, written_fraction(exponent))
        case Binary(operator, left, right):
            left_ball, right_ball = enclose(left, point, balls), enclose(right, point, balls)
            apply_operation = _OPERATIONS[operator]
            return apply_operation(balls, left_ball, right_ball)
        case Call(function, arguments):
            return call_with_bounds(function, [enclose(argument, point, balls) for argument in arguments], balls)
    raise not_in_formula(tree)


def written_fraction(tree: Expr) -> Fraction | None:
    """The value of `tree` if it is a number or a fraction of numbers, such as 3, −1/3 or 0.2; otherwise `None`."""
    match tree:
        case Number(value):
            return value
        case Unary(_, operand):
            operand_value = written_fraction(operand)
            return None if operand_value is None else -operand_value
        case Binary("/", left, right):
            numerator, denominator = written_fraction(left), written_fraction(right)
            if numerator is None or not denominator:  # `None`, or a division by 0
                return None
            return numerator / denominator
    return None


_OPERATIONS: dict[str, Callable[[BallArithmetic, Ball, Ball], Ball]] = {
    "+": BallArithmetic.add,
    "-": BallArithmetic.subtract,
    "*": BallArithmetic.multiply,
    "/": BallArithmetic.divide,
}
