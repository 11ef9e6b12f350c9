"""Horizontal bars: those of a chart, to an eighth of a cell on both sides of zero, and lone ones that show a share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import isfinite

from rich.cells import cell_len
from rich.style import Style
from textual.content import Content
from textual.strip import Strip

from tutor.sims.engine.chart import Bars
from tutor.text.ascii_mode import prefers_ascii
from tutor.text.numbers import EXACT_FIGURES, format_number, format_residue
from tutor.widgets.plots.colours import Palette, make_style
from tutor.widgets.plots.looks import FILLINGS, bar_roles, choose_bar_fillings, is_visible, whole_cells
from tutor.widgets.plots.shades import RGB, mix
from tutor.widgets.plots.strips import fit_strip, make_strip

EIGHTH_BLOCKS = " ▏▎▍▌▋▊▉█"
FULL = EIGHTH_BLOCKS[-1]
THIN_FILLINGS = dict(zip(FILLINGS, "━╍┅", strict=True))
"""Filling of a bar → filling of a thin bar. Bars are thin if there is no free line between two of them."""
RIGHTWARD_HALVES = dict(zip(FILLINGS, "▌⡇⠆", strict=True))
LEFTWARD_HALVES = dict(zip(FILLINGS, "▐⢸⠰", strict=True))
"""Filling of a bar → half a cell of it: for the right end of a bar above, and for the left end of a bar here."""
THIN_START, THIN_END = "╺", "╸"
"""Half a cell of a thin bar: the right half and the left half."""


TRACK_SHARE = 0.3
"""How much of the axes' colour is mixed into the track: the background of the whole that a bar is a share of."""
THICKNESSES = ((3, 3), (3, 2), (3, 1), (1, 2), (1, 1), (1, 0))
"""(lines of a bar, lines between two bars). The first pair that fits is taken.

The lines of a bar are odd in number, so that its name and its value are in the middle.
"""
FEW_FIGURES = 3
"""The significant figures of the numbers at the ends of bars where those with all figures would leave no room."""
MIN_BAR_CELLS, GOOD_BAR_CELLS = 4, 8
"""The fewest cells for the bars; the fewest for which their numbers have all figures."""


@dataclass(frozen=True)
class _Scale:
    """How values are converted to cells, and how many cells there are on both sides of zero."""

    negative_cells: int
    """Cells for bars of negative values, left of zero."""
    positive_cells: int
    """Cells for bars of positive values, right of zero."""
    cells_per_unit: float
    """Cells of a bar whose value is 1."""
    has_track: bool
    """Whether the whole that bars are a share of is drawn as a track, with the texts at the track's end."""


@dataclass(frozen=True)
class _BarLook:
    """The colour of a bar and the character that fills its cells."""

    colour: RGB
    filling: str
    is_coarse: bool
    """Whether the bar is only as exact as half a cell, or a whole one if it is thin; solid bars have eighths."""
    text_style: Style
    """The style of the value at its end, or of the word in its place."""


def horizontal_bar_strips(
    bars: Bars, palette: Palette, width: int, height: int, span: tuple[float, float] | None = None
) -> list[Strip] | None:
    """Draw the bars in at most `height` lines, thicker if there is room; return `None` if they do not fit.

    `span` is the range of values that the whole width stands for; by default it is the range of the bars.
    """
    count = len(bars.names)
    if count == 0 or count > height:
        return None
    name_width = _choose_name_width(bars, width)
    texts = _write_values(bars, has_all_figures=bars_have_all_figures(bars, width))
    bar_cells = _count_bar_cells(bars, texts, width)
    if bar_cells < MIN_BAR_CELLS:
        return None
    scale = _make_scale(bars, bar_cells, span)
    thickness, gap = _choose_thickness(count, height)
    axis = make_strip(("│", palette.lines))
    name_gap = _name_gap(bars)
    gap_line = Strip.join([Strip.blank(name_width + name_gap + scale.negative_cells), axis])
    is_thin = gap == 0 and count > 1
    roles, fillings = bar_roles(bars), choose_bar_fillings(bars)
    # All bars are rounded alike, since otherwise a longer bar may look shorter.
    is_coarse = any(filling != FULL for filling in fillings)
    lines: list[Strip] = []
    for index, value in enumerate(_finite_values(bars)):
        filling = THIN_FILLINGS[fillings[index]] if is_thin else fillings[index]
        text_style = palette.quiet if bars.words and bars.words[index] else palette.plain
        look = _BarLook(palette.roles[roles[index]], filling, is_coarse, text_style)
        name = fit_strip(make_strip((bars.names[index].rjust(name_width), palette.plain)), name_width)
        for line in range(thickness):
            is_middle = line == (thickness - 1) // 2  # the line with the name and the value
            left_part = name if is_middle else Strip.blank(name_width)
            before_axis, after_axis = _draw_bar_line(value, texts[index] if is_middle else "", scale, look, palette)
            lines.append(Strip.join([left_part, Strip.blank(name_gap), before_axis, axis, after_axis]))
        is_last = index + 1 == count
        if not is_last:
            lines += [gap_line] * gap
    return [fit_strip(line, width) for line in lines]


def bars_have_all_figures(bars: Bars, width: int) -> bool:
    """Whether bars that lie in so many columns have all figures of their numbers at their ends, or fewer."""
    return _count_bar_cells(bars, _write_values(bars, has_all_figures=True), width) >= GOOD_BAR_CELLS


def _write_values(bars: Bars, *, has_all_figures: bool) -> list[str]:
    """The number of each bar, or the word in its place; ≈ stands before a number that lacks figures."""
    write = format_residue if bars.is_residue else format_number
    words = bars.words or [""] * len(bars.names)
    texts = [word or write(value, EXACT_FIGURES) for word, value in zip(words, bars.values, strict=True)]
    if not has_all_figures:
        short_texts = [word or write(value, FEW_FIGURES) for word, value in zip(words, bars.values, strict=True)]
        texts = [text if short == text else f"≈{short}" for text, short in zip(texts, short_texts, strict=True)]
    if min(_finite_values(bars), default=0.0) >= 0:
        return texts
    integer_cells = [0 if word else len(text.split(".")[0]) for text, word in zip(texts, words, strict=True)]
    return [
        text if word else " " * (max(integer_cells) - cells) + text  # points are below each other
        for text, cells, word in zip(texts, integer_cells, words, strict=True)
    ]


def _finite_values(bars: Bars) -> list[float]:
    """The value of each bar; 0 for one that is not finite."""
    return [value if isfinite(value) else 0.0 for value in bars.values]


def _choose_name_width(bars: Bars, width: int) -> int:
    """The cells for the names of bars in so many columns."""
    return min(max(cell_len(name) for name in bars.names), width // 3)


def _count_bar_cells(bars: Bars, texts: Sequence[str], width: int) -> int:
    """The cells that are left for the bars beside their names and these numbers."""
    text_cells = max(cell_len(text) + 1 for text in texts)  # right of a bar, or of the axis beside a negative one
    return width - _choose_name_width(bars, width) - _name_gap(bars) - 1 - text_cells  # 1 is the axis


def _name_gap(bars: Bars) -> int:
    """The blanks after the names: before the axis one, before bars of negative values, which are wider, two."""
    return 2 if min(_finite_values(bars), default=0.0) < 0 else 1


def _choose_thickness(count: int, height: int) -> tuple[int, int]:
    """Choose (lines of a bar, lines between two bars) for `count` bars in `height` lines."""
    for thickness, gap in THICKNESSES:
        if count * thickness + (count - 1) * gap <= height:
            return thickness, gap
    return THICKNESSES[-1]


def _make_scale(bars: Bars, bar_cells: int, span: tuple[float, float] | None) -> _Scale:
    """The scale of bars in so many cells."""
    ends = [0.0, *_finite_values(bars), *(span or ())]
    low, high = min(ends), max(ends)
    cells_per_unit = bar_cells / ((high - low) or 1.0)  # if all values are 0, any scale will do
    negative_cells = round(-low * cells_per_unit)
    has_track = span is not None and low == 0
    return _Scale(negative_cells, bar_cells - negative_cells, cells_per_unit, has_track)


def _draw_bar_line(value: float, text: str, scale: _Scale, look: _BarLook, palette: Palette) -> tuple[Strip, Strip]:
    """Draw one line of a bar, as the parts before and after zero, with `text` at the right end of the bar.

    If there are bars on both sides of zero, the texts are in one column at the right of all of them: at the left end of
    a negative bar it would look like its name, and right of zero like the number of a positive one.
    """
    length = value * scale.cells_per_unit
    text_after = (f" {text}" if text else "", look.text_style)
    if value < 0:
        bar = _fill_leftwards(min(-length, scale.negative_cells), look)
        padding = " " * (scale.negative_cells - len(bar))
        before_zero = make_strip((padding, palette.plain), *_bar_pieces(bar, look.colour))
        after_zero = Strip.blank(scale.positive_cells)
        return fit_strip(before_zero, scale.negative_cells), Strip.join([after_zero, make_strip(text_after)])
    bar = _fill_rightwards(min(length, scale.positive_cells), look)
    if not scale.has_track:
        gap = (" " * (scale.positive_cells - len(bar)) if scale.negative_cells else "", palette.plain)
        return Strip.blank(scale.negative_cells), make_strip(*_bar_pieces(bar, look.colour), gap, text_after)
    track_colour = mix(palette.ground, palette.frame, TRACK_SHARE)
    track = (" " * (scale.positive_cells - len(bar)), make_style(palette.frame, track_colour))
    return Strip.blank(scale.negative_cells), make_strip(
        *_bar_pieces(bar, look.colour, track_colour), track, text_after
    )


def _bar_pieces(bar: str, colour: RGB, behind: RGB | None = None) -> list[tuple[str, Style]]:
    """The pieces of a line of a bar, `behind` which is the ground or a track.

    Full blocks have the bar's colour behind them too: in terminals with space between their lines there would be gaps.
    """
    groups = ("".join(cells) for _, cells in groupby(bar, key=lambda cell: cell == FULL))
    return [(cells, make_style(colour, colour if cells[0] == FULL else behind)) for cells in groups]


def _fill_rightwards(length: float, look: _BarLook) -> str:
    """The characters of a bar from zero to the right.

    A solid bar is drawn to an eighth of a cell, unless it is coarse.
    """
    if look.is_coarse:
        return _fill_coarsely(length, look.filling, RIGHTWARD_HALVES)
    if look.filling in THIN_FILLINGS.values():
        return _fill_thinly(length, look.filling, THIN_END)
    full_cells, eighths = divmod(round(length * 8), 8)
    return FULL * full_cells + EIGHTH_BLOCKS[eighths].strip()  # the first "block" is a space, which is left out


def _fill_leftwards(length: float, look: _BarLook) -> str:
    """The characters of a bar from zero to the left, to half a cell: fonts have no eighths at the right."""
    if look.is_coarse:
        return _fill_coarsely(length, look.filling, LEFTWARD_HALVES)[::-1]
    if look.filling in THIN_FILLINGS.values():
        return _fill_thinly(length, look.filling, THIN_START)[::-1]
    full_cells, halves = divmod(round(length * 2), 2)
    return "▐" * halves + FULL * full_cells


def _fill_coarsely(length: float, filling: str, halves: Mapping[str, str]) -> str:
    """The characters of a bar from zero onwards, to half a cell if its filling has halves."""
    half = halves.get(filling)
    if half is None:
        return filling * whole_cells(length)
    half_count = max(1, round(2 * length)) if is_visible(length) else 0
    return filling * (half_count // 2) + half * (half_count % 2)


def _fill_thinly(length: float, filling: str, end: str) -> str:
    """The characters of a thin solid bar from zero onwards, to half a cell; `end` is drawn for a half."""
    full_cells, halves = divmod(round(length * 2), 2)
    return filling * full_cells + end * halves


SHARE_BAR_CELLS = 10
"""The width of every lone bar that shows a share, on all screens, so that two of them can be compared."""
TRACK_STYLE = "$foreground 40%"
"""The style of the track of a lone bar, which shows the whole."""
SECOND_PART_STYLE = "$foreground 70%"
"""The style of the second part of a stacked bar."""


@dataclass(frozen=True)
class _LoneBarSigns:
    """The characters of a lone bar."""

    bar: str
    second_part: str
    """The second part of a stacked bar."""
    track: str
    """The part of the track that the bar leaves free."""
    half: str
    """Half a cell of the bar; "" if there is no such character. The half beside it is blank, also on a track."""


THIN_SIGNS, ASCII_SIGNS = _LoneBarSigns("━", "╍", "─", "╸"), _LoneBarSigns("#", "=", "-", "")


def share_bar(share: float, cells: int = SHARE_BAR_CELLS, colour: str = "$success") -> Content:
    """Draw a bar of which `share` (1 is all) is filled, to half a cell; it looks full only if all is filled.

    The bar is thin, since such bars are in lines that follow each other: bars of full height would merge into one area.
    """
    signs = _lone_bar_signs()
    max_halves = 2 * cells if share >= 1 else 2 * cells - 1  # if something is missing, at least half a cell stays free
    filled_halves = min(round(2 * cells * min(max(share, 0.0), 1.0)), max_halves)
    full_cells, halves = divmod(filled_halves, 2)
    filled = signs.bar * full_cells + signs.half * halves
    return Content.assemble((filled, colour), (signs.track * (cells - len(filled)), TRACK_STYLE))


def count_bar(share: float, cells: int, colour: str) -> Content:
    """Draw a bar for a count that is `share` of the largest count (1), to half a cell; nothing for 0.

    It has no track, since a count is no share of a whole: the track of a 0 would look like the longest bar.
    """
    signs = _lone_bar_signs()
    if share <= 0:
        return Content(" " * cells)
    full_cells, halves = divmod(max(1, round(2 * cells * min(share, 1.0))), 2)
    filled = (signs.bar * full_cells + signs.half * halves) or signs.bar
    return Content.assemble((filled, colour), " " * (cells - len(filled)))


def stacked_bar(solid_share: float, filled_share: float, cells: int) -> Content:
    """Draw a bar in two parts: solid up to `solid_share`, such as the right answers, then broken up to `filled_share`.

    Both are shares of the largest count of such a bar, which is 1. Each part has at least one cell, unless it is
    nothing. Like a `count_bar` it has no track.
    """
    signs = _lone_bar_signs()
    filled_cells = max(1, whole_cells(cells * min(filled_share, 1.0))) if filled_share > 0 else 0
    solid_cells = min(max(1, whole_cells(cells * min(solid_share, 1.0))), filled_cells) if solid_share > 0 else 0
    if 0 < solid_share < filled_share:  # at least one cell for each of the two parts: a short bar grows by it
        filled_cells = min(max(filled_cells, solid_cells + 1), max(2, cells))
        solid_cells = min(solid_cells, filled_cells - 1)
    broken_cells = filled_cells - solid_cells
    return Content.assemble(
        (signs.bar * solid_cells, "$success"),
        (signs.second_part * broken_cells, SECOND_PART_STYLE),
        " " * (cells - filled_cells),
    )


def _lone_bar_signs() -> _LoneBarSigns:
    """The characters of a lone bar that the terminal can show."""
    return ASCII_SIGNS if prefers_ascii() else THIN_SIGNS
