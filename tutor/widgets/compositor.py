"""Draws what changed on a screen, and asks only the widgets beneath it for their lines.

Textual asks every widget within the smallest rectangle around all changes: beside a simulation, whose picture, readings
and timeline stand at three edges, also each field of its parameters in between, and all that lies beneath them.
"""

from collections.abc import Iterable, Iterator, Set

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class QuickCompositor(Compositor):
    """A compositor that leaves out of a partial update the widgets that no change touches, or that are hidden there."""

    _changed: Set[Region] = frozenset()
    """The regions that are drawn again now; empty when all of the screen is."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Remember the dirty regions while Textual's own method runs.

        It asks `_get_renders`, which then leaves out the widgets that no change touches.
        """
        self._changed = frozenset(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed = frozenset()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Each widget's region, how that is clipped, and its lines; during a partial update only what has changed."""
        return self._changed_renders() if self._changed else super()._get_renders(crop)

    def _changed_renders(self) -> Iterator[tuple[Region, Region, list[Strip]]]:
        """The widgets from the front to the back, until nothing of what changed is left to be covered."""
        uncovered = self._changed
        for widget, (region, clip) in self.visible_widgets.items():
            shown = region.intersection(clip)
            if shown and any(map(shown.overlaps, uncovered)):
                yield region, clip, widget.render_lines(shown.translate(-region.offset))
                uncovered = {changed for changed in uncovered if not shown.contains_region(changed)}
                if not uncovered:
                    return
