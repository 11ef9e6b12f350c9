"""How a number is written for a person: one place, so that screen, lesson and plain text agree."""

import math
from fractions import Fraction


def show(value: object, figures: int = 6) -> str:
    """`value` as a person writes it.

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
    if isinstance(value, (int, Fraction, float)):
        return _show_number(value, figures)
    if hasattr(value, "__iter__"):
        return "[" + ", ".join(show(item, figures) for item in value) + "]"
    return str(value)


def tex(value: int | float, figures: int = 6) -> str:
    """`value` as it stands in a formula: a power of ten as one, a negative number in brackets."""
    mantissa, power, exponent = show(value, figures).partition("e")
    factor = "" if mantissa == "1" else mantissa + r" \cdot "
    text = f"{factor}10^{{{exponent}}}" if power else mantissa
    return f"({text})" if value < 0 else text


def counted(count: int, thing: str) -> str:
    """`1 step`, `2 steps`: a number with its noun."""
    return f"{show(count)} {thing}" + ("" if count == 1 else "s")


def _show_number(value: int | float | Fraction, figures: int) -> str:
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    number = float(value)
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    if number == int(number) and abs(number) < 1e15:
        return f"{int(number):,}".replace("-", "−")
    text = f"{number:.{figures}g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif abs(number) >= 1000:
        whole, _, rest = text.partition(".")
        text = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return text.replace("-", "−")
