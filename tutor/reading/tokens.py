"""An expression cut into tokens, within bounds; and a number read from its digits, exactly."""

from fractions import Fraction
from typing import NamedTuple

from tutor.errors import ChainruleError, clip
from tutor.patterns import late

LENGTH = 500
"""The most characters an expression may have."""
DIGITS = 40
"""The most digits one number may have."""
EXPONENT = 308
"""The largest power of ten a number may be written with, as for double precision."""
WORDS = frozenset({"and", "or", "not"})


class ExpressionError(ChainruleError):
    """An expression that cannot be read or does not compute; one line that says what to do."""


class Token(NamedTuple):
    """A piece of the text: what sort it is, what it says, where it begins."""

    sort: str
    text: str
    at: int


_TOKEN = late(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<number>(?:[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)"
    r"|(?P<text>'[^'\n]*'|\"[^\"\n]*\")"
    r"|(?P<sign>\*\*|<=|>=|==|!=|[-+*/%^()\[\],.<>=−×·÷≤≥≠])"
)
_SAME = {"**": "^", "−": "-", "×": "*", "·": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!="}


def read_digits(text: str) -> Fraction:
    """A number written with digits, a decimal point and a power of ten, exactly.

    Raises:
        ExpressionError: more digits, or a larger power of ten, than is read.
    """
    mantissa, _, exponent = text.lower().partition("e")
    if sum(character.isdigit() for character in mantissa) > DIGITS or len(exponent) > 5:
        raise ExpressionError(f"'{clip(text, 30)}' is too long for a number: at most {DIGITS} digits")
    if exponent and abs(int(exponent)) > EXPONENT:
        raise ExpressionError(f"'{clip(text, 30)}' is out of range: powers of ten go up to {EXPONENT}")
    whole = mantissa.replace("_", "")
    return Fraction(f"{whole}e{exponent}" if exponent else whole)


def tokens(text: str) -> list[Token]:
    """`text` as tokens, the last of which is its end.

    Raises:
        ExpressionError: a character that no expression has, or too many of them.
    """
    if len(text) > LENGTH:
        raise ExpressionError(f"an expression may have at most {LENGTH} characters; this one has {len(text)}")
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise ExpressionError(f"'{clip(text[at], 5)}' has no meaning here, take it out: '{clip(text)}'")
        sort, said = str(match.lastgroup), match[0]
        if sort != "space":
            sort = "word" if said in WORDS else sort
            found.append(Token(sort, _SAME.get(said, said), at))
        at = match.end()
    return [*found, Token("end", "", len(text))]
