"""Writes numbers for people. Screens, lessons and plain text all use it, so that they agree."""

import math
from typing import TYPE_CHECKING

from tutor.patterns import compile_lazily

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import TypeGuard

_POWER = compile_lazily(r"(−?)([\d.]+)e(−?\d+)")


def format_number(value: object, figures: int = 6) -> str:
    """Format a number as a person writes it.

    Whole numbers get thousands commas (`1,228,800`), other numbers at most `figures` significant
    figures without trailing zeros, very large or small ones a power of ten (`3.2e-9`). Lists are
    written with brackets, `None` as a dash, booleans as yes and no. The minus sign is U+2212.
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if _is_number(value):
        return _show_number(value, figures)
    if hasattr(value, "__iter__"):
        return "[" + ", ".join(format_number(item, figures) for item in value) + "]"
    return str(value)


def _is_number(value: object) -> "TypeGuard[int | float | Fraction]":
    """True for a number; a fraction is known by its name, since importing its class takes a start two milliseconds."""
    return isinstance(value, (int, float)) or type(value).__name__ == "Fraction"


def format_latex(value: object, figures: int = 6) -> str:
    """Format a number in LaTeX, a power of ten as a product: 3.2 · 10⁻⁹."""
    text = format_number(value, figures)
    match = _POWER.fullmatch(text)
    if match is None:
        return text
    sign, mantissa, exponent = match.groups()
    factor = "" if mantissa == "1" else mantissa + r" \cdot "
    return f"{sign}{factor}10^{{{exponent}}}"


def format_factor(value: int | float, figures: int = 6) -> str:
    """Format a number as a factor or term of a formula: like `format_latex`, but a negative number gets brackets."""
    text = format_latex(value, figures)
    return f"({text})" if text.startswith("−") else text


def format_power(value: int | float, exponent: int, figures: int = 6) -> str:
    """Format a power in LaTeX; a negative base, or one in scientific notation, gets brackets."""
    text = format_latex(value, figures)
    base = f"({text})" if text.startswith("−") or "^" in text else text
    return f"{base}^{{{exponent}}}"


def counted(count: int | float, thing: str, none: str = "") -> str:
    """A number with its noun: `1 step`, `2 steps`, `1,200 entries`; `none`, where given, replaces the 0."""
    number = none if none and not count else format_number(count)
    return f"{number} {thing if count == 1 else plural(thing)}"


def plural(thing: str) -> str:
    """The plural of a regular English noun, the last word of `thing`."""
    if thing.endswith("epoch"):
        return f"{thing}s"
    if thing.endswith("y") and thing[-2:-1] not in set("aeiou"):
        return f"{thing[:-1]}ies"
    return thing + ("es" if thing.endswith(("s", "x", "ch", "sh")) else "s")


def _show_number(value: "int | float | Fraction", figures: int) -> str:
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    number = float(value)
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    exact = 1e9 if isinstance(value, float) else 1e15  # a larger float is not a count
    if number == int(number) and abs(number) < exact:
        return f"{int(number):,}".replace("-", "−")
    text = f"{number:.{figures}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif abs(number) >= 1000:
        whole, _, rest = text.partition(".")
        text = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return text.replace("-", "−")
