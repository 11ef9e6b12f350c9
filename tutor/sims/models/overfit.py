"""Complexity against noise and outliers: a polynomial of growing degree.

    minimise Σ_i (f(x_i) − y_i)² + l2 · Σ_{k ≥ 1} c_k²        f(x) = Σ_k c_k P_k(x)

P_k are the Legendre polynomials on [−1, 1]: the same curves as with powers of x, in a basis whose least
squares stay accurate at high degree.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.polynomial import legendre

from tutor.sims.engine.chart import Chart, Line, Points
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.prediction import Prediction, make_estimate
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, describe_change, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_number

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class OverfitState(State):
    """The best curve of one degree."""

    degree: int
    x: Numbers
    y: Numbers
    x_test: Numbers
    y_test: Numbers
    outliers: tuple[int, ...]
    """Which training points were pushed off, by index."""
    basis: str
    """The basis of the coefficients: `legendre`."""
    coefficients: Numbers
    l2: float
    train_mse: float
    test_mse: float
    x_validation: Numbers
    y_validation: Numbers
    """Points to choose the degree with, kept apart from those of the test."""
    validation_mse: float | None
    """`None` without validation points."""


@dataclass(frozen=True)
class Overfit(Simulation[OverfitState]):
    """Fit ever more flexible curves to a few noisy points."""

    name: ClassVar[str] = "overfit"
    title: ClassVar[str] = "Overfitting"
    summary: ClassVar[str] = (
        "More coefficients fit the training points better and better, but new points eventually worse."
    )
    unit: ClassVar[str] = "one degree more"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("degree", "train_mse", "validation_mse", "test_mse")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("one outlier", "The curve begins to chase the outlier, and the test error climbs.", {}),
        Preset("held back", "The same curves with a small L2 penalty: the test error stays low.", {"l2": 0.05}),
        Preset(
            "pure noise",
            "Much noise and no penalty: high degrees fit little but the noise.",
            {"noise": 1.0, "outliers": 3},
            "bad",
        ),
    )

    degree: int = param(1, "First degree", "The degree at step 0.", low=0, high=40)
    points: int = param(15, "Points", "How many training points.", low=3, high=60)
    noise: float = param(0.2, "Noise", "Standard deviation of the noise on y.", low=0, high=5)
    outliers: int = param(1, "Outliers", "How many training points are pushed off by 2.", low=0, high=10)
    validation: int = param(20, "Validation points", "How many points choose the degree.", low=0, high=200)
    l2: float = param(0.0, "L2 penalty", "How much large coefficients cost.", low=0, high=1000)

    def check(self) -> None:
        """A curve of degree n needs n + 1 points."""
        if self.degree >= self.points:
            raise refuse_value(
                self, "degree", f"a degree from 0 to {self.points - 1} for {counted(self.points, 'point')}"
            )
        if self.outliers > self.points:
            raise refuse_value(self, "outliers", f"a whole number from 0 to {self.points}, the number of points")

    def start(self) -> OverfitState:
        """The first degree."""
        return self._fit(0)

    @property
    def step_cost(self) -> int:
        """Microseconds of one step."""
        return 300

    def step(self, state: OverfitState) -> OverfitState:
        """One degree more."""
        return self._fit(state.step + 1)

    @property
    def length(self) -> int:
        """Up to as many coefficients as points."""
        return self.points - 1 - self.degree

    def done(self, state: OverfitState) -> bool:
        """As many coefficients as points: the curve goes through them all."""
        return state.degree == self.points - 1

    def _data(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """x, y, x_test, y_test, and which training points were pushed off."""
        chance = self.random(0)
        x = np.linspace(-0.95, 0.95, self.points) + chance.uniform(-0.03, 0.03, self.points)
        y = np.sin(np.pi * x) + self.noise * chance.standard_normal(self.points)
        pushed = np.sort(chance.choice(self.points, self.outliers, replace=False))
        y[pushed] += np.where(y[pushed] > 0, -2.0, 2.0)
        x_test = np.linspace(-0.93, 0.93, 40)
        y_test = np.sin(np.pi * x_test) + self.noise * chance.standard_normal(40)
        return x, y, x_test, y_test, pushed

    def _validation(self) -> tuple[np.ndarray, np.ndarray]:
        """The validation points, x and y: between those of the test and with their own noise."""
        x = np.linspace(-0.91, 0.91, self.validation)
        return x, np.sin(np.pi * x) + self.noise * self.random(1).standard_normal(self.validation)

    def _fit(self, step: int) -> OverfitState:
        x, y, x_test, y_test, pushed = self._data()
        x_validation, y_validation = self._validation()
        degree = self.degree + step
        design, target = legendre.legvander(x, degree), y
        if self.l2:
            rows = np.sqrt(self.l2) * np.eye(degree + 1)[1:]
            design, target = np.vstack([design, rows]), np.concatenate([y, np.zeros(degree)])
        c = np.linalg.lstsq(design, target, rcond=None)[0]
        error = legendre.legval(x, c) - y
        error_test = legendre.legval(x_test, c) - y_test
        return OverfitState(
            step,
            degree,
            _row(x),
            _row(y),
            _row(x_test),
            _row(y_test),
            tuple(int(i) for i in pushed),
            "legendre",
            _row(c),
            self.l2,
            float(np.mean(error**2)),
            float(np.mean(error_test**2)),
            _row(x_validation),
            _row(y_validation),
            float(np.mean((legendre.legval(x_validation, c) - y_validation) ** 2)) if self.validation else None,
        )

    def view(self, history: RunHistory[OverfitState]) -> View:
        """Data and curve; both errors against the degree."""
        state = history.state
        rows = (
            make_reading(state, "degree", "degree"),
            make_reading(state, "training error", "train_mse"),
            *([make_reading(state, "validation error", "validation_mse")] if self.validation else []),
            make_reading(state, "test error", "test_mse"),
        )
        n = len(state.x)
        formula = r"\text{training error} = \frac{1}{n} \sum_i (f(x_i) - y_i)^2"
        lines = (
            make_worked_line(
                state,
                "train_mse",
                formula,
                (
                    rf"\frac{{1}}{{{n}}} \cdot "
                    rf"{format_factor(n * state.train_mse)}"
                ),
            ),
        )
        return View(
            (self._curve(state), self._errors(history)),
            rows,
            lines,
            self._narrate(history),
            self._make_prediction(state),
        )

    def _make_prediction(self, state: OverfitState) -> Prediction | None:
        if self.done(state):
            return None
        after = self.step(state).test_mse
        return make_estimate("test error", "test_mse", state.test_mse, after, "with one coefficient more")

    def _curve(self, state: OverfitState) -> Chart:
        grid = np.linspace(-1, 1, 161)
        fitted = legendre.legval(grid, np.array(state.coefficients))
        plain = [i for i in range(len(state.x)) if i not in state.outliers]
        marks = (
            Line(grid.tolist(), np.sin(np.pi * grid).tolist(), "truth", "muted"),
            Line(grid.tolist(), np.clip(fitted, -4, 4).tolist(), f"degree {state.degree}", "accent"),
            Points([state.x[i] for i in plain], [state.y[i] for i in plain], "training", "blue"),
            Points(
                [state.x[i] for i in state.outliers], [state.y[i] for i in state.outliers], "outlier", "bad", "cross"
            ),
        )
        return Chart(
            f"Degree {state.degree}",
            marks,
            f"A curve of degree {state.degree}: its mean squared error is {format_number(state.train_mse, 3)} on the "
            f"{counted(len(state.x), 'training point')} and {format_number(state.test_mse, 3)} on new points.",
            "x",
            "y",
            y_range=(-3.5, 3.5),
        )

    def _errors(self, history: RunHistory[OverfitState]) -> Chart:
        degree = history.trace("degree").values
        marks = (
            Line(degree, history.trace("train_mse").values, "training", "blue"),
            Line(degree, history.trace("test_mse").values, "test", "orange"),
            *(
                [Line(degree, history.trace("validation_mse").values, "validation", "accent")]
                if self.validation
                else []
            ),
        )
        state = history.state
        validation = f"validation {format_number(state.validation_mse, 3)}, " if self.validation else ""
        return Chart(
            "Error against degree",
            marks,
            (
                f"At degree {state.degree}: training {format_number(state.train_mse, 3)}, {validation}"
                f"test {format_number(state.test_mse, 3)}."
            ),
            "degree",
            "mean squared error, log scale",
            log_y=True,
        )

    def _narrate(self, history: RunHistory[OverfitState]) -> str:
        state, before = history.state, history.previous
        if before is None:
            return f"A curve of degree {state.degree} has {counted(state.degree + 1, 'coefficient')}."
        return (
            f"Degree {state.degree}: the training error is {format_number(state.train_mse, 3)}; the test error "
            f"{describe_change(before.test_mse, state.test_mse, 3)}."
        )


def _row(values: np.ndarray) -> Numbers:
    return tuple(float(v) for v in values)
