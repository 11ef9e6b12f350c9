"""The pictures of a run: one or two at a time, those of kept runs laid over them."""

from collections.abc import Sequence

from textual.containers import Container
from textual.events import Resize

from tutor.sims.engine.chart import Network, Picture, settable_keys
from tutor.sims.engine.comparison import RunPictures, overlay_runs
from tutor.widgets.plots.plot import PictureView

MIN_STACKED_ROWS = 24
"""Rows from which two pictures stand one above the other."""
MIN_BESIDE_COLUMNS = 110
"""Columns from which two pictures stand side by side."""


class Pictures(Container):
    """As many of the pictures as there is room for, from the chosen one on."""

    DEFAULT_CSS = """
    Pictures { width: 1fr; height: 1fr; layout: vertical; }
    Pictures.-beside { layout: horizontal; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._pictures: Sequence[Picture] = ()
        self._chosen = 0
        self._picked = ""
        """The quantity that is picked."""
        self._views: list[PictureView] = []
        """Those that stay: one that was taken away stands here no more, even before it has gone."""

    def show(self, pictures: Sequence[Picture], kept: Sequence[RunPictures] = ()) -> None:
        """Show these, with those of kept runs."""
        self._pictures = overlay_runs(pictures, kept) if kept else pictures
        self._arrange()

    def turn(self) -> None:
        """The next picture comes first."""
        self._chosen = (self._chosen + 1) % max(1, len(self._pictures))
        self._arrange()

    def pick(self, key: str) -> None:
        """Show which quantity is picked ("" for none), in a picture that has it."""
        self._picked = key
        holders = [index for index, picture in enumerate(self._pictures) if key in settable_keys(picture)]
        if holders and not any(self._pictures[index] in [view.picture for view in self._views] for index in holders):
            self._chosen = holders[0]
        self._arrange()

    def on_resize(self, event: Resize) -> None:
        """Another size may have room for another number."""
        self.set_class(event.size.width >= MIN_BESIDE_COLUMNS and event.size.height < MIN_STACKED_ROWS, "-beside")
        self._arrange()

    def _arrange(self) -> None:
        count = len(self._pictures)
        roomy = self.size.height >= MIN_STACKED_ROWS or self.size.width >= MIN_BESIDE_COLUMNS
        # A network needs all the room there is.
        alone = bool(count) and isinstance(self._pictures[self._chosen % count], Network)
        roomy = roomy and not alone
        shown = [self._pictures[(self._chosen + place) % count] for place in range(min(count, 2 if roomy else 1))]
        for view in self._views[len(shown) :]:
            view.remove()
        del self._views[len(shown) :]
        for view, picture in zip(self._views, shown, strict=False):
            if view.picture != picture:
                view.show(picture)
        more = [PictureView(picture) for picture in shown[len(self._views) :]]
        self._views += more
        for view in self._views:
            view.pick(self._picked)
        self.mount_all(more)
