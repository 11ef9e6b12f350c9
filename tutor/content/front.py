"""The front matter of a lesson: the YAML between its first two `---` lines, and nothing after it.

The course screen reads the front matter of every lesson before it paints, so this reads one piece of
each file, and no more of it than that.
"""

import codecs
import re
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tutor.content.find import LESSON_FILE_NAME, UnusableFileError, read_bytes
from tutor.errors import clip
from tutor.patterns import compile_lazily
from tutor.text.ids import ID

if TYPE_CHECKING:
    from tutor.content.yaml_tree import Note, Tree

MAX_FRONT_BYTES = 8192
"""Bytes that are read of a file; its front matter must end within them."""

_MATTER = compile_lazily(rb"---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
_WANTS = {
    "id": "the lesson's name as in its file name, for example id: adam",
    "title": 'text, for example title: "Adam, step by step"',
    "part": "text, for example part: Training deep networks",
    "concepts": "a list of names, for example concepts: [momentum, adam]",
    "minutes": "a whole number from 1 to 600, for example minutes: 20",
    "needs": "a list of names of lessons or concepts, for example needs: [backprop]",
}
"""Key → what belongs there, with an example."""
MAX_MESSAGE_LENGTH = 400
"""Characters of a fault's message that are shown: one that quotes a whole line of noise says no more."""


def lesson_words(pack: str, number: int) -> str:
    """A lesson's place as a learner knows it: `lesson 3`, or `Vectors, lesson 3` in a pack."""
    return f"{pack}, lesson {number}" if pack else f"lesson {number}"


class FrontMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The YAML between the two `---` lines at the top of a lesson."""

    id: str
    title: str
    part: str
    concepts: tuple[str, ...]
    minutes: int
    needs: tuple[str, ...] = ()

    @property
    def short_title(self) -> str:
        """The title up to its colon, as lists show it."""
        return self.title.partition(":")[0]


class Heading(msgspec.Struct, frozen=True):
    """The information about a lesson that a course list needs, without the rest of the lesson."""

    number: int
    """Its place in the course: the NN of `NN-id.md`."""
    path: Path
    front: FrontMatter
    pack: str = ""
    """The title of the pack that it belongs to; empty for the course itself."""
    pack_number: int = 0
    """The pack's place among those that are open, from 1; 0 for the course itself."""

    @property
    def words(self) -> str:
        """Its place as a learner knows it: `lesson 3`, or `Vectors, lesson 3`."""
        return lesson_words(self.pack, self.number)

    @property
    def rank(self) -> tuple[int, int, str]:
        """By what lessons are ordered: the course first, then pack by pack."""
        return self.pack_number, self.number, self.front.id


class LessonFault(msgspec.Struct, frozen=True, order=True):
    """Something wrong in a lesson, where, and what to do."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {clip(self.message, MAX_MESSAGE_LENGTH)}"


class Front(msgspec.Struct, frozen=True):
    """The front matter of a lesson's file."""

    heading: Heading | None
    """None when something in it is wrong."""
    faults: tuple[LessonFault, ...]
    tree: "Tree | None" = None
    """Its YAML; `None` where its end was not found or the YAML cannot be read, so that nothing after it can either."""
    body_start: int = 0
    """Where the rest begins: an index into the file's bytes."""
    body_line: int = 1
    """The line on which the rest begins."""

    @property
    def is_readable(self) -> bool:
        """Whether it is known where the lesson's text begins, even if something in the front matter is wrong."""
        return self.tree is not None


def read_heading(path: Path) -> Front:
    """The front matter of the lesson at `path`, from one read of its beginning."""
    try:
        data = read_bytes(path, MAX_FRONT_BYTES)
    except UnusableFileError as error:
        return Front(None, (LessonFault(path, 1, str(error)),))
    return parse_front(path, data)


def parse_front(path: Path, data: bytes) -> Front:
    """The front matter at the beginning of `data`, which may be the whole file or a piece of it."""
    from tutor.content.yaml_reader import parse

    skip = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    matter = _MATTER.match(data[skip : skip + MAX_FRONT_BYTES])
    if matter is None:
        return Front(None, (LessonFault(path, 1, _missing_message(data[skip:])),))
    try:
        text = matter[1].decode()
    except UnicodeDecodeError as error:
        line = 2 + matter[1][: error.start].count(b"\n")
        return Front(None, (LessonFault(path, line, "this is not UTF-8 text; save the file as UTF-8"),))
    tree = parse(text.replace("\r\n", "\n"), first_line=2)
    heading, notes = _make_heading(path, tree)
    return Front(
        heading,
        tuple(LessonFault(path, line, message) for line, message in notes),
        tree,
        skip + matter.end(),
        1 + matter[0].count(b"\n"),
    )


def _missing_message(data: bytes) -> str:
    """What to say of a file in which no front matter is found."""
    if data.startswith(b"---"):
        return "the front matter is not closed; put a line --- after its last key"
    return "a lesson begins with front matter: a line ---, the keys id, title, part …, and a line ---"


def _make_heading(path: Path, tree: "Tree") -> tuple[Heading | None, "list[Note]"]:
    """The heading of the lesson at `path`, or notes on why its front matter is none."""
    from tutor.content.yaml_reader import convert_tree

    front, notes = convert_tree(tree, FrontMatter, _WANTS)
    name = LESSON_FILE_NAME.fullmatch(path.name)
    if name is None:
        notes.append((1, "a lesson's file is called NN-id.md, for example 13-adam.md; rename it"))
    elif front is not None and front.id != name[2]:
        text = f"the id '{clip(front.id, 40)}' is not the one in the file's name; write id: {name[2]}"
        notes.append((tree.line(("id",)), text))
    if front is not None:
        notes += _front_notes(front, tree)
    if notes or front is None or name is None:
        return None, notes
    return Heading(int(name[1]), path, front), []


def _front_notes(front: FrontMatter, tree: "Tree") -> "list[Note]":
    """Notes that types cannot express: empty texts, invalid names, duplicates."""
    notes = [
        (tree.line((key,)), f"{key} is empty; {key} is {_WANTS[key]}")
        for key in ("title", "part", "concepts")
        if not getattr(front, key) or not "".join(getattr(front, key)).strip()
    ]
    if not 1 <= front.minutes <= 600:
        notes.append((tree.line(("minutes",)), f"minutes is {_WANTS['minutes']}"))
    for key in ("concepts", "needs"):
        names: tuple[str, ...] = getattr(front, key)
        for index, name in enumerate(names):
            line = tree.line((key, index))
            if not ID.fullmatch(name):
                notes.append((line, f"'{clip(name, 40)}' in {key} must be small letters, digits and hyphens"))
            if name in names[:index]:
                notes.append((line, f"'{clip(name, 40)}' is twice in {key}; keep one"))
    return notes
