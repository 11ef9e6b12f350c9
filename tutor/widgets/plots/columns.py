"""Standing bars as blocks, by eighths of a cell upwards; shaded ones by whole cells."""

from math import ceil, floor

from tutor.widgets.plots.canvas import Column
from tutor.widgets.plots.looks import FILLINGS, whole_cells
from tutor.widgets.plots.strips import Run

LOWER_BLOCKS = " ▁▂▃▄▅▆▇█"
UPPER_BLOCKS = " ▔▔▀▀▀███"
"""Blocks that reach down from the top of a cell: nearly all fonts have them as an eighth and a half alone."""
NARROW_BLOCKS = {"▀": "▘", "▄": "▖", "█": "▌"}
NARROW_FILLINGS = dict(zip(FILLINGS, "▌╏┇", strict=True))
"""What fills the cells of a bar that is half as wide."""
WITHIN = "━"
"""A bar that ends on neither edge of its only cell."""


def draw_column(bar: Column, columns: int, rows: int) -> dict[tuple[int, int], Run]:
    """The cells of a bar, by row from the top and column."""
    low, high = max(0.0, bar.low), min(float(rows), bar.high)
    blocks = _fill_by_eighths(low, high, bar) if bar.filling == FILLINGS[0] else _fill_wholly(low, high, bar)
    return {
        (rows - 1 - row, column): (block, bar.colour)
        for row, block in blocks.items()
        for column in bar.cells
        if 0 <= column < columns and row < rows
    }


def _fill_by_eighths(low: float, high: float, bar: Column) -> dict[int, str]:
    """The character of each row from below, solid to the eighth of a cell where the bar ends."""
    first, last = round(8 * low), round(8 * high)
    rows = range(first // 8, -(-last // 8))
    blocks = {row: _choose_block(max(0, first - 8 * row), min(8, last - 8 * row), bar) for row in rows}
    return {row: block for row, block in blocks.items() if block.strip()}


def _fill_wholly(low: float, high: float, bar: Column) -> dict[int, str]:
    """The character of each row from below: a shaded bar has whole cells alone, on its side of zero."""
    filling = NARROW_FILLINGS[bar.filling] if bar.is_narrow else bar.filling
    count = whole_cells(high - low)
    first = ceil(high - 0.5) - count if bar.is_downward else floor(low + 0.5)
    return dict.fromkeys(range(first, first + count), filling)


def _choose_block(low: int, high: int, bar: Column) -> str:
    """The character of a cell that a bar fills from one eighth to another."""
    if low >= high:
        return ""
    block = LOWER_BLOCKS[high] if low == 0 else UPPER_BLOCKS[8 - low] if high == 8 else WITHIN
    if bar.is_narrow:
        return NARROW_BLOCKS.get(block) or NARROW_BLOCKS["▄" if low == 0 else "▀"]
    return block
