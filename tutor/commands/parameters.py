"""Kinds of parameters that several commands take: numbers in every spelling, and names that a shell can complete."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from tutor.errors import clip


class NumberParameter(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases
    """A number, whole or not, read in every way that people write one."""

    def __init__(self, whole: bool) -> None:
        self.name = "integer" if whole else "float"
        self._whole = whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        """The number that was typed; an error of usage when it is none."""
        if not isinstance(value, str):
            return int(value) if self._whole else float(value)
        from fractions import Fraction

        from tutor.reading.numbers import read_within

        read = read_within(value, lambda number: abs(number) < 10**18, self._whole)
        if isinstance(read, Fraction):
            return int(read) if self._whole else float(read)
        doubtful = read is not None and read.is_question
        advice = f"give a {'whole ' if self._whole else ''}number (you gave '{clip(value, 30)}')"
        return self.fail(f"{read.advice[0].lower()}{read.advice[1:]}" if doubtful and read else advice, param, ctx)


WHOLE, NUMBER = NumberParameter(whole=True), NumberParameter(whole=False)


def complete_lessons(context: click.Context, parameter: click.Parameter, prefix: str) -> list[CompletionItem]:
    """List the lessons whose id begins so, with their titles."""
    from tutor.commands.launcher import open_course_with_packs

    headings = open_course_with_packs(context.find_root().obj or ()).headings
    return [
        CompletionItem(heading.front_matter.id, help=heading.front_matter.title)
        for heading in headings
        if heading.front_matter.id.startswith(prefix)
    ]


def complete_simulations(context: click.Context, parameter: click.Parameter, prefix: str) -> list[CompletionItem]:
    """List the simulations whose name begins so."""
    from tutor.sims.table import SIMULATIONS

    return [CompletionItem(name) for name in SIMULATIONS if name.startswith(prefix)]


def complete_packs(context: click.Context, parameter: click.Parameter, prefix: str) -> list[CompletionItem]:
    """List the installed packs whose name begins so."""
    from tutor.packs.installed import pack_folders

    return [CompletionItem(folder.name) for folder in pack_folders() if folder.name.startswith(prefix)]
