"""The one place that writes to standard output and standard error.

It decides how each sign is written: what the stream's encoding lacks gets its ASCII form, what would act on a
terminal is shown, and JSON stays JSON. A stream that is closed, broken or full ends in one line, never in a traceback.
"""

import contextlib
import errno
import json
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from tutor.errors import ChainruleError
from tutor.text.encodings import can_carry, carried
from tutor.text.signs import HIDDEN, visible

FORMULAS = "−×·√∂θσ²₁ᵀ≤→│⎡"
"""Signs that a formula in two dimensions is made of."""

UNTOLD = (0, 3)
"""Exit codes with which nothing was said on standard error: all went well, or an answer is not right."""

LONGEST = 1000
"""The most characters of a message about an error."""


class UnwritableError(Exception):
    """Standard output takes nothing more; the message says why and what to do."""


class ReaderGoneError(Exception):
    """Nobody reads standard output any more (`| head`): nothing is left to say, and no one to say it to."""


def say(*lines: str) -> None:
    """Print lines on standard output."""
    write("".join(line + "\n" for line in lines), sys.stdout)


def say_json(value: object, indent: int | None = None) -> None:
    """Print `value` as JSON on standard output: on one line, unless `indent` is given."""
    _send(in_json(value, encoding_of(sys.stdout), indent) + "\n", sys.stdout)


def send_bytes(parts: Iterable[bytes]) -> None:
    """Write bytes on standard output as they are: what has an encoding of its own, whatever the terminal's is."""
    flush(sys.stdout)
    with _minding(sys.stdout) as ready:
        for part in parts:
            ready.buffer.write(part)
        ready.flush()


def warn(*lines: str) -> None:
    """Print lines on standard error; when it takes none, there is nobody to tell."""
    with contextlib.suppress(UnwritableError, ReaderGoneError):
        write("".join(line + "\n" for line in lines), sys.stderr)
        flush(sys.stderr)


def complain(error: ChainruleError) -> int:
    """Say an error in one line on standard error, after all that was printed before it; its exit code."""
    with contextlib.suppress(UnwritableError, ReaderGoneError):
        flush(sys.stdout)
    warn("chainrule: " + shortened(" ".join(visible(str(error)).split())))
    return error.exit_code


def shortened(text: str, most: int = LONGEST) -> str:
    """`text` in at most `most` characters: what is too much is left out in the middle, since advice stands last."""
    if len(text) <= most:
        return text
    half = (most - 3) // 2
    return f"{text[:half]} … {text[-half:]}"


def confirmed(question: str) -> bool:
    """Ask whether something is to be done; no answer is a no."""
    from tutor.text.input import next_line

    write(f"{question} [y/N]: ", sys.stdout)
    flush(sys.stdout)
    return (next_line(sys.stdin) or "").strip().lower() in {"y", "yes"}


def passing(text: str) -> None:
    """Say on standard error how far something is, on one line that the next takes the place of."""
    with contextlib.suppress(UnwritableError, ReaderGoneError):
        shown = carried(visible(text), encoding_of(sys.stderr))
        _send(f"\r{shown:<40}" + ("" if text else "\r"), sys.stderr)
        flush(sys.stderr)


def write(text: str, stream: TextIO | None) -> None:
    """Write `text` to `stream` in signs that it carries, with nothing in it that a terminal would obey.

    Raises:
        UnwritableError: the stream is closed, or its disk is full.
        ReaderGoneError: the reader has gone.
    """
    _send(carried(visible(text), encoding_of(stream)), stream)


def flush(stream: TextIO | None) -> None:
    """Send on what was written; raises what `write` does."""
    if stream is not None:
        _send("", stream, now=True)


def finish(code: int) -> int:
    """Send on all that was written, before the program ends; its exit code, which is not 0 when that fails."""
    try:
        flush(sys.stdout)
    except ReaderGoneError:
        pass
    except UnwritableError as error:
        code = complain(ChainruleError(str(error))) if code in UNTOLD else code
    with contextlib.suppress(UnwritableError, ReaderGoneError):
        flush(sys.stderr)
    return code


def encoding_of(stream: TextIO | None) -> str:
    """The encoding in which signs reach `stream`'s reader: ASCII when the learner wants nothing else."""
    if os.environ.get("CHAINRULE_ASCII", "0") not in {"", "0"}:
        return "ascii"
    return getattr(stream, "encoding", None) or "utf-8"


def lacks_formulas(stream: TextIO | None) -> bool:
    """Whether formulas must be spelled out for `stream`, on one line."""
    return not can_carry(FORMULAS, encoding_of(stream))


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person sits at the other end of `stream`."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed within Python
        return False


def open_ends() -> None:
    """Give the program a standard input, output and error where one is closed, so that no file takes its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def in_json(value: object, encoding: str = "utf-8", indent: int | None = None) -> str:
    """`value` as JSON in signs that `encoding` has; hidden ones and the others by their numbers."""

    def made(value: object) -> str:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=indent)
        return text if can_carry(text, encoding) else json.dumps(value, indent=indent)

    try:
        text = made(value)
    except ValueError:
        text = made(_finite(value))
    return HIDDEN.sub(lambda found: "\\u007f" if found[0] == "\x7f" else json.dumps(found[0])[1:-1], text)


def _finite(value: object) -> object:
    """`value` with null for numbers that JSON does not have."""
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _send(text: str, stream: TextIO | None, now: bool = False) -> None:
    with _minding(stream) as ready:
        if text:
            ready.write(text)
        if now:
            ready.flush()


@contextlib.contextmanager
def _minding(stream: TextIO | None) -> Iterator[TextIO]:
    """The stream, whose faults become ours."""
    if stream is None:
        raise _gone("it is closed")
    try:
        yield stream
    except OSError as error:
        _stop_writing(stream)
        if error.errno == errno.EPIPE or (os.name == "nt" and error.errno == errno.EINVAL):  # the latter on Windows
            raise ReaderGoneError from None
        raise _gone(error.strerror or str(error)) from None
    except ValueError as error:  # closed within Python, or an encoding that takes no text
        _stop_writing(stream)
        raise _gone(str(error)) from None


def _gone(why: str) -> UnwritableError:
    return UnwritableError(f"the output cannot be written ({why}); send it to a file or a terminal that takes it")


def _stop_writing(stream: TextIO) -> None:
    """Let what is still in `stream` go nowhere, so that Python does not fail on it when the program ends."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
