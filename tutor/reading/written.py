"""How precisely a number was written: its significant figures and its decimal places."""

from fractions import Fraction
from math import floor, log10

from tutor.expressions.notation import plain_number
from tutor.patterns import late

_DIGITS = late(r"[+-]?([0-9]*+)(\.?)([0-9]*+)(?:[eE]([+-]?[0-9]{1,4}))?")


def significant_figures(text: str) -> int | None:
    """How many figures of a decimal number count; `None` for what is exact, such as a fraction.

    Zeros before the first other digit never count, zeros at the end only after a decimal point.
    """
    match = _DIGITS.fullmatch(plain_number(text).replace(",", ""))
    if match is None or not match[1] + match[3]:
        return None
    digits = (match[1] + match[3]).lstrip("0")
    if not digits:
        return max(1, len(match[3]))
    return len(digits) if match[2] else len(digits.rstrip("0"))


def decimal_places(text: str) -> int | None:
    """How many digits stand after the decimal point; `None` for what is exact, such as a fraction."""
    match = _DIGITS.fullmatch(plain_number(text).replace(",", ""))
    if match is None or not match[1] + match[3]:
        return None
    return max(0, len(match[3]) - int(match[4] or 0))


def written_unit(text: str) -> Fraction:
    """One unit of the last place of a decimal number; 0 for what is exact, such as a fraction or a whole number."""
    places = decimal_places(text)
    return Fraction(1, 10**places) if places else Fraction(0)


def half_unit(expected: Fraction, figures: int | None = None, places: int | None = None) -> Fraction:
    """Half a unit of the last figure, or place, to which `expected` is to be rounded."""
    if places is None:
        places = (figures or 1) - 1 - magnitude(expected)
    return Fraction(10) ** -places / 2


def magnitude(value: Fraction) -> int:
    """The power of ten of the first figure of `value`; 0 for 0."""
    if not value:
        return 0
    power = floor(log10(abs(value.numerator)) - log10(value.denominator))
    while abs(value) >= Fraction(10) ** (power + 1):
        power += 1
    while abs(value) < Fraction(10) ** power:
        power -= 1
    return power
