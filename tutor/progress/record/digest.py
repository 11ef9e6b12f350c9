"""The digest of an export, which shows whether the file was changed after the program wrote it."""

import json
import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from tutor.patterns import compile_lazily

_VERSION = compile_lazily(r"(\d{1,9})(?:\.(\d{1,9}))?", re.ASCII)
DIGEST_KEY = "digest"
"""The key of the first line that holds the digest."""
FIRST_VERSION_WITH_DIGEST = (0, 1)
"""The first version of the program, (major, minor), that writes a digest into every export."""
FIRST_FORMAT_WITH_DIGEST = 3
"""The format of that version's exports."""


def is_digest_expected(export_format: int, program_versions: Iterable[str]) -> bool:
    """Whether an export must have a digest, so that it was changed if it has none.

    It must if one of the `program_versions` named in the export writes digests, since the export is at least as new as
    the newest of them. If none is named ("" names none), the `export_format` decides.
    """
    named_versions = {version for version in program_versions if version}
    if not named_versions:
        return export_format >= FIRST_FORMAT_WITH_DIGEST
    return any(_writes_digest(version) for version in named_versions)


def _writes_digest(version: str) -> bool:
    """Whether this version of the program writes a digest; a text that is no version counts as new."""
    match = _VERSION.match(version)
    if match is None:
        return True
    major, minor = int(match[1]), int(match[2] or 0)
    return (major, minor) >= FIRST_VERSION_WITH_DIGEST


class ExportDigest:
    """SHA-256 of the first line, without the digest itself, and of all lines below it, without their line ends.

    Anybody can compute it, so it shows that a file was edited by hand but does not prove that the program wrote it.
    """

    def __init__(self, head: Mapping[str, object]) -> None:
        """Begin with the first line of an export, `head`."""
        without_digest = {key: value for key, value in head.items() if key != DIGEST_KEY}
        self._hash = sha256(json.dumps(without_digest, sort_keys=True).encode())

    def add(self, line: bytes) -> None:
        """Add the next line, given without its end."""
        self._hash.update(b"\n" + line)

    def hexdigest(self) -> str:
        """The digest of the lines so far."""
        return self._hash.hexdigest()
