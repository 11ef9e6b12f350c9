"""Decides what is written in the cells of a small table: numbers if they have room, otherwise signs (+, − and 0)."""

from math import floor, isfinite, log10

from tutor.sims.engine.chart import HeatMap
from tutor.text.numbers import format_fixed, format_rounded

GAP_SIGN = "·"
"""The sign of a gap in a small table: of a value that is not computed yet."""
MIN_NUMBER_COLUMNS = 4
"""The fewest columns of a table's cell in which its number is written; one of them stays free."""
MAX_NUMBER = 1e6
"""Numbers from this size on are not written in cells."""
MAX_TABLE_CELLS = 256
"""The cells up to which a field counts as a small table, in which each cell shows its own sign."""
MAX_SIGNED_CELLS = 64
"""The cells up to which all of them have a sign; in a larger table none has, unless it has a number.

Among the signs of noise nobody would find those of a pattern; the legend says which colour is − and which +.
"""


def shows_signs(field: HeatMap) -> bool:
    """Whether the field is a small table with signs, so that each cell shows its own."""
    return field.has_signs and len(field.values) * len(field.values[0]) <= MAX_TABLE_CELLS


def write_numbers(field: HeatMap, cell_columns: int) -> list[list[str]] | None:
    """The numbers of a table, row by row, all with the same number of decimals.

    `None` if the table has no signs, or a number does not fit into a cell of so many columns, one of which stays free.
    """
    if not field.has_signs or cell_columns < MIN_NUMBER_COLUMNS:
        return None
    finite_values = [value for line in field.values for value in line if value is not None and isfinite(value)]
    largest = max(map(abs, finite_values), default=0.0)
    is_writable = largest < MAX_NUMBER
    # The decimals with which the largest number has two figures: 2 for 0.45, 1 for 4.5, none for 45.
    decimals_of_two_figures = max(0, 1 - floor(log10(largest))) if largest > 0 and is_writable else 0
    is_whole = is_writable and all(value == int(value) for value in finite_values)
    tried_decimals = (0,) if is_whole else (decimals_of_two_figures + 1, decimals_of_two_figures)
    for decimals in tried_decimals:
        texts = [[_write_number(value, decimals) for value in line] for line in field.values]
        if max(len(text) for line in texts for text in line) < cell_columns:
            return texts
    return None


def _write_number(value: float | None, decimals: int) -> str:
    """A number of a table with so many decimals, but 0 without any; a dot for a gap."""
    if value is None:
        return GAP_SIGN
    return format_fixed(value, decimals) if value and isfinite(value) else format_rounded(value)
