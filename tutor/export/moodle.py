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
"""The share of the mark that is taken off the next try after a wrong answer, as in the course."""
MAX_NAME_LENGTH = 255
MAX_SHARED_OPTIONS = 10
"""The most right, or wrong, options: Moodle accepts a share of the mark for each of up to ten."""
SIGNIFICANT_FIGURES = 15
"""The significant figures that are written of a number: as many as Moodle stores."""
SEEDS_PER_INSTANCE = 4
"""How many seeds are tried for each instance that is wanted, since two seeds may draw the same numbers."""

Instances = tuple["Instance", ...]


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
    """Write the questions of all lessons, or of those named, as Moodle XML; return it with a report of its contents.

    Args:
        course: the lessons.
        lessons: the ids of lessons; all lessons if it is empty.
        variants: how many instances of a question with fresh numbers are wanted.
        seed: the first seed that is tried; the others follow it.
    """
    quiz, export = ET.Element("quiz"), MoodleExport()
    for lesson in course.lessons():
        if not lessons or lesson.id in lessons:
            for question, instances in _draw_questions(lesson, variants, seed, export):
                _add_category(quiz, lesson, question)
                for instance in instances:
                    _add_question(quiz, instance)
                export.questions += 1
                export.instances += len(instances)
    ET.indent(quiz, " ")
    return ET.tostring(quiz, encoding="utf-8", xml_declaration=True) + b"\n", export


def left_out_words(export: MoodleExport) -> str:
    """Which questions Moodle cannot ask, in one line; empty where it can ask all."""
    kinds = [f"{count} `{kind}`" for kind, count in sorted(export.left_out.items())]
    return f"Left out, since Moodle cannot ask them: {join_words(kinds)}." if kinds else ""


def _draw_questions(
    lesson: "Lesson", variants: int, seed: int, export: MoodleExport
) -> "Iterator[tuple[Question, Instances]]":
    """The questions of a lesson that Moodle can ask, each with its instances; `export` counts those left out."""
    for question in lesson.questions:
        instances = () if question.needs_simulation else _draw_instances(question, variants, seed)
        if instances and all(instance.scene is None and can_ask(instance.marking) for instance in instances):
            yield question, instances
        else:
            export.left_out[question.kind] += 1


def _draw_instances(question: "Question", variants: int, seed: int) -> Instances:
    """Draw up to `variants` instances that differ in more than the order of their options: Moodle shuffles these."""
    distinct: dict[tuple[object, ...], Instance] = {}  # (prompt, set of the options' texts) → the first such instance
    seed_count = SEEDS_PER_INSTANCE * variants if question.given else 1  # without drawn numbers all seeds give the same
    for instance_seed in range(seed, seed + seed_count):
        with Budget(ANSWER_BUDGET, "this question").activate():
            instance = question.draw_instance(instance_seed)
        option_texts = frozenset(option.text for option in (*instance.options, *instance.places))
        distinct.setdefault((instance.prompt, option_texts), instance)
        if len(distinct) == variants:
            break
    return tuple(distinct.values())


def can_ask(marking: Marking | None) -> bool:
    """Whether Moodle can mark a question in this way; `None` means that only the course's own grader can."""
    if isinstance(marking, ByOptions):
        return len(marking.right) <= MAX_SHARED_OPTIONS
    return marking is not None


# -- the parts of the file


def _add_category(quiz: ET.Element, lesson: "Lesson", question: "Question") -> None:
    """Begin the category of a question: what follows in the file belongs to it."""
    title = visible(lesson.heading.front_matter.title).replace("/", "//")  # a single / separates categories
    category = ET.SubElement(quiz, "question", type="category")
    _add_text(category, "category", f"{TOP_CATEGORY}/{title}/{question.id}")


def _add_question(quiz: ET.Element, instance: "Instance") -> None:
    """Add `instance` to `quiz` as one of Moodle's questions."""
    element = ET.SubElement(quiz, "question")
    _add_text(element, "name", f"{instance.id} {instance.seed}"[:MAX_NAME_LENGTH])
    how = ""
    if instance.answer_format == "line":  # an answer that is picked needs no instruction
        how = f"<p><em>Answer with {markdown_to_html(instance.how, inline=True)}.</em></p>"
    _add_html(element, "questiontext", markdown_to_html(instance.prompt) + how)
    _add_html(element, "generalfeedback", markdown_to_html(instance.why))
    ET.SubElement(element, "defaultgrade").text = "1"
    ET.SubElement(element, "penalty").text = PENALTY
    ET.SubElement(element, "hidden").text = "0"
    ET.SubElement(element, "idnumber").text = f"{instance.id}-{instance.seed}"
    moodle_type = _add_marking(element, instance)
    element.set("type", moodle_type)
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
    """Add a multiple-choice question: right options share the mark; if several can be ticked, wrong ones reduce it."""
    ET.SubElement(element, "single").text = "true" if marking.is_single else "false"
    ET.SubElement(element, "shuffleanswers").text = "true"
    ET.SubElement(element, "answernumbering").text = "abc"
    right_count = len(marking.right)
    wrong_count = len(instance.options) - right_count
    right_share = Fraction(100, max(right_count, 1))  # in per cent of the mark, as `wrong_share`
    wrong_share = Fraction(0)
    if not marking.is_single and 0 < wrong_count <= MAX_SHARED_OPTIONS:  # Moodle has no share for more
        wrong_share = Fraction(-100, wrong_count)
    for index, option in enumerate(instance.options):
        share = right_share if index in marking.right else wrong_share
        answer = _add_answer(element, share, visible_lines(markdown_to_html(option.text)), instance.whys[index])
        answer.set("format", "html")
    return "multichoice"


def _add_values(element: ET.Element, marking: ByValue) -> str:
    """Add a numerical question: the right value, then those of known mistakes with feedback; all with tolerances."""
    for marked in marking.values:
        answer = _add_answer(element, _all_or_nothing(marked.is_right), decimal_text(marked.value), marked.feedback)
        ET.SubElement(answer, "tolerance").text = decimal_text(marked.allowed_distance)
    if marking.unit:
        unit = ET.SubElement(ET.SubElement(element, "units"), "unit")
        ET.SubElement(unit, "multiplier").text = "1"
        ET.SubElement(unit, "unit_name").text = visible(marking.unit)
    return "numerical"


def decimal_text(value: Fraction) -> str:
    """A number in decimal as Moodle reads it: a point, no exponent, fifteen figures."""
    rounded = Decimal(f"{float(value):.{SIGNIFICANT_FIGURES}g}")
    return f"{rounded:f}"


def _add_terms(element: ET.Element, marking: ByTerm) -> str:
    """Add a short-answer question, which ignores case."""
    ET.SubElement(element, "usecase").text = "0"
    for term in marking.terms:
        text = visible(term.text).replace("*", "\\*")  # a bare star is a wildcard in Moodle
        _add_answer(element, _all_or_nothing(term.is_right), text, term.feedback)
    return "shortanswer"


def _add_pairs(element: ET.Element, marking: ByPairs) -> str:
    """Add a matching question: a subquestion for each place, and an empty one for each option without a place."""
    ET.SubElement(element, "shuffleanswers").text = "true"
    without_place = [("", answer) for answer in marking.extra]
    for place, answer in (*marking.pairs, *without_place):
        pair = ET.SubElement(element, "subquestion", format="html")
        ET.SubElement(pair, "text").text = visible_lines(markdown_to_html(place, inline=True))
        _add_text(pair, "answer", plain_inline(answer))
    return "matching"


def _all_or_nothing(is_right: bool) -> Fraction:
    """The share of the mark, in per cent, that an answer earns: all if it is right, otherwise nothing."""
    return Fraction(100 if is_right else 0)


def _add_answer(element: ET.Element, share: Fraction, text: str, feedback: str) -> ET.Element:
    """Add an answer with the share of the mark that it earns, in per cent, and its feedback in Markdown."""
    answer = ET.SubElement(element, "answer", fraction=share_text(share))
    ET.SubElement(answer, "text").text = text
    _add_html(answer, "feedback", markdown_to_html(feedback))
    return answer


def share_text(share: Fraction) -> str:
    """A share in per cent with up to five decimals, which Moodle needs to recognise a third or a seventh."""
    return f"{float(share):.5f}".rstrip("0").rstrip(".")


def _add_text(element: ET.Element, name: str, text: str) -> None:
    """Add `<name><text>…</text></name>` with plain text."""
    ET.SubElement(ET.SubElement(element, name), "text").text = visible(text)


def _add_html(element: ET.Element, name: str, html: str) -> None:
    """Add `<name format="html"><text>…</text></name>` with a piece of HTML."""
    ET.SubElement(ET.SubElement(element, name, format="html"), "text").text = visible_lines(html)
