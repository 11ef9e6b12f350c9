"""The parts of the course as quizzes: one on what a part builds on, before it, and one on what it teaches, after it."""

from typing import TYPE_CHECKING

import msgspec

from tutor.content.names import index_names, required_lessons
from tutor.errors import UsageError, unknown_name_error

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.quiz.selection import Scope


class CoursePart(msgspec.Struct, frozen=True):
    """Lessons that the map shows together: those whose front matter names the same part."""

    number: int
    """Its place in the course, counted from 1."""
    name: str
    lessons: tuple[str, ...]
    builds_on: tuple[str, ...]
    """The lessons of other parts that are prerequisites of its lessons."""

    @property
    def entry_scope(self) -> "Scope":
        """Questions on what it builds on.

        Raises:
            UsageError: it builds on nothing.
        """
        if not self.builds_on:
            raise UsageError(f"the part “{self.name}” builds on no other: begin with it")
        from tutor.quiz.selection import Scope

        return Scope(lesson=self.builds_on, title=f"before “{self.name}”")

    @property
    def outcome_scope(self) -> "Scope":
        """Questions on what it teaches."""
        from tutor.quiz.selection import Scope

        return Scope(lesson=self.lessons, title=f"the part “{self.name}”")


def course_parts(course: "Course") -> list[CoursePart]:
    """The parts in the order of the course; parts with the same name in different packs are separate."""
    names = index_names(course.headings)  # `needs` may name lessons or concepts
    lessons_by_part: dict[str, list[str]] = {}
    needed_by_part: dict[str, set[str]] = {}
    for heading in course.headings:
        name = heading.front_matter.part
        part = f"{heading.pack}: {name}" if heading.pack else name
        lessons_by_part.setdefault(part, []).append(heading.front_matter.id)
        needed_by_part.setdefault(part, set()).update(id for _, id in required_lessons(heading, names))
    all_lessons = [heading.front_matter.id for heading in course.headings]
    parts = []
    for number, (part, lessons) in enumerate(lessons_by_part.items(), 1):
        builds_on = [id for id in all_lessons if id in needed_by_part[part] and id not in lessons]
        parts.append(CoursePart(number, part, tuple(lessons), tuple(builds_on)))
    return parts


def find_part(course: "Course", number_or_name: str) -> CoursePart:
    """Find a part by its number, its name or the beginning of its name, in upper or lower case.

    Raises:
        UsageError: there is none, or there are several.
    """
    parts, wanted = course_parts(course), number_or_name.strip().casefold()
    exact_matches = [part for part in parts if wanted in (str(part.number), part.name.casefold())]
    prefix_matches = [part for part in parts if wanted and part.name.casefold().startswith(wanted)]
    matching = exact_matches or prefix_matches
    if len(matching) == 1:
        return matching[0]
    if matching:
        choices = " or ".join(f"{part.number} ({part.name})" for part in matching)
        raise UsageError(f"there are several parts '{number_or_name}': say {choices}")
    if wanted.isdecimal():
        raise UsageError(f"there is no part {number_or_name}: give a number from 1 to {len(parts)}")
    raise unknown_name_error("part", number_or_name, [part.name for part in parts])


def part_that_ends(course: "Course", lesson: str) -> CoursePart | None:
    """The part whose last lesson is `lesson`; `None` if there is none, or if the part has only this lesson."""
    for part in course_parts(course):
        if part.lessons[-1] == lesson and len(part.lessons) > 1:
            return part
    return None


def part_that_begins(course: "Course", lesson: str) -> CoursePart | None:
    """The part whose first lesson is `lesson`; `None` if there is none, or if the part builds on no other part."""
    for part in course_parts(course):
        if part.lessons[0] == lesson and part.builds_on:
            return part
    return None


def scope_between(course: "Course", lesson: str, button_id: str) -> "Scope | None":
    """The scope of a quiz that is offered at the beginning or end of `lesson`; `None` if there is no such quiz.

    A part may begin or end with the lesson. `button_id` is that of the button that offers the quiz:

    - `part-quiz`, if a part ends with the lesson: questions on this part;
    - `entry-quiz`, if a part begins with the next lesson: questions on what that part builds on; after the course's
      last lesson it is the same as `part-quiz`;
    - `before-quiz`, if a part begins with the lesson itself: questions on what this part builds on.
    """
    next_lesson = course.front_matter_after(lesson)
    if button_id == "part-quiz" or (button_id == "entry-quiz" and next_lesson is None):
        ended_part = part_that_ends(course, lesson)
        return ended_part.outcome_scope if ended_part else None
    first_lesson = lesson if button_id == "before-quiz" or next_lesson is None else next_lesson.id
    begun_part = part_that_begins(course, first_lesson)
    return begun_part.entry_scope if begun_part else None
