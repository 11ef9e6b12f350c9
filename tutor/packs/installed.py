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
"""The name of the folder of installed packs, beside the record."""
REMOVED_FILE_NAME = "removed.json"
"""A file in that folder: the ids of the lessons of packs that were removed, each with its pack's title."""
PROOF_SUFFIX = ".proved"
"""Suffix of a file beside an installed pack, which lists the hash of each lesson that was checked."""
MAX_KEPT_BYTES = 1_000_000
"""The most bytes that are read of either of these two files."""
MANIFEST = "pack.yaml"
ASSETS = "assets"
"""The folder of a pack's data files."""
INVALID_CONTENT_ERRORS = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
"""What parsing a file with arbitrary content can raise."""
PACK_SCHEME = "pack:"
"""Prefix of a path that names a data file of a pack: `pack:vectors/points.csv`."""


def packs_folder() -> Path:
    """The folder that holds a folder for each installed pack.

    Raises:
        NoHomeError: this user has no folder for data.
    """
    return home() / PACKS


def shelves() -> tuple[Path, ...]:
    """Every folder that may hold packs: this user's own, then the one that is shared."""
    folders = []
    with contextlib.suppress(UsageError):  # this user has no folder for data
        folders.append(packs_folder())
    shared = shared_home()
    if shared is not None:
        folders.append(shared / PACKS)
    return tuple(dict.fromkeys(folders))  # once, if both are the same


def pack_folders() -> tuple[Path, ...]:
    """The folder of each installed pack, sorted by name; this user's own replaces a shared one of the same name."""
    pack_by_name: dict[str, Path] = {}
    for shelf in shelves():
        for pack in packs_in(shelf):
            pack_by_name.setdefault(pack.name, pack)
    return tuple(sorted(pack_by_name.values(), key=lambda pack: pack.name))


def packs_in(folder: Path) -> tuple[Path, ...]:
    """The folders of the packs that lie in `folder`, sorted by name; none if it cannot be read."""
    with contextlib.suppress(OSError):
        visible_paths = (path for path in folder.iterdir() if not path.name.startswith("."))
        return tuple(sorted(path for path in visible_paths if (path / MANIFEST).is_file()))
    return ()


def proof_path(pack: Path) -> Path:
    """The path of the file beside an installed pack that lists the hashes of its lessons when they passed the check."""
    return pack.with_name(f"{pack.name}{PROOF_SUFFIX}")


def is_proved(path: Path) -> bool:
    """Whether the lesson at `path` belongs to an installed pack and is unchanged since this version checked it."""
    with contextlib.suppress(UsageError, OSError, *INVALID_CONTENT_ERRORS):
        pack = path.parent
        if pack.parent not in shelves():
            return False
        with open_to_read(proof_path(pack)) as file:
            proof = json.loads(file.read(MAX_KEPT_BYTES))
        is_by_this_version = proof.get("program") == __version__  # another version may have checked less
        return bool(is_by_this_version and proof["lessons"].get(path.name) == digest_of(path))
    return False


def digest_of(path: Path) -> str:
    """The SHA-256 hash of a lesson's file, in hexadecimal digits.

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
        packs_folder()  # called only for its error: this user has no folder for packs, neither shared nor her own
    folders = {path.name: path for path in pack_folders()}
    if name not in folders:
        raise unknown_name_error("installed pack", name, folders or ["none is installed"])
    return folders[name]


def asset_path(path_or_reference: Path) -> Path:
    """The path of the data file that a reference `pack:NAME/FILE` names; any other path is returned as it is.

    Raises:
        UsageError: there is no such pack, or the path leads out of the folder of its data.
    """
    text = path_or_reference.as_posix()
    if not text.startswith(PACK_SCHEME):
        return path_or_reference
    name, _, file = text.removeprefix(PACK_SCHEME).partition("/")
    assets = find_pack(name) / ASSETS
    path = assets / file
    if not file or not follow_links(path).is_relative_to(follow_links(assets)):
        raise UsageError(
            f"{clip(path_or_reference.as_posix())} names no data of a pack; write {PACK_SCHEME}{name}/points.csv"
        )
    return path


def removed_lessons() -> Mapping[str, str]:
    """Lesson id → title of the pack that it belonged to, of packs that were removed."""
    with contextlib.suppress(UsageError, OSError, *INVALID_CONTENT_ERRORS):
        with open_to_read(packs_folder() / REMOVED_FILE_NAME) as file:
            titles = json.loads(file.read(MAX_KEPT_BYTES))
        if isinstance(titles, dict):
            return {id: title for id, title in titles.items() if isinstance(title, str)}
    return {}
