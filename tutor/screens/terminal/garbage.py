"""Collects garbage while the program is idle, since a full collection blocks for a tenth of a second."""

import gc
from time import monotonic

from textual._styles_cache import StylesCache

IDLE_SECONDS = 0.4
"""Seconds without a key or the mouse after which nobody waits."""
LOOK_SECONDS = 0.5
"""Seconds between two looks."""
YOUNG_THRESHOLD, MIDDLE_THRESHOLD = 5_000, 2
"""Thresholds of the first two generations, as `gc.set_threshold` takes them.

A frame makes some thousand objects, most of which go with the next: looked at while they are there, all would be kept.
"""
MIN_MIDDLE_COLLECTIONS = 4
"""Collections of the second generation after which a full one is worth its time."""
MAX_MIDDLE_COLLECTIONS = 15
"""After so many, Python makes a full one by itself, at whatever moment."""


class IdleGarbageCollector:
    """Decides when to collect: not during input, and not when there is little garbage."""

    def __init__(self) -> None:
        """Freeze all existing objects, and leave full collections to `collect_if_idle`.

        The caller that started the program may have put collecting off altogether; that ends here.
        """
        self._last_input = monotonic()
        gc.freeze()
        gc.set_threshold(YOUNG_THRESHOLD, MIDDLE_THRESHOLD, MAX_MIDDLE_COLLECTIONS)
        gc.enable()

    def note_input(self) -> None:
        """Note that a key was pressed or the mouse moved."""
        self._last_input = monotonic()

    @property
    def is_awaited(self) -> bool:
        """Whether there was input a moment ago."""
        return monotonic() - self._last_input < IDLE_SECONDS

    def collect_if_idle(self) -> bool:
        """Collect if idle and worthwhile; return whether it did."""
        if self.is_awaited or gc.get_count()[2] < MIN_MIDDLE_COLLECTIONS:
            return False
        release_drawn_lines()
        gc.collect()
        return True


def release_drawn_lines() -> None:
    """Let go of the lines of widgets that are gone.

    Textual keeps the colours between a widget's border and its surroundings for the last 1,024 that it was asked for,
    and with each the widget's `StylesCache`, which holds all its lines: some 7 KB a widget, long after it was removed.
    """
    clear_cache = getattr(StylesCache.get_inner_outer, "cache_clear", None)
    if clear_cache is not None:  # another version of Textual may keep nothing
        clear_cache()
