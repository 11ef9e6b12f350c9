"""The value of an expression without variables."""

from fractions import Fraction

from tutor.reading.algebra import balls
from tutor.reading.algebra.balls import Ball, UndefinedError, UnsureError, size
from tutor.reading.algebra.names import CONSTANTS
from tutor.reading.algebra.rational import TooLargeError, normal
from tutor.reading.algebra.tree import Expr, Var, nodes
from tutor.reading.algebra.values import value_at

PRECISIONS = (140, 460, 1400)
"""Binary digits: the usual ones, and those for doubtful cases."""
PAGES = 5000
"""The most binary digits, before or after the point, of a number that is shown."""


def letters_of(tree: Expr, constants: frozenset[str] = CONSTANTS) -> set[str]:
    """The variables in `tree`."""
    return {node.name for node in nodes(tree) if isinstance(node, Var) and node.name not in constants}


def number_of(tree: Expr) -> Fraction | None:
    """The value of an expression without variables, exact or to forty figures; `None` with variables, or far too large.

    Raises:
        UndefinedError: it has no real value.
    """
    if letters_of(tree):
        return None
    try:
        value = normal(tree).value
    except TooLargeError:
        value = None
    if value is None:
        return _fraction(constant_value(tree))
    return value


def constant_value(tree: Expr) -> Ball:
    """The value of `tree`, which has no variables, with a bound on its error.

    Raises:
        UndefinedError: it has no real value.
    """
    for precision in PRECISIONS:
        try:
            return value_at(tree, {}, balls.field(precision))
        except UnsureError:
            continue
    raise UndefinedError("it cannot be told whether this has a value")


def _fraction(ball: Ball) -> Fraction | None:
    """The value of `ball` as a fraction; `None` when that would fill pages."""
    if size(ball.value) <= max(ball.error, -PAGES):
        return Fraction(0)
    if size(ball.value) > PAGES:
        return None
    sign, mantissa, exponent, _ = ball.value._mpf_
    power = Fraction(2) ** int(exponent)
    return (-1 if sign else 1) * int(mantissa) * power
