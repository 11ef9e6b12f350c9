"""Numbers in closed form: whatever can be worked out without a letter, such as `-ln(0.6)`, `3π`, `2^3 - 2`."""

import re
from fractions import Fraction

from tutor.reading.algebra.constant import number_of
from tutor.reading.algebra.parser import parse
from tutor.reading.algebra.resolve import Words
from tutor.reading.digits import read_written
from tutor.reading.doubt import ask
from tutor.reading.outcome import NumberRead
from tutor.reading.tokens import ExpressionError

_NO_LETTERS = Words(free=False)


_GROUPED = re.compile(r"(?<![\w.])[0-9](?:[0-9.,']*[0-9])?(?![\w])")
_MARKED = re.compile(r"[,']|\..*\.")
_SEVERAL = re.compile(r"(?:max|min|maximum|minimum|pow|power|sum|mean|average) ?[(\[]", re.IGNORECASE)


def read_closed(text: str) -> Fraction:
    """The value of `text`; what is no fraction is given to forty figures.

    Raises:
        ExpressionError: it is none, or has no real value.
    """
    value = number_of(parse(_with_points(text), _NO_LETTERS))
    if value is None:
        raise ExpressionError("that number is too large: numbers go up to 1.8e308")
    return value


def _with_points(text: str) -> str:
    """`text` with decimal points for the commas in its numbers, and without the marks between thousands."""
    if _SEVERAL.search(text) and ";" not in text:
        return text  # where a function takes several numbers, commas part them
    return _GROUPED.sub(_pointed, text).replace(";", ",")


def _pointed(match: re.Match[str]) -> str:
    if not _MARKED.search(match[0]):
        return match[0]
    written = read_written(match[0])
    if written is None:
        return match[0]
    if written.other is not None:
        raise ExpressionError(ask(NumberRead(written.value, written.other)).advice)
    return f"({written.value.numerator}/{written.value.denominator})"
