"""Formulas in Markdown: dollar signs that do not pair, and formulas that do not parse."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from tutor.content.yamls import Note
from tutor.errors import clip
from tutor.work import spend

_FENCE = re.compile(r"\s*(`{3,}|~{3,})([^`]*)$")
_HEADING = re.compile(r" {0,3}#{1,6}(\s|$)")
_ITEM = re.compile(r"\s*(?:>\s?)*(?:[-*+]|\d{1,9}[.)])\s")
_RULE = re.compile(r"\s*+(?:\|\s*+)?:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)*+(?:\|\s*+)?")
_ALONE = re.compile(r"\s*(?:(?:>|[-*+]|\d{1,9}[.)])\s+)*")
_TOKEN = re.compile(r"(?P<escape>\\.)|(?P<code>(?<!`)(`+)(?!`)(?:.{0,2000}?[^`])?\3(?!`))|(?P<mark>\$\$?)", re.DOTALL)
_LABEL = re.compile(r"[ \t]*\(([a-z][a-z0-9]*(?:-[a-z0-9]+)*)\)[ \t]*(?=\n|$)")
_DISPLAY_END = re.compile(r"\\.|\$\$", re.DOTALL)
_INLINE_END = re.compile(r"\\.|\$", re.DOTALL)


@dataclass(frozen=True)
class Formula:
    """A formula and where it stands."""

    line: int
    latex: str
    label: str = ""
    """Its name on the formula sheet, for one written as `$$ … $$ (name)`."""


@dataclass(frozen=True)
class Paragraph:
    """Lines in which dollar signs must pair up."""

    line: int
    text: str
    is_row: bool = False
    """True for a row of a table, in which every `|` begins a cell."""


def text_notes(markdown: str, first: int = 1) -> list[Note]:
    """What is wrong with the formulas of a Markdown text that begins on line `first`."""
    notes: list[Note] = []
    for paragraph in paragraphs(markdown, first):
        for found in formulas_in(paragraph):
            if isinstance(found, Formula):
                notes += [(found.line, message) for message in _faults_of(found, paragraph.is_row)]
            else:
                notes.append(found)
    return notes


def _faults_of(formula: Formula, in_row: bool) -> list[str]:
    if in_row and "|" in formula.latex:
        shown = clip(formula.latex, 40)
        return [rf"a | in the formula {shown} would split the table's cell; write \lvert or \lVert"]
    return [f"in ${clip(formula.latex, 40)}$: {message}" for message in _lint(formula.latex)]


@lru_cache(maxsize=4096)
def _lint(latex: str) -> tuple[str, ...]:
    from tutor.maths.lint import lint

    spend(20 * len(latex))
    return tuple(lint(latex))


def paragraphs(markdown: str, first: int = 1) -> Iterator[Paragraph]:
    """The paragraphs of a text; each heading, list item and table row is one. Code is left out."""
    lines = markdown.split("\n")
    rows = _table_rows(lines)
    held: list[str] = []
    start, fence = first, ""
    for number, line in enumerate([*lines, ""], first):
        index = number - first
        marks = _FENCE.fullmatch(line)
        title = _HEADING.match(line) is not None and not _in_display(held)
        alone = bool(fence) or marks is not None or index in rows or title or not line.strip()
        if held and (alone or (_ITEM.match(line) and not _in_display(held))):
            yield Paragraph(start, "\n".join(held))
            held = []
        if fence:
            closes = marks and marks[1].startswith(fence) and not marks[2].strip()
            fence = "" if closes else fence
        elif marks is not None:
            fence = marks[1]
        elif index in rows or title:
            yield Paragraph(number, line, is_row=index in rows)
        elif line.strip():
            start = start if held else number
            held.append(line)


def _in_display(held: list[str]) -> bool:
    """True while a `$$` is open, so that a line of its formula that begins with + is no list item."""
    return "\n".join(held).count("$$") % 2 == 1


def _table_rows(lines: list[str]) -> set[int]:
    """The indices of lines that are rows of tables."""
    rows: set[int] = set()
    inside = False
    for index, line in enumerate(lines):
        inside = inside and bool(line.strip())
        if inside:
            rows.add(index)
        elif index and "|" in lines[index - 1] and "-" in line and _RULE.fullmatch(line):
            rows |= {index - 1, index}
            inside = True
    return rows


def formulas_in(paragraph: Paragraph) -> Iterator[Formula | Note]:
    """The formulas of a paragraph, and notes on dollar signs that make none."""
    text = paragraph.text
    at = free = 0
    while token := _TOKEN.search(text, at):
        start, at, mark = token.start(), token.end(), token["mark"]
        if not mark:
            continue
        line = paragraph.line + text.count("\n", 0, start)
        end = _end(text, at, mark)
        if end < 0:
            yield line, _UNCLOSED[mark]
            continue
        latex, at = text[at:end], end + len(mark)
        if mark == "$$":
            label = _LABEL.match(text, at)
            at = label.end() if label else at
            fault = _display_fault(latex, text[free:start], text[at:])
            free = at
            line += latex.count("\n") if fault == _TRAILING else 0
        else:
            label = None
            fault = _inline_fault(latex, text[start - 1 : start], text[at : at + 1])
        yield (line, fault) if fault else Formula(line, latex.strip(), label[1] if label else "")


_TRAILING = "nothing may follow a closing $$ on its line; begin a new line after it"
_UNCLOSED = {
    "$": r"the $ is not closed; close the formula with another, or write \$ for money",
    "$$": "the $$ is not closed; close the formula with another, before any empty line",
}


def _end(text: str, start: int, mark: str) -> int:
    """Where the closing `mark` stands from `start` on; -1 when there is none."""
    pattern = _DISPLAY_END if mark == "$$" else _INLINE_END
    return next((found.start() for found in pattern.finditer(text, start) if found[0] == mark), -1)


def _display_fault(latex: str, before: str, after: str) -> str:
    """Why a formula between `$$` would not stand by itself; empty when it does."""
    if not latex.strip():
        return "this formula is empty; write it, or take its $$ out"
    if not _ALONE.fullmatch(before):
        return "$$ begins a paragraph of its own; put an empty line before it, or use single $"
    if after.split("\n", 1)[0].strip():
        return _TRAILING
    return ""


def _inline_fault(latex: str, before: str, after: str) -> str:
    """Why two `$` make no formula; empty when they do. `before` and `after` are what touches them."""
    shown = clip(latex.strip(), 40)
    if latex[0].isspace() or latex[-1].isspace():
        return rf"the formula {shown} has a space just inside its $; take it out, or write \$ for money"
    if before.isdigit() or after.isdigit():
        return rf"a digit touches the $ of the formula {shown}; put a space between, or write \$ for money"
    return ""
