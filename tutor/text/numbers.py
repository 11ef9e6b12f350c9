"""Writes numbers for people, by what they are for. Screens, lessons and plain text all use it, so that they agree.

| for | function | figures |
|---|---|---|
| a quantity, wherever it stands: reading, sentence, bar, question | `format_number`, in formulas `format_latex` | 6 |
| an error that is 0 in theory | `format_residue`, in formulas `format_residue_latex` | 6; `0 (rounding)` < 10⁻¹² |
| a share of a whole, wherever it stands | `format_percent` | 3 |
| what has no second place: the ticks of a logarithmic axis, seconds, a message | `format_rounded` | 4 |
| a share in a list, a mastery, a score | `format_share` | whole per cent |
| how small a change is, how far off a guess | `format_roughly` | 2 |
| scores, hours, megabytes | `format_fixed` | as many decimals as their neighbours have |
| the ticks of an axis | `format_tick` | as few decimals as tell neighbours apart, the same at each tick |

Zeros at the end are left out (0.5, not 0.500000), and counts are whole.
"""

import math
import re
from typing import TYPE_CHECKING

from tutor.characters import FROM_SUPERSCRIPT, TO_SUPERSCRIPT
from tutor.patterns import compile_lazily

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import TypeGuard

EXACT, ROUNDED, PERCENT, ROUGH = 6, 4, 3, 2
"""Significant figures, at most, for each purpose."""
ROUNDING_ERROR = 1e-12
"""An error below it that is 0 in theory is what the rounding of 64-bit numbers has left."""
ROUNDING_LATEX = r"0 \text{ (rounding)}"
"""What such an error is in a formula."""

_POWER = compile_lazily(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_TYPED_POWER = compile_lazily(r"(?<![\d.])(\d[\d.]*)e([+−]?\d+)")
_PRODUCT = compile_lazily(r"(?<=\d) · (?=10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")


def format_number(value: object, figures: int = EXACT) -> str:
    """Format a number as a person writes it.

    Whole numbers get thousands commas (`1,228,800`), other numbers at most `figures` significant
    figures without trailing zeros, very large or small ones a power of ten (`3.2 · 10⁻⁹`). Lists are
    written with brackets, `None` as a dash, booleans as yes and no. The minus sign is U+2212.
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if _is_number(value):
        return _format_one(value, figures)
    if hasattr(value, "__iter__"):
        return "[" + ", ".join(format_number(item, figures) for item in value) + "]"
    return str(value)


def format_rounded(value: object) -> str:
    """Format a number that stands nowhere else: a tick, a time, what a message says of a file."""
    return format_number(value, ROUNDED)


def format_percent(share: float) -> str:
    """Format `share` (1 is all) in per cent: `56.4%`."""
    return f"{format_number(100 * share, PERCENT)}%"


def format_share(share: float) -> str:
    """Format `share` (1 is all) in whole per cent, where a tenth would say nothing: `56%`."""
    return f"{share:.0%}"


def format_roughly(size: float) -> str:
    """Format how much something changed, or how far off it is: `2 · 10⁻⁷`."""
    return format_number(abs(size), ROUGH)


def format_residue(value: object, figures: int = EXACT) -> str:
    """Format an error that may be 0 in theory: what rounding leaves of it is no number to read."""
    return "0 (rounding)" if _is_rounding(value) else format_number(value, figures)


def format_residue_latex(value: object) -> str:
    """The same as the result of a formula."""
    return ROUNDING_LATEX if _is_rounding(value) else format_latex(value)


def _is_rounding(value: object) -> bool:
    return isinstance(value, float) and 0 < abs(value) < ROUNDING_ERROR


def format_fixed(value: float, decimals: int) -> str:
    """Format a score, a time or a size with so many decimals, as those beside it have: `2.0`."""
    return f"{value:,.{decimals}f}".replace("-", "−")


def format_tick(tick: float, step: float) -> str:
    """Format a tick as short as its neighbours allow: all ticks of an axis, `step` apart, have the same decimals."""
    if tick and not 1e-4 <= abs(step) < 1e6:
        return format_number(tick, ROUNDED)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    decimals += abs(step * 10**decimals - round(step * 10**decimals)) > 1e-6  # a step of 2.5
    return format_fixed(tick if abs(tick) > step / 2 else 0.0, decimals)


def raised_power(exponent: int) -> str:
    """Ten to a whole number: `10⁻⁹`."""
    return "10" + str(exponent).translate(TO_SUPERSCRIPT)


def typeset_numbers(typed: str) -> str:
    """Numbers as one types them, written as elsewhere: `-1.2,1e-08` as `−1.2,10⁻⁸`."""
    return _TYPED_POWER.sub(_typeset_power, typed.replace("-", "−"))


def _typeset_power(match: re.Match[str]) -> str:
    factor = "" if match[1] == "1" else f"{match[1]} · "
    return factor + raised_power(int(match[2].replace("−", "-")))


def keep_powers_whole(text: str, space: str) -> str:
    """`text` with this `space`, at which no line ends, inside its numbers such as 2.5 · 10⁻⁷."""
    return _PRODUCT.sub(f"{space}·{space}", text) if " · 10" in text else text


def _is_number(value: object) -> "TypeGuard[int | float | Fraction]":
    """True for a number; a fraction is known by its name, since importing its class takes a start two milliseconds."""
    return isinstance(value, (int, float)) or type(value).__name__ == "Fraction"


def format_latex(value: object, figures: int = EXACT) -> str:
    """Format a number in LaTeX, a power of ten as a product: 3.2 · 10⁻⁹."""
    text = format_number(value, figures)
    if isinstance(value, str):
        return text
    return _POWER.sub(_power_latex, text.replace(" · ", r" \cdot "))


def _power_latex(match: re.Match[str]) -> str:
    exponent = match[1].translate(FROM_SUPERSCRIPT).replace("-", "−")
    return f"10^{{{exponent}}}"


def format_factor(value: int | float, figures: int = EXACT) -> str:
    """Format a number as a factor or term of a formula: like `format_latex`, but a negative number gets brackets."""
    text = format_latex(value, figures)
    return f"({text})" if text.startswith("−") else text


def format_power(value: int | float, exponent: int, figures: int = EXACT) -> str:
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


def _format_one(value: "int | float | Fraction", figures: int) -> str:
    """One number, as `format_number` writes it."""
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
    if "e" in text and 10**figures <= abs(number) < 1e6:
        text = f"{number:.0f}"  # no power of ten is shorter
    if "e" in text:
        mantissa, exponent = text.split("e")
        factor = "" if mantissa in {"1", "-1"} else f"{mantissa} · "
        sign = "-" if mantissa == "-1" else ""
        text = f"{sign}{factor}{raised_power(int(exponent))}"
    elif abs(number) >= 1000:
        whole, _, rest = text.partition(".")
        text = f"{int(whole):,}" + (f".{rest}" if rest else "")
    return text.replace("-", "−")
