"""`check` and `new`: for those who write lessons."""

import sys
from pathlib import Path

import click

from tutor.commands.command import Command, CommandGroup
from tutor.errors import ChainruleError, UsageError
from tutor.text.numbers import counted
from tutor.text.output import is_terminal, say, show_progress


@click.command(
    cls=Command,
    examples=(
        "chainrule check",
        "chainrule check lessons/14-adam.md",
    ),
)
@click.argument("names", metavar="[PATHS]...", nargs=-1)
@click.pass_obj
def check(folders: tuple[Path, ...], names: tuple[str, ...]) -> None:
    """Find every fault of the lessons, as file:line: message."""
    from tutor.content.check import check as find_faults
    from tutor.content.find import lessons_folder

    if not all(names):
        raise UsageError("'' is the name of no file; name a file or a folder, or write . for this one")
    paths = tuple(map(Path, names))
    for path in (*folders, *paths):
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder")
    faults = find_faults((*folders, *paths) or (lessons_folder(),), _progress if is_terminal(sys.stderr) else None)
    say(*map(str, faults))
    if faults:
        raise ChainruleError(f"{counted(len(faults), 'fault')} found")
    say("no faults found")


def _progress(done: int, all: int) -> None:
    """Say on one line how far the check is; the line goes when it is through."""
    show_progress(f"{done} of {counted(all, 'lesson')} checked" if done < all else "")


@click.group(cls=CommandGroup, examples=("chainrule new lesson my-topic",))
def new() -> None:
    """Make something new to write in."""


@new.command(
    cls=Command,
    examples=("chainrule new lesson my-topic --folder lessons",),
)
@click.argument("id")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("lessons"),
    show_default=True,
    help="The folder to put it in.",
)
def lesson(id: str, folder: Path) -> None:
    """Write the skeleton of a lesson called ID that passes the check."""
    from tutor.content.new import new_lesson

    say(str(new_lesson(id, folder)))
