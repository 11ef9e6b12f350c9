"""Keyframes: the states of a run that are kept, so that any other is soon computed again from the one before it.

They lie apart by the time that computing took between them, not by a number of steps: cheap steps need few keyframes,
and dear ones are not computed again. Past a budget of bytes every second one is dropped, and they lie twice as far
apart. What follows from the rest of a state, its `derived` parts, is not kept.
"""

from bisect import bisect_left, bisect_right
from collections import OrderedDict
from copy import copy
from dataclasses import fields, replace
from typing import Any, Generic, TypeVar

from tutor.sims.engine.state import State, count_bytes

S = TypeVar("S", bound=State)

KEYFRAME_SECONDS = 0.004
"""Seconds of computing between two keyframes: a quarter of what a jump may take."""
MAX_STEPS_BETWEEN = 512
"""The most steps between two keyframes, until the budget is spent: from then on twice as many."""
MIN_KEYFRAMES = 64
"""With so few keyframes none is dropped, however large they are."""


class Keyframes(Generic[S]):
    """States by their step: those that are kept, and those that were computed last."""

    def __init__(self, budget: int, spacing: float = KEYFRAME_SECONDS) -> None:
        """Keep keyframes of about `budget` bytes, `spacing` seconds of computing apart; 0 is for tests."""
        self._budget, self._spacing = budget, spacing
        self._least_gap, self._largest_gap = 1, MAX_STEPS_BETWEEN
        """The fewest steps from one keyframe to the next, and the most."""
        self._largest_gap_seen = 1
        """The most steps that were ever between two keyframes, or since the last: what going back computes again."""
        self._steps: list[int] = []
        self._states: list[S] = []
        self._sizes: list[int] = []
        self._bytes = 0
        self._seconds_since_keyframe = 0.0
        self._recent: OrderedDict[int, S] = OrderedDict()

    def copy(self) -> "Keyframes[S]":
        """The same states, from now on independent."""
        other = copy(self)
        other._steps, other._states, other._sizes = list(self._steps), list(self._states), list(self._sizes)
        other._recent = OrderedDict(self._recent)
        return other

    @property
    def total_bytes(self) -> int:
        """About how many bytes the keyframes take."""
        return self._bytes

    def append(self, step: int, state: S, seconds: float) -> None:
        """Take in the state of a new step, which took so long to compute; the first one is always kept."""
        self._seconds_since_keyframe += seconds
        gap = step - self._steps[-1] if self._steps else self._largest_gap
        if gap >= self._largest_gap or (gap >= self._least_gap and self._seconds_since_keyframe >= self._spacing):
            self._keep(step, state)
        elif gap > self._largest_gap_seen:
            self._largest_gap_seen = gap
        self.remember(step, state)

    def _keep(self, step: int, state: S) -> None:
        """Make the state of `step` a keyframe."""
        self._seconds_since_keyframe = 0.0
        state = _without_derived(state)
        self._sizes.append(_new_bytes(state, self._states[-1] if self._states else None))
        self._steps.append(step)
        self._states.append(state)
        self._bytes += self._sizes[-1]
        if self._bytes > self._budget and len(self._steps) > MIN_KEYFRAMES:
            self._drop_every_second()

    def _drop_every_second(self) -> None:
        """Drop every second keyframe, and from now on keep half as many."""
        self._steps, self._states = self._steps[::2], self._states[::2]
        self._sizes = [
            _new_bytes(state, previous) for state, previous in zip(self._states, [None, *self._states], strict=False)
        ]
        self._bytes = sum(self._sizes)
        self._spacing, self._largest_gap = 2 * self._spacing, 2 * self._largest_gap
        self._largest_gap_seen *= 2
        if not self._spacing:  # time keeps none apart then, so that their number of steps must
            self._least_gap *= 2

    def remember(self, step: int, state: S) -> None:
        """Keep a state at hand for a while: going back asks for the ones before it next."""
        self._recent[step] = state
        self._recent.move_to_end(step)
        while len(self._recent) > 2 * self._largest_gap_seen + 2:
            self._recent.popitem(last=False)

    def find(self, step: int) -> S | None:
        """The state of that step, if it is at hand, or kept with all its parts."""
        state = self._recent.get(step)
        if state is not None:
            return state
        index = bisect_left(self._steps, step)
        if index == len(self._steps) or self._steps[index] != step or self._states[index].derived:
            return None
        return self._states[index]

    def last_up_to(self, step: int) -> tuple[int, S]:
        """The last keyframe up to that step: its step, and its state without the derived parts."""
        index = bisect_right(self._steps, step) - 1
        return self._steps[index], self._states[index]

    def forget_from(self, step: int) -> None:
        """Forget the states from that step on."""
        index = bisect_left(self._steps, step)
        self._bytes -= sum(self._sizes[index:])
        del self._steps[index:], self._states[index:], self._sizes[index:]
        self._recent = OrderedDict(item for item in self._recent.items() if item[0] < step)
        self._seconds_since_keyframe = 0.0


def _without_derived(state: S) -> S:
    nothing: dict[str, Any] = dict.fromkeys(state.derived)
    return replace(state, **nothing) if nothing else state


def _new_bytes(state: State, previous: State | None) -> int:
    """The bytes of a state beside those that it has in common with the one before it."""
    size = count_bytes(state)
    if previous is None:
        return size
    names = (item.name for item in fields(state) if item.name not in state.constant)
    return size - sum(count_bytes(part) for name in names if (part := getattr(state, name)) is getattr(previous, name))
