"""A parameter moved by a little, as an arrow key moves it: to the next round value, choice or switch."""

from math import floor, log10

from tutor.errors import UsageError
from tutor.sims.engine.parameters import Parameter, Value


def nudge(parameter: Parameter, value: Value, direction: int) -> Value:
    """`value` one sensible step up (`direction` is 1) or down (−1); unchanged where there is no step, as for a list."""
    if parameter.kind == "switch":
        return not value
    if isinstance(value, str):
        return _neighbouring_choice(parameter.choices, value, direction)
    if isinstance(value, tuple):
        return value
    step = _step_of_whole(value) if isinstance(value, int) else _step_of_number(parameter, value, direction)
    next_multiple = round(value / step + direction) * step
    next_value = float(f"{next_multiple:.10g}")  # 0.3, not 0.30000000000000004
    next_value = min(max(next_value, parameter.low), parameter.high)
    try:
        return parameter.read(int(next_value) if parameter.kind == "whole" else next_value)
    except UsageError:  # the bound itself is not allowed
        return value


def _neighbouring_choice(choices: tuple[str, ...], value: str, direction: int) -> str:
    """The choice after `value` (`direction` is 1) or before it (−1), in a circle.

    After a value that is no choice, such as a typed formula, comes the first choice; before it, the last.
    """
    if value in choices:
        return choices[(choices.index(value) + direction) % len(choices)]
    return choices[0] if direction > 0 else choices[-1]


def _step_of_whole(value: int) -> int:
    """One unit in the second digit of `value`, at least 1: 1 for 7 and 42, 10 for 128, 100 for 5000."""
    digit_count = len(str(abs(value)))
    return max(1, int(10 ** (digit_count - 2)))


def _step_of_number(parameter: Parameter, value: float, direction: int) -> float:
    """About a tenth of `value`, as a round number; where values may be negative, nothing finer than 0.1."""
    if parameter.low < 0:
        return 0.1 if abs(value) < 10 else float(10 ** (floor(log10(abs(value))) - 1))
    magnitude = value
    if not magnitude:  # 0 has none of its own: take a tenth of the default
        default = parameter.default
        magnitude = (float(default) if isinstance(default, (int, float)) and default else 1.0) / 10
    # At a power of ten the step depends on the direction: 1 goes up to 1.1, and down to 0.95.
    magnitude *= 1 + 1e-9 if direction > 0 else 1 - 1e-9
    unit = 10.0 ** floor(log10(magnitude))
    return unit / 10 if magnitude < 2 * unit else unit / 2  # 0.1 from 1 to 2, 0.5 from 2 to 10
