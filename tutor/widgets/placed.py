"""A layout with computed positions: a widget places each of its children, given its size."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.geometry import Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

NOWHERE = Region(0, 0, 0, 0)
"""The place of what is not shown."""


class PlacingWidget(Widget):
    """A widget that places its children itself."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._layout = PlacedLayout()

    @property
    def layout(self) -> Layout:
        """The layout that asks for the places."""
        return self._layout

    @abstractmethod
    def place_children(self, size: Size, children: Sequence[Widget]) -> Sequence[Region]:
        """The place of each of `children` in a widget of that size."""

    def place_again(self) -> None:
        """Ask for the places again after something they depend on has changed."""
        self._clear_arrangement_cache()
        self.refresh(layout=True)


class PlacedLayout(Layout):
    """A layout that asks the parent for each child's place."""

    name = "placed"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Put every child in its place."""
        assert isinstance(parent, PlacingWidget)
        places = parent.place_children(size, children)
        return [
            WidgetPlacement(place, NOWHERE.offset, Spacing(), child)
            for place, child in zip(places, children, strict=True)
        ]


class EdgeScroll(VerticalScroll):
    """A scrolling page whose scrollbar is at the edge of the screen.

    Textual sets it between the text and the padding, where it touches the text.
    """

    def _arrange_scrollbars(self, region: Region) -> Iterable[tuple[Widget, Region]]:
        for bar, place in super()._arrange_scrollbars(region):
            yield bar, place.translate((self.styles.padding.right, 0))
