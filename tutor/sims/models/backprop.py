"""Backpropagation in a chain of three neurons, one quantity a step.

    forward:    z_l = w_l v_{l−1} + b_l        v_l = σ(z_l)        v_0 = x        C = ½ (y − v_3)²
    backward:   ∂C/∂v_3 = v_3 − y
                δ_l = ∂C/∂z_l = ∂C/∂v_l · σ′(z_l)
                ∂C/∂w_l = δ_l v_{l−1}          ∂C/∂b_l = δ_l       ∂C/∂v_{l−1} = δ_l w_l
    update:     w_l ← w_l − η ∂C/∂w_l          b_l ← b_l − η ∂C/∂b_l

(Rumelhart, Hinton and Williams 1986.)
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, Literal

import numpy as np

from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers
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
"""The quantities of one iteration in the order they are computed: `dv3` is dv of the third neuron."""


@dataclass(frozen=True)
class BackpropState(State):
    """One iteration, as far as it is computed. Index 0 of a tuple is the first neuron."""

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
    """The quantity that was just computed, as in `COMPUTATION_ORDER`."""
    iteration: int = 0
    """Which iteration this is, counted from 0."""


def _forward_arguments(rules: "Backprop", before: BackpropState, after: BackpropState) -> CallArguments:
    """The arguments of a learner's `forward(x, weights, biases)`: one sample in the batch, one neuron in each layer."""
    weights, biases = [np.array([[w]]) for w in after.w], [np.array([b]) for b in after.b]
    return CallArguments((np.array([[after.x]]), weights, biases))


def _take_activation(rules: "Backprop", before: BackpropState, after: BackpropState, answer: Any) -> BackpropState:
    """The state with this step's v, taken from what `forward` returned: all activations, those of the input first."""
    _, neuron = _split_current(after)
    (v,) = read_numbers(answer[neuron + 1], 1)
    return replace(after, v=_replace_item(after.v, neuron, v))


def _backward_arguments(rules: "Backprop", before: BackpropState, after: BackpropState) -> CallArguments:
    """The arguments of a learner's `backward(activations, y, weights)`: one sample, one neuron in each layer."""
    activations = [np.array([[_require_value(value)]]) for value in (after.x, *after.v)]
    return CallArguments((activations, np.array([[after.y]]), [np.array([[w]]) for w in after.w]))


def _take_gradient(rules: "Backprop", before: BackpropState, after: BackpropState, answer: Any) -> BackpropState:
    """The state with this step's gradient, taken from what `backward` returned: (weight gradients, bias gradients)."""
    name, neuron = _split_current(after)
    weight_gradients, bias_gradients = answer[0], answer[1]
    gradients = weight_gradients if name == "dw" else bias_gradients
    (gradient,) = read_numbers(gradients[neuron], 1)
    changed: dict[str, Any] = {name: _replace_item(getattr(after, name), neuron, gradient)}
    return replace(after, **changed)


def _split_current(state: BackpropState) -> tuple[str, int]:
    """(name, index of the neuron) of the quantity that was just computed: `dv3` is ("dv", 2)."""
    current = str(state.current)
    return current[:-1], int(current[-1]) - 1


@dataclass(frozen=True)
class Backprop(Simulation[BackpropState]):
    """Three neurons in a chain learn to give y for x: the rules without the view."""

    name: ClassVar[str] = "backprop"
    title: ClassVar[str] = "Backpropagation, one derivative at a time"
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
        """The state with input, target and weights, and nothing computed yet."""
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
        """Compute the next quantity; after the update the next iteration begins."""
        iteration, quantity_index = divmod(state.step, len(COMPUTATION_ORDER))
        next_step = state.step + 1
        if iteration != state.iteration:  # a new iteration: only the weights stay
            state = replace(self.start(), w=state.w, b=state.b, iteration=iteration)
        current = COMPUTATION_ORDER[quantity_index]
        state = replace(
            state,
            step=next_step,
            current=current,
            learning_rate=self.learning_rate,
        )
        if current == "cost":
            error = state.y - _require_value(state.v[2])
            return replace(state, phase="cost", cost=0.5 * error * error)
        if current == "update":
            return self._update(state)
        name, neuron = _split_current(state)
        if name in ("z", "v"):
            return self._forward(state, name, neuron)
        return self._backward(state, name, neuron)

    def _forward(self, state: BackpropState, name: str, neuron: int) -> BackpropState:
        """Compute the quantity `name`, z or v, of the neuron with this index."""
        state = replace(state, phase="forward")
        if name == "z":
            z = state.w[neuron] * _input_of(state, neuron) + state.b[neuron]
            return replace(state, z=_replace_item(state.z, neuron, z))
        v = ACTIVATIONS[self.activation].value(_require_value(state.z[neuron]))
        return replace(state, v=_replace_item(state.v, neuron, v))

    def _backward(self, state: BackpropState, name: str, neuron: int) -> BackpropState:
        """Compute the quantity `name`, one of dv, delta, dw and db, of the neuron with this index."""
        state = replace(state, phase="backward")
        if name == "dv":
            is_last = neuron == 2
            if is_last:
                dv = _require_value(state.v[neuron]) - state.y
            else:
                dv = _require_value(state.delta[neuron + 1]) * state.w[neuron + 1]
            return replace(state, dv=_replace_item(state.dv, neuron, dv))
        if name == "delta":
            slope = ACTIVATIONS[self.activation].derivative(_require_value(state.z[neuron]))
            return replace(state, delta=_replace_item(state.delta, neuron, _require_value(state.dv[neuron]) * slope))
        delta = _require_value(state.delta[neuron])
        if name == "dw":
            return replace(state, dw=_replace_item(state.dw, neuron, delta * _input_of(state, neuron)))
        return replace(state, db=_replace_item(state.db, neuron, delta))

    def _update(self, state: BackpropState) -> BackpropState:
        """Change every weight and bias by gradient descent."""
        eta = self.learning_rate
        w = tuple(w - eta * _require_value(dw) for w, dw in zip(state.w, state.dw, strict=True))
        b = tuple(b - eta * _require_value(db) for b, db in zip(state.b, state.db, strict=True))
        return replace(state, phase="update", w=(w[0], w[1], w[2]), b=(b[0], b[1], b[2]))

    def gradient_checks(self, state: BackpropState) -> list[GradientCheck]:
        """A check of the gradient of each weight and bias that is computed."""
        if state.phase != "backward" or max(map(abs, state.w)) > 1e3:  # such costs have inexact differences
            return []
        checks = []
        for name, gradients, values in (("w", state.dw, state.w), ("b", state.db, state.b)):
            for neuron, gradient in enumerate(gradients):
                if gradient is not None:
                    cost = partial(self._compute_cost, state, name, neuron)
                    checks.append(GradientCheck(f"d{name}[{neuron}]", gradient, cost, values[neuron]))
        return checks

    def _compute_cost(self, state: BackpropState, name: str, neuron: int, value: float) -> float:
        """The cost of a forward pass with `value` in place of a neuron's weight (`name` is "w") or bias ("b")."""
        w, b, v = list(state.w), list(state.b), state.x
        changed = w if name == "w" else b
        changed[neuron] = value
        for weight, bias in zip(w, b, strict=True):
            v = ACTIVATIONS[self.activation].value(weight * v + bias)
        return 0.5 * (state.y - v) ** 2


def _input_of(state: BackpropState, neuron: int) -> float:
    """The input of the neuron with this index: x, or the output of the neuron before."""
    return state.x if neuron == 0 else _require_value(state.v[neuron - 1])


def _require_value(value: float | None) -> float:
    """Return `value`, which has been computed by this step of the run: `None` would be a bug."""
    assert value is not None
    return value


def _replace_item(triple: Triple, index: int, value: float) -> Triple:
    """`triple` with `value` at `index`."""
    items = list(triple)
    items[index] = value
    return items[0], items[1], items[2]
