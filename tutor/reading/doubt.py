"""What can be read in two ways: never guessed at, asked about."""

from collections.abc import Callable
from fractions import Fraction

from tutor.errors import ExpressionError
from tutor.patterns import late
from tutor.reading.outcome import NumberRead, Unreadable

_THOUSANDTHS = late(r"\.[0-9]{3}$")
_POINT_FOR_TIMES = late(
    r"(?<![0-9.,])(?!0[.,]10)([0-9]+(?:[.,][0-9]+)?) ?[.,] ?10 ?(?:\^|\*\*) ?(\([-+]?[0-9]+\)|[-+]?[0-9]+)"
)
_SUNK = late(
    r"(?<![0-9.,])([0-9]+(?:[.,][0-9]+)?) ?(?:[xX×✕✖⨯⋅·•∙]|\\cdot|\\times) ?10"
    r"(?: ?([-−–])([0-9]+)|([1-9][0-9]?))(?![0-9])"
)
_RAISED_POINT = late(r"(?<![0-9.,])[-+−]?0[⋅·•∙]([0-9]+)(?![0-9.,])")
_LOOSE_POWER = late(r"(?<![0-9.,])([0-9]+(?:[.,][0-9]+)?)(?:[eE] +([-+]?) ?| +[eE] ?([-+]) ?)([0-9]+)")
_RECURRING = late("\\.[0-9]*(?:\\([0-9]+\\)$|[0-9][\u0304\u0305\u0307])")
_RANGE = late(r"[0-9.,]+ ?[–—] ?[0-9.,]+")


def refuse_doubtful(line: str, typed: str) -> None:
    """Refuse a number that can be read in two ways; `line` is `typed` in plain signs.

    Raises:
        ExpressionError: both readings, and how to write either.
    """
    if _RANGE.fullmatch(typed.strip()):
        raise ExpressionError("type one number, not a range; a difference is written with a minus sign")
    if _RECURRING.search(line):
        raise ExpressionError("write a recurring decimal as a fraction, for example 1/3")
    if ";" in line and "(" not in line:
        raise ExpressionError("type one number alone")
    found = _POINT_FOR_TIMES.search(line)
    if found:
        first, power = found[1], found[2].strip("()")
        raise ExpressionError(f"did you mean {first}*10^{power}, or a number with a decimal point? Write * to multiply")
    found = _SUNK.search(typed)
    if found:
        sign, power = ("-" if found[2] else ""), found[3] or found[4]
        other = f"{found[1]}*10 - {found[3]}" if found[3] else f"{found[1]}*10{found[4]}"
        raise ExpressionError(f"did you mean {found[1]}e{sign}{power} or {other}? Write it as one of these")
    found = _RAISED_POINT.fullmatch(typed.strip())
    if found:
        raise ExpressionError(f"did you mean 0.{found[1]}? Write the decimal point on the line, and * to multiply")
    found = _LOOSE_POWER.search(line)
    if found:
        sign = found[2] or found[3] or ""
        raise ExpressionError(f"did you mean {found[1]}e{sign}{found[4]}? Write a power of ten without a blank")


def asked(read: NumberRead, expected: Fraction, covers: Callable[[Fraction], bool]) -> Unreadable | None:
    """What to ask where a lone comma or point may part thousands or decimals; `None` where one reading is sure.

    Whether it is asked depends on the form of what is expected (whole or not, thousands or not), so that
    asking does not give the answer away; and neither reading counts as wrong where the other is right.
    """
    if read.other is None or covers(read.value):
        return None
    comma = abs(read.value) > abs(read.other)
    doubtful = expected.denominator != 1 if comma else abs(expected) >= 1000
    return ask(read) if doubtful or covers(read.other) else None


def ask(read: NumberRead) -> Unreadable:
    """Which of the two readings of a number was meant."""
    assert read.other is not None
    thousands, decimal = sorted((read.value, read.other), key=abs, reverse=True)
    first, second = _digits(thousands), _digits(decimal)
    mark = "comma" if abs(read.value) > abs(read.other) else "point"
    longer = f"{second}0" if mark == "point" and _THOUSANDTHS.search(second) else second
    return Unreadable(f"Did you mean {first} or {second}? For the first, leave out the {mark}; else write {longer}.")


def _digits(value: Fraction) -> str:
    """`value` with a decimal point and no other mark."""
    return str(int(value)) if value.denominator == 1 else f"{float(value):.15g}"
