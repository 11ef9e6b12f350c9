"""How well a concept is known, as a bar in the colour that this has on every screen."""

from textual.content import Content

from tutor.statistics.words import Tone, level_tone
from tutor.widgets.plots.bars import share_bar

TONE_COLOURS: dict[Tone, str] = {"good": "$success", "weak": "$warning", "plain": "$primary"}
"""The colour of a bar by its tone."""


def level_bar(level: float, cells: int) -> Content:
    """A bar of so many cells for a level between 0 and 1."""
    return share_bar(level, cells, TONE_COLOURS[level_tone(level)])
