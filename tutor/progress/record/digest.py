"""The digest of an export: by it a reader tells whether the file is as the program wrote it."""

import json
from collections.abc import Mapping
from hashlib import sha256

DIGEST_KEY = "digest"
"""Of the first line."""


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
