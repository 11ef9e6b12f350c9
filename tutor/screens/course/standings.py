"""How far the learner is in each lesson that was begun."""

from typing import TYPE_CHECKING

from tutor.errors import ChainruleError
from tutor.screens.course.course_map import LessonProgress

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store


def standings(course: "Course", store: "Store") -> dict[str, LessonProgress]:
    """Lesson id → how far it is, for the lessons that were begun.

    Only those are read: reading a lesson takes a while, and a learner has begun but a few.
    """
    found = {}
    levels = {str(row["id"]): float(row["level"]) for row in store.summary()["concepts"]}
    begun = store.answered_lessons() | set(store.places())
    for heading in course.headings:
        if heading.front.id not in begun:
            continue
        try:
            lesson = course.lesson(heading.front.id)
        except ChainruleError:  # it is among the course's faults now
            continue
        questions = {question.id for question in lesson.questions}
        right = len(questions & store.solved_questions(lesson.id))
        known = tuple((concept, levels[concept]) for concept in heading.front.concepts if concept in levels)
        found[lesson.id] = LessonProgress(store.place(lesson.id), len(lesson.sections), right, len(questions), known)
    return found
