"""Parameter types that several commands have: numbers in every spelling, and names that a shell can complete."""

from typing import Any

import click
from click.shell_completion import CompletionItem

from tutor.errors import clip

MAX_TYPED_NUMBER = 10**18
"""Numbers of up to 18 digits can be typed: a seed that is larger may not fit into the record."""


class NumberParameter(click.ParamType):  # type: ignore[type-arg]  # generic only in newer releases
    """A number, whole or not, in every notation that people use."""

    def __init__(self, *, is_whole: bool) -> None:
        self.name = "integer" if is_whole else "float"
        self._is_whole = is_whole

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | float:
        """Return the number that was typed; fail with a message if it is no number, or could mean two numbers."""
        to_number = int if self._is_whole else float
        if not isinstance(value, str):  # a default
            return to_number(value)
        from fractions import Fraction

        from tutor.reading.numbers import read_within

        outcome = read_within(value, lambda number: abs(number) < MAX_TYPED_NUMBER, wants_whole=self._is_whole)
        if isinstance(outcome, Fraction):
            return to_number(outcome)
        message = f"give a {'whole ' if self._is_whole else ''}number (you gave '{clip(value, 30)}')"
        if outcome is not None and outcome.is_question:  # the text could mean two numbers: its advice asks which
            message = f"{outcome.advice[0].lower()}{outcome.advice[1:]}"
        return self.fail(message, param, ctx)


WHOLE, NUMBER = NumberParameter(is_whole=True), NumberParameter(is_whole=False)


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
