"""Redraws what changed on a screen, and asks only the widgets in the changed regions for their lines.

It also mends a fault of Textual, which could cut the rows of a screen where the widgets of an earlier page had ended.

Textual asks every widget within the smallest rectangle around all changes. In a simulation, the picture, the readings
and the timeline are at three edges, so that rectangle also includes all fields of the parameters in between, and the
widgets that they cover.
"""

from collections.abc import Iterable, Iterator, Set

from textual._compositor import ChopsUpdate, Compositor, CompositorMap
from textual.geometry import Region
from textual.strip import Strip


class QuickCompositor(Compositor):
    """A compositor whose partial updates leave out widgets that no change touches, or that are hidden there.

    And whatever it has computed from the positions of widgets goes when the positions do.
    """

    _changed_regions: Set[Region] = frozenset()
    """The regions that are being redrawn, during a partial update; empty during a full one."""

    @property
    def full_map(self) -> CompositorMap:
        """The position of every widget; if it has to be computed, all that follows from earlier positions is forgotten.

        Textual forgets which widgets are visible then, but not where they begin and end in each row, nor which lies
        above which. After a page was scrolled and left, its rows were cut at the widgets of the page before, so some
        became longer than the screen is wide, and what stands to the right of them moved.
        """
        if self._full_map_invalidated:
            self._cuts = None
            self._layers = None
            self._layers_visible = None
        return super().full_map

    def render_partial_update(self) -> ChopsUpdate | None:
        """Remember the dirty regions while Textual's own method runs.

        That method asks `_get_renders`, which then leaves out the widgets that no change touches.
        """
        self._changed_regions = frozenset(self._dirty_regions)
        cuts = self.cuts
        try:
            update = super().render_partial_update()
        finally:
            self._changed_regions = frozenset()
        if update is not None and self.cuts is not cuts:  # a widget asked for a position while it was drawn
            update.chop_ends = [row_cuts[1:] for row_cuts in cuts]
        return update

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
