"""Limits attempts to sign in: so many wrong ones, then a wait."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

MAX_KEYS = 10_000
"""Names and addresses that are remembered; the one that was seen longest ago makes room."""


class SignInLimiter:
    """Counts wrong tokens by what they are counted by, such as a name or an address."""

    def __init__(self, max_wrong: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_wrong = max_wrong
        self._seconds = seconds
        self._clock = clock
        self._failed: OrderedDict[Hashable, list[float]] = OrderedDict()

    def seconds_to_wait(self, key: Hashable) -> float:
        """Seconds until `key` may try again; 0 when it may now."""
        times = self._recent(key)
        return times[-self._max_wrong] + self._seconds - self._clock() if len(times) >= self._max_wrong else 0.0

    def count_wrong(self, key: Hashable) -> None:
        """Count a wrong token."""
        self._failed[key] = [*self._recent(key), self._clock()][-self._max_wrong :]
        self._failed.move_to_end(key)
        if len(self._failed) > MAX_KEYS:
            self._failed.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        """Forget the wrong tokens of `key`."""
        self._failed.pop(key, None)

    def uncount_last(self, key: Hashable) -> None:
        """Uncount the token that was counted last, which turned out right; earlier wrong ones stay."""
        if times := self._failed.get(key):
            times.pop()

    def _recent(self, key: Hashable) -> list[float]:
        since = self._clock() - self._seconds
        return [at for at in self._failed.get(key, ()) if at > since]
