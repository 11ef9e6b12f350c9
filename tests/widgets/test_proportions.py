"""Planes and images keep their proportions at every size: measured on the cells that are drawn."""

import re
from dataclasses import replace
from math import atan2, degrees, floor, hypot
from pathlib import Path

import numpy as np
import pytest
from textual.strip import Strip

from tests.screens.story import app, until
from tests.widgets.drawn import Cell, cells, levels, palette, stroke
from tests.widgets.pictures import PALETTE, PANES, SIZES, Unit, charts, drawn, filled, has_axes, pictures, tick_units
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.themes import THEMES
from tutor.settings.table import Settings
from tutor.sims.engine.chart import Bars, Chart, HeatMap, Line, Network, Points
from tutor.sims.engine.player import Player
from tutor.sims.models.minibatch import _cost_surface, cost_and_gradient
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.axis_names import has_row_for_name
from tutor.widgets.plots.cell_numbers import MAX_SIGNED_CELLS
from tutor.widgets.plots.plot import PictureView, picture_strips


@pytest.mark.parametrize("name", SIMULATIONS)
def test_what_is_a_plane_or_an_image_says_so(name: str) -> None:
    for chart in charts(name):
        has_field = any(isinstance(mark, HeatMap) for mark in chart.marks)
        names = {label[:1] for label in (chart.x_label, chart.y_label)}
        is_plane = has_field or (names in ({"w"}, {"x"}, {"θ"}) and chart.x_label != chart.y_label)
        assert not is_plane or chart.scale != "chart", (name, chart.title)
        assert chart.scale not in {"image", "table"} or has_field, (name, chart.title)
        assert chart.scale == "chart" or not chart.log_y


@pytest.mark.parametrize("size", [*SIZES, *PANES], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_one_unit_is_as_long_across_as_up_and_in_a_table_three_quarters_to_twice_as_long(
    name: str, size: tuple[int, int]
) -> None:
    for chart in charts(name):
        if chart.scale == "chart" or not chart.has_data:
            continue
        strips = drawn(chart, size)
        widest, highest = (2.0, 4 / 3) if chart.scale == "table" else (1.0, 1.0)
        for field in (mark for mark in chart.marks if isinstance(mark, HeatMap)):
            whole = drawn(replace(chart, marks=(filled(field),)), size)
            (one, one_off), (other, other_off) = field_units(whole, field, chart.scale == "plane")
            assert highest * one >= other - one_off - other_off, (chart.title, one, other)
            assert one <= widest * (other + other_off) + one_off, (chart.title, one, other)
        units = tick_units(strips)
        if units is not None:
            (one, one_off), (other, other_off) = units
            assert highest * one >= other - one_off - other_off, (chart.title, one, other)
            assert one <= widest * (other + other_off) + one_off, (chart.title, one, other)


def field_units(strips: list[Strip], field: HeatMap, is_plane: bool = False) -> tuple[Unit, Unit]:
    """Across and up, measured on the colours of a field: in a plane from the middles of the cells at its ends."""
    legend = [strip.text.find(field.label) % 1_000 for strip in strips]  # its column; its colours stand there too
    coloured = (cell for cell in cells(strips) if cell.behind is not None or cell.sign in "▀▄")
    inside = [cell for cell in coloured if cell.column < legend[cell.row]]
    if has_axes(strips):
        foot = next(row for row, strip in reversed(list(enumerate(strips))) if "└" in strip.text)
        left = strips[foot].text.index("└")
        right = left + len(strips[foot].text[left:].split(" ")[0])
        beside = {row for row, strip in enumerate(strips[:foot]) if strip.text[left : left + 1] in "│┤"}
        inside = [cell for cell in inside if left < cell.column < right and cell.row in beside]
    columns = {cell.column for cell in inside}
    halves = {2 * cell.row + half for cell in inside for half in (0, 1) if cell.behind or cell.sign != "▀▄"[1 - half]}
    wide, high = (max(places) - min(places) + 1 if places else 0 for places in (columns, halves))
    span_x, span_y = field.x_range[1] - field.x_range[0], field.y_range[1] - field.y_range[0]
    if is_plane:
        return ((wide - 1) / span_x, 1 / span_x), ((high - 2) / span_y, 2 / span_y)
    return (wide / span_x, 1 / span_x), (high / span_y, 1 / span_y)


def test_a_chart_of_quantities_fills_its_box() -> None:
    for name in SIMULATIONS:
        for chart in charts(name):
            if chart.scale == "chart" and chart.has_data and not any(isinstance(mark, Bars) for mark in chart.marks):
                strips = drawn(chart, (100, 30))
                axis = strips[-3 if has_row_for_name(chart, 30) else -2].text
                assert axis.lstrip().startswith("└"), chart.title
                assert len(axis.rstrip()) == 100, chart.title


@pytest.mark.parametrize("ratio", [1.6, 2.0, 2.3])
def test_a_digit_is_as_wide_as_high_whatever_the_cells_are_like(ratio: float) -> None:
    player = Player(find_simulation("convolution").build())
    player.jump(1)
    picture = next(chart for chart in player.view().pictures if isinstance(chart, Chart) and chart.scale == "image")
    assert len(picture.marks[0].values) == len(picture.marks[0].values[0])  # type: ignore[attr-defined]  # a field
    for size in SIZES:
        strips = drawn(picture, size, ratio)
        (wide, _), (halves, _) = field_units(strips, picture.marks[0])  # type: ignore[arg-type]
        assert wide == pytest.approx(halves * ratio / 2, rel=0.04)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_every_cell_of_a_small_image_is_drawn_alike(size: tuple[int, int]) -> None:
    values = [[float((row + column) % 2) for column in range(12)] for row in range(12)]
    chart = Chart("", (HeatMap(values, (0, 12), (0, 12)),), "", y_down=True, scale="image")
    found = levels(drawn(chart, size), PALETTE.sequential)
    rows, columns = sorted({row for row, _ in found}), sorted({column for _, column in found})
    lengths = {len(run) for run in runs([found[rows[0], column] for column in columns])}
    lengths |= {len(run) for run in runs([found[row, columns[0]] for row in rows])}
    assert len(lengths) == 1


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("shape", [(3, 3), (5, 5), (6, 9), (8, 25), (10, 12)], ids=str)
def test_each_cell_with_a_sign_has_a_row_of_its_own_colour_for_it(
    shape: tuple[int, int], size: tuple[int, int]
) -> None:
    rows, columns = shape
    values = [[float(1 - 2 * ((row + column) % 2)) for column in range(columns)] for row in range(rows)]
    field = HeatMap(values, (0, columns), (0, rows), "", True)
    body = cells(drawn(Chart("", (field,), "", y_down=True, scale="image"), size))
    inside = [cell for cell in body if cell.behind is not None]
    assert inside
    assert {cell.sign for cell in inside} <= set("▀ +−1")
    signs = [cell for cell in inside if cell.sign in "+−1"]
    assert len(signs) >= (rows * columns if rows * columns <= MAX_SIGNED_CELLS else 0)
    assert {cell.behind for cell in signs} <= set(PALETTE.diverging)
    across, up = {cell.column for cell in inside}, {cell.row for cell in inside}
    halves = [2 * row + half for row in sorted(up) for half in (0, 1) if row_half(inside, row, half)]
    assert len(across) % columns == len(halves) % (2 * rows) == 0  # all cells are equal, and have whole rows


def row_half(inside: list[Cell], row: int, half: int) -> bool:
    """Whether the upper or lower half of a row of cells belongs to the field."""
    found = next(cell for cell in inside if cell.row == row)
    return found.sign not in "▀▄" or found.behind is not None or found.sign == "▀▄"[half]


def runs(numbers: list[int]) -> list[list[int]]:
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][0] == number:
            found[-1].append(number)
        else:
            found.append([number])
    return found


@pytest.mark.parametrize("size", [*SIZES, (60, 12)], ids=str)
def test_a_circle_is_a_circle(size: tuple[int, int]) -> None:
    player = Player(find_simulation("penalty").build(penalty="l2"))
    player.jump(4)
    (chart,) = player.view().pictures
    assert isinstance(chart, Chart)
    (ring,) = (mark for mark in chart.marks if isinstance(mark, Line) and mark.label == "penalty at w")
    alone = Chart("", (replace(ring, label=""), Points(*corners(chart), role="muted")), "", scale="plane")
    dots = stroke(drawn(alone, size), PALETTE.roles["blue"])
    wide = max(x for x, _ in dots) - min(x for x, _ in dots)
    high = 2 * (max(y for _, y in dots) - min(y for _, y in dots))
    assert wide == pytest.approx(high, abs=1.01)
    middle = sum(x for x, _ in dots) / len(dots), sum(y for _, y in dots) / len(dots)
    radii = [hypot(x - middle[0], 2 * (y - middle[1])) for x, y in dots]
    assert max(radii) - min(radii) < 1.5 + 0.1 * wide


def corners(chart: Chart) -> tuple[list[float], list[float]]:
    across, up = list(chart.coordinates("x")), list(chart.coordinates("y"))
    return [min(across), max(across)], [min(up), max(up)]


def test_a_window_on_an_image_leaves_the_colours_of_the_image_as_they_are() -> None:
    player = Player(find_simulation("convolution").build())
    player.jump(12)
    for theme in THEMES:
        shown = palette(theme)
        for picture in player.view().pictures:
            if not isinstance(picture, Chart) or picture.scale != "image":
                continue
            bare = replace(picture, marks=tuple(mark for mark in picture.marks if isinstance(mark, HeatMap)))
            strips, without = (picture_strips(one, shown, 100, 30) for one in (picture, bare))
            ramp = {*shown.sequential, *shown.diverging}
            mixed = {cell.behind for cell in cells(strips) if cell.dots and cell.behind is not None}
            near = [min(sum(abs(a - b) for a, b in zip(one, other, strict=True)) for other in ramp) for one in mixed]
            assert max(near, default=0) < 60, (theme.name, picture.title)
            assert len(strips) == len(without)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("start", [(-2.0, 1.6), (1.2, 1.9), (2.0, -0.9), (-0.7, -2.0)])
def test_the_gradient_of_a_bowl_meets_its_contours_at_a_right_angle(
    start: tuple[float, float], size: tuple[int, int]
) -> None:
    player = Player(find_simulation("descent").build(start=start))
    picture = player.view().pictures[0]
    assert isinstance(picture, Chart)
    strips = drawn(replace(picture, has_legend=False), size)  # the legend has a piece of the arrow too
    arrow = np.array(stroke(strips, PALETTE.roles["good"]))
    assert len(arrow) >= 5
    middle = arrow.mean(axis=0)
    along = np.linalg.svd((arrow - middle) * (1, 2))[2][0]
    field = levels(strips, PALETTE.of_planes.sequential)
    near = [
        (column + 0.5 - middle[0], half + 0.5 - 2 * middle[1], level)
        for (half, column), level in field.items()
        if hypot(column + 0.5 - middle[0], half + 0.5 - 2 * middle[1]) < size[1] / 4
    ]
    table = np.array(near)
    slope = np.linalg.lstsq(np.column_stack([np.ones(len(table)), table[:, :2]]), table[:, 2], rcond=None)[0][1:]
    turned = degrees(atan2(along[0] * slope[1] - along[1] * slope[0], along @ slope))
    assert min(abs(turned), 180 - abs(turned)) < 8


@pytest.mark.parametrize("size", [*SIZES, (60, 16)], ids=str)
def test_the_fields_of_a_networks_units_are_squares(size: tuple[int, int]) -> None:
    network = next(picture for picture in pictures("playground") if isinstance(picture, Network))
    strips = drawn(network, size)
    fields = [found.span() for strip in strips for found in re.finditer("▀+", strip.text)]
    (wide,) = {end - start for start, end in fields}
    assert len(fields) * wide == sum(len(column) for column in network.columns) * wide**2 / 2


def test_the_values_of_a_field_lie_in_the_middle_of_the_cells_that_are_drawn() -> None:
    rules = find_simulation("loss-surface").build()
    player = Player(rules)
    player.jump(10_000)
    state, (chart, *_) = player.state, player.view().pictures
    field = chart.marks[0]  # type: ignore[union-attr]  # a chart
    assert isinstance(field, HeatMap)
    places = [
        floor((place - low) / (high - low) * rules.grid)  # type: ignore[attr-defined]
        for place, (low, high) in zip(state.best_w, (field.x_range, field.y_range), strict=True)
    ]
    lowest = min(value for row in field.values for value in row if value is not None)
    assert field.values[places[1]][places[0]] == lowest
    x, y = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([1.0, -1.0])
    surface = _cost_surface(x, y)
    for row, column in ((0, 0), (15, 15), (30, 4)):
        w = np.array([-3 + 6 * (column + 0.5) / 31, -3 + 6 * (row + 0.5) / 31])
        assert surface[row][column] == pytest.approx(np.log10(cost_and_gradient(x, y, w)[0] + 1e-3))


async def test_the_setting_for_the_cells_of_the_terminal_reaches_every_picture(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("simulation", player=Player(find_simulation("convolution").build())))
    given = ChainruleApp(program.course, program.store, program.opening, Settings(cell_ratio=1.5))
    async with given.run_test(size=(100, 40)) as pilot:
        await until(pilot, "Image and window")
        view = next(view for view in given.screen.query(PictureView) if isinstance(view.picture, Chart))
        shown = [view.render_line(row).text for row in range(view.size.height)]
        for ratio, is_shown in ((1.5, True), (2.0, False)):
            strips = picture_strips(view.picture, PALETTE, *view.size, ratio)
            assert (shown == [strip.text for strip in strips]) == is_shown
