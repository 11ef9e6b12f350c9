"""Which lesson to go on with: one rule for both the course map and plain mode."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tutor.statistics.completion import LessonProgress

LessonState = Literal["new", "begun", "done", "known", "coming"]
"""`known`: the placement test found it known, and it has not been begun; `coming`: planned but not written yet."""


def lesson_state(progress: "LessonProgress | None", page: int | None, *, known: bool) -> LessonState:
    """The state of a written lesson; `known` says whether the placement test found it known.

    `page` is the page that was read last, `None` if the lesson was never opened. A lesson with a page counts as begun
    even if `progress` is `None`, as for a lesson that cannot be read because of a fault.
    """
    if progress is not None and progress.is_done:
        return "done"
    if page is not None or (progress is not None and progress.is_begun):
        return "begun"
    return "known" if known else "new"


def choose_next_lesson(lessons: Sequence[tuple[str, LessonState]], last: str | None) -> str | None:
    """The id of the lesson to go on with; `None` if no lesson is written.

    If the lesson read last is begun, it is that lesson. Otherwise the search starts after it, and at the end of the
    course goes on from the beginning: it takes the first lesson that is new or begun; if there is none, the first that
    is known; and if there is none of these either, the first that is done.

    Args:
        lessons: (id, state) in the order of the course.
        last: the lesson that was read last; `None` before the first.
    """
    ids = [id for id, _ in lessons]
    last_index = ids.index(last) if last in ids else -1  # −1: the search starts at the first lesson
    if (last, "begun") in lessons:
        return last
    from_next_on = [*lessons[last_index + 1 :], *lessons[: last_index + 1]]
    for wanted_states in ({"begun", "new"}, {"known"}, {"done"}):
        for id, state in from_next_on:
            if state in wanted_states:
                return id
    return None
