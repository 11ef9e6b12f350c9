"""Enclosures: the value of a formula at a point, or of a constant, with a bound on its error."""

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
"""Precisions to try in turn, in bits: the first decides most cases, the others the close ones."""
MAX_SHOWN_BITS = 5000
"""The most binary digits, before or after the point, of a number that is shown."""


def exact_constant(tree: Expr) -> Fraction | None:
    """The value of a formula without variables, exact or to forty figures; `None` with variables, or far too large.

    Raises:
        UndefinedError: it has no real value.
    """
    if variables_in(tree):
        return None
    try:
        value = rational_form(tree).value
    except TooLargeError:
        value = None
    return _to_fraction(enclose_constant(tree)) if value is None else value


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
    """The value of `ball` as a fraction; `None` when it has too many digits."""
    if log2_bound(ball.value) <= max(ball.error, -MAX_SHOWN_BITS):
        return Fraction(0)
    if log2_bound(ball.value) > MAX_SHOWN_BITS:
        return None
    sign, mantissa, exponent, _ = ball.value._mpf_  # mpmath's own form: ± mantissa · 2^exponent, and a bit count
    power = Fraction(2) ** int(exponent)
    return (-1 if sign else 1) * int(mantissa) * power


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
        case Unary(_, of):
            return balls.negate(enclose(of, point, balls))
        case Binary("^", base, exponent):
            return balls.power(enclose(base, point, balls), enclose(exponent, point, balls), written_fraction(exponent))
        case Binary(operator, left, right):
            first, second = enclose(left, point, balls), enclose(right, point, balls)
            return _OPERATIONS[operator](balls, first, second)
        case Call(function, arguments):
            return call_with_bounds(function, [enclose(item, point, balls) for item in arguments], balls)
    raise not_in_formula(tree)


def written_fraction(tree: Expr) -> Fraction | None:
    """The value of `tree` if it is a number or a fraction of numbers, such as 3, −1/3 or 0.2; otherwise `None`."""
    match tree:
        case Number(value):
            return value
        case Unary(_, of):
            inner = written_fraction(of)
            return None if inner is None else -inner
        case Binary("/", left, right):
            top, bottom = written_fraction(left), written_fraction(right)
            return top / bottom if top is not None and bottom else None
    return None


_OPERATIONS: dict[str, Callable[[BallArithmetic, Ball, Ball], Ball]] = {
    "+": BallArithmetic.add,
    "-": BallArithmetic.subtract,
    "*": BallArithmetic.multiply,
    "/": BallArithmetic.divide,
}
