"""Writes the file from which a learner starts an exercise: the task, its lesson, and the function to be filled in."""

from typing import TYPE_CHECKING

from tutor.content.plain import keep_code_marks, markdown_lines
from tutor.errors import ChainruleError
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import CodeBlock

WIDTH = 78
"""The most characters of a line in the docstring, without its indent."""


def write_stub(course: "Course", block: "CodeBlock") -> str:
    """The source of an exercise's stub: the function to be filled in, with the task as its docstring.

    Raises:
        ChainruleError: its lesson cannot be opened.
    """
    exercise = block.exercise
    lines = [
        *markdown_lines(keep_code_marks(exercise.ask), width=WIDTH),
        *_earlier_lines(course, block),
        *_place_lines(course, block),
    ]
    docstring_lines = tuple(line.replace("\\", "\\\\").replace('"""', "'''") for line in lines)
    return exercise.stub(docstring_lines)


def _earlier_lines(course: "Course", block: "CodeBlock") -> list[str]:
    """Say which functions of earlier exercises the learner may call, and how; [] if there are none."""
    earlier = []
    for id in block.exercise.uses:
        try:
            earlier.append(course.exercise(id))
        except ChainruleError:  # its lesson has faults: it is not mentioned
            continue
    if not earlier:
        return []
    names = join_words([f"{used.exercise.name} ({used.id}.py)" for used in earlier])
    example_call = earlier[0].exercise.call
    text = (
        f"You may call your own {names}, without an import: write {example_call}. The file must be in the same folder."
    )
    return ["", *markdown_lines(text, width=WIDTH)]


def _place_lines(course: "Course", block: "CodeBlock") -> list[str]:
    """The lesson and page of the exercise, and the commands that open the page and show the hints."""
    _, lesson_id = course.question(block.id)
    lesson = course.lesson(lesson_id)
    page = next(number for number, section in enumerate(lesson.sections, 1) if block in section.blocks)
    return [
        "",
        f"Lesson: {lesson.heading.front_matter.title}, page {page} (chainrule learn {lesson.id} --section {page})",
        f"Hints, should you need them: chainrule code {block.id} --hint 1 (then 2 and 3)",
    ]
