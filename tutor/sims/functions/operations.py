r"""Operations of a computational graph: what each computes, and its slope with respect to each of its inputs.

Formulas are templates. `@0` and `@1` stand for the first and second input, in brackets where a factor needs them; `!0`
and `!1` stand for the same inputs without brackets, where the template needs none or has its own; `@v` stands for the
value.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tutor.characters import TO_SUPERSCRIPT
from tutor.sims.functions.activations import relu, relu_derivative, sigmoid, sigmoid_derivative, tanh_derivative
from tutor.text.numbers import format_factor, format_latex, format_number

Values = Sequence[float]
MAX_SUPERSCRIPT = 1e6
"""An exponent of this size or more is written after ^, since it would need too many superscript digits."""


@dataclass(frozen=True)
class Operation:
    """One operation, with its partial derivatives."""

    name: str
    compute: Callable[[Values], float]
    """Inputs → value; may raise an arithmetic error, which `value` catches."""
    differentiate: Callable[[Values, float], Values]
    """(inputs, value) → the partial derivative by each input."""
    formula: str
    """The operation on its inputs: a template in LaTeX."""
    slopes: tuple[str, ...]
    """The partial derivative by each input: templates in LaTeX."""
    plain: str
    """The operation on its inputs: a template in plain characters."""

    def value(self, inputs: Values) -> float:
        """The value for `inputs`; nan outside its domain, inf if it overflows."""
        return _compute_or_nan(lambda: self.compute(inputs))

    def local_slopes(self, inputs: Values, value: float) -> tuple[float, ...]:
        """The partial derivative by each input, where `value` is the value for `inputs`; nan if that is not finite."""
        if not math.isfinite(value):
            return (math.nan,) * len(inputs)
        return tuple(self.differentiate(inputs, value))


def _compute_or_nan(compute: Callable[[], float]) -> float:
    """The result of `compute`; nan outside its domain, inf where it overflows."""
    try:
        value = compute()
    except OverflowError:
        return math.inf
    except (ValueError, ZeroDivisionError):
        return math.nan
    return value if isinstance(value, float) else math.nan  # a power may be complex


def _as_differentiate(slope: Callable[[float, float], float]) -> Callable[[Values, float], Values]:
    """`slope`, a function of one input and the value, in the form that `Operation.differentiate` has."""

    def differentiate(inputs: Values, value: float) -> Values:
        return (_compute_or_nan(lambda: float(slope(inputs[0], value))),)

    return differentiate


def _power_slope(base: float, exponent: float) -> float:
    """∂(base^exponent)/∂base; 0 for the exponent 0, even at the base 0, where the formula would give 0 · 0⁻¹."""
    if not exponent:
        return 0.0
    return _compute_or_nan(lambda: float(exponent * base ** (exponent - 1)))


def _unary(
    name: str,
    value: Callable[[float], float],
    slope: Callable[[float, float], float],
    slope_latex: str,
    formula: str = "",
) -> Operation:
    """The operation of a function of one number.

    Args:
        name: what it is called in formulas that people type.
        value: x → its value v.
        slope: (x, v) → its derivative at x.
        slope_latex: the derivative as a template in LaTeX.
        formula: the value as a template in LaTeX; empty where LaTeX has a command for the function.
    """
    latex = formula or rf"\{name}(!0)"
    return Operation(
        name, lambda inputs: float(value(inputs[0])), _as_differentiate(slope), latex, (slope_latex,), f"{name}(!0)"
    )


def _upright(name: str) -> str:
    """The template of a function for which LaTeX has no command."""
    return rf"\operatorname{{{name}}}(!0)"


def _sign(x: float) -> float:
    """1, 0 or −1."""
    return float((x > 0) - (x < 0))


def _cube_root(x: float) -> float:
    """The real cube root, of negative numbers too, where `x ** (1 / 3)` would be complex."""
    return math.copysign(abs(x) ** (1 / 3), x)


_FUNCTIONS = (
    _unary("tanh", math.tanh, lambda x, v: tanh_derivative(x), "1 - @v^2"),
    _unary("sigmoid", sigmoid, lambda x, v: sigmoid_derivative(x), "@v (1 - @v)", r"\operatorname{sigmoid}(!0)"),
    _unary("relu", relu, lambda x, v: relu_derivative(x), r"\operatorname{relu}'(!0)", _upright("relu")),
    _unary("softplus", lambda x: max(x, 0.0) + math.log1p(math.exp(-abs(x))), lambda x, v: sigmoid(x),
           r"\operatorname{sigmoid}(!0)", _upright("softplus")),
    _unary("exp", math.exp, lambda x, v: v, "@v"),
    _unary("ln", math.log, lambda x, v: 1 / x, r"\frac{1}{!0}"),
    _unary("log10", math.log10, lambda x, v: 1 / (x * math.log(10)), r"\frac{1}{@0 \cdot \ln(10)}", _upright("log10")),
    _unary("log2", math.log2, lambda x, v: 1 / (x * math.log(2)), r"\frac{1}{@0 \cdot \ln(2)}", _upright("log2")),
    _unary("sqrt", math.sqrt, lambda x, v: 1 / (2 * v), r"\frac{1}{2 \cdot @v}", r"\sqrt{!0}"),
    _unary("cbrt", _cube_root, lambda x, v: 1 / (3 * v * v), r"\frac{1}{3 \cdot @v^2}", r"\sqrt[3]{!0}"),
    _unary("abs", abs, lambda x, v: _sign(x), r"\operatorname{sign}(!0)", r"\lvert !0 \rvert"),
    _unary("sin", math.sin, lambda x, v: math.cos(x), r"\cos(!0)"),
    _unary("cos", math.cos, lambda x, v: -math.sin(x), r"-\sin(!0)"),
    _unary("tan", math.tan, lambda x, v: 1 + v * v, "1 + @v^2"),
    _unary("sec", lambda x: 1 / math.cos(x), lambda x, v: v * math.tan(x), r"@v \tan(!0)"),
    _unary("csc", lambda x: 1 / math.sin(x), lambda x, v: -v / math.tan(x), r"-\frac{@v}{\tan(!0)}"),
    _unary("cot", lambda x: 1 / math.tan(x), lambda x, v: -1 - v * v, "-1 - @v^2"),
    _unary("sinh", math.sinh, lambda x, v: math.cosh(x), r"\cosh(!0)"),
    _unary("cosh", math.cosh, lambda x, v: math.sinh(x), r"\sinh(!0)"),
    _unary("sech", lambda x: 1 / math.cosh(x), lambda x, v: -v * math.tanh(x), r"-@v \tanh(!0)", _upright("sech")),
    _unary("csch", lambda x: 1 / math.sinh(x), lambda x, v: -v / math.tanh(x), r"-\frac{@v}{\tanh(!0)}",
           _upright("csch")),
    _unary("coth", lambda x: 1 / math.tanh(x), lambda x, v: 1 - v * v, "1 - @v^2"),
    _unary("arcsin", math.asin, lambda x, v: 1 / math.sqrt(1 - x * x), r"\frac{1}{\sqrt{1 - @0^2}}"),
    _unary("arccos", math.acos, lambda x, v: -1 / math.sqrt(1 - x * x), r"-\frac{1}{\sqrt{1 - @0^2}}"),
    _unary("arctan", math.atan, lambda x, v: 1 / (1 + x * x), r"\frac{1}{1 + @0^2}"),
    _unary("arcsec", lambda x: math.acos(1 / x), lambda x, v: 1 / (abs(x) * math.sqrt(x * x - 1)),
           r"\frac{1}{\lvert !0 \rvert \sqrt{@0^2 - 1}}", _upright("arcsec")),
    _unary("arccsc", lambda x: math.asin(1 / x), lambda x, v: -1 / (abs(x) * math.sqrt(x * x - 1)),
           r"-\frac{1}{\lvert !0 \rvert \sqrt{@0^2 - 1}}", _upright("arccsc")),
    _unary("arccot", lambda x: math.atan(1 / x), lambda x, v: -1 / (1 + x * x), r"-\frac{1}{1 + @0^2}",
           _upright("arccot")),
    _unary("arcsinh", math.asinh, lambda x, v: 1 / math.sqrt(x * x + 1), r"\frac{1}{\sqrt{@0^2 + 1}}",
           _upright("arcsinh")),
    _unary("arccosh", math.acosh, lambda x, v: 1 / math.sqrt(x * x - 1), r"\frac{1}{\sqrt{@0^2 - 1}}",
           _upright("arccosh")),
    _unary("arctanh", math.atanh, lambda x, v: 1 / (1 - x * x), r"\frac{1}{1 - @0^2}", _upright("arctanh")),
    _unary("arcsech", lambda x: math.acosh(1 / x), lambda x, v: -1 / (x * math.sqrt(1 - x * x)),
           r"-\frac{1}{@0 \sqrt{1 - @0^2}}", _upright("arcsech")),
    _unary("arccsch", lambda x: math.asinh(1 / x), lambda x, v: -1 / (abs(x) * math.sqrt(1 + x * x)),
           r"-\frac{1}{\lvert !0 \rvert \sqrt{1 + @0^2}}", _upright("arccsch")),
    _unary("arccoth", lambda x: math.atanh(1 / x), lambda x, v: 1 / (1 - x * x), r"\frac{1}{1 - @0^2}",
           _upright("arccoth")),
)  # fmt: skip  # one line a function where it fits

_OPERATORS = (
    Operation("-", lambda x: x[0] - x[1], lambda x, v: (1.0, -1.0), "@0 - @1", ("1", "-1"), "@0 − @1"),
    Operation("*", lambda x: x[0] * x[1], lambda x, v: (x[1], x[0]), r"@0 \cdot @1", ("@1", "@0"), "@0·@1"),
    Operation(
        "/",
        lambda x: x[0] / x[1],
        lambda x, v: (1 / x[1], _compute_or_nan(lambda: -x[0] / x[1] ** 2)),
        r"\frac{!0}{!1}",
        (r"\frac{1}{!1}", r"-\frac{!0}{@1^2}"),
        "@0/@1",
    ),
    Operation(
        "^",
        lambda x: x[0] ** x[1],
        lambda x, v: (
            _power_slope(x[0], x[1]),
            _compute_or_nan(lambda: float(v * math.log(x[0]))),
        ),
        "@0^{!1}",
        ("@1 \\cdot @0^{!1 - 1}", r"@v \cdot \ln(!0)"),
        "@0^@1",
    ),
    Operation("negate", lambda x: -x[0], lambda x, v: (-1.0,), "-@0", ("-1",), "−@0"),
)
_OPERATIONS = {operation.name: operation for operation in (*_FUNCTIONS, *_OPERATORS)}

FUNCTIONS_WITHOUT_SLOPE = {
    **dict.fromkeys(("floor", "ceil", "sign", "step"), "is made of flat pieces, so its slope says nothing"),
    "fact": "is defined for whole numbers, so it has no slope",
}
"""Functions of the grammar that have no useful slope → why they are refused."""


@lru_cache(maxsize=512)
def find_operation(name: str, arity: int) -> Operation | None:
    """The operation called `name` of `arity` inputs; `None` if there is none here.

    `arity` makes a difference only for sums, `max` and `min`. `^2` is the power with the fixed exponent 2, whose one
    input is the base; `^` has base and exponent as inputs.
    """
    if name == "+":
        return _make_sum(arity)
    if name in {"max", "min"}:
        return _make_extreme(name, arity)
    if name.startswith("^") and len(name) > 1:
        return _make_power(float(name[1:]))
    return _OPERATIONS.get(name)


def _make_sum(arity: int) -> Operation:
    """The sum of `arity` inputs; each partial derivative is 1."""
    terms = " + ".join(f"@{k}" for k in range(arity))
    return Operation("+", lambda x: float(sum(x)), lambda x, v: (1.0,) * arity, terms, ("1",) * arity, terms)


def _make_extreme(name: str, arity: int) -> Operation:
    """`max` or `min` of `arity` inputs: the slope is 1 for the chosen input (the first of equal ones), 0 for others."""
    choose = max if name == "max" else min
    inputs = ", ".join(f"!{k}" for k in range(arity))

    def differentiate(x: Values, v: float) -> Values:
        chosen = list(x).index(v)
        return tuple(float(k == chosen) for k in range(arity))

    return Operation(
        name,
        lambda x: float(choose(x)),
        differentiate,
        rf"\{name}({inputs})",
        (r"\text{1 if chosen, else 0}",) * arity,
        f"{name}({inputs})",
    )


def _make_power(exponent: float) -> Operation:
    """A power with a fixed exponent; its one input is the base."""
    exponent_text, exponent_latex = format_number(exponent), format_latex(exponent)
    if exponent == int(exponent) and abs(exponent) < MAX_SUPERSCRIPT:
        text = f"@0{str(int(exponent)).translate(TO_SUPERSCRIPT)}"
    elif exponent_text.isascii():
        text = f"@0^{exponent_text}"
    else:  # such as −0.5, with a minus sign, or 2 · 10⁷
        text = f"@0^({exponent_text})"
    if exponent in (0, 1):
        slope_latex = f"{int(exponent)}"
    elif exponent == 2:
        slope_latex = r"2 \cdot @0"
    else:
        slope_latex = rf"{format_factor(exponent)} \cdot @0^{{{format_latex(exponent - 1)}}}"
    return Operation(
        f"^{exponent!r}".removesuffix(".0"),
        lambda x: x[0] ** exponent,
        lambda x, v: (_power_slope(x[0], exponent),),
        f"@0^{{{exponent_latex}}}",
        (slope_latex,),
        text,
    )
