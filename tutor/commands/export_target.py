"""What `export` writes, and where: a file that is not there yet, or standard output."""

import io
import sys
from pathlib import Path

from tutor.commands.openers import open_course, open_record
from tutor.errors import UsageError
from tutor.files import check_target, new_file, show_path
from tutor.progress.record.attempt import count_phrase
from tutor.text.output import is_terminal, say, send_bytes

OUTPUT = "-"
"""The name of standard output."""


def export_lines(file: Path, force: bool) -> None:
    """The whole record as JSON Lines.

    On standard output every sign beyond ASCII stands as its escape, so that no encoding or terminal can spoil it.

    Raises:
        ChainruleError: the file cannot be written.
    """
    from tutor.progress.record.transfer import export_record, serialise_record

    if str(file) != OUTPUT:
        say(f"{count_phrase(export_record(open_record(), file, force=force), 'attempt')} written to {show_path(file)}")
        return
    _, lines = serialise_record(open_record(), ascii=True)
    send_bytes(line.encode("ascii") for line in lines)


def export_deck(folders: tuple[Path, ...], file: Path, force: bool) -> None:
    """The questions as a deck for Anki.

    Raises:
        ChainruleError: genanki is not there, or the file cannot be written.
    """
    from tutor.export.anki import write_deck

    if str(file) == OUTPUT:
        if is_terminal(sys.stdout):
            raise UsageError("a deck for Anki is not text: send it to a file, or give a file name")
        deck = io.BytesIO()
        write_deck(open_course(folders), open_record(), deck)
        send_bytes([deck.getvalue()])
        return
    check_target(file, force=force)
    with new_file(file, force=force) as target:
        notes = write_deck(open_course(folders), open_record(), target)
    say(f"{count_phrase(notes, 'question')} written to {show_path(file)}; open it with Anki")
