"""The value of an expression: exact fractions where that can be, floats where it cannot, never `eval`.

Names come from a mapping. Their values may be numbers, switches, words, lists, or whole states, whose
quantities are reached by a path: `m_hat[0]`, `separable.multiplications`.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import is_dataclass
from fractions import Fraction
from typing import Any

from tutor.errors import ChainruleError, clip, nearest
from tutor.questions.syntax import (
    Binary,
    Call,
    Comparison,
    Field,
    Index,
    Name,
    Node,
    Number,
    Text,
    Unary,
    children,
    parse,
)
from tutor.reading.arithmetic import arithmetic, call, exact, finite, real, settled
from tutor.reading.tokens import ExpressionError

__all__ = [
    "ExpressionError",
    "Node",
    "calculate",
    "evaluate",
    "exact",
    "holds",
    "names_in",
    "parse",
    "paths_in",
    "unknown_name",
]

CONSTANTS = {"pi": math.pi, "e": math.e}
"""Known wherever a lesson's own numbers have not taken the name."""


def calculate(text: str, names: Mapping[str, object]) -> Fraction:
    """The finite number that the expression `text` gives.

    Raises:
        ExpressionError: it cannot be read, does not compute, or gives something else.
    """
    value = evaluate(parse(text), names)
    if isinstance(value, bool) or not isinstance(value, (Fraction, float)):
        raise ExpressionError(f"'{clip(text)}' does not give a number")
    return exact(finite(value))


def holds(text: str, names: Mapping[str, object]) -> bool:
    """True when the condition `text` is met.

    Raises:
        ExpressionError: it cannot be read, does not compute, or is no condition.
    """
    value = evaluate(parse(text), names)
    if not isinstance(value, bool):
        raise ExpressionError(f"'{clip(text)}' is no condition; compare with ==, !=, <, <=, > or >=")
    return value


def evaluate(tree: Node, names: Mapping[str, object]) -> Any:
    """The value of `tree`: a `Fraction`, a float, a bool, a word, or what else `names` holds.

    Raises:
        ExpressionError: an unknown name, a division by zero, a number too large, a wrong type.
    """
    match tree:
        case Number(value) | Text(value):
            return value
        case Name(name):
            return settled(_named(name, names))
        case Field(of, key):
            return settled(_field(evaluate(of, names), key))
        case Index(of, at):
            return settled(_entry(evaluate(of, names), evaluate(at, names)))
        case Unary(sign, of):
            return _unary(sign, evaluate(of, names))
        case Binary(sign, left, right) if sign in {"and", "or"}:
            return _logic(sign, left, right, names)
        case Binary(sign, left, right):
            return arithmetic(sign, evaluate(left, names), evaluate(right, names))
        case Comparison():
            return _chain(tree, names)
        case Call(function, arguments):
            return call(function, [evaluate(argument, names) for argument in arguments])


def names_in(tree: Node) -> frozenset[str]:
    """Every name that `tree` begins a path with; functions are not names."""
    if isinstance(tree, Name):
        return frozenset({tree.name})
    return frozenset().union(*(names_in(child) for child in children(tree)))


def paths_in(tree: Node) -> tuple[str, ...]:
    """The paths in `tree` as they are written, each once: `loss`, `m_hat[0]`, `now.w`."""
    path = _path(tree)
    if path:
        return (path,)
    return tuple(dict.fromkeys(path for child in children(tree) for path in paths_in(child)))


def unknown_name(tree: Node, names: Mapping[str, object]) -> str:
    """A sentence on the first name that `names` does not hold, or "" when all are known.

    A bare name beside a word in a comparison is that word itself: `optimizer == adam`.
    """
    if isinstance(tree, Name):
        return "" if tree.name in names or tree.name in CONSTANTS else _no_such(tree.name, names)
    nodes: Iterable[Node] = children(tree)
    if isinstance(tree, Comparison) and any(_is_word(node, names) for node in nodes):
        nodes = [node for node in nodes if not isinstance(node, Name)]
    return next((found for node in nodes if (found := unknown_name(node, names))), "")


def _is_word(node: Node, names: Mapping[str, object]) -> bool:
    if isinstance(node, (Number, Unary, Binary, Comparison, Call)):  # these give numbers, or yes and no
        return False
    try:
        return isinstance(evaluate(node, names), str)
    except ExpressionError:
        return False


def _path(tree: Node) -> str:
    match tree:
        case Name(name):
            return name
        case Field(of, key):
            base = _path(of)
            return f"{base}.{key}" if base else ""
        case Index(of, Number(at)):
            base = _path(of)
            return f"{base}[{at}]" if base else ""
    return ""


def _no_such(name: str, names: Iterable[str]) -> str:
    known = list(names)
    near = nearest(name, known)
    advice = f"did you mean '{near}'?" if near else "known: " + (", ".join(known) or "none")
    return f"there is no '{clip(name, 30)}'; {advice}"


def _named(name: str, names: Mapping[str, object]) -> object:
    if name in names:
        return names[name]
    if name in CONSTANTS:
        return CONSTANTS[name]
    raise ExpressionError(_no_such(name, names))


def _field(value: object, key: str) -> object:
    if not isinstance(value, dict) and not is_dataclass(value):
        raise ExpressionError(f"there is no '{clip(key, 30)}' in it: only a state has named quantities")
    from tutor.sims.state import lookup  # brings in numpy, which a plain question does not need

    try:
        return lookup(value, key)
    except ChainruleError as error:
        raise ExpressionError(str(error)) from None


def _entry(value: object, at: object) -> object:
    if value is None:
        return None
    if not isinstance(value, (list, tuple)):
        raise ExpressionError("only a list can be indexed with [ ]")
    if not isinstance(at, Fraction) or at.denominator != 1 or not -len(value) <= at < len(value):
        raise ExpressionError(f"an index here is a whole number from 0 to {len(value) - 1}")
    return value[int(at)]


def _unary(sign: str, value: object) -> object:
    if sign == "not":
        return not _truth(value)
    return -real(value) if sign == "-" else real(value)


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError("`and`, `or` and `not` join conditions, such as a < b")
    return value


def _logic(sign: str, left: Node, right: Node, names: Mapping[str, object]) -> bool:
    first = _truth(evaluate(left, names))
    if first == (sign == "or"):
        return first
    return _truth(evaluate(right, names))


def _chain(tree: Comparison, names: Mapping[str, object]) -> bool:
    nodes = children(tree)
    words = any(_is_word(node, names) for node in nodes)
    values = [
        node.name if words and isinstance(node, Name) and node.name not in names else evaluate(node, names)
        for node in nodes
    ]
    signs = [sign for sign, _ in tree.rest]
    return all(map(_compare, signs, values, values[1:]))


_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def _compare(sign: str, left: object, right: object) -> bool:
    """A quantity that is not computed yet, or not a number, is neither above nor below anything."""
    if sign in {"==", "!="}:
        return _ORDER[sign](left, right)
    if left is None or right is None:
        return False
    return _ORDER[sign](real(left), real(right))
