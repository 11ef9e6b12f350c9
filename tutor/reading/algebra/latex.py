"""A tree as a formula, so that a person sees how an expression was read; it can be read back."""

from fractions import Fraction

from tutor.reading.algebra.names import ACCENTS, GREEK
from tutor.reading.algebra.tree import Expr, Fn, Neg, Num, Op, Var

_LETTERS = frozenset(GREEK.values()) | {"pi"}
_OWN_COMMANDS = "sin cos tan sec csc cot sinh cosh tanh coth arcsin arccos arctan exp ln max min"
_OWN = frozenset(_OWN_COMMANDS.split(" "))
_SUM, _PRODUCT, _POWER, _ATOM = 1, 2, 3, 4


def latex(tree: Expr) -> str:
    """`tree` in LaTeX."""
    return _write(tree)[0]


def _write(tree: Expr) -> tuple[str, int]:
    """The formula, and how tightly it holds together."""
    match tree:
        case Num(value):
            return number(value)
        case Var(name):
            return variable(name), _ATOM
        case Neg(of):
            return "-" + _inside(of, _PRODUCT), _SUM
        case Op("+" | "-" as sign, left, right):
            return f"{_inside(left, _SUM)} {sign} {_inside(right, _PRODUCT)}", _SUM
        case Op("*", left, right):
            return _product(left, right), _PRODUCT
        case Op("/", left, right):
            return rf"\frac{{{latex(left)}}}{{{latex(right)}}}", _PRODUCT
        case Op(_, base, exponent):
            return f"{_inside(base, _ATOM)}^{{{latex(exponent)}}}", _POWER
        case Fn(name, args):
            return _call(name, args), _ATOM


def _inside(tree: Expr, least: int) -> str:
    text, strength = _write(tree)
    return text if strength >= least else rf"\left({text}\right)"


def _product(left: Expr, right: Expr) -> str:
    first, second = _inside(left, _PRODUCT), _inside(right, _POWER if isinstance(right, Op) else _PRODUCT)
    if isinstance(right, Op) and right.sign == "/":
        second = latex(right)
    plain = isinstance(left, (Num, Var)) or (isinstance(left, Op) and left.sign in "*^")
    glued = plain and (second[:1].isalpha() or second.startswith("\\")) and not second.startswith(r"\left")
    return f"{first} {second}" if glued else rf"{first} \cdot {second}"


def number(value: Fraction) -> tuple[str, int]:
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


def variable(name: str) -> str:
    r"""A name as it is written in a formula: `m_hat_1` is `\hat{m}_{1}`."""
    bare = name.rstrip("'")
    primes = name[len(bare) :]
    base, *below = bare.split("_")
    text = f"\\{base}" if base in _LETTERS else base if len(base) == 1 else rf"\mathrm{{{base}}}"
    if below and below[0] in ACCENTS:
        text = rf"\{below.pop(0)}{{{text}}}"
    return text + (f"_{{{','.join(below)}}}" if below else "") + primes


def _call(name: str, args: tuple[Expr, ...]) -> str:
    inner = ", ".join(latex(item) for item in args)
    if name == "abs":
        return rf"\left|{inner}\right|"
    if name == "sqrt":
        return rf"\sqrt{{{inner}}}"
    bare = name.rstrip("'")
    word = r"\sigma" if bare == "sigmoid" else f"\\{bare}" if bare in _OWN else rf"\operatorname{{{bare}}}"
    word = bare if len(bare) == 1 else word
    return rf"{word}{name[len(bare) :]}\left({inner}\right)"
