"""Standing bars as blocks, by eighths of a cell upwards."""

from tutor.widgets.plots.canvas import Column
from tutor.widgets.plots.strips import Run

LOWER_BLOCKS = " ▁▂▃▄▅▆▇█"
UPPER_BLOCKS = " ▔▔▀▀▀███"
"""Blocks that reach down from the top of a cell: nearly all fonts have them as an eighth and a half alone."""
NARROW_BLOCKS = {"▀": "▘", "▄": "▖", "█": "▌"}
WITHIN = "━"
"""A bar that ends on neither edge of its only cell."""


def draw_column(bar: Column, columns: int, rows: int) -> dict[tuple[int, int], Run]:
    """The cells of a bar, by row from the top and column."""
    drawn: dict[tuple[int, int], Run] = {}
    low, high = round(8 * max(0.0, bar.low)), round(8 * min(float(rows), bar.high))
    for row in range(low // 8, min(rows, -(-high // 8))):
        block = _choose_block(max(0, low - 8 * row), min(8, high - 8 * row), bar)
        if block.strip():
            for column in bar.cells:
                if 0 <= column < columns:
                    drawn[rows - 1 - row, column] = block, bar.colour
    return drawn


def _choose_block(low: int, high: int, bar: Column) -> str:
    """The character of a cell that a bar fills from one eighth to another."""
    if low >= high:
        return ""
    block = LOWER_BLOCKS[high] if low == 0 else UPPER_BLOCKS[8 - low] if high == 8 else WITHIN
    if bar.is_narrow:
        return NARROW_BLOCKS.get(block) or NARROW_BLOCKS["▄" if low == 0 else "▀"]
    return bar.filling if block == "█" else block
