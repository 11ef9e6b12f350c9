"""A question while it is asked: the hints seen, the first try and the second; for the card and for plain text alike."""

from dataclasses import dataclass, field
from time import monotonic

from tutor.questions.answers.leading import can_try_again, is_same_answer
from tutor.questions.answers.submission import Confidence, Submission
from tutor.questions.base import Grade, Instance, Unreadable


@dataclass
class Asking:
    """What has happened to a question since it was asked: hints, and the tries, by which the next answer is judged."""

    instance: Instance
    tries_again: bool = False
    """Whether, after an answer that is not right, a second try is offered before the right answer is shown."""
    hints: int = 0
    """How many hints were shown."""
    first: Grade | None = None
    """The grade of the first try, once there is a second one; `None` before, or when that was given up."""
    first_raw: str = ""
    """What was typed at the first try."""
    started: float = field(default_factory=monotonic)
    """When the present try began, by the monotonic clock."""

    @property
    def is_second_try(self) -> bool:
        """Whether the next answer is the second."""
        return self.first is not None

    def repeats_first(self, raw: str) -> bool:
        """Whether `raw` is the same answer as the first, so that it does not count as a second try."""
        return self.is_second_try and is_same_answer(self.instance, raw, self.first_raw)

    def submission(self, raw: str, confidence: Confidence) -> Submission:
        """The answer `raw` as it is handed in, with the hints and the time of the present try."""
        return Submission(raw, self.hints, monotonic() - self.started, confidence, self.is_second_try)

    def leads_to_second_try(self, outcome: Grade | Unreadable) -> bool:
        """Whether a second try follows the outcome of an answer, so that the question is not over yet.

        After a second try there is no third. An unreadable answer counts as no try.
        """
        if isinstance(outcome, Unreadable) or self.is_second_try:
            return False
        return self.tries_again and can_try_again(self.instance, outcome)

    def begin_second_try(self, raw: str, grade: Grade) -> None:
        """Keep the first answer and its grade; the time is measured from here again."""
        self.first, self.first_raw, self.started = grade, raw, monotonic()

    def give_up(self) -> tuple[str, Grade] | None:
        """End the second try without an answer: return the first answer, which counts then, and its grade.

        `None` if no second try is open.
        """
        if self.first is None:
            return None
        first_try = self.first_raw, self.first
        self.first = None
        return first_try

    def next_hint(self) -> str | None:
        """The next hint, which counts as seen from now on; `None` when there is no other."""
        if self.hints >= len(self.instance.hints):
            return None
        self.hints += 1
        return self.instance.hints[self.hints - 1]
