"""Chooses which readings are listed: those that no picture beside the list shows as numbers."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tutor.widgets.simulator.layout import Places
from tutor.widgets.simulator.pictures import Pictures

if TYPE_CHECKING:
    from tutor.sims.engine.view import Reading


def choose_readings(
    readings: "Sequence[Reading]", pictures: Pictures, place_with_all: Callable[[], Places]
) -> "Sequence[Reading]":
    """Choose the readings for the list; `place_with_all` places the parts of the simulator as if all were listed."""
    if not any(reading.drawn_in for reading in readings):
        return readings
    titles = pictures.titles_with_numbers(place_with_all()["pictures"].size)
    return [reading for reading in readings if reading.drawn_in not in titles]
