"""Reads the files of a pack from a folder or a zip into memory, within bounds, whatever somebody put there.

Nothing is written here. The first thing that does not belong in a pack ends the reading with one line that names it.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from tutor.content.find import MAX_FILE_BYTES
from tutor.content.pack import DEVICE_NAMES, MANIFEST_NAME
from tutor.errors import ChainruleError, clip
from tutor.files import describe_mode, open_to_read, show_path, system_reason
from tutor.packs.installed import ASSETS
from tutor.patterns import compile_lazily
from tutor.text.numbers import counted

MAX_ARCHIVE_BYTES = 20_000_000
"""Bytes of a zip, as it is packed."""
MAX_FILES = 300
"""Files of a pack."""
MAX_ENTRIES = 4 * MAX_FILES
"""Entries of a zip or of one folder, with what is no file of the pack: folders, and what systems leave behind."""
MAX_TOTAL_BYTES = 20_000_000
"""Bytes of all files together, unpacked."""
MAX_ASSET_BYTES = 5_000_000
"""Bytes of one file of data in the folder of assets."""
MAX_RATIO = 200
"""How many times as large a file of a zip becomes unpacked; text shrinks to a tenth, not to a thousandth."""
MIN_RATIO_BYTES = 100_000
"""Bytes of an unpacked file from which `MAX_RATIO` holds; a smaller one may shrink as it likes."""
MAX_DEPTH = 6
"""Folders within each other."""
MAX_PART_LENGTH = 80
"""Characters of the name of a file or folder."""

ASSET_SUFFIXES = (".csv", ".tsv", ".txt", ".json")
WHAT_BELONGS = f"{MANIFEST_NAME}, lessons NN-id.md, README.md, LICENSE, and data (.csv, .tsv, .txt, .json) in {ASSETS}/"

_SAFE_PART = compile_lazily(r"[A-Za-z0-9_][A-Za-z0-9._ -]*")
_DRIVE = compile_lazily(r"[A-Za-z]:")
_CENTRAL_ENTRY = b"PK\x01\x02"
_PAPER_NAMES = {f"{stem}{suffix}" for stem in ("licence", "license", "readme") for suffix in ("", ".txt")}
_SYSTEM_ROOTS = ("__MACOSX",)

Entries = Mapping[str, bytes]
"""Name, with `/` between its parts → what the file holds."""


class PackError(ChainruleError):
    """This is no usable pack; the message says in one line what is wrong."""


def read_entries(path: Path) -> Entries:
    """The files of the pack at `path`, a folder or a zip.

    Raises:
        PackError: it holds something that a pack may not, or more than it may.
    """
    if not os.path.lexists(path):
        raise PackError(f"{show_path(path)}: there is no such file or folder")
    files = _PackFiles(show_path(path))
    for name, data in _read_folder(path, files) if path.is_dir() else _read_zip(path, files):
        files.add(name, data)
    return files.finish()


class _PackFiles:
    """The files of a pack as they are read, each judged before the next."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._files: dict[str, bytes] = {}
        self._lower: dict[str, str] = {}
        """A name in lower case → the name as it was given first."""
        self._total = 0

    def refusal(self, name: str, why: str) -> PackError:
        """The error, to be raised, that says why the file called `name` is refused."""
        return PackError(f"{self.source}: {clip(name, 80)!r} {why}")

    def check_name(self, name: str) -> None:
        """Check that a file of this name would lie within the pack, on every system.

        Raises:
            PackError: it would not.
        """
        if why := why_unsafe(name):
            raise self.refusal(name, why)

    def check_count(self, count: int) -> None:
        """Check how many files there are.

        Raises:
            PackError: too many.
        """
        if count > MAX_FILES:
            raise self.too_many_files()

    def too_many_files(self) -> PackError:
        """The error, to be raised, that says that the pack has more files than it may."""
        return PackError(f"{self.source} has more than {MAX_FILES} files; divide the pack")

    def check_size(self, name: str, size: int) -> None:
        """Check how large a file is, by itself and with those before it.

        Raises:
            PackError: too large.
        """
        most = MAX_FILE_BYTES if name.endswith(".md") else MAX_ASSET_BYTES
        if size > most:
            raise self.refusal(name, f"is larger than {most // 1_000_000} MB")
        if self._total + size > MAX_TOTAL_BYTES:
            megabytes = MAX_TOTAL_BYTES // 1_000_000
            raise PackError(f"{self.source}: its files are larger than {megabytes} MB in all")

    def add(self, name: str, data: bytes) -> None:
        """Take a file in.

        Raises:
            PackError: another one has its name on some system, or all are too large.
        """
        self.check_size(name, len(data))
        other = self._lower.setdefault(name.lower(), name)
        if name in self._files:
            raise self.refusal(name, "is there twice")
        if other != name:
            raise self.refusal(name, f"and {clip(other, 80)!r} are one file where case does not count; rename one")
        self._files[name] = data
        self._total += len(data)
        self.check_count(len(self._files))

    def finish(self) -> Entries:
        """All files, by their names within the pack.

        Raises:
            PackError: a name is a file and a folder, there is no manifest, or a file does not belong in a pack.
        """
        for name in self._files:
            for folder in _folders_of(name):
                if (clash := self._lower.get(folder.lower())) is not None:
                    raise self.refusal(clash, f"is a file, and the folder of {clip(name, 80)!r} too")
        files = _without_top_folder(self._files)
        if MANIFEST_NAME not in files:
            raise PackError(f"{self.source} has no {MANIFEST_NAME}: it is no pack; chainrule new pack NAME makes one")
        for name in files:
            if not _is_allowed(name):
                raise self.refusal(name, f"does not belong in a pack, which has {WHAT_BELONGS}")
        return files


def why_unsafe(name: str) -> str:
    """Why a file of a pack may not be called `name`; empty where it may."""
    if "\0" in name:
        return "holds a NUL character"
    if name.startswith(("/", "\\")) or _DRIVE.match(name):
        return "is an absolute path, which leads out of the pack"
    if "\\" in name:
        return "holds a backslash; a pack's names have / between their parts"
    parts = name.split("/")
    if ".." in parts:
        return "leads out of the pack"
    if len(parts) > MAX_DEPTH:
        return f"lies more than {MAX_DEPTH} folders deep"
    return next(filter(None, map(_why_part_is_unsafe, parts)), "")


def _why_part_is_unsafe(part: str) -> str:
    """Why a file or folder may not be called `part`; empty where it may."""
    if part.split(".", maxsplit=1)[0].strip().lower() in DEVICE_NAMES:
        return "is the name of a device on Windows; rename it"
    if len(part) > MAX_PART_LENGTH:
        return f"has a name of more than {MAX_PART_LENGTH} characters"
    if _is_hidden(part) and part not in {".", ".."}:
        return ""
    if not _SAFE_PART.fullmatch(part) or part[-1] in ". ":
        return "has a name that not every system can keep; use letters, digits, hyphens, dots and underscores"
    return ""


def _is_hidden(part: str) -> bool:
    """Whether a name is one of those that systems and editors leave behind, which are passed over."""
    return part.startswith(".") or part in _SYSTEM_ROOTS


def _folders_of(name: str) -> Iterator[str]:
    parts = name.split("/")[:-1]
    return ("/".join(parts[: length + 1]) for length in range(len(parts)))


def _without_top_folder(files: Entries) -> Entries:
    """The files of a zip whose pack lies in one folder, as most programs pack one, without that folder."""
    tops = {name.partition("/")[0] for name in files}
    if MANIFEST_NAME in files or len(tops) != 1:
        return files
    return {name.partition("/")[2]: data for name, data in files.items()}


def _is_allowed(name: str) -> bool:
    """Whether a file of this name is one that a pack may have, as `WHAT_BELONGS` says."""
    top, _, rest = name.partition("/")
    if rest:
        return top == ASSETS and rest.lower().endswith(ASSET_SUFFIXES)
    return top == MANIFEST_NAME or top.endswith(".md") or top.lower() in _PAPER_NAMES


# -- a folder


def _read_folder(top: Path, files: _PackFiles) -> Iterator[tuple[str, bytes]]:
    """Each file of a folder; links are not followed."""
    waiting = [(top, "")]
    while waiting:
        folder, before = waiting.pop()
        for entry in _list_folder(folder, files):
            name = f"{before}{entry.name}"
            files.check_name(name)
            if _is_hidden(entry.name):
                continue
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                waiting.append((Path(entry.path), f"{name}/"))
            elif not stat.S_ISREG(mode):
                raise files.refusal(name, f"is {describe_mode(mode)}; put the file itself there")
            else:
                files.check_size(name, entry.stat(follow_symlinks=False).st_size)
                yield name, _read_file(Path(entry.path), name, files)


def _list_folder(folder: Path, files: _PackFiles) -> list[os.DirEntry[str]]:
    """The entries of a folder, by name; it ends as soon as there are too many."""
    try:
        with os.scandir(folder) as found:
            entries = []
            for entry in found:
                entries.append(entry)
                if len(entries) > MAX_ENTRIES:
                    raise files.too_many_files()
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise PackError(f"{show_path(folder)} cannot be read: {system_reason(error)}") from None


def _read_file(path: Path, name: str, files: _PackFiles) -> bytes:
    """What a file holds, cut a byte above the most that any file may have; `check_size` has the limit of each kind."""
    try:
        with open_to_read(path) as file:
            return file.read(MAX_ASSET_BYTES + 1)
    except OSError as error:
        raise files.refusal(name, f"cannot be read: {system_reason(error)}") from None


# -- a zip


def _read_zip(path: Path, files: _PackFiles) -> Iterator[tuple[str, bytes]]:
    """Each file of a zip, unpacked in memory; what it says of its sizes is believed only to refuse it."""
    data = _read_archive(path)
    if data.count(_CENTRAL_ENTRY) > MAX_ENTRIES:  # opening the archive takes memory for each, before it can be asked
        raise files.too_many_files()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            for info in infos:
                _check_info(info, files)
            for info in infos:
                if not info.is_dir() and not any(map(_is_hidden, info.filename.split("/"))):
                    yield info.filename, _unpack(archive, info, files)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise PackError(f"{show_path(path)} is damaged ({clip(str(error), 80)}); fetch it again") from None


def _read_archive(path: Path) -> bytes:
    """The bytes of a zip; an error says why it is none."""
    try:
        with open_to_read(path) as file:
            data = file.read(MAX_ARCHIVE_BYTES + 1)
    except OSError as error:
        raise PackError(f"{show_path(path)} cannot be read: {system_reason(error)}") from None
    if len(data) > MAX_ARCHIVE_BYTES:
        raise PackError(f"{show_path(path)} is larger than {MAX_ARCHIVE_BYTES // 1_000_000} MB; a pack is at most that")
    if not zipfile.is_zipfile(io.BytesIO(data)):
        raise PackError(f"{show_path(path)} is no zip; a pack is a folder or a zip that chainrule pack build made")
    return data


def _check_info(info: zipfile.ZipInfo, files: _PackFiles) -> None:
    """Check what an archive says of a file, before any of it is unpacked.

    Raises:
        PackError: it leads out of the pack, is no ordinary file, is encrypted, or is a bomb.
    """
    files.check_name(info.orig_filename.removesuffix("/"))  # `filename` ends at a NUL
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise files.refusal(info.filename, f"is {describe_mode(mode)}; put the file itself there")
    if info.flag_bits & 0x1:
        raise files.refusal(info.filename, "is encrypted; pack it without a password")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise files.refusal(info.filename, "is packed by a method that is not read here; use deflate")
    if info.is_dir():
        return
    files.check_size(info.filename, info.file_size)
    if info.file_size > MIN_RATIO_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise files.refusal(info.filename, f"becomes more than {MAX_RATIO} times as large when it is unpacked")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, files: _PackFiles) -> bytes:
    """What one file of a zip holds, which must be as long as the zip says."""
    with archive.open(info) as file:
        data = file.read(MAX_ASSET_BYTES)
    if len(data) != info.file_size:
        raise files.refusal(info.filename, f"is {counted(len(data), 'byte')} long, not {info.file_size:,} as it says")
    return data
