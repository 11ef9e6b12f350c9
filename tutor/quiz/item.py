"""One question of a quiz: its answer and grade, what it earns, and how it comes back from the record."""

from dataclasses import dataclass, replace

from msgspec.structs import replace as replace_fields

from tutor.errors import ChainruleError
from tutor.questions.answers.submission import Submission, score_after_hints, score_after_retry
from tutor.questions.base import Grade, Instance, Verdict
from tutor.quiz.session import Session
from tutor.quiz.unfinished import LeftQuestion


@dataclass(frozen=True)
class QuizItem:
    """One question of a quiz, with the learner's answer and its grade once there is one."""

    question: str
    seed: int | None
    """The seed of its numbers; `None` draws the next fresh ones."""
    instance: Instance | None = None
    """The question with its numbers, once it was asked."""
    submission: Submission | None = None
    """The latest answer; `None` while there is none."""
    grade: Grade | None = None
    key: str = ""
    """The answer's key on the record."""
    first: Grade | None = None
    """The grade of the first try, if the current answer is the second."""
    first_key: str = ""
    """The first try's key on the record."""
    answer_was_shown: bool = False
    """Whether the right answer was shown, so that a second try would prove nothing."""
    is_flagged: bool = False
    """Whether the learner wants to come back to it."""
    was_undone: bool = False
    """Whether an answer was taken back; that is possible once."""

    @property
    def score(self) -> float:
        """What the answer earns, from 0 to 1: its score less the cost of a second try and of the hints seen."""
        if self.grade is None or self.submission is None or self.instance is None:
            return 0.0
        score = score_after_retry(self.first.score, self.grade.score) if self.first else self.grade.score
        return score_after_hints(score, self.submission.hints, len(self.instance.hints))

    @property
    def is_right_at_once(self) -> bool:
        """Whether the first answer was right."""
        return self.first_verdict == "right"

    @property
    def is_right_at_second(self) -> bool:
        """Whether the second answer was right, and the first was not."""
        return self.first is not None and self.grade is not None and self.grade.verdict == "right"

    @property
    def first_verdict(self) -> Verdict | None:
        """The verdict on the first answer."""
        first = self.first or self.grade
        return None if first is None else first.verdict

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the question; right only at the second try counts as partly right."""
        if self.grade is None:
            return None
        return "partly" if self.is_right_at_second else self.grade.verdict


def restore_item(session: Session, left: LeftQuestion) -> QuizItem:
    """A question of a quiz that was left, with its answer if that can be read."""
    flagged = left.id in session.store.flagged_questions()
    item = QuizItem(left.id, None, is_flagged=flagged)
    attempts = [session.store.attempt(key) for key in (left.key, left.first_key) if key]
    try:
        restored = [None if attempt is None else session.restore_answer(attempt) for attempt in attempts]
    except ChainruleError:  # its numbers do not compute any more
        return item
    if not restored or restored[0] is None:
        return item
    instance, handed, grade = restored[0]
    item = replace(item, instance=instance, submission=handed, grade=grade, key=left.key)
    if len(restored) < 2 or restored[1] is None:
        return item
    _, first, first_grade = restored[1]
    both = replace_fields(handed, confidence=first.confidence, seconds=first.seconds + handed.seconds)
    return replace(item, submission=both, first=first_grade, first_key=left.first_key)
