"""All sessions: one for each learner, up to a limit; a session ends when nobody uses it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from tutor.errors import ChainruleError
from tutor.serving.web_session import IDLE, Size, WebSession

SWEEP_SECONDS = 5.0
"""Seconds between checks for unused sessions."""


class NoRoomError(ChainruleError):
    """No session can be opened, since every place is taken."""


@dataclass(frozen=True)
class SessionTimeouts:
    """How long a session waits for its learner."""

    idle_seconds: float
    """How long a session with an open window may go without a key."""
    away_seconds: float
    """How long a session may have no window: within this time, a reload or a lost connection finds it unchanged."""
    grace_seconds: float = 2.0
    """How long a session without a window keeps its place if another learner wants it; a reload takes about as long."""


class Sessions:
    """Opens, finds and ends sessions."""

    def __init__(
        self,
        start: Callable[[str, Size, bool], Awaitable[WebSession]],
        max_sessions: int,
        timeouts: SessionTimeouts,
        clock: Callable[[], float] = time.monotonic,
        tell_owner: Callable[[str], None] = lambda text: None,
    ) -> None:
        self.max_sessions = max_sessions
        self._start = start
        """Starts a learner's program; called with (key of the learner, size of the window, whether it resumes)."""
        self._timeouts = timeouts
        self._clock = clock
        self._tell_owner = tell_owner
        self._open: dict[str, WebSession] = {}
        """Key of a learner → the running session."""
        self._cut_off: set[str] = set()
        """Keys of learners whose last session the server ended: their next one opens at the page they were reading."""
        self._starting = asyncio.Lock()
        """Held while a session is found or started, so that two windows of one learner do not start two sessions."""
        self._end_reports: set[asyncio.Future[None]] = set()
        """Running tasks of `_report_end`, which wait for the last output of sessions that have ended."""

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[WebSession]:
        return iter(tuple(self._open.values()))

    def has_room(self, key: str) -> bool:
        """Whether this learner can come in: she has a session already, or a place is free or can be freed."""
        self._drop_ended()
        return key in self._open or len(self._open) < self.max_sessions or self._find_unwatched() is not None

    async def find_or_start(self, key: str, size: Size) -> WebSession:
        """The learner's session, as it was left, or a new one.

        Raises:
            NoRoomError: every place is taken, and every session has a window or has just lost it.
        """
        async with self._starting:
            self._drop_ended()
            if key in self._open:
                return self._open[key]
            if len(self._open) >= self.max_sessions:
                await self._end_unwatched()
            resumes = key in self._cut_off
            session = self._open[key] = await self._start(key, size, resumes)
            self._cut_off.discard(key)
        self._tell_owner(f"{session.name or 'the course'} opened ({len(self._open)} of {self.max_sessions})")
        return session

    def _drop_ended(self) -> None:
        """Forget the sessions whose program has ended, and report them to the owner."""
        for key, session in tuple(self._open.items()):
            if session.is_ended:
                del self._open[key]
                reporting = asyncio.ensure_future(self._report_end(session))
                self._end_reports.add(reporting)
                reporting.add_done_callback(self._end_reports.discard)

    async def _report_end(self, session: WebSession) -> None:
        """Wait for the last output of a session that has ended, then report both to the owner."""
        await session.wait_cleared()
        words = session.last_words.decode("utf-8", "replace").strip()
        self._tell_owner(f"{session.name or 'the course'} ended" + (f": {words}" if words else ""))

    def _find_unwatched(self) -> str | None:
        """The key of the session that has been without a window for longest; `None` if there is no such session.

        A session that lost its window within `grace_seconds` does not count, since its page may be reloading.
        """
        latest = self._clock() - self._timeouts.grace_seconds
        left_at = {key: session.viewer_left_at for key, session in self._open.items() if session.viewer is None}
        may_end = [key for key, moment in left_at.items() if moment <= latest]
        return min(may_end, key=lambda key: left_at[key], default=None)

    async def _end_unwatched(self) -> None:
        """Make room by ending a session without a window; raises `NoRoomError` if there is none."""
        key = self._find_unwatched()
        if key is None:
            raise NoRoomError(f"every place ({self.max_sessions}) is taken")
        await self.end(key)

    async def end(self, key: str, code: int = IDLE) -> None:
        """End a learner's session, if there is one."""
        session = self._open.get(key)
        if session is not None:
            await session.end(code)
            if self._open.get(key) is session:  # not yet removed or replaced meanwhile
                del self._open[key]
                await self._report_end(session)
            self._cut_off.add(key)

    async def sweep(self) -> None:
        """End the sessions that have been unused for too long, and forget those that have ended."""
        self._drop_ended()
        stale = [key for key, session in self._open.items() if self._is_stale(session)]
        await asyncio.gather(*map(self.end, stale))

    def _is_stale(self, session: WebSession) -> bool:
        """Whether a session has had no window for too long, or no key for too long."""
        now = self._clock()
        is_left = session.viewer is None and now - session.viewer_left_at > self._timeouts.away_seconds
        is_idle = now - session.last_key_at > self._timeouts.idle_seconds
        return is_left or is_idle

    async def end_all(self, code: int) -> None:
        """End every session, and wait until all have been reported to the owner."""
        await asyncio.gather(*(self.end(key, code) for key in tuple(self._open)), *self._end_reports)
