"""The outcomes of reading a number: a number, advice on how to write one, or a question which of two was meant."""

from collections.abc import Callable
from fractions import Fraction

import msgspec

from tutor.expressions.names import find_function
from tutor.expressions.source import invisible_character
from tutor.patterns import compile_lazily

_THOUSANDTHS = compile_lazily(r"\.[0-9]{3}$")
"""Exactly three decimals at the end, as in `1.234`."""


class Unreadable(msgspec.Struct, frozen=True):
    """What was typed cannot be read as an answer; `advice` is one line that says how to write it."""

    advice: str
    is_question: bool = False
    """Whether the text can be read in two ways, and the advice asks which is meant."""


class NumberRead(msgspec.Struct, frozen=True):
    """A number that was read, with a second reading if its comma or point is ambiguous."""

    value: Fraction
    second_reading: Fraction | None = None
    """1.234 for `1,234`, whose `value` is 1234; 1234 for `1.234`; `None` if the text can be read in one way only."""

    @property
    def has_ambiguous_comma(self) -> bool:
        """Whether it has two readings because of a comma; False if that is because of a point, or if it has only one.

        A comma is first taken for a thousands mark, a point for a decimal mark: only then is the first reading larger.
        """
        return self.second_reading is not None and abs(self.value) > abs(self.second_reading)

    def times(self, factor: Fraction) -> "NumberRead":
        """This number multiplied by `factor`, in both readings."""
        second_reading = None if self.second_reading is None else self.second_reading * factor
        return NumberRead(self.value * factor, second_reading)


def refuse_unusable(text: str, max_length: int, when_empty: str = "Nothing was typed yet.") -> Unreadable | None:
    """Advice when `text` is empty, longer than `max_length`, or holds a character that cannot be seen; else `None`.

    `when_empty` is the advice on an empty text.
    """
    if not text.strip():
        return Unreadable(when_empty)
    if len(text) > max_length:
        return Unreadable(f"That is too long: type at most {max_length} characters.")
    character_name = invisible_character(text.strip())
    if character_name:
        return Unreadable(f"There is an invisible character in it ({character_name}); type it again.")
    return None


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
    if number.second_reading is None or covers(number.value):
        return None
    expects_decimals, expects_thousands = expected.denominator != 1, abs(expected) >= 1000
    may_mean_second = expects_decimals if number.has_ambiguous_comma else expects_thousands
    return ask_which(number) if may_mean_second or covers(number.second_reading) else None


def ask_which(number: NumberRead) -> Unreadable:
    """Ask which of the two readings of `number` was meant, and say how to write each of them."""
    assert number.second_reading is not None
    larger, smaller = sorted((number.value, number.second_reading), key=abs, reverse=True)
    with_thousands, with_decimals = _plain_digits(larger), _plain_digits(smaller)
    mark = "comma" if number.has_ambiguous_comma else "point"
    # 1.234 would be ambiguous again; 1.2340 is not.
    is_still_ambiguous = mark == "point" and _THOUSANDTHS.search(with_decimals)
    clear_decimals = f"{with_decimals}0" if is_still_ambiguous else with_decimals
    advice = (
        f"Did you mean {with_thousands} or {with_decimals}? For the first, leave out the {mark}; "
        f"else write {clear_decimals}."
    )
    return Unreadable(advice, is_question=True)


def _plain_digits(value: Fraction) -> str:
    """`value` in digits, with a decimal point if it is not whole, and no mark between thousands."""
    return str(int(value)) if value.denominator == 1 else f"{float(value):.15g}"
