"""Questions on paper: a worksheet with its key, as Markdown or as an HTML page whose formulas are MathML.

The same seed gives the same sheet, so that the key can be printed later. Questions about a simulation's state are left
out: they cannot be answered on paper.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

from tutor.budget import ANSWER_BUDGET, Budget
from tutor.characters import visible
from tutor.errors import ChainruleError, unknown_name_error
from tutor.export.markup import export_parser, visible_lines
from tutor.text.concepts import concept_name
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

    from tutor.content.course import Course
    from tutor.questions.base import Instance, Option, Question

MAX_SEED = 10**6
STYLE = """
@page { margin: 2cm; }
body { font: 12pt/1.5 Georgia, serif; max-width: 40rem; margin: 2rem auto; padding: 0 1rem; }
body { color: #000; background: #fff; }
ol.sheet > li { margin: 0 0 1.6rem; break-inside: avoid; }
ol.choices { list-style: none; padding-left: 0; }
.how { color: #444; font-style: italic; }
.room { border-bottom: 1px solid #777; height: 2.2rem; }
.name { float: right; }
"""


@dataclass(frozen=True)
class Worksheet:
    """The contents of the sheet."""

    title: str
    seed: int
    instances: "tuple[Instance, ...]"
    left_out: int
    """How many questions of the scope need a simulation."""


def make_worksheet(course: "Course", scope: str, seed: int, count: int | None = None) -> Worksheet:
    """Make a worksheet of the questions of a lesson or on a concept; `scope` is the id of either.

    `seed` decides the numbers and, if fewer than all questions are wanted, which `count` of them are taken. Their order
    is that of the course.

    Raises:
        ChainruleError: there is no such lesson or concept, or it has no question for paper.
    """
    title, questions = _find_questions(course, scope)
    for_paper = [question for question in questions if not question.needs_simulation]
    left_out = len(questions) - len(for_paper)
    rng = random.Random(seed)
    if count is not None and count < len(for_paper):
        picked_indices = sorted(rng.sample(range(len(for_paper)), count))
        for_paper = [for_paper[index] for index in picked_indices]
    instances = []
    for question in for_paper:
        with Budget(ANSWER_BUDGET, "this question").activate():
            instance = question.draw_instance(rng.randrange(MAX_SEED))
        if instance.scene is None:
            instances.append(instance)
    if not instances:
        raise ChainruleError(f"no question of {scope} can be answered on paper: each needs its simulation")
    return Worksheet(title, seed, tuple(instances), left_out)


def _find_questions(course: "Course", scope: str) -> "tuple[str, Sequence[Question]]":
    """The title and the questions of the lesson, or of the concept, with the id `scope`.

    Raises:
        UsageError: there is neither.
    """
    lessons = {heading.front_matter.id: heading.front_matter.title for heading in course.headings}
    if scope in lessons:
        return lessons[scope], course.questions(scope)
    concepts = {concept for heading in course.headings for concept in heading.front_matter.concepts}
    if scope in concepts:
        on_concept = [question for question in course.questions() if scope in question.concepts]
        return concept_name(scope), on_concept
    raise unknown_name_error("lesson or concept", scope, sorted({*lessons, *concepts}))


def as_markdown(sheet: Worksheet, *, is_key: bool) -> str:
    """The sheet, or its answer key, as Markdown with `$…$`."""
    lines = [f"# {_title(sheet, is_key=is_key)}", ""]
    if not is_key:
        lines += ["Name: ______________________________", ""]
    for number, instance in enumerate(sheet.instances, 1):
        lines += [f"## {number}", ""]
        lines += _key_markdown(instance) if is_key else _question_markdown(instance)
    if is_key and sheet.left_out:
        lines.append(left_out_words(sheet))
    return "\n".join(lines).rstrip()


def _question_markdown(instance: "Instance") -> list[str]:
    """A question of the sheet: its prompt, what can be chosen from, and a line to answer on."""
    choices = [f"- {_label(choice)}{choice.text}" for choice in (*instance.places, *instance.options)]
    if choices:
        choices.append("")
    answer = [f"*Answer with {instance.how}.*", "", "Answer: ______________________________", ""]
    return [instance.prompt, "", *choices, *answer]


def _key_markdown(instance: "Instance") -> list[str]:
    """The answer to a question, and why."""
    return [f"**{instance.solution}**", "", instance.why, ""]


def left_out_words(sheet: Worksheet) -> str:
    """Say how many questions of the scope are not suited to paper."""
    return f"Left out: {counted(sheet.left_out, 'question')} about a running simulation."


def _label(option: "Option") -> str:
    """What precedes an option: `a) `."""
    return f"{option.label}) "


def _title(sheet: Worksheet, *, is_key: bool) -> str:
    """The title of the sheet, or of its key."""
    return f"{'Key: ' if is_key else ''}{sheet.title} (seed {sheet.seed})"


def as_html(sheet: Worksheet, *, is_key: bool) -> str:
    """The sheet, or its answer key, as a page to print: without scripts, and without files from elsewhere."""
    title = escape(visible(_title(sheet, is_key=is_key)))
    to_html = _key_html if is_key else _question_html
    items = "\n".join(f"<li>{to_html(instance)}</li>" for instance in sheet.instances)
    name_field = "" if is_key else '<p class="name">Name: ____________________</p>'
    left_out = f"<p>{escape(left_out_words(sheet))}</p>\n" if is_key and sheet.left_out else ""
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{STYLE}</style></head><body>\n{name_field}<h1>{title}</h1>\n"
        f'<ol class="sheet">\n{items}\n</ol>\n{left_out}</body></html>'
    )


def _question_html(instance: "Instance") -> str:
    """A question of the sheet: its prompt, what can be chosen from, and room for the answer."""
    parts = [_block_html(instance.prompt)]
    for options in (instance.places, instance.options):
        if options:
            items = "".join(f"<li>{escape(_label(option))}{_inline_html(option.text)}</li>" for option in options)
            parts.append(f'<ol class="choices">{items}</ol>')
    parts.append(f'<p class="how">Answer with {_inline_html(instance.how)}.</p><div class="room"></div>')
    return "".join(parts)


def _key_html(instance: "Instance") -> str:
    """The answer to a question, and why."""
    return f"<p><b>{_inline_html(instance.solution)}</b></p>{_block_html(instance.why)}"


def _block_html(markdown: str) -> str:
    """Markdown of several paragraphs as HTML."""
    return str(_parser().render(visible_lines(markdown)))


def _inline_html(markdown: str) -> str:
    """Markdown of one line as HTML, without a paragraph around it."""
    return str(_parser().renderInline(visible(markdown)))


@cache
def _parser() -> "MarkdownIt":
    """The parser that this module shares."""
    return export_parser(_render_formula)


def _render_formula(_: Any, tokens: Any, index: int, *__: Any) -> str:
    """Render the formula of `tokens[index]` as MathML."""
    return as_mathml(tokens[index].content.strip(), display=tokens[index].type != "math_inline")


def as_mathml(latex: str, *, display: bool = False) -> str:
    """A formula as MathML; if the converter cannot read it, its LaTeX in `<code>`."""
    from latex2mathml.converter import convert

    from tutor.maths.source import prepare_source

    try:
        return str(convert(prepare_source(latex), display="block" if display else "inline"))
    except Exception:  # the library raises many kinds; a lesson that is checked has none of these
        return f"<code>{escape(latex)}</code>"
