"""Planes and images are nearly as large as their pane allows, with the same scale both ways."""

from collections.abc import Iterator

import pytest
from textual.geometry import Region, Size

from tests.widgets.pictures import PALETTE, STEPS
from tutor.sims.engine.chart import Chart, HeatMap
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.cell_numbers import shows_signs
from tutor.widgets.plots.plane import fit_in_pane
from tutor.widgets.plots.plotted import heading_lines
from tutor.widgets.plots.room import FRAME_ROWS, PictureRoom, room_of
from tutor.widgets.plots.ticks import hull
from tutor.widgets.simulator.arrangement import arrange_pictures
from tutor.widgets.simulator.contents import Contents
from tutor.widgets.simulator.layout import place_parts

LEAST = 0.7
"""The share of the largest unit that would fit, whatever its ticks and cells are like."""
LEAST_WITH_SIGNS = 0.5
"""The same for an image whose cells have signs: their next smaller size has a whole row less."""
AXES = 4, 3
"""Columns and rows that the axes take with their names."""


def placed_charts(name: str, size: tuple[int, int], has_presets: bool) -> Iterator[tuple[Chart, PictureRoom, Region]]:
    """The charts of a simulator of this size, each with the room that it wants and the place that it gets."""
    rules = find_simulation(name)
    settings = ({}, *(preset.values for preset in rules.presets)) if has_presets else ({},)
    for values in settings:
        player = Player(rules.build(**values))
        for step in STEPS:
            player.jump(step)
            view = player.view()
            rooms = tuple(map(room_of, view.pictures))
            counts = len(player.simulation.parameters()), len(view.readings), len(view.worked_lines), 2
            pane = place_parts(Size(*size), Contents(rooms[0], *counts))["pictures"]
            for picture, room, place in zip(view.pictures, rooms, arrange_pictures(rooms, *pane.size), strict=False):
                if isinstance(picture, Chart):
                    yield picture, room, place


SIMULATOR_SIZES = [(80, 23), (100, 29), (140, 43)]


def test_below_a_kernel_that_is_as_large_as_it_gets_is_another_picture() -> None:
    """More than half of the pane of a learned kernel was empty, and no chart showed what the run is about."""
    player = Player(find_simulation("learned-kernel").build())
    player.jump(12)
    kernel, image, responses, accuracies, _ = map(room_of, player.view().pictures)
    places = arrange_pictures((kernel, image, accuracies, responses), 98, 31)
    assert [place.x == 0 for place in places] == [True, False, True]
    assert places[2].y == places[0].bottom and places[1].height == 31
    assert kernel.usable_cells(*places[0].size) == kernel.usable_cells(98, 31)
    assert image.usable_cells(*places[1].size) == 2 * 4 * 12 * 8  # two rows for each cell
    plane = PictureRoom("plane", aspect=1.0)
    lower, beside = arrange_pictures((plane, image, accuracies), 98, 31)[0], places[1]
    assert lower.height == beside.height  # what can use the whole height has it


@pytest.mark.parametrize("size", [(80, 22), (100, 28), (140, 42)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_plane_or_an_image_has_most_of_the_size_that_fits_its_pane(name: str, size: tuple[int, int]) -> None:
    for picture, picture_room, place in placed_charts(name, size, has_presets=False):
        if picture.scale in {"plane", "image"} and picture.has_data:
            heading = len(heading_lines(picture, PALETTE, *place.size))
            spans = picture.x_range or hull(picture.coordinates("x")), picture.y_range or hull(picture.coordinates("y"))
            wide, high = (high - low for low, high in spans)
            room = place.width - AXES[0], place.height - AXES[1] - heading
            most = min(room[0] / wide, 2 * room[1] / high)
            unit = fit_in_pane(picture, PALETTE, *place.size).viewport.unit
            least = LEAST_WITH_SIGNS if all(picture_room.cells) else LEAST
            assert unit >= least * most, (picture.title, place, unit / most)


@pytest.mark.parametrize("size", SIMULATOR_SIZES, ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_every_cell_of_an_image_has_equally_many_columns_and_rows(name: str, size: tuple[int, int]) -> None:
    for picture, _, place in placed_charts(name, size, has_presets=True):
        field = next((mark for mark in picture.marks if isinstance(mark, HeatMap)), None)
        if picture.scale != "image" or field is None:
            continue
        fit = fit_in_pane(picture, PALETTE, *place.size)
        (left, right), (low, high) = field.x_range, field.y_range
        columns = fit.viewport.unit * (right - left) / len(field.values[0])
        rows = fit.viewport.unit * (high - low) / len(field.values) / 2
        parts = 1 if shows_signs(field) else 2  # half a row can have a colour, but no sign
        for length in (columns, parts * rows):
            assert length == pytest.approx(round(length)), (picture.title, place, columns, rows)
        assert columns == pytest.approx(2 * rows)


def test_a_small_image_gets_the_rows_that_its_cells_need() -> None:
    image, kernel, map_ = (
        PictureRoom("plane", aspect=1.0),
        PictureRoom("plane", aspect=1.0, cells=(5, 5)),
        PictureRoom("plane", aspect=1.0, cells=(8, 8)),
    )
    places = arrange_pictures((image, map_, kernel), 100, 33)
    assert len(places) == 3
    assert places[1].height >= 8 + FRAME_ROWS  # a row for each cell
    assert places[2].height >= 10 + FRAME_ROWS  # two rows for each cell, which are four columns for its number


def test_a_picture_that_gives_way_leaves_its_room_to_the_result() -> None:
    player = Player(find_simulation("convolution").build())
    player.jump(12)
    rooms = tuple(room_of(picture) for picture in player.view().pictures)
    _, feature_map, kernel = arrange_pictures(rooms, 99, 32)
    assert rooms[2].weight < 1.0 and feature_map.height >= 16 + FRAME_ROWS  # two rows for each cell
    assert 5 + FRAME_ROWS <= kernel.height < 10 + FRAME_ROWS  # one row for each of its cells, in what would be empty
    assert len(arrange_pictures(rooms, 60, 19)) == 2  # the map stands beside its image on a middling screen


def test_the_cells_of_an_image_with_signs_have_whole_rows_however_many_they_are() -> None:
    values = [[1.0 - 2 * ((row + column) % 2) for column in range(10)] for row in range(7)]
    chart = Chart("", (HeatMap(values, (0, 10), (0, 7), "", True),), "", "x", "y", y_down=True, scale="image")
    for width, unit in ((25, 2.0), (37, 2.0), (45, 4.0)):  # three columns would be one and a half rows
        assert fit_in_pane(chart, PALETTE, width, 40).viewport.unit == pytest.approx(unit)


@pytest.mark.parametrize("size", [(41, 18), (42, 18), (61, 20), (60, 34)], ids=str)
def test_the_plane_of_a_neuron_has_one_size_whatever_its_legend_lists(size: tuple[int, int]) -> None:
    player = Player(find_simulation("neuron").build())
    sizes = set()
    for step in range(6):
        player.jump(step)
        plane = player.view().pictures[0]
        assert isinstance(plane, Chart)
        viewport = fit_in_pane(plane, PALETTE, *size).viewport
        sizes.add((viewport.columns, viewport.rows))
    assert len(sizes) == 1


def _rooms_of(name: str, step: int) -> tuple[PictureRoom, ...]:
    """The rooms of the pictures of a simulation at a step."""
    player = Player(find_simulation(name).build())
    player.jump(step)
    return tuple(map(room_of, player.view().pictures))


def test_a_long_low_plane_leaves_the_rows_that_it_cannot_use_to_the_curve_below_it() -> None:
    """The unrolled sheet stood in the middle of twice its height."""
    _, unrolled, distances = arrange_pictures(_rooms_of("manifold", 3), 100, 36)
    assert unrolled.x == distances.x and unrolled.height <= 11 and distances.height >= 24


def test_two_pictures_may_stand_side_by_side_above_a_third_of_the_whole_width() -> None:
    points, loss, codes = arrange_pictures(_rooms_of("autoencoder", 12), 100, 30)[:3]
    assert points.y == loss.y == 0 and points.height == loss.height == codes.y
    assert (codes.x, codes.width, codes.bottom) == (0, 100, 30)
