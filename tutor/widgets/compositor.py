"""Redraws what changed on a screen, and asks only the widgets in the changed regions for their lines.

Textual asks every widget within the smallest rectangle around all changes. In a simulation, the picture, the readings
and the timeline are at three edges, so that rectangle also includes all fields of the parameters in between, and the
widgets that they cover.
"""

from collections.abc import Iterable, Iterator, Set

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip


class QuickCompositor(Compositor):
    """A compositor whose partial updates leave out widgets that no change touches, or that are hidden there."""

    _changed_regions: Set[Region] = frozenset()
    """The regions that are being redrawn, during a partial update; empty during a full one."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Remember the dirty regions while Textual's own method runs.

        That method asks `_get_renders`, which then leaves out the widgets that no change touches.
        """
        self._changed_regions = frozenset(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changed_regions = frozenset()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        """Yield (region, clip region, lines) for each widget; in a partial update, only for those to be redrawn."""
        return self._get_changed_renders() if self._changed_regions else super()._get_renders(crop)

    def _get_changed_renders(self) -> Iterator[tuple[Region, Region, list[Strip]]]:
        """Yield the widgets that overlap a changed region, from front to back, until all of these are covered."""
        uncovered = self._changed_regions
        for widget, (region, clip) in self.visible_widgets.items():
            visible = region.intersection(clip)
            if visible and any(visible.overlaps(changed) for changed in uncovered):
                visible_in_widget = visible.translate(-region.offset)  # relative to the widget's upper left corner
                yield region, clip, widget.render_lines(visible_in_widget)
                # Widgets further back are not visible in a region that this widget covers completely.
                uncovered = {changed for changed in uncovered if not visible.contains_region(changed)}
                if not uncovered:
                    return
