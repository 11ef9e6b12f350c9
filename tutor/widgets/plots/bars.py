"""Horizontal bars: with name and value, drawn to an eighth of a cell on both sides of zero, or as a share alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite

from rich.cells import cell_len
from textual.content import Content
from textual.strip import Strip

from tutor.sims.engine.chart import Bars
from tutor.text.ascii_mode import prefers_ascii
from tutor.text.numbers import format_number, format_residue
from tutor.widgets.plots.colours import RGB, Palette, make_style, mix
from tutor.widgets.plots.looks import FILLINGS, bar_roles, choose_bar_fillings, whole_cells
from tutor.widgets.plots.strips import fit_strip, make_strip

EIGHTH_BLOCKS = " ▏▎▍▌▋▊▉█"
FULL = EIGHTH_BLOCKS[-1]
THIN_FILLINGS = dict(zip(FILLINGS, "━╍┅", strict=True))
"""What bars are drawn as that have no free line between them: thin ones, broken where they are shaded elsewhere."""
THIN_START, THIN_END = "╺", "╸"
"""Half a cell of a thin bar."""


TRACK_SHARE = 0.3
"""How much of the colour of axes the rest of a whole has, of which a bar is a share."""
THICKNESSES = ((4, 3), (4, 2), (3, 2), (3, 1), (2, 1), (1, 1), (1, 0))
"""Lines of a bar and lines between two bars: the first for which there is room; with none between, bars are thin."""


@dataclass(frozen=True)
class _Scale:
    """The cells of bars: those on both sides of zero, and those that a unit of their values has."""

    words: int
    """Cells of the longest text at the left."""
    below: int
    above: int
    unit: float
    has_track: bool
    """Whether the rest of the whole is drawn, and the values are at its end."""

    @property
    def left(self) -> int:
        """All cells before zero."""
        return self.words + self.below


@dataclass(frozen=True)
class _BarLook:
    """The colour of a bar, and what its cells are filled with."""

    colour: RGB
    filling: str


def horizontal_bar_strips(
    bars: Bars, palette: Palette, width: int, height: int, span: tuple[float, float] | None = None
) -> list[Strip] | None:
    """The bars in at most `height` lines, thicker if there is room; `None` if there are too many.

    `span` is the value of the whole width, of which each bar is a share; by default that of the longest bar.
    """
    count = len(bars.names)
    if count == 0 or count > height:
        return None
    names = min(max(cell_len(name) for name in bars.names), width // 3)
    texts = [format_residue(value) if bars.is_error else format_number(value) for value in bars.values]
    finite = [value if isfinite(value) else 0.0 for value in bars.values]
    scale = _fit_scale(finite, texts, width - names - 2, span)
    if scale is None:
        return None
    thick, gap = next((one for one in THICKNESSES if count * one[0] + (count - 1) * one[1] <= height), (1, 0))
    axis = make_strip(("│", palette.lines))
    empty = Strip.join([Strip.blank(names + 1 + scale.left), axis])
    roles, fillings = bar_roles(bars), choose_bar_fillings(bars)
    lines: list[Strip] = []
    for index, value in enumerate(finite):
        is_thin = not gap and count > 1
        filling = THIN_FILLINGS[fillings[index]] if is_thin else fillings[index]
        look = _BarLook(palette.roles[roles[index]], filling)
        name = fit_strip(make_strip((bars.names[index].rjust(names), palette.plain)), names)
        for line in range(thick):
            is_middle = line == (thick - 1) // 2
            before, after = _draw_bar_line(value, texts[index] if is_middle else "", scale, look, palette)
            lines.append(Strip.join([name if is_middle else Strip.blank(names), Strip.blank(1), before, axis, after]))
        if index + 1 < count:
            lines += [empty] * gap
    return [fit_strip(line, width) for line in lines]


def _fit_scale(
    values: Sequence[float], texts: Sequence[str], room: int, span: tuple[float, float] | None
) -> _Scale | None:
    """The scale of bars that have `room` cells with their texts; `None` where that is too little."""
    words = list(zip(values, texts, strict=True))
    left = max((cell_len(text) + 1 for value, text in words if value < 0), default=0)
    right = max((cell_len(text) + 1 for value, text in words if value >= 0), default=0)
    room -= left + right
    if room < 4:
        return None
    low, high = min(0.0, *values, *(span or ())), max(0.0, *values, *(span or ()))
    unit = room / ((high - low) or 1.0)
    below = round(-low * unit)
    return _Scale(left, below, room - below, unit, span is not None and low == 0)


def _draw_bar_line(value: float, text: str, scale: _Scale, look: _BarLook, palette: Palette) -> tuple[Strip, Strip]:
    """One line of a bar: what stands before zero and what after it, with `text` at the bar's end."""
    style, length = make_style(look.colour), value * scale.unit
    if value >= 0:
        block = _fill_rightwards(min(length, scale.above), look.filling)
        words = (f" {text}" if text else "", palette.plain)
        if not scale.has_track:
            return Strip.blank(scale.left), make_strip((block, style), words)
        rest = mix(palette.ground, palette.frame, TRACK_SHARE)
        track = (" " * (scale.above - len(block)), make_style(palette.frame, rest))
        return Strip.blank(scale.left), make_strip((block, make_style(look.colour, rest)), track, words)
    block = _fill_leftwards(min(-length, scale.below), look.filling)
    before = f"{text} " if text else ""
    pad = " " * max(0, scale.left - len(block) - cell_len(before))
    return fit_strip(make_strip((pad, style), (before, palette.plain), (block, style)), scale.left), Strip([])


def _fill_rightwards(length: float, filling: str) -> str:
    """A bar from zero to the right, to an eighth of a cell."""
    if filling in THIN_FILLINGS.values():
        return _fill_thinly(length, filling, THIN_END)
    full, rest = divmod(round(length * 8), 8)
    return FULL * full + EIGHTH_BLOCKS[rest].strip() if filling == FULL else filling * whole_cells(length)


def _fill_leftwards(length: float, filling: str) -> str:
    """A bar from zero to the left, to half a cell: blocks that grow from the right exist only as halves."""
    if filling in THIN_FILLINGS.values():
        return _fill_thinly(length, filling, THIN_START)[::-1]
    full, half = divmod(round(length * 2), 2)
    return "▐" * half + FULL * full if filling == FULL else filling * whole_cells(length)


def _fill_thinly(length: float, filling: str, end: str) -> str:
    """A thin bar from zero on, to half a cell where it is not broken."""
    full, half = divmod(round(length * 2), 2)
    return filling * full + end * half if filling == THIN_FILLINGS[FULL] else filling * whole_cells(length)


SHARE_BAR_CELLS = 10
"""Cells of a bar."""
TRACK = "$foreground 40%"
"""The colour of the whole of which a bar is a share."""
REST = "$foreground 70%"
"""The colour of the answers that were not right."""


@dataclass(frozen=True)
class _ShareSigns:
    """What the bar of a share is made of."""

    bar: str
    wrong: str
    """Answers that were not right."""
    track: str
    """The rest of the whole."""
    end: str
    """Half a cell of the bar, and half one of the track; "" where there are whole cells only."""


THIN_SIGNS, ASCII_SIGNS = _ShareSigns("━", "╍", "─", "╾"), _ShareSigns("#", "=", "-", "")


def share_bar(share: float, cells: int = SHARE_BAR_CELLS, colour: str = "$success") -> Content:
    """`share` of the bar filled, 0 … 1, to half a cell; it is full at 1 alone.

    It is thin: such bars stand in lines that follow each other, and as high as these they would be one field.
    """
    signs = _share_signs()
    halves = min(round(2 * cells * min(max(share, 0.0), 1.0)), 2 * cells - (share < 1))
    full, half = divmod(halves, 2)
    block = signs.bar * full + signs.end * half
    return Content.assemble((block, colour), (signs.track * (cells - len(block)), TRACK))


def stacked_bar(part: float, share: float, cells: int = SHARE_BAR_CELLS) -> Content:
    """`share` of the bar filled in a quiet colour and broken, its beginning up to `part` as a bar of what is right."""
    signs = _share_signs()
    right = round(cells * min(max(part, 0.0), 1.0))
    rest = max(0, round(cells * min(max(share, 0.0), 1.0)) - right)
    track = signs.track * (cells - right - rest)
    return Content.assemble((signs.bar * right, "$success"), (signs.wrong * rest, REST), (track, TRACK))


def _share_signs() -> _ShareSigns:
    return ASCII_SIGNS if prefers_ascii() else THIN_SIGNS
