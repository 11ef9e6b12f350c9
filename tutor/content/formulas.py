"""Formulas in Markdown: dollar signs that do not pair, and formulas that do not parse."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from tutor.budget import spend
from tutor.content.markdown import FORMULA_TOKENS, parse, walk_inline
from tutor.content.yaml_tree import Note
from tutor.errors import clip
from tutor.patterns import compile_lazily
from tutor.text.ids import NAME

if TYPE_CHECKING:
    from markdown_it.token import Token

_DOLLAR = compile_lazily(r"\\.|(\$\$?)", re.DOTALL)
"""Matches `$` or `$$` as group 1; also an escaped character such as `\\$`, without the group, so that it is skipped."""
_ONE_DOLLAR = compile_lazily(r"\\.|(\$)", re.DOTALL)
"""Like `_DOLLAR`, but `$$` gives two matches."""

_TRAILING = "nothing may follow a closing $$ on its line; begin a new line after it"
_EMPTY = "this formula is empty; write it, or take its $$ out"
_WITHIN = "$$ begins a paragraph of its own; put an empty line before it, or use single $"
_UNCLOSED = {
    "$": r"the $ is not closed; close the formula with another, or write \$ for money",
    "$$": "the $$ is not closed; close the formula with another, before any empty line",
}


WORK_PER_CHARACTER = 20
"""What checking a formula costs, in units of the work budget for each character."""


class Formula(msgspec.Struct, frozen=True):
    """A formula and its position."""

    line: int
    latex: str
    label: str = ""
    """Its name on the formula sheet, for one written as `$$ … $$ (name)`."""


def text_notes(markdown: str, first_line: int = 1) -> list[Note]:
    """Find the faults in the formulas of a Markdown text that begins on line `first_line`."""
    if "$" not in markdown:
        return []
    notes: list[Note] = []
    for item in read_formulas(markdown, first_line):
        if isinstance(item, Formula):
            notes += [(item.line, f"in ${clip(item.latex, 40)}$: {message}") for message in _lint_formula(item.latex)]
        else:
            notes.append(item)
    return notes


@lru_cache(maxsize=4096)
def _lint_formula(latex: str) -> tuple[str, ...]:
    """Messages on what is wrong with a formula. Only the first check of a formula costs work; later ones are cached."""
    from tutor.maths.lint import lint

    spend(WORK_PER_CHARACTER * len(latex))
    return tuple(lint(latex))


def read_formulas(markdown: str, first_line: int = 1) -> Iterator[Formula | Note]:
    """Yield the formulas of a text that begins on `first_line`, and notes on dollar signs that enclose no formula."""
    container = ""  # the type of the token before, which opens the paragraph or the cell of an inline token
    row: list[Token] = []  # the cells of the table's row that is being read
    for token in parse(markdown):
        if token.type == "math_block":
            yield _read_display(token, first_line)
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            yield from _read_row(row, markdown, first_line)
        elif token.type == "inline" and container in {"td_open", "th_open"}:
            row.append(token)
        elif token.type == "inline":
            yield from _read_paragraph(token, first_line, is_alone=container == "paragraph_open")
        container = token.type


def _read_display(token: "Token", first_line: int) -> Formula | Note:
    """The formula of a token `math_block`, between `$$` on lines of its own; or a note on why it is none."""
    line = first_line + (token.map[0] if token.map else 0)
    inner_dollars = _find_closing(token.content, 0, "$$")  # an end of the formula before its token's end
    latex = token.content if inner_dollars < 0 else token.content[:inner_dollars]
    if not latex.strip():
        return line, _EMPTY
    label = token.info
    if inner_dollars >= 0 or (label and not NAME.fullmatch(label)):
        return line + latex.count("\n"), _TRAILING
    trailing_backslashes = len(latex) - len(latex.rstrip("\\"))
    if trailing_backslashes % 2:  # the last of them escapes the closing $$
        return line, _UNCLOSED["$$"]
    return Formula(line, latex.strip(), label)


def _read_paragraph(token: "Token", first_line: int, *, is_alone: bool = False) -> Iterator[Formula | Note]:
    """Yield the formulas in an inline token, and notes on its dollar signs, in the order of the text.

    `is_alone` is true for a whole paragraph: only there may `$$` at the beginning be meant as a display of its own.
    """
    first_line += token.map[0] if token.map else 0
    text = token.content
    items: list[tuple[int, Formula | Note]] = []  # each with its position in the text
    previous_end = 0  # of the last formula between $$
    for child, line in walk_inline(token):
        if child.type == "math_inline":
            items.append((child.meta["position"], Formula(first_line + line, child.content.strip())))
        elif child.type in FORMULA_TOKENS:
            start = child.meta["position"]
            end = start + len("$$") + len(child.content) + len("$$")
            fault = _misplaced_fault(child.content, text[previous_end:start], text[end:], is_alone=is_alone)
            lines_to_fault = child.content.count("\n") if fault == _TRAILING else 0  # it is after the closing $$
            items.append((start, (first_line + line + lines_to_fault, fault)))
            previous_end = end
    for position, fault in _dollar_faults(token):
        items.append((position, (first_line + text.count("\n", 0, position), fault)))
    for _, formula_or_note in sorted(items, key=lambda item: item[0]):
        yield formula_or_note


def _misplaced_fault(latex: str, before: str, after: str, *, is_alone: bool) -> str:
    """Say what is wrong with a formula between `$$` in a paragraph; `before` and `after` are the texts around it."""
    if not latex.strip():
        return _EMPTY
    begins_paragraph = is_alone and not before.strip()
    rest_of_line = after.split("\n", 1)[0].strip()
    return _TRAILING if begins_paragraph and rest_of_line else _WITHIN


def _dollar_faults(token: "Token") -> Iterator[tuple[int, str]]:
    """Yield (position, message) for dollar signs that enclose no formula; an apparent pair gets one message."""
    text = token.content.rstrip()
    searched_to = 0
    for start in token.meta.get("dollars", ()):
        if start < searched_to:
            continue
        mark = "$$" if text.startswith("$$", start) else "$"
        searched_to = start + len(mark)
        end = _find_closing(text, searched_to, mark)
        if end < 0:
            yield start, _UNCLOSED[mark]
            continue
        latex = text[searched_to:end]
        searched_to = end + len(mark)
        character_before = text[:start][-1:]  # "" at the beginning of the text
        character_after = text[searched_to:][:1]
        yield start, _pair_fault(latex, character_before, character_after)


def _find_closing(text: str, start: int, mark: str) -> int:
    """The position of the next unescaped `mark`, which is `$` or `$$`, at or after `start`; -1 if there is none."""
    pattern = _DOLLAR if mark == "$$" else _ONE_DOLLAR
    for match in pattern.finditer(text, start):
        if match[1] == mark:
            return match.start()
    return -1


def _pair_fault(latex: str, before: str, after: str) -> str:
    """Say why two dollar signs around `latex` make no formula; `before` and `after` are the characters next to them."""
    formula = clip(latex.strip(), 40)
    if not formula:
        return _EMPTY
    if before.isdigit() or after.isdigit():
        return rf"a digit touches the $ of the formula {formula}; put a space between, or write \$ for money"
    return rf"the formula {formula} has a space just inside its $; take it out, or write \$ for money"


def _read_row(cells: "list[Token]", markdown: str, first_line: int) -> Iterator[Formula | Note]:
    """Yield the formulas in a table's row, and notes on formulas with a `|`, which would begin a new cell there."""
    line = cells[0].map[0] if cells and cells[0].map else 0
    if any(cell.meta.get("dollars") for cell in cells):  # a formula cut in two leaves lone dollar signs
        pieces = _split_at_dollars(markdown.split("\n")[line])
        formulas = pieces[1:-1:2]  # every second piece is between two dollar signs
        cut_formulas = [latex for latex in formulas if "|" in latex]
        if cut_formulas:
            yield from ((first_line + line, _cut_message(latex)) for latex in cut_formulas)
            return
    for cell in cells:
        for item in _read_paragraph(cell, first_line):
            if isinstance(item, Formula) and "|" in item.latex:
                yield item.line, _cut_message(item.latex)
            else:
                yield item


def _cut_message(latex: str) -> str:
    """The message about a formula with a `|` in a table."""
    return rf"a | in the formula {clip(latex.strip(), 40)} would split the table's cell; write \lvert or \lVert"


def _split_at_dollars(line: str) -> list[str]:
    """Split a line at its dollar signs; escaped ones do not count."""
    pieces, start = [], 0
    for match in _ONE_DOLLAR.finditer(line):
        if match[1]:
            pieces.append(line[start : match.start()])
            start = match.end()
    return [*pieces, line[start:]]
