"""Reads formulas as learners type them in answers: perhaps with a name and an equals sign, or as a number."""

from fractions import Fraction

from tutor.errors import ExpressionError
from tutor.expressions.arithmetic import EXACT_RTOL, Tolerance
from tutor.expressions.enclosures import constant_value
from tutor.expressions.equality import EqualityOptions, is_equal
from tutor.expressions.notation import plain_number
from tutor.expressions.parser import parse_formula
from tutor.expressions.symbols import SymbolTable
from tutor.expressions.tree import Expr, signed_number, variables_in
from tutor.reading.advice import refuse_odd_notation
from tutor.reading.decoration import is_name, split_sides, strip_decoration, strip_formula_decoration
from tutor.reading.numbers import MAX_NUMBER_TEXT, read_number
from tutor.reading.outcome import NumberRead, Unreadable, ask_if_ambiguous


def read_expression(text: str, symbols: SymbolTable) -> Expr:
    """Read `text` as an expression tree: a formula in `symbols`, or else a number such as `1,200`, `2 1/2`, `12%`.

    Raises:
        ExpressionError: it is neither; the message says what to do.
    """
    try:
        return parse_formula(text, symbols)
    except ExpressionError:
        number = read_number(text)
        if isinstance(number, NumberRead):
            return signed_number(number.value)
        raise


def read_formula(text: str, symbols: SymbolTable, expected: Expr, equality: EqualityOptions) -> Expr:
    """Read an answer as an expression tree: the right side of `dC/dw = 2 w`, or the last of several equal sides.

    If `expected` is a number, the whole line may also be read as one number, by `read_number`.

    Raises:
        ExpressionError: it cannot be read, or can be read in two ways.
    """
    number = _read_expected_constant(text, expected, equality)
    sides = split_sides(strip_formula_decoration(text))
    has_equals_sign = len(sides) > 1 or not sides[0]
    if number is not None and has_equals_sign:  # `x = 3 = 6/2` or `= 3`: `read_number` has compared the sides
        return signed_number(number)
    while len(sides) > 1 and (not sides[0] or _names_quantity(sides[0], symbols)):
        del sides[0]
    trees = [read_expression(side, symbols) for side in sides]
    if not all(is_equal(tree, trees[-1], equality) for tree in trees[:-1]):
        raise ExpressionError("type only what stands after the equals sign")
    return trees[-1]


def _names_quantity(side: str, symbols: SymbolTable) -> bool:
    """Whether a side of an equals sign only names the quantity, such as `dC/dw`, and is no formula in `symbols`."""
    return is_name(side) and not _is_formula(side, symbols)


def _is_formula(side: str, symbols: SymbolTable) -> bool:
    """Whether `side` is a formula with no variables but those that the question lists."""
    try:
        parse_formula(side, symbols.only_listed())
    except ExpressionError:
        return False
    return True


def _read_expected_constant(text: str, expected: Expr, equality: EqualityOptions) -> Fraction | None:
    """Read `text` as a number if the right answer, `expected`, is a number.

    Returns `None` if the right answer has variables or no exact value, or if `text` cannot be read as a number.

    Raises:
        ExpressionError: it is a number in odd notation, or its comma or point can be read in two ways.
    """
    expected_value = None if variables_in(expected) else constant_value(expected)
    if expected_value is None or len(text) > MAX_NUMBER_TEXT:
        return None
    refuse_odd_notation(strip_decoration(plain_number(text)), text)
    number = read_number(text)
    if isinstance(number, Unreadable):
        return None
    tolerance = equality.tolerance or Tolerance(EXACT_RTOL)
    question = ask_if_ambiguous(number, expected_value, lambda value: tolerance.covers(value, expected_value))
    if question is not None:  # shown as advice: the answer is not graded
        raise ExpressionError(question.advice)
    return number.value
