"""Limits on the size of a lesson's parts: far above what a page needs, and far below what would cause a delay.

A part over a limit is reported in one line and not read any further.
"""

import typing
from collections.abc import Iterator, Sequence

import msgspec

from tutor.patterns import compile_lazily
from tutor.text.numbers import counted

if typing.TYPE_CHECKING:
    from markdown_it.token import Token

MAX_LINE_LENGTH = 4_000
"""Characters of a line."""
MAX_PARAGRAPH_LENGTH = 8_000
"""Characters of a paragraph, or of a piece of code."""
MAX_PAGE_LINES = 200
"""Lines of text on a page, without blank ones."""
MAX_PAGE_BLOCKS = 60
"""Blocks on a page."""
MAX_TABLE_COLUMNS = 30
"""Columns of a table."""
MAX_TABLE_CELLS = 400
"""Cells of all tables on a page."""
MAX_LIST_ITEMS = 150
"""Items of lists, and quotes, on a page; one within another counts as two."""
MAX_LIST_DEPTH = 8
"""How deeply lists and quotes may be nested."""
MAX_FORMULA_LENGTH = 20_000
"""Characters of all formulas on a page."""
MAX_YAML_TEXT = 4_000
"""Characters of one text in a block of YAML."""
MAX_YAML_ENTRIES = 200
"""Entries of one list in a block of YAML."""

_TABLE_RULE = compile_lazily(r"\s*+(?:\|\s*+)?:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)*+(?:\|\s*+)?")
"""The line below a table's headings, which makes it a table: `|---|:-:|`."""
_AFTER_DOLLAR = compile_lazily(r"\$\$?+([^$]*+)")
"""A dollar sign, or two, with the text up to the next."""


class PageSize(msgspec.Struct):
    """Running totals for a page: lines, cells, list items and so on."""

    lines: int = 0
    cells: int = 0
    """Cells of tables."""
    items: int = 0
    """Items of lists, and quotes."""
    formulas: int = 0
    """Characters of formulas."""


def text_excess(text: str, tokens: "Sequence[Token]", page: PageSize) -> tuple[int | None, str] | None:
    """Add a piece of prose to the size of its `page`; return (line, message) for the first limit that is exceeded.

    The result is `None` if no limit is exceeded. The line is counted as in `tokens`; it is `None` if the message is
    about the text as a whole.

    Args:
        text: Markdown whose lines are no longer than `MAX_LINE_LENGTH`.
        tokens: its blocks, without the contents of paragraphs.
        page: the size of the page up to this text, which is added to it.
    """
    page.lines += sum(1 for line in text.split("\n") if line.strip())
    if page.lines > MAX_PAGE_LINES:
        return None, f"this page has more than {MAX_PAGE_LINES} lines of text; divide it with a heading ##"
    paragraphs = [token for token in tokens if token.type == "inline"]
    for token in paragraphs:
        after_dollars = list(_AFTER_DOLLAR.finditer(token.content))  # alternately a formula and the text after it
        page.formulas += sum(len(formula[1]) for formula in after_dollars[::2])
    if page.formulas > MAX_FORMULA_LENGTH:
        return (
            None,
            f"the formulas of this page have more than {MAX_FORMULA_LENGTH:,} characters; divide it with a heading ##",
        )
    # All three generators are exhausted, even if the first yields something: two of them add to the size of the page.
    excesses = [*_long_paragraphs(tokens), *_large_tables(paragraphs, page), *_deep_lists(tokens, page)]
    return excesses[0] if excesses else None


def _long_paragraphs(tokens: "Sequence[Token]") -> Iterator[tuple[int, str]]:
    """(line, message) for each paragraph or piece of code that is too long."""
    for token in tokens:
        if len(token.content) > MAX_PARAGRAPH_LENGTH:
            line = _line_of(token) + token.content.count("\n", 0, MAX_PARAGRAPH_LENGTH)
            yield (
                line,
                f"this paragraph has more than {MAX_PARAGRAPH_LENGTH:,} characters; divide it with an empty line",
            )


def _large_tables(paragraphs: "Sequence[Token]", page: PageSize) -> Iterator[tuple[int, str]]:
    """Add the tables' cells to `page`; yield (line, message) for each table too wide, and each row past the limit."""
    for token in paragraphs:
        columns = 0  # of the table (a paragraph in these tokens); 0 above its rule |---|---|
        for line_number, line in enumerate(token.content.split("\n"), _line_of(token)):
            if "|" in line and "-" in line and _TABLE_RULE.fullmatch(line):
                columns = len([cell for cell in line.split("|") if cell.strip()])
                if columns > MAX_TABLE_COLUMNS:
                    yield (
                        line_number,
                        f"this table has {counted(columns, 'column')}; give it at most {MAX_TABLE_COLUMNS}",
                    )
            page.cells += columns  # the row of headings is counted when its rule is reached
            if page.cells > MAX_TABLE_CELLS:
                yield (
                    line_number,
                    f"the tables of this page have more than {MAX_TABLE_CELLS:,} cells; divide it with a heading ##",
                )


def _deep_lists(tokens: "Sequence[Token]", page: PageSize) -> Iterator[tuple[int, str]]:
    """Add lists and quotes to `page`; yield (line, message) where they are nested too deeply or become too many."""
    depth = 0
    line = -1  # the line of the item that was seen last
    counted_on_line = 0  # how much that line has added to the page's items
    for token in tokens:
        if token.type in {"list_item_open", "blockquote_open"}:
            depth += 1
            if _line_of(token) != line:
                line, counted_on_line = _line_of(token), 0
            # An item at depth 3 counts as three. Of the items that open on one line (`- > - x`), each adds only
            # what the outer ones have not counted yet.
            page.items += depth - counted_on_line
            counted_on_line = depth
            if depth > MAX_LIST_DEPTH:
                yield (
                    line,
                    f"lists and quotes stand more than {MAX_LIST_DEPTH} deep in each other here; write fewer levels",
                )
            if page.items > MAX_LIST_ITEMS:
                yield (
                    line,
                    f"this page has more than {MAX_LIST_ITEMS} items of lists and quotes; divide it with a heading ##",
                )
        elif token.type in {"list_item_close", "blockquote_close"}:
            depth -= 1


def _line_of(token: "Token") -> int:
    """The line on which a token begins; 0 for a token without a position."""
    return token.map[0] if token.map else 0
