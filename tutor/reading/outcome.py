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
    """Whether the text can be read in two ways, and the advice asks which is meant."""


class NumberRead(msgspec.Struct, frozen=True):
    """A number that was read, with a second reading if its comma or point is ambiguous."""

    value: Fraction
    other: Fraction | None = None
    """The second reading, `None` if there is none: 1.234 for `1,234`, which is read as 1234; 1234 for `1.234`."""

    def times(self, factor: Fraction) -> "NumberRead":
        """This number multiplied by `factor`, in both readings."""
        return NumberRead(self.value * factor, None if self.other is None else self.other * factor)


def refuse_unusable(text: str, max_length: int, when_empty: str = "Nothing was typed yet.") -> Unreadable | None:
    """Advice when `text` is empty, longer than `max_length`, or holds a character that cannot be seen; else `None`.

    `when_empty` is the advice on an empty text.
    """
    if not text.strip():
        return Unreadable(when_empty)
    if len(text) > max_length:
        return Unreadable(f"That is too long: type at most {max_length} characters.")
    name = invisible_character(text.strip())
    return Unreadable(f"There is an invisible character in it ({name}); type it again.") if name else None


def as_sentence(text: str) -> str:
    """`text` with a full stop, and with a capital letter unless it begins with the name of a variable or function."""
    first_word = text.split(" ", 1)[0]
    is_name = "_" in first_word or "=" in first_word or not first_word.isascii() or bool(find_function(first_word))
    sentence = text if is_name else text[:1].upper() + text[1:]
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."


def ask_if_ambiguous(number: NumberRead, expected: Fraction, covers: Callable[[Fraction], bool]) -> Unreadable | None:
    """Ask whether a lone comma or point marks thousands or decimals; `None` if there is no need to.

    `covers` tells whether a value is a right answer. If the first reading is right, nothing is asked. If only the
    second one is, asking keeps the answer from being counted as wrong. If neither is, it depends on `expected`: a comma
    is asked about if `expected` is not whole, a point if `expected` is at least 1000, so that asking does not reveal
    the answer.
    """
    if number.other is None or covers(number.value):
        return None
    has_comma = abs(number.value) > abs(number.other)  # `1,234` is read as 1234 first, `1.234` as 1.234
    may_mean_other = expected.denominator != 1 if has_comma else abs(expected) >= 1000
    return ask_which(number) if may_mean_other or covers(number.other) else None


def ask_which(number: NumberRead) -> Unreadable:
    """Ask which of the two readings of `number` was meant, and say how to write each of them."""
    assert number.other is not None
    with_thousands, with_decimals = sorted((number.value, number.other), key=abs, reverse=True)
    first, second = _plain_digits(with_thousands), _plain_digits(with_decimals)
    mark = "comma" if abs(number.value) > abs(number.other) else "point"  # a comma is first read as a thousands mark
    # 1.234 would be ambiguous again; 1.2340 is not.
    clear_second = f"{second}0" if mark == "point" and _THOUSANDTHS.search(second) else second
    advice = f"Did you mean {first} or {second}? For the first, leave out the {mark}; else write {clear_second}."
    return Unreadable(advice, is_question=True)


def _plain_digits(value: Fraction) -> str:
    """`value` in digits, with a decimal point if it is not whole, and no mark between thousands."""
    return str(int(value)) if value.denominator == 1 else f"{float(value):.15g}"
