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


def test_a_perceptron_corrects_itself_no_more_often_than_its_bound_allows() -> None:
    for seed in range(20):
        chance = np.random.default_rng(seed)
        line = chance.normal(size=3)
        line /= np.linalg.norm(line)
        points = np.hstack([chance.uniform(-1, 1, size=(200, 2)), np.ones((200, 1))])
        points = points[abs(points @ line) > 0.1]
        classes = np.sign(points @ line)
        bound = (np.linalg.norm(points, axis=1).max() / abs(points @ line).min()) ** 2
        weights, corrections, wrong = np.zeros(3), 0, True
        while wrong:
            wrong = False
            for x, y in zip(points, classes, strict=True):
                if (1 if weights @ x > 0 else -1) != y:
                    weights, corrections, wrong = weights + y * x, corrections + 1, True
        assert corrections <= bound
        assert corrections > 0 or (classes < 0).all()


def test_no_node_computes_xor_and_two_layers_do() -> None:
    corners = [(0, 0), (0, 1), (1, 0), (1, 1)]
    tried = np.arange(-3, 3.25, 0.5)
    for w, v, b in np.array(np.meshgrid(tried, tried, tried)).reshape(3, -1).T:
        assert [w * x + v * y + b > 0 for x, y in corners] != [False, True, True, False]
    for x, y in corners:
        either, not_both = x + y - 0.5 > 0, -x - y + 1.5 > 0
        assert (either + not_both - 1.5 > 0) == (x != y)
