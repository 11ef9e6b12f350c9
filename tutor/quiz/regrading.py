"""Grades the answers on record again with the present lessons and graders.

An answer is graded again from its question, its seed and what was typed; code by running it again, shut in. Four sorts
of answers are left alone and reported separately: those whose question has gone; those whose question was rewritten
since, or whose version was not recorded; those that the present grader cannot read; and code that may be another's,
where this machine cannot shut it in.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

from tutor import __version__
from tutor.budget import ANSWER_BUDGET, Budget
from tutor.errors import ChainruleError
from tutor.progress.tables.attempt import CODE, LEFT_OUT, Attempt
from tutor.progress.tables.history import AttemptHistory, Regrade
from tutor.questions.base import Grade, Question
from tutor.quiz.code_regrading import CodeRefusedError, code_grader

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

SCORE_TOLERANCE = 1e-9
"""Scores that differ by no more are the same."""


@dataclass(frozen=True)
class GradeChange:
    """An answer whose grade would change."""

    before: AttemptHistory
    grade: Grade
    revision: str

    def regrade(self, now: datetime) -> Regrade:
        """The new grade to record, dated after every earlier grade even if the clock was set back."""
        earlier = [item.at for item in self.before.regrades]
        time = max([now, *(time + timedelta(microseconds=1) for time in earlier)])
        return Regrade(self.before.attempt.key, self.grade.score, self.grade.verdict, time, __version__, self.revision)


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


Grader = Callable[[Attempt], Grade | None]
"""Grades an answer again; `None` when it cannot be read or does not compute.

Raises:
    CodeRefusedError: it is code that is not run here.
"""


def regrade_attempts(
    course: "Course", store: "Store", progress: Callable[[int, int], None] = lambda done, all: None
) -> RegradeReport:
    """Grade again every answer that was not taken back. Writes nothing.

    `progress` is told, before each answer, how many are done and how many there are; and once at the end.
    """
    report = RegradeReport()
    find = _make_finder(course, store)
    histories = store.history()
    for done, history in enumerate(histories):
        progress(done, len(histories))
        attempt = history.attempt
        if history.undone is not None or attempt.verdict == LEFT_OUT:
            continue
        grader, version = find(attempt.question, attempt.kind == CODE)
        if grader is None:
            report.missing[attempt.question] += 1
            continue
        if attempt.revision != version:
            report.rewritten[attempt.question] += 1
            continue
        try:
            grade = grader(attempt)
        except CodeRefusedError:
            report.refused[attempt.question] += 1
            continue
        if grade is None:
            report.unreadable[attempt.question] += 1
        elif grade.verdict == history.verdict and abs(grade.score - history.score) <= SCORE_TOLERANCE:
            report.unchanged += 1
        else:
            report.changes.append(GradeChange(history, grade, version))
    progress(len(histories), len(histories))
    return report


def save_regrades(store: "Store", regrading: RegradeReport) -> int:
    """Record the new grades beside the old ones, and return how many there were.

    Raises:
        ChainruleError: they could not be recorded; none was.
    """
    now = store.clock()
    return store.regrade([change.regrade(now) for change in regrading.changes])


def _make_finder(course: "Course", store: "Store") -> "Callable[[str, bool], tuple[Grader | None, str]]":
    """Make a cached lookup: question id, and whether code was written for it → its grader (`None` if it has gone).

    With the grader comes the version of the question.
    """

    @cache
    def find(id: str, is_code: bool) -> tuple[Grader | None, str]:
        try:
            if is_code:
                return code_grader(course.exercise(id), store)
            template = course.question(id)[0]
        except ChainruleError:
            return None, ""
        return partial(_grade, template), template.revision()

    return find


def _grade(template: Question, attempt: Attempt) -> Grade | None:
    try:
        with Budget(ANSWER_BUDGET, "this answer").active():
            outcome = template.instance(attempt.seed).answer(attempt.answer)
    except ChainruleError:
        return None
    return outcome if isinstance(outcome, Grade) else None
