"""`hand-in`: the record as one file for a teacher."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command
from tutor.commands.launcher import current_owner, open_course_with_packs, open_record
from tutor.errors import ChainruleError, UsageError, clip
from tutor.files import STANDARD_STREAM, is_standard_stream
from tutor.text.numbers import counted
from tutor.text.output import say, send_bytes, warn

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.owner import Owner
    from tutor.progress.record.store import Store

MAX_RESETS_DESCRIBED = 3
"""The most resets of the record that are described; earlier ones are counted."""


@click.command(
    "hand-in",
    cls=Command,
    examples=(
        "chainrule hand-in --name 'Ada Lovelace'",
        "chainrule hand-in week-3 --name 'Ada Lovelace' --to - > ada.jsonl",
    ),
)
@click.argument("assignment", required=False)
@click.option("--name", "owner_name", metavar="NAME", help="Who hands it in.  [default: name in the settings]")
@click.option(
    "--to",
    "file",
    metavar="FILE|-",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Where to write it; - is standard output.  [default: a file named for who and when, here]",
)
@click.pass_obj
def hand_in(folders: tuple[Path, ...], assignment: str | None, owner_name: str | None, file: Path | None) -> None:
    """Write the record to one file, to be handed in for ASSIGNMENT; - in its place is standard output.

    ASSIGNMENT is a name, or the teacher's file (.yaml), or the name or title of one in the folder of assignments: then
    what is done of it is said, and whether it is late. The file says whose it is and when it was written. A file that
    is there is never replaced.
    """
    from dataclasses import replace

    from tutor.files import show_path
    from tutor.progress.record.owner import check_label
    from tutor.progress.record.transfer import export_record, serialise_record
    from tutor.settings.file import settings_folder
    from tutor.settings.table import SETTINGS_FILE

    assignment, file = _resolve_target(assignment, file)
    owner = current_owner(owner_name)
    if not owner.name:
        raise UsageError(
            "a hand-in says whose it is: set name in the settings "
            f"({show_path(settings_folder() / SETTINGS_FILE)}), or add --name 'Ada Lovelace'"
        )
    store = open_record()
    if store.notice:
        warn(f"chainrule: {store.notice}")
    if not store.count():
        raise ChainruleError(
            f"nothing is on record yet for {owner.name} ({show_path(store.path)}), so there is nothing to hand in; "
            "answer a question first"
        )
    to_stdout = file is not None and is_standard_stream(file)
    title = ""
    if assignment:
        say_lines = warn if to_stdout else say  # on standard output the hand-in stands alone
        title = check_label(_report_state(assignment, folders, store, owner, say_lines), "ASSIGNMENT")
    owner = replace(owner, assignment=title, at=store.clock())
    resets = _reset_lines(store)
    if to_stdout:
        warn(*resets)
        _, lines = serialise_record(store, ascii=True, owner=owner)
        send_bytes(line.encode("ascii") for line in lines)
        return
    local_time = store.clock().astimezone().strftime("%F-%H%M")
    path = file or free_path(default_stem(owner.name, owner.assignment, local_time))
    count = export_record(store, path, owner=owner)
    say(f"{counted(count, 'answer')} of {owner.name} written to {show_path(path)}; hand in this file", *resets)


def _reset_lines(store: "Store") -> list[str]:
    """Say when the record or lessons were reset, which the teacher will also see; no lines if there was no reset."""
    from tutor.classroom.suspicion import reset_words
    from tutor.progress.tables.resets import RESET_PREFIX, read_resets
    from tutor.text.moments import local_moment

    resets = read_resets(store.stored_with(RESET_PREFIX).items())
    if not resets:
        return []
    latest = resets[-MAX_RESETS_DESCRIBED:]
    descriptions = [reset_words(reset, f" on {local_moment(reset.at)}") for reset in latest]
    earlier_count = len(resets) - len(latest)
    if earlier_count:
        descriptions.append(f"and {counted(earlier_count, 'time')} before")
    return [f"Your teacher sees in it that you {'; '.join(descriptions)}."]


def _resolve_target(assignment: str | None, file: Path | None) -> tuple[str | None, Path | None]:
    """Return (assignment, file) as the user means them: a `-` typed as the assignment stands for standard output.

    Raises:
        UsageError: both name a place to write to.
    """
    if assignment != STANDARD_STREAM:
        return assignment, file
    if file is not None:
        raise UsageError("- is standard output, and --to says where to write too: give one of them")
    return None, Path(STANDARD_STREAM)


def _report_state(
    typed: str, folders: tuple[Path, ...], store: "Store", owner: "Owner", say_lines: Callable[..., None]
) -> str:
    """Print with `say_lines` how much of the assignment that was `typed` is done, and return its title.

    If no file is found for it, what was typed is itself the title, and nothing is printed.
    """
    from tutor.classroom.assignment import read_assignment
    from tutor.classroom.shelf import suggest_kept_name
    from tutor.files import show_path
    from tutor.quiz.sittings import sittings_of
    from tutor.settings.file import settings_folder
    from tutor.settings.table import SETTINGS_FILE

    course = open_course_with_packs(folders)
    path = _assignment_file(typed, course, store)
    if path is None:
        if similar_title := suggest_kept_name(typed, store.folder):
            warn(f"your assignments have no '{clip(typed)}'; did you mean '{similar_title}'? Then hand in again")
        return typed
    parsed = read_assignment(path, course)
    say_lines(*parsed.state_lines(store.attempts(), store.clock(), sittings_of(store)))
    if parsed.keys.student_id and not owner.student_id:
        settings = show_path(settings_folder() / SETTINGS_FILE)
        warn(f"{parsed.title} asks for your student_id: set student_id in {settings}, then hand in again")
    return parsed.title


def _assignment_file(typed: str, course: "Course", store: "Store") -> Path | None:
    """Find the file of an assignment by what was typed: a path, or a name or title; `None` if there is none.

    Raises:
        UsageError: it is a path, and no file is there.
    """
    from tutor.classroom.assignment import is_assignment
    from tutor.classroom.shelf import find_assignment, find_kept_assignment

    if is_assignment(typed):  # a path
        return find_assignment(typed, course)
    return find_kept_assignment(typed, course, store.folder)


def default_stem(name: str, assignment: str, time: str) -> str:
    """The file name of a hand-in without its suffix: the learner's name, the assignment and the time.

    It contains only characters that every system allows.
    """
    parts = (slug(name) or "learner", slug(assignment), time)
    return "-".join(part for part in parts if part)


def slug(text: str) -> str:
    """A text as part of a file name: its letters and digits in lower case, with hyphens in place of all else."""
    words = "".join(character if character.isalnum() else " " for character in text.lower()).split()
    return "-".join(words)[:40].strip("-")


def free_path(stem: str) -> Path:
    """An unused path in the current folder: `stem` with its suffix, and with a number if that name is taken."""
    path, number = Path(f"{stem}.jsonl"), 1
    while path.exists():
        number += 1
        path = Path(f"{stem}-{number}.jsonl")
    return path
