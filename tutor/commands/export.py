"""`export`: the record as JSON Lines, or the questions for Anki and for Moodle."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command, Conflict
from tutor.commands.launcher import current_owner, open_course_with_packs, open_record
from tutor.commands.parameters import WHOLE, complete_lessons
from tutor.errors import UsageError
from tutor.files import is_standard_stream
from tutor.text.numbers import counted
from tutor.text.output import is_terminal, say, send_bytes, warn

if TYPE_CHECKING:
    from tutor.progress.record.owner import Owner

MAX_VARIANTS = 50
DEFAULT_VARIANTS = 5
"""How many variants of a question with drawn numbers are written for Moodle, each with other numbers."""


@click.command(
    "export",
    cls=Command,
    examples=(
        "chainrule export record.jsonl",
        "chainrule export - > record.jsonl",
        "chainrule export questions.xml --lesson adam",
    ),
    conflicts=(
        Conflict("--anki", "--moodle"),
        *(Conflict(option, "--name", "questions are nobody's") for option in ("--anki", "--moodle")),
    ),
)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--anki", is_flag=True, help="Write the course's questions as a deck for Anki (also by the name .apkg).")
@click.option("--moodle", is_flag=True, help="Write the course's questions as Moodle XML (also by the name .xml).")
@click.option(
    "--lesson",
    "lessons",
    metavar="ID",
    multiple=True,
    shell_complete=complete_lessons,
    help="Of questions: only those of this lesson; may be repeated.",
)
@click.option(
    "--variants", type=WHOLE, help="For Moodle: how often a question with fresh numbers is drawn.  [default: 5]"
)
@click.option("--seed", type=WHOLE, help="For Moodle: the seed of the first draw.  [default: 0]")
@click.option("--force", is_flag=True, help="Replace an earlier file of that name.")
@click.option("--name", "owner_name", metavar="NAME", help="Whose record it is.  [default: name in the settings]")
@click.pass_obj
def export(
    folders: tuple[Path, ...],
    file: Path,
    anki: bool,
    moodle: bool,
    lessons: tuple[str, ...],
    variants: int | None,
    seed: int | None,
    force: bool,
    owner_name: str | None,
) -> None:
    """Write the whole record to FILE as JSON Lines, or the questions for Anki or Moodle; - is standard output."""
    # The ending of the file's name decides, unless an option says otherwise.
    to_anki = anki or (file.suffix.lower() == ".apkg" and not moodle)
    to_moodle = moodle or (file.suffix.lower() == ".xml" and not anki)
    if not to_moodle and (variants is not None or seed is not None):
        raise UsageError("--variants and --seed are for Moodle: add --moodle, or leave them out")
    if (to_anki or to_moodle) and owner_name is not None:
        raise UsageError("--name says whose record it is; questions are nobody's: leave it out")
    if to_anki:
        export_deck(folders, file, lessons, force=force)
    elif to_moodle:
        variants = DEFAULT_VARIANTS if variants is None else variants
        export_moodle(folders, file, lessons, variants=variants, seed=seed or 0, force=force)
    elif lessons:
        raise UsageError("--lesson chooses the questions for Anki or Moodle; a record is exported whole: leave it out")
    else:
        export_record_lines(file, current_owner(owner_name), force=force)


def export_record_lines(file: Path, owner: "Owner", *, force: bool) -> None:
    """Write the whole record to a file, or to standard output, as JSON Lines.

    On standard output every character beyond ASCII is escaped, so that no encoding or terminal can spoil it.

    Raises:
        ChainruleError: the file cannot be written.
    """
    from tutor.files import show_path
    from tutor.progress.record.transfer import export_record, serialise_record

    if not is_standard_stream(file):
        count = export_record(open_record(), file, force=force, owner=owner)
        say(f"{counted(count, 'attempt', none='no')} written to {show_path(file)}")
        return
    _, lines = serialise_record(open_record(), ascii=True, owner=owner)
    send_bytes(line.encode("ascii") for line in lines)


def export_deck(folders: tuple[Path, ...], file: Path, lessons: tuple[str, ...] = (), *, force: bool) -> None:
    """Write the questions of `lessons`, or of all, as a deck for Anki.

    Raises:
        ChainruleError: genanki is not there, or the file cannot be written.
    """
    from tutor.export.anki import write_deck
    from tutor.files import check_target, new_file, show_path

    course = open_course_with_packs(folders)
    for lesson in lessons:
        course.lesson(lesson)  # raises if there is no such lesson
    if is_standard_stream(file):
        if is_terminal(sys.stdout):
            raise UsageError("a deck for Anki is not text: send it to a file, or give a file name")
        deck = io.BytesIO()
        write_deck(course, open_record(), deck, lessons)
        send_bytes([deck.getvalue()])
        return
    check_target(file, force=force)
    with new_file(file, force=force) as target:
        note_count = write_deck(course, open_record(), target, lessons)
    say(f"{counted(note_count, 'question', none='no')} written to {show_path(file)}; open it with Anki")


def export_moodle(
    folders: tuple[Path, ...], file: Path, lessons: tuple[str, ...], *, variants: int, seed: int, force: bool
) -> None:
    """Write the questions of `lessons`, or of all, as Moodle XML, and say which ones Moodle cannot ask.

    A question with numbers to draw is written `variants` times, with numbers from `seed` and the seeds after it.

    Raises:
        UsageError: a number that cannot be used, or an unknown lesson.
        ChainruleError: the file cannot be written.
    """
    from tutor.export.moodle import left_out_words, write_moodle
    from tutor.files import check_target, show_path, write_file

    if not 1 <= variants <= MAX_VARIANTS:
        raise UsageError(f"--variants {variants} cannot be used: give a whole number from 1 to {MAX_VARIANTS}")
    if seed < 0:
        raise UsageError(f"--seed {seed} cannot be used: give a whole number from 0")
    course = open_course_with_packs(folders)
    for lesson in lessons:
        course.lesson(lesson)  # raises if there is no such lesson
    if not is_standard_stream(file):
        check_target(file, force=force)
    data, outcome = write_moodle(course, lessons, variants, seed)
    left_out = left_out_words(outcome)  # "" if no question is left out
    if is_standard_stream(file):
        send_bytes([data])
        if left_out:
            warn(f"chainrule: {left_out}")
        return
    write_file(file, data, force=force)
    written = f"{counted(outcome.questions, 'question')} in {counted(outcome.instances, 'variant')}"
    say(f"{written} written to {show_path(file)}; import it into a question bank of Moodle")
    if left_out:
        say(left_out)
