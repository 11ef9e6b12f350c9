"""Who is signed in: wrong tokens are counted, right ones get a cookie that is good for a while."""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from tutor.errors import ChainruleError
from tutor.serving.attempts import Attempts
from tutor.serving.roster import Member, Roster

MAX_PASSES = 2000
"""Sign-ins that are remembered; the oldest makes room."""
PASS_SECONDS = 12 * 3600.0
"""How long one is good."""
NAME_ATTEMPTS, ADDRESS_ATTEMPTS = 10, 100
"""Wrong tokens for one name from one address, and in all from one address, where a class may sit behind."""
ATTEMPT_SECONDS = 300.0
"""Within this time."""
HASHED_AT_ONCE = 2
"""Tokens that are compared at the same time; more wait, so that guessing does not take the whole machine."""


class TooManyAttemptsError(ChainruleError):
    """Too many wrong tokens; the message says how long to wait."""


@dataclass(frozen=True)
class _Pass:
    learner: Member
    until: float


class Door:
    """Lets learners of a roster in."""

    def __init__(self, roster: Roster, clock: Callable[[], float] = time.monotonic) -> None:
        self.roster = roster
        self._clock = clock
        self._passes: OrderedDict[str, _Pass] = OrderedDict()
        self._by_name = Attempts(NAME_ATTEMPTS, ATTEMPT_SECONDS, clock)
        self._by_address = Attempts(ADDRESS_ATTEMPTS, ATTEMPT_SECONDS, clock)
        self._hashing = asyncio.Semaphore(HASHED_AT_ONCE)

    async def enter(self, name: str, token: str, address: str) -> str | None:
        """A pass for the learner with this name and token; `None` when there is none, whichever of them is wrong.

        Raises:
            TooManyAttemptsError: too many were wrong before; this one is not looked at.
            ChainruleError: the roster cannot be read.
        """
        key = (address, " ".join(name.casefold().split())[:200])
        wait = max(self._by_name.wait(key), self._by_address.wait(address))
        if wait > 0:
            raise TooManyAttemptsError(f"Too many attempts. Wait {max(1, round(wait / 60))} min, then try again.")
        self._by_name.fail(key)  # before the work, so that many at once count as many
        self._by_address.fail(address)
        async with self._hashing:
            learner = await asyncio.to_thread(self.roster.verify, name, token)
        if learner is None:
            return None
        self._by_name.succeed(key)
        self._by_address.forgive(address)
        return self._admit(learner)

    def _admit(self, learner: Member) -> str:
        made = secrets.token_urlsafe(32)
        self._passes[made] = _Pass(learner, self._clock() + PASS_SECONDS)
        if len(self._passes) > MAX_PASSES:
            self._passes.popitem(last=False)
        return made

    def learner(self, shown: str | None) -> Member | None:
        """The learner who has this pass, if it is still good and the roster still has this learner and token."""
        found = self._passes.get(shown or "")
        if found is None:
            return None
        if found.until < self._clock() or not self.is_current(found.learner):
            self.leave(shown)
            return None
        return found.learner

    def is_current(self, learner: Member) -> bool:
        """Whether the roster has this learner, with the same token."""
        return self.roster.find(learner.name) == learner

    def leave(self, shown: str | None) -> None:
        """Make a pass worthless."""
        self._passes.pop(shown or "", None)
