"""Adam and its relatives, with two parameters, one update a step.

Adam (Kingma and Ba 2015, Algorithm 1), all operations elementwise:

    g ← ∇f(θ)
    m ← β₁ m + (1 − β₁) g          m̂ = m / (1 − β₁ᵗ)
    v ← β₂ v + (1 − β₂) g²         v̂ = v / (1 − β₂ᵗ)
    θ ← θ − α m̂ / (√v̂ + ε)

Beside it: sgd θ ← θ − α g; momentum (Polyak 1964) m ← β₁ m + g, θ ← θ − α m;
rmsprop (Tieleman and Hinton 2012) v ← β₂ v + (1 − β₂) g², θ ← θ − α g / (√v + ε).

Nesterov's momentum steps by β₁ m + g in place of m, and in Adam by β₁ m̂ + (1 − β₁) g / (1 − β₁ᵗ) in place of m̂
(Dozat 2016). A schedule puts α_t in the place of α. Decoupled decay (Loshchilov and Hutter 2019) subtracts α_t λ θ too;
an L2 penalty adds l2 · θ to g instead.
"""

import math
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation
from tutor.sims.engine.state import State
from tutor.sims.functions.surfaces import SURFACES, Pair, Surface, rotate_surface

OPTIMIZERS = ("adam", "sgd", "momentum", "rmsprop")
SCHEDULES = ("constant", "cosine", "warm-up")
SUMMARIES = {
    "sgd": "Each step is the gradient times the learning rate; no earlier gradient counts.",
    "momentum": "Each gradient is added to a share of the sum of those before; the new sum sets the step.",
    "rmsprop": "A running average of the squared gradient sets the size of each step, the gradient its direction.",
}
"""Optimizer → what its runs show; that of Adam is the summary of the simulation."""
WARM_UP_SHARE = 0.1
"""A warm-up raises the learning rate during this share of the schedule's updates."""


@dataclass(frozen=True)
class AdamState(State):
    """The parameters and averages after t updates; `None` for an average that the optimizer does not have."""

    t: int
    theta: Pair
    """θ after the update."""
    loss: float
    """f at θ after the update."""
    learning_rate: float
    beta1: float
    beta2: float
    epsilon: float
    nesterov: bool
    decay: float
    """λ."""
    l2: float
    rate: float | None = None
    """α_t: the learning rate of this update, after the schedule."""
    g: Pair | None = None
    """The gradient that was used, noise and penalty included."""
    m: Pair | None = None
    v: Pair | None = None
    m_hat: Pair | None = None
    v_hat: Pair | None = None
    update: Pair | None = None
    """θ before the update minus θ after it."""


def _momentum_arguments(rules: "Adam", before: AdamState, after: AdamState) -> CallArguments:
    """The arguments of a learner's `momentum_step(theta, m, g, rate, beta1)`."""
    vectors = map(np.array, (before.theta, before.m, after.g))
    return CallArguments((*vectors, after.rate, rules.beta1))


def _adam_arguments(rules: "Adam", before: AdamState, after: AdamState) -> CallArguments:
    """The arguments of a learner's `adam_step(theta, m, v, g, t, rate, beta1, beta2, epsilon)`."""
    vectors = map(np.array, (before.theta, before.m, before.v, after.g))
    settings = (after.rate, rules.beta1, rules.beta2, rules.epsilon)
    return CallArguments((*vectors, after.t, *settings))


def _is_plain(rules: "Adam", optimizer: str) -> bool:
    """Whether `optimizer` is in use without Nesterov's variant and without decay."""
    return rules.optimizer == optimizer and not rules.nesterov and not rules.decay


def _take_update(rules: "Adam", before: AdamState, after: AdamState, answer: Any) -> AdamState:
    """The state with what the learner's function returned: (θ, m) for momentum, (θ, m, v) for Adam."""
    average_names = ("m",) if after.v is None else ("m", "v")
    theta, *average_values = answer
    x, y = read_numbers(theta, 2)
    averages: dict[str, Any] = {
        name: read_numbers(value, 2) for name, value in zip(average_names, average_values, strict=True)
    }
    update = (before.theta[0] - x, before.theta[1] - y)
    return replace(after, theta=(x, y), update=update, loss=rules.surface.value(x, y), **averages)


@dataclass(frozen=True)
class Adam(Simulation[AdamState]):
    """An optimizer walks down a surface: the rules without the view."""

    name: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam, momentum and their relatives"
    summary: ClassVar[str] = "Two running averages, of the gradient and of its square, set the size of each step."
    unit: ClassVar[str] = "one update of θ"
    traces: ClassVar[tuple[str, ...]] = ("theta[0]", "theta[1]", "loss")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("Adam in a ravine", "Both directions move at about the same pace, however steep they are.", {}),
        Preset(
            "momentum gathers",
            "Along the ravine the steps add up, so it gets there sooner than SGD.",
            {"optimizer": "momentum", "learning_rate": 0.02},
        ),
        Preset(
            "momentum at its best",
            "With the rate and β₁ that suit this ravine, momentum needs about a quarter of SGD’s steps.",
            {"optimizer": "momentum", "learning_rate": 0.19, "beta1": 0.48},
        ),
        Preset(
            "noisy gradients",
            "Each gradient is off by chance; the average m follows the slope all the same.",
            {"noise": 1.0, "learning_rate": 0.05},
        ),
        Preset(
            "a rate that falls",
            "Large steps first; then the cosine schedule makes them so small that the noise hardly matters.",
            {"noise": 1.0, "schedule": "cosine"},
        ),
        Preset(
            "SGD zigzags",
            "Across the ravine it overshoots each time; along the ravine it crawls.",
            {"optimizer": "sgd"},
            "bad",
        ),
        Preset(
            "SGD too fast",
            "Across the ravine each step overshoots further than the one before, so the swings grow.",
            {"optimizer": "sgd", "learning_rate": 0.2},
            "diverging",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep("adam_step", lambda rules, _: _is_plain(rules, "adam"), _adam_arguments, _take_update),
        CodeStep(
            "momentum_step",
            lambda rules, _: _is_plain(rules, "momentum"),
            _momentum_arguments,
            _take_update,
            {"optimizer": "momentum", "learning_rate": 0.02},
        ),
    )

    function: str = param("ravine", "Surface", "The loss to minimise.", choices=tuple(SURFACES))
    optimizer: str = param("adam", "Optimizer", "The rule that turns gradients into steps.", choices=OPTIMIZERS)
    learning_rate: float = param(
        0.1, "Learning rate α", "How far one step goes.", low=0, high=100, exclude_low=True, live=True
    )
    beta1: float = param(0.9, "β₁", "The share of m that is kept.", low=0, high=1, exclude_high=True, live=True)
    beta2: float = param(0.999, "β₂", "The share of v that is kept.", low=0, high=1, exclude_high=True, live=True)
    epsilon: float = param(1e-8, "ε", "Keeps the division away from zero.", low=0, high=1, exclude_low=True, live=True)
    start_at: tuple[float, ...] = param(
        (),
        "Start θ",
        "Two numbers; empty means the surface’s own.",
        name="start",
        low=-1000,
        high=1000,
        max_length=2,
        when_empty="auto",
    )
    noise: float = param(0.0, "Noise", "Standard deviation of the noise on each gradient.", low=0, high=100, live=True)

    rotation: float = param(
        0.0, "Rotation", "Degrees by which the surface and its own start are turned.", low=-180, high=180
    )

    nesterov: bool = param(False, "Nesterov", "Step by the running average as it will be after one more such gradient.")
    decay: float = param(
        0.0, "Decay λ", "What share of θ, times the rate, every update subtracts.", low=0, high=10, live=True
    )
    l2: float = param(0.0, "L2 penalty", "A penalty ½ l2 ‖θ‖² whose slope joins g.", low=0, high=10, live=True)
    schedule: str = param("constant", "Schedule", "How the rate changes from update to update.", choices=SCHEDULES)
    schedule_steps: int = param(100, "Schedule length", "Updates that the schedule takes.", low=1, high=100_000)

    @property
    def run_summary(self) -> str:
        """What sets the steps of this run's optimizer."""
        return SUMMARIES.get(self.optimizer, self.summary)

    @property
    def surface(self) -> Surface:
        """The loss as a function of θ, turned by `rotation`."""
        return rotate_surface(SURFACES[self.function], self.rotation)

    def check(self) -> None:
        """Raise `UsageError` for a start of one number, and for Nesterov without a running average of gradients."""
        if len(self.start_at) == 1:
            raise conflicting_value_error(self, "start", "two numbers, for example −2,1, or none")
        if self.nesterov and self.optimizer not in ("adam", "momentum"):
            raise conflicting_value_error(
                self, "optimizer", "adam or momentum, which have a running average for Nesterov"
            )

    def rate_at(self, t: int) -> float:
        """α_t, the learning rate of update number t, counted from 1."""
        if self.schedule == "cosine":
            fraction = min(1.0, (t - 1) / self.schedule_steps)  # how much of the schedule is over
            return self.learning_rate * 0.5 * (1 + math.cos(math.pi * fraction))
        if self.schedule == "warm-up":
            warm_up_updates = max(1.0, WARM_UP_SHARE * self.schedule_steps)
            return self.learning_rate * min(1.0, t / warm_up_updates)
        return self.learning_rate

    def start(self) -> AdamState:
        """The state at the start point, with both averages at zero."""
        surface = self.surface
        x, y = self.start_at or surface.start
        zero = (0.0, 0.0)
        return AdamState(
            step=0,
            t=0,
            theta=(x, y),
            loss=surface.value(x, y),
            m=zero if self.optimizer in ("adam", "momentum") else None,
            v=zero if self.optimizer in ("adam", "rmsprop") else None,
            **self._step_settings(),
        )

    def step(self, state: AdamState) -> AdamState:
        """One update of θ."""
        surface = self.surface
        t = state.t + 1
        g = np.array(surface.gradient(*state.theta))
        if self.noise:
            g = g + self.noise * self.random(t).standard_normal(2)
        rate, theta_before = self.rate_at(t), np.array(state.theta)
        g = g + self.l2 * theta_before
        averages, direction = self._compute_direction(state, g, t)
        update = rate * (direction + self.decay * theta_before)
        theta = _pair(theta_before - update)
        return replace(
            state,
            step=t,
            t=t,
            theta=theta,
            loss=surface.value(*theta),
            rate=rate,
            g=_pair(g),
            update=_pair(update),
            **averages,
            **self._step_settings(),
        )

    def _step_settings(self) -> dict[str, Any]:
        """The parameters that the arithmetic of a step needs, as fields of the state."""
        names = ("learning_rate", "beta1", "beta2", "epsilon", "nesterov", "decay", "l2")
        return {name: getattr(self, name) for name in names}

    def _compute_direction(self, state: AdamState, g: np.ndarray, t: int) -> tuple[dict[str, Any], np.ndarray]:
        """(new averages as fields of the state, direction of shape (2,)); the learning rate scales the direction."""
        old_m, old_v = np.array(state.m or (0.0, 0.0)), np.array(state.v or (0.0, 0.0))
        if self.optimizer == "sgd":
            return {}, g
        if self.optimizer == "momentum":
            m = self.beta1 * old_m + g
            direction = self.beta1 * m + g if self.nesterov else m
            return {"m": _pair(m)}, direction
        v = self.beta2 * old_v + (1 - self.beta2) * g**2
        if self.optimizer == "rmsprop":
            return {"v": _pair(v)}, g / (np.sqrt(v) + self.epsilon)
        m = self.beta1 * old_m + (1 - self.beta1) * g
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        averages = {"m": _pair(m), "v": _pair(v), "m_hat": _pair(m_hat), "v_hat": _pair(v_hat)}
        numerator = m_hat
        if self.nesterov:
            numerator = self.beta1 * m_hat + (1 - self.beta1) * g / (1 - self.beta1**t)
        return averages, numerator / (np.sqrt(v_hat) + self.epsilon)

    def gradient_checks(self, state: AdamState) -> list[GradientCheck]:
        """A check of g, the gradient at θ before the update; none if noise was added to g."""
        if state.g is None or state.update is None or self.noise:
            return []

        def penalised_loss(x: float, y: float) -> float:
            return self.surface.value(x, y) + self.l2 * (x * x + y * y) / 2

        x, y = (state.theta[0] + state.update[0], state.theta[1] + state.update[1])
        if max(abs(x), abs(y)) > 1e3:  # costs so large that differences are inexact
            return []
        return [
            GradientCheck("g[0]", state.g[0], lambda value: penalised_loss(value, y), x),
            GradientCheck("g[1]", state.g[1], lambda value: penalised_loss(x, value), y),
        ]


def _pair(values: np.ndarray) -> Pair:
    """An array of shape (2,) as a tuple of floats."""
    return float(values[0]), float(values[1])
