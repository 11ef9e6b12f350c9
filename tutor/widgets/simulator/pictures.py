"""The pictures of a run: as many as can be seen well, with the pictures of pinned runs overlaid."""

from collections.abc import Sequence

from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.widget import Widget

from tutor.sims.engine.chart import Chart, Network, Picture
from tutor.sims.engine.comparison import RunPictures, overlay_runs
from tutor.sims.engine.settable import settable_keys
from tutor.widgets.placed import NOWHERE, PlacingWidget
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.plots.legend import without_repeated_legends
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.plots.proportions import CELL_RATIO
from tutor.widgets.plots.room import CURVE, PictureRoom, has_numbers_in_full, room_of
from tutor.widgets.simulator.arrangement import arrange_pictures
from tutor.widgets.simulator.blank_rows import separate_rows
from tutor.widgets.simulator.feet import align_feet, without_rows_below


class Pictures(PlacingWidget):
    """As many of the pictures as fit, the chosen one first."""

    DEFAULT_CSS = "Pictures { width: 1fr; height: 1fr; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.is_alone = False
        """Whether only the chosen picture is shown, however much room there is."""
        self._pictures: Sequence[Picture] = ()
        self._chosen: int | None = None
        """The index of the picture that the learner has chosen; `None` before she chooses."""
        self._newest = 0
        """The index of the picture that the last step has changed."""
        self._picked = ""
        """The key of the quantity that is picked; "" for none."""
        self._rooms: dict[tuple[str, type[Picture]], PictureRoom] = {}
        """(title, class) of a picture → the most room that it has wanted so far; this is kept so that nothing jumps."""
        self._views: list[PictureView] = []
        """The widgets of the pictures that are shown, without those that are being removed."""

    class Turned(Message):
        """Other pictures are shown now, or another number of them."""

    @property
    def room(self) -> PictureRoom:
        """The room that the chosen picture needs."""
        return self._room_for(self._in_order[0]) if self._pictures else CURVE

    @property
    def can_turn(self) -> bool:
        """Whether there is more than one picture."""
        return len(self._pictures) > 1

    @property
    def rooms(self) -> tuple[PictureRoom, ...]:
        """The room that each picture needs, in the order of the view."""
        return tuple(self._room_for(picture) for picture in self._pictures)

    @property
    def position_words(self) -> str:
        """Which pictures are shown, such as `picture 2 of 3` or `pictures 1–2 of 5`; "" if all are shown."""
        numbers = self.position_numbers
        return numbers and f"{'picture' if len(self._views) == 1 else 'pictures'} {numbers}"

    @property
    def position_numbers(self) -> str:
        """The numbers of the pictures that are shown, such as `2 of 3` or `1–2 of 5`; "" if all are shown."""
        count, shown_count = len(self._pictures), len(self._views)
        if not 0 < shown_count < count:
            return ""
        number_of = {id(picture): number for number, picture in enumerate(self._pictures, 1)}
        numbers = sorted(number_of[id(picture)] for picture in self._in_order[:shown_count])
        is_range = shown_count > 1 and numbers[-1] - numbers[0] == shown_count - 1
        shown = f"{numbers[0]}–{numbers[-1]}" if is_range else ", ".join(map(str, numbers))
        return f"{shown} of {count}"

    def titles_with_numbers(self, size: Size) -> set[str]:
        """The titles of those pictures that a widget of this size shows with all their numbers."""
        pictures = self._in_order
        shown = zip(pictures, self._regions_for(size, pictures), strict=False)
        palette = theme_palette(self.app)
        return {
            picture.title
            for picture, region in shown
            if has_numbers_in_full(picture, palette, region.width, region.height)
        }

    def show(self, pictures: Sequence[Picture], pinned: Sequence[RunPictures] = (), newest: int = 0) -> None:
        """Show these pictures, with those of pinned runs over them; the one at the index `newest` should be visible."""
        self._pictures = overlay_runs(pictures, pinned) if pinned else pictures
        self._newest = 0 if pinned else newest
        for picture in self._pictures:
            self._note_room(picture)
        self._show_arranged()

    def turn(self) -> None:
        """Choose the next picture."""
        self._chosen = (self._first_index + 1) % max(1, len(self._pictures))
        self._show_arranged()

    def pick(self, key: str) -> None:
        """Mark the picked quantity ("" for none); if no picture that is shown has it, choose one that does."""
        self._picked = key
        indices = [index for index, picture in enumerate(self._pictures) if key in settable_keys(picture)]
        shown_pictures = [view.picture for view in self._views]
        is_shown = any(self._pictures[index] in shown_pictures for index in indices)
        if indices and not is_shown:
            self._chosen = indices[0]
        self._show_arranged()

    def place_children(self, size: Size, children: Sequence[Widget]) -> Sequence[Region]:
        """Give the chosen picture the best place."""
        region_of = dict(zip(self._views, self._regions_for(size, self._in_order), strict=False))
        return [region_of.get(child, NOWHERE) if isinstance(child, PictureView) else NOWHERE for child in children]

    def on_resize(self, event: Resize) -> None:
        """Show as many pictures as fit the new size."""
        self._show_arranged()

    @property
    def _in_order(self) -> list[Picture]:
        """All pictures from the first one on: networks before the charts that they explain, what gives way at last."""
        return self._pictures_from(self._first_index)

    def _pictures_from(self, first: int) -> list[Picture]:
        """All pictures: the one at the index `first`, then networks, then the others in the order that follows it.

        Those that can do with little room come after all others, so that one that shows more is not left out for them.
        """
        # `first` may be too large, since an earlier state may have had more pictures.
        start = first % max(1, len(self._pictures))
        rotated = [*self._pictures[start:], *self._pictures[:start]]
        return [*rotated[:1], *sorted(rotated[1:], key=_rank)]

    @property
    def _first_index(self) -> int:
        """The index of the picture that comes first: the chosen one or, before the learner chooses, usually the first.

        A later one comes first if otherwise the newest picture would not be shown.
        """
        if self._chosen is not None:
            return self._chosen
        if self._newest == 0:
            return 0
        shown_count = len(self._regions_for(self.size, self._pictures_from(0)))
        return max(0, self._newest - shown_count + 1)  # makes the newest picture the last of those that are shown

    def _note_room(self, picture: Picture) -> None:
        """Remember the most room that the picture has wanted so far, which is looked up several times in a step."""
        key = picture.title, type(picture)
        earlier_room = self._rooms.get(key)
        if earlier_room is not None and earlier_room.aspect:  # a plane keeps its first shape
            return
        room = room_of(picture)
        if earlier_room is not None and earlier_room.kind == room.kind:
            room = room.larger_with(earlier_room)
        self._rooms[key] = room

    def _room_for(self, picture: Picture) -> PictureRoom:
        """The most room that the picture has wanted so far."""
        return self._rooms[picture.title, type(picture)]

    def _regions_for(self, size: Size, pictures: Sequence[Picture]) -> tuple[Region, ...]:
        """The regions of the pictures that are shown in a widget of this size: the first ones of `pictures`."""
        return self._arrange(size, pictures)[1]

    def _arrange(self, size: Size, pictures: Sequence[Picture]) -> tuple[list[Picture], tuple[Region, ...]]:
        """Those of the pictures that are shown in a widget of this size, as they are drawn beside each other; where."""
        candidates = pictures[:1] if self.is_alone else pictures
        regions = arrange_pictures(tuple(self._room_for(picture) for picture in candidates), size.width, size.height)
        ratio, palette = getattr(self.app, "cell_ratio", CELL_RATIO), theme_palette(self.app)
        shown = without_repeated_legends(pictures[: len(regions)], palette)
        regions = separate_rows(shown, regions, palette, ratio)
        shown = without_rows_below(shown, regions, palette, ratio)
        return shown, align_feet(shown, regions, palette, ratio)

    def _show_arranged(self) -> None:
        """Show the pictures that fit, in the existing views and in new ones, and remove views that are not needed."""
        position_words_before = self.position_words
        shown_pictures, regions = self._arrange(self.size, self._in_order)
        for view in self._views[len(shown_pictures) :]:
            view.remove()
        del self._views[len(shown_pictures) :]
        for view, picture in zip(self._views, shown_pictures, strict=False):
            if view.picture != picture:
                view.show(picture)
        new_views = [PictureView(picture) for picture in shown_pictures[len(self._views) :]]
        self._views += new_views
        for view in self._views:
            view.pick(self._picked)
        if new_views:
            self.mount_all(new_views)
        if [view.region.size for view in self._views] != [region.size for region in regions]:
            self.place_again()
        if self.position_words != position_words_before:
            self.post_message(self.Turned())


def _rank(picture: Picture) -> int:
    """A sort key for the pictures after the chosen one: networks first, and last the charts that give way to others."""
    if isinstance(picture, Network):
        return 0
    return 2 if isinstance(picture, Chart) and picture.gives_way else 1
