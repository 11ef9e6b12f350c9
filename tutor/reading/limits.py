"""A number where not every number will do: whole ones, or those of a range."""

from collections.abc import Callable
from fractions import Fraction

from tutor.reading.answers import read_number
from tutor.reading.doubt import ask
from tutor.reading.outcome import NumberRead, Unreadable

Fits = Callable[[Fraction], bool]


def read_within(text: str, fits: Fits, whole: bool) -> Fraction | Unreadable | None:
    """`text` as a number that `fits`; advice where it is none or can be read in two ways, `None` where it fits not."""
    read = read_number(text)
    if isinstance(read, Unreadable):
        return read
    return _chosen(read, lambda value: fits(value) and (value.denominator == 1 or not whole), whole)


def _chosen(read: NumberRead, fits: Fits, whole: bool) -> Fraction | Unreadable | None:
    """The reading that fits; asked about where both do, unless one is how the program itself writes."""
    if read.other is None:
        return read.value if fits(read.value) else None
    comma = abs(read.value) > abs(read.other)
    if fits(read.value):
        written_so = comma is whole  # 100,000 steps, and 41.472 where any number will do
        return read.value if written_so or not fits(read.other) else ask(read)
    if not fits(read.other):
        return None
    return read.other if comma and not whole else ask(read)


def read_whole(text: str, low: int, high: int) -> int | Unreadable:
    """`text` as a whole number from `low` to `high`; the advice says that, where it is none."""
    read = read_within(text, lambda value: low <= value <= high, whole=True)
    if isinstance(read, Fraction):
        return int(read)
    doubtful = isinstance(read, Unreadable) and read.is_question
    return read if doubtful and read else Unreadable(f"Type a whole number from {low:,} to {high:,}.")
