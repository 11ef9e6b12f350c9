"""Limits attempts to sign in: so many wrong ones, then a wait."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

MAX_KEYS = 10_000
"""Names and addresses that are remembered; the one that was seen longest ago makes room."""


class SignInLimiter:
    """Counts wrong attempts by what they are counted by, such as a name or an address."""

    def __init__(self, max_attempts: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._max_attempts = max_attempts
        self._seconds = seconds
        self._clock = clock
        self._failed: OrderedDict[Hashable, list[float]] = OrderedDict()

    def wait(self, key: Hashable) -> float:
        """Seconds until `key` may try again; 0 when it may now."""
        times = self._recent(key)
        return times[-self._max_attempts] + self._seconds - self._clock() if len(times) >= self._max_attempts else 0.0

    def fail(self, key: Hashable) -> None:
        """Note a wrong attempt."""
        self._failed[key] = [*self._recent(key), self._clock()][-self._max_attempts :]
        self._failed.move_to_end(key)
        if len(self._failed) > MAX_KEYS:
            self._failed.popitem(last=False)

    def succeed(self, key: Hashable) -> None:
        """Forget the wrong attempts of `key`."""
        self._failed.pop(key, None)

    def forgive(self, key: Hashable) -> None:
        """Take the last attempt of `key` back, which was right."""
        if times := self._failed.get(key):
            times.pop()

    def _recent(self, key: Hashable) -> list[float]:
        since = self._clock() - self._seconds
        return [at for at in self._failed.get(key, ()) if at > since]
