"""Lines that others cover: their signs stand there on their own points, and no two signs touch."""

from collections import Counter
from itertools import combinations, pairwise

import pytest

from tests.widgets.drawn import palette
from tests.widgets.pictures import canvases
from tests.widgets.test_line_glyphs import canvas_of
from tutor.sims.engine.chart import Line
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.braille import draw_strokes
from tutor.widgets.plots.canvas import Canvas
from tutor.widgets.plots.line_ends import settle_line_ends
from tutor.widgets.plots.line_markers import COLUMNS_APART, mark_covered_lines
from tutor.widgets.plots.looks import Look
from tutor.widgets.plots.marks import draw_line
from tutor.widgets.plots.polyline import Point

PALETTE = palette()


def marked_canvas(*lines: Line, has_colours: bool = False) -> Canvas:
    """A canvas of 60 × 12 cells with these lines, each with its label as its glyph."""
    canvas = canvas_of()
    for line in lines:
        draw_line(line, canvas, PALETTE, Look(line.label))
    canvas.stamps = settle_line_ends(canvas)
    mark_covered_lines(canvas, has_colours=has_colours)
    return canvas


def places(canvas: Canvas, glyph: str) -> list[Point]:
    return [point for stamp in canvas.stamps if stamp.glyph == glyph for point in stamp.points]


XS = [float(x) for x in range(61)]
LOW = [6.5] * 61


def test_a_covered_line_has_its_sign_at_intervals_on_its_own_points_and_the_upper_one_only_at_its_end() -> None:
    canvas = marked_canvas(Line(XS, LOW, "●", "blue"), Line(XS, LOW, "○", "good"))
    columns = sorted(x for x, _ in places(canvas, "●"))
    assert len(columns) > 5
    assert set(columns) <= set(XS)
    assert all(right - left >= COLUMNS_APART for left, right in pairwise(columns))
    assert places(canvas, "○") == [(60.0, 6.5)]
    assert [stroke.is_marked for stroke in canvas.strokes] == [True, False]


def test_with_colours_a_covered_line_has_few_signs_since_pieces_of_it_are_seen_in_its_colour() -> None:
    canvas = marked_canvas(Line(XS, LOW, "●", "blue"), Line(XS, LOW, "○", "good"), has_colours=True)
    assert places(canvas, "●") == [(57.0, 6.5), (37.0, 6.5), (17.0, 6.5)], "they only say which line this is"
    assert not any(stroke.is_marked for stroke in canvas.strokes)
    drawn = draw_strokes(canvas.strokes, canvas.columns, canvas.rows)
    colours = Counter(colour for _, colour in drawn.values())
    assert min(colours[PALETTE.roles["blue"]], colours[PALETTE.roles["good"]]) > 25, "neither hides the other"


def test_a_line_of_few_points_has_no_sign_between_them() -> None:
    canvas = marked_canvas(Line([0, 30, 60], [6.5] * 3, "●", "blue"), Line(XS, LOW, "○", "good"))
    assert places(canvas, "●") == [(30.0, 6.5), (0.0, 6.5)]


def test_a_covered_line_without_a_point_there_has_pieces_of_it_instead() -> None:
    canvas = marked_canvas(Line([0, 60], [6.5] * 2, "●", "blue"), Line([5, 55], [6.5] * 2, "○", "good"))
    assert not any(stroke.is_marked for stroke in canvas.strokes)


def test_a_crossing_needs_no_sign() -> None:
    canvas = marked_canvas(Line(XS, [x / 6 for x in XS], "●", "blue"), Line(XS, [10 - x / 6 for x in XS], "○", "good"))
    assert len(places(canvas, "●")) == len(places(canvas, "○")) == 1


def test_a_line_that_ends_where_another_does_has_its_sign_on_earlier_points_with_room_for_it() -> None:
    first = Line([0, 20, 40, 58, 60], [1.0, 1.0, 1.0, 6.0, 6.5], "●", "blue")
    canvas = marked_canvas(first, Line(XS, LOW, "○", "good"))
    assert places(canvas, "●") == [(40.0, 1.0), (20.0, 1.0), (0.0, 1.0)]  # one alone would look like the end


@pytest.mark.parametrize("size", [(40, 12), (70, 20)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_sign_of_a_covered_line_touches_another_sign(name: str, size: tuple[int, int]) -> None:
    for chart, canvas, _ in canvases(name, size):
        glyphs = {stroke.glyph: stroke.colour for stroke in canvas.strokes if stroke.is_marked}
        for one, other in combinations(canvas.stamps, 2):
            if any(glyphs.get(stamp.glyph) == stamp.colour and not stamp.line for stamp in (one, other)):
                assert canvas.cells_of(one).isdisjoint(canvas.cells_of(other)), (chart.title, one.glyph)
