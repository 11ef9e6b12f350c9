"""The base class of commands: help that ends with examples, and a check for options that contradict each other."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import click

from tutor.errors import UsageError, advise_on_name, clip
from tutor.text.output import say

NOT_RIGHT_EXIT_CODE = 3
"""The exit code of `ask` and `grade` for a script: the answer is partly right, wrong, or cannot be read."""
OUTPUT_FILE_ENDINGS = {
    "--json": (".json", ".jsonl"),
    "--csv": (".csv",),
    "--html": (".html", ".htm"),
    "--markdown": (".md", ".markdown"),
}
"""Flag that chooses the format of the output → endings of file names that a user may wrongly type after it."""


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
    """Make a `--help` option that prints through `text.output`, for ASCII terminals and pipes that are closed early."""

    def show_help(context: click.Context, parameter: click.Parameter, is_given: bool) -> None:
        if is_given and not context.resilient_parsing:  # parsing is resilient while a shell completes words
            say(context.get_help())
            context.exit()

    text = "Show this message and exit."
    return click.Option(["--help"], is_flag=True, is_eager=True, expose_value=False, callback=show_help, help=text)


def lessons_option() -> click.Option:
    """Make a `--lessons` option for a command; its folders are added to those given before the command."""

    def add_folders(context: click.Context, parameter: click.Parameter, folders: tuple[str, ...]) -> None:
        if folders and not context.resilient_parsing:
            all_folders = (*(context.obj or ()), *map(Path, folders))
            while context is not None:  # from the command up to the root, so that all read the same folders
                context.obj = all_folders
                context = context.parent  # type: ignore[assignment]  # the root has none, and there the loop ends

    text = "Add a folder of lessons; repeatable."
    return click.Option(
        ["--lessons", "added_folders"],
        multiple=True,
        metavar="DIR",
        expose_value=False,
        callback=add_folders,
        help=text,
    )


def format_examples(examples: tuple[str, ...]) -> str:
    """Write the end of a command's help; the backspace keeps click from joining the lines."""
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
        """Make the parser, which also refuses an option that takes one value but is given twice."""
        parser = super().make_parser(ctx)
        parse = parser.parse_args

        def parse_without_repetition(args: list[str]) -> tuple[dict[str, object], list[str], list[click.Parameter]]:
            values, further_args, parameters = parse(args)  # the parameters in the order in which they were typed
            for parameter in parameters:
                takes_one_value = isinstance(parameter, click.Option) and not (parameter.multiple or parameter.is_flag)
                times = parameters.count(parameter)
                if takes_one_value and times > 1:
                    raise UsageError(f"{parameter.opts[0]} is given {times} times; give it once")
            return values, further_args, parameters

        # click has no hook between parsing the arguments and converting the values
        parser.parse_args = parse_without_repetition  # type: ignore[method-assign]
        return parser

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments, then check that they go together; returns those that are left over, as click does."""
        if not ctx.resilient_parsing:
            self._refuse_file_after_flag(ctx, args)
        try:
            further_args = super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx  # click sets no context if an option lacks its value
            raise
        if not ctx.resilient_parsing:
            self._check_options(self._typed_parameters(ctx))
        return further_args

    def _refuse_file_after_flag(self, context: click.Context, args: Sequence[str]) -> None:
        """Check that no file name follows a flag such as `--json`, which only chooses the format of the output.

        Raises:
            UsageError: a file name follows; the message says how to write the output to that file.
        """
        flags: set[str] = set()
        for parameter in self.params:
            if isinstance(parameter, click.Option) and parameter.is_flag:
                flags.update(parameter.opts)
        for typed, next_typed in pairwise((*args, "")):  # "": nothing follows the last argument
            if typed == "--":  # after this there are no more options
                return
            flag, equals_sign, value = typed.partition("=")  # `--json=FILE`, or `--json FILE`
            file_name = value if equals_sign else next_typed
            endings = OUTPUT_FILE_ENDINGS.get(flag, ())
            if flag not in flags or not file_name.lower().endswith(endings):  # false of every name without `endings`
                continue
            # A hand-in that exists is an argument to be read, and may follow any flag.
            is_hand_in = file_name.lower().endswith(".jsonl") and Path(file_name).exists()
            if not is_hand_in:
                command = f"{context.command_path} … {flag} > {clip(file_name)}"
                raise UsageError(f"{flag} takes no file, it prints: {command}")

    def _typed_parameters(self, ctx: click.Context) -> set[str]:
        """The parameters that were given a value on the command line, as `--option` or ARGUMENT."""
        typed = set()
        for parameter in self.params:
            if not parameter.name:
                continue
            is_on_line = ctx.get_parameter_source(parameter.name) is click.core.ParameterSource.COMMANDLINE
            has_value = ctx.params.get(parameter.name) not in (None, ())
            if is_on_line and has_value:
                typed.add(_spelling(parameter))
        return typed

    def _check_options(self, typed: set[str]) -> None:
        """Check that the parameters that were typed go together.

        Raises:
            UsageError: two of them contradict each other, or one needs another option that is missing.
        """
        for conflict in self.conflicts:
            if {conflict.first, conflict.second} <= typed:
                raise UsageError(f"{conflict.first} and {conflict.second} cannot be given together: {conflict.why}")
        for requirement in self.requirements:
            if requirement.option in typed and not typed & set(requirement.others):
                others = " or ".join(requirement.others)
                raise UsageError(f"{requirement.option} means nothing alone; add {others}, or leave it out")


def _spelling(parameter: click.Parameter) -> str:
    """How a parameter is written in `Conflict` and `Requirement`: `--option` or ARGUMENT."""
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
        """Find the command that `args` begin with; the error for an unknown one suggests a name or lists all.

        Raises:
            UsageError: there is no such command.
        """
        name = args[0]
        if name not in self.commands:
            advice = advise_on_name(name, self.commands, otherwise=f"known: {', '.join(self.commands)}")
            raise UsageError(f"{context.command_path} has no command '{clip(name)}'; {advice}")
        return super().resolve_command(context, args)
