"""A number written with digits: its grouping marks, its decimal mark and its power of ten."""

from fractions import Fraction

import msgspec

from tutor.errors import ExpressionError
from tutor.expressions.lexer import read_digits
from tutor.patterns import late


class Written(msgspec.Struct, frozen=True):
    """A number without a sign, as its digits say it."""

    value: Fraction
    other: Fraction | None = None
    """What it would be if its only comma, a thousands mark here, were a decimal mark; or the other way for a point."""


_FORMS = tuple(
    (late(pattern), marks, decimal)
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

_ONE_COMMA = late(r"[1-9][0-9]{0,2},[0-9]{3}")
_ONE_POINT = late(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_WRITTEN = late(
    r"(?P<body>[0-9.,_'][0-9.,_' ]*?)"
    r"(?: ?[eE](?P<e>[+-]?[0-9]+)"
    r"| ?\* ?10 ?(?:\^|\*\*) ?(?:(?P<bare>[+-]?[0-9]+)|\( ?(?P<bracketed>[+-]?[0-9]+) ?\)))?"
)


def read_written(text: str) -> Written | None:
    """`text` as a number without a sign; `None` when it is not written in digits alone.

    Raises:
        ExpressionError: the marks in it can be read in more than one way, or it has too many digits.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    exponent = match["e"] or match["bare"] or match["bracketed"] or "0"
    body = match["body"]
    for pattern, marks, decimal in _FORMS:
        if pattern.fullmatch(body):
            return Written(read_digits(f"{_pointed(body, marks, decimal)}e{exponent}"), _otherwise(text, exponent))
    if not any(character.isdigit() for character in body):
        return None
    raise ExpressionError("that can be read in more than one way: write a decimal point, as in 1234.5, and one number")


def _otherwise(text: str, exponent: str) -> Fraction | None:
    """The other reading of a number whose only mark may part thousands or decimals."""
    if _ONE_POINT.fullmatch(text):
        return read_digits(text.replace(".", ""))
    body = text.partition("e")[0].partition("E")[0].partition("*")[0].strip()
    return read_digits(f"{body.replace(',', '.')}e{exponent}") if _ONE_COMMA.fullmatch(body) else None


def _pointed(body: str, marks: str, decimal: str) -> str:
    """`body` without its grouping marks and with a point for its decimal mark."""
    bare = "".join(character for character in body if character not in marks)
    pointed = bare.replace(decimal, ".")
    return f"0{pointed}" if pointed.startswith(".") else pointed
