"""Finds what keeps a condition on a run from ever being met: values that cannot be compared, or are out of range.

Evaluating a condition passes over such a comparison wherever another part decides first; here each is looked at.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from tutor.errors import ChainruleError, clip, nearest
from tutor.expressions.evaluate import evaluate, paths_in
from tutor.expressions.tree import Comparison, Expr, Name, children, walk
from tutor.sims.engine.parameters import Parameter
from tutor.text.numbers import counted, format_number

Values = Mapping[str, Any]

_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def find_unmeetable(tree: Expr, names: Values, parameters: Mapping[str, Parameter]) -> str:
    """Describe the first comparison in `tree` that no run can meet; "" if every one can be met.

    `names` are those of one state; what is not computed in it is not judged. `parameters` may have any value in range.
    """
    for sign, left, right in _comparisons_in(tree):
        fault = (
            _type_fault(sign, left, right, names)
            or _range_fault(sign, left, right, names, parameters)
            or _range_fault(_MIRRORED.get(sign, sign), right, left, names, parameters)
        )
        if fault:
            return fault
    return ""


def is_computed(tree: Expr, names: Values) -> bool:
    """Whether every quantity in `tree` has a value in the state with these names."""
    return all(_value_of(side, names) is not None for _, *sides in _comparisons_in(tree) for side in sides)


def _comparisons_in(tree: Expr) -> Iterator[tuple[str, Expr, Expr]]:
    """The sign and the two sides of every comparison."""
    for node in walk(tree):
        if isinstance(node, Comparison):
            sides = children(node)
            yield from ((sign, left, right) for left, (sign, right) in zip(sides, node.rest, strict=False))


def _type_fault(sign: str, left: Expr, right: Expr, names: Values) -> str:
    """What is wrong with the kinds of two sides: only numbers have an order, and equals are of one kind."""
    kinds = [_kind_of(side, names) for side in (left, right)]
    if "" in kinds:
        return ""
    for side, kind, other in zip((left, right), kinds, reversed(kinds), strict=True):
        if kind in {"list", "state"} and (kind != other or sign not in {"==", "!="}):
            return _describe_whole(side, _value_of(side, names))
    if "word" in kinds and (kinds[0] != kinds[1] or sign not in {"==", "!="}):
        word = left if kinds[0] == "word" else right
        return f"{_quote_side(word)} is a word: compare it with a word, by == or !="
    return ""


def _kind_of(side: Expr, names: Values) -> str:
    """What a side is: `number` (yes and no among them), `word`, `list` or `state`; empty if it cannot be told here."""
    value = _value_of(side, names)
    if isinstance(value, str):
        return "word"
    if isinstance(value, (list, tuple)):
        return "list"
    if is_dataclass(value) or isinstance(value, dict):
        return "state"
    return "number" if isinstance(value, (bool, Fraction, float)) else ""


def _value_of(side: Expr, names: Values) -> Any:
    """The value of one side; `None` if it cannot be computed. A name that the run does not have is itself a word."""
    try:
        return evaluate(side, names)
    except ChainruleError:
        return side.name if isinstance(side, Name) and side.name not in names else None


def _describe_whole(side: Expr, value: Any) -> str:
    """That a side is more than a number, and how one of its numbers is named."""
    name = "".join(paths_in(side)[:1]) or "it"
    if isinstance(value, (list, tuple)):
        depth, inner = "", value
        while isinstance(inner, (list, tuple)) and inner:
            depth, inner = f"{depth}[0]", inner[0]
        count = counted(len(value), "row" if depth.count("[") > 1 else "number")
        return f"'{name}' is a list of {count}; compare one number of it, such as {name}{depth}"
    keys = list(value) if isinstance(value, dict) else [item.name for item in fields(value)]
    return f"'{name}' has several quantities; compare one of them, such as {name}.{keys[-1]}"


def _quote_side(side: Expr) -> str:
    return f"'{clip(next(iter(paths_in(side)), None) or str(getattr(side, 'value', 'this')), 30)}'"


def _range_fault(sign: str, side: Expr, other: Expr, names: Values, parameters: Mapping[str, Parameter]) -> str:
    """Why the parameter `side` can never satisfy `side sign other`, `other` being constant; "" if it can."""
    if not isinstance(side, Name) or side.name not in parameters or sign == "!=":
        return ""
    if any(isinstance(node, Name) and node.name in names for node in walk(other)):
        return ""
    parameter, value = parameters[side.name], _value_of(other, {})
    if parameter.choices and not parameter.other and isinstance(value, str) and value not in parameter.choices:
        near = nearest(value, parameter.choices)
        advice = f"did you mean {near}?" if near else f"it is {parameter.range_text}"
        return f"'{side.name}' is never {clip(value, 30)}; {advice}"
    if parameter.is_number and isinstance(value, Fraction):
        below = value < parameter.low or (parameter.exclude_low and value == parameter.low)
        above = value > parameter.high or (parameter.exclude_high and value == parameter.high)
        never = {"<": value <= parameter.low, "<=": below, ">": value >= parameter.high, ">=": above}
        if never.get(sign, below or above):
            relation = "" if sign == "==" else f"{sign} "
            return f"'{side.name}' is never {relation}{format_number(value)}; it is {parameter.range_text}"
    return ""
