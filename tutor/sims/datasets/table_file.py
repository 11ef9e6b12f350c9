"""A table of somebody else's making: separators, decimal signs, names of columns and comments are found out.

`csv.Sniffer` guesses from the frequency of signs, and takes decimal commas and labels for separators. Here each
separator is tried, and the one counts under which the lines have the same number of cells, two of them numbers.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tutor.errors import UsageError, clip
from tutor.sims.datasets.text_file import shown
from tutor.text.numbers import counted

ROWS = 10_000
"""The most points a file may hold."""
LONGEST = 20_000
"""Characters of a line at most."""
SAMPLE = 200
"""Lines that decide on the separator."""

SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "vertical bars", ",": "commas", " ": "blanks"}
"""In the order in which they are tried: what cannot be a decimal comma or stand within a label comes first."""
MISSING = {"", "nan", "na", "n/a", "null", "none", "nil", "?", "-", "–", "inf", "-inf", "+inf", "infinity", "-infinity"}
"""What stands in the place of a number that is not known, or is none."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_RULE = re.compile(r"[\s|:+=-]+")
_HINT = re.compile(r"sep=([,;|:])", re.IGNORECASE)
"""What Excel takes as the separator, in a first line of its own."""
_BETWEEN = re.compile(r"[;\t| ]+")
X = frozenset({"x1", "x_1", "x₁", "x"})
"""What the first coordinate is called; three words of a comment without it are a sentence."""
_EXAMPLE = "write lines such as 1.5,-0.3,1 (x1,x2,label)"


@dataclass(frozen=True)
class Table:
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


def number(cell: str) -> float | None:
    """The number in a cell, with a decimal point or comma; `None` when it holds none."""
    text = cell.replace("−", "-")
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def is_missing(cell: str) -> bool:
    """True for an empty cell and for what programs write instead of a number."""
    return cell.casefold() in MISSING


def read_table(path: Path, text: str) -> Table:
    """The table that `text` holds.

    Raises:
        UsageError: it holds none, too many lines, or lines of different widths.
    """
    comments, lines, forced = _lines(path, text)
    separator = forced or _separator([line for _, line in lines[:SAMPLE]])
    if not separator:
        raise UsageError(f"{shown(path)}: there are no points; {_EXAMPLE}")
    rows = [(place, _cells(line, separator)) for place, line in lines]
    width = _width([row for _, row in rows[1:] or rows])
    names, rows = _header(path, rows, width)
    names = names or next(filter(None, (_commented(line, separator, width) for line in comments)), [])
    names, rows, width = _trimmed(path, names, rows, width)
    if len(rows) > ROWS:
        raise UsageError(f"{shown(path)}: more than {ROWS:,} points; leave some out")
    return Table(rows, tuple(names), width, SEPARATORS.get(separator, repr(separator)), _commas(path, rows))


def _lines(path: Path, text: str) -> tuple[list[str], list[tuple[int, str]], str]:
    """The comments above the table, its lines with their numbers, and a separator that is written out."""
    comments: list[str] = []
    forced = ""
    found: list[tuple[int, str]] = []
    for place, line in enumerate(io.StringIO(text, newline=None), 1):
        if len(line) > LONGEST:
            raise UsageError(f"{shown(path)}:{place}: this line has {len(line):,} characters; {_EXAMPLE}")
        bare = line.strip()
        if not bare.strip("\"',;|") or _RULE.fullmatch(bare):
            continue
        hint = _HINT.fullmatch(bare)
        if hint and not found:
            forced = hint[1]
        elif bare.startswith(("#", "%")):
            comments += [bare] if not found and len(comments) < SAMPLE else []
        else:
            found.append((place, line.rstrip("\n")))
            if len(found) > ROWS + 1:
                raise UsageError(f"{shown(path)}: more than {ROWS:,} points; leave some out")
    return comments, found, forced


def _cells(line: str, separator: str) -> list[str]:
    """The cells of a line, without blanks and quotes around them."""
    line = " ".join(line.split()) if separator == " " else line
    cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True), [])
    return [_bare(cell) for cell in cells]


def _bare(cell: str) -> str:
    cell = cell.strip()
    return cell[1:-1].strip() if len(cell) > 1 and cell[0] == cell[-1] == "'" else cell


def _separator(lines: list[str]) -> str:
    """The sign between the cells; empty when there is no number in any of them."""
    best, most = "", (False, 0)
    for separator in SEPARATORS:
        rows = [_cells(line, separator) for line in lines]
        data = rows[1:] or rows
        width = _width(data)
        good = sum(_is_point(row, width) for row in data)
        if width >= 3 and 2 * good > len(data):
            return separator
        some = sum(len(row) == width and any(number(cell) is not None for cell in row) for row in data)
        if some and (width > 1, some) > most:
            best, most = separator, (width > 1, some)
    return best


def _is_point(row: list[str], width: int) -> bool:
    """True for a line of the usual width with two numbers or more, and no cell that hides several."""
    numbers = sum(number(cell) is not None for cell in row)
    return len(row) == width and numbers >= 2 and not any(map(_hides_numbers, row))


def _hides_numbers(cell: str) -> bool:
    parts = [part for part in _BETWEEN.split(cell) if part]
    return number(cell) is None and len(parts) > 1 and all(number(part) is not None for part in parts)


def _width(rows: Sequence[Sequence[str]]) -> int:
    """How many cells most lines have."""
    counts = Counter(map(len, rows))
    return counts.most_common(1)[0][0] if counts else 0


Rows = list[tuple[int, list[str]]]


def _header(path: Path, rows: Rows, width: int) -> tuple[list[str], Rows]:
    """The names of the columns when the first line has them, and the lines with points."""
    (place, first), data = rows[0], rows[1:]
    named = not any(number(cell) is not None or _is_gap(cell) for cell in first)
    if not data or not named:
        return [], rows
    numeric = _numeric([row for _, row in data[:SAMPLE]], width)
    if len(first) == width - 1 and numeric and numeric[0] == 0:
        first = ["", *first]  # R writes row names, and no name above them
    if len(first) < width or len([name for name in first if name]) > width:
        hint = "; with decimal commas, separate the columns by semicolons" if width == 2 * len(first) - 1 else ""
        raise UsageError(
            f"{shown(path)}:{place}: {counted(len(first), 'cell')} here, but {width} in the lines below; "
            f"give a name for each column, or begin this line with #{hint}"
        )
    if not any(index in numeric for index in range(len(first))):
        return [], rows
    return first, data


def _is_gap(cell: str) -> bool:
    """True for a number that is missing; an empty name in a header is none."""
    return bool(cell) and is_missing(cell) and cell != "-"


def _numeric(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The columns in which most cells are numbers."""
    return [
        index
        for index in range(width)
        if 2 * sum(index < len(row) and number(row[index]) is not None for row in rows) > len(rows)
    ]


def _commented(comment: str, separator: str, width: int) -> list[str]:
    """The names of the columns in a comment above the table, as NumPy writes them; other words are no names."""
    body = comment[1:]
    for sign in (separator, ",", " "):
        for text in (body.strip() if sign != "," else body, body.lstrip("#% ")):
            cells = _cells(text, sign)
            is_header = sign != " " or sign == separator or not X.isdisjoint(cell.casefold() for cell in cells)
            if is_header and len(cells) == width and not any(number(cell) is not None for cell in cells):
                return cells
    return []


def _trimmed(path: Path, names: list[str], rows: Rows, width: int) -> tuple[list[str], Rows, int]:
    """Without the columns in which no line has anything: what a separator at the end of each line makes."""
    held = [index for index in range(width) if any(index < len(row) and row[index] for _, row in rows)]
    for place, row in rows:
        if len(row) > width and any(row[width:]):
            text = f"{counted(len(row), 'cell')} here, but {width} in most lines; leave out the others"
            raise UsageError(f"{shown(path)}:{place}: {text}")
    if len(held) < width:
        rows = [(place, [row[index] for index in held if index < len(row)]) for place, row in rows]
    return [names[index] for index in held] if names else [], rows, len(held)


def _commas(path: Path, rows: Rows) -> bool:
    """Whether decimals are written with commas.

    Raises:
        UsageError: some are, and some with points.
    """
    comma, point = next(_decimals(rows, ","), None), next(_decimals(rows, "."), None)
    if comma and point:
        raise UsageError(
            f"{shown(path)}: {comma[1]} on line {comma[0]} has a decimal comma, {point[1]} on line {point[0]} a point; "
            "write all numbers in one way, without signs between thousands"
        )
    return comma is not None


def _decimals(rows: Rows, sign: str) -> Iterator[tuple[int, str]]:
    return ((place, clip(cell, 20)) for place, row in rows for cell in row if sign in cell and number(cell) is not None)
