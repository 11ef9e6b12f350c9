"""Breaks the lines of source code for a width: code hangs under its beginning, docstrings flow as on paper."""

import ast
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from tutor.patterns import compile_lazily

HANGING = 2
"""Columns by which the rest of a broken line stands further right than its beginning."""
MAX_START = 2 / 3
"""The part of the width up to which things side by side keep their column."""
_GAP = compile_lazily(r"( {2,})")
"""What parts things that stand side by side."""


def wrap_source(source: str, columns: int) -> str:
    """`source` with its long lines broken; what is left of a line hangs under its beginning."""
    broken: list[str] = []
    for is_prose, lines in _paragraphs(source.splitlines(), _docstring_lines(source)):
        if is_prose and max(map(len, lines)) > columns:
            text, indent = " ".join(line.strip() for line in lines), _indent_of(lines[0])
            broken += _wrap_hanging(text, indent, len(indent), columns)
        else:
            broken += [part for line in lines for part in _wrap_line(line, columns)]
    return "\n".join(broken)


def _docstring_lines(source: str) -> set[int]:
    """The numbers of the lines in docstrings and below fields, counted from 0, without the lines of their quotes."""
    found: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found.update(range(node.lineno, (node.end_lineno or node.lineno) - 1))
    return found


def _paragraphs(lines: Sequence[str], said: set[int]) -> Iterator[tuple[bool, list[str]]]:
    """The lines of prose that belong together, and the others between them; whether they are prose."""

    def kind(place: int) -> tuple[bool, str]:
        line = lines[place]
        is_prose = place in said and bool(line.strip()) and not _GAP.search(line.strip())
        return is_prose, _indent_of(line) if is_prose else ""

    for (is_prose, _), places in groupby(range(len(lines)), kind):
        yield is_prose, [lines[place] for place in places]


def _indent_of(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _wrap_line(line: str, columns: int) -> list[str]:
    if len(line) <= columns:
        return [line]
    indent = _indent_of(line)
    hanging = min(len(indent) + HANGING, columns // 2)
    parts = _GAP.split(line.strip())
    if len(parts) == 1:
        return _wrap_hanging(line.strip(), indent, hanging, columns)
    start = len(indent) + len(parts[0]) + len(parts[1])
    return _place_parts(indent, parts, start if start <= MAX_START * columns else hanging, columns)


def _place_parts(indent: str, parts: Sequence[str], start: int, columns: int) -> list[str]:
    """Things side by side, with those that have no room beside the first below the second."""
    broken = _wrap_hanging(parts[0], indent, start, columns)
    for gap, part in zip(parts[1::2], parts[2::2], strict=True):
        if len(broken[-1]) + len(gap) + len(part) <= columns:
            broken[-1] += gap + part
        elif len(broken) == 1 and len(broken[0]) + len(gap) == start:
            first, *rest = wrap(part, columns - start, break_on_hyphens=False)
            broken = [broken[0] + gap + first, *(" " * start + piece for piece in rest)]
        else:
            broken += _wrap_hanging(part, " " * start, start, columns)
    return broken


def _wrap_hanging(text: str, indent: str, hanging: int, columns: int) -> list[str]:
    """`text` after `indent`, with what is left of it further right."""
    return wrap(text, columns, initial_indent=indent, subsequent_indent=" " * hanging, break_on_hyphens=False)
