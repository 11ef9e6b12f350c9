"""Chooses which readings are listed: all, or only those that are not written in a picture beside the list.

On a narrow screen, those that a visible picture has written in it are left out; on a wide one, only if the list would
have to be scrolled with them.
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
    """Chooses the readings for the list; those that were left out at a size stay out, so that nothing jumps."""

    def __init__(self) -> None:
        self._left_out_at: Size | None = None
        """The size of a wide screen at which readings were left out."""

    def choose(
        self,
        readings: "Sequence[Reading]",
        pictures: Pictures,
        palette: Palette,
        size: Size,
        place_with_all: Callable[[], Places],
    ) -> "Sequence[Reading]":
        """The readings to list in a simulator of that size; `place_with_all` places its parts if all are listed."""
        if not any(reading.drawn_in for reading in readings):
            return readings
        places = place_with_all()
        is_narrow = size.width < WIDE_COLUMNS
        if not is_narrow and self._left_out_at != size:
            region = places.get("readings")
            if region is None or len(reading_lines(readings, palette, region.width, region.height)) <= region.height:
                return readings  # all fit without scrolling
            self._left_out_at = size
        titles = pictures.titles_with_numbers(places["pictures"].size)
        return [reading for reading in readings if reading.drawn_in not in titles]
