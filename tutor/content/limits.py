"""How large the parts of a lesson may be: far more than a page needs, and far less than would hold anyone up.

What is over a limit is said in one line, and is not looked at any further.
"""

from collections.abc import Iterator

import msgspec

from tutor.numbers import counted
from tutor.patterns import late

LINE = 4_000
"""Characters of a line."""
PARAGRAPH = 8_000
"""Characters of a paragraph, or of a piece of code."""
PAGE_LINES = 200
"""Lines of text on a page, without blank ones."""
PAGE_BLOCKS = 60
"""Blocks on a page."""
COLUMNS = 30
"""Columns of a table."""
CELLS = 400
"""Cells of all tables on a page."""
ITEMS = 150
"""Items of lists, and quotes, on a page; one within another counts as two."""
DEEPEST = 8
"""How deep lists and quotes may stand in each other."""
FORMULAS = 20_000
"""Characters of all formulas on a page."""
ENTRY = 4_000
"""Characters of one text in a block of YAML."""
LIST = 200
"""Entries of one list in a block of YAML."""

_MARKS = late(r"(\s*+)((?:(?:[-*+>]|\d{1,9}[.)])(?:\s++|$))*+)")
_MARK = late(r"\S++")
_RULE = late(r"\s*+(?:\|\s*+)?:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)*+(?:\|\s*+)?")
_FENCE = late(r"\s*+(`{3,}+|~{3,}+)([^`]*+)$")
_FORMULA = late(r"\$\$?+([^$]*+)")


class Measure(msgspec.Struct):
    """What a page has of everything, as far as it was read."""

    lines: int = 0
    cells: int = 0
    items: int = 0
    formulas: int = 0


def text_excess(text: str, first: int, page: Measure) -> tuple[int, str] | None:
    """The first limit that a piece of prose breaks, with its line; what it has is added to its `page`.

    Args:
        text: Markdown whose lines are no longer than `LINE`.
        first: the line of the file on which it begins.
        page: what its page has before it.
    """
    lines = text.split("\n")
    page.lines += sum(1 for line in lines if line.strip())
    if page.lines > PAGE_LINES:
        return first, f"this page has more than {PAGE_LINES} lines of text; divide it with a heading ##"
    page.formulas += sum(len(found[1]) for found in list(_FORMULA.finditer(text))[::2])
    if page.formulas > FORMULAS:
        return first, f"the formulas of this page have more than {FORMULAS:,} characters; divide it with a heading ##"
    return next((found for found in (*_paragraphs(lines, first), *_shapes(lines, first, page))), None)


def _paragraphs(lines: list[str], first: int) -> Iterator[tuple[int, str]]:
    """Paragraphs and pieces of code that are too long."""
    length, fence = 0, ""
    for number, line in enumerate(lines, first):
        marks = _FENCE.fullmatch(line)
        if marks and (not fence or marks[1].startswith(fence)):
            length, fence = 0, "" if fence else marks[1]
        elif not line.strip() and not fence:
            length = 0
        length += len(line)
        if length > PARAGRAPH:
            yield number, f"this paragraph has more than {PARAGRAPH:,} characters; divide it with an empty line"
            return


def _shapes(lines: list[str], first: int, page: Measure) -> Iterator[tuple[int, str]]:
    """Tables that are too wide or too large, and lists that are too deep."""
    columns = 0
    for number, line in enumerate(lines, first):
        if "|" in line and "-" in line and _RULE.fullmatch(line):
            columns = len([cell for cell in line.split("|") if cell.strip()])
            if columns > COLUMNS:
                yield number, f"this table has {counted(columns, 'column')}; give it at most {COLUMNS}"
        columns = columns if line.strip() else 0
        page.cells += columns
        if page.cells > CELLS:
            yield number, f"the tables of this page have more than {CELLS:,} cells; divide it with a heading ##"
        depth = depth_of(line)
        page.items += depth
        if depth > DEEPEST:
            yield number, f"lists and quotes stand more than {DEEPEST} deep in each other here; write fewer levels"
        if page.items > ITEMS:
            yield number, f"this page has more than {ITEMS} items of lists and quotes; divide it with a heading ##"


def depth_of(line: str) -> int:
    """How deep a line stands in lists and quotes, by its marks and how far its first is indented."""
    found = _MARKS.match(line)
    if found is None or not found[2]:
        return 0
    return len(_MARK.findall(found[2])) + len(found[1].expandtabs(4)) // 2
