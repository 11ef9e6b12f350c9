"""`completion`: what a shell needs to complete commands, and the manual page, both made from the parser."""

import click

from tutor.commands.option_rules import Command
from tutor.text.output import say

SHELLS = ("bash", "zsh", "fish")
COMPLETE = "_CHAINRULE_COMPLETE"
"""The variable in which a shell says what it wants to know."""


def complete(root: click.Command, instruction: str) -> int:
    """Tell a shell its script (`bash_source`) or what could come next (`bash_complete`); the exit code."""
    from click.shell_completion import get_completion_class

    shell, _, instruction_kind = instruction.partition("_")
    kind = get_completion_class(shell)
    if kind is None or instruction_kind not in {"source", "complete"}:
        return 1
    completion = kind(root, {}, "chainrule", COMPLETE)
    said = completion.source() if instruction_kind == "source" else completion.complete()
    if said:
        say(said)
    return 0


@click.command(cls=Command)
@click.argument("what", metavar="bash|zsh|fish|man")
@click.pass_context
def completion(context: click.Context, what: str) -> None:
    """Print what a shell needs to complete commands and names, or the manual page."""
    from tutor.errors import unknown_name_error

    root = context.find_root()
    if what == "man":
        from tutor.commands.manual import manual

        say(manual(root).rstrip("\n"))
        return
    if what not in SHELLS:
        raise unknown_name_error("shell", what, (*SHELLS, "man"))
    from click.shell_completion import get_completion_class

    kind = get_completion_class(what)
    assert kind is not None  # these three are click's own
    say(kind(root.command, {}, "chainrule", COMPLETE).source())


COMMANDS = (completion,)
