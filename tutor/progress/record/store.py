"""The learner's record in one SQLite file: every answer is on disk when `add` returns.

Opening touches no disk until there is something to keep. A record that cannot be used is set aside or
left alone, never overwritten; `notice` says what happened in words for the learner.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from tutor.errors import ChainruleError
from tutor.progress.record.attempt import INSERT, SPOILT, Attempt
from tutor.progress.record.history import Regrade, Undone, take_back
from tutor.progress.record.merge import merge
from tutor.progress.record.paths import copies_folder, identity, keep_private, record_path
from tutor.progress.record.queries import Reader, T
from tutor.progress.record.schema import (
    VERSION,
    connect,
    create,
    is_newer,
    migrate,
    open_anyway,
    size_of,
    version_of,
)
from tutor.progress.review.cards import move_on, schedule_anew
from tutor.progress.safety.backups import (
    FAULTS,
    DamageError,
    copy_daily,
    copy_of,
    fault_of,
    fault_of_copies,
    is_damage,
    is_endless,
    is_locked,
)
from tutor.progress.safety.locking import LOCKED, transaction
from tutor.progress.safety.soundness import time_limit

if TYPE_CHECKING:
    from tutor.progress.safety.integrity_check import Watch

__all__ = ["Attempt", "Store"]

ENDLESS = 20.0
"""Seconds; a question to the record that takes longer would never end."""
ADVICE = "free some room, make the folder writable, or set CHAINRULE_HOME to another folder"
READ_WHOLE = 2**21
"""A record of at most this many bytes is read whole for faults when it is opened; a larger one in the background."""


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


class MendedError(ChainruleError):
    """What was asked for failed on a damaged record, which has been mended: it can be asked for again."""


class Store(Reader):
    """The record of one learner."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.folder = folder
        self.notice = ""
        """What the learner must be told about the record, in plain words; "" when all is well."""
        self.is_newer = False
        """Whether a newer Chainrule made the record."""
        self._refusal = ""
        """Why nothing can be written; "" when it can."""
        self.patience = 10.0
        """Seconds that an answer waits for another program that holds the record."""
        self.tell: Callable[[str], None] | None = None
        """Tells a person who waits why; `None` where nobody can be told."""
        self._is_locked = False
        """Whether another program held the record when it was opened."""
        self._database: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        """Which file is open."""
        self.watch: Watch | None = None
        """The long look at a large record, going on or done."""

    @classmethod
    def open(cls, home: Path | None = None, clock: Callable[[], datetime] | None = None) -> Self:
        """The record in the folder `home` (default: the learner's own). Never raises for a bad file."""
        store = cls(home or record_path().parent, clock or utc_now)
        store._look()
        return store

    def close(self) -> None:
        """Let go of the file."""
        if self.watch is not None:
            self.watch.stop()
            self.watch = None
        if self._database is not None:
            self._database.close()
        self._database = self._file = None

    def checkpoint(self) -> None:
        """Move everything from the write-ahead log into the file itself."""
        if self._database is not None:
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def path(self) -> Path:
        """The record's file, there or not."""
        return record_path(self.folder)

    # -- opening

    def _look(self) -> None:
        """Open the record if there is one; mend a damaged one, leave a newer one alone."""
        if is_newer(self.path):
            self._leave_alone()
            return
        try:
            if identity(self.path) is None:
                self._bring_back()
            else:
                keep_private(self.folder)
                self._open_sound()
        except FAULTS as error:
            if is_damage(error):
                self._mend("is damaged")
            elif is_locked(error):
                self._is_locked = True
                self._only_read(f"the record {self.path} is locked by another program: it is shown as it was last kept")
            else:
                self._only_read(f"the record {self.path} cannot be written ({error}); {ADVICE}")
        if not self.notice and not self._refusal and (fault := fault_of_copies(self.folder)):
            self.notice = fault

    def _open_sound(self) -> None:
        """Open the record after a look: a short one when it is large, with a long one in the background."""
        small = size_of(self.path) <= READ_WHOLE
        if fault := fault_of(self.path, thorough=small):
            self._mend(fault)
            return
        self._connect()
        if not small and not self._refusal:
            from tutor.progress.safety.integrity_check import Watch

            self.watch = Watch(self.path)

    def _connect(self) -> None:
        self._file = identity(self.path)
        self._database = database = connect(self.path)
        with contextlib.suppress(sqlite3.OperationalError):  # a file system that cannot hold a write-ahead log
            database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        migrate(database)
        if version_of(database) > VERSION:  # a newer program's changes may still be in the write-ahead log
            self._leave_alone()

    def _leave_alone(self) -> None:
        self.is_newer = True
        self._only_read(
            f"the record {self.path} was made by a newer Chainrule and is left as it is; "
            "update Chainrule, or set CHAINRULE_HOME to another folder"
        )

    def _only_read(self, why: str) -> None:
        """From now on nothing is written, and the learner is told why. What can be read without a trace is read."""
        self.close()
        self._refusal = why
        self.notice = f"{self.notice} {why}".strip()
        with contextlib.suppress(*FAULTS):  # there is no file, or it cannot be read either
            self._database = open_anyway(self.path, self._is_locked)

    def _bring_back(self) -> None:
        """A record that was there once is restored; where there was none, the disk stays untouched."""
        if not copies_folder(self.folder).is_dir():
            return
        from tutor.progress.safety.rescue import restore_missing

        self.notice = restore_missing(self.folder, self.clock())
        if identity(self.path) is not None:
            self._connect()

    def _mend(self, fault: str) -> None:
        """Set the record aside and go on with what can be restored."""
        from tutor.progress.safety.rescue import set_aside_and_restore

        self.close()
        try:
            self.notice = set_aside_and_restore(self.folder, fault, self.clock())
            if identity(self.path) is not None:
                self._connect()
        except FAULTS as error:
            self._refusal = self.notice = f"the record {self.path} {fault} and cannot be mended ({error}); {ADVICE}"

    def _follow(self) -> None:
        """Go over to the file that has the record's name now, when another program has put ours away."""
        if not self._refusal and (now := identity(self.path)) != self._file:
            was_open = self._file is not None
            self.close()
            self._look()
            if was_open and now is None and not self.notice and not list(self.folder.glob("record-before-reset*")):
                self.notice = f"The record in {self.folder} was deleted while it was in use, so a new one begins."
        elif self.watch is not None and self.watch.fault and self.watch.file == self._file:
            self._mend(self.watch.fault)

    # -- writing

    @contextlib.contextmanager
    def writing(self, what: str = "the change") -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk afterwards, or none of it. `what` is named when it fails.

        Raises:
            ChainruleError: the record cannot be written; one line says why and what to do.
        """
        self._follow()
        if self._is_locked:
            self._wait_for_lock(what)
        if self._refusal:
            raise ChainruleError(f"{what} was not kept: {self._refusal}{f'; {LOCKED}' if self._is_locked else ''}")
        try:
            if self._database is None:
                create(self.path)
                self._connect()
            if self._database is None:
                raise ChainruleError(f"{what} was not kept: {self._refusal}")
            with transaction(self._database, self.patience, lambda: self._tell_waiting(what)):
                yield self._database
        except FAULTS as error:
            if is_locked(error):
                raise ChainruleError(
                    f"{what} was not kept: the record {self.path} is locked by another program; {LOCKED}"
                ) from None
            if is_damage(error):
                self._mend("is damaged")
                raise MendedError(f"{what} was not kept: {self.notice} Try again.") from None
            raise ChainruleError(f"{what} was not kept: {self.path} cannot be written ({error}); {ADVICE}") from None

    def _wait_for_lock(self, what: str) -> None:
        """Wait until the program that held the record when it was opened lets go, as long as there is patience."""
        until = monotonic() + self.patience
        while self._is_locked:
            self.close()
            self._is_locked, self._refusal, self.notice = False, "", ""
            self._look()  # waits a second by itself
            if not self._is_locked or monotonic() >= until:
                return
            self._tell_waiting(what)

    def _tell_waiting(self, what: str) -> None:
        """Say once who waits for what."""
        if self.tell is not None:
            self.tell(f"{what} waits for another program, which has locked the record {self.path} …")
            self.tell = None

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt and schedule its question's next review; on disk when this returns.

        Raises:
            ChainruleError: it could not be kept.
        """
        try:
            self._add(attempt)
        except MendedError:
            self._add(attempt)
        try:
            self._copy(self.clock())
        except FAULTS as error:
            if is_damage(error):
                self._mend("is damaged")
            elif fault := fault_of_copies(self.folder):
                self.notice = fault

    def leave_out(self, attempts: Sequence[Attempt]) -> None:
        """Keep which questions of an exam were handed in without an answer, all of them or none.

        Raises:
            ChainruleError: they could not be kept.
        """
        if attempts:
            with self.writing("what was left out") as database:
                database.executemany(INSERT, [attempt.row() for attempt in attempts])

    def copy_now(self) -> None:
        """Make today's copy, if there is none and it can be made."""
        with contextlib.suppress(*FAULTS):
            copy_daily(self.path, self.clock())

    def _copy(self, now: datetime) -> None:
        """Make the day's copy unless it is there; that of a large record in the background."""
        if copy_of(self.path, now).exists():
            return
        if self.path.stat().st_size <= READ_WHOLE:
            copy_daily(self.path, now)
        elif self.watch is None or not (self.watch.goes_on or self.watch.fault):
            from tutor.progress.safety.integrity_check import Watch

            self.watch = Watch(self.path, rest=0.0, copy_on=now)

    def _add(self, attempt: Attempt) -> None:
        with self.writing("your answer") as database:
            database.execute(INSERT, attempt.row())
            move_on(database, attempt, max(self.clock(), attempt.at))

    def undo(self, key: str) -> None:
        """Take back the attempt with this key: it stays on record as undone and counts no longer.

        Raises:
            ChainruleError: there is no such attempt, it was taken back before, or the change could not be kept.
        """
        try:
            self._undo(key)
        except MendedError:
            self._undo(key)

    def _undo(self, key: str) -> None:
        found = self.rows("SELECT question FROM attempts WHERE key = ?", key)
        if not found:
            raise ChainruleError("there is no such answer on record, so nothing was undone")
        with self.writing("the undo") as database:
            if not take_back(database, Undone(key, self.clock())):
                raise ChainruleError("this answer was undone before; nothing was changed")
            schedule_anew(database, [str(found[0][0])], self.clock())

    def regrade(self, grades: Sequence[Regrade]) -> int:
        """Keep later grades of attempts, and work their questions' cards out again; how many were new.

        Raises:
            ChainruleError: they could not be kept; none is.
        """
        with self.writing("the new grades") as database:
            return merge(database, grades, self.clock()).regraded

    def save_place(self, lesson: str, section: int) -> None:
        """Remember that the learner reads `section` (counted from 0) of `lesson`.

        Raises:
            ChainruleError: it could not be kept.
        """
        with self.writing("your place") as database:
            database.execute(
                "INSERT OR REPLACE INTO places VALUES (?, ?, ?)",
                (lesson, section, self.clock().astimezone(UTC).isoformat()),
            )

    # -- reading

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the record answers to an SQL question; nothing while there is no record.

        Raises:
            ChainruleError: the file cannot be read.
        """
        self._follow()
        try:
            return self._ask(question, *values)
        except FAULTS as error:
            if not is_damage(error):
                raise ChainruleError(
                    f"the record {self.path} cannot be read ({error}); start Chainrule again"
                ) from None
        self._mend("is damaged")
        return self._ask(question, *values)

    def _ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        if self._database is None:
            return []
        try:
            with time_limit(self._database, ENDLESS):
                return self._database.execute(question, values).fetchall()
        except FAULTS as error:
            if is_endless(error):
                raise DamageError("a question to the record never ends") from None
            if self._refusal:
                return []  # a newer record may have other tables, and a record that is only read is not mended
            raise

    def read(self, make: Callable[[list[tuple[Any, ...]]], list[T]], question: str, *values: Any) -> list[T]:
        """What `make` makes of the rows; rows that it cannot use are damage."""
        try:
            return make(self.rows(question, *values))
        except SPOILT:
            if self._refusal:
                return []
        self._mend("is damaged")
        return make(self.rows(question, *values))

    def mend(self) -> None:
        """Set the record aside, and go on with what can be restored; one that is only read is left alone.

        Raises:
            ChainruleError: it is only read.
        """
        if self._refusal:
            raise ChainruleError(f"what is on record cannot be shown: a value in it is damaged; {self._refusal}")
        self._mend("is damaged")
