"""A lesson read whole: its text as sections and blocks, every fault collected with its line.

What is found here keeps a lesson from being opened. Faults that only an author needs to hear of are
found by `check`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from tutor.content.find import UnusableFileError, read_bytes
from tutor.content.front import Front, parse_front
from tutor.content.model import (
    Block,
    Erratum,
    Fault,
    Heading,
    Lesson,
    Prose,
    QuestionBlock,
    Section,
    SimulationBlock,
)
from tutor.content.scan import BLOCKS, RawBlock, RawSection, scan
from tutor.content.typed import typed
from tutor.content.yamls import Note, Tree, parse
from tutor.errors import unknown
from tutor.sims.table import TABLE


@dataclass(frozen=True)
class Page:
    """A section with the text it was read from."""

    raw: RawSection
    blocks: tuple[Block, ...]
    """The blocks that could be read."""


@dataclass(frozen=True)
class Reading:
    """What could be read of a lesson's file, and what is wrong with it."""

    path: Path
    front: Front
    pages: tuple[Page, ...]
    faults: tuple[Fault, ...]

    @property
    def heading(self) -> Heading | None:
        """Its front matter, when that is sound."""
        return self.front.heading

    @property
    def lesson(self) -> Lesson | None:
        """The lesson, when nothing is wrong with it."""
        if self.heading is None or self.faults:
            return None
        sections = (Section(page.raw.title, page.raw.line, page.blocks) for page in self.pages)
        return Lesson(self.heading, tuple(sections))


class SimulationKeys(msgspec.Struct, frozen=True):
    """The YAML of a simulation block."""

    set: dict[str, Any] = {}
    step: int = 0
    tries: tuple[str, ...] = msgspec.field(name="try", default=())


_WANTS = {
    "set": "parameters and their values, for example set: {learning_rate: 0.1}",
    "step": "a whole number from 0, for example step: 3",
    "try": 'a list of tasks, for example try: ["Step twice. What changes?"]',
}


def read_lesson(path: Path) -> Reading:
    """Read the lesson at `path`. Never raises: whatever is wrong is in `faults`."""
    try:
        data = read_bytes(path)
    except UnusableFileError as error:
        fault = Fault(path, 1, str(error))
        return Reading(path, Front(None, (fault,)), (), (fault,))
    front = parse_front(path, data)
    try:
        body = data[front.body :].decode()
    except UnicodeDecodeError as error:
        line = front.body_line + data[front.body :][: error.start].count(b"\n")
        fault = Fault(path, line, "this is not UTF-8 text; save the file as UTF-8")
        return Reading(path, front, (), (*front.faults, fault))
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    sections, notes = scan(lines, front.body_line) if front.tree is not None else ([], [])
    concepts = front.heading.front.concepts if front.heading else ()
    pages = tuple(_page(section, concepts, notes) for section in sections)
    faults = (*front.faults, *(Fault(path, line, message) for line, message in notes))
    return Reading(path, front, pages, tuple(sorted(faults)))


def _page(raw: RawSection, concepts: tuple[str, ...], notes: list[Note]) -> Page:
    blocks = []
    for part in raw.blocks:
        block, found = _block(part)
        notes += found
        if isinstance(block, QuestionBlock) and not block.question.concepts:
            block = QuestionBlock(block.line, msgspec.structs.replace(block.question, concepts=concepts))
        if block is not None:
            blocks.append(block)
    return Page(raw, tuple(blocks))


Outcome = tuple[Block | None, list[Note]]


def _block(raw: RawBlock) -> Outcome:
    if raw.name == "prose":
        return Prose(raw.line, raw.text), []
    if raw.name not in _READERS:
        return None, [(raw.line, str(unknown("block", raw.name, BLOCKS)))]
    return _READERS[raw.name](raw)


def _simulation(raw: RawBlock) -> Outcome:
    tree = parse(raw.text, raw.first)
    keys, notes = typed(tree, SimulationKeys, _WANTS)
    if raw.argument not in TABLE:
        notes.append((raw.line, str(unknown("simulation", raw.argument, TABLE))))
    if keys is not None:
        notes += _unsound(keys, tree)
    if notes or keys is None:
        return None, notes
    return SimulationBlock(raw.line, raw.argument, keys.set, keys.step, keys.tries), []


def _unsound(keys: SimulationKeys, tree: Tree) -> list[Note]:
    """What types cannot say: a step before the start, tasks without words."""
    notes = []
    if keys.step < 0:
        notes.append((tree.line(("step",)), f"step: {keys.step} cannot be used; step is {_WANTS['step']}"))
    if tree.value and "try" in tree.value and not all(text.strip() for text in keys.tries or ("",)):
        notes.append((tree.line(("try",)), f"try is empty; try is {_WANTS['try']}"))
    return notes


def _erratum(raw: RawBlock) -> Outcome:
    number = raw.argument or "0"
    notes = []
    if not (number.isascii() and number.isdigit() and len(number) <= 3):
        notes.append((raw.line, f"'{raw.argument}' is no number; write the erratum's number or nothing"))
    if not raw.text.strip():
        notes.append((raw.line, "this erratum is empty; say what the notes have wrong and how to check it"))
    return (None, notes) if notes else (Erratum(raw.line, int(number), raw.text.strip("\n")), [])


def _question(raw: RawBlock) -> Outcome:
    from tutor.questions.kinds import QuestionFault, read_question

    tree = parse(raw.text, raw.first)
    if tree.notes:
        return None, list(tree.notes)
    try:
        return QuestionBlock(raw.line, read_question(raw.argument, tree.value)), []
    except QuestionFault as fault:
        return None, [(tree.line(fault.path) if fault.path else raw.line, fault.message)]


_READERS: dict[str, Callable[[RawBlock], Outcome]] = {
    "simulation": _simulation,
    "erratum": _erratum,
    "question": _question,
}


def tree_of(raw: RawBlock) -> Tree:
    """The YAML of a simulation or question block."""
    return parse(raw.text, raw.first)
