"""Keyframes: apart by time, within a budget, shared parts counted once, and every state found again."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from tutor.sims.engine.keyframes import KEYFRAME_SECONDS, MAX_STEPS_BETWEEN, MIN_KEYFRAMES, Keyframes
from tutor.sims.engine.state import State, count_bytes


@dataclass(frozen=True, eq=False)
class Held(State):
    own: np.ndarray
    shared: np.ndarray


class Seen(Held):
    derived: ClassVar[frozenset[str]] = frozenset({"own"})


SHARED = np.zeros(1000)


def filled(costs: list[float], budget: int = 2**30, spacing: float = KEYFRAME_SECONDS) -> Keyframes[Held]:
    kept: Keyframes[Held] = Keyframes(budget, spacing)
    for step, seconds in enumerate(costs):
        kept.append(step, Held(step, np.full(10, step), SHARED), seconds)
    return kept


def seconds_away(kept: Keyframes[Held], costs: list[float]) -> float:
    """The longest that computing again can take, from the keyframe before a state to that state."""
    return max(sum(costs[kept.last_up_to(step)[0] + 1 : step + 1]) for step in range(len(costs)))


@pytest.mark.parametrize("cost", [1e-6, 1e-4, 1e-3, 0.02])
def test_no_state_is_farther_from_a_keyframe_than_the_spacing_and_one_step(cost: float) -> None:
    costs = [0.0, *[cost * (1 + step % 3) for step in range(1500)]]
    kept = filled(costs)
    assert seconds_away(kept, costs) < KEYFRAME_SECONDS + 3 * cost
    assert len(kept._steps) <= 2 + sum(costs) / KEYFRAME_SECONDS + len(costs) / MAX_STEPS_BETWEEN


def test_past_its_budget_they_lie_twice_as_far_apart_and_stay_even() -> None:
    costs = [0.0, *[KEYFRAME_SECONDS] * 3000]
    size = count_bytes(Held(0, np.zeros(10), np.zeros(0)))
    for spacing in (KEYFRAME_SECONDS, 0.0):
        kept = filled(costs, budget=400 * size, spacing=spacing)
        assert 100 <= len(kept._steps) <= 400
        assert kept.total_bytes <= 400 * size
        gaps = np.diff(kept._steps)
        assert set(gaps.tolist()) <= {8, 16}
    assert len(filled(costs[: MIN_KEYFRAMES + 1], budget=1)._steps) <= MIN_KEYFRAMES


def test_what_states_have_in_common_is_counted_once() -> None:
    kept = filled([KEYFRAME_SECONDS] * 50)
    assert SHARED.nbytes < kept.total_bytes < 2 * SHARED.nbytes + 50 * 300


def test_what_follows_from_the_rest_of_a_state_is_not_kept() -> None:
    kept: Keyframes[Seen] = Keyframes(2**30)
    for step in range(50):
        kept.append(step, Seen(step, np.zeros(1000), SHARED), KEYFRAME_SECONDS)
    assert kept.total_bytes < 2 * SHARED.nbytes
    assert kept.last_up_to(3) == (3, kept._states[3])
    assert kept.last_up_to(3)[1].own is None
    assert kept.find(3) is None, "it lacks a part"
    whole = kept.find(49)
    assert whole is not None and whole.own.size == 1000, "it is at hand still"


def test_a_state_is_found_or_the_keyframe_before_it_and_a_copy_is_independent() -> None:
    kept = filled([KEYFRAME_SECONDS / 4] * 101)
    other = kept.copy()
    for step in range(101):
        first, state = kept.last_up_to(step)
        assert state.step == first <= step
        found = kept.find(step)
        assert found is None or found.step == step
    assert kept.find(kept._steps[3]) is kept._states[3]
    kept.forget_from(50)
    assert kept.last_up_to(100)[0] < 50
    assert kept.find(50) is kept.find(100) is None
    assert other.last_up_to(100)[0] > 90
    kept.append(50, Held(50, np.zeros(10), SHARED), KEYFRAME_SECONDS)
    assert kept.last_up_to(100)[0] == 50
