"""Numbers in closed form: powers, roots, and products and quotients of them, such as `sqrt(2)/2`."""

from collections.abc import Iterator
from decimal import Context, Decimal
from fractions import Fraction

from tutor.questions.arithmetic import arithmetic, call, exact
from tutor.questions.syntax import Binary, Call, Node, Number, Unary, parse
from tutor.questions.tokens import ExpressionError

_PRECISE = Context(prec=50)
_MINUS = Unary("-", Number(Fraction(1)))


def read_closed(text: str) -> Fraction:
    """The value of `text`; a root that is no fraction is rounded to 50 digits.

    Raises:
        ExpressionError: it is none, or a sum or product that is still to be worked out.
    """
    factors = list(_factors(parse(text), 1))
    for side in (1, -1):
        if sum(isinstance(node, Number) for power, node in factors if power == side) > 1:
            raise _still_to_do()
    value = Fraction(1)
    for power, node in factors:
        value = exact(arithmetic("*" if power > 0 else "/", value, _value(node)))
    return value


def _factors(tree: Node, power: int) -> Iterator[tuple[int, Node]]:
    """The factors of a product (power 1) and of what it is divided by (power −1)."""
    match tree:
        case Unary("+" | "-", of):
            yield from [(1, _MINUS)] if tree.operator == "-" else []
            yield from _factors(of, power)
        case Binary("*" | "/", left, right):
            yield from _factors(left, power)
            yield from _factors(right, power if tree.operator == "*" else -power)
        case Number() | Binary("^") | Call("sqrt"):
            yield power, tree
        case _:
            raise _still_to_do()


def _value(node: Node) -> Fraction:
    match node:
        case Binary("^", base, exponent):
            return exact(arithmetic("^", _simple(base), _simple(exponent)))
        case Call(_, (of,)):
            return _root(_simple(of))
    return _simple(node)


def _simple(node: Node) -> Fraction:
    match node:
        case Number(value):
            return value
        case Unary("-", of):
            return -_simple(of)
        case Unary("+", of):
            return _simple(of)
        case Binary("/", Number(top), Number(bottom)):
            return exact(arithmetic("/", top, bottom))
    raise _still_to_do()


def _root(number: Fraction) -> Fraction:
    root = call("sqrt", [number])
    if isinstance(root, Fraction):
        return root
    ratio = _PRECISE.divide(Decimal(number.numerator), Decimal(number.denominator))
    return Fraction(_PRECISE.sqrt(ratio))


def _still_to_do() -> ExpressionError:
    return ExpressionError("work it out and type the result as one number")
