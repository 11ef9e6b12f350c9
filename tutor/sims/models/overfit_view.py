"""The view of ever more flexible curves: the curve, its errors, and its dependence on the points."""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.polynomial import legendre

from tutor.sims.engine.chart import Chart, Line, Points, Role, Shape
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, make_estimate
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import View, WorkedLine, describe_change, make_reading, make_worked_line
from tutor.sims.models.overfit import Overfit, OverfitState
from tutor.text.numbers import counted, format_factor, format_number, format_residue

MAX_DRAWN_CURVES = 12
"""So many of the training sets have their curves drawn."""
MAX_DRAWN_HEIGHT = 100.0
"""Heights beyond which a curve, which then has left the picture, counts as being there."""
MIN_DRAWN_ERROR = 1e-4
"""Errors are drawn no lower, which the legend says: that of a curve through all points is nothing but rounding."""


@dataclass(frozen=True)
class OverfitSimulation(Overfit):
    """Fit ever more flexible curves to a few noisy points."""

    def view(self, history: RunHistory[OverfitState]) -> View:
        """Data and curve; the errors against the degree; curves of other training sets."""
        state = history.state
        keys = [("degree", "degree"), ("training error", "train_mse")]
        keys += [("validation error", "validation_mse")] if self.validation else []
        keys += [("cross-validation", "cv_mse")] if self.folds else []
        keys += [("test error", "test_mse")]
        keys += [("bias²", "bias_squared"), ("variance", "variance")] if self.training_sets else []
        sets = (_draw_spread(state), _draw_bias_and_variance(self, history)) if self.training_sets else ()
        return View(
            (_draw_curve(state), _draw_errors(self, history), *sets),
            tuple(make_reading(state, *key, is_error=key[1] == "train_mse") for key in keys),
            _make_worked_lines(state),
            _narrate(history),
            _make_prediction(self, state),
        )


def _make_worked_lines(state: OverfitState) -> tuple[WorkedLine, ...]:
    n = len(state.x)
    lines = [
        make_worked_line(
            state,
            "train_mse",
            r"\text{training error} = \frac{1}{n} \sum_i (f(x_i) - y_i)^2",
            rf"\frac{{1}}{{{n}}} \cdot {format_factor(n * state.train_mse)}",
            is_error=True,
        )
    ]
    if state.cv_mse is not None:
        k = len(state.fold_errors)
        sizes = [len(range(fold, n, k)) for fold in range(k)]
        squares = " + ".join(
            rf"{size} \cdot {format_factor(error)}" for size, error in zip(sizes, state.fold_errors, strict=True)
        )
        letters = r"\text{cross-validation} = \frac{1}{n} \sum_k n_k \text{MSE}_k"
        lines.append(make_worked_line(state, "cv_mse", letters, rf"\frac{{1}}{{{n}}} \cdot ({squares})"))
    return tuple(lines)


def _make_prediction(rules: Overfit, state: OverfitState) -> Prediction | None:
    if rules.done(state):
        return None
    after = look_ahead(rules, state).test_mse
    return make_estimate("test error", "test_mse", state.test_mse, after, "with one coefficient more")


def _draw_curve(state: OverfitState) -> Chart:
    """The data with the curve of this degree, and the rule from which they were drawn."""
    grid = np.linspace(-1, 1, 161)
    fitted = legendre.legval(grid, np.array(state.coefficients))
    plain = [i for i in range(len(state.x)) if i not in state.outliers]
    marks = (
        Line(grid.tolist(), np.sin(np.pi * grid).tolist(), "truth", "muted", "plus"),
        Line(
            grid.tolist(),
            np.clip(fitted, -MAX_DRAWN_HEIGHT, MAX_DRAWN_HEIGHT).tolist(),
            f"degree {state.degree}",
            "accent",
        ),
        Points([state.x[i] for i in plain], [state.y[i] for i in plain], "training", "blue"),
        Points([state.x[i] for i in state.outliers], [state.y[i] for i in state.outliers], "outlier", "bad", "cross"),
    )
    unseen = Points(state.x_validation, state.y_validation, "validation", "secondary", "ring")
    return Chart(
        f"Degree {state.degree}",
        (unseen, *marks) if state.x_validation else marks,
        f"A curve of degree {state.degree}: its mean squared error is {format_residue(state.train_mse)} on the "
        f"{counted(len(state.x), 'training point')} and {format_number(state.test_mse)} on new points.",
        "x",
        "y",
        y_range=(-3.5, 3.5),
    )


def _draw_errors(rules: Overfit, history: RunHistory[OverfitState]) -> Chart:
    """The errors on each set of points against the degree."""
    state, degree = history.state, history.trace("degree").values
    drawn = [("training", "train_mse", "blue", "dot")]  # as the points of each in the other picture
    drawn += [("validation", "validation_mse", "secondary", "ring")] if rules.validation else []
    drawn += [("test", "test_mse", "orange", "triangle")]
    drawn += [("cross-validation", "cv_mse", "good", "square")] if rules.folds else []
    marks = []
    for label, path, role, shape in drawn:
        values = history.trace(path).values
        name = f"{label} (to below {format_number(MIN_DRAWN_ERROR)})" if min(values) < MIN_DRAWN_ERROR else label
        marks.append(
            Line(
                degree,
                [max(value, MIN_DRAWN_ERROR) for value in values],
                name,
                cast("Role", role),
                cast("Shape", shape),
            )
        )
    measured = [("training", state.train_mse), ("validation", state.validation_mse), ("cross-validation", state.cv_mse)]
    errors = [f"{name} {format_residue(value)}" for name, value in measured if value is not None]
    return Chart(
        "Error against degree",
        tuple(marks),
        f"At degree {state.degree}: {', '.join(errors)}, test {format_number(state.test_mse)}.",
        "degree",
        "mean squared error, log scale",
        log_y=True,
    )


def _narrate(history: RunHistory[OverfitState]) -> str:
    state, before = history.state, history.previous
    if before is None:
        return f"A curve of degree {state.degree} has {counted(state.degree + 1, 'coefficient')}."
    return (
        f"Degree {state.degree}: the training error is {format_residue(state.train_mse)}; the test error "
        f"{describe_change(before.test_mse, state.test_mse)}."
    )


def _draw_spread(state: OverfitState) -> Chart:
    """Curves of several training sets, their mean, and the rule."""
    grid, heights = list(state.x_test), np.clip(np.array(state.predictions), -MAX_DRAWN_HEIGHT, MAX_DRAWN_HEIGHT)
    curves = tuple(Line(grid, row.tolist(), "", "blue") for row in heights[:MAX_DRAWN_CURVES])
    mean = np.clip(np.mean(state.predictions, axis=0), -MAX_DRAWN_HEIGHT, MAX_DRAWN_HEIGHT).tolist()
    rule = Line(grid, np.sin(np.pi * np.array(grid)).tolist(), "truth", "muted", "plus")
    return Chart(
        f"{counted(min(MAX_DRAWN_CURVES, len(heights)), 'training set')} of {len(heights)}",
        (*curves, rule, Line(grid, mean, "mean curve", "accent")),
        f"Curves of degree {state.degree}, each fitted to a training set of its own. Squared bias "
        f"{format_number(state.bias_squared)}, variance {format_number(state.variance)}.",
        "x",
        "y",
        y_range=(-3.5, 3.5),
    )


def _draw_bias_and_variance(rules: Overfit, history: RunHistory[OverfitState]) -> Chart:
    """Bias and variance against the degree, and what they add up to."""
    state, degree = history.state, history.trace("degree").values
    bias, variance = (history.trace(name).values for name in ("bias_squared", "variance"))
    total = [b + v + rules.noise**2 for b, v in zip(bias, variance, strict=True)]
    assert state.bias_squared is not None
    assert state.variance is not None
    expected = state.bias_squared + state.variance + rules.noise**2
    return Chart(
        "Bias and variance",
        (
            Line(degree, bias, "bias²", "blue"),
            Line(degree, variance, "variance", "orange"),
            Line(degree, total, "bias² + variance + noise", "accent"),
        ),
        f"At degree {state.degree}: squared bias {format_number(state.bias_squared)}, variance "
        f"{format_number(state.variance)}, noise {format_number(rules.noise**2)}; expected error "
        f"{format_number(expected)}.",
        "degree",
        "mean squared error, log scale",
        log_y=True,
    )
