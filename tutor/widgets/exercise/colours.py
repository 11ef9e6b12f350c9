"""Syntax highlighting of Python in the editor: which part of each line is a keyword, a string or a number."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

Span = tuple[int, int | None, str]
"""A coloured part of a line: its first byte, the byte after its last, and the name of its colour."""
COLOURS: tuple[tuple[Any, str], ...] = (
    (String, "string"),
    (Number, "number"),
    (Comment, "comment"),
    (Keyword, "keyword"),
    (Operator.Word, "keyword"),
    (Name.Function, "function"),
    (Name.Class, "function"),
    (Name.Decorator, "function"),
    (Name.Builtin, "builtin"),
    (Name.Exception, "builtin"),
)
"""Type of a token → the name of its colour. The first entry whose type includes that of the token applies."""
COLOUR_NAMES = tuple(dict.fromkeys(name for _, name in COLOURS))
_LEXER = PythonLexer(stripnl=False, ensurenl=False)


def colour_spans(lines: list[str]) -> dict[int, list[Span]]:
    """Row → the coloured parts of that line, as Textual's editor takes them."""
    spans: dict[int, list[Span]] = {}
    # The index of each line's start in the text, line feeds included.
    line_starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for index, token_type, token in _LEXER.get_tokens_unprocessed("\n".join(lines)):
        colour = _colour_of(token_type)
        if colour is None:
            continue
        for row, start, end in _split_by_line(index, token, line_starts):
            first_byte, end_byte = _byte_columns(lines[row], start, end)
            spans.setdefault(row, []).append((first_byte, end_byte, colour))
    return spans


def _colour_of(token_type: Any) -> str | None:
    """The name of the colour for Pygments' token type; `None` if it has no colour."""
    for coloured_type, colour in COLOURS:
        if token_type in coloured_type:  # `in` is true for subtypes too
            return colour
    return None


def _split_by_line(index: int, token: str, line_starts: list[int]) -> Iterator[tuple[int, int, int]]:
    """Yield (row, first column, column after the last) for each line of a token that begins at `index` of the text."""
    row = bisect_right(line_starts, index) - 1  # the last line that starts at or before `index`
    column = index - line_starts[row]
    for part in token.split("\n"):
        if part:
            yield row, column, column + len(part)
        row, column = row + 1, 0


def _byte_columns(line: str, start: int, end: int) -> tuple[int, int]:
    """Convert two columns from characters to bytes of UTF-8, in which Textual's editor counts."""
    if line.isascii():
        return start, end
    return len(line[:start].encode()), len(line[:end].encode())
