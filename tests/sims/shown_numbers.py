"""Numbers as a simulation shows them: read back, and compared as exactly as their figures allow.

A worked line is evaluated here by Python itself, from its LaTeX, and not by the program's own readers.
"""

import math
import re
from collections.abc import Callable
from typing import Any

_TEN = r"10(?:\^\{−?\d+\}|⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)"
_ROUNDED_AWAY = "0 (rounding)"
LEAST_SHOWN = 1e-12
NUMBER = rf"−?(?:{_TEN}|{re.escape(_ROUNDED_AWAY)}|(?:\d{{1,3}}(?:,\d{{3}})+|\d+)(?:\.\d+)?(?: (?:\\cdot|·) {_TEN})?|∞)"
"""A number as `format_number` or `format_latex` of `tutor.text.numbers` writes one."""
_POWER = re.compile(r"(?: \\cdot | · |(?<![\d.]))10(?:\^\{(.*)\}|(⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+))")
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "−0123456789")


def value_of(text: str) -> float:
    """The number that `text` shows."""
    return float(_e_form(text).replace(",", "").replace("−", "-").replace("∞", "inf"))


def _e_form(text: str) -> str:
    """`3.2 \\cdot 10^{−9}` or `3.2 · 10⁻⁹` as `3.2e−9`."""
    found = _POWER.search(text)
    if found is None:
        return text
    before = text[: found.start()]
    return f"{before}{'' if before.strip('−') else '1'}e{found[1] or found[2].translate(_RAISED)}"


def half_a_place(text: str) -> float:
    """How far the number that `text` shows may lie from the one that was rounded to it."""
    mantissa, _, exponent = _e_form(text).replace(",", "").replace("−", "-").partition("e")
    return 0.5000001 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))


def shows(text: str, value: float) -> bool:
    """True when `text` is `value`, rounded to the figures of `text`; a count is shown exactly."""
    if text == _ROUNDED_AWAY:
        return abs(value) < LEAST_SHOWN
    exact = value_of(text)
    if math.isinf(value) or (
        value == round(value) and abs(value) < 1e9 and text.lstrip("−").replace(",", "").isdigit()
    ):
        return exact == value
    return abs(exact - value) <= half_a_place(text) + 1e-12 * abs(value) + 1e-15


def shows_share(text: str, value: float) -> bool:
    """True when `text` is the share `value` as a percentage."""
    return text.endswith("%") and shows(text.removesuffix("%"), 100 * value)


_TOKEN = re.compile(r"(?<![\w.}])\d[\d,]*(?:\.\d+)?")
_GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*)\}"


def python_of(latex: str) -> str:
    """The right side of a worked line as Python; its numbers as `n(0)`, `n(1)`, …."""
    text = latex.replace("−", "-")
    for old, new in (
        (r"\cdot", "*"),
        (r"\left", ""),
        (r"\right", ""),
        (r"\,", " "),
        (r"\log", "log"),
        (r"\exp", "exp"),
        (r"\tanh", "tanh"),
        (r"\cos", "cos"),
        (r"\min", "min"),
        (r"\pi", "pi"),
    ):
        text = text.replace(old, new)
    text = re.sub(r"\\text\{[^{}]*\}\(", "f(", text)  # a function by its name
    text = text.replace(r"\sigma'", "slope").replace(r"\sigma", "f").replace("f'(", "slope(")
    text = re.sub(r"\\lvert(.*?)\\rvert", r"abs(\1)", text)
    text = re.sub(r"\\lfloor(.*?)\\rfloor", r"floor(\1)", text)
    while r"\frac" in text:
        text, made = re.subn(r"\\frac" + _GROUP + _GROUP, r"((\1)/(\2))", text, count=1)
        assert made, latex
    text = re.sub(r"\\sqrt" + _GROUP, r"sqrt(\1)", text)
    text = re.sub(r"\^" + _GROUP, r"**(\1)", text).replace("^", "**")
    text = text.replace("[", "(").replace("]", ")")
    text = re.sub(r"\)\s*\(", ")*(", text)
    assert "\\" not in text, f"{latex} has a sign that is not known here: {text}"
    return text


def evaluated(
    latex: str, f: Callable[[float], float] = abs, slope: Callable[[float], float] = abs, figures: int = 6
) -> tuple[float, float]:
    """What a worked line gives with the numbers it shows, and how far that may be off by their rounding."""
    source = python_of(latex)
    found = list(_TOKEN.finditer(source))
    texts = [token[0] for token in found]
    exact = [bool(re.search(r"\*\*\(?-?$", source[: token.start()])) for token in found]  # an exponent is a count
    numbered = iter(range(len(texts)))
    code = compile(_TOKEN.sub(lambda _: f"n({next(numbered)})", source), latex, "eval")
    values = [value_of(text) for text in texts]

    def at(changed: list[float]) -> float:
        known: dict[str, Any] = {"n": changed.__getitem__, "f": f, "slope": slope, "floor": math.floor, "abs": abs}
        known |= {"sqrt": lambda x: math.sqrt(max(x, 0.0)), "exp": math.exp, "log": math.log, "tanh": math.tanh}
        known |= {"cos": math.cos, "pi": math.pi, "min": min}
        return float(eval(code, {"__builtins__": {}}, known))

    middle, off = at(values), 0.0
    for k, value in enumerate(values):
        if value and not exact[k]:  # zeros at the end are not written: 30 may be 29.99998 in six figures
            room = 0.5 * 10.0 ** (math.floor(math.log10(value)) - figures + 1)
            off += abs(at([*values[:k], value + room, *values[k + 1 :]]) - middle)
    return middle, off
