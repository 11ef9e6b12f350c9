"""How much work a lesson may ask for: counted in units, so that the same lesson is judged alike everywhere.

A unit is about a microsecond of a usual computer. Code that runs what somebody else wrote does so within a
`Work`; what costs anything says so with `spend`. A clock stands behind the count, for what is not counted.
Outside of any `Work` nothing is limited: a learner may let a simulation run for as long as she likes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time

from tutor.errors import ChainruleError

FOR_LESSON = 10_000_000
"""Units for all that one lesson has to compute: its figures, its pictures, the proof of its questions."""
FOR_ANSWER = 4_000_000
"""Units for one question: to make it, or to grade an answer."""
CLOCK = 3.0
"""How many times slower than a usual computer one may be."""
LOOK = 5_000
"""Units after which the clock is looked at."""


class SpentError(ChainruleError):
    """There is no work left for what was asked."""


class Work:
    """A budget of work. What one piece spends is missing for the next."""

    def __init__(self, units: int, whose: str) -> None:
        """At most `units`, for `whose`, such as "this lesson"."""
        self.left = units
        self.whose = whose
        self.is_spent = False
        """Whether more was asked for than there was."""
        self._seconds = CLOCK * units / 1e6
        self._used = 0.0
        self._since = 0.0
        self._unseen = 0
        self._around: Work | None = None

    @contextmanager
    def counting(self) -> Iterator["Work"]:
        """Count what is done inside; within itself it goes on counting."""
        around = _WORK.get()
        if around is self:
            yield self
            return
        self._around = around
        self._since = thread_time()
        token = _WORK.set(self)
        try:
            yield self
        finally:
            _WORK.reset(token)
            self._used += thread_time() - self._since

    def afford(self, units: int) -> None:
        """Raise `SpentError` unless there are `units` left, here and around."""
        if self.is_spent or units > self.left:
            self.is_spent = True
            raise SpentError(self._words)
        if self._around is not None:
            self._around.afford(units)

    def spend(self, units: int) -> None:
        """Take `units` off, here and around."""
        self.left -= units
        self._unseen += units
        if self.left < 0 or self.is_spent:
            self.afford(0 if self.left >= 0 else units)
        if self._unseen >= LOOK:
            self._unseen = 0
            if self._used + thread_time() - self._since > self._seconds:
                self.left = -1
                self.afford(0)
        if self._around is not None:
            self._around.spend(units)

    @property
    def _words(self) -> str:
        return f"{self.whose} takes more work than it may; ask for fewer steps, numbers, conditions or answers"


_WORK: ContextVar[Work | None] = ContextVar("work", default=None)


def spend(units: int) -> None:
    """Take `units` off the work that is left, where it is limited.

    Raises:
        SpentError: so much is not left.
    """
    work = _WORK.get()
    if work is not None:
        work.spend(units)


def afford(units: int) -> None:
    """See to it that `units` are left, where work is limited, before something long begins.

    Raises:
        SpentError: so much is not left.
    """
    work = _WORK.get()
    if work is not None:
        work.afford(units)
