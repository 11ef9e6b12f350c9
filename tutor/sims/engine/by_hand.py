"""Quantities that a learner picks in a picture and sets by hand: a parameter, or a weight of the state."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor

from tutor.sims.engine.chart import settable_keys
from tutor.sims.engine.nudge import nudge
from tutor.sims.engine.parameters import Parameter, Value, format_value
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
    unit: str = ""
    """The unit of the network it belongs to: those of one unit follow each other."""
    parameter: Parameter | None = None

    def nudged(self, by: int) -> Value:
        """The value a step up (`by` is 1) or down (−1)."""
        if self.parameter is not None:
            return nudge(self.parameter, self.value, by)
        assert isinstance(self.value, float)
        steps = self.value / NUDGE_STEP
        on_grid = abs(steps - round(steps)) < 1e-9
        multiple = floor(steps) if by > 0 else floor(steps) + 1  # so that the next multiple is `by` further
        base = round(steps) if on_grid else multiple
        return float(f"{(base + by) * NUDGE_STEP:.10g}")

    @property
    def text(self) -> str:
        """The value, as it is shown in a line to be typed over."""
        return f"{self.value:.6g}" if isinstance(self.value, float) else format_value(self.value)


def find_quantities(
    view: View, parameters: Mapping[str, Parameter], values: Mapping[str, Value], with_state: bool
) -> list[Quantity]:
    """List the quantities that can be selected in the pictures of `view`; with `with_state` also the state's."""
    keys = dict.fromkeys(key for picture in view.pictures for key in settable_keys(picture))
    readings = {item.key: item for item in view.readings}
    quantities = []
    for key in keys:
        if key in parameters:
            quantities.append(Quantity(parameters[key].label, key, values[key], key, parameters[key]))
        elif with_state and key in readings:
            label = readings[key].label
            unit = label.split(" ←")[0].split(", bias")[0]  # "layer 1, unit 2" of its weights and of its bias
            quantities.append(Quantity(label, key, float(readings[key].value), unit))
    return quantities
