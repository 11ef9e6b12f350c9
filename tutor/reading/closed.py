"""Numbers in closed form: expressions without variables, such as `-ln(0.6)`, `3π`, `2^3 - 2`."""

import re
from fractions import Fraction

from tutor.errors import ExpressionError
from tutor.expressions.enclosures import constant_value
from tutor.expressions.parser import parse_formula
from tutor.expressions.symbols import NO_SYMBOLS
from tutor.reading.digits import read_grouped
from tutor.reading.outcome import ask_which

_NUMBER = re.compile(r"(?<![\w.])[0-9](?:[0-9.,']*[0-9])?(?![\w])")
"""Matches a number with all its marks, such as `1,234.5`; not digits within a name, such as `x2`."""
_WITH_MARKS = re.compile(r"[,']|\..*\.")
"""Matches the marks in a number, unless there is only a single decimal point."""
_FUNCTION_OF_SEVERAL = re.compile(r"(?:max|min|maximum|minimum|pow|power|sum|mean|average) ?[(\[]", re.IGNORECASE)
"""Matches the beginning of a call that may have several arguments: `max(`."""


def read_closed(text: str) -> Fraction:
    """The value of the expression `text`: exact if it is rational, otherwise to forty figures.

    Raises:
        ExpressionError: it cannot be read, or has no real value.
    """
    value = constant_value(parse_formula(_with_decimal_points(text), NO_SYMBOLS))
    if value is None:
        raise ExpressionError("that number is too large: numbers go up to 1.8e308")
    return value


def _with_decimal_points(text: str) -> str:
    """Rewrite the numbers in `text` so that none has a decimal comma or a mark between thousands.

    `max(1,5; 2)` becomes `max((3/2), 2)`. `max(1,5)` is unchanged: without a semicolon, the comma separates numbers.
    """
    commas_separate_arguments = _FUNCTION_OF_SEVERAL.search(text) and ";" not in text
    if commas_separate_arguments:
        return text
    without_marks = _NUMBER.sub(_as_fraction, text)
    return without_marks.replace(";", ",")  # the parser takes only commas between arguments


def _as_fraction(match: re.Match[str]) -> str:
    """Write a matched number so that the parser can read it; called for each number of an expression.

    A number with marks, such as `1,234.5`, becomes an exact fraction `(2469/2)`; any other is returned as it is.

    Raises:
        ExpressionError: its marks can be read in two ways; the message asks which was meant.
    """
    if not _WITH_MARKS.search(match[0]):
        return match[0]
    number = read_grouped(match[0])
    if number is None:
        return match[0]
    if number.second_reading is not None:
        raise ExpressionError(ask_which(number).advice)
    return f"({number.value.numerator}/{number.value.denominator})"
