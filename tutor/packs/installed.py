"""Which packs are installed, and where: light enough for every start of the program."""

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path

from tutor import __version__
from tutor.errors import UsageError, clip, unknown_name_error
from tutor.files import follow_links, open_to_read
from tutor.progress.tables.paths import home, shared_home

PACKS = "packs"
"""The folder of the packs, beside the record."""
REMOVED = "removed.json"
"""A file in it: lessons of packs that were removed, and the packs' titles."""
PROVED = ".proved"
"""Ends the name of a file beside a pack: its lessons as they were when they were checked."""
MAX_KEPT_BYTES = 1_000_000
MANIFEST = "pack.yaml"
ASSETS = "assets"
INVALID_CONTENT_ERRORS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What making sense of a file can raise that somebody else wrote into."""
SCHEME = "pack:"
"""Begins the name of a file of a pack's data: `pack:vectors/points.csv`."""


def packs_folder() -> Path:
    """The folder that holds a folder for each installed pack.

    Raises:
        NoHomeError: this user has no folder for data.
    """
    return home() / PACKS


def shelves() -> tuple[Path, ...]:
    """Every folder that may hold packs: this user's own, then the one that is shared."""
    found = []
    with contextlib.suppress(UsageError):
        found.append(packs_folder())
    shared = shared_home()
    return tuple(dict.fromkeys([*found, *([shared / PACKS] if shared is not None else [])]))


def pack_folders() -> tuple[Path, ...]:
    """The folder of each installed pack, by name; of two of one name this user's own."""
    found: dict[str, Path] = {}
    for folder in shelves():
        for path in packs_in(folder):
            found.setdefault(path.name, path)
    return tuple(sorted(found.values(), key=lambda path: path.name))


def packs_in(folder: Path) -> tuple[Path, ...]:
    """The packs in one folder, by name."""
    with contextlib.suppress(OSError):
        found = (path for path in folder.iterdir() if not path.name.startswith("."))
        return tuple(sorted(path for path in found if (path / MANIFEST).is_file()))
    return ()


def proof_path(pack: Path) -> Path:
    """The file beside an installed pack that says which of its lessons the check found sound."""
    return pack.with_name(f"{pack.name}{PROVED}")


def is_proved(path: Path) -> bool:
    """Whether the lesson at `path` is one of an installed pack, as this version of the program checked it."""
    with contextlib.suppress(UsageError, OSError, *INVALID_CONTENT_ERRORS):
        if path.parent.parent in shelves():
            with open_to_read(proof_path(path.parent)) as file:
                known = json.loads(file.read(MAX_KEPT_BYTES))
            return bool(known.get("program") == __version__ and known["lessons"].get(path.name) == digest_of(path))
    return False


def digest_of(path: Path) -> str:
    """A hash of a lesson's file.

    Raises:
        OSError: it cannot be read.
    """
    import hashlib

    with open_to_read(path) as file:
        return hashlib.sha256(file.read()).hexdigest()


def find_pack(name: str) -> Path:
    """The folder of the installed pack called `name`.

    Raises:
        UsageError: no such pack; the message names the nearest.
        NoHomeError: this user has no folder for data.
    """
    if shared_home() is None:
        packs_folder()  # called for the error that it raises: without either there is no place for packs
    folders = {path.name: path for path in pack_folders()}
    if name not in folders:
        raise unknown_name_error("installed pack", name, folders or ["none is installed"])
    return folders[name]


def asset_path(spelled: Path) -> Path:
    """The file that `pack:NAME/FILE` names, within the pack's assets; any other path as it is.

    Raises:
        UsageError: no such pack, or a way out of its assets.
    """
    text = spelled.as_posix()
    if not text.startswith(SCHEME):
        return spelled
    name, _, file = text.removeprefix(SCHEME).partition("/")
    assets = find_pack(name) / ASSETS
    path = assets / file
    if not file or not follow_links(path).is_relative_to(follow_links(assets)):
        raise UsageError(f"{clip(spelled.as_posix())} names no data of a pack; write {SCHEME}{name}/points.csv")
    return path


def removed_lessons() -> Mapping[str, str]:
    """Lesson id → title of the pack that it belonged to, of packs that were removed."""
    with contextlib.suppress(UsageError, OSError, *INVALID_CONTENT_ERRORS):
        with open_to_read(packs_folder() / REMOVED) as file:
            found = json.loads(file.read(MAX_KEPT_BYTES))
        if isinstance(found, dict):
            return {id: title for id, title in found.items() if isinstance(title, str)}
    return {}
