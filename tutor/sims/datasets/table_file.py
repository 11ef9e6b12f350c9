"""Tables from other programs: separators, decimal signs, column names and comments are detected.

`csv.Sniffer` guesses from the frequency of characters, and takes decimal commas and letters of labels for separators.
Here each separator is tried, until one gives lines with the same number of cells, two of them numbers.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import UsageError, clip
from tutor.expressions.source import plain_characters
from tutor.sims.datasets.other_formats import (
    no_points_error,
    refuse_open_quote,
    refuse_other_formats,
    refuse_other_separators_between_blanks,
)
from tutor.sims.datasets.text_file import format_path
from tutor.text.numbers import counted

MAX_POINTS = 10_000
"""The most points a file may hold."""
MAX_LINE_LENGTH = 20_000
"""Characters of a line at most."""
SAMPLED_LINES = 200
"""Lines that decide on the separator."""

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas", " ": "blanks"}
"""Separator → its name, in the order in which they are tried.

The first three are never part of a number or a label; a comma or a blank may be.
"""
MISSING_VALUES = {
    "",
    "nan",
    "na",
    "n/a",
    "null",
    "none",
    "nil",
    "?",
    "-",
    "–",
    "inf",
    "-inf",
    "+inf",
    "infinity",
    "-infinity",
}
"""What files contain in place of an unknown number."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_RULED_LINE = re.compile(r"[\s|:+=-]+")
_SEPARATOR_HINT = re.compile(r"sep=([,;|:])", re.IGNORECASE)
"""A first line such as `sep=;`, which tells Excel the separator."""
_OTHER_SEPARATORS = re.compile(r"[;\t| ]+")
"""Separators that may remain within a cell if the line was split at the wrong one."""
FIRST_COORDINATE_NAMES = frozenset({"x1", "x_1", "x₁", "x"})
"""Names of the first coordinate; a comment of words that contains none of them is a sentence, not a header."""
_EXAMPLE = "write lines such as 1.5,-0.3,1 (x1,x2,label)"


@dataclass(frozen=True)
class TextTable:
    """A table as it was read from a text file: rows of cells, not converted yet."""

    rows: Sequence[tuple[int, list[str]]]
    """(line number in the file, cells) of each row."""
    names: tuple[str, ...]
    """The names of the columns; empty without a header."""
    width: int
    """The number of columns; a row may have fewer cells."""
    separator: str
    """In words: "semicolons"."""
    decimal_commas: bool

    def column(self, index: int) -> list[str]:
        """The cells of one column; "" where a row is too short."""
        return [row[index] if index < len(row) else "" for _, row in self.rows]

    def name(self, index: int) -> str:
        """The name of a column for messages; "column 1" and so on where it has none."""
        if self.names and self.names[index]:
            return clip(self.names[index], 30)
        return f"column {index + 1}"


def parse_number(cell: str) -> float | None:
    """The number in a cell, in digits of any script, with a decimal point or comma; `None` if it is not a number."""
    text = plain_characters(cell)
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def is_missing(cell: str) -> bool:
    """True for an empty cell and for what programs write in place of an unknown number."""
    return cell.casefold() in MISSING_VALUES


def read_table(path: Path, text: str) -> TextTable:
    """Read `text`, the content of the file `path`, as a table.

    Raises:
        UsageError: it is no table, or has too many lines or lines of different widths.
    """
    refuse_other_formats(path, text)
    comments, lines, stated_separator = _split_lines(path, text)
    separator = stated_separator or _find_separator([line for _, line in lines[:SAMPLED_LINES]])
    if not separator:
        raise no_points_error(path, lines, SEPARATORS)
    if separator == " ":
        refuse_other_separators_between_blanks(path, lines)
    for line_number, line in lines:
        refuse_open_quote(path, line_number, _collapse_blanks(line, separator), separator)
    rows = [(line_number, _split_cells(line, separator)) for line_number, line in lines]
    width = _usual_width([cells for _, cells in rows[1:] or rows])  # without the header, unless it is all there is
    names, rows = _split_header(path, rows, width)
    names = names or _find_names_in_comments(comments, separator, width)
    names, rows, width = _drop_empty_columns(path, names, rows, width)
    if len(rows) > MAX_POINTS:
        raise UsageError(f"{format_path(path)}: more than {MAX_POINTS:,} points; leave some out")
    separator_name = SEPARATORS.get(separator, repr(separator))  # a file may state another one, such as a colon
    return TextTable(rows, tuple(names), width, separator_name, _has_decimal_commas(path, rows))


def _split_lines(path: Path, text: str) -> tuple[list[str], list[tuple[int, str]], str]:
    """Split a text into its lines, without empty lines, ruled lines, and comments within the table.

    Returns:
        The comments above the table; (line number, line) of the table; and the separator that a first line such as
        `sep=;` states, empty without one.
    """
    comments: list[str] = []
    stated_separator = ""
    lines: list[tuple[int, str]] = []
    for line_number, line in enumerate(io.StringIO(text, newline=None), 1):
        if len(line) > MAX_LINE_LENGTH:
            raise UsageError(f"{format_path(path)}:{line_number}: this line has {len(line):,} characters; {_EXAMPLE}")
        stripped = line.strip()
        has_no_values = not stripped.strip("\"',;|")
        if has_no_values or _RULED_LINE.fullmatch(stripped):
            continue
        hint = _SEPARATOR_HINT.fullmatch(stripped)
        if hint and not lines:
            stated_separator = hint[1]
        elif stripped.startswith(("#", "%")):
            if not lines and len(comments) < SAMPLED_LINES:
                comments.append(stripped)
        else:
            lines.append((line_number, line.rstrip("\n")))
            if len(lines) > MAX_POINTS + 1:  # one of them may be the header
                raise UsageError(f"{format_path(path)}: more than {MAX_POINTS:,} points; leave some out")
    return comments, lines, stated_separator


def _split_cells(line: str, separator: str) -> list[str]:
    """The cells of a line, without blanks and quotes around them."""
    cells = next(csv.reader([_collapse_blanks(line, separator)], delimiter=separator, skipinitialspace=True), [])
    return [_unquote(cell) for cell in cells]


def _collapse_blanks(line: str, separator: str) -> str:
    """The line; if its cells are separated by blanks, with each run of blanks collapsed to one."""
    return " ".join(line.split()) if separator == " " else line


def _unquote(cell: str) -> str:
    """`cell` without blanks and single quotes around it; `csv` has removed double ones."""
    cell = cell.strip()
    is_quoted = len(cell) > 1 and cell[0] == cell[-1] == "'"
    return cell[1:-1].strip() if is_quoted else cell


def _find_separator(lines: list[str]) -> str:
    """Find the separator of the cells in `lines`; empty if no separator gives a cell that is a number.

    It is the first of `SEPARATORS` that turns most lines into points. If none does, the table has a fault, which later
    checks report; they need the best separator, which gives more than one column if possible, and the most lines with
    a number.
    """
    best_separator, best_score = "", (False, 0)
    for separator in SEPARATORS:
        rows = [_split_cells(line, separator) for line in lines]
        data_rows = rows[1:] or rows  # the first one may be a header
        width = _usual_width(data_rows)
        points = sum(_looks_like_point(row, width) for row in data_rows)
        if width >= 3 and 2 * points > len(data_rows):
            return separator
        rows_with_numbers = sum(len(row) == width and any(map(_is_number, row)) for row in data_rows)
        score = (width > 1, rows_with_numbers)  # more than one column is worth more than any number of rows
        if rows_with_numbers and score > best_score:
            best_separator, best_score = separator, score
    return best_separator


def _is_number(cell: str) -> bool:
    """Whether a cell contains a number and nothing else."""
    return parse_number(cell) is not None


def _looks_like_point(row: list[str], width: int) -> bool:
    """True for a row of the usual width with at least two numbers, and no cell that another separator would split."""
    numbers = sum(map(_is_number, row))
    return len(row) == width and numbers >= 2 and not any(map(_contains_several_numbers, row))


def _contains_several_numbers(cell: str) -> bool:
    """True for a cell of several numbers, which another separator would split."""
    parts = [part for part in _OTHER_SEPARATORS.split(cell) if part]
    return not _is_number(cell) and len(parts) > 1 and all(map(_is_number, parts))


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The most frequent number of cells in a row; 0 without rows."""
    counts = Counter(map(len, rows))
    return counts.most_common(1)[0][0] if counts else 0


Rows = list[tuple[int, list[str]]]
"""(line number, cells) of each row."""


def _split_header(path: Path, rows: Rows, width: int) -> tuple[list[str], Rows]:
    """(names of the columns, rows of data); the names are empty if the first row is data too.

    Raises:
        UsageError: the header has too few or too many names.
    """
    (header_line_number, first_row), data_rows = rows[0], rows[1:]
    is_header = not any(_is_number(cell) or _is_missing_number(cell) for cell in first_row)
    if not data_rows or not is_header:
        return [], rows
    numeric_columns = _find_numeric_columns([row for _, row in data_rows[:SAMPLED_LINES]], width)
    names = first_row
    has_row_numbers = numeric_columns[:1] == [0]
    if len(names) == width - 1 and has_row_numbers:
        names = ["", *names]  # R writes row names, and no name above them
    if len(names) < width or len([name for name in names if name]) > width:
        # Each decimal comma adds a cell: below "x1,x2,label", the line "1,5,2,5,0" has five.
        may_be_decimal_commas = width == 2 * len(names) - 1
        hint = "; with decimal commas, separate the columns by semicolons" if may_be_decimal_commas else ""
        raise UsageError(
            f"{format_path(path)}:{header_line_number}: {counted(len(names), 'cell')} here, but {width} in the lines "
            f"below; give a name for each column, or begin this line with #{hint}"
        )
    if not any(index < len(names) for index in numeric_columns):  # all rows are words: the first is no header
        return [], rows
    return names, data_rows


def _is_missing_number(cell: str) -> bool:
    """True for what programs write in place of an unknown number, except for an empty cell and a hyphen.

    In a header, an empty cell or a hyphen means a column without a name.
    """
    return bool(cell) and is_missing(cell) and cell != "-"


def _find_numeric_columns(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The indices of the columns in which most cells are numbers."""
    numeric_columns = []
    for index in range(width):
        numbers = sum(index < len(row) and _is_number(row[index]) for row in rows)
        if 2 * numbers > len(rows):
            numeric_columns.append(index)
    return numeric_columns


def _find_names_in_comments(comments: list[str], separator: str, width: int) -> list[str]:
    """The names of the columns in the first comment that contains them; empty if none does."""
    for comment in comments:
        names = _read_names(comment, separator, width)
        if names:
            return names
    return []


def _read_names(comment: str, separator: str, width: int) -> list[str]:
    """The names of the columns if `comment` is a header such as NumPy writes, `# x1,x2,label`; else empty."""
    body = comment[1:]
    for tried_separator in (separator, ",", " "):
        # With commas nothing is stripped: a blank at the end may be an empty name. A line may begin with several #.
        texts = (body if tried_separator == "," else body.strip(), body.lstrip("#% "))
        for text in texts:
            cells = _split_cells(text, tried_separator)
            may_be_sentence = tried_separator == " " and separator != " "  # splitting a sentence at blanks
            has_coordinate = not FIRST_COORDINATE_NAMES.isdisjoint(cell.casefold() for cell in cells)
            is_header = len(cells) == width and (has_coordinate or not may_be_sentence)
            if is_header and not any(map(_is_number, cells)):
                return cells
    return []


def _drop_empty_columns(path: Path, names: list[str], rows: Rows, width: int) -> tuple[list[str], Rows, int]:
    """(names, rows, width) without the columns that are empty in all rows.

    A separator at the end of each line makes such a column.

    Raises:
        UsageError: a row has more cells than `width`.
    """
    filled_columns = [index for index in range(width) if any(index < len(cells) and cells[index] for _, cells in rows)]
    for line_number, cells in rows:
        if len(cells) > width and any(cells[width:]):
            text = f"{counted(len(cells), 'cell')} here, but {width} in most lines; leave out the others"
            raise UsageError(f"{format_path(path)}:{line_number}: {text}")
    if len(filled_columns) < width:
        rows = [
            (line_number, [cells[index] for index in filled_columns if index < len(cells)])
            for line_number, cells in rows
        ]
    filled_names = [names[index] for index in filled_columns] if names else []
    return filled_names, rows, len(filled_columns)


def _has_decimal_commas(path: Path, rows: Rows) -> bool:
    """Whether decimals are written with commas.

    Raises:
        UsageError: some decimals have commas, others points.
    """
    with_comma, with_point = _find_decimal(rows, ","), _find_decimal(rows, ".")
    if with_comma and with_point:
        comma_line, comma_number = with_comma
        point_line, point_number = with_point
        raise UsageError(
            f"{format_path(path)}: {comma_number} on line {comma_line} has a decimal comma, {point_number} on line "
            f"{point_line} a point; write all numbers in one way, without signs between thousands"
        )
    return with_comma is not None


def _find_decimal(rows: Rows, mark: str) -> tuple[int, str] | None:
    """(line number, cell) of the first number with this decimal mark, a comma or a point; `None` if there is none."""
    for line_number, cells in rows:
        for cell in cells:
            if mark in cell and _is_number(cell):
                return line_number, clip(cell, 20)
    return None
