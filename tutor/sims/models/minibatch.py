"""Mini-batch gradient descent on a model of two weights.

    C_B(w) = 1/(2b) Σ_{i in B} (w·x_i − y_i)²        ∇C_B = 1/b Σ_{i in B} (w·x_i − y_i) x_i

Each batch B has a loss surface of its own; its gradient is a noisy estimate of the gradient over all data.
"""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, HeatMap, Line, Mark, Pattern, Points, Role, Shape
from tutor.sims.engine.code_step import CallArguments, CodeStep
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State, freeze_vector
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_latex, format_number

Pair = tuple[float, float]
"""(w₁, w₂), the gradient by these, or (x₁, x₂) of a sample."""
BATCH_ARROW_LENGTH, FULL_ARROW_LENGTH = 1.5, 2.3
"""How far the arrows downhill reach, in units of the weights: far enough for the angle between them to be seen.

That of all data is the longer one, so that both are seen where the angle is small.
"""
TRUE_WEIGHTS = np.array([1.5, -0.7])
"""The weights with which the targets are made, before noise is added to them."""


@dataclass(frozen=True)
class MinibatchState(State):
    """The weights after an update; losses and gradients are those at `w_before`."""

    x: tuple[Pair, ...]
    """The inputs of all samples."""
    y: tuple[float, ...]
    """The targets of all samples."""
    learning_rate: float
    w: Pair
    w_before: Pair | None = None
    indices: tuple[int, ...] | None = None
    """Which samples the batch consists of."""
    batch_loss: float | None = None
    full_loss: float | None = None
    batch_gradient: Pair | None = None
    full_gradient: Pair | None = None
    angle: float | None = None
    """Between the two gradients, in degrees."""


def _batches_arguments(rules: "Minibatch", before: MinibatchState, after: MinibatchState) -> CallArguments:
    """The arguments of a learner's `minibatches(samples, batch, rng)`.

    The generator is passed as source, since it is made in the process that runs the code, from this epoch's seed.
    """
    epoch, _ = rules.locate_in_epoch(before.step)
    rng = f"np.random.default_rng(({rules.seed}, {1 + epoch}))"  # as `_batch_indices` makes it
    return CallArguments((rules.samples, rules.batch), rng)


def _take_batch(rules: "Minibatch", before: MinibatchState, after: MinibatchState, answer: Any) -> MinibatchState:
    """The state after an update on the next batch, taken from the batches that the learner's function returned."""
    _, batch_index = rules.locate_in_epoch(before.step)
    indices = np.asarray(answer[batch_index])
    is_list_of_integers = indices.ndim == 1 and len(indices) > 0 and indices.dtype.kind in "iu"  # signed or unsigned
    if not is_list_of_integers or indices.min() < 0:  # NumPy would take −1 for the last sample
        raise ValueError("no indices")
    return rules.update(before, indices)


@dataclass(frozen=True)
class Minibatch(Simulation[MinibatchState]):
    """Walk down a loss surface that changes with every batch."""

    name: ClassVar[str] = "minibatch"
    title: ClassVar[str] = "Mini-batches"
    summary: ClassVar[str] = (
        "Each batch has a loss surface of its own; the smaller it is, the rougher its estimate of the whole gradient."
    )
    unit: ClassVar[str] = "one mini-batch update"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("w[0]", "w[1]", "batch_loss", "full_loss", "angle")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("batches of eight", "The path is noisy, but it reaches the minimum.", {}),
        Preset("one sample", "Pure stochastic gradient descent: the angle varies wildly.", {"batch": 1}, "bad"),
        Preset("all data", "The batch is all the data: the angle is 0 and the path is smooth.", {"batch": 64}),
        Preset("too fast", "Each step overshoots further than the one before.", {"learning_rate": 3.0}, "diverging"),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep("minibatches", lambda *_: True, _batches_arguments, _take_batch),
    )

    samples: int = param(64, "Samples", "How many samples there are in all.", low=2, high=2000)
    batch: int = param(8, "Batch size", "How many samples each update uses.", low=1, high=2000, live=True)
    learning_rate: float = param(
        0.1, "Learning rate η", "How far one step goes.", low=0, high=10, exclude_low=True, live=True
    )

    def check(self) -> None:
        """Raise `UsageError` for a batch that is larger than the data."""
        if self.batch > self.samples:
            raise conflicting_value_error(
                self, "batch", f"a whole number from 1 to {self.samples}, the number of samples"
            )

    def start(self) -> MinibatchState:
        """The data, and weights far from the best ones."""
        rng = self.random(0)
        # The spreads differ, so that the loss surface is longer in one direction than in the other.
        x = np.round(rng.normal(size=(self.samples, 2)) * (1.0, 0.6), 3)
        y = np.round(x @ TRUE_WEIGHTS + 0.5 * rng.standard_normal(self.samples), 3)
        inputs = tuple((float(x1), float(x2)) for x1, x2 in x)
        return MinibatchState(0, inputs, freeze_vector(y), self.learning_rate, w=(-1.5, 1.5))

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 100 + self.samples // 2

    def step(self, state: MinibatchState) -> MinibatchState:
        """Update on the next batch of this epoch's random order."""
        return self.update(state, self._batch_indices(state.step))

    def update(self, state: MinibatchState, indices: np.ndarray) -> MinibatchState:
        """One update on the batch of the samples with these indices."""
        x, y, w = np.array(state.x), np.array(state.y), np.array(state.w)
        batch_loss, batch_gradient = cost_and_gradient(x[indices], y[indices], w)
        full_loss, full_gradient = cost_and_gradient(x, y, w)
        return MinibatchState(
            step=state.step + 1,
            x=state.x,
            y=state.y,
            learning_rate=self.learning_rate,
            w=_pair(w - self.learning_rate * batch_gradient),
            w_before=state.w,
            indices=tuple(int(index) for index in indices),
            batch_loss=batch_loss,
            full_loss=full_loss,
            batch_gradient=_pair(batch_gradient),
            full_gradient=_pair(full_gradient),
            angle=angle_between(batch_gradient, full_gradient),
        )

    def locate_in_epoch(self, updates_done: int) -> tuple[int, int]:
        """(epoch, index of its next batch), both counted from 0, after so many updates."""
        batches_per_epoch = math.ceil(self.samples / self.batch)
        return divmod(updates_done, batches_per_epoch)

    def _batch_indices(self, updates_done: int) -> np.ndarray:
        """The indices of the samples in the batch that follows after so many updates."""
        epoch, batch_index = self.locate_in_epoch(updates_done)
        order = self.random(1 + epoch).permutation(self.samples)  # + 1, since 0 draws the data
        return order[batch_index * self.batch : (batch_index + 1) * self.batch]

    def view(self, history: RunHistory[MinibatchState]) -> View:
        """The view, with pictures of the loss surfaces of all data and of the batch, and the losses."""
        state = history.state
        readings = (
            make_reading(state, "batch loss", "batch_loss"),
            make_reading(state, "full loss", "full_loss"),
            make_reading(state, "angle", "angle", "°"),
            make_reading(state, "$w_1$", "w[0]"),
            make_reading(state, "$w_2$", "w[1]"),
        )
        return View(
            self._draw_pictures(history),
            readings,
            self._make_worked_lines(state),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_pictures(self, history: RunHistory[MinibatchState]) -> tuple[Chart, ...]:
        """The loss surface of all data, that of the batch if there is one, and the losses by update."""
        state = history.state
        x, y = np.array(state.x), np.array(state.y)
        surfaces = [_draw_surface("Loss over all data", history, x, y)]
        if state.indices is not None:
            batch = list(state.indices)
            surfaces.append(_draw_surface("Loss over this batch", history, x[batch], y[batch]))
        return (*surfaces, _draw_losses(history))

    def _make_worked_lines(self, state: MinibatchState) -> tuple[WorkedLine, ...]:
        """The loss of the batch, its gradient, and the update of both weights."""
        if state.batch_gradient is None or state.w_before is None:
            return ()
        g, w, batch_size = state.batch_gradient, state.w_before, len(state.indices or ())
        error_sum = 2 * batch_size * (state.batch_loss or 0.0)  # the state holds half of the mean
        loss = make_worked_line(
            state,
            "batch_loss",
            r"C = \frac{1}{2 b} \sum_i (w \cdot x_i - y_i)^2",
            rf"\frac{{1}}{{2 \cdot {batch_size}}} \cdot {format_factor(error_sum)}",
            stage="forward and loss",
        )
        slopes = tuple(
            make_worked_line(
                state,
                f"batch_gradient[{k}]",
                rf"\frac{{\partial C}}{{\partial w_{k + 1}}} = "
                rf"\frac{{1}}{{b}} \sum_i (w \cdot x_i - y_i) x_{{i{k + 1}}}",
                rf"\frac{{1}}{{{batch_size}}} \cdot {format_factor(batch_size * g[k])}",
                stage="gradient",
            )
            for k in (0, 1)
        )
        updates = tuple(
            make_worked_line(
                state,
                f"w[{k}]",
                rf"w_{k + 1} \leftarrow w_{k + 1} - \eta \frac{{\partial C}}{{\partial w_{k + 1}}}",
                rf"{format_factor(w[k])} - {format_factor(state.learning_rate)} \cdot {format_factor(g[k])}",
                stage="update",
            )
            for k in (0, 1)
        )
        return (loss, *slopes, *updates)

    def _narrate(self, state: MinibatchState) -> str:
        """The sentence about the last batch."""
        if state.indices is None:
            return f"{counted(self.samples, 'sample')}, taken in batches of {self.batch}."
        return (
            f"The gradient over this batch of {counted(len(state.indices), 'sample')} is "
            f"{format_number(state.angle)}° away "
            f"from the gradient over all data; the loss of the batch is {format_number(state.batch_loss)}."
        )

    def _make_prediction(self, state: MinibatchState) -> Prediction | None:
        """Ask for w₁ after the next update."""
        after = look_ahead(self, state)
        slope, _ = after.batch_gradient or (0.0, 0.0)  # by w₁
        uphill_w1 = state.w[0] + self.learning_rate * slope
        return make_prediction(
            rf"$w_1 = {format_latex(state.w[0])}$, its gradient over the next batch is ${format_latex(slope)}$, and "
            rf"$\eta = {format_latex(self.learning_rate)}$. What will $w_1$ be?",
            "w[0]",
            after.w[0],
            [(uphill_w1, "That goes uphill; the step is minus the gradient.")] if slope else [],
            r"$w_1 - \eta \, \partial C/\partial w_1$.",
        )


def cost_and_gradient(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
    """(½ · mean squared error, its gradient of shape (2,)) at the weights `w`, for samples `x` of shape (n, 2)."""
    error = x @ w - y
    return float(np.mean(error**2) / 2), x.T @ error / len(y)


def angle_between(a: np.ndarray, b: np.ndarray) -> float:
    """The angle between two vectors of the plane, in degrees; 0 when one of them is zero."""
    cross_product = abs(float(a[0] * b[1] - a[1] * b[0]))
    # Computed from the tangent, since the cosine of a small angle has lost most of its digits. Decimals after the ninth
    # are only rounding errors.
    return round(float(np.degrees(np.arctan2(cross_product, float(a @ b)))), 9)


def _draw_surface(title: str, history: RunHistory[MinibatchState], x: np.ndarray, y: np.ndarray) -> Chart:
    """The loss of the samples (x, y) over the two weights, with the path, and an arrow against each gradient."""
    state = history.state
    marks: list[Mark] = [
        HeatMap(_cost_surface(x, y), (-3, 3), (-3, 3), "loss, log"),
        Line(history.trace("w[0]").values, history.trace("w[1]").values, "path of w", "accent", pattern="solid"),
    ]
    if state.full_gradient is not None and state.batch_gradient is not None:
        marks += _draw_arrow(
            state, state.full_gradient, "downhill, all", "primary", "plus", "dash-dot", FULL_ARROW_LENGTH
        )
        marks += _draw_arrow(
            state, state.batch_gradient, "downhill, batch", "good", "cross", "dashed", BATCH_ARROW_LENGTH
        )
    marks.append(Points([state.w[0]], [state.w[1]], "", "accent", "diamond"))
    return Chart(
        title,
        tuple(marks),
        f"The loss over the two weights, on {counted(len(x), 'sample')}; w is at {format_number(state.w)}.",
        "w₁",
        "w₂",
        (-3, 3),
        (-3, 3),
        scale="plane",
    )


def _draw_arrow(
    state: MinibatchState, gradient: Pair, label: str, role: Role, shape: Shape, pattern: Pattern, length: float
) -> list[Mark]:
    """A line of a given length downhill from the weights before the update, with a marker at its end."""
    norm = max(float(np.hypot(*gradient)), 1e-12)  # a divisor: not 0
    start = state.w_before or state.w
    end = [start[k] - length * gradient[k] / norm for k in (0, 1)]
    return [
        Line([start[0], end[0]], [start[1], end[1]], label, role, pattern=pattern, is_on_top=True),
        Points([end[0]], [end[1]], "", role, shape),
    ]


def _draw_losses(history: RunHistory[MinibatchState]) -> Chart:
    """The loss of each batch, beside that of all data at the same weights."""
    state = history.state
    batch, full = history.trace("batch_loss"), history.trace("full_loss")
    description = "The loss of each batch will appear here, beside that of all data."
    if state.batch_loss is not None and state.full_loss is not None:
        description = (
            f"At the weights before update {state.step} the loss of its batch is {format_number(state.batch_loss)}, "
            f"that of all data {format_number(state.full_loss)}."
        )
    marks = (
        Line(batch.steps, batch.values, "this batch", "good"),
        Line(full.steps, full.values, "all data", "primary"),
    )
    return Chart("Loss", marks, description, "update", "loss")


def _cost_surface(x: np.ndarray, y: np.ndarray) -> list[list[float]]:
    """The logarithm of the loss of the samples (x, y) at 31×31 pairs of weights between −3 and 3, lowest w₂ first."""
    cell_middles = 3 * (2 * (np.arange(31) + 0.5) / 31 - 1)
    w1, w2 = np.meshgrid(cell_middles, cell_middles)
    errors = w1[..., None] * x[:, 0] + w2[..., None] * x[:, 1] - y
    log_losses: list[list[float]] = np.log10(np.mean(errors**2, axis=-1) / 2 + 1e-3).tolist()  # a loss may be 0
    return log_losses


def _pair(values: np.ndarray) -> Pair:
    """An array of shape (2,) as a tuple of floats."""
    return float(values[0]), float(values[1])
