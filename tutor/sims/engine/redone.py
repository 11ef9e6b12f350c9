"""Redoes the arithmetic of a worked line from the numbers it shows, as a reader with a calculator does."""

from collections.abc import Callable
from functools import lru_cache

from tutor.patterns import compile_lazily
from tutor.text.numbers import format_latex

_GROUPING_COMMA = compile_lazily(r"(?<=\d),(?=\d{3})")
"""The comma in 1,200."""
_CALL = compile_lazily(r"(?:\\sigma|f|\\text{[^{}]+})'?\(([^()]*)\)")
"""A call of the function that a simulation has as a parameter, or of its slope: `f(0.5)`, `\\text{ReLU}(0.5)`."""


@lru_cache(maxsize=1024)
def compute_shown(numbers: str) -> float | None:
    """Compute the shown numbers, in LaTeX; None for what is not read, such as an ellipsis."""
    from tutor.errors import ExpressionError
    from tutor.expressions.evaluate import evaluate
    from tutor.expressions.parser import parse_formula
    from tutor.expressions.symbols import NO_SYMBOLS

    source = _GROUPING_COMMA.sub("", numbers).replace("[", "(").replace("]", ")")
    try:
        return float(evaluate(parse_formula(source, NO_SYMBOLS), {}))
    except (ExpressionError, OverflowError, TypeError):
        return None


def apply_to_shown(function: Callable[[float], float], numbers: str) -> float | None:
    """Apply `function`, to the number in the brackets after f, σ or its name; None without such a call.

    >>> apply_to_shown(abs, "f(−0.5)")
    0.5
    """
    call = _CALL.fullmatch(numbers)
    argument = None if call is None else compute_shown(call[1])
    return None if argument is None else function(argument)


def is_rounded_to(value: float, text: str) -> bool:
    """Whether `text` is `value` as it is shown; a value halfway between two numbers may be rounded to either."""
    return any(format_latex(near) == text for near in (value, value * (1 + 1e-12), value * (1 - 1e-12)))
