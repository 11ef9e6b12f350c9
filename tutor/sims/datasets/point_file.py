"""Points from a file: `--data FILE.csv`, with whatever separators, columns and labels it has."""

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tutor.errors import UsageError, clip
from tutor.sims.datasets.columns import PLANE_LIMIT, Columns, find_columns
from tutor.sims.datasets.table_file import MAX_POINTS, TextTable, is_missing, parse_number, read_table
from tutor.sims.datasets.text_file import read_text, shown
from tutor.text.numbers import counted, format_number, format_rounded

MIN_POINTS = 4
SCALED_LIMIT = 5.0
"""How far the farthest points lie after `--scale`."""
POSITIVE_LABELS = {"true", "t", "yes", "y", "on", "in", "inside", "positive", "pos", "+", "present"}
"""Words that are the class +1 when they are one of two; otherwise the later one of the alphabet is."""
MISSING_LABELS = {"", "nan", "na", "n/a", "null", "?"}
"""What is no label, but the lack of one."""


@dataclass(frozen=True, eq=False)
class LabelledPoints:
    """The contents of a file of points, and how they were interpreted."""

    rows: np.ndarray
    """x₁, x₂, label."""
    classes: tuple[str, ...]
    """What the labels −1 and +1 were called; empty when the label is a number to be learned."""
    summary: str
    """One line: separators, points, columns, classes."""


def read_points(path: Path, scale: bool = False, columns: str = "") -> LabelledPoints:
    """The points of a table; two distinct labels become −1 and +1.

    Args:
        path: A text file, or `-` for standard input.
        scale: Stretch each coordinate so that it goes from −5 to 5.
        columns: Which are x1, x2 and label, when that cannot be seen from the table.

    Raises:
        UsageError: one line that names the file, the line and what to write instead.
    """
    table = read_table(path, read_text(path, "a table of points, such as CSV text"))
    selection = find_columns(path, table, columns)
    if not MIN_POINTS <= len(table.rows) <= MAX_POINTS:
        raise UsageError(
            f"{shown(path)}: {counted(len(table.rows), 'point')}; give from {MIN_POINTS} to {MAX_POINTS:,}"
        )
    plane = selection.named[:2]
    points = np.array(
        [
            [_read_coordinate(path, table, line_number, row, *column) for column in plane]
            for line_number, row in table.rows
        ]
    )
    labels, classes, learned = _read_labels(path, table, selection)
    points = _fit_to_plane(path, table, points, selection, scale)
    read = [table.separator, *["decimal commas"] * table.decimal_commas, counted(len(points), "point")]
    stretched = (
        f"each coordinate stretched to −{format_number(SCALED_LIMIT)} … {format_number(SCALED_LIMIT)}" if scale else ""
    )
    description = "; ".join(part for part in (", ".join(read), selection.remark, stretched, learned) if part)
    return LabelledPoints(
        np.column_stack([points, labels]), classes, f"{shown(Path(clip(path.name, 40)))}: {description}."
    )


def _read_cell(path: Path, table: TextTable, line_number: int, row: list[str], name: str, column: int) -> str:
    """The text of one cell."""
    if column >= len(row):
        raise UsageError(
            f"{shown(path)}:{line_number}: {_column_name(table, name, column)} is missing; write x1,x2,label"
        )
    return row[column]


def _column_name(table: TextTable, name: str, column: int) -> str:
    """A column by the name that it has here, and the one that it has in the file."""
    own = table.name(column)
    return name if not table.names or own == name else f"{name} ({own})"


def _read_coordinate(path: Path, table: TextTable, line_number: int, row: list[str], name: str, column: int) -> float:
    """A coordinate."""
    cell = _read_cell(path, table, line_number, row, name, column)
    value = parse_number(cell)
    where = f"{shown(path)}:{line_number}: {_column_name(table, name, column)}"
    if value is None and not cell:
        raise UsageError(f"{where} is empty; a number belongs here")
    if value is None and not is_missing(cell):
        raise UsageError(f"{where} is '{clip(cell, 30)}'; a number belongs here")
    if value is None or not math.isfinite(value):
        raise UsageError(f"{where} is {clip(cell, 30)}; a finite number belongs here")
    return value


def _fit_to_plane(path: Path, table: TextTable, points: np.ndarray, selection: Columns, scale: bool) -> np.ndarray:
    """The points where they can be seen, which do not all lie on one spot or line."""
    low, high = points.min(axis=0), points.max(axis=0)
    if (low == high).all():
        text = f"every point lies at ({format_number(low[0])}, {format_number(low[1])}); there is nothing to separate"
        raise UsageError(f"{shown(path)}: {text}")
    for (name, column), least, most in zip(selection.named[:2], low, high, strict=True):
        if least == most:
            text = (
                f"{_column_name(table, name, column)} is {format_number(least)} on every line, which separates nothing"
            )
            raise UsageError(f"{shown(path)}: {text}; choose another column with --columns")
    if scale:
        middle, half = low / 2 + high / 2, high / 2 - low / 2
        stretched: np.ndarray = (points - middle) / half * SCALED_LIMIT
        return stretched
    far = float(np.abs(points).max())
    if far > PLANE_LIMIT:
        raise UsageError(f"{shown(path)}: a point lies at {format_rounded(far)}; keep within −6 … 6, or add --scale")
    return points


def _read_labels(path: Path, table: TextTable, selection: Columns) -> tuple[np.ndarray, tuple[str, ...], str]:
    """Each point's label, the names of the two classes, and both in words."""
    cells = []
    for line_number, row in table.rows:
        cell = _read_cell(path, table, line_number, row, "label", selection.label)
        if cell.casefold() in MISSING_LABELS:
            raise UsageError(f"{shown(path)}:{line_number}: label is {clip(cell, 20) or 'empty'}; a class belongs here")
        cells.append(cell)
    names = _class_labels(cells)
    kinds = Counter(names)
    values = [parse_number(name) for name in kinds]
    if len(kinds) == 1:
        raise UsageError(f"{shown(path)}: every label is {clip(cells[0], 30)}; two classes are needed, such as 0 and 1")
    if len(kinds) > 2:
        return _regression_targets(path, kinds, names)
    if None in values:
        low, high = sorted(kinds, key=_class_sort_key)
    else:
        low, high = sorted(kinds, key=lambda name: parse_number(name) or 0.0)
    description = f"classes {clip(low, 20)} ({kinds[low]:,}, orange) and {clip(high, 20)} ({kinds[high]:,}, blue)"
    return np.array([1.0 if name == high else -1.0 for name in names]), (low, high), description


def _class_sort_key(name: str) -> tuple[bool, str]:
    """Two classes in words are sorted by this: the later one is +1."""
    return name.casefold() in POSITIVE_LABELS, name


def _class_labels(cells: list[str]) -> list[str]:
    """The labels as classes: numbers by their value, words without regard to capitals where that leaves two."""
    first_spelling: dict[object, str] = {}
    for cell in cells:
        first_spelling.setdefault(_class_value(cell), cell)
    exact = [first_spelling[_class_value(cell)] for cell in cells]
    any_case: dict[str, str] = {}
    folded = [any_case.setdefault(name.casefold(), name) for name in exact]
    return folded if len(first_spelling) > 2 and len(any_case) == 2 else exact


def _class_value(cell: str) -> object:
    """What two labels of one class share: their value as numbers, so that 1 and 1.0 are one, or their text."""
    number = parse_number(cell)
    return cell if number is None else number


def _regression_targets(path: Path, kinds: Counter[str], names: list[str]) -> tuple[np.ndarray, tuple[str, ...], str]:
    """Labels that are numbers to be learned: from −1 to 1, not whole, which would be classes.

    Raises:
        UsageError: more than two classes, or a number out of range.
    """
    values = [parse_number(name) for name in names]
    known = [value for value in values if value is not None]
    if len(known) < len(values) or all(value.is_integer() for value in known):
        listed = ", ".join(f"{clip(name, 20)} ({count:,})" for name, count in kinds.most_common(5))
        more = f" and {len(kinds) - 5:,} more" if len(kinds) > 5 else ""
        text = f"{len(kinds):,} classes: {listed}{more}; this network separates two, so keep the lines of two of them"
        hint = ", or choose another label with --columns" if len(kinds) > 5 else ""
        raise UsageError(f"{shown(path)}: {text}{hint}")
    far = max(known, key=abs)
    if abs(far) > 1:
        text = f"labels are two classes, or numbers from −1 to 1; there is {format_rounded(far)}"
        raise UsageError(f"{shown(path)}: {text}")
    description = (
        f"the label is a number to be learned, from {format_rounded(min(known))} to "
        f"{format_rounded(max(known))} (regression)"
    )
    return np.array(known), (), description
