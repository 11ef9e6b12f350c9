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
from typing import TYPE_CHECKING, Any

from tutor.characters import FROM_SUPERSCRIPT, TO_SUPERSCRIPT
from tutor.patterns import compile_lazily

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import TypeGuard

EXACT_FIGURES, ROUNDED_FIGURES, PERCENT_FIGURES, ROUGH_FIGURES = 6, 4, 3, 2
"""The most significant figures, for each purpose."""
ROUNDING_ERROR = 1e-12
"""A quantity that should be 0 in theory is taken for a rounding error of 64-bit floats if it is smaller than this."""
ROUNDING_LATEX = r"0 \text{ (rounding)}"
"""How such a rounding error is written in a formula."""

_POWER = compile_lazily(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
"""A power of ten as `format_number` writes it: `10⁻⁹`."""
_TYPED_POWER = compile_lazily(r"(?<![\d.])(\d[\d.]*)e([+−]?\d+)")
"""A number in e-notation, with a typographic minus sign: `1.2e−08`."""
_PRODUCT = compile_lazily(r"(?<=\d) · (?=10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])")
"""The dot between a factor and its power of ten, with the blanks around it."""


def format_number(value: object, figures: int = EXACT_FIGURES) -> str:
    """Format a number as a person writes it.

    Whole numbers get thousands commas (`1,228,800`), other numbers at most `figures` significant
    figures without trailing zeros, very large or small ones a power of ten (`3.2 · 10⁻⁹`). Lists are
    written with brackets, `None` as a dash, booleans as yes and no. A number of NumPy is written as
    Python's own. The minus sign is U+2212.
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if _is_number(value):
        return _format_single_number(value, figures)
    plain_number = _from_numpy(value)
    if plain_number is not None:
        return format_number(plain_number, figures)
    if hasattr(value, "__iter__"):
        return "[" + ", ".join(format_number(item, figures) for item in value) + "]"
    return str(value)


def format_rounded(value: object) -> str:
    """Format a number that is shown in one place only, in 4 figures: a tick, a time, what a message says of a file."""
    return format_number(value, ROUNDED_FIGURES)


def format_percent(share: float) -> str:
    """Format `share` (1 is all) in per cent: `56.4%`."""
    return f"{format_number(100 * share, PERCENT_FIGURES)}%"


def format_share(share: float) -> str:
    """Format `share` (1 is all) in whole per cent, where a tenth would say nothing: `56%`."""
    return f"{share:.0%}"


def format_roughly(difference: float) -> str:
    """Format how much something changed, or how far off it is, without its sign: `2 · 10⁻⁷`."""
    return format_number(abs(difference), ROUGH_FIGURES)


def format_residue(value: object, figures: int = EXACT_FIGURES) -> str:
    """Format an error that may be 0 in theory: as `0 (rounding)` if it is no more than a rounding error."""
    return "0 (rounding)" if _is_rounding_error(value) else format_number(value, figures)


def format_residue_latex(value: object) -> str:
    """Like `format_residue`, in LaTeX."""
    return ROUNDING_LATEX if _is_rounding_error(value) else format_latex(value)


def _is_rounding_error(value: object) -> bool:
    """Whether `value` is so small that it is only a rounding error; False for 0 itself."""
    return isinstance(value, float) and 0 < abs(value) < ROUNDING_ERROR


def format_fixed(value: float, decimals: int) -> str:
    """Format a number with exactly `decimals` decimals, as in `2.0`, so that it lines up with its neighbours."""
    return f"{value:,.{decimals}f}".replace("-", "−")


def format_tick(tick: float, step: float) -> str:
    """Format a tick of an axis whose ticks are `step` apart, with as few decimals as tell them all apart.

    All ticks of an axis get the same number of decimals, which `step` alone decides. Where that would be many decimals,
    or many zeros at the end, ticks are written with a power of ten instead.
    """
    is_zero = abs(tick) <= step / 2  # computed ticks may miss 0 by a rounding error
    needs_power_of_ten = not 1e-4 <= abs(step) < 1e6
    if needs_power_of_ten:
        return "0" if is_zero else format_number(tick, ROUNDED_FIGURES)
    # As many decimals as reach the first figure of the step: 2 for 0.05. A computed step may be just below 0.1, which
    # 1e-9 allows for.
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    step_in_last_places = step * 10**decimals
    has_second_figure = abs(step_in_last_places - round(step_in_last_places)) > 1e-6  # a step such as 2.5
    return format_fixed(0.0 if is_zero else tick, decimals + has_second_figure)


def raised_power(exponent: int) -> str:
    """Ten with a superscript exponent: `10⁻⁹`."""
    return "10" + str(exponent).translate(TO_SUPERSCRIPT)


def typeset_numbers(typed: str) -> str:
    """Replace minus signs and e-notation in a text by those of print: `-1.2,1e-08` becomes `−1.2,10⁻⁸`."""
    return _TYPED_POWER.sub(_typeset_power, typed.replace("-", "−"))


def _typeset_power(match: re.Match[str]) -> str:
    """A matched number in e-notation with a power of ten instead: `10⁻⁸` for `1e-08`, `2 · 10³` for `2e3`."""
    mantissa, exponent = match[1], match[2]
    factor = "" if mantissa == "1" else f"{mantissa} · "
    return factor + raised_power(int(exponent.replace("−", "-")))


def keep_powers_whole(text: str, space: str) -> str:
    """Put `space`, at which no line is broken, around the dot in numbers such as 2.5 · 10⁻⁷."""
    if " · 10" not in text:  # as most texts: this is quicker than the pattern
        return text
    return _PRODUCT.sub(f"{space}·{space}", text)


def _from_numpy(value: Any) -> "int | float | None":
    """A number or boolean of NumPy as Python's own; `None` for anything else, arrays with axes included."""
    if getattr(value, "ndim", None) != 0:
        return None
    plain_value = value.item()
    return plain_value if isinstance(plain_value, (int, float)) else None


def _is_number(value: object) -> "TypeGuard[int | float | Fraction]":
    """Whether `value` is a number; a `Fraction` is recognised by its class's name, since importing it takes 2 ms."""
    return isinstance(value, (int, float)) or type(value).__name__ == "Fraction"


def format_latex(value: object, figures: int = EXACT_FIGURES) -> str:
    r"""Format a number in LaTeX, such as `3.2 \cdot 10^{−9}`; a text is returned as it is."""
    text = format_number(value, figures)
    if isinstance(value, str):
        return text
    return _POWER.sub(_power_latex, text.replace(" · ", r" \cdot "))


def _power_latex(match: re.Match[str]) -> str:
    """A matched `10⁻⁹` as `10^{−9}`."""
    exponent = match[1].translate(FROM_SUPERSCRIPT).replace("-", "−")
    return f"10^{{{exponent}}}"


def format_factor(value: int | float, figures: int = EXACT_FIGURES) -> str:
    """Format a number as a factor or term of a formula: like `format_latex`, but a negative number gets brackets."""
    text = format_latex(value, figures)
    return f"({text})" if text.startswith("−") else text


def format_power(value: int | float, exponent: int, figures: int = EXACT_FIGURES) -> str:
    """Format a power in LaTeX; a negative base, or one in scientific notation, gets brackets."""
    text = format_latex(value, figures)
    base = f"({text})" if text.startswith("−") or "^" in text else text
    return f"{base}^{{{exponent}}}"


def counted(count: int | float, thing: str, none: str = "") -> str:
    """A count with its noun: `1 step`, `2 steps`, `1,200 entries`; if `none` is given, such as "no", it replaces 0."""
    number = none if none and not count else format_number(count)
    noun = thing if count == 1 else plural(thing)
    return f"{number} {noun}"


def plural(thing: str) -> str:
    """The plural of a regular English noun, the last word of `thing`."""
    if thing.endswith("epoch"):  # whose ch is spoken as k
        return f"{thing}s"
    letter_before_last = thing[-2:-1]
    if thing.endswith("y") and letter_before_last not in set("aeiou"):  # entry: entries, but day: days
        return f"{thing[:-1]}ies"
    return thing + ("es" if thing.endswith(("s", "x", "ch", "sh")) else "s")


def _format_single_number(value: "int | float | Fraction", figures: int) -> str:
    """A number, not a list or boolean, as `format_number` writes it."""
    if isinstance(value, int):
        return f"{value:,}".replace("-", "−")
    number = float(value)
    if math.isnan(number):
        return "nan"
    if math.isinf(number):
        return "∞" if number > 0 else "−∞"
    whole_limit = 1e9 if isinstance(value, float) else 1e15  # a larger float is no exact count
    if number == int(number) and abs(number) < whole_limit:
        return f"{int(number):,}".replace("-", "−")
    text = f"{number:.{figures}g}"  # e-notation if it has more than `figures` digits before the point
    if "e" in text and 10**figures <= abs(number) < 1e6:
        text = f"{number:.0f}"  # up to six digits are as short as a power of ten
    if "e" in text:
        mantissa, exponent = text.removeprefix("-").split("e")
        sign = "-" if number < 0 else ""
        factor = "" if mantissa == "1" else f"{mantissa} · "
        text = f"{sign}{factor}{raised_power(int(exponent))}"
    elif abs(number) >= 1000:  # thousands commas, which the format `g` does not write
        whole, point, decimals = text.partition(".")
        text = f"{int(whole):,}{point}{decimals}"
    return text.replace("-", "−")
