"""A submission: the answer as typed, with hints, time and confidence; and its score after hints."""

from fractions import Fraction
from typing import Literal

import msgspec

from tutor.text.numbers import counted, format_share

Confidence = Literal["", "sure", "think", "guess"]
"""The confidence that the learner gave before the verdict; "" if it was not asked for."""

CONFIDENCE_WORDS: dict[Confidence, str] = {"sure": "sure", "think": "think so", "guess": "a guess"}
"""What each confidence is called, from the highest."""

RETRY_SHARE = Fraction(1, 2)
"""The share of the points lost by the first answer that a second try can still earn."""
HINT_COST = Fraction(1, 10)
"""The share of an answer's score that each hint costs."""
MIN_SHARE_AFTER_HINTS = Fraction(1, 2)
"""The share of an answer's score that remains however many hints were seen."""


class Submission(msgspec.Struct, frozen=True):
    """A submitted answer to be read, graded and recorded."""

    raw: str
    """As it was typed."""
    hints: int = 0
    """How many hints were seen."""
    seconds: float = 0.0
    """From the question to the answer."""
    confidence: Confidence = ""
    is_retry: bool = False
    """Whether it is the second answer to the same question with the same numbers, given before the right one was
    shown."""


def score_after_hints(score: float, hints: int, total: int) -> float:
    """Reduce a `score` from 0 to 1 for the `hints` of `total` that were seen.

    Only the score is reduced: a right answer remains right. Without hints the score is unchanged.

    Raises:
        ValueError: more hints seen than there are, or fewer than none.
    """
    if not 0 <= hints <= total:
        raise ValueError(f"{counted(hints, 'hint')} of {total} cannot have been seen")
    return float(score * max(MIN_SHARE_AFTER_HINTS, 1 - HINT_COST * hints)) if hints else score


def score_after_retry(first: float, second: float) -> float:
    """The score of a second try: `first`, the score of the first try, plus a share of what `second` adds to it."""
    return first + float(RETRY_SHARE) * max(0.0, second - first)


def describe_earned(score: float, hints: int, total: int, first: float | None = None) -> str:
    """Say what an answer earns after hints, or after a second try that was better than the first.

    Empty if it earns nothing, or if neither hints nor the second try changed what it earns.

    Args:
        score: of this answer, before anything is taken off.
        hints: how many hints were seen.
        total: how many hints there are.
        first: the score of the first try, if this is the second; otherwise `None`.
    """
    has_improved = first is not None and score > first
    earned = score_after_retry(first, score) if first is not None else score
    if not earned or not (hints or has_improved):
        return ""
    circumstances = ["at the second try"] if has_improved else []
    circumstances += [f"with {counted(hints, 'hint')}"] if hints else []
    phrase = " and ".join(circumstances)
    return f"{phrase[0].upper()}{phrase[1:]} it earns {format_share(score_after_hints(earned, hints, total))}."


def describe_retry(score: float) -> str:
    """Say what a second try can still earn after a first graded `score`."""
    left = "half the score" if not score else "half of what is missing"
    return f"Try again: {left} is left, for one last answer."
