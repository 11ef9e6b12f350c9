"""The mark of an assignment: what each answer earns, as its learner was told, and which answers count."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from tutor.progress.tables.attempt import LEFT_OUT, RETRY, Attempt
from tutor.questions.answers.submission import score_after_hints, score_after_retry

Numbers = tuple[str, int]
"""A question and the seed of its numbers."""
EXAM = "exam"
"""The mode of an answer in an exam."""
TOLERANCE = 1e-9
"""Marks that differ by no more are the same."""


class Marked(NamedTuple):
    """An answer, and its score before the cost of hints and of a second try."""

    attempt: Attempt
    score: float

    @property
    def numbers(self) -> Numbers:
        """What was asked."""
        return self.attempt.question, self.attempt.seed


def mark_practice(answers: Iterable[Marked], wanted: int) -> float:
    """The mark from 0 to 1: the mean of the first answers to the first `wanted` different questions.

    So neither guessing until it is right nor the same question again and again raises it.
    """
    earned: dict[str, float] = {}
    awaiting: dict[str, Marked] = {}
    for each in answers:
        question = each.attempt.question
        if each.attempt.mode == RETRY:
            first = awaiting.pop(question, None)
            if first is not None and first.numbers == each.numbers:  # it stands in for the first try
                earned[question] = _reduce_for_hints(each, score_after_retry(first.score, each.score))
        elif question in earned:
            awaiting.pop(question, None)
        elif len(earned) < wanted and each.attempt.verdict != LEFT_OUT:
            earned[question], awaiting[question] = _reduce_for_hints(each, each.score), each
    return _share_of(earned.values(), wanted)


def mark_exam(answers: Iterable[Marked], wanted: int, starts: Sequence[datetime]) -> float:
    """The mark from 0 to 1: that of the best exam, each of which began at one of `starts`.

    The end of an exam shows the right answers, as practice does, so of the same numbers the first answer counts,
    wherever it was given.
    """
    first: dict[Numbers, float] = {}
    exams: dict[int, set[Numbers]] = defaultdict(set)
    for each in answers:
        if each.attempt.mode != RETRY:
            first.setdefault(each.numbers, _reduce_for_hints(each, each.score))
        if each.attempt.mode == EXAM:
            exams[bisect_right(starts, each.attempt.at)].add(each.numbers)
    return max((_share_of([first[numbers] for numbers in asked], wanted) for asked in exams.values()), default=0.0)


def count_forgone(answers: Iterable[Attempt]) -> tuple[int, int]:
    """(left out, not right): first answers to questions whose same numbers were answered right later."""
    first: dict[Numbers, str] = {}
    lost: dict[Numbers, str] = {}
    for each in answers:
        if each.mode != RETRY:
            numbers = each.question, each.seed
            verdict = first.setdefault(numbers, each.verdict)
            if each.verdict == "right" != verdict:
                lost[numbers] = verdict
    left_out = sum(verdict == LEFT_OUT for verdict in lost.values())
    return left_out, len(lost) - left_out


def find_completion(answers: Sequence[Marked], mark: Callable[[Sequence[Marked]], float]) -> datetime | None:
    """When the last answer came that added to the mark of `answers`, the oldest of which come first."""
    whole = mark(answers)
    if not whole:
        return None
    count = bisect_left(range(len(answers)), whole - TOLERANCE, key=lambda count: mark(answers[:count]))
    return answers[count - 1].attempt.at


def _reduce_for_hints(each: Marked, score: float) -> float:
    """A score less the cost of the hints that were seen; how many there are is not on record, and changes nothing."""
    return score_after_hints(score, each.attempt.hints, each.attempt.hints)


def _share_of(earned: Iterable[float], wanted: int) -> float:
    return sum(sorted(earned, reverse=True)[:wanted]) / wanted
