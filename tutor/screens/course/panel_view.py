"""A panel of the progress screen: a frame with a number, words, and rows with bars."""

from collections.abc import Sequence
from dataclasses import replace

from textual.content import Content
from textual.events import Resize

from tutor.screens.level_bar import TONE_COLOURS
from tutor.statistics.panels import Panel, PanelRow
from tutor.statistics.words import Tone
from tutor.widgets.literal import Static, literal
from tutor.widgets.plots.bars import share_bar, stacked_bar

MIN_BAR_CELLS, MAX_BAR_CELLS = 4, 48
"""Cells of a bar, at least and at most."""
GAP = 1
"""Cells between two columns."""
MIN_NAME_CELLS = 20
"""A column of names is not made narrower than this; the notes beside it are cut instead."""
TONE_STYLES: dict[Tone, str] = {"good": "$text-success", "weak": "$text-warning", "plain": "$foreground"}


class PanelView(Static, can_focus=True):
    """One panel, which can be focused; its frame shows that."""

    DEFAULT_CSS = """
    PanelView {
        height: auto;
        min-height: 3;
        border: round $foreground 30%;
        border-title-color: $text-accent;
        border-subtitle-color: $text-muted;
        padding: 0 1;
        &:focus { border: round $primary; }
    }
    """

    def __init__(self, number: int, panel: Panel) -> None:
        super().__init__(id=f"panel-{panel.id}")
        self._width = 0
        self.show(number, panel)

    def show(self, number: int, panel: Panel) -> None:
        """Show `panel`, with its number in the frame."""
        self.panel = panel
        self.border_title = literal(f"{number} {panel.title}")
        if self._width:
            self.update(panel_content(panel, self._width))

    def on_resize(self, event: Resize) -> None:
        """Rewrite the rows for the current width."""
        width = self.content_size.width
        if width and width != self._width:
            self._width = width
            self.update(panel_content(self.panel, width))


def panel_content(panel: Panel, width: int) -> Content:
    """The words and rows of a panel in `width` cells."""
    words = [Content(text) for text in panel.words]
    return Content("\n").join([*words, *_format_rows(panel.rows, width)])


def _format_rows(rows: Sequence[PanelRow], width: int) -> list[Content]:
    """The rows as lines of `width` cells, with names, bars and notes in columns.

    A narrow panel has the brief form of the notes, then no bars, then names and notes that are cut.
    """
    if not rows:
        return []
    longest = max(Content(row.name).cell_length + Content(row.note).cell_length for row in rows)
    if longest + MIN_BAR_CELLS + 2 * GAP > width:
        rows = [replace(row, note=row.brief or row.note) for row in rows]
    name_cells, bar_cells = _column_cells(rows, width)
    return [_format_row(row, name_cells, bar_cells, width) for row in rows]


def _column_cells(rows: Sequence[PanelRow], width: int) -> tuple[int, int]:
    """Divide lines of `width` cells: return the cells of the column of names, and of that of bars, 0 for no bars.

    The notes get as many as the longest needs.
    """
    note_cells = max(Content(row.note).cell_length for row in rows)
    name_cells = max(Content(row.name).cell_length for row in rows)  # of the longest name
    cells_without_notes = width - note_cells - GAP
    bar_cells = min(MAX_BAR_CELLS, cells_without_notes - GAP - name_cells)
    # Where names are cut even without bars, they are cut a little more for the shortest bars, but not below half.
    cells_beside_short_bars = cells_without_notes - GAP - MIN_BAR_CELLS
    are_names_cut = name_cells > cells_without_notes
    if bar_cells < MIN_BAR_CELLS and are_names_cut and name_cells // 2 <= cells_beside_short_bars:
        bar_cells = MIN_BAR_CELLS
    has_no_bars = all(row.share is None for row in rows)
    if bar_cells < MIN_BAR_CELLS or has_no_bars:
        bar_cells = 0
    cells_for_names = cells_without_notes - _bar_column_cells(bar_cells)
    min_name_cells = min(name_cells, MIN_NAME_CELLS)
    return max(min_name_cells, min(name_cells, cells_for_names)), bar_cells


def _bar_column_cells(bar_cells: int) -> int:
    """The cells of the column of bars with the gap beside it; 0 without bars."""
    return bar_cells + GAP if bar_cells else 0


def _format_row(row: PanelRow, name_cells: int, bar_cells: int, width: int) -> Content:
    """A row as a line of `width` cells; a note that does not fit is cut."""
    name = Content(row.name).truncate(name_cells, ellipsis=True)
    note_cells = width - name_cells - GAP - _bar_column_cells(bar_cells)
    note = Content(row.note).truncate(max(4, note_cells), ellipsis=True)
    gap = " " * (name_cells - name.cell_length + GAP)
    bar_column = Content.assemble(_draw_bar(row, bar_cells), " " * GAP) if bar_cells else Content("")
    return Content.assemble(name, gap, bar_column, note.stylize(TONE_STYLES[row.tone]))


def _draw_bar(row: PanelRow, cells: int) -> Content:
    """The bar of a row, blank if it has none; in a bar of answers, the right ones are told apart by their colour."""
    if row.share is None:
        return Content(" " * cells)
    if row.right_share is not None:
        return stacked_bar(row.right_share, row.share, cells)
    return share_bar(row.share, cells, TONE_COLOURS[row.tone])
