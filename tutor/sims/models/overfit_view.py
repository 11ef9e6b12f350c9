"""The view of ever more flexible curves: the curve, its errors, and its dependence on the points."""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import legendre

from tutor.sims.engine.chart import Chart, Line, Points, Role, Shape
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, make_estimate
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import Reading, View, WorkedLine, describe_change, make_reading, make_worked_line
from tutor.sims.models.overfit import Overfit, OverfitState
from tutor.text.numbers import counted, format_factor, format_number, format_residue

MAX_DRAWN_CURVES = 12
"""How many training sets have their curves drawn."""
MAX_DRAWN_HEIGHT = 100.0
"""How far beyond the frame, in units of y, a curve is followed; its chart does not show that part of it anyway."""
FRAME_MARGIN = 0.15
"""The share of the heights of the data that is free above and below them."""
MIN_DRAWN_ERROR = 1e-4
"""The lowest error that the log scale shows: a rounding error would take up the whole of it."""
BELOW_DRAWN_ERRORS = MIN_DRAWN_ERROR / 10
"""The height at which smaller errors, 0 among them, are drawn: below the scale, so that their line leaves it."""


@dataclass(frozen=True)
class OverfitSimulation(Overfit):
    """Fit ever more flexible curves to a few noisy points."""

    def view(self, history: RunHistory[OverfitState]) -> View:
        """The view, with pictures of the curve, its errors and, over several sets, bias and variance."""
        state = history.state
        pictures = [_draw_curve(state), _draw_errors(self, history)]
        if self.training_sets:
            pictures += [_draw_curves_of_sets(state), _draw_bias_and_variance(self, history)]
        return View(
            tuple(pictures),
            _make_readings(self, state),
            _make_worked_lines(state),
            _narrate(history),
            _make_prediction(self, state),
        )


def _make_readings(rules: Overfit, state: OverfitState) -> tuple[Reading, ...]:
    """The degree, and the errors on all sets of points that there are."""
    readings = [
        make_reading(state, "degree", "degree"),
        make_reading(state, "training error", "train_mse", is_residue=True),  # 0 for a curve through all points
    ]
    if rules.validation:
        readings.append(make_reading(state, "validation error", "validation_mse"))
    if rules.folds:
        readings.append(make_reading(state, "cross-validation", "cv_mse"))
    readings.append(make_reading(state, "test error", "test_mse"))
    if rules.training_sets:
        readings += [make_reading(state, "bias²", "bias_squared"), make_reading(state, "variance", "variance")]
    return tuple(readings)


def _make_worked_lines(state: OverfitState) -> tuple[WorkedLine, ...]:
    """The training error, and the error of cross-validation from those of the folds."""
    n = len(state.x)
    error_sum = n * state.train_mse  # the state holds the mean alone
    lines = [
        make_worked_line(
            state,
            "train_mse",
            r"\text{training error} = \frac{1}{n} \sum_i (f(x_i) - y_i)^2",
            rf"\frac{{1}}{{{n}}} \cdot {format_factor(error_sum)}",
            is_residue=True,
        )
    ]
    if state.cv_mse is not None:
        fold_count = len(state.fold_errors)
        terms = []
        for fold, error in enumerate(state.fold_errors):
            fold_size = len(range(fold, n, fold_count))  # every k-th point, from this one on
            terms.append(rf"{fold_size} \cdot {format_factor(error)}")
        formula = r"\text{cross-validation} = \frac{1}{n} \sum_k n_k \text{MSE}_k"
        lines.append(make_worked_line(state, "cv_mse", formula, rf"\frac{{1}}{{{n}}} \cdot ({' + '.join(terms)})"))
    return tuple(lines)


def _make_prediction(rules: Overfit, state: OverfitState) -> Prediction | None:
    """Ask for an estimate of the test error of the next degree."""
    if rules.done(state):
        return None
    after = look_ahead(rules, state).test_mse
    return make_estimate("test error", "test_mse", state.test_mse, after, "with one coefficient more")


def _draw_curve(state: OverfitState) -> Chart:
    """The data with the curve of this degree, and the sine from which they were drawn."""
    grid = np.linspace(-1, 1, 161)
    fitted = legendre.legval(grid, np.array(state.coefficients))
    others = [index for index in range(len(state.x)) if index not in state.outliers]
    frame = _frame_data(state)
    marks: list[Line | Points] = [
        Line(grid.tolist(), np.sin(np.pi * grid).tolist(), "truth", "muted", pattern="dashed"),
        Line(grid.tolist(), _clip_heights(fitted, frame), f"degree {state.degree}", "secondary"),
        Points([state.x[i] for i in others], [state.y[i] for i in others], "training", "blue"),
    ]
    if state.outliers:
        x, y = [state.x[i] for i in state.outliers], [state.y[i] for i in state.outliers]
        marks.append(Points(x, y, "outlier", "bad", "cross"))
    if state.x_validation:
        validation = Points(state.x_validation, state.y_validation, "validation", "good", "ring", gives_way=True)
        marks.insert(0, validation)
    return Chart(
        f"Degree {state.degree}",
        tuple(marks),
        f"A curve of degree {state.degree}: its mean squared error is {format_residue(state.train_mse)} on the "
        f"{counted(len(state.x), 'training point')} and {format_number(state.test_mse)} on new points.",
        "x",
        "y",
        y_range=frame,
    )


def _frame_data(state: OverfitState) -> tuple[float, float]:
    """The heights that a picture of curves shows: those of the data and of the sine, with a margin.

    The data are the same at every degree, so the scale never moves.
    """
    heights = [-1.0, 1.0, *state.y, *state.y_validation]
    margin = FRAME_MARGIN * (max(heights) - min(heights))
    return min(heights) - margin, max(heights) + margin


def _clip_heights(heights: np.ndarray, frame: tuple[float, float]) -> list[float]:
    """The heights of a curve, at most `MAX_DRAWN_HEIGHT` outside of the frame."""
    clipped: list[float] = np.clip(heights, frame[0] - MAX_DRAWN_HEIGHT, frame[1] + MAX_DRAWN_HEIGHT).tolist()
    return clipped


def _draw_errors(rules: Overfit, history: RunHistory[OverfitState]) -> Chart:
    """The errors on each set of points against the degree."""
    state, degrees = history.state, history.trace("degree").values
    # (name, path, colour, marker) of each; colours and markers are those of the points in the other picture.
    curves: list[tuple[str, str, Role, Shape]] = [("training", "train_mse", "blue", "dot")]
    if rules.validation:
        curves.append(("validation", "validation_mse", "good", "ring"))
    curves.append(("test", "test_mse", "orange", "triangle"))
    if rules.folds:
        # It does the work of validation; beside it, it needs a colour of its own.
        curves.append(("cross-validation", "cv_mse", "tertiary" if rules.validation else "good", "square"))
    lines = []
    for name, path, role, shape in curves:
        errors = [max(error, BELOW_DRAWN_ERRORS) for error in history.trace(path).values]
        lines.append(Line(degrees, errors, name, role, shape))
    drawn_errors = [error for line in lines for error in line.y]
    is_below_scale = min(drawn_errors) < MIN_DRAWN_ERROR
    named_errors = [
        ("training", state.train_mse),
        ("validation", state.validation_mse),
        ("cross-validation", state.cv_mse),
    ]
    error_words = [f"{name} {format_residue(error)}" for name, error in named_errors if error is not None]
    return Chart(
        "Error against degree",
        tuple(lines),
        f"At degree {state.degree}: {', '.join(error_words)}, test {format_number(state.test_mse)}.",
        "degree",
        "mean squared error, log scale",
        y_range=(MIN_DRAWN_ERROR, max(1.0, *drawn_errors)) if is_below_scale else None,
        log_y=True,
    )


def _narrate(history: RunHistory[OverfitState]) -> str:
    """The sentence about this degree."""
    state, previous = history.state, history.previous
    if previous is None:
        return f"A curve of degree {state.degree} has {counted(state.degree + 1, 'coefficient')}."
    return (
        f"Degree {state.degree}: the training error is {format_residue(state.train_mse)}; the test error "
        f"{describe_change(previous.test_mse, state.test_mse)}."
    )


def _draw_curves_of_sets(state: OverfitState) -> Chart:
    """The curves of several training sets, the mean of all, and the sine."""
    x, heights, frame = list(state.x_test), np.array(state.predictions), _frame_data(state)
    curves = tuple(Line(x, _clip_heights(row, frame), "", "blue") for row in heights[:MAX_DRAWN_CURVES])
    mean = _clip_heights(heights.mean(axis=0), frame)
    truth = Line(x, np.sin(np.pi * np.array(x)).tolist(), "truth", "muted", "plus")
    return Chart(
        f"{counted(min(MAX_DRAWN_CURVES, len(heights)), 'training set')} of {len(heights)}",
        (*curves, truth, Line(x, mean, "mean curve", "secondary")),
        f"Curves of degree {state.degree}, each fitted to a training set of its own. Squared bias "
        f"{format_number(state.bias_squared)}, variance {format_number(state.variance)}.",
        "x",
        "y",
        y_range=frame,
    )


def _draw_bias_and_variance(rules: Overfit, history: RunHistory[OverfitState]) -> Chart:
    """Bias² and variance against the degree, and the expected error, their sum with the variance of the noise."""
    state, degrees = history.state, history.trace("degree").values
    bias, variance = history.trace("bias_squared").values, history.trace("variance").values
    total = [b + v + rules.noise**2 for b, v in zip(bias, variance, strict=True)]
    assert state.bias_squared is not None
    assert state.variance is not None
    expected = state.bias_squared + state.variance + rules.noise**2
    return Chart(
        "Bias and variance",
        (
            Line(degrees, bias, "bias²", "blue"),
            Line(degrees, variance, "variance", "good"),
            Line(degrees, total, "bias² + variance + noise", "orange"),
        ),
        f"At degree {state.degree}: squared bias {format_number(state.bias_squared)}, variance "
        f"{format_number(state.variance)}, noise {format_number(rules.noise**2)}; expected error "
        f"{format_number(expected)}.",
        "degree",
        "mean squared error, log scale",
        log_y=True,
    )
