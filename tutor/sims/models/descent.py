"""Gradient descent on a cost of two weights, one step at a time.

    w ← w − η ∇C(w)        stop when ‖∇C(w)‖ is below the tolerance

A small gradient is not yet a minimum: at a saddle or on a plateau it is small too. "Converged" is said only
where the curvature is upwards in every direction.
"""

import math
from dataclasses import dataclass
from typing import ClassVar

from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation, View
from tutor.sims.engine.state import State
from tutor.sims.functions.classification import CLASSIFIERS
from tutor.sims.functions.surfaces import SURFACES, Pair, Surface
from tutor.sims.models import descent_view

FUNCTIONS = SURFACES | CLASSIFIERS


@dataclass(frozen=True)
class DescentState(State):
    """Where the weights stand, and the slope there."""

    w: Pair
    gradient: Pair
    """At w."""
    gradient_norm: float
    loss: float
    converged: bool
    """True at a minimum, to within the tolerance."""
    learning_rate: float


@dataclass(frozen=True)
class Descent(Simulation[DescentState]):
    """Follow the negative gradient downhill."""

    name: ClassVar[str] = "descent"
    title: ClassVar[str] = "Gradient descent"
    summary: ClassVar[str] = "Each step goes against the gradient; where that is zero, descent stops, minimum or not."
    unit: ClassVar[str] = "one update of the weights"
    traces: ClassVar[tuple[str, ...]] = ("w[0]", "w[1]", "loss", "gradient_norm")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("bowl", "Straight to the minimum, in ever shorter steps.", {}),
        Preset("ravine", "It zigzags across and crawls along.", {"function": "ravine"}, "bad"),
        Preset(
            "the nearer valley",
            "Descent ends in the valley on its own side, which is not the deeper one.",
            {"function": "two-valleys"},
            "bad",
        ),
        Preset(
            "the deeper valley",
            "From the other side of the ridge the same rule finds the deeper minimum.",
            {"function": "two-valleys", "start": (-0.5, 1.0)},
        ),
        Preset(
            "stuck at a saddle",
            "From exactly on the ridge, descent leads to a point that is not a minimum.",
            {"function": "saddle", "start": (-1.5, 0.0)},
            "bad",
        ),
        Preset(
            "counting errors",
            "A count of errors is flat: its gradient is zero and shows no direction.",
            {"function": "errors"},
            "bad",
        ),
        Preset(
            "a smooth stand-in",
            "The smooth surrogate for the same count has a slope to follow.",
            {"function": "errors-smooth", "learning_rate": 1.0},
        ),
        Preset(
            "too fast",
            "Each step overshoots further than the one before.",
            {"function": "ravine", "learning_rate": 0.2},
            "diverging",
        ),
    )

    function: str = param("bowl", "Function", "The cost to minimise.", choices=tuple(FUNCTIONS))
    learning_rate: float = param(
        0.1, "Learning rate η", "How far one step goes.", low=0, high=100, above=True, live=True
    )
    start_at: tuple[float, ...] = param(
        (), "Start w", "Two numbers; empty means the function's own.", name="start", low=-1000, high=1000, longest=2
    )
    tolerance: float = param(
        1e-6, "Tolerance", "Descent stops where the gradient is shorter than this.", low=0, high=1, above=True
    )

    def check(self) -> None:
        """A start has two numbers or none."""
        if len(self.start_at) == 1:
            raise refuse_value(self, "start", "two numbers, for example −2,1, or none")

    @property
    def surface(self) -> Surface:
        """The function that is walked down."""
        return FUNCTIONS[self.function]

    def start(self) -> DescentState:
        """The start point and the slope there."""
        x, y = self.start_at or self.surface.start
        return self._at(0, (x, y))

    def step(self, state: DescentState) -> DescentState:
        """One step against the gradient."""
        eta = self.learning_rate
        w = (state.w[0] - eta * state.gradient[0], state.w[1] - eta * state.gradient[1])
        return self._at(state.step + 1, w)

    def _at(self, step: int, w: Pair) -> DescentState:
        gradient = self.surface.gradient(*w)
        norm = math.hypot(*gradient)
        converged = norm <= self.tolerance and self._is_minimum(w)
        return DescentState(step, w, gradient, norm, self.surface.value(*w), converged, self.learning_rate)

    def _is_minimum(self, w: Pair) -> bool:
        """True where the cost curves upwards in every direction, by differences of the gradient."""
        h = 1e-4
        gradient = self.surface.gradient
        right, left = gradient(w[0] + h, w[1]), gradient(w[0] - h, w[1])
        up, down = gradient(w[0], w[1] + h), gradient(w[0], w[1] - h)
        a, b = (right[0] - left[0]) / (2 * h), (up[0] - down[0]) / (2 * h)
        d = (up[1] - down[1]) / (2 * h)
        return a + d > 1e-3 and a * d - b * b > 1e-6

    def done(self, state: DescentState) -> bool:
        """The gradient is too short to go on."""
        return state.gradient_norm <= self.tolerance

    def gradient_checks(self, state: DescentState) -> list[GradientCheck]:
        """The gradient is the slope of the function at w."""
        f, (x, y) = self.surface.value, state.w
        if self.function == "errors" or max(abs(x), abs(y)) > 1e3:
            return []
        return [
            GradientCheck("gradient[0]", state.gradient[0], lambda value: f(value, y), x),
            GradientCheck("gradient[1]", state.gradient[1], lambda value: f(x, value), y),
        ]

    def view(self, history: RunHistory[DescentState]) -> View:
        """The path on the surface, the loss, and the step as arithmetic."""
        return descent_view.view(self, history)
