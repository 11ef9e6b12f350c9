"""Numbers given as options, read in every way that people write one."""

from fractions import Fraction
from typing import Any

import click

from tutor.errors import clip


class Figure(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases
    """A number, or a whole one."""

    def __init__(self, whole: bool) -> None:
        self.name = "integer" if whole else "float"
        self._whole = whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        """The number that was typed; an error of usage when it is none."""
        if not isinstance(value, str):
            return int(value) if self._whole else float(value)
        from tutor.reading.numbers import read_within

        read = read_within(value, lambda number: abs(number) < 10**18, self._whole)
        if isinstance(read, Fraction):
            return int(read) if self._whole else float(read)
        doubtful = read is not None and read.is_question
        said = f"give a {'whole ' if self._whole else ''}number (you gave '{clip(value, 30)}')"
        return self.fail(f"{read.advice[0].lower()}{read.advice[1:]}" if doubtful and read else said, param, ctx)


WHOLE, NUMBER = Figure(whole=True), Figure(whole=False)
