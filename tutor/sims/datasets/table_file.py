"""Tables from other programs: separators, decimal signs, column names and comments are detected.

`csv.Sniffer` guesses from the frequency of signs, and takes decimal commas and labels for separators. Here each
separator is tried, and the one is taken that gives lines with the same number of cells, two of them numbers.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import UsageError, clip
from tutor.expressions.source import plain_characters
from tutor.sims.datasets.other_formats import (
    explain_no_points,
    refuse_open_quote,
    refuse_other_formats,
    refuse_signs_between_blanks,
)
from tutor.sims.datasets.text_file import shown
from tutor.text.numbers import counted

MAX_POINTS = 10_000
"""The most points a file may hold."""
MAX_LINE_LENGTH = 20_000
"""Characters of a line at most."""
SAMPLED_LINES = 200
"""Lines that decide on the separator."""

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas", " ": "blanks"}
"""In the order in which they are tried: what can be neither a decimal comma nor part of a label comes first."""
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
"""What Excel takes as the separator, in a first line of its own."""
_BETWEEN = re.compile(r"[;\t| ]+")
FIRST_COORDINATE_NAMES = frozenset({"x1", "x_1", "x₁", "x"})
"""What the first coordinate is called; three words of a comment without it are a sentence."""
_EXAMPLE = "write lines such as 1.5,-0.3,1 (x1,x2,label)"


@dataclass(frozen=True)
class TextTable:
    """Lines of cells, all of one width."""

    rows: Sequence[tuple[int, list[str]]]
    """(line of the file, its cells)."""
    names: tuple[str, ...]
    """Of the columns; empty without a header."""
    width: int
    separator: str
    """In words: "semicolons"."""
    decimal_commas: bool

    def column(self, index: int) -> list[str]:
        """The cells of one column; an empty one where a line is too short."""
        return [row[index] if index < len(row) else "" for _, row in self.rows]

    def name(self, index: int) -> str:
        """What a column is called: by its name, or by its number from 1 on."""
        return clip(self.names[index], 30) if self.names and self.names[index] else f"column {index + 1}"


def parse_number(cell: str) -> float | None:
    """The number in a cell, in digits of any script, with a decimal point or comma; `None` when it holds none."""
    text = plain_characters(cell)
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def is_missing(cell: str) -> bool:
    """True for an empty cell and for what programs write instead of a number."""
    return cell.casefold() in MISSING_VALUES


def read_table(path: Path, text: str) -> TextTable:
    """The table that `text` holds.

    Raises:
        UsageError: it holds none, too many lines, or lines of different widths.
    """
    refuse_other_formats(path, text)
    comments, lines, forced = _split_lines(path, text)
    separator = forced or _find_separator([line for _, line in lines[:SAMPLED_LINES]])
    if not separator:
        raise explain_no_points(path, lines)
    if separator == " ":
        refuse_signs_between_blanks(path, lines)
    for line_number, line in lines:
        refuse_open_quote(path, line_number, line, separator)
    rows = [(line_number, _split_cells(line, separator)) for line_number, line in lines]
    width = _usual_width([row for _, row in rows[1:] or rows])
    names, rows = _split_header(path, rows, width)
    names = names or next(filter(None, (_names_in_comment(line, separator, width) for line in comments)), [])
    names, rows, width = _drop_empty_columns(path, names, rows, width)
    if len(rows) > MAX_POINTS:
        raise UsageError(f"{shown(path)}: more than {MAX_POINTS:,} points; leave some out")
    return TextTable(
        rows, tuple(names), width, SEPARATORS.get(separator, repr(separator)), _has_decimal_commas(path, rows)
    )


def _split_lines(path: Path, text: str) -> tuple[list[str], list[tuple[int, str]], str]:
    """The comments above the table, its lines with their numbers, and a separator that is written out."""
    comments: list[str] = []
    forced = ""
    lines: list[tuple[int, str]] = []
    for line_number, line in enumerate(io.StringIO(text, newline=None), 1):
        if len(line) > MAX_LINE_LENGTH:
            raise UsageError(f"{shown(path)}:{line_number}: this line has {len(line):,} characters; {_EXAMPLE}")
        bare = line.strip()
        if not bare.strip("\"',;|") or _RULED_LINE.fullmatch(bare):
            continue
        hint = _SEPARATOR_HINT.fullmatch(bare)
        if hint and not lines:
            forced = hint[1]
        elif bare.startswith(("#", "%")):
            comments += [bare] if not lines and len(comments) < SAMPLED_LINES else []
        else:
            lines.append((line_number, line.rstrip("\n")))
            if len(lines) > MAX_POINTS + 1:
                raise UsageError(f"{shown(path)}: more than {MAX_POINTS:,} points; leave some out")
    return comments, lines, forced


def _split_cells(line: str, separator: str) -> list[str]:
    """The cells of a line, without blanks and quotes around them."""
    line = " ".join(line.split()) if separator == " " else line
    cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    return [_unquote(cell) for cell in cells]


def _unquote(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1].strip() if len(cell) > 1 and cell[0] == cell[-1] == "'" else cell


def _find_separator(lines: list[str]) -> str:
    """The sign between the cells; empty when there is no number in any of them."""
    best, best_score = "", (False, 0)
    for separator in SEPARATORS:
        rows = [_split_cells(line, separator) for line in lines]
        data = rows[1:] or rows
        width = _usual_width(data)
        points = sum(_is_point(row, width) for row in data)
        if width >= 3 and 2 * points > len(data):
            return separator
        with_a_number = sum(len(row) == width and any(parse_number(cell) is not None for cell in row) for row in data)
        if with_a_number and (width > 1, with_a_number) > best_score:
            best, best_score = separator, (width > 1, with_a_number)
    return best


def _is_point(row: list[str], width: int) -> bool:
    """True for a line of the usual width with two numbers or more, and no cell that hides several."""
    numbers = sum(parse_number(cell) is not None for cell in row)
    return len(row) == width and numbers >= 2 and not any(map(_hides_numbers, row))


def _hides_numbers(cell: str) -> bool:
    """True for several numbers in one cell, which another separator would part."""
    parts = [part for part in _BETWEEN.split(cell) if part]
    return parse_number(cell) is None and len(parts) > 1 and all(parse_number(part) is not None for part in parts)


def _usual_width(rows: Sequence[Sequence[str]]) -> int:
    """The number of cells that most lines have."""
    counts = Counter(map(len, rows))
    return counts.most_common(1)[0][0] if counts else 0


Rows = list[tuple[int, list[str]]]


def _split_header(path: Path, rows: Rows, width: int) -> tuple[list[str], Rows]:
    """The names of the columns when the first line has them, and the lines with points."""
    (line_number, first), data = rows[0], rows[1:]
    has_names = not any(parse_number(cell) is not None or _is_gap(cell) for cell in first)
    if not data or not has_names:
        return [], rows
    numeric = _numeric_columns([row for _, row in data[:SAMPLED_LINES]], width)
    if len(first) == width - 1 and numeric and numeric[0] == 0:
        first = ["", *first]  # R writes row names, and no name above them
    if len(first) < width or len([name for name in first if name]) > width:
        hint = "; with decimal commas, separate the columns by semicolons" if width == 2 * len(first) - 1 else ""
        raise UsageError(
            f"{shown(path)}:{line_number}: {counted(len(first), 'cell')} here, but {width} in the lines below; "
            f"give a name for each column, or begin this line with #{hint}"
        )
    if not any(index in numeric for index in range(len(first))):
        return [], rows
    return first, data


def _is_gap(cell: str) -> bool:
    """True for a number that is missing; an empty name in a header is none."""
    return bool(cell) and is_missing(cell) and cell != "-"


def _numeric_columns(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The columns in which most cells are numbers."""
    return [
        index
        for index in range(width)
        if 2 * sum(index < len(row) and parse_number(row[index]) is not None for row in rows) > len(rows)
    ]


def _names_in_comment(comment: str, separator: str, width: int) -> list[str]:
    """The names of the columns in a comment above the table, as NumPy writes them; other words are no names."""
    body = comment[1:]
    for sign in (separator, ",", " "):
        for text in (body.strip() if sign != "," else body, body.lstrip("#% ")):
            cells = _split_cells(text, sign)
            is_header = (
                sign != " "
                or sign == separator
                or not FIRST_COORDINATE_NAMES.isdisjoint(cell.casefold() for cell in cells)
            )
            if is_header and len(cells) == width and not any(parse_number(cell) is not None for cell in cells):
                return cells
    return []


def _drop_empty_columns(path: Path, names: list[str], rows: Rows, width: int) -> tuple[list[str], Rows, int]:
    """Without the columns in which no line has anything: what a separator at the end of each line makes."""
    filled_columns = [index for index in range(width) if any(index < len(row) and row[index] for _, row in rows)]
    for line_number, row in rows:
        if len(row) > width and any(row[width:]):
            text = f"{counted(len(row), 'cell')} here, but {width} in most lines; leave out the others"
            raise UsageError(f"{shown(path)}:{line_number}: {text}")
    if len(filled_columns) < width:
        rows = [
            (line_number, [row[index] for index in filled_columns if index < len(row)]) for line_number, row in rows
        ]
    return [names[index] for index in filled_columns] if names else [], rows, len(filled_columns)


def _has_decimal_commas(path: Path, rows: Rows) -> bool:
    """Whether decimals are written with commas.

    Raises:
        UsageError: some are, and some with points.
    """
    comma, point = next(_find_decimals(rows, ","), None), next(_find_decimals(rows, "."), None)
    if comma and point:
        raise UsageError(
            f"{shown(path)}: {comma[1]} on line {comma[0]} has a decimal comma, {point[1]} on line {point[0]} a point; "
            "write all numbers in one way, without signs between thousands"
        )
    return comma is not None


def _find_decimals(rows: Rows, sign: str) -> Iterator[tuple[int, str]]:
    return (
        (line_number, clip(cell, 20))
        for line_number, row in rows
        for cell in row
        if sign in cell and parse_number(cell) is not None
    )
