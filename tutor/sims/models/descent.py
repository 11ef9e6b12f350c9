"""Gradient descent on a loss of two weights, one step at a time.

    w ← w − η d(w)         stop when ‖∇C(w)‖ is below the tolerance
    d = ∇C                 gradient descent; clipped, d = ∇C · min(1, clip / ‖∇C‖)
    d = H⁻¹ ∇C             Newton's method, with the second derivatives H by central differences of the gradient

A small gradient is not yet a minimum: at a saddle or on a plateau it is small too. It is called "converged" only
where the curvature is upwards in every direction.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

from tutor.sims.engine.chart import Chart, HeatMap, Line, Mark, Points
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, describe_change, make_reading, make_worked_line
from tutor.sims.functions.surfaces import CLASSIFICATION_COSTS, SURFACES, Pair, Surface, log_cost_field
from tutor.text.numbers import counted, format_factor, format_latex, format_number

FUNCTIONS = SURFACES | CLASSIFICATION_COSTS
"""Name → surface, for all functions that can be minimised."""
METHODS = ("gradient", "newton")
SMALL_GRADIENT = 0.02
"""Below this length of the gradient, the narration says that it is small, though not within the tolerance."""
Matrix = tuple[Pair, Pair]
"""The two rows of a 2×2 matrix."""


@dataclass(frozen=True)
class DescentState(State):
    """The weights, and the loss and its derivatives there."""

    w: Pair
    gradient: Pair
    """The gradient at w."""
    gradient_norm: float
    loss: float
    converged: bool
    """True at a minimum, to within the tolerance."""
    learning_rate: float
    direction: Pair
    """d, which η multiplies in the next step: the gradient, the clipped gradient, or H⁻¹ times the gradient."""
    clip: float
    hessian: Matrix | None = None
    """The second derivatives at w; `None` if the method does not need them."""


def _descend_arguments(rules: "Descent", before: DescentState, after: DescentState) -> CallArguments:
    """The arguments of a learner's `descend(gradient, w, rate, steps)`, as source since one of them is a function.

    The gradient function returns the same gradient everywhere, since the one step needs it only at `w`.
    """
    w, gradient = list(before.w), list(before.gradient)
    return CallArguments((), f"lambda w: np.array({gradient}), np.array({w}), {rules.learning_rate!r}, 1")


def _take_point(rules: "Descent", before: DescentState, after: DescentState, answer: Any) -> DescentState:
    """The state at the last point of the path that the learner's function returned."""
    w1, w2 = read_numbers(answer[-1], 2)
    return rules.state_at(after.step, (w1, w2))


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
            "Newton’s method",
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
        (),
        "Start w",
        "Two numbers; empty means the function’s own.",
        name="start",
        low=-1000,
        high=1000,
        max_length=2,
        when_empty="auto",
    )
    tolerance: float = param(
        1e-6, "Tolerance", "Descent stops where the gradient is shorter than this.", low=0, high=1, exclude_low=True
    )
    method: str = param("gradient", "Method", "What turns a gradient into a direction.", choices=METHODS)
    clip: float = param(0.0, "Clip", "The longest gradient that a step uses; 0 for no limit.", low=0, high=1000)

    def check(self) -> None:
        """Raise `UsageError` for a start of one number, and for clipping with Newton's method."""
        if len(self.start_at) == 1:
            raise conflicting_value_error(self, "start", "two numbers, for example −2,1, or none")
        if self.clip and self.method == "newton":
            raise conflicting_value_error(self, "clip", "0 with Newton’s method: it is the gradient that is clipped")

    @property
    def run_summary(self) -> str:
        """What this run shows; only Newton's method does not go against the gradient."""
        if self.method == "newton":
            return "Each step goes to where a parabola through slope and curvature is flat, be it a minimum or not."
        return self.summary

    @property
    def is_plain(self) -> bool:
        """Whether a step follows the gradient as it is."""
        return self.method == "gradient" and not self.clip

    @property
    def surface(self) -> Surface:
        """The function that is minimised."""
        return FUNCTIONS[self.function]

    def start(self) -> DescentState:
        """The state at the start point."""
        w1, w2 = self.start_at or self.surface.start
        return self.state_at(0, (w1, w2))

    def step(self, state: DescentState) -> DescentState:
        """One step: w − η d."""
        eta = self.learning_rate
        w = (state.w[0] - eta * state.direction[0], state.w[1] - eta * state.direction[1])
        return self.state_at(state.step + 1, w)

    def state_at(self, step: int, w: Pair) -> DescentState:
        """The state with weights `w` at step number `step`."""
        gradient = self.surface.gradient(*w)
        norm = math.hypot(*gradient)
        hessian = self._compute_hessian(w) if self.method == "newton" else None
        return DescentState(
            step=step,
            w=w,
            gradient=gradient,
            gradient_norm=norm,
            loss=self.surface.value(*w),
            converged=norm <= self.tolerance and self._is_minimum(w),
            learning_rate=self.learning_rate,
            direction=self._compute_direction(gradient, norm, hessian),
            clip=self.clip,
            hessian=hessian,
        )

    def _compute_direction(self, gradient: Pair, norm: float, hessian: Matrix | None) -> Pair:
        """The direction d of the next step; (0, 0) if the Hessian has no inverse. `norm` is that of the gradient."""
        g1, g2 = gradient
        if hessian is None:
            scale = self.clip / norm if self.clip and norm > self.clip else 1.0
            return scale * g1, scale * g2
        (h11, h12), (_, h22) = hessian
        determinant = h11 * h22 - h12 * h12
        if not determinant:
            return 0.0, 0.0
        return (h22 * g1 - h12 * g2) / determinant, (h11 * g2 - h12 * g1) / determinant

    def _compute_hessian(self, w: Pair) -> Matrix:
        """The second derivatives at w, by central differences of the gradient."""
        distance, gradient = 1e-4, self.surface.gradient  # the distance to either side
        right, left = gradient(w[0] + distance, w[1]), gradient(w[0] - distance, w[1])
        up, down = gradient(w[0], w[1] + distance), gradient(w[0], w[1] - distance)
        h11, h12 = (right[0] - left[0]) / (2 * distance), (up[0] - down[0]) / (2 * distance)
        h22 = (up[1] - down[1]) / (2 * distance)
        return (h11, h12), (h12, h22)

    def _is_minimum(self, w: Pair) -> bool:
        """True where the loss curves upwards in every direction: both eigenvalues of the Hessian are positive.

        They are if their sum (the trace) and their product (the determinant) are positive. Both must be clearly above
        0, since the differences in the Hessian are not exact.
        """
        (h11, h12), (_, h22) = self._compute_hessian(w)
        trace, determinant = h11 + h22, h11 * h22 - h12 * h12
        return trace > 1e-3 and determinant > 1e-6

    def done(self, state: DescentState) -> bool:
        """The gradient is within the tolerance, at a minimum or elsewhere."""
        return state.gradient_norm <= self.tolerance

    def gradient_checks(self, state: DescentState) -> list[GradientCheck]:
        """A check of both components of the gradient; none for the count of errors, which jumps."""
        loss, (w1, w2) = self.surface.value, state.w
        if self.function == "errors" or max(abs(w1), abs(w2)) > 1e3:  # far out, differences are inexact
            return []
        return [
            GradientCheck("gradient[0]", state.gradient[0], lambda value: loss(value, w2), w1),
            GradientCheck("gradient[1]", state.gradient[1], lambda value: loss(w1, value), w2),
        ]

    def view(self, history: RunHistory[DescentState]) -> View:
        """The view of the last state, with pictures of the path on the surface, and the loss."""
        state = history.state
        readings = [
            make_reading(state, "w₁", "w[0]"),
            make_reading(state, "w₂", "w[1]"),
            make_reading(state, "∂C/∂w₁", "gradient[0]"),
            make_reading(state, "∂C/∂w₂", "gradient[1]"),
            make_reading(state, "length of the gradient", "gradient_norm"),
        ]
        if not self.is_plain:
            readings.append(make_reading(state, "direction d, first", "direction[0]"))
            readings.append(make_reading(state, "direction d, second", "direction[1]"))
        readings += [make_reading(state, "loss", "loss"), make_reading(state, "converged", "converged")]
        return View(
            _draw_pictures(self, history),
            tuple(readings),
            _make_worked_lines(self, history),
            _narrate(self, history),
            _make_prediction(self, state),
        )


def _draw_pictures(rules: Descent, history: RunHistory[DescentState]) -> tuple[Chart, ...]:
    """The path on the surface and the loss; for the count of errors also the path on its smooth surrogate."""
    pictures = [_draw_path(rules, history, rules.function)]
    if rules.function == "errors":
        pictures.append(_draw_path(rules, history, "errors-smooth"))
    return (*pictures, _draw_loss(history))


def _draw_loss(history: RunHistory[DescentState]) -> Chart:
    """The loss by step, on a log scale if all losses are positive."""
    trace = history.trace("loss")
    description = (
        f"The loss went from {format_number(trace.values[0])} to {format_number(history.state.loss)} in "
        f"{counted(history.state.step, 'step')}."
    )
    is_positive = min(trace.values) > 0
    return Chart(
        "Loss",
        (Line(trace.steps, trace.values, "loss", "primary"),),
        description,
        "step",
        "loss, log scale" if is_positive else "loss",
        log_y=is_positive,
    )


def _draw_path(rules: Descent, history: RunHistory[DescentState], function: str) -> Chart:
    """The path of w on the surface of `function`, with an arrow downhill while descent goes on."""
    state, surface = history.state, FUNCTIONS[function]
    span = surface.span
    x, y = history.trace("w[0]").values, history.trace("w[1]").values
    marks: list[Mark] = [
        HeatMap(log_cost_field(surface), (-span, span), (-span, span), "loss, log"),
        Line(x, y, "path of w", "accent", pattern="solid"),
    ]
    if state.gradient_norm > rules.tolerance:
        scale = 0.35 * span / state.gradient_norm  # the arrow has the same length whatever the gradient
        end = [state.w[k] - scale * state.gradient[k] for k in (0, 1)]
        marks.append(Line([state.w[0], end[0]], [state.w[1], end[1]], "downhill", "good", pattern="dash-dot"))
        marks.append(Points([end[0]], [end[1]], "", "good", "plus"))
    marks.append(Points([state.w[0]], [state.w[1]], "", "accent", "diamond"))
    description = f"{surface.title}: after {counted(state.step, 'step')}, w is at {format_number(state.w)}."
    axis_range = (-span, span)
    title = f"{surface.title}: the path of w"
    return Chart(title, tuple(marks), description, "w₁", "w₂", axis_range, axis_range, scale="plane")


def _make_worked_lines(rules: Descent, history: RunHistory[DescentState]) -> tuple[WorkedLine, ...]:
    """The last update of both weights."""
    state, previous = history.state, history.previous
    if previous is None:
        return ()
    lines = []
    for k in (0, 1):
        i = k + 1
        direction = rf"\frac{{\partial C}}{{\partial w_{i}}}" if rules.is_plain else f"d_{i}"
        numbers = (
            rf"{format_factor(previous.w[k])} - {format_factor(state.learning_rate)} \cdot "
            rf"{format_factor(previous.direction[k])}"
        )
        lines.append(make_worked_line(state, f"w[{k}]", rf"w_{i} \leftarrow w_{i} - \eta {direction}", numbers))
    return tuple(lines)


def _narrate(rules: Descent, history: RunHistory[DescentState]) -> str:
    """The sentence about the last step, the start, or the end of the descent."""
    state = history.state
    if rules.done(state):
        opening = f"The length of the gradient is {format_number(state.gradient_norm)}, within the tolerance"
        if state.converged:
            return (
                f"{opening}, and the surface curves upward in every direction: converged to a minimum, "
                f"with loss {format_number(state.loss)}."
            )
        return (
            f"{opening}, so descent stops; but this is not a minimum, since in some direction the surface is flat "
            "or curves downward."
        )
    if history.previous is None:
        return (
            f"Descent starts at w = {format_number(state.w)} with loss {format_number(state.loss)}. "
            f"{rules.surface.description}"
        )
    sentence = f"Step {state.step}: the loss {describe_change(history.previous.loss, state.loss)}"
    if state.gradient_norm < SMALL_GRADIENT:
        norm = format_number(state.gradient_norm)
        sentence += f"; the gradient is small ({norm}), but not yet within the tolerance"
    return f"{sentence}."


def _make_prediction(rules: Descent, state: DescentState) -> Prediction | None:
    """Ask for w₁ after the next step."""
    if rules.done(state):
        return None
    w, d, rate = state.w[0], state.direction[0], rules.learning_rate  # w₁, and its component of d
    answer = look_ahead(rules, state).w[0]
    mistakes = [
        (w + rate * d, "That goes uphill: the step is minus the gradient."),
        (w - d, r"The gradient is scaled by $\eta$."),
    ]
    if rules.method == "newton":
        direction_name = "Newton’s direction"
    else:
        direction_name = "the clipped gradient" if rules.clip else "its gradient"
    return make_prediction(
        rf"$w_1 = {format_latex(w)}$, {direction_name} is ${format_latex(d)}$ and $\eta = {format_latex(rate)}$. What "
        rf"will $w_1$ be?",
        "w[0]",
        answer,
        mistakes,
        r"$w_1 - \eta \, \partial C/\partial w_1$." if rules.is_plain else r"$w_1 - \eta \, d_1$.",
    )
