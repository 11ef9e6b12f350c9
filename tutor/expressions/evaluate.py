"""Evaluates the expressions of lessons: to exact fractions if possible, otherwise to floats; `eval` is never used.

Names come from a mapping. Their values may be numbers, booleans, words, lists, or whole states, whose
quantities are reached by a path: `m_hat[0]`, `separable.multiplications`.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tutor.errors import ExpressionError, advise_on_name, clip, unknown_name_error
from tutor.expressions.arithmetic import (
    apply_operator,
    call_function,
    require_finite,
    require_number,
    to_fraction,
    to_value,
)
from tutor.expressions.parser import parse_expression
from tutor.expressions.tree import (
    Attribute,
    Binary,
    Call,
    Comparison,
    Expr,
    Index,
    Name,
    Number,
    String,
    Unary,
    children,
)

_CONSTANTS = {"pi": math.pi, "e": math.e}
"""Constants that every expression knows, unless the lesson uses the name for a value of its own."""


def calculate(text: str, names: Mapping[str, object]) -> Fraction:
    """Evaluate the expression `text` to a finite number.

    Raises:
        ExpressionError: it cannot be read, does not compute, or gives something else.
    """
    value = evaluate(parse_expression(text), names)
    if not isinstance(value, (Fraction, float)):
        raise ExpressionError(f"'{clip(text)}' does not give a number")
    return to_fraction(require_finite(value))


def evaluate_condition(text: str, names: Mapping[str, object]) -> bool:
    """True when the condition `text` is met.

    Raises:
        ExpressionError: it cannot be read, does not compute, or is no condition.
    """
    value = evaluate(parse_expression(text), names)
    if not isinstance(value, bool):
        raise ExpressionError(f"'{clip(text)}' is no condition; compare with ==, !=, <, <=, > or >=")
    return value


def is_met(text: str, names: Mapping[str, object]) -> bool:
    """Whether the condition `text` holds; False if it cannot be computed, or a number in it is not finite.

    If the work budget is spent, that error is raised all the same: it is no `ExpressionError`.
    """
    try:
        return evaluate_condition(text, names)
    except ExpressionError:
        return False


def evaluate(tree: Expr, names: Mapping[str, object]) -> Any:
    """The value of `tree`: a `Fraction`, a float, a bool, a word, or a list or a state from `names`.

    Raises:
        ExpressionError: an unknown name, a division by zero, a number too large, a wrong type.
    """
    # The most frequent nodes come first, tested by `isinstance`, which is faster than a `case`.
    if isinstance(tree, Name):
        return to_value(_value_of_name(tree.name, names))
    if isinstance(tree, (Number, String)):
        return tree.value
    if isinstance(tree, Binary):
        if tree.operator in {"and", "or"}:
            return _evaluate_logic(tree.operator, tree.left, tree.right, names)
        return apply_operator(tree.operator, evaluate(tree.left, names), evaluate(tree.right, names))
    match tree:
        case Comparison():
            return _all_comparisons_hold(tree, names)
        case Attribute(state, key):
            return to_value(_quantity_of(evaluate(state, names), key))
        case Index(sequence, index):
            return to_value(_entry_at(evaluate(sequence, names), evaluate(index, names)))
        case Unary(symbol, operand):
            return _apply_unary(symbol, evaluate(operand, names))
        case Call(function, arguments):
            return call_function(function, [evaluate(argument, names) for argument in arguments])


def paths_in(tree: Expr) -> tuple[str, ...]:
    """The paths of all quantities in `tree`, as they are written, without repeats: `loss`, `m_hat[0]`."""
    own_path = _path_of(tree)
    if own_path:
        return (own_path,)
    paths = [path for child in children(tree) for path in paths_in(child)]
    return tuple(dict.fromkeys(paths))


def describe_unknown_name(tree: Expr, names: Mapping[str, object]) -> str:
    """Describe the first name in `tree` that is not in `names`; "" when all are known.

    A bare name beside a word in a comparison is that word itself: `optimizer == adam`.
    """
    if isinstance(tree, Name):
        is_known = tree.name in names or tree.name in _CONSTANTS
        return "" if is_known else _suggest_name(tree.name, names)
    nodes: Iterable[Expr] = children(tree)
    if isinstance(tree, Comparison) and any(_is_word(node, names) for node in nodes):
        nodes = [node for node in nodes if not isinstance(node, Name)]
    for node in nodes:
        fault = describe_unknown_name(node, names)
        if fault:
            return fault
    return ""


def _is_word(node: Expr, names: Mapping[str, object]) -> bool:
    """Whether the value of `node` is a word; False where it cannot be computed."""
    if isinstance(node, (Number, Unary, Binary, Comparison, Call)):  # whose values are numbers or booleans
        return False
    try:
        return isinstance(evaluate(node, names), str)
    except ExpressionError:
        return False


def _path_of(tree: Expr) -> str:
    """Write `tree` as the path of a quantity, such as `conv.m_hat[0]`; "" if it is anything else than a path."""
    match tree:
        case Name(name):
            return name
        case Attribute(state, key):
            state_path = _path_of(state)
            return f"{state_path}.{key}" if state_path else ""
        case Index(sequence, Number(index)):
            sequence_path = _path_of(sequence)
            return f"{sequence_path}[{index}]" if sequence_path else ""
    return ""


def _suggest_name(name: str, names: Iterable[str]) -> str:
    """The message that there is no `name`, with the nearest of `names`, or all of them."""
    known = list(names)
    advice = advise_on_name(name, known, otherwise="known: " + (", ".join(known) or "none"))
    return f"there is no '{clip(name, 30)}'; {advice}"


def _value_of_name(name: str, names: Mapping[str, object]) -> object:
    """The value of `name` in `names`; otherwise of the constant `pi` or `e`."""
    if name in names:
        return names[name]
    if name in _CONSTANTS:
        return _CONSTANTS[name]
    raise ExpressionError(_suggest_name(name, names))


def _quantity_of(state: object, key: str) -> object:
    """The quantity `key` of a state."""
    if not isinstance(state, dict) and not is_dataclass(state):
        raise ExpressionError(f"there is no '{clip(key, 30)}' in it: only a state has named quantities")
    names = list(state) if isinstance(state, dict) else [item.name for item in fields(state)]
    if key not in names:
        raise ExpressionError(str(unknown_name_error("state key", key, names)))
    return state[key] if isinstance(state, dict) else getattr(state, key)


def _entry_at(sequence: object, index: object) -> object:
    """The entry of a list at an index, which may be negative as in Python; `None` if the list is not computed yet."""
    if sequence is None:
        return None
    if not isinstance(sequence, (list, tuple)):
        raise ExpressionError("only a list can be indexed with [ ]")
    if not isinstance(index, Fraction) or index.denominator != 1 or not -len(sequence) <= index < len(sequence):
        raise ExpressionError(f"an index here is a whole number from 0 to {len(sequence) - 1}")
    return sequence[int(index)]


def _apply_unary(symbol: str, value: object) -> object:
    """Apply `-`, `+` or `not`, as `symbol` says, to `value`."""
    if symbol == "not":
        return not _require_bool(value)
    return -require_number(value) if symbol == "-" else require_number(value)


def _require_bool(value: object) -> bool:
    """Return `value` if it is true or false."""
    if not isinstance(value, bool):
        raise ExpressionError("`and`, `or` and `not` join conditions, such as a < b")
    return value


def _evaluate_logic(symbol: str, left: Expr, right: Expr, names: Mapping[str, object]) -> bool:
    """Evaluate `left and right` or `left or right`; the right side only if the left one does not decide the result."""
    left_value = _require_bool(evaluate(left, names))
    left_decides = left_value if symbol == "or" else not left_value
    return left_value if left_decides else _require_bool(evaluate(right, names))


def _all_comparisons_hold(tree: Comparison, names: Mapping[str, object]) -> bool:
    """Whether all of `a < b <= c` holds; if any operand is a word, an unknown name stands for itself as a word."""
    operands = children(tree)
    unknown_names = [node for node in operands if isinstance(node, Name) and node.name not in names]
    if unknown_names and any(_is_word(node, names) for node in operands):
        values = [node.name if node in unknown_names else evaluate(node, names) for node in operands]
    else:
        values = [evaluate(node, names) for node in operands]
    symbols = [symbol for symbol, _operand in tree.links]
    neighbours = pairwise(values)
    return all(_compare(symbol, left, right) for symbol, (left, right) in zip(symbols, neighbours, strict=True))


_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def _compare(symbol: str, left: object, right: object) -> bool:
    """Compare two values by `symbol`; <, <=, > and >= are false for nan, and for `None`: a value not computed yet."""
    if symbol in {"==", "!="}:
        return _COMPARISONS[symbol](left, right)
    if left is None or right is None:
        return False
    return _COMPARISONS[symbol](require_number(left), require_number(right))
