"""The loss as a surface: every weight on a grid against descent, which evaluates only where it is.

    C(w) = 1/(2n) Σ (σ(w₁ x₁ + w₂ x₂) − y)²

A grid of g values for each of d weights needs g^d evaluations; descent needs one gradient a step.
"""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, HeatMap, Line, Points
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_estimate, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State, freeze_vector
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.text.numbers import counted, format_number

Pair = tuple[float, float]
DESCENT_RATE, DESCENT_STEPS = 8.0, 60
"""Descent's learning rate here, and the most steps it takes."""


@dataclass(frozen=True)
class LossSurfaceState(State):
    """The grid as far as it is filled, followed by the descent."""

    x: tuple[Pair, ...]
    y: tuple[float, ...]
    axis: tuple[float, ...]
    """The values tried for each weight."""
    losses: tuple[tuple[float, ...], ...]
    """The rows done so far; row r has w₂ = axis[r]."""
    evaluations: int
    best_w: Pair | None
    best_loss: float | None
    descent_evaluations: int
    descent_w: Pair
    descent_loss: float


@dataclass(frozen=True)
class LossSurface(Simulation[LossSurfaceState]):
    """Try every weight on a grid, then descend."""

    name: ClassVar[str] = "loss-surface"
    title: ClassVar[str] = "The loss is a surface"
    summary: ClassVar[str] = (
        "A grid finds the lowest point by trying everything; descent gets there with far fewer evaluations."
    )
    unit: ClassVar[str] = "a row of the grid, then a step of descent"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = (
        *("descent_w[0]", "descent_w[1]", "descent_evaluations", "descent_loss"),
        *("evaluations", "best_loss"),
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("21 by 21", "441 evaluations for two weights; descent needs a few dozen.", {}),
        Preset("a coarse grid", "25 evaluations, and the best of them is far from the minimum.", {"grid": 5}, "bad"),
    )

    grid: int = param(21, "Grid", "How many values are tried for each weight.", low=2, high=201)
    span: float = param(3.0, "Span", "Weights are tried from −span to span.", low=0.1, high=50)

    def start(self) -> LossSurfaceState:
        """The data, an empty grid, and descent at its start."""
        rng = self.random(0)
        x = np.round(rng.normal(size=(24, 2)), 2)
        y = np.round(1 / (1 + np.exp(-(x @ [1.6, -1.1]))) + 0.1 * rng.standard_normal(24), 2)
        axis = freeze_vector(np.linspace(-self.span, self.span, self.grid))
        at = (-0.8 * self.span, 0.8 * self.span)
        return LossSurfaceState(
            0,
            tuple((float(a), float(b)) for a, b in x),
            freeze_vector(y),
            axis,
            (),
            0,
            None,
            None,
            0,
            at,
            cost_and_gradient(x, y, np.array(at))[0],
        )

    @property
    def step_cost(self) -> int:
        """Microseconds of one step."""
        return 300 + self.grid**2 // 20

    def step(self, state: LossSurfaceState) -> LossSurfaceState:
        """The next row of the grid; after the last one a step of descent."""
        x, y = np.array(state.x), np.array(state.y)
        row = len(state.losses)
        if row < self.grid:
            row_losses = tuple(cost_and_gradient(x, y, np.array([w1, state.axis[row]]))[0] for w1 in state.axis)
            best = int(np.argmin(row_losses))
            better = state.best_loss is None or row_losses[best] < state.best_loss
            return replace(
                state,
                step=state.step + 1,
                losses=(*state.losses, row_losses),
                evaluations=state.evaluations + self.grid,
                best_w=(state.axis[best], state.axis[row]) if better else state.best_w,
                best_loss=row_losses[best] if better else state.best_loss,
            )
        w = np.array(state.descent_w) - DESCENT_RATE * cost_and_gradient(x, y, np.array(state.descent_w))[1]
        return replace(
            state,
            step=state.step + 1,
            descent_evaluations=state.descent_evaluations + 1,
            descent_w=(float(w[0]), float(w[1])),
            descent_loss=cost_and_gradient(x, y, w)[0],
        )

    @property
    def length(self) -> int:
        """The rows of the grid, and the descent."""
        return self.grid + DESCENT_STEPS

    def done(self, state: LossSurfaceState) -> bool:
        """The grid is full and descent has taken its steps."""
        return len(state.losses) == self.grid and state.descent_evaluations == DESCENT_STEPS

    def view(self, history: RunHistory[LossSurfaceState]) -> View:
        """The grid as it fills, and the path of descent."""
        state = history.state
        keys = (
            ("evaluations on the grid", "evaluations"),
            ("lowest loss on the grid", "best_loss"),
            ("gradients computed", "descent_evaluations"),
            ("loss of descent", "descent_loss"),
        )
        rows = tuple(make_reading(state, label, key) for label, key in keys)
        return View(
            (self._draw_chart(history), _draw_effort(history)),
            rows,
            self._make_worked_lines(state),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _make_worked_lines(self, state: LossSurfaceState) -> tuple[WorkedLine, ...]:
        return (
            make_worked_line(
                state,
                "evaluations",
                r"\text{evaluations} = \text{rows} \cdot g",
                rf"{len(state.losses)} \cdot {self.grid}",
            ),
        )

    def _draw_chart(self, history: RunHistory[LossSurfaceState]) -> Chart:
        """The loss over the two weights as far as the grid is filled, and the path of descent."""
        state, span = history.state, self.span
        values: list[list[float | None]] = np.log10(np.array(state.losses)).tolist() if state.losses else []
        values += [[None] * self.grid for _ in range(self.grid - len(values))]
        edge = span + span / (self.grid - 1)  # each value lies in the middle of its cell
        plane = (-edge, edge)
        marks: list[HeatMap | Line | Points] = [HeatMap(values, plane, plane, "log loss")]
        marks.append(
            Line(history.trace("descent_w[0]").values, history.trace("descent_w[1]").values, "descent", "accent")
        )
        marks.append(Points([state.descent_w[0]], [state.descent_w[1]], "w", "accent", "diamond"))
        if state.best_w is not None:
            marks.append(Points([state.best_w[0]], [state.best_w[1]], "lowest on the grid", "good", "cross"))
        return Chart(
            "Loss over the two weights",
            tuple(marks),
            (
                f"{len(state.losses)} of {counted(self.grid, 'row')} filled; the lowest loss on the grid is "
                f"{format_number(state.best_loss)}, that of descent is {format_number(state.descent_loss)}."
                if state.losses
                else f"The grid is empty; the loss where descent starts is {format_number(state.descent_loss)}."
            ),
            "w₁",
            "w₂",
            plane,
            plane,
            scale="plane",
        )

    def _narrate(self, state: LossSurfaceState) -> str:
        """How far the grid and descent are, with the lowest loss of each."""
        if not state.losses:
            return (
                f"Two weights with {self.grid} values each: the whole grid takes {format_number(self.grid**2)} "
                f"evaluations."
            )
        if state.descent_evaluations == 0:
            return (
                f"Row {len(state.losses)} of {self.grid}: {format_number(state.evaluations)} evaluations so far; "
                f"the lowest "
                f"loss is {format_number(state.best_loss)}."
            )
        return (
            f"Descent: {counted(state.descent_evaluations, 'gradient')} computed, loss "
            f"{format_number(state.descent_loss)}. "
            f"The grid: {counted(state.evaluations, 'evaluation')}, lowest loss {format_number(state.best_loss)}."
        )

    def _make_prediction(self, state: LossSurfaceState) -> Prediction | None:
        """Ask how many evaluations the next row brings; during descent, for its next loss."""
        if self.done(state):
            return None
        if len(state.losses) >= self.grid:
            after = look_ahead(self, state).descent_loss
            return make_estimate("loss of the walk", "descent_loss", state.descent_loss, after, "at its next step")
        answer = state.evaluations + self.grid
        return make_prediction(
            "How many evaluations will there be after the next row?",
            "evaluations",
            answer,
            ((state.evaluations + 1, f"A row takes {self.grid} evaluations."),),
            f"Each row adds {self.grid}.",
        )


def _draw_effort(history: RunHistory[LossSurfaceState]) -> Chart:
    """The lowest loss that each way has found, against what it has computed for that."""
    state = history.state
    grid, best, gradients, descent = (
        history.trace(name).values for name in ("evaluations", "best_loss", "descent_evaluations", "descent_loss")
    )
    about = (
        f"After {counted(state.evaluations, 'evaluation')} the lowest loss on the grid is "
        f"{format_number(state.best_loss)}; "
        if state.best_loss is not None
        else "Nothing is evaluated on the grid yet; "
    )
    about += f"after {counted(state.descent_evaluations, 'gradient')} that of descent is "
    marks = (Line(grid, best, "grid", "good", pattern="dashed"), Line(gradients, descent, "descent", "accent"))
    return Chart(
        "Lowest loss found",
        marks,
        f"{about}{format_number(state.descent_loss)}.",
        "evaluations or gradients",
        "loss, log scale",
        log_y=True,
    )


def cost_and_gradient(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
    """½ · mean squared error of the neuron, and its gradient."""
    out = 1 / (1 + np.exp(-np.clip(x @ w, -700, 700)))
    error = out - y
    return float(np.mean(error**2) / 2), x.T @ (error * out * (1 - out)) / len(y)
