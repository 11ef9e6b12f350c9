"""Writes to standard output and standard error; nothing else does.

Characters that the stream's encoding lacks get an ASCII form, control characters are shown instead of sent, and JSON
stays valid JSON. A stream that is closed, broken or full gives one line, never a traceback.
"""

import contextlib
import errno
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from tutor.characters import HIDDEN, visible
from tutor.errors import ChainruleError
from tutor.text.encodings import can_encode, transliterate

FORMULA_CHARACTERS = "−×·√∂θσ²₁ᵀ≤→│⎡"
"""Characters that two-dimensional formulas are drawn with."""

SUCCESS_CODES = (0, 3)
"""Exit codes that report no error, so that no message was printed: 0, and 3 for an answer that is not right."""

MIN_TERMINAL_SIZE = (40, 12)
"""The columns and rows that a screen needs at least."""

MAX_MESSAGE_LENGTH = 1000
"""The most characters of an error message; a longer one is shortened."""


class UnwritableError(Exception):
    """Standard output cannot be written to; the message says why and what to do."""


class ReaderGoneError(Exception):
    """Raised when nobody reads standard output any more, as after `| head`; the program then ends quietly."""


def say(*lines: str) -> None:
    """Print lines on standard output."""
    write("".join(line + "\n" for line in lines), sys.stdout)


def say_json(value: object, indent: int | None = None) -> None:
    """Print `value` as JSON on standard output: on one line, unless `indent` is given."""
    _send(to_json(value, encoding_of(sys.stdout), indent) + "\n", sys.stdout)


def send_bytes(chunks: Iterable[bytes]) -> None:
    """Write chunks of bytes to standard output unchanged, for formats that fix their encoding."""
    flush(sys.stdout)  # what was written as text comes first
    with _translate_errors(sys.stdout) as stdout:
        for chunk in chunks:
            stdout.buffer.write(chunk)
        stdout.flush()


def warn(*lines: str) -> None:
    """Print lines on standard error, ignoring failure since nobody could be told."""
    with contextlib.suppress(UnwritableError, ReaderGoneError):
        write("".join(line + "\n" for line in lines), sys.stderr)
        flush(sys.stderr)


def report_error(error: ChainruleError) -> int:
    """Print an error as one line on standard error, after flushing standard output. Returns its exit code."""
    with contextlib.suppress(UnwritableError, ReaderGoneError):
        flush(sys.stdout)
    warn("chainrule: " + shorten(" ".join(visible(str(error)).split())))
    return error.exit_code


def shorten(text: str, max_length: int = MAX_MESSAGE_LENGTH) -> str:
    """`text` in at most `max_length` characters, cut in the middle, since a message ends with its advice."""
    if len(text) <= max_length:
        return text
    gap = " … "
    half = (max_length - len(gap)) // 2
    return f"{text[:half]}{gap}{text[-half:]}"


def ask_yes_no(question: str) -> bool:
    """Ask a yes-or-no question; any answer other than `y` or `yes` counts as no."""
    from tutor.text.input import read_line

    write(f"{question} [y/N]: ", sys.stdout)
    flush(sys.stdout)
    return (read_line(sys.stdin) or "").strip().lower() in {"y", "yes"}


def show_progress(text: str) -> None:
    """Show progress on standard error, on one line that the next call overwrites; "" clears it.

    Failure is ignored, as in `warn`.
    """
    with contextlib.suppress(UnwritableError, ReaderGoneError):
        line = transliterate(visible(text), encoding_of(sys.stderr))
        end = "" if text else "\r"  # a cleared line leaves the cursor at its beginning
        _send(f"\r{line:<40}{end}", sys.stderr)  # padded with blanks, to overwrite a longer line that was there
        flush(sys.stderr)


def write(text: str, stream: TextIO | None) -> None:
    """Write `text` to `stream` in characters that its encoding has, with control characters shown.

    Raises:
        UnwritableError: the stream is closed, or its disk is full.
        ReaderGoneError: the reader has gone.
    """
    _send(transliterate(visible(text), encoding_of(stream)), stream)


def flush(stream: TextIO | None) -> None:
    """Flush `stream`; raises what `write` raises."""
    if stream is not None:
        _send("", stream, and_flush=True)


def finish(exit_code: int) -> int:
    """Flush both streams before the program ends, and return the exit code that it ends with.

    That is `exit_code`, unless it reports success although standard output could not be written: then an error is
    printed, and its code returned. If `exit_code` reports a failure, its message has been printed already.
    """
    try:
        flush(sys.stdout)
    except ReaderGoneError:  # not a failure
        pass
    except UnwritableError as error:
        if exit_code in SUCCESS_CODES:
            exit_code = report_error(ChainruleError(str(error)))
    with contextlib.suppress(UnwritableError, ReaderGoneError):
        flush(sys.stderr)
    return exit_code


def encoding_of(stream: TextIO | None) -> str:
    """The encoding in which to write to `stream`: its own, or ASCII if `CHAINRULE_ASCII` asks for it."""
    if os.environ.get("CHAINRULE_ASCII", "0") not in {"", "0"}:
        return "ascii"
    return getattr(stream, "encoding", None) or "utf-8"


def lacks_formulas(stream: TextIO | None) -> bool:
    """Whether the encoding of `stream` lacks the characters of two-dimensional formulas, so that ASCII is needed."""
    return not can_encode(FORMULA_CHARACTERS, encoding_of(stream))


def is_terminal(stream: TextIO | None) -> bool:
    """Whether `stream` is connected to a terminal."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed within Python
        return False


def open_missing_streams() -> None:
    """Open the null device for each closed standard stream (descriptors 0, 1 and 2).

    Otherwise the next file that is opened would get the stream's descriptor, and what is printed would go into it.
    """
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:  # closed: `os.open` takes the lowest free descriptor
            os.open(os.devnull, os.O_RDWR)


def to_json(value: object, encoding: str = "utf-8", indent: int | None = None) -> str:
    """`value` as JSON; hidden characters, and those that `encoding` lacks, are escaped, and NaN and ±∞ become null."""

    def dump(value: object) -> str:
        """`value` as JSON, in ASCII only if `encoding` needs that; raises `ValueError` for NaN and ±∞."""
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
        return text if can_encode(text, encoding) else json.dumps(value, indent=indent)

    try:
        text = dump(value)
    except ValueError:  # there is a number that is not finite
        text = dump(_with_nulls(value))
    return HIDDEN.sub(lambda match: _json_escape(match[0]), text)


def _json_escape(character: str) -> str:
    r"""A character as JSON escapes it, such as `\u001b`; the standard library leaves U+007F as it is."""
    return "\\u007f" if character == "\x7f" else json.dumps(character).strip('"')


def _with_nulls(value: object) -> object:
    """`value` with `None`, which is null in JSON, for each number that is not finite."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None  # no comparison with NaN is true
    if isinstance(value, dict):
        return {key: _with_nulls(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_nulls(item) for item in value]
    return value


def _send(text: str, stream: TextIO | None, and_flush: bool = False) -> None:
    """Write `text` to `stream` and, if `and_flush`, flush it; raises what `write` raises."""
    with _translate_errors(stream) as open_stream:
        if text:
            open_stream.write(text)
        if and_flush:
            open_stream.flush()


@contextlib.contextmanager
def _translate_errors(stream: TextIO | None) -> Iterator[TextIO]:
    """Yield `stream`, and turn errors raised in the `with` block into `ReaderGoneError` or `UnwritableError`."""
    if stream is None:
        raise _unwritable("it is closed")
    try:
        yield stream
    except OSError as error:
        _stop_writing(stream)
        is_reader_gone = error.errno == errno.EPIPE or (os.name == "nt" and error.errno == errno.EINVAL)
        if is_reader_gone:
            raise ReaderGoneError from None
        raise _unwritable(error.strerror or str(error)) from None
    except ValueError as error:  # closed by Python code, or an unsuitable encoding
        _stop_writing(stream)
        raise _unwritable(str(error)) from None


def _unwritable(why: str) -> UnwritableError:
    return UnwritableError(f"the output cannot be written ({why}); send it to a file or a terminal that takes it")


def _stop_writing(stream: TextIO) -> None:
    """Connect `stream` to the null device: at exit Python flushes its buffer, which would fail again otherwise."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        null_device = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null_device, stream.fileno())
        os.close(null_device)
