"""A parameter moved by a little, as an arrow key moves it: to the next round value, choice or switch."""

from math import floor, log10

from tutor.errors import UsageError
from tutor.sims.engine.parameters import Parameter, Value


def nudge(item: Parameter, value: Value, by: int) -> Value:
    """`value` one sensible step up (`by` is 1) or down (−1); the same where there is none, as for a list."""
    if item.kind == "switch":
        return not value
    if isinstance(value, str):
        before_first = -1 if by > 0 else 0  # from where a step leads to the first choice, or to the last
        index = item.choices.index(value) if value in item.choices else before_first
        return item.choices[(index + by) % len(item.choices)]
    if isinstance(value, tuple):
        return value
    step = _step_of_whole(value) if isinstance(value, int) else _step_of_number(item, value, by)
    moved = float(f"{round(value / step + by) * step:.10g}")
    moved = min(max(moved, item.low), item.high)
    try:
        return item.read(int(moved) if item.kind == "whole" else moved)
    except UsageError:  # the bound itself is not allowed
        return value


def _step_of_whole(value: int) -> int:
    """1, and beyond two figures a unit of the second one."""
    return max(1, int(10 ** (len(str(abs(value))) - 2)))


def _step_of_number(item: Parameter, value: float, by: int) -> float:
    """About a tenth of `value`, as a round number; where values may be negative, nothing finer than 0.1."""
    if item.low < 0:
        return 0.1 if abs(value) < 10 else float(10 ** (floor(log10(abs(value))) - 1))
    default = float(item.default) if isinstance(item.default, (int, float)) and item.default else 1.0
    size = value or default / 10
    size *= 1 + 1e-9 if by > 0 else 1 - 1e-9  # a step down from 1 is one of those below it
    unit = 10.0 ** floor(log10(size))
    return unit / 10 if size < 2 * unit else unit / 2
