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
"""Cells to which a name is not cut."""
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
        """Show `panel` under its number."""
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
    """Names, bars and notes in columns; a narrow panel shortens notes, drops bars, then cuts long names and notes."""
    if not rows:
        return []
    widest = max(Content(row.name).cell_length + Content(row.note).cell_length for row in rows)
    if widest + MIN_BAR_CELLS + 2 * GAP > width:
        rows = [replace(row, note=row.brief or row.note) for row in rows]
    name_cells, bar_cells = _column_cells(rows, width)
    return [_format_row(row, name_cells, bar_cells, width) for row in rows]


def _column_cells(rows: Sequence[PanelRow], width: int) -> tuple[int, int]:
    """The cells of the names and of the bars, 0 for no bars, beside the notes in `width` cells."""
    note_cells = max(Content(row.note).cell_length for row in rows)
    name_cells = max(Content(row.name).cell_length for row in rows)
    beside_notes = width - note_cells - GAP
    bar_cells = min(MAX_BAR_CELLS, beside_notes - GAP - name_cells)
    # Where names are cut even without bars, they are cut a little more for the shortest bars, but not below half.
    beside_short_bars = beside_notes - GAP - MIN_BAR_CELLS
    if bar_cells < MIN_BAR_CELLS and name_cells > beside_notes and name_cells // 2 <= beside_short_bars:
        bar_cells = MIN_BAR_CELLS
    if bar_cells < MIN_BAR_CELLS or all(row.share is None for row in rows):
        bar_cells = 0
    room = beside_notes - (bar_cells + GAP if bar_cells else 0)
    return max(min(name_cells, MIN_NAME_CELLS), min(name_cells, room)), bar_cells


def _format_row(row: PanelRow, name_cells: int, bar_cells: int, width: int) -> Content:
    """A row; where even a short name leaves too little room, its note is cut: a name says what it is about."""
    name = Content(row.name).truncate(name_cells, ellipsis=True)
    room = width - name_cells - GAP - (bar_cells + GAP if bar_cells else 0)
    note = Content(row.note).truncate(max(4, room), ellipsis=True)
    pad = " " * (name_cells - name.cell_length + GAP)
    bar = _draw_bar(row, bar_cells)
    bar_column = Content.assemble(bar, " " * GAP) if bar_cells else Content("")
    return Content.assemble(name, pad, bar_column, note.stylize(TONE_STYLES[row.tone]))


def _draw_bar(row: PanelRow, cells: int) -> Content:
    """The bar of a row; in one of answers the right ones come first, in the colour of what is right."""
    if row.share is None:
        return Content(" " * cells)
    if row.right_share is not None:
        return stacked_bar(row.right_share, row.share, cells)
    return share_bar(row.share, cells, TONE_COLOURS[row.tone])
