"""The colours of Python in the editor, by Pygments: which part of each line is a keyword, a text or a number."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Any

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Keyword, Name, Number, Operator, String

Span = tuple[int, int | None, str]
"""First byte, byte behind the last, and name of the colour, in one line."""
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
"""What a token is → the name of its colour; the first that fits."""
COLOUR_NAMES = tuple(dict.fromkeys(name for _, name in COLOURS))
_LEXER = PythonLexer(stripnl=False, ensurenl=False)


def colour_spans(lines: list[str]) -> dict[int, list[Span]]:
    """Line → its coloured parts."""
    found: dict[int, list[Span]] = {}
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    for index, token, value in _LEXER.get_tokens_unprocessed("\n".join(lines)):
        colour = next((name for kind, name in COLOURS if token in kind), None)
        if colour is not None:
            for line, start, end in _split_by_line(index, value, starts):
                found.setdefault(line, []).append((*_byte_columns(lines[line], start, end), colour))
    return found


def _split_by_line(index: int, value: str, starts: list[int]) -> Iterator[tuple[int, int, int]]:
    """Line, first and last column of each line of a token."""
    line = bisect_right(starts, index) - 1
    column = index - starts[line]
    for piece in value.split("\n"):
        if piece:
            yield line, column, column + len(piece)
        line, column = line + 1, 0


def _byte_columns(line: str, start: int, end: int) -> tuple[int, int]:
    """Columns as places among the bytes of the line, which is how the editor counts."""
    if line.isascii():
        return start, end
    return len(line[:start].encode()), len(line[:end].encode())
