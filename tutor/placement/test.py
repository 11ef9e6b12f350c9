"""The placement test: a few questions that find out which lessons the learner already knows.

Each lesson builds on others. Right answers about a lesson show that its prerequisites are known too; a wrong answer
leaves open every lesson that builds on it. The next lesson to ask about settles the most others.
"""

import random
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from tutor.content.names import index_names, required_lessons
from tutor.placement.results import PlacementOutcome
from tutor.quiz.selection import can_be_asked

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.questions.base import Grade, Question

MAX_PLACEMENT_QUESTIONS = 12
"""The most questions of a placement test."""
RIGHT_ANSWERS_NEEDED = 2
"""How many right answers show that a lesson is known."""


class PlacementTest:
    """One run of the placement test: ask `next_question`, report its grade, read the `outcome` at any time."""

    def __init__(self, course: "Course", seed: int = 0) -> None:
        self._course = course
        self._chance = random.Random(seed)
        names = index_names(course.headings)
        self._order = [heading.front.id for heading in course.headings]
        needs = {
            heading.front.id: {need for _, need in required_lessons(heading, names)} for heading in course.headings
        }
        self._below = {id: transitive_needs(id, needs) for id in self._order}
        """Lesson → all its prerequisites."""
        """Lesson → all lessons that build on it."""
        self._above = {id: {other for other in self._order if id in self._below[other]} for id in self._order}
        self._open = set(self._order)
        self._shown: set[str] = set()
        self._known: set[str] = set()
        self._lesson = ""
        self._right = 0
        self._pending: list[Question] = []
        self.asked = 0

    def next_question(self) -> tuple[str, int] | None:
        """Return the next question as (id, seed of its numbers); `None` when the test is over.

        Calling it again returns the same question until `record_grade` is called.
        """
        while self.asked < MAX_PLACEMENT_QUESTIONS:
            if not self._pending and not self._choose_lesson():
                return None
            if can_be_asked(self._course, self._pending[0]):
                return self._pending[0].id, self._seed
            self._pending.pop(0)
            if len(self._pending) + self._right < RIGHT_ANSWERS_NEEDED:
                self._settle({self._lesson})
        return None

    def record_grade(self, grade: "Grade | None") -> None:
        """Take in the grade of the current question; `None` when the learner left it out."""
        self.asked += 1
        self._pending.pop(0)
        if grade is None or grade.verdict != "right":
            self._settle({self._lesson, *self._above[self._lesson]})
            return
        self._right += 1
        if self._right == RIGHT_ANSWERS_NEEDED:
            known = {self._lesson, *self._below[self._lesson]}
            self._shown.add(self._lesson)
            self._known |= known & self._open
            self._settle(known)
        self._seed = self._chance.randrange(10**6)

    def outcome(self) -> PlacementOutcome:
        """Which lessons are known as far as the test has come."""
        inferred = [id for id in self._order if id in self._known - self._shown]
        open_lessons = [id for id in self._order if id not in self._known]
        return PlacementOutcome(
            tuple(id for id in self._order if id in self._shown), tuple(inferred), tuple(open_lessons)
        )

    def _choose_lesson(self) -> bool:
        """Choose the lesson whose answer settles the most either way; False when none is left to ask about."""
        while self._open:
            self._lesson = max((id for id in self._order if id in self._open), key=self._count_settled)
            pool = self._questions(self._lesson)
            if len(pool) >= RIGHT_ANSWERS_NEEDED:
                self._pending, self._right = pool, 0
                self._seed = self._chance.randrange(10**6)
                return True
            self._open.discard(self._lesson)
        return False

    def _count_settled(self, id: str) -> tuple[int, int]:
        """Count the lessons that an answer settles: at least, and right and wrong together."""
        right = len({id, *self._below[id]} & self._open)
        wrong = len({id, *self._above[id]} & self._open)
        return min(right, wrong), right + wrong

    def _questions(self, id: str) -> list["Question"]:
        """List the lesson's questions in the order to ask: first without a simulation, and on different concepts."""
        pool = [question for lesson in self._course.lessons() if lesson.id == id for question in lesson.questions]
        self._chance.shuffle(pool)
        pool.sort(key=lambda question: question.needs_simulation)
        first = pool[0].concepts[:1] if pool else ()
        pool[1:] = sorted(pool[1:], key=lambda question: (question.needs_simulation, question.concepts[:1] == first))
        return pool

    def _settle(self, lessons: Iterable[str]) -> None:
        self._open -= set(lessons)
        self._pending = []


def transitive_needs(start: str, needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Collect every lesson that `start` builds on, directly or indirectly; cycles are allowed."""
    reached: set[str] = set()
    waiting = list(needs.get(start, ()))
    while waiting:
        lesson = waiting.pop()
        if lesson not in reached and lesson != start:
            reached.add(lesson)
            waiting += needs.get(lesson, ())
    return reached
