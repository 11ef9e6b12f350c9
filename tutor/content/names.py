"""Checks the names by which lessons refer to each other: concepts, prerequisites, and ids used twice."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tutor.content.links import LESSON_SCHEME, find_links
from tutor.content.model import CodeBlock, Erratum, Heading, LessonFault, Prose, QuestionBlock
from tutor.content.plan import PLANNED_NUMBERS
from tutor.content.read import ParsedLesson
from tutor.errors import clip, unknown_name_error


@dataclass(frozen=True)
class NameIndex:
    """Which lessons teach which concept, over all known lessons."""

    teachers: dict[str, list[Heading]] = field(default_factory=dict)
    """Concept → the lessons that declare it, in the order of the course."""
    lessons: dict[str, Heading] = field(default_factory=dict)
    """Lesson id → its heading."""


def index_names(headings: Iterable[Heading]) -> NameIndex:
    """The names that `headings` declare; of two lessons of one id the first counts."""
    names = NameIndex()
    for heading in sorted(headings, key=lambda heading: heading.rank):
        if heading.front_matter.id in names.lessons:
            continue
        names.lessons[heading.front_matter.id] = heading
        for concept in heading.front_matter.concepts:
            names.teachers.setdefault(concept, []).append(heading)
    return names


def name_faults(readings: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    """Find names that no lesson declares, ids that two declare, and prerequisites that form a cycle."""
    yield from _unknown_concepts(readings, names)
    yield from _unknown_needs(readings, names)
    yield from _dependency_cycles(readings, names)
    yield from _repeated_ids(readings)
    yield from _broken_links(readings, names)


def _broken_links(readings: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    """Find links to lessons that do not exist."""
    known = [*names.lessons, *(name for name in PLANNED_NUMBERS if name not in names.lessons)]
    for reading in readings:
        for section in reading.sections:
            for block in section.blocks:
                if isinstance(block, (Prose, Erratum)):
                    first = block.line if isinstance(block, Prose) else block.line + 1
                    for line, address in find_links(block.template.source):
                        name = address.removeprefix(LESSON_SCHEME)
                        if address.startswith(LESSON_SCHEME) and name not in known:
                            text = (
                                f"the link {clip(address)} leads nowhere: {unknown_name_error('lesson', name, known)}"
                            )
                            yield LessonFault(reading.path, first + line, text)


class _NamedBlock(NamedTuple):
    """A question or an exercise, as far as its names go."""

    reading: ParsedLesson
    line: int
    what: str
    id: str
    concepts: tuple[str, ...]


def _named_blocks(readings: Iterable[ParsedLesson]) -> Iterator[_NamedBlock]:
    for reading in readings:
        for section in reading.sections:
            for block in section.blocks:
                if isinstance(block, QuestionBlock):
                    yield _NamedBlock(reading, block.line, "question", block.question.id, block.question.concepts)
                elif isinstance(block, CodeBlock):
                    yield _NamedBlock(reading, block.line, "exercise", block.id, (block.exercise.concept,))


def _unknown_concepts(readings: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    for reading, line, what, id, concepts in _named_blocks(readings):
        if reading.heading is None:
            continue
        for concept in concepts:
            if concept not in names.teachers:
                text = str(unknown_name_error("concept", concept, names.teachers))
                yield LessonFault(reading.path, line, f"{what} {id}: {text}")


def _unknown_needs(readings: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    known = [*names.lessons, *(name for name in PLANNED_NUMBERS if name not in names.lessons), *names.teachers]
    for reading in readings:
        if reading.heading is None or reading.parsed_front_matter.tree is None:
            continue
        for index, need in enumerate(reading.heading.front_matter.needs):
            if need not in known:
                line = reading.parsed_front_matter.tree.line(("needs", index))
                yield LessonFault(reading.path, line, str(unknown_name_error("lesson or concept", need, known)))


def required_lessons(heading: Heading, names: NameIndex) -> Iterator[tuple[int, str]]:
    """The lessons that `heading` needs: (place in its `needs`, lesson id).

    A name that is both a lesson and a concept means the lesson; a concept means the first that teaches it.
    """
    for index, need in enumerate(heading.front_matter.needs):
        if need in names.lessons:
            yield index, need
        elif need in names.teachers:
            yield index, names.teachers[need][0].front_matter.id


def _dependency_cycles(readings: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    """Find each cycle of prerequisites once, reported at the first of its lessons that was read."""
    reported: set[frozenset[str]] = set()
    for reading in readings:
        if reading.heading is None or reading.parsed_front_matter.tree is None:
            continue
        for index, need in required_lessons(reading.heading, names):
            way = _find_path(need, reading.heading.front_matter.id, names)
            if way and frozenset(way) not in reported:
                reported.add(frozenset(way))
                circle = " → ".join([reading.heading.front_matter.id, *way])
                line = reading.parsed_front_matter.tree.line(("needs", index))
                yield LessonFault(reading.path, line, f"needs form a circle, {circle}; leave one of them out")


def _find_path(start: str, goal: str, names: NameIndex) -> list[str]:
    """Find a path of prerequisites from `start` to `goal`, both included; empty when there is none."""
    before = {start: ""}
    waiting = [start]
    while waiting and goal not in before:
        here = waiting.pop(0)
        for _, need in required_lessons(names.lessons[here], names):
            if need not in before:
                before[need] = here
                waiting.append(need)
    way = [goal] if goal in before else []
    while way and way[0] != start:
        way.insert(0, before[way[0]])
    return way


def _repeated_ids(readings: Sequence[ParsedLesson]) -> Iterator[LessonFault]:
    """Find ids that are used twice; each place names another one."""
    lessons: dict[str, list[tuple[Path, int]]] = {}
    named: dict[str, dict[str, list[tuple[Path, int]]]] = {"lesson": lessons, "question": {}, "exercise": {}}
    for reading in readings:
        if reading.heading is not None and reading.parsed_front_matter.tree is not None:
            place = (reading.path, reading.parsed_front_matter.tree.line(("id",)))
            lessons.setdefault(reading.heading.front_matter.id, []).append(place)
    for reading, line, what, id, _ in _named_blocks(readings):
        named[what].setdefault(id, []).append((reading.path, line))
    for what, ids in named.items():
        for name, places in ids.items():
            if len(places) == 1:
                continue
            for index, (path, line) in enumerate(places):
                other_path, other_line = places[0 if index else 1]
                text = f"the {what} id '{clip(name, 40)}' is also at {other_path}:{other_line}; rename one"
                yield LessonFault(path, line, text)
