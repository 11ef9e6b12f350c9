"""Fields of colours behind points: they have names, and their signs are not mistaken for points."""

from itertools import pairwise

import pytest

from tests.widgets.pictures import SIZES, canvases, drawn, pictures
from tutor.sims.datasets.images import FILTERS
from tutor.sims.engine.chart import Chart, HeatMap, Line, Points
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.heatmap import _write_signs, spread_evenly


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


@pytest.mark.parametrize("size", [(44, 18), (70, 26), (120, 44)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_signs_of_a_large_field_are_few_and_none_is_at_its_edge(name: str, size: tuple[int, int]) -> None:
    """Strewn all over it, they would look like points."""
    for chart, canvas, _ in canvases(name, size):
        behind = canvas.backdrop
        if behind is not None and behind.has_signs and behind.signs is None:
            lines = [
                "".join(part.text for part in behind.make_segments(row, 0, canvas.columns))
                for row in range(canvas.rows)
            ]
            signs = [sum(map(line.count, "+−")) for line in lines]
            assert sum(signs) <= max(4, canvas.columns / 12) * max(4, canvas.rows / 5), chart.title
            assert signs[0] == signs[-1] == 0 or canvas.rows < 8, chart.title
            assert not {line[0] for line in lines} & set("+−"), chart.title


def test_a_plane_with_points_of_both_classes_has_no_sign_that_looks_like_data() -> None:
    """Their shapes say which side is which, and the legend has each side's sign and each class's shape."""
    seen = 0
    for name in SIMULATIONS:
        for size in SIZES:
            for chart, canvas, _ in canvases(name, size):
                behind = canvas.backdrop
                shapes = {mark.role: mark.shape for mark in chart.marks if isinstance(mark, Points) and mark.x}
                if behind is None or not behind.has_signs or not {"blue", "orange"} <= set(shapes):
                    continue
                assert shapes["blue"] != shapes["orange"]
                rows = [behind.make_segments(row, 0, canvas.columns) for row in range(canvas.rows)]
                assert not {sign for row in rows for part in row for sign in part.text} & set("+−"), chart.title
                legend = " ".join(strip.text for strip in drawn(chart, size))
                assert "− █" in legend and "█ +" in legend, chart.title
                assert "● class +1" in legend and "× class −1" in legend, chart.title
                seen += 1
    assert seen > 10


@pytest.mark.parametrize("clouds", [0, 1])
def test_a_large_field_without_points_of_both_classes_keeps_its_signs(clouds: int) -> None:
    field = HeatMap([[column - 20 for column in range(41)]] * 41, (-6, 6), (-6, 6), "f", diverging=True)
    points = [Points([0.0], [0.0], "class +1", "blue")][:clouds]
    chart = Chart("", (field, *points), "", "x₁", "x₂", (-6, 6), (-6, 6), scale="plane")
    body = "".join(strip.text.split("│", 1)[-1][:40] for strip in drawn(chart, (70, 26))[2:-2])
    assert {"+", "−"} <= set(body)


def test_every_cell_of_a_small_table_has_its_sign_however_small_its_value_is() -> None:
    """Where some cells are blank, nobody knows whether they are 0."""
    values = ((1.0, 0.1, -0.2), (-0.9, 0.0, 0.3))
    field = HeatMap(values, (0, 3), (0, 2), "cell", diverging=True)
    assert _write_signs(field) == [["+", "+", "−"], ["−", "0", "+"]]


def test_of_many_cells_none_has_a_sign() -> None:
    """Among the signs of noise nobody would find those of a pattern; the legend says which colour is which."""
    row = [1.0, 0.3, 0.0, -0.3, -0.9] * 2
    field = HeatMap([row] * 8, (0, 10), (0, 8), "cell", diverging=True)
    assert _write_signs(field) == [[""] * 10] * 8
    assert (
        _write_signs(HeatMap([row] * 4, (0, 10), (0, 4), "cell", diverging=True)) == [["+", "+", "0", "−", "−"] * 2] * 4
    )


def test_the_legend_says_whose_signs_stand_in_the_window_of_a_convolution() -> None:
    for parameters, label in (({}, "window, kernel’s signs"), ({"width": 30}, "window")):
        player = Player(find_simulation("convolution").build(**parameters))
        player.jump(3)
        image = player.view().pictures[0]
        assert isinstance(image, Chart)
        (outline,) = (mark for mark in image.marks if isinstance(mark, Line))
        assert outline.label == label


def test_the_outline_of_a_learned_kernel_is_the_window_of_the_larger_response() -> None:
    player = Player(find_simulation("learned-kernel").build())
    labels = set()
    for step in range(15):
        player.jump(step)
        _, image, responses = player.view().pictures[:3]
        assert isinstance(image, Chart) and isinstance(responses, Chart)
        (outline,) = (mark for mark in image.marks if isinstance(mark, Line))
        (field,) = (mark for mark in responses.marks if isinstance(mark, HeatMap))
        response = field.values[int(min(outline.y))][int(min(outline.x))]
        assert response is not None
        assert abs(response) == max(abs(value or 0.0) for line in field.values for value in line)
        assert outline.label == f"most {'positive' if response > 0 else 'negative'} response"
        labels.add(outline.label)
    assert len(labels) == 2


@pytest.mark.parametrize(("name", "picture"), [("convolution", 1), ("pointwise", 1)])
def test_the_cell_that_a_step_computes_is_outlined_in_its_table(name: str, picture: int) -> None:
    player = Player(find_simulation(name).build())
    assert not [mark for mark in player.view().pictures[picture].marks if isinstance(mark, Line)]  # type: ignore[union-attr]
    for step in (1, 2, 4):
        player.jump(step)
        table = player.view().pictures[picture]
        assert isinstance(table, Chart)
        (outline,) = (mark for mark in table.marks if isinstance(mark, Line))
        (field,) = (mark for mark in table.marks if isinstance(mark, HeatMap))
        row, column = (round(min(outline.y) - field.y_range[0]), round(min(outline.x) - field.x_range[0]))
        assert max(outline.x) - min(outline.x) == max(outline.y) - min(outline.y) == 1
        computed = [(r, c) for r, line in enumerate(field.values) for c, value in enumerate(line) if value is not None]
        assert (row, column) == (computed[-1] if name == "convolution" else (step - 1, step - 1))


@pytest.mark.parametrize("length", [8, 13, 25, 45, 57, 80, 200])
def test_signs_stand_evenly_and_keep_as_far_from_both_ends(length: int) -> None:
    places = sorted(spread_evenly(length, 14))
    gaps = [after - before for before, after in pairwise(places)]
    assert len(places) >= 4 and max(gaps) - min(gaps) <= 1
    assert abs(places[0] - (length - 1 - places[-1])) <= 1


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("size", [(41, 18), (60, 19), (65, 33)], ids=["80x24", "100x30", "140x44"])
def test_the_window_on_an_image_shows_the_signs_of_the_kernel_at_every_size(name: str, size: tuple[int, int]) -> None:
    player = Player(find_simulation("convolution").build(filter=name))
    for step in (1, 12, 64):
        player.jump(step)
        image = player.view().pictures[0]
        lines = [strip.text.replace("┤", "│") for strip in drawn(image, size)]
        rows = [line.split("│", 1)[1] for line in lines if "│" in line]
        shown = [signs for row in rows if (signs := [sign for sign in row if sign in "+−0"])]
        weights = player.state.kernel_weights[0]
        assert shown == [["+" if weight > 0 else "−" if weight < 0 else "0" for weight in row] for row in weights]


def test_an_image_whose_cells_are_too_small_has_no_signs_in_its_window() -> None:
    for values, size in (({}, (41, 13)), ({"height": 40, "width": 40}, (100, 50))):
        player = Player(find_simulation("convolution").build(**values))
        player.jump(3)
        lines = [strip.text for strip in drawn(player.view().pictures[0], size)]
        assert not any(sign in line for line in lines for sign in "+−"), values
