"""Which columns of a table are x₁, x₂ and the label: by name, by what they hold, or by what the learner says.

An ambiguous table is refused with the names of its columns, never guessed: a network trained on row numbers would
learn something too, and look as if all were well.
"""

from dataclasses import dataclass
from pathlib import Path

from tutor.errors import UsageError, clip, unknown_name_error
from tutor.sims.datasets.table_file import TextTable, parse_number
from tutor.sims.datasets.text_file import shown
from tutor.text.numbers import counted

PLANE_LIMIT = 6.0
"""Both coordinates of a point lie within −6 … 6."""

COORDINATE_NAMES = (("x1", "x2"), ("x_1", "x_2"), ("x₁", "x₂"), ("x", "y"), ("x0", "x1"), ("a", "b"))
"""Names of the two coordinates."""
LABEL_NAMES = (
    *("label", "labels", "class", "classes", "target", "targets", "species", "category", "group", "outcome"),
    *("diagnosis", "type", "kind", "result", "output", "y", "t", "truth", "cluster", "klasse", "classe", "clase"),
)
"""Names of the column that is learned, the surest first."""
ROW_NUMBER_NAMES = {"", "#", "id", "ids", "index", "idx", "no", "nr", "nr.", "num", "number", "row", "n", "unnamed: 0"}
"""Names of columns that only count the rows."""


@dataclass(frozen=True)
class Columns:
    """Which columns hold x₁, x₂ and the label."""

    x1: int
    x2: int
    label: int
    remark: str
    """How that was found out, where it is not plain: a part of a sentence, or empty."""

    @property
    def named(self) -> tuple[tuple[str, int], ...]:
        """Each with the name that it has here."""
        return ("x1", self.x1), ("x2", self.x2), ("label", self.label)


def find_columns(path: Path, table: TextTable, named_columns: str = "") -> Columns:
    """The three columns to learn from.

    Args:
        path: For messages.
        table: What was read.
        named_columns: Three names or numbers with commas between, when the learner says which.

    Raises:
        UsageError: too few columns, or more than one way to understand them.
    """
    if named_columns:
        return _describe_columns(table, _read_wanted(path, table, named_columns), [])
    if table.width < 3:
        raise UsageError(
            f"{shown(path)}: {counted(table.width, 'column')} separated by {table.separator}, but x1, x2 and a label "
            "need three; write lines such as 1.5,-0.3,1"
        )
    if len(set(_lower_names(table))) < len(table.names):
        raise UsageError(f"{shown(path)}: two columns have the same name; {_advise_columns(table)}")
    by_name = _find_by_name(table) if table.names else None
    if by_name is not None:
        return _describe_columns(table, by_name, [])
    candidates, row_numbers = _without_row_numbers(table)
    if len(candidates) != 3:
        raise _ambiguity_error(path, table, candidates)
    reaches_beyond = len(table.rows) > PLANE_LIMIT  # as a coordinate, the number of the last row is none of the plane
    if reaches_beyond and not table.names and counts_rows(table.column(candidates[0])):
        raise UsageError(
            f"{shown(path)}: column 1 only counts the rows, which leaves one coordinate; x1, x2 and a label are "
            "needed (if it is a coordinate, add --columns 1,2,3)"
        )
    return _describe_columns(table, _order_columns(path, table, candidates), row_numbers)


def _read_wanted(path: Path, table: TextTable, named_columns: str) -> tuple[int, int, int]:
    """The columns that the learner names."""
    parts = [part.strip() for part in named_columns.split(",")]
    if len(parts) != 3:
        raise UsageError(f"--columns {clip(named_columns)}: give three, as x1,x2,label; {_list_columns(path, table)}")
    columns = [_find_column(table, part) for part in parts]
    if len(set(columns)) < 3:
        raise UsageError(f"--columns {clip(named_columns)} names a column twice; {_list_columns(path, table)}")
    return columns[0], columns[1], columns[2]


def _find_column(table: TextTable, part: str) -> int:
    names = _lower_names(table)
    if part.casefold() in names:
        return names.index(part.casefold())
    if part.isascii() and part.isdecimal() and 1 <= int(part[:4]) <= table.width:
        return int(part) - 1
    raise unknown_name_error("column", part, table.names or [str(index + 1) for index in range(table.width)])


def _lower_names(table: TextTable) -> list[str]:
    return [name.casefold() for name in table.names]


def _find_by_name(table: TextTable) -> tuple[int, int, int] | None:
    """By the names of the coordinates, and the label's unless it is all that is left."""
    names = _lower_names(table)
    for plane in COORDINATE_NAMES:
        if not set(plane) <= set(names):
            continue
        x1, x2 = map(names.index, plane)
        others = [
            index for index in range(table.width) if index not in (x1, x2) and names[index] not in ROW_NUMBER_NAMES
        ]
        named = [names.index(name) for name in LABEL_NAMES if name in names and name not in plane]
        if len(others) == 1:
            return x1, x2, others[0]
        if named and (len(named) == 1 or names[named[0]] == "label"):
            return x1, x2, named[0]
    return None


def _without_row_numbers(table: TextTable) -> tuple[list[int], list[str]]:
    """The columns apart from those that count the rows, and the names of the latter."""
    candidates, left_out = [], []
    for index in range(table.width):
        named = bool(table.names) and table.names[index].casefold() in ROW_NUMBER_NAMES
        if table.width > 3 and (named or (index == 0 and counts_rows(table.column(0)))):
            left_out.append(index)
        else:
            candidates.append(index)
    return candidates, ["the row numbers" if not table.names else table.name(index) for index in left_out]


def counts_rows(cells: list[str]) -> bool:
    """True for whole numbers that go up by 1 from 0 or 1 on."""
    values = [parse_number(cell) for cell in cells]
    return len(values) > 2 and values[0] in (0, 1) and values == [values[0] + step for step in range(len(values))]


def _order_columns(path: Path, table: TextTable, candidates: list[int]) -> tuple[int, int, int]:
    """Three columns as x₁, x₂ and label: the one of words, of a known name, or of two values."""
    words = [index for index in candidates if _holds_words(table.column(index))]
    known = [
        index for name in LABEL_NAMES for index in candidates if table.names and table.names[index].casefold() == name
    ]
    if len(words) > 1:
        raise _ambiguity_error(path, table, candidates)
    if words or known:
        return _put_label_last(candidates, (words or known)[0])
    values = {index: len(set(map(parse_number, table.column(index))) - {None}) for index in candidates}
    two_valued = [index for index in candidates if values[index] == 2]
    if values[candidates[-1]] <= 2 or (not table.names and not two_valued):
        return _put_label_last(candidates, candidates[-1])
    if (
        len(two_valued) == 1
        and two_valued[0] == candidates[0]
        and not _is_regression_target(table.column(candidates[-1]))
    ):
        return _put_label_last(candidates, two_valued[0])
    if len(two_valued) == 1:
        first = ",".join(_format_column(table, index) for index in _put_label_last(candidates, two_valued[0]))
        other = ",".join(_format_column(table, index) for index in candidates)
        raise UsageError(
            f"{shown(path)}: which column is the label? {table.name(two_valued[0])} holds two values, "
            f"{table.name(candidates[-1])} many; add --columns {first} or --columns {other}"
        )
    raise UsageError(f"{shown(path)}: which column is the label? {_advise_columns(table, candidates)}")


def _holds_words(cells: list[str]) -> bool:
    return 2 * sum(parse_number(cell) is None for cell in cells) > len(cells)


def _is_regression_target(cells: list[str]) -> bool:
    """True for numbers that could be learned as they are: from −1 to 1, not all of them whole."""
    values = [value for value in map(parse_number, cells) if value is not None]
    return all(abs(value) <= 1 for value in values) and not all(value.is_integer() for value in values)


def _put_label_last(candidates: list[int], label: int) -> tuple[int, int, int]:
    x1, x2 = (index for index in candidates if index != label)
    return x1, x2, label


def _describe_columns(table: TextTable, chosen: tuple[int, int, int], row_numbers: list[str]) -> Columns:
    """The columns, with what there is to say about the choice."""
    names = [table.name(index) for index in chosen]
    remarks = []
    if names not in (["x1", "x2", "label"], ["column 1", "column 2", "column 3"]):
        remarks.append(f"x₁ is {names[0]}, x₂ {names[1]}, the label {names[2]}")
    left_out = row_numbers or [table.name(index) for index in range(table.width) if index not in chosen]
    if left_out:
        remarks.append(
            "left out: " + ", ".join(left_out[:4]) + (f" and {len(left_out) - 4} more" if len(left_out) > 4 else "")
        )
    return Columns(*chosen, "; ".join(remarks))


def _ambiguity_error(path: Path, table: TextTable, candidates: list[int]) -> UsageError:
    return UsageError(
        f"{_list_columns(path, table)}; the plane has two coordinates and a label: {_advise_columns(table, candidates)}"
    )


def _list_columns(path: Path, table: TextTable) -> str:
    """The columns, by name, or by what their first line holds."""
    names = [clip(name or "(no name)", 20) for name in table.names] or [clip(cell, 12) for cell in table.rows[0][1]]
    listed = ", ".join(names[:12]) + (" …" if len(names) > 12 else "")
    how = "" if table.names else f" without names (line {table.rows[0][0]}: {listed})"
    return f"{shown(path)}: {counted(table.width, 'column')}" + (f" ({listed})" if table.names else how)


def _advise_columns(table: TextTable, candidates: list[int] | None = None) -> str:
    """Which option chooses three columns, with an example."""
    candidates = candidates or list(range(table.width))
    known = [
        index for name in LABEL_NAMES for index in candidates if table.names and table.names[index].casefold() == name
    ]
    words = [index for index in candidates if _holds_words(table.column(index))]
    label = known[0] if known else (words or candidates)[-1]
    others = [index for index in candidates if index != label][:2]
    return "choose three with --columns, such as --columns " + ",".join(
        _format_column(table, i) for i in (*others, label)
    )


def _format_column(table: TextTable, index: int) -> str:
    """A column as one would write it after `--columns`."""
    name = table.names[index] if table.names else ""
    return name if name and "," not in name and _lower_names(table).count(name.casefold()) == 1 else str(index + 1)
