"""Back-propagation through three neurons in a chain, one quantity a step.

    forward:    z_l = w_l v_{l−1} + b_l        v_l = σ(z_l)        v_0 = x        C = ½ (y − v_3)²
    backward:   ∂C/∂v_3 = v_3 − y
                δ_l = ∂C/∂z_l = ∂C/∂v_l · σ′(z_l)
                ∂C/∂w_l = δ_l v_{l−1}          ∂C/∂b_l = δ_l       ∂C/∂v_{l−1} = δ_l w_l
    update:     w_l ← w_l − η ∂C/∂w_l          b_l ← b_l − η ∂C/∂b_l

(Rumelhart, Hinton and Williams 1986.)
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np

from tutor.sims.engine.code_step import CodeStep, read_numbers
from tutor.sims.engine.parameters import param
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation
from tutor.sims.engine.state import State
from tutor.sims.functions.activations import ACTIVATIONS

Triple = tuple[float | None, float | None, float | None]
"""One number for each neuron; `None` is not computed yet."""

NOT_COMPUTED: Triple = (None, None, None)
Phase = Literal["forward", "cost", "backward", "update"]

COMPUTATION_ORDER = (
    *(f"{name}{layer}" for layer in (1, 2, 3) for name in ("z", "v")),
    "cost",
    *(f"{name}{layer}" for layer in (3, 2, 1) for name in ("dv", "delta", "dw", "db")),
    "update",
)
"""The twenty quantities of one iteration, in the order they are computed."""


@dataclass(frozen=True)
class BackpropState(State):
    """One pass, as far as it is computed. Index 0 is the first neuron."""

    x: float
    y: float
    activation: str
    learning_rate: float
    w: tuple[float, float, float]
    b: tuple[float, float, float]
    z: Triple = NOT_COMPUTED
    v: Triple = NOT_COMPUTED
    cost: float | None = None
    dv: Triple = NOT_COMPUTED
    """∂C/∂v."""
    delta: Triple = NOT_COMPUTED
    """∂C/∂z."""
    dw: Triple = NOT_COMPUTED
    """∂C/∂w."""
    db: Triple = NOT_COMPUTED
    """∂C/∂b."""
    phase: Phase = "forward"
    current: str | None = None
    """The quantity that was just computed."""
    iteration: int = 0
    """Which pass, counted from 0."""


def _forward_arguments(rules: "Backprop", before: BackpropState, after: BackpropState) -> tuple[Sequence[object], str]:
    """Each neuron is a layer of its own, and x a batch of one."""
    weights, biases = [np.array([[w]]) for w in after.w], [np.array([b]) for b in after.b]
    return (np.array([[after.x]]), weights, biases), ""


def _take_activation(rules: "Backprop", before: BackpropState, after: BackpropState, answer: Any) -> BackpropState:
    layer = _layer_of(after)
    return replace(after, v=_replace_item(after.v, layer, read_numbers(answer[layer + 1], 1)[0]))


def _backward_arguments(rules: "Backprop", before: BackpropState, after: BackpropState) -> tuple[Sequence[object], str]:
    activations = [np.array([[_require_value(value)]]) for value in (after.x, *after.v)]
    return (activations, np.array([[after.y]]), [np.array([[w]]) for w in after.w]), ""


def _take_gradient(rules: "Backprop", before: BackpropState, after: BackpropState, answer: Any) -> BackpropState:
    """The gradient that this step computes: of a weight, or of a bias."""
    name, layer = str(after.current)[:-1], _layer_of(after)
    gradient = read_numbers(answer[0 if name == "dw" else 1][layer], 1)[0]
    changed: dict[str, Any] = {name: _replace_item(getattr(after, name), layer, gradient)}
    return replace(after, **changed)


def _layer_of(state: BackpropState) -> int:
    """The index of the neuron whose quantity was just computed."""
    return int(str(state.current)[-1]) - 1


@dataclass(frozen=True)
class Backprop(Simulation[BackpropState]):
    """Three neurons in a chain learn to give y for x: the rule alone, without what is shown of it."""

    name: ClassVar[str] = "backprop"
    title: ClassVar[str] = "Back-propagation, one derivative at a time"
    summary: ClassVar[str] = "Forward to the cost, then back through the chain rule to every weight."
    unit: ClassVar[str] = "one quantity"
    traces: ClassVar[tuple[str, ...]] = ("cost",)
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("sigmoid chain", "Each sigmoid passes on at most a quarter: watch δ shrink from right to left.", {}),
        Preset(
            "tanh learns faster", "The slope of tanh is up to 1, so more of the error arrives.", {"activation": "tanh"}
        ),
        Preset(
            "saturated",
            "With a large w₁ the first neuron is on the flat part of the sigmoid: its δ is almost 0.",
            {"w1": 12.0},
            "bad",
        ),
        Preset(
            "too fast",
            "Linear neurons and a large learning rate: each update overshoots by more than the last.",
            {"activation": "linear", "learning_rate": 8.0},
            "diverging",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep(
            "forward",
            lambda rules, after: rules.activation == "tanh" and str(after.current)[:-1] == "v",
            _forward_arguments,
            _take_activation,
            {"activation": "tanh"},
        ),
        CodeStep(
            "backward",
            lambda rules, after: rules.activation == "tanh" and str(after.current)[:-1] in {"dw", "db"},
            _backward_arguments,
            _take_gradient,
            {"activation": "tanh"},
        ),
    )

    x: float = param(1.0, "Input x", "What goes in.", low=-100, high=100)
    y: float = param(1.0, "Target y", "What should come out.", low=-100, high=100)
    w1: float = param(0.5, "Weight w₁", "Of the first neuron.", low=-100, high=100)
    w2: float = param(-1.2, "Weight w₂", "Of the second neuron.", low=-100, high=100)
    w3: float = param(0.8, "Weight w₃", "Of the third neuron.", low=-100, high=100)
    b1: float = param(0.0, "Bias b₁", "Of the first neuron.", low=-100, high=100)
    b2: float = param(0.0, "Bias b₂", "Of the second neuron.", low=-100, high=100)
    b3: float = param(0.0, "Bias b₃", "Of the third neuron.", low=-100, high=100)
    activation: str = param("sigmoid", "Activation σ", "The function in every neuron.", choices=tuple(ACTIVATIONS))
    learning_rate: float = param(
        0.5, "Learning rate η", "How far one update goes.", low=0, high=1000, exclude_low=True, live=True
    )

    def start(self) -> BackpropState:
        """Input, target and weights; nothing computed."""
        return BackpropState(
            0,
            self.x,
            self.y,
            self.activation,
            self.learning_rate,
            (self.w1, self.w2, self.w3),
            (self.b1, self.b2, self.b3),
        )

    def step(self, state: BackpropState) -> BackpropState:
        """Compute the next quantity; after the update the next pass begins."""
        iteration, place = divmod(state.step, len(COMPUTATION_ORDER))
        if iteration != state.iteration:
            state = replace(self.start(), w=state.w, b=state.b, iteration=iteration)
        current = COMPUTATION_ORDER[place]
        state = replace(
            state,
            step=iteration * len(COMPUTATION_ORDER) + place + 1,
            current=current,
            learning_rate=self.learning_rate,
        )
        if current == "cost":
            error = state.y - _require_value(state.v[2])
            return replace(state, phase="cost", cost=0.5 * error * error)
        if current == "update":
            return self._update(state)
        name, layer = current[:-1], int(current[-1]) - 1
        return self._forward(state, name, layer) if name in ("z", "v") else self._backward(state, name, layer)

    def _forward(self, state: BackpropState, name: str, layer: int) -> BackpropState:
        """Compute z or a of a layer from the layer before it."""
        if name == "z":
            before = state.x if layer == 0 else _require_value(state.v[layer - 1])
            return replace(
                state, phase="forward", z=_replace_item(state.z, layer, state.w[layer] * before + state.b[layer])
            )
        value = ACTIVATIONS[self.activation].value(_require_value(state.z[layer]))
        return replace(state, phase="forward", v=_replace_item(state.v, layer, value))

    def _backward(self, state: BackpropState, name: str, layer: int) -> BackpropState:
        """Compute a gradient of a layer from those after it."""
        state = replace(state, phase="backward")
        if name == "dv":
            last = layer == 2
            if last:
                value = _require_value(state.v[2]) - state.y
            else:
                value = _require_value(state.delta[layer + 1]) * state.w[layer + 1]
            return replace(state, dv=_replace_item(state.dv, layer, value))
        if name == "delta":
            slope = ACTIVATIONS[self.activation].derivative(_require_value(state.z[layer]))
            return replace(state, delta=_replace_item(state.delta, layer, _require_value(state.dv[layer]) * slope))
        delta = _require_value(state.delta[layer])
        if name == "dw":
            before = state.x if layer == 0 else _require_value(state.v[layer - 1])
            return replace(state, dw=_replace_item(state.dw, layer, delta * before))
        return replace(state, db=_replace_item(state.db, layer, delta))

    def _update(self, state: BackpropState) -> BackpropState:
        eta = self.learning_rate
        w = tuple(w - eta * _require_value(dw) for w, dw in zip(state.w, state.dw, strict=True))
        b = tuple(b - eta * _require_value(db) for b, db in zip(state.b, state.db, strict=True))
        return replace(state, phase="update", w=(w[0], w[1], w[2]), b=(b[0], b[1], b[2]))

    def gradient_checks(self, state: BackpropState) -> list[GradientCheck]:
        """Every weight's and bias's gradient is the slope of the cost along it, all else fixed."""
        if state.phase != "backward" or max(map(abs, state.w)) > 1e3:
            return []
        checks = []
        for key, gradients, values in (("w", state.dw, state.w), ("b", state.db, state.b)):
            for layer, claimed in enumerate(gradients):
                if claimed is not None:
                    cost = partial(self._cost_with, state, key, layer)
                    checks.append(GradientCheck(f"d{key}[{layer}]", claimed, cost, values[layer]))
        return checks

    def _cost_with(self, state: BackpropState, key: str, layer: int, value: float) -> float:
        """The cost of a forward pass with one weight or bias replaced."""
        w, b, v = list(state.w), list(state.b), state.x
        (w if key == "w" else b)[layer] = value
        for weight, bias in zip(w, b, strict=True):
            v = ACTIVATIONS[self.activation].value(weight * v + bias)
        return 0.5 * (state.y - v) ** 2


def _require_value(value: float | None) -> float:
    """A quantity that the order of the steps has made sure of."""
    assert value is not None
    return value


def _replace_item(triple: Triple, place: int, value: float) -> Triple:
    """`triple` with `value` at `place`."""
    changed = [*triple[:place], value, *triple[place + 1 :]]
    return changed[0], changed[1], changed[2]
