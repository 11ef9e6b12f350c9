"""`progress`, `export`, `import` and `reset`: the learner's record."""

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tutor.commands.command import Command, Conflict
from tutor.commands.launcher import current_owner, open_course, open_record
from tutor.commands.parameters import complete_lessons
from tutor.errors import UsageError
from tutor.text.input import stdin_bytes
from tutor.text.output import ask_yes_no, is_terminal, say, say_json, send_bytes, warn

if TYPE_CHECKING:
    from tutor.progress.record.owner import Owner

STANDARD_OUTPUT = "-"
"""The name of standard output."""
MAX_QUIET_IMPORT_BYTES = 2**20
"""Files larger than this get a notice that their import takes a moment."""


@click.command(
    cls=Command,
    examples=(
        "chainrule progress",
        "chainrule progress --json",
    ),
    conflicts=(Conflict("--json", "--markdown"), Conflict("--json", "--csv"), Conflict("--markdown", "--csv")),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--markdown", "as_markdown", is_flag=True, help="A report with tables.")
@click.option("--csv", "as_csv", is_flag=True, help="One row for each concept.")
@click.pass_obj
def progress(folders: tuple[Path, ...], as_json: bool, as_markdown: bool, as_csv: bool) -> None:
    """Show what is on record and what is due."""
    store = open_record()
    if store.notice:
        warn(f"chainrule: {store.notice}")
    course = open_course(folders)
    store.can_be_asked = course.has_question
    if as_json:
        from tutor.statistics.summary import course_summary

        say_json(course_summary(course, store))
    elif as_markdown or as_csv:
        from tutor.progress.record import report

        say((report.markdown if as_markdown else report.comma_separated)(store))
    else:
        from tutor.placement.results import load_outcome
        from tutor.statistics.report import report_lines

        say("\n".join(report_lines(course, store, load_outcome(store).known)))


@click.command(
    "export",
    cls=Command,
    examples=(
        "chainrule export record.jsonl",
        "chainrule export - > record.jsonl",
    ),
)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--anki", is_flag=True, help="Write the course's questions as a deck for Anki (also by the name .apkg).")
@click.option(
    "--lesson",
    "lessons",
    metavar="ID",
    multiple=True,
    shell_complete=complete_lessons,
    help="Of a deck: only the questions of this lesson; may be repeated.",
)
@click.option("--force", is_flag=True, help="Replace an earlier file of that name.")
@click.option("--name", "named", metavar="NAME", help="Whose record it is.  [default: name in the settings]")
@click.pass_obj
def export_(
    folders: tuple[Path, ...], file: Path, anki: bool, lessons: tuple[str, ...], force: bool, named: str | None
) -> None:
    """Write the whole record to FILE as JSON Lines, or the questions as a deck for Anki; - is standard output."""
    if anki or file.suffix.lower() == ".apkg":
        if named is not None:
            raise UsageError("--name says whose record it is; a deck of questions is nobody's: leave it out")
        export_deck(folders, file, force, lessons)
    else:
        if lessons:
            raise UsageError("--lesson chooses the questions of a deck; a record is exported whole: leave it out")
        export_record_lines(file, force, current_owner(named))


@click.command(
    "import",
    cls=Command,
    examples=(
        "chainrule import record.jsonl",
        "chainrule import - < record.jsonl",
    ),
)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
def import_(file: Path) -> None:
    """Add an exported FILE to the record; nothing is doubled. A - reads standard input."""
    from tutor.progress.record.transfer import import_lines, import_record

    if str(file) == "-":
        count = import_lines(open_record(), "standard input", stdin_bytes())
    else:
        if is_terminal(sys.stderr) and file.is_file() and file.stat().st_size > MAX_QUIET_IMPORT_BYTES:
            warn("adding the answers …  Ctrl-C stops it, and then nothing is changed")
        count = import_record(open_record(), file)
    say(f"{_count(count, 'new attempt')} added")


@click.command(
    cls=Command,
    examples=(
        "chainrule reset",
        "chainrule reset --lesson adam",
    ),
)
@click.option("--lesson", "lessons", metavar="ID", multiple=True, help="Forget this lesson only; may be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def reset(folders: tuple[Path, ...], lessons: tuple[str, ...], yes: bool) -> None:
    """Start with an empty record, or forget one lesson; what was there is kept beside it."""
    from tutor.progress.record.reset import count_answers, forget_lessons, reset_record

    store = open_record()
    if lessons:
        count = count_answers(store, lessons, lesson_ids(folders))
        require_consent(f"Forget {' and '.join(lessons)}? {_describe_attempts(count)} kept in an export.", yes)
        export = forget_lessons(store, lessons)
        say(f"Forgotten: {' and '.join(lessons)}, with {_count(count, 'answer')}.")
        import shlex

        say(f"To take that back: chainrule import {shlex.quote(str(export))}")
        return
    require_consent(f"Start with an empty record? {_describe_attempts(store.count())} kept in a copy.", yes)
    say(f"The record is empty now. The old one is kept at {reset_record(store)}")


def _count(count: int, thing: str) -> str:
    from tutor.progress.tables.attempt import count_phrase

    return count_phrase(count, thing)


def _describe_attempts(count: int) -> str:
    """Say how many attempts are on record, as the start of a sentence."""
    return f"The {_count(count, 'attempt')} on record {'is' if count == 1 else 'are'}"


def require_consent(question: str, yes: bool) -> None:
    """Ask for confirmation, unless `yes` was given on the command line.

    Raises:
        UsageError: there is no terminal to ask at.
        click.Abort: the answer is no.
    """
    if yes:
        return
    if not is_terminal(sys.stdin):
        raise UsageError("reset asks before it removes anything from the record; without a terminal, add --yes")
    if not ask_yes_no(question):
        raise click.Abort


def lesson_ids(folders: tuple[Path, ...]) -> list[str]:
    """List the ids of the lessons of the course."""
    return [heading.front.id for heading in open_course(folders).headings]


def export_record_lines(file: Path, force: bool, owner: "Owner") -> None:
    """The whole record as JSON Lines.

    On standard output every sign beyond ASCII stands as its escape, so that no encoding or terminal can spoil it.

    Raises:
        ChainruleError: the file cannot be written.
    """
    from tutor.files import show_path
    from tutor.progress.record.transfer import export_record, serialise_record

    if str(file) != STANDARD_OUTPUT:
        count = export_record(open_record(), file, force=force, owner=owner)
        say(f"{_count(count, 'attempt')} written to {show_path(file)}")
        return
    _, lines = serialise_record(open_record(), ascii=True, owner=owner)
    send_bytes(line.encode("ascii") for line in lines)


def export_deck(folders: tuple[Path, ...], file: Path, force: bool, lessons: tuple[str, ...] = ()) -> None:
    """The questions as a deck for Anki.

    Raises:
        ChainruleError: genanki is not there, or the file cannot be written.
    """
    from tutor.export.anki import write_deck
    from tutor.files import check_target, new_file, show_path

    course = open_course(folders)
    for lesson in lessons:
        course.lesson(lesson)
    if str(file) == STANDARD_OUTPUT:
        if is_terminal(sys.stdout):
            raise UsageError("a deck for Anki is not text: send it to a file, or give a file name")
        deck = io.BytesIO()
        write_deck(course, open_record(), deck, lessons)
        send_bytes([deck.getvalue()])
        return
    check_target(file, force=force)
    with new_file(file, force=force) as target:
        notes = write_deck(course, open_record(), target, lessons)
    say(f"{_count(notes, 'question')} written to {show_path(file)}; open it with Anki")
