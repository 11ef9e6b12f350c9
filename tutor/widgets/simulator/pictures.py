"""The pictures of a run, as many as can be seen well, with those of pinned runs overlaid."""

from collections.abc import Sequence

from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget

from tutor.sims.engine.chart import Network, Picture, settable_keys
from tutor.sims.engine.comparison import RunPictures, overlay_runs
from tutor.widgets.placed import NOWHERE, PlacingWidget
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.plots.room import CURVE, PictureRoom, has_numbers_in_full, room_of
from tutor.widgets.simulator.arrangement import arrange_pictures


class Pictures(PlacingWidget):
    """As many of the pictures as fit, the chosen one first."""

    DEFAULT_CSS = "Pictures { width: 1fr; height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.is_alone = False
        """Whether only the chosen picture is shown, however much room there is."""
        self._pictures: Sequence[Picture] = ()
        self._chosen: int | None = None
        """The picture that was turned to; until then the first, or those up to the newest."""
        self._newest = 0
        self._picked = ""
        """The quantity that is picked."""
        self._rooms: dict[tuple[str, type[Picture]], PictureRoom] = {}
        """Title and kind of a picture → the most room that it ever wanted, so that nothing jumps."""
        self._views: list[PictureView] = []
        """Those that stay: one being removed no longer counts."""

    class Turned(Message):
        """Other pictures are shown, or another number of them."""

    @property
    def room(self) -> PictureRoom:
        """The room that the chosen picture needs."""
        return self._room_for(self._in_order[0]) if self._pictures else CURVE

    @property
    def can_turn(self) -> bool:
        """Whether there is more than one picture."""
        return len(self._pictures) > 1

    @property
    def place_words(self) -> str:
        """Which picture is shown, if not all are; otherwise ""."""
        count = len(self._pictures)
        return f"picture {self._first_index % count + 1} of {count}" if self._views and len(self._views) < count else ""

    def titles_with_numbers(self, size: Size) -> set[str]:
        """The titles of the pictures that are in sight in that size and have their numbers in writing."""
        ordered = self._in_order
        shown = zip(ordered, self._regions_for(size, ordered), strict=False)
        return {picture.title for picture, place in shown if has_numbers_in_full(picture, *place.size)}

    def show(self, pictures: Sequence[Picture], kept: Sequence[RunPictures] = (), newest: int = 0) -> None:
        """Show these pictures, with those of pinned runs."""
        self._pictures = overlay_runs(pictures, kept) if kept else pictures
        self._newest = 0 if kept else newest
        for picture in self._pictures:
            self._note_room(picture)
        self._show_arranged()

    def turn(self) -> None:
        """Choose the next picture."""
        self._chosen = (self._first_index + 1) % max(1, len(self._pictures))
        self._show_arranged()

    def pick(self, key: str) -> None:
        """Mark the selected quantity ("" for none) in a picture that has it."""
        self._picked = key
        holders = [index for index, picture in enumerate(self._pictures) if key in settable_keys(picture)]
        if holders and not any(self._pictures[index] in [view.picture for view in self._views] for index in holders):
            self._chosen = holders[0]
        self._show_arranged()

    def place_children(self, size: Size, children: Sequence[Widget]) -> Sequence[Region]:
        """Give the chosen picture the best place."""
        places = dict(zip(self._views, self._regions_for(size, self._in_order), strict=False))
        return [places.get(child, NOWHERE) if isinstance(child, PictureView) else NOWHERE for child in children]

    def on_resize(self, event: Resize) -> None:
        """Fit another number of pictures to the new size."""
        self._show_arranged()

    @property
    def _in_order(self) -> list[Picture]:
        """The chosen picture and its successors, with networks before the charts they explain."""
        return self._pictures_from(self._first_index)

    def _pictures_from(self, first: int) -> list[Picture]:
        """All pictures, the one at `first` first."""
        count = len(self._pictures)
        turned = [self._pictures[(first + place) % count] for place in range(count)]
        return [*turned[:1], *sorted(turned[1:], key=lambda picture: not isinstance(picture, Network))]

    @property
    def _first_index(self) -> int:
        """The place of the picture that comes first: without a choice the last one from which the newest is shown."""
        if self._chosen is not None or not self._newest:
            return self._chosen or 0
        shown = len(self._regions_for(self.size, self._pictures_from(0)))
        return max(0, self._newest - shown + 1)

    def _note_room(self, picture: Picture) -> None:
        """Keep the most room that the picture ever wanted: worked out once a step, and asked for often."""
        key = picture.title, type(picture)
        known = self._rooms.get(key)
        if known is not None and known.aspect:  # a plane keeps the shape that it had at first
            return
        room = room_of(picture)
        self._rooms[key] = room if known is None or known.kind != room.kind else room.larger_with(known)

    def _room_for(self, picture: Picture) -> PictureRoom:
        return self._rooms[picture.title, type(picture)]

    def _regions_for(self, size: Size, pictures: Sequence[Picture]) -> tuple[Region, ...]:
        """Where in that size the first of `pictures` are shown, as many as fit."""
        ordered = pictures[: 1 if self.is_alone else None]
        return arrange_pictures(tuple(self._room_for(picture) for picture in ordered), size.width, size.height)

    def _show_arranged(self) -> None:
        """Show the pictures that fit, in the views that there are and in new ones; remove the views that are left."""
        before = self.place_words
        ordered = self._in_order
        places = self._regions_for(self.size, ordered)
        shown = ordered[: len(places)]
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
        if more:
            self.mount_all(more)
        if [view.region.size for view in self._views] != [place.size for place in places]:
            self.place_again()
        if self.place_words != before:
            self.post_message(self.Turned())
