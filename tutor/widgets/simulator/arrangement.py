"""Arranges the pictures of a run, side by side or stacked: as many as there is enough room for."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from textual.geometry import Region

from tutor.widgets.plots.room import PictureRoom

MAX_PICTURES = 4
"""How many pictures are shown at once, at most; nobody would look at more."""
MAIN_WEIGHT = 1.3
"""The weight of the chosen picture in the value of an arrangement; the others have weight 1."""
SHARES = (1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.75)
"""Shares of the width, or of the height, that the chosen picture may have."""
UPPER_SHARES = (0.45, 0.55, 0.6)
"""Shares of their column that the upper one of two other pictures may have, besides a half."""
COLUMN_GAP = 2
"""Columns between two pictures side by side."""
MIN_VISIBLE_SHARE = 0.95
"""An arrangement of more pictures is preferred if it has at least this share of the best value of fewer."""


@lru_cache(maxsize=256)
def arrange_pictures(rooms: tuple[PictureRoom, ...], width: int, height: int) -> tuple[Region, ...]:
    """The regions, in width × height cells, of the first pictures, at least one, of those that want `rooms`.

    The first is the picture that was chosen.
    """
    best: tuple[Region, ...] = (Region(0, 0, width, height),)
    best_value = 0.0
    for count in range(1, min(len(rooms), MAX_PICTURES) + 1):
        for regions in _arrangements(count, width, height):
            value = _value_of(rooms[:count], regions)
            has_more_pictures = count > len(best)
            if value > best_value * (MIN_VISIBLE_SHARE if has_more_pictures else 1.0):
                best, best_value = regions, value
    return best


def _value_of(rooms: Sequence[PictureRoom], regions: Sequence[Region]) -> float:
    """How much is visible in an arrangement; 0 if one of its pictures cannot be drawn.

    The square roots of the cells that each can use are added, so that a second picture gains more than a larger first.
    """
    usable = [room.usable_cells(region.width, region.height) for room, region in zip(rooms, regions, strict=True)]
    if not all(usable):
        return 0.0
    main, *others = usable
    return MAIN_WEIGHT * sqrt(main) + sum(sqrt(cells) for cells in others)


def _arrangements(count: int, width: int, height: int) -> Iterator[tuple[Region, ...]]:
    """Yield every arrangement of `count` pictures: the chosen one, with the others beside it or below it."""
    if count == 1:
        yield (Region(0, 0, width, height),)
        return
    for share in SHARES:
        main_width, main_height = round(share * (width - COLUMN_GAP)), round(share * height)
        others_x = main_width + COLUMN_GAP
        beside = Region(0, 0, main_width, height), Region(others_x, 0, width - others_x, height)
        below = Region(0, 0, width, main_height), Region(0, main_height, width, height - main_height)
        for main, others in (beside, below):
            yield (main, *_in_a_row(others, count - 1))
            if count > 2:
                yield (main, *_in_a_column(others, count - 1))
            if count == 3:
                for upper_share in UPPER_SHARES:
                    yield (main, *_one_above(others, round(upper_share * others.height)))


def _in_a_row(region: Region, count: int) -> list[Region]:
    """The region divided into `count` equal ones side by side, with gaps between."""
    # Where each one begins, and where one more would: so each ends a gap before the next edge.
    edges = [round(index * (region.width + COLUMN_GAP) / count) for index in range(count + 1)]
    return [
        Region(region.x + left, region.y, right - left - COLUMN_GAP, region.height) for left, right in pairwise(edges)
    ]


def _one_above(region: Region, upper_height: int) -> list[Region]:
    """The region divided into one of this height and one below it."""
    upper, lower = region.split_horizontal(upper_height)
    return [upper, lower]


def _in_a_column(region: Region, count: int) -> list[Region]:
    """The region divided into `count` equal ones, one below the other."""
    edges = [round(index * region.height / count) for index in range(count + 1)]
    return [Region(region.x, region.y + top, region.width, bottom - top) for top, bottom in pairwise(edges)]
