"""What hints cost: each seen takes a tenth of what an answer earns, all together at most half."""

from fractions import Fraction

from tutor.text.numbers import counted

COST = Fraction(1, 10)
"""The part of an answer's worth that one hint takes."""
LEAST = Fraction(1, 2)
"""The part that is left however many were seen."""
SAID = "Each hint costs a tenth of what the answer earns."
"""The rule, for learners."""


def after_hints(score: float, hints: int, total: int) -> float:
    """What an answer that was graded `score`, 0 … 1, earns after `hints` of `total` were seen.

    The verdict stays what it was: right is right. Without hints the score is unchanged.

    Raises:
        ValueError: more hints seen than there are, or fewer than none.
    """
    if not 0 <= hints <= total:
        raise ValueError(f"{counted(hints, 'hint')} of {total} cannot have been seen")
    return float(score * max(LEAST, 1 - COST * hints)) if hints else score


def earned_in_words(score: float, hints: int, total: int) -> str:
    """What an answer earns after hints, as a sentence; "" without hints, or where there is nothing to lose."""
    if not hints or not score:
        return ""
    return f"With {counted(hints, 'hint')} it earns {after_hints(score, hints, total):.0%}."
