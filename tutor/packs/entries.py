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
"""The most bytes of a zip before it is unpacked."""
MAX_FILES = 300
"""Files of a pack."""
MAX_ENTRIES = 4 * MAX_FILES
"""Entries of a zip or of one folder: files, folders, and hidden files that systems leave behind."""
MAX_TOTAL_BYTES = 20_000_000
"""Bytes of all files together, unpacked."""
MAX_ASSET_BYTES = 5_000_000
"""Bytes of one file of data in the folder of assets."""
MAX_RATIO = 200
"""Unpacked size over packed size of a file in a zip; text reaches about 10, a zip bomb more than 1000."""
MIN_RATIO_BYTES = 100_000
"""Files of up to this many bytes, unpacked, may have any ratio."""
MAX_DEPTH = 6
"""The most parts of a file's name, its folders included."""
MAX_PART_LENGTH = 80
"""Characters of the name of a file or folder."""

ASSET_SUFFIXES = (".csv", ".tsv", ".txt", ".json")
ALLOWED_FILES = (
    f"{MANIFEST_NAME}, lessons NN-id.md, README.md, LICENSE, and data (.csv, .tsv, .txt, .json) in {ASSETS}/"
)

_SAFE_PART = compile_lazily(r"[A-Za-z0-9_][A-Za-z0-9._ -]*")
_DRIVE = compile_lazily(r"[A-Za-z]:")
_CENTRAL_ENTRY = b"PK\x01\x02"
"""The signature that precedes each entry in the central directory of a zip."""
_LICENSE_AND_README_NAMES = {f"{stem}{suffix}" for stem in ("licence", "license", "readme") for suffix in ("", ".txt")}
_SYSTEM_FOLDERS = ("__MACOSX",)
"""Folders that an operating system adds to a zip by itself."""

Entries = Mapping[str, bytes]
"""Name of a file, with `/` between its parts → its content."""


class PackError(ChainruleError):
    """A folder or zip cannot be used as a pack; the message says in one line why."""


def read_entries(path: Path) -> Entries:
    """The files of the pack at `path`, a folder or a zip.

    Raises:
        PackError: it contains something that a pack must not contain, or too much.
    """
    if not os.path.lexists(path):
        raise PackError(f"{show_path(path)}: there is no such file or folder")
    files = _PackFiles(show_path(path))
    named_contents = _read_folder(path, files) if path.is_dir() else _read_zip(path, files)
    for name, data in named_contents:  # one at a time, so that reading stops at the first refused file
        files.add(name, data)
    return files.finish()


class _PackFiles:
    """Collects the files of a pack while they are read, and checks each before the next is read."""

    def __init__(self, source: str) -> None:
        """No files yet; `source` is the path of the pack, for messages."""
        self.source = source
        self._files: dict[str, bytes] = {}
        self._first_spelling: dict[str, str] = {}
        """A name in lower case → the name as it was spelled first."""
        self._total_bytes = 0

    def refusal(self, name: str, why: str) -> PackError:
        """Make the error for the refused file `name`, for the caller to raise; `why` ends its message."""
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
        """Make the error for a pack with more files than it may have, for the caller to raise."""
        return PackError(f"{self.source} has more than {MAX_FILES} files; divide the pack")

    def check_size(self, name: str, size: int) -> None:
        """Check how large a file is, by itself and with those before it.

        Raises:
            PackError: too large.
        """
        limit = MAX_FILE_BYTES if name.endswith(".md") else MAX_ASSET_BYTES
        if size > limit:
            raise self.refusal(name, f"is larger than {limit // 1_000_000} MB")
        if self._total_bytes + size > MAX_TOTAL_BYTES:
            megabytes = MAX_TOTAL_BYTES // 1_000_000
            raise PackError(f"{self.source}: its files are larger than {megabytes} MB in all")

    def add(self, name: str, data: bytes) -> None:
        """Add a file with its content.

        Raises:
            PackError: an earlier file has the same name apart from upper and lower case; or there are too many files,
                or too many bytes.
        """
        self.check_size(name, len(data))  # checked again, since the declared size may be false
        first_spelling = self._first_spelling.setdefault(name.lower(), name)
        if name in self._files:
            raise self.refusal(name, "is there twice")
        if first_spelling != name:
            raise self.refusal(
                name, f"and {clip(first_spelling, 80)!r} are one file where case does not count; rename one"
            )
        self._files[name] = data
        self._total_bytes += len(data)
        self.check_count(len(self._files))

    def finish(self) -> Entries:
        """All files, by their names within the pack.

        Raises:
            PackError: one name is used for a file and a folder, there is no manifest, or a file does not belong in a
                pack.
        """
        for name in self._files:
            for folder in _folders_of(name):
                file_named_alike = self._first_spelling.get(folder.lower())
                if file_named_alike is not None:
                    raise self.refusal(file_named_alike, f"is a file, and the folder of {clip(name, 80)!r} too")
        files = _without_top_folder(self._files)
        if MANIFEST_NAME not in files:
            raise PackError(f"{self.source} has no {MANIFEST_NAME}: it is no pack; chainrule new pack NAME makes one")
        for name in files:
            if not _is_allowed(name):
                raise self.refusal(name, f"does not belong in a pack, which has {ALLOWED_FILES}")
        return files


def why_unsafe(name: str) -> str:
    """Why a file of a pack may not be called `name`, as the end of a message; "" if it may."""
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
    for part in parts:
        if why := _why_part_is_unsafe(part):
            return why
    return ""


def _why_part_is_unsafe(part: str) -> str:
    """Why a single file or folder may not be called `part`, as the end of a message; "" if it may."""
    if part.split(".", maxsplit=1)[0].strip().lower() in DEVICE_NAMES:
        return "is the name of a device on Windows; rename it"
    if len(part) > MAX_PART_LENGTH:
        return f"has a name of more than {MAX_PART_LENGTH} characters"
    if _is_hidden(part) and part not in {".", ".."}:
        return ""  # hidden files are skipped, so they may have any name
    if not _SAFE_PART.fullmatch(part) or part[-1] in ". ":
        return "has a name that not every system can keep; use letters, digits, hyphens, dots and underscores"
    return ""


def _is_hidden(part: str) -> bool:
    """Whether a file or folder called `part` is skipped: systems and editors leave such ones behind."""
    return part.startswith(".") or part in _SYSTEM_FOLDERS


def _folders_of(name: str) -> Iterator[str]:
    """Every folder that the file `name` lies in, outermost first: `a` and `a/b` for `a/b/c.csv`."""
    folders = name.split("/")[:-1]
    return ("/".join(folders[:depth]) for depth in range(1, len(folders) + 1))


def _without_top_folder(files: Entries) -> Entries:
    """`files` with names relative to the pack's folder, since most programs zip the folder too: `pack/pack.yaml`."""
    if MANIFEST_NAME in files:
        return files
    top_names = set()
    files_below = {}
    for name, data in files.items():
        top_name, _, name_below = name.partition("/")
        top_names.add(top_name)
        files_below[name_below] = data
    return files_below if len(top_names) == 1 else files


def _is_allowed(name: str) -> bool:
    """Whether a file of this name is one that a pack may have, as `ALLOWED_FILES` says."""
    top, _, path_below = name.partition("/")
    if path_below:
        return top == ASSETS and path_below.lower().endswith(ASSET_SUFFIXES)
    return top == MANIFEST_NAME or top.endswith(".md") or top.lower() in _LICENSE_AND_README_NAMES


# -- a folder


def _read_folder(top: Path, files: _PackFiles) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each file in the folder `top` and those below it; links are not followed."""
    unread_folders = [(top, "")]  # (folder, its path within the pack, which begins the names of its files)
    while unread_folders:
        folder, prefix = unread_folders.pop()
        for entry in _list_folder(folder, files):
            name = f"{prefix}{entry.name}"
            files.check_name(name)
            if _is_hidden(entry.name):
                continue
            mode = entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                unread_folders.append((Path(entry.path), f"{name}/"))
            elif not stat.S_ISREG(mode):
                raise files.refusal(name, f"is {describe_mode(mode)}; put the file itself there")
            else:
                files.check_size(name, entry.stat(follow_symlinks=False).st_size)
                yield name, _read_file(Path(entry.path), name, files)


def _list_folder(folder: Path, files: _PackFiles) -> list[os.DirEntry[str]]:
    """The entries of a folder, by name; raises as soon as there are too many, without listing the rest."""
    try:
        with os.scandir(folder) as scanned:
            entries = []
            for entry in scanned:
                entries.append(entry)
                if len(entries) > MAX_ENTRIES:
                    raise files.too_many_files()
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        raise PackError(f"{show_path(folder)} cannot be read: {system_reason(error)}") from None


def _read_file(path: Path, name: str, files: _PackFiles) -> bytes:
    """The content of a file, but at most one byte more than is allowed, so that `add` refuses a file that is too large.

    The file may have grown since its size was checked.
    """
    try:
        with open_to_read(path) as file:
            return file.read(MAX_ASSET_BYTES + 1)
    except OSError as error:
        raise files.refusal(name, f"cannot be read: {system_reason(error)}") from None


# -- a zip


def _read_zip(path: Path, files: _PackFiles) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each file of a zip, unpacked in memory.

    The sizes that the zip declares are checked before unpacking, so that a bomb is never unpacked; the real sizes are
    checked afterwards.
    """
    data = _read_archive(path)
    if data.count(_CENTRAL_ENTRY) > MAX_ENTRIES:  # before `ZipFile` creates an object for each
        raise files.too_many_files()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            for info in infos:
                _check_declared(info, files)
            for info in infos:
                if not info.is_dir() and not any(map(_is_hidden, info.filename.split("/"))):
                    yield info.filename, _unpack(archive, info, files)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError) as error:
        raise PackError(f"{show_path(path)} is damaged ({clip(str(error), 80)}); fetch it again") from None


def _read_archive(path: Path) -> bytes:
    """The bytes of the zip at `path`.

    Raises:
        PackError: it cannot be read, is too large, or is not a zip.
    """
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


def _check_declared(info: zipfile.ZipInfo, files: _PackFiles) -> None:
    """Check what a zip declares about one of its files, before any of it is unpacked.

    Raises:
        PackError: it leads out of the pack, is no ordinary file, is encrypted, or is a bomb.
    """
    files.check_name(info.orig_filename.removesuffix("/"))  # `filename` ends at a NUL
    mode = info.external_attr >> 16  # the Unix mode; 0 if another system made the zip
    if stat.S_IFMT(mode) != 0 and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise files.refusal(info.filename, f"is {describe_mode(mode)}; put the file itself there")
    if info.flag_bits & 0x1:  # encrypted
        raise files.refusal(info.filename, "is encrypted; pack it without a password")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise files.refusal(info.filename, "is packed by a method that is not read here; use deflate")
    if info.is_dir():
        return
    files.check_size(info.filename, info.file_size)
    if info.file_size > MIN_RATIO_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise files.refusal(info.filename, f"becomes more than {MAX_RATIO} times as large when it is unpacked")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, files: _PackFiles) -> bytes:
    """The content of one file of a zip, which must have the size that the zip declares."""
    with archive.open(info) as file:
        data = file.read(MAX_ASSET_BYTES)  # the declared size was checked and is not larger
    if len(data) != info.file_size:
        raise files.refusal(info.filename, f"is {counted(len(data), 'byte')} long, not {info.file_size:,} as it says")
    return data
