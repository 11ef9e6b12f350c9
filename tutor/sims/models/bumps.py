"""Approximates any curve on [0, 1] with a hidden layer of sigmoids, two units to a bump.

    bump k stands on [k/N, (k + 1)/N]:   v σ(w x + b) − v σ(w x + b′)      b = −w · left edge, b′ = −w · right edge
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
"""Positions at which the network is compared with the target."""
MIN_SHARE = 0.01
"""The share of its height from which the last bump is drawn: elsewhere it is 0."""
Numbers = tuple[float, ...]


def _wave(x: np.ndarray) -> np.ndarray:
    curve: np.ndarray = 0.5 + 0.4 * np.sin(2 * np.pi * x)
    return curve


def _peak(x: np.ndarray) -> np.ndarray:
    curve: np.ndarray = np.exp(-(((x - 0.6) / 0.1) ** 2))
    return curve


def _jump(x: np.ndarray) -> np.ndarray:
    curve: np.ndarray = np.where(x < 0.47, 0.2, 0.8)
    return curve


TARGETS = {"wave": _wave, "peak": _peak, "jump": _jump}


@dataclass(frozen=True)
class BumpsState(State):
    """The hidden layer so far: two units for each bump that is placed."""

    x: Numbers
    y: Numbers
    """The target at each x."""
    w: Numbers
    """Of the hidden units, in the order in which they were placed."""
    b: Numbers
    v: Numbers
    """Weights of the output, one for each hidden unit; the output has no bias and no activation."""
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
        """No bump: the output is 0 everywhere."""
        x = np.arange(GRID_POINTS) / (GRID_POINTS - 1)
        empty = BumpsState(
            0, freeze_vector(x), freeze_vector(TARGETS[self.target](x)), (), (), (), freeze_vector(0 * x), 0.0, 0.0
        )
        return _with_measures(empty)

    def step(self, state: BumpsState) -> BumpsState:
        """The next bump, from left to right."""
        height = float(TARGETS[self.target](np.array((state.step + 0.5) / self.bumps)))
        new = tuple(-self.weight * edge for edge in self.edges(state.step))
        w, b, v = (*state.w, self.weight, self.weight), (*state.b, *new), (*state.v, height, -height)
        bump = [height * (sigmoid(self.weight * x + new[0]) - sigmoid(self.weight * x + new[1])) for x in state.x]
        output = tuple(o + h for o, h in zip(state.output, bump, strict=True))
        return _with_measures(replace(state, step=state.step + 1, w=w, b=b, v=v, output=output))

    def edges(self, k: int) -> tuple[float, float]:
        """The interval of bump k."""
        left = -1 if k == 0 else k
        right = k + 2 if k == self.bumps - 1 else k + 1
        return left / self.bumps, right / self.bumps

    @property
    def step_cost(self) -> int:
        """Microseconds of one step."""
        return 400

    @property
    def length(self) -> int:
        """One for each bump."""
        return self.bumps

    def done(self, state: BumpsState) -> bool:
        """All bumps are placed."""
        return state.step == self.bumps

    def view(self, history: RunHistory[BumpsState]) -> View:
        """The curve so far, the last bump, and how far off it is."""
        state = history.state
        rows = (
            make_reading(state, "mean error", "error_mean"),
            make_reading(state, "largest error", "error_max"),
        )
        lines = _make_worked_lines(self, state)
        return View(
            (_draw_curve(state), _draw_errors(history)),
            rows,
            lines,
            _narrate(self, history),
            _make_prediction(self, state),
        )


def _with_measures(state: BumpsState) -> BumpsState:
    off = np.abs(np.subtract(state.output, state.y))
    return replace(state, error_mean=float(off.mean()), error_max=float(off.max()))


def _draw_curve(state: BumpsState) -> Chart:
    """The target, the network's curve, and the bump that was placed last."""
    marks = [Line(state.x, state.y, "target", "muted", "dot", "dotted")]
    if state.step:
        units = zip(state.w[-2:], state.b[-2:], state.v[-2:], strict=True)
        pairs = [[c * sigmoid(a * x + d) for x in state.x] for a, d, c in units]
        heights = [one + other for one, other in zip(*pairs, strict=True)]
        seen = [height if abs(height) > MIN_SHARE * abs(state.v[-2]) else nan for height in heights]
        marks.append(Line(state.x, seen, "last bump", "good", "cross", "dashed"))
    marks.append(Line(state.x, state.output, "network", "accent", "ring", "solid", is_on_top=True))
    return Chart(
        counted(2 * state.step, "hidden unit"),
        tuple(marks),
        f"With {counted(state.step, 'bump')} the network is off by {format_number(state.error_mean)} on average.",
        "x",
        "output",
        (0.0, 1.0),
        (-0.2, 1.2),
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
    n = GRID_POINTS
    total = make_worked_line(
        state,
        "error_mean",
        r"\text{mean error} = \frac{1}{n} \sum_i \lvert o(x_i) - f(x_i) \rvert",
        rf"\frac{{1}}{{{n}}} \cdot {format_factor(n * state.error_mean)}",
    )
    if not state.step:
        return (total,)
    last = len(state.b) - 2
    weight = format_factor(state.w[last])
    slope = make_worked_line(
        state,
        f"w[{last}]",
        r"w = \text{steepness} \cdot N",
        rf"{format_factor(rules.steepness)} \cdot {rules.bumps}",
    )
    units = tuple(
        make_worked_line(
            state,
            f"b[{last + k}]",
            rf"b_{{{last + k + 1}}} = -w \cdot \text{{{side} edge}}",
            rf"-{weight} \cdot {format_factor(edge)}",
        )
        for k, (side, edge) in enumerate(zip(("left", "right"), rules.edges(state.step - 1), strict=True))
    )
    return (slope, *units, total)


def _narrate(rules: Bumps, history: RunHistory[BumpsState]) -> str:
    state, before = history.state, history.previous
    if before is None:
        return f"No hidden unit yet: the output is 0 everywhere. {counted(rules.bumps, 'bump')} will follow the target."
    height = format_number(state.v[-2])
    change = describe_change(before.error_mean, state.error_mean)
    return f"Bump {state.step}: two hidden units with the output weights ±{height}; the mean error {change}."


def _make_prediction(rules: Bumps, state: BumpsState) -> Prediction | None:
    """Ask for the bias that puts the edge of the next bump where it ends."""
    if rules.done(state):
        return None
    edge, weight = rules.edges(state.step)[1], rules.weight  # the one where it begins is known from the last bump
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
