"""The description of a pack of lessons: the file pack.yaml in its folder."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tutor import __version__
from tutor.content.find import UnusableFileError, read_bytes
from tutor.content.front_matter import LessonFault
from tutor.errors import clip
from tutor.patterns import compile_lazily
from tutor.text.ids import NAME

if TYPE_CHECKING:
    from tutor.content.yaml_tree import Note, Tree

MANIFEST_NAME = "pack.yaml"
MAX_MANIFEST_BYTES = 16_384
MAX_NAME_LENGTH = 40
MAX_TITLE_LENGTH = 80
DEVICE_NAMES = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10)))
)
"""Names that Windows takes for devices, whatever their extension."""

_VERSION = compile_lazily(r"[0-9]{1,6}(?:\.[0-9]{1,6}){0,3}")
_REQUIRES = compile_lazily(r">=\s*([0-9]{1,6}(?:\.[0-9]{1,6}){0,3})")
_LEADING_NUMBERS = compile_lazily(r"[0-9]+(?:\.[0-9]+)*")
_KEY_HELP = {
    "name": "the pack's name, small letters, digits and hyphens, for example name: vectors",
    "version": 'numbers with dots, in quotation marks, for example version: "1.0"',
    "title": 'text of at most 80 characters, for example title: "Vectors, drawn"',
    "authors": "a list of names, for example authors: [Ada Lovelace]",
    "licence": "the terms under which it may be used, for example licence: CC BY 4.0",
    "requires": 'the oldest Chainrule that it works with, for example requires: ">=0.1"',
}
"""Key → what belongs there, with an example."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of pack.yaml."""

    name: str
    version: str
    title: str
    authors: tuple[str, ...]
    licence: str
    requires: str = ""

    @property
    def label(self) -> str:
        """Name and version, as messages name it."""
        return f"{self.name} {self.version}"


def is_pack(folder: Path) -> bool:
    """Whether a folder is a pack, rather than a loose collection of lessons."""
    return (folder / MANIFEST_NAME).is_file()


def read_manifest(folder: Path) -> tuple[Manifest | None, tuple[LessonFault, ...]]:
    """(manifest, faults) of the pack in `folder`; the manifest is `None` if there is a fault. Never raises."""
    path = folder / MANIFEST_NAME
    try:
        data = read_bytes(path)
    except UnusableFileError as error:
        return None, (LessonFault(path, 1, str(error)),)
    return parse_manifest(path, data)


def parse_manifest(path: Path, data: bytes) -> tuple[Manifest | None, tuple[LessonFault, ...]]:
    """(manifest, faults) from `data`, the bytes of the file at `path`; `None` if there is a fault. Never raises."""
    from tutor.content.yaml_reader import convert_tree, parse

    if len(data) > MAX_MANIFEST_BYTES:
        return None, (LessonFault(path, 1, "is larger than 16 KB; a pack says less of itself"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + data.count(b"\n", 0, error.start)
        return None, (LessonFault(path, line, "this is not UTF-8 text; save the file as UTF-8"),)
    tree = parse(text.replace("\r\n", "\n"))
    manifest, notes = convert_tree(tree, Manifest, _KEY_HELP)
    if manifest is not None:
        notes += _manifest_notes(manifest, tree)
    faults = tuple(LessonFault(path, line, message) for line, message in notes)
    return (None if faults else manifest), faults


def _manifest_notes(manifest: Manifest, tree: "Tree") -> "list[Note]":
    """Notes on faults that types cannot express: what a name, a version or a title must look like."""
    is_valid_name = bool(NAME.fullmatch(manifest.name)) and len(manifest.name) <= MAX_NAME_LENGTH
    is_sound_by_key = {
        "name": is_valid_name and manifest.name not in DEVICE_NAMES,
        "version": bool(_VERSION.fullmatch(manifest.version)),
        "title": 0 < len(manifest.title.strip()) <= MAX_TITLE_LENGTH,
        "authors": bool(manifest.authors) and all(author.strip() for author in manifest.authors),
        "licence": bool(manifest.licence.strip()),
        "requires": not manifest.requires or bool(_REQUIRES.fullmatch(manifest.requires)),
    }
    notes = []
    for key, is_sound in is_sound_by_key.items():
        if not is_sound:
            value = getattr(manifest, key)
            excerpt = f": {clip(value, 30)}" if isinstance(value, str) and value else ""
            notes.append((tree.line((key,)), f"{key}{excerpt} cannot be used; {key} is {_KEY_HELP[key]}"))
    return notes


def missing_version(manifest: Manifest) -> str:
    """The version of Chainrule that a pack requires; "" if this program has it, is newer, or none is required."""
    match = _REQUIRES.fullmatch(manifest.requires)
    if match is None:  # nothing is required
        return ""
    required_version = str(match[1])
    is_new_enough = version_numbers(required_version) <= version_numbers(__version__)
    return "" if is_new_enough else required_version


def version_numbers(version: str) -> tuple[int, ...]:
    """A version as numbers that can be compared: 1.10 comes after 1.9, and 1.0 equals 1."""
    match = _LEADING_NUMBERS.match(version)
    numbers = [int(number) for number in match[0].split(".")] if match else []
    while numbers and numbers[-1] == 0:  # so that 1.0 equals 1
        numbers.pop()
    return tuple(numbers)
