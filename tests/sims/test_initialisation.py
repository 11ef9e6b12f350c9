"""The size of signals with their first weights, against closed forms averaged over many networks."""

import math
from itertools import islice

import numpy as np
import pytest

from tutor.sims.engine.chart import Chart
from tutor.sims.engine.json_lines import iterate_states
from tutor.sims.engine.player import Player
from tutor.sims.models.initialisation import Initialisation, InitialisationState


def at_end(**given: object) -> InitialisationState:
    *_, last = iterate_states(Initialisation.build(**given))
    return last


@pytest.mark.parametrize(
    ("scheme", "activation", "gain"),
    [
        ("he", "relu", 1.0),
        ("glorot", "relu", 0.5),
        ("large", "relu", 24 / 2),
        ("glorot", "linear", 1.0),
        ("he", "linear", 2.0),
        ("small", "linear", 24 * 1e-4),
    ],
)
def test_over_many_networks_the_mean_square_grows_as_the_variance_argument_says(
    scheme: str, activation: str, gain: float
) -> None:
    """E[a²] is multiplied by n σ² E[f′²] at each layer, forward and back; this is exact over all draws."""
    count, depth = 160, 3
    forward, backward = [], []
    for seed in range(count):
        state = at_end(scheme=scheme, activation=activation, depth=depth, width=24, samples=40, seed=seed)
        forward.append(state.forward_rms[-1] ** 2 / gain**depth)
        backward.append(state.backward_std[-1] ** 2 / gain**depth)  # its mean is 0 but for a share of 1/samples
    for found in (forward, backward):
        error = float(np.std(found)) / math.sqrt(count)
        assert float(np.mean(found)) == pytest.approx(1.0, abs=4 * error + 0.01)
        assert error < 0.1


def test_a_relu_layer_halves_the_mean_square_but_not_the_variance() -> None:
    state = at_end(scheme="he", depth=1, width=128, samples=1000)
    assert state.forward_rms[0] == pytest.approx(1.0, rel=0.05)
    assert state.forward_std[0] == pytest.approx(math.sqrt(1 - 1 / math.pi), rel=0.05)


@pytest.mark.parametrize(("scheme", "alike"), [("zeros", 1), ("same", 1), ("he", 64), ("glorot", 64), ("small", 64)])
def test_units_that_begin_alike_are_counted_once(scheme: str, alike: int) -> None:
    assert all(state.distinct in {None, alike} for state in iterate_states(Initialisation.build(scheme=scheme)))


def test_with_zeros_nothing_comes_through_and_with_equal_weights_all_units_agree() -> None:
    zeros = at_end(scheme="zeros")
    assert zeros.forward_std == zeros.backward_std == (0.0,) * 10
    one, many = at_end(scheme="same", width=1, samples=40), at_end(scheme="same", width=64, samples=40)
    assert one.distinct == many.distinct == 1
    assert len(set(np.round(many.forward_std, 12))) == 1  # a copy of a copy: 64 · 1/64 keeps it


def test_each_layer_is_one_step_forward_and_then_one_step_back() -> None:
    states = list(islice(iterate_states(Initialisation.build(depth=4)), 20))
    assert [state.layer for state in states] == [0, 1, 2, 3, 4, 4, 3, 2, 1]
    assert [len(state.forward_std) for state in states] == [0, 1, 2, 3, 4, 4, 4, 4, 4]
    assert [len(state.backward_std) for state in states] == [0, 0, 0, 0, 0, 1, 2, 3, 4]
    assert states[1].weight_std == states[-1].weight_std


def test_the_gradient_is_that_of_the_sum_of_outputs_with_random_signs() -> None:
    """By finite differences: a small network, one input nudged at a time."""
    width, samples, seed = 3, 4, 7
    x = np.random.default_rng((seed, 0)).normal(size=(samples, width))
    signs = np.random.default_rng((seed, 3)).choice([-1.0, 1.0], size=(samples, width))
    weights = [
        np.random.default_rng((seed, layer)).standard_normal((width, width)) * (2 / width) ** 0.5 for layer in (1, 2)
    ]

    def total(inputs: np.ndarray) -> float:
        for w in weights:
            inputs = np.tanh(inputs @ w.T)
        return float((signs * inputs).sum())

    found = np.zeros_like(x)
    for place in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[place] += 1e-5
        down[place] -= 1e-5
        found[place] = (total(up) - total(down)) / 2e-5
    state = at_end(scheme="he", activation="tanh", depth=2, width=width, samples=samples, seed=seed)
    assert state.backward_std[-1] == pytest.approx(float(found.std()), rel=1e-6)


def test_ten_layers_do_what_one_does_ten_times_over() -> None:
    sizes = {scheme: at_end(scheme=scheme).forward_rms[-1] for scheme in ("small", "glorot", "he", "large")}
    assert 0.5 < sizes["he"] < 2
    assert sizes["glorot"] == pytest.approx(sizes["he"] / 2**5, rel=1e-6)  # relu: half the factor is half the output
    assert sizes["small"] == pytest.approx(sizes["he"] * (0.01 / math.sqrt(2 / 64)) ** 10, rel=1e-6)
    assert sizes["large"] == pytest.approx(sizes["he"] / math.sqrt(2 / 64) ** 10, rel=1e-6)


def test_an_orthogonal_start_keeps_every_length_through_linear_layers() -> None:
    for seed in range(5):
        state = at_end(scheme="orthogonal", activation="linear", depth=50, width=16, seed=seed)
        first = state.forward_rms[0]
        assert state.forward_rms == pytest.approx([first] * 50, rel=1e-9)
        assert state.backward_std == pytest.approx([state.backward_std[0]] * 50, rel=1e-2)
        drawn = at_end(scheme="glorot", activation="linear", depth=50, width=16, seed=seed)
        assert not 0.8 < drawn.forward_rms[-1] / first < 1.25


def test_signals_that_keep_their_size_take_up_a_good_part_of_the_axis() -> None:
    """On an axis over a factor of ten, ten layers were one flat line at its middle."""
    player = Player(Initialisation.build())
    player.jump(20)
    (chart,) = player.view().pictures
    assert isinstance(chart, Chart) and chart.y_range is not None
    sizes = list(chart.marks[0].primitives()[0].coordinates("y"))
    low, high = chart.y_range
    assert low <= min(sizes) and max(sizes) <= high
    assert math.log(max(sizes) / min(sizes)) > 0.25 * math.log(high / low)
