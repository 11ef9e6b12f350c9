"""The tables of the record, and how an older record becomes a newer one."""

import sqlite3

APPLICATION = 0x43484E52
"""Marks the file as Chainrule's own (`PRAGMA application_id`): "CHNR"."""

MIGRATIONS = (
    """
    CREATE TABLE attempts (
        number INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        question TEXT NOT NULL,
        lesson TEXT NOT NULL,
        kind TEXT NOT NULL,
        concepts TEXT NOT NULL,
        seed INTEGER NOT NULL,
        answer TEXT NOT NULL,
        score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
        verdict TEXT NOT NULL,
        hints INTEGER NOT NULL,
        seconds REAL NOT NULL,
        at TEXT NOT NULL,
        program TEXT NOT NULL
    );
    CREATE INDEX attempts_by_question ON attempts (question);
    CREATE TRIGGER attempts_are_never_changed BEFORE UPDATE ON attempts
        BEGIN SELECT RAISE(ABORT, 'attempts are never changed'); END;
    CREATE TRIGGER attempts_are_never_deleted BEFORE DELETE ON attempts
        BEGIN SELECT RAISE(ABORT, 'attempts are never deleted'); END;
    CREATE TABLE places (lesson TEXT PRIMARY KEY, section INTEGER NOT NULL, at TEXT NOT NULL);
    CREATE TABLE cards (question TEXT PRIMARY KEY, due TEXT NOT NULL, state TEXT NOT NULL);
    CREATE TABLE flags (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    """,
)
"""One script a version: the first makes version 1 of an empty file, the next turns 1 into 2, and so on."""

VERSION = len(MIGRATIONS)


def version_of(database: sqlite3.Connection) -> int:
    """The version of the record's tables; 0 for an empty file."""
    (found,) = database.execute("PRAGMA user_version").fetchone()
    return int(found)


def migrate(database: sqlite3.Connection) -> None:
    """Bring the record to this program's version, each step whole or not at all."""
    for version in range(version_of(database), VERSION):
        database.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[version]}"
            f"PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {version + 1}; COMMIT;"
        )
