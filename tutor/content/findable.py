"""Collects what can be found by typing: lessons, pages, questions, exercises, terms, formulas, without any answer."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from tutor.content.collected import Source, heading_source, lesson_formulas, lesson_terms
from tutor.content.model import CodeBlock, QuestionBlock
from tutor.content.plain import plain_inline
from tutor.text.concepts import concept_name

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.front_matter import Heading
    from tutor.content.model import Lesson

FoundKind = Literal["lesson", "page", "term", "formula", "question"]

UNDRAWN_NUMBER = re.compile(r"(?<![\\_^}a-zA-Z])\{[^{}]*\}")
"""A placeholder for a number that is not drawn yet. Braces of LaTeX, which follow a letter or a sign, do not match."""


@dataclass(frozen=True)
class Findable:
    """Something that can be found and gone to."""

    kind: FoundKind
    title: str
    """What is shown and matched first, in one line."""
    source: Source
    detail: str = ""
    """What is shown beside the text, and is matched as well."""
    id: str = ""
    """The id of a question."""


@lru_cache(maxsize=2000)
def prompt_line(markdown: str) -> str:
    """The prompt of a question in one line, with `…` for each number that is not drawn yet."""
    return plain_inline(UNDRAWN_NUMBER.sub("…", markdown))


def lesson_entry(heading: "Heading") -> Findable:
    """The entry of a lesson, which needs no more than its heading."""
    front = heading.front_matter
    source = heading_source(heading)
    return Findable("lesson", front.title, source, ", ".join(map(concept_name, front.concepts)))


def lesson_contents(lesson: "Lesson") -> Iterator[Findable]:
    """The pages, questions, exercises, terms and formulas of a lesson; questions without their options and answers."""
    for index, section in enumerate(lesson.sections):
        source = heading_source(lesson.heading, index)
        yield Findable("page", section.title, source)
        for block in section.blocks:
            if isinstance(block, QuestionBlock):
                # Questions that predict a simulation's next value may have no text of their own.
                prompt = getattr(block.question, "ask", None) or "What comes next in the simulation?"
                yield Findable("question", prompt_line(prompt), source, id=block.question.id)
            if isinstance(block, CodeBlock):
                yield Findable("page", f"{section.title}: {block.exercise.title}", source, block.exercise.function)
    for term in lesson_terms(lesson):
        yield Findable("term", term.plain_name, term.source, plain_inline(term.meaning))
    for formula in lesson_formulas(lesson):
        yield Findable("formula", formula.words, formula.source, plain_inline(f"${formula.latex}$"))


def contents(course: "Course") -> Iterator[Findable]:
    """Yield what `lesson_contents` gives for every lesson; each lesson is read only when its turn comes."""
    for lesson in course.lessons():
        yield from lesson_contents(lesson)
