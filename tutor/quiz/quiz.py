"""A quiz on its way: where it stands, what was answered, what can still be changed."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from tutor.errors import ChainruleError
from tutor.questions.answers.submission import Submission, score_after_hints
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.quiz.selection import Wish, choose
from tutor.quiz.session import Sitting


@dataclass(frozen=True)
class Turn:
    """One question of a quiz, and what became of it."""

    question: str
    seed: int | None
    """The seed of its numbers; `None` draws the next fresh ones."""
    instance: Instance | None = None
    """The question with its numbers, once it was asked."""
    handed: Submission | None = None
    """The answer that stands."""
    grade: Grade | None = None
    key: str = ""
    """The answer's key on the record."""
    flagged: bool = False
    """Whether the learner wants to come back to it."""
    undone: bool = False
    """Whether an answer was taken back; that is possible once."""

    @property
    def earned(self) -> float:
        """What the answer earns, 0 … 1: its score less the cost of the hints that were seen."""
        if self.grade is None or self.handed is None or self.instance is None:
            return 0.0
        return score_after_hints(self.grade.score, self.handed.hints, len(self.instance.hints))


class Quiz:
    """The questions of a quiz one after the other, forward and back.

    Every answer is on record before anything is said about it. In an exam nothing is said before the end,
    and an answer may be replaced until then: the one before is kept on record as undone.
    """

    def __init__(
        self,
        sitting: Sitting,
        chosen: Sequence[tuple[str, int | None]],
        *,
        exam: bool = False,
        minutes: float | None = None,
        confidence: bool = False,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        """Ask the `chosen` questions, given as (id, seed); `minutes` is how long it may take."""
        self.sitting = sitting
        self.exam = exam
        self.confidence = confidence
        self._minutes = minutes
        self._timer = timer
        self.begin(chosen)

    def begin(self, chosen: Sequence[tuple[str, int | None]]) -> None:
        """Start again with other questions, in the same mode."""
        self.turns = [Turn(question, seed) for question, seed in chosen]
        self.at = 0
        self.is_over = not self.turns
        self.fault = ""
        """Why what was left out of an exam is not on record; "" when it is."""
        self._started = self._timer()

    # -- where it stands

    @property
    def here(self) -> Turn:
        """The question that is shown."""
        return self.turns[self.at]

    @property
    def left(self) -> float | None:
        """Seconds that are left, 0 when the time is up; `None` without a limit."""
        if self._minutes is None:
            return None
        return max(0.0, self._minutes * 60 - (self._timer() - self._started))

    @property
    def is_graded(self) -> bool:
        """Whether verdicts may be seen: in practice at once, in an exam at the end."""
        return self.is_over or not self.exam

    @property
    def missed(self) -> list[str]:
        """The questions that were not answered right, in the order they were asked."""
        return [turn.question for turn in self.turns if turn.grade is None or turn.grade.verdict != "right"]

    @property
    def left_out(self) -> list[int]:
        """The numbers, from 0, of the questions without an answer."""
        return [number for number, turn in enumerate(self.turns) if turn.grade is None]

    @property
    def flagged(self) -> list[int]:
        """The numbers, from 0, of the questions that were flagged."""
        return [number for number, turn in enumerate(self.turns) if turn.flagged]

    def instance(self) -> Instance:
        """The question that is shown, with its numbers.

        Raises:
            ChainruleError: it cannot be asked.
        """
        found = self.here.instance
        if found is None:
            found = self.sitting.instance(self.here.question, self.here.seed)
            self._put(instance=found)
        return found

    # -- answering

    def submit(self, handed: Submission) -> Grade | Unreadable:
        """Read, grade and record an answer to the question that is shown. What cannot be read costs nothing.

        Raises:
            ChainruleError: the record cannot be written; the verdict is then not known to anyone.
        """
        turn = self.here
        mode = "exam" if self.exam else "practice"
        outcome = self.sitting.submit(self.instance(), handed, mode=mode)
        if isinstance(outcome, Unreadable):
            return outcome
        if turn.key:
            self.sitting.store.undo(turn.key)
        self._put(handed=handed, grade=outcome, key=self.sitting.key)
        return outcome

    def flag(self) -> None:
        """Flag the question that is shown, or take its flag off."""
        self._put(flagged=not self.here.flagged)

    @property
    def can_undo(self) -> bool:
        """Whether the answer shown can be taken back: in practice, once for each question."""
        return not self.exam and not self.is_over and self.here.grade is not None and not self.here.undone

    def undo(self) -> None:
        """Take the answer back: it is kept on record as undone, and the question comes again with fresh numbers.

        Raises:
            ChainruleError: the record cannot be written.
        """
        if self.can_undo:
            self.sitting.store.undo(self.here.key)
            self.turns[self.at] = Turn(self.here.question, None, flagged=self.here.flagged, undone=True)

    # -- going on

    def go(self, number: int) -> None:
        """Show question `number`, counted from 0; past the last one a practice is over."""
        if number >= len(self.turns) or self._must_end(number):
            self.hand_in()
        else:
            self.at = max(0, number)

    def _must_end(self, number: int) -> bool:
        """In practice no new question is begun when the time is up."""
        return self.left == 0.0 and number > self.at and not self.exam

    def hand_in(self) -> None:
        """End the quiz. An exam's questions without an answer go on record as left out.

        In practice questions that never came, because the time was up, are not counted as left out.
        """
        if self.is_over:
            return
        self.is_over = True
        if self.exam:
            self._leave_out()
        elif self.left == 0.0:
            reached = max((n for n, turn in enumerate(self.turns) if turn.instance is not None), default=-1)
            self.turns = self.turns[: reached + 1]
            self.at = min(self.at, max(reached, 0))

    def walk_out(self) -> None:
        """Leave the quiz as it stands: an exam that was begun is handed in, one without any answer never was."""
        if self.exam and any(turn.grade is not None for turn in self.turns):
            self.hand_in()
        self.is_over = True

    def _leave_out(self) -> None:
        """Record the questions without an answer, also those that were never shown."""
        instances = []
        for number in self.left_out:
            turn = self.turns[number]
            with contextlib.suppress(ChainruleError):  # a question that cannot be asked was not left out
                instance = turn.instance or self.sitting.instance(turn.question, turn.seed)
                self.turns[number] = replace(turn, instance=instance)
                instances.append(instance)
        try:
            self.sitting.leave_out(instances)
        except ChainruleError as error:
            self.fault = str(error)

    def _put(self, **what: object) -> None:
        self.turns[self.at] = replace(self.here, **what)  # type: ignore[arg-type]  # the fields of a turn


def open_quiz(sitting: Sitting, wish: Wish) -> Quiz:
    """The quiz that `wish` asks for.

    Raises:
        UsageError: it cannot be had: an unknown lesson or concept, a number that no quiz can have.
    """
    many = wish.questions
    chosen = choose(sitting.course, sitting.store, wish.scope, count=many, seed=wish.seed, clock=sitting.clock)
    return Quiz(sitting, chosen, exam=wish.exam, minutes=wish.minutes, confidence=wish.confidence)
