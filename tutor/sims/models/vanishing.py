"""Why gradients vanish: the chain rule multiplies one factor a layer.

    v_l = f(w·v_{l−1})                ∂v_l/∂v_{l−1} = f′(z_l)·w
    v_l = f(w·v_{l−1}) + v_{l−1}      ∂v_l/∂v_{l−1} = f′(z_l)·w + 1      (with a skip connection)

For the sigmoid f′ ≤ 1/4, so n layers with w = 1 shrink a gradient by at least 4ⁿ.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, Label, Line, Points
from tutor.sims.engine.code_step import CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.sims.functions.activations import ACTIVATIONS
from tutor.text.numbers import counted, format_factor, format_latex, format_number


@dataclass(frozen=True)
class VanishingState(State):
    """The layer that was just passed on the way back."""

    x: float
    weight: float
    forward_z: tuple[float, ...]
    """z_1 … z_depth of the forward pass."""
    forward_v: tuple[float, ...]
    """v_0 = x, v_1 … v_depth."""
    layer: int
    """The layer l whose factor was taken last; depth + 1 at the start."""
    z: float | None
    v: float | None
    factor: float | None
    """∂v_l/∂v_{l−1}."""
    gradient: float
    """The product so far: ∂v_depth/∂v_{l−1}; 1 at the start."""
    gradients: tuple[float, ...]
    """∂v_depth/∂v_l for l = depth, depth − 1, … down to the layer reached."""


def _chain_arguments(rules: "Vanishing", before: VanishingState, after: VanishingState) -> tuple[Sequence[object], str]:
    """The layers from the one that is passed now to the last."""
    return (np.array(after.forward_z[after.layer - 1 :]), rules.weight, rules.shortcut), ""


def _take_product(rules: "Vanishing", before: VanishingState, after: VanishingState, answer: Any) -> VanishingState:
    gradient = read_numbers(answer, 1)[0]
    return replace(after, gradient=gradient, gradients=(*before.gradients, gradient))


@dataclass(frozen=True)
class Vanishing(Simulation[VanishingState]):
    """The gradient on its way back through a deep chain, layer by layer."""

    name: ClassVar[str] = "vanishing"
    title: ClassVar[str] = "Vanishing gradients and skip connections"
    summary: ClassVar[str] = "A product of small factors vanishes; a skip connection adds 1 to each of them."
    unit: ClassVar[str] = "one layer back"
    traces: ClassVar[tuple[str, ...]] = ("gradient",)
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("skip connections", "Each factor is 1 plus a small term, so the gradient survives.", {"shortcut": True}),
        Preset(
            "sigmoid, ten layers",
            "Ten factors of at most 1/4: less than a millionth of the gradient is left.",
            {},
            "bad",
        ),
        Preset(
            "large weights",
            "With ReLU and w = 3 each layer triples the gradient: it explodes.",
            {"activation": "relu", "weight": 3.0, "depth": 60},
            "bad",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep("chain_gradient", lambda rules, _: rules.activation == "sigmoid", _chain_arguments, _take_product),
    )

    depth: int = param(10, "Depth", "How many layers.", low=1, high=200)
    activation: str = param("sigmoid", "Activation f", "The function in every layer.", choices=tuple(ACTIVATIONS))
    weight: float = param(1.0, "Weight w", "The same in every layer.", low=-10, high=10)
    shortcut: bool = param(False, "Skip connection", "Add each layer's input to its output, as residual nets do.")
    x: float = param(1.0, "Input x", "What goes in at the first layer.", low=-10, high=10)

    def start(self) -> VanishingState:
        """The forward pass is done; nothing has gone back."""
        f = ACTIVATIONS[self.activation]
        z, v = [], [self.x]
        for _ in range(self.depth):
            z.append(self.weight * v[-1])
            v.append(f.value(z[-1]) + (v[-1] if self.shortcut else 0.0))
        return VanishingState(0, self.x, self.weight, tuple(z), tuple(v), self.depth + 1, None, None, None, 1.0, (1.0,))

    def step(self, state: VanishingState) -> VanishingState:
        """Multiply by the factor of the next layer down."""
        layer = state.layer - 1
        z = state.forward_z[layer - 1]
        factor = ACTIVATIONS[self.activation].derivative(z) * self.weight + (1.0 if self.shortcut else 0.0)
        gradient = state.gradient * factor
        return replace(
            state,
            step=state.step + 1,
            layer=layer,
            z=z,
            v=state.forward_v[layer],
            factor=factor,
            gradient=gradient,
            gradients=(*state.gradients, gradient),
        )

    @property
    def length(self) -> int:
        """One for each layer."""
        return self.depth

    def done(self, state: VanishingState) -> bool:
        """The input is reached."""
        return state.layer == 1

    def view(self, history: RunHistory[VanishingState]) -> View:
        """The product layer by layer on a log scale, with and without the skip connection."""
        state = history.state
        other = replace(self, shortcut=not self.shortcut)
        twin = other.start()
        while not other.done(twin):
            twin = other.step(twin)
        mine, theirs = ("with", "without") if self.shortcut else ("without", "with")
        layers = [float(self.depth - k) for k in range(self.depth + 1)]
        chart = Chart(
            "The gradient on its way back",
            (
                Line(layers, [abs(g) for g in twin.gradients], f"{theirs} skip connection", "muted"),
                Line(
                    layers[: len(state.gradients)],
                    [abs(g) for g in state.gradients],
                    f"{mine} skip connection",
                    "accent",
                ),
                Points(layers[: len(state.gradients)], [abs(g) for g in state.gradients], "", "accent"),
                Label(
                    layers[len(state.gradients) - 1],
                    abs(state.gradients[-1]),
                    format_number(state.gradient),
                    "accent",
                    is_beside=True,
                ),
            ),
            f"After {state.step} of {counted(self.depth, 'layer')} the gradient is {format_number(state.gradient)}.",
            "layer",
            "gradient, log scale",
            log_y=True,
        )
        rows = [make_reading(state, "gradient", "gradient"), make_reading(state, "factor", "factor")]
        if state.step:  # before that, the gradient is behind the last layer
            rows.append(make_reading(state, "layer", "layer"))
        return View(
            (chart,), tuple(rows), self._make_worked_lines(history), self._narrate(state), self._make_prediction(state)
        )

    def _make_worked_lines(self, history: RunHistory[VanishingState]) -> tuple[WorkedLine, ...]:
        """The factor of the layer that was just passed, and the product so far."""
        state, before = history.state, history.previous
        if before is None or state.z is None:
            return ()
        n, f = state.layer, ACTIVATIONS[self.activation]
        plus, one = (" + 1", " + 1") if self.shortcut else ("", "")
        return (
            make_worked_line(
                state,
                "factor",
                rf"\frac{{\partial v_{{{n}}}}}{{\partial v_{{{n - 1}}}}} = f'(z_{{{n}}}) w{plus}",
                rf"{format_factor(f.derivative(state.z))} \cdot {format_factor(self.weight)}{one}",
            ),
            make_worked_line(
                state,
                "gradient",
                rf"\frac{{\partial v_{{{self.depth}}}}}{{\partial v_{{{n - 1}}}}} = "
                rf"\frac{{\partial v_{{{self.depth}}}}}{{\partial v_{{{n}}}}} "
                rf"\frac{{\partial v_{{{n}}}}}{{\partial v_{{{n - 1}}}}}",
                rf"{format_factor(before.gradient)} \cdot {format_factor(state.factor or 0.0)}",
            ),
        )

    def _narrate(self, state: VanishingState) -> str:
        if state.factor is None:
            return (
                f"The forward pass through {counted(self.depth, 'layer')} is complete; at the output the gradient is 1."
            )
        return (
            f"Back through layer {state.layer}: its factor is {format_number(state.factor)}, which makes the gradient "
            f"{format_number(state.gradient)}."
        )

    def _make_prediction(self, state: VanishingState) -> Prediction | None:
        """Ask for the factor of the next layer down."""
        if self.done(state):
            return None
        after = look_ahead(self, state)
        f = ACTIVATIONS[self.activation]
        z = after.z or 0.0
        mistakes: list[tuple[float, str]] = [
            (f.value(z) * self.weight, "That takes $f(z)$; the factor needs the slope $f'(z)$.")
        ]
        if self.shortcut:
            mistakes.append((f.derivative(z) * self.weight, "The skip connection adds 1."))
        return make_prediction(
            f"Next is the factor of layer {after.layer}, where $z = {format_latex(z)}$ and $w = "
            f"{format_latex(self.weight)}$, with "
            f"{ACTIVATIONS[self.activation].title} as $f$. What is it?",
            "factor",
            after.factor or 0.0,
            mistakes,
            r"$f'(z) \cdot w$, plus 1 with a skip connection.",
        )
