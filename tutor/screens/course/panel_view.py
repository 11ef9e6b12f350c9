"""A panel of the progress screen: a frame with a number, words, and rows with bars."""

from collections.abc import Sequence
from dataclasses import replace

from textual.content import Content
from textual.events import Resize
from textual.geometry import Size

from tutor.content.wrapping import wrap
from tutor.screens.level_bar import COUNT_COLOUR, level_bar
from tutor.statistics.panels import WAS, WAS_KEY, Measure, Panel, PanelRow, with_due
from tutor.statistics.words import Tone
from tutor.widgets.literal import Static, literal
from tutor.widgets.plots.bars import SHARE_BAR_CELLS, count_bar, share_bar, stacked_bar

MIN_COUNT_CELLS, MAX_COUNT_CELLS = 4, 24
"""Cells of the longest bar of a panel of counts, at least and at most."""
MIN_SHARE_CELLS = 6
"""Cells of a bar of a share, at least: in a narrow panel it is shorter than `SHARE_BAR_CELLS`, so that names are whole.
"""
GAP, GAP_WITHOUT_BARS = 1, 2
"""Cells between two columns, with bars and without. A bar separates name and note; without bars they need more space.
"""
MIN_NAME_CELLS = 20
"""The column of names is never narrower than this, unless all names are shorter; the notes are cut instead."""
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
        self.panel = panel = with_due(panel)
        self.border_title = literal(f"{number} {panel.title}" if panel.has_number else panel.title)
        if any(row.right_share is not None and row.right_share < (row.share or 0.0) for row in panel.rows):
            self.border_subtitle = "dashed: not right"
        if self._width:
            self._write()

    def _write(self, *, layout: bool = True) -> None:
        """Write the words and rows for the current width, and in the frame when it was that a level "was"."""
        content = panel_content(self.panel, self._width)
        self.update(content, layout=layout)
        if any(WAS in row.note for row in self.panel.rows):
            self.border_subtitle = literal(WAS_KEY) if WAS in content.plain else ""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """The number of lines in `width` cells; the rows are written for them at once, so that no frame is empty."""
        if width and width != self._width:
            self._width = width
            self._write(layout=False)
        return super().get_content_height(container, viewport, width)

    def on_resize(self, event: Resize) -> None:
        """Rewrite the rows for the current width."""
        width = self.content_size.width
        if width:
            self._width = width
            self._write()


def panel_content(panel: Panel, width: int) -> Content:
    """The words and rows of a panel in `width` cells."""
    words = [Content(text) for text in panel.words]
    return Content("\n").join([*words, *_format_rows(panel.rows, panel.measure, width)])


def _format_rows(rows: Sequence[PanelRow], measure: Measure, width: int) -> list[Content]:
    """Format the rows as lines of `width` cells, with names, bars and notes in columns.

    As a panel gets narrower, it loses first the long form of the notes, then the bars get shorter and go, and then
    names and notes lose their ends.
    """
    if not rows:
        return []
    longest = max(Content(row.name).cell_length + Content(row.note).cell_length for row in rows)
    usual_bar_cells = MIN_COUNT_CELLS if measure == "count" else SHARE_BAR_CELLS
    has_room_for_notes = longest + usual_bar_cells + 2 * GAP <= width
    if not has_room_for_notes:
        rows = [replace(row, note=row.brief or row.note) for row in rows]
    if longest + GAP_WITHOUT_BARS > width and all(row.share is None for row in rows):
        return [line for row in rows for line in _note_below_name(row, width)]
    name_cells, bar_cells = _column_cells(rows, measure, width)
    return [_format_row(row, measure, name_cells, bar_cells, width) for row in rows]


def _note_below_name(row: PanelRow, width: int) -> list[Content]:
    """A row without a bar that is too long for a line of `width` cells: its name, and indented below it the note."""
    notes = wrap(row.note, width, "  ", "  ")
    return [Content(row.name), *(Content(note).stylize(TONE_STYLES[row.tone]) for note in notes)]


def _bar_cells_allowed(measure: Measure) -> tuple[int, int]:
    """The fewest and the most cells of a bar."""
    return (MIN_COUNT_CELLS, MAX_COUNT_CELLS) if measure == "count" else (MIN_SHARE_CELLS, SHARE_BAR_CELLS)


def _column_cells(rows: Sequence[PanelRow], measure: Measure, width: int) -> tuple[int, int]:
    """Divide lines of `width` cells into columns; return the cells of the names and of the bars (0: no bars).

    The notes get as many cells as the longest of them needs. The names and the bars share the rest.
    """
    longest_note = max(Content(row.note).cell_length for row in rows)
    longest_name = max(Content(row.name).cell_length for row in rows)
    has_bars = any(row.share is not None for row in rows)
    bar_cells = _choose_bar_cells(longest_name, width - longest_note - GAP, measure) if has_bars else 0
    cells_left_for_names = width - longest_note - _gap_after_name(bar_cells) - _bar_column_cells(bar_cells)
    name_cells = min(longest_name, cells_left_for_names)
    min_name_cells = min(longest_name, MIN_NAME_CELLS)  # below this minimum the notes are cut instead of the names
    return max(min_name_cells, name_cells), bar_cells


def _choose_bar_cells(longest_name: int, shared_cells: int, measure: Measure) -> int:
    """Choose the cells of the bars; 0 for none.

    The bars share `shared_cells` with names of up to `longest_name` cells, and take what the names leave, as far as the
    measure allows. If too little is left for the shortest bars, there are none, so that the names stay whole. If the
    names do not fit even without bars, they are cut further to make room for the shortest bars, as long as half of the
    longest name remains.
    """
    min_bar_cells, max_bar_cells = _bar_cells_allowed(measure)
    cells_left_by_names = shared_cells - GAP - longest_name
    if cells_left_by_names >= min_bar_cells:
        return min(max_bar_cells, cells_left_by_names)
    are_names_cut_anyway = longest_name > shared_cells
    name_cells_beside_short_bars = shared_cells - GAP - min_bar_cells
    is_half_left = longest_name // 2 <= name_cells_beside_short_bars
    return min_bar_cells if are_names_cut_anyway and is_half_left else 0


def _gap_after_name(bar_cells: int) -> int:
    """The cells between a name and what follows it: a bar of so many cells, or the note if that is 0."""
    return GAP if bar_cells else GAP_WITHOUT_BARS


def _bar_column_cells(bar_cells: int) -> int:
    """The cells of the column of bars with the gap beside it; 0 without bars."""
    return bar_cells + GAP if bar_cells else 0


def _format_row(row: PanelRow, measure: Measure, name_cells: int, bar_cells: int, width: int) -> Content:
    """A row as a line of `width` cells; a note that does not fit is cut."""
    name = Content(row.name).truncate(name_cells, ellipsis=True)
    note_cells = width - name_cells - _gap_after_name(bar_cells) - _bar_column_cells(bar_cells)
    note = Content(row.note).truncate(max(4, note_cells), ellipsis=True)
    gap = " " * (name_cells - name.cell_length + _gap_after_name(bar_cells))
    bar_column = Content.assemble(_draw_bar(row, measure, bar_cells), " " * GAP) if bar_cells else Content("")
    return Content.assemble(name, gap, bar_column, note.stylize(TONE_STYLES[row.tone]))


def _draw_bar(row: PanelRow, measure: Measure, cells: int) -> Content:
    """Draw the bar of a row, blank if the row has none; `cells` are those of the whole, or of the largest count."""
    if row.share is None:
        return Content(" " * cells)
    if row.right_share is not None:
        return stacked_bar(row.right_share, row.share, cells)
    if measure == "count":
        return count_bar(row.share, cells, COUNT_COLOUR)
    return level_bar(row.share, cells) if measure == "mastery" else share_bar(row.share, cells)
