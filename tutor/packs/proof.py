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


def pack_faults(folder: Path, report_progress: ReportProgress | None = None) -> list[LessonFault]:
    """Every fault of the pack in `folder`, without repetitions: first of its manifest and ids, then of its lessons.

    `report_progress` is called with the progress of the check.
    """
    manifest, faults = read_manifest(folder)
    all_faults = [*faults]
    if manifest is not None and (version := missing_version(manifest)):
        text = f"{manifest.name} needs Chainrule {version} or later; update Chainrule first"
        all_faults.append(LessonFault(folder / MANIFEST_NAME, 1, text))
    lessons = read_pack_lessons(folder)
    name = manifest.name if manifest is not None else folder.name
    other_packs = [pack for pack in pack_folders() if pack.name != name]  # not the one it replaces
    all_faults += _id_faults(folder, lessons, other_packs)
    lesson_faults = check([folder], report_progress)
    return list(dict.fromkeys([*sorted(all_faults), *lesson_faults]))  # in this order, without repetitions


def read_pack_lessons(folder: Path) -> list[ParsedLesson]:
    """The lessons of a pack, as far as they can be read."""
    try:
        return [read_lesson(path) for path in lesson_files(folder)]
    except OSError:  # the folder cannot be read, which `check` reports
        return []


def has_code(lessons: Sequence[ParsedLesson]) -> bool:
    """Whether any lesson has a code exercise, whose reference solution is code that its author wrote."""
    sections = [section for lesson in lessons for section in lesson.sections]
    return any(isinstance(block, CodeBlock) for section in sections for block in section.blocks)


def ids_of(lesson: ParsedLesson) -> Iterator[tuple[int, str, str]]:
    """Yield (line, "lesson", "question" or "exercise", id) for a lesson and for each question and exercise in it."""
    if lesson.heading is not None and lesson.parsed_front_matter.tree is not None:
        yield lesson.parsed_front_matter.tree.line(("id",)), "lesson", lesson.heading.front_matter.id
    for section in lesson.sections:
        for block in section.blocks:
            if isinstance(block, QuestionBlock):
                yield block.line, "question", block.question.id
            elif isinstance(block, CodeBlock):
                yield block.line, "exercise", block.id


def _id_faults(folder: Path, lessons: Sequence[ParsedLesson], other_packs: Sequence[Path]) -> Iterator[LessonFault]:
    """Yield a fault for each id in the pack that is used elsewhere too, or that `written_ids` does not find.

    `written_ids` finds the ids of all packs for this comparison. It searches lines for `id: …` without parsing the
    lessons, so it misses an id that is not on a line of its own.
    """
    find_holder = _make_holder_lookup(other_packs)
    ids_on_own_lines = written_ids([folder])
    for lesson in lessons:
        for line, kind, id in ids_of(lesson):
            if holder := find_holder(id):
                yield LessonFault(lesson.path, line, f"the {kind} id '{id}' is taken by {holder}; rename it")
            elif id not in ids_on_own_lines:
                yield LessonFault(lesson.path, line, f"write this id on a line of its own: id: {id}")


def _make_holder_lookup(other_packs: Sequence[Path]) -> Callable[[str], str]:
    """Return a function that says what uses an id already: "the course", "the pack NAME", or "" if nothing does."""
    ids_and_holders = [(written_ids([lessons_folder()]), "the course")]
    ids_and_holders += [(written_ids([pack]), f"the pack {pack.name}") for pack in other_packs]

    def find_holder(id: str) -> str:
        for ids, holder in ids_and_holders:
            if id in ids:
                return holder
        return ""

    return find_holder
