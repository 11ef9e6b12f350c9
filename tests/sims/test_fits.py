"""Fitted curves, penalties and minibatches against numbers that were got in another way."""

import math
from itertools import pairwise

import numpy as np
import pytest

from tests.sims.readable import last, lines
from tutor.errors import UsageError
from tutor.sims.table import find_simulation


@pytest.mark.parametrize("l2", [0.0, 0.3])
def test_overfit_is_least_squares(l2: float) -> None:
    for s in lines("overfit", 6, l2=l2, seed=2, points=12):
        x, y = np.array(s["x"]), np.array(s["y"])
        basis = np.polynomial.legendre.legvander(x, s["degree"])
        weight = l2 * np.eye(s["degree"] + 1)
        weight[0, 0] = 0
        c = np.linalg.solve(basis.T @ basis + weight, basis.T @ y)
        assert s["coefficients"] == pytest.approx(c.tolist(), rel=1e-6, abs=1e-9)
        assert s["train_mse"] == pytest.approx(float(np.mean((basis @ c - y) ** 2)), rel=1e-9)
        test = np.polynomial.legendre.legval(np.array(s["x_test"]), c) - np.array(s["y_test"])
        assert s["test_mse"] == pytest.approx(float(np.mean(test**2)), rel=1e-6)
        held = np.polynomial.legendre.legval(np.array(s["x_validation"]), c) - np.array(s["y_validation"])
        assert s["validation_mse"] == pytest.approx(float(np.mean(held**2)), rel=1e-6)
        assert len(s["x_validation"]) == 20
        assert not set(s["y_validation"]) & set(s["y_test"])


@pytest.mark.parametrize("l2", [0.0, 0.5])
def test_cross_validation_fits_every_fold_without_its_points(l2: float) -> None:
    for s in lines("overfit", 3, l2=l2, folds=4, points=14, seed=3, validation=0):
        x, y, errors = np.array(s["x"]), np.array(s["y"]), []
        for fold in range(4):
            out = np.arange(14) % 4 == fold
            basis = np.polynomial.legendre.legvander(x[~out], s["degree"])
            weight = l2 * np.eye(s["degree"] + 1)
            weight[0, 0] = 0
            c = np.linalg.solve(basis.T @ basis + weight, basis.T @ y[~out])
            errors.append((np.polynomial.legendre.legval(x[out], c) - y[out]) ** 2)
            assert s["fold_errors"][fold] == pytest.approx(errors[-1].mean(), rel=1e-6)
        assert s["cv_mse"] == pytest.approx(np.concatenate(errors).mean(), rel=1e-6)


def test_bias_and_variance_are_those_of_the_curves_that_the_state_lists() -> None:
    noise, sets = 0.3, 40
    for s in lines("overfit", 6, training_sets=sets, outliers=0, noise=noise, points=20, degree=1):
        heights, truth = np.array(s["predictions"]), np.sin(np.pi * np.array(s["x_test"]))
        assert heights.shape == (sets, 40)
        assert s["bias_squared"] == pytest.approx(np.mean((heights.mean(axis=0) - truth) ** 2))
        assert s["variance"] == pytest.approx(np.mean((heights - heights.mean(axis=0)) ** 2))
        assert s["bias_squared"] + s["variance"] == pytest.approx(np.mean((heights - truth) ** 2))
        # the variance of least squares in closed form: σ² Σ_k (row of the hat matrix)²
        basis, at = (np.polynomial.legendre.legvander(np.array(s[key]), s["degree"]) for key in ("x", "x_test"))
        hat = at @ np.linalg.pinv(basis)
        assert s["variance"] == pytest.approx(noise**2 * np.mean((hat**2).sum(axis=1)), rel=0.35)
        unbiased = float(np.mean((hat @ np.sin(np.pi * np.array(s["x"])) - truth) ** 2))
        assert s["bias_squared"] == pytest.approx(unbiased + s["variance"] / sets, abs=0.01)


def test_beyond_the_last_degree_the_curve_meets_every_point_with_the_smallest_coefficients() -> None:
    rng = np.random.default_rng(0)
    for s in lines("overfit", 30, points=10, degree=9, beyond=30, outliers=0)[5::5]:
        basis, c = np.polynomial.legendre.legvander(np.array(s["x"]), s["degree"]), np.array(s["coefficients"])
        assert s["train_mse"] < 1e-20
        free = np.eye(len(c)) - np.linalg.pinv(basis) @ basis
        for _ in range(5):
            other = c + free @ rng.normal(size=len(c))
            assert np.mean((basis @ other - s["y"]) ** 2) < 1e-16
            assert other @ other > c @ c


def test_more_coefficients_never_fit_the_training_points_worse() -> None:
    errors = [s["train_mse"] for s in lines("overfit", 13)]
    assert all(late <= early + 1e-12 for early, late in pairwise(errors))
    assert errors[-1] < 1e-12


def test_without_an_angle_l1_is_the_soft_threshold() -> None:
    for s in lines("penalty", 60, centre="2,-1", curvature="1,4"):
        wanted = [math.copysign(max(0.0, abs(c) - s["strength"] / k), c) for c, k in ((2, 1), (-1, 4))]
        assert s["w"] == pytest.approx(wanted, abs=1e-12)
        assert s["zeros"] == sum(w == 0 for w in s["w"])


@pytest.mark.parametrize("penalty", ["l1", "l2"])
def test_the_penalised_optimum_beats_every_neighbour(penalty: str) -> None:
    for s in lines("penalty", 40, penalty=penalty, angle=35, centre="1.5,-0.7", curvature="0.5,3"):
        h, c = np.array(s["hessian"]), np.array(s["centre"])

        def total(w: np.ndarray, h: np.ndarray = h, c: np.ndarray = c, strength: float = s["strength"]) -> float:
            size = np.abs(w).sum() if penalty == "l1" else w @ w / 2
            return float((w - c) @ h @ (w - c) / 2 + strength * size)

        best = total(np.array(s["w"]))
        for angle in np.linspace(0, 2 * np.pi, 37):
            for size in (1e-4, 1e-2, 0.3):
                assert total(np.array(s["w"]) + size * np.array([np.cos(angle), np.sin(angle)])) >= best - 1e-12


def test_l1_reaches_exactly_zero_and_l2_never_does() -> None:
    assert last("penalty", 300)["w"] == [0.0, 0.0]
    assert all(s["zeros"] == 0 for s in lines("penalty", 300, penalty="l2"))


def test_a_minibatch_update_can_be_redone() -> None:
    found = lines("minibatch", 20, batch=5, seed=3)
    for before, s in pairwise(found):
        x, y, w = np.array(s["x"]), np.array(s["y"]), np.array(before["w"])
        chosen = s["indices"]
        assert len(set(chosen)) == len(chosen)
        error = x[chosen] @ w - y[chosen]
        g = sum(e * row for e, row in zip(error, x[chosen], strict=True)) / len(chosen)
        assert s["batch_loss"] == pytest.approx(float(np.mean(error**2)) / 2, rel=1e-12)
        assert s["batch_gradient"] == pytest.approx(g.tolist(), rel=1e-9)
        assert s["w"] == pytest.approx((w - 0.1 * g).tolist(), rel=1e-12)
        full = x.T @ (x @ w - y) / len(y)
        assert s["full_gradient"] == pytest.approx(full.tolist(), rel=1e-9)
        cosine = g @ full / (np.linalg.norm(g) * np.linalg.norm(full))
        assert s["angle"] == pytest.approx(math.degrees(math.acos(min(1.0, cosine))), abs=1e-6)


def test_an_epoch_of_minibatches_sees_every_sample_once() -> None:
    seen = [i for s in lines("minibatch", 8, batch=8)[1:] for i in s["indices"]]
    assert sorted(seen) == list(range(64))
    with pytest.raises(UsageError, match="from 1 to 64, the number of samples"):
        find_simulation("minibatch").build(batch=65)


def test_without_validation_points_there_is_no_validation_error() -> None:
    assert [s["validation_mse"] for s in lines("overfit", 3, validation=0)] == [None] * 4
