"""The placement test: few questions that find out which lessons a learner can take as known.

It begins with the easiest lesson and with the kind of question that is answered fastest. A right answer leads on to
lessons that build on more, a wrong one back to lessons that build on less. Knowing a lesson includes what it builds on;
what builds on an unknown lesson is not asked.
"""

import random
from collections import Counter
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
"""Right answers that make a lesson known: on it, or one of them on a lesson that builds on it."""
REACH_PER_RIGHT_ANSWER = 2
"""How many more lessons the next one may build on after a right answer."""
MAX_UNKNOWN_LESSONS = 3
"""The test ends after so many unknown lessons when none is known."""


class PlacementTest:
    """One run of the placement test: ask `next_question`, report its grade, read the `outcome` at any time."""

    def __init__(self, course: "Course", seed: int = 0) -> None:
        self._course = course
        self._generator = random.Random(seed)
        names = index_names(course.headings)
        self._lesson_ids = [heading.front_matter.id for heading in course.headings]
        needs = {
            heading.front_matter.id: {need for _, need in required_lessons(heading, names)}
            for heading in course.headings
        }
        self._prerequisites = {id: collect_prerequisites(id, needs) for id in self._lesson_ids}
        """Lesson → all lessons that it builds on, directly or not."""
        self._dependents = {id: self._find_dependents(id) for id in self._lesson_ids}
        """Lesson → all lessons that build on it."""
        self._open = set(self._lesson_ids)
        self._proven: set[str] = set()
        """Lessons known by right answers to their own questions; the rest of `_known` follows from these."""
        self._known: set[str] = set()
        self._current_lesson = ""
        self._right_answers: Counter[str] = Counter()
        """Lesson → right answers to its own questions."""
        self._wrong_answers: Counter[str] = Counter()
        self._pools: dict[str, list[Question]] = {}
        """Lesson → its questions that are still to be asked, in order."""
        self._reach = 0
        """The most lessons that the next one may build on."""
        self._has_stopped_climbing = False
        """True once an answer was wrong or nothing builds on more: from then on each lesson is settled in turn."""
        self._unknown_count = 0
        self._seed = self._generator.randrange(10**6)
        self.asked = 0

    def next_question(self) -> tuple[str, int] | None:
        """Return the next question as (id, seed of its numbers); `None` when the test is over.

        Calling it again returns the same question until `record_grade` is called.
        """
        while self.asked < MAX_PLACEMENT_QUESTIONS and (self._known or self._unknown_count < MAX_UNKNOWN_LESSONS):
            if self._current_lesson not in self._open and not self._choose_lesson():
                return None
            pool = self._pools[self._current_lesson]
            if pool and can_be_asked(self._course, pool[0]):
                return pool[0].id, self._seed
            if pool:
                pool.pop(0)
            if not self._can_be_proven(self._current_lesson):
                self._open.discard(self._current_lesson)
        return None

    def record_grade(self, grade: "Grade | None") -> None:
        """Take in the grade of the current question; `None` when the learner left it out."""
        self.asked += 1
        lesson = self._current_lesson
        self._pools[lesson].pop(0)
        self._seed = self._generator.randrange(10**6)
        if grade is not None and grade.verdict == "right":
            self._right_answers[lesson] += 1
            self._take_in_right_answer(lesson)
            return
        self._has_stopped_climbing = True
        self._wrong_answers[lesson] += 1
        if grade is None or not self._is_forgiven(lesson) or not self._can_be_proven(lesson):
            self._take_in_unknown_lesson(lesson)

    def _is_forgiven(self, lesson: str) -> bool:
        """True after one wrong answer to a lesson that begins the test or of which another answer was right."""
        return self._wrong_answers[lesson] == 1 and (self._right_answers[lesson] > 0 or not self._right_answers)

    def _take_in_right_answer(self, lesson: str) -> None:
        """After a right answer: settle what is known now, and reach for lessons that build on more."""
        self._reach = max(self._reach, self.count_prerequisites(lesson) + REACH_PER_RIGHT_ANSWER)
        for id in {lesson, *self._prerequisites[lesson]} & self._open:
            if self._right_answers[id] and self._count_evidence(id) >= RIGHT_ANSWERS_NEEDED:
                self._proven.add(id)
                self._known |= {id, *self._prerequisites[id]}
        self._open -= self._known
        self._has_stopped_climbing = self._has_stopped_climbing or self._reach >= max(
            map(len, self._prerequisites.values())
        )
        if not self._has_stopped_climbing:
            self._current_lesson = ""

    def _take_in_unknown_lesson(self, lesson: str) -> None:
        """The lesson is not known, nor what builds on it; the next one builds on less."""
        self._reach = self.count_prerequisites(lesson) - 1
        self._unknown_count += 1
        self._open -= {lesson, *self._dependents[lesson]}

    def _count_evidence(self, lesson: str) -> int:
        """Count the right answers that speak for a lesson: on it, or on what builds on it."""
        return self._right_answers[lesson] + sum(self._right_answers[other] for other in self._dependents[lesson])

    def _can_be_proven(self, lesson: str) -> bool:
        """True while enough questions are left to prove that the lesson is known."""
        return len(self._pools[lesson]) + self._count_evidence(lesson) >= RIGHT_ANSWERS_NEEDED

    def outcome(self) -> PlacementOutcome:
        """Which lessons are known as far as the test has come."""
        inferred = [id for id in self._lesson_ids if id in self._known - self._proven]
        open_lessons = [id for id in self._lesson_ids if id not in self._known]
        return PlacementOutcome(
            tuple(id for id in self._lesson_ids if id in self._proven), tuple(inferred), tuple(open_lessons)
        )

    def count_prerequisites(self, lesson: str) -> int:
        """Count the lessons that `lesson` builds on."""
        return len(self._prerequisites[lesson])

    def _find_dependents(self, lesson: str) -> set[str]:
        """The lessons that build on `lesson`."""
        return {other for other in self._lesson_ids if lesson in self._prerequisites[other]}

    def _choose_lesson(self) -> bool:
        """Choose the lesson to ask about next; False when none is left."""
        while self._open:
            lesson = self._pick_lesson()
            if lesson not in self._pools:
                self._pools[lesson] = self._questions_in_order(lesson)
            if self._can_be_proven(lesson):
                self._current_lesson = lesson
                return True
            self._open.discard(lesson)
        return False

    def _pick_lesson(self) -> str:
        """The reachable open lesson whose answer settles the most; on a tie, the one that builds on least."""
        lessons = [id for id in self._lesson_ids if id in self._open]
        in_reach = [id for id in lessons if self.count_prerequisites(id) <= self._reach]
        if not in_reach:
            return min(lessons, key=self.count_prerequisites)
        return max(in_reach, key=self._count_settled)

    def _count_settled(self, id: str) -> tuple[int, int]:
        """(guaranteed, total): the lessons settled by a right answer, and by a right or a wrong one together.

        Once anything was wrong, the lesser of the two is guaranteed.
        """
        right = len({id, *self._prerequisites[id]} & self._open)
        wrong = len({id, *self._dependents[id]} & self._open)
        return (min(right, wrong) if self._unknown_count else right), right + wrong

    def _questions_in_order(self, id: str) -> list["Question"]:
        """List the lesson's questions in the order to ask: without a simulation first, then those answered fastest.

        The second is no choice and on another concept, where there is such a one: two guesses must not do.
        """
        pool = [question for lesson in self._course.lessons() if lesson.id == id for question in lesson.questions]
        self._generator.shuffle(pool)
        pool.sort(key=lambda question: (question.needs_simulation, question.usual_seconds))
        if pool:
            first = pool[0]
            pool[1:] = sorted(
                pool[1:],
                key=lambda question: (
                    question.needs_simulation,
                    question.answer_format == first.answer_format == "single choice",
                    question.concepts[:1] == first.concepts[:1],
                ),
            )
        return pool


def collect_prerequisites(start: str, needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Collect every lesson that `start` builds on, directly or indirectly, without itself; cycles are allowed."""
    reached: set[str] = set()
    waiting = list(needs.get(start, ()))
    while waiting:
        lesson = waiting.pop()
        if lesson not in reached and lesson != start:
            reached.add(lesson)
            waiting += needs.get(lesson, ())
    return reached
