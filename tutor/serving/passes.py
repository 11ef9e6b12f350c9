"""Sign-ins: what a browser shows to be let in again, of which only hashes are kept, on disk beside the roster.

So they outlive the server that gave them. A sign-in ends after twelve hours, when it is given back, and when its
learner leaves the roster or gets another token.
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
from tutor.serving.roster import Member

VERSION = 1
MAX_PASSES = 2000
"""Sign-ins that are remembered; the oldest makes room."""
MAX_BYTES = 1 << 21
PASS_SECONDS = 12 * 3600.0
"""How long one is good."""


@dataclass(frozen=True)
class Pass:
    """What is kept of one sign-in."""

    name: str
    """The learner's, as the roster has it."""
    entry: str
    """A hash of the roster's entry: another token is another entry."""
    until: float
    """Seconds since 1970."""


class Passes:
    """The sign-ins of a roster."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path = path
        self._clock = clock
        self._stamp = _stamp(path)
        self._kept = _read(path)
        self._given: dict[str, Pass] = {}
        """Those that are not on disk yet."""
        self._ended: set[str] = set()
        """Those that still are."""

    def give(self, learner: Member) -> str:
        """A new sign-in for a learner."""
        made = secrets.token_urlsafe(32)
        self._given[_hash(made)] = Pass(learner.name, entry_of(learner), self._clock() + PASS_SECONDS)
        self._given = dict([*self._given.items()][-MAX_PASSES:])
        return made

    def find(self, shown: str | None) -> Pass | None:
        """What is kept of a sign-in that is still good."""
        if not shown:
            return None
        key = _hash(shown)
        self._refresh()
        found = None if key in self._ended else self._given.get(key) or self._kept.get(key)
        return found if found is not None and self._clock() <= found.until <= self._clock() + PASS_SECONDS else None

    def end(self, shown: str | None) -> None:
        """Make a sign-in worthless."""
        key = _hash(shown) if shown else ""
        if key in self._given or key in self._kept:
            self._ended.add(key)

    def save(self) -> None:
        """Keep the sign-ins on disk, beside those that other servers of the same roster have kept there.

        Raises:
            ChainruleError: the file cannot be written.
        """
        with locked(self.path):
            self._refresh()
            now = self._clock()
            both = (self._kept | self._given).items()
            good = [(key, each) for key, each in both if each.until >= now and key not in self._ended]
            kept = dict(good[-MAX_PASSES:])
            document = {"version": VERSION, "passes": {key: asdict(found) for key, found in kept.items()}}
            write_file(self.path, json.dumps(document, ensure_ascii=False) + "\n", force=True)
            self._kept, self._given, self._ended, self._stamp = kept, {}, set(), _stamp(self.path)

    def _refresh(self) -> None:
        """Read the file if another server has written it."""
        stamp = _stamp(self.path)
        if stamp is not None and stamp != self._stamp:
            self._kept, self._stamp = _read(self.path), stamp


def _stamp(path: Path) -> tuple[int, int] | None:
    """By which it is known whether the file has changed; `None` when it is not there."""
    with suppress(OSError):
        status = path.stat()
        return status.st_mtime_ns, status.st_ino
    return None


def entry_of(learner: Member) -> str:
    """A hash of a learner's entry in the roster."""
    return hashlib.sha256(f"{learner.salt}:{learner.hash}".encode()).hexdigest()


def _hash(made: str) -> str:
    """Of 256 random bits, which nobody can try out: one round is enough."""
    return hashlib.sha256(made.encode("utf-8", "replace")).hexdigest()


def _read(path: Path) -> dict[str, Pass]:
    """What was kept; nothing where the file is not there or makes no sense: then everybody signs in again."""
    with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        with open_to_read(path) as file:
            document: Any = json.loads(file.read(MAX_BYTES))
        if document["version"] == VERSION:
            found = {str(key): _pass(entry) for key, entry in document["passes"].items()}
            return dict(list(found.items())[-MAX_PASSES:])
    return {}


def _pass(entry: Any) -> Pass:
    return Pass(str(entry["name"]), str(entry["entry"]), float(entry["until"]))
