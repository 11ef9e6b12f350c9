"""Limits attempts to sign in: after a number of wrong ones there is a wait."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

MAX_KEYS = 10_000
"""The most keys that are remembered; the one that was counted longest ago is dropped for a new one."""


class SignInLimiter:
    """Counts wrong tokens by a key, such as a name or an address; only those of the last `counted_seconds` count."""

    def __init__(self, max_wrong: int, counted_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_wrong = max_wrong
        self._counted_seconds = counted_seconds
        self._clock = clock
        self._wrong_times: OrderedDict[Hashable, list[float]] = OrderedDict()
        """Key → the times of its last wrong tokens, at most `max_wrong`; the key that was counted last comes last."""

    def seconds_to_wait(self, key: Hashable) -> float:
        """Seconds until `key` may try again; 0 when it may now."""
        times = self._recent_times(key)
        if len(times) < self._max_wrong:
            return 0.0
        blocking_time = times[-self._max_wrong]  # once this is too old to count, fewer than `max_wrong` are left
        return blocking_time + self._counted_seconds - self._clock()

    def count_wrong(self, key: Hashable) -> None:
        """Count a wrong token."""
        times = [*self._recent_times(key), self._clock()]
        self._wrong_times[key] = times[-self._max_wrong :]
        self._wrong_times.move_to_end(key)
        if len(self._wrong_times) > MAX_KEYS:
            self._wrong_times.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """Forget the wrong tokens of `key`."""
        self._wrong_times.pop(key, None)

    def uncount_last(self, key: Hashable) -> None:
        """Remove the last counted token, which turned out to be right; earlier wrong ones stay counted."""
        times = self._wrong_times.get(key)
        if times:
            times.pop()

    def _recent_times(self, key: Hashable) -> list[float]:
        """The times of the wrong tokens of `key` that are recent enough to count, the earliest first."""
        earliest_counted = self._clock() - self._counted_seconds
        return [moment for moment in self._wrong_times.get(key, ()) if moment > earliest_counted]
