"""Reads lines from standard input, typed or piped, with a bound on their length. Nothing else reads it."""

import contextlib
import io
import sys
from collections.abc import Iterator
from typing import BinaryIO, TextIO

MAX_LINE_LENGTH = 2**20
"""The most characters of a line that are read; the rest of a longer line is skipped."""
MAX_SKIPPED_LENGTH = 64 * 2**20
"""The most characters that are skipped; a line that is even longer counts as the end of the input."""


def read_line(source: TextIO | None) -> str | None:
    """The next line without its end, at most `MAX_LINE_LENGTH` characters; `None` when there is no more input.

    Bytes that the encoding cannot decode become U+FFFD, since an answer that cannot be read costs nothing.
    """
    if source is None:
        return None
    _tolerate_bad_bytes(source)
    try:
        line = source.readline(MAX_LINE_LENGTH)
        is_cut = len(line) >= MAX_LINE_LENGTH and not line.endswith("\n")
        if is_cut and not _skip_rest(source):
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
    # `read_lines` needs text. Latin-1 maps each byte to one character and back, so no byte is changed.
    text = io.TextIOWrapper(stdin_bytes(), encoding="latin-1", newline="\n")
    try:
        for line in read_lines(text):
            yield line.encode("latin-1")
    finally:
        text.detach()  # leaves standard input open


def stdin_bytes() -> BinaryIO:
    """Standard input as bytes; an empty stream if it is closed."""
    if sys.stdin is None or sys.stdin.closed:
        return io.BytesIO()
    return sys.stdin.buffer


def _tolerate_bad_bytes(source: TextIO) -> None:
    """Let `source` replace bytes that it cannot decode, instead of raising; Latin-1 can decode every byte."""
    if isinstance(source, io.TextIOWrapper) and source.errors != "replace" and source.encoding != "latin-1":
        with contextlib.suppress(OSError, ValueError, LookupError):  # not possible once something was read
            source.reconfigure(errors="replace")


def _skip_rest(source: TextIO) -> bool:
    """Skip the rest of a line; False if the line does not end within `MAX_SKIPPED_LENGTH` characters."""
    skipped_length = 0
    while skipped_length < MAX_SKIPPED_LENGTH:
        part = source.readline(MAX_LINE_LENGTH)
        if not part or part.endswith("\n"):
            return True
        skipped_length += len(part)
    return False
