"""Reading what a person typed as a number: exactly, in any of the ways that people write one.

What cannot be read is never guessed at and never wrong: it gets one line of advice.
"""

import re
from fractions import Fraction

from tutor.errors import clip
from tutor.reading import notation
from tutor.reading.arithmetic import LARGEST
from tutor.reading.closed import read_closed
from tutor.reading.digits import read_written
from tutor.reading.outcome import NumberRead, Unreadable
from tutor.reading.tokens import ExpressionError

LENGTH = 120
"""The most characters a typed number may have."""

EXAMPLE = "Type one number, for example 0.25, 1/4 or 2.5e-3."
_ENDLESS = re.compile(r"[+-]? ?(?:nan|inf|infinity|infinite|∞)", re.IGNORECASE)


def read_number(text: str, unit: str = "") -> NumberRead | Unreadable:
    r"""`text` as an exact number; the question's `unit` may follow it.

    Reads `1,228,800`, `1 228 800`, `.5`, `2 1/2`, `½`, `12%`, `3e8`, `3×10⁸`, `−4`, `sqrt(2)/2`,
    `\frac{1}{4}`. A comma is a decimal mark only where it cannot be a thousands mark. A sum or a product
    that is still to be worked out is no answer yet.
    """
    refused = refuse_unprintable(text, LENGTH)
    if refused is not None:
        return refused if text.strip() else Unreadable(EXAMPLE)
    line = _without_unit(notation.plain(text).lstrip("=≈ "), unit)
    try:
        read = _read(line)
    except ExpressionError as error:
        return Unreadable(sentence(str(error)))
    if abs(read.value) > LARGEST:
        return Unreadable("That number is too large: numbers go up to 1.8e308.")
    return read


def refuse_unprintable(text: str, most: int) -> Unreadable | None:
    """Advice when `text` is empty, longer than `most`, or holds a character that cannot be seen."""
    if not text.strip():
        return Unreadable("Nothing was typed yet.")
    if len(text) > most:
        return Unreadable(f"That is too long: type at most {most} characters.")
    name = notation.hidden(text.strip())
    return Unreadable(f"There is an invisible character in it ({name}); type it again.") if name else None


def sentence(text: str) -> str:
    """`text` with a full stop and, unless it begins with a name, a capital letter, for advice."""
    word = text.split(" ", 1)[0]
    first = text if "_" in word or "=" in word else text[:1].upper() + text[1:]
    return first if first.endswith((".", "?")) else f"{first}."


def _without_unit(line: str, unit: str) -> str:
    for said in sorted({unit, unit.removesuffix("s"), f"{unit}s"} if unit else (), key=len, reverse=True):
        word = notation.plain(said).casefold()
        rest = line[: len(line) - len(word)].rstrip()
        if word and rest and line.casefold().endswith(word) and not rest[-1].isalpha():
            return rest
    return line


def _read(line: str) -> NumberRead:
    if _ENDLESS.fullmatch(line):
        raise ExpressionError("it must be a finite number")
    if not re.search("[0-9]", line):
        raise ExpressionError(EXAMPLE)
    if re.match("[+-] ?[+-]", line):
        raise ExpressionError("there are two signs before the number; write one")
    if line.endswith("%") and line.count("%") == 1:
        return _read(line[:-1].rstrip()).times(Fraction(1, 100))
    sign, rest = (line[0], line[1:].lstrip()) if line[:1] in {"+", "-"} else ("", line)
    read = _written(rest) or _mixed(rest) or _quotient(rest)
    if read is None:
        return _closed_form(line)
    return read.times(Fraction(-1)) if sign == "-" else read


def _written(text: str) -> NumberRead | None:
    written = read_written(text)
    return None if written is None else NumberRead(written.value, written.other)


def _mixed(text: str) -> NumberRead | None:
    match = re.fullmatch(r"([0-9][0-9 ,_']*) ([0-9]+) ?/ ?([0-9]+)", text)
    if match is None:
        return None
    whole, top, bottom = match.groups()
    if re.fullmatch("[0-9]{3}", top) and len(whole) <= 3:
        if top[0] == "0":
            return None
        raise ExpressionError(f"'{clip(text, 30)}' can be read in two ways: put brackets, or write a decimal")
    base = _written(whole)
    if base is None or base.value.denominator != 1 or int(top) >= int(bottom):
        raise ExpressionError(f"'{clip(text, 30)}' is no mixed number like 2 1/2")
    return NumberRead(base.value + Fraction(int(top), int(bottom)))


def _quotient(text: str) -> NumberRead | None:
    parts = re.split(" ?/ ?", text)
    if len(parts) != 2:
        return None
    top, bottom = _written(parts[0]), _written(parts[1].removeprefix("-"))
    if top is None or bottom is None:
        return None
    if bottom.value == 0:
        raise ExpressionError("a number cannot be divided by zero")
    return top.times((-1 if parts[1].startswith("-") else 1) / bottom.value)


def _closed_form(line: str) -> NumberRead:
    if re.fullmatch(r"[+-]?[0-9.]+ ?: ?[0-9.]+", line):
        raise ExpressionError(f"write a fraction with a stroke: {re.sub(' ?: ?', '/', line)}")
    if re.search(r"[^\W\d_]", line.replace("sqrt(", "")):
        raise ExpressionError(_only_the_number(line))
    return NumberRead(read_closed(line))


_FUNCTION = re.compile(
    r"(?:\b|(?<=[0-9]))(?:ln|log|exp|sigmoid|tanh|relu|max|min|sin|cos|tan|pi|π|e(?= ?\^))(?![A-Za-z])"
)
_AMOUNT = re.compile(
    r"\b(?:hundred|thousand|[mb]illion|dozen|half|third|quarter|minus|negative|twice|double)s?\b|[0-9] ?[kmgb]$",
    re.IGNORECASE,
)
_GLUED = re.compile(r"([+-]?[0-9][0-9.,]*) ?[^\W\d_]+\.?")


def _only_the_number(line: str) -> str:
    """Advice for words around a number: the number alone, when there is just one."""
    if _FUNCTION.search(line) and re.search("[0-9]", line):
        return "work it out and type the result as one number"
    if _AMOUNT.search(line):
        return "write the number in digits, for example 1200 or 0.5"
    glued = _GLUED.fullmatch(line)
    if glued:
        return f"write only the number: {glued[1]}"
    found = re.findall(r"(?<![\w.,])[+-]?(?:[0-9][0-9.,]*[0-9]|[0-9])(?!\w|[.,]\w)", line)
    prose = re.fullmatch(r"[\w .,:;?%-]*", line)
    return f"write only the number: {found[0]}" if prose and len(found) == 1 else EXAMPLE
