"""The process in which a learner's code runs: it reads requests from one pipe, and writes answers to another."""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from tutor.sandbox.guards import restrict_files, restrict_process
from tutor.sandbox.learner import LearnerCode

_CHUNK = 1 << 16


def serve(requests: int, answers: int, seconds: float, megabytes: int) -> None:
    """Restrict this process, then answer each line of `requests` with one line of `answers` until input ends."""
    os.environ.clear()
    restrict_process(seconds, megabytes)
    code = LearnerCode()
    for line in _read_lines(requests):
        request = json.loads(line)
        _write_all(answers, _reply(code, request))


def _reply(code: LearnerCode, request: dict[str, object]) -> bytes:
    number = request["number"]
    try:
        return json.dumps({**code.answer(request), "number": number}).encode() + b"\n"
    except MemoryError:
        return (
            json.dumps({"error": {"type": "MemoryError", "message": "", "line": None}, "number": number}).encode()
            + b"\n"
        )


def _read_lines(source: int) -> Iterator[bytes]:
    rest = b""
    while part := os.read(source, _CHUNK):
        rest += part
        *lines, rest = rest.split(b"\n") if b"\n" in part else (rest,)
        yield from lines


def _write_all(target: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(target, view) :]


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
