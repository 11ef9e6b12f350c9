"""Single units, layers and walks on surfaces against numbers that were got in another way."""

import math
from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from tests.sims.readable import last, lines
from tutor.errors import UsageError
from tutor.sims.table import find_simulation


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
