"""Reading what a person typed as an expression; a lone number in any of the ways that people write one."""

from tutor.reading.algebra.parser import parse
from tutor.reading.algebra.resolve import Words
from tutor.reading.algebra.tree import Expr, Neg, Num
from tutor.reading.answers import read_number
from tutor.reading.outcome import NumberRead
from tutor.reading.tokens import ExpressionError


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
