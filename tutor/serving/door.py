"""Who is signed in: a right token gets a pass that is valid for a while; wrong tokens are counted."""

import asyncio
import hmac
import time
from collections.abc import Callable

from tutor.errors import ChainruleError
from tutor.serving.passes import Passes, hash_entry
from tutor.serving.roster import Roster, RosterEntry
from tutor.serving.sign_in_limiter import SignInLimiter

MAX_WRONG_BY_NAME, MAX_WRONG_BY_ADDRESS = 10, 100
"""Wrong tokens that are allowed for one name from one address, and for all names from it: a class may share it."""
COUNTED_SECONDS = 300.0
"""The time within which wrong tokens are counted."""
MAX_HASHED_AT_ONCE = 2
"""How many tokens are hashed at the same time; more must wait, so that guessing cannot occupy the whole machine."""


class TooManyAttemptsError(ChainruleError):
    """Too many wrong tokens; the message says how long to wait."""


class Door:
    """Lets learners of a roster in."""

    def __init__(
        self,
        roster: Roster,
        clock: Callable[[], float] = time.monotonic,
        wall_clock: Callable[[], float] = time.time,
        tell_owner: Callable[[str], None] = lambda text: None,
    ) -> None:
        """Let in the learners of `roster`; `tell_owner` is called with a message if passes cannot be saved."""
        self.roster = roster
        self._tell_owner = tell_owner
        self._passes = Passes(roster.passes_path, wall_clock)
        self._name_limiter = SignInLimiter(MAX_WRONG_BY_NAME, COUNTED_SECONDS, clock)
        self._address_limiter = SignInLimiter(MAX_WRONG_BY_ADDRESS, COUNTED_SECONDS, clock)
        self._hashing = asyncio.Semaphore(MAX_HASHED_AT_ONCE)

    async def sign_in(self, name: str, token: str, address: str) -> str | None:
        """A new pass for the learner with this name and token, for the browser to show; `None` if either is wrong.

        Raises:
            TooManyAttemptsError: too many earlier tokens were wrong; this one is not checked.
            ChainruleError: the roster cannot be read.
        """
        address_and_name = (address, " ".join(name.casefold().split())[:200])  # cut: what is typed may be of any length
        wait_seconds = max(
            self._name_limiter.seconds_to_wait(address_and_name), self._address_limiter.seconds_to_wait(address)
        )
        if wait_seconds > 0:
            minutes = max(1, round(wait_seconds / 60))
            raise TooManyAttemptsError(f"Too many attempts. Wait {minutes} min, then try again.")
        # Counted before the check, so that simultaneous attempts all count.
        self._name_limiter.count_wrong(address_and_name)
        self._address_limiter.count_wrong(address)
        async with self._hashing:
            learner = await asyncio.to_thread(self.roster.verify, name, token)
        if learner is None:
            return None
        self._name_limiter.forget(address_and_name)
        self._address_limiter.uncount_last(address)
        new_pass = self._passes.give(learner)
        self._save()
        return new_pass

    def _save(self) -> None:
        """Save the passes to disk; if that fails, tell the server's owner and go on."""
        try:
            self._passes.save()
        except ChainruleError as error:
            self._tell_owner(f"chainrule: sign-ins will not outlive this server: {error}")

    def find_learner(self, pass_text: str | None) -> RosterEntry | None:
        """The learner whose pass a browser has shown, by the text of the pass; `None` if it is not valid.

        It is valid only while the roster has the learner with the token that she used for it.
        """
        learner_pass = self._passes.find(pass_text)
        if learner_pass is None:
            return None
        learner = self.roster.find(learner_pass.name)
        # The pass ends when the learner leaves the roster or gets another token.
        if learner is None or not hmac.compare_digest(hash_entry(learner), learner_pass.entry):
            self.end_pass(pass_text)
            return None
        return learner

    def is_current(self, learner: RosterEntry) -> bool:
        """Whether the roster has this learner, with the same token."""
        return self.roster.find(learner.name) == learner

    def end_pass(self, pass_text: str | None) -> None:
        """End the pass with this text, which a browser has shown."""
        self._passes.end(pass_text)
        self._save()
