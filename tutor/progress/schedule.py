"""When to review: FSRS with the machine's grade instead of the learner's own.

The rule that turns a graded answer into a rating:

- wrong, or less than half right: Again;
- partly right, or right with a hint: Hard;
- right without a hint: Good;
- right without a hint in a quarter of the time that such a question usually takes: Easy.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
USUAL_SECONDS = 40.0
"""How long a question usually takes, until a learner's own times are known."""


def rating(score: float, hints: int, seconds: float) -> int:
    """`AGAIN`, `HARD`, `GOOD` or `EASY` for a graded answer; see the rule above."""
    if score < 0.5:
        return AGAIN
    if score < 1.0 or hints:
        return HARD
    return EASY if 0 < seconds <= USUAL_SECONDS / 4 else GOOD


@lru_cache(maxsize=1)
def scheduler() -> "Scheduler":
    """FSRS with its published parameters and no chance in it."""
    from fsrs import Scheduler

    return Scheduler(enable_fuzzing=False)


def review(state: str | None, rated: int, at: datetime) -> tuple[str, datetime]:
    """The card after a review: its state as JSON, and when it is due. `state` is `None` for a new one.

    Raises:
        ValueError, KeyError, TypeError: `state` is not what a review left.
    """
    return _kept(_reviewed(None if state is None else _card(state), rated, at))


def replay(reviews: Iterable[tuple[int, datetime]]) -> tuple[str, datetime]:
    """The card after a whole series of reviews (at least one), the oldest first: its state, and when it is due."""
    card = None
    for rated, at in reviews:
        card = _reviewed(card, rated, at)
    if card is None:
        raise ValueError("a card without a review has no schedule")
    return _kept(card)


def _reviewed(card: "Card | None", rated: int, at: datetime) -> "Card":
    from fsrs import Card, Rating

    at = at.astimezone(UTC)
    card = card or Card(card_id=0, due=at)
    if card.last_review is not None and at < card.last_review:
        at = card.last_review  # a clock that went backwards must not undo a review
    return scheduler().review_card(card, Rating(rated), at)[0]


def _kept(card: "Card") -> tuple[str, datetime]:
    return json.dumps(card.to_dict()), card.due


def _card(state: str) -> "Card":
    from fsrs import Card

    return Card.from_dict(json.loads(state))
