"""The manual page in roff, made from the parser, so that it never says anything else than `--help`."""

import re
from collections.abc import Iterator

import click

from tutor import __version__

_GAP = re.compile(r"\s{2,}")
_COMMAND = re.compile(r"^([.'])", re.MULTILINE)


def manual(root: click.Context) -> str:
    """The whole page."""
    lines = [
        f'.TH CHAINRULE 1 "" "Chainrule {__version__}" "User Commands"',
        ".SH NAME",
        "chainrule \\- " + escape(first_line(root.command).rstrip(".")),
        ".SH SYNOPSIS",
        ".B chainrule\n[OPTIONS] [COMMAND [ARGUMENTS]]",
        ".SH DESCRIPTION",
        "Without a command the course opens in the terminal where it was left.",
        ".SH OPTIONS",
        *options(root.command, root),
        ".SH COMMANDS",
    ]
    for name, command, context in commands(root):
        lines += section(name, command, context)
    lines += [
        ".SH FILES",
        ".TP\n.I settings.toml\nin the user-config folder: theme, keys and more; chainrule settings says where.",
        ".TP\n.I record.sqlite3\nin the user-data folder: every answer; chainrule doctor says where.",
        ".SH ENVIRONMENT",
        ".TP\n.B CHAINRULE_HOME\nThe folder of the record and of the settings.",
        ".TP\n.B CHAINRULE_ASCII\n1: plain letters only; 0: Unicode whatever the terminal says.",
        ".TP\n.B NO_COLOR\nAnything: no colours.",
        ".SH EXAMPLES",
        *example(root.command.epilog or ""),
        ".SH EXIT STATUS",
        "0 when it is done, 1 when it failed, 2 when the command was not understood.",
    ]
    return "\n".join(lines) + "\n"


def commands(root: click.Context) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command with its whole name; groups have theirs after them."""
    group = root.command
    if isinstance(group, click.Group):
        for name in group.list_commands(root):
            command = group.get_command(root, name)
            if command is not None:
                context = click.Context(command, info_name=name, parent=root)
                whole = context.command_path.removeprefix("chainrule ")
                yield whole, command, context
                yield from commands(context)


def section(name: str, command: click.Command, context: click.Context) -> list[str]:
    """One command: how it is called, what it is for, its options, its examples."""
    usage = " ".join(command.collect_usage_pieces(context))
    return [
        f'.SS "{escape(name)} {escape(usage)}"',
        escape(" ".join((command.help or "").split())),
        *options(command, context),
        *example(command.epilog or ""),
    ]


def options(command: click.Command, context: click.Context) -> list[str]:
    """Options as tagged paragraphs; `--help` is everywhere and is left out."""
    found = []
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1] and not record[0].startswith("--help"):
            found.append(f".TP\n.B {escape(record[0])}\n{escape(record[1])}")
    return found


def example(text: str) -> list[str]:
    """Examples as they are typed."""
    lines = [line.strip() for line in text.replace("\b", "").splitlines() if line.startswith("  ")]
    return [".P", "Examples:", ".nf", *(escape(_GAP.sub("    ", line)) for line in lines), ".fi"] if lines else []


def first_line(command: click.Command) -> str:
    """What a command is for."""
    return (command.help or "").strip().partition("\n")[0]


def escape(text: str) -> str:
    """Text in which roff finds no commands of its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return _COMMAND.sub(r"\\&\1", text)
