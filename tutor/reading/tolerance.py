"""How near an answer must be: |answer − expected| ≤ max(atol, rtol · |expected|), bounds included."""

from fractions import Fraction
from typing import Annotated

import msgspec

from tutor.errors import UsageError, clip
from tutor.expressions.arithmetic import EXACT_RTOL, Tolerance, to_fraction
from tutor.reading.digits import half_unit
from tutor.reading.numbers import read_number
from tutor.reading.outcome import NumberRead

THREE_FIGURES_RTOL = Fraction(5, 1000)
"""The relative tolerance that accepts an answer rounded to three significant figures."""
ZERO_ATOL = Fraction(1, 10**12)
"""The absolute tolerance around 0: a computed answer below it may be typed as 0."""


Relative = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A tolerance as a lesson gives it, as a part of the right answer."""

Absolute = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
"""A tolerance as a lesson gives it, as a number."""

Count = Annotated[int, msgspec.Meta(ge=0, le=15)]
"""How many figures or places a lesson asks for."""


def tolerance_for(
    expected: Fraction,
    rtol: float | None = None,
    atol: float | None = None,
    figures: int | None = None,
    places: int | None = None,
) -> Tolerance:
    """The tolerance a question gives, or the usual one: whole numbers exact, others to three figures."""
    if figures is not None or places is not None:
        return Tolerance(Fraction(0), half_unit(expected, figures, places))
    if rtol is not None or atol is not None:
        return Tolerance(to_fraction(rtol or 0), to_fraction(atol or 0))
    return Tolerance(EXACT_RTOL) if expected.denominator == 1 else Tolerance(THREE_FIGURES_RTOL, ZERO_ATOL)


def read_tolerance(name: str, value: object) -> Fraction:
    """A tolerance from outside, as a number or in digits, exactly in decimal.

    Raises:
        UsageError: it is no number from 0 up.
    """
    usable = isinstance(value, (int, float, str)) and not isinstance(value, bool)
    read = read_number(str(value)) if usable else None
    if not isinstance(read, NumberRead) or read.value < 0:
        raise UsageError(f"{name}={clip(str(value), 30)} cannot be used: give a number from 0 up")
    return read.value
