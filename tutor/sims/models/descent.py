"""Gradient descent on a loss of two weights, one step at a time.

    w ← w − η d(w)         stop when ‖∇C(w)‖ is below the tolerance
    d = ∇C                 gradient descent; clipped, d = ∇C · min(1, clip / ‖∇C‖)
    d = H⁻¹ ∇C             Newton's method, with the second derivatives H by central differences of the gradient

A small gradient is not yet a minimum: at a saddle or on a plateau it is small too. It is called "converged" only
where the curvature is upwards in every direction.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from tutor.sims.engine.chart import Chart, HeatMap, Line, Mark, Points
from tutor.sims.engine.code_step import CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, describe_change, make_reading, make_worked_line
from tutor.sims.functions.surfaces import CLASSIFICATION_COSTS, SURFACES, Pair, Surface, log_cost_field
from tutor.text.numbers import counted, format_factor, format_latex, format_number

FUNCTIONS = SURFACES | CLASSIFICATION_COSTS
METHODS = ("gradient", "newton")
Matrix = tuple[Pair, Pair]


@dataclass(frozen=True)
class DescentState(State):
    """The position of the weights, and the gradient there."""

    w: Pair
    gradient: Pair
    """At w."""
    gradient_norm: float
    loss: float
    converged: bool
    """True at a minimum, to within the tolerance."""
    learning_rate: float
    direction: Pair
    """What the next step takes η times: the gradient, clipped or not, or H⁻¹ times it."""
    clip: float
    hessian: Matrix | None = None
    """The second derivatives at w; `None` where no step needs them."""


def _descend_arguments(rules: "Descent", before: DescentState, after: DescentState) -> tuple[Sequence[object], str]:
    w, gradient = list(before.w), list(before.gradient)
    return (), f"lambda w: np.array({gradient}), np.array({w}), {rules.learning_rate!r}, 1"


def _take_point(rules: "Descent", before: DescentState, after: DescentState, answer: Any) -> DescentState:
    """The state at the last point of a path."""
    x, y = read_numbers(answer[-1], 2)
    return rules.state_at(after.step, (x, y))


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
            "over a cliff, clipped",
            "From far out the slope is so steep that a step would fly off; its length is limited.",
            {"function": "two-valleys", "start": (6.0, 1.0), "clip": 5.0},
        ),
        Preset(
            "Newton's method",
            "It divides by the curvature: some twenty half steps, where gradient descent takes over a hundred.",
            {"function": "two-valleys", "method": "newton", "learning_rate": 0.5},
        ),
        Preset(
            "too fast",
            "Each step overshoots further than the one before.",
            {"function": "ravine", "learning_rate": 0.2},
            "diverging",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep("descend", lambda rules, _: rules.is_plain, _descend_arguments, _take_point),
    )

    function: str = param("bowl", "Function", "The loss to minimise.", choices=tuple(FUNCTIONS))
    learning_rate: float = param(
        0.1, "Learning rate η", "How far one step goes.", low=0, high=100, exclude_low=True, live=True
    )
    start_at: tuple[float, ...] = param(
        (), "Start w", "Two numbers; empty means the function's own.", name="start", low=-1000, high=1000, max_length=2
    )
    tolerance: float = param(
        1e-6, "Tolerance", "Descent stops where the gradient is shorter than this.", low=0, high=1, exclude_low=True
    )
    method: str = param("gradient", "Method", "What turns a gradient into a direction.", choices=METHODS)
    clip: float = param(0.0, "Clip", "The longest gradient that a step uses; 0 for no limit.", low=0, high=1000)

    def check(self) -> None:
        """A start has two numbers or none."""
        if len(self.start_at) == 1:
            raise refuse_value(self, "start", "two numbers, for example −2,1, or none")
        if self.clip and self.method == "newton":
            raise refuse_value(self, "clip", "0 with Newton's method: it is the gradient that is clipped")

    @property
    def is_plain(self) -> bool:
        """Whether a step follows the gradient as it is."""
        return self.method == "gradient" and not self.clip

    @property
    def surface(self) -> Surface:
        """The function that is walked down."""
        return FUNCTIONS[self.function]

    def start(self) -> DescentState:
        """The start point and the slope there."""
        x, y = self.start_at or self.surface.start
        return self.state_at(0, (x, y))

    def step(self, state: DescentState) -> DescentState:
        """One step against the direction."""
        eta = self.learning_rate
        w = (state.w[0] - eta * state.direction[0], state.w[1] - eta * state.direction[1])
        return self.state_at(state.step + 1, w)

    def state_at(self, step: int, w: Pair) -> DescentState:
        """The state with weights `w` after `step` steps."""
        gradient = self.surface.gradient(*w)
        norm = math.hypot(*gradient)
        converged = norm <= self.tolerance and self._is_minimum(w)
        hessian = self._compute_hessian(w) if self.method == "newton" else None
        direction = self._compute_direction(gradient, norm, hessian)
        value = self.surface.value(*w)
        return DescentState(
            step, w, gradient, norm, value, converged, self.learning_rate, direction, self.clip, hessian
        )

    def _compute_direction(self, gradient: Pair, norm: float, hessian: Matrix | None) -> Pair:
        """The factor of the learning rate; 0 if Newton's equations have no solution."""
        x, y = gradient
        if hessian is None:
            share = self.clip / norm if self.clip and norm > self.clip else 1.0
            return share * x, share * y
        (a, b), (_, d) = hessian
        determinant = a * d - b * b
        return ((d * x - b * y) / determinant, (a * y - b * x) / determinant) if determinant else (0.0, 0.0)

    def _compute_hessian(self, w: Pair) -> Matrix:
        """The second derivatives, by differences of the gradient."""
        h = 1e-4
        gradient = self.surface.gradient
        right, left = gradient(w[0] + h, w[1]), gradient(w[0] - h, w[1])
        up, down = gradient(w[0], w[1] + h), gradient(w[0], w[1] - h)
        a, b = (right[0] - left[0]) / (2 * h), (up[0] - down[0]) / (2 * h)
        return (a, b), (b, (up[1] - down[1]) / (2 * h))

    def _is_minimum(self, w: Pair) -> bool:
        """True where the loss curves upwards in every direction."""
        (a, b), (_, d) = self._compute_hessian(w)
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
        state = history.state
        keys = (
            ("w₁", "w[0]"),
            ("w₂", "w[1]"),
            ("gradient, first", "gradient[0]"),
            ("gradient, second", "gradient[1]"),
            ("length of the gradient", "gradient_norm"),
            *(
                ()
                if self.is_plain
                else (("direction d, first", "direction[0]"), ("direction d, second", "direction[1]"))
            ),
            ("loss", "loss"),
            ("converged", "converged"),
        )
        rows = tuple(make_reading(state, label, key) for label, key in keys)
        return View(
            _draw_pictures(self, history),
            rows,
            _make_worked_lines(self, history),
            _narrate(self, history),
            _make_prediction(self, state),
        )


def _draw_pictures(rules: Descent, history: RunHistory[DescentState]) -> tuple[Chart, ...]:
    pictures = [_draw_path(rules, history, rules.function)]
    if rules.function == "errors":
        pictures.append(_draw_path(rules, history, "errors-smooth"))
    trace = history.trace("loss")
    description = (
        f"The loss went from {format_number(trace.values[0])} to {format_number(history.state.loss)} in "
        f"{counted(history.state.step, 'step')}."
    )
    positive = min(trace.values) > 0
    pictures.append(
        Chart(
            "Loss",
            (Line(trace.steps, trace.values, "loss", "primary"),),
            description,
            "step",
            "loss, log scale" if positive else "loss",
            log_y=positive,
        )
    )
    return tuple(pictures)


def _draw_path(rules: Descent, history: RunHistory[DescentState], function: str) -> Chart:
    state, surface = history.state, FUNCTIONS[function]
    span = surface.span
    x, y = history.trace("w[0]").values, history.trace("w[1]").values
    marks: list[Mark] = [
        HeatMap(log_cost_field(surface), (-span, span), (-span, span), "loss"),
        Line(x, y, "path", "accent"),
    ]
    if state.gradient_norm > rules.tolerance:
        length = 0.35 * span / state.gradient_norm
        end = [state.w[k] - length * state.gradient[k] for k in (0, 1)]
        marks.append(Line([state.w[0], end[0]], [state.w[1], end[1]], "", "good"))
        marks.append(Points([end[0]], [end[1]], "downhill", "good", "plus"))
    marks.append(Points([state.w[0]], [state.w[1]], "w", "accent", "diamond"))
    description = f"{surface.title}: after {counted(state.step, 'step')}, w is at {format_number(state.w)}."
    plane = (-span, span)
    return Chart(f"{surface.title}: the path of w", tuple(marks), description, "w₁", "w₂", plane, plane, scale="plane")


def _make_worked_lines(rules: Descent, history: RunHistory[DescentState]) -> tuple[WorkedLine, ...]:
    state, before = history.state, history.previous
    if before is None:
        return ()
    letters = [rf"\frac{{\partial C}}{{\partial w_{k + 1}}}" if rules.is_plain else f"d_{k + 1}" for k in (0, 1)]
    return tuple(
        make_worked_line(
            state,
            f"w[{k}]",
            rf"w_{k + 1} \leftarrow w_{k + 1} - \eta {letters[k]}",
            rf"{format_factor(before.w[k])} - {format_factor(state.learning_rate)} \cdot "
            rf"{format_factor(before.direction[k])}",
        )
        for k in (0, 1)
    )


def _narrate(rules: Descent, history: RunHistory[DescentState]) -> str:
    state = history.state
    if rules.done(state):
        stops = f"The length of the gradient is {format_number(state.gradient_norm)}, within the tolerance"
        if state.converged:
            return (
                f"{stops}, and the surface curves upward in every direction: converged to a minimum, "
                f"with loss {format_number(state.loss)}."
            )
        return (
            f"{stops}, so descent stops; but this is not a minimum, since in some direction the surface is flat "
            "or curves downward."
        )
    if history.previous is None:
        return (
            f"Descent starts at w = {format_number(state.w)} with loss {format_number(state.loss)}. "
            f"{rules.surface.description}"
        )
    size = format_number(state.gradient_norm)
    level = f"; the gradient is small ({size}), but not yet within the tolerance" if state.gradient_norm < 0.02 else ""
    return f"Step {state.step}: the loss {describe_change(history.previous.loss, state.loss)}{level}."


def _make_prediction(rules: Descent, state: DescentState) -> Prediction | None:
    if rules.done(state):
        return None
    w, g, rate = state.w[0], state.direction[0], rules.learning_rate
    answer = look_ahead(rules, state).w[0]
    mistakes = [
        (w + rate * g, "That goes uphill: the step is minus the gradient."),
        (w - g, r"The gradient is scaled by $\eta$."),
    ]
    name = {"newton": "Newton's direction"}.get(rules.method, "the clipped gradient" if rules.clip else "its gradient")
    return make_prediction(
        rf"$w_1 = {format_latex(w)}$, {name} is ${format_latex(g)}$ and $\eta = {format_latex(rate)}$. What "
        rf"will $w_1$ be?",
        "w[0]",
        answer,
        mistakes,
        r"$w_1 - \eta \, \partial C/\partial w_1$." if rules.is_plain else r"$w_1 - \eta \, d_1$.",
    )
