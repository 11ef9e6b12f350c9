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
        (r"[0-9]++\.?[0-9]*+|\.[0-9]++", "", "."),
        (r"[0-9]{1,3}([ _'])[0-9]{3}(?:\1[0-9]{3})*(?:\.[0-9]*)?", " _'", "."),
        (r"[0-9]{1,3}([ _'])[0-9]{3}(?:\1[0-9]{3})*,[0-9]+", " _'", ","),
        (r"[0-9]{1,3}(?: [0-9]{3})*\.[0-9]{3}(?: [0-9]{3})*(?: [0-9]{1,3})", " ", "."),
        (r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?", ",", "."),
        (r"[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]*)?", ",", "."),
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+", ".", ","),
        (r"[1-9][0-9]{0,2}(?:\.[0-9]{3}){2,}", ".", ","),
        (r"[0-9]*,[0-9]+", "", ","),
    )
)
"""Pattern, the grouping marks in it, the decimal mark. The first that fits the whole text counts, so that a
comma is a decimal mark only where it cannot part thousands."""

_ONE_COMMA = compile_lazily(r"[1-9][0-9]{0,2},[0-9]{3}")
_ONE_POINT = compile_lazily(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_WITH_EXPONENT = compile_lazily(
    r"(?P<body>[0-9.,_'][0-9.,_' ]*?)"
    r"(?: ?[eE](?P<e>[+-]?[0-9]+)"
    r"| ?\* ?10 ?(?:\^|\*\*) ?(?:(?P<bare>[+-]?[0-9]+)|\( ?(?P<bracketed>[+-]?[0-9]+) ?\)))?"
)


def read_grouped(text: str) -> NumberRead | None:
    """`text` as a number without a sign; `None` when it is not written in digits alone.

    Raises:
        ExpressionError: the marks in it can be read in more than one way, or it has too many digits.
    """
    match = _WITH_EXPONENT.fullmatch(text)
    if match is None:
        return None
    exponent = match["e"] or match["bare"] or match["bracketed"] or "0"
    body = match["body"]
    for pattern, marks, decimal in _GROUPINGS:
        if pattern.fullmatch(body):
            value = read_digits(f"{_with_decimal_point(body, marks, decimal)}e{exponent}")
            return NumberRead(value, _other_reading(text, exponent))
    if not any(character.isdigit() for character in body):
        return None
    raise ExpressionError("that can be read in more than one way: write a decimal point, as in 1234.5, and one number")


def _other_reading(text: str, exponent: str) -> Fraction | None:
    """The other reading of a number whose only mark may be a thousands or a decimal mark."""
    if _ONE_POINT.fullmatch(text):
        return read_digits(text.replace(".", ""))
    body = text.partition("e")[0].partition("E")[0].partition("*")[0].strip()
    return read_digits(f"{body.replace(',', '.')}e{exponent}") if _ONE_COMMA.fullmatch(body) else None


def _with_decimal_point(body: str, marks: str, decimal: str) -> str:
    """`body` without its grouping marks and with a point for its decimal mark."""
    bare = "".join(character for character in body if character not in marks)
    pointed = bare.replace(decimal, ".")
    return f"0{pointed}" if pointed.startswith(".") else pointed


# -- how precisely it is written

_DECIMAL = compile_lazily(r"[+-]?([0-9]*+)(\.?)([0-9]*+)(?:[eE]([+-]?[0-9]{1,4}))?")


def decimal_places(text: str) -> int | None:
    """Count the digits after the decimal point; `None` for exact numbers such as a fraction."""
    match = _DECIMAL.fullmatch(plain_number(text).replace(",", ""))
    if match is None or not match[1] + match[3]:
        return None
    return max(0, len(match[3]) - int(match[4] or 0))


def last_place_unit(text: str) -> Fraction:
    """One unit of a decimal number's last place; 0 for exact numbers such as a fraction or an integer."""
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
