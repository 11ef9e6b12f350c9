"""Writes the file from which a learner starts an exercise: the task, its lesson, and the function to be filled in."""

from typing import TYPE_CHECKING

from tutor.content.plain import keep_code_marks, markdown_lines
from tutor.errors import ChainruleError
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import CodeBlock

WIDTH = 78
"""Characters of a line, without the indent of the function's text."""


def write_stub(course: "Course", block: "CodeBlock") -> str:
    """The stub of an exercise, whose text says what the page of its lesson says.

    Raises:
        ChainruleError: its lesson cannot be opened.
    """
    exercise = block.exercise
    lines = [
        *markdown_lines(keep_code_marks(exercise.ask), width=WIDTH),
        *_earlier_lines(course, block),
        *_place_lines(course, block),
    ]
    return exercise.stub(tuple(line.replace("\\", "\\\\").replace('"""', "'''") for line in lines))


def _earlier_lines(course: "Course", block: "CodeBlock") -> list[str]:
    """The functions of earlier exercises that may be called, if they are in the same folder."""
    earlier = []
    for id in block.exercise.uses:
        try:
            earlier.append((course.exercise(id).exercise, id))
        except ChainruleError:  # a lesson that cannot be opened: this one goes without it
            continue
    if not earlier:
        return []
    names = join_words([f"{exercise.name} ({id}.py)" for exercise, id in earlier])
    call = earlier[0][0].call
    text = f"You may call your own {names}, without an import: write {call}. The file must be in the same folder."
    return ["", *markdown_lines(text, width=WIDTH)]


def _place_lines(course: "Course", block: "CodeBlock") -> list[str]:
    """The lesson of the exercise, its page, and what opens it."""
    lesson = course.lesson(course.question(block.id)[1])
    page = next(number for number, section in enumerate(lesson.sections, 1) if block in section.blocks)
    return [
        "",
        f"Lesson: {lesson.heading.front_matter.title}, page {page} (chainrule learn {lesson.id} --section {page})",
        f"Hints, should you need them: chainrule code {block.id} --hint 1 (then 2 and 3)",
    ]
