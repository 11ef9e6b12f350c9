"""What stands beside the results of a search: the one under the cursor, at greater length than in its line."""

from typing import TYPE_CHECKING

from textual.content import Content

from tutor.content.collected import lesson_formulas
from tutor.content.findable import Findable
from tutor.content.model import Prose
from tutor.content.plain import plain_inline
from tutor.errors import ChainruleError
from tutor.maths.render import display
from tutor.text.ascii_mode import prefers_ascii

if TYPE_CHECKING:
    from tutor.content.course import Course


def preview_entry(entry: Findable, course: "Course", width: int) -> Content:
    """The whole title, where in the course it is, and in `width` cells more of its text; never a question's answer."""
    source = entry.source
    place = source.lesson_words if entry.kind == "lesson" else source.words
    lines = [Content.styled(entry.title, "bold"), Content.styled(place, "$text-quiet")]
    if details := _details(entry, course, width):
        lines += [Content(""), *map(Content, details)]
    return Content("\n").join(lines)


def _details(entry: Findable, course: "Course", width: int) -> list[str]:
    """The lines below title and place."""
    if entry.kind == "page":
        return [_first_paragraph(entry, course)]
    if entry.kind == "formula" and not prefers_ascii():
        return _draw_formula(entry, course, width)
    lead = "Concepts: " if entry.kind == "lesson" else ""
    return [f"{lead}{entry.detail}"] if entry.detail else []


def _draw_formula(entry: Findable, course: "Course", width: int) -> list[str]:
    """A named formula in two dimensions; if that is too wide, on one line (`entry.detail`), which can be wrapped."""
    for formula in lesson_formulas(course.lesson(entry.source.lesson)):
        if formula.words == entry.title and formula.source.section == entry.source.section:
            lines = display(formula.latex, width)
            if all(len(line) <= width for line in lines):
                return lines
    return [entry.detail]


def _first_paragraph(entry: Findable, course: "Course") -> str:
    """How the text of a page begins; "" where a simulation would have to run first, or the text cannot be read."""
    try:
        blocks = course.lesson(entry.source.lesson).sections[entry.source.section].blocks
        for block in blocks:
            if isinstance(block, Prose) and block.template.is_ready:
                paragraph, _, _ = block.text.strip().partition("\n\n")
                return plain_inline(paragraph, prefers_ascii())
    except ChainruleError:
        pass
    return ""
