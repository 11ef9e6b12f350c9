"""Which readings are listed: all, or those alone that stand in no picture beside the list.

On a narrow screen the list leaves out what a picture in sight has in writing; on a broad one where it
would scroll.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual.geometry import Size

from tutor.widgets.plots.colours import Palette
from tutor.widgets.simulator.layout import WIDE_COLUMNS, Places
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.readings import reading_lines

if TYPE_CHECKING:
    from tutor.sims.engine.view import Reading


class ListChoice:
    """Chooses the readings for the list; those that were once left out at a size stay out, so that nothing jumps."""

    def __init__(self) -> None:
        self._left_out_at: Size | None = None

    def choose(
        self,
        readings: "Sequence[Reading]",
        pictures: Pictures,
        palette: Palette,
        size: Size,
        places: Callable[[], Places],
    ) -> "Sequence[Reading]":
        """The readings to list in a simulator of that size, whose parts would have these places with all of them."""
        if not any(reading.drawn_in for reading in readings):
            return readings
        found = places()
        if not (self._left_out_at == size or size.width < WIDE_COLUMNS):
            room = found.get("readings")
            if room is None or len(reading_lines(readings, palette, room.width, room.height)) <= room.height:
                return readings
            self._left_out_at = size
        titles = pictures.titles_with_numbers(found["pictures"].size)
        return [reading for reading in readings if reading.drawn_in not in titles]
