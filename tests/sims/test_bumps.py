"""The bumps of two sigmoids against loops, a bound on their error, and what the lesson says of width and depth."""

import math

import numpy as np
import pytest

from tests.sims.readable import lines


def by_hand(x: float, units: list[tuple[float, float, float]]) -> float:
    """Σ v σ(w x + b), the sigmoid as it is written in the lesson; a huge power is 0 or infinity."""
    return sum(v / (1 + math.exp(min(700.0, -(w * x + b)))) for w, b, v in units)


@pytest.mark.parametrize("target", ["wave", "peak", "jump"])
def test_the_output_is_the_sum_of_the_units_that_the_state_lists(target: str) -> None:
    for state in lines("bumps", 4, target=target, bumps=4, steepness=7.0):
        units = list(zip(state["w"], state["b"], state["v"], strict=True))
        assert len(units) == 2 * state["step"]
        wanted = [by_hand(x, units) for x in state["x"]]
        assert state["output"] == pytest.approx(wanted, rel=1e-9, abs=1e-12)
        off = [abs(o - t) for o, t in zip(wanted, state["y"], strict=True)]
        assert state["error_mean"] == pytest.approx(sum(off) / len(off), abs=1e-12)
        assert state["error_max"] == pytest.approx(max(off), abs=1e-12)


@pytest.mark.parametrize("bumps", [5, 20, 80])
def test_steep_bumps_are_off_by_no_more_than_the_steepest_slope_allows(bumps: int) -> None:
    last = lines("bumps", bumps, bumps=bumps, steepness=1000.0)[-1]
    steepest = 0.4 * 2 * math.pi
    assert 0.8 * steepest / (2 * bumps) < last["error_max"] <= 1.001 * steepest / (2 * bumps)


def test_at_a_jump_more_bumps_lessen_the_mean_error_and_not_the_largest() -> None:
    few, many = (lines("bumps", n, target="jump", bumps=n)[-1] for n in (10, 40))
    assert many["error_mean"] < few["error_mean"] / 3
    assert many["error_max"] > 0.5


def test_ten_layers_of_two_units_fold_the_line_into_1024_pieces() -> None:
    x = np.arange(1025) / 1024
    folded = x
    for layers in range(1, 11):
        folded = 2 * np.maximum(0, folded) - 4 * np.maximum(0, folded - 0.5)
        slopes = np.diff(folded) * 1024
        assert abs(slopes) == pytest.approx(2.0**layers)
        assert 1 + np.count_nonzero(np.diff(np.sign(slopes))) == 2**layers
