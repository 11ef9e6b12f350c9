"""Keeps a quiz that was left: its unasked questions, and the answers given so far."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

REST_NAME = "quiz-rest"
"""The name of the record's stored text with the questions; it is empty once they were taken up."""
MAX_REST = 500
"""The most questions that are read of it: a record that was brought in may hold any."""


@dataclass(frozen=True)
class LeftQuestion:
    """A question of a quiz that was left."""

    id: str
    key: str = ""
    """The answer's key on the record; "" while it is still to be asked."""
    first_key: str = ""
    """The first try's key, if the answer is the second."""


def save_rest(store: "Store", questions: Sequence[LeftQuestion]) -> None:
    """Keep the questions of a quiz, in the order in which they are asked; an empty list forgets an earlier one.

    Raises:
        ChainruleError: the record cannot be written.
    """
    if questions or store.stored(REST_NAME):
        kept = [[each.id, each.key, each.first_key] if each.key else each.id for each in questions]
        store.save_stored(REST_NAME, json.dumps(kept) if kept else "", "the rest of the quiz")


def load_left_quiz(course: "Course", store: "Store") -> list[LeftQuestion]:
    """The questions of the quiz that was left; those that have gone from the course are passed over."""
    try:
        kept = json.loads(store.stored(REST_NAME) or "[]")
    except (ValueError, RecursionError):
        return []
    read = [_parse_left_question(entry) for entry in kept[:MAX_REST]] if isinstance(kept, list) else []
    found = {each.id: each for each in read if each is not None and course.has_question(each.id)}
    return list(found.values())


def _parse_left_question(entry: Any) -> LeftQuestion | None:
    """Read a question as `save_rest` writes it; `None` for anything else."""
    texts = entry if isinstance(entry, list) else [entry]
    if not 1 <= len(texts) <= 3 or not all(isinstance(text, str) for text in texts):
        return None
    return LeftQuestion(*texts)


def load_rest(course: "Course", store: "Store") -> list[str]:
    """The questions that are still to be asked."""
    return [each.id for each in load_left_quiz(course, store) if not each.key]
