"""Signs drawn in dots: exactly at their points, told apart by shape, never cut by a character, and not in ASCII."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import pytest

from tests.widgets.drawn import cells, places_of_sign, stroke
from tests.widgets.pictures import PALETTE, canvases, drawn
from tutor.sims.engine.chart import Chart, HeatMap, Line, Points, Scale
from tutor.sims.table import SIMULATIONS
from tutor.text import ascii_mode
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.colours import line_colour
from tutor.widgets.plots.dot_signs import (
    CLOUD_SIGNS,
    LARGE_SIGNS,
    SMALL_SIGNS,
    DotSign,
    choose_cloud_signs,
    choose_single_signs,
)
from tutor.widgets.plots.looks import LINE_GLYPHS, SHAPE_GLYPHS

ORANGE, GREEN = PALETTE.roles["orange"], PALETTE.roles["good"]


@pytest.mark.parametrize("size", [(40, 12), (70, 20), (100, 30)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_middle_of_a_sign_is_within_half_a_dot_of_its_point(name: str, size: tuple[int, int]) -> None:
    """At the edge of a canvas it is farther, since the sign is whole there too."""
    for chart, canvas, _ in canvases(name, size):
        for stamp in canvas.stamps:
            for point in stamp.points if stamp.sign else ():
                off_x, off_y = distances(stamp.sign, point, canvas)  # type: ignore[arg-type]
                assert off_x <= 0.5 + 1e-5 and off_y <= 0.5 + 1e-5, (chart.title, stamp.glyph, point)


@pytest.mark.parametrize("size", [(40, 12), (70, 20), (100, 30)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_across_a_chart_a_sign_at_either_end_of_the_axis_is_where_its_point_is(
    name: str, size: tuple[int, int]
) -> None:
    for chart, canvas, _ in canvases(name, size):
        for stamp in canvas.stamps:
            for point in stamp.points if stamp.sign and chart.scale == "chart" else ():
                left, _ = stamp.sign.corner(point, canvas.columns, canvas.rows)  # type: ignore[union-attr]
                middle = left + stamp.sign.columns / 2  # type: ignore[union-attr]
                assert abs(middle - 2 * point[0]) <= 0.5 + 1e-5, (chart.title, stamp.glyph, point)


def distances(sign: DotSign, point: tuple[float, float], canvas: Canvas) -> tuple[float, float]:
    """How many dots the middle of a sign is away from where it can be nearest to a point."""
    left, bottom = sign.corner(point, canvas.columns, canvas.rows)
    half_x, half_y = sign.columns / 2, sign.rows / 2
    x = min(max(2 * point[0], half_x), 2 * canvas.columns - half_x)
    y = min(max(4 * point[1], half_y), 4 * canvas.rows - half_y)
    return abs(left + half_x - x), abs(bottom + half_y - y)


def test_every_shape_has_a_large_sign_and_a_small_one_and_they_differ() -> None:
    glyphs = {glyph for glyph in (*SHAPE_GLYPHS.values(), *LINE_GLYPHS) if not glyph.isalpha()}
    for signs in (LARGE_SIGNS, SMALL_SIGNS, CLOUD_SIGNS):
        assert set(signs) == glyphs
        alike = [pair for pair in combinations(signs, 2) if signs[pair[0]] == signs[pair[1]]]
        assert not alike


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_chart_has_two_clouds_of_one_small_sign(name: str) -> None:
    for chart, canvas, _ in canvases(name):
        clouds = [mark for mark in chart.marks if isinstance(mark, Points) and mark.label and len(mark.x) > 3]
        signs = [canvas.cloud_signs.get(SHAPE_GLYPHS[mark.shape]) for mark in clouds]
        assert all(one != other for one, other in combinations(signs, 2) if one), chart.title


def test_a_current_point_is_a_sign_of_dots_that_a_line_runs_into() -> None:
    """Only dots of the line beside the sign remain: within it they would change its shape."""
    path = Line([0, 10], [0, 7.3], "path", "good")
    strips = drawn(Chart("c", (path, Points([10], [7.3], "", "good", "ring")), "", y_range=(0, 10)), (60, 20))
    ((left, bottom),) = places_of_sign(strips, LARGE_SIGNS["○"], GREEN)
    dots = {(int(2 * x), 4 * len(strips) - 1 - int(4 * y)) for x, y in stroke(strips, GREEN)}
    assert {x - left for x, y in dots if x < left and bottom <= y < bottom + 4} >= {-1}


def test_of_two_points_in_one_place_the_later_is_a_sign_of_dots_at_that_place() -> None:
    """The penalty's optimum begins at the centre: a character there stood beside the line on which it lies."""
    first = Points([5], [3.4], "centre", "blue", "cross")
    strips = drawn(Chart("c", (first, Points([5], [3.4], "now", "good", "ring")), "", y_range=(0, 10)), (60, 20))
    assert len(places_of_sign(strips, LARGE_SIGNS["○"], GREEN)) == 1
    assert not places_of_sign(strips, LARGE_SIGNS["×"], PALETTE.roles["blue"])


def test_in_the_cells_of_a_sign_no_line_of_another_colour_has_dots_and_the_line_never_takes_its_colour() -> None:
    line, point = Line([0, 10], [0, 10], "l", "orange"), Points([5], [5], "p", "good", "diamond")
    with_point, alone = (drawn(Chart("c", marks, ""), (60, 20)) for marks in ((line, point), (line,)))
    assert places_of_sign(with_point, LARGE_SIGNS["◆"], GREEN)
    legend_rows = 2
    seen = [cell for cell in cells(with_point) if cell.row >= legend_rows]
    assert sum(len(cell.dots) for cell in seen if cell.colour == GREEN) == len(LARGE_SIGNS["◆"].dots)
    assert set(stroke(with_point[legend_rows:], ORANGE)) < set(stroke(alone[legend_rows:], ORANGE))


def test_clouds_have_large_signs_where_they_are_sparse_and_small_ones_where_they_are_dense() -> None:
    values = list(range(40))
    codes = Chart("codes", (Points(values, values, "code"),), "")
    assert choose_cloud_signs(codes, 60, 20, as_cells) is LARGE_SIGNS
    assert choose_cloud_signs(codes, 60, 19, as_cells) is SMALL_SIGNS


def test_the_crosses_of_a_large_cloud_are_light_so_that_they_are_no_carpet() -> None:
    for count, dots in ((60, 5), (61, 2)):
        cloud = Points([5.0] * count, [5.0] * count, "straight", "bad", "cross")
        assert len(choose_cloud_signs(Chart("c", (cloud,), ""), 20, 10, as_cells)["×"].dots) == dots


def test_the_line_that_a_picture_is_about_lies_over_a_cloud_which_is_seen_here_and_there_in_it() -> None:
    values = [index / 4 for index in range(80)]
    cloud = Points(values, values, "points", "good")
    line = Line([0, 20], [0, 20], "reconstruction", "orange", is_on_top=True)
    chart = Chart("c", (cloud, line), "")
    colours = [cell.colour for cell in cells(drawn(chart, (60, 20)))]
    assert colours.count(GREEN) > 10
    beneath = replace(chart, marks=(cloud, replace(line, is_on_top=False)))
    assert [cell.colour for cell in cells(drawn(beneath, (60, 20)))].count(ORANGE) < colours.count(ORANGE) / 2


def as_cells(x: float, y: float) -> tuple[float, float]:
    """A point whose coordinates are cells of the canvas."""
    return x, y


@pytest.mark.parametrize(
    ("scale", "size", "signs"),
    [("plane", (26, 11), SMALL_SIGNS), ("plane", (40, 20), LARGE_SIGNS), ("chart", (26, 11), LARGE_SIGNS)],
)
def test_on_a_small_plane_single_points_are_small_so_that_a_path_of_a_few_steps_is_seen(
    scale: Scale, size: tuple[int, int], signs: Mapping[str, DotSign]
) -> None:
    assert choose_single_signs(Chart("c", (), "", scale=scale), *size) is signs


def test_points_of_two_clouds_that_would_cut_each_other_are_characters_although_there_is_room_for_signs() -> None:
    training = Points([2.0, 10.0, 20.0, 30.0], [5.0] * 4, "training", "blue")
    for shift, expected in ((0.5, {}), (5.0, LARGE_SIGNS)):
        validation = Points([x + shift for x in training.x], [5.0] * 4, "validation", "good", "ring")
        assert choose_cloud_signs(Chart("data", (training, validation), ""), 60, 20, as_cells) == expected


def test_data_points_that_are_told_apart_on_a_field_are_characters_where_they_are_dense() -> None:
    values = [float(value) for value in range(100)]
    classes = (Points(values, values, "+1", "blue", "dot"), Points(values, values, "−1", "orange", "cross"))
    field = HeatMap([[0.0, 1.0]], (0, 1), (0, 1), "h", True)
    few = (Points(values[:20], values[:20], "data"), Line([0, 1], [0, 1], "fit"))
    many = (Points(values, values, "distances"), Line([0, 1], [0, 1], "equal"))
    cells_by_marks = [({}, (field, *classes)), (SMALL_SIGNS, few), (CLOUD_SIGNS, many), (CLOUD_SIGNS, classes)]
    for expected, marks in cells_by_marks:
        assert choose_cloud_signs(Chart("c", marks, ""), 20, 10, as_cells) == expected


@pytest.mark.parametrize("size", [(40, 12), (70, 20), (100, 30)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_character_cuts_a_sign_of_dots_and_no_two_single_points_or_ends_of_lines_cut_each_other(
    name: str, size: tuple[int, int]
) -> None:
    for chart, canvas, _ in canvases(name, size):
        in_dots = [stamp for stamp in canvas.stamps if stamp.sign]
        for stamp in in_dots:
            for other in canvas.stamps:
                are_single = len(stamp.points) < 4 and len(other.points) < 4
                cuts = other.sign is None or other.line or are_single
                if other is not stamp and other.glyph not in "↑↓" and cuts:
                    assert canvas.cells_of(stamp).isdisjoint(canvas.cells_of(other)), (chart.title, stamp.glyph)


@pytest.mark.parametrize("size", [(40, 12), (70, 20), (100, 30)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_what_looks_alike_is_in_dots_together_or_not_at_all(name: str, size: tuple[int, int]) -> None:
    for chart, canvas, _ in canvases(name, size):
        ends = {stamp.sign is None for stamp in canvas.stamps if stamp.line}
        assert len(ends) < 2, chart.title
        for one, other in combinations(canvas.stamps, 2):
            if (one.glyph, one.colour) == (other.glyph, other.colour):
                assert (one.sign is None) == (other.sign is None), (chart.title, one.glyph)


def test_on_a_small_plane_no_small_sign_is_a_speck_beside_signs_that_are_characters() -> None:
    start = Points([-2.0], [1.0], "start", "muted", "ring")
    path = Line([-2.0, -1.9], [1.0, 0.2], "path", "orange", "diamond")
    for letters, expected in (((), 0), ((Points([-1.8], [0.8], "A", "run A", "A"),), 1)):
        marks = (start, path, *letters)
        chart = Chart("c", marks, "", x_range=(-3, 3), y_range=(-3, 3), scale="plane", has_legend=False)
        found = [cell.sign for cell in cells(drawn(chart, (40, 16)))]
        assert [found.count("◆"), found.count("○")] == [expected, expected]


def test_in_ascii_points_are_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    """As dots, all shapes would become points and colons."""
    monkeypatch.setenv("CHAINRULE_ASCII", "1")
    ascii_mode.prefers_ascii.cache_clear()
    try:
        strips = drawn(Chart("c", (Points([1, 2], [1, 2], "p", "good", "diamond"),), ""), (60, 20))
    finally:
        monkeypatch.undo()
        ascii_mode.prefers_ascii.cache_clear()
    assert sum(cell.sign == "◆" for cell in cells(strips)) == 3  # two points and the legend


def test_on_a_strong_surface_a_sign_has_the_colour_of_its_mark_and_a_line_that_of_lines() -> None:
    from tests.widgets.drawn import palette
    from tutor.screens.themes import THEMES
    from tutor.widgets.plots.plot import picture_strips

    contrast = palette(next(theme for theme in THEMES if "contrast" in theme.name))
    field = HeatMap([[float(x + y) for x in range(20)] for y in range(20)], (0, 10), (0, 10), "f")
    chart = Chart("c", (field, Points([5], [5], "", "accent", "diamond")), "", scale="plane")
    strips = picture_strips(chart, contrast, 60, 20)
    colour = contrast.roles["accent"]
    assert places_of_sign(strips, LARGE_SIGNS["◆"], colour)
    assert line_colour(colour, contrast.of_planes) != colour or contrast.of_planes.line_field is None
