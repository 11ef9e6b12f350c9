"""Empties the record, or deletes one lesson from it; the old data are kept beside it."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from tutor.errors import ChainruleError, unknown_name_error
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record
from tutor.progress.review.cards import reschedule
from tutor.progress.tables.hints import hints_prefix
from tutor.progress.tables.pages import pages_prefix
from tutor.progress.tables.paths import backups_folder, move_backups, move_record, unused_path
from tutor.progress.tables.resets import RESET_PREFIX, note_reset
from tutor.progress.tables.tasks import lesson_prefix


def reset_record(store: Store, exams: int = 0) -> Path:
    """Move the record and its backups aside, so that an empty record begins; return the path of the old one.

    The new one holds that it was begun again, after how many answers and `exams`, and each reset before.

    Raises:
        ChainruleError: there is nothing to reset, the file cannot be moved, or the reset cannot be noted.
    """
    if not store.path.exists():
        raise ChainruleError("there is no record yet, so there is nothing to reset")
    with store.transaction("the reset"):
        pass  # an empty transaction raises for a record that must not be touched
    notes = store.stored_with(RESET_PREFIX)
    if answers := store.count():
        reset = note_reset(store.clock(), "", answers, exams)
        notes[reset.name] = reset.value
    store.checkpoint()
    store.close()
    aside = unused_path(store.folder, "record-before-reset")
    try:
        move_backups(store.folder, aside)
        move_record(store.path, aside)
    except OSError as error:
        why = error.strerror or error
        raise ChainruleError(
            f"{store.path} cannot be moved ({why}); close other Chainrule windows, and try again"
        ) from None
    if notes:
        _keep_notes(store, notes, aside)
    return aside


def _keep_notes(store: Store, notes: Mapping[str, str], aside: Path) -> None:
    try:
        with store.transaction("the reset") as database:
            database.executemany("INSERT INTO flags VALUES (?, ?)", notes.items())
    except ChainruleError as error:
        raise ChainruleError(f"the record is empty now, and the old one is kept at {aside}; but {error}") from None


def count_answers(store: Store, lessons: Sequence[str], known: Iterable[str]) -> int:
    """Count the recorded answers to the questions of `lessons`.

    Raises:
        UsageError: a lesson that neither the course nor the record has.
        ChainruleError: nothing is on record about one of them.
    """
    count = 0
    on_record = store.lessons_on_record()
    for lesson in lessons:
        if lesson not in on_record:
            if lesson not in (names := sorted({*known, *on_record})):
                raise unknown_name_error("lesson", lesson, names)
            raise ChainruleError(f"nothing is on record about {lesson}, so there is nothing to forget")
        count += store.count_in_lesson(lesson)
    return count


def forget_lessons(store: Store, lessons: Sequence[str]) -> Path:
    """Delete `lessons` from the record and its backups; return the path of an export that can restore them.

    The record keeps that they were begun again, and after how many answers.

    Raises:
        ChainruleError: it cannot be done; nothing was changed.
    """
    export = unused_path(store.folder, "record-before-forgetting", ".jsonl")
    export_record(store, export)
    counts = {lesson: store.count_in_lesson(lesson) for lesson in lessons}
    resets = [note_reset(store.clock(), lesson, count) for lesson, count in counts.items() if count]
    with store.transaction("the change") as database:
        questions = [_delete_lesson(database, lesson) for lesson in lessons]
        database.executemany("INSERT INTO flags VALUES (?, ?)", [(each.name, each.value) for each in resets])
        reschedule(database, {name for names in questions for name in names}, store.clock())
    store.checkpoint()
    try:
        move_backups(store.folder, export)
    except OSError as error:
        raise ChainruleError(
            f"the lesson is forgotten, but {backups_folder(store.folder)} cannot be moved ({error.strerror}): "
            "its copies still hold the answers"
        ) from None
    store.ensure_backup_today()
    return export


def _delete_lesson(database: sqlite3.Connection, lesson: str) -> set[str]:
    """Delete what belongs to a lesson, past the triggers that forbid it; return the questions asked in it."""
    questions = {str(row[0]) for row in database.execute("SELECT question FROM attempts WHERE lesson = ?", (lesson,))}
    guards = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    database.execute("PRAGMA secure_delete = ON")
    for name, _ in guards:
        database.execute(f'DROP TRIGGER "{name}"')
    for table in ("undone", "regrades"):
        database.execute(f"DELETE FROM {table} WHERE key IN (SELECT key FROM attempts WHERE lesson = ?)", (lesson,))
    for prefix in (lesson_prefix(lesson), pages_prefix(lesson), hints_prefix(lesson)):
        database.execute("DELETE FROM flags WHERE substr(name, 1, ?) = ?", (len(prefix), prefix))
    for table in ("attempts", "places"):
        database.execute(f"DELETE FROM {table} WHERE lesson = ?", (lesson,))
    for _, sql in guards:
        database.execute(sql)
    return questions
