"""A tree as a formula in LaTeX, so that people see how an answer was read; it can be read back."""

from fractions import Fraction

from tutor.expressions.names import ACCENTS, GREEK
from tutor.expressions.tree import Binary, Call, Expr, Name, Number, Unary, not_in_formula

_LETTERS = frozenset(GREEK.values()) | {"pi"}
_COMMAND_NAMES = "sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan exp ln max min"
_COMMANDS = frozenset(_COMMAND_NAMES.split(" "))
_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4


def to_latex(tree: Expr) -> str:
    """`tree` in LaTeX."""
    return _write_tree(tree)[0]


def _write_tree(tree: Expr) -> tuple[str, int]:
    """The formula in LaTeX, and its binding power, by which brackets are set."""
    match tree:
        case Number(value):
            return _write_number(value)
        case Name(name):
            return variable_to_latex(name), _ATOM
        case Unary(_, of):
            return "-" + _bracket_if_looser(of, _PRODUCT), _SUM
        case Binary("+" | "-" as sign, left, right):
            return f"{_bracket_if_looser(left, _SUM)} {sign} {_bracket_if_looser(right, _PRODUCT)}", _SUM
        case Binary("*", left, right):
            return _write_product(left, right), _PRODUCT
        case Binary("/", left, right):
            return rf"\frac{{{to_latex(left)}}}{{{to_latex(right)}}}", _PRODUCT
        case Binary(_, base, exponent):
            return f"{_bracket_if_looser(base, _ATOM)}^{{{to_latex(exponent)}}}", _POWER
        case Call(function, arguments):
            return _write_call(function, arguments), _ATOM
    raise not_in_formula(tree)


def _bracket_if_looser(tree: Expr, least: int) -> str:
    """`tree` in LaTeX, in brackets if it binds less tightly than `least`."""
    text, strength = _write_tree(tree)
    return text if strength >= least else rf"\left({text}\right)"


def _write_product(left: Expr, right: Expr) -> str:
    """A product: without a sign where none is needed, as in 2 x."""
    first, second = (
        _bracket_if_looser(left, _PRODUCT),
        _bracket_if_looser(right, _POWER if isinstance(right, Binary) else _PRODUCT),
    )
    if isinstance(right, Binary) and right.operator == "/":
        second = to_latex(right)
    is_simple = isinstance(left, (Number, Name)) or (isinstance(left, Binary) and left.operator in "*^")
    is_juxtaposed = is_simple and (second[:1].isalpha() or second.startswith("\\")) and not second.startswith(r"\left")
    return f"{first} {second}" if is_juxtaposed else rf"{first} \cdot {second}"


def _write_number(value: Fraction) -> tuple[str, int]:
    """A number as a decimal where that is short and exact, else as a fraction."""
    scaled = value
    for places in range(7):
        if scaled.denominator == 1:
            sign = "-" if value < 0 else ""
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            text = f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else digits
            return sign + text, _SUM if sign else _ATOM
        scaled *= 10
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}", _PRODUCT


def variable_to_latex(name: str) -> str:
    r"""A name as it is written in a formula: `m_hat_1` is `\hat{m}_{1}`."""
    bare = name.rstrip("'")
    primes = name[len(bare) :]
    base, *below = bare.split("_")
    text = f"\\{base}" if base in _LETTERS else base if len(base) == 1 else rf"\mathrm{{{base}}}"
    if below and below[0] in ACCENTS:
        text = rf"\{below.pop(0)}{{{text}}}"
    return text + (f"_{{{','.join(below)}}}" if below else "") + primes


def _write_call(name: str, arguments: tuple[Expr, ...]) -> str:
    """A function with its arguments, by its own command or sign where LaTeX has one."""
    inner = ", ".join(to_latex(item) for item in arguments)
    if name == "abs":
        return rf"\left|{inner}\right|"
    if name == "sqrt":
        return rf"\sqrt{{{inner}}}"
    bare = name.rstrip("'")
    if bare == "sigmoid":
        word = r"\sigma"
    elif bare in _COMMANDS:
        word = f"\\{bare}"
    else:
        word = bare if len(bare) == 1 else rf"\operatorname{{{bare}}}"
    return rf"{word}{name[len(bare) :]}\left({inner}\right)"
