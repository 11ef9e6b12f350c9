"""Why gradients vanish: the chain rule multiplies one factor a layer.

    v_l = f(w·v_{l−1})                ∂v_l/∂v_{l−1} = f′(z_l)·w
    v_l = f(w·v_{l−1}) + v_{l−1}      ∂v_l/∂v_{l−1} = f′(z_l)·w + 1      (with a skip connection)

For the sigmoid f′ ≤ 1/4, so n layers with w = 1 shrink a gradient by at least 4ⁿ.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, Label, Line
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers
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
    """The forward pass, and the gradient as far as it has been passed back."""

    x: float
    weight: float
    forward_z: tuple[float, ...]
    """z_1 … z_depth of the forward pass."""
    forward_v: tuple[float, ...]
    """v_0 = x, v_1 … v_depth."""
    layer: int
    """The layer l whose factor was taken last; depth + 1 at the start."""
    z: float | None
    """z_l; `None` at the start, like the next two fields."""
    v: float | None
    """v_l."""
    factor: float | None
    """∂v_l/∂v_{l−1}."""
    gradient: float
    """The product so far: ∂v_depth/∂v_{l−1}; 1 at the start."""
    gradients: tuple[float, ...]
    """∂v_depth/∂v_l for l = depth, depth − 1, … down to the layer reached."""


def _chain_arguments(rules: "Vanishing", before: VanishingState, after: VanishingState) -> CallArguments:
    """The arguments of a learner's `chain_gradient(z, w, shortcut)`: z of the layers from this one to the last."""
    return CallArguments((np.array(after.forward_z[after.layer - 1 :]), rules.weight, rules.shortcut))


def _take_product(rules: "Vanishing", before: VanishingState, after: VanishingState, answer: Any) -> VanishingState:
    """The state with the gradient that the learner's function returned."""
    (gradient,) = read_numbers(answer, 1)
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
    shortcut: bool = param(False, "Skip connection", "Add each layer’s input to its output, as residual nets do.")
    x: float = param(1.0, "Input x", "What goes in at the first layer.", low=-10, high=10)

    def start(self) -> VanishingState:
        """The state after the forward pass, with the gradient 1 at the output."""
        f = ACTIVATIONS[self.activation]
        z_values, v_values = [], [self.x]
        for _ in range(self.depth):
            v_before = v_values[-1]
            z = self.weight * v_before
            z_values.append(z)
            v_values.append(f.value(z) + (v_before if self.shortcut else 0.0))
        return VanishingState(
            step=0,
            x=self.x,
            weight=self.weight,
            forward_z=tuple(z_values),
            forward_v=tuple(v_values),
            layer=self.depth + 1,
            z=None,
            v=None,
            factor=None,
            gradient=1.0,
            gradients=(1.0,),
        )

    def step(self, state: VanishingState) -> VanishingState:
        """Pass the gradient back through one more layer: multiply it by its factor."""
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
        """One step for each layer."""
        return self.depth

    def done(self, state: VanishingState) -> bool:
        """True once the gradient has passed through the first layer, down to the input."""
        return state.layer == 1

    def view(self, history: RunHistory[VanishingState]) -> View:
        """The view, with pictures of the gradient layer by layer, with and without skip connections."""
        state = history.state
        own_word = "with" if self.shortcut else "without"
        readings = [
            make_reading(state, f"gradient {own_word} skip connection", "gradient"),
            make_reading(state, "factor", "factor"),
        ]
        if state.step:  # at the start `layer` is depth + 1, which is no layer
            readings.append(make_reading(state, "layer", "layer"))
        return View(
            (self._draw_gradients(state),),
            tuple(readings),
            self._make_worked_lines(history),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_gradients(self, state: VanishingState) -> Chart:
        """The magnitude of the gradient by layer and, to compare, the same with skip connections added or removed."""
        layers = [float(layer) for layer in range(self.depth, -1, -1)]  # 0 is the input
        magnitudes = [abs(gradient) for gradient in state.gradients]
        layers_so_far = layers[: len(magnitudes)]
        other_rules = replace(self, shortcut=not self.shortcut)  # drawn from the start in full, to compare with
        other_state = other_rules.start()
        while not other_rules.done(other_state):
            other_state = other_rules.step(other_state)
        other_magnitudes = [abs(gradient) for gradient in other_state.gradients]
        own_word, other_word = ("with", "without") if self.shortcut else ("without", "with")
        gradient_text = format_number(state.gradient)
        return Chart(
            "The gradient on its way back",
            (
                Line(layers, other_magnitudes, f"{other_word} skip connection", "muted"),
                Label(layers[-1], other_magnitudes[-1], format_number(other_magnitudes[-1]), "muted", is_beside=True),
                Line(layers_so_far, magnitudes, f"{own_word} skip connection", "accent"),
                Label(layers_so_far[-1], magnitudes[-1], gradient_text, "accent", is_beside=True),
            ),
            f"After {state.step} of {counted(self.depth, 'layer')} the gradient is {gradient_text}.",
            "layer",
            "gradient, log scale",
            log_y=True,
        )

    def _make_worked_lines(self, history: RunHistory[VanishingState]) -> tuple[WorkedLine, ...]:
        """The factor of the layer that was just passed, and the product so far."""
        state, previous = history.state, history.previous
        if previous is None or state.z is None:
            return ()
        layer, slope = state.layer, ACTIVATIONS[self.activation].derivative(state.z)
        plus_one = " + 1" if self.shortcut else ""
        factor_formula = _latex_derivative(layer, layer - 1)
        return (
            make_worked_line(
                state,
                "factor",
                rf"{factor_formula} = f'(z_{{{layer}}}) w{plus_one}",
                rf"{format_factor(slope)} \cdot {format_factor(self.weight)}{plus_one}",
            ),
            make_worked_line(
                state,
                "gradient",
                rf"{_latex_derivative(self.depth, layer - 1)} = "
                rf"{_latex_derivative(self.depth, layer)} \cdot {factor_formula}",
                rf"{format_factor(previous.gradient)} \cdot {format_factor(state.factor or 0.0)}",
            ),
        )

    def _narrate(self, state: VanishingState) -> str:
        """The sentence about the layer that was just passed."""
        if state.factor is None:
            return (
                f"The forward pass through {counted(self.depth, 'layer')} is complete; at the output the gradient is 1."
            )
        return (
            f"Back through layer {state.layer}: its factor is {format_number(state.factor)}, and the gradient at layer "
            f"{state.layer - 1} is {format_number(state.gradient)}."
        )

    def _make_prediction(self, state: VanishingState) -> Prediction | None:
        """Ask for the factor of the next layer on the way back."""
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
            f"{f.title} as $f$. What is it?",
            "factor",
            after.factor or 0.0,
            mistakes,
            r"$f'(z) \cdot w$, plus 1 with a skip connection.",
        )


def _latex_derivative(layer: int, earlier_layer: int) -> str:
    """∂v_layer/∂v_earlier_layer in LaTeX."""
    return rf"\frac{{\partial v_{{{layer}}}}}{{\partial v_{{{earlier_layer}}}}}"
