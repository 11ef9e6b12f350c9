"""`check` and `new`: for those who write lessons."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.checking import progress_reporter
from tutor.commands.command import Command, CommandGroup
from tutor.errors import ChainruleError, UsageError
from tutor.text.numbers import counted
from tutor.text.output import say

if TYPE_CHECKING:
    from tutor.content.check import ReportProgress
    from tutor.content.front_matter import LessonFault


@click.command(
    cls=Command,
    examples=(
        "chainrule check",
        "chainrule check lessons/14-adam.md",
    ),
)
@click.argument("names", metavar="[PATHS]...", nargs=-1)
@click.option("--again", is_flag=True, help="Check also lessons that have not changed since they had no fault.")
@click.pass_obj
def check(folders: tuple[Path, ...], names: tuple[str, ...], again: bool) -> None:
    """Find every fault of the lessons, as file:line: message."""
    from tutor.content.check import check as find_faults
    from tutor.content.check_memory import CheckMemory
    from tutor.content.find import lessons_folder
    from tutor.content.pack import is_pack

    if not all(names):
        raise UsageError("'' is the name of no file; name a file or a folder, or write . for this one")
    paths = list(dict.fromkeys([*folders, *(Path(name) for name in names)]))  # each once, as are their faults
    for path in paths:
        if not path.exists():
            raise UsageError(f"{path}: there is no such file or folder")
    if not paths:
        paths = [lessons_folder()]
    report_progress = progress_reporter()
    packs = [path for path in paths if path.is_dir() and is_pack(path)]
    lesson_paths = [path for path in paths if path not in packs]
    # What a pack adds may change what counts as a fault, so earlier results are not used then.
    memory = None if again or packs else CheckMemory()
    faults = find_faults(lesson_paths, report_progress, memory) + find_pack_faults(packs, report_progress)
    say(*map(str, faults))
    if faults:
        raise ChainruleError(f"{counted(len(faults), 'fault')} found")
    say("no faults found")


def find_pack_faults(packs: Sequence[Path], report_progress: "ReportProgress | None") -> "list[LessonFault]":
    """Find the faults of packs: of their lessons, their manifests and their names.

    Raises:
        ChainruleError: a pack contains something that does not belong there.
    """
    if not packs:
        return []
    from tutor.packs.entries import read_entries
    from tutor.packs.proof import pack_faults

    for pack in packs:
        read_entries(pack)  # called only for the error that it may raise
    return [fault for pack in packs for fault in pack_faults(pack, report_progress)]


@click.group(cls=CommandGroup, examples=("chainrule new lesson my-topic",))
def new() -> None:
    """Make something new to write in."""


@new.command(
    cls=Command,
    examples=("chainrule new pack my-pack",),
)
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="here",
    help="The folder to make it in.",
)
def pack(name: str, folder: Path) -> None:
    """Make a folder NAME for a pack of lessons, with its manifest."""
    from tutor.content.new import new_pack

    say(str(new_pack(name, folder)))


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
