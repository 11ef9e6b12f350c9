"""How far the learner is in each lesson that was begun."""

from typing import TYPE_CHECKING

from tutor.errors import ChainruleError
from tutor.screens.course_map import Standing

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.store import Store


def standings(course: "Course", store: "Store") -> dict[str, Standing]:
    """Lesson id → how far it is, for the lessons that have answers on record.

    Only those are read: reading a lesson takes a while, and a learner has begun but a few.
    """
    found = {}
    right = {attempt.question for attempt in store.attempts() if attempt.verdict == "right"}
    begun = {attempt.lesson for attempt in store.attempts()}
    for heading in course.headings:
        if heading.front.id in begun:
            try:
                lesson = course.lesson(heading.front.id)
            except ChainruleError:  # it is among the course's faults now
                continue
            ids = {question.id for question in lesson.questions}
            found[lesson.id] = Standing(
                store.place(lesson.id), len(lesson.sections), len(ids & right), len(ids)
            )
    return found
