"""Checks a lesson as a whole: length of pages, number of questions of each kind, lines that a terminal can show."""

import unicodedata
from collections.abc import Iterator
from math import ceil

from tutor.content.formulas import Formula, read_formulas
from tutor.content.markdown import code_lines
from tutor.content.model import Heading, PictureBlock, QuestionBlock
from tutor.content.plan import PLANNED_NUMBERS
from tutor.content.read import ParsedLesson, ParsedSection
from tutor.content.yaml_tree import Note
from tutor.questions.kinds.table import KINDS
from tutor.text.numbers import counted

MAX_PROSE_LINES = 60
"""Lines of prose that one page may hold."""
PROSE_WIDTH = 80
"""Columns of a line of prose."""
MAX_CODE_WIDTH = 76
"""Columns of a line of code, which is not wrapped."""

MIN_QUESTIONS = 10
"""The fewest questions of a lesson of the course; for lessons of other authors it is `MIN_OWN_QUESTIONS`."""
MIN_OWN_QUESTIONS = 2
MIN_FRESH_QUESTIONS = 3
"""The fewest questions with fresh numbers in a lesson of the course; for lessons of other authors it is one."""

EMOJI_SELECTOR = "\ufe0f"
"""The variation selector that makes a pictograph of the character before it."""
_UNSHOWN_CATEGORIES = {"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"}
"""Unicode's categories of characters that have no picture: control, format, private, unassigned, separators."""


def shape_notes(parsed_lesson: ParsedLesson) -> Iterator[Note]:
    """Find the faults of a lesson as a whole."""
    for section in parsed_lesson.sections:
        yield from length_notes(section)
        yield from line_notes(section)
    yield from label_notes(parsed_lesson)
    if parsed_lesson.sections or not parsed_lesson.faults:
        yield from question_count_notes(parsed_lesson)
        yield from opening_notes(parsed_lesson)


def length_notes(section: ParsedSection) -> Iterator[Note]:
    """A note if a section has more than `MAX_PROSE_LINES` of prose."""
    lines = sum(_wrapped_lines(raw.text) for raw in section.raw.blocks if raw.name in {"prose", "erratum"})
    if lines > MAX_PROSE_LINES:
        text = f"this section has {lines} lines of prose, more than the {MAX_PROSE_LINES} of a page; divide it"
        yield section.raw.line, text


def _wrapped_lines(text: str) -> int:
    """The number of lines that a text takes at a width of `PROSE_WIDTH`, not counting blank lines."""
    return sum(ceil(len(line) / PROSE_WIDTH) for line in text.split("\n") if line.strip())


def question_count_notes(parsed_lesson: ParsedLesson) -> Iterator[Note]:
    """Notes on too few questions: in all, with fresh numbers, or of a kind that each lesson of the course has."""
    raws = [raw for section in parsed_lesson.sections for raw in section.raw.blocks if raw.name == "question"]
    if not raws:
        yield 1, "this lesson has no questions; add a block ```{question} number"
        return
    blocks = [block for section in parsed_lesson.sections for block in section.blocks]
    questions = {block.line: block.question for block in blocks if isinstance(block, QuestionBlock)}
    # A question that could not be read has its own fault already; it counts as one with fresh numbers, so that it
    # causes no second fault here.
    fresh_count = sum(raw.line not in questions or bool(questions[raw.line].given) for raw in raws)
    is_planned = _is_planned(parsed_lesson.heading)
    min_questions, min_fresh = (MIN_QUESTIONS, MIN_FRESH_QUESTIONS) if is_planned else (MIN_OWN_QUESTIONS, 1)
    if len(raws) < min_questions:
        yield 1, f"this lesson has {counted(len(raws), 'question')}; give it at least {min_questions}"
    if fresh_count < min_fresh:
        text = f"{counted(fresh_count, 'question')} of this lesson with fresh numbers (given: …)"
        yield 1, f"{text}; give it at least {min_fresh}"
    if is_planned:
        kinds = {raw.argument for raw in raws}
        for kind, template in KINDS.items():
            if template.is_in_every_lesson and kind not in kinds:
                yield 1, f"this lesson has no question of the kind {kind}; add a block ```{{question}} {kind}"


def opening_notes(parsed_lesson: ParsedLesson) -> Iterator[Note]:
    """A note when a lesson of the course opens without a picture."""
    if not _is_planned(parsed_lesson.heading) or not parsed_lesson.sections:
        return
    first = parsed_lesson.sections[0]
    has_picture = any(raw.name == "picture" for raw in first.raw.blocks)
    if not has_picture and not any(isinstance(block, PictureBlock) for block in first.blocks):
        yield first.raw.line, "the lesson opens without a picture; add a block ```{picture} to its first section"


def _is_planned(heading: Heading | None) -> bool:
    """Whether the lesson is in the course's own plan: the rules for these lessons are stricter."""
    return heading is not None and heading.front_matter.id in PLANNED_NUMBERS


def label_notes(parsed_lesson: ParsedLesson) -> Iterator[Note]:
    """Notes on names that two display formulas of a lesson share."""
    line_of_label: dict[str, int] = {}
    raw_blocks = [raw for section in parsed_lesson.sections for raw in section.raw.blocks]
    for raw in raw_blocks:
        if raw.name not in {"prose", "erratum"}:
            continue
        for formula in read_formulas(raw.text, raw.first_line):
            if not isinstance(formula, Formula) or not formula.label:
                continue
            if formula.label in line_of_label:
                text = f"the formula name '{formula.label}' is already on line {line_of_label[formula.label]}"
                yield formula.line, f"{text}; choose another name"
            line_of_label.setdefault(formula.label, formula.line)


def line_notes(section: ParsedSection) -> Iterator[Note]:
    """Notes on lines with characters that a terminal does not show, and on lines of code that are too wide."""
    if fault := _unshown_fault(section.raw.title):
        yield section.raw.line, fault
    for raw in section.raw.blocks:
        lines = raw.text.split("\n")
        for number, line in enumerate(lines, raw.first_line):
            if fault := _unshown_fault(line):
                yield number, fault
        code_indices = [index for code in code_lines(raw.text) for index in code] if raw.name == "prose" else []
        for index in code_indices:
            width = len(lines[index]) if index < len(lines) else 0  # an unclosed fence ends below the text
            if width > MAX_CODE_WIDTH:
                text = f"this line of code has {counted(width, 'column')}, more than a page's {MAX_CODE_WIDTH}"
                yield raw.first_line + index, text


def _unshown_fault(line: str) -> str:
    """The message on the first character of a line that terminals do not show, or few do; "" if there is none."""
    if line.isascii() and line.isprintable():
        return ""
    for column, character in enumerate(line, 1):
        category = unicodedata.category(character)
        if category in _UNSHOWN_CATEGORIES and character != "\t":
            return f"column {column} holds U+{ord(character):04X}, which a terminal does not show; take it out"
        is_wide_symbol = category == "So" and unicodedata.east_asian_width(character) == "W"
        if is_wide_symbol or character == EMOJI_SELECTOR:
            return f"column {column} holds a pictograph, U+{ord(character):04X}, which few terminals show; write a word"
    return ""
