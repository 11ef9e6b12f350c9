"""Finds what keeps a folder from being a pack that can be installed, as `file:line: message`."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tutor.content.check import ReportProgress, check
from tutor.content.find import lesson_files, lessons_folder, written_ids
from tutor.content.front_matter import LessonFault
from tutor.content.model import CodeBlock, QuestionBlock
from tutor.content.pack import MANIFEST_NAME, missing_version, read_manifest
from tutor.content.read import ParsedLesson, read_lesson
from tutor.packs.installed import pack_folders


def pack_faults(folder: Path, tell: ReportProgress | None = None) -> list[LessonFault]:
    """Every fault of the pack in `folder`: of its manifest and its names, then within its lessons."""
    manifest, faults = read_manifest(folder)
    all_faults = [*faults]
    if manifest is not None and (version := missing_version(manifest)):
        text = f"{manifest.name} needs Chainrule {version} or later; update Chainrule first"
        all_faults.append(LessonFault(folder / MANIFEST_NAME, 1, text))
    readings = read_pack_lessons(folder)
    name = manifest.name if manifest is not None else folder.name
    all_faults += _name_faults(folder, readings, [other for other in pack_folders() if other.name != name])
    return list(dict.fromkeys([*sorted(all_faults), *check([folder], tell)]))


def read_pack_lessons(folder: Path) -> list[ParsedLesson]:
    """The lessons of a pack, as far as they can be read."""
    try:
        return [read_lesson(path) for path in lesson_files(folder)]
    except OSError:  # the check says so
        return []


def has_code(readings: Sequence[ParsedLesson]) -> bool:
    """Whether a lesson has an exercise, whose reference is code that its author wrote."""
    sections = [section for reading in readings for section in reading.sections]
    return any(isinstance(block, CodeBlock) for section in sections for block in section.blocks)


def ids_of(reading: ParsedLesson) -> Iterator[tuple[int, str, str]]:
    """(line, what it is, id) of a lesson, its questions and its exercises."""
    if reading.heading is not None and reading.parsed_front_matter.tree is not None:
        yield reading.parsed_front_matter.tree.line(("id",)), "lesson", reading.heading.front_matter.id
    for section in reading.sections:
        for block in section.blocks:
            if isinstance(block, QuestionBlock):
                yield block.line, "question", block.question.id
            elif isinstance(block, CodeBlock):
                yield block.line, "exercise", block.id


def _name_faults(folder: Path, readings: Sequence[ParsedLesson], others: Sequence[Path]) -> Iterator[LessonFault]:
    """Ids that the course or another pack has already, and those that a quick look does not find."""
    holder_of = _make_holder_lookup(others)
    written = written_ids([folder])
    for reading in readings:
        for line, what, id in ids_of(reading):
            if holder := holder_of(id):
                yield LessonFault(reading.path, line, f"the {what} id '{id}' is taken by {holder}; rename it")
            elif id not in written:
                yield LessonFault(reading.path, line, f"write this id on a line of its own: id: {id}")


def _make_holder_lookup(others: Sequence[Path]) -> Callable[[str], str]:
    """Return a function from an id to its holder; "" for a free id."""
    ids_and_holders = [(written_ids([lessons_folder()]), "the course")]
    ids_and_holders += [(written_ids([other]), f"the pack {other.name}") for other in others]
    return lambda id: next((holder for ids, holder in ids_and_holders if id in ids), "")
