"""Numbers in closed form: whatever can be worked out without a letter, such as `-ln(0.6)`, `3π`, `2^3 - 2`."""

from fractions import Fraction

from tutor.reading.algebra.constant import number_of
from tutor.reading.algebra.parser import parse
from tutor.reading.algebra.resolve import Words
from tutor.reading.tokens import ExpressionError

_NO_LETTERS = Words(free=False)


def read_closed(text: str) -> Fraction:
    """The value of `text`; what is no fraction is given to forty figures.

    Raises:
        ExpressionError: it is none, or has no real value.
    """
    value = number_of(parse(text, _NO_LETTERS))
    if value is None:
        raise ExpressionError("that number is too large: numbers go up to 1.8e308")
    return value
