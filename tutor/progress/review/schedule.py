"""When to review: FSRS with the machine's grade instead of the learner's own.

The rule that turns a graded answer into a rating, the first line that fits:

- wrong, or less than half right: Again;
- partly right, right after a hint, or right but called a guess: Hard;
- right without a hint, quickly, and either confident or not asked: Easy;
- right: Good.

Quick is at most half the learner's own usual time for that kind of question: the median of her last 25 right
answers to it without a hint, and until five are known the time that the kind gives (`Question.usual_seconds`).
Nothing is read and worked out in less than two seconds. Where an answer is picked rather than typed, a click is no
sign of ease: there the learner must also have been confident.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from fsrs import Card, Rating, Scheduler

    from tutor.questions.base import Question

DEFAULT_DAY_START = 0
"""The hour at which a day begins when nothing else is set."""
AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
MIN_TIMES_FOR_MEDIAN = 5
"""The fewest of a learner's own times from which a usual time is computed."""
MAX_TIMES_FOR_MEDIAN = 25
"""How many of the newest times are used."""
QUICK_SHARE = 0.5
"""An answer is quick if it took at most this share of the usual time."""
MIN_SECONDS_TO_SOLVE = 2.0
"""No question can be read and worked out in less than this many seconds."""

Parameters = tuple[float, ...]
"""The 21 parameters w₀ … w₂₀ of FSRS-6, or `PUBLISHED`."""
PUBLISHED: Parameters = ()
"""Stands for the parameters with which FSRS-6 was published."""
_PUBLISHED_DECAY = 0.1542
"""w₂₀ of FSRS-6: the power by which recall falls."""
SECONDS_PER_DAY = 86400
DESIRED_RETENTION = 0.9
"""A question comes again when the chance that it is remembered has fallen to this."""
RatedAnswer = tuple[int, datetime]
"""(rating, time): `AGAIN`, `HARD`, `GOOD` or `EASY`, and when the answer was given."""


def usual_seconds(kind: str, past_seconds: Sequence[float]) -> float:
    """How many seconds a question of `kind` usually takes this learner; `past_seconds` are those of her latest."""
    if len(past_seconds) < MIN_TIMES_FOR_MEDIAN:
        return _question_type_of(kind).usual_seconds
    times = sorted(past_seconds[-MAX_TIMES_FOR_MEDIAN:])  # the median of these is returned
    middle = len(times) // 2
    return times[middle] if len(times) % 2 else (times[middle - 1] + times[middle]) / 2


def rate_answer(score: float, hints: int, seconds: float, usual: float, confidence: str = "", kind: str = "") -> int:
    """`AGAIN`, `HARD`, `GOOD` or `EASY` for a graded answer, by the rule in this module's docstring.

    `usual` is how many seconds a question of this `kind` usually takes the learner.
    """
    if score < 0.5:
        return AGAIN
    if score < 1.0 or hints or confidence == "guess":
        return HARD
    is_quick = MIN_SECONDS_TO_SOLVE <= seconds <= QUICK_SHARE * usual
    is_typed = _question_type_of(kind).answer_format == "line"
    is_sure = confidence == "sure" or (not confidence and is_typed)
    return EASY if is_quick and is_sure else GOOD


@lru_cache(maxsize=64)  # called for each answer of a record
def _question_type_of(kind: str) -> "type[Question]":
    """The class of the questions of a kind; the base class for an unknown kind, recorded by a newer program."""
    from tutor.questions.base import Question
    from tutor.questions.kinds.table import KINDS  # imported here, so that the first screen need not wait for it

    return KINDS.get(kind, Question)


@lru_cache(maxsize=4)
def make_scheduler(parameters: Parameters = PUBLISHED) -> "Scheduler":
    """Make FSRS's scheduler with these parameters and without randomness.

    Its short steps of minutes for new cards are FSRS's defaults; `MIN_REVIEW_INTERVAL` is longer than these.

    Raises:
        ValueError: the number of parameters is not FSRS's, or one is out of its bounds.
    """
    from fsrs import Scheduler

    if parameters == PUBLISHED:
        return Scheduler(desired_retention=DESIRED_RETENTION, enable_fuzzing=False)
    return Scheduler(parameters, desired_retention=DESIRED_RETENTION, enable_fuzzing=False)


def review_card(
    state: str | None, rating: int, reviewed_at: datetime, parameters: Parameters = PUBLISHED
) -> tuple[str, datetime]:
    """The card after a review: its state as JSON, and when it is due. Pass `None` as `state` for a new card.

    Raises:
        ValueError, KeyError, TypeError: `state` is not what a review left.
    """
    return _serialise(_review_parsed(None if state is None else _parse_card(state), rating, reviewed_at, parameters))


def recall_probability(state: str, now: datetime, parameters: Parameters = PUBLISHED) -> float:
    """How likely the question of a card is answered right at `now`, 0 … 1: the forgetting curve of FSRS-6.

    R = (1 + (0.9^(1/d) − 1) t/S)^d for t days since the last review and a stability of S days
    (github.com/open-spaced-repetition/free-spaced-repetition-scheduler, "The Algorithm").

    Raises:
        ValueError, KeyError, TypeError: `state` is not what a review left.
    """
    card = json.loads(state)
    elapsed = now - datetime.fromisoformat(card["last_review"])
    return _recall_after(elapsed, card["stability"], parameters)


def _recall_after(elapsed: timedelta, stability: float, parameters: Parameters) -> float:
    """The forgetting curve R of `recall_probability` at a time after the last review; `stability` is in days."""
    decay = -(parameters[-1] if parameters else _PUBLISHED_DECAY)
    factor = 0.9 ** (1 / decay) - 1  # FSRS defines stability so that R is 0.9 after that many days
    days = max(0.0, elapsed.total_seconds() / SECONDS_PER_DAY)
    return float((1 + factor * days / stability) ** decay)


def replay(reviews: Iterable[RatedAnswer], parameters: Parameters = PUBLISHED) -> tuple[str, datetime]:
    """The card after a whole series of reviews (at least one), the oldest first: its state, and when it is due."""
    card = None
    for rating, at in reviews:
        card = _review_parsed(card, rating, at, parameters)
    if card is None:
        raise ValueError("a card without a review has no schedule")
    return _serialise(card)


def forecasts(reviews: Iterable[RatedAnswer], parameters: Parameters = PUBLISHED) -> Iterator[float]:
    """How likely a question was remembered at each review after the first, as forecast from the reviews before it.

    Both `reviews` and the forecasts are in the order of time.
    """
    card = None
    for rating, at in reviews:
        if card is not None and card.last_review is not None and card.stability is not None:
            yield _recall_after(at - card.last_review, card.stability, parameters)
        card = _review_parsed(card, rating, at, parameters)


def _review_parsed(card: "Card | None", rating: int, reviewed_at: datetime, parameters: Parameters) -> "Card":
    """The card after a review; pass `None` to review a new one. A card that is passed is changed: see `_fsrs_types`."""
    card_type, fsrs_ratings = _fsrs_types()
    reviewed_at = reviewed_at.astimezone(UTC)
    card = card or card_type(card_id=0, due=reviewed_at)  # FSRS needs an id, which the record does not use
    if card.last_review is not None and reviewed_at < card.last_review:
        reviewed_at = card.last_review  # the clock was set back; a review must not precede the last one
    reviewed_card, _ = make_scheduler(parameters).review_card(card, fsrs_ratings[rating], reviewed_at)
    return reviewed_card


@cache
def _fsrs_types() -> "tuple[type[Card], Mapping[int, Rating]]":
    """The class of our cards, and rating number → FSRS's own rating.

    FSRS copies a card before each review, for callers that keep the old card. The program never does, and copying took
    a quarter of the time of replaying a record, so our cards are not copied.
    """
    from fsrs import Card, Rating

    class ReviewedCard(Card):
        """A card whose reviews change it."""

        def __copy__(self) -> Self:
            return self

    return ReviewedCard, {rating.value: rating for rating in Rating}


def _serialise(card: "Card") -> tuple[str, datetime]:
    """The state of a card as the record keeps it, and when it is due."""
    return json.dumps(card.to_dict()), card.due


def _parse_card(state: str) -> "Card":
    """The card whose state `_serialise` wrote."""
    card_type, _ = _fsrs_types()
    return card_type.from_dict(json.loads(state))


def utc_now() -> datetime:
    """The present time in UTC."""
    return datetime.now(UTC)


def day_of(moment: datetime, zone: tzinfo | None = None, day_starts: int = DEFAULT_DAY_START) -> date:
    """The day to which a moment belongs: an hour of the day before `day_starts` (0 … 23) belongs to the day before.

    `zone` is the learner's; the machine's own when it is not given.
    """
    local = moment.astimezone(zone)
    return local.date() - timedelta(days=1) if local.hour < day_starts else local.date()


def end_of_day(now: datetime, zone: tzinfo | None = None, day_starts: int = DEFAULT_DAY_START) -> datetime:
    """The moment in UTC at which the day that `now` belongs to is over."""
    next_day = day_of(now, zone, day_starts) + timedelta(days=1)
    return datetime.combine(next_day, time(day_starts), zone).astimezone(UTC)


def beginning_of_day(moment: datetime, zone: tzinfo | None = None, day_starts: int = DEFAULT_DAY_START) -> datetime:
    """The moment in UTC at which the day that `moment` belongs to began."""
    return datetime.combine(day_of(moment, zone, day_starts), time(day_starts), zone).astimezone(UTC)
