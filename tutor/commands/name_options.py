"""Names that a shell can complete: lessons and simulations."""

import click
from click.shell_completion import CompletionItem


def lessons(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The lessons whose id begins so, with their titles."""
    from tutor.commands.openers import open_course

    headings = open_course(context.find_root().obj or ()).headings
    return [
        CompletionItem(heading.front.id, help=heading.front.title)
        for heading in headings
        if heading.front.id.startswith(begun)
    ]


def simulations(context: click.Context, parameter: click.Parameter, begun: str) -> list[CompletionItem]:
    """The simulations whose name begins so."""
    from tutor.sims.table import TABLE

    return [CompletionItem(name) for name in TABLE if name.startswith(begun)]
