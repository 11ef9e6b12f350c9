"""No title stands right below the numbers of another picture's axis where rows can be spared."""

import pytest
from textual.geometry import Region

from tests.widgets.pictures import PALETTE
from tutor.sims.engine.chart import Chart, HeatMap, Line, Picture
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.plots.legend import without_repeated_legends
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.plots.room import room_of
from tutor.widgets.simulator.arrangement import arrange_pictures
from tutor.widgets.simulator.blank_rows import separate_rows

CURVE = Chart("curve", (Line([0, 1], [0, 1], "a"),), "")
PLANE = Chart("plane", (HeatMap([[0.0, 1.0], [1.0, 0.0]], (-1.0, 1.0), (-1.0, 1.0)),), "", scale="plane")


def separated(upper: Picture, lower: Picture, *heights: int, width: int = 60) -> tuple[Region, ...]:
    high, low = heights
    return separate_rows((upper, lower), (Region(0, 0, width, high), Region(0, high, width, low)), PALETTE, 2.0)


def test_the_larger_one_of_two_curves_loses_a_row_to_the_blank_one_between_them() -> None:
    assert separated(CURVE, CURVE, 20, 16) == (Region(0, 0, 60, 19), Region(0, 20, 60, 16))
    assert separated(CURVE, CURVE, 16, 20) == (Region(0, 0, 60, 16), Region(0, 17, 60, 19))


def test_curves_with_few_rows_keep_them() -> None:
    assert separated(CURVE, CURVE, 12, 12) == (Region(0, 0, 60, 12), Region(0, 12, 60, 12))


def test_a_plane_that_needs_its_rows_keeps_them_and_the_curve_loses_one() -> None:
    upper, lower = separated(PLANE, CURVE, 16, 18, width=80)
    assert (upper.height, lower) == (16, Region(0, 17, 80, 17))


@pytest.mark.parametrize("name", ["backprop", "autoencoder", "convolution", "minibatch", "digits", "manifold"])
def test_on_a_large_screen_each_picture_below_another_has_a_blank_row_above_it(name: str) -> None:
    player = Player(find_simulation(name).build())
    player.jump(6)
    rooms = tuple(map(room_of, player.view().pictures))
    regions = arrange_pictures(rooms, 98, 31)
    pictures = without_repeated_legends(player.view().pictures[: len(regions)], PALETTE)
    places = separate_rows(pictures, regions, PALETTE, 2.0)
    rows: dict[int, str] = {}
    for picture, region in zip(pictures, places, strict=True):
        for row, strip in enumerate(picture_strips(picture, PALETTE, *region.size)):
            rows[region.y + row] = rows.get(region.y + row, "").ljust(region.x) + strip.text
    for lower in places:
        for upper in places:
            is_above = upper.y < lower.y and upper.x < lower.right and lower.x < upper.right
            if is_above:
                left = max(upper.x, lower.x)
                assert not rows.get(lower.y - 1, "")[left : lower.right].strip(), (name, places)
