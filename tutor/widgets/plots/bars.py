"""Horizontal bars, drawn to an eighth of a cell: with name and value, or as a share alone."""

from math import isfinite

from rich.cells import cell_len
from textual.content import Content
from textual.strip import Strip

from tutor.sims.engine.chart import Bars, Role
from tutor.text.numbers import format_rounded
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.strips import fit_strip, strip

EIGHTH_BLOCKS = " ▏▎▍▌▋▊▉█"


def horizontal_bars(
    bars: Bars, palette: Palette, width: int, height: int, span: tuple[float, float] | None = None
) -> list[Strip] | None:
    """Draw the bars in `height` lines, thicker if there is room; `None` if there are too many.

    `span` is the value of the whole width; by default that of the longest bar.
    """
    count = len(bars.names)
    if count == 0 or count > height:
        return None
    names = min(max(cell_len(name) for name in bars.names), width // 3)
    texts = [format_rounded(value) for value in bars.values]
    left = max((cell_len(text) for text, value in zip(texts, bars.values, strict=True) if value < 0), default=-1) + 1
    right = max((cell_len(text) for text, value in zip(texts, bars.values, strict=True) if value >= 0), default=-1) + 1
    room = width - names - 2 - left - right
    if room < 4:
        return None
    finite = [value if isfinite(value) else 0.0 for value in bars.values]
    low, high = min(0.0, *finite, *(span or ())), max(0.0, *finite, *(span or ()))
    cells = room / ((high - low) or 1.0)
    zero = left + round(-low * cells)
    thick, gap = _thickness(count, height)
    lines: list[Strip] = []
    for index, value in enumerate(finite):
        role: Role = bars.roles[index] if index < len(bars.roles) else "primary"
        row = _bar(value * cells, zero, texts[index], role, palette)
        name = fit_strip(strip((bars.names[index].rjust(names), palette.plain)), names)
        bare = _bar(value * cells, zero, "", role, palette)
        axis = strip((" │", palette.lines))
        for line in range(thick):
            middle = line == (thick - 1) // 2
            lines.append(Strip.join([name if middle else Strip.blank(names), axis, row if middle else bare]))
        if index + 1 < count:
            lines += [Strip.join([Strip.blank(names), axis])] * gap
    return [fit_strip(line, width) for line in lines]


def _thickness(count: int, height: int) -> tuple[int, int]:
    """Lines of a bar and lines between two bars."""
    for thick, gap in ((3, 1), (2, 1), (1, 1)):
        if count * thick + (count - 1) * gap <= height:
            return thick, gap
    return 1, 0


def _bar(length: float, zero: int, text: str, role: Role, palette: Palette) -> Strip:
    """One line of a bar that begins at cell `zero`, with `text` at its end."""
    style = palette.style(role)
    if length >= 0:
        eighths = round(length * 8)
        block = "█" * (eighths // 8) + EIGHTH_BLOCKS[eighths % 8].strip()
        return strip((" " * zero, style), (block, style), (f" {text}" if text else "", palette.plain))
    # Blocks that grow from the right exist only as halves.
    halves = round(-length * 2)
    block = ("▐" if halves % 2 else "") + "█" * (halves // 2)
    before = f"{text} " if text else ""
    pad = " " * max(0, zero - len(block) - cell_len(before))
    return strip((pad, style), (before, palette.plain), (block, style))


SHARE_BAR_CELLS = 10
"""Cells of a bar."""


def share_bar(share: float, cells: int = SHARE_BAR_CELLS, colour: str = "$success") -> Content:
    """`share` of the bar filled, 0 … 1, to an eighth of a cell; it is full at 1 alone."""
    eighths = min(round(8 * cells * min(max(share, 0.0), 1.0)), 8 * cells - (share < 1))
    full, rest = divmod(eighths, 8)
    block = "█" * full + EIGHTH_BLOCKS[rest].strip()
    return Content.assemble((block, colour), ("░" * (cells - len(block)), "dim"))
