"""The outcomes of reading a number: a number, advice on how to write one, or a question which of two was meant."""

from collections.abc import Callable
from fractions import Fraction

import msgspec

from tutor.expressions.names import find_function
from tutor.expressions.source import invisible_character
from tutor.patterns import compile_lazily

_THOUSANDTHS = compile_lazily(r"\.[0-9]{3}$")


class Unreadable(msgspec.Struct, frozen=True):
    """What was typed cannot be read as an answer; `advice` is one line that says how to write it."""

    advice: str
    is_question: bool = False
    """True where it can be read in two ways, and the advice asks which is meant."""


class NumberRead(msgspec.Struct, frozen=True):
    """A number as it was understood."""

    value: Fraction
    other: Fraction | None = None
    """Its other reading, where its only mark is a comma that may be a decimal mark, or a point that may not."""

    def times(self, factor: Fraction) -> "NumberRead":
        """This number, in all its readings, multiplied."""
        return NumberRead(self.value * factor, None if self.other is None else self.other * factor)


def refuse_unprintable(text: str, max_length: int) -> Unreadable | None:
    """Advice when `text` is empty, longer than `max_length`, or holds a character that cannot be seen."""
    if not text.strip():
        return Unreadable("Nothing was typed yet.")
    if len(text) > max_length:
        return Unreadable(f"That is too long: type at most {max_length} characters.")
    name = invisible_character(text.strip())
    return Unreadable(f"There is an invisible character in it ({name}); type it again.") if name else None


def as_sentence(text: str) -> str:
    """`text` with a full stop and, unless it begins with a name, a capital letter, for advice."""
    word = text.split(" ", 1)[0]
    is_name = "_" in word or "=" in word or not word.isascii() or bool(find_function(word))
    first = text if is_name else text[:1].upper() + text[1:]
    return first if first.endswith((".", "?")) else f"{first}."


def ask_if_ambiguous(number: NumberRead, expected: Fraction, covers: Callable[[Fraction], bool]) -> Unreadable | None:
    """Ask whether a lone comma or point marks thousands or decimals; `None` if only one is possible.

    Whether it is asked depends on the form of what is expected (whole or not, thousands or not), so that
    asking does not give the answer away; and neither reading counts as wrong where the other is right.
    """
    if number.other is None or covers(number.value):
        return None
    is_comma = abs(number.value) > abs(number.other)
    is_ambiguous = expected.denominator != 1 if is_comma else abs(expected) >= 1000
    return ask_which(number) if is_ambiguous or covers(number.other) else None


def ask_which(number: NumberRead) -> Unreadable:
    """Ask which of its two readings a number means."""
    assert number.other is not None
    thousands, decimal = sorted((number.value, number.other), key=abs, reverse=True)
    first, second = _plain_digits(thousands), _plain_digits(decimal)
    mark = "comma" if abs(number.value) > abs(number.other) else "point"
    longer = f"{second}0" if mark == "point" and _THOUSANDTHS.search(second) else second
    advice = f"Did you mean {first} or {second}? For the first, leave out the {mark}; else write {longer}."
    return Unreadable(advice, is_question=True)


def _plain_digits(value: Fraction) -> str:
    """`value` with a decimal point and no other mark."""
    return str(int(value)) if value.denominator == 1 else f"{float(value):.15g}"
