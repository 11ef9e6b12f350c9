"""Figures that lessons print in words and tables, worked out again in another way than the program's own."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tutor.content.course import open_course

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
    rng = np.random.default_rng(3)
    a, w, g = rng.normal(size=(9, 4)), rng.normal(size=4), rng.normal(size=9)

    def cost(weights: Array) -> float:
        return float(g @ np.tanh(normalise(a @ weights)))

    gradient = slope(cost, w)
    assert cost(5 * w + 0.0) == pytest.approx(cost(w))
    assert slope(cost, 5 * w) == pytest.approx(gradient / 5, abs=1e-6)
    assert gradient @ w == pytest.approx(0, abs=1e-7)
    assert slope(lambda b: float(g @ np.tanh(normalise(a @ w + b))), np.zeros(1)) == pytest.approx([0], abs=1e-8)


def cross_correlation(image: Array, kernel: Array) -> Array:
    size, (rows, columns) = len(kernel), np.subtract(image.shape, len(kernel) - 1)
    windows = [[image[r : r + size, c : c + size] for c in range(columns)] for r in range(rows)]
    return np.array([[(kernel * window).sum() for window in row] for row in windows])


def test_the_gradients_through_a_kernel_are_those_of_the_worked_example() -> None:
    image = np.array([[1.0, 0, 2], [0, 1, 0], [2, 0, 1]])
    kernel, delta = np.array([[1.0, -1], [0, 2]]), np.array([[1.0, 0], [-2, 0.5]])
    of_kernel = slope(lambda w: float((delta * cross_correlation(image, w)).sum()), kernel)
    of_image = slope(lambda x: float((delta * cross_correlation(x, kernel)).sum()), image)
    assert of_kernel == pytest.approx(np.array([[1.5, -2], [-4, 1.5]]), abs=1e-7)
    assert of_kernel == pytest.approx(cross_correlation(image, delta), abs=1e-7)
    assert of_image == pytest.approx(cross_correlation(np.pad(delta, 1), kernel[::-1, ::-1]), abs=1e-7)
    assert r"\begin{bmatrix} 1.5 & -2 \\ -4 & 1.5 \end{bmatrix}" in text("convolution")


@pytest.mark.parametrize("kernels", [(3, 3), (5, 3, 7), (2, 2, 3)])
@pytest.mark.parametrize("strides", [(1, 1, 1), (2, 1, 1), (2, 3, 1)])
def test_a_receptive_field_is_as_wide_as_the_rule_says(kernels: tuple[int, ...], strides: tuple[int, ...]) -> None:
    """Nudge each cell of a row, and count those that change one cell of the last map."""
    width = 120

    def last_cell(row: Array) -> float:
        for size, stride in zip(kernels, strides, strict=False):
            row = np.array([row[k : k + size].sum() for k in range(0, len(row) - size + 1, stride)])
        return float(row[len(row) // 2])

    field, jump = 1, 1
    for size, stride in zip(kernels, strides, strict=False):
        field, jump = field + (size - 1) * jump, jump * stride
    touched = np.flatnonzero(slope(last_cell, np.zeros(width), 1.0))
    assert touched[-1] - touched[0] + 1 == field


def test_two_paths_past_every_layer_make_the_sum_over_all_paths() -> None:
    s = [0.3, -0.7, 1.1, 0.2]
    paths = [np.prod([s[k] for k in range(4) if chosen >> k & 1]) for chosen in range(16)]
    assert sum(paths) == pytest.approx(np.prod([1 + value for value in s]))


@pytest.mark.parametrize(("mean", "spread"), [(0, 1), (1, 1), (0, 0.5), (0, 2), (2, 0.1), (-3, 3)])
def test_the_closed_form_of_the_divergence_is_the_integral(mean: float, spread: float) -> None:
    z = np.linspace(mean - 12 * spread, mean + 12 * spread, 200_001)
    density = np.exp(-((z - mean) ** 2) / (2 * spread**2)) / (spread * np.sqrt(2 * np.pi))
    extra = -((z - mean) ** 2) / (2 * spread**2) - np.log(spread) + z**2 / 2
    integral = float((density * extra).sum() * (z[1] - z[0]))
    assert 0.5 * (mean**2 + spread**2 - 1 - np.log(spread**2)) == pytest.approx(integral, abs=1e-6)


def test_ten_directions_of_the_digits_hold_and_recognise_as_much_as_the_table_says() -> None:
    with np.load(LESSONS.parent / "assets" / "digits" / "digits.npz") as file:
        x, y = file["images"].reshape(1797, 64) / 16.0, file["labels"]
    x = x - x.mean(axis=0)
    rng = np.random.default_rng(0)
    dealt = np.stack([rng.permutation(pixel) for pixel in x.T], axis=1)
    variances = np.linalg.eigvalsh(x.T @ x)[::-1]
    control = np.linalg.eigvalsh(dealt.T @ dealt)[::-1]
    axes = np.linalg.eigh(x.T @ x)[1][:, ::-1]
    for k in (2, 5, 10, 20, 64):
        z = x @ axes[:, :k]
        squares = (z**2).sum(axis=1)
        apart = squares[:, None] + squares[None] - 2 * z @ z.T
        np.fill_diagonal(apart, np.inf)
        read = 100 * (y[apart.argmin(axis=1)] == y).mean()
        share, shuffled = (100 * values[:k].sum() / values.sum() for values in (variances, control))
        assert f"| {k} | {share:.0f}% | {read:.1f}% | {shuffled:.0f}% |" in text("manifold")


def test_figures_in_the_options_of_questions_that_diagnose() -> None:
    """Each was worked out by hand for its question; here it is computed."""
    shares = [np.exp(v) / np.exp(v).sum() for v in (np.array([0.0, -1, -1000]), np.array([1, 0.999, 0]))]
    assert [round(float(share[k]), 2) for share in shares for k in (0, 1)] == [0.73, 0.27, 0.42, 0.42]
    assert "0.42 and 0.42, instead of 0.73 and 0.27" in text("cross-entropy")
    assert [round(-float(np.log(p)), 2) for p in (0.8, 0.2, 0.01)] == [0.22, 1.61, 4.61]
    weights = [2.0]
    for _ in range(3):
        weights.append(weights[-1] - 0.9 * (2.5 * weights[-1] - 4))
    assert [round(abs(w - 1.6), 2) for w in weights] == [0.4, 0.5, 0.62, 0.78]
    assert [3 * (6 * folds + 1) for folds in (6, 7, 10, 20)] == [111, 129, 183, 363]
    assert (5**5, 6**5, 2**10, 3**10) == (3125, 7776, 1024, 59049)


def test_a_line_with_one_raised_point_at_its_end_misses_all_ten_and_tilts() -> None:
    x = np.arange(10.0)
    y = np.where(x == 9, 20.0, 0.0)
    slope_, height = np.polyfit(x, y, 1)
    assert slope_ > 0.5
    assert float(np.abs(y - slope_ * x - height).min()) > 0.3
    assert float(np.abs(y - slope_ * x - height)[:9].mean()) < 5


def test_one_tanh_output_of_0_holds_a_single_weight_at_the_first_update() -> None:
    """`w2` alone keeps its value where neuron 1 outputs 0, as a question of backpropagation says."""
    start = np.array([0.5, -0.5, 0.8, 0.3, -1.2, 0.1])  # w1 b1 w2 b2 w3 b3, with x = 1: z1 is 0

    def cost(p: Array) -> float:
        v = 1.0
        for w, b in p.reshape(3, 2):
            v = np.tanh(w * v + b)
        return float((v - 1) ** 2 / 2)

    slopes = slope(cost, start)
    assert (np.abs(slopes) < 1e-9).tolist() == [False, False, True, False, False, False]
    moved = slope(cost, start - 0.5 * slopes)
    assert abs(moved[2]) > 1e-3


def test_the_best_line_through_four_points_is_that_of_the_worked_example() -> None:
    points = np.array([[0.0, 0], [1, 2], [2, 4], [3, 5]])
    assert points.mean(axis=0).tolist() == [1.5, 2.75]
    covariance = np.cov(points.T, bias=True)
    assert covariance.tolist() == [[1.25, 2.125], [2.125, 3.6875]]
    assert sorted(np.roots([1, -4.9375, 0.09375]).round(4)) == [0.0191, 4.9184]
    turns = np.linspace(0, np.pi, 100_001)
    directions = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    kept = ((points - points.mean(axis=0)) @ directions.T).var(axis=0)
    best = directions[kept.argmax()]
    assert kept.max().round(4) == 4.9184
    assert (best[1] / best[0]).round(3) == 1.726
    lost = points - points.mean(axis=0)
    lost -= np.outer(lost @ best, best)
    assert ((lost**2).mean().round(4), round(100 * kept.max() / 4.9375, 1)) == (0.0095, 99.6)


def test_half_way_between_twins_the_cost_is_as_the_page_says() -> None:
    inputs = np.array([-1.0, 1.0])

    def cost(w: Array) -> float:
        outputs = np.maximum(np.outer(inputs, w), 0).sum(axis=1)
        return float(((outputs - np.abs(inputs)) ** 2).mean() / 2)

    one, twin = np.array([1.0, -1.0]), np.array([-1.0, 1.0])
    assert [cost(w) for w in (one, twin, (one + twin) / 2)] == [0, 0, 0.5]


def test_costs_that_a_page_calls_convex_curve_as_it_says_along_a_line() -> None:
    rng = np.random.default_rng(4)
    z, s, t = rng.normal(size=5), rng.normal(size=5), 1e-4
    p = np.exp(z) / np.exp(z).sum()
    assert p @ s**2 - (p @ s) ** 2 == pytest.approx(
        bend(lambda a: np.log(np.exp(z + a * s).sum()) - z[0] - a * s[0], t), abs=1e-6
    )
    sigmoid = 1 / (1 + np.exp(-z[1]))
    two_classes = bend(lambda a: np.log1p(np.exp(-z[1] - a * s[1])), t)
    assert sigmoid * (1 - sigmoid) * s[1] ** 2 == pytest.approx(two_classes, abs=1e-6)
    assert bend(lambda a: (1 / (1 + np.exp(-a - 3))) ** 2 / 2, t) < 0, "the squared error of a sigmoid is not convex"


def bend(f: Callable[[float], float], size: float) -> float:
    """The second derivative at 0, by differences."""
    return float((f(size) - 2 * f(0.0) + f(-size)) / size**2)


def test_gradients_through_channels_kernels_and_strides_are_those_of_the_page() -> None:
    delta = np.array([1.0, -2])
    channels = np.array([[1.0, 0, 2], [3, -1, 4]])

    def row(cells: Array, weights: Array, stride: int = 1) -> Array:
        return np.array([weights @ cells[k : k + 2] for k in range(0, len(cells) - 1, stride)])

    found = slope(lambda w: float(delta @ sum(row(x, v) for x, v in zip(channels, w, strict=True))), np.ones((2, 2)))
    assert found[:, 0] == pytest.approx([1, 5], abs=1e-7)
    errors = [(np.array([2.0, -1]), delta), (np.array([0.5, 3]), np.array([4.0, 1]))]

    def back(weights: Array, error: Array) -> float:
        return float(slope(lambda x: float(error @ row(x, weights)), channels[0])[1])

    each = [back(weights, error) for weights, error in errors]
    assert each == pytest.approx([-5, 12.5], abs=1e-7)
    of_stride = slope(lambda w: float(delta @ row(np.array([1.0, 0, 2, 5]), w, 2)), np.ones(2))
    assert of_stride[0] == pytest.approx(-3, abs=1e-7)


def test_the_bias_of_a_bump_is_explained_with_the_edge_that_was_asked_about() -> None:
    question, _ = open_course().question("fold-bump-bias")
    for seed in range(12):
        instance = question.draw_instance(seed)
        number = r"= \{?([-−]?[\d.,]+)\}?\$"
        edge, weight = re.findall(number, instance.prompt)[:2]
        at, slope_there, bias = re.findall(number, instance.why)[-3:]
        assert (at, slope_there) == (edge, weight)
        assert float(bias.replace("−", "-").replace(",", "")) == pytest.approx(-float(edge) * float(weight))
