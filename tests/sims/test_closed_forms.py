"""The simulations of data and shapes against numbers that were got in another way."""

import json
import math
from collections.abc import Callable
from itertools import islice, pairwise, product
from typing import Any

import numpy as np
import pytest

from tutor.errors import UsageError
from tutor.sims.engine.json_lines import iterate_states, json_of_state
from tutor.sims.engine.simulation import Simulation
from tutor.sims.table import find_simulation


def lines(name: str, steps: int, **values: Any) -> list[dict[str, Any]]:
    """The states as a reader of the JSON has them."""
    simulation = find_simulation(name).build(**values)
    return [as_read(simulation, state) for state in islice(iterate_states(simulation), steps + 1)]


def last(name: str, steps: int, **values: Any) -> dict[str, Any]:
    """The last of them."""
    simulation = find_simulation(name).build(**values)
    *_, state = islice(iterate_states(simulation), steps + 1)
    return as_read(simulation, state)


def as_read(simulation: Simulation[Any], state: Any) -> dict[str, Any]:
    """A state as its line of JSON gives it."""
    read: dict[str, Any] = json.loads(json.dumps(json_of_state(simulation, state)))["state"]
    return read


# -- neuron, pointwise, softmax


def test_the_neuron_adds_bends_and_draws_a_line() -> None:
    s = last("neuron", 5, w1=0.7, w2=-1.3, bias=0.4, x1=0.2, x2=0.9, activation="tanh", dataset="xor", seed=3)
    z = 0.7 * 0.2 - 1.3 * 0.9 + 0.4
    assert s["z"] == pytest.approx(z, rel=1e-12)
    assert s["h"] == pytest.approx(math.tanh(z), rel=1e-12)
    assert s["boundary"] == [0.7, -1.3, 0.4]
    right = [(0.7 * a - 1.3 * b + 0.4 > 0) == (label == 1) for a, b, label in s["points"]]
    assert s["accuracy"] == pytest.approx(sum(right) / len(right))
    assert all(label == (1 if a * b > 0 else -1) for a, b, label in s["points"])


def test_pointwise_fills_one_entry_a_step_and_its_jacobian_is_diagonal() -> None:
    found = lines("pointwise", 9, x="-1,0.5,3", activation="sigmoid")
    assert [[y is not None for y in s["y"]] for s in found] == [[k < n for k in range(3)] for n in range(4)]
    for i, x in enumerate((-1, 0.5, 3)):
        value = 1 / (1 + math.exp(-x))
        assert found[-1]["y"][i] == pytest.approx(value, rel=1e-12)
        for j in range(3):
            assert found[-1]["jacobian"][i][j] == pytest.approx(value * (1 - value) if i == j else 0, rel=1e-12)


@pytest.mark.parametrize(("logits", "target"), [((2, 1, 0.1), 0), ((-3, 4), 1), ((0.5, 0.5, 0.5, 7), 2)])
def test_softmax_and_its_gradient_are_the_slopes_of_the_loss(logits: tuple[float, ...], target: int) -> None:
    s = last("softmax", 6, logits=logits, target=target)

    def loss(v: list[float]) -> float:
        return math.log(sum(math.exp(x - v[target]) for x in v))

    assert s["loss"] == pytest.approx(loss(list(logits)), rel=1e-12)
    assert sum(s["probs"]) == pytest.approx(1, rel=1e-12)
    assert s["log_probs"] == pytest.approx([math.log(p) for p in s["probs"]], rel=1e-12)
    for i in range(len(logits)):
        up, down = list(logits), list(logits)
        up[i] += 1e-6
        down[i] -= 1e-6
        assert s["gradient"][i] == pytest.approx((loss(up) - loss(down)) / 2e-6, abs=1e-8)


def test_one_logit_is_the_sigmoid_form_of_two_classes() -> None:
    for target in (0, 1):
        one, two = last("softmax", 6, logits="0.8", target=target), last("softmax", 6, logits="0,0.8", target=target)
        assert one["loss"] == pytest.approx(two["loss"], rel=1e-12)
        assert one["gradient"][0] == pytest.approx(two["gradient"][1], rel=1e-12)
    with pytest.raises(UsageError, match="Target class: give one of the classes: they are 0 to 2"):
        find_simulation("softmax").build(target=3)


# -- surfaces and walks


def test_descent_on_the_bowl_shrinks_by_the_same_factor_each_step() -> None:
    for t, s in enumerate(lines("descent", 30, learning_rate=0.3, start="2,-1")):
        assert s["w"] == pytest.approx([2 * 0.7**t, -(0.7**t)], rel=1e-12)
        assert s["gradient_norm"] == pytest.approx(math.hypot(*s["w"]), rel=1e-12)


@pytest.mark.parametrize(
    ("values", "converged"),
    [
        ({}, True),
        ({"function": "ravine"}, True),
        ({"function": "two-valleys"}, True),
        ({"function": "saddle", "start": "-1.5,0"}, False),
        ({"function": "errors"}, False),
        ({"function": "plateau", "start": "900,900"}, False),
    ],
)
def test_converged_is_said_only_of_a_minimum(values: dict[str, Any], converged: bool) -> None:
    s = last("descent", 20_000, **values)
    assert s["gradient_norm"] <= 1e-6
    assert s["converged"] is converged


def test_from_the_two_sides_of_the_ridge_descent_ends_in_two_valleys() -> None:
    right = last("descent", 20_000, function="two-valleys", start="1.6,1")
    left = last("descent", 20_000, function="two-valleys", start="-0.5,1")
    roots = sorted(float(r.real) for r in np.roots([1, 0, -1, 0.1]))
    assert right["w"][0] == pytest.approx(roots[2], abs=1e-5)
    assert left["w"][0] == pytest.approx(roots[0], abs=1e-5)
    assert left["loss"] < right["loss"]


def test_the_grid_looks_everywhere_and_descent_only_where_it_stands() -> None:
    found = lines("loss-surface", 200, grid=11, seed=4)
    full = next(s for s in found if len(s["losses"]) == 11)
    x, y = np.array(full["x"]), np.array(full["y"])
    axis = full["axis"]
    for r, c in product(range(11), repeat=2):
        out = 1 / (1 + np.exp(-(x @ [axis[c], axis[r]])))
        assert full["losses"][r][c] == pytest.approx(float(np.mean((out - y) ** 2)) / 2, rel=1e-12)
    assert full["evaluations"] == 121
    assert full["best_loss"] == min(min(row) for row in full["losses"])
    assert found[-1]["descent_evaluations"] == 60
    assert found[-1]["descent_loss"] <= full["best_loss"] * 1.02


# -- overfit, penalty, minibatch


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
    chance = np.random.default_rng(0)
    for s in lines("overfit", 30, points=10, degree=9, beyond=30, outliers=0)[5::5]:
        basis, c = np.polynomial.legendre.legvander(np.array(s["x"]), s["degree"]), np.array(s["coefficients"])
        assert s["train_mse"] < 1e-20
        free = np.eye(len(c)) - np.linalg.pinv(basis) @ basis
        for _ in range(5):
            other = c + free @ chance.normal(size=len(c))
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


# -- vanishing, batchnorm


@pytest.mark.parametrize("shortcut", [False, True])
@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_the_product_of_factors_is_the_slope_of_the_whole_chain(activation: str, shortcut: bool) -> None:
    functions: dict[str, Callable[[float], float]] = {
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
        "tanh": math.tanh,
        "relu": lambda z: max(0.0, z),
        "linear": lambda z: z,
    }
    f = functions[activation]

    def chain(v: float) -> float:
        for _ in range(6):
            v = f(0.8 * v) + (v if shortcut else 0)
        return v

    found = lines("vanishing", 50, depth=6, weight=0.8, x=0.6, activation=activation, shortcut=shortcut)
    slope = (chain(0.6 + 1e-6) - chain(0.6 - 1e-6)) / 2e-6
    assert found[-1]["gradient"] == pytest.approx(slope, rel=1e-6)
    assert found[-1]["forward_v"][-1] == pytest.approx(chain(0.6), rel=1e-12)
    assert len(found) == 7
    assert [s["layer"] for s in found] == [7, 6, 5, 4, 3, 2, 1]
    assert found[3]["gradients"] == pytest.approx([math.prod(s["factor"] for s in found[1 : k + 1]) for k in range(4)])


def test_sigmoid_factors_are_at_most_a_quarter() -> None:
    assert all(s["factor"] <= 0.25 for s in lines("vanishing", 10)[1:])
    assert last("vanishing", 10)["gradient"] < 4.0**-10 * 1.0001


def test_batch_statistics_and_running_averages_are_those_of_the_frameworks() -> None:
    running_mean, running_var = np.zeros(3), np.ones(3)
    for s in lines("batchnorm", 15, features=3, batch=7, gamma=2, beta=-1, momentum=0.3, seed=9)[5::5]:
        x = np.array(s["x"])
        assert s["mean"] == pytest.approx([sum(col) / 7 for col in zip(*s["x"], strict=True)], rel=1e-12)
        assert s["var"] == pytest.approx(np.var(x, axis=0).tolist(), rel=1e-12)
        x_hat = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
        assert np.array(s["x_hat"]) == pytest.approx(x_hat, rel=1e-9)
        assert np.array(s["y"]) == pytest.approx(2 * x_hat - 1, rel=1e-9)
        running_mean = 0.7 * running_mean + 0.3 * x.mean(0)
        running_var = 0.7 * running_var + 0.3 * np.var(x, axis=0, ddof=1)
        assert s["running_mean"] == pytest.approx(running_mean.tolist(), rel=1e-12)
        assert s["running_var"] == pytest.approx(running_var.tolist(), rel=1e-12)


def test_after_training_the_running_statistics_are_used_and_stay() -> None:
    s = last("batchnorm", 15, training=False)
    assert (s["running_mean"], s["running_var"]) == ([0, 0], [1, 1])
    assert np.array(s["y"]) == pytest.approx(np.array(s["x"]) / math.sqrt(1 + 1e-5), rel=1e-12)


# -- manifold, autoencoder


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
        gradient = rules._gradient(state.noisy, state.weights, state.points)

        def loss(w: np.ndarray, rules: Autoencoder = rules, state: Any = state) -> float:
            return float(np.mean((rules._forward(state.noisy, rules._parts(w))[-1] - state.points) ** 2))

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


# -- convolution, separable


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


@pytest.mark.parametrize("optimizer", ["sgd", "momentum"])
@pytest.mark.parametrize("degrees", [30, 45, -90, 180])
def test_a_rotated_surface_turns_the_walk_of_a_rule_that_has_no_axes(optimizer: str, degrees: int) -> None:
    plain = lines("adam", 20, optimizer=optimizer)
    turned = lines("adam", 20, optimizer=optimizer, rotation=degrees)
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    for one, other in zip(plain, turned, strict=True):
        x, y = one["theta"]
        assert other["theta"] == pytest.approx([c * x - s * y, s * x + c * y], abs=1e-12)
        assert other["loss"] == pytest.approx(one["loss"], rel=1e-9)


def test_adam_rescales_only_along_the_axes() -> None:
    losses = [last("adam", 100, rotation=degrees)["loss"] for degrees in (0, 45, 90)]
    assert losses[1] > 100 * losses[0]
    assert losses[2] == pytest.approx(losses[0], rel=1e-6)


def test_without_validation_points_there_is_no_validation_error() -> None:
    assert [s["validation_mse"] for s in lines("overfit", 3, validation=0)] == [None] * 4


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


def largest_factor(rate: float, beta: float, curvature: float, ahead: bool) -> float:
    """By what factor momentum multiplies a distance in the long run: from the matrix of one step on (θ, θ before)."""
    left = 1 - rate * curvature
    matrix = [[(1 + beta) * left, -beta * left], [1, 0]] if ahead else [[left + beta, -beta], [1, 0]]
    return float(max(abs(np.linalg.eigvals(np.array(matrix)))))


def test_the_best_momentum_of_the_lesson_is_the_best_there_is() -> None:
    root, low, high = math.sqrt(30), 0.5, 15.0
    beta, rate = ((root - 1) / (root + 1)) ** 2, (2 / (math.sqrt(high) + math.sqrt(low))) ** 2
    worst = max(largest_factor(rate, beta, a, False) for a in np.linspace(low, high, 60))
    assert worst == pytest.approx((root - 1) / (root + 1), rel=1e-6)
    for other_rate in rate * np.linspace(0.4, 1.6, 13):
        for other_beta in np.linspace(0, 0.95, 20):
            assert max(largest_factor(other_rate, other_beta, a, False) for a in (low, high)) >= worst - 1e-9


@pytest.mark.parametrize("ahead", [False, True])
@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9])
def test_momentum_diverges_above_the_rate_that_the_lesson_names(ahead: bool, beta: float) -> None:
    limit = 2 * (1 + beta) / ((1 + 2 * beta if ahead else 1) * 15)
    assert largest_factor(0.999 * limit, beta, 15, ahead) < 1 < largest_factor(1.001 * limit, beta, 15, ahead)
    kept = {"optimizer": "momentum", "nesterov": ahead, "beta1": beta}
    inside, outside = (last("adam", 300, learning_rate=share * limit, **kept) for share in (0.97, 1.03))
    assert abs(inside["theta"][1]) < 0.1
    assert abs(outside["theta"][1]) > 1


def test_the_product_of_nesterovs_two_factors_is_the_one_of_the_lesson() -> None:
    for beta, share in ((0.9, 0.3), (0.5, 0.8)):
        matrix = np.array([[(1 + beta) * (1 - share), -beta * (1 - share)], [1, 0]])
        assert np.prod(np.linalg.eigvals(matrix)).real == pytest.approx(beta * (1 - share))
    a, b, c = lines("adam", 2, optimizer="momentum", nesterov=True, beta1=0.9, learning_rate=0.02)
    left, beta = 1 - 0.02 * 15, 0.9
    assert c["theta"][1] == pytest.approx(left * ((1 + beta) * b["theta"][1] - beta * a["theta"][1]), rel=1e-9)


def test_newtons_method_arrives_in_one_step_on_every_quadratic_and_anywhere_level() -> None:
    for name in ("bowl", "ravine"):
        one = last("descent", 1, function=name, method="newton", learning_rate=1.0)
        assert one["w"] == pytest.approx([0, 0], abs=1e-6)
        assert one["converged"]
    saddle = last("descent", 4, function="saddle", method="newton", learning_rate=1.0)
    assert saddle["w"] == pytest.approx([0, 0], abs=1e-6)
    assert not saddle["converged"]
    away = lines("descent", 6, function="plateau", method="newton", learning_rate=1.0)
    assert all(late["loss"] > early["loss"] for early, late in pairwise(away))


def test_newtons_direction_solves_its_equations_and_the_curvatures_are_those_of_the_formula() -> None:
    for s in lines("descent", 6, function="two-valleys", method="newton", learning_rate=0.7):
        (a, b), (c, d) = s["hessian"]
        assert (a, d) == pytest.approx((3 * s["w"][0] ** 2 - 1, 1), rel=1e-6)
        assert (b, c) == (0, 0)
        assert [a * s["direction"][0], d * s["direction"][1]] == pytest.approx(s["gradient"], rel=1e-9, abs=1e-12)


def test_a_clipped_gradient_keeps_its_direction_and_is_no_longer_than_the_limit() -> None:
    states = lines("descent", 60, function="two-valleys", start="6,1", clip=5.0)
    assert {len(s["direction"]) for s in states} == {2}
    for s, after in pairwise(states):
        (x, y), (u, v) = s["gradient"], s["direction"]
        assert x * v == pytest.approx(y * u, abs=1e-9)
        assert math.hypot(u, v) == pytest.approx(min(5.0, s["gradient_norm"]))
        assert after["w"] == pytest.approx([s["w"][0] - 0.1 * u, s["w"][1] - 0.1 * v])
    assert states[-1]["loss"] < -0.15
    assert last("descent", 60, function="two-valleys", start="6,1")["step"] < 10
