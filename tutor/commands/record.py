"""`progress`, `export`, `import` and `reset`: the learner's record."""

import sys
from pathlib import Path

import click

from tutor.commands.openers import open_record
from tutor.errors import UsageError
from tutor.output import confirmed, is_terminal, say, say_json, warn

LONG = 2**20
"""Bytes of a file whose import takes a moment."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--markdown", "as_markdown", is_flag=True, help="A report with tables.")
@click.option("--csv", "as_csv", is_flag=True, help="One row for each concept.")
def progress(as_json: bool, as_markdown: bool, as_csv: bool) -> None:
    """Show what is on record and what is due."""
    if as_json + as_markdown + as_csv > 1:
        raise UsageError("give one of --json, --markdown and --csv")
    store = open_record()
    if store.notice:
        warn(f"chainrule: {store.notice}")
    if as_json:
        say_json(store.summary())
        return
    from tutor.progress import report

    make = report.markdown if as_markdown else report.comma_separated if as_csv else report.report
    say(make(store))


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--anki", is_flag=True, help="Write the course's questions as a deck for Anki (also by the name .apkg).")
@click.pass_obj
def export_(folders: tuple[Path, ...], file: Path, anki: bool) -> None:
    """Write the whole record to FILE as JSON Lines, or the questions as a deck for Anki."""
    if anki or file.suffix.lower() == ".apkg":
        from tutor.anki import write_deck
        from tutor.commands.openers import open_course

        notes = write_deck(open_course(folders), open_record(), file)
        say(f"{notes} questions written to {file}; open it with Anki")
        return
    from tutor.progress.transfer import export_record

    count = export_record(open_record(), file)
    say(f"{count} attempts written to {file}")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
def import_(file: Path) -> None:
    """Add an exported FILE to the record; nothing is doubled."""
    from tutor.progress.transfer import import_record

    if is_terminal(sys.stderr) and file.is_file() and file.stat().st_size > LONG:
        warn("adding the answers …  Ctrl-C stops it, and then nothing is changed")
    count = import_record(open_record(), file)
    say(f"{count} new attempts added")


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Start with an empty record; the old one is kept beside it."""
    from tutor.progress.transfer import reset_record

    store = open_record()
    if not yes:
        if not is_terminal(sys.stdin):
            raise UsageError("reset asks before it starts an empty record; without a terminal add --yes")
        if not confirmed(f"Start with an empty record? The {store.count()} attempts on record are kept in a copy."):
            raise click.Abort
    say(f"The record is empty now. The old one is kept at {reset_record(store)}")


COMMANDS = (progress, export_, import_, reset)
