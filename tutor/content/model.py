"""A lesson as data: front matter, sections, blocks."""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from tutor.questions.base import Question


class FrontMatter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The YAML between the two `---` lines at the top of a lesson."""

    id: str
    title: str
    part: str
    concepts: tuple[str, ...]
    minutes: int
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """What a course list needs of a lesson, without reading the rest of it."""

    number: int
    """Its place in the course: the NN of `NN-id.md`."""
    path: Path
    front: FrontMatter


@dataclass(frozen=True)
class Prose:
    """Markdown with formulas."""

    line: int
    text: str


@dataclass(frozen=True)
class SimulationBlock:
    """A live simulation in the text: `set` and `step` say where it stands when the page opens."""

    line: int
    name: str
    values: dict[str, object]
    step: int
    tries: tuple[str, ...]
    """Tasks to try, as Markdown."""


@dataclass(frozen=True)
class Erratum:
    """Where the notes this course grew from are wrong: what they say, and how to check it."""

    line: int
    number: int
    """Its number in the list of errata; 0 when it has none."""
    text: str


@dataclass(frozen=True)
class QuestionBlock:
    """A question in the text."""

    line: int
    question: Question


Block = Prose | SimulationBlock | Erratum | QuestionBlock


@dataclass(frozen=True)
class Section:
    """One page of a lesson."""

    title: str
    line: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson, read whole."""

    heading: Heading
    sections: tuple[Section, ...]

    @property
    def id(self) -> str:
        """The lesson's public name."""
        return self.heading.front.id

    @property
    def questions(self) -> tuple[Question, ...]:
        """All its questions, in reading order."""
        blocks = (block for section in self.sections for block in section.blocks)
        return tuple(block.question for block in blocks if isinstance(block, QuestionBlock))


@dataclass(frozen=True, order=True)
class Fault:
    """Something wrong in a lesson, where, and what to do."""

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"
