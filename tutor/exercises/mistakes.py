"""Recognises known mistakes: those whose answers match a learner's code."""

from collections.abc import Sequence
from typing import Any

from tutor.exercises.cases import AUTHOR_PATIENCE, Case, CaseOutcome, Data, author_request, call_request
from tutor.exercises.comparison import agree
from tutor.exercises.exercise import Exercise
from tutor.sandbox.sandbox import CodeProcess
from tutor.sandbox.values import decode

MIN_WRONG_BESIDE_ERRORS = 2
"""How many cases must be wrong before a mistake is recognised in code that raises an error in another case."""
Answers = dict[tuple[int, str], tuple[Any] | None]
"""(index of a known mistake, text of a case) → what it returned, in a tuple; `None` where it raised.

It is kept from check to check, since the known mistakes answer the same each time.
"""


def find_mistake(
    exercise: Exercise, author: CodeProcess, outcomes: Sequence[CaseOutcome], data: Data, answers: Answers
) -> str | None:
    """Return the message for a known mistake that gives the learner's answers in every case where they are wrong.

    If several do, the first that also agrees in all other cases is taken, otherwise the first of them. Code that is
    wrong only in hard cases must also agree with the mistake in the ordinary ones, where both are right.
    """
    wrong = [outcome for outcome in outcomes if outcome.difference and outcome.fault not in {"arguments", "twice"}]
    without_error = [outcome for outcome in outcomes if not outcome.error]
    has_errors = len(without_error) < len(outcomes)
    if not wrong or (has_errors and len(wrong) < MIN_WRONG_BESIDE_ERRORS):
        return None
    ordinary_wrong = [outcome for outcome in wrong if not outcome.case.is_hard]
    # If only hard cases are wrong, the mistake must also be right in the ordinary cases, as the learner's code is.
    must_match = ordinary_wrong or [
        outcome for outcome in without_error if outcome in wrong or not outcome.case.is_hard
    ]
    others = [outcome for outcome in without_error if outcome not in must_match]
    names = {**data.get("given", {}), **data.get("hidden", {})}
    first_match: str | None = None
    for index, mistake in enumerate(exercise.mistakes):
        request = author_request(exercise, mistake.source(exercise.reference), names)
        mistaken = _MistakenCode(exercise, author, index, request)
        if not all(_answers_alike(exercise, mistaken, outcome, answers) for outcome in must_match):
            continue
        if all(_answers_alike(exercise, mistaken, outcome, answers) for outcome in others):
            return mistake.say
        first_match = first_match or mistake.say
    return first_match


class _MistakenCode:
    """A known mistake, loaded when first needed."""

    def __init__(self, exercise: Exercise, author: CodeProcess, index: int, load_request: dict[str, Any]) -> None:
        self.index = index
        self._exercise, self._author, self._load_request = exercise, author, load_request
        self._is_loaded: bool | None = None
        """Whether it loaded without an error; `None` before it was tried."""

    def answer(self, case: Case) -> tuple[Any] | None:
        """Return what the mistaken code returns for a case, in a tuple; `None` if it raises."""
        seconds = self._exercise.seconds
        if self._is_loaded is None:
            self._is_loaded = "error" not in self._author.ask(self._load_request, seconds)
        if not self._is_loaded:
            return None
        reply = self._author.ask(call_request(self._exercise, case.text), AUTHOR_PATIENCE * seconds)
        return None if "error" in reply else (reply["value"],)


def _answers_alike(exercise: Exercise, mistake: _MistakenCode, outcome: CaseOutcome, answers: Answers) -> bool:
    """Whether a known mistake returns what the learner's code returned; caches the mistake's answer in `answers`."""
    key = mistake.index, outcome.case.text
    if key not in answers:
        answers[key] = mistake.answer(outcome.case)
    mistaken_answer = answers[key]
    return mistaken_answer is not None and agree(decode(mistaken_answer[0]), outcome.answer, exercise.tolerance)
