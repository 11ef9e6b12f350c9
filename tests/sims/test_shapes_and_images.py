"""Manifolds, auto-encoders and convolutions against numbers that were got in another way."""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest

from tests.sims.readable import last, lines
from tutor.sims.engine.chart import Chart
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation


@pytest.mark.parametrize("dataset", ["s-curve", "swiss-roll", "arc"])
def test_geodesics_are_shortest_ways_and_the_sheet_follows_them(dataset: str) -> None:
    s = last("manifold", 3, dataset=dataset, seed=1, points=90)
    x, geodesic = np.array(s["points"]), np.array(s["geodesic"])
    straight = np.sqrt(((x[:, None] - x[None]) ** 2).sum(-1))
    assert (geodesic >= straight - 1e-9).all()
    assert geodesic == pytest.approx(geodesic.T)
    assert (np.diag(geodesic) == 0).all()
    edges: dict[int, dict[int, float]] = {}
    for a, b in s["edges"]:
        edges.setdefault(a, {})[b] = edges.setdefault(b, {})[a] = float(straight[a, b])
    for source in (0, 17):  # Dijkstra's algorithm, written out
        reached, open_ = {}, {source: 0.0}
        while open_:
            here = min(open_, key=lambda node: open_[node])
            reached[here] = open_.pop(here)
            for there, length in edges[here].items():
                if there not in reached:
                    open_[there] = min(open_.get(there, math.inf), reached[here] + length)
        assert geodesic[source].tolist() == pytest.approx([reached[k] for k in range(90)], rel=1e-9)
    flat = np.array(s["embedding"])
    laid = np.sqrt(((flat[:, None] - flat[None]) ** 2).sum(-1))
    upper = np.triu_indices(90, 1)
    assert np.corrcoef(laid[upper], geodesic[upper])[0, 1] > 0.95


def test_the_autoencoders_curve_beats_the_best_straight_line_on_the_arc() -> None:
    found = lines("autoencoder", 60)
    s = found[-1]
    x = np.array(s["points"])
    centred = x - x.mean(0)
    values = np.linalg.eigvalsh(centred.T @ centred)
    assert s["pca_loss"] == pytest.approx(float(values[0]) / x.size, rel=1e-9)
    assert s["loss"] == pytest.approx(float(np.mean((np.array(s["reconstruction"]) - x) ** 2)), rel=1e-12)
    assert s["loss"] < s["pca_loss"] / 10
    assert last("autoencoder", 60, activation="linear")["loss"] >= s["pca_loss"] - 1e-9


def test_the_autoencoders_gradient_is_the_slope_of_its_loss() -> None:
    from tutor.sims.models.autoencoder import Autoencoder

    for activation in ("tanh", "sigmoid", "linear"):
        rules = Autoencoder.build(activation=activation, hidden=3, latent=2)
        state = rules.start()
        gradient = rules._compute_gradient(state.noisy, state.weights, state.points)

        def loss(w: np.ndarray, rules: Autoencoder = rules, state: Any = state) -> float:
            return float(np.mean((rules._forward(state.noisy, rules._split_parameters(w))[-1] - state.points) ** 2))

        for k in range(len(state.weights)):
            step = np.zeros_like(state.weights)
            step[k] = 1e-6
            slope = (loss(state.weights + step) - loss(state.weights - step)) / 2e-6
            assert gradient[k] == pytest.approx(slope, abs=1e-8)


def test_trained_on_noisy_points_it_restores_noisy_copies_and_trained_to_copy_it_copies_the_noise() -> None:
    settings: dict[str, Any] = {"dataset": "wave", "latent": 2, "learning_rate": 0.02}
    for seed in range(5):
        copies, restores = (last("autoencoder", 60, seed=seed, noise=noise, **settings) for noise in (0.0, 0.2))
        assert copies["loss"] < 1e-4 < restores["loss"]
        assert copies["restored_error"] > 0.75 * copies["noisy_error"]
        assert restores["restored_error"] < 0.7 * restores["noisy_error"]
        inputs, points = np.array(restores["inputs"]), np.array(restores["points"])
        assert (inputs - points).std() == pytest.approx(0.2, rel=0.15)
        assert copies["inputs"] is None


@pytest.mark.parametrize(
    "values",
    [
        {
            "height": 7,
            "width": 6,
            "channels": 2,
            "kernel": 3,
            "stride": 2,
            "padding": 1,
            "filter": "random",
            "image": "noise",
        },
        {"height": 5, "width": 8, "kernel": 2, "filter": "sharpen"},
        {"height": 6, "width": 6, "kernel": 4, "padding": 2, "stride": 3, "filter": "edge"},
    ],
)
def test_the_feature_map_is_the_cross_correlation_by_loops(values: dict[str, Any]) -> None:
    found = lines("convolution", 10_000, **values)
    s = found[-1]
    image, weights = s["image"], s["kernel_weights"]
    stride, padding, size = s["stride"], s["padding"], len(weights[0])
    multiplications = 0

    def cell(c: int, i: int, j: int) -> float:
        inside = 0 <= i < len(image[0]) and 0 <= j < len(image[0][0])
        return float(image[c][i][j]) if inside else 0.0

    for row, column in product(range(len(s["feature_map"])), range(len(s["feature_map"][0]))):
        total = 0.0
        for c, i, j in product(range(len(image)), range(size), range(size)):
            total += weights[c][i][j] * cell(c, row * stride + i - padding, column * stride + j - padding)
            multiplications += 1
        assert s["feature_map"][row][column] == pytest.approx(total, abs=1e-12)
    assert s["multiplications"] == multiplications
    assert len(s["feature_map"]) == math.floor((len(image[0]) + 2 * padding - size) / stride) + 1
    assert len(found) == len(s["feature_map"]) * len(s["feature_map"][0]) + 1


@pytest.mark.parametrize("pool", [2, 3])
@pytest.mark.parametrize("steps", [1, 20, 35, 63])
def test_max_pooling_keeps_the_largest_of_each_window_that_is_full(pool: int, steps: int) -> None:
    s = last("convolution", steps, height=11, width=9, kernel=3, image="noise", filter="random", pool=pool)
    cells = s["feature_map"]
    assert (len(s["pooled"]), len(s["pooled"][0])) == (9 // pool, 7 // pool)
    for (r, row), c in product(enumerate(s["pooled"]), range(7 // pool)):
        window = [cells[r * pool + i][c * pool + j] for i, j in product(range(pool), repeat=2)]
        assert row[c] == (None if None in window else max(window))


@pytest.mark.parametrize("image", ["digit", "cross", "checker", "slope", "noise"])
@pytest.mark.parametrize("kind", ["edge", "blur", "sharpen", "identity", "random"])
def test_a_convolution_is_equivariant_and_a_stride_or_pooling_only_for_whole_strides(image: str, kind: str) -> None:
    """Shift the image by 2: with stride 1 the map shifts by 2, with stride 2 (or after pooling by 2) by 1."""
    set_up: dict[str, Any] = {"image": image, "filter": kind, "kernel": 3, "seed": 4}

    def made(key: str, **values: Any) -> list[list[float]]:
        cells: list[list[float]] = last("convolution", 10_000, **set_up, **values)[key]
        return cells

    def moved(before: list[list[float]], after: list[list[float]], by: int) -> bool:
        inside = [(row[: len(row) - by], other[by:]) for row, other in zip(before, after, strict=True)]
        return all(one == pytest.approx(other, abs=1e-12) for one, other in inside)

    assert moved(made("feature_map"), made("feature_map", shift=2), 2)
    assert moved(made("feature_map", stride=2), made("feature_map", stride=2, shift=2), 1)
    assert moved(made("pooled", pool=2), made("pooled", pool=2, shift=2), 1)
    if (image, kind) == ("digit", "edge"):  # a shift by half a stride gives other numbers, neither moved nor the same
        for key, values in (("feature_map", {"stride": 2}), ("pooled", {"pool": 2})):
            one, other = made(key, **values), made(key, shift=1, **values)
            assert not moved(one, other, 1) and one != other


@pytest.mark.parametrize(("rank", "multiplier"), [(1, 1), (3, 1), (3, 2), (3, 3), (4, 9)])
def test_a_bank_is_separable_just_when_the_multiplier_reaches_its_rank(rank: int, multiplier: int) -> None:
    s = last("separable", 9, rank=rank, multiplier=multiplier, seed=5)
    bank = np.array(s["bank"])
    assert s["ranks"] == [np.linalg.matrix_rank(bank[:, c].reshape(8, 25)) for c in range(3)] == [rank] * 3
    lost = 0.0
    for c in range(3):
        slices = bank[:, c].reshape(8, 25)
        u, values, v = np.linalg.svd(slices, full_matrices=False)
        kept = (u[:, :multiplier] * values[:multiplier]) @ v[:multiplier]
        lost += float(((slices - kept) ** 2).sum())
    assert s["error"] == pytest.approx(math.sqrt(lost / float((bank**2).sum())), abs=1e-7)
    assert (s["error"] < 1e-9) == (multiplier >= rank)


SHEETS = [("arc", math.pi), ("s-curve", 3 * math.pi), ("swiss-roll", None)]


@pytest.mark.parametrize(("dataset", "length"), SHEETS)
def test_the_true_length_is_measured_on_the_sheet_and_jumps_leave_it(dataset: str, length: float | None) -> None:
    close = last("manifold", 2, dataset=dataset, neighbours=10)
    sheet, points = np.array(close["sheet"]), np.array(close["points"])
    along = np.linalg.norm(sheet[:, None] - sheet[None], axis=-1)
    air = np.linalg.norm(points[:, None] - points[None], axis=-1)
    assert (along >= air - 1e-9).all()  # no way along the sheet is shorter than through the air
    near = (along < 0.1) & (along > 0)
    assert air[near] == pytest.approx(along[near], rel=0.02)  # up close a sheet is flat
    assert close["jumps"] == 0
    assert max(map(max, close["geodesic"])) == pytest.approx(close["true_length"], rel=0.06)
    assert length is None or close["true_length"] == pytest.approx(length, rel=0.08)
    far = last("manifold", 2, dataset=dataset, neighbours=50)
    edges = np.array(far["edges"])
    ratio = along[edges[:, 0], edges[:, 1]] / air[edges[:, 0], edges[:, 1]]
    assert far["jumps"] == int((ratio > 1.5).sum())


def test_the_two_halves_of_a_sheet_are_equally_long() -> None:
    player = Player(find_simulation("manifold").build())
    player.jump(3)
    view = player.view()
    flat = next(picture for picture in view.pictures if picture.title == "Unrolled")
    assert isinstance(flat, Chart)
    near, far = (sorted(mark.coordinates("x")) for mark in flat.primitives())
    if near[0] > far[0]:
        near, far = far, near
    lengths = near[-1] - near[0], far[-1] - far[0]
    assert max(lengths) < 1.1 * min(lengths), lengths
