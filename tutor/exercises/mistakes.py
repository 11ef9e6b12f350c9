"""Recognises known mistakes: those whose answers match a learner's code."""

from collections.abc import Sequence
from typing import Any

from tutor.exercises.cases import AUTHOR_PATIENCE, Case, CaseOutcome, author_request, call_request
from tutor.exercises.comparison import agree
from tutor.exercises.data import EncodedData
from tutor.exercises.exercise import Exercise
from tutor.sandbox.sandbox import CodeProcess
from tutor.sandbox.values import decode

MIN_WRONG_BESIDE_ERRORS = 2
"""How many cases must be wrong before a mistake is recognised in code that raises an error in another case."""
MistakeAnswers = dict[tuple[int, str], tuple[Any] | None]
"""(index of a known mistake, text of a case) → (what it returned, encoded,); `None` if it raised.

It is kept from check to check, since the known mistakes answer the same each time.
"""


def find_mistake(
    exercise: Exercise,
    author: CodeProcess,
    outcomes: Sequence[CaseOutcome],
    data: EncodedData,
    known_answers: MistakeAnswers,
) -> str | None:
    """Return the message for a known mistake that gives the learner's answers in every case where they are wrong.

    `author` is the process that runs the mistakes; what they answer is added to `known_answers`.

    If several fit, the first that also agrees in all other cases is taken, otherwise the first of them. Code that is
    wrong only in hard cases must also agree with the mistake in the ordinary ones, where both are right.
    """
    # Of code that changed its arguments, or answered two equal calls differently, the answer itself may be right.
    wrong = [outcome for outcome in outcomes if outcome.difference and outcome.fault not in {"arguments", "twice"}]
    without_error = [outcome for outcome in outcomes if not outcome.error]
    has_errors = len(without_error) < len(outcomes)
    if not wrong or (has_errors and len(wrong) < MIN_WRONG_BESIDE_ERRORS):
        return None
    must_match = _cases_to_match(wrong, without_error)
    others = [outcome for outcome in without_error if outcome not in must_match]
    names = {**data.get("given", {}), **data.get("hidden", {})}
    first_match: str | None = None
    for index, mistake in enumerate(exercise.mistakes):
        request = author_request(exercise, mistake.source(exercise.reference), names)
        mistaken = _MistakenCode(exercise, author, index, request)
        if not all(_answers_alike(exercise, mistaken, outcome, known_answers) for outcome in must_match):
            continue
        if all(_answers_alike(exercise, mistaken, outcome, known_answers) for outcome in others):
            return mistake.say
        first_match = first_match or mistake.say
    return first_match


def _cases_to_match(wrong: Sequence[CaseOutcome], without_error: Sequence[CaseOutcome]) -> list[CaseOutcome]:
    """The cases in which a known mistake must answer as the learner's code does: the ordinary ones that are wrong.

    If only hard cases are wrong, the mistake must also be right in the ordinary cases, as the learner's code is.
    """
    ordinary_wrong = [outcome for outcome in wrong if not outcome.case.is_hard]
    if ordinary_wrong:
        return ordinary_wrong
    return [outcome for outcome in without_error if outcome in wrong or not outcome.case.is_hard]


class _MistakenCode:
    """A known mistake, loaded when first needed."""

    def __init__(self, exercise: Exercise, author: CodeProcess, index: int, load_request: dict[str, Any]) -> None:
        self.index = index
        self._exercise, self._author, self._load_request = exercise, author, load_request
        self._is_loaded: bool | None = None
        """Whether it loaded without an error; `None` before it was tried."""

    def answer(self, case: Case) -> tuple[Any] | None:
        """Return (what the mistaken code returns for a case, encoded,); `None` if it raises."""
        seconds = self._exercise.seconds
        if self._is_loaded is None:
            self._is_loaded = "error" not in self._author.ask(self._load_request, seconds)
        if not self._is_loaded:
            return None
        reply = self._author.ask(call_request(self._exercise, case.text), AUTHOR_PATIENCE * seconds)
        return None if "error" in reply else (reply["value"],)


def _answers_alike(
    exercise: Exercise, mistake: _MistakenCode, outcome: CaseOutcome, known_answers: MistakeAnswers
) -> bool:
    """Whether a known mistake returns what the learner's code returned in one case; fills `known_answers`."""
    key = mistake.index, outcome.case.text
    if key not in known_answers:
        known_answers[key] = mistake.answer(outcome.case)
    mistaken_answer = known_answers[key]
    if mistaken_answer is None:  # the mistake raises
        return False
    (encoded_value,) = mistaken_answer
    return agree(decode(encoded_value), outcome.answer, exercise.tolerance)
