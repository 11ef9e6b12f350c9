"""Figures that lessons print in words and tables, worked out again in another way than the program's own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

LESSONS = Path(__file__).parents[2] / "lessons"
Array = np.ndarray


def text(lesson: str) -> str:
    """The lesson's source."""
    (path,) = LESSONS.glob(f"*-{lesson}.md")
    return path.read_text(encoding="utf-8")


def slope(f: Callable[[Array], float], at: Array, size: float = 1e-6) -> Array:
    """Central differences of a number with respect to every entry."""
    result = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        nudge = np.zeros_like(at)
        nudge[place] = size
        result[place] = (f(at + nudge) - f(at - nudge)) / (2 * size)
    return result


def normalise(x: Array) -> Array:
    return np.asarray((x - x.mean(axis=0)) / x.std(axis=0))


def test_the_gradient_of_batch_normalisation_is_that_of_its_worked_example() -> None:
    x = np.array([1.0, 3.0, 5.0, 7.0])
    found = slope(lambda v: float(normalise(v)[0]), x)
    assert found.round(4).tolist() == [0.1342, -0.1789, -0.0447, 0.0894]
    assert found.sum() == pytest.approx(0, abs=1e-8)
    assert found @ normalise(x) == pytest.approx(0, abs=1e-8)
    nudged = x + np.array([0.01, 0, 0, 0])
    printed = (f"{nudged.mean():.4f}", f"{nudged.var():.5f}", f"{normalise(x)[0]:.6f}", f"{normalise(nudged)[0]:.6f}")
    assert all(figure in text("batch-norm") for figure in printed)


def test_two_samples_of_a_batch_send_no_gradient_back() -> None:
    g = np.array([0.7, -2.0])
    assert slope(lambda v: float(g @ normalise(v)), np.array([0.3, 1.9])) == pytest.approx([0, 0], abs=1e-8)


def test_before_batch_normalisation_only_the_direction_of_the_weights_counts() -> None:
    chance = np.random.default_rng(3)
    a, w, g = chance.normal(size=(9, 4)), chance.normal(size=4), chance.normal(size=9)

    def cost(weights: Array) -> float:
        return float(g @ np.tanh(normalise(a @ weights)))

    gradient = slope(cost, w)
    assert cost(5 * w + 0.0) == pytest.approx(cost(w))
    assert slope(cost, 5 * w) == pytest.approx(gradient / 5, abs=1e-6)
    assert gradient @ w == pytest.approx(0, abs=1e-7)
    assert slope(lambda b: float(g @ np.tanh(normalise(a @ w + b))), np.zeros(1)) == pytest.approx([0], abs=1e-8)
