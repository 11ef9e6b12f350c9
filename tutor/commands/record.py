"""`progress`, `import` and `reset`: the learner's record."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tutor.commands.command import Command, Conflict
from tutor.commands.launcher import open_course_with_packs, open_record
from tutor.errors import UsageError
from tutor.files import is_standard_stream
from tutor.text.input import stdin_bytes
from tutor.text.numbers import counted
from tutor.text.output import ask_yes_no, is_terminal, say, say_json, warn

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.progress.record.store import Store

MAX_QUIET_IMPORT_BYTES = 2**20
"""Files larger than this get a notice that their import takes a moment."""

RESET_NOTE = "The record notes that you began again, and after how many answers; what you hand in says so."


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
    from tutor.placement.results import load_outcome
    from tutor.settings.file import current_settings

    store = open_record()
    if store.notice:
        warn(f"chainrule: {store.notice}")
    course = open_course_with_packs(folders)
    store.can_be_asked = course.has_question
    known_lessons, quiz_count = load_outcome(store).known, current_settings().quiz_count
    if as_json:
        from tutor.statistics.progress_json import course_summary

        say_json(
            {
                **course_summary(course, store, known_lessons, quiz_count),
                "assignments": _assignment_states(course, store),
            }
        )
    elif as_markdown:
        from tutor.progress.record.report import markdown_table_lines
        from tutor.statistics.progress_markdown import markdown_report

        rows = [(state["title"] or "", state["words"]) for state in _assignment_states(course, store)]
        say(
            markdown_report(course, store, known_lessons, quiz_count),
            *markdown_table_lines("To do", ("assignment", "how far it is"), rows),
        )
    elif as_csv:
        from tutor.progress.record.report import format_csv

        say(format_csv(store))
    else:
        from tutor.statistics.progress_text import progress_lines

        assignment_lines = [f"  {state['words']}" for state in _assignment_states(course, store)]
        say("\n".join(progress_lines(course, store, known_lessons, quiz_count)))
        if assignment_lines:
            say("", "To do", *assignment_lines)


def _assignment_states(course: "Course", store: "Store") -> list[dict[str, Any]]:
    """How far each assignment that is kept beside the record is done, as in the JSON of `progress`."""
    from tutor.classroom.shelf import describe_kept_assignments, list_kept_files

    files = list_kept_files(store.folder)
    if not files:  # so that the attempts need not be read
        return []
    return describe_kept_assignments(files, course, store.attempts(), store.clock())


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

    if is_standard_stream(file):
        count = import_lines(open_record(), "standard input", stdin_bytes())
    else:
        if is_terminal(sys.stderr) and file.is_file() and file.stat().st_size > MAX_QUIET_IMPORT_BYTES:
            warn("adding the answers …  Ctrl-C stops it, and then nothing is changed")
        count = import_record(open_record(), file)
    say(f"{counted(count, 'new attempt', none='no')} added")


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
    from tutor.progress.record.reset import count_answers_to_forget, forget_lessons, reset_record
    from tutor.quiz.sittings import sittings_of

    lessons = tuple(dict.fromkeys(lessons))  # one that is named twice is forgotten, and counted, once
    store = open_record()
    if lessons:
        count = count_answers_to_forget(store, lessons, lesson_ids(folders))
        question = f"Forget {' and '.join(lessons)}? {_describe_attempts(count)} kept in an export."
        require_consent_to_reset(question, is_given=yes)
        export_path = forget_lessons(store, lessons)
        say(f"Forgotten: {' and '.join(lessons)}, with {counted(count, 'answer', none='no')}.")
        import shlex

        say(f"To take that back: chainrule import {shlex.quote(str(export_path))}")
        if count:
            say(RESET_NOTE)
        return
    if exams := len(sittings_of(store)):
        warn(f"chainrule: what you hand in later will lack {counted(exams, 'exam')} on record; tell your teacher")
    count = store.count()
    require_consent_to_reset(f"Start with an empty record? {_describe_attempts(count)} kept in a copy.", is_given=yes)
    old_record = reset_record(store, exams)
    say(f"The record is empty now. The old one is kept at {old_record}")
    if count:
        say(RESET_NOTE)


def _describe_attempts(count: int) -> str:
    """Begin a sentence about the attempts on record: `The 3 attempts on record are`."""
    return f"The {counted(count, 'attempt', none='no')} on record {'is' if count == 1 else 'are'}"


def require_consent_to_reset(question: str, *, is_given: bool) -> None:
    """Ask for confirmation, unless it is given by `--yes`.

    Raises:
        UsageError: there is no terminal to ask at.
        click.Abort: the answer is no.
    """
    if is_given:
        return
    if not is_terminal(sys.stdin):
        raise UsageError("reset asks before it removes anything from the record; without a terminal, add --yes")
    if not ask_yes_no(question):
        raise click.Abort


def lesson_ids(folders: tuple[Path, ...]) -> list[str]:
    """List the ids of the lessons of the course."""
    return [heading.front_matter.id for heading in open_course_with_packs(folders).headings]
