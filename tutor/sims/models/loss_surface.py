"""The loss as a surface: a grid of all weights, against gradient descent, which evaluates only along its path.

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
"""(w₁, w₂), or (x₁, x₂) of a sample."""
SAMPLE_COUNT = 24
DESCENT_RATE, DESCENT_STEPS = 8.0, 60
"""The learning rate of gradient descent, and the number of its steps."""


@dataclass(frozen=True)
class LossSurfaceState(State):
    """The grid as far as it is filled, and gradient descent as far as it has got."""

    x: tuple[Pair, ...]
    """The inputs of the data."""
    y: tuple[float, ...]
    """The targets of the data."""
    axis: tuple[float, ...]
    """The values that are tried for each weight."""
    losses: tuple[tuple[float, ...], ...]
    """The rows of the grid that are filled; in row r, w₂ is axis[r]."""
    evaluations: int
    """How many losses were computed on the grid."""
    best_w: Pair | None
    best_loss: float | None
    """The lowest loss on the grid so far; `best_w` are its weights. Both are `None` while the grid is empty."""
    descent_evaluations: int
    descent_w: Pair
    descent_loss: float


@dataclass(frozen=True)
class LossSurface(Simulation[LossSurfaceState]):
    """Try every weight on a grid, then descend."""

    name: ClassVar[str] = "loss-surface"
    title: ClassVar[str] = "The loss is a surface"
    summary: ClassVar[str] = (
        "A grid tries every pair of weights; descent follows the slope, and needs fewer evaluations than a fine grid."
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
        """The data, an empty grid, and gradient descent at its start."""
        rng = self.random(0)
        x = np.round(rng.normal(size=(SAMPLE_COUNT, 2)), 2)
        # The targets are the outputs of a neuron with the weights 1.6 and −1.1, with noise: the minimum is near these.
        y = np.round(1 / (1 + np.exp(-(x @ [1.6, -1.1]))) + 0.1 * rng.standard_normal(SAMPLE_COUNT), 2)
        descent_w = (-0.8 * self.span, 0.8 * self.span)  # near the corner opposite to the minimum
        descent_loss, _ = cost_and_gradient(x, y, np.array(descent_w))
        return LossSurfaceState(
            step=0,
            x=tuple((float(x1), float(x2)) for x1, x2 in x),
            y=freeze_vector(y),
            axis=freeze_vector(np.linspace(-self.span, self.span, self.grid)),
            losses=(),
            evaluations=0,
            best_w=None,
            best_loss=None,
            descent_evaluations=0,
            descent_w=descent_w,
            descent_loss=descent_loss,
        )

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 300 + self.grid**2 // 20

    def step(self, state: LossSurfaceState) -> LossSurfaceState:
        """Fill the next row of the grid; when it is full, take a step of gradient descent."""
        if len(state.losses) < self.grid:
            return self._fill_row(state)
        x, y, w = np.array(state.x), np.array(state.y), np.array(state.descent_w)
        _, gradient = cost_and_gradient(x, y, w)
        w = w - DESCENT_RATE * gradient
        loss, _ = cost_and_gradient(x, y, w)
        return replace(
            state,
            step=state.step + 1,
            descent_evaluations=state.descent_evaluations + 1,
            descent_w=(float(w[0]), float(w[1])),
            descent_loss=loss,
        )

    def _fill_row(self, state: LossSurfaceState) -> LossSurfaceState:
        """The state with one more row of the grid."""
        x, y = np.array(state.x), np.array(state.y)
        w2 = state.axis[len(state.losses)]
        row_losses = tuple(cost_and_gradient(x, y, np.array([w1, w2]))[0] for w1 in state.axis)
        best_column = int(np.argmin(row_losses))
        is_best = state.best_loss is None or row_losses[best_column] < state.best_loss
        return replace(
            state,
            step=state.step + 1,
            losses=(*state.losses, row_losses),
            evaluations=state.evaluations + self.grid,
            best_w=(state.axis[best_column], w2) if is_best else state.best_w,
            best_loss=row_losses[best_column] if is_best else state.best_loss,
        )

    @property
    def length(self) -> int:
        """One step for each row of the grid, and then those of gradient descent."""
        return self.grid + DESCENT_STEPS

    def done(self, state: LossSurfaceState) -> bool:
        """The grid is full, and gradient descent has taken its steps."""
        return len(state.losses) == self.grid and state.descent_evaluations == DESCENT_STEPS

    def view(self, history: RunHistory[LossSurfaceState]) -> View:
        """The view, with pictures of the grid, the path of descent, and the lowest losses by effort."""
        state = history.state
        readings = (
            make_reading(state, "evaluations on the grid", "evaluations"),
            make_reading(state, "lowest loss on the grid", "best_loss"),
            make_reading(state, "gradients computed", "descent_evaluations"),
            make_reading(state, "loss of descent", "descent_loss"),
        )
        return View(
            (self._draw_chart(history), _draw_effort(history)),
            readings,
            self._make_worked_lines(state),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _make_worked_lines(self, state: LossSurfaceState) -> tuple[WorkedLine, ...]:
        """The number of evaluations on the grid."""
        return (
            make_worked_line(
                state,
                "evaluations",
                r"\text{evaluations} = \text{rows} \cdot \text{points in a row}",
                rf"{len(state.losses)} \cdot {self.grid}",
            ),
        )

    def _draw_chart(self, history: RunHistory[LossSurfaceState]) -> Chart:
        """The loss over the two weights as far as the grid is filled, and the path of gradient descent."""
        state, span = history.state, self.span
        values: list[list[float | None]] = np.log10(np.array(state.losses)).tolist() if state.losses else []
        empty_rows = self.grid - len(values)
        values += [[None] * self.grid for _ in range(empty_rows)]
        edge = span + span / (self.grid - 1)  # half a cell beyond the last value: values are in the middle of cells
        axis_range = (-edge, edge)
        marks: list[HeatMap | Line | Points] = [
            HeatMap(values, axis_range, axis_range, "loss, log"),
            Line(history.trace("descent_w[0]").values, history.trace("descent_w[1]").values, "descent", "accent"),
            Points([state.descent_w[0]], [state.descent_w[1]], "", "accent", "diamond"),
        ]
        if state.best_w is not None:
            marks.append(Points([state.best_w[0]], [state.best_w[1]], "lowest on the grid", "good", "cross"))
        if state.losses:
            description = (
                f"{len(state.losses)} of {counted(self.grid, 'row')} filled; the lowest loss on the grid is "
                f"{format_number(state.best_loss)}, that of descent is {format_number(state.descent_loss)}."
            )
        else:
            description = f"The grid is empty; the loss where descent starts is {format_number(state.descent_loss)}."
        return Chart(
            "Loss over the two weights",
            tuple(marks),
            description,
            "w₁",
            "w₂",
            axis_range,
            axis_range,
            scale="plane",
        )

    def _narrate(self, state: LossSurfaceState) -> str:
        """A sentence that says how far the grid and gradient descent are, with the lowest loss of each."""
        if not state.losses:
            return (
                f"Two weights with {self.grid} values each: the whole grid takes {format_number(self.grid**2)} "
                f"evaluations."
            )
        if state.descent_evaluations == 0:
            return (
                f"Row {len(state.losses)} of {self.grid}: {format_number(state.evaluations)} evaluations so far; "
                f"the lowest loss is {format_number(state.best_loss)}."
            )
        return (
            f"Descent: {counted(state.descent_evaluations, 'gradient')} computed, "
            f"loss {format_number(state.descent_loss)}. "
            f"The grid: {counted(state.evaluations, 'evaluation')}, lowest loss {format_number(state.best_loss)}."
        )

    def _make_prediction(self, state: LossSurfaceState) -> Prediction | None:
        """Ask for the number of evaluations after the next row; during descent, for an estimate of its next loss."""
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
    """The lowest loss that the grid and gradient descent have found, against the number of their evaluations."""
    state = history.state
    evaluations, best_losses = history.trace("evaluations").values, history.trace("best_loss").values
    gradients, descent_losses = history.trace("descent_evaluations").values, history.trace("descent_loss").values
    if state.best_loss is None:
        grid_words = "Nothing is evaluated on the grid yet"
    else:
        evaluation_words = counted(state.evaluations, "evaluation")
        grid_words = f"After {evaluation_words} the lowest loss on the grid is {format_number(state.best_loss)}"
    gradient_words = counted(state.descent_evaluations, "gradient")
    return Chart(
        "Lowest loss found",
        (
            Line(evaluations, best_losses, "grid", "good", pattern="dashed"),
            Line(gradients, descent_losses, "descent", "accent", "diamond"),
        ),
        f"{grid_words}; after {gradient_words} that of descent is {format_number(state.descent_loss)}.",
        "evaluations or gradients",
        "loss, log scale",
        log_y=True,
    )


def cost_and_gradient(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
    """(½ · mean squared error of the neuron, its gradient of shape (2,)) at the weights `w`; `x` has shape (n, 2)."""
    out = 1 / (1 + np.exp(-np.clip(x @ w, -700, 700)))  # exp overflows from 710 on
    error = out - y
    return float(np.mean(error**2) / 2), x.T @ (error * out * (1 - out)) / len(y)
