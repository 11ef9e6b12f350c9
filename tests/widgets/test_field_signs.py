"""Fields of colours behind points: they have names, and their signs are not mistaken for points."""

import pytest

from tests.widgets.pictures import canvases, pictures
from tutor.sims.engine.chart import Chart, HeatMap
from tutor.sims.table import SIMULATIONS


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_field_of_colours_has_a_name_that_says_what_they_show(name: str) -> None:
    """Before there is anything to show, the ground is plain: a picture of the data alone has no colours behind it."""
    for chart in (picture for picture in pictures(name) if isinstance(picture, Chart)):
        assert all(mark.label for mark in chart.marks if isinstance(mark, HeatMap)), chart.title


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_sign_of_a_field_stands_beside_a_point(name: str) -> None:
    """A plus beside a cross would seem to be a point of a third kind."""
    for chart, canvas, _ in canvases(name):
        behind = canvas.backdrop
        if behind is not None and behind.has_signs and behind.signs is None:
            points = [point for stamp in canvas.stamps for point in stamp.points]
            for row in range(canvas.rows):
                signs = "".join(part.text for part in behind.make_segments(row, 0, canvas.columns))
                for column in (place for place, sign in enumerate(signs) if sign in "+−"):
                    near = [
                        (x, y) for x, y in points if -1 <= x - column <= 2 - 1e-6 and -1 <= (canvas.rows - y) - row <= 2
                    ]
                    assert not near, (chart.title, row, column, near)
