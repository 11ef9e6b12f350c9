"""Text files from other programs: read up to a limit and decoded by their content, or refused in one line."""

import codecs
import re
import stat
import sys
from pathlib import Path

from tutor.errors import UsageError, clip
from tutor.files import STANDARD_STREAM, open_to_read

MAX_TEXT_BYTES = 5_000_000
"""The size of the largest file that is read; 10,000 points take less than a tenth of it."""
STDIN = Path(STANDARD_STREAM)

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
"""Characters that no text contains: control characters other than tabs and the ends of lines and pages."""


def format_path(path: Path) -> str:
    """The name of a file in messages: its path, printable and shortened to a line, or "standard input"."""
    return "standard input" if path == STDIN else clip(str(path), 120)


def read_text(path: Path, expected: str) -> str:
    """The text of a file, or of standard input for `-`.

    Args:
        path: Where it lies.
        expected: What it should contain, for messages: "a table of points, such as CSV".

    Raises:
        UsageError: it cannot be read, is no regular file, is too large, or is not text.
    """
    data = _read_bytes(path, expected)
    if len(data) > MAX_TEXT_BYTES:
        raise UsageError(
            f"{format_path(path)}: larger than {MAX_TEXT_BYTES // 1_000_000} MB; give {expected} of at most that size"
        )
    if data.startswith(b"PK\x03\x04"):
        raise UsageError(f"{format_path(path)}: this is a spreadsheet or a zip archive; export the table as CSV text")
    text = _decode(data).rstrip("\x1a")  # the end-of-file mark of DOS programs
    if _CONTROL_CHARACTERS.search(text):
        raise UsageError(f"{format_path(path)}: this is not a text file; give {expected}")
    return text


def _read_bytes(path: Path, expected: str) -> bytes:
    """Read at most `MAX_TEXT_BYTES` + 1 bytes of a file, one more than allowed, to see whether it is too large.

    Raises:
        UsageError: it cannot be read, or is no regular file.
    """
    try:
        if path == STDIN:
            if sys.stdin is None or sys.stdin.closed:
                raise UsageError(f"standard input is closed; name a file with {expected}")
            return sys.stdin.buffer.read(MAX_TEXT_BYTES + 1)
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise UsageError(f"{format_path(path)} is a folder; name a file with {expected}")
        if not stat.S_ISREG(mode):
            raise UsageError(f"{format_path(path)} is not a regular file; name a file, or pipe it in and write -")
        if path.stat().st_size > MAX_TEXT_BYTES:  # not read: `read_text` refuses any bytes of this length
            return b" " * (MAX_TEXT_BYTES + 1)
        with open_to_read(path) as file:
            return file.read(MAX_TEXT_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{format_path(path)} cannot be read ({error.strerror}); name a file that exists") from None
    except ValueError:  # a NUL in its name
        raise UsageError(f"{format_path(path)} cannot be the name of a file; name a file that exists") from None


def _decode(data: bytes) -> str:
    """`data` as text: by its byte order mark, else as UTF-16, UTF-8 or Windows-1252, whichever the bytes allow."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if b"\0" in data[:4000]:  # no text in UTF-8 or Windows-1252 has a zero byte
        return data.decode(_guess_utf16(data[:4000]), errors="replace")
    for encoding in ("utf-8", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")  # Windows-1252 lacks a few bytes; Latin-1 decodes every byte


def _guess_utf16(data: bytes) -> str:
    """Guess the encoding of bytes with zeros among them: UTF-16 in one byte order, or Latin-1 if this is no text.

    In UTF-16 nearly every second byte of a Western text is zero.
    """
    zeros_at_even, zeros_at_odd = data[::2].count(0), data[1::2].count(0)
    half = len(data) / 2
    if zeros_at_odd > 0.8 * half and zeros_at_even < 0.1 * half:
        return "utf-16-le"
    if zeros_at_even > 0.8 * half and zeros_at_odd < 0.1 * half:
        return "utf-16-be"
    return "latin-1"  # this keeps the zeros, for which `read_text` refuses the file
