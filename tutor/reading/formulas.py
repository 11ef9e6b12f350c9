"""Formulas as learners answer with them: around them a name and an equals sign, or a lone number."""

from fractions import Fraction

from tutor.errors import ExpressionError
from tutor.expressions.arithmetic import EXACT_RTOL, Tolerance
from tutor.expressions.enclosures import exact_constant
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
    """`text` as a tree: a formula in `symbols`, or a number such as `1,200`, `2 1/2`, `12%`.

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
    """`text` as the formula in an answer: the right side of `dC/dw = 2 w`, or the last of several equal sides.

    Where a number is expected, the whole line may be one.

    Raises:
        ExpressionError: it cannot be read, or in two ways.
    """
    number = _as_expected_constant(text, expected, equality)
    parts = split_sides(strip_formula_decoration(text))
    if number is not None and (len(parts) > 1 or not parts[0]):  # `x = 3 = 6/2`, or `= 3`: the line was read as one
        return signed_number(number)
    while len(parts) > 1 and (not parts[0] or (is_name(parts[0]) and not _is_formula(parts[0], symbols))):
        del parts[0]
    trees = [read_expression(part, symbols) for part in parts]
    if not all(is_equal(tree, trees[-1], equality) for tree in trees[:-1]):
        raise ExpressionError("type only what stands after the equals sign")
    return trees[-1]


def _is_formula(side: str, symbols: SymbolTable) -> bool:
    """True for a formula in the listed variables alone; where other letters occur, `side` names a quantity."""
    try:
        parse_formula(side, symbols.only_listed())
    except ExpressionError:
        return False
    return True


def _as_expected_constant(text: str, expected: Expr, equality: EqualityOptions) -> Fraction | None:
    """`text` as a number, if a number is expected; one that can be read in two ways is asked about."""
    value = None if variables_in(expected) else exact_constant(expected)
    if value is None or len(text) > MAX_NUMBER_TEXT:
        return None
    refuse_odd_notation(strip_decoration(plain_number(text)), text)
    read, tolerance = read_number(text), equality.tolerance or Tolerance(EXACT_RTOL)
    if isinstance(read, Unreadable):
        return None
    doubt = ask_if_ambiguous(read, value, lambda meant: tolerance.covers(meant, value))
    if doubt is not None:
        raise ExpressionError(doubt.advice)
    return read.value
