"""Grades every answer of a learner again: what a file says of itself earns nothing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from tutor.classroom.learners import Learner
from tutor.classroom.report import GradeDifference, Outcome, Unchecked
from tutor.progress.tables.attempt import CODE, LEFT_OUT, RETRY, Attempt
from tutor.quiz.regrading import GradeChange, Regrader, RegradeReport

if TYPE_CHECKING:
    from tutor.content.course import Course

CODE_SECONDS = 30.0
"""Seconds that the code of one learner may take in all; in addition, each function has a limit of its own."""
MAX_SHOWN_CODE = 200
"""Characters of code that a difference quotes."""


@dataclass(frozen=True)
class GradedAnswer:
    """An answer that was not taken back, with the grade that it deserves."""

    attempt: Attempt
    lesson: str
    """The lesson that has the question in this course; the lesson that the file names is ignored."""
    score: float
    """The recomputed score; 0 if the answer could not be graded again."""
    is_right: bool
    is_checked: bool
    """Whether it was graded again, or needs no grading, being a question left out of an exam."""

    @property
    def is_first(self) -> bool:
        """Whether it is a first answer, not a second try or a draft of code."""
        return self.attempt.mode != RETRY

    @property
    def is_left_out(self) -> bool:
        """Whether it stands for a question that was left out of an exam."""
        return self.attempt.verdict == LEFT_OUT


@dataclass(frozen=True)
class GradedLearner:
    """A learner, and what all the answers are worth."""

    learner: Learner
    answers: tuple[GradedAnswer, ...]
    """The oldest first."""
    report: RegradeReport
    not_run: int
    """How many answers in code were not run, because earlier ones had used up `CODE_SECONDS`."""

    @property
    def undone(self) -> int:
        """How many answers were taken back."""
        return sum(history.undone is not None for history in self.learner.histories)

    @property
    def differences(self) -> list[GradeDifference]:
        """The answers whose grade in the file differs from the recomputed one."""
        return [_make_difference(change) for change in self.report.changes]

    @property
    def unchecked(self) -> Unchecked:
        """How many answers could not be graded again, by reason."""
        report = self.report
        return Unchecked(
            gone=report.missing.total(),
            rewritten=report.rewritten.total(),
            unreadable=report.unreadable.total(),
            refused=report.refused.total(),
            slow=self.not_run,
        )


def grade_learner(
    learner: Learner, regrader: Regrader, course: "Course", timer: Callable[[], float] = monotonic
) -> GradedLearner:
    """Grade all answers of one learner again, except those taken back.

    Once the learner's code has taken more than `CODE_SECONDS` in all, further code is not run and earns nothing.
    """
    report = RegradeReport()
    code_seconds = 0.0
    not_run = 0
    answers = []
    for history in learner.histories:
        if history.undone is not None:
            continue
        attempt = history.attempt
        is_code = attempt.kind == CODE
        is_left_out = attempt.verdict == LEFT_OUT
        is_out_of_time = is_code and code_seconds > CODE_SECONDS
        if is_out_of_time:
            not_run += 1
        needs_grading = not is_left_out and not is_out_of_time
        started = timer()
        grade = regrader.grade_again(history, learner, report) if needs_grading else None
        if is_code:
            code_seconds += timer() - started
        answers.append(
            GradedAnswer(
                attempt,
                lesson=lesson_of(course, attempt.question),
                score=0.0 if grade is None else grade.score,
                is_right=grade is not None and grade.verdict == "right",
                is_checked=is_left_out or grade is not None,
            )
        )
    return GradedLearner(learner, tuple(answers), report, not_run)


def lesson_of(course: "Course", question_id: str) -> str:
    """The lesson of a question or an exercise; "" for one that the course does not have."""
    if not course.has_question(question_id):
        return ""
    _, lesson_id = course.question(question_id)
    return lesson_id


def _make_difference(change: GradeChange) -> GradeDifference:
    """A changed grade as the report shows it; a long answer in code is cut."""
    attempt = change.before.attempt
    return GradeDifference(
        question=attempt.question,
        seed=attempt.seed,
        answer=attempt.answer[:MAX_SHOWN_CODE] if attempt.kind == CODE else attempt.answer,
        at=attempt.at.isoformat(),
        key=attempt.key,
        program=attempt.program,
        claimed=Outcome(change.before.score, change.before.verdict),
        found=Outcome(change.grade.score, change.grade.verdict),
    )


def select_first_answers(answers: Iterable[GradedAnswer]) -> list[GradedAnswer]:
    """The first answers: no second tries, no drafts."""
    return [answer for answer in answers if answer.is_first]
