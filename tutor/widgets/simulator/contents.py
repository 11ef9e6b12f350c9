"""What a simulator has to place on its screen: counts and sizes of its parts, for which `layout` finds the places."""

from dataclasses import dataclass
from math import ceil

from tutor.widgets.lines_pane import SCROLLBAR_CELLS
from tutor.widgets.plots.room import PictureRoom
from tutor.widgets.plots.strips import COLUMN_GAP, LABEL_GAP, MIN_LABEL_GAP


@dataclass(frozen=True)
class Contents:
    """What needs a place: the numbers of parameters, readings and worked lines, and the sizes of the rest."""

    picture: PictureRoom
    """The room that the chosen picture wants."""
    parameter_count: int = 0
    reading_count: int = 0
    worked_line_count: int = 0
    needed_words_rows: int = 0
    """Rows that the words, the text about the step, need."""
    reading_widths: tuple[int, ...] = ()
    """The columns that each reading wants for its label and its value, as far as they are known."""
    has_heading: bool = True
    is_asking: bool = False
    """Whether an input line is open."""
    is_editing: bool = False
    """Whether the parameters are shown in place of something else."""
    is_presenting: bool = False
    """Whether everything except the picture, its sentence and the step is hidden."""
    is_heading_short: bool = False
    """Whether one row is enough for the heading."""
    rooms: tuple[PictureRoom, ...] = ()
    """The room that each picture wants, in the order of the view."""

    def reading_rows(self, width: int) -> int:
        """The rows that the readings need in one column of this width; a reading wider than that takes two rows."""
        wide_reading_count = sum(reading_width > width for reading_width in self.reading_widths)
        return self.reading_count + wide_reading_count

    def several_lists_width(self, width: int, height: int) -> int:
        """The width of the readings in several lists side by side, so that they fit `height`.

        It is 0 if one list is enough, or if no second one fits `width`. If even the most lists that fit are too high,
        they are scrolled, and the width has room for the scrollbar.
        """
        list_width = max(self.reading_widths, default=0) + LABEL_GAP - MIN_LABEL_GAP  # lists have the wider gap
        needed_lists = ceil(self.reading_count / max(1, height))
        max_lists = max(1, (width + COLUMN_GAP) // (list_width + COLUMN_GAP))
        if max_lists < needed_lists:  # the lists are scrolled
            max_lists = max(1, (width - SCROLLBAR_CELLS + COLUMN_GAP) // (list_width + COLUMN_GAP))
        list_count = min(max_lists, needed_lists)
        if list_count <= 1:
            return 0
        scrollbar_columns = SCROLLBAR_CELLS if list_count < needed_lists else 0
        return list_count * (list_width + COLUMN_GAP) - COLUMN_GAP + scrollbar_columns
