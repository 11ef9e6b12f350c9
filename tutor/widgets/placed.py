"""A layout with computed positions: a widget places its children itself, for a given size."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

NOWHERE = Region(0, 0, 0, 0)
"""The region of a child that is not shown."""


class PlacingWidget(Widget):
    """A widget that places its children itself."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._layout = PlacedLayout()

    @property
    def layout(self) -> Layout:
        """The layout, which calls `place_children`."""
        return self._layout

    @abstractmethod
    def place_children(self, size: Size, children: Sequence[Widget]) -> Sequence[Region]:
        """Return the region of each of `children`, in order, for this widget at the given size."""

    def place_again(self) -> None:
        """Place the children again, because something has changed on which their regions depend."""
        self._clear_arrangement_cache()
        self.refresh(layout=True)


class PlacedLayout(Layout):
    """A layout that asks the parent for the region of each child."""

    name = "placed"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Place the children where the parent says."""
        assert isinstance(parent, PlacingWidget)
        regions = parent.place_children(size, children)
        no_offset, no_margin = Offset(0, 0), Spacing()
        return [
            WidgetPlacement(region, no_offset, no_margin, child)
            for region, child in zip(regions, children, strict=True)
        ]


class EdgeScroll(VerticalScroll):
    """A scrolling page whose scrollbar is at the edge of the screen, outside the padding.

    Textual puts it between the text and the padding, where it touches the text.
    """

    def _arrange_scrollbars(self, region: Region) -> Iterable[tuple[Widget, Region]]:
        """Yield each scrollbar with its region, moved to the right by the padding."""
        for scrollbar, scrollbar_region in super()._arrange_scrollbars(region):
            yield scrollbar, scrollbar_region.translate((self.styles.padding.right, 0))
