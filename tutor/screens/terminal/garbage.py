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

A frame makes some thousand objects, and most of them are gone at the next frame. A collection in between would move
them to an older generation.
"""
MIN_MIDDLE_COLLECTIONS = 4
"""A full collection is worth its time after so many collections of the second generation."""
MAX_MIDDLE_COLLECTIONS = 15
"""After so many collections of the second generation, Python makes a full one by itself, at whatever moment."""


class IdleGarbageCollector:
    """Decides when to collect: not during input, and not when there is little garbage."""

    def __init__(self) -> None:
        """Freeze all existing objects, and leave full collections to `collect_if_idle`."""
        self._last_input = monotonic()
        gc.freeze()  # the program needs these objects until it ends, so no collection has to look at them
        gc.set_threshold(YOUNG_THRESHOLD, MIDDLE_THRESHOLD, MAX_MIDDLE_COLLECTIONS)
        gc.enable()  # garbage collection may be off during the start

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
    """Empty a cache of Textual that keeps the drawn lines of widgets after their removal.

    The cache is the `lru_cache` on `StylesCache.get_inner_outer`, which computes the background colours inside and
    outside a border. Each of its 1,024 keys holds a widget's `StylesCache` with all its lines, some 7 KB. Widgets that
    still exist fill the cache again.
    """
    clear_cache = getattr(StylesCache.get_inner_outer, "cache_clear", None)
    if clear_cache is not None:  # in another version of Textual the method may have no cache
        clear_cache()
