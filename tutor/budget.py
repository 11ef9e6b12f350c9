"""Limits the work that a lesson may cause, counted in units so that a lesson is judged alike on every machine.

A unit is about a microsecond on a common computer. Code that runs what a lesson's author wrote does so within an
active `Budget`; costly operations call `spend`. A clock limits what is not counted. Without an active budget nothing
is limited: a learner may let a simulation run for as long as she likes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time
from typing import NoReturn

from tutor.errors import ChainruleError

LESSON_BUDGET = 10_000_000
"""Units for everything that one lesson computes: figures, pictures, the proof of its questions."""
ANSWER_BUDGET = 4_000_000
"""Units for making one question, or grading one answer."""
SECONDS_PER_MILLION = 3.0
"""Seconds of processor time per million units, three times what a common computer needs."""
UNITS_PER_CLOCK_CHECK = 5_000
"""Units between two looks at the clock."""


class BudgetSpentError(ChainruleError):
    """The budget does not cover what was asked."""


class Budget:
    """A number of units of work to spend; what is spent is charged to the enclosing budget as well."""

    def __init__(self, units: int, owner: str) -> None:
        """A budget of `units`; `owner` is whose it is in messages, such as "this lesson"."""
        self.units_left = units
        self.owner = owner
        self.is_spent = False
        """Whether the budget has refused a request, because fewer units were left than were asked for."""
        self._seconds_allowed = SECONDS_PER_MILLION * units / 1e6
        """Seconds of processor time that the work charged to this budget may take."""
        self._seconds_used = 0.0
        """Seconds of processor time that the work took in earlier blocks of `activate`."""
        self._active_since = 0.0
        """The processor time of the thread when the present block of `activate` began."""
        self._units_unchecked = 0
        """Units that were spent since the last look at the clock."""
        self._enclosing: Budget | None = None

    @contextmanager
    def activate(self) -> Iterator["Budget"]:
        """Charge what is done inside the block to this budget, and to the one around it.

        A block directly inside another of the same budget changes nothing, so that work is not charged twice.
        """
        enclosing = _ACTIVE.get()
        if enclosing is self:
            yield self
            return
        self._enclosing = enclosing
        self._active_since = thread_time()
        token = _ACTIVE.set(self)
        try:
            yield self
        finally:
            _ACTIVE.reset(token)
            self._seconds_used += thread_time() - self._active_since

    def afford(self, units: int) -> None:
        """Raise `BudgetSpentError` unless `units` are left, here and in the enclosing budget.

        After the first refusal everything is refused, so that code which catches the error cannot go on.
        """
        if self.is_spent or units > self.units_left:
            self._refuse()
        if self._enclosing is not None:
            self._enclosing.afford(units)

    def spend(self, units: int) -> None:
        """Subtract `units` here and from the enclosing budget; raise `BudgetSpentError` if units or time run out."""
        self.units_left -= units
        self._units_unchecked += units
        if self.units_left < 0 or self.is_spent:
            self._refuse()
        if self._units_unchecked >= UNITS_PER_CLOCK_CHECK:
            self._units_unchecked = 0
            if self._seconds_used + thread_time() - self._active_since > self._seconds_allowed:
                self.units_left = -1  # the time is up, so no units are left either
                self._refuse()
        if self._enclosing is not None:
            self._enclosing.spend(units)

    def _refuse(self) -> NoReturn:
        """Refuse this request, and so all further ones."""
        self.is_spent = True
        raise BudgetSpentError(
            f"{self.owner} takes more work than it may; ask for fewer steps, numbers, conditions or answers"
        )


_ACTIVE: ContextVar[Budget | None] = ContextVar("budget", default=None)


def spend(units: int) -> None:
    """Charge `units` to the active budget, if there is one.

    Raises:
        BudgetSpentError: not that much is left.
    """
    budget = _ACTIVE.get()
    if budget is not None:
        budget.spend(units)


def afford(units: int) -> None:
    """Check, before something long begins, that the active budget covers `units`.

    Raises:
        BudgetSpentError: it does not.
    """
    budget = _ACTIVE.get()
    if budget is not None:
        budget.afford(units)
