"""Passes: what a browser that has signed in shows to be let in again. Only hashes are kept, beside the roster.

Since they are kept on disk, passes outlive the server that gave them. A pass ends after twelve hours, when its learner
signs out, and when she leaves the roster or gets another token.
"""

import hashlib
import json
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tutor.files import open_to_read, write_file
from tutor.serving.lock import locked
from tutor.serving.roster import RosterEntry

VERSION = 1
MAX_PASSES = 2000
"""The most passes that are remembered; the oldest is dropped for a new one."""
MAX_PASSES_BYTES = 1 << 21
PASS_SECONDS = 12 * 3600.0
"""How long a pass is valid, in seconds."""


@dataclass(frozen=True)
class Pass:
    """What is kept of one pass."""

    name: str
    """The learner's name in the roster."""
    entry: str
    """A hash of the learner's entry in the roster, which changes with her token."""
    until: float
    """When the pass ends, in seconds since 1970."""


class Passes:
    """The passes that the learners of a roster were given."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._stamp = _file_stamp(path)
        self._on_disk = _read_passes(path)
        """Hash → a pass that is on disk."""
        self._unsaved: dict[str, Pass] = {}
        """Hash → a pass that was given since the last save."""
        self._ended: set[str] = set()
        """The hashes of passes that have ended but are still in `_on_disk` or `_unsaved`."""

    def give(self, learner: RosterEntry) -> str:
        """Give a learner a new pass: return its text, which her browser is to show."""
        pass_text = secrets.token_urlsafe(32)
        self._unsaved[_hash_pass(pass_text)] = Pass(learner.name, hash_entry(learner), self._clock() + PASS_SECONDS)
        self._unsaved = _newest_passes(self._unsaved)
        return pass_text

    def find(self, pass_text: str | None) -> Pass | None:
        """What is kept of the pass with this text; `None` if it is not valid (any more)."""
        if not pass_text:
            return None
        pass_hash = _hash_pass(pass_text)
        self._refresh()
        found = self._unsaved.get(pass_hash) or self._on_disk.get(pass_hash)
        if found is None or pass_hash in self._ended:
            return None
        now = self._clock()
        # A pass that lasts longer than `PASS_SECONDS` from now was given while the clock was wrong.
        return found if now <= found.until <= now + PASS_SECONDS else None

    def end(self, pass_text: str | None) -> None:
        """End the pass with this text, if there is one."""
        pass_hash = _hash_pass(pass_text) if pass_text else ""
        if pass_hash in self._unsaved or pass_hash in self._on_disk:
            self._ended.add(pass_hash)

    def save(self) -> None:
        """Save the passes to disk, together with those that other servers of the same roster have saved there.

        Raises:
            ChainruleError: the file cannot be written.
        """
        with locked(self.path):
            self._refresh()
            now = self._clock()
            valid: dict[str, Pass] = {}
            for pass_hash, learner_pass in (self._on_disk | self._unsaved).items():
                if learner_pass.until >= now and pass_hash not in self._ended:
                    valid[pass_hash] = learner_pass
            valid = _newest_passes(valid)
            passes = {pass_hash: asdict(learner_pass) for pass_hash, learner_pass in valid.items()}
            document = {"version": VERSION, "passes": passes}
            write_file(self.path, json.dumps(document, ensure_ascii=False) + "\n", force=True)
            self._on_disk, self._unsaved, self._ended = valid, {}, set()
            self._stamp = _file_stamp(self.path)

    def _refresh(self) -> None:
        """Read the file if another server has written it; if it was deleted, nothing changes."""
        stamp = _file_stamp(self.path)
        if stamp is not None and stamp != self._stamp:
            self._on_disk, self._stamp = _read_passes(self.path), stamp


def _newest_passes(passes: dict[str, Pass]) -> dict[str, Pass]:
    """The newest `MAX_PASSES`: new passes are added at the end."""
    return dict(list(passes.items())[-MAX_PASSES:])


def _file_stamp(path: Path) -> tuple[int, int] | None:
    """When the file was written (ns) and its inode, which tell whether it has changed; `None` when it is not there."""
    with suppress(OSError):
        status = path.stat()
        return status.st_mtime_ns, status.st_ino
    return None


def hash_entry(learner: RosterEntry) -> str:
    """A hash of a learner's entry in the roster, which another token changes."""
    return hashlib.sha256(f"{learner.salt}:{learner.hash}".encode()).hexdigest()


def _hash_pass(pass_text: str) -> str:
    """The hash of a pass; one round is enough for 256 random bits, since nobody can try them out."""
    return hashlib.sha256(pass_text.encode("utf-8", "replace")).hexdigest()


def _read_passes(path: Path) -> dict[str, Pass]:
    """The saved passes; none if the file is missing or invalid, so that everybody must sign in again."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        with open_to_read(path) as file:
            document: Any = json.loads(file.read(MAX_PASSES_BYTES))
        if document["version"] == VERSION:
            return _newest_passes(
                {str(pass_hash): _make_pass(entry) for pass_hash, entry in document["passes"].items()}
            )
    return {}


def _make_pass(entry: Any) -> Pass:
    """A pass from its JSON; the exceptions for an invalid value are left to the caller."""
    return Pass(str(entry["name"]), str(entry["entry"]), float(entry["until"]))
