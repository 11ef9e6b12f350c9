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

_FRONT_MATTER = compile_lazily(rb"---[ \t]*\r?\n(.*?)^---[ \t]*\r?$\n?", re.DOTALL | re.MULTILINE)
"""The lines from the first `---` to the second, with the YAML between them as group 1."""
_KEY_HELP = {
    "id": "the lesson's name as in its file name, for example id: adam",
    "title": 'text, for example title: "Adam, step by step"',
    "part": "text, for example part: Training deep networks",
    "concepts": "a list of names, for example concepts: [momentum, adam]",
    "minutes": "a whole number from 1 to 600, for example minutes: 20",
    "needs": "a list of names of lessons or concepts, for example needs: [backprop]",
}
"""Key → what belongs there, with an example."""
MAX_MINUTES = 600
"""The longest that a lesson may say it takes."""
MAX_MESSAGE_LENGTH = 400
"""Characters to which a fault's message is cut: it may quote a whole line of noise."""


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
        """The title up to its colon: lists show no more of it."""
        return self.title.partition(":")[0]


class Heading(msgspec.Struct, frozen=True):
    """The information about a lesson that a course list needs, without the rest of the lesson."""

    number: int
    """Its place in the course: the NN of `NN-id.md`."""
    path: Path
    front_matter: FrontMatter
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
        """The sort key of lessons: those of the course come first, then those of each pack."""
        return self.pack_number, self.number, self.front_matter.id


class LessonFault(msgspec.Struct, frozen=True, order=True):
    """Something wrong in a lesson, where, and what to do."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {clip(self.message, MAX_MESSAGE_LENGTH)}"


class ParsedFrontMatter(msgspec.Struct, frozen=True):
    """The front matter of a lesson's file, as far as it could be read; and where the lesson's text begins after it."""

    heading: Heading | None
    """`None` when the front matter has a fault."""
    faults: tuple[LessonFault, ...]
    tree: "Tree | None" = None
    """Its YAML; `None` if there is no front matter, or it is not UTF-8. Then the text after it is not read either."""
    body_start: int = 0
    """Where the rest begins: an index into the file's bytes."""
    body_line: int = 1
    """The line on which the rest begins."""

    @property
    def is_readable(self) -> bool:
        """Whether the beginning of the lesson's text was found, so that it can be read despite faults before it."""
        return self.tree is not None


def read_front_matter(path: Path) -> ParsedFrontMatter:
    """Read the front matter of the lesson at `path`, and no more of the file than its first `MAX_FRONT_BYTES`."""
    try:
        data = read_bytes(path, MAX_FRONT_BYTES)
    except UnusableFileError as error:
        return ParsedFrontMatter(None, (LessonFault(path, 1, str(error)),))
    return parse_front_matter(path, data)


def parse_front_matter(path: Path, data: bytes) -> ParsedFrontMatter:
    """Parse the front matter at the beginning of `data`, which is the file at `path` or its first bytes."""
    from tutor.content.yaml_reader import parse

    start = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    match = _FRONT_MATTER.match(data[start : start + MAX_FRONT_BYTES])
    if match is None:
        return ParsedFrontMatter(None, (LessonFault(path, 1, _missing_message(data[start:])),))
    whole, yaml = match[0], match[1]  # with and without the two lines ---
    try:
        text = yaml.decode()
    except UnicodeDecodeError as error:
        line = 2 + yaml[: error.start].count(b"\n")  # the YAML begins on line 2, below the first ---
        return ParsedFrontMatter(None, (LessonFault(path, line, "this is not UTF-8 text; save the file as UTF-8"),))
    tree = parse(text.replace("\r\n", "\n"), first_line=2)
    heading, notes = _make_heading(path, tree)
    return ParsedFrontMatter(
        heading,
        faults=tuple(LessonFault(path, line, message) for line, message in notes),
        tree=tree,
        body_start=start + match.end(),
        body_line=1 + whole.count(b"\n"),
    )


def _missing_message(data: bytes) -> str:
    """The message about a file in which no front matter is found."""
    if data.startswith(b"---"):
        return "the front matter is not closed; put a line --- after its last key"
    return "a lesson begins with front matter: a line ---, the keys id, title, part …, and a line ---"


def _make_heading(path: Path, tree: "Tree") -> tuple[Heading | None, "list[Note]"]:
    """Make the heading of the lesson at `path` from its front matter: (heading, []), or (`None`, notes on faults)."""
    from tutor.content.yaml_reader import convert_tree

    front_matter, notes = convert_tree(tree, FrontMatter, _KEY_HELP)
    file_name = LESSON_FILE_NAME.fullmatch(path.name)
    if file_name is None:
        notes.append((1, "a lesson's file is called NN-id.md, for example 13-adam.md; rename it"))
    elif front_matter is not None and front_matter.id != file_name["id"]:
        wrong_id = clip(front_matter.id, 40)
        message = f"the id '{wrong_id}' is not the one in the file's name; write id: {file_name['id']}"
        notes.append((tree.line(("id",)), message))
    if front_matter is not None:
        notes += _value_notes(front_matter, tree)
    if notes or front_matter is None or file_name is None:
        return None, notes
    return Heading(int(file_name["number"]), path, front_matter), []


def _value_notes(front_matter: FrontMatter, tree: "Tree") -> "list[Note]":
    """Notes on faults that types cannot express: empty texts, minutes out of range, invalid names, duplicates."""
    notes = []
    for key in ("title", "part", "concepts"):
        value: str | tuple[str, ...] = getattr(front_matter, key)
        if not "".join(value).strip():  # a list counts as empty if all its names are blank
            notes.append((tree.line((key,)), f"{key} is empty; {key} is {_KEY_HELP[key]}"))
    if not 1 <= front_matter.minutes <= MAX_MINUTES:
        notes.append((tree.line(("minutes",)), f"minutes is {_KEY_HELP['minutes']}"))
    for key in ("concepts", "needs"):
        names: tuple[str, ...] = getattr(front_matter, key)
        for index, name in enumerate(names):
            line = tree.line((key, index))
            if not ID.fullmatch(name):
                notes.append((line, f"'{clip(name, 40)}' in {key} must be small letters, digits and hyphens"))
            if name in names[:index]:
                notes.append((line, f"'{clip(name, 40)}' is twice in {key}; keep one"))
    return notes
