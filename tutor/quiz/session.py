"""A learner's session: makes questions with fresh numbers, grades answers and records them.

Both front ends, the screens and the plain lines, ask and grade through here, so that every answer is on
disk before its verdict is shown.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from tutor import __version__
from tutor.budget import ANSWER_BUDGET, Budget
from tutor.progress.record.store import Store
from tutor.progress.review.schedule import day_of, utc_now
from tutor.progress.tables.attempt import LEFT_OUT, RETRY, Attempt

if TYPE_CHECKING:  # nothing is asked before the first screen is painted
    from tutor.content.course import Course
    from tutor.questions.answers.submission import Confidence, Submission
    from tutor.questions.base import Grade, Instance
    from tutor.reading.outcome import Unreadable

AnswerMode = Literal["lesson", "practice", "exam", "placement"]
"""Where an answer is given; the record has besides these `RETRY`, for a second try."""

DEFAULT_QUIZ_QUESTIONS = 10
"""Questions of a quiz that is given neither a number nor minutes."""

MAX_RECORDED_SECONDS = 600.0
"""The most seconds recorded for one answer: after that the learner has probably gone away."""

MAX_REDRAWS = 20
"""How often to draw again if the same numbers come up."""


class Session:
    """Asks questions of a course and records each answer before returning its grade."""

    def __init__(
        self,
        course: "Course",
        store: Store,
        clock: Callable[[], datetime] = utc_now,
        *,
        try_again: bool = True,
        quiz_count: int = DEFAULT_QUIZ_QUESTIONS,
    ) -> None:
        """Ask questions of `course`, and record answers in `store`; `try_again` and `quiz_count` are settings."""
        self.course = course
        self.store = store
        self.clock = clock
        self.try_again = try_again
        """Whether practice offers a second try before the right answer is shown."""
        self.quiz_count = quiz_count
        """The questions of a quiz that is started without a number."""
        store.can_be_asked = course.has_question  # a question that has gone is not due
        self.has_unfinished_quiz = False
        """Whether a practice quiz was left unfinished since the program was opened."""
        self.latest_attempt_key = ""
        """The key of the latest answer on record, with which it can be undone."""

    def make_instance(self, question_id: str, seed: int | None = None) -> "Instance":
        """Draw the numbers of a question from `seed`.

        Without a `seed` the record gives one, so that each attempt and each learner has fresh numbers.

        Raises:
            UsageError: the course has no question with this id.
        """
        template, _ = self.course.question(question_id)
        with Budget(ANSWER_BUDGET, "this question").activate():
            return template.draw_instance(self.store.question_seed(question_id) if seed is None else seed)

    def make_fresh_instance(self, question_id: str, seed: int | None = None) -> "Instance":
        """Like `make_instance`, but with other numbers than the learner answered last, if the question has others."""
        latest = self.store.latest_attempt(question_id)
        if latest is None:
            return self.make_instance(question_id, seed)
        return self.redraw_instance(self.make_instance(question_id, latest.seed), seed)

    def redraw_instance(self, last: "Instance", seed: int | None = None) -> "Instance":
        """Draw the question of `last` again, with other numbers than those of `last`, whose answer has been shown.

        The numbers are drawn by `seed`, or by the record's next seed. If they are the same as before, the following
        seeds are tried, up to `MAX_REDRAWS` in all; after that the same numbers may come.
        """
        first_seed = self.store.question_seed(last.id) if seed is None else seed
        for candidate_seed in range(first_seed, first_seed + MAX_REDRAWS):
            instance = self.make_instance(last.id, candidate_seed)
            has_numbers = bool(instance.names)  # without numbers, draws differ at most in the order of the options
            if not has_numbers or instance.names != last.names:
                break
        return instance

    def restore_answer(self, attempt: Attempt) -> "tuple[Instance, Submission, Grade] | None":
        """Restore (question, submission, grade) of an answer on record; `None` if it cannot be read any more.

        The answer is graded again, since the record has only the verdict, and a card also shows the feedback: which
        mistake was recognised, and what is right.

        Raises:
            UsageError: the course has no such question any more.
        """
        from tutor.questions.answers.submission import Submission
        from tutor.reading.outcome import Unreadable

        instance = self.make_instance(attempt.question, attempt.seed)
        with Budget(ANSWER_BUDGET, "this answer").activate():
            answer = instance.read(attempt.answer)
            if isinstance(answer, Unreadable):
                return None
            confidence: Confidence = attempt.confidence  # type: ignore[assignment]  # the record holds no other words
            hints = min(attempt.hints, len(instance.hints))  # the question may have fewer now
            is_retry = attempt.mode == RETRY
            submission = Submission(attempt.answer, hints, attempt.seconds, confidence, is_retry)
            return instance, submission, instance.grade(answer)

    def find_attempt_to_retry(self, question_id: str) -> Attempt | None:
        """Find the answer on record to which a lesson's page may offer a second try; `None` if there is none.

        That is the question's latest answer, if it was a first try on a lesson's page, was given today and is not
        right, and if the question has not been rewritten since.
        """
        latest = self.store.latest_attempt(question_id) if self.try_again else None
        # The mode excludes second tries, which are recorded with the mode `RETRY`.
        if latest is None or latest.mode != "lesson" or latest.verdict not in {"partly", "wrong"}:
            return None
        template, _ = self.course.question(question_id)
        day_starts = self.store.day_starts
        was_today = day_of(latest.at, day_starts=day_starts) == day_of(self.clock(), day_starts=day_starts)
        return latest if was_today and latest.revision == template.revision() else None

    def submit(
        self, instance: "Instance", submission: "Submission", *, mode: AnswerMode = "lesson"
    ) -> "Grade | Unreadable":
        """Read, grade and record an answer. An unreadable answer is not recorded and costs nothing.

        Raises:
            ChainruleError: the record cannot be written; no verdict is given then.
        """
        from tutor.reading.outcome import Unreadable

        with Budget(ANSWER_BUDGET, "this answer").activate():
            answer = instance.read(submission.raw)
            if isinstance(answer, Unreadable):
                return answer
            grade = instance.grade(answer)
        recorded_mode = RETRY if submission.is_retry else mode
        attempt = self._make_attempt(instance, submission, score=grade.score, verdict=grade.verdict, mode=recorded_mode)
        self.store.add(attempt)
        self.latest_attempt_key = attempt.key
        return grade

    def record_left_out(self, instances: "Iterable[Instance]") -> None:
        """Record the questions that an exam was handed in without answering.

        Raises:
            ChainruleError: the record cannot be written.
        """
        from tutor.questions.answers.submission import Submission

        no_answer = Submission("")
        self.store.add_left_out(
            [
                self._make_attempt(instance, no_answer, score=0.0, verdict=LEFT_OUT, mode="exam")
                for instance in instances
            ]
        )

    def _make_attempt(
        self, instance: "Instance", submission: "Submission", *, score: float, verdict: str, mode: str
    ) -> Attempt:
        """Make the row of the record for an answer given now."""
        template, lesson = self.course.question(instance.id)
        return Attempt(
            question=instance.id,
            lesson=lesson,
            kind=instance.kind,
            concepts=instance.concepts,
            seed=instance.seed,
            answer=submission.raw,
            score=score,
            verdict=verdict,
            hints=submission.hints,
            seconds=min(submission.seconds, MAX_RECORDED_SECONDS),
            at=self.clock(),
            program=__version__,
            confidence=submission.confidence,
            mode=mode,
            revision=template.revision(),
        )

    def bind_submit(
        self, instance: "Instance", mode: AnswerMode = "lesson"
    ) -> "Callable[[Submission], Grade | Unreadable]":
        """Make a function that submits an answer to `instance` in `mode`: it takes a submission and returns a grade."""
        return lambda submission: self.submit(instance, submission, mode=mode)
