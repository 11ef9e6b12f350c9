"""Which lesson to go on with: one rule, for the course map and for the course line by line."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tutor.statistics.completion import LessonProgress

LessonState = Literal["new", "begun", "done", "known", "coming"]
"""`known` after a placement test, without having been worked; `coming` when it is planned and not written yet."""


def lesson_state(progress: "LessonProgress | None", page: int | None, *, known: bool) -> LessonState:
    """The state of a written lesson: how far it is, and whether the placement test found it `known`.

    The `page` that was left counts by itself where there is no progress, as of a lesson that has a fault now.
    """
    if progress is not None and progress.is_done:
        return "done"
    if page is not None or (progress is not None and progress.is_begun):
        return "begun"
    return "known" if known else "new"


def choose_next_lesson(lessons: Sequence[tuple[str, LessonState]], last: str | None) -> str | None:
    """The id of the lesson to go on with; `None` where none is written.

    Args:
        lessons: (id, state) in the order of the course.
        last: the lesson that was read last.

    The lesson that was left comes first. Then the first after it that is neither done nor known, around the course;
    then the first that is only known; then the first of all.
    """
    at = next((index for index, (id, _) in enumerate(lessons) if id == last), -1)
    if at >= 0 and lessons[at][1] == "begun":
        return last
    ahead = [*lessons[at + 1 :], *lessons[: at + 1]]
    for states in ({"begun", "new"}, {"known"}, {"done"}):
        for id, state in ahead:
            if state in states:
                return id
    return None
