"""Numbers as people type them, read exactly, in any of the ways that people write one.

Every place where a number can be typed reads it here. What cannot be read is never guessed at and never
wrong: it gets one line of advice.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from tutor.errors import ExpressionError
from tutor.expressions.arithmetic import LARGEST_DOUBLE
from tutor.expressions.notation import plain_number
from tutor.expressions.source import join_lines, quote
from tutor.patterns import compile_lazily
from tutor.reading.advice import NUMBER_EXAMPLE, advise_on, refuse_odd_notation, refuse_unfinished
from tutor.reading.decoration import is_name, is_word, split_sides, strip_decoration, without_label
from tutor.reading.digits import last_place_unit, read_grouped
from tutor.reading.outcome import NumberRead, Unreadable, as_sentence, ask_which, refuse_unusable

_COLON = compile_lazily(" ?: ?")
_RATIO = compile_lazily(r"[+-]?[0-9.]+ ?: ?[0-9.]+")
_FRACTION_BAR = compile_lazily(" ?/ ?")
_THREE_DIGITS = compile_lazily("[0-9]{3}")
_MIXED = compile_lazily(r"([0-9][0-9 ,_']*) ([0-9]+) ?/ ?([0-9]+)")
"""A mixed number, such as `2 1/2`: whole part, numerator, denominator."""
_TWO_SIGNS = compile_lazily("[+-] ?[+-]")

MAX_NUMBER_TEXT = 200
"""The most characters of a typed number."""
_PLAIN_NUMBER = compile_lazily(r"(?P<sign>[-−]?)(?P<digits>[0-9]{1,20}(?:\.[0-9]{1,20}|(?:,[0-9]{3}){1,5})?)")
"""A number without anything around it, as most are typed; it is read without the slower steps.

It allows only the two usual minus signs; others are replaced in the slower steps, by `plain_character`.
"""
_NOT_FINITE = compile_lazily(r"[+-]? ?(?:nan|inf|infinity|infinite|∞)", re.IGNORECASE)
_OTHER_SPELLINGS = {"°": ("degrees", "deg"), "degrees": ("°", "deg"), "s": ("seconds", "sec")}
"""Unit → its other spellings, the plural first."""


def read_number(text: str, unit: str = "") -> NumberRead | Unreadable:
    r"""Read `text` as an exact number, optionally followed by the question's `unit`.

    Reads `1,228,800`, `1 228 800`, `.5`, `2 1/2`, `½`, `12%`, `3e8`, `3×10⁸`, `−4`, `\frac{1}{4}`, and expressions
    without variables: `-ln(0.6)`, `3π`, `2^3 - 2 + 0.1`. A name and an equals sign, or words such as "about", may be
    around the number. A comma is read as a decimal mark only if it cannot mark thousands. If it can, the number with a
    decimal mark is the `second_reading`, and the learner may be asked which was meant.
    """
    is_short = len(text) <= MAX_NUMBER_TEXT  # a longer text is refused; it is not cached
    return _read_cached(text, unit) if is_short else _read_text(text, unit)


@lru_cache(maxsize=2048)
def _read_cached(text: str, unit: str) -> NumberRead | Unreadable:
    """Like `_read_text`, with a cache: the same examples and known mistakes are read many times."""
    return _read_text(text, unit)


def _read_text(text: str, unit: str) -> NumberRead | Unreadable:
    """Read a number: a plain one directly, any other after stripping the words and marks around it."""
    plain = _PLAIN_NUMBER.fullmatch(text)
    if plain is not None:
        return _read_plain(plain["sign"], plain["digits"])
    typed = join_lines(text)
    refusal = refuse_unusable(typed, MAX_NUMBER_TEXT, when_empty=NUMBER_EXAMPLE)
    if refusal is not None:
        return refusal
    try:
        return _require_finite(_read_sides(strip_decoration(plain_number(typed)), typed, unit))
    except ExpressionError as error:
        return Unreadable(as_sentence(str(error)))


def _read_plain(sign: str, digits: str) -> NumberRead | Unreadable:
    """Read digits with their marks; `sign` is a minus sign or ""."""
    try:
        number = read_grouped(digits)
    except ExpressionError as error:
        return Unreadable(as_sentence(str(error)))
    assert number is not None  # the pattern of a plain number allows digits and marks only
    return number.times(Fraction(-1)) if sign else number


def _require_finite(number: NumberRead) -> NumberRead:
    """`number`, unless it is too large for a 64-bit float, which raises `ExpressionError`."""
    if abs(number.value) > LARGEST_DOUBLE:
        raise ExpressionError("that number is too large: numbers go up to 1.8e308")
    return number


def _read_sides(line: str, typed: str, unit: str) -> NumberRead:
    """Read the number in `line`: after a name, as in `x = 0.5`, or the exact one of several, as in `2/3 = 0.667`.

    `line` is `typed` in plain notation; `typed` is needed for advice, which quotes the learner's own characters.

    Raises:
        ExpressionError: a side is no number, or the sides are not equal.
    """
    sides = split_sides(without_label(line))
    while len(sides) > 1 and (not sides[0] or _is_only_a_name(sides[0], typed, unit)):
        del sides[0]
    if not all(sides):
        raise ExpressionError(NUMBER_EXAMPLE)
    numbers = [_read_in_units(strip_decoration(side), typed, unit) for side in sides]
    if len(numbers) == 1:
        return numbers[0]
    for exact in numbers:  # the exact side is the one of which all are roundings
        if all(_is_rounded(exact.value, side, number.value) for side, number in zip(sides, numbers, strict=True)):
            return NumberRead(exact.value)
    raise ExpressionError(f"the sides of {quote(typed, typed)} are not equal: type one number")


def _is_only_a_name(side: str, typed: str, unit: str) -> bool:
    """Whether `side` is the name of a quantity, such as `x`, `dC/dw` or `f(2)`, and has no value, as `σ(0)` has."""
    if is_word(side):
        return True
    if not is_name(side):
        return False
    try:
        _read_in_units(side, typed, unit)
    except ExpressionError:  # it has no value
        return True
    return False


def _is_rounded(value: Fraction, text: str, rounded: Fraction) -> bool:
    """Whether `rounded`, which was typed as `text`, is `value` rounded or cut off at the last place of `text`."""
    last_place = last_place_unit(text)  # 0.01 for `0.67`
    rounding_error = abs(value) / 10**9
    if abs(value - rounded) <= max(last_place / 2, rounding_error):
        return True
    cut_off = abs(value) - abs(rounded)  # cutting off makes a number smaller
    has_same_sign = value * rounded >= 0
    return has_same_sign and 0 <= cut_off < last_place


def _read_in_units(line: str, typed: str, unit: str) -> NumberRead:
    """Read the number in `line`, which may have the unit after it, in any of its spellings."""
    errors = []
    for spelling in (unit, *_OTHER_SPELLINGS.get(unit, ())):
        try:
            return _read_without_unit(_without_unit(line, spelling), typed)
        except ExpressionError as error:
            errors.append(error)
    raise errors[0]  # that for the unit as the question spells it


def _without_unit(line: str, unit: str) -> str:
    """`line` without `unit` at its end, in the singular or the plural."""
    if not unit:
        return line
    singular_and_plural = {unit, unit.removesuffix("s"), f"{unit}s"}
    for spelling in sorted(singular_and_plural, key=len, reverse=True):  # longest first: units, unit
        word = plain_number(spelling).casefold()
        if not word or not line.casefold().endswith(word):
            continue
        before_unit = line[: len(line) - len(word)].rstrip()
        if before_unit and not before_unit[-1].isalpha():  # not within a word, as the s of `2 pairs`
            return before_unit
    return line


def _read_without_unit(line: str, typed: str) -> NumberRead:
    """The number in `line`: in digits, mixed, a fraction, per cent, or an expression to be worked out.

    Raises:
        ExpressionError: it cannot be read, or has no finite value; the message is the advice.
    """
    if _NOT_FINITE.fullmatch(line):
        raise ExpressionError("it must be a finite number")
    if _TWO_SIGNS.match(line):
        raise ExpressionError("there are two signs before the number; write one")
    last_character = line[-1:]
    is_percentage = last_character in {"%", "‰"} and line.count(last_character) == 1
    if is_percentage:  # 1% for 0.01
        divisor = 100 if last_character == "%" else 1000
        return _read_without_unit(line[:-1].rstrip(), typed).times(Fraction(1, divisor))
    refuse_odd_notation(line, typed)
    refuse_unfinished(line)
    sign = line[0] if line[:1] in {"+", "-"} else ""
    unsigned = line.removeprefix(sign).lstrip() if sign else line
    number = read_grouped(unsigned) or _read_mixed(unsigned, typed) or _read_quotient(unsigned)
    if number is None:
        return NumberRead(_compute_closed(line, typed))
    return number.times(Fraction(-1)) if sign == "-" else number


def _read_mixed(text: str, typed: str) -> NumberRead | None:
    """Read a mixed number such as 2 1/2; `None` for anything else."""
    match = _MIXED.fullmatch(text)
    if match is None:
        return None
    whole_text, numerator_text, denominator_text = match.groups()
    blank_may_separate_thousands = _THREE_DIGITS.fullmatch(numerator_text) and len(whole_text) <= 3
    if blank_may_separate_thousands:
        if numerator_text[0] == "0":  # a numerator does not begin with 0: `1 050/3` is 1050/3
            return None
        # `1 200/300` may be 1200/300, or 1 and 200/300
        raise ExpressionError(f"{quote(text, typed)} can be read in two ways: put brackets, or write a decimal")
    whole, numerator, denominator = read_grouped(whole_text), int(numerator_text), int(denominator_text)
    if whole is None or whole.value.denominator != 1 or numerator >= denominator:
        raise ExpressionError(f"{quote(text, typed)} is no mixed number like 2 1/2")
    return NumberRead(whole.value + Fraction(numerator, denominator))


def _read_quotient(text: str) -> NumberRead | None:
    """Read a fraction of two numbers in digits, such as `1/4`; `None` for anything else, such as an expression."""
    parts = _FRACTION_BAR.split(text)
    if len(parts) != 2:
        return None
    numerator_text, denominator_text = parts
    numerator, denominator = read_grouped(numerator_text), read_grouped(denominator_text.removeprefix("-"))
    if numerator is None or denominator is None:
        return None
    if denominator.value == 0:
        raise ExpressionError("a number cannot be divided by zero")
    sign = -1 if denominator_text.startswith("-") else 1
    return numerator.times(sign / denominator.value)


def _compute_closed(line: str, typed: str) -> Fraction:
    """Compute an expression without variables, such as `-ln(0.6)`.

    Raises:
        ExpressionError: `line` is no such expression; the message is the advice.
    """
    if _RATIO.fullmatch(line):
        raise ExpressionError(f"write a fraction with a stroke: {_COLON.sub('/', line)}")
    from tutor.reading.closed import read_closed  # slow to import, and seldom needed

    try:
        return read_closed(line)
    except ExpressionError as error:
        raise ExpressionError(advise_on(line, typed, error)) from None


# -- a number where not every number will do

Predicate = Callable[[Fraction], bool]


def read_within(text: str, fits: Predicate, *, wants_whole: bool) -> Fraction | Unreadable | None:
    """Read a number for which `fits` is true, and which is a whole number if `wants_whole` is set.

    Returns advice if the text is unreadable or ambiguous, `None` if the number does not fit.
    """
    number = read_number(text)
    if isinstance(number, Unreadable):
        return number

    def is_wanted(value: Fraction) -> bool:
        """Whether `value` fits, and is whole if that is wanted."""
        return fits(value) and (value.denominator == 1 or not wants_whole)

    return _choose_reading(number, is_wanted, wants_whole=wants_whole)


def _choose_reading(number: NumberRead, fits: Predicate, *, wants_whole: bool) -> Fraction | Unreadable | None:
    """Choose the reading of a number that fits; `None` if neither does.

    If both fit, ask, unless the number is in the program's own notation. The program writes 100,000 steps, so a comma
    marks thousands if a whole number is wanted; and 41.472, so a point marks decimals otherwise. If only the second
    reading fits, ask as well, unless it is one with a decimal comma where any number is allowed.
    """
    if number.second_reading is None:
        return number.value if fits(number.value) else None
    first_fits, second_fits = fits(number.value), fits(number.second_reading)
    if first_fits:
        is_own_notation = number.has_ambiguous_comma == wants_whole
        return number.value if is_own_notation or not second_fits else ask_which(number)
    if not second_fits:
        return None
    is_decimal_comma = number.has_ambiguous_comma and not wants_whole
    return number.second_reading if is_decimal_comma else ask_which(number)


def read_whole(text: str, low: int, high: int) -> int | Unreadable:
    """Read `text` as a whole number from `low` to `high`; the advice names that range."""
    number = read_within(text, lambda value: low <= value <= high, wants_whole=True)
    if isinstance(number, Fraction):
        return int(number)
    if isinstance(number, Unreadable) and number.is_question:
        return number
    return Unreadable(f"Type a whole number from {low:,} to {high:,}.")
