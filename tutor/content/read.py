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
from tutor.content.front_matter import ParsedFrontMatter, parse_front_matter
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
    parsed_front_matter: ParsedFrontMatter
    sections: tuple[ParsedSection, ...]
    faults: tuple[LessonFault, ...]

    @property
    def heading(self) -> Heading | None:
        """Its front matter, when that is sound."""
        return self.parsed_front_matter.heading

    @property
    def lesson(self) -> Lesson | None:
        """The lesson, when nothing is wrong with it."""
        if self.heading is None or self.faults:
            return None
        return Lesson(self.heading, tuple(map(_make_section, self.sections)))


def _make_section(section: ParsedSection) -> Section:
    """A section as learners see it: without `values` blocks, which show nothing."""
    blocks = (block for block in section.blocks if not isinstance(block, ValuesBlock))
    return Section(visible(section.raw.title), section.raw.line, tuple(blocks))


def read_lesson(path: Path) -> ParsedLesson:
    """Read the lesson at `path`, with its blocks. Never raises: whatever is wrong is in the result's `faults`."""
    try:
        data = read_bytes(path)
    except UnusableFileError as error:
        fault = LessonFault(path, 1, str(error))
        return ParsedLesson(path, ParsedFrontMatter(None, (fault,)), (), (fault,))
    parsed = parse_front_matter(path, data)
    body = data[parsed.body_start :]
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        line = parsed.body_line + body[: error.start].count(b"\n")
        fault = LessonFault(path, line, "this is not UTF-8 text; save the file as UTF-8")
        return ParsedLesson(path, parsed, (), (*parsed.faults, fault))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    raw_sections, notes = scan(lines, parsed.body_line) if parsed.is_readable else ([], [])
    concepts = parsed.heading.front_matter.concepts if parsed.heading else ()
    values: Mapping[str, object] = NO_VALUES
    sections = []
    for raw in raw_sections:
        section, values, section_notes = _read_section(raw, concepts, values)
        sections.append(section)
        notes += section_notes
    faults = [*parsed.faults, *(LessonFault(path, line, message) for line, message in notes)]
    return ParsedLesson(path, parsed, _number_tasks(sections), tuple(sorted(faults)))


def _number_tasks(sections: Sequence[ParsedSection]) -> tuple[ParsedSection, ...]:
    """The sections, with the tasks that have a goal numbered from 1 through the whole lesson."""
    tasks = [task for section in sections for block in section.blocks for task in _tasks_of(block)]
    count = sum(bool(task.goal) for task in tasks)
    numbers = iter(range(1, count + 1))

    def number_task(task: Task) -> Task:
        return msgspec.structs.replace(task, number=next(numbers), count=count) if task.goal else task

    def number_block(block: Block | ValuesBlock) -> Block | ValuesBlock:
        if not isinstance(block, SimulationBlock):
            return block
        return msgspec.structs.replace(block, tasks=tuple(map(number_task, block.tasks)))

    return tuple(ParsedSection(section.raw, tuple(map(number_block, section.blocks))) for section in sections)


def _tasks_of(block: Block | ValuesBlock) -> tuple[Task, ...]:
    return block.tasks if isinstance(block, SimulationBlock) else ()


def _read_section(
    raw: RawSection, concepts: tuple[str, ...], values: Mapping[str, object]
) -> tuple[ParsedSection, Mapping[str, object], list[Note]]:
    """Read one section: (the section with its blocks, the values that later texts may use, notes on its faults).

    `concepts` are the lesson's: a question that names no concepts gets these. `values` are those defined before the
    section.
    """
    blocks, notes = [], []
    for raw_block in raw.blocks:
        block, block_notes = read_block(raw_block, values)
        notes += block_notes
        if isinstance(block, QuestionBlock) and not block.question.concepts:
            block = QuestionBlock(block.line, msgspec.structs.replace(block.question, concepts=concepts))
        if isinstance(block, ValuesBlock):
            values = block.names
        if block is not None:
            blocks.append(block)
    return ParsedSection(raw, tuple(blocks)), values, notes
