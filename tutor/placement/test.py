"""The placement test: few questions that find out which lessons a learner can take as known.

It begins with the easiest lesson and with the kind of question that is answered fastest. A right answer leads on to
lessons with more prerequisites, a wrong one back to lessons with fewer. A learner who knows a lesson is taken to know
its prerequisites too; what builds on an unknown lesson is not asked.
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
"""How many right answers make a lesson known; all but one may be on lessons that build on it."""
REACH_PER_RIGHT_ANSWER = 2
"""How many more prerequisites the next lesson may have after a right answer."""
MAX_SEED = 10**6
"""Seeds of the questions' numbers are below this."""
MAX_UNKNOWN_LESSONS = 3
"""The test ends after so many unknown lessons when none is known."""


class PlacementTest:
    """One run of the placement test: ask `next_question`, report its grade, read the `outcome` at any time."""

    def __init__(self, course: "Course", seed: int = 0) -> None:
        self._course = course
        self._rng = random.Random(seed)
        names = index_names(course.headings)
        self._lesson_ids = [heading.front_matter.id for heading in course.headings]
        needs: dict[str, set[str]] = {}  # lesson → the lessons that its front matter names as needed
        for heading in course.headings:
            needs[heading.front_matter.id] = {need for _, need in required_lessons(heading, names)}
        self._prerequisites = {id: collect_prerequisites(id, needs) for id in self._lesson_ids}
        """Lesson → all lessons that it builds on, directly or not."""
        self._dependents = {id: self._find_dependents(id) for id in self._lesson_ids}
        """Lesson → all lessons that build on it."""
        self._open = set(self._lesson_ids)
        """Lessons that are not settled yet: neither known nor unknown."""
        self._proven: set[str] = set()
        """Lessons known by right answers to their own questions; the rest of `_known` follows from these."""
        self._known: set[str] = set()
        """The proven lessons and all their prerequisites."""
        self._current_lesson = ""
        """The lesson that is asked about; "" while the next is to be chosen."""
        self._right_answers: Counter[str] = Counter()
        """Lesson → right answers to its own questions."""
        self._wrong_answers: Counter[str] = Counter()
        """Lesson → answers to its own questions that were not right, including questions left out."""
        self._pools: dict[str, list[Question]] = {}
        """Lesson → its questions that are still to be asked, in order."""
        self._reach = 0
        """The most prerequisites that the next lesson may have."""
        self._has_stopped_climbing = False
        """Whether each lesson is now asked about until it is settled, instead of asking one question for each.

        This begins with the first answer that is not right, or when no lesson with more prerequisites is left.
        """
        self._unknown_count = 0
        """How many lessons were found unknown by their own questions."""
        self._seed = self._rng.randrange(MAX_SEED)
        """Draws the numbers of the next question."""
        self.asked_count = 0
        """How many questions were graded or left out."""

    def next_question(self) -> tuple[str, int] | None:
        """Return the next question as (id, seed of its numbers); `None` when the test is over.

        Calling it again returns the same question until `record_grade` is called.
        """
        while self.asked_count < MAX_PLACEMENT_QUESTIONS and not self._is_hopeless:
            if self._current_lesson not in self._open and not self._choose_next_lesson():
                return None
            pool = self._pools[self._current_lesson]
            if pool and can_be_asked(self._course, pool[0]):
                return pool[0].id, self._seed
            if pool:  # its first question cannot be asked: drop it and try the next
                pool.pop(0)
            if not self._can_be_proven(self._current_lesson):  # too few are left; another lesson is chosen
                self._open.discard(self._current_lesson)
        return None

    @property
    def _is_hopeless(self) -> bool:
        """Whether `MAX_UNKNOWN_LESSONS` were found unknown and none known; more questions would only discourage."""
        return not self._known and self._unknown_count >= MAX_UNKNOWN_LESSONS

    def record_grade(self, grade: "Grade | None") -> None:
        """Take the grade of the current question into account; `None` if the learner left it out.

        A question that was left out makes its lesson unknown at once; after a wrong answer the lesson may get another
        question (`_is_forgiven`).
        """
        self.asked_count += 1
        lesson = self._current_lesson
        self._pools[lesson].pop(0)
        self._seed = self._rng.randrange(MAX_SEED)
        if grade is not None and grade.verdict == "right":
            self._right_answers[lesson] += 1
            self._update_after_right_answer(lesson)
            return
        self._has_stopped_climbing = True
        self._wrong_answers[lesson] += 1
        if grade is None or not self._is_forgiven(lesson) or not self._can_be_proven(lesson):
            self._update_after_unknown_lesson(lesson)

    def _is_forgiven(self, lesson: str) -> bool:
        """Whether the lesson may still be known after a wrong answer.

        A lesson's first wrong answer is forgiven if another answer on this lesson was right, or if no answer in the
        whole test has been right yet.
        """
        return self._wrong_answers[lesson] == 1 and (self._right_answers[lesson] > 0 or not self._right_answers)

    def _update_after_right_answer(self, lesson: str) -> None:
        """After a right answer, update which lessons are known, and extend the reach."""
        self._reach = max(self._reach, self.count_prerequisites(lesson) + REACH_PER_RIGHT_ANSWER)
        for id in {lesson, *self._prerequisites[lesson]} & self._open:  # the answer counts for these
            if self._right_answers[id] and self._count_evidence(id) >= RIGHT_ANSWERS_NEEDED:
                self._proven.add(id)
                self._known |= {id, *self._prerequisites[id]}
        self._open -= self._known
        most_prerequisites = max(map(len, self._prerequisites.values()))
        if self._reach >= most_prerequisites:
            self._has_stopped_climbing = True
        if not self._has_stopped_climbing:  # go on to a lesson with more prerequisites
            self._current_lesson = ""

    def _update_after_unknown_lesson(self, lesson: str) -> None:
        """Mark a lesson and its dependents as unknown; the next lesson must have fewer prerequisites."""
        self._reach = self.count_prerequisites(lesson) - 1
        self._unknown_count += 1
        self._open -= {lesson, *self._dependents[lesson]}

    def _count_evidence(self, lesson: str) -> int:
        """Count the right answers that show a lesson known: to its own questions, and to those of its dependents."""
        return self._right_answers[lesson] + sum(self._right_answers[other] for other in self._dependents[lesson])

    def _can_be_proven(self, lesson: str) -> bool:
        """Whether right answers to all remaining questions of the lesson would show that it is known."""
        return len(self._pools[lesson]) + self._count_evidence(lesson) >= RIGHT_ANSWERS_NEEDED

    def outcome(self) -> PlacementOutcome:
        """Which lessons are known so far, each list in the order of the course."""
        shown = [id for id in self._lesson_ids if id in self._proven]
        inferred = [id for id in self._lesson_ids if id in self._known - self._proven]
        open_lessons = [id for id in self._lesson_ids if id not in self._known]
        return PlacementOutcome(tuple(shown), tuple(inferred), tuple(open_lessons))

    def count_prerequisites(self, lesson: str) -> int:
        """Count the lessons that `lesson` builds on."""
        return len(self._prerequisites[lesson])

    def _find_dependents(self, lesson: str) -> set[str]:
        """The lessons that build on `lesson`."""
        return {other for other in self._lesson_ids if lesson in self._prerequisites[other]}

    def _choose_next_lesson(self) -> bool:
        """Set the lesson to ask about next; return False when no open lesson is left that can be proven known."""
        while self._open:
            lesson = self._most_informative_lesson()
            if lesson not in self._pools:
                self._pools[lesson] = self._questions_in_order(lesson)
            if self._can_be_proven(lesson):
                self._current_lesson = lesson
                return True
            self._open.discard(lesson)
        return False

    def _most_informative_lesson(self) -> str:
        """The open lesson within reach whose answer is expected to settle the most lessons.

        Of equals it is the one whose two outcomes settle more lessons together, then the earlier one. If no open lesson
        is within reach, it is the one with the fewest prerequisites.
        """
        open_lessons = [id for id in self._lesson_ids if id in self._open]
        in_reach = [id for id in open_lessons if self.count_prerequisites(id) <= self._reach]
        if not in_reach:
            return min(open_lessons, key=self.count_prerequisites)
        return max(in_reach, key=self._count_settled)

    def _count_settled(self, id: str) -> tuple[int, int]:
        """(expected, total) numbers of open lessons that asking about a lesson would settle, as a sort key.

        A right answer settles the lesson and its prerequisites; a wrong answer settles the lesson and its dependents.
        Until a lesson has been found unknown, a right answer is expected; after that, the outcome that settles fewer
        lessons. The total adds both outcomes, and decides between lessons with the same expected number.
        """
        settled_if_right = len({id, *self._prerequisites[id]} & self._open)  # known then
        settled_if_wrong = len({id, *self._dependents[id]} & self._open)  # unknown then
        expected = min(settled_if_right, settled_if_wrong) if self._unknown_count else settled_if_right
        return expected, settled_if_right + settled_if_wrong

    def _questions_in_order(self, id: str) -> list["Question"]:
        """The lesson's questions in the order to ask: first those without a simulation, the fastest to answer first.

        The questions after the first are reordered: if the first is a choice, other kinds come earlier, and then
        questions on another concept. Two lucky guesses must not show a lesson known.
        """
        pool = [question for lesson in self._course.lessons() if lesson.id == id for question in lesson.questions]
        self._rng.shuffle(pool)  # the stable sort below keeps this random order among equal questions
        pool.sort(key=lambda question: (question.needs_simulation, question.usual_seconds))
        if not pool:
            return []
        first, *others = pool

        def drawbacks(question: "Question") -> tuple[bool, bool, bool]:
            """What speaks against asking a question after the first, the weightiest first."""
            both_can_be_guessed = question.answer_format == first.answer_format == "single choice"
            is_on_same_concept = question.concepts[:1] == first.concepts[:1]
            return question.needs_simulation, both_can_be_guessed, is_on_same_concept

        return [first, *sorted(others, key=drawbacks)]


def collect_prerequisites(start: str, needs: Mapping[str, Iterable[str]]) -> set[str]:
    """Collect every lesson that `start` builds on, directly or indirectly, without itself; cycles are allowed."""
    prerequisites: set[str] = set()
    to_visit = list(needs.get(start, ()))
    while to_visit:
        lesson = to_visit.pop()
        if lesson not in prerequisites and lesson != start:
            prerequisites.add(lesson)
            to_visit += needs.get(lesson, ())
    return prerequisites
