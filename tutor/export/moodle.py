r"""The course's questions as Moodle XML (docs.moodle.org, "Moodle XML format"), to be imported into a question bank.

Each question is drawn several times with other numbers. Its instances have a category of their own below the lesson's,
so that a quiz in Moodle can pick one of them at random. Formulas are LaTeX between `\(` and `\)`, which Moodle's
MathJax filter shows; in the drop-down lists of a matching question, which no filter reaches, in plain signs.

An `order` becomes a matching question of places and steps. What Moodle cannot ask is left out and counted: formulas,
which it cannot compare, orders of which several are right, and whatever needs a simulation.
"""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from tutor.budget import ANSWER_BUDGET, Budget
from tutor.characters import visible
from tutor.content.plain import plain_inline
from tutor.export.markup import markdown_to_html, visible_lines
from tutor.questions.marking import ByOptions, ByPairs, ByTerm, ByValue, Marking
from tutor.text.sentences import join_words

if TYPE_CHECKING:
    from tutor.content.course import Course
    from tutor.content.model import Lesson
    from tutor.questions.base import Instance, Question

TOP_CATEGORY = "$course$/top/Chainrule"
"""The category of all that is exported, below the course into which it is imported."""
PENALTY = "0.5"
"""What a wrong answer costs the next try, as in the course."""
MAX_NAME_LENGTH = 255
MAX_SHARED_OPTIONS = 10
"""Moodle knows the shares of up to ten right, or wrong, options."""
SIGNIFICANT_FIGURES = 15
"""Significant figures of a number, as many as Moodle's own numbers keep."""
DRAWS_FOR_EACH = 4
"""Seeds that are tried for each instance, since two may draw the same numbers."""

Drawn = tuple["Instance", ...]


@dataclass
class MoodleExport:
    """The exported questions, and those left out."""

    questions: int = 0
    instances: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    """Kind → how many questions of it."""


def write_moodle(
    course: "Course", lessons: Collection[str] = (), variants: int = 5, seed: int = 0
) -> tuple[bytes, MoodleExport]:
    """The questions of all lessons, or of those named, as Moodle XML; and what they are.

    Args:
        course: where they stand.
        lessons: ids; none for all.
        variants: how often a question with fresh numbers is drawn.
        seed: the first of the seeds.
    """
    quiz, export = ET.Element("quiz"), MoodleExport()
    for lesson in course.lessons():
        if not lessons or lesson.id in lessons:
            for question, drawn in _draw_questions(lesson, variants, seed, export):
                _add_category(quiz, lesson, question)
                for instance in drawn:
                    _add_question(quiz, instance)
                export.questions += 1
                export.instances += len(drawn)
    ET.indent(quiz, " ")
    return ET.tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n", export


def left_out_words(export: MoodleExport) -> str:
    """Which questions Moodle cannot ask, in one line; empty where it can ask all."""
    kinds = [f"{count} `{kind}`" for kind, count in sorted(export.left_out.items())]
    return f"Left out, since Moodle cannot ask them: {join_words(kinds)}." if kinds else ""


def _draw_questions(
    lesson: "Lesson", variants: int, seed: int, export: MoodleExport
) -> "Iterator[tuple[Question, Drawn]]":
    """The questions of a lesson that Moodle can ask, each with its different instances."""
    for question in lesson.questions:
        drawn = () if question.needs_simulation else _draw_instances(question, variants, seed)
        if drawn and all(instance.scene is None and can_ask(instance.marking) for instance in drawn):
            yield question, drawn
        else:
            export.left_out[question.kind] += 1


def _draw_instances(question: "Question", variants: int, seed: int) -> Drawn:
    """Instances that differ in more than the order of their options, which Moodle shuffles itself."""
    found: dict[tuple[object, ...], Instance] = {}
    draws = DRAWS_FOR_EACH * variants if question.given else 1
    for each_seed in range(seed, seed + draws):
        with Budget(ANSWER_BUDGET, "this question").activate():
            instance = question.draw_instance(each_seed)
        texts = frozenset(option.text for option in (*instance.options, *instance.places))
        found.setdefault((instance.prompt, texts), instance)
        if len(found) == variants:
            break
    return tuple(found.values())


def can_ask(marking: Marking | None) -> bool:
    """Whether Moodle has a type of question that marks so."""
    if isinstance(marking, ByOptions):
        return len(marking.right) <= MAX_SHARED_OPTIONS
    return marking is not None


# -- the parts of the file


def _add_category(quiz: ET.Element, lesson: "Lesson", question: "Question") -> None:
    """Let what follows go into the category of a question, in which a / is written twice."""
    title = visible(lesson.heading.front_matter.title).replace("/", "//")
    category = ET.SubElement(quiz, "question", type="category")
    _add_text(category, "category", f"{TOP_CATEGORY}/{title}/{question.id}")


def _add_question(quiz: ET.Element, instance: "Instance") -> None:
    """Add `instance` to `quiz` as one of Moodle's questions."""
    element = ET.SubElement(quiz, "question")
    _add_text(element, "name", f"{instance.id} {instance.seed}"[:MAX_NAME_LENGTH])
    how = (
        f"<p><em>Answer with {markdown_to_html(instance.how, inline=True)}.</em></p>"
        if instance.answer_format == "line"
        else ""
    )
    _add_html(element, "questiontext", markdown_to_html(instance.prompt) + how)
    _add_html(element, "generalfeedback", markdown_to_html(instance.why))
    ET.SubElement(element, "defaultgrade").text = "1"
    ET.SubElement(element, "penalty").text = PENALTY
    ET.SubElement(element, "hidden").text = "0"
    ET.SubElement(element, "idnumber").text = f"{instance.id}-{instance.seed}"
    kind = _add_marking(element, instance)
    element.set("type", kind)
    for hint in instance.hints:
        _add_html(element, "hint", markdown_to_html(hint))
    tags = ET.SubElement(element, "tags")
    for concept in instance.concepts:
        _add_text(tags, "tag", concept)


def _add_marking(element: ET.Element, instance: "Instance") -> str:
    """Add the elements for marking, and return the name of Moodle's type of question."""
    marking = instance.marking
    if isinstance(marking, ByOptions):
        return _add_options(element, instance, marking)
    if isinstance(marking, ByValue):
        return _add_values(element, marking)
    if isinstance(marking, ByTerm):
        return _add_terms(element, marking)
    assert isinstance(marking, ByPairs)
    return _add_pairs(element, marking)


def _add_options(element: ET.Element, instance: "Instance", marking: ByOptions) -> str:
    """A multiple-choice question; of several right options each earns its share, and a wrong one costs its own."""
    ET.SubElement(element, "single").text = "true" if marking.is_single else "false"
    ET.SubElement(element, "shuffleanswers").text = "true"
    ET.SubElement(element, "answernumbering").text = "abc"
    right, wrong = len(marking.right), len(instance.options) - len(marking.right)
    # Where a wrong option's share is none that Moodle knows, it costs nothing.
    cost = Fraction(0) if marking.is_single or wrong > MAX_SHARED_OPTIONS else Fraction(-100, max(wrong, 1))
    for index, option in enumerate(instance.options):
        share = Fraction(100, right) if index in marking.right else cost
        answer = _add_answer(element, share, visible_lines(markdown_to_html(option.text)), instance.whys[index])
        answer.set("format", "html")
    return "multichoice"


def _add_values(element: ET.Element, marking: ByValue) -> str:
    """A numerical question: the right value, then the feedback on each known mistake, each with its tolerance."""
    for each in marking.values:
        answer = _add_answer(element, _all_or_nothing(each.is_right), decimal_text(each.value), each.say)
        ET.SubElement(answer, "tolerance").text = decimal_text(each.band)
    if marking.unit:
        unit = ET.SubElement(ET.SubElement(element, "units"), "unit")
        ET.SubElement(unit, "multiplier").text = "1"
        ET.SubElement(unit, "unit_name").text = visible(marking.unit)
    return "numerical"


def decimal_text(value: Fraction) -> str:
    """A number in decimal as Moodle reads it: a point, no exponent, fifteen figures."""
    return f"{Decimal(f'{float(value):.{SIGNIFICANT_FIGURES}g}'):f}"


def _add_terms(element: ET.Element, marking: ByTerm) -> str:
    """A short-answer question; a star in a term is no wildcard."""
    ET.SubElement(element, "usecase").text = "0"
    for term in marking.terms:
        _add_answer(element, _all_or_nothing(term.is_right), visible(term.text).replace("*", "\\*"), term.say)
    return "shortanswer"


def _add_pairs(element: ET.Element, marking: ByPairs) -> str:
    """A matching question; what belongs to no place is an answer without a question, as Moodle has it."""
    ET.SubElement(element, "shuffleanswers").text = "true"
    for left, right in (*marking.pairs, *(("", text) for text in marking.extra)):
        pair = ET.SubElement(element, "subquestion", format="html")
        ET.SubElement(pair, "text").text = visible_lines(markdown_to_html(left, inline=True))
        _add_text(pair, "answer", plain_inline(right))
    return "matching"


def _all_or_nothing(is_right: bool) -> Fraction:
    return Fraction(100 * is_right)


def _add_answer(element: ET.Element, share: Fraction, text: str, say: str) -> ET.Element:
    """Add an answer, what share of the mark it earns in per cent, and what is said to it."""
    answer = ET.SubElement(element, "answer", fraction=share_text(share))
    ET.SubElement(answer, "text").text = text
    _add_html(answer, "feedback", markdown_to_html(say))
    return answer


def share_text(share: Fraction) -> str:
    """A share in per cent, with the five decimals by which Moodle knows a third or a seventh."""
    return f"{float(share):.5f}".rstrip("0").rstrip(".")


def _add_text(element: ET.Element, name: str, text: str) -> None:
    ET.SubElement(ET.SubElement(element, name), "text").text = visible(text)


def _add_html(element: ET.Element, name: str, page: str) -> None:
    ET.SubElement(ET.SubElement(element, name, format="html"), "text").text = visible_lines(page)
