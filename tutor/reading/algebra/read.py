"""Reading what a person typed as an expression; a lone number in any of the ways that people write one."""

from fractions import Fraction

from tutor.reading.algebra.constant import letters_of, number_of
from tutor.reading.algebra.equality import Setting, equal
from tutor.reading.algebra.parser import parse
from tutor.reading.algebra.resolve import Words
from tutor.reading.algebra.tree import Expr, Neg, Num
from tutor.reading.answers import read_number
from tutor.reading.doubt import asked
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
            return Neg(Num(-number.value)) if number.value < 0 else Num(number.value)
        raise


def read_formula(text: str, words: Words, expected: Expr, setting: Setting) -> Expr:
    """`text` as the formula that a person answers with: `dC/dw = 2 w`, or several sides that are equal.

    Raises:
        ExpressionError: it cannot be read, or in two ways, said in one line.
    """
    _ask_about_marks(text, expected, setting)
    parts = sides(undressed_formula(text))
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


def _ask_about_marks(text: str, expected: Expr, setting: Setting) -> None:
    """Ask about a number that can be read in two ways, where a number is expected."""
    value = None if letters_of(expected) else number_of(expected)
    if value is None:
        return
    read = read_number(text)
    if isinstance(read, NumberRead):
        wanted, tolerance = Fraction(value), setting.tolerance or Tolerance(EXACT)
        read = asked(read, wanted, lambda meant: tolerance.covers(meant, wanted)) or read
    if isinstance(read, Unreadable) and read.is_question:
        raise ExpressionError(read.advice)
