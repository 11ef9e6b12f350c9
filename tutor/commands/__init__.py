"""The commands, one file a family; each imports what it needs when it is called."""

from importlib import import_module

import click


def register(group: click.Group) -> None:
    """Add every command to `group`."""
    for module in ("opening", "simulate", "asking", "record", "authoring"):
        for command in import_module(f"tutor.commands.{module}").COMMANDS:
            group.add_command(command)
