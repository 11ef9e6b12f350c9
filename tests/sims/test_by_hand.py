"""Each simulation against numbers that were got in another way: by hand, by loops, or by a closed form."""

import json
import math
from collections.abc import Callable
from itertools import islice, pairwise, product
from typing import Any

import numpy as np
import pytest

from tutor.errors import UsageError
from tutor.sims.engine.json_lines import iterate_states, json_of_state, state_after
from tutor.sims.models.adam_view import AdamSimulation
from tutor.sims.models.backprop import COMPUTATION_ORDER
from tutor.sims.models.backprop_view import BackpropSimulation
from tutor.sims.models.conv_cost_view import ConvCostSimulation
from tutor.sims.models.dropout import Dropout


def lines(simulation: Any, steps: int) -> list[dict[str, Any]]:
    """The states as a reader of the JSON has them: nothing else is known to these tests."""
    return [
        json.loads(json.dumps(json_of_state(simulation, state)))["state"]
        for state in islice(iterate_states(simulation), steps + 1)
    ]


# -- conv-cost


def counted(height: int, width: int, channels: int, kernels: int, kernel: int, stride: int, padding: int) -> Any:
    """Both counts by sliding the windows and counting each product."""
    tops = range(-padding, height + padding - kernel + 1, stride)
    lefts = range(-padding, width + padding - kernel + 1, stride)
    places = sum(1 for _ in product(tops, lefts))
    standard = depthwise = pointwise = 0
    for _ in product(tops, lefts):
        depthwise += sum(1 for _ in product(range(channels), range(kernel), range(kernel)))
        pointwise += sum(1 for _ in product(range(kernels), range(channels)))
        standard += kernels * sum(1 for _ in product(range(channels), range(kernel), range(kernel)))
    return len(tops), len(lefts), places, standard, depthwise, pointwise


@pytest.mark.parametrize(
    "sizes", [(12, 12, 3, 256, 5, 1, 0), (12, 12, 3, 125, 5, 1, 0), (7, 9, 2, 3, 3, 2, 1), (5, 5, 1, 1, 5, 4, 0)]
)
def test_conv_cost_agrees_with_counting_every_product(sizes: tuple[int, ...]) -> None:
    names = ("height", "width", "channels", "kernels", "kernel", "stride", "padding")
    last = lines(ConvCostSimulation.build(**dict(zip(names, sizes, strict=True))), 20)[-1]
    rows, columns, _, standard, depthwise, pointwise = counted(*sizes)
    assert (last["out_height"], last["out_width"]) == (rows, columns)
    assert last["standard"]["multiplications"] == standard
    assert last["depthwise"]["multiplications"] == depthwise
    assert last["pointwise"]["multiplications"] == pointwise
    assert last["separable"]["multiplications"] == depthwise + pointwise
    assert last["ratio"] == pytest.approx((depthwise + pointwise) / standard, rel=1e-15)
    _, _, channels, kernels, kernel, _, _ = sizes
    assert last["standard"]["parameters"] == np.zeros((kernels, channels, kernel, kernel)).size
    assert last["separable"]["parameters"] == np.zeros((channels, kernel, kernel)).size + kernels * channels


# Howard et al., "MobileNets", 2017, table 1: rows (and columns) in, channels in, channels out, stride.
PAIRS = [
    (112, 32, 64, 1),
    (112, 64, 128, 2),
    (56, 128, 128, 1),
    (56, 128, 256, 2),
    (28, 256, 256, 1),
    (28, 256, 512, 2),
    *[(14, 512, 512, 1)] * 5,
    (14, 512, 1024, 2),
    (7, 1024, 1024, 1),
]


def test_a_published_mobile_network_comes_out_layer_by_layer() -> None:
    def cost(size: int, channels: int, kernels: int, stride: int) -> dict[str, Any]:
        sides = {"height": size, "width": size, "kernel": 3, "stride": stride, "padding": 1}
        return lines(ConvCostSimulation.build(**sides, channels=channels, kernels=kernels), 20)[-1]

    first, classes = cost(224, 3, 32, 2)["standard"], 1024 * 1000
    pairs = [cost(*pair) for pair in PAIRS]
    totals = {
        (form, count): first[count] + classes + sum(layer[form][count] for layer in pairs)
        for form in ("separable", "standard")
        for count in ("multiplications", "parameters")
    }
    # Table 4 of the paper, in millions.
    assert round(totals["separable", "multiplications"] / 1e6) == 569
    assert round(totals["separable", "parameters"] / 1e6, 1) == 4.2
    assert totals["standard", "multiplications"] / 1e6 == pytest.approx(4866, abs=2)
    assert round(totals["standard", "parameters"] / 1e6, 1) == 29.3


def test_a_kernel_larger_than_the_padded_image_is_refused_with_the_range() -> None:
    with pytest.raises(UsageError, match="give at most 12, the padded height, or more padding"):
        ConvCostSimulation.build(kernel=13)
    assert ConvCostSimulation.build(kernel=13, padding=1).start().kernel == 13


# -- backprop


def by_hand(state: dict[str, Any], activation: str) -> dict[str, list[float]]:
    """All of one pass from x, y, w and b with scalar arithmetic only."""
    functions: dict[str, Callable[[float], float]] = {
        "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
        "tanh": math.tanh,
        "relu": lambda z: max(0.0, z),
        "linear": lambda z: z,
    }
    slopes: dict[str, Callable[[float], float]] = {
        "sigmoid": lambda z: math.exp(-z) / (1 + math.exp(-z)) ** 2,
        "tanh": lambda z: 1 / math.cosh(z) ** 2,
        "relu": lambda z: float(z > 0),
        "linear": lambda z: 1.0,
    }
    f, slope = functions[activation], slopes[activation]
    (w1, w2, w3), (b1, b2, b3), x, y = state["w"], state["b"], state["x"], state["y"]
    z1 = w1 * x + b1
    z2 = w2 * f(z1) + b2
    z3 = w3 * f(z2) + b3
    d3 = (f(z3) - y) * slope(z3)
    d2 = d3 * w3 * slope(z2)
    d1 = d2 * w2 * slope(z1)
    return {
        "z": [z1, z2, z3],
        "v": [f(z1), f(z2), f(z3)],
        "cost": [(y - f(z3)) ** 2 / 2],
        "dv": [d2 * w2, d3 * w3, f(z3) - y],
        "delta": [d1, d2, d3],
        "dw": [d1 * x, d2 * f(z1), d3 * f(z2)],
        "db": [d1, d2, d3],
    }


@pytest.mark.parametrize("activation", ["sigmoid", "tanh", "relu", "linear"])
def test_backprop_can_be_redone_by_hand_over_several_passes(activation: str) -> None:
    simulation = BackpropSimulation.build(
        activation=activation, x=0.7, y=-0.4, w1=1.1, w2=0.6, w3=-0.9, b1=0.2, b2=0.1, b3=0.3
    )
    states = lines(simulation, 65)
    for number, state in enumerate(states[1:], 1):
        whole = by_hand(states[(number - 1) // 20 * 20], activation)
        for key, expected in whole.items():
            found = state[key] if isinstance(state[key], list) else [state[key]]
            for value, right in zip(found, expected, strict=True):
                assert value is None or value == pytest.approx(right, rel=1e-9, abs=1e-15)
        if state["current"] == "update":
            before = states[number - 1]
            for key, gradient in (("w", "dw"), ("b", "db")):
                moved = [old - 0.5 * g for old, g in zip(before[key], before[gradient], strict=True)]
                assert state[key] == pytest.approx(moved, rel=1e-12)


def test_backprop_computes_one_quantity_a_step_in_the_order_of_the_notes() -> None:
    states = lines(BackpropSimulation.build(), 41)
    assert [state["current"] for state in states] == [None, *COMPUTATION_ORDER, *COMPUTATION_ORDER, "z1"]
    assert [state["iteration"] for state in states] == [0] * 21 + [1] * 20 + [2]
    assert [states[n]["phase"] for n in (1, 7, 8, 19, 20, 21)] == [
        "forward",
        "cost",
        "backward",
        "backward",
        "update",
        "forward",
    ]
    assert states[21]["v"] == [None] * 3


def test_the_chain_rule_of_the_notes_gives_the_same_gradient() -> None:
    state = lines(BackpropSimulation.build(), 19)[-1]
    s = [v * (1 - v) for v in state["v"]]
    product_of_slopes = s[2] * s[1] * s[0] * state["w"][2] * state["w"][1] * state["x"]
    assert state["dw"][0] == pytest.approx((state["v"][2] - state["y"]) * product_of_slopes, rel=1e-12)


# -- adam


def test_adams_first_three_steps_on_the_ravine_are_those_of_algorithm_1() -> None:
    theta, m, v = [-2.0, 1.0], [0.0, 0.0], [0.0, 0.0]
    for t, state in enumerate(lines(AdamSimulation.build(), 3)[1:], 1):
        g = [theta[0] / 2, 15 * theta[1]]
        for i in (0, 1):
            m[i] = 0.9 * m[i] + 0.1 * g[i]
            v[i] = 0.999 * v[i] + 0.001 * g[i] ** 2
            theta[i] -= 0.1 * (m[i] / (1 - 0.9**t)) / (math.sqrt(v[i] / (1 - 0.999**t)) + 1e-8)
        assert state["g"] == pytest.approx(g, rel=1e-12)
        assert state["m"] == pytest.approx(m, rel=1e-12)
        assert state["v"] == pytest.approx(v, rel=1e-12)
        assert state["theta"] == pytest.approx(theta, rel=1e-12)
        assert state["loss"] == pytest.approx(theta[0] ** 2 / 4 + 7.5 * theta[1] ** 2, rel=1e-12)


ADDITIONS: list[dict[str, Any]] = [
    {},
    {"noise": 0.3},
    {"decay": 0.2, "l2": 0.3},
    {"schedule": "cosine", "schedule_steps": 20},
    {"schedule": "warm-up", "schedule_steps": 80, "decay": 0.1},
]
"""What can be added to each rule."""


@pytest.mark.parametrize("optimizer", ["adam", "sgd", "momentum", "rmsprop", "nesterov adam", "nesterov momentum"])
@pytest.mark.parametrize("added", ADDITIONS, ids=str)
def test_every_optimizer_can_be_redone_from_the_states_alone(optimizer: str, added: dict[str, Any]) -> None:
    *nesterov, rule = optimizer.split()
    simulation = AdamSimulation.build(
        optimizer=rule,
        nesterov=bool(nesterov),
        function="two-valleys",
        beta1=0.8,
        beta2=0.95,
        epsilon=1e-4,
        learning_rate=0.07,
        **added,
    )
    states = lines(simulation, 25)
    for before, after in pairwise(states):
        a, b1, b2, eps, t = (after[key] for key in ("rate", "beta1", "beta2", "epsilon", "t"))
        assert after["nesterov"] == bool(nesterov)
        for i in (0, 1):
            g, x = after["g"][i], before["theta"][i]
            if not simulation.noise:
                slope = (x**3 - x + 0.1, x)[i]
                assert g == pytest.approx(slope + after["l2"] * x, rel=1e-12, abs=1e-15)
            match rule:
                case "sgd":
                    step = g
                case "momentum":
                    assert after["m"][i] == pytest.approx(b1 * before["m"][i] + g, rel=1e-12)
                    step = b1 * after["m"][i] + g if nesterov else after["m"][i]
                case "rmsprop":
                    assert after["v"][i] == pytest.approx(b2 * before["v"][i] + (1 - b2) * g**2, rel=1e-12)
                    step = g / (math.sqrt(after["v"][i]) + eps)
                case _:
                    assert after["m_hat"][i] == pytest.approx(after["m"][i] / (1 - b1**t), rel=1e-12)
                    assert after["v_hat"][i] == pytest.approx(after["v"][i] / (1 - b2**t), rel=1e-12)
                    ahead = b1 * after["m_hat"][i] + (1 - b1) * g / (1 - b1**t)
                    step = (ahead if nesterov else after["m_hat"][i]) / (math.sqrt(after["v_hat"][i]) + eps)
            update = a * step + a * after["decay"] * before["theta"][i]
            assert after["update"][i] == pytest.approx(update, rel=1e-9)
            assert after["theta"][i] == pytest.approx(before["theta"][i] - update, rel=1e-12)
    kept = {"adam": "m v m_hat v_hat", "sgd": "", "momentum": "m", "rmsprop": "v"}[rule].split()
    assert [key for key in ("m", "v", "m_hat", "v_hat") if states[-1][key] is not None] == kept


def test_the_rate_follows_its_schedule() -> None:
    def rates(schedule: str) -> list[float]:
        return [s["rate"] for s in lines(AdamSimulation.build(schedule=schedule, schedule_steps=20), 24)[1:]]

    assert rates("constant") == [0.1] * 24
    cosine = rates("cosine")
    assert cosine[0] == 0.1
    assert cosine[10] == pytest.approx(0.05)
    assert cosine[5] == pytest.approx(0.05 + 0.05 * math.sqrt(0.5))
    assert cosine[20:] == pytest.approx([0.0] * 4)
    assert rates("warm-up") == pytest.approx([0.05] + [0.1] * 23)


def test_nesterovs_walk_is_that_of_a_gradient_taken_one_step_ahead() -> None:
    """Nesterov's own form, y ← θ − α β m, m ← β m + ∇f(y), in the variable θ̃ = θ − α β m."""
    walked = lines(AdamSimulation.build(optimizer="momentum", nesterov=True, learning_rate=0.03), 40)
    theta, m = np.array([-2.0, 1.0]), np.zeros(2)
    for state in walked[1:]:
        ahead = theta - 0.03 * 0.9 * m
        m = 0.9 * m + ahead * np.array([0.5, 15.0])
        theta = theta - 0.03 * m
        assert state["theta"] == pytest.approx(list(theta - 0.03 * 0.9 * m), abs=1e-12)


def test_momentum_takes_rates_almost_twice_as_large_as_plain_descent_and_no_larger() -> None:
    """With curvature a plain descent stays within 2/a, momentum within 2(1 + β)/a."""
    for optimizer, limit in (("sgd", 2 / 15), ("momentum", 2 * 1.9 / 15)):
        low, high = (
            lines(AdamSimulation.build(optimizer=optimizer, learning_rate=limit * factor), 400)[-1]
            for factor in (0.99, 1.01)
        )
        assert low["loss"] < 0.1
        assert high["loss"] > 100 or high.get("diverged")


def test_adams_step_is_no_longer_than_the_learning_rate_when_the_gradient_is_steady() -> None:
    first = lines(AdamSimulation.build(), 1)[1]
    assert all(abs(part) <= 0.1 for part in first["update"])


def test_noise_comes_from_seed_and_step_alone() -> None:
    one, other = (lines(AdamSimulation.build(noise=1.0, seed=seed), 5) for seed in (1, 2))
    assert one == lines(AdamSimulation.build(noise=1.0, seed=1), 5)
    assert one[1]["g"] != other[1]["g"]


# -- dropout


@pytest.mark.parametrize("mode", ["inverted", "classic"])
@pytest.mark.parametrize("training", [True, False])
def test_dropout_can_be_redone_from_the_state_alone(mode: str, training: bool) -> None:
    simulation = Dropout.build(mode=mode, training=training, p=0.3, width=5, seed=11, x="0.5,-1,2")
    total = 0.0
    for number, s in enumerate(lines(simulation, 20)):
        h = [max(0.0, sum(a * b for a, b in zip(row, s["x"], strict=True))) for row in s["w"]]
        assert s["h"] == pytest.approx(h, rel=1e-12)
        assert s["out_full"] == pytest.approx(sum(a * b for a, b in zip(s["w_out"], h, strict=True)), rel=1e-12)
        if number == 0:
            assert s["mask"] is s["out"] is s["dh"] is None
            continue
        if not training:
            assert s["mask"] == [1] * 5
        scale = {(True, "inverted"): 1 / 0.7, (False, "classic"): 0.7}.get((training, mode), 1.0)
        dropped = [a * on * scale for a, on in zip(h, s["mask"], strict=True)]
        assert s["h_dropped"] == pytest.approx(dropped, rel=1e-12)
        assert s["dw_out"] == s["h_dropped"]
        assert s["dh"] == pytest.approx(
            [w * on * scale for w, on in zip(s["w_out"], s["mask"], strict=True)], rel=1e-12
        )
        out = sum(a * b for a, b in zip(s["w_out"], dropped, strict=True))
        total += out
        assert s["out"] == pytest.approx(out, rel=1e-12, abs=1e-15)
        assert s["out_mean"] == pytest.approx(total / number, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("mode", "share"), [("inverted", 1.0), ("classic", 0.7)])
def test_the_mean_over_all_masks_is_the_full_output_or_its_share(mode: str, share: float) -> None:
    state = lines(Dropout.build(mode=mode, p=0.3, width=6), 1)[1]
    h, w = state["h"], state["w_out"]
    scale = 1 / 0.7 if mode == "inverted" else 1.0
    mean = sum(
        0.7 ** sum(mask) * 0.3 ** (6 - sum(mask)) * sum(scale * w[i] * h[i] * mask[i] for i in range(6))
        for mask in product((0, 1), repeat=6)
    )
    assert mean == pytest.approx(share * state["out_full"], rel=1e-12)


def test_units_are_off_as_often_as_p_says() -> None:
    simulation = Dropout.build(p=0.2, width=64)
    off = [1 - np.mean(state.mask) for state in islice(iterate_states(simulation), 1, 400) if state.mask]
    assert float(np.mean(off)) == pytest.approx(0.2, abs=4 * math.sqrt(0.2 * 0.8 / (64 * 399)))


def test_lists_of_the_wrong_length_are_refused_with_the_right_one() -> None:
    with pytest.raises(UsageError, match=r"Weights W: give 16 numbers, for 8 units × 2 inputs, or none \(it has 3"):
        Dropout.build(w="1,2,3")
    with pytest.raises(UsageError, match="Output weights: give 8 numbers, one for each unit"):
        Dropout.build(w_out="1")
    given = Dropout.build(width=2, x="1,2", w="1,2,3,4", w_out="1,-1")
    assert state_after(given, 0).h == (5.0, 11.0)
