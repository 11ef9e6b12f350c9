"""All sessions: one a learner, so many at most, ended when nobody is there."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from tutor.errors import ChainruleError
from tutor.serving.web_session import IDLE, Size, WebSession

SWEEP_SECONDS = 5.0
"""Seconds between checks for unused sessions."""


class NoRoomError(ChainruleError):
    """As many learners are here as may be."""


@dataclass(frozen=True)
class SessionTimeouts:
    """How long a session waits for its learner."""

    idle_seconds: float
    """Without a key, while a window is open."""
    away_seconds: float
    """Without a window: a reload or a lost line comes back to the same place within this time."""
    grace_seconds: float = 2.0
    """Without a window, before another learner may have the place: a reload takes as long."""


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
        """Learners whose last session was ended for them: the next one opens at the page that they were reading."""
        self._starting = asyncio.Lock()
        """Held while a session is found or started: two windows of one learner must not start two."""
        self._notes: set[asyncio.Future[None]] = set()
        """Those that wait for the last words of sessions that have ended."""

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[WebSession]:
        return iter(tuple(self._open.values()))

    def has_room(self, key: str) -> bool:
        """Whether this learner can come in: is here already, or finds a place that is free or can be freed."""
        self._drop_ended()
        return key in self._open or len(self._open) < self.max_sessions or self._find_unwatched() is not None

    async def find_or_start(self, key: str, size: Size) -> WebSession:
        """The learner's session, as it was left, or a new one.

        Raises:
            NoRoomError: as many learners are here as may be, and all are looking.
        """
        async with self._starting:
            self._drop_ended()
            if key in self._open:
                return self._open[key]
            if len(self._open) >= self.max_sessions:
                await self._end_unwatched()
            session = self._open[key] = await self._start(key, size, key in self._cut_off)
            self._cut_off.discard(key)
        self._tell_owner(f"{session.name or 'the course'} opened ({len(self._open)} of {self.max_sessions})")
        return session

    def _drop_ended(self) -> None:
        """Take the sessions off the list whose program has ended."""
        for key, session in tuple(self._open.items()):
            if session.is_ended:
                del self._open[key]
                note = asyncio.ensure_future(self._note_end(session))
                self._notes.add(note)
                note.add_done_callback(self._notes.discard)

    async def _note_end(self, session: WebSession) -> None:
        """Tell the owner that a session has ended and its last words, which may still be on their way."""
        await session.wait_cleared()
        words = session.last_words.decode("utf-8", "replace").strip()
        self._tell_owner(f"{session.name or 'the course'} ended" + (f": {words}" if words else ""))

    def _find_unwatched(self) -> str | None:
        """The key of the session that was left first, of those at which nobody looks; `None` if all are looked at.

        A session that was left only now does not count: its page may be loading again.
        """
        latest = self._clock() - self._timeouts.grace_seconds
        left_at = {key: session.viewer_left_at for key, session in self._open.items() if session.viewer is None}
        may_end = [key for key, moment in left_at.items() if moment <= latest]
        return min(may_end, key=lambda key: left_at[key], default=None)

    async def _end_unwatched(self) -> None:
        """Make room by ending a session at which nobody looks; raises `NoRoomError` where there is none."""
        key = self._find_unwatched()
        if key is None:
            raise NoRoomError(f"every place ({self.max_sessions}) is taken")
        await self.end(key)

    async def end(self, key: str, code: int = IDLE) -> None:
        """End a learner's session, if there is one."""
        session = self._open.get(key)
        if session is not None:
            await session.end(code)
            if self._open.get(key) is session:  # no other has its place
                del self._open[key]
                await self._note_end(session)
            self._cut_off.add(key)

    async def sweep(self) -> None:
        """End the sessions at which nobody has been for too long, and forget those that have ended."""
        self._drop_ended()
        stale = [key for key, session in self._open.items() if self._is_stale(session)]
        await asyncio.gather(*map(self.end, stale))

    def _is_stale(self, session: WebSession) -> bool:
        """Whether no window was there for too long, or no key was pressed in it."""
        now = self._clock()
        is_left = session.viewer is None and now - session.viewer_left_at > self._timeouts.away_seconds
        is_idle = now - session.last_key_at > self._timeouts.idle_seconds
        return is_left or is_idle

    async def end_all(self, code: int) -> None:
        """End every session."""
        await asyncio.gather(*(self.end(key, code) for key in tuple(self._open)), *self._notes)
