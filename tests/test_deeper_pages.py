"""What the deeper pages of the lessons state in numbers, found in another way than the lessons find it."""

import math

import numpy as np
import pytest


def test_forward_and_reverse_mode_agree_and_cost_what_the_lesson_says() -> None:
    """A network of 5, 4 and 1 units by both modes, counting multiplications of the weights."""
    chance = np.random.default_rng(0)
    first, second, x = chance.normal(size=(4, 5)), chance.normal(size=(1, 4)), chance.normal(size=5)
    h = np.tanh(first @ x)
    forward, work = np.zeros(5), 0
    for j in range(5):  # a pass for each input
        slope = (1 - h**2) * (first @ np.eye(5)[j])
        forward[j] = (second @ slope).item()
        work += first.size + second.size
    back = first.T @ ((1 - h**2) * second[0])
    assert forward == pytest.approx(back)
    assert work == 5 * (first.size + second.size)


def test_checkpoints_keep_two_roots_of_the_layers() -> None:
    for layers in (25, 36, 81, 100, 144):
        kept = {k: math.ceil(layers / k) + k for k in range(1, layers + 1)}
        assert min(kept.values()) == 2 * math.isqrt(layers) == kept[math.isqrt(layers)]


def test_the_entropy_of_the_three_animals_and_what_a_wrong_belief_costs() -> None:
    q, p = np.array([0.5, 0.25, 0.25]), np.full(3, 1 / 3)
    asked = 0.5 * 1 + 0.25 * 2 + 0.25 * 2  # "a bird?", and if not, "a cat?"
    entropy = float(-(q * np.log2(q)).sum())
    assert entropy == asked == 1.5
    assert float((q * np.log2(q / p)).sum()) == pytest.approx(math.log2(3) - 1.5)
    assert float((p * np.log2(p / q)).sum()) == pytest.approx(0.0817, abs=5e-5)


@pytest.mark.parametrize(("power", "best"), [(2, 20.0), (1, 3.0)])
def test_squares_ask_for_the_mean_and_absolute_errors_for_the_median(power: int, best: float) -> None:
    targets, tried = np.array([1, 2, 3, 4, 90]), np.linspace(0, 100, 10001)
    costs = (np.abs(tried[:, None] - targets) ** power).sum(axis=1)
    assert tried[costs.argmin()] == pytest.approx(best, abs=0.01)
