"""Bars of what is on record: one measure has one colour on every screen, and one length where there is room."""

from textual.content import Content

from tutor.statistics.words import Tone, level_tone
from tutor.widgets.plots.bars import SHARE_BAR_CELLS, share_bar

TONE_COLOURS: dict[Tone, str] = {"good": "$success", "weak": "$warning", "plain": "$primary"}
"""The colour of a bar of mastery by its tone. What is done and what was right is always in `$success`."""
COUNT_COLOUR = "$primary"
"""The colour of a bar that shows a count or a time."""


def level_bar(level: float, cells: int = SHARE_BAR_CELLS) -> Content:
    """A bar for how well a concept is known, a level between 0 and 1."""
    return share_bar(level, cells, TONE_COLOURS[level_tone(level)])
