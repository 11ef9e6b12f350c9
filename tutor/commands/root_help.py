"""What `chainrule --help` prints, written without the parser of arguments, whose import would take most of the time."""

import os
import sys
from textwrap import fill, wrap

from tutor.commands import COMMANDS

DESCRIPTION = "A course on neural networks that runs in a terminal."
VERSION, LESSONS, HELP = (
    "Show the version and exit.",
    "Add a folder of lessons; repeatable.",
    "Show this message and exit.",
)
OPTIONS = {"--version": VERSION, "--lessons DIR": LESSONS, "--help": HELP}
"""Each option as it is typed, and what it does."""
EXAMPLES = """\
Examples:
  chainrule                                    open the course where you left it
  chainrule learn adam                         open one lesson
  chainrule sim adam --set optimizer=momentum  open one simulation
  chainrule sim conv-cost --set kernels=125 --steps 20 --json --last
  chainrule quiz --count 5 --plain             five questions, line by line
  chainrule settings                           what is set, and every key
  chainrule doctor                             look at the terminal and the record
  chainrule check                              look for faults in the lessons

Each command has examples of its own: chainrule quiz --help
"""
LEAST_WIDTH, LARGEST_WIDTH, USUAL_COLUMNS = 50, 78, 80
"""Columns of the text, whatever the terminal has; and those of a terminal that does not say."""


def write_help(columns: int | None = None) -> str:
    """Write the whole help for a terminal with so many columns, as the parser of arguments would."""
    width = max(LEAST_WIDTH, min((columns or terminal_columns()) - 2, LARGEST_WIDTH))
    limit = width - 6 - max(map(len, COMMANDS))
    commands = {name: shorten(sentence, limit) for name, (_, sentence) in COMMANDS.items()}
    *examples, last = EXAMPLES.splitlines()
    parts = (
        "Usage: chainrule [OPTIONS] [COMMAND] [ARGS]...",
        _indent(DESCRIPTION, width),
        f"Options:\n{_definitions(OPTIONS, width)}",
        f"Commands:\n{_definitions(commands, width)}",
        "\n".join(f"  {line}" for line in examples).rstrip(),
        _indent(last, width),
    )
    return "\n\n".join(parts)


def shorten(sentence: str, limit: int) -> str:
    """The words of `sentence` that fit, with dots where some are left out."""
    if len(sentence) <= limit:
        return sentence
    while len(sentence) + 3 > limit:
        sentence = sentence.rpartition(" ")[0]
    return f"{sentence}..."


def _indent(text: str, width: int) -> str:
    return fill(text, width, initial_indent="  ", subsequent_indent="  ")


def _definitions(table: dict[str, str], width: int) -> str:
    """Names in one column, and what they mean in another."""
    column = 2 + max(map(len, table))
    lines = []
    for name, words in table.items():
        first, *others = wrap(words, width - column - 2)
        lines += [f"  {name:<{column}}{first}", *(" " * (column + 2) + line for line in others)]
    return "\n".join(lines)


def terminal_columns() -> int:
    """How many columns the terminal has, or says it has."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else USUAL_COLUMNS
    except (ValueError, OSError):
        return USUAL_COLUMNS
