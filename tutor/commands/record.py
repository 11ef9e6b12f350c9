"""`progress`, `export`, `import` and `reset`: the learner's record."""

import shlex
import sys
from pathlib import Path

import click

from tutor.commands.openers import open_record
from tutor.commands.option_rules import Command
from tutor.errors import UsageError
from tutor.progress.record.attempt import count_phrase
from tutor.text.input import stdin_bytes
from tutor.text.output import ask_yes_no, is_terminal, say, say_json, warn

LONG = 2**20
"""Bytes of a file whose import takes a moment."""


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--markdown", "as_markdown", is_flag=True, help="A report with tables.")
@click.option("--csv", "as_csv", is_flag=True, help="One row for each concept.")
def progress(as_json: bool, as_markdown: bool, as_csv: bool) -> None:
    """Show what is on record and what is due."""
    store = open_record()
    if store.notice:
        warn(f"chainrule: {store.notice}")
    if as_json:
        say_json(store.summary())
        return
    from tutor.progress.record import report

    make = report.markdown if as_markdown else report.comma_separated if as_csv else report.report
    say(make(store))


@click.command("export", cls=Command)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--anki", is_flag=True, help="Write the course's questions as a deck for Anki (also by the name .apkg).")
@click.option("--force", is_flag=True, help="Replace an earlier file of that name.")
@click.pass_obj
def export_(folders: tuple[Path, ...], file: Path, anki: bool, force: bool) -> None:
    """Write the whole record to FILE as JSON Lines, or the questions as a deck for Anki; - is standard output."""
    from tutor.commands.export_target import export_deck, export_lines

    if anki or file.suffix.lower() == ".apkg":
        export_deck(folders, file, force)
    else:
        export_lines(file, force)


@click.command("import", cls=Command)
@click.argument("file", metavar="FILE|-", type=click.Path(path_type=Path, allow_dash=True))
def import_(file: Path) -> None:
    """Add an exported FILE to the record; nothing is doubled. A - reads standard input."""
    from tutor.progress.record.transfer import import_lines, import_record

    if str(file) == "-":
        count = import_lines(open_record(), "standard input", stdin_bytes())
    else:
        if is_terminal(sys.stderr) and file.is_file() and file.stat().st_size > LONG:
            warn("adding the answers …  Ctrl-C stops it, and then nothing is changed")
        count = import_record(open_record(), file)
    say(f"{count_phrase(count, 'new attempt')} added")


@click.command(cls=Command)
@click.option("--lesson", "lessons", metavar="ID", multiple=True, help="Forget this lesson only; may be repeated.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
@click.pass_obj
def reset(folders: tuple[Path, ...], lessons: tuple[str, ...], yes: bool) -> None:
    """Start with an empty record, or forget one lesson; what was there is kept beside it."""
    from tutor.progress.record.reset import answers_on, forget_lessons, reset_record

    store = open_record()
    if lessons:
        count = answers_on(store, lessons, known_lessons(folders))
        make_sure(f"Forget {' and '.join(lessons)}? {_kept(count)} kept in an export.", yes)
        kept = forget_lessons(store, lessons)
        say(f"Forgotten: {' and '.join(lessons)}, with {count_phrase(count, 'answer')}.")
        say(f"To take that back: chainrule import {shlex.quote(str(kept))}")
        return
    make_sure(f"Start with an empty record? {_kept(store.count())} kept in a copy.", yes)
    say(f"The record is empty now. The old one is kept at {reset_record(store)}")


def _kept(count: int) -> str:
    """What is on record, as the start of a sentence."""
    return f"The {count_phrase(count, 'attempt')} on record {'is' if count == 1 else 'are'}"


def make_sure(question: str, yes: bool) -> None:
    """Ask, unless the answer was given on the command line.

    Raises:
        UsageError: nobody is there to ask.
        click.Abort: the answer is no.
    """
    if yes:
        return
    if not is_terminal(sys.stdin):
        raise UsageError("reset asks before it removes anything from the record; without a terminal, add --yes")
    if not ask_yes_no(question):
        raise click.Abort


def known_lessons(folders: tuple[Path, ...]) -> list[str]:
    """The lessons of the course."""
    from tutor.commands.openers import open_course

    return [heading.front.id for heading in open_course(folders).headings]


COMMANDS = (progress, export_, import_, reset)
