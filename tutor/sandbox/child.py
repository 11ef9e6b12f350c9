"""The process in which a learner's code runs: it reads requests from one pipe, and writes replies to another."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tutor.sandbox.guards import restrict_files, restrict_process
from tutor.sandbox.learner import LearnerCode

_CHUNK_BYTES = 1 << 16


def serve(requests: int, replies: int, *, seconds: float, megabytes: int) -> None:
    """Restrict this process, then write a line to `replies` for each line of `requests`, until the input ends.

    Args:
        requests: the file descriptor of a pipe to read from.
        replies: the file descriptor of a pipe to write to.
        seconds: the processor time that the learner's code may use.
        megabytes: the memory that it may use.
    """
    os.environ.clear()
    restrict_process(seconds, megabytes)
    learner_code = LearnerCode()
    for line in _read_lines(requests):
        request = json.loads(line)
        _write_all(replies, _reply_line(learner_code, request))


def _reply_line(learner_code: LearnerCode, request: dict[str, object]) -> bytes:
    """The reply to `request` as a line of JSON; it has the number of the request, so that the two are matched."""
    number = request["number"]
    try:
        return _encode_line({**learner_code.reply_to(request), "number": number})
    except MemoryError:  # not even enough memory to encode the result
        return _encode_line({"error": {"type": "MemoryError", "message": "", "line": None}, "number": number})


def _encode_line(reply: dict[str, object]) -> bytes:
    """A reply as one line of JSON."""
    return json.dumps(reply).encode() + b"\n"


def _read_lines(descriptor: int) -> Iterator[bytes]:
    """The lines that come from a file descriptor, without their line ends; an incomplete last line is left out."""
    unfinished = b""
    while chunk := os.read(descriptor, _CHUNK_BYTES):
        unfinished += chunk
        if b"\n" in chunk:
            *lines, unfinished = unfinished.split(b"\n")
            yield from lines


def _write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data` to a file descriptor, with several writes if one takes only a part."""
    remaining = memoryview(data)
    while remaining:
        written_bytes = os.write(descriptor, remaining)
        remaining = remaining[written_bytes:]


def main(seconds: str, megabytes: str) -> None:
    """Serve standard input and output in a process started for one learner's code; the arguments are its limits."""
    requests, replies = os.dup(0), os.dup(1)
    with Path(os.devnull).open("r+b") as null_device:  # what the code prints must not reach the pipe
        for descriptor in (0, 1, 2):
            os.dup2(null_device.fileno(), descriptor)
    restrict_files()
    serve(requests, replies, seconds=float(seconds), megabytes=int(megabytes))


if __name__ == "__main__":
    main(*sys.argv[1:])
