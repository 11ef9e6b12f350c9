"""The front door: what a person typed as a number, exactly, in any of the ways that people write one.

Every place where a number can be typed reads it here. What cannot be read is never guessed at and never
wrong: it gets one line of advice.
"""

import re
from fractions import Fraction

from tutor.errors import ExpressionError
from tutor.expressions.arithmetic import LARGEST
from tutor.expressions.notation import plain_number
from tutor.expressions.source import invisible_character, one_line, quote
from tutor.patterns import late
from tutor.reading.advice import EXAMPLE, advice_on
from tutor.reading.decoration import is_name, is_word, sides, strip_decoration
from tutor.reading.digits import read_written
from tutor.reading.doubt import refuse_doubtful
from tutor.reading.outcome import NumberRead, Unreadable
from tutor.reading.written import written_unit

_COLON = late(" ?: ?")
_RATIO = late(r"[+-]?[0-9.]+ ?: ?[0-9.]+")
_STROKE = late(" ?/ ?")
_THREE = late("[0-9]{3}")
_MIXED = late(r"([0-9][0-9 ,_']*) ([0-9]+) ?/ ?([0-9]+)")
_TWO_SIGNS = late("[+-] ?[+-]")

LENGTH = 200
"""The most characters a typed number may have."""
_PLAIN = late(r"(?P<sign>[-−]?)(?P<digits>[0-9]{1,20}(?:\.[0-9]{1,20}|(?:,[0-9]{3}){1,5})?)")
"""What needs no second look: most of what is typed, and of what the program writes itself."""
_ENDLESS = late(r"[+-]? ?(?:nan|inf|infinity|infinite|∞)", re.IGNORECASE)
_WORDS = {"°": ("degrees", "deg"), "degrees": ("°", "deg"), "s": ("seconds", "sec")}
"""Unit → how else it is written, the plural first."""


def read_number(text: str, unit: str = "") -> NumberRead | Unreadable:
    r"""`text` as an exact number; the question's `unit` may follow it.

    Reads `1,228,800`, `1 228 800`, `.5`, `2 1/2`, `½`, `12%`, `3e8`, `3×10⁸`, `−4`, `\frac{1}{4}`, and what can
    be worked out: `-ln(0.6)`, `3π`, `2^3 - 2 + 0.1`. A name and an equals sign, "about" and the like may stand
    around it. A comma is a decimal mark only where it cannot be a thousands mark.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is not None:
        return _plain_number(plain["sign"], plain["digits"])
    typed = one_line(text)
    refused = refuse_unprintable(typed, LENGTH)
    if refused is not None:
        return refused if typed else Unreadable(EXAMPLE)
    try:
        return _finite(_one_of(strip_decoration(plain_number(typed)), typed, unit))
    except ExpressionError as error:
        return Unreadable(sentence(str(error)))


def refuse_unprintable(text: str, most: int) -> Unreadable | None:
    """Advice when `text` is empty, longer than `most`, or holds a character that cannot be seen."""
    if not text.strip():
        return Unreadable("Nothing was typed yet.")
    if len(text) > most:
        return Unreadable(f"That is too long: type at most {most} characters.")
    name = invisible_character(text.strip())
    return Unreadable(f"There is an invisible character in it ({name}); type it again.") if name else None


def sentence(text: str) -> str:
    """`text` with a full stop and, unless it begins with a name, a capital letter, for advice."""
    word = text.split(" ", 1)[0]
    first = text if "_" in word or "=" in word else text[:1].upper() + text[1:]
    return first if first.endswith((".", "?")) else f"{first}."


def _plain_number(sign: str, digits: str) -> NumberRead | Unreadable:
    try:
        written = read_written(digits)
    except ExpressionError as error:
        return Unreadable(sentence(str(error)))
    assert written is not None
    read = NumberRead(written.value, written.other)
    return read.times(Fraction(-1)) if sign else read


def _finite(read: NumberRead) -> NumberRead:
    if abs(read.value) > LARGEST:
        raise ExpressionError("that number is too large: numbers go up to 1.8e308")
    return read


def _one_of(line: str, typed: str, unit: str) -> NumberRead:
    """The number that `line` gives, or that all sides of its equals signs give."""
    parts = sides(line)
    while len(parts) > 1 and (not parts[0] or _only_names(parts[0], typed, unit)):
        del parts[0]
    if not all(parts):
        raise ExpressionError(EXAMPLE)
    reads = [_in_units(strip_decoration(part), typed, unit) for part in parts]
    if len(reads) == 1:
        return reads[0]
    for read in reads:
        if all(_is_rounded(read.value, part, other.value) for part, other in zip(parts, reads, strict=True)):
            return NumberRead(read.value)
    raise ExpressionError(f"the sides of {quote(typed, typed)} are not equal: type one number")


def _only_names(side: str, typed: str, unit: str) -> bool:
    """True for the name of a quantity, such as `x`, `dC/dw`, `f(2)`; but `σ(0)` is a number."""
    if is_word(side):
        return True
    if not is_name(side):
        return False
    try:
        _in_units(side, typed, unit)
    except ExpressionError:
        return True
    return False


def _is_rounded(value: Fraction, text: str, rounded: Fraction) -> bool:
    """Whether `rounded`, typed as `text`, is `value` rounded, or cut off, at its last decimal place."""
    unit, gap = written_unit(text), abs(value) - abs(rounded)
    same_side = value * rounded >= 0
    return abs(value - rounded) <= max(unit / 2, abs(value) / 10**9) or (same_side and 0 <= gap < unit)


def _in_units(line: str, typed: str, unit: str) -> NumberRead:
    refused = ExpressionError(EXAMPLE)
    for place, said in enumerate((unit, *_WORDS.get(unit, ()))):
        try:
            return _read(_without_unit(line, said), typed)
        except ExpressionError as error:
            refused = refused if place else error
    raise refused


def _without_unit(line: str, unit: str) -> str:
    for said in sorted({unit, unit.removesuffix("s"), f"{unit}s"} if unit else (), key=len, reverse=True):
        word = plain_number(said).casefold()
        rest = line[: len(line) - len(word)].rstrip()
        if word and rest and line.casefold().endswith(word) and not rest[-1].isalpha():
            return rest
    return line


def _read(line: str, typed: str) -> NumberRead:
    if _ENDLESS.fullmatch(line):
        raise ExpressionError("it must be a finite number")
    if _TWO_SIGNS.match(line):
        raise ExpressionError("there are two signs before the number; write one")
    if line.endswith("%") and line.count("%") == 1:
        return _read(line[:-1].rstrip(), typed).times(Fraction(1, 100))
    refuse_doubtful(line, typed)
    sign, rest = (line[0], line[1:].lstrip()) if line[:1] in {"+", "-"} else ("", line)
    read = _written(rest) or _mixed(rest, typed) or _quotient(rest)
    if read is None:
        return NumberRead(_worked_out(line, typed))
    return read.times(Fraction(-1)) if sign == "-" else read


def _written(text: str) -> NumberRead | None:
    written = read_written(text)
    return None if written is None else NumberRead(written.value, written.other)


def _mixed(text: str, typed: str) -> NumberRead | None:
    match = _MIXED.fullmatch(text)
    if match is None:
        return None
    whole, top, bottom = match.groups()
    if _THREE.fullmatch(top) and len(whole) <= 3:
        if top[0] == "0":
            return None
        raise ExpressionError(f"{quote(text, typed)} can be read in two ways: put brackets, or write a decimal")
    base = _written(whole)
    if base is None or base.value.denominator != 1 or int(top) >= int(bottom):
        raise ExpressionError(f"{quote(text, typed)} is no mixed number like 2 1/2")
    return NumberRead(base.value + Fraction(int(top), int(bottom)))


def _quotient(text: str) -> NumberRead | None:
    parts = _STROKE.split(text)
    if len(parts) != 2:
        return None
    top, bottom = _written(parts[0]), _written(parts[1].removeprefix("-"))
    if top is None or bottom is None:
        return None
    if bottom.value == 0:
        raise ExpressionError("a number cannot be divided by zero")
    return top.times((-1 if parts[1].startswith("-") else 1) / bottom.value)


def _worked_out(line: str, typed: str) -> Fraction:
    if _RATIO.fullmatch(line):
        raise ExpressionError(f"write a fraction with a stroke: {_COLON.sub('/', line)}")
    from tutor.reading.closed import read_closed  # most answers are plain numbers

    try:
        return read_closed(line)
    except ExpressionError as error:
        raise ExpressionError(advice_on(line, typed, error)) from None
