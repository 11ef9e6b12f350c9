"""Batch normalisation, one operation a step (Ioffe and Szegedy 2015, Algorithm 1).

    μ = mean over the batch        σ² = mean of (x − μ)²  (divided by n)
    x̂ = (x − μ)/√(σ² + ε)          y = γ x̂ + β

A running mean and a running variance are kept for use after training; as in the main frameworks, this variance is
divided by n − 1:  running ← (1 − momentum)·running + momentum·batch. The gradient is in `functions/dense.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, Line, Mark, Pattern, Points, Role
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers, read_rows
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.pieces import join_pieces
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State, freeze_matrix, freeze_vector
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_latex, format_number

Row = tuple[float, ...]
"""One number for each feature."""
STAGES = ("mean", "var", "x_hat", "y", "running")
"""What the steps of one batch compute, in order."""
SHOWN_QUANTITIES = (
    (r"$\mu$", "mean"),
    (r"$\sigma^2$", "var"),
    (r"running $\mu$", "running_mean"),
    (r"running $\sigma^2$", "running_var"),
)
"""(label, key) of the readings of a feature."""


STRIP_DISTANCE = 0.5
"""How far below the strip of a feature's values the strip of its normalised values is."""
STACK_SHARE = 0.7
"""How high the stacks of points on a strip may be, as a share of the distance to the strip above."""


@dataclass(frozen=True)
class BatchNormState(State):
    """One batch on its way through the layer."""

    batch: int
    """The number of the batch, counted from 0."""
    x: tuple[Row, ...]
    """One row for each sample."""
    gamma: float
    beta: float
    epsilon: float
    momentum: float
    running_mean: Row
    running_var: Row
    mean: Row | None = None
    var: Row | None = None
    """The biased variance, divided by n."""
    x_hat: tuple[Row, ...] | None = None
    y: tuple[Row, ...] | None = None


def _batch_arguments(rules: "BatchNorm", before: BatchNormState, after: BatchNormState) -> CallArguments:
    """The arguments of a learner's `batchnorm(x, gamma, beta, epsilon)`."""
    ones = np.ones(rules.features)
    return CallArguments((np.array(after.x), rules.gamma * ones, rules.beta * ones, rules.epsilon))


def _take_stage(rules: "BatchNorm", before: BatchNormState, after: BatchNormState, answer: Any) -> BatchNormState:
    """The state with this step's quantity, taken from what the learner's function returned: (y, x̂, mean, var)."""
    y, x_hat, mean, var = answer
    stage = STAGES[(after.step - 1) % len(STAGES)]
    if stage == "mean":
        return replace(after, mean=read_numbers(mean, rules.features))
    if stage == "var":
        return replace(after, var=read_numbers(var, rules.features))
    if stage == "x_hat":
        return replace(after, x_hat=read_rows(x_hat, rules.batch, rules.features))
    return replace(after, y=read_rows(y, rules.batch, rules.features))


@dataclass(frozen=True)
class BatchNorm(Simulation[BatchNormState]):
    """A batch is centred, scaled, and given a new scale and shift."""

    name: ClassVar[str] = "batchnorm"
    title: ClassVar[str] = "Batch normalisation"
    summary: ClassVar[str] = (
        "Each feature is centred and scaled, in training over the batch, then given a new scale and shift."
    )
    unit: ClassVar[str] = "one operation on the batch"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("running_mean[0]", "running_var[0]")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset(
            "training",
            "Batch statistics normalise; the running averages approach the mean and variance of the data.",
            {},
        ),
        Preset(
            "after training",
            "The running statistics are used; at mean 0 and variance 1 they hardly change the data.",
            {"training": False},
        ),
        Preset(
            "a batch of two",
            "Two samples of a feature always become about −1 and 1: little information is left.",
            {"batch": 2},
            "bad",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep(
            "batchnorm",
            lambda rules, after: rules.training and STAGES[(after.step - 1) % len(STAGES)] != "running",
            _batch_arguments,
            _take_stage,
        ),
    )

    batch: int = param(32, "Batch size", "Samples in a batch.", low=2, high=1000)
    features: int = param(2, "Features", "Numbers in a sample.", low=1, high=16)
    gamma: float = param(1.0, "γ", "The new scale.", low=-100, high=100, live=True)
    beta: float = param(0.0, "β", "The new shift.", low=-100, high=100, live=True)
    epsilon: float = param(1e-5, "ε", "Keeps the square root away from 0.", low=0, high=1, exclude_low=True)
    momentum: float = param(0.1, "Momentum", "The share of the newest batch in the running averages.", low=0, high=1)
    training: bool = param(True, "Training", "True uses the statistics of the batch, False the running averages.")

    def start(self) -> BatchNormState:
        """The first batch, with nothing computed yet; running mean 0 and variance 1."""
        return BatchNormState(
            step=0,
            batch=0,
            x=self._draw_batch(0),
            gamma=self.gamma,
            beta=self.beta,
            epsilon=self.epsilon,
            momentum=self.momentum,
            running_mean=(0.0,) * self.features,
            running_var=(1.0,) * self.features,
        )

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 100 + int(1.2 * self.batch)

    def step(self, state: BatchNormState) -> BatchNormState:
        """Apply the next operation; after the last one the next batch begins."""
        batch, stage_index = divmod(state.step, len(STAGES))
        if stage_index == 0 and batch != state.batch:  # `start` has drawn batch 0
            state = replace(state, batch=batch, x=self._draw_batch(batch), mean=None, var=None, x_hat=None, y=None)
        state = replace(state, step=state.step + 1, gamma=self.gamma, beta=self.beta)
        operation = (
            self._compute_mean,
            self._compute_var,
            self._compute_x_hat,
            self._compute_y,
            self._compute_running,
        )[stage_index]
        return operation(state)

    def _draw_batch(self, batch: int) -> tuple[Row, ...]:
        """The samples of the batch with this number, counted from 0; each feature has another mean and spread."""
        rng = self.random(batch)
        means = 3.0 - 5.0 * np.arange(self.features)
        standard_deviations = 1.0 + 2.0 * np.arange(self.features)
        return freeze_matrix(np.round(rng.normal(means, standard_deviations, (self.batch, self.features)), 3))

    def _compute_mean(self, state: BatchNormState) -> BatchNormState:
        """The state with the mean of the batch or, after training, the running mean."""
        mean = freeze_vector(np.mean(state.x, axis=0)) if self.training else state.running_mean
        return replace(state, mean=mean)

    def _compute_var(self, state: BatchNormState) -> BatchNormState:
        """The state with the variance of the batch or, after training, the running variance."""
        if not self.training:
            return replace(state, var=state.running_var)
        return replace(state, var=freeze_vector(np.mean((np.array(state.x) - state.mean) ** 2, axis=0)))

    def _compute_x_hat(self, state: BatchNormState) -> BatchNormState:
        """The state with x̂."""
        standard_deviation = np.sqrt(np.array(state.var) + self.epsilon)
        return replace(state, x_hat=freeze_matrix((np.array(state.x) - state.mean) / standard_deviation))

    def _compute_y(self, state: BatchNormState) -> BatchNormState:
        """The state with y."""
        return replace(state, y=freeze_matrix(self.gamma * np.array(state.x_hat) + self.beta))

    def _compute_running(self, state: BatchNormState) -> BatchNormState:
        """The state with the running statistics moved towards those of the batch; unchanged after training."""
        if not self.training:
            return state
        n, old_share = len(state.x), 1 - self.momentum
        unbiased_var = np.array(state.var) * n / (n - 1)
        return replace(
            state,
            running_mean=freeze_vector(old_share * np.array(state.running_mean) + self.momentum * np.array(state.mean)),
            running_var=freeze_vector(old_share * np.array(state.running_var) + self.momentum * unbiased_var),
        )

    def view(self, history: RunHistory[BatchNormState]) -> View:
        """The view of the last state, with pictures of the values of each feature, before and after normalisation."""
        state = history.state
        readings = [make_reading(state, "batch number", "batch")]
        for feature in range(min(3, self.features)):
            for label, key in SHOWN_QUANTITIES:
                if getattr(state, key) is not None:
                    readings.append(make_reading(state, f"{label}, feature {feature + 1}", f"{key}[{feature}]"))
        return View(
            (self._draw_strips(state),),
            tuple(readings),
            self._make_worked_lines(history),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_strips(self, state: BatchNormState) -> Chart:
        """The values of each feature as a horizontal strip of points, and below it those after normalisation."""
        normalised = state.y or state.x_hat
        feature_count = min(3, self.features)
        stack_room = 1.0 if normalised is None else STRIP_DISTANCE
        heights = [feature + 1.0 for feature in range(feature_count)]
        marks: list[Mark] = _draw_statistics(state, heights, STACK_SHARE * stack_room)
        for feature, height in enumerate(heights):
            # Named once, for the legend.
            before, after = ("x", "y" if state.y else "x̂") if feature == 0 else ("", "")
            values = [row[feature] for row in state.x]
            marks.append(Points(values, [height] * len(values), before, "blue", "dot", stack_room))
            if normalised is not None:
                values = [row[feature] for row in normalised]
                lower_heights = [height + STRIP_DISTANCE] * len(values)
                marks.append(Points(values, lower_heights, after, "orange", "cross", stack_room))
        below_words = ""
        if state.y:
            below_words = "; below each, the output y"
        elif state.x_hat:
            below_words = "; below each, its x̂"
        if feature_count == self.features:
            feature_words = counted(feature_count, "feature")
        else:
            feature_words = f"The first {feature_count} of {self.features} features"
        return Chart(
            "Each feature before normalisation" if normalised is None else "Each feature before and after",
            tuple(marks),
            f"{feature_words} of {counted(len(state.x), 'sample')}, each as a strip of points{below_words}.",
            "value",
            "feature",
            # Above the first strip, as much room for stacks as above the others; below the last one, its own row.
            y_range=(1 - STACK_SHARE * stack_room, feature_count + (STRIP_DISTANCE if normalised else 0.0) + 0.05),
            y_down=True,
        )

    def _make_worked_lines(self, history: RunHistory[BatchNormState]) -> tuple[WorkedLine, ...]:
        """The operation of the last step, for the first feature and its first sample."""
        state, previous = history.state, history.previous
        if previous is None:
            return ()
        stage = STAGES[(state.step - 1) % len(STAGES)]
        if not self.training and stage in ("mean", "var", "running"):  # these stages compute nothing then
            return ()
        n, x, epsilon = len(state.x), format_latex(state.x[0][0]), format_factor(self.epsilon)
        mean_value = state.mean[0] if state.mean else 0.0
        mean, var = format_factor(mean_value), format_latex(state.var[0] if state.var else 0)
        if stage == "mean":
            total = sum(row[0] for row in state.x)
            key, formula = "mean[0]", r"\mu = \frac{1}{n} \sum_i x_i"
            numbers = rf"\frac{{1}}{{{n}}} \cdot {format_factor(total)}"
        elif stage == "var":
            total = sum((row[0] - mean_value) ** 2 for row in state.x)
            key, formula = "var[0]", r"\sigma^2 = \frac{1}{n} \sum_i (x_i - \mu)^2"
            numbers = rf"\frac{{1}}{{{n}}} \cdot {format_factor(total)}"
        elif stage == "x_hat":
            key, formula = "x_hat[0][0]", r"\hat x_1 = \frac{x_1 - \mu}{\sqrt{\sigma^2 + \varepsilon}}"
            numbers = rf"\frac{{{x} - {mean}}}{{\sqrt{{{var} + {epsilon}}}}}"
        elif stage == "y":
            x_hat = format_factor(state.x_hat[0][0] if state.x_hat else 0)
            key, formula = "y[0][0]", r"y_1 = \gamma \hat x_1 + \beta"
            numbers = rf"{format_factor(self.gamma)} \cdot {x_hat} + {format_factor(self.beta)}"
        else:
            momentum, old_mean = format_latex(self.momentum), format_factor(previous.running_mean[0])
            key = "running_mean[0]"
            formula = r"\text{running } \mu \leftarrow (1 - m) \cdot \text{running } \mu + m \cdot \mu"
            numbers = rf"(1 - {momentum}) \cdot {old_mean} + {momentum} \cdot {mean}"
        return (make_worked_line(state, key, formula, numbers),)

    def _narrate(self, state: BatchNormState) -> str:
        """The sentence about the last operation."""
        if state.step == 0:
            return f"A batch of {counted(self.batch, 'sample')} with {counted(self.features, 'feature')} arrives."
        stage = STAGES[(state.step - 1) % len(STAGES)]
        if not self.training and stage in ("mean", "var", "running"):
            return "After training the running mean and variance are used, whatever the batch contains."
        first_feature = [row[0] for row in state.y or state.x_hat or state.x]
        # Rounded to nine decimals, so that 0 and 1 are shown without rounding errors.
        mean, var = round(float(np.mean(first_feature)), 9), round(float(np.var(first_feature)), 9)
        result = f"the first feature now has mean {format_number(mean)} and variance {format_number(var)}"
        sentences = {
            "mean": (
                "The mean of each feature over the batch is taken; for the first it is "
                f"{format_number(state.mean[0] if state.mean else None)}."
            ),
            "var": (
                "The variance of each feature over the batch is taken, dividing by n; for the first it is "
                f"{format_number(state.var[0] if state.var else None)}."
            ),
            "x_hat": f"Centred and scaled: over the batch, {result}.",
            "y": (
                f"Scaled by γ = {format_number(self.gamma)} and shifted by β = {format_number(self.beta)}: over "
                f"the batch, {result}."
            ),
            "running": (
                f"The running averages moved {format_number(self.momentum)} of the way to this batch’s; "
                "they are kept for use after training."
            ),
        }
        return sentences[stage]

    def _make_prediction(self, state: BatchNormState) -> Prediction | None:
        """Ask for the first normalised value, or for the next running mean."""
        stage = STAGES[state.step % len(STAGES)]
        after = look_ahead(self, state)
        if stage == "x_hat" and after.x_hat and state.mean and state.var:
            x, mean, var = state.x[0][0], state.mean[0], state.var[0]
            return make_prediction(
                (
                    rf"Sample 1 has $x = {format_latex(x)}$ in feature 1; $\mu = {format_latex(mean)}$ $\sigma^2 "
                    rf"= {format_latex(var)}$. "
                    r"What is $\hat x$?"
                ),
                "x_hat[0][0]",
                after.x_hat[0][0],
                (((x - mean) / (var + self.epsilon), "Divide by the standard deviation, not by the variance."),),
                r"$(x - \mu)/\sqrt{\sigma^2 + \varepsilon}$.",
            )
        if stage == "running" and self.training and state.mean:
            return make_prediction(
                (
                    f"The running mean of feature 1 is ${format_latex(state.running_mean[0])}$, the mean of the "
                    f"batch is "
                    f"${format_latex(state.mean[0])}$, the momentum {format_number(self.momentum)}. What will the "
                    f"running mean be?"
                ),
                "running_mean[0]",
                after.running_mean[0],
                (
                    (
                        self.momentum * state.running_mean[0] + (1 - self.momentum) * state.mean[0],
                        "The momentum is the share of the new batch, not of the old average.",
                    ),
                ),
                f"{format_number(1 - self.momentum)} times the old one plus {format_number(self.momentum)} times "
                f"the new one.",
            )
        return None


def _draw_statistics(state: BatchNormState, heights: Sequence[float], length: float) -> list[Mark]:
    """Upright lines through the strips of x at these heights, where μ is and, once it is known, where μ ± σ are.

    Each has a marker at its upper end, since a line may be short.
    """
    if state.mean is None:
        return []
    tops = [height - length for height in heights]  # the axis goes down
    marks: list[Mark] = [
        _draw_upright_lines("μ", heights, state.mean, length, "good", "solid"),
        Points(state.mean[: len(tops)], tops, "", "good", "diamond"),
    ]
    if state.var is not None:
        deviations = np.sqrt(state.var)
        for label, sign in (("μ ± σ", -1), ("μ ± σ", 1)):
            positions = [float(mean + sign * deviation) for mean, deviation in zip(state.mean, deviations, strict=True)]
            marks.append(_draw_upright_lines(label, heights, positions, length, "muted", "dashed"))
            marks.append(Points(positions[: len(tops)], tops, "", "muted", "triangle"))
    return marks


def _draw_upright_lines(
    label: str, heights: Sequence[float], positions: Sequence[float], length: float, role: Role, pattern: Pattern
) -> Line:
    """One line of pieces: in each strip an upright one at its position, from the strip's own height upwards."""
    pieces = (  # upwards, since the axis goes down; there are no more features than strips
        ((position, position), (height, height - length)) for height, position in zip(heights, positions, strict=False)
    )
    return Line(*join_pieces(pieces), label, role, pattern=pattern)
