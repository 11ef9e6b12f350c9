"""The base class of commands: help that ends with examples, and a check for options that contradict each other."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import click

from tutor.errors import UsageError, clip, nearest
from tutor.text.output import say

PRINTED_FORMS = {
    "--json": (".json", ".jsonl"),
    "--csv": (".csv",),
    "--html": (".html", ".htm"),
    "--markdown": (".md", ".markdown"),
}
"""Flags after which a file is easily typed, though what they choose is printed → how the name of such a file ends."""


class Conflict(NamedTuple):
    """Two options that cannot be given together."""

    first: str
    second: str
    why: str = "give one of them"


class Requirement(NamedTuple):
    """An option that has an effect only together with one of the others."""

    option: str
    others: tuple[str, ...]


def help_option() -> click.Option:
    """Make a `--help` option that prints through `text.output`, as click's own does not."""

    def show(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
        if wanted and not context.resilient_parsing:
            say(context.get_help())
            context.exit()

    words = "Show this message and exit."
    return click.Option(["--help"], is_flag=True, is_eager=True, expose_value=False, callback=show, help=words)


def lessons_option() -> click.Option:
    """Make a `--lessons` option that adds to those before the command: it may stand anywhere on the line."""

    def add(context: click.Context, parameter: click.Parameter, folders: tuple[str, ...]) -> None:
        if folders and not context.resilient_parsing:
            added = (*(context.obj or ()), *map(Path, folders))
            while context is not None:
                context.obj = added
                context = context.parent  # type: ignore[assignment]  # the root has none, and there the loop ends

    words = "Add a folder of lessons; repeatable."
    return click.Option(
        ["--lessons", "added_folders"], multiple=True, metavar="DIR", expose_value=False, callback=add, help=words
    )


def format_examples(examples: tuple[str, ...]) -> str:
    """Write the end of a command's help."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in examples)


class Command(click.Command):
    """A command that refuses contradictory options, and a single-valued option that is given twice."""

    def __init__(
        self,
        *arguments: Any,
        examples: tuple[str, ...],
        conflicts: tuple[Conflict, ...] = (),
        requirements: tuple[Requirement, ...] = (),
        **settings: Any,
    ) -> None:
        """Take click's arguments, and `examples` as they are typed: the test suite tries each on the parser."""
        super().__init__(*arguments, **settings)
        self.examples = examples
        self.conflicts = conflicts
        self.requirements = requirements
        self.params += (lessons_option(), help_option())
        self.epilog = format_examples(examples)

    def make_parser(self, ctx: click.Context) -> "click.parser._OptionParser":
        """Make the parser, which also looks for repetitions."""
        parser = super().make_parser(ctx)
        parse = parser.parse_args

        def parse_once(args: list[str]) -> tuple[dict[str, object], list[str], list[click.Parameter]]:
            options, rest, order = parse(args)
            for parameter in order:
                counts_once = isinstance(parameter, click.Option) and not (parameter.multiple or parameter.is_flag)
                if counts_once and order.count(parameter) > 1:
                    raise UsageError(f"{parameter.opts[0]} is given {order.count(parameter)} times; give it once")
            return options, rest, order

        parser.parse_args = parse_once  # type: ignore[method-assign]  # click has no hook between parsing and values
        return parser

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, then check that they go together."""
        if not ctx.resilient_parsing:
            self._refuse_target(ctx, args)
        try:
            rest = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click leaves it out for an option without its value
            raise
        if not ctx.resilient_parsing:
            self._check_options(self._typed_options(ctx))
        return rest

    def _refuse_target(self, context: click.Context, args: Sequence[str]) -> None:
        """Check that no file follows a flag whose form is printed; a hand-in that is there may stand anywhere.

        Raises:
            UsageError: one does; the message says how the output gets into that file.
        """
        flags = {name for item in self.params if isinstance(item, click.Option) and item.is_flag for name in item.opts}
        for typed, following in pairwise((*args, "")):
            if typed == "--":
                return
            flag, has_value, value = typed.partition("=")
            target = value if has_value else following
            if flag not in flags or not target.lower().endswith(PRINTED_FORMS.get(flag, ())):
                continue
            if not (target.lower().endswith(".jsonl") and Path(target).exists()):
                shown = clip(target)
                raise UsageError(f"{flag} takes no file, it prints: {context.command_path} … {flag} > {shown}")

    def _typed_options(self, ctx: click.Context) -> set[str]:
        """List the parameters given on the command line, as `--option` or ARGUMENT."""
        line = click.core.ParameterSource.COMMANDLINE
        typed = [item for item in self.params if item.name and ctx.get_parameter_source(item.name) is line]
        return {_spelling(item) for item in typed if ctx.params.get(item.name or "") not in (None, ())}

    def _check_options(self, typed: set[str]) -> None:
        """Check that the given options go together.

        Raises:
            UsageError: two contradict each other, or one lacks an option that it needs.
        """
        for pair in self.conflicts:
            if {pair.first, pair.second} <= typed:
                raise UsageError(f"{pair.first} and {pair.second} cannot be given together: {pair.why}")
        for need in self.requirements:
            if need.option in typed and not typed & set(need.others):
                others = " or ".join(need.others)
                raise UsageError(f"{need.option} means nothing alone; add {others}, or leave it out")


def _spelling(parameter: click.Parameter) -> str:
    if isinstance(parameter, click.Argument):
        return (parameter.name or "").upper()
    return next(name for name in parameter.opts if name.startswith("--"))


class CommandGroup(click.Group):
    """A command with commands of its own below it, whose help ends with examples too."""

    def __init__(self, *arguments: Any, examples: tuple[str, ...], **settings: Any) -> None:
        """Take click's arguments, and `examples` as they are typed."""
        super().__init__(*arguments, **settings)
        self.examples = examples
        self.params.append(help_option())
        self.epilog = format_examples(examples)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` name, or say which there are."""
        if args[0] not in self.commands:
            near = nearest(args[0], self.commands)
            advice = f"did you mean '{near}'?" if near else f"known: {', '.join(self.commands)}"
            raise UsageError(f"{context.command_path} has no command '{clip(args[0])}'; {advice}")
        return super().resolve_command(context, args)
