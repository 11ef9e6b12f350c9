"""Writes a tree as a formula in LaTeX, so that people see how an answer was read; it can be read back."""

from fractions import Fraction

from tutor.expressions.names import ACCENTS, GREEK
from tutor.expressions.tree import Binary, Call, Expr, Name, Number, Unary, not_in_formula
from tutor.patterns import compile_lazily

_GREEK_LETTERS = frozenset(GREEK.values()) | {"pi"}
_COMMAND_NAMES = "sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan exp ln max min"
_COMMANDS = frozenset(_COMMAND_NAMES.split(" "))
_NUMBER_OVER_SOMETHING = compile_lazily(r"\\frac\{-?\d")
_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4
"""Binding powers, the loosest first; an atom, such as a name or a call, never needs brackets."""
MAX_DECIMAL_PLACES = 6
"""The most decimal places with which a number is written; one that needs more is written as a fraction."""


def to_latex(tree: Expr) -> str:
    """`tree` in LaTeX."""
    latex, _binding_power = _write_tree(tree)
    return latex


def _write_tree(tree: Expr) -> tuple[str, int]:
    """Write `tree` in LaTeX; also return the binding power of its outermost operation, which decides about brackets."""
    match tree:
        case Number(value):
            return _write_number(value)
        case Name(name):
            return variable_to_latex(name), _ATOM
        case Unary(_, operand):
            return "-" + _bracket_if_looser(operand, _PRODUCT), _SUM
        case Binary("+" | "-" as operator, left, right):
            return f"{_bracket_if_looser(left, _SUM)} {operator} {_bracket_if_looser(right, _PRODUCT)}", _SUM
        case Binary("*", left, right):
            return _write_product(left, right), _PRODUCT
        case Binary("/", left, right):
            return rf"\frac{{{to_latex(left)}}}{{{to_latex(right)}}}", _PRODUCT
        case Binary(_, base, exponent):
            return f"{_bracket_if_looser(base, _ATOM)}^{{{to_latex(exponent)}}}", _POWER
        case Call(function, arguments):
            return _write_call(function, arguments), _ATOM
    raise not_in_formula(tree)


def _bracket_if_looser(tree: Expr, binding_power: int) -> str:
    """`tree` in LaTeX, in brackets if it binds less tightly than `binding_power`."""
    latex, own_binding_power = _write_tree(tree)
    return latex if own_binding_power >= binding_power else rf"\left({latex}\right)"


def _write_product(left: Expr, right: Expr) -> str:
    r"""Write a product, without `\cdot` after a simple factor and before letters or a command, as in 2 x and 2 sin(x).

    `\cdot` stays before a fraction that begins with a number: 2 1/2 would be read as two and a half.
    """
    left_text = _bracket_if_looser(left, _PRODUCT)
    if isinstance(right, Binary) and right.operator == "/":  # a fraction needs no brackets: its bar groups
        right_text = to_latex(right)
    elif isinstance(right, Binary):  # a product keeps its brackets: without them x · (y · z) is read as (x · y) · z
        right_text = _bracket_if_looser(right, _POWER)
    else:
        right_text = _bracket_if_looser(right, _PRODUCT)
    left_is_simple = isinstance(left, (Number, Name)) or (isinstance(left, Binary) and left.operator in "*^")
    begins_with_letter_or_command = right_text[:1].isalpha() or right_text.startswith("\\")
    needs_cdot = right_text.startswith(r"\left") or _NUMBER_OVER_SOMETHING.match(right_text)
    if left_is_simple and begins_with_letter_or_command and not needs_cdot:
        return f"{left_text} {right_text}"
    return rf"{left_text} \cdot {right_text}"


def _write_number(value: Fraction) -> tuple[str, int]:
    """Write a number as a decimal if at most six places give its exact value, otherwise as a fraction.

    Also return its binding power: a minus binds as loosely as a sum.
    """
    for places in range(MAX_DECIMAL_PLACES + 1):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")  # at least one digit before the point
            point_index = len(digits) - places
            decimal = f"{digits[:point_index]}.{digits[point_index:]}" if places else digits
            return (f"-{decimal}", _SUM) if value < 0 else (decimal, _ATOM)
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", _PRODUCT


def variable_to_latex(name: str) -> str:
    r"""Write a canonical name in LaTeX: `m_hat_1` as `\hat{m}_{1}`."""
    without_primes = name.rstrip("'")
    primes = name[len(without_primes) :]
    base, *subscripts = without_primes.split("_")
    if base in _GREEK_LETTERS:
        latex = f"\\{base}"
    elif len(base) == 1:
        latex = base
    else:
        latex = rf"\mathrm{{{base}}}"
    if subscripts and subscripts[0] in ACCENTS:  # a canonical name has the accent first
        accent = subscripts.pop(0)
        latex = rf"\{accent}{{{latex}}}"
    if subscripts:
        latex += f"_{{{','.join(subscripts)}}}"
    return latex + primes


def _write_call(name: str, arguments: tuple[Expr, ...]) -> str:
    """Write the call of a function, with LaTeX's own command or notation for the function if there is one."""
    argument_text = ", ".join(to_latex(argument) for argument in arguments)
    if name == "abs":
        return rf"\left|{argument_text}\right|"
    if name == "sqrt":
        return rf"\sqrt{{{argument_text}}}"
    without_primes = name.rstrip("'")
    primes = name[len(without_primes) :]
    if without_primes == "sigmoid":
        function = r"\sigma"
    elif without_primes in _COMMANDS:
        function = f"\\{without_primes}"
    elif len(without_primes) == 1:
        function = without_primes
    else:
        function = rf"\operatorname{{{without_primes}}}"
    return rf"{function}{primes}\left({argument_text}\right)"
