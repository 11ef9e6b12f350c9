"""Grades recorded answers again with the present lessons and graders.

An answer is graded again from its question, its seed and what was typed; code by running it again in the sandbox. Four
sorts of answers are left alone and reported separately: those whose question has gone; those whose question was
rewritten since, or whose version was not recorded; those that the present grader cannot read; and code that somebody
else may have written, on a machine without all guards of the sandbox.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from tutor import __version__
from tutor.budget import ANSWER_BUDGET, Budget
from tutor.errors import ChainruleError
from tutor.progress.tables.attempt import CODE, LEFT_OUT, Attempt
from tutor.progress.tables.history import AttemptHistory, Regrade
from tutor.questions.base import Grade, Question
from tutor.quiz.code_regrading import CodeGrader, CodeRefusedError, CodeSource, RecordedCode

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

SCORE_TOLERANCE = 1e-9
"""Two scores count as the same if they differ by no more than this."""
MAX_CACHED_GRADES = 4096
"""How many grades are cached, for learners who gave the same answer to the same numbers."""
MAX_CACHED_LENGTH = 1000
"""The longest answer, in characters, whose grade is cached."""


@dataclass(frozen=True)
class GradeChange:
    """An answer whose grade would change."""

    before: AttemptHistory
    grade: Grade
    """The grade that the answer gets from the present grader."""
    revision: str
    """The version of the question by which it was graded again."""

    def regrade(self, now: datetime) -> Regrade:
        """The new grade for the record. The latest counts, so its date is after all others, whatever the clock says."""
        after_earlier = [regrade.at + timedelta(microseconds=1) for regrade in self.before.regrades]
        at = max([now, *after_earlier])
        return Regrade(
            key=self.before.attempt.key,
            score=self.grade.score,
            verdict=self.grade.verdict,
            at=at,
            program=__version__,
            revision=self.revision,
        )


@dataclass
class RegradeReport:
    """The result of grading every answer again."""

    changes: list[GradeChange] = field(default_factory=list)
    unchanged: int = 0
    """Number of answers whose grade stays the same."""
    missing: Counter[str] = field(default_factory=Counter)
    """Question that has gone → number of its answers."""
    rewritten: Counter[str] = field(default_factory=Counter)
    """Question that was rewritten, or whose version was not recorded → number of its answers."""
    unreadable: Counter[str] = field(default_factory=Counter)
    """Question → number of answers that the present grader cannot read or compute."""
    refused: Counter[str] = field(default_factory=Counter)
    """Exercise → number of answers in code that are not run here."""

    @property
    def graded(self) -> int:
        """How many answers were graded again."""
        return len(self.changes) + self.unchanged


def regrade_attempts(
    course: "Course", store: "Store", show_progress: Callable[[int, int], None] = lambda done, total: None
) -> RegradeReport:
    """Grade again every answer that was not taken back. Writes nothing.

    `show_progress` is called before each answer, and at the end, with how many are done and how many there are.
    """
    report, histories = RegradeReport(), store.history()
    regrader, codes = Regrader(course), RecordedCode(store)
    for done_count, history in enumerate(histories):
        show_progress(done_count, len(histories))
        if history.undone is None and history.attempt.verdict != LEFT_OUT:
            regrader.grade_again(history, codes, report)
    show_progress(len(histories), len(histories))
    return report


class Regrader:
    """Grades answers again by the present course; equal answers to the same numbers are graded once."""

    def __init__(self, course: "Course") -> None:
        self._course = course
        # Wrapped here and not by decorators, so that the caches are this object's own and go with it.
        self._grader_of = cache(self._find_grader)
        self._grade_cached = lru_cache(MAX_CACHED_GRADES)(self._grade)

    def grade_again(self, history: AttemptHistory, codes: CodeSource, report: RegradeReport) -> Grade | None:
        """Grade one answer again, count the outcome in `report`, and return the new grade.

        It is `None` if the answer cannot be graded, for one of the reasons that `RegradeReport` counts.
        """
        attempt = history.attempt
        grader, version = self._grader_of(attempt.question, is_code=attempt.kind == CODE)
        if grader is None:
            report.missing[attempt.question] += 1
            return None
        if attempt.revision != version:
            report.rewritten[attempt.question] += 1
            return None
        try:
            if isinstance(grader, CodeGrader):
                grade = grader.grade(attempt, codes)
            else:
                is_short = len(attempt.answer) <= MAX_CACHED_LENGTH  # long answers would fill the memory
                grade_answer = self._grade_cached if is_short else self._grade
                grade = grade_answer(attempt.question, attempt.seed, attempt.answer)
        except CodeRefusedError:
            report.refused[attempt.question] += 1
            return None
        if grade is None:
            report.unreadable[attempt.question] += 1
        elif grade.verdict == history.verdict and abs(grade.score - history.score) <= SCORE_TOLERANCE:
            report.unchanged += 1
        else:
            report.changes.append(GradeChange(history, grade, version))
        return grade

    def recompute(self, attempt: Attempt) -> Grade | None:
        """The grade of an answer by the present course, to check the recorded grade.

        It is `None` if the question has gone, was rewritten or was left out, if the answer cannot be read any more, and
        for code, which is not run for this check.
        """
        grader, version = self._grader_of(attempt.question, is_code=attempt.kind == CODE)
        if not isinstance(grader, Question) or attempt.revision != version or attempt.verdict == LEFT_OUT:
            return None
        return self._grade_cached(attempt.question, attempt.seed, attempt.answer)

    def _find_grader(self, question_id: str, *, is_code: bool) -> "tuple[CodeGrader | Question | None, str]":
        """Find (grader, its version) for answers to a question or a code exercise; (`None`, "") if that has gone."""
        try:
            if is_code:
                grader = CodeGrader(self._course.exercise(question_id))
                return grader, grader.version
            if not self._course.has_question(question_id):
                return None, ""
            template, _lesson = self._course.question(question_id)
        except ChainruleError:
            return None, ""
        return template, template.revision()

    def _grade(self, question_id: str, seed: int, answer: str) -> Grade | None:
        """The grade of an answer to the numbers of `seed`; `None` if the question has gone or the answer is unreadable.

        The arguments are ids and texts, not objects, since they are the keys of the cache of `_grade_cached`.
        """
        template, _ = self._grader_of(question_id, is_code=False)
        if not isinstance(template, Question):
            return None
        try:
            with Budget(ANSWER_BUDGET, "this answer").activate():
                outcome = template.draw_instance(seed).grade_text(answer)
        except ChainruleError:
            return None
        return outcome if isinstance(outcome, Grade) else None


def save_regrades(store: "Store", report: RegradeReport) -> int:
    """Record the new grades of `report` beside the old ones, and return how many there were.

    Raises:
        ChainruleError: they could not be recorded; none was.
    """
    now = store.clock()
    return store.regrade([change.regrade(now) for change in report.changes])
