"""What people put around a number that answers a question: a name and an equals sign, "about", dots."""

import re

from tutor.reading.answers import read_number
from tutor.reading.outcome import NumberRead, Unreadable

_NAMED = re.compile(r"^\\?[A-Za-zα-ωΑ-Ω∂][\w'′_{}^/∂ ()\u0302]{0,20}[=≈] *(?=[^\s=])")
_AROUND = (
    (_NAMED, ""),
    (re.compile(r"^(?:about|approximately|approx\.?|roughly|ca\.?|[~≃≅]) *(?=[-−+.0-9])", re.IGNORECASE), ""),
    (re.compile(r"^(?:minus|negative) (?=[.0-9])", re.IGNORECASE), "-"),
    (re.compile(r"([.,][0-9]+) ?(?:\.{2,3}|…)$"), r"\1"),
    (re.compile(r"^((?:[^,;]|,(?=[0-9]{3}))*[0-9]) ?[,;]$"), r"\1"),
    (re.compile(r"([.,][0-9]+(?:[eE][-−+]?[0-9]+)?) ?\.$"), r"\1"),
    (re.compile(r"^\(([^()]*)\)$"), r"\1"),
)
_WORDS = {"°": ("degrees", "deg"), "degrees": ("°", "deg"), "s": ("seconds", "sec")}
"""Unit → how else it is written, the plural first."""


def after_equals(text: str) -> str:
    """`text` without a name and an equals sign before it: `dC/dw = 2 w` is `2 w`."""
    return _NAMED.sub("", text.strip())


def undressed(text: str) -> str:
    """`text` without what may stand around a number: `x_2 = -1.4`, `about 0.29`, `minus 3`, `0.333…`."""
    line = text.strip()
    for pattern, instead in _AROUND:
        line = pattern.sub(instead, line)
    return line


def read_answer(text: str, unit: str = "") -> NumberRead | Unreadable:
    """The number that a person typed as an answer; `unit` may follow it, in short or in words."""
    line = undressed(text)
    reads = [read_number(line, said) for said in (unit, *_WORDS.get(unit, ()))]
    return next((read for read in reads if isinstance(read, NumberRead)), reads[0])
