"""Who may come in: names, each with a token of which only a hash is kept."""

import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tutor.errors import ChainruleError, UsageError, nearest
from tutor.files import open_to_read, show_path, system_reason, write_file
from tutor.serving.lock import locked

VERSION = 1
MAX_ROSTER_BYTES = 4 << 20
TOKEN_CHARACTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""The characters of tokens, without any that are easily confused when read aloud or copied by hand."""
TOKEN_GROUPS, TOKEN_GROUP_LENGTH = 4, 5
"""Twenty characters out of 31: 99 bits."""
MAX_TOKEN_LENGTH = 100
"""Longer texts are not tokens, and are not hashed."""
SCRYPT = {"n": 1 << 14, "r": 8, "p": 1}
"""The parameters of scrypt: hashing one token takes 16 MB and some hundredths of a second."""
SALT_BYTES, HASH_BYTES = 16, 32
MAX_FOLDER_LENGTH = 60
"""The most characters in the name of the folder of a learner's record."""


@dataclass(frozen=True)
class RosterEntry:
    """A learner as the roster has her: the name, and the hash of the token with its salt."""

    name: str
    salt: str
    hash: str

    @property
    def folder(self) -> str:
        """The name of the folder of this learner's record: `ada-lovelace-1a2b3c4d`, always the same for a name.

        The end is a part of a hash of the name: it distinguishes names with the same ASCII letters and digits.
        """
        name = _normalise_name(self.name)
        kept_or_blank = (character if character.isascii() and character.isalnum() else " " for character in name)
        words = "".join(kept_or_blank).split()
        name_hash = hashlib.sha256(name.encode()).hexdigest()[:8]
        return "-".join([*words, name_hash])[-MAX_FOLDER_LENGTH:]  # cut at the beginning, so that the hash stays


def _normalise_name(name: str) -> str:
    """A name in the form that is compared: lower case, single spaces, and each accented letter as one character."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _hash_token(token: str, salt: str) -> str:
    """The hash of a token, in hexadecimal digits; blanks, hyphens and capitals in it make no difference."""
    canonical = "".join(token.split()).replace("-", "").lower()[:MAX_TOKEN_LENGTH]
    hash = hashlib.scrypt(canonical.encode("utf-8", "replace"), salt=bytes.fromhex(salt), dklen=HASH_BYTES, **SCRYPT)
    return hash.hex()


UNKNOWN_LEARNER = RosterEntry("", secrets.token_hex(SALT_BYTES), secrets.token_hex(HASH_BYTES))
"""Stands in for an unknown name, so that checking it takes as long as checking a known name."""


def new_token() -> str:
    """A token that nobody can guess."""
    groups = ("".join(secrets.choice(TOKEN_CHARACTERS) for _ in range(TOKEN_GROUP_LENGTH)) for _ in range(TOKEN_GROUPS))
    return "-".join(groups)


class Roster:
    """The learners of a file, which is read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._stamp: tuple[int, int] | None = None
        """(mtime in ns, inode) of the file as it was last read; `None` if there was none."""
        self._learners: dict[str, RosterEntry] = {}
        """Normalised name → the learner."""

    @property
    def learners(self) -> list[RosterEntry]:
        """All of them, in the order in which they were added."""
        self._refresh()
        return list(self._learners.values())

    @property
    def folder(self) -> Path:
        """Where the records lie: beside the file of the roster."""
        return self.path.resolve().with_name(f"{self.path.stem}-records")

    @property
    def passes_path(self) -> Path:
        """The file of the sign-ins: beside the file of the roster."""
        return self.path.resolve().with_name(f"{self.path.stem}-sign-ins.json")

    def home(self, learner: RosterEntry) -> Path:
        """The folder of a learner's record."""
        return self.folder / learner.folder

    def find(self, name: str) -> RosterEntry | None:
        """The learner of that name; `None` if there is none."""
        self._refresh()
        return self._learners.get(_normalise_name(name))

    def verify(self, name: str, token: str) -> RosterEntry | None:
        """The learner who has this name and this token; `None` if there is none, which takes just as long to find."""
        learner = self.find(name)
        to_compare = learner or UNKNOWN_LEARNER
        is_right = hmac.compare_digest(_hash_token(token, to_compare.salt), to_compare.hash)
        return learner if is_right else None

    # -- changes

    def add(self, name: str) -> str:
        """Add a learner; return the token, of which only a hash is kept.

        Raises:
            UsageError: the name is there already.
        """
        with locked(self.path):
            self.check_new(name)
            return self._give_token(name)

    def check_new(self, name: str) -> None:
        """Check that nobody has that name.

        Raises:
            UsageError: the name is there already.
        """
        if self.find(name):
            raise UsageError(
                f"{name} is on the roster already; --renew '{name}' gives a new token, "
                f"and --add '{name} <ID>' sets the student_id"
            )

    def renew(self, name: str) -> str:
        """Give a learner a new token in place of the old one; return it.

        Raises:
            UsageError: nobody has that name.
        """
        with locked(self.path):
            return self._give_token(self._require(name).name)

    def remove(self, name: str) -> None:
        """Take a learner off the roster; the record stays.

        Raises:
            UsageError: nobody has that name.
        """
        with locked(self.path):
            known = self._require(name)
            del self._learners[_normalise_name(known.name)]
            self._write()

    def _require(self, name: str) -> RosterEntry:
        """The learner of that name.

        Raises:
            UsageError: there is none; the message names the nearest.
        """
        learner = self.find(name)
        if learner is None:
            suggestion = nearest(name, [other.name for other in self._learners.values()])
            advice = f"; did you mean '{suggestion}'?" if suggestion else ""
            raise UsageError(f"{name} is not on the roster{advice}")
        return learner

    def _give_token(self, name: str) -> str:
        """Write the learner with a new token to the file; return the token."""
        token, salt = new_token(), secrets.token_hex(SALT_BYTES)
        self._learners[_normalise_name(name)] = RosterEntry(name, salt, _hash_token(token, salt))
        self._write()
        return token

    def _write(self) -> None:
        document = {"version": VERSION, "learners": [asdict(learner) for learner in self._learners.values()]}
        write_file(self.path, json.dumps(document, ensure_ascii=False, indent=1) + "\n", force=True)

    # -- the file

    def _refresh(self) -> None:
        """Read the file if it has changed; there need not be one yet.

        Raises:
            ChainruleError: it cannot be read, or is no roster.
        """
        try:
            status = self.path.stat()
        except FileNotFoundError:
            self._stamp, self._learners = None, {}
            return
        except OSError as error:
            raise _unusable_error(self.path, system_reason(error)) from None
        stamp = status.st_mtime_ns, status.st_ino
        if stamp != self._stamp:
            self._learners = {_normalise_name(learner.name): learner for learner in _read_entries(self.path)}
            self._stamp = stamp


def _read_entries(path: Path) -> Iterable[RosterEntry]:
    """The entries of the file at `path`.

    Raises:
        ChainruleError: it cannot be read, or is no roster; the message says why.
    """
    try:
        with open_to_read(path) as file:
            data = file.read(MAX_ROSTER_BYTES + 1)
        if len(data) > MAX_ROSTER_BYTES:
            raise _unusable_error(path, f"it has more than {MAX_ROSTER_BYTES >> 20} MB")
        document: Any = json.loads(data)
        if document["version"] != VERSION:
            raise _unusable_error(path, f"it is of version {document['version']}, and this program reads {VERSION}")
        learners = [_make_entry(entry) for entry in document["learners"]]
    except OSError as error:
        raise _unusable_error(path, system_reason(error)) from None
    except (ValueError, TypeError, KeyError, RecursionError):
        raise _unusable_error(path, "it is no roster; chainrule serve --roster FILE --add NAME makes one") from None
    return learners


def _make_entry(data: Any) -> RosterEntry:
    """An entry from its JSON; the exceptions for an invalid value are left to the caller."""
    learner = RosterEntry(name=str(data["name"]), salt=str(data["salt"]), hash=str(data["hash"]))
    if not (learner.name and bytes.fromhex(learner.salt) and bytes.fromhex(learner.hash)):  # raises if not hexadecimal
        raise ValueError
    return learner


def _unusable_error(path: Path, why: str) -> ChainruleError:
    return ChainruleError(f"the roster {show_path(path)} cannot be used: {why}")
