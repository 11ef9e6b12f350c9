"""Arranges a run's pictures: as many, side by side or stacked, as can be seen well."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from textual.geometry import Region

from tutor.widgets.plots.room import PictureRoom

MAX_PICTURES = 4
"""The most pictures shown at once; nobody would look at more."""
MAIN_WEIGHT = 1.3
"""What the chosen picture counts beside one of the others."""
SHARES = (1 / 3, 0.4, 0.5, 0.6, 2 / 3, 0.75)
"""The parts of the room that the chosen picture may have."""
UPPER_SHARES = (0.45, 0.55, 0.6)
"""The parts that the upper of two other pictures may have of their column, beside a half."""
COLUMN_GAP = 2
"""Columns between two pictures side by side."""
MIN_VISIBLE_SHARE = 0.95
"""Another picture is added only if at least this share of what was to be seen stays visible."""


@lru_cache(maxsize=256)
def arrange_pictures(rooms: tuple[PictureRoom, ...], width: int, height: int) -> tuple[Region, ...]:
    """Place the first of `rooms` in width × height cells: as many as can be seen well, at least one.

    The first is the picture that was chosen.
    """
    best: tuple[Region, ...] = (Region(0, 0, width, height),)
    best_value = 0.0
    for count in range(1, min(len(rooms), MAX_PICTURES) + 1):
        for places in _arrangements(count, width, height):
            value = _value_of(rooms[:count], places)
            if value > best_value * (MIN_VISIBLE_SHARE if count > len(best) else 1.0):
                best, best_value = places, value
    return best


def _value_of(rooms: Sequence[PictureRoom], places: Sequence[Region]) -> float:
    """How much is visible in an arrangement; 0 if one of its pictures cannot be drawn.

    A share counts by its square root, so that a second picture gains more than a larger first one.
    """
    uses = [room.usable_cells(place.width, place.height) for room, place in zip(rooms, places, strict=True)]
    if not all(uses):
        return 0.0
    return MAIN_WEIGHT * sqrt(uses[0]) + sum(sqrt(use) for use in uses[1:])


def _arrangements(count: int, width: int, height: int) -> Iterator[tuple[Region, ...]]:
    """Every arrangement of that many pictures: the chosen one, with the others beside or below it."""
    whole = Region(0, 0, width, height)
    if count == 1:
        yield (whole,)
        return
    for share in SHARES:
        left = round(share * (width - COLUMN_GAP))
        right = Region(left + COLUMN_GAP, 0, width - left - COLUMN_GAP, height)
        top = round(share * height)
        for main, rest in (
            (Region(0, 0, left, height), right),
            (Region(0, 0, width, top), Region(0, top, width, height - top)),
        ):
            yield (main, *_in_a_row(rest, count - 1))
            if count > 2:
                yield (main, *_in_a_column(rest, count - 1))
            if count == 3:
                yield from ((main, *_one_above(rest, round(part * rest.height))) for part in UPPER_SHARES)


def _in_a_row(room: Region, count: int) -> list[Region]:
    edges = [round(index * (room.width + COLUMN_GAP) / count) for index in range(count + 1)]
    return [Region(room.x + left, room.y, right - left - COLUMN_GAP, room.height) for left, right in pairwise(edges)]


def _one_above(room: Region, top: int) -> list[Region]:
    return [Region(room.x, room.y, room.width, top), Region(room.x, room.y + top, room.width, room.height - top)]


def _in_a_column(room: Region, count: int) -> list[Region]:
    edges = [round(index * room.height / count) for index in range(count + 1)]
    return [Region(room.x, room.y + top, room.width, bottom - top) for top, bottom in pairwise(edges)]
