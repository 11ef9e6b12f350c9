"""Draws the legend: every mark's shape and colour beside its name, above the picture, never over the data."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rich.style import Style
from textual.strip import Strip

from tutor.sims.engine.chart import Chart, HeatMap, Line, Picture, Primitive
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.line_patterns import choose_drawn_looks
from tutor.widgets.plots.looks import Look
from tutor.widgets.plots.marks import MARK_DRAWINGS, LegendEntry, StyledText
from tutor.widgets.plots.recent import remember_recent
from tutor.widgets.plots.strips import make_strip, wrap_words

ENTRY_GAP, MIN_ENTRY_GAP = 3, 2
"""Blanks between two entries of the legend: as wanted, and if it would take more lines otherwise."""


@remember_recent
def legend_entries(chart: Chart, palette: Palette) -> Sequence[LegendEntry]:
    """The legend's entries, in the order of the marks; marks of the same name share one entry."""
    if not chart.has_legend:
        return ()
    looks = choose_drawn_looks(chart, palette)
    if not any(isinstance(mark, HeatMap) for mark in chart.marks):
        palette = replace(palette, line_field=None)  # lines over no surface have the colours of their roles
    entries: list[LegendEntry] = []
    listed_names = set()
    for index, mark in enumerate(chart.marks):
        if isinstance(mark, Primitive) and mark.legend_label and mark.legend_label not in listed_names:
            listed_names.add(mark.legend_label)
            entries += MARK_DRAWINGS[type(mark)].legend(mark, palette, looks.get(index, Look()))
    return tuple(entries)


def without_repeated_legends(pictures: Sequence[Picture], palette: Palette) -> list[Picture]:
    """Return the pictures, which are shown together, without repeated legends.

    A legend is left out if the earlier ones together have all its entries.
    """
    shown_entries: set[tuple[StyledText, ...]] = set()
    shown: list[Picture] = []
    for picture in pictures:
        if not isinstance(picture, Chart):
            shown.append(picture)
            continue
        entries = set(map(tuple, legend_entries(picture, palette)))
        is_repeated = bool(entries) and entries <= shown_entries
        shown.append(replace(picture, has_legend=False) if is_repeated else picture)
        shown_entries |= entries
    return shown


def draw_heading(chart: Chart, palette: Palette, width: int) -> list[Strip]:
    """Draw the title with the legend to its right, or beneath it in as many lines as it takes.

    A single line needs no legend, since the title says what it is.
    """
    entries = tuple(map(tuple, legend_entries(chart, palette)))
    if len(entries) == 1 and isinstance(chart.marks[0], Line):
        entries = ()
    return list(_heading_strips(chart.title, palette.strong, entries, width))


@lru_cache(maxsize=64)
def _heading_strips(
    title: str, style: Style, entries: tuple[tuple[StyledText, ...], ...], width: int
) -> tuple[Strip, ...]:
    """The title with these entries, cached because they seldom change from step to step."""
    title_lines = title_strips(title, style, width)
    entry_strips = [make_strip(*entry) for entry in entries]
    beside = [_beside_title(title_lines, entry_strips, width, gap) for gap in (ENTRY_GAP, MIN_ENTRY_GAP)]
    below = [[*title_lines, *_wrap_entries(entry_strips, width, gap)] for gap in (ENTRY_GAP, MIN_ENTRY_GAP)]
    below.append([*title_lines, *_fill_rows(entry_strips, width)])
    possible: list[list[Strip]] = [lines for lines in (*beside, *below) if lines]
    shortest = min(possible, key=len)
    return tuple(shortest)


def _beside_title(title_lines: list[Strip], entries: Sequence[Strip], width: int, entry_gap: int) -> list[Strip]:
    """The title with all entries at its right; no lines if there is no room. In part beside it, a list looks torn."""
    legend = _join_entries(entries, entry_gap)
    gap = width - title_lines[0].cell_length - legend.cell_length
    if len(title_lines) > 1 or gap < ENTRY_GAP:
        return []
    return [Strip.join([*title_lines, Strip.blank(gap), legend])]


def title_strips(title: str, style: Style, width: int) -> list[Strip]:
    """The title alone, in as many lines as it takes."""
    return [make_strip((line, style)) for line in wrap_words(title, width)]


def _join_entries(entries: Sequence[Strip], gap: int) -> Strip:
    """Join the entries in one line, with `gap` blanks between neighbours."""
    parts: list[Strip] = []
    for entry in entries:
        parts += [Strip.blank(gap), entry] if parts else [entry]
    return Strip.join(parts)


def _wrap_entries(entries: Sequence[Strip], width: int, gap: int) -> list[Strip]:
    """Break the entries into lines of at most `width` cells."""
    rows: list[list[Strip]] = []
    for entry in entries:
        if rows and _join_entries([*rows[-1], entry], gap).cell_length <= width:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return _join_rows(rows, width, gap)


def _join_rows(rows: list[list[Strip]], width: int, gap: int) -> list[Strip]:
    """The entries of each row in one line; the last line has more than one entry if there is room."""
    is_last_alone = len(rows) > 1 and len(rows[-1]) == 1
    if is_last_alone and len(rows[-2]) > 2:  # move one entry down, unless only one would be left above
        *remaining, moved = rows[-2]
        last_row = [moved, *rows[-1]]
        if _join_entries(last_row, gap).cell_length <= width:
            rows[-2:] = [remaining, last_row]
    return [_join_entries(row, gap) for row in rows]


def _fill_rows(entries: Sequence[Strip], width: int) -> list[Strip]:
    """Put each entry into the first line that has room for it, which may take fewer lines than their order does."""
    rows: list[list[Strip]] = []
    for entry in entries:
        for row in rows:
            if _join_entries([*row, entry], MIN_ENTRY_GAP).cell_length <= width:
                row.append(entry)
                break
        else:
            rows.append([entry])
    return _join_rows(rows, width, MIN_ENTRY_GAP)
