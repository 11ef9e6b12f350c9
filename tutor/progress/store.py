"""The learner's record in one SQLite file: every answer is on disk when `add` returns.

Opening touches no disk until there is something to keep. A record that cannot be used is set aside or
left alone, never overwritten; `notice` says what happened in words for the learner.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from tutor.errors import ChainruleError
from tutor.progress import rescue
from tutor.progress.attempt import COLUMNS, Attempt
from tutor.progress.paths import home, record_path
from tutor.progress.schedule import rating, review
from tutor.progress.schema import VERSION, migrate, version_of

__all__ = ["Attempt", "Store"]

INSERT = f"INSERT INTO attempts ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
WAIT_SECONDS = 10.0
"""How long one program waits while another writes."""


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


class Store:
    """The record of one learner."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder = folder
        self.clock = clock
        self.notice = ""
        """What the learner must be told about the record, in plain words; "" when all is well."""
        self._refusal = ""
        """Why nothing can be written; "" when it can."""
        self._database: sqlite3.Connection | None = None

    @classmethod
    def open(cls, folder: Path | None = None, clock: Callable[[], datetime] = utc_now) -> Self:
        """The record in `folder` (default: where the learner's record lies). Never raises for a bad file."""
        store = cls(folder or home(), clock)
        store._look()
        return store

    def close(self) -> None:
        """Let go of the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

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
        """Open the record if there is one; set a damaged one aside, leave a newer one alone."""
        try:
            exists = self.path.exists()
        except OSError:
            exists = False
        if not exists:
            return
        fault = rescue.fault_of(self.path)
        if fault:
            self.notice = rescue.set_aside_and_restore(self.folder, fault, self.clock())
            if not self.path.exists():
                return
        try:
            self._connect()
        except (sqlite3.Error, OSError) as error:
            self._refuse(f"the record {self.path} cannot be opened ({error}); set CHAINRULE_HOME to another folder")

    def _refuse(self, why: str) -> None:
        """From now on nothing is written, and the learner is told why."""
        self._refusal = why
        self.notice = f"{self.notice} {why}".strip()

    def _connect(self) -> None:
        database = sqlite3.connect(self.path, timeout=WAIT_SECONDS, isolation_level=None)
        if version_of(database) > VERSION:
            database.close()
            self._database = sqlite3.connect(f"{self.path.absolute().as_uri()}?immutable=1", uri=True)
            self._refuse(
                f"the record {self.path} was made by a newer Chainrule and is left as it is; "
                "update Chainrule, or set CHAINRULE_HOME to another folder"
            )
            return
        database.execute("PRAGMA foreign_keys = ON")
        with contextlib.suppress(sqlite3.OperationalError):  # a file system that cannot hold a write-ahead log
            database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = FULL")
        migrate(database)
        self._database = database

    # -- writing

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it is on disk afterwards, or none of it.

        Raises:
            ChainruleError: the record cannot be written; one line says why and what to do.
        """
        if self._refusal:
            raise ChainruleError(self._refusal)
        try:
            database = self._database or self._create()
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            except BaseException:
                database.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as error:
            raise ChainruleError(
                f"your answer was not kept: {self.path} cannot be written ({error}); "
                "free some room, make the folder writable, or set CHAINRULE_HOME to another folder"
            ) from None

    def _create(self) -> sqlite3.Connection:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._connect()
        if self._database is None:
            raise ChainruleError(self._refusal)
        return self._database

    def add(self, attempt: Attempt) -> None:
        """Keep an attempt and schedule its question's next review; on disk when this returns.

        Raises:
            ChainruleError: it could not be kept.
        """
        rated = rating(attempt.score, attempt.hints, attempt.seconds)
        with self.writing() as database:
            found = database.execute("SELECT state FROM cards WHERE question = ?", (attempt.question,)).fetchone()
            state, due = review(found[0] if found else None, rated, attempt.at)
            database.execute(INSERT, attempt.row())
            database.execute(
                "INSERT OR REPLACE INTO cards VALUES (?, ?, ?)", (attempt.question, due.isoformat(), state)
            )
        with contextlib.suppress(sqlite3.Error, OSError):  # the answer is kept; a copy can be made tomorrow
            rescue.copy_daily(self.path, self.clock())

    def save_place(self, lesson: str, section: int) -> None:
        """Remember that the learner reads `section` (counted from 0) of `lesson`."""
        with self.writing() as database:
            database.execute(
                "INSERT OR REPLACE INTO places VALUES (?, ?, ?)", (lesson, section, self.clock().isoformat())
            )

    # -- reading

    def rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the record answers to an SQL question; nothing while there is no record.

        Raises:
            ChainruleError: the file cannot be read.
        """
        if self._database is None:
            return []
        try:
            return self._database.execute(question, values).fetchall()
        except sqlite3.Error as error:
            raise ChainruleError(f"the record {self.path} cannot be read ({error}); start Chainrule again") from None

    def attempts(self) -> list[Attempt]:
        """Every attempt, the oldest first."""
        return [
            Attempt.from_row(row) for row in self.rows(f"SELECT {', '.join(COLUMNS)} FROM attempts ORDER BY number")
        ]

    def count(self) -> int:
        """How many attempts are on disk."""
        rows = self.rows("SELECT COUNT(*) FROM attempts")
        return int(rows[0][0]) if rows else 0

    def tries(self, question: str) -> int:
        """How many attempts at `question` are on disk."""
        rows = self.rows("SELECT COUNT(*) FROM attempts WHERE question = ?", question)
        return int(rows[0][0]) if rows else 0

    def place(self, lesson: str) -> int | None:
        """The section of `lesson` that was read last, counted from 0."""
        rows = self.rows("SELECT section FROM places WHERE lesson = ?", lesson)
        return int(rows[0][0]) if rows else None

    def last_place(self) -> tuple[str, int] | None:
        """The lesson and section that were read last of all."""
        rows = self.rows("SELECT lesson, section FROM places ORDER BY at DESC, rowid DESC LIMIT 1")
        return (str(rows[0][0]), int(rows[0][1])) if rows else None

    def places(self) -> dict[str, int]:
        """For each lesson that was opened, the section that was read last."""
        return {str(lesson): int(section) for lesson, section in self.rows("SELECT lesson, section FROM places")}

    def due(self, now: datetime | None = None) -> list[str]:
        """The questions whose review is due at `now`, the longest overdue first."""
        limit = (now or self.clock()).astimezone(UTC).isoformat()
        return [str(row[0]) for row in self.rows("SELECT question FROM cards WHERE due <= ? ORDER BY due", limit)]

    def summary(self) -> dict[str, Any]:
        """What `chainrule progress --json` prints."""
        from tutor.progress.mastery import by_concept, by_lesson

        attempts = self.attempts()
        return {
            "attempts": len(attempts),
            "lessons": by_lesson(attempts, self.places()),
            "concepts": by_concept(attempts),
            "due": self.due(),
            "last_attempt": attempts[-1].at.isoformat() if attempts else None,
        }
