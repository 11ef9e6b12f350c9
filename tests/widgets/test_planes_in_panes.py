"""Planes and images are nearly as large as their pane allows, with the same scale both ways."""

import pytest
from textual.geometry import Size

from tests.widgets.pictures import PALETTE, STEPS
from tutor.sims.engine.chart import Chart, HeatMap
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.plane import fit_in_pane
from tutor.widgets.plots.plotted import heading_lines
from tutor.widgets.plots.room import PictureRoom, room_of
from tutor.widgets.simulator.arrangement import arrange_pictures
from tutor.widgets.simulator.layout import Contents, place_parts

LEAST = 0.7
"""The share of the largest unit that would fit, whatever its ticks and cells are like."""
AXES = 4, 3
"""Columns and rows that the axes take with their names."""


@pytest.mark.parametrize("size", [(80, 22), (100, 28), (140, 42)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_plane_or_an_image_has_most_of_the_size_that_fits_its_pane(name: str, size: tuple[int, int]) -> None:
    player = Player(find_simulation(name).build())
    for step in STEPS:
        player.jump(step)
        view = player.view()
        rooms = tuple(map(room_of, view.pictures))
        counts = len(player.simulation.parameters()), len(view.readings), len(view.worked_lines), 2
        pane = place_parts(Size(*size), Contents(rooms[0], *counts))["pictures"]
        for picture, place in zip(view.pictures, arrange_pictures(rooms, *pane.size), strict=False):
            if isinstance(picture, Chart) and picture.scale in {"plane", "image"} and picture.has_data:
                heading = len(heading_lines(picture, PALETTE, *place.size))
                wide, high = (max(picture.coordinates(way)) - min(picture.coordinates(way)) for way in ("x", "y"))
                room = place.width - AXES[0], place.height - AXES[1] - heading
                most = min(room[0] / wide, 2 * room[1] / high)
                unit = fit_in_pane(picture, PALETTE, *place.size).frame.unit
                assert unit >= LEAST * most, (picture.title, step, place, unit / most)


def test_a_small_image_gets_the_rows_that_its_cells_need() -> None:
    image, kernel, map_ = (
        PictureRoom("plane", aspect=1.0),
        PictureRoom("plane", aspect=1.0, cells=(5, 5)),
        PictureRoom("plane", aspect=1.0, cells=(8, 8)),
    )
    places = arrange_pictures((image, map_, kernel), 100, 33)
    assert len(places) == 3
    assert places[1].height > places[2].height  # 12 rows of cells, and 10


def test_the_cells_of_an_image_larger_than_six_may_be_one_and_a_half_rows_high() -> None:
    values = [[1.0 - 2 * ((row + column) % 2) for column in range(10)] for row in range(7)]
    chart = Chart("", (HeatMap(values, (0, 10), (0, 7), "", True),), "", "x", "y", y_down=True, scale="image")
    fit = fit_in_pane(chart, PALETTE, 37, 15)
    assert fit.frame.unit == pytest.approx(3.0)


@pytest.mark.parametrize("size", [(41, 18), (42, 18), (61, 20), (60, 34)], ids=str)
def test_the_plane_of_a_neuron_has_one_size_whatever_its_legend_lists(size: tuple[int, int]) -> None:
    player = Player(find_simulation("neuron").build())
    frames = set()
    for step in range(6):
        player.jump(step)
        plane = player.view().pictures[0]
        assert isinstance(plane, Chart)
        frame = fit_in_pane(plane, PALETTE, *size).frame
        frames.add((frame.columns, frame.rows))
    assert len(frames) == 1
