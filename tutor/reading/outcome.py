"""What reading comes to: a number as it was understood, or advice on how to write it."""

from fractions import Fraction

import msgspec


class Unreadable(msgspec.Struct, frozen=True):
    """What was typed cannot be read as an answer; `advice` is one line that says how to write it."""

    advice: str

    @property
    def is_question(self) -> bool:
        """True where it can be read in two ways, and is asked about."""
        return self.advice.startswith("Did you mean")


class NumberRead(msgspec.Struct, frozen=True):
    """A number as it was understood."""

    value: Fraction
    other: Fraction | None = None
    """What it would be if its only comma, read as a thousands mark, were a decimal mark; or a point the other way."""

    def times(self, factor: Fraction) -> "NumberRead":
        """This number, in all its readings, multiplied."""
        return NumberRead(self.value * factor, None if self.other is None else self.other * factor)
