"""Reads a whole lesson into sections and blocks, and collects every fault with its line.

What is found here keeps a lesson from being opened. Faults that only an author needs to hear of are
found by `check`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tutor.characters import visible
from tutor.content.blocks import read_block
from tutor.content.find import UnusableFileError, read_bytes
from tutor.content.front import Front, parse_front
from tutor.content.model import (
    NO_VALUES,
    Block,
    Heading,
    Lesson,
    LessonFault,
    QuestionBlock,
    Section,
    SimulationBlock,
    Task,
    ValuesBlock,
)
from tutor.content.sections import RawSection, scan
from tutor.content.yaml_tree import Note


class ParsedSection(msgspec.Struct, frozen=True):
    """A section with the text it was read from."""

    raw: RawSection
    blocks: tuple[Block | ValuesBlock, ...]
    """The blocks that could be read."""


class ParsedLesson(msgspec.Struct, frozen=True):
    """The readable part of a lesson's file, and its faults."""

    path: Path
    front: Front
    pages: tuple[ParsedSection, ...]
    faults: tuple[LessonFault, ...]

    @property
    def heading(self) -> Heading | None:
        """Its front matter, when that is sound."""
        return self.front.heading

    @property
    def lesson(self) -> Lesson | None:
        """The lesson, when nothing is wrong with it."""
        if self.heading is None or self.faults:
            return None
        return Lesson(self.heading, tuple(_make_section(page) for page in self.pages))


def _make_section(page: ParsedSection) -> Section:
    blocks = (block for block in page.blocks if not isinstance(block, ValuesBlock))
    return Section(visible(page.raw.title), page.raw.line, tuple(blocks))


def read_lesson(path: Path) -> ParsedLesson:
    """Read the lesson at `path`. Never raises: whatever is wrong is in `faults`."""
    try:
        data = read_bytes(path)
    except UnusableFileError as error:
        fault = LessonFault(path, 1, str(error))
        return ParsedLesson(path, Front(None, (fault,)), (), (fault,))
    front = parse_front(path, data)
    try:
        body = data[front.body_start :].decode()
    except UnicodeDecodeError as error:
        line = front.body_line + data[front.body_start :][: error.start].count(b"\n")
        fault = LessonFault(path, line, "this is not UTF-8 text; save the file as UTF-8")
        return ParsedLesson(path, front, (), (*front.faults, fault))
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    sections, notes = scan(lines, front.body_line) if front.tree is not None else ([], [])
    concepts = front.heading.front.concepts if front.heading else ()
    names: Mapping[str, object] = NO_VALUES
    pages = []
    for section in sections:
        page, names = _read_page(section, concepts, names, notes)
        pages.append(page)
    faults = (*front.faults, *(LessonFault(path, line, message) for line, message in notes))
    return ParsedLesson(path, front, _number_tasks(pages), tuple(sorted(faults)))


def _number_tasks(pages: Sequence[ParsedSection]) -> tuple[ParsedSection, ...]:
    """The pages with their tasks numbered through the lesson: those that have a goal, which can be ticked."""
    count = sum(bool(task.goal) for page in pages for block in page.blocks for task in _tasks_of(block))
    numbers = iter(range(1, count + 1))

    def numbered(block: Block | ValuesBlock) -> Block | ValuesBlock:
        if not isinstance(block, SimulationBlock):
            return block
        tries = (
            msgspec.structs.replace(task, number=next(numbers), count=count) if task.goal else task
            for task in block.tries
        )
        return msgspec.structs.replace(block, tries=tuple(tries))

    return tuple(ParsedSection(page.raw, tuple(map(numbered, page.blocks))) for page in pages)


def _tasks_of(block: Block | ValuesBlock) -> tuple[Task, ...]:
    return block.tries if isinstance(block, SimulationBlock) else ()


def _read_page(
    raw: RawSection, concepts: tuple[str, ...], names: Mapping[str, object], notes: list[Note]
) -> tuple[ParsedSection, Mapping[str, object]]:
    """A section with its blocks, and the values that texts after it may use; faults are added to `notes`."""
    blocks = []
    for part in raw.blocks:
        block, block_notes = read_block(part, names)
        notes += block_notes
        if isinstance(block, QuestionBlock) and not block.question.concepts:
            block = QuestionBlock(block.line, msgspec.structs.replace(block.question, concepts=concepts))
        if isinstance(block, ValuesBlock):
            names = block.names
        if block is not None:
            blocks.append(block)
    return ParsedSection(raw, tuple(blocks)), names
