"""Collects garbage while the program is idle, since a full collection blocks for a tenth of a second."""

import gc
from time import monotonic

from textual._styles_cache import StylesCache

IDLE_SECONDS = 0.4
"""Seconds without a key or the mouse after which the program counts as idle."""
CHECK_SECONDS = 0.5
"""Seconds between two checks of whether to collect."""
YOUNG_THRESHOLD, MIDDLE_THRESHOLD = 5_000, 2
"""Thresholds of the first two generations, as `gc.set_threshold` takes them.

A frame makes some thousand objects, most of which are gone with the next; a collection in between would promote them.
"""
MIN_MIDDLE_COLLECTIONS = 4
"""Collections of the second generation after which a full one is worth its time."""
MAX_MIDDLE_COLLECTIONS = 15
"""After so many, Python makes a full one by itself, at whatever moment."""


class IdleGarbageCollector:
    """Decides when to collect: not during input, and not when there is little garbage."""

    def __init__(self) -> None:
        """Freeze all existing objects, and leave full collections to `collect_if_idle`."""
        self._last_input = monotonic()
        gc.freeze()  # they live as long as the program, so no collection needs to look at them
        gc.set_threshold(YOUNG_THRESHOLD, MIDDLE_THRESHOLD, MAX_MIDDLE_COLLECTIONS)
        gc.enable()  # during the start it may be off

    def note_input(self) -> None:
        """Note that a key was pressed or the mouse moved."""
        self._last_input = monotonic()

    @property
    def has_recent_input(self) -> bool:
        """Whether there was input a moment ago."""
        return monotonic() - self._last_input < IDLE_SECONDS

    def collect_if_idle(self) -> bool:
        """Collect if the program is idle and there may be enough garbage; return whether it did."""
        _, _, middle_collections = gc.get_count()  # collections of the second generation since the last full one
        if self.has_recent_input or middle_collections < MIN_MIDDLE_COLLECTIONS:
            return False
        clear_style_cache()
        gc.collect()
        return True


def clear_style_cache() -> None:
    """Empty a cache of Textual that keeps widgets' drawn lines after the widgets were removed.

    It is the `lru_cache` on `StylesCache.get_inner_outer`, the background colours inside and outside a border. Each of
    its 1,024 keys holds a widget's `StylesCache`, with all its lines: some 7 KB. Living widgets fill it again.
    """
    clear_cache = getattr(StylesCache.get_inner_outer, "cache_clear", None)
    if clear_cache is not None:  # another version of Textual may keep nothing
        clear_cache()
