"""The mark of an assignment: what each answer earns, as its learner was told, and which answers count."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from tutor.progress.tables.attempt import LEFT_OUT, RETRY, Attempt
from tutor.questions.answers.submission import score_after_hints, score_after_retry

InstanceKey = tuple[str, int]
"""A question and the seed of its numbers: two answers with the same key are to the same question with equal numbers."""
EXAM = "exam"
"""The mode of an answer in an exam."""
TOLERANCE = 1e-9
"""Marks that differ by at most this are the same."""


class ScoredAnswer(NamedTuple):
    """An answer, and its score before the cost of hints and of a second try."""

    attempt: Attempt
    score: float

    @property
    def instance_key(self) -> InstanceKey:
        """What was asked: the question and the seed of its numbers."""
        return self.attempt.question, self.attempt.seed


def mark_practice(answers: Iterable[ScoredAnswer], wanted: int) -> float:
    """The mark from 0 to 1: the mean of the first answers to the first `wanted` different questions.

    So the mark cannot be raised by guessing until an answer is right, or by answering one question many times. A second
    try with the same numbers that directly follows the first answer counts as part of that answer.
    """
    scores: dict[str, float] = {}  # question → what its answer earns
    may_be_retried: dict[str, ScoredAnswer] = {}  # question → its first answer, until the question is answered again
    for answer in answers:
        question = answer.attempt.question
        if answer.attempt.mode == RETRY:
            first = may_be_retried.pop(question, None)
            if first is not None and first.instance_key == answer.instance_key:
                scores[question] = _reduce_for_hints(answer, score_after_retry(first.score, answer.score))
        elif question in scores:
            may_be_retried.pop(question, None)  # a second try from here on does not directly follow the first
        elif len(scores) < wanted and answer.attempt.verdict != LEFT_OUT:
            scores[question] = _reduce_for_hints(answer, answer.score)
            may_be_retried[question] = answer
    return _mean_of_best(scores.values(), wanted)


def mark_exam(answers: Iterable[ScoredAnswer], wanted: int, starts: Sequence[datetime]) -> float:
    """The mark from 0 to 1: that of the best exam. `starts` are the times at which exams began, the earliest first.

    Both practice and the end of an exam show the right answers. So if a question was answered several times with the
    same numbers, its first answer counts, even if that was given in practice or in an earlier exam.
    """
    first_scores: dict[InstanceKey, float] = {}
    exams: dict[int, set[InstanceKey]] = defaultdict(set)  # number of an exam → what it asked
    for answer in answers:
        if answer.attempt.mode != RETRY:
            first_scores.setdefault(answer.instance_key, _reduce_for_hints(answer, answer.score))
        if answer.attempt.mode == EXAM:
            exam_number = bisect_right(starts, answer.attempt.at)  # how many exams had begun by then
            exams[exam_number].add(answer.instance_key)
    marks = [_mean_of_best([first_scores[instance_key] for instance_key in asked], wanted) for asked in exams.values()]
    return max(marks, default=0.0)


def count_forgone(attempts: Iterable[Attempt]) -> tuple[int, int]:
    """(number left out, number not right) of the first answers to numbers that were answered right later.

    Those later answers earn nothing, since the first answer to the same numbers counts.
    """
    first_verdicts: dict[InstanceKey, str] = {}
    forgone: dict[InstanceKey, str] = {}  # numbers answered right later → the verdict on the first answer
    for attempt in attempts:
        if attempt.mode != RETRY:
            instance_key = attempt.question, attempt.seed
            first_verdict = first_verdicts.setdefault(instance_key, attempt.verdict)
            if attempt.verdict == "right" and first_verdict != "right":
                forgone[instance_key] = first_verdict
    left_out = sum(verdict == LEFT_OUT for verdict in forgone.values())
    return left_out, len(forgone) - left_out


def find_completion(
    answers: Sequence[ScoredAnswer], mark: Callable[[Sequence[ScoredAnswer]], float]
) -> datetime | None:
    """The time of the last answer that added to the mark; `None` if the mark is 0. `answers`: the oldest first.

    The mark never falls as answers are added, so bisection finds the smallest number of answers that earns all of it.
    """
    full_mark = mark(answers)
    if not full_mark:
        return None
    answer_counts = range(len(answers))  # if none of these is enough, bisection gives `len(answers)`
    needed_count = bisect_left(answer_counts, full_mark - TOLERANCE, key=lambda count: mark(answers[:count]))
    return answers[needed_count - 1].attempt.at


def _reduce_for_hints(answer: ScoredAnswer, score: float) -> float:
    """`score` less the cost of the hints that were seen.

    The record does not say how many hints the question has. That does not change the cost, so the number of hints seen
    is passed instead.
    """
    seen_count = answer.attempt.hints
    return score_after_hints(score, seen_count, total=seen_count)


def _mean_of_best(scores: Iterable[float], wanted: int) -> float:
    """The mean of the best `wanted` scores; if there are fewer, the missing ones count as 0."""
    return sum(sorted(scores, reverse=True)[:wanted]) / wanted
