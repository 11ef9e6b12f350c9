"""The schema of the record, its migrations, and how a file is recognised as a record."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from tutor.files import SQLITE_MAGIC, open_to_read
from tutor.progress.tables.attempt import ATTEMPT_COLUMNS, AttemptColumn
from tutor.progress.tables.pages import PAGES_SINCE_NAME

APPLICATION_ID = 0x43484E52
"""Marks the file as Chainrule's own (`PRAGMA application_id`): "CHNR"."""


def _forbid_trigger(table: str, operation: Literal["UPDATE", "DELETE"]) -> str:
    """The SQL of a trigger that forbids updating or deleting rows of `table`."""
    participle = f"{operation.lower()}d"
    return f"""
        CREATE TRIGGER {table}_is_never_{participle} BEFORE {operation} ON {table}
            BEGIN SELECT RAISE(ABORT, 'what {table} holds is never {participle}'); END
        """


_SQL_TYPES = {str: "TEXT", int: "INTEGER", float: "REAL"}
_LINE_BREAK = "\n" + 16 * " "
_COLUMN_SEPARATOR = ",\n            "
_AMBIGUOUS_COLUMNS = ("key", "at", "program", "revision")
"""Columns that the table of regrades has too, so that queries must name the table."""


def _define(column: AttemptColumn) -> str:
    """The SQL that defines a column in `CREATE TABLE`."""
    default = f"DEFAULT {column.default!r}" if column.since > 1 else ""
    parts = (column.name, _SQL_TYPES[column.value_type], "NOT NULL", default, column.constraint)
    return " ".join(part for part in parts if part)


def _add_columns(version: int) -> tuple[str, ...]:
    """The statements that add the columns of `version` to the table of attempts."""
    new_columns = [column for column in ATTEMPT_COLUMNS if column.since == version]
    return tuple(f"ALTER TABLE attempts ADD COLUMN {_define(column)}" for column in new_columns)


def _create_standing_view(version: int) -> str:
    """The SQL of the view `standing`: the attempts that were not taken back, each with its newest grade."""
    columns = ["a.number"]
    for name in (column.name for column in ATTEMPT_COLUMNS if column.since <= version):
        if name in ("score", "verdict"):
            columns.append(f"COALESCE(r.{name}, a.{name}) AS {name}")
        else:
            columns.append(f"a.{name}" if name in _AMBIGUOUS_COLUMNS else name)
    # Existing records have these line breaks, and a record's schema must match exactly.
    selected = ", ".join(columns).replace(", COALESCE(r.score", f",{_LINE_BREAK}COALESCE(r.score")
    selected = selected.replace("AS verdict, ", f"AS verdict,{_LINE_BREAK}")
    return f"""
        CREATE VIEW standing AS
            SELECT {selected}
            FROM attempts a
            LEFT JOIN regrades r ON r.key = a.key
                AND r.number = (SELECT number FROM regrades WHERE key = a.key ORDER BY at DESC LIMIT 1)
            WHERE NOT EXISTS (SELECT 1 FROM undone u WHERE u.key = a.key)
        """


MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        f"""
        CREATE TABLE attempts (
            number INTEGER PRIMARY KEY,
            {_COLUMN_SEPARATOR.join(_define(column) for column in ATTEMPT_COLUMNS if column.since == 1)}
        )
        """,
        "CREATE INDEX attempts_by_question ON attempts (question)",
        """
        CREATE TRIGGER attempts_are_never_changed BEFORE UPDATE ON attempts
            BEGIN SELECT RAISE(ABORT, 'attempts are never changed'); END
        """,
        """
        CREATE TRIGGER attempts_are_never_deleted BEFORE DELETE ON attempts
            BEGIN SELECT RAISE(ABORT, 'attempts are never deleted'); END
        """,
        "CREATE TABLE places (lesson TEXT PRIMARY KEY, section INTEGER NOT NULL, at TEXT NOT NULL)",
        "CREATE TABLE cards (question TEXT PRIMARY KEY, due TEXT NOT NULL, state TEXT NOT NULL)",
        "CREATE TABLE flags (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    ),
    (
        *_add_columns(2),
        "CREATE TABLE undone (key TEXT PRIMARY KEY REFERENCES attempts (key), at TEXT NOT NULL)",
        """
        CREATE TABLE regrades (
            number INTEGER PRIMARY KEY,
            key TEXT NOT NULL REFERENCES attempts (key),
            score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
            verdict TEXT NOT NULL,
            at TEXT NOT NULL,
            program TEXT NOT NULL,
            revision TEXT NOT NULL,
            UNIQUE (key, at)
        )
        """,
        *(_forbid_trigger("undone", operation) for operation in ("UPDATE", "DELETE")),
        *(_forbid_trigger("regrades", operation) for operation in ("UPDATE", "DELETE")),
        "DROP INDEX attempts_by_question",
        "CREATE INDEX attempts_by_question ON attempts (question, at, score, seconds, hints, confidence, seed, key)",
        "CREATE INDEX attempts_by_numbers ON attempts (seed, question, at, key)",
        "CREATE INDEX attempts_by_kind ON attempts (kind, at, score, hints, seconds)",
        "CREATE INDEX attempts_by_time ON attempts (at)",
        _create_standing_view(2),
    ),
    (  # from here on a verdict may be 'left out', which the schedule passes over; its index holds verdicts too
        "DROP INDEX attempts_by_question",
        """
        CREATE INDEX attempts_by_question
            ON attempts (question, at, score, seconds, hints, confidence, seed, key, verdict)
        """,
    ),
    (  # from here on a mode may be 'retry', which schedule and levels pass over; the indices hold modes too
        "DROP INDEX attempts_by_kind",
        "CREATE INDEX attempts_by_kind ON attempts (kind, at, score, hints, seconds, mode)",
        "DROP INDEX attempts_by_question",
        """
        CREATE INDEX attempts_by_question
            ON attempts (question, at, score, seconds, hints, confidence, seed, key, verdict, mode)
        """,
    ),
    (  # from here on pages are kept one by one; a record that has been read in is told when that began
        f"""
        INSERT INTO flags
            SELECT '{PAGES_SINCE_NAME}', strftime('%Y-%m-%dT%H:%M:%f', 'now') || '+00:00'
            WHERE EXISTS (SELECT 1 FROM places)
        """,
    ),
)
"""The statements of each version: the first turn an empty file into version 1, the next turn 1 into 2, and so on."""

SCHEMA_VERSION = len(MIGRATIONS)
MAX_PLAUSIBLE_VERSION = 10_000
"""A version number above this means that the file is damaged."""


def version_of(database: sqlite3.Connection) -> int:
    """The version of the record's tables; 0 for an empty file."""
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return int(version)


def count_attempts(database: sqlite3.Connection) -> int:
    """How many attempts a record has."""
    (count,) = database.execute("SELECT COUNT(*) FROM attempts").fetchone()
    return int(count)


@contextlib.contextmanager
def without_indices(database: sqlite3.Connection) -> Iterator[None]:
    """Drop the indices of the table of attempts for the block, and create them again after it.

    Run it in a transaction: if the block fails, the rollback restores the indices. For many new rows it is quicker to
    sort all of them once than to insert each into an index.
    """
    indices = database.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'attempts' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indices:
        database.execute(f"DROP INDEX {name}")
    yield
    for _, statement in indices:
        database.execute(statement)


def is_newer(path: Path) -> bool:
    """Whether a newer program made the record at `path`.

    Reads the file's header only (sqlite.org/fileformat.html, 1.3), since opening a file with SQLite can change it.
    """
    try:
        with open_to_read(path) as file:
            header = file.read(100)
    except OSError:
        return False
    version = int.from_bytes(header[60:64], "big")  # PRAGMA user_version
    application_id = int.from_bytes(header[68:72], "big")
    is_record = header.startswith(SQLITE_MAGIC) and application_id == APPLICATION_ID
    return is_record and SCHEMA_VERSION < version <= MAX_PLAUSIBLE_VERSION


def migrate(database: sqlite3.Connection) -> None:
    """Bring the record to this program's version; each step is done completely or not at all.

    The version is read again inside each step, since another program may take the same step at the same time.
    """
    while version_of(database) < SCHEMA_VERSION:
        database.execute("BEGIN IMMEDIATE")
        try:
            version = version_of(database)
            if version < SCHEMA_VERSION:
                for statement in MIGRATIONS[version]:
                    database.execute(statement)
                database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                database.execute(f"PRAGMA user_version = {version + 1}")
            database.execute("COMMIT")
        except BaseException:
            if database.in_transaction:
                database.execute("ROLLBACK")
            raise
