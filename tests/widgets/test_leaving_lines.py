"""Lines that end above or below their chart: an arrow at the edge stands in place of their sign."""

from itertools import pairwise
from math import isfinite

import pytest

from tests.widgets.pictures import PALETTE, canvases
from tutor.sims.engine.chart import Chart, Line, Points
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.chart import chart_strips
from tutor.widgets.plots.looks import choose_line_looks
from tutor.widgets.plots.plot import draw_canvas
from tutor.widgets.plots.polyline import find_exit


@pytest.mark.parametrize("size", [(40, 12), (70, 20)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_line_with_a_sign_that_ends_beyond_its_chart_has_an_arrow_in_place_of_it(
    name: str, size: tuple[int, int]
) -> None:
    for chart, canvas, _ in canvases(name, size):
        looks = choose_line_looks(chart)
        for index, line in enumerate(chart.marks):
            if chart.scale == "chart" and isinstance(line, Line) and line.label and looks[index].glyph:
                colour = PALETTE.roles[line.role]
                arrows = {stamp.glyph for stamp in canvas.stamps if stamp.colour == colour} & {"↑", "↓"}
                heights = [y for _, y in canvas.all_to_cells(line.x, line.y) if isfinite(y)]
                expected = {"↑"} if heights[-1:] > [canvas.rows] else {"↓"} if heights and heights[-1] < 0 else set()
                assert arrows == expected, (chart.title, line.label)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_line_has_an_arrow_that_stays_within_its_chart(name: str) -> None:
    for chart, canvas, _ in canvases(name):
        heights = [y for mark in chart.marks if isinstance(mark, Line) for _, y in canvas.all_to_cells(mark.x, mark.y)]
        if chart.scale != "chart" or (heights and min(heights) >= 0 and max(heights) <= canvas.rows):
            assert not [stamp for stamp in canvas.stamps if stamp.glyph in "↑↓"], chart.title


def test_a_line_leaves_for_good_where_it_last_crosses_the_edge_or_at_its_end_if_none_of_it_is_inside() -> None:
    nan = float("nan")
    assert find_exit([(0, 1), (2, 5), (4, 1), (6, -1)], 6, 3) == ((5, 0), False)
    assert find_exit([(0, 1), (2, 5), (3, 6), (nan, 0)], 6, 3) == ((1, 3), True)
    assert find_exit([(1, 4), (2, 5)], 6, 3) == ((2, 3), True)
    assert find_exit([(3, -1)], 6, 3) == ((3, 0), False)
    assert find_exit([(0, 1), (2, 5), (4, 1)], 6, 3) is None, "it comes back"
    assert find_exit([(0, 0), (3, 3), (9, 2), (nan, 9)], 6, 3) is None
    assert find_exit([], 6, 3) is None


def test_the_data_fill_the_picture_of_overfitting_and_the_curve_leaves_it() -> None:
    """The scale is that of the data, and the same at every degree; so is that of the errors, as far as it can be."""
    player = Player(find_simulation("overfit").build())
    frames = set()
    for step in (0, 5, 13):
        player.jump(step)
        curve, errors = player.view().pictures
        assert isinstance(curve, Chart) and isinstance(errors, Chart) and curve.y_range is not None
        frames.add(curve.y_range)
        heights = [y for mark in curve.marks if isinstance(mark, Points) for y in mark.y]
        assert max(heights) - min(heights) > 0.7 * (curve.y_range[1] - curve.y_range[0])
        (fit,) = (mark for mark in curve.marks if isinstance(mark, Line) and mark.label == f"degree {step + 1}")
        is_wild = max(fit.y) > curve.y_range[1]
        assert is_wild is (step == 13)
        drawn = "\n".join(strip.text for strip in chart_strips(curve, PALETTE, 60, 16, draw_canvas))
        assert drawn.count("↑") == 1, "at the name of the axis: as in a book, the curve simply runs to the edge"
    assert len(frames) == 1


def test_an_error_below_the_scale_leaves_it_and_a_greater_one_does_not() -> None:
    player = Player(find_simulation("overfit").build())
    for step, is_low in ((1, False), (13, True)):
        player.jump(step)
        chart = next(chart for chart in player.view().pictures if chart.title == "Error against degree")
        assert isinstance(chart, Chart)
        assert [mark.label for mark in chart.marks if isinstance(mark, Line)] == ["training", "validation", "test"]
        drawn = "\n".join(strip.text for strip in chart_strips(chart, PALETTE, 60, 16, draw_canvas))
        assert ("↓" in drawn) is is_low
        assert (player.state.train_mse < 1e-4) is is_low


def test_lines_among_points_with_names_carry_no_signs_that_look_like_points() -> None:
    player = Player(find_simulation("overfit").build())
    player.jump(5)
    curve = player.view().pictures[0]
    assert isinstance(curve, Chart)
    points = [place for mark in curve.marks if isinstance(mark, Points) for place in zip(mark.x, mark.y, strict=True)]
    strips = chart_strips(curve, PALETTE, 160, 50, draw_canvas)
    body = "".join(strip.text for strip in strips[3:-2])
    assert sum(body.count(sign) for sign in "●○×□△▽+") <= len(points)
    assert all(one != other for one, other in pairwise(sorted(points)))
