"""Standing bars as blocks, by eighths of a cell upwards; shaded ones as dots, by quarters."""

from tutor.widgets.plots.canvas import Column
from tutor.widgets.plots.looks import FILLINGS
from tutor.widgets.plots.strips import Run

LOWER_BLOCKS = " ▁▂▃▄▅▆▇█"
UPPER_BLOCKS = " ▔▔▀▀▀███"
"""Blocks that reach down from the top of a cell: nearly all fonts have them as an eighth and a half alone."""
NARROW_BLOCKS = {"▀": "▘", "▄": "▖", "█": "▌"}
LOWER_DOTS, UPPER_DOTS = " ⣀⣤⣶⣿", " ⠉⠛⠿⣿"
"""What a shaded bar fills its last cell with, by quarters from below and from above."""
NARROW_DOTS = dict(zip("⣀⣤⣶⣿⠉⠛⠿⠒", "⡀⡄⡆⡇⠁⠃⠇⠂", strict=True))
WITHIN_DOTS = "⠒"
"""A shaded bar that ends on neither edge of its only cell."""
WITHIN = "━"
"""A bar that ends on neither edge of its only cell."""


def draw_column(bar: Column, columns: int, rows: int) -> dict[tuple[int, int], Run]:
    """The cells of a bar, by row from the top and column."""
    low, high = max(0.0, bar.low), min(float(rows), bar.high)
    blocks = _fill_with_blocks(low, high, bar) if bar.filling == FILLINGS[0] else _fill_with_dots(low, high, bar)
    return {
        (rows - 1 - row, column): (block, bar.colour)
        for row, block in blocks.items()
        for column in bar.cells
        if 0 <= column < columns and row < rows
    }


def _fill_with_blocks(low: float, high: float, bar: Column) -> dict[int, str]:
    """The character of each row from below, solid to the eighth of a cell where the bar ends."""
    first, last = round(8 * low), round(8 * high)
    rows = range(first // 8, -(-last // 8))
    blocks = {row: _choose_block(max(0, first - 8 * row), min(8, last - 8 * row), bar) for row in rows}
    return {row: block for row, block in blocks.items() if block.strip()}


def _fill_with_dots(low: float, high: float, bar: Column) -> dict[int, str]:
    """The same in rows of dots, four to a cell; a bar that is not nothing has one."""
    first, last = round(4 * low), round(4 * high)
    if first == last and round(8 * (high - low)):
        first, last = (first - 1, last) if bar.is_downward else (first, last + 1)
    rows = range(first // 4, -(-last // 4))
    dots = {row: _choose_dots(max(0, first - 4 * row), min(4, last - 4 * row)) for row in rows}
    return {row: NARROW_DOTS[sign] if bar.is_narrow else sign for row, sign in dots.items() if sign.strip()}


def _choose_dots(low: int, high: int) -> str:
    """The character of a cell that a shaded bar fills from one quarter to another."""
    if low >= high:
        return ""
    return LOWER_DOTS[high] if low == 0 else UPPER_DOTS[4 - low] if high == 4 else WITHIN_DOTS


def _choose_block(low: int, high: int, bar: Column) -> str:
    """The character of a cell that a bar fills from one eighth to another."""
    if low >= high:
        return ""
    block = LOWER_BLOCKS[high] if low == 0 else UPPER_BLOCKS[8 - low] if high == 8 else WITHIN
    if bar.is_narrow:
        return NARROW_BLOCKS.get(block) or NARROW_BLOCKS["▄" if low == 0 else "▀"]
    return block
