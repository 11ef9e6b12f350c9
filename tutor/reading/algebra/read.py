"""Reading what a person typed as an expression; a lone number in any of the ways that people write one."""

from fractions import Fraction

from tutor.reading.algebra.constant import letters_of, number_of
from tutor.reading.algebra.equality import Setting, equal
from tutor.reading.algebra.parser import parse
from tutor.reading.algebra.resolve import Words
from tutor.reading.algebra.tree import Expr, Neg, Num
from tutor.reading.answers import LENGTH, read_number
from tutor.reading.doubt import asked, refuse_doubtful
from tutor.reading.notation import plain
from tutor.reading.outcome import NumberRead, Unreadable
from tutor.reading.tokens import ExpressionError
from tutor.reading.tolerance import EXACT, Tolerance
from tutor.reading.undress import is_name, sides, undressed_formula


def read_expression(text: str, words: Words) -> Expr:
    """`text` as a tree: an expression in `words`, or a number such as `1,200`, `2 1/2`, `12%`.

    Raises:
        ExpressionError: it is neither, said in one line.
    """
    try:
        return parse(text, words)
    except ExpressionError:
        number = read_number(text)
        if isinstance(number, NumberRead):
            return _as_tree(number.value)
        raise


def read_formula(text: str, words: Words, expected: Expr, setting: Setting) -> Expr:
    """`text` as the formula that a person answers with: `dC/dw = 2 w`, or several sides that are equal.

    Raises:
        ExpressionError: it cannot be read, or in two ways, said in one line.
    """
    number = _number_meant(text, expected, setting)
    parts = sides(undressed_formula(text))
    if number is not None and (len(parts) > 1 or not parts[0]):
        return _as_tree(number)
    while len(parts) > 1 and (not parts[0] or (is_name(parts[0]) and not _in_known_letters(parts[0], words))):
        del parts[0]
    trees = [read_expression(part, words) for part in parts]
    if not all(equal(tree, trees[-1], setting) for tree in trees[:-1]):
        raise ExpressionError("type only what stands after the equals sign")
    return trees[-1]


def _in_known_letters(side: str, words: Words) -> bool:
    """True for an expression in the letters of the question, which is no name of a quantity."""
    try:
        parse(side, Words(words.known, words.open, free=False, log=words.log))
    except ExpressionError:
        return False
    return True


def _number_meant(text: str, expected: Expr, setting: Setting) -> Fraction | None:
    """The number that `text` is, where a number is expected; one that can be read in two ways is asked about."""
    value = None if letters_of(expected) else number_of(expected)
    if value is None or len(text) > LENGTH:
        return None
    refuse_doubtful(plain(text), text)
    read, tolerance = read_number(text), setting.tolerance or Tolerance(EXACT)
    if isinstance(read, Unreadable):
        return None
    doubt = asked(read, value, lambda meant: tolerance.covers(meant, value))
    if doubt is not None:
        raise ExpressionError(doubt.advice)
    return read.value


def _as_tree(number: Fraction) -> Expr:
    return Neg(Num(-number)) if number < 0 else Num(number)
