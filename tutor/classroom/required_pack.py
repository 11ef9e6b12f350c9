"""The pack of lessons that an assignment needs: whether it is there, and in the version that was asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tutor.content.pack import Manifest, read_manifest, version_numbers
from tutor.errors import UsageError, advise_on_name, clip

if TYPE_CHECKING:
    from tutor.content.course import Course


class PackNeededError(UsageError):
    """The pack that an assignment needs is not there; the message says how to get it."""


@dataclass(frozen=True)
class RequiredPack:
    """A pack that an assignment names."""

    manifest: Manifest
    version: str
    """The version that the assignment asks for; "" for any."""
    lessons: tuple[str, ...]
    """The ids of the pack's lessons, in their order."""
    for_teacher: bool = False
    """Whether messages are for a teacher; otherwise they are for a learner."""

    @property
    def remark(self) -> str:
        """Say what to do if another version of the pack is installed; "" if it is the version asked for."""
        if not self.version or version_numbers(self.version) == version_numbers(self.manifest.version):
            return ""
        return (
            f"it is written for {self.manifest.name} {self.version}, and {self.manifest.label} is installed; "
            f"{_install_words(self.manifest.name, self.version, for_teacher=self.for_teacher)} --force"
        )


def find_required_pack(course: "Course", requirement: str, *, for_teacher: bool = False) -> RequiredPack | None:
    """Find the pack that an assignment requires, written `vectors` or `vectors 0.1`; `None` for "".

    Messages are for a teacher if `for_teacher` is true, otherwise for a learner.

    Raises:
        PackNeededError: the course has no lesson of that pack.
    """
    if not requirement.strip():
        return None
    name, *version_words = requirement.split()
    version = clip(" ".join(version_words), 20)
    for manifest, lessons in _list_installed(course):
        if manifest.name == name:
            return RequiredPack(manifest, version, lessons, for_teacher=for_teacher)
    raise PackNeededError(
        f"this needs the pack '{clip(' '.join([name, *version_words]), 60)}', which is not installed; "
        f"{_install_words(clip(name, 40), version, for_teacher=for_teacher)}"
    )


def _list_installed(course: "Course") -> Iterator[tuple[Manifest, tuple[str, ...]]]:
    """Each pack that is installed, and the ids of its lessons in their order.

    A pack whose manifest cannot be read is passed over.
    """
    lessons_of: dict[Path, list[str]] = {}  # by the folder of the pack
    for heading in course.headings:
        if heading.pack:
            lessons_of.setdefault(heading.path.parent, []).append(heading.front_matter.id)
    for folder, lessons in lessons_of.items():
        manifest, _faults = read_manifest(folder)
        if manifest is not None:
            yield manifest, tuple(lessons)


def unknown_lesson_words(course: "Course", lesson: str, pack: RequiredPack | None, *, for_teacher: bool) -> str:
    """Say that an assignment asks about an unknown lesson, and what to do.

    `pack` is the installed pack that the assignment names, if it names one.
    """
    quoted = f"'{clip(lesson, 40)}'"
    if lesson in {manifest.name for manifest, _ in _list_installed(course)}:
        return f"{quoted} is a pack and no lesson; write pack: {lesson}"
    known_lessons = [heading.front_matter.id for heading in course.headings]
    if pack is not None:
        advice = advise_on_name(lesson, known_lessons, otherwise=f"it has {', '.join(pack.lessons)}")
        remark = f"; {pack.remark}" if pack.remark else ""
        return f"the lesson {quoted} is neither in {pack.manifest.label} nor in the course; {advice}{remark}"
    unknown = f"the lesson {quoted} is neither in the course nor in an installed pack"
    install = f"{'install it with' if for_teacher else 'get its file from your teacher, then'}: chainrule pack add FILE"
    suggestion = advise_on_name(lesson, known_lessons, otherwise="")  # a question, "did you mean …?"
    if suggestion:
        return f"{unknown}; {suggestion} If it is of another pack, {install}"
    return f"{unknown}; if it is of another pack, {install}"


def _install_words(name: str, version: str, *, for_teacher: bool) -> str:
    """Say how to install a pack, to the teacher or to a learner; ends with a command to which options can be added."""
    command = f"chainrule pack add {name}{f'-{version}' if version else ''}.zip"
    if for_teacher:
        return f"name the folder that has it in CHAINRULE_SHARED, or install it: {command}"
    return f"get its file from your teacher, then: {command}"
