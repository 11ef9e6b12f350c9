"""Chooses which readings are listed: all, or only those that are not written in a picture beside the list.

On a narrow screen, readings that a visible picture shows as numbers are left out. On a wide screen, they are left out
only if the list would have to be scrolled otherwise.
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
    """Chooses the readings for the list. Once readings are left out at a size, they stay out, so that nothing jumps."""

    def __init__(self) -> None:
        self._left_out_at: Size | None = None
        """The size of a wide screen at which readings had to be left out; `None` before that."""

    def choose(
        self,
        readings: "Sequence[Reading]",
        pictures: Pictures,
        palette: Palette,
        size: Size,
        place_with_all: Callable[[], Places],
    ) -> "Sequence[Reading]":
        """Choose the readings for a simulator of this size; `place_with_all` places its parts as if all were listed."""
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
