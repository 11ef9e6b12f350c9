"""Recognises known mistakes: those whose answers match a learner's code."""

from collections.abc import Sequence
from typing import Any

from tutor.exercises.cases import AUTHOR_PATIENCE, Case, CaseOutcome, Data, author_request, call_request
from tutor.exercises.comparison import agree
from tutor.exercises.exercise import Exercise
from tutor.sandbox.sandbox import CodeProcess
from tutor.sandbox.values import decode

MIN_WRONG_BESIDE_ERRORS = 2
"""Wrong cases from which a mistake is recognised in code that raises in another."""
Answers = dict[tuple[int, str], tuple[Any] | None]
"""What known mistakes, by their place, returned for cases, `None` where they raised: kept from check to check."""


def find_mistake(
    exercise: Exercise, author: CodeProcess, outcomes: Sequence[CaseOutcome], data: Data, answers: Answers
) -> str | None:
    """Return the message for the known mistake that matches the learner's answers wherever they are wrong.

    Of several, one that matches them in every case comes first. For code that is right in all ordinary cases, only a
    mistake that is right there too is named.
    """
    wrong = [item for item in outcomes if item.difference is not None and item.fault not in {"arguments", "twice"}]
    ran = [item for item in outcomes if not item.error]
    if not wrong or (len(ran) < len(outcomes) and len(wrong) < MIN_WRONG_BESIDE_ERRORS):
        return None
    ordinary = [item for item in wrong if not item.case.is_hard]
    compared = ordinary or [item for item in ran if item in wrong or not item.case.is_hard]
    names = {**data.get("given", {}), **data.get("hidden", {})}
    fitting: str | None = None
    for place, mistake in enumerate(exercise.mistakes):
        mistaken = _MistakenCode(
            exercise, author, place, author_request(exercise, mistake.source(exercise.reference), names)
        )
        if not all(_answers_alike(exercise, mistaken, item, answers) for item in compared):
            continue
        if all(item in compared or _answers_alike(exercise, mistaken, item, answers) for item in ran):
            return mistake.say
        fitting = fitting or mistake.say
    return fitting


class _MistakenCode:
    """A known mistake, loaded when first needed."""

    def __init__(self, exercise: Exercise, author: CodeProcess, place: int, request: dict[str, Any]) -> None:
        self.place = place
        self._exercise, self._author, self._request = exercise, author, request
        self._is_loaded: bool | None = None

    def answer(self, case: Case) -> tuple[Any] | None:
        """Return what the mistaken code returns for a case, in a tuple; `None` if it raises."""
        seconds = self._exercise.seconds
        if self._is_loaded is None:
            self._is_loaded = "error" not in self._author.ask(self._request, seconds)
        if not self._is_loaded:
            return None
        reply = self._author.ask(call_request(self._exercise, case.text), AUTHOR_PATIENCE * seconds)
        return None if "error" in reply else (reply["value"],)


def _answers_alike(exercise: Exercise, mistake: _MistakenCode, outcome: CaseOutcome, answers: Answers) -> bool:
    key = mistake.place, outcome.case.text
    if key not in answers:
        answers[key] = mistake.answer(outcome.case)
    known = answers[key]
    return known is not None and agree(decode(known[0]), outcome.answer, exercise.tolerance)
