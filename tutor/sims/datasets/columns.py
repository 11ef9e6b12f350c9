"""Which columns of a table are x₁, x₂ and the label: by name, by their values, or as the learner says.

An ambiguous table is refused, with the names of its columns; there is no guessing. A network trained on row numbers
would also learn something, and the error would go unnoticed.
"""

from dataclasses import dataclass
from pathlib import Path

from tutor.errors import UsageError, clip, unknown_name_error
from tutor.sims.datasets.table_file import TextTable, parse_number
from tutor.sims.datasets.text_file import format_path
from tutor.text.numbers import counted

PLANE_LIMIT = 6.0
"""Both coordinates of a point lie within −6 … 6."""

COORDINATE_NAMES = (("x1", "x2"), ("x_1", "x_2"), ("x₁", "x₂"), ("x", "y"), ("x0", "x1"), ("a", "b"))
"""Pairs of names that the two coordinates may have."""
LABEL_NAMES = (
    *("label", "labels", "class", "classes", "target", "targets", "species", "category", "group", "outcome"),
    *("diagnosis", "type", "kind", "result", "output", "y", "t", "truth", "cluster", "klasse", "classe", "clase"),
)
"""Names that the column with the labels may have, the least ambiguous first."""
ROW_NUMBER_NAMES = {"", "#", "id", "ids", "index", "idx", "no", "nr", "nr.", "num", "number", "row", "n", "unnamed: 0"}
"""Names of columns that only count the rows."""


@dataclass(frozen=True)
class Columns:
    """The indices of the columns that hold x₁, x₂ and the label."""

    x1: int
    x2: int
    label: int
    remark: str
    """What the learner should know about the choice, as a part of a sentence; empty where it is obvious."""

    @property
    def coordinates(self) -> tuple[tuple[str, int], ...]:
        """(name, index of the column) for x₁ and x₂."""
        return ("x1", self.x1), ("x2", self.x2)


def find_columns(path: Path, table: TextTable, named_columns: str = "") -> Columns:
    """Find the columns with x₁, x₂ and the label.

    Args:
        path: Where the table is from, for messages.
        table: The table.
        named_columns: Three names or numbers with commas between, as `--columns` takes them; empty to look for them.

    Raises:
        UsageError: too few columns, or more than one way to understand them.
    """
    if named_columns:
        return _describe_columns(table, _read_named_columns(path, table, named_columns), [])
    if table.width < 3:
        raise UsageError(
            f"{format_path(path)}: {counted(table.width, 'column')} separated by {table.separator}, but x1, x2 and a "
            "label need three; write lines such as 1.5,-0.3,1"
        )
    if len(set(_lower_names(table))) < len(table.names):
        raise UsageError(f"{format_path(path)}: two columns have the same name; {_advise_columns(table)}")
    # Decide by the names; if they are not enough, by the cells.
    by_name = _find_by_name(table) if table.names else None
    if by_name is not None:
        return _describe_columns(table, by_name, [])
    candidates, row_number_names = _separate_row_numbers(table)
    if len(candidates) != 3:
        raise _ambiguity_error(path, table, candidates)
    # Numbers that count from 1 can be coordinates only if the last of them, the number of rows, is within the plane.
    is_beyond_plane = len(table.rows) > PLANE_LIMIT
    if is_beyond_plane and not table.names and counts_rows(table.column(candidates[0])):
        raise UsageError(
            f"{format_path(path)}: column 1 only counts the rows, which leaves one coordinate; x1, x2 and a label are "
            "needed (if it is a coordinate, add --columns 1,2,3)"
        )
    return _describe_columns(table, _order_columns(path, table, candidates), row_number_names)


def _read_named_columns(path: Path, table: TextTable, named_columns: str) -> tuple[int, int, int]:
    """The indices of x₁, x₂ and the label, given by the learner as names or numbers of columns.

    Raises:
        UsageError: they are not three different columns of the table.
    """
    parts = [part.strip() for part in named_columns.split(",")]
    if len(parts) != 3:
        raise UsageError(f"--columns {clip(named_columns)}: give three, as x1,x2,label; {_list_columns(path, table)}")
    columns = [_find_column(table, part) for part in parts]
    if len(set(columns)) < 3:
        raise UsageError(f"--columns {clip(named_columns)} names a column twice; {_list_columns(path, table)}")
    return columns[0], columns[1], columns[2]


def _find_column(table: TextTable, name_or_number: str) -> int:
    """The index of the column with this name, or with this number, counted from 1."""
    names = _lower_names(table)
    if name_or_number.casefold() in names:
        return names.index(name_or_number.casefold())
    is_number = name_or_number.isascii() and name_or_number.isdecimal()
    if is_number and 1 <= int(name_or_number[:4]) <= table.width:  # Python refuses to read thousands of digits
        return int(name_or_number) - 1
    known_names = table.names or [str(index + 1) for index in range(table.width)]
    raise unknown_name_error("column", name_or_number, known_names)


def _lower_names(table: TextTable) -> list[str]:
    """The names of the columns, for comparing without regard to case."""
    return [name.casefold() for name in table.names]


def _find_by_name(table: TextTable) -> tuple[int, int, int] | None:
    """The indices of x₁, x₂ and the label by their names; `None` if these do not decide it.

    The label needs no known name if it is the only other column, apart from row numbers.
    """
    names = _lower_names(table)
    for coordinate_names in COORDINATE_NAMES:
        if not set(coordinate_names) <= set(names):
            continue
        x1, x2 = map(names.index, coordinate_names)
        others = [
            index for index in range(table.width) if index not in (x1, x2) and names[index] not in ROW_NUMBER_NAMES
        ]
        if len(others) == 1:
            return x1, x2, others[0]
        labels = [names.index(name) for name in LABEL_NAMES if name in names and name not in coordinate_names]
        if labels and (len(labels) == 1 or names[labels[0]] == "label"):  # "label" takes precedence over "type" or "y"
            return x1, x2, labels[0]
    return None


def _separate_row_numbers(table: TextTable) -> tuple[list[int], list[str]]:
    """(indices of the columns to choose from, names of those left out because they only count the rows)."""
    if table.width <= 3:  # all three are needed: none can be left out
        return list(range(table.width)), []
    candidates, row_number_columns = [], []
    for index in range(table.width):
        has_row_number_name = bool(table.names) and table.names[index].casefold() in ROW_NUMBER_NAMES
        if has_row_number_name or (index == 0 and counts_rows(table.column(0))):
            row_number_columns.append(index)
        else:
            candidates.append(index)
    if table.names:
        return candidates, [table.name(index) for index in row_number_columns]
    return candidates, ["the row numbers" for _ in row_number_columns]


def counts_rows(cells: list[str]) -> bool:
    """True for cells that count up from 0 or 1; at least three, since two could be a coincidence."""
    values = [parse_number(cell) for cell in cells]
    if len(values) <= 2 or values[0] not in (0, 1):
        return False
    return values == [values[0] + index for index in range(len(values))]


def _order_columns(path: Path, table: TextTable, candidates: list[int]) -> tuple[int, int, int]:
    """The three `candidates` in the order x₁, x₂, label; the label is recognised by its values or its name.

    The label is the column of words, otherwise the column with a known name. Otherwise it is the last column if that
    has two values, such as 0 and 1, or if there are no names and no column has two values; or else the first column,
    if it is the only one with two values.

    Raises:
        UsageError: several columns may be the label.
    """
    word_columns = [index for index in candidates if _holds_words(table.column(index))]
    if len(word_columns) > 1:
        raise _ambiguity_error(path, table, candidates)
    labels = word_columns or _find_label_names(table, candidates)
    if labels:
        return _put_label_last(candidates, labels[0])
    value_counts = {index: _count_values(table.column(index)) for index in candidates}
    two_valued = [index for index in candidates if value_counts[index] == 2]
    first, last = candidates[0], candidates[-1]
    if value_counts[last] <= 2 or (not table.names and not two_valued):
        return _put_label_last(candidates, last)
    if len(two_valued) != 1:
        raise UsageError(f"{format_path(path)}: which column is the label? {_advise_columns(table, candidates)}")
    # One column, not the last, has two values: the label, if it is the first and the last is no number to be learned.
    label = two_valued[0]
    if label == first and not _is_regression_target(table.column(last)):
        return _put_label_last(candidates, label)
    two_valued_choice = ",".join(_format_column(table, index) for index in _put_label_last(candidates, label))
    last_choice = ",".join(_format_column(table, index) for index in candidates)
    raise UsageError(
        f"{format_path(path)}: which column is the label? {table.name(label)} holds two values, "
        f"{table.name(last)} many; add --columns {two_valued_choice} or --columns {last_choice}"
    )


def _find_label_names(table: TextTable, candidates: list[int]) -> list[int]:
    """The indices of the `candidates` whose names are among `LABEL_NAMES`, in the order of these names."""
    if not table.names:
        return []
    names = _lower_names(table)
    return [index for label_name in LABEL_NAMES for index in candidates if names[index] == label_name]


def _holds_words(cells: list[str]) -> bool:
    """True for a column in which most cells are not numbers."""
    return 2 * sum(parse_number(cell) is None for cell in cells) > len(cells)


def _count_values(cells: list[str]) -> int:
    """How many different numbers are in a column."""
    return len(set(map(parse_number, cells)) - {None})


def _is_regression_target(cells: list[str]) -> bool:
    """True for numbers that could be learned as they are: from −1 to 1, not all of them whole."""
    values = [value for value in map(parse_number, cells) if value is not None]
    return all(abs(value) <= 1 for value in values) and not all(value.is_integer() for value in values)


def _put_label_last(candidates: list[int], label: int) -> tuple[int, int, int]:
    """The indices of the three columns `candidates`, with the index `label` last."""
    x1, x2 = (index for index in candidates if index != label)
    return x1, x2, label


def _describe_columns(table: TextTable, chosen: tuple[int, int, int], row_number_names: list[str]) -> Columns:
    """`Columns` of the `chosen` indices (x₁, x₂, label), with a remark on what they are and what is left out."""
    names = [table.name(index) for index in chosen]
    remarks = []
    if names not in (["x1", "x2", "label"], ["column 1", "column 2", "column 3"]):
        remarks.append(f"x₁ is {names[0]}, x₂ {names[1]}, the label {names[2]}")
    left_out = row_number_names or [table.name(index) for index in range(table.width) if index not in chosen]
    if left_out:
        more = f" and {len(left_out) - 4} more" if len(left_out) > 4 else ""
        remarks.append(f"left out: {', '.join(left_out[:4])}{more}")
    return Columns(*chosen, "; ".join(remarks))


def _ambiguity_error(path: Path, table: TextTable, candidates: list[int]) -> UsageError:
    """The error for a table whose coordinates and label cannot be told apart: there are too many candidates."""
    return UsageError(
        f"{_list_columns(path, table)}; the plane has two coordinates and a label: {_advise_columns(table, candidates)}"
    )


def _list_columns(path: Path, table: TextTable) -> str:
    """The file and its columns for a message: their names, or without names the cells of the first line."""
    first_line_number, first_cells = table.rows[0]
    texts = [clip(name or "(no name)", 20) for name in table.names] or [clip(cell, 12) for cell in first_cells]
    listed = ", ".join(texts[:12]) + (" …" if len(texts) > 12 else "")
    count = counted(table.width, "column")
    if table.names:
        return f"{format_path(path)}: {count} ({listed})"
    return f"{format_path(path)}: {count} without names (line {first_line_number}: {listed})"


def _advise_columns(table: TextTable, candidates: list[int] | None = None) -> str:
    """Advice to choose three columns by `--columns`, with an example made of `candidates` (default: all columns)."""
    candidates = candidates or list(range(table.width))
    label_names = _find_label_names(table, candidates)
    word_columns = [index for index in candidates if _holds_words(table.column(index))]
    label = label_names[0] if label_names else (word_columns or candidates)[-1]
    coordinates = [index for index in candidates if index != label][:2]
    example = ",".join(_format_column(table, index) for index in (*coordinates, label))
    return f"choose three with --columns, such as --columns {example}"


def _format_column(table: TextTable, index: int) -> str:
    """A column as `--columns` takes it: its name if that is unique and has no comma, else its number from 1 on."""
    name = table.names[index] if table.names else ""
    is_unique = _lower_names(table).count(name.casefold()) == 1
    return name if name and "," not in name and is_unique else str(index + 1)
