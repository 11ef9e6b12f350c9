"""A submission: the answer as typed, with hints, time and confidence; and its score after hints."""

from fractions import Fraction
from typing import Literal

import msgspec

from tutor.text.numbers import counted

Confidence = Literal["", "sure", "think", "guess"]
"""How sure a learner said to be before the verdict; "" when that was not asked."""

CONFIDENCE_WORDS: dict[Confidence, str] = {"sure": "sure", "think": "think so", "guess": "a guess"}
"""What each confidence is called, from the highest."""

HINT_COST = Fraction(1, 10)
"""The part of an answer's worth that one hint takes."""
MIN_SHARE_AFTER_HINTS = Fraction(1, 2)
"""The part of an answer's worth that is left however many hints were seen."""


class Submission(msgspec.Struct, frozen=True):
    """What the learner hands in: an answer to be read, graded and recorded."""

    raw: str
    """As it was typed."""
    hints: int = 0
    """How many hints were seen."""
    seconds: float = 0.0
    """From the question to the answer."""
    confidence: Confidence = ""


def score_after_hints(score: float, hints: int, total: int) -> float:
    """Reduce a `score` from 0 to 1 for the `hints` of `total` that were seen.

    The verdict stays what it was: right is right. Without hints the score is unchanged.

    Raises:
        ValueError: more hints seen than there are, or fewer than none.
    """
    if not 0 <= hints <= total:
        raise ValueError(f"{counted(hints, 'hint')} of {total} cannot have been seen")
    return float(score * max(MIN_SHARE_AFTER_HINTS, 1 - HINT_COST * hints)) if hints else score


def describe_hint_cost(score: float, hints: int, total: int) -> str:
    """What an answer earns after hints, as a sentence; "" without hints, or where there is nothing to lose."""
    if not hints or not score:
        return ""
    return f"With {counted(hints, 'hint')} it earns {score_after_hints(score, hints, total):.0%}."
