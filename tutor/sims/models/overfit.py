"""Complexity against noise and outliers: polynomials of growing degree.

    minimise Σ_i (f(x_i) − y_i)² + l2 · Σ_{k ≥ 1} c_k²        f(x) = Σ_k c_k P_k(x)

P_k are the Legendre polynomials on [−1, 1]: they give the same curves as powers of x, but least squares stay accurate
at high degree. If there are more coefficients than points and no penalty, many curves go through all points; the one
with the smallest Σ_k c_k² is taken.

Cross-validation leaves out every k-th training point in turn, fits the rest, and takes the errors on those left out.
Bias and variance are measured over many training sets at the same x, each with noise and outliers of its own:

    bias² = mean over x of (mean over sets of f(x) − sin πx)²      variance = mean over x of the variance of f(x)
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.polynomial import legendre

from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.state import State, freeze_matrix, freeze_vector
from tutor.text.numbers import counted

Numbers = tuple[float, ...]
"""One number for each point, coefficient or fold."""


@dataclass(frozen=True)
class OverfitState(State):
    """The best curve of one degree, and its errors. Heights are values of y."""

    degree: int
    x: Numbers
    y: Numbers
    x_test: Numbers
    y_test: Numbers
    outliers: tuple[int, ...]
    """The indices of the training points that were moved away from the curve."""
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
    fold_errors: Numbers
    """For each fold of cross-validation the mean squared error on its points; empty without folds."""
    cv_mse: float | None
    """The mean squared error of cross-validation, over all points; `None` without folds."""
    predictions: tuple[Numbers, ...]
    """For each training set the heights of its curve at `x_test`; empty without training sets."""
    bias_squared: float | None
    variance: float | None


@dataclass(frozen=True)
class Overfit(Simulation[OverfitState]):
    """Fit ever more flexible curves to a few noisy points: the rules without the view."""

    name: ClassVar[str] = "overfit"
    title: ClassVar[str] = "Overfitting"
    summary: ClassVar[str] = (
        "More coefficients fit the training points better and better, but new points eventually worse."
    )
    unit: ClassVar[str] = "one degree more"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = (
        "degree",
        "train_mse",
        "validation_mse",
        "test_mse",
        "cv_mse",
        "bias_squared",
        "variance",
    )
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("one outlier", "The curve begins to chase the outlier, and the test error climbs.", {}),
        Preset("held back", "The same curves with a small L2 penalty: the test error stays low.", {"l2": 0.05}),
        Preset(
            "five folds",
            "Cross-validation needs no points but those of training to see where the curve begins to overfit.",
            {"folds": 5, "validation": 0},
        ),
        Preset(
            "bias and variance",
            "Over 50 training sets: stiff curves are off on average, flexible ones differ from set to set.",
            {"training_sets": 50, "outliers": 0, "degree": 0},
        ),
        Preset(
            "double descent",
            "The test error explodes where the curve just meets every point, and falls again far beyond.",
            {"outliers": 0, "beyond": 36},
        ),
        Preset(
            "pure noise",
            "Much noise and no penalty: high degrees fit little but the noise.",
            {"noise": 1.0, "outliers": 3},
            "bad",
        ),
    )

    degree: int = param(1, "First degree", "The degree at step 0.", low=0, high=300)
    points: int = param(15, "Points", "How many training points.", low=3, high=60)
    noise: float = param(0.2, "Noise", "Standard deviation of the noise on y.", low=0, high=5)
    outliers: int = param(1, "Outliers", "How many training points are pushed off by 2.", low=0, high=10)
    validation: int = param(20, "Validation points", "How many points choose the degree.", low=0, high=200)
    l2: float = param(0.0, "L2 penalty", "How much large coefficients cost.", low=0, high=1000)
    folds: int = param(0, "Folds", "Parts of cross-validation; 0 for none.", low=0, high=60)
    training_sets: int = param(0, "Training sets", "Sets for bias and variance; 0 for none.", low=0, high=100)
    beyond: int = param(0, "Degrees beyond", "Degrees that follow once the curve meets all points.", low=0, high=300)

    def check(self) -> None:
        """Raise `UsageError` for a first degree beyond the last, and for more folds or outliers than points."""
        if self.degree > self.last_degree:
            beyond = f" and {counted(self.beyond, 'degree')} beyond" if self.beyond else ""
            raise conflicting_value_error(
                self, "degree", f"a degree from 0 to {self.last_degree} for {counted(self.points, 'point')}{beyond}"
            )
        if self.folds == 1 or self.folds > self.points:
            raise conflicting_value_error(
                self, "folds", f"0, or a whole number from 2 to {self.points}, the number of points"
            )
        if self.outliers > self.points:
            raise conflicting_value_error(
                self, "outliers", f"a whole number from 0 to {self.points}, the number of points"
            )

    def start(self) -> OverfitState:
        """The curve of the first degree."""
        return self._fit(0)

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 300 * (1 + self.folds) + 20 * self.training_sets

    @property
    def last_degree(self) -> int:
        """The degree with which a run ends."""
        return self.points - 1 + self.beyond

    def step(self, state: OverfitState) -> OverfitState:
        """The curve of the next degree."""
        return self._fit(state.step + 1)

    @property
    def length(self) -> int:
        """One step for each degree after the first, up to `last_degree`."""
        return self.last_degree - self.degree

    def done(self, state: OverfitState) -> bool:
        """The last degree is reached."""
        return state.degree == self.last_degree

    def _sample_data(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(x, y, x_test, y_test, indices of the outliers), where x and y are the training points."""
        rng = self.random(0)
        x = np.linspace(-0.95, 0.95, self.points) + rng.uniform(-0.03, 0.03, self.points)
        y, outliers = self._sample_heights(x, rng)
        x_test = np.linspace(-0.93, 0.93, 40)  # hardly beyond the training points: further out, any curve goes astray
        y_test = np.sin(np.pi * x_test) + self.noise * rng.standard_normal(40)
        return x, y, x_test, y_test, outliers

    def _sample_heights(self, x: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """(y, indices of the outliers) of a training set at `x`: sin πx with noise, outliers moved by 2 across 0."""
        y = np.sin(np.pi * x) + self.noise * rng.standard_normal(self.points)
        outliers = np.sort(rng.choice(self.points, self.outliers, replace=False))
        y[outliers] += np.where(y[outliers] > 0, -2.0, 2.0)
        return y, outliers

    def _sample_validation(self) -> tuple[np.ndarray, np.ndarray]:
        """(x, y) of the validation points, which differ from the test points in x and in their noise."""
        x = np.linspace(-0.91, 0.91, self.validation)
        return x, np.sin(np.pi * x) + self.noise * self.random(1).standard_normal(self.validation)

    def _fit_coefficients(self, degree: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The coefficients c_0 … c_degree of the best curve; if `y` has several columns, a column for each of them."""
        design, target = legendre.legvander(x, degree), y
        if self.l2:  # as further rows: √l2 · c_k should be 0 for k ≥ 1
            penalty_rows = np.sqrt(self.l2) * np.eye(degree + 1)[1:]
            penalty_targets = np.zeros((degree, *y.shape[1:]))
            design, target = np.vstack([design, penalty_rows]), np.concatenate([y, penalty_targets])
        coefficients: np.ndarray = np.linalg.lstsq(design, target, rcond=None)[0]
        return coefficients

    def _cross_validate(self, degree: int, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """For each fold, fit the curve to all other points, and return its errors on the points of the fold."""
        errors = []
        for fold in range(self.folds):
            is_left_out = np.arange(self.points) % self.folds == fold  # every k-th point, spread over the whole curve
            coefficients = self._fit_coefficients(degree, x[~is_left_out], y[~is_left_out])
            errors.append(legendre.legval(x[is_left_out], coefficients) - y[is_left_out])
        return errors

    def _predict_by_sets(self, degree: int, x: np.ndarray, x_test: np.ndarray) -> np.ndarray:
        """Fit a curve to each training set; return their heights at `x_test`, shape (training sets, test points)."""
        rng = self.random(2)
        y = np.array([self._sample_heights(x, rng)[0] for _ in range(self.training_sets)])
        coefficients = self._fit_coefficients(degree, x, y.T)  # a column for each training set
        heights: np.ndarray = legendre.legval(x_test, coefficients)
        return heights

    def _fit(self, step: int) -> OverfitState:
        """The state at `step`: the curve of its degree, and the errors on each set of points."""
        x, y, x_test, y_test, outliers = self._sample_data()
        x_validation, y_validation = self._sample_validation()
        degree = self.degree + step
        c = self._fit_coefficients(degree, x, y)
        errors_of_folds = self._cross_validate(degree, x, y)
        if self.training_sets:
            heights = self._predict_by_sets(degree, x, x_test)
            bias_squared = _mean_square(heights.mean(axis=0) - np.sin(np.pi * x_test))
            variance = float(np.mean(heights.var(axis=0)))
        else:
            heights, bias_squared, variance = np.empty((0, len(x_test))), None, None
        return OverfitState(
            step=step,
            degree=degree,
            x=freeze_vector(x),
            y=freeze_vector(y),
            x_test=freeze_vector(x_test),
            y_test=freeze_vector(y_test),
            outliers=tuple(int(index) for index in outliers),
            basis="legendre",
            coefficients=freeze_vector(c),
            l2=self.l2,
            train_mse=_mean_square(legendre.legval(x, c) - y),
            test_mse=_mean_square(legendre.legval(x_test, c) - y_test),
            x_validation=freeze_vector(x_validation),
            y_validation=freeze_vector(y_validation),
            validation_mse=_mean_square(legendre.legval(x_validation, c) - y_validation) if self.validation else None,
            fold_errors=freeze_vector(np.array([_mean_square(errors) for errors in errors_of_folds])),
            cv_mse=_mean_square(np.concatenate(errors_of_folds)) if errors_of_folds else None,
            predictions=freeze_matrix(heights),
            bias_squared=bias_squared,
            variance=variance,
        )


def _mean_square(errors: np.ndarray) -> float:
    """The mean of the squares of `errors`."""
    return float(np.mean(errors**2))
