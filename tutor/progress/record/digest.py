"""The digest of an export: by it a reader tells whether the file is as the program wrote it."""

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from tutor.patterns import compile_lazily

_VERSION = compile_lazily(r"(\d{1,9})(?:\.(\d{1,9}))?", re.ASCII)
DIGEST_KEY = "digest"
"""Of the first line."""
FIRST_PROGRAM = (0, 1)
"""The first version that writes a digest into every export."""
FIRST_FORMAT = 3
"""The format of its exports."""


def is_digest_expected(format: int, programs: Iterable[str]) -> bool:
    """Whether one of the programs that an export names writes a digest; where it names none, its format decides.

    An export is at least as new as the newest program that graded an answer in it. What is no version counts as new.
    """
    named = {program for program in programs if program}
    return any(map(_writes_digest, named)) if named else format >= FIRST_FORMAT


def _writes_digest(program: str) -> bool:
    numbers = _VERSION.match(program)
    return numbers is None or (int(numbers[1]), int(numbers[2] or 0)) >= FIRST_PROGRAM


class ExportDigest:
    """SHA-256 of the first line, without the digest itself, and of all lines below it, without their ends.

    Anybody can compute it: it shows that a file was edited by hand, not that it was made by an honest program.
    """

    def __init__(self, head: Mapping[str, object]) -> None:
        kept = {key: value for key, value in head.items() if key != DIGEST_KEY}
        self._hash = sha256(json.dumps(kept, sort_keys=True).encode())

    def add(self, line: bytes) -> None:
        """Go on with the next line."""
        self._hash.update(b"\n" + line)

    def hexdigest(self) -> str:
        """The digest of what was added so far."""
        return self._hash.hexdigest()
