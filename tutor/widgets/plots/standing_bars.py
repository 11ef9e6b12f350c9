"""Draws standing bars: solid ones as blocks, to an eighth of a cell; shaded ones as dots, to a quarter of a cell."""

from math import ceil

from tutor.widgets.plots.canvas import StandingBar
from tutor.widgets.plots.looks import FILLINGS
from tutor.widgets.plots.strips import ColouredText

LOWER_BLOCKS = " ▁▂▃▄▅▆▇█"
UPPER_BLOCKS = " ▔▔▀▀▀███"
"""Eighths → the block that fills a cell from its bottom, above, and from its top, here.

Nearly all fonts have only the blocks for one and four eighths.
"""
NARROW_BLOCKS = {"▀": "▘", "▄": "▖", "█": "▌"}
"""Block → the block that fills only the left half of the cell."""
LOWER_DOTS, UPPER_DOTS = " ⣀⣤⣶⣿", " ⠉⠛⠿⣿"
"""Quarters → the dots that fill a cell from its bottom, and from its top."""
NARROW_DOTS = dict(zip("⣀⣤⣶⣿⠉⠛⠿⠒", "⡀⡄⡆⡇⠁⠃⠇⠂", strict=True))
"""Dots → those of them that are in the left half of the cell."""
WITHIN_DOTS = "⠒"
"""The cell of a shaded bar that reaches neither the top nor the bottom of the cell."""
WITHIN = "━"
"""The cell of a solid bar that reaches neither the top nor the bottom of the cell."""


def draw_standing_bar(bar: StandingBar, columns: int, rows: int) -> dict[tuple[int, int], ColouredText]:
    """(row from the top, column) → (character, colour) of each cell of a bar on a canvas of columns × rows cells."""
    low, high = max(0.0, bar.low), min(float(rows), bar.high)
    is_solid = bar.filling == FILLINGS[0]
    characters = _fill_with_blocks(low, high, bar) if is_solid else _fill_with_dots(low, high, bar)
    return {
        (rows - 1 - row, column): (character, bar.colour)
        for row, character in characters.items()
        for column in bar.columns
        if 0 <= column < columns and row < rows
    }


def _fill_with_blocks(low: float, high: float, bar: StandingBar) -> dict[int, str]:
    """Row from below → its character, for a solid bar from `low` to `high`, to an eighth of a row."""
    start, end = round(8 * low), round(8 * high)  # in eighths of rows
    rows = range(start // 8, ceil(end / 8))
    blocks = {row: _choose_block(max(0, start - 8 * row), min(8, end - 8 * row), bar) for row in rows}
    return {row: block for row, block in blocks.items() if block}  # "" if both ends of the bar round to the same eighth


def _fill_with_dots(low: float, high: float, bar: StandingBar) -> dict[int, str]:
    """Row from below → its character, for a shaded bar from `low` to `high`, to a quarter of a row.

    If a solid bar of this length would be visible, this one has at least one row of dots.
    """
    start, end = round(4 * low), round(4 * high)  # in quarters of rows
    is_visible_as_blocks = round(8 * (high - low)) != 0
    if start == end and is_visible_as_blocks:
        start, end = (start - 1, end) if bar.is_downward else (start, end + 1)
    rows = range(start // 4, ceil(end / 4))
    dots = {row: _choose_dots(max(0, start - 4 * row), min(4, end - 4 * row)) for row in rows}
    return {row: NARROW_DOTS[cell] if bar.is_narrow else cell for row, cell in dots.items() if cell}


def _choose_dots(low: int, high: int) -> str:
    """The character of a cell that a shaded bar fills from the quarter `low` to `high`, counted from below, 0 to 4."""
    if low >= high:
        return ""
    if low == 0:
        return LOWER_DOTS[high]
    return UPPER_DOTS[4 - low] if high == 4 else WITHIN_DOTS


def _choose_block(low: int, high: int, bar: StandingBar) -> str:
    """The character of a cell that a solid bar fills from the eighth `low` to `high`, counted from below, 0 to 8."""
    if low >= high:
        return ""
    reaches_bottom, reaches_top = low == 0, high == 8
    block = WITHIN
    if reaches_bottom:
        block = LOWER_BLOCKS[high]
    elif reaches_top:
        block = UPPER_BLOCKS[8 - low]
    if bar.is_narrow:  # there are only three narrow blocks; the half block stands in for the others
        return NARROW_BLOCKS.get(block) or NARROW_BLOCKS["▄" if reaches_bottom else "▀"]
    return block
