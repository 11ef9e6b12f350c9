"""The record's file while the program runs: opens it, repairs it, reopens it when replaced, and backs it up daily.

Opening touches no disk until there is something to keep. A record that cannot be used is set aside or
left alone, never overwritten; `notice` says what happened in words for the learner.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, Self

from tutor.errors import ChainruleError
from tutor.files import system_reason
from tutor.progress.record.queries import RecordReader
from tutor.progress.record.runner import R, RepairedError, T
from tutor.progress.review.schedule import utc_now
from tutor.progress.safety.backups import back_up_daily, backup_path, find_backup_fault
from tutor.progress.safety.soundness import find_fault
from tutor.progress.tables.attempt import INVALID_VALUE_ERRORS
from tutor.progress.tables.connections import (
    FILE_ERRORS,
    LOCK_ADVICE,
    DamageError,
    connect,
    connect_without_writing,
    create_record,
    is_damage,
    is_endless,
    is_locked,
    size_if_readable,
    time_limit,
    transaction,
    wait_while_locked,
)
from tutor.progress.tables.paths import backups_folder, file_identity, record_path, restrict_access
from tutor.progress.tables.schema import SCHEMA_VERSION, is_newer, migrate, version_of

if TYPE_CHECKING:
    from tutor.progress.safety.integrity_check import IntegrityCheck

QUERY_TIMEOUT = 20.0
"""Seconds after which a query of the record is interrupted, since a hostile record can make it endless."""
WRITE_ADVICE = "free some room, make the folder writable, or set CHAINRULE_HOME to another folder"
MAX_BYTES_CHECKED_AT_START = 2**21
"""A record of at most this many bytes is fully checked when it is opened; a larger one in the background."""


class RecordFile(RecordReader):
    """The SQLite file of a record; works as far as possible if it is missing, locked, damaged, newer or read-only."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.folder = folder
        self.notice = ""
        """A notice about the record for the learner, in plain words; "" when all is well."""
        self.is_newer = False
        """Whether a newer Chainrule made the record."""
        self._refusal = ""
        """Why nothing can be written; "" if writing is possible."""
        self.lock_timeout = 10.0
        """Seconds that an answer waits for another program that holds the record."""
        self.notify: Callable[[str], None] | None = None
        """Called with a sentence when an answer has to wait; `None` if nobody is to be told, or after it was called."""
        self._is_locked = False
        """Whether another program held the record when it was opened last."""
        self._database: sqlite3.Connection | None = None
        self._open_identity: tuple[int, int] | None = None
        """Device and inode of the open file; `None` while none is."""
        self.integrity_check: IntegrityCheck | None = None
        """The check or backup of a large record in the background, running or done; `None` before the first."""

    @classmethod
    def open(cls, home: Path | None = None, clock: Callable[[], datetime] | None = None) -> Self:
        """Open the record in the folder `home` (default: the learner's own). Never raises for a bad file."""
        store = cls(home or record_path().parent, clock or utc_now)
        store._open_file()
        return store

    def close(self) -> None:
        """Close the file."""
        if self.integrity_check is not None:
            self.integrity_check.stop()
            self.integrity_check = None
        if self._database is not None:
            self._database.close()
        self._database = self._open_identity = None

    def checkpoint(self) -> None:
        """Move everything from the write-ahead log into the file itself."""
        if self._database is not None:
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def path(self) -> Path:
        """The record's file, there or not."""
        return record_path(self.folder)

    # -- opening

    def _open_file(self) -> None:
        """Open the record if there is one; repair a damaged one, leave a newer one alone."""
        if is_newer(self.path):
            self._refuse_newer()
            return
        try:
            if file_identity(self.path) is None:
                self._restore_missing()
            else:
                restrict_access(self.folder)
                self._check_and_connect()
        except FILE_ERRORS as error:
            if is_damage(error):
                self._repair("is damaged")
            elif is_locked(error):
                self._is_locked = True
                self._refuse_writing(
                    f"the record {self.path} is locked by another program: it is shown as it was last kept"
                )
            else:
                reason = system_reason(error)
                self._refuse_writing(f"the record {self.path} cannot be written ({reason}); {WRITE_ADVICE}")
        if not self.notice and not self._refusal:
            self.notice = find_backup_fault(self.folder)

    def _check_and_connect(self) -> None:
        """Check the record and connect to it; a large one is checked briefly now, and in full in the background."""
        is_small = size_if_readable(self.path) <= MAX_BYTES_CHECKED_AT_START
        if fault := find_fault(self.path, thorough=is_small):
            self._repair(fault)
            return
        self._connect()
        if not is_small and not self._refusal:
            from tutor.progress.safety.integrity_check import IntegrityCheck

            self.integrity_check = IntegrityCheck(self.path)

    def _connect(self) -> None:
        """Open the file to write, and bring it to this program's version."""
        self.close()
        self._open_identity = file_identity(self.path)
        self._database = database = connect(self.path)
        with contextlib.suppress(sqlite3.OperationalError):  # this file system cannot hold a write-ahead log
            database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")  # a recorded answer survives a power cut
        migrate(database)
        if version_of(database) > SCHEMA_VERSION:  # a newer program's changes may still be in the write-ahead log
            self._refuse_newer()

    def _refuse_newer(self) -> None:
        """Become read-only because a newer program made the record."""
        self.is_newer = True
        self._refuse_writing(
            f"the record {self.path} was made by a newer Chainrule and is left as it is; "
            "update Chainrule, or set CHAINRULE_HOME to another folder"
        )

    def _refuse_writing(self, why: str) -> None:
        """Become read-only, with the reason in `notice`; still read if that is possible without writing to disk."""
        self.close()
        self._refusal = why
        self.notice = f"{self.notice} {why}".strip()
        with contextlib.suppress(*FILE_ERRORS):  # there is no file, or it cannot be read either
            self._database = connect_without_writing(self.path, locked=self._is_locked)

    def _restore_missing(self) -> None:
        """Restore a record that has disappeared; if there never was one, touch nothing on disk."""
        if not backups_folder(self.folder).is_dir():
            return
        from tutor.progress.safety.rescue import restore_missing

        self.notice = restore_missing(self.folder, self.clock())
        if file_identity(self.path) is not None:
            self._connect()

    def _repair(self, fault: str) -> None:
        """Set the record aside and go on with what can be restored; `fault` is a predicate, such as "is damaged"."""
        from tutor.progress.safety.rescue import set_aside_and_restore

        self.close()
        try:
            self.notice = set_aside_and_restore(self.folder, fault, self.clock())
            if file_identity(self.path) is not None:
                self._connect()
        except FILE_ERRORS as error:
            self._refusal = self.notice = (
                f"the record {self.path} {fault} and cannot be repaired ({error}); {WRITE_ADVICE}"
            )

    def _reopen_if_replaced(self) -> None:
        """Open the file at the record's path again if another program has moved or replaced the one that is open.

        A record that cannot be written is not opened again. If the file is still the same but the background check has
        found a fault in it, the record is repaired.
        """
        identity = file_identity(self.path)
        if not self._refusal and identity != self._open_identity:
            was_open = self._open_identity is not None
            self.close()
            self._open_file()
            was_moved = was_open and identity is None
            if was_moved and not self.notice and not self._has_been_reset():  # a reset moves the record on purpose
                self.notice = f"The record in {self.folder} was deleted while it was in use, so a new one begins."
            return
        check = self.integrity_check
        if check is not None and check.fault and check.file == self._open_identity:  # it checked the file that is open
            self._repair(check.fault)

    def _has_been_reset(self) -> bool:
        """Whether a record that was reset lies in the folder."""
        return any(self.folder.glob("record-before-reset*"))

    # -- writing

    @contextlib.contextmanager
    def transaction(self, subject: str = "the change") -> Iterator[sqlite3.Connection]:
        """Run the block as one transaction, which is written to disk completely or not at all.

        `subject`, such as “your answer”, is the subject of the sentences that say why it was not kept, or has to wait.

        Raises:
            ChainruleError: the record cannot be written; one line says why and what to do.
        """
        self._reopen_if_replaced()
        if self._is_locked:
            self._wait_for_lock(subject)
        if self._refusal:
            advice = f"; {LOCK_ADVICE}" if self._is_locked else ""
            raise ChainruleError(f"{subject} was not kept: {self._refusal}{advice}")
        try:
            if self._database is None:
                create_record(self.path)
                wait_while_locked(self._connect, self.lock_timeout, lambda: self._tell_waiting(subject))
            if self._database is None:  # `_connect` has closed it: a newer program has migrated the record meanwhile
                raise ChainruleError(f"{subject} was not kept: {self._refusal}")
            with transaction(self._database, self.lock_timeout, lambda: self._tell_waiting(subject)):
                yield self._database
        except FILE_ERRORS as error:
            if is_locked(error):
                raise ChainruleError(
                    f"{subject} was not kept: the record {self.path} is locked by another program; {LOCK_ADVICE}"
                ) from None
            if is_damage(error):
                self._repair("is damaged")
                raise RepairedError(f"{subject} was not kept: {self.notice} Try again.") from None
            raise ChainruleError(
                f"{subject} was not kept: {self.path} cannot be written ({system_reason(error)}); {WRITE_ADVICE}"
            ) from None

    def _wait_for_lock(self, subject: str) -> None:
        """Wait, up to the timeout, for the program that had locked the record when it was opened."""
        deadline = monotonic() + self.lock_timeout
        while self._is_locked:
            self.close()
            self._is_locked, self._refusal, self.notice = False, "", ""
            self._open_file()  # waits up to a second itself, and sets these three attributes again
            if not self._is_locked or monotonic() >= deadline:
                return
            self._tell_waiting(subject)

    def _tell_waiting(self, subject: str) -> None:
        """Tell the learner once that another program holds the record."""
        if self.notify is not None:
            self.notify(f"{subject} waits for another program, which has locked the record {self.path} …")
            self.notify = None

    def ensure_backup_today(self) -> None:
        """Back up the record unless there is a backup of today; errors are ignored."""
        with contextlib.suppress(*FILE_ERRORS):
            back_up_daily(self.path, self.clock())

    def _back_up(self, now: datetime) -> None:
        """Back up the record unless there is a backup of today; a large record in the background.

        Raises:
            OSError, sqlite3.Error: no copy can be written, or the record is damaged.
        """
        if backup_path(self.path, now).exists():
            return
        if self.path.stat().st_size <= MAX_BYTES_CHECKED_AT_START:
            back_up_daily(self.path, now)
            return
        check = self.integrity_check
        is_busy_or_damaged = check is not None and (check.is_running or bool(check.fault))
        if not is_busy_or_damaged:
            from tutor.progress.safety.integrity_check import IntegrityCheck

            self.integrity_check = IntegrityCheck(self.path, delay=0.0, backup_time=now)

    # -- reading

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of an SQL query; none while there is no record.

        Raises:
            ChainruleError: the file cannot be read.
        """
        return self._query_and_repair(lambda: self._query(query, *values))

    def rows_for_each(self, query: str, names: Iterable[str]) -> list[list[tuple[Any, ...]]]:
        """The rows of an SQL query that is run for one name after another.

        Raises:
            ChainruleError: the file cannot be read.
        """
        return self._query_and_repair(lambda: [self._query(query, name) for name in names])

    def _query_and_repair(self, run_queries: Callable[[], list[R]]) -> list[R]:
        """Run queries on the file at the record's path; if it turns out damaged, repair it and run them again."""
        self._reopen_if_replaced()
        try:
            return run_queries()
        except FILE_ERRORS as error:
            if not is_damage(error):
                raise ChainruleError(
                    f"the record {self.path} cannot be read ({error}); start Chainrule again"
                ) from None
        self._repair("is damaged")
        return run_queries()

    def _query(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of an SQL query; none while there is no record.

        A damaged record that cannot be written, and so not repaired, gives no rows either.
        """
        if self._database is None:
            return []
        try:
            with time_limit(self._database, QUERY_TIMEOUT):
                return self._database.execute(query, values).fetchall()
        except FILE_ERRORS as error:
            if is_endless(error):
                raise DamageError("a query of the record never ends") from None
            if self._refusal:
                return []  # a newer record may have other tables, and one that cannot be written is not repaired
            raise

    def fetch(self, make: Callable[[list[tuple[Any, ...]]], list[T]], query: str, *values: Any) -> list[T]:
        """Pass the rows of a query to `make` and return its result.

        If `make` raises one of `INVALID_VALUE_ERRORS`, the rows are damaged: the record is repaired and queried again.
        """
        try:
            return make(self.rows(query, *values))
        except INVALID_VALUE_ERRORS:
            if self._refusal:
                return []
        self._repair("is damaged")
        return make(self.rows(query, *values))

    def repair(self) -> None:
        """Set the record aside as damaged, and go on with what can be restored.

        Raises:
            ChainruleError: it cannot be written, so it is left as it is.
        """
        if self._refusal:
            raise ChainruleError(f"what is on record cannot be shown: a value in it is damaged; {self._refusal}")
        self._repair("is damaged")
