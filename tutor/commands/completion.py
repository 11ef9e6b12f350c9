"""`completion`: what a shell needs to complete commands, and the manual page, both made from the parser."""

import re
from collections.abc import Iterator

import click

from tutor import __version__
from tutor.commands.command import NOT_RIGHT_EXIT_CODE, Command
from tutor.text.output import say

_WIDE_GAP = re.compile(r"\s{2,}")
"""The blanks between an example and its description, which stand in two columns."""
_ROFF_COMMAND = re.compile(r"^([.'])", re.MULTILINE)
"""A character that starts a roff command if a line begins with it."""

SHELLS = ("bash", "zsh", "fish")
COMPLETION_VARIABLE = "_CHAINRULE_COMPLETE"
"""The environment variable that a shell sets to ask for completions; its value is the instruction for `complete`."""

ENVIRONMENT_VARIABLES = {
    "CHAINRULE_HOME": "The folder of the record and of the settings.",
    "CHAINRULE_SHARED": "A folder laid out like that, whose packs and assignments several learners share.",
    "CHAINRULE_CC": "The C compiler for the loop of the playground; none: NumPy alone.",
    "CHAINRULE_ASCII": "1: plain letters only; 0: Unicode whatever the terminal says.",
    "ACCESSIBLE": "1: line by line wherever a screen would open; 0: screens.",
    "NO_COLOR": "Anything: no colours.",
}
"""The environment variables that the program reads, and what each does."""


def complete(root: click.Command, instruction: str) -> int:
    """Answer a shell: print its completion script (`bash_source`) or the possible next words (`bash_complete`).

    Returns the exit code.
    """
    from click.shell_completion import get_completion_class

    shell, _, request = instruction.partition("_")
    completion_class = get_completion_class(shell)
    if completion_class is None or request not in {"source", "complete"}:
        return 1
    completion = completion_class(root, {}, "chainrule", COMPLETION_VARIABLE)
    reply = completion.source() if request == "source" else completion.complete()
    if reply:
        say(reply)
    return 0


@click.command(
    cls=Command,
    examples=(
        "chainrule completion bash >> ~/.bashrc",
        "chainrule completion zsh >> ~/.zshrc",
        "chainrule completion fish > ~/.config/fish/completions/chainrule.fish",
        "chainrule completion man | man -l -",
    ),
)
@click.argument("shell", metavar="bash|zsh|fish|man")
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print what a shell needs to complete commands and names, or the manual page."""
    from tutor.errors import unknown_name_error

    root = context.find_root()
    if shell == "man":
        say(format_manual(root).rstrip("\n"))
        return
    if shell not in SHELLS:
        raise unknown_name_error("shell", shell, (*SHELLS, "man"))
    from click.shell_completion import get_completion_class

    completion_class = get_completion_class(shell)
    assert completion_class is not None  # click has a class for each of the three shells
    say(completion_class(root.command, {}, "chainrule", COMPLETION_VARIABLE).source())


def format_manual(root: click.Context) -> str:
    """Write the manual page in roff. Commands and options come from the parser, so that they always match `--help`."""
    lines = [
        f'.TH CHAINRULE 1 "" "Chainrule {__version__}" "User Commands"',
        ".SH NAME",
        "chainrule \\- " + escape(summary_line(root.command).rstrip(".")),
        ".SH SYNOPSIS",
        ".B chainrule\n[OPTIONS] [COMMAND [ARGUMENTS]]",
        ".SH DESCRIPTION",
        "Without a command the course opens in the terminal where it was left.",
        ".SH OPTIONS",
        *format_options(root.command, root),
        ".SH COMMANDS",
    ]
    for name, command, context in walk_commands(root):
        lines += format_command(name, command, context)
    lines += [
        ".SH FILES",
        ".TP\n.I settings.toml\nin the user-config folder: theme, keys and more; chainrule settings says where.",
        ".TP\n.I record.sqlite3\nin the user-data folder: every answer; chainrule doctor says where.",
        ".SH ENVIRONMENT",
        *(f".TP\n.B {name}\n{effect}" for name, effect in ENVIRONMENT_VARIABLES.items()),
        ".SH EXAMPLES",
        *format_example_lines(root.command.epilog or ""),
        ".SH EXIT STATUS",
        "0 when it is done, 1 when it failed, 2 when the command was not understood;",
        f"with --exit-code of ask and grade, {NOT_RIGHT_EXIT_CODE} unless the answer is right.",
    ]
    return "\n".join(lines) + "\n"


def walk_commands(root: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield (full name, command, context) of every command; the commands of a group follow the group."""
    group = root.command
    if isinstance(group, click.Group):
        for name in group.list_commands(root):
            command = group.get_command(root, name)
            if command is not None:
                context = click.Context(command, info_name=name, parent=root)
                full_name = context.command_path.removeprefix("chainrule ")
                yield full_name, command, context
                yield from walk_commands(context)


def format_command(name: str, command: click.Command, context: click.Context) -> list[str]:
    """The section on one command: its usage, its help, its options and its examples."""
    usage = " ".join(command.collect_usage_pieces(context))
    examples = format_example_lines(command.epilog or "")
    return [
        f'.SS "{escape(name)} {escape(usage)}"',
        escape(" ".join((command.help or "").split())),
        *format_options(command, context),
        *([".P", "Examples:", *examples] if examples else []),
    ]


def format_options(command: click.Command, context: click.Context) -> list[str]:
    """The options as paragraphs with a tag (`.TP` of roff), without `--help`, which every command has."""
    paragraphs = []
    for parameter in command.get_params(context):
        help_record = parameter.get_help_record(context)  # `None` for an argument
        if help_record is None:
            continue
        spelling, description = help_record
        if description and not spelling.startswith("--help"):
            paragraphs.append(f".TP\n.B {escape(spelling)}\n{escape(description)}")
    return paragraphs


def format_example_lines(epilog: str) -> list[str]:
    """The examples from the end of a command's help, without their indent, as a block that keeps its line breaks."""
    examples = [line.strip() for line in epilog.replace("\b", "").splitlines() if line.startswith("  ")]
    if not examples:
        return []
    lines = [escape(_WIDE_GAP.sub("    ", example)) for example in examples]
    return [".nf", *lines, ".fi"]


def summary_line(command: click.Command) -> str:
    """The first line of a command's help."""
    first_line, _, _ = (command.help or "").strip().partition("\n")
    return first_line


def escape(text: str) -> str:
    """Escape a text for roff, so that it contains no commands."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return _ROFF_COMMAND.sub(r"\\&\1", text)  # \& prints nothing, but the character is no longer the first of its line
