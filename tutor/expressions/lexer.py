"""Text → tokens, by the lexical part of a grammar; and digits → an exact number."""

from fractions import Fraction

from tutor.errors import ExpressionError, clip
from tutor.expressions.grammars import Grammar
from tutor.expressions.source import SourceLine, Token

MAX_DIGITS = 40
"""The most digits one number may have."""
MAX_EXPONENT = 308
"""The largest power of ten a number may be written with, as for double precision."""


def tokenize(line: SourceLine, grammar: Grammar) -> list[Token]:
    """The tokens of `line`; the last is its end.

    Raises:
        ExpressionError: a character that the grammar has no place for.
    """
    pattern, text = grammar.token, line.text
    tokens, at = [], 0
    while at < len(text):
        match = pattern.match(text, at)
        if match is None:
            raise grammar.wording.unknown_character(line.original_at(at, 1) or text[at], text[at:], text)
        kind, spelling = str(match.lastgroup), match[0]
        if kind != "space":
            kind = "sign" if spelling in grammar.words else kind
            spelling = grammar.synonyms.get(spelling, spelling)
            tokens.append(Token(kind, spelling, at, line.original_at(at, len(match[0]))))
        at = match.end()
    return [*tokens, Token("end", "", len(text), "")]


def read_digits(text: str) -> Fraction:
    """A number written with digits, a decimal point and a power of ten, exactly.

    Raises:
        ExpressionError: more digits, or a larger power of ten, than is read.
    """
    mantissa, _, exponent = text.lower().partition("e")
    if sum(character.isdigit() for character in mantissa) > MAX_DIGITS or len(exponent) > 5:
        raise ExpressionError(f"'{clip(text, 30)}' is too long for a number: at most {MAX_DIGITS} digits")
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise ExpressionError(f"'{clip(text, 30)}' is out of range: powers of ten go up to {MAX_EXPONENT}")
    digits = mantissa.replace("_", "")
    return Fraction(f"{digits}e{exponent}" if exponent else digits)
