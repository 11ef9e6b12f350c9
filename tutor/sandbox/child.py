"""The process in which a learner's code runs: it reads requests from one pipe, and writes answers to another."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tutor.sandbox.guards import restrict_files, restrict_process
from tutor.sandbox.learner import LearnerCode

_CHUNK_BYTES = 1 << 16


def serve(requests: int, answers: int, seconds: float, megabytes: int) -> None:
    """Restrict this process, then answer each line of `requests` with one line of `answers` until input ends.

    `requests` and `answers` are the file descriptors of two pipes.
    """
    os.environ.clear()
    restrict_process(seconds, megabytes)
    code = LearnerCode()
    for line in _read_lines(requests):
        request = json.loads(line)
        _write_all(answers, _reply(code, request))


def _reply(code: LearnerCode, request: dict[str, object]) -> bytes:
    """The answer to `request`, with its number, as a line of JSON."""
    number = request["number"]
    try:
        return _line_of({**code.answer(request), "number": number})
    except MemoryError:  # not even enough memory to encode the result
        return _line_of({"error": {"type": "MemoryError", "message": "", "line": None}, "number": number})


def _line_of(reply: dict[str, object]) -> bytes:
    """A reply as one line of JSON."""
    return json.dumps(reply).encode() + b"\n"


def _read_lines(source: int) -> Iterator[bytes]:
    """The lines that come from a file descriptor, without their line ends; an incomplete last line is left out."""
    unfinished = b""
    while chunk := os.read(source, _CHUNK_BYTES):
        unfinished += chunk
        if b"\n" in chunk:
            *lines, unfinished = unfinished.split(b"\n")
            yield from lines


def _write_all(target: int, data: bytes) -> None:
    """Write all of `data` to a file descriptor, with several writes if one takes only a part."""
    remaining = memoryview(data)
    while remaining:
        written = os.write(target, remaining)
        remaining = remaining[written:]


def main(seconds: str, megabytes: str) -> None:
    """Serve standard input and output in a process started for one learner's code."""
    requests, replies = os.dup(0), os.dup(1)
    with Path(os.devnull).open("r+b") as null_device:  # what the code prints must not reach the pipe
        for descriptor in (0, 1, 2):
            os.dup2(null_device.fileno(), descriptor)
    restrict_files()
    serve(requests, replies, float(seconds), int(megabytes))


if __name__ == "__main__":
    main(*sys.argv[1:])
