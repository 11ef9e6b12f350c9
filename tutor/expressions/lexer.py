"""Cuts text into tokens, by the lexical part of a grammar, and reads digits as an exact number."""

from fractions import Fraction

from tutor.errors import ExpressionError, clip
from tutor.expressions.grammars import Grammar
from tutor.expressions.source import SourceLine, Token

MAX_DIGITS = 40
"""The most digits one number may have."""
MAX_EXPONENT_CHARACTERS = 5
"""The most characters of an exponent, with its sign, that are converted: any exponent in range has fewer."""
MAX_EXPONENT = 308
"""The largest power of ten that a number may be written with: that of the largest double."""


def tokenize(line: SourceLine, grammar: Grammar) -> list[Token]:
    """The tokens of `line`; the last one, of the kind `end`, stands for its end.

    Raises:
        ExpressionError: a character that the grammar has no place for.
    """
    text = line.text
    tokens, position = [], 0
    while position < len(text):
        match = grammar.token.match(text, position)
        if match is None:
            character = line.original_at(position, 1) or text[position]  # as typed, not as rewritten
            raise grammar.wording.unknown_character(character, rest=text[position:], text=text)
        kind, spelling = str(match.lastgroup), match[0]  # the group that matched has the kind as its name
        if spelling in grammar.operator_words:  # such as `and`: the pattern takes it for a name
            kind = "symbol"
        if kind != "space":
            canonical = grammar.synonyms.get(spelling, spelling)
            tokens.append(Token(kind, canonical, position, line.original_at(position, len(spelling))))
        position = match.end()
    return [*tokens, Token("end", "", len(text), "")]


def read_digits(text: str) -> Fraction:
    """A number written with digits, a decimal point and a power of ten, exactly.

    Raises:
        ExpressionError: more digits, or a larger power of ten, than is read.
    """
    mantissa, _, exponent = text.lower().partition("e")
    digit_count = sum(character.isdigit() for character in mantissa)
    if digit_count > MAX_DIGITS or len(exponent) > MAX_EXPONENT_CHARACTERS:
        raise ExpressionError(f"'{clip(text, 30)}' is too long for a number: at most {MAX_DIGITS} digits")
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise ExpressionError(f"'{clip(text, 30)}' is out of range: powers of ten go up to {MAX_EXPONENT}")
    digits = mantissa.replace("_", "")
    return Fraction(f"{digits}e{exponent}" if exponent else digits)
