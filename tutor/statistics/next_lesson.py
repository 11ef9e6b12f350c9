"""Which lesson to go on with: one rule, for the course map and for the course line by line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tutor.statistics.completion import LessonProgress

LessonState = Literal["new", "begun", "done", "known", "coming"]
"""`known` after a placement test, without having been worked; `coming` when it is planned and not written yet."""


def lesson_state(progress: "LessonProgress | None", page: int | None, *, known: bool) -> LessonState:
    """The state of a written lesson; `known` says whether the placement test found it known.

    `page` is the page that was read last, `None` if the lesson was never opened. With a page a lesson counts as begun
    even where `progress` is `None`, which it is for a lesson that cannot be read now because of a fault.
    """
    if progress is not None and progress.is_done:
        return "done"
    if page is not None or (progress is not None and progress.is_begun):
        return "begun"
    return "known" if known else "new"


def choose_next_lesson(lessons: Sequence[tuple[str, LessonState]], last: str | None) -> str | None:
    """The id of the lesson to go on with; `None` where none is written.

    If the lesson read last is begun, it is that lesson. Otherwise the search starts after it, and at the end of the
    course goes on from the beginning: it takes the first lesson that is new or begun; if there is none, the first that
    is known; and if there is none of these either, the first that is done.

    Args:
        lessons: (id, state) in the order of the course.
        last: the lesson that was read last; `None` before the first.
    """
    ids = [id for id, _ in lessons]
    last_index = ids.index(last) if last in ids else -1  # −1: the search starts at the first lesson
    if last_index >= 0 and lessons[last_index][1] == "begun":
        return last
    from_next_on = [*lessons[last_index + 1 :], *lessons[: last_index + 1]]
    for wanted_states in ({"begun", "new"}, {"known"}, {"done"}):
        for id, state in from_next_on:
            if state in wanted_states:
                return id
    return None
