"""The tree of an expression, the same for lessons and formulas: its nodes, walks over it, and rewriting.

`grammars` decides which nodes a text may give: a formula has no `String`, `Attribute`, `Index` or `Comparison`.
"""

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import NamedTuple, Union

import msgspec

from tutor.errors import ExpressionError
from tutor.expressions.names import CONSTANTS


class Number(msgspec.Struct, frozen=True):
    """A number, exactly as it was written."""

    value: Fraction


class String(msgspec.Struct, frozen=True):
    """A word in quotes, without the quotes."""

    value: str


class Name(msgspec.Struct, frozen=True):
    """A variable or a constant. In a formula it has its canonical spelling: `w_1`, `sigma`, `x'`."""

    name: str


class Attribute(msgspec.Struct, frozen=True):
    """`state.key`: a quantity inside a state."""

    state: "Expr"
    key: str


class Index(msgspec.Struct, frozen=True):
    """`sequence[index]`: an entry of a list, counted from 0."""

    sequence: "Expr"
    index: "Expr"


class Unary(msgspec.Struct, frozen=True):
    """A sign, or `not`, before an operand."""

    operator: str
    operand: "Expr"


class Binary(msgspec.Struct, frozen=True):
    """`left operator right` for arithmetic, `and`, `or`."""

    operator: str
    left: "Expr"
    right: "Expr"


class Comparison(msgspec.Struct, frozen=True):
    """`first < second <= third …`, true when every comparison in the chain holds."""

    first: "Expr"
    links: tuple[tuple[str, "Expr"], ...]
    """Pairs of a comparison operator and the operand after it: `(("<", second), ("<=", third))`."""


class Call(msgspec.Struct, frozen=True):
    """A function with its arguments."""

    function: str
    arguments: tuple["Expr", ...]


Expr = Union[Number, String, Name, Attribute, Index, Unary, Binary, Comparison, Call]  # noqa: UP007  # forward names


def children(tree: Expr) -> tuple[Expr, ...]:
    """The operands or arguments of the outermost node of `tree`."""
    match tree:
        case Attribute(state=child) | Unary(operand=child):
            return (child,)
        case Index(sequence=sequence, index=index):
            return (sequence, index)
        case Binary(left=left, right=right):
            return (left, right)
        case Comparison(first=first, links=links):
            return (first, *(operand for _operator, operand in links))
        case Call(arguments=arguments):
            return arguments
    return ()


def walk(tree: Expr) -> Iterator[Expr]:
    """Yield `tree` and every node below it."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        pending += children(node)


def height_of(tree: Expr) -> int:
    """The number of nodes on the longest branch of `tree`."""
    # Level by level: a recursion might be too deep for Python, since no limit was checked yet.
    nodes_of_level, height = [tree], 0
    while nodes_of_level:
        nodes_of_level = [child for node in nodes_of_level for child in children(node)]
        height += 1
    return height


def variables_in(tree: Expr, constants: frozenset[str] = CONSTANTS) -> set[str]:
    """The names in `tree` that are not constants."""
    return {node.name for node in walk(tree) if isinstance(node, Name) and node.name not in constants}


def not_in_formula(tree: Expr) -> ExpressionError:
    """Make the error for a node that only lessons may use."""
    return ExpressionError(f"a formula has no place for this: {type(tree).__name__.lower()}")


def signed_number(value: Fraction) -> Expr:
    """`value` as a tree; a negative number is a minus sign before a number."""
    return Unary("-", Number(-value)) if value < 0 else Number(value)


def substitute(tree: Expr, values: Mapping[str, Fraction]) -> Expr:
    """`tree` with numbers in place of the variables that `values` names."""
    match tree:
        case Name(name) if name in values:
            return signed_number(values[name])
        case Unary(operator, operand):
            return Unary(operator, substitute(operand, values))
        case Binary(operator, left, right):
            return Binary(operator, substitute(left, values), substitute(right, values))
        case Call(function, arguments):
            return Call(function, tuple(substitute(item, values) for item in arguments))
    return tree


def simplify(tree: Expr) -> Expr:
    """Simplify `tree` as people do by hand: operations on two numbers are carried out, factors of 1 left out.

    It is meant for formulas, in which every `Unary` is a minus: their grammar keeps no plus, and has no `not`.
    """
    match tree:
        case Unary("-", operand):
            inner = simplify(operand)
            return inner.operand if isinstance(inner, Unary) else Unary("-", inner)  # −(−x) is x
        case Binary(operator, left, right):
            return _simplify_binary(operator, simplify(left), simplify(right))
        case Call(function, arguments):
            return Call(function, tuple(simplify(item) for item in arguments))
    return tree


def _simplify_binary(operator: str, left: Expr, right: Expr) -> Expr:
    """Simplify `left operator right`, whose operands are simplified already."""
    one = Number(Fraction(1))
    if operator == "*" and one in {left, right}:
        return right if left == one else left
    if operator in {"/", "^"} and right == one:
        return left
    left_value, right_value = _signed_value(left), _signed_value(right)
    if left_value is not None and right_value is not None:
        if operator == "+":
            return signed_number(left_value + right_value)
        if operator == "-":
            return signed_number(left_value - right_value)
        if operator == "*":
            return signed_number(left_value * right_value)
    if operator in {"+", "-"} and isinstance(right, Unary):  # a + (−b) is a − b, and a − (−b) is a + b
        return Binary("-" if operator == "+" else "+", left, right.operand)
    return Binary(operator, left, right)


def _signed_value(tree: Expr) -> Fraction | None:
    """The value of a number with or without a minus before it; `None` for anything else."""
    match tree:
        case Number(value):
            return value
        case Unary("-", Number(value)):
            return -value
    return None


def _is_sum(tree: Expr) -> bool:
    """Whether the outermost operation is a sum or a difference."""
    return isinstance(tree, Binary) and tree.operator in {"+", "-"}


def _is_factored(tree: Expr) -> bool:
    """Whether the outermost operation is a product, quotient or power, not a sum."""
    return _is_factored(tree.operand) if isinstance(tree, Unary) else not _is_sum(tree)


def _is_expanded(tree: Expr) -> bool:
    """Whether no sum is multiplied or raised to a power."""
    for node in walk(tree):
        if isinstance(node, Binary) and node.operator in {"*", "^"}:
            has_sum_as_factor = node.operator == "*" and _is_sum(node.right)
            if _is_sum(node.left) or has_sum_as_factor:
                return False
    return True


def _is_single_fraction(tree: Expr) -> bool:
    """Whether `tree` is one quotient with no quotient inside."""
    inner = tree.operand if isinstance(tree, Unary) else tree
    if not isinstance(inner, Binary) or inner.operator != "/":
        return False
    nodes = (*walk(inner.left), *walk(inner.right))
    return not any(isinstance(node, Binary) and node.operator == "/" for node in nodes)


def _has_no_sum(tree: Expr) -> bool:
    """Whether no two operands anywhere in `tree` are added or subtracted."""
    return not any(_is_sum(node) for node in walk(tree))


class WrittenForm(NamedTuple):
    """A form that a question may ask its formula to be written in."""

    is_form_of: Callable[[Expr], bool]
    """Whether a tree has the form."""
    words: str
    """How a message asks for the form, after "write it"."""


FORMULA_FORMS = {
    "factored": WrittenForm(_is_factored, "as a product"),
    "expanded": WrittenForm(_is_expanded, "multiplied out, without brackets around sums"),
    "fraction": WrittenForm(_is_single_fraction, "as a single fraction"),
    "no sum": WrittenForm(_has_no_sum, "without a plus or minus"),
}
"""The name of a form in a lesson → the form."""
