"""A session: which question comes next, with which numbers, and the record of each answer.

Both front ends, the screens and the plain lines, ask and grade through here, so that an answer is on
disk before anyone sees its verdict.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from tutor import __version__
from tutor.budget import ANSWER_BUDGET, Budget
from tutor.progress.record.store import Store
from tutor.progress.review.schedule import utc_now
from tutor.progress.tables.attempt import LEFT_OUT, Attempt

if TYPE_CHECKING:  # nothing is asked before the first screen is painted
    from tutor.content.course import Course
    from tutor.questions.answers.submission import Submission
    from tutor.questions.base import Grade, Instance
    from tutor.reading.outcome import Unreadable

MAX_RECORDED_SECONDS = 600.0
"""Seconds on a question past which the learner was not there; no more are put on record."""

MAX_REDRAWS = 20
"""How often numbers are drawn again at most, to get others."""


class Session:
    """One learner at one record: makes instances with fresh numbers, and records before it tells."""

    def __init__(self, course: "Course", store: Store, clock: Callable[[], datetime] = utc_now) -> None:
        self.course = course
        self.store = store
        self.clock = clock
        self.key = ""
        """The key on record of the answer that was graded last."""

    def make_instance(self, question: str, seed: int | None = None) -> "Instance":
        """The question called `question` with its numbers drawn.

        Without a seed it is the number of earlier attempts, so that each try has fresh numbers.

        Raises:
            UsageError: no such question.
        """
        template, _ = self.course.question(question)
        with Budget(ANSWER_BUDGET, "this question").active():
            return template.instance(self.store.count_tries(question) if seed is None else seed)

    def redraw_instance(self, last: "Instance") -> "Instance":
        """The question of `last` once more, with other numbers than those whose answer was just shown."""
        tries = self.store.count_tries(last.id)
        instances = [self.make_instance(last.id, tries)]
        while instances[-1].names and instances[-1].names == last.names and len(instances) < MAX_REDRAWS:
            instances.append(self.make_instance(last.id, tries + len(instances)))
        return instances[-1]

    def submit(self, instance: "Instance", submission: "Submission", *, mode: str = "lesson") -> "Grade | Unreadable":
        """Read, grade and record an answer. What cannot be read is not recorded and costs nothing.

        `mode` says where it was given: lesson, practice, exam, placement.

        Raises:
            ChainruleError: the record cannot be written; the verdict is then not known to anyone.
        """
        from tutor.reading.outcome import Unreadable

        with Budget(ANSWER_BUDGET, "this answer").active():
            answer = instance.read(submission.raw)
            if isinstance(answer, Unreadable):
                return answer
            grade = instance.grade(answer)
        attempt = self._attempt(instance, submission, grade.score, grade.verdict, mode)
        self.store.add(attempt)
        self.key = attempt.key
        return grade

    def record_left_out(self, instances: "Iterable[Instance]") -> None:
        """Record the questions of an exam that were handed in without an answer.

        Raises:
            ChainruleError: the record cannot be written.
        """
        from tutor.questions.answers.submission import Submission

        self.store.add_left_out(
            [self._attempt(instance, Submission(""), 0.0, LEFT_OUT, "exam") for instance in instances]
        )

    def _attempt(
        self, instance: "Instance", submission: "Submission", score: float, verdict: str, mode: str
    ) -> Attempt:

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

    def submitter(self, instance: "Instance", mode: str = "lesson") -> "Callable[[Submission], Grade | Unreadable]":
        """`submit` for one question in one mode, to be called with what is handed in."""
        return lambda submission: self.submit(instance, submission, mode=mode)
