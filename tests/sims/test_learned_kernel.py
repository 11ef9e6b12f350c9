"""The kernel that is learned: its arithmetic redone from the JSON, and what sharing weights is worth."""

import json
import math
from itertools import islice, pairwise, product
from typing import Any

import pytest

from tutor.sims.engine.json_lines import iterate_states, json_of_state
from tutor.sims.table import find_simulation


def states(steps: int, **values: Any) -> list[dict[str, Any]]:
    simulation = find_simulation("learned-kernel").build(**values)
    found = islice(iterate_states(simulation), steps + 1)
    return [json.loads(json.dumps(json_of_state(simulation, state)))["state"] for state in found]


@pytest.mark.parametrize("values", [{}, {"task": "bars", "kernel": 2, "seed": 3, "learning_rate": 0.4}], ids=str)
def test_an_update_can_be_redone_from_the_state_alone(values: dict[str, Any]) -> None:
    for before, after in pairwise(states(3, images=6, **values)):
        kernel, n = before["kernel_weights"], len(before["images"])
        size, loss = len(kernel), 0.0
        gradient = [[0.0] * size for _ in range(size)]
        cells = list(product(range(size), repeat=2))
        for k, (image, label) in enumerate(zip(before["images"], before["labels"], strict=True)):
            places = list(product(range(8 - size + 1), range(12 - size + 1)))
            z = {(r, c): sum(kernel[i][j] * image[r + i][c + j] for i, j in cells) for r, c in places}
            top, low = max(places, key=lambda p: z[p]), min(places, key=lambda p: z[p])
            assert [list(top), list(low)] == [before["strongest"][k], before["weakest"][k]]
            score = z[top] + z[low] + before["bias"]
            assert before["scores"][k] == pytest.approx(score, abs=1e-12)
            probability = 1 / (1 + math.exp(-score))
            loss -= math.log(probability if label else 1 - probability) / n
            for (r, c), (i, j) in product((top, low), cells):
                gradient[i][j] += (probability - label) / n * image[r + i][c + j]
        assert before["loss"] == pytest.approx(loss, rel=1e-9)
        for i, j in cells:
            assert before["gradient"][i][j] == pytest.approx(gradient[i][j], abs=1e-12)
            step = before["learning_rate"] * gradient[i][j]
            assert after["kernel_weights"][i][j] == pytest.approx(kernel[i][j] - step, abs=1e-12)


@pytest.mark.parametrize(("task", "least"), [("edges", 1.0), ("bars", 0.95)])
def test_a_shared_kernel_works_where_it_was_never_trained_and_a_weight_for_each_pixel_does_not(
    task: str, least: float
) -> None:
    last = [states(60, task=task, seed=seed)[-1] for seed in range(10)]
    assert all(s["accuracy_train"] == s["dense_accuracy_train"] == 1.0 for s in last)
    assert all(s["accuracy_moved"] >= least for s in last)
    assert all(s["dense_accuracy_moved"] < 0.75 for s in last)


def test_without_noise_the_two_halves_are_the_same_to_the_kernel() -> None:
    """Equivariance: the responses of a moved pattern are the moved responses, so their extremes are the same."""
    s = states(20, noise=0.0, images=40, seed=5)[-1]
    assert s["accuracy_moved"] == s["accuracy_train"] == 1.0
    assert all(all(v == 0 for v in row[6:]) for image in s["images"] for row in image)
    assert all(all(v == 0 for v in row[:6]) for image in s["moved_images"] for row in image)


def test_for_nine_of_ten_seeds_the_kernel_for_edges_is_negative_on_the_left_and_positive_on_the_right() -> None:
    kernels = [states(60, seed=seed)[-1]["kernel_weights"] for seed in range(10)]
    columns = [[sum(column) for column in zip(*kernel, strict=True)] for kernel in kernels]
    assert sum(left < 0 < right for left, _, right in columns) == 9  # the tenth has found another that works
