"""The rest of a quiz that was left: the record keeps which questions of it are still to be asked."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

REST_FLAG = "quiz-rest"
"""The record's flag that holds the ids of the questions; empty once they were taken up."""
MAX_REST = 500
"""The most questions that are read of it: a record that was brought in may hold any."""


def save_rest(store: "Store", questions: Sequence[str]) -> None:
    """Keep which questions of a quiz are still to be asked; an empty list forgets an earlier one.

    Raises:
        ChainruleError: the record cannot be written.
    """
    if questions or store.flag(REST_FLAG):
        store.save_flag(REST_FLAG, json.dumps(list(questions)) if questions else "", "the rest of the quiz")


def load_rest(course: "Course", store: "Store") -> list[str]:
    """The questions that are still to be asked; those that have gone from the course are passed over."""
    try:
        kept = json.loads(store.flag(REST_FLAG) or "[]")
    except ValueError:
        return []
    known = [id for id in kept if isinstance(id, str)] if isinstance(kept, list) else []
    return [id for id in dict.fromkeys(known[:MAX_REST]) if course.has_question(id)]
