"""Arranges the pictures of a run, side by side or stacked: as many as can be shown large enough."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain, pairwise, product
from math import sqrt

from textual.geometry import Region

from tutor.widgets.plots.room import PictureRoom

MAX_PICTURES = 4
"""The most pictures that are shown at once; nobody would look at more."""
MAIN_WEIGHT = 1.3
"""The weight of the chosen picture in the value of an arrangement. The others have the weight of their room."""
SHARES = (1 / 3, 0.4, 0.45, 0.5, 0.6, 2 / 3, 0.75)
"""The shares of the width, or of the height, that are tried for the chosen picture."""
UPPER_SHARES = (0.25, 0.3, 0.35, 0.4, 0.45, 0.55, 0.6, 2 / 3)
"""The shares of their column that are tried for the upper one of two pictures, besides a half."""
NARROW_WIDTH = 24
"""The columns that are tried for a single other picture: a chart needs so many to be drawn at all."""
COLUMN_GAP = 2
"""Columns between two pictures side by side."""
MIN_VISIBLE_SHARE = 0.95
"""An arrangement of more pictures wins if its value is at least this share of the best value with fewer pictures."""


@lru_cache(maxsize=256)
def arrange_pictures(rooms: tuple[PictureRoom, ...], width: int, height: int) -> tuple[Region, ...]:
    """Choose how many pictures to show in width × height cells, at least one, and return their regions.

    `rooms` has what each picture wants; the first picture is the chosen one.
    """
    best: tuple[Region, ...] = (Region(0, 0, width, height),)
    best_value = 0.0
    for count in range(1, min(len(rooms), MAX_PICTURES) + 1):
        ways = _arrangements(count, width, height), _below_full_picture(rooms[:count], width, height)
        for regions in chain(*ways, _below_two(count, width, height)):
            value = _value_of(rooms[:count], regions)
            has_more_pictures = count > len(best)
            if value > best_value * (MIN_VISIBLE_SHARE if has_more_pictures else 1.0):
                best, best_value = regions, value
    return best


def _value_of(rooms: Sequence[PictureRoom], regions: Sequence[Region]) -> float:
    """How much is visible in an arrangement; 0 if one of its pictures cannot be drawn.

    The value adds the square roots of the cells that each picture can use. So a second picture counts for more than the
    same number of cells added to the first.
    """
    usable = [room.usable_cells(region.width, region.height) for room, region in zip(rooms, regions, strict=True)]
    if not all(usable):
        return 0.0
    main, *others = usable
    weights = [room.weight for room in rooms[1:]]
    return MAIN_WEIGHT * sqrt(main) + sum(weight * sqrt(cells) for weight, cells in zip(weights, others, strict=True))


def _arrangements(count: int, width: int, height: int) -> Iterator[tuple[Region, ...]]:
    """Yield every arrangement of `count` pictures: the chosen picture, with the others beside it or below it."""
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
    if count == 2:  # the other picture may be narrower than any share
        others_x = width - NARROW_WIDTH
        yield Region(0, 0, others_x - COLUMN_GAP, height), Region(others_x, 0, NARROW_WIDTH, height)


def _below_full_picture(rooms: Sequence[PictureRoom], width: int, height: int) -> Iterator[tuple[Region, ...]]:
    """Yield arrangements of three pictures: the second one beside the chosen one, which the third is below.

    Only a chosen picture that has no use for more room has another below it, in rows that would stay empty.
    """
    if len(rooms) != 3:
        return
    most_cells = rooms[0].usable_cells(width, height)
    for share, upper_share in product(SHARES, (0.5, *UPPER_SHARES)):
        main_width = round(share * (width - COLUMN_GAP))
        others_x = main_width + COLUMN_GAP
        main, lower = _one_above(Region(0, 0, main_width, height), round(upper_share * height))
        if rooms[0].usable_cells(main.width, main.height) == most_cells:
            yield main, Region(others_x, 0, width - others_x, height), lower


def _below_two(count: int, width: int, height: int) -> Iterator[tuple[Region, ...]]:
    """Yield arrangements of three pictures: the first two side by side, and the third below both of them."""
    if count != 3:
        return
    for share, upper_share in product(SHARES, (0.5, *UPPER_SHARES)):
        main_width = round(share * (width - COLUMN_GAP))
        upper, lower = _one_above(Region(0, 0, width, height), round(upper_share * height))
        second = Region(main_width + COLUMN_GAP, 0, width - main_width - COLUMN_GAP, upper.height)
        yield Region(0, 0, main_width, upper.height), second, lower


def _in_a_row(region: Region, count: int) -> list[Region]:
    """Divide the region into `count` equal ones side by side, with gaps between them."""
    # Where each region begins, and where one more would begin: each ends a gap before the next edge.
    edges = [round(index * (region.width + COLUMN_GAP) / count) for index in range(count + 1)]
    return [
        Region(region.x + left, region.y, right - left - COLUMN_GAP, region.height) for left, right in pairwise(edges)
    ]


def _one_above(region: Region, upper_height: int) -> list[Region]:
    """Divide the region into one of this height and one below it."""
    upper, lower = region.split_horizontal(upper_height)
    return [upper, lower]


def _in_a_column(region: Region, count: int) -> list[Region]:
    """Divide the region into `count` equal ones, one below the other."""
    edges = [round(index * region.height / count) for index in range(count + 1)]
    return [Region(region.x, region.y + top, region.width, bottom - top) for top, bottom in pairwise(edges)]
