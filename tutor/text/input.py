"""The one place that reads lines from standard input, from a person or a pipe, within bounds."""

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import BinaryIO, TextIO

LONGEST = 2**20
"""The most characters of a line; what follows in it is left out."""
ENDLESS = 64 * 2**20
"""A line that goes on for so many characters has no end: the input is taken as ended."""


def next_line(source: TextIO | None) -> str | None:
    """The next line without its end, at most `LONGEST` characters; `None` when there is no more input.

    Bytes that are no text in the input's encoding become U+FFFD: an answer that cannot be read costs nothing.
    """
    if source is None:
        return None
    _be_lenient(source)
    try:
        line = source.readline(LONGEST)
        if len(line) >= LONGEST and not line.endswith("\n") and not _skip_rest(source):
            return None
    except (OSError, ValueError):  # a folder, a closed input, a terminal that has gone
        return None
    return line.rstrip("\r\n") if line else None


def lines(source: TextIO | None = None) -> Iterator[str]:
    """Every line of a source, one by one."""
    while (line := next_line(source)) is not None:
        yield line


def lines_of_bytes() -> Iterator[bytes]:
    """Every line of standard input as its bytes: what has an encoding of its own, as JSON has."""
    text = io.TextIOWrapper(piped(), encoding="latin-1", newline="\n")  # each byte is a character, and back
    try:
        yield from (line.encode("latin-1") for line in lines(text))
    finally:
        text.detach()


def piped() -> BinaryIO:
    """Standard input as bytes; nothing is in one that is closed."""
    if sys.stdin is None or sys.stdin.closed:
        return io.BytesIO()
    return sys.stdin.buffer


def _be_lenient(source: TextIO) -> None:
    if isinstance(source, io.TextIOWrapper) and source.errors != "replace" and source.encoding != "latin-1":
        with contextlib.suppress(OSError, ValueError, LookupError):  # something of it was read already
            source.reconfigure(errors="replace")


def _skip_rest(source: TextIO) -> bool:
    """Leave out the rest of a line; False when it has no end."""
    skipped = 0
    while skipped < ENDLESS:
        part = source.readline(LONGEST)
        if not part or part.endswith("\n"):
            return True
        skipped += len(part)
    return False
