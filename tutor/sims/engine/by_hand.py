"""Quantities that a learner selects in a picture and sets by hand: a parameter, or a weight of the state."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from tutor.sims.engine.nudge import nudge
from tutor.sims.engine.parameters import Parameter, Value, format_value
from tutor.sims.engine.settable import settable_keys
from tutor.sims.engine.view import View

NUDGE_STEP = 0.1
"""The step of a weight that is nudged; it moves to the next multiple of this."""


@dataclass(frozen=True)
class Quantity:
    """A quantity that can be set, under the label that the screen has for it."""

    label: str
    key: str
    """The name of a parameter, or a path in the state."""
    value: Value
    group: str = ""
    """The group of the quantity, by which the keys for units move.

    For a weight or bias it is the unit that it belongs to, `layer 1, unit 2`; a parameter is a group of its own, under
    its name.
    """
    parameter: Parameter | None = None
    """The parameter that the quantity is; `None` for a quantity of the state."""

    def nudged(self, direction: int) -> Value:
        """The value one step up (`direction` is 1) or down (−1)."""
        if self.parameter is not None:
            return nudge(self.parameter, self.value, direction)
        assert isinstance(self.value, float)
        steps = self.value / NUDGE_STEP
        is_multiple = abs(steps - round(steps)) < 1e-9
        if is_multiple:
            next_multiple = round(steps) + direction
        elif direction > 0:
            next_multiple = floor(steps) + 1
        else:
            next_multiple = floor(steps)
        return float(f"{next_multiple * NUDGE_STEP:.10g}")  # 0.3, not 0.30000000000000004

    @property
    def input_text(self) -> str:
        """The value as text: what an input line for it contains at first."""
        return f"{self.value:.6g}" if isinstance(self.value, float) else format_value(self.value)


def find_quantities(
    view: View, parameters: Mapping[str, Parameter], values: Mapping[str, Value], *, include_state: bool
) -> list[Quantity]:
    """List the quantities that can be selected in the pictures of `view`, in the order of the pictures.

    Args:
        view: What is shown.
        parameters: The parameters that may be changed, by name.
        values: The value of each parameter.
        include_state: Also list quantities of the state, such as weights.
    """
    keys = [key for picture in view.pictures for key in settable_keys(picture)]
    readings = {reading.key: reading for reading in view.readings}
    quantities = []
    for key in dict.fromkeys(keys):  # each once: a quantity may stand in several pictures
        if key in parameters:
            parameter = parameters[key]
            quantities.append(Quantity(parameter.label, key, values[key], group=key, parameter=parameter))
        elif include_state and key in readings:
            label = readings[key].label  # such as "layer 1, unit 2 ← x₁", and "layer 1, unit 2, bias"
            unit = label.split(" ←")[0].split(", bias")[0]  # "layer 1, unit 2" in both
            quantities.append(Quantity(label, key, float(readings[key].value), group=unit))
    return quantities
