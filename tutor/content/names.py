"""Checks the names by which lessons refer to each other: concepts, prerequisites, and ids used twice."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from tutor.content.links import LESSON_SCHEME, find_links
from tutor.content.model import CodeBlock, Erratum, Heading, LessonFault, Prose, QuestionBlock
from tutor.content.plan import PLANNED_NUMBERS
from tutor.content.read import ParsedLesson
from tutor.errors import clip, unknown_name_error


class NameIndex(msgspec.Struct, frozen=True):
    """The names that lessons declare: which lesson has which id, and which lessons teach which concept."""

    teachers: dict[str, list[Heading]] = msgspec.field(default_factory=dict)
    """Concept → the lessons that declare it, in the order of the course."""
    lessons: dict[str, Heading] = msgspec.field(default_factory=dict)
    """Lesson id → its heading."""


def index_names(headings: Iterable[Heading]) -> NameIndex:
    """The names that `headings` declare; of two lessons with the same id the first is used."""
    names = NameIndex()
    for heading in sorted(headings, key=lambda heading: heading.rank):
        if heading.front_matter.id in names.lessons:
            continue
        names.lessons[heading.front_matter.id] = heading
        for concept in heading.front_matter.concepts:
            names.teachers.setdefault(concept, []).append(heading)
    return names


def name_faults(parsed_lessons: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    """Find names that no lesson declares, ids that two declare, and prerequisites that form a cycle."""
    yield from _unknown_concepts(parsed_lessons, names)
    yield from _unknown_needs(parsed_lessons, names)
    yield from _dependency_cycles(parsed_lessons, names)
    yield from _repeated_ids(parsed_lessons)
    yield from _broken_links(parsed_lessons, names)


def _broken_links(parsed_lessons: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    """Find links to lessons that do not exist."""
    known_lessons = _known_lessons(names)
    for parsed_lesson in parsed_lessons:
        blocks = (block for section in parsed_lesson.sections for block in section.blocks)
        for block in blocks:
            if isinstance(block, (Prose, Erratum)):
                first_line = block.line if isinstance(block, Prose) else block.line + 1  # of the text, after the fence
                for line, address in find_links(block.template.source):
                    lesson = address.removeprefix(LESSON_SCHEME)
                    if address.startswith(LESSON_SCHEME) and lesson not in known_lessons:
                        reason = unknown_name_error("lesson", lesson, known_lessons)
                        message = f"the link {clip(address)} leads nowhere: {reason}"
                        yield LessonFault(parsed_lesson.path, first_line + line, message)


def _known_lessons(names: NameIndex) -> list[str]:
    """The ids of the lessons that exist, then of those that the course plans."""
    return [*names.lessons, *(id for id in PLANNED_NUMBERS if id not in names.lessons)]


class _NamedBlock(NamedTuple):
    """A question or an exercise: its id and concepts, and where it is."""

    parsed_lesson: ParsedLesson
    line: int
    type_name: str
    """`question` or `exercise`."""
    id: str
    concepts: tuple[str, ...]


def _named_blocks(parsed_lessons: Iterable[ParsedLesson]) -> Iterator[_NamedBlock]:
    """The questions and exercises of all lessons, in order."""
    for parsed_lesson in parsed_lessons:
        for section in parsed_lesson.sections:
            for block in section.blocks:
                if isinstance(block, QuestionBlock):
                    yield _NamedBlock(parsed_lesson, block.line, "question", block.question.id, block.question.concepts)
                elif isinstance(block, CodeBlock):
                    yield _NamedBlock(parsed_lesson, block.line, "exercise", block.id, (block.exercise.concept,))


def _unknown_concepts(parsed_lessons: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    """Find concepts of questions and exercises that no lesson declares."""
    for block in _named_blocks(parsed_lessons):
        # The front matter, or the name of the file, has a fault: what the lesson teaches is not known.
        if block.parsed_lesson.heading is None:
            continue
        for concept in block.concepts:
            if concept not in names.teachers:
                message = str(unknown_name_error("concept", concept, names.teachers))
                yield LessonFault(block.parsed_lesson.path, block.line, f"{block.type_name} {block.id}: {message}")


def _unknown_needs(parsed_lessons: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    """Find prerequisites that are neither a lesson nor a concept."""
    known = [*_known_lessons(names), *names.teachers]
    for parsed_lesson in parsed_lessons:
        if parsed_lesson.heading is None or parsed_lesson.parsed_front_matter.tree is None:
            continue
        for index, need in enumerate(parsed_lesson.heading.front_matter.needs):
            if need not in known:
                line = parsed_lesson.parsed_front_matter.tree.line(("needs", index))
                yield LessonFault(parsed_lesson.path, line, str(unknown_name_error("lesson or concept", need, known)))


def required_lessons(heading: Heading, names: NameIndex) -> Iterator[tuple[int, str]]:
    """Yield the lessons that `heading` needs: (index in its `needs`, lesson id).

    A name that is both a lesson's and a concept's means the lesson. A concept means the first lesson that teaches it.
    """
    for index, need in enumerate(heading.front_matter.needs):
        if need in names.lessons:
            yield index, need
        elif need in names.teachers:
            first_teacher = names.teachers[need][0]
            yield index, first_teacher.front_matter.id


def _dependency_cycles(parsed_lessons: Sequence[ParsedLesson], names: NameIndex) -> Iterator[LessonFault]:
    """Find each cycle of prerequisites, and report it once, at the lesson in it that was read first."""
    reported: set[frozenset[str]] = set()
    for parsed_lesson in parsed_lessons:
        if parsed_lesson.heading is None or parsed_lesson.parsed_front_matter.tree is None:
            continue
        for index, need in required_lessons(parsed_lesson.heading, names):
            path_back = _find_path(need, parsed_lesson.heading.front_matter.id, names)
            if path_back and frozenset(path_back) not in reported:
                reported.add(frozenset(path_back))
                circle = " → ".join([parsed_lesson.heading.front_matter.id, *path_back])
                line = parsed_lesson.parsed_front_matter.tree.line(("needs", index))
                yield LessonFault(parsed_lesson.path, line, f"needs form a circle, {circle}; leave one of them out")


def _find_path(start: str, goal: str, names: NameIndex) -> list[str]:
    """The shortest path of prerequisites from lesson `start` to `goal`, both included; empty when there is none."""
    reached_from = {start: ""}  # breadth-first search: lesson → the lesson by which it was reached
    queue = [start]
    while queue and goal not in reached_from:
        lesson = queue.pop(0)
        for _, need in required_lessons(names.lessons[lesson], names):
            if need not in reached_from:
                reached_from[need] = lesson
                queue.append(need)
    if goal not in reached_from:
        return []
    path = [goal]
    while path[0] != start:
        path.insert(0, reached_from[path[0]])
    return path


def _repeated_ids(parsed_lessons: Sequence[ParsedLesson]) -> Iterator[LessonFault]:
    """Find ids that are declared twice: a fault at each place, whose message names another of the places."""
    # For each type of name: id → the places where it is declared, as (file, line).
    places_by_type: dict[str, dict[str, list[tuple[Path, int]]]] = {"lesson": {}, "question": {}, "exercise": {}}
    for parsed_lesson in parsed_lessons:
        if parsed_lesson.heading is not None and parsed_lesson.parsed_front_matter.tree is not None:
            line = parsed_lesson.parsed_front_matter.tree.line(("id",))
            lesson_places = places_by_type["lesson"].setdefault(parsed_lesson.heading.front_matter.id, [])
            lesson_places.append((parsed_lesson.path, line))
    for block in _named_blocks(parsed_lessons):
        block_places = places_by_type[block.type_name].setdefault(block.id, [])
        block_places.append((block.parsed_lesson.path, block.line))
    for type_name, places_by_id in places_by_type.items():
        for id, places in places_by_id.items():
            if len(places) == 1:
                continue
            for index, (path, line) in enumerate(places):
                other_path, other_line = places[1] if index == 0 else places[0]
                message = f"the {type_name} id '{clip(id, 40)}' is also at {other_path}:{other_line}; rename one"
                yield LessonFault(path, line, message)
