"""Every fault of lessons at once: what keeps them from opening, and what only their authors can see."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tutor.content.find import lesson_files, lessons_folder
from tutor.content.formulas import text_notes
from tutor.content.front import read_heading
from tutor.content.model import Block, Fault, Heading, QuestionBlock, SimulationBlock
from tutor.content.names import gather, name_faults
from tutor.content.read import Page, Reading, read_lesson, tree_of
from tutor.content.runs import run_notes
from tutor.content.scan import RawBlock
from tutor.content.yamls import Note, Place, Tree
from tutor.errors import ChainruleError

LONGEST = 60
"""Lines of prose that one page may hold."""

WIDTH = 80
"""Columns of a line of prose."""

_KEY = re.compile(r"([a-z_]+)(?:\[(\d+)\]|(?: (\w+))?:)")
_SPLICE = re.compile(r"\{=[^{}]*\}")


def check(paths: Sequence[Path]) -> list[Fault]:
    """The faults of the lessons at `paths`, folders or files, sorted by file and line.

    Lessons beside them, and those of the course, count as known; they are not checked themselves.
    """
    files: dict[Path, Path] = {}
    faults: list[Fault] = []
    for path in paths:
        try:
            for file in lesson_files(path) if path.is_dir() else [path]:
                files.setdefault(file.absolute(), file)
        except OSError as error:
            faults.append(Fault(path, 1, f"this folder cannot be read: {error.strerror}"))
    readings = [read_lesson(file) for file in files.values()]
    for reading in readings:
        faults += reading.faults
        faults += (Fault(reading.path, line, message) for line, message in lesson_notes(reading))
    names = gather([*(found.heading for found in readings if found.heading), *_around(files)])
    faults += name_faults(readings, names)
    return sorted(set(faults))


def _around(files: dict[Path, Path]) -> Iterator[Heading]:
    """The headings of lessons that are not checked but whose names count."""
    folders = {file.parent for file in files} | {lessons_folder().absolute()}
    for folder in sorted(folders):
        try:
            others = [file for file in lesson_files(folder) if file not in files]
        except OSError:
            continue
        for heading in (read_heading(file).heading for file in others):
            if heading is not None:
                yield heading


def lesson_notes(reading: Reading) -> Iterator[Note]:
    """What is wrong within one lesson, beyond what reading it found."""
    for page in reading.pages:
        yield from length_notes(page)
        yield from block_notes(page)
    questions = any(raw.name == "question" for page in reading.pages for raw in page.raw.blocks)
    if not questions and (reading.pages or not reading.faults):
        yield 1, "this lesson has no questions; add a block ```{question} number"


def length_notes(page: Page) -> Iterator[Note]:
    """Whether a page is too long to be one."""
    lines = sum(_height(raw.text) for raw in page.raw.blocks if raw.name in {"prose", "erratum"})
    if lines > LONGEST:
        text = f"this section has {lines} lines of prose, more than the {LONGEST} of a page; divide it"
        yield page.raw.line, text


def block_notes(page: Page) -> Iterator[Note]:
    """What is wrong in the blocks of one page: their formulas, runs and questions."""
    blocks = {block.line: block for block in page.blocks}
    for raw in page.raw.blocks:
        if raw.name in {"prose", "erratum"}:
            yield from text_notes(raw.text, raw.first)
        elif raw.name in {"simulation", "question"}:
            yield from _yaml_notes(raw, blocks.get(raw.line))


def _height(text: str) -> int:
    """How many lines of the usual width a text takes, without its blank ones."""
    return sum(-(-len(line) // WIDTH) for line in text.split("\n") if line.strip())


def _yaml_notes(raw: RawBlock, block: Block | None) -> Iterator[Note]:
    tree = tree_of(raw)
    if not tree.notes:
        yield from value_notes(tree, tree.value, ())
    if isinstance(block, SimulationBlock):
        yield from run_notes(block, tree)
    elif isinstance(block, QuestionBlock):
        yield from question_notes(block, tree)


def value_notes(tree: Tree, value: Any, place: Place) -> Iterator[Note]:
    """What is wrong with the formulas of every text in a block's YAML."""
    if isinstance(value, str) and "$" in value:
        line = tree.line(place)
        yield from ((line, message) for _, message in text_notes(_SPLICE.sub("{1}", value)))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from value_notes(tree, item, (*place, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from value_notes(tree, item, (*place, index))


def question_notes(block: QuestionBlock, tree: Tree) -> Iterator[Note]:
    """What keeps a question from being asked, by its own proof over many seeds.

    A message that begins with a place, as in `answer: …`, `let b: …` or `mistakes[0] …`, gets its line.
    """
    try:
        messages = block.question.check()
    except ChainruleError as error:
        messages = [str(error)]
    for message in messages:
        found = _KEY.match(message)
        line = block.line
        if found and (found[1],) in tree.lines:
            line = tree.line((found[1], int(found[2]) if found[2] else found[3] or ""))
        yield line, f"question {block.question.id}: {message}"
