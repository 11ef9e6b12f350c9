"""The record out of the program and back: JSON Lines, documented here.

The first line says what the file is: `{"chainrule": "record", "format": 1, …}`. Each further line is one
thing with its `type`: `attempt` (all fields of `Attempt`), `place` (lesson, section, at) or `card`
(question, due, state: the schedule's memory of a question).
"""

import json
import os
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from tutor import __version__
from tutor.errors import ChainruleError, UsageError
from tutor.progress.attempt import COLUMNS
from tutor.progress.paths import record_path
from tutor.progress.store import INSERT, Store

FORMAT = 1
MOST_BYTES = 2**29


class AttemptLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="attempt"):
    """One attempt in a file."""

    key: str
    question: str
    lesson: str
    kind: str
    concepts: tuple[str, ...]
    seed: int
    answer: str
    score: float
    verdict: str
    hints: int
    seconds: float
    at: datetime
    program: str


class PlaceLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="place"):
    """One reading position in a file."""

    lesson: str
    section: int
    at: datetime


class CardLine(msgspec.Struct, forbid_unknown_fields=True, tag_field="type", tag="card"):
    """The schedule of one question in a file."""

    question: str
    due: datetime
    state: dict[str, Any]


Line = AttemptLine | PlaceLine | CardLine


def export_record(store: Store, path: Path) -> int:
    """Write the whole record to `path`, whole or not at all; how many attempts were written.

    Raises:
        ChainruleError: the file cannot be written; an earlier one of that name is still there.
    """
    attempts = store.attempts()
    lines: list[dict[str, Any]] = [{"chainrule": "record", "format": FORMAT, "program": __version__}]
    for attempt in attempts:
        values = {name: getattr(attempt, name) for name in COLUMNS}
        lines.append({"type": "attempt", **values, "at": attempt.at.isoformat()})
    for lesson, section, at in store.rows("SELECT lesson, section, at FROM places ORDER BY lesson"):
        lines.append({"type": "place", "lesson": lesson, "section": section, "at": at})
    for question, due, state in store.rows("SELECT question, due, state FROM cards ORDER BY question"):
        lines.append({"type": "card", "question": question, "due": due, "state": json.loads(state)})
    _write_whole(path, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return len(attempts)


def _write_whole(path: Path, text: str) -> None:
    """Write beside `path`, make sure it is on disk, then put it in place."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise ChainruleError(f"{path} cannot be written ({error.strerror}); nothing was changed") from None


def import_record(store: Store, path: Path) -> int:
    """Add what `path` holds and the record does not, in one transaction; how many attempts were new.

    Raises:
        UsageError: the file cannot be read or is not an export; nothing was changed.
    """
    lines = _read(path)
    before = store.count()
    with store.writing() as database:
        for number, line in enumerate(lines, 2):
            try:
                _merge(database, line)
            except sqlite3.IntegrityError as error:
                raise UsageError(f"{path}:{number}: {error}; nothing was changed") from None
    return store.count() - before


def _read(path: Path) -> list[Line]:
    """Every line after the first, each checked."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is larger than {MOST_BYTES // 2**20} MB; that is no record")
        texts = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read ({error}); give a file that chainrule export wrote") from None
    _check_head(path, texts[0])
    if texts[-1]:
        raise UsageError(f"{path}:{len(texts)}: the last line is cut off; nothing was changed")
    decoder = msgspec.json.Decoder(Line)
    found = []
    for number, text in enumerate(texts[1:-1], 2):
        try:
            found.append(decoder.decode(text))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise UsageError(f"{path}:{number}: {error}; nothing was changed") from None
    return found


def _check_head(path: Path, text: str) -> None:
    try:
        head = json.loads(text)
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.get("chainrule") != "record":
        raise UsageError(f"{path}:1: this is not a file that chainrule export wrote; nothing was changed")
    if head.get("format") != FORMAT:
        raise UsageError(f"{path}:1: this file has format {head.get('format')}; update Chainrule to read it")


def _merge(database: sqlite3.Connection, line: Line) -> None:
    """Add one thing unless the record has it, or something newer."""
    if isinstance(line, AttemptLine):
        values = {name: getattr(line, name) for name in COLUMNS}
        values |= {"concepts": json.dumps(line.concepts), "at": line.at.isoformat()}
        database.execute(f"{INSERT} ON CONFLICT (key) DO NOTHING", tuple(values.values()))
    elif isinstance(line, PlaceLine):
        database.execute(
            "INSERT INTO places VALUES (?, ?, ?) ON CONFLICT (lesson) DO UPDATE "
            "SET section = excluded.section, at = excluded.at WHERE excluded.at > places.at",
            (line.lesson, line.section, line.at.isoformat()),
        )
    else:
        database.execute(
            "INSERT INTO cards VALUES (?, ?, ?) ON CONFLICT (question) DO UPDATE "
            "SET due = excluded.due, state = excluded.state "
            "WHERE json_extract(excluded.state, '$.last_review') > json_extract(cards.state, '$.last_review')",
            (line.question, line.due.isoformat(), json.dumps(line.state)),
        )


def reset_record(store: Store) -> Path:
    """Move the record aside, so that an empty one begins; where the old one is kept.

    Raises:
        ChainruleError: there is nothing to reset, or the file cannot be moved.
    """
    record = record_path(store.folder)
    if not record.exists():
        raise ChainruleError("there is no record yet, so there is nothing to reset")
    with store.writing():
        pass  # refuses a record that must not be touched
    store.checkpoint()
    store.close()
    names = (record.with_name(f"record-before-reset-{number}.sqlite3") for number in range(1, 10**6))
    kept = next(name for name in names if not name.exists())
    try:
        record.rename(kept)
    except OSError as error:
        raise ChainruleError(f"{record} cannot be moved ({error.strerror}); nothing was changed") from None
    return kept
