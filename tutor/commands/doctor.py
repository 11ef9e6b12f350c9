"""`doctor`: the terminal, the record, the versions and the settings, in words fit for a bug report."""

import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from tutor.characters import escape
from tutor.commands.command import Command
from tutor.errors import clip
from tutor.text.encodings import can_encode
from tutor.text.numbers import counted, format_fixed
from tutor.text.output import encoding_of, say, say_json
from tutor.text.sentences import join_words

LINE_WIDTH = 78
LABEL_WIDTH = 12
"""The columns of a line, and of the label with which it begins."""


@click.command(
    cls=Command,
    examples=(
        "chainrule doctor",
        "chainrule doctor --json",
    ),
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def doctor(as_json: bool) -> None:
    """Look at the terminal, the record, the versions and the settings; changes nothing.

    The exit code is 0 unless something keeps Chainrule from working. Paste the output into a bug report: it
    holds no answers.
    """
    from tutor.commands.diagnosis import diagnose
    from tutor.commands.terminal_answer import asking_terminal

    with asking_terminal() as ask_terminal:
        report = diagnose(ask_terminal)
    if as_json:
        say_json(report)
    else:
        say(*doctor_lines(report))
    if report["problems"]:
        raise SystemExit(1)


def doctor_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """Write the whole report, line by line."""
    from tutor.commands.diagnosis import make_remarks

    yield from labelled_lines(
        "Chainrule", f"{report['chainrule']} with Python {report['python']} on {report['system']}"
    )
    libraries = [f"{name} {version or 'MISSING'}" for name, version in report["libraries"].items()]
    yield from labelled_lines("Libraries", ", ".join(libraries))
    yield from terminal_lines(report["terminal"])
    yield from labelled_lines("Record", describe_record(report["record"]))
    settings = report["settings"]
    missing_note = "" if settings["there"] else " (no such file: all defaults)"
    yield from labelled_lines("Settings", f"{settings['file'] or 'no place'}{missing_note}")
    lessons = report["lessons"]
    packs = f"; packs: {', '.join(lessons['packs'])}" if lessons["packs"] else ""
    yield from labelled_lines("Lessons", f"{lessons['count']} in {lessons['folder']}{packs}")
    yield from labelled_lines("Assignments", assignments_line(report["record"]["folder"]))
    yield from labelled_lines("Exercises", f"limits on your code here: {join_words(report['guards'])}")
    yield from labelled_lines("Training", report["training"])
    yield from glyph_lines(report["glyphs"])
    yield ""
    for problem in report["problems"]:
        yield from labelled_lines("PROBLEM", problem)
    for remark in make_remarks(report):
        yield from labelled_lines("Note", remark)
    yield "Chainrule cannot work here." if report["problems"] else "Chainrule can work here."


def assignments_line(folder: str | None) -> str:
    """Name the files of assignments that are kept beside the record in `folder`, and the folders where they may be."""
    from tutor.classroom.shelf import list_kept_files
    from tutor.progress.tables.paths import assignment_folders

    if folder is None:
        return "none, since there is no folder for them"
    file_names = [path.name for path in list_kept_files(Path(folder))]
    folders = [str(path) for path in assignment_folders(Path(folder))]
    return f"{', '.join(file_names) or 'none'} in {join_words(folders)}"


def terminal_lines(terminal: Mapping[str, Any]) -> Iterator[str]:
    """Write the part on the terminal and the environment variables that affect it."""
    pipe_note = "" if terminal["is_terminal"] else ", but this command reads or writes a pipe"
    yield from labelled_lines(
        "Terminal", f"{terminal['columns']}×{terminal['rows']} cells, colours: {terminal['colours']}{pipe_note}"
    )
    yield from labelled_lines(
        "",
        f"output in {terminal['output_encoding']}, locale {terminal['locale_encoding']}, "
        f"formulas in {terminal['formulas']}",
    )
    dots = terminal["dots"]
    name_note = f"; {clip(dots['terminal'])}" if dots["terminal"] else ""
    octants_note = ", draws octants" if dots["draws_octants"] else ""
    yield from labelled_lines("", f"lines of pictures in {dots['drawn_in']}{name_note}{octants_note}")
    fields = terminal["fields"]
    reason = f"since {fields['why']}" if fields["why"] else "if the terminal says how large its cells are"
    yield from labelled_lines("", f"fields and images in {fields['drawn_in']}, {reason}")
    yield from labelled_lines(
        "", " ".join(f"{name}={clip(value)!r}" for name, value in terminal["environment"].items())
    )


def describe_record(record: Mapping[str, Any]) -> str:
    """Describe the record in one line."""
    if record["folder"] is None:
        return str(record["state"])
    parts = [f"{record['folder']}: {record['state']}", counted(record["attempts"], "answer")]
    if "version" in record:
        size, copies = format_fixed(record["bytes"] / 2**20, 1), counted(record.get("copies", 0), "copy")
        parts.append(f"version {record['version']}, {size} MB, {copies}")
    if record.get("schedule_fitted"):
        date, _, _ = record["schedule_fitted"].partition("T")
        parts.append(f"schedule fitted on {date}")
    if "free_bytes" in record:
        parts.append(f"{format_fixed(record['free_bytes'] / 2**30, 1)} GB of disk free")
    return "; ".join(parts)


def glyph_lines(glyphs: Mapping[str, Any]) -> Iterator[str]:
    """Write all characters of the course beyond ASCII, to be looked at, and those that this terminal may lack."""
    yield from labelled_lines(
        "Signs", f"{len(glyphs['used'])} beyond ASCII. Each should be one cell wide, and none an empty box:"
    )
    encoding = encoding_of(sys.stdout)
    used, doubtful = glyphs["used"], glyphs["doubtful"]
    spellings = [character if can_encode(character, encoding) else escape(character) for character in used]
    indent, text_width = " " * LABEL_WIDTH, LINE_WIDTH - LABEL_WIDTH
    spellings_per_line = text_width // max((len(spelling) for spelling in spellings), default=1)
    for start in range(0, len(spellings), spellings_per_line):
        yield indent + "".join(spellings[start : start + spellings_per_line])
    for reason, characters in doubtful.items():
        yield from labelled_lines("Doubtful", f"{counted(len(characters), 'sign')}: {reason}")
        if len(characters) < len(used):  # otherwise they are all those that are listed above
            yield indent + characters[:text_width] + ("…" if len(characters) > text_width else "")


def labelled_lines(label: str, text: str) -> list[str]:
    """Wrap `text` into lines after a `label`; words, such as paths, are never broken."""
    return textwrap.wrap(
        text,
        LINE_WIDTH,
        initial_indent=label.ljust(LABEL_WIDTH),
        subsequent_indent=" " * LABEL_WIDTH,
        break_long_words=False,
        break_on_hyphens=False,
    )
