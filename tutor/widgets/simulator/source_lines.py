"""Wraps long lines of source code to a width: code with a hanging indent, docstrings paragraph by paragraph."""

import ast
from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from tutor.patterns import compile_lazily

HANGING_INDENT = 2
"""The further rows of a wrapped line are indented by so many columns more than its first."""
MAX_SECOND_COLUMN_SHARE = 2 / 3
"""A second column in a line, such as a comment after code, begins where it did, up to this share of the width."""
_GAP = compile_lazily(r"( {2,})")
"""The blanks between two columns of a line."""


def wrap_source(source: str, width: int) -> str:
    """Wrap the lines of `source` that have more than `width` characters. Paragraphs of docstrings are refilled."""
    wrapped: list[str] = []
    column_above = 0  # where the second column of the lines above begins; 0 after a blank line
    for is_prose, lines in _paragraphs(source.splitlines(), _docstring_lines(source)):
        is_too_wide = max(map(len, lines)) > width
        if is_prose and is_too_wide:
            text, indent = " ".join(line.strip() for line in lines), _indent_of(lines[0])
            wrapped += _wrap_hanging(text, width, first_indent=indent, hanging_columns=len(indent))
        else:
            for line in lines:
                wrapped += _wrap_line(line, width, column_above)
                column_above = (_second_column(line) or column_above) if line.strip() else 0
    return "\n".join(wrapped)


def _docstring_lines(source: str) -> set[int]:
    """The indices of lines inside docstrings, those below fields included, without the lines that have the quotes."""
    indices: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            last_line = node.end_lineno or node.lineno
            indices.update(range(node.lineno, last_line - 1))  # line numbers count from 1, indices from 0
    return indices


def _paragraphs(lines: Sequence[str], docstring_indices: set[int]) -> Iterator[tuple[bool, list[str]]]:
    """Yield (whether it is prose, lines) for each paragraph of a docstring, and for the lines between paragraphs.

    Lines of a docstring that have columns, such as a table, are not prose.
    """

    def prose_and_indent(index: int) -> tuple[bool, str]:
        line = lines[index]
        is_prose = index in docstring_indices and bool(line.strip()) and not _GAP.search(line.strip())
        return is_prose, _indent_of(line) if is_prose else ""

    for (is_prose, _), indices in groupby(range(len(lines)), prose_and_indent):
        yield is_prose, [lines[index] for index in indices]


def _indent_of(line: str) -> str:
    """The blanks at the beginning of a line."""
    return line[: len(line) - len(line.lstrip())]


def _second_column(line: str) -> int:
    """Where the second column of a line begins, such as the equations after a name; 0 if it has none."""
    gap = _GAP.search(line, len(_indent_of(line)))
    return gap.end() if gap else 0


def _wrap_line(line: str, width: int, column_above: int) -> list[str]:
    """Wrap a line of code or of a table if it is too wide.

    A line whose indent is `column_above` continues the second column of the lines above, and stays in that column.
    """
    if len(line) <= width:
        return [line]
    indent = _indent_of(line)
    hanging_columns = min(len(indent) + HANGING_INDENT, width // 2)
    texts_and_gaps = _GAP.split(line.strip())  # texts and gaps alternate
    if len(texts_and_gaps) == 1:
        return _wrap_hanging(line.strip(), width, first_indent=indent, hanging_columns=hanging_columns)
    first_text, first_gap = texts_and_gaps[:2]
    if len(indent) == column_above:
        return _wrap_columns(indent, texts_and_gaps, width, start=len(indent))
    second_column = len(indent) + len(first_text) + len(first_gap)
    start = second_column if second_column <= MAX_SECOND_COLUMN_SHARE * width else hanging_columns
    return _wrap_columns(indent, texts_and_gaps, width, start=start)


def _wrap_columns(indent: str, texts_and_gaps: Sequence[str], width: int, *, start: int) -> list[str]:
    """Set texts side by side. A text that does not fit goes to a new line that begins at the column `start`."""
    lines = _wrap_hanging(texts_and_gaps[0], width, first_indent=indent, hanging_columns=start)
    gaps, later_texts = texts_and_gaps[1::2], texts_and_gaps[2::2]
    for gap, text in zip(gaps, later_texts, strict=True):
        is_second_column = len(lines) == 1 and len(lines[0]) + len(gap) == start
        if len(lines[-1]) + len(gap) + len(text) <= width:
            lines[-1] += gap + text
        elif is_second_column:  # the text begins beside the first one, and is wrapped in its own column
            first_part, *more_parts = wrap(text, width - start, break_on_hyphens=False)
            lines = [lines[0] + gap + first_part, *(" " * start + part for part in more_parts)]
        else:
            lines += _wrap_hanging(text, width, first_indent=" " * start, hanging_columns=start)
    return lines


def _wrap_hanging(text: str, width: int, *, first_indent: str, hanging_columns: int) -> list[str]:
    """Wrap `text` to lines of this width: the first begins with `first_indent`, the others with so many blanks."""
    hanging_indent = " " * hanging_columns
    return wrap(text, width, initial_indent=first_indent, subsequent_indent=hanging_indent, break_on_hyphens=False)
