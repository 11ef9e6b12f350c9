"""The command line: arguments only. A front end is imported when it is needed, so `--help` is quick."""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from tutor import __version__
from tutor.commands import COMMAND_MODULES, COMMANDS
from tutor.commands.command import help_option
from tutor.commands.completion import COMPLETION_VARIABLE, complete
from tutor.commands.launcher import open_plain_home, open_screen, wants_plain
from tutor.commands.root_help import DESCRIPTION, EXAMPLES, LESSONS, VERSION
from tutor.errors import ChainruleError, UsageError, advise_on_name, clip
from tutor.patterns import compile_lazily
from tutor.text.output import ReaderGoneError, UnwritableError, report_error, say

_EXTRA_ARGUMENTS = compile_lazily(r"Got unexpected extra arguments? \((.*)\)")
MAX_MESSAGE = 300
"""Characters to which click's own messages are clipped: they quote everything that was typed."""


def _show_version(context: click.Context, parameter: click.Parameter, is_requested: bool) -> None:
    """Print the version and exit: click's callback for `--version`."""
    if is_requested and not context.resilient_parsing:  # click parses resiliently only to complete a line
        say(f"chainrule, version {__version__}")
        context.exit()


class RootGroup(click.Group):
    """The commands, imported one by one; for an unknown name, the nearest one is suggested."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Every command, in the order of the help."""
        return list(COMMAND_MODULES)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands as click does, but from their table, so that no command's module is imported."""
        help_width = formatter.width - 6 - max(map(len, COMMANDS))  # 6 is what click itself subtracts for its margins
        rows = []
        for name, (_, sentence) in COMMANDS.items():
            command = click.Command(name, help=sentence)
            rows.append((name, command.get_short_help_str(help_width)))
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """The command called `name`, from its module, which is imported now; `None` if there is no such command."""
        if name not in COMMAND_MODULES:
            return None
        module = import_module(f"tutor.commands.{COMMAND_MODULES[name]}")
        commands = [value for value in vars(module).values() if isinstance(value, click.Command)]
        return next(command for command in commands if command.name == name)

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that `args` begin with; an error for an unknown one suggests the nearest."""
        if args[0] not in COMMAND_MODULES:
            advice = advise_on_name(args[0], COMMAND_MODULES, otherwise="see chainrule --help")
            raise UsageError(f"there is no command '{clip(args[0])}'; {advice}")
        return super().resolve_command(context, args)


@click.group(
    cls=RootGroup,
    invoke_without_command=True,
    help=DESCRIPTION,
    epilog=f"\b\n{EXAMPLES}",  # \b tells click not to rewrap what follows
    context_settings={"help_option_names": []},  # `--help` is added below, with our own wording
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_show_version,
    help=VERSION,
)
@click.option(
    "--lessons",
    "folders",
    multiple=True,
    metavar="DIR",
    help=LESSONS,
)
@click.pass_context
def chainrule(context: click.Context, folders: tuple[str, ...]) -> None:
    """Open the course when no command is named."""
    context.obj = tuple(Path(folder) for folder in folders)
    if context.invoked_subcommand is None:
        raise SystemExit(open_plain_home(context.obj) if wants_plain() else open_screen("start", context.obj))


chainrule.params.append(help_option())


def run(arguments: Sequence[str]) -> int:
    """Run the command line on `arguments` and return the exit code; errors are one line on standard error."""
    try:
        if instruction := os.environ.get(COMPLETION_VARIABLE):
            return complete(chainrule, instruction)
        chainrule.main(list(arguments), prog_name="chainrule", standalone_mode=False)
    except ChainruleError as error:
        return report_error(error)
    except click.exceptions.Exit as leave:
        return leave.exit_code
    except click.ClickException as error:
        return report_error(UsageError(usage_error_line(error)))
    except (click.Abort, KeyboardInterrupt):
        report_error(ChainruleError("stopped"))
        return 130  # what shells report for a program that Ctrl+C ended: 128 + SIGINT (2)
    except UnwritableError as error:
        return report_error(ChainruleError(str(error)))
    except ReaderGoneError:  # the other end of a pipe, such as `head`, has read enough: no error
        return 0
    except SystemExit as leave:
        return int(leave.code or 0)
    except OSError as error:
        explained = explain_system_error(error)
        if explained is None:
            raise
        return report_error(explained)
    return 0


def explain_system_error(error: OSError) -> ChainruleError | None:
    """Explain an `OSError` to the user; `None` if it is a fault of the program itself."""
    if _is_working_directory_gone():
        return ChainruleError("the folder that you are in is gone; cd to another one first")
    if error.filename is None:
        return None
    # An error with a path: the user gave one that the system refused (too long a name, a loop of links, no permission).
    return ChainruleError(f"{clip(str(error.filename), 200)} cannot be used: {error.strerror}")


def _is_working_directory_gone() -> bool:
    """Whether the current working directory has been deleted."""
    try:
        Path.cwd()
    except OSError:
        return True
    return False


def usage_error_line(error: click.ClickException) -> str:
    """Click's message on one line, in our words where click's are unclear, and which `--help` to read."""
    message = error.format_message().rstrip(".")
    if extra := _EXTRA_ARGUMENTS.fullmatch(message):
        message = f"this takes nothing more; leave out: {extra[1]}"
    message = clip(message, MAX_MESSAGE)
    if isinstance(error, click.exceptions.NoArgsIsHelpError) and isinstance(error.ctx.command, click.Group):
        # A group without a subcommand, such as `chainrule pack`; click's own message is the whole help of the group.
        message = f"say which: {', '.join(error.ctx.command.list_commands(error.ctx))}"
    command = "chainrule"
    if isinstance(error, click.UsageError) and error.ctx:
        command = error.ctx.command_path
    return f"{message}; see {command} --help"
