"""Advice for what was typed around, or instead of, a number: it quotes what was typed, and names no wrong number."""

import re

from tutor.errors import ExpressionError
from tutor.expressions.source import quote_as_typed
from tutor.patterns import late
from tutor.reading.digits import read_written

_DIGITS = late("[0-9]+")
_LETTER = late(r"[^\W\d_]")
_NUMERIC = late("[0-9πe]")

EXAMPLE = "Type one number, for example 0.25, 1/4 or 2.5e-3."
_AMOUNT = late(
    r"\b(?:hundred|thousand|[mb]illion|dozen|half|third|quarter|minus|negative|plus|times|twice|double|triple|zero|one"
    r"|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|squared|cubed|root|over|by|divided|below|less|more"
    r"|under|above|between|per|out|of|percent)s?\b|[0-9] ?[kmgb]$",
    re.IGNORECASE,
)
_FUNCTION = late(r"\b(?:ln|log|exp|sigmoid|tanh|relu|sqrt|max|min|sin|cos|tan|pi|e)\b|[π^*/(]")
_NUMBER = r"[-+]?(?:[0-9][0-9.,]*[0-9]|[0-9])(?:[eE][-+]?[0-9]+)?"
_GLUED = late(rf"({_NUMBER}) ?(?![eExX])[^\W\d_]+\.?")
_ALONE = late(rf"(?<![\w.,^*/+-])({_NUMBER})(?![\w^*/(]|[.,]\w| ?[-+*/^=])")
_PROSE = late(r"[\w .,:;?'’°-]*")


def advice_on(line: str, typed: str, error: ExpressionError) -> str:
    """What to say to a `line` that could not be worked out for the reason `error`."""
    if not _LETTER.search(_FUNCTION.sub("", line)) and _NUMERIC.search(line):
        return quote_as_typed(str(error), typed)
    if _AMOUNT.search(line):
        return "write the number in digits, for example 1200 or 0.5"
    number = _the_number(line)
    if number and number in typed:
        return f"write only the number: {number}"
    return EXAMPLE


def _the_number(line: str) -> str:
    """The one number among words in `line`; "" when there is none, or more than one."""
    glued = _GLUED.fullmatch(line)
    found = [glued[1]] if glued else _ALONE.findall(line) if _PROSE.fullmatch(line) else []
    if len(found) != 1 or len(_DIGITS.findall(line)) != len(_DIGITS.findall(found[0])):
        return ""
    try:
        return found[0] if read_written(found[0].lstrip("+-")) else ""
    except ExpressionError:
        return ""
