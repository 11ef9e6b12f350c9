"""The pack of lessons that an assignment needs: whether it is there, and in the version that was asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.content.pack import Manifest, read_manifest, version_numbers
from tutor.errors import UsageError, clip, nearest

if TYPE_CHECKING:
    from tutor.content.course import Course


class PackNeededError(UsageError):
    """The pack that an assignment needs is not there; the message says how to get it."""


@dataclass(frozen=True)
class AskedPack:
    """A pack that an assignment names."""

    manifest: Manifest
    version: str
    """That the assignment wants; "" for any."""
    lessons: tuple[str, ...]
    """Of the pack, in their order."""
    for_teacher: bool = False
    """Whether a teacher is told what to do, and not a learner."""

    @property
    def remark(self) -> str:
        """What to do where the pack is there in another version; "" where it is as it was asked for."""
        if not self.version or version_numbers(self.version) == version_numbers(self.manifest.version):
            return ""
        return (
            f"it is written for {self.manifest.name} {self.version}, and {self.manifest.label} is installed; "
            f"{_install_words(self.manifest.name, self.version, self.for_teacher)} --force"
        )


def find_asked_pack(course: "Course", asked: str, *, for_teacher: bool = False) -> AskedPack | None:
    """The pack that is asked for as `vectors` or `vectors 0.1`; `None` for "". `for_teacher` says who is told.

    Raises:
        PackNeededError: the course has no lesson of that pack.
    """
    name, *rest = asked.split() or [""]
    version = clip(" ".join(rest), 20)
    if not name:
        return None
    for manifest, own in _list_installed(course):
        if manifest.name == name:
            return AskedPack(manifest, version, own, for_teacher)
    raise PackNeededError(
        f"this needs the pack '{clip(' '.join([name, *rest]), 60)}', which is not installed; "
        f"{_install_words(clip(name, 40), version, for_teacher)}"
    )


def _list_installed(course: "Course") -> Iterator[tuple[Manifest, tuple[str, ...]]]:
    """Each pack that is installed, and its lessons in their order."""
    for folder in dict.fromkeys(heading.path.parent for heading in course.headings if heading.pack):
        manifest = read_manifest(folder)[0]
        if manifest is not None:
            yield (
                manifest,
                tuple(heading.front_matter.id for heading in course.headings if heading.path.parent == folder),
            )


def unknown_lesson_words(course: "Course", lesson: str, pack: AskedPack | None, for_teacher: bool) -> str:
    """Why an assignment cannot ask about a lesson that is not there, and what to do.

    `pack` is the installed one that the assignment names.
    """
    shown = f"'{clip(lesson, 40)}'"
    if lesson in {manifest.name for manifest, _ in _list_installed(course)}:
        return f"{shown} is a pack and no lesson; write pack: {lesson}"
    near = nearest(lesson, [heading.front_matter.id for heading in course.headings])
    meant = f"; did you mean '{near}'" if near else ""
    if pack is not None:
        remark = f"; {pack.remark}" if pack.remark else ""
        end = f"{meant}?" if meant else f"; it has {', '.join(pack.lessons)}"
        return f"the lesson {shown} is neither in {pack.manifest.label} nor in the course{end}{remark}"
    install = "install it with" if for_teacher else "get its file from your teacher, then"
    return (
        f"the lesson {shown} is neither in the course nor in an installed pack{f'{meant}?' if meant else ';'} "
        f"{'If' if meant else 'if'} it is of another pack, {install}: chainrule pack add FILE"
    )


def _install_words(name: str, version: str, for_teacher: bool) -> str:
    command = f"chainrule pack add {name}{f'-{version}' if version else ''}.zip"
    if for_teacher:
        return f"name the folder that has it in CHAINRULE_SHARED, or install it: {command}"
    return f"get its file from your teacher, then: {command}"
