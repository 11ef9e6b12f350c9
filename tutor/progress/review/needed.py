"""What is missing until a concept is known well: the schedule is played forward, with every answer right."""

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from tutor.progress.review.cards import MIN_REVIEW_INTERVAL
from tutor.progress.review.mastery import MASTERED_LEVEL, Answers, level
from tutor.progress.review.schedule import GOOD, PUBLISHED, Parameters, recall_probability, review_card
from tutor.progress.tables.attempt import INVALID_VALUE_ERRORS

MAX_REVIEWS_AHEAD = 30
"""How many answers are looked ahead."""


class NeededReviews(msgspec.Struct, frozen=True):
    """What is missing until a concept is known well, when every review is answered right as soon as it is due."""

    answers: int
    days: int
    """On how many different days."""
    first: datetime | None
    """When the first of them can be given; `None` when nothing is missing."""


class _ScheduledQuestion(NamedTuple):
    """The schedule of one question."""

    state: str
    askable: datetime
    """When it is due, and has had its rest."""


def find_needed_reviews(
    answers: Sequence[Answers],
    cards: Mapping[str, tuple[str, str]],
    now: datetime,
    day_of: Callable[[datetime], date],
    parameters: Parameters = PUBLISHED,
) -> dict[str, NeededReviews]:
    """Concept → what is missing until it is known well; `cards` has due time and state of each question."""
    scheduled = {}
    for question, (due, state) in cards.items():
        with contextlib.suppress(*INVALID_VALUE_ERRORS):  # a spoiled card says nothing
            rested = datetime.fromisoformat(json.loads(state)["last_review"]) + MIN_REVIEW_INTERVAL
            recall_probability(state, now, parameters)
            scheduled[question] = _ScheduledQuestion(state, max(datetime.fromisoformat(due), rested))
    by_concept: dict[str, list[Answers]] = {}
    for each in answers:
        for concept in each.concepts:
            by_concept.setdefault(concept, []).append(each)
    return {
        concept: _play_forward(each, scheduled, now, day_of, parameters) for concept, each in sorted(by_concept.items())
    }


def _play_forward(
    answers: Sequence[Answers],
    cards: Mapping[str, _ScheduledQuestion],
    now: datetime,
    day_of: Callable[[datetime], date],
    parameters: Parameters,
) -> NeededReviews:
    """Ask the question of one concept that is due first, on its day, until the level is reached."""
    scores = [score for *_, score in sorted(one for each in answers for one in each.fresh)]
    waiting = {each.question: cards[each.question] for each in answers if each.question in cards}
    moments: list[datetime] = []
    at = now
    while waiting and len(moments) < MAX_REVIEWS_AHEAD:
        remembered = [recall_probability(card.state, at, parameters) for card in waiting.values()]
        if level(scores) * sum(remembered) / len(remembered) >= MASTERED_LEVEL:
            break
        question = min(waiting, key=lambda name: (waiting[name].askable, name))
        at = max(at, waiting[question].askable)
        state, due = review_card(waiting[question].state, GOOD, at, parameters)
        waiting[question] = _ScheduledQuestion(state, max(due, at + MIN_REVIEW_INTERVAL))
        scores.append(1.0)
        moments.append(at)
    return NeededReviews(len(moments), len({day_of(moment) for moment in moments}), moments[0] if moments else None)
