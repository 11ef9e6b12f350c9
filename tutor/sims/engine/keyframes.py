"""Keyframes: the states of a run that are kept; any other state is computed again from the last keyframe before it.

The distance between two keyframes is mainly a matter of computing time: where steps are cheap, few states are kept,
and where steps are expensive, nearly every state. When the keyframes exceed their budget of bytes, every second
keyframe is dropped, and new keyframes are kept half as often. The `derived` fields of a state, which follow from the
rest, are not kept.
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
"""The largest number of steps between two keyframes, however cheap; doubled each time the budget is exceeded."""
MIN_KEYFRAMES = 64
"""While there are at most this many keyframes, none is dropped, however large they are."""


class Keyframes(Generic[S]):
    """States by their step: the keyframes, and a few that were computed or asked for last."""

    def __init__(self, budget_bytes: int, spacing: float = KEYFRAME_SECONDS) -> None:
        """Keep keyframes of about `budget_bytes` in all, `spacing` seconds of computing apart (0 in tests)."""
        self._budget_bytes, self._spacing = budget_bytes, spacing
        self._smallest_gap, self._largest_gap = 1, MAX_STEPS_BETWEEN
        """The smallest and the largest number of steps from one keyframe to the next."""
        self._largest_gap_seen = 1
        """The most steps between two keyframes so far: going back computes at most this many again."""
        self._steps: list[int] = []
        """The steps of the keyframes, in ascending order; `_states` and `_sizes` (in bytes) belong to them."""
        self._states: list[S] = []
        self._sizes: list[int] = []
        self._bytes = 0
        """The sum of `_sizes`."""
        self._seconds_since_keyframe = 0.0
        self._recent: OrderedDict[int, S] = OrderedDict()
        """Step → complete state, the one remembered last at the end."""

    def copy(self) -> "Keyframes[S]":
        """A copy with the same states; what is appended or forgotten here later does not change it."""
        other = copy(self)
        other._steps, other._states, other._sizes = list(self._steps), list(self._states), list(self._sizes)
        other._recent = OrderedDict(self._recent)
        return other

    @property
    def total_bytes(self) -> int:
        """About how many bytes the keyframes take."""
        return self._bytes

    def append(self, step: int, state: S, seconds: float) -> None:
        """Add the state of a new step, which took `seconds` to compute, and make it a keyframe if one is due."""
        self._seconds_since_keyframe += seconds
        gap = step - self._steps[-1] if self._steps else self._largest_gap  # so that the first state is a keyframe
        took_long_enough = gap >= self._smallest_gap and self._seconds_since_keyframe >= self._spacing
        if took_long_enough or gap >= self._largest_gap:
            self._add_keyframe(step, state)
        elif gap > self._largest_gap_seen:
            self._largest_gap_seen = gap
        self.remember(step, state)

    def _add_keyframe(self, step: int, state: S) -> None:
        """Make the state of `step` a keyframe."""
        self._seconds_since_keyframe = 0.0
        state = _without_derived(state)
        previous = self._states[-1] if self._states else None
        self._sizes.append(_count_own_bytes(state, previous))
        self._steps.append(step)
        self._states.append(state)
        self._bytes += self._sizes[-1]
        if self._bytes > self._budget_bytes and len(self._steps) > MIN_KEYFRAMES:
            self._drop_every_second()

    def _drop_every_second(self) -> None:
        """Drop every second keyframe, and from now on keep half as many."""
        self._steps, self._states = self._steps[::2], self._states[::2]
        # The sizes change: an object that several states share is counted at the first of them that remains.
        previous_states = [None, *self._states[:-1]]
        self._sizes = [
            _count_own_bytes(state, previous) for state, previous in zip(self._states, previous_states, strict=True)
        ]
        self._bytes = sum(self._sizes)
        self._spacing *= 2
        self._largest_gap *= 2
        self._largest_gap_seen *= 2
        if not self._spacing:  # doubling 0 seconds changes nothing: require more steps instead
            self._smallest_gap *= 2

    def remember(self, step: int, state: S) -> None:
        """Keep a complete state at hand for a while, since going back asks for its neighbours next.

        There is room for the states between three neighbouring keyframes: those that the learner is going back through,
        and those before them, which are computed again all at once.
        """
        self._recent[step] = state
        self._recent.move_to_end(step)
        while len(self._recent) > 2 * self._largest_gap_seen + 2:
            self._recent.popitem(last=False)

    def find(self, step: int) -> S | None:
        """The complete state of `step` if it is kept; `None` if it must be computed."""
        state = self._recent.get(step)
        if state is not None:
            return state
        index = bisect_left(self._steps, step)
        is_keyframe = index < len(self._steps) and self._steps[index] == step
        if not is_keyframe or self._states[index].derived:  # a keyframe lacks the derived fields, if it has any
            return None
        return self._states[index]

    def last_up_to(self, step: int) -> tuple[int, S]:
        """(step, state without the derived fields) of the last keyframe at or before `step`."""
        index = bisect_right(self._steps, step) - 1
        return self._steps[index], self._states[index]

    def forget_from(self, step: int) -> None:
        """Forget the states of `step` and of all later steps."""
        index = bisect_left(self._steps, step)
        self._bytes -= sum(self._sizes[index:])
        del self._steps[index:], self._states[index:], self._sizes[index:]
        self._recent = OrderedDict(
            (recent_step, state) for recent_step, state in self._recent.items() if recent_step < step
        )
        self._seconds_since_keyframe = 0.0


def _without_derived(state: S) -> S:
    """`state` with `None` for each of its `derived` fields."""
    if not state.derived:
        return state
    nones: dict[str, Any] = dict.fromkeys(state.derived)
    return replace(state, **nones)


def _count_own_bytes(state: State, previous: State | None) -> int:
    """The bytes of `state` without the objects that it shares with the keyframe before it."""
    own_bytes = count_bytes(state)
    if previous is None:
        return own_bytes
    for item in fields(state):
        part = getattr(state, item.name)
        is_counted = item.name not in state.constant  # as in `count_bytes`
        if is_counted and part is getattr(previous, item.name):
            own_bytes -= count_bytes(part)
    return own_bytes
