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
MIN_WIDTH, MAX_WIDTH, DEFAULT_COLUMNS = 50, 78, 80
"""The fewest and the most columns of the text, and the columns assumed for a terminal of unknown width."""


def write_help(columns: int | None = None) -> str:
    """Return the whole help for a terminal of this width, as the argument parser would print it."""
    width = max(MIN_WIDTH, min((columns or terminal_columns()) - 2, MAX_WIDTH))  # click also leaves two columns free
    name_width = max(len(name) for name in COMMANDS)
    max_sentence_length = width - 6 - name_width  # as in click, so that both helps are the same
    commands = {name: shorten(sentence, max_sentence_length) for name, (_, sentence) in COMMANDS.items()}
    *example_lines, last_line = EXAMPLES.splitlines()  # the last is a sentence, which is wrapped
    parts = (
        "Usage: chainrule [OPTIONS] [COMMAND] [ARGS]...",
        _fill_indented(DESCRIPTION, width),
        f"Options:\n{_definition_list(OPTIONS, width)}",
        f"Commands:\n{_definition_list(commands, width)}",
        "\n".join(f"  {line}" for line in example_lines).rstrip(),
        _fill_indented(last_line, width),
    )
    return "\n\n".join(parts)


def shorten(sentence: str, max_length: int) -> str:
    """Return `sentence`, or as many of its words as fit, followed by dots."""
    if len(sentence) <= max_length:
        return sentence
    while len(sentence) + len("...") > max_length:
        sentence, _, _ = sentence.rpartition(" ")
    return f"{sentence}..."


def _fill_indented(text: str, width: int) -> str:
    """Wrap `text` to `width` columns, all lines indented by two."""
    return fill(text, width, initial_indent="  ", subsequent_indent="  ")


def _definition_list(definitions: dict[str, str], width: int) -> str:
    """Write names in one column, and what they mean in another."""
    name_width = 2 + max(len(name) for name in definitions)
    lines = []
    for name, meaning in definitions.items():
        first_line, *further_lines = wrap(meaning, width - name_width - 2)
        lines.append(f"  {name:<{name_width}}{first_line}")
        lines += [" " * (name_width + 2) + line for line in further_lines]
    return "\n".join(lines)


def terminal_columns() -> int:
    """How many columns the terminal has, according to the environment or otherwise to the terminal itself."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    if not sys.__stdout__:  # `None` in a program without a console
        return DEFAULT_COLUMNS
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns
    except (ValueError, OSError):  # standard output is closed, or no terminal
        return DEFAULT_COLUMNS
