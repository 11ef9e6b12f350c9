"""Finds what keeps a condition on a run from ever being met: values that cannot be compared, or are out of range.

Evaluating a condition skips a comparison if another part decides the result first. Here all of them are examined.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tutor.errors import ChainruleError, advise_on_name, clip
from tutor.expressions.evaluate import evaluate, paths_in
from tutor.expressions.tree import Comparison, Expr, Name, walk
from tutor.text.numbers import counted, format_number

if TYPE_CHECKING:
    from tutor.sims.engine.parameters import Parameter

Values = Mapping[str, Any]

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def find_unmeetable(tree: Expr, names: Values, parameters: "Mapping[str, Parameter]") -> str:
    """Describe the first comparison in `tree` that no run can meet; "" if all of them can be met.

    `names` are the values in one state; a comparison with a value that is not computed there passes. `parameters` may
    have any value in their range.
    """
    for symbol, left, right in _comparisons_in(tree):
        fault = (
            _type_fault(symbol, left, right, names)
            or _range_fault(symbol, left, right, names, parameters)
            or _range_fault(_MIRRORED.get(symbol, symbol), right, left, names, parameters)
        )
        if fault:
            return fault
    return ""


def is_computed(tree: Expr, names: Values) -> bool:
    """Whether both sides of every comparison in `tree` can be computed from `names`, the values in a state."""
    for _, left, right in _comparisons_in(tree):
        if _value_of(left, names) is None or _value_of(right, names) is None:
            return False
    return True


def _comparisons_in(tree: Expr) -> Iterator[tuple[str, Expr, Expr]]:
    """The symbol (such as `<`) and the two sides of every comparison; `a < b < c` counts as two."""
    for node in walk(tree):
        if isinstance(node, Comparison):
            left = node.first
            for symbol, right in node.links:
                yield symbol, left, right
                left = right


def _type_fault(symbol: str, left: Expr, right: Expr, names: Values) -> str:
    """Say why two sides cannot be compared because of their types; "" if they can, or if a type is not known.

    Two numbers may be compared by any comparison; two words, lists or states only by == and !=.
    """
    left_type, right_type = _type_of(left, names), _type_of(right, names)
    if "" in {left_type, right_type}:
        return ""
    asks_for_equality = symbol in {"==", "!="}
    if left_type == right_type and (asks_for_equality or left_type == "number"):
        return ""
    for side, type_name in ((left, left_type), (right, right_type)):
        if type_name in {"list", "state"}:
            return _describe_list_or_state(side, _value_of(side, names))
    # Two numbers have passed above, and a list or a state was reported, so at least one side is a word.
    word = left if left_type == "word" else right
    return f"{_quote_side(word)} is a word: compare it with a word, by == or !="


def _type_of(side: Expr, names: Values) -> str:
    """The type of a side: `number` (also for yes and no), `word`, `list` or `state`; "" if it has no value."""
    value = _value_of(side, names)
    if isinstance(value, str):
        return "word"
    if isinstance(value, (list, tuple)):
        return "list"
    if is_dataclass(value) or isinstance(value, dict):
        return "state"
    return "number" if isinstance(value, (bool, Fraction, float)) else ""


def _value_of(side: Expr, names: Values) -> Any:
    """The value of one side; `None` if it cannot be computed.

    A name that is not in `names` stands for itself as a word, such as `adam` in `optimizer == adam`.
    """
    try:
        return evaluate(side, names)
    except ChainruleError:
        if isinstance(side, Name) and side.name not in names:
            return side.name
        return None


def _describe_list_or_state(side: Expr, value: Any) -> str:
    """Say that a side is not a single number, since it is a list or a state, and how one of its numbers is written."""
    paths = paths_in(side)
    name = paths[0] if paths else "it"
    if isinstance(value, (list, tuple)):
        index_text, element = "", value  # `[0]` for a list, `[0][0]` for a matrix
        while isinstance(element, (list, tuple)) and element:
            index_text, element = f"{index_text}[0]", element[0]
        is_matrix = index_text.count("[") > 1
        count = counted(len(value), "row" if is_matrix else "number")
        return f"'{name}' is a list of {count}; compare one number of it, such as {name}{index_text}"
    keys = list(value) if isinstance(value, dict) else [field.name for field in fields(value)]
    return f"'{name}' has several quantities; compare one of them, such as {name}.{keys[-1]}"


def _quote_side(side: Expr) -> str:
    """Quote a side for an error: the first path in it, or its own text."""
    paths = paths_in(side)
    text = paths[0] if paths else str(getattr(side, "value", "this"))
    return f"'{clip(text, 30)}'"


def _range_fault(symbol: str, side: Expr, other: Expr, names: Values, parameters: "Mapping[str, Parameter]") -> str:
    """Say why `side symbol other` can never hold, if `side` is a parameter and `other` constant; "" if it can."""
    if not isinstance(side, Name) or side.name not in parameters or symbol == "!=":
        return ""
    # Any other name stands for itself as a word, such as adam in optimizer == adam.
    is_constant = not any(isinstance(node, Name) and node.name in names for node in walk(other))
    if not is_constant:
        return ""
    parameter = parameters[side.name]
    value = _value_of(other, {})  # constant: it needs no names
    only_listed_choices = parameter.choices and not parameter.free_text  # no values besides these
    if only_listed_choices and isinstance(value, str) and value not in parameter.choices:
        advice = advise_on_name(value, parameter.choices, otherwise=f"it is {parameter.range_text}")
        return f"'{side.name}' is never {clip(value, 30)}; {advice}"
    if parameter.is_number and isinstance(value, Fraction):
        below_range = value < parameter.low or (parameter.exclude_low and value == parameter.low)
        above_range = value > parameter.high or (parameter.exclude_high and value == parameter.high)
        is_never_met = {
            "<": value <= parameter.low,
            "<=": below_range,
            ">": value >= parameter.high,
            ">=": above_range,
            "==": below_range or above_range,
        }
        if is_never_met[symbol]:
            relation = "" if symbol == "==" else f"{symbol} "
            return f"'{side.name}' is never {relation}{format_number(value)}; it is {parameter.range_text}"
    return ""
