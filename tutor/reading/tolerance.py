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
"""The absolute tolerance by default: an answer whose size is below it may be typed as 0."""


RelativeTolerance = Annotated[float, msgspec.Meta(ge=0, le=1)]
"""A relative tolerance in a lesson, as a share of the right answer."""

AbsoluteTolerance = Annotated[float, msgspec.Meta(ge=0, le=1e12)]
"""An absolute tolerance in a lesson."""

DigitCount = Annotated[int, msgspec.Meta(ge=0, le=15)]
"""The number of significant figures, or of decimal places, that a lesson asks for."""


def tolerance_for(
    expected: Fraction,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    figures: int | None = None,
    places: int | None = None,
) -> Tolerance:
    """The tolerance of an answer whose right value is `expected`.

    With `figures` or `places`, the answer must be right when rounded to these. With `rtol` or `atol`, these are the
    tolerance. Without any of them, whole numbers must be exact, and others right to three significant figures.
    """
    if figures is not None or places is not None:
        return Tolerance(Fraction(0), half_unit(expected, figures=figures, places=places))
    if rtol is not None or atol is not None:
        return Tolerance(to_fraction(rtol or 0), to_fraction(atol or 0))
    return Tolerance(EXACT_RTOL) if expected.denominator == 1 else Tolerance(THREE_FIGURES_RTOL, ZERO_ATOL)


def read_tolerance(name: str, value: object) -> Fraction:
    """The exact value of a tolerance that another program gave, as a number or as text; `name` is for the message.

    Raises:
        UsageError: it is no number from 0 up.
    """
    can_be_number = isinstance(value, (int, float, str)) and not isinstance(value, bool)
    tolerance = read_number(str(value)) if can_be_number else None  # by its decimal digits, so that 0.1 is exactly 1/10
    if not isinstance(tolerance, NumberRead) or tolerance.value < 0:
        raise UsageError(f"{name}={clip(str(value), 30)} cannot be used: give a number from 0 up")
    return tolerance.value
