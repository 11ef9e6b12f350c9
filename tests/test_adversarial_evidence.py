"""The table of images that were changed to mislead is the one that its command computes, and its slopes are slopes."""

import re

import numpy as np
import pytest

from benchmarks.adversarial import EPOCHS, NETWORKS, STEPS, accuracies, compute_logits, slopes_of_pixels
from benchmarks.digits import THIRD, cache_key, final_states
from tutor.content.find import lessons_folder
from tutor.sims.datasets.handwriting import Images, load_digit_images
from tutor.sims.functions.dense import cross_entropy

TEXT = next(lessons_folder().glob("*-convolution.md")).read_text("utf-8")
ROWS = {
    (name, float(epsilon)): tuple(map(float, (unchanged, *shares)))
    for name, unchanged, epsilon, *shares in re.findall(
        r"^\| ([a-z0-9 ]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$", TEXT, re.MULTILINE
    )
}
SEEDS, SLACK = 4, 4.0
"""Of four seeds each row is computed again; that many points may their mean lie from the mean of ten."""


def test_every_row_of_the_misled_networks_is_computed_again() -> None:
    assert list(ROWS) == [(name, epsilon) for name in NETWORKS for epsilon in STEPS]
    for (name, epsilon), row in ROWS.items():
        ways = ((0.0, False), (epsilon, False), (epsilon, True))
        assert row == pytest.approx([accuracies(name, *way, seeds=SEEDS).mean() for way in ways], abs=SLACK), name


@pytest.mark.parametrize("name", NETWORKS)
def test_the_slopes_of_the_pixels_are_measured_slopes(name: str) -> None:
    state = final_states(cache_key(NETWORKS[name]), 0, EPOCHS)[0]
    part = load_digit_images(0, THIRD, "validation")
    one = Images(part.x[:1].copy(), part.y[:1])
    slopes = slopes_of_pixels(state, one)[0]
    for pixel in range(0, 64, 7):
        nudge = np.eye(64)[pixel] * 1e-5
        above, below = (cross_entropy(compute_logits(state, one.x + way * nudge)[0], one.y) for way in (1, -1))
        assert slopes[pixel] == pytest.approx((above - below) / 2e-5, rel=1e-4, abs=1e-8)


def test_the_whole_network_of_the_lesson_has_the_weights_and_does_the_work_that_its_table_says() -> None:
    """Counted on arrays of the shapes of the table, one forward pass, instead of by formulas."""
    kernels = [np.zeros((6, 1, 5, 5)), np.zeros((16, 6, 5, 5))]
    layers = [np.zeros((120, 400)), np.zeros((84, 120)), np.zeros((10, 84))]
    maps, work = np.pad(np.zeros((1, 28, 28)), ((0, 0), (2, 2), (2, 2))), 0
    for kernel in kernels:
        windows = np.lib.stride_tricks.sliding_window_view(maps, kernel.shape[1:])[0]
        work += windows.size * len(kernel)
        maps = np.zeros((len(kernel), windows.shape[0] // 2, windows.shape[1] // 2))
    assert maps.size == layers[0].shape[1]
    convolved, work = work, work + sum(layer.size for layer in layers)
    shared = sum(kernel.size + len(kernel) for kernel in kernels)
    weights = shared + sum(layer.size + len(layer) for layer in layers)
    assert (weights, work) == (61706, 416520)
    assert f"/ {weights}, 0)" in TEXT
    assert f"/ {work}, 0)" in TEXT
    assert (round(100 * shared / weights), round(100 * convolved / work)) == (4, 86)
