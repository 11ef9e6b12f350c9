"""The parts of the course as quizzes: one on what a part builds on, before it, and one on what it teaches, after it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tutor.content.names import index_names, required_lessons
from tutor.errors import UsageError, unknown_name_error
from tutor.quiz.selection import Scope

if TYPE_CHECKING:
    from tutor.content.course import Course


@dataclass(frozen=True)
class CoursePart:
    """Lessons that stand together on the map."""

    number: int
    """Its place in the course, counted from 1."""
    name: str
    lessons: tuple[str, ...]
    builds_on: tuple[str, ...]
    """The lessons of other parts that its lessons name as needed."""

    @property
    def entry(self) -> Scope:
        """Questions on what it builds on.

        Raises:
            UsageError: it builds on nothing.
        """
        if not self.builds_on:
            raise UsageError(f"the part “{self.name}” builds on no other: begin with it")
        return Scope(lesson=self.builds_on, title=f"before “{self.name}”")

    @property
    def outcome(self) -> Scope:
        """Questions on what it teaches."""
        return Scope(lesson=self.lessons, title=f"the part “{self.name}”")


def course_parts(course: "Course") -> list[CoursePart]:
    """The parts, in the order of the course; those of a pack are its own, whatever they are called."""
    names = index_names(course.headings)
    lessons: dict[str, list[str]] = {}
    needs: dict[str, list[str]] = {}
    for heading in course.headings:
        front = heading.front_matter
        part = f"{heading.pack}: {front.part}" if heading.pack else front.part
        lessons.setdefault(part, []).append(front.id)
        needs.setdefault(part, []).extend(id for _, id in required_lessons(heading, names))
    order = [heading.front_matter.id for heading in course.headings]
    return [
        CoursePart(number, name, tuple(ids), tuple(id for id in order if id in needs[name] and id not in ids))
        for number, (name, ids) in enumerate(lessons.items(), 1)
    ]


def find_part(course: "Course", named: str) -> CoursePart:
    """The part with this number, or whose name is or begins so, in any case.

    Raises:
        UsageError: there is none, or there are several.
    """
    parts, wanted = course_parts(course), named.strip().casefold()
    exact = [part for part in parts if wanted in (str(part.number), part.name.casefold())]
    found = exact or [part for part in parts if wanted and part.name.casefold().startswith(wanted)]
    if len(found) == 1:
        return found[0]
    if found:
        choices = " or ".join(f"{part.number} ({part.name})" for part in found)
        raise UsageError(f"there are several parts '{named}': say {choices}")
    if wanted.isdecimal():
        raise UsageError(f"there is no part {named}: give a number from 1 to {len(parts)}")
    raise unknown_name_error("part", named, [part.name for part in parts])


def part_that_ends(course: "Course", lesson: str) -> CoursePart | None:
    """The part whose last lesson this is, unless it is its only one."""
    return next((part for part in course_parts(course) if part.lessons[-1] == lesson and len(part.lessons) > 1), None)


def part_that_begins(course: "Course", lesson: str) -> CoursePart | None:
    """The part whose first lesson this is, where it builds on others."""
    return next((part for part in course_parts(course) if part.lessons[0] == lesson and part.builds_on), None)


def scope_between(course: "Course", lesson: str, which: str) -> Scope | None:
    """What a quiz beside this lesson asks.

    About the part that ends with it (`part-quiz`), what the part to come builds on (`entry-quiz`), or what the part
    builds on that begins with it (`before-quiz`).
    """
    following = course.following(lesson)
    if which == "part-quiz" or (which == "entry-quiz" and following is None):
        ended = part_that_ends(course, lesson)
        return ended.outcome if ended else None
    begun = part_that_begins(course, lesson if which == "before-quiz" or following is None else following.id)
    return begun.entry if begun else None
