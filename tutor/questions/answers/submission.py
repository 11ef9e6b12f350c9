"""What a learner hands in: the answer as typed, and what it took."""

from typing import Literal

import msgspec

Confidence = Literal["", "sure", "think", "guess"]
"""How sure a learner said to be before the verdict; "" when that was not asked."""

WORDS: dict[Confidence, str] = {"sure": "sure", "think": "think so", "guess": "a guess"}
"""What each confidence is called, from the highest."""


class Handed(msgspec.Struct, frozen=True):
    """An answer on its way to be read, graded and recorded."""

    raw: str
    """As it was typed."""
    hints: int = 0
    """How many hints were seen."""
    seconds: float = 0.0
    """From the question to the answer."""
    confidence: Confidence = ""
