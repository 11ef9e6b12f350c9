"""Reads lines from standard input, typed or piped, with a bound on their length. Nothing else reads it."""

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import BinaryIO, TextIO

MAX_LINE_LENGTH = 2**20
"""Characters; the rest of a longer line is skipped."""
MAX_SKIPPED_LENGTH = 64 * 2**20
"""The most characters of a line; a longer one counts as the end of the input."""


def read_line(source: TextIO | None) -> str | None:
    """The next line without its end, at most `MAX_LINE_LENGTH` characters; `None` when there is no more input.

    Bytes that the encoding cannot decode become U+FFFD, since an answer that cannot be read costs nothing.
    """
    if source is None:
        return None
    _tolerate_bad_bytes(source)
    try:
        line = source.readline(MAX_LINE_LENGTH)
        if len(line) >= MAX_LINE_LENGTH and not line.endswith("\n") and not _skip_rest(source):
            return None
    except (OSError, ValueError):  # a folder, a closed input, a terminal that has gone
        return None
    return line.rstrip("\r\n") if line else None


def read_lines(source: TextIO | None = None) -> Iterator[str]:
    """The lines of `source`, one by one, without their ends."""
    while (line := read_line(source)) is not None:
        yield line


def read_byte_lines() -> Iterator[bytes]:
    """The lines of standard input as bytes, for formats that fix their encoding, such as JSON."""
    text = io.TextIOWrapper(stdin_bytes(), encoding="latin-1", newline="\n")  # each byte is a character, and back
    try:
        yield from (line.encode("latin-1") for line in read_lines(text))
    finally:
        text.detach()


def stdin_bytes() -> BinaryIO:
    """Standard input as bytes; empty when it is closed."""
    if sys.stdin is None or sys.stdin.closed:
        return io.BytesIO()
    return sys.stdin.buffer


def _tolerate_bad_bytes(source: TextIO) -> None:
    """Let `source` replace bytes that it cannot decode, instead of raising."""
    if isinstance(source, io.TextIOWrapper) and source.errors != "replace" and source.encoding != "latin-1":
        with contextlib.suppress(OSError, ValueError, LookupError):  # something of it was read already
            source.reconfigure(errors="replace")


def _skip_rest(source: TextIO) -> bool:
    """Skip the rest of a line; False when it has no end."""
    skipped = 0
    while skipped < MAX_SKIPPED_LENGTH:
        part = source.readline(MAX_LINE_LENGTH)
        if not part or part.endswith("\n"):
            return True
        skipped += len(part)
    return False
