"""A panel of the progress screen: a frame with a number, words, and rows with bars."""

from collections.abc import Sequence
from dataclasses import replace

from textual.content import Content
from textual.events import Resize

from tutor.screens.level_bar import BARS
from tutor.statistics.panels import Panel, PanelRow
from tutor.statistics.words import Tone
from tutor.widgets.literal import Static, literal
from tutor.widgets.plots.bars import share_bar

MAX_BAR_CELLS = 48
MIN_BAR_CELLS = 4
MIN_NAME_CELLS = 20
"""Cells to which a name is not cut."""
TONES: dict[Tone, str] = {"good": "$text-success", "weak": "$text-warning", "plain": "$foreground"}


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
    return Content("\n").join([*words, *_rows(panel.rows, width)])


def _rows(rows: Sequence[PanelRow], width: int) -> list[Content]:
    """Names, bars and notes in columns; a narrow panel shortens notes, drops bars, then cuts long names and notes."""
    if not rows:
        return []
    if max(Content(row.name).cell_length + Content(row.note).cell_length for row in rows) + MIN_BAR_CELLS + 2 > width:
        rows = [replace(row, note=row.brief or row.note) for row in rows]
    notes = max(Content(row.note).cell_length for row in rows)
    names = max(Content(row.name).cell_length for row in rows)
    bar = min(MAX_BAR_CELLS, width - notes - 2 - names)
    if bar < MIN_BAR_CELLS and names // 2 <= width - notes - 2 - MIN_BAR_CELLS and names > width - notes - 1:
        bar = MIN_BAR_CELLS
    if bar < MIN_BAR_CELLS or all(row.share is None for row in rows):
        bar = 0
    names = max(min(names, MIN_NAME_CELLS), min(names, width - notes - (bar + 2 if bar else 1)))
    return [_row(row, names, bar, width) for row in rows]


def _row(row: PanelRow, names: int, bar: int, width: int) -> Content:
    """A row; where even a short name leaves too little room, its note is cut: a name says what it is about."""
    name = Content(row.name).truncate(names, ellipsis=True)
    note = Content(row.note).truncate(max(4, width - names - 1 - (bar + 1 if bar else 0)), ellipsis=True)
    pad = " " * (names - name.cell_length + 1)
    drawn = share_bar(row.share, bar, BARS[row.tone]) if row.share is not None else Content(" " * bar)
    drawn = Content.assemble(drawn, " ") if bar else Content("")
    return Content.assemble(name, pad, drawn, note.stylize(TONES[row.tone]))
