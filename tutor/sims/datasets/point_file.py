"""Points from a file: `--data FILE.csv`, with whatever separators, columns and labels it has."""

import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tutor.errors import UsageError, clip
from tutor.sims.datasets.columns import PLANE_LIMIT, Columns, find_columns
from tutor.sims.datasets.table_file import MAX_POINTS, TextTable, is_missing, parse_number, read_table
from tutor.sims.datasets.text_file import format_path, read_text
from tutor.text.numbers import counted, format_number, format_rounded

MIN_POINTS = 4
SCALED_LIMIT = 5.0
"""`--scale` stretches each coordinate to −SCALED_LIMIT … SCALED_LIMIT."""
POSITIVE_LABELS = {"true", "t", "yes", "y", "on", "in", "inside", "positive", "pos", "+", "present"}
"""Names of the class +1. If neither of two classes has such a name, the later one in the alphabet is +1."""
MISSING_LABELS = {"", "nan", "na", "n/a", "null", "?"}
"""What files contain in place of an unknown label."""


@dataclass(frozen=True, eq=False)
class LabelledPoints:
    """The points of a file, and how it was understood."""

    rows: np.ndarray
    """Shape (n, 3): x₁, x₂, label."""
    classes: tuple[str, ...]
    """What the labels −1 and +1 are called in the file; empty when the label is a number to be learned."""
    summary: str
    """One sentence: the file, its separator, the number of points, the columns and the classes."""


def read_points(path: Path, *, scale: bool = False, columns: str = "") -> LabelledPoints:
    """Read points from a table; two distinct labels become −1 and +1.

    Args:
        path: A text file, or `-` for standard input.
        scale: Stretch each coordinate so that it goes from −5 to 5.
        columns: Which columns are x1, x2 and label, as `--columns` takes it; empty to find that out.

    Raises:
        UsageError: one line that names the file, the line and what to write instead.
    """
    table = read_table(path, read_text(path, "a table of points, such as CSV text"))
    selection = find_columns(path, table, columns)
    if not MIN_POINTS <= len(table.rows) <= MAX_POINTS:
        raise UsageError(
            f"{format_path(path)}: {counted(len(table.rows), 'point')}; give from {MIN_POINTS} to {MAX_POINTS:,}"
        )
    points = np.array(
        [
            [_read_coordinate(path, table, line_number, cells, name, column) for name, column in selection.coordinates]
            for line_number, cells in table.rows
        ]
    )
    labels, classes, label_words = _read_labels(path, table, selection)
    points = _fit_to_plane(path, table, points, selection, scale=scale)
    decimals = ["decimal commas"] if table.decimal_commas else []
    format_words = ", ".join([table.separator, *decimals, counted(len(points), "point")])
    limit = format_number(SCALED_LIMIT)
    scale_words = f"each coordinate stretched to −{limit} … {limit}" if scale else ""
    description = "; ".join(words for words in (format_words, selection.remark, scale_words, label_words) if words)
    summary = f"{format_path(Path(clip(path.name, 40)))}: {description}."
    return LabelledPoints(np.column_stack([points, labels]), classes, summary)


def _read_cell(path: Path, table: TextTable, line_number: int, cells: list[str], name: str, column: int) -> str:
    """The cell of one line in the column with index `column`, which is called `name` (x1, x2 or label) here.

    Raises:
        UsageError: the line is too short.
    """
    if column >= len(cells):
        raise UsageError(
            f"{format_path(path)}:{line_number}: {_column_words(table, name, column)} is missing; write x1,x2,label"
        )
    return cells[column]


def _column_words(table: TextTable, name: str, column: int) -> str:
    """A column for messages: `name`, and in brackets its name in the file if that differs: `x1 (width)`."""
    name_in_file = table.name(column)
    return name if not table.names or name_in_file == name else f"{name} ({name_in_file})"


def _read_coordinate(path: Path, table: TextTable, line_number: int, cells: list[str], name: str, column: int) -> float:
    """The number in the cell that `_read_cell` finds.

    Raises:
        UsageError: the cell is missing or empty, or contains no finite number.
    """
    cell = _read_cell(path, table, line_number, cells, name, column)
    value = parse_number(cell)
    if value is not None and math.isfinite(value):
        return value
    where = f"{format_path(path)}:{line_number}: {_column_words(table, name, column)}"
    if value is None and not cell:
        raise UsageError(f"{where} is empty; a number belongs here")
    if value is None and not is_missing(cell):
        raise UsageError(f"{where} is '{clip(cell, 30)}'; a number belongs here")
    # What is left is a value such as `nan`, or 1e999, which is too large.
    raise UsageError(f"{where} is {clip(cell, 30)}; a finite number belongs here")


def _fit_to_plane(path: Path, table: TextTable, points: np.ndarray, selection: Columns, *, scale: bool) -> np.ndarray:
    """The points, of shape (n, 2), stretched if `scale` is true.

    Raises:
        UsageError: a coordinate is the same for all points, or too large to be shown.
    """
    low, high = points.min(axis=0), points.max(axis=0)
    if (low == high).all():
        text = f"every point lies at ({format_number(low[0])}, {format_number(low[1])}); there is nothing to separate"
        raise UsageError(f"{format_path(path)}: {text}")
    for (name, column), column_low, column_high in zip(selection.coordinates, low, high, strict=True):
        if column_low == column_high:
            words = f"{_column_words(table, name, column)} is {format_number(column_low)} on every line"
            raise UsageError(
                f"{format_path(path)}: {words}, which separates nothing; choose another column with --columns"
            )
    if scale:
        middle, half_range = low / 2 + high / 2, high / 2 - low / 2  # halved first, since the sum could overflow
        stretched: np.ndarray = (points - middle) / half_range * SCALED_LIMIT
        return stretched
    farthest = float(np.abs(points).max())
    if farthest > PLANE_LIMIT:
        raise UsageError(
            f"{format_path(path)}: a point lies at {format_rounded(farthest)}; keep within −6 … 6, or add --scale"
        )
    return points


def _read_labels(path: Path, table: TextTable, selection: Columns) -> tuple[np.ndarray, tuple[str, ...], str]:
    """(label of each point, names of the classes −1 and +1, a description); no names for regression.

    Raises:
        UsageError: a label is missing, all are the same, or they are neither two classes nor numbers from −1 to 1.
    """
    cells = []
    for line_number, row in table.rows:
        cell = _read_cell(path, table, line_number, row, "label", selection.label)
        if cell.casefold() in MISSING_LABELS:
            raise UsageError(
                f"{format_path(path)}:{line_number}: label is {clip(cell, 20) or 'empty'}; a class belongs here"
            )
        cells.append(cell)
    names = _unify_spellings(cells)
    counts = Counter(names)
    if len(counts) == 1:
        raise UsageError(
            f"{format_path(path)}: every label is {clip(cells[0], 30)}; two classes are needed, such as 0 and 1"
        )
    if len(counts) > 2:
        return _read_regression_targets(path, names)
    low, high = _order_classes(list(counts))
    description = f"classes {clip(low, 20)} ({counts[low]:,}, orange) and {clip(high, 20)} ({counts[high]:,}, blue)"
    return np.array([1.0 if name == high else -1.0 for name in names]), (low, high), description


def _order_classes(names: list[str]) -> list[str]:
    """The names of two classes in the order −1, +1: numbers by value, words by `POSITIVE_LABELS` or the alphabet."""
    values = {name: parse_number(name) for name in names}
    if None in values.values():
        return sorted(names, key=lambda name: (name.casefold() in POSITIVE_LABELS, name))  # False before True
    return sorted(names, key=lambda name: values[name] or 0.0)  # `or 0.0` is for the type checker alone


def _unify_spellings(cells: list[str]) -> list[str]:
    """The label of each point, where each class has one spelling: the first that occurs.

    Numbers of the same value, such as 1 and 1.0, are one class. If there are more than two classes, but only two when
    capitals are ignored, words that differ only in capitals are one class.
    """
    spelling_of_value: dict[object, str] = {}
    for cell in cells:
        spelling_of_value.setdefault(_class_value(cell), cell)
    labels = [spelling_of_value[_class_value(cell)] for cell in cells]
    spelling_of_word: dict[str, str] = {}
    labels_in_any_case = [spelling_of_word.setdefault(label.casefold(), label) for label in labels]
    has_two_in_any_case = len(spelling_of_value) > 2 and len(spelling_of_word) == 2
    return labels_in_any_case if has_two_in_any_case else labels


def _class_value(cell: str) -> object:
    """The value by which labels are compared: a number for numbers, so that 1 and 1.0 are one class, else the text."""
    number = parse_number(cell)
    return cell if number is None else number


def _read_regression_targets(path: Path, names: list[str]) -> tuple[np.ndarray, tuple[str, ...], str]:
    """Read labels with more than two values, which must be numbers from −1 to 1; returns the same as `_read_labels`.

    Raises:
        UsageError: the labels are words or whole numbers, and therefore too many classes; or one is out of range.
    """
    values = [value for value in map(parse_number, names) if value is not None]
    has_words = len(values) < len(names)
    if has_words or all(value.is_integer() for value in values):
        counts = Counter(names)
        listed = ", ".join(f"{clip(name, 20)} ({count:,})" for name, count in counts.most_common(5))
        more = f" and {len(counts) - 5:,} more" if len(counts) > 5 else ""
        text = f"{len(counts):,} classes: {listed}{more}; this network separates two, so keep the lines of two of them"
        hint = ", or choose another label with --columns" if len(counts) > 5 else ""
        raise UsageError(f"{format_path(path)}: {text}{hint}")
    farthest = max(values, key=abs)
    if abs(farthest) > 1:
        text = f"labels are two classes, or numbers from −1 to 1; there is {format_rounded(farthest)}"
        raise UsageError(f"{format_path(path)}: {text}")
    low, high = format_rounded(min(values)), format_rounded(max(values))
    return np.array(values), (), f"the label is a number to be learned, from {low} to {high} (regression)"
