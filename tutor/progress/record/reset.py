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
from tutor.progress.tables.resets import RESET_PREFIX, make_reset
from tutor.progress.tables.tasks import lesson_prefix


def reset_record(store: Store, exams: int = 0) -> Path:
    """Move the record and its backups aside, so that an empty record begins; return the path of the old one.

    The new record keeps a note of this reset, with the number of answers and of `exams` until then, and of all earlier
    resets.

    Raises:
        ChainruleError: there is nothing to reset, the file cannot be moved, or the reset cannot be noted.
    """
    if not store.path.exists():
        raise ChainruleError("there is no record yet, so there is nothing to reset")
    with store.transaction("the reset"):
        pass  # an empty transaction raises for a record that must not be changed
    reset_notes = store.stored_with(RESET_PREFIX)
    answers = store.count()
    if answers:
        reset = make_reset(store.clock(), "", answers, exams)
        reset_notes[reset.name] = reset.value
    store.checkpoint()
    store.close()
    aside = unused_path(store.folder, "record-before-reset")
    try:
        # The backups are moved first: a missing record would be restored if there were backups.
        move_backups(store.folder, aside)
        move_record(store.path, aside)
    except OSError as error:
        reason = error.strerror or error
        raise ChainruleError(
            f"{store.path} cannot be moved ({reason}); close other Chainrule windows, and try again"
        ) from None
    if reset_notes:
        _store_reset_notes(store, reset_notes, aside)
    return aside


def _store_reset_notes(store: Store, reset_notes: Mapping[str, str], aside: Path) -> None:
    """Store the notes (name → text) in the new record; `aside` is the path of the old one.

    Raises:
        ChainruleError: they cannot be stored.
    """
    try:
        with store.transaction("the reset") as database:
            database.executemany("INSERT INTO flags VALUES (?, ?)", reset_notes.items())
    except ChainruleError as error:
        raise ChainruleError(f"the record is empty now, and the old one is kept at {aside}; but {error}") from None


def count_answers_to_forget(store: Store, lessons: Sequence[str], course_lessons: Iterable[str]) -> int:
    """Count the answers that forgetting `lessons` would delete; `course_lessons` are the ids of all in the course.

    Raises:
        UsageError: a lesson that neither the course nor the record has.
        ChainruleError: nothing is on record about one of them.
    """
    count = 0
    on_record = store.lessons_on_record()
    for lesson in lessons:
        if lesson not in on_record:
            all_lessons = sorted({*course_lessons, *on_record})
            if lesson not in all_lessons:
                raise unknown_name_error("lesson", lesson, all_lessons)
            raise ChainruleError(f"nothing is on record about {lesson}, so there is nothing to forget")
        count += store.count_in_lesson(lesson)
    return count


def forget_lessons(store: Store, lessons: Sequence[str]) -> Path:
    """Delete `lessons` from the record and its backups; return the path of an export that can restore them.

    The record notes for each lesson that it was begun again, with the number of answers until then.

    Raises:
        ChainruleError: it cannot be done; nothing was changed.
    """
    export = unused_path(store.folder, "record-before-forgetting", ".jsonl")
    export_record(store, export)
    counts = {lesson: store.count_in_lesson(lesson) for lesson in lessons}
    resets = [make_reset(store.clock(), lesson, count) for lesson, count in counts.items() if count]
    with store.transaction("the change") as database:
        deleted_questions: set[str] = set()
        for lesson in lessons:
            deleted_questions |= _delete_lesson(database, lesson)
        database.executemany("INSERT INTO flags VALUES (?, ?)", [(reset.name, reset.value) for reset in resets])
        reschedule(database, deleted_questions, store.clock())  # deletes the cards of questions without attempts
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
    """Delete a lesson's data from the record and return its questions.

    The triggers that forbid deleting are dropped first, and created again at the end.
    """
    rows = database.execute("SELECT question FROM attempts WHERE lesson = ?", (lesson,))
    questions = {str(question) for (question,) in rows}
    triggers = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    database.execute("PRAGMA secure_delete = ON")  # overwrite what is deleted in the file
    for name, _ in triggers:
        database.execute(f'DROP TRIGGER "{name}"')
    for table in ("undone", "regrades"):
        database.execute(f"DELETE FROM {table} WHERE key IN (SELECT key FROM attempts WHERE lesson = ?)", (lesson,))
    for prefix in (lesson_prefix(lesson), pages_prefix(lesson), hints_prefix(lesson)):
        database.execute("DELETE FROM flags WHERE substr(name, 1, ?) = ?", (len(prefix), prefix))
    for table in ("attempts", "places"):
        database.execute(f"DELETE FROM {table} WHERE lesson = ?", (lesson,))
    for _, definition in triggers:
        database.execute(definition)
    return questions
