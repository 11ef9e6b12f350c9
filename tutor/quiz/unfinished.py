"""Saves a practice quiz that the learner left before its end: its questions, and the record's keys of their answers."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

UNFINISHED_QUIZ_NAME = "quiz-rest"
"""The name of the text in the record that stores the questions; the text is empty after the quiz was resumed."""
MAX_SAVED_QUESTIONS = 500
"""The most questions of a saved quiz that are read: the text may come from an imported record, of any length."""


class SavedQuestion(msgspec.Struct, frozen=True):
    """A question of an unfinished quiz."""

    id: str
    attempt_key: str = ""
    """The answer's key on the record; "" while the question is unanswered."""
    first_attempt_key: str = ""
    """The first try's key on the record, if the answer is the second; otherwise ""."""


def save_unfinished_quiz(store: "Store", questions: Sequence[SavedQuestion]) -> None:
    """Save all questions of a quiz, in the order in which they are asked.

    Raises:
        ChainruleError: the record cannot be written.
    """
    entries = [_as_entry(question) for question in questions]
    store.save_stored(UNFINISHED_QUIZ_NAME, json.dumps(entries), "the rest of the quiz")


def forget_unfinished_quiz(store: "Store") -> None:
    """Delete the quiz that was saved, if there is one.

    Raises:
        ChainruleError: the record cannot be written.
    """
    if store.stored(UNFINISHED_QUIZ_NAME):
        store.save_stored(UNFINISHED_QUIZ_NAME, "", "the rest of the quiz")


def _as_entry(question: SavedQuestion) -> str | list[str]:
    """Convert a question for JSON: its id, or a list of its id and the keys of its two tries if it has an answer."""
    if not question.attempt_key:
        return question.id
    return [question.id, question.attempt_key, question.first_attempt_key]


def load_unfinished_quiz(course: "Course", store: "Store") -> list[SavedQuestion]:
    """The questions of the saved quiz, without repeats and without questions that have gone from the course.

    Empty if there is none, or if the stored text, which may have been imported, is not one of this program.
    """
    try:
        entries = json.loads(store.stored(UNFINISHED_QUIZ_NAME) or "[]")
    except (ValueError, RecursionError):
        return []
    if not isinstance(entries, list):
        return []
    questions: dict[str, SavedQuestion] = {}
    for entry in entries[:MAX_SAVED_QUESTIONS]:
        question = _parse_entry(entry)
        if question is not None and course.has_question(question.id):
            questions[question.id] = question
    return list(questions.values())


def _parse_entry(entry: Any) -> SavedQuestion | None:
    """Read an entry that `_as_entry` wrote, whose texts are the fields in order; `None` for any other JSON."""
    texts = entry if isinstance(entry, list) else [entry]
    if not 1 <= len(texts) <= 3 or not all(isinstance(text, str) for text in texts):
        return None
    return SavedQuestion(*texts)


def load_unanswered_ids(course: "Course", store: "Store") -> list[str]:
    """The ids of the saved quiz's questions that have no answer yet."""
    return [question.id for question in load_unfinished_quiz(course, store) if not question.attempt_key]
