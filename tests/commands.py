"""Every command of the program, for the tests that go through all of them."""

import click

from tutor.cli import chainrule
from tutor.commands.command import Command, CommandGroup
from tutor.commands.completion import walk_commands


def root() -> click.Context:
    return click.Context(chainrule, info_name="chainrule")


def all_commands() -> dict[str, Command | CommandGroup]:
    """Name as it is typed → command, those below a group too."""
    return {name: command for name, command, _ in walk_commands(root()) if isinstance(command, Command | CommandGroup)}


def plain_commands() -> dict[str, Command]:
    """The same without groups."""
    return {name: command for name, command in all_commands().items() if isinstance(command, Command)}


def all_examples() -> list[str]:
    """Every example of every command, as it is typed."""
    return [line for command in all_commands().values() for line in command.examples]
