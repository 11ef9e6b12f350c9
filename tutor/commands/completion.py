"""`completion`: what a shell needs to complete commands, and the manual page, both made from the parser."""

import click

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("what", metavar="bash|zsh|fish|man")
@click.pass_context
def completion(context: click.Context, what: str) -> None:
    """Print what a shell needs to complete commands and names, or the manual page."""
    from tutor.errors import unknown

    root = context.find_root()
    if what == "man":
        from tutor.commands.manual import manual

        print(manual(root), end="")
        return
    if what not in SHELLS:
        raise unknown("shell", what, (*SHELLS, "man"))
    from click.shell_completion import get_completion_class

    kind = get_completion_class(what)
    assert kind is not None  # these three are click's own
    print(kind(root.command, {}, "chainrule", "_CHAINRULE_COMPLETE").source())


COMMANDS = (completion,)
