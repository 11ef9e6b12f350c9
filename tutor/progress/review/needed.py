"""Which reviews are missing until a concept is strong: the schedule is simulated, with every answer right."""

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from tutor.progress.review.cards import MIN_REVIEW_INTERVAL
from tutor.progress.review.mastery import MASTERED_LEVEL, AnswerTotals, all_scores_in_order, answers_by_concept, level
from tutor.progress.review.schedule import GOOD, PUBLISHED, Parameters, recall_probability, review_card
from tutor.progress.tables.attempt import INVALID_VALUE_ERRORS

MAX_REVIEWS_AHEAD = 30
"""How many answers are simulated at most."""


class NeededReviews(msgspec.Struct, frozen=True):
    """The reviews that are missing until a concept is strong, if each is answered right as soon as it is due."""

    answers: int
    """The number of missing right answers."""
    days: int
    """The number of different days on which they can be given."""
    first: datetime | None
    """When the first of them can be given; `None` when nothing is missing."""


class _ScheduledQuestion(NamedTuple):
    """The schedule of one question."""

    state: str
    """Its card, as JSON."""
    askable_from: datetime
    """When it can be asked: once it is due, and `MIN_REVIEW_INTERVAL` after its last review."""


def find_needed_reviews(
    answers: Sequence[AnswerTotals],
    cards: Mapping[str, tuple[str, str]],
    now: datetime,
    day_of: Callable[[datetime], date],
    parameters: Parameters = PUBLISHED,
) -> dict[str, NeededReviews]:
    """Concept → the reviews that are missing until it is strong.

    Args:
        answers: the answers on record, by question.
        cards: question → when it is due, and the state of its card.
        now: when the simulation begins.
        day_of: the day of the learner's calendar to which a moment belongs.
        parameters: the parameters of the schedule.
    """
    scheduled = {}
    for question, (due, state) in cards.items():
        with contextlib.suppress(*INVALID_VALUE_ERRORS):  # a damaged card is passed over
            interval_end = datetime.fromisoformat(json.loads(state)["last_review"]) + MIN_REVIEW_INTERVAL
            recall_probability(state, now, parameters)  # raises for a damaged card
            scheduled[question] = _ScheduledQuestion(state, max(datetime.fromisoformat(due), interval_end))
    return {
        concept: _simulate_reviews(group, scheduled, now, day_of, parameters)
        for concept, group in answers_by_concept(answers).items()
    }


def _simulate_reviews(
    answers: Sequence[AnswerTotals],
    scheduled: Mapping[str, _ScheduledQuestion],
    now: datetime,
    day_of: Callable[[datetime], date],
    parameters: Parameters,
) -> NeededReviews:
    """Simulate reviews of one concept until it is strong, each of the question that can be asked first; count them."""
    scores = all_scores_in_order(answers)
    questions = {totals.question: scheduled[totals.question] for totals in answers if totals.question in scheduled}
    review_times: list[datetime] = []
    at = now
    while questions and len(review_times) < MAX_REVIEWS_AHEAD:
        recalls = [recall_probability(question.state, at, parameters) for question in questions.values()]
        mean_recall = sum(recalls) / len(recalls)
        if level(scores) * mean_recall >= MASTERED_LEVEL:
            break
        next_id = min(questions, key=lambda id: (questions[id].askable_from, id))
        at = max(at, questions[next_id].askable_from)
        state, due = review_card(questions[next_id].state, GOOD, at, parameters)
        questions[next_id] = _ScheduledQuestion(state, max(due, at + MIN_REVIEW_INTERVAL))
        scores.append(1.0)
        review_times.append(at)
    return NeededReviews(
        answers=len(review_times),
        days=len({day_of(time) for time in review_times}),
        first=review_times[0] if review_times else None,
    )
