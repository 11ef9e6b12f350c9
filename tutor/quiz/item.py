"""One question of a quiz: its answer and grade, what it earns, and how it comes back from the record."""

from dataclasses import dataclass, replace

from msgspec.structs import replace as replace_fields

from tutor.errors import ChainruleError
from tutor.progress.tables.attempt import Attempt
from tutor.questions.answers.submission import Submission, score_after_hints, score_after_retry
from tutor.questions.base import Grade, Instance, Verdict
from tutor.quiz.session import Session
from tutor.quiz.unfinished import SavedQuestion


@dataclass(frozen=True)
class QuizItem:
    """One question of a quiz, with the learner's answer and its grade once there is one.

    After a second try, `submission`, `grade` and `attempt_key` are those of the second try; but the submission has the
    confidence of the first try, and the seconds of both.
    """

    question: str
    seed: int | None
    """The seed of its numbers; `None` draws the next fresh ones."""
    instance: Instance | None = None
    """The question with its numbers, once it was asked."""
    submission: Submission | None = None
    """The latest answer; `None` while there is none."""
    grade: Grade | None = None
    attempt_key: str = ""
    """The answer's key on the record; "" while there is no answer."""
    first_grade: Grade | None = None
    """The grade of the first try, if the answer is the second; otherwise `None`."""
    first_attempt_key: str = ""
    """The first try's key on the record, if the answer is the second; otherwise ""."""
    answer_was_shown: bool = False
    """Whether the right answer was shown, so that a second try would prove nothing."""
    is_flagged: bool = False
    """Whether the learner wants to come back to it."""
    was_undone: bool = False
    """Whether an answer was taken back; that is possible once."""

    @property
    def score(self) -> float:
        """What the answer earns, from 0 to 1: the score, reduced for a second try and hints; 0 without an answer."""
        if self.grade is None or self.submission is None or self.instance is None:
            return 0.0
        score = self.grade.score
        if self.first_grade is not None:
            score = score_after_retry(self.first_grade.score, score)
        return score_after_hints(score, self.submission.hints, len(self.instance.hints))

    @property
    def is_right_at_once(self) -> bool:
        """Whether the first answer was right."""
        return self.first_verdict == "right"

    @property
    def is_right_at_second(self) -> bool:
        """Whether the second answer was right, and the first was not."""
        return self.first_grade is not None and self.grade is not None and self.grade.verdict == "right"

    @property
    def first_verdict(self) -> Verdict | None:
        """The verdict on the first answer; `None` while there is none."""
        grade = self.first_grade or self.grade
        return None if grade is None else grade.verdict

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the question; "partly" if only the second try was right; `None` while there is no answer."""
        if self.grade is None:
            return None
        return "partly" if self.is_right_at_second else self.grade.verdict


def restore_item(session: Session, saved: SavedQuestion) -> QuizItem:
    """Restore a question of an unfinished quiz, with its answer and its first try if these can still be read.

    If the answer cannot be read, the question is asked again with fresh numbers.

    Raises:
        ChainruleError: the record cannot be read.
    """
    is_flagged = saved.id in session.store.flagged_questions()
    item = QuizItem(saved.id, None, is_flagged=is_flagged)
    attempt = _attempt_on_record(session, saved.attempt_key)
    first_attempt = _attempt_on_record(session, saved.first_attempt_key)
    try:
        answer = None if attempt is None else session.restore_answer(attempt)
        first_try = None if first_attempt is None else session.restore_answer(first_attempt)
    except ChainruleError:  # its numbers do not compute any more
        return item
    if answer is None:
        return item
    instance, submission, grade = answer
    item = replace(item, instance=instance, submission=submission, grade=grade, attempt_key=saved.attempt_key)
    if first_try is None:
        return item
    _, first_submission, first_grade = first_try
    both_tries = combine_tries(first_submission, submission)
    return replace(item, submission=both_tries, first_grade=first_grade, first_attempt_key=saved.first_attempt_key)


def _attempt_on_record(session: Session, attempt_key: str) -> Attempt | None:
    """The attempt with this key; `None` if the key is "", or if the attempt was undone."""
    return session.store.attempt(attempt_key) if attempt_key else None


def combine_tries(first: Submission, second: Submission) -> Submission:
    """The second of two tries, with the confidence given before the first, and the seconds of both."""
    return replace_fields(second, confidence=first.confidence, seconds=first.seconds + second.seconds)
