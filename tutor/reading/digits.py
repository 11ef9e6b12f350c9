"""A number written with digits: its grouping marks, decimal mark and power of ten, and how precisely it is written."""

from fractions import Fraction
from math import floor, log10

from tutor.errors import ExpressionError
from tutor.expressions.lexer import read_digits
from tutor.expressions.notation import plain_number
from tutor.patterns import compile_lazily
from tutor.reading.outcome import NumberRead

_GROUPINGS = tuple(
    (compile_lazily(pattern), marks, decimal)
    for pattern, marks, decimal in (
        (r"[0-9]++\.?[0-9]*+|\.[0-9]++", "", "."),  # 12.5, .5
        (r"[0-9]{1,3}([ _'])[0-9]{3}(?:\1[0-9]{3})*(?:\.[0-9]*)?", " _'", "."),  # 1 234.5
        (r"[0-9]{1,3}([ _'])[0-9]{3}(?:\1[0-9]{3})*,[0-9]+", " _'", ","),  # 1 234,5
        (r"[0-9]{1,3}(?: [0-9]{3})*\.[0-9]{3}(?: [0-9]{3})*(?: [0-9]{1,3})", " ", "."),  # 3.141 592 65
        (r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?", ",", "."),  # 1,234.5
        (r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]*)?", ",", "."),  # 12,34,567, as in India
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+", ".", ","),  # 1.234,5
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}", ".", ","),  # 1.234.567
        (r"[0-9]*,[0-9]+", "", ","),  # 12,5
    )
)
"""(pattern, its grouping marks, its decimal mark). The first pattern that fits the whole text is used, so that a
comma is taken for a decimal mark only if it cannot separate thousands."""

_ONE_COMMA = compile_lazily(r"[1-9][0-9]{0,2},[0-9]{3}")
"""`1,234`, whose comma may be a thousands or a decimal mark."""
_ONE_POINT = compile_lazily(r"[1-9][0-9]{0,2}\.[0-9]{3}")
"""`1.234`, whose point may be either, too."""
_MANTISSA_AND_EXPONENT = compile_lazily(
    r"(?P<mantissa>[0-9.,_'][0-9.,_' ]*?)"
    r"(?: ?[eE](?P<e>[+-]?[0-9]+)"
    r"| ?\* ?10 ?(?:\^|\*\*) ?(?:(?P<bare>[+-]?[0-9]+)|\( ?(?P<bracketed>[+-]?[0-9]+) ?\)))?"
)
"""Digits with any marks, perhaps followed by a power of ten: `2.5e3`, `2.5*10^3`, `2.5*10^(3)`."""


def read_grouped(text: str) -> NumberRead | None:
    """Read `text` as a number without a sign; `None` if it is not written in digits, marks and a power of ten alone.

    Raises:
        ExpressionError: the marks in it can be read in more than one way, or it has too many digits.
    """
    match = _MANTISSA_AND_EXPONENT.fullmatch(text)
    if match is None:
        return None
    exponent = match["e"] or match["bare"] or match["bracketed"] or "0"
    mantissa = match["mantissa"]
    for pattern, grouping_marks, decimal_mark in _GROUPINGS:
        if pattern.fullmatch(mantissa):
            value = read_digits(f"{_with_decimal_point(mantissa, grouping_marks, decimal_mark)}e{exponent}")
            return NumberRead(value, _second_reading(text, exponent))
    has_marks_alone = not any(character.isdigit() for character in mantissa)
    if has_marks_alone:
        return None
    raise ExpressionError("that can be read in more than one way: write a decimal point, as in 1234.5, and one number")


def _second_reading(text: str, exponent: str) -> Fraction | None:
    """The second reading of a number whose only mark may be a thousands or a decimal mark; `None` for other numbers.

    `1,234` is read as 1234, and its second reading is 1.234. `1.234` is read as such, and its second reading is 1234,
    but only without an exponent.
    """
    if _ONE_POINT.fullmatch(text):
        return read_digits(text.replace(".", ""))
    mantissa = text
    for exponent_sign in ("e", "E", "*"):  # as in 1,234e5, 1,234E5, 1,234 * 10^5
        mantissa = mantissa.partition(exponent_sign)[0]
    mantissa = mantissa.strip()
    if not _ONE_COMMA.fullmatch(mantissa):
        return None
    return read_digits(f"{mantissa.replace(',', '.')}e{exponent}")


def _with_decimal_point(mantissa: str, grouping_marks: str, decimal_mark: str) -> str:
    """`mantissa` without its grouping marks and with a point for its decimal mark; `.5` becomes `0.5`."""
    ungrouped = "".join(character for character in mantissa if character not in grouping_marks)
    pointed = ungrouped.replace(decimal_mark, ".")
    return f"0{pointed}" if pointed.startswith(".") else pointed


# -- how precisely it is written

_DECIMAL = compile_lazily(r"[+-]?(?P<whole>[0-9]*+)\.?(?P<decimals>[0-9]*+)(?:[eE](?P<exponent>[+-]?[0-9]{1,4}))?")
"""A number with a decimal point at most, perhaps in e-notation: `-2.5e-3`."""


def decimal_places(text: str) -> int | None:
    """The number of decimal places in which a number is written: 2 for `0.25`, 3 for `2.5e-2`, 0 for `2e3`.

    It is `None` for a text that is no decimal number, such as a fraction.
    """
    match = _DECIMAL.fullmatch(plain_number(text).replace(",", ""))
    if match is None or not match["whole"] + match["decimals"]:
        return None
    return max(0, len(match["decimals"]) - int(match["exponent"] or 0))


def last_place_unit(text: str) -> Fraction:
    """The value of one unit in the last decimal place of a number; 0 for exact numbers: fractions and integers."""
    places = decimal_places(text)
    if not places:  # `None` for a fraction, 0 for an integer
        return Fraction(0)
    return Fraction(1, 10**places)


def half_unit(expected: Fraction, *, figures: int | None = None, places: int | None = None) -> Fraction:
    """Half a unit of the last place when `expected` is rounded to `places` decimals or `figures` significant figures.

    It is 0.005 for two places, whatever `expected` is; 0.5 for three figures of 123.4.
    """
    if places is None:
        # The first figure is at 10^magnitude, the last one `figures - 1` places after it. If that is before the decimal
        # point, the number of places is negative.
        places = (figures or 1) - 1 - magnitude(expected)
    return Fraction(10) ** -places / 2


def magnitude(value: Fraction) -> int:
    """The exponent of `value` in scientific notation: 2 for 123, −2 for 0.05; 0 for 0."""
    if not value:
        return 0
    # `value` may be too large for a float, so there are two logarithms. Their rounding errors may make the power wrong
    # by one, which the loops correct.
    power = floor(log10(abs(value.numerator)) - log10(value.denominator))
    while abs(value) >= Fraction(10) ** (power + 1):
        power += 1
    while abs(value) < Fraction(10) ** power:
        power -= 1
    return power
