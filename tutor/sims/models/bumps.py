"""Approximates any curve on [0, 1] with a hidden layer of sigmoids, two units to a bump.

    bump k covers [k/N, (k + 1)/N]:   v σ(w x + b) − v σ(w x + b′)      b = −w · left edge, b′ = −w · right edge
    v = f(middle of the piece)           w = steepness · N

The first bump begins, and the last one ends, a piece outside of [0, 1], so that the ends are covered too.
"""

from dataclasses import dataclass, replace
from math import nan
from typing import ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, Line
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State, freeze_vector
from tutor.sims.engine.view import View, WorkedLine, describe_change, make_reading, make_worked_line
from tutor.sims.functions.activations import sigmoid
from tutor.text.numbers import counted, format_factor, format_latex, format_number

GRID_POINTS = 201
"""The number of x at which the network is compared with the target."""
MIN_DRAWN_SHARE = 0.01
"""The last bump is drawn where it exceeds this share of its height; elsewhere it is nearly 0."""
Numbers = tuple[float, ...]
"""One number for each x, or for each hidden unit."""


def _wave(x: np.ndarray) -> np.ndarray:
    """One period of a sine, between 0.1 and 0.9."""
    curve: np.ndarray = 0.5 + 0.4 * np.sin(2 * np.pi * x)
    return curve


def _peak(x: np.ndarray) -> np.ndarray:
    """A Gaussian of height 1 at 0.6."""
    curve: np.ndarray = np.exp(-(((x - 0.6) / 0.1) ** 2))
    return curve


def _jump(x: np.ndarray) -> np.ndarray:
    """A jump from 0.2 to 0.8, at a position that is no edge of a bump."""
    curve: np.ndarray = np.where(x < 0.47, 0.2, 0.8)
    return curve


TARGETS = {"wave": _wave, "peak": _peak, "jump": _jump}
"""Name → the target at an array of x."""


@dataclass(frozen=True)
class BumpsState(State):
    """The hidden layer so far: two units for each bump that is placed."""

    x: Numbers
    y: Numbers
    """The target at each x."""
    w: Numbers
    """The weight of each hidden unit, in the order in which they were placed."""
    b: Numbers
    """The bias of each hidden unit."""
    v: Numbers
    """The output's weight for each hidden unit; the output has no bias and no activation."""
    output: Numbers
    """Σ v σ(w x + b), at each x."""
    error_mean: float
    """Mean distance of output and target over all x."""
    error_max: float


@dataclass(frozen=True)
class Bumps(Simulation[BumpsState]):
    """Build a curve from bumps of two sigmoids each."""

    name: ClassVar[str] = "bumps"
    title: ClassVar[str] = "Any curve from bumps"
    summary: ClassVar[str] = "Two sigmoids make a bump; enough bumps approximate any continuous curve."
    unit: ClassVar[str] = "one bump"
    traces: ClassVar[tuple[str, ...]] = ("error_mean", "error_max")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("ten bumps", "Twenty hidden units follow a wave.", {}),
        Preset("forty bumps", "Four times as many units: about a quarter of the error.", {"bumps": 40}),
        Preset(
            "too soft",
            "Where the sigmoids are not steep enough, the bumps blur into each other.",
            {"steepness": 0.5},
            "bad",
        ),
        Preset(
            "a jump",
            "At a jump the largest error does not shrink, however many bumps there are: the target is not continuous.",
            {"target": "jump", "bumps": 40},
            "bad",
        ),
    )

    target: str = param("wave", "Target", "The curve to approximate.", choices=tuple(TARGETS))
    bumps: int = param(10, "Bumps N", "Pieces of the interval, two hidden units for each.", low=1, high=100)
    steepness: float = param(
        10.0, "Steepness", "Weight of a hidden unit, times the width of a bump.", low=0, high=1000, exclude_low=True
    )

    @property
    def weight(self) -> float:
        """The weight w of every hidden unit."""
        return self.steepness * self.bumps

    def start(self) -> BumpsState:
        """The state without any bump, in which the output is 0 everywhere."""
        x = np.arange(GRID_POINTS) / (GRID_POINTS - 1)
        y = TARGETS[self.target](x)
        return _with_errors(
            BumpsState(
                step=0,
                x=freeze_vector(x),
                y=freeze_vector(y),
                w=(),
                b=(),
                v=(),
                output=freeze_vector(0 * x),
                error_mean=0.0,
                error_max=0.0,
            )
        )

    def step(self, state: BumpsState) -> BumpsState:
        """Place the next bump, from left to right."""
        middle = (state.step + 0.5) / self.bumps
        height = float(TARGETS[self.target](np.array(middle)))
        w = self.weight
        left_bias, right_bias = (-w * edge for edge in self.edges(state.step))
        bump = [height * (sigmoid(w * x + left_bias) - sigmoid(w * x + right_bias)) for x in state.x]
        return _with_errors(
            replace(
                state,
                step=state.step + 1,
                w=(*state.w, w, w),
                b=(*state.b, left_bias, right_bias),
                v=(*state.v, height, -height),
                output=tuple(old + new for old, new in zip(state.output, bump, strict=True)),
            )
        )

    def edges(self, k: int) -> tuple[float, float]:
        """(left, right) edge of bump k, counted from 0; the first and the last bump reach a piece beyond 0 and 1."""
        is_first, is_last = k == 0, k == self.bumps - 1
        left_piece = k - 1 if is_first else k
        right_piece = k + 2 if is_last else k + 1
        return left_piece / self.bumps, right_piece / self.bumps

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 400

    @property
    def length(self) -> int:
        """One step for each bump."""
        return self.bumps

    def done(self, state: BumpsState) -> bool:
        """All bumps are placed."""
        return state.step == self.bumps

    def view(self, history: RunHistory[BumpsState]) -> View:
        """The view of the last state, with pictures of the curve so far with the last bump, and the errors."""
        state = history.state
        readings = (
            make_reading(state, "mean error", "error_mean"),
            make_reading(state, "largest error", "error_max"),
        )
        return View(
            (_draw_curve(state), _draw_errors(history)),
            readings,
            _make_worked_lines(self, state),
            _narrate(self, history),
            _make_prediction(self, state),
        )


def _with_errors(state: BumpsState) -> BumpsState:
    """`state` with the mean and the largest error of its output."""
    distances = np.abs(np.subtract(state.output, state.y))
    return replace(state, error_mean=float(distances.mean()), error_max=float(distances.max()))


def _draw_curve(state: BumpsState) -> Chart:
    """The target, the network's curve, and the bump that was placed last."""
    # The network's line is dashed, so that where it covers the target, the target shows through the gaps.
    marks = [Line(state.x, state.y, "target", "blue", "dot", "solid")]
    if state.step:
        (w1, w2), (b1, b2), (v1, v2) = state.w[-2:], state.b[-2:], state.v[-2:]  # of its two units
        bump = [v1 * sigmoid(w1 * x + b1) + v2 * sigmoid(w2 * x + b2) for x in state.x]
        drawn_bump = [height if abs(height) > MIN_DRAWN_SHARE * abs(v1) else nan for height in bump]  # nan is not drawn
        marks.append(Line(state.x, drawn_bump, "last bump", "good", "cross", "dash-dot"))
    marks.append(Line(state.x, state.output, "network", "accent", "ring", "dashed", is_on_top=True))
    return Chart(
        counted(2 * state.step, "hidden unit"),
        tuple(marks),
        f"With {counted(state.step, 'bump')} the network is off by {format_number(state.error_mean)} on average.",
        "x",
        "output",
        (0.0, 1.0),
        (0.0, 1.0),  # where all targets are, and so all sums of bumps
    )


def _draw_errors(history: RunHistory[BumpsState]) -> Chart:
    """The mean error and the largest after each bump."""
    state, mean, largest = history.state, history.trace("error_mean"), history.trace("error_max")
    return Chart(
        "Error",
        (
            Line(mean.steps, mean.values, "mean", "primary"),
            Line(largest.steps, largest.values, "largest", "orange"),
        ),
        f"The mean error is {format_number(state.error_mean)}, the largest {format_number(state.error_max)}.",
        "bumps",
        "distance from the target",
    )


def _make_worked_lines(rules: Bumps, state: BumpsState) -> tuple[WorkedLine, ...]:
    """The two units of the last bump, and the mean error."""
    n, error_sum = GRID_POINTS, GRID_POINTS * state.error_mean  # the state holds the mean alone
    error_line = make_worked_line(
        state,
        "error_mean",
        r"\text{mean error} = \frac{1}{n} \sum_i \lvert o(x_i) - f(x_i) \rvert",
        rf"\frac{{1}}{{{n}}} \cdot {format_factor(error_sum)}",
    )
    if not state.step:
        return (error_line,)
    left_unit = len(state.b) - 2  # index of the first of the last bump's two units
    weight = format_factor(state.w[left_unit])
    weight_line = make_worked_line(
        state,
        f"w[{left_unit}]",
        r"w = \text{steepness} \cdot N",
        rf"{format_factor(rules.steepness)} \cdot {rules.bumps}",
    )
    left_edge, right_edge = rules.edges(state.step - 1)
    bias_lines = [
        make_worked_line(
            state,
            f"b[{unit}]",
            rf"b_{{{unit + 1}}} = -w \cdot \text{{{side} edge}}",
            rf"-{weight} \cdot {format_factor(edge)}",
        )
        for unit, side, edge in ((left_unit, "left", left_edge), (left_unit + 1, "right", right_edge))
    ]
    return (weight_line, *bias_lines, error_line)


def _narrate(rules: Bumps, history: RunHistory[BumpsState]) -> str:
    """The sentence about the last bump."""
    state, previous = history.state, history.previous
    if previous is None:
        return f"No hidden unit yet: the output is 0 everywhere. {counted(rules.bumps, 'bump')} will follow the target."
    height = format_number(state.v[-2])
    change = describe_change(previous.error_mean, state.error_mean)
    outside = [format_number(edge) for edge in rules.edges(state.step - 1) if not 0 <= edge <= 1]
    outside_words = ""
    if outside:
        is_first = state.step == 1
        edge_words = ("left edge" if is_first else "right edge") if len(outside) == 1 else "edges"
        outside_words = f", its {edge_words} outside the picture at {' and '.join(outside)}"
    return (
        f"Bump {state.step}: two hidden units with the output weights ±{height}{outside_words}; the mean error "
        f"{change}."
    )


def _make_prediction(rules: Bumps, state: BumpsState) -> Prediction | None:
    """Ask for the bias of the next bump's second unit, whose sigmoid makes the right edge.

    The bias of the first unit would be no question: after the first bump, its edge is where the previous bump ends.
    """
    if rules.done(state):
        return None
    _, edge = rules.edges(state.step)
    weight = rules.weight
    outside = ", outside of the picture so that it covers the end" if edge > 1 else ""
    return make_prediction(
        f"The next bump ends at $x = {format_latex(edge)}${outside}; its second unit has the weight "
        f"$w = {format_latex(weight)}$. With which bias is its sigmoid at one half exactly there?",
        f"b[{len(state.b) + 1}]",
        -weight * edge,
        [
            (weight * edge, "With that bias the sigmoid is at one half on the other side of 0."),
            (-edge, "That would be right for a weight of 1."),
        ],
        rf"One half means $w x + b = 0$, so $b = -w x = {format_latex(-weight * edge)}$.",
    )
