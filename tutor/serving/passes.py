"""Passes: what a browser that has signed in shows to be let in again. Only hashes are kept, beside the roster.

So they outlive the server that gave them. A pass ends after twelve hours, when its learner signs out, and when she
leaves the roster or gets another token.
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
"""Passes that are remembered; the oldest makes room."""
MAX_PASSES_BYTES = 1 << 21
PASS_SECONDS = 12 * 3600.0
"""How long a pass is good."""


@dataclass(frozen=True)
class Pass:
    """What is kept of one pass."""

    name: str
    """The learner's, as the roster has it."""
    entry: str
    """A hash of the roster's entry: another token is another entry."""
    until: float
    """Seconds since 1970."""


class Passes:
    """The passes that the learners of a roster were given."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._stamp = _file_stamp(path)
        self._kept = _read_passes(path)
        self._given: dict[str, Pass] = {}
        """Hash → a pass that is not on disk yet; `_kept` has those that are."""
        self._ended: set[str] = set()
        """The hashes of passes that have ended and are still on disk."""

    def give(self, learner: RosterEntry) -> str:
        """A new pass for a learner, as her browser is to show it."""
        shown = secrets.token_urlsafe(32)
        self._given[_hash_pass(shown)] = Pass(learner.name, entry_of(learner), self._clock() + PASS_SECONDS)
        self._given = dict([*self._given.items()][-MAX_PASSES:])
        return shown

    def find(self, shown: str | None) -> Pass | None:
        """What is kept of the pass that a browser has `shown`, if it is still good."""
        if not shown:
            return None
        key = _hash_pass(shown)
        self._refresh()
        found = None if key in self._ended else self._given.get(key) or self._kept.get(key)
        now = self._clock()
        # One that would last longer than any that is given comes from a clock that was wrong.
        return found if found is not None and now <= found.until <= now + PASS_SECONDS else None

    def end(self, shown: str | None) -> None:
        """Make a pass worthless."""
        key = _hash_pass(shown) if shown else ""
        if key in self._given or key in self._kept:
            self._ended.add(key)

    def save(self) -> None:
        """Keep the passes on disk, beside those that other servers of the same roster have kept there.

        Raises:
            ChainruleError: the file cannot be written.
        """
        with locked(self.path):
            self._refresh()
            now = self._clock()
            all_passes = (self._kept | self._given).items()
            good = [(key, each) for key, each in all_passes if each.until >= now and key not in self._ended]
            kept = dict(good[-MAX_PASSES:])
            document = {"version": VERSION, "passes": {key: asdict(found) for key, found in kept.items()}}
            write_file(self.path, json.dumps(document, ensure_ascii=False) + "\n", force=True)
            self._kept, self._given, self._ended, self._stamp = kept, {}, set(), _file_stamp(self.path)

    def _refresh(self) -> None:
        """Read the file if another server has written it."""
        stamp = _file_stamp(self.path)
        if stamp is not None and stamp != self._stamp:
            self._kept, self._stamp = _read_passes(self.path), stamp


def _file_stamp(path: Path) -> tuple[int, int] | None:
    """By which it is known whether the file has changed; `None` when it is not there."""
    with suppress(OSError):
        status = path.stat()
        return status.st_mtime_ns, status.st_ino
    return None


def entry_of(learner: RosterEntry) -> str:
    """A hash of a learner's entry in the roster."""
    return hashlib.sha256(f"{learner.salt}:{learner.hash}".encode()).hexdigest()


def _hash_pass(shown: str) -> str:
    """Of 256 random bits, which nobody can try out: one round is enough."""
    return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()


def _read_passes(path: Path) -> dict[str, Pass]:
    """What was kept; nothing where the file is not there or makes no sense: then everybody signs in again."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        with open_to_read(path) as file:
            document: Any = json.loads(file.read(MAX_PASSES_BYTES))
        if document["version"] == VERSION:
            found = {str(key): _make_pass(entry) for key, entry in document["passes"].items()}
            return dict(list(found.items())[-MAX_PASSES:])
    return {}


def _make_pass(entry: Any) -> Pass:
    return Pass(str(entry["name"]), str(entry["entry"]), float(entry["until"]))
