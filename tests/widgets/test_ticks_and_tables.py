"""A tick is at the cell of its value, and the cells of a table show their numbers: read from what is drawn."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from rich.cells import cell_len
from textual.strip import Strip

from tests.widgets.drawn import cells, tick_places
from tests.widgets.pictures import PALETTE, PANES, SIZES, charts, drawn, has_axes, tick_units
from tutor.sims.engine.chart import Bars, Chart, HeatMap, Label, Points
from tutor.sims.engine.player import Player
from tutor.sims.engine.view import Reading
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.text.numbers import format_tick
from tutor.widgets.plots.axes import Axis, choose_y_axis
from tutor.widgets.plots.canvas import cell_of
from tutor.widgets.plots.plane_axes import find_even_step, make_plane_axes
from tutor.widgets.plots.proportions import fit_viewport
from tutor.widgets.simulator.aligned import find_alignment
from tutor.widgets.simulator.indexed import find_table
from tutor.widgets.simulator.readings import aligned_values, label_text, natural_width, reading_lines

RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-", ",")


def tick_value(label: str) -> float:
    if label.startswith("10") and label[2:3] in tuple("⁻⁰¹²³⁴⁵⁶⁷⁸⁹"):
        return float(10 ** int(label[2:].translate(RAISED)))
    return float(label.translate(RAISED))


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_tick_stands_at_the_cell_that_contains_its_value_and_ticks_are_equally_far_apart(name: str) -> None:
    for chart in charts(name):
        if not chart.has_data or isinstance(chart.marks[0], Bars):
            continue
        for size in (*SIZES, *PANES[:3]):
            strips = drawn(chart, size)
            if not has_axes(strips):
                assert (chart.scale, chart.x_label, chart.y_label) == ("image", "", ""), (chart.title, size)
                continue
            across, up = tick_places(strips)
            corner = next(strip.text.index("└") for strip in reversed(strips) if "└" in strip.text)
            heights = [tick_value(strips[row].text[:corner].split()[-1]) for row in up]
            gaps = [[abs(after - before) for before, after in pairwise(places)] for places in (across, up)]
            off = 0 if chart.scale != "chart" and size in SIZES else 1
            assert max(gaps[0], default=0) - min(gaps[0], default=0) <= off, (chart.title, size, gaps)
            off = 0 if size in SIZES else 1
            assert not is_even(heights, log=chart.log_y) or max(gaps[1], default=0) - min(gaps[1], default=0) <= off, (
                chart.title,
                size,
            )
            if size in SIZES and chart.scale in {"plane", "image"} and heights:
                (one, _), (other, _) = tick_units(strips) or ((1, 0), (1, 0))
                assert one == pytest.approx(other, rel=0.03), (chart.title, size)
            for row, value in zip(up, heights, strict=True):
                points = point_rows(chart, value, size)
                assert points is None or points == row, (chart.title, size, value)


def test_a_step_is_chosen_of_which_each_is_a_whole_number_of_rows() -> None:
    spans = (-3.0, 3.0), (-3.0, 3.0)
    assert find_even_step(0.5, 5.0, spans) == 1.0  # a half would be 2.5 rows
    assert find_even_step(0.5, 6.0, spans) == 0.5
    assert find_even_step(1.0, 5.0, ((0.0, 12.0), (0.0, 12.0)), has_whole_ticks=True) == 1.0
    assert find_even_step(1.0, 0.3, spans) == 0.0


def test_every_second_tick_goes_where_the_rest_would_be_unequally_far_apart() -> None:
    ticks = tuple(float(value) for value in range(-3, 4))
    axis = Axis(-3.0, 3.0, ticks, tuple(map(str, ticks))).with_even_ticks(12)  # 1.83 rows a tick
    assert axis.ticks == (-2.0, 0.0, 2.0)
    assert 11 / (axis.high - axis.low) * 2 == pytest.approx(3)


def is_even(values: list[float], *, log: bool) -> bool:
    """Whether values are equally far apart; on a logarithmic axis, whether each is as many times the last."""
    pairs = list(pairwise(values))
    gaps = [after / before if log and before else after - before for before, after in pairs]
    return max(gaps, default=0) - min(gaps, default=0) < 1e-6 * max(map(abs, gaps), default=1)


def point_rows(chart: Chart, value: float, size: tuple[int, int]) -> int | None:
    """The row of a point of this value, where one of the chart's own range is free of labels; `None` outside."""
    xs, ys = list(chart.coordinates("x")), list(chart.coordinates("y"))
    is_counted = chart.scale == "image" and min(ys) == int(min(ys))
    at = value + 0.5 if is_counted else value
    if not min(ys) <= at <= max(ys):
        return None
    extra = Points([(min(xs) + max(xs)) / 2], [at], role="run A", shape="A")
    strips = drawn(replace(chart, marks=(*chart.marks, extra)), size)
    rows = {cell.row for cell in cells(strips) if cell.sign == "A" and cell.colour == PALETTE.roles["run A"]}
    return next(iter(rows), None)


def test_what_is_not_computed_yet_has_one_dot_in_each_cell_where_its_sign_will_stand() -> None:
    for name in ("convolution", "learned-kernel"):
        player = Player(find_simulation(name).build())
        for step in (1, 12, 40):
            player.jump(step)
            for picture in player.view().pictures:
                fields = [mark for mark in getattr(picture, "marks", ()) if isinstance(mark, HeatMap)]
                if not fields or not fields[0].diverging:
                    continue
                (field,) = fields
                bare_picture = replace(picture, marks=(field,))  # type: ignore[arg-type]  # a chart
                ones = replace(field, values=[[1.0] * len(line) for line in field.values])
                full_picture = replace(picture, marks=(ones,))  # type: ignore[arg-type]  # likewise
                for size in SIZES:
                    signs, later = signs_of(drawn(bare_picture, size)), signs_of(drawn(full_picture, size))
                    assert set(signs) <= set(later), (name, step, size)
                    assert len(later) == len(field.values) * len(field.values[0])
                    gaps = sum(value is None for row in field.values for value in row)
                    assert list(signs.values()).count("·") == gaps


def signs_of(strips: list[Strip]) -> dict[tuple[int, int], str]:
    """Row and column of the middle → the sign or number of each cell of a small table."""
    left = next(strip.text.index("└") for strip in reversed(strips) if "└" in strip.text)
    width = len(next(strip.text for strip in reversed(strips) if "└" in strip.text).rstrip())
    beside = [strip.text[left + 1 : width] for strip in strips if strip.text[left : left + 1] in ("│", "┤")]
    return {
        (row, word.start() + len(word[0]) // 2): word[0]
        for row, text in enumerate(beside)
        for word in re.finditer(r"[+−·0-9.,]+", text)
    }


@pytest.mark.parametrize("size", [(40, 15), (76, 15), (60, 26), (130, 40)], ids=str)
def test_a_table_with_room_names_each_row_and_column_and_runs_no_two_numbers_together(size: tuple[int, int]) -> None:
    names = tuple(str(number) for number in range(10))
    player = Player(find_simulation("digits").build())
    player.jump(1)
    table = next(chart for chart in player.view().pictures if isinstance(chart, Chart) and chart.scale == "table")
    frame = fit_viewport(table, size[0] - 8, size[1] - 5)
    across, down = make_plane_axes(table, frame.x_range, frame.y_range, frame.columns, frame.rows)
    assert across.labels == down.labels == names
    rows = [strip.text for strip in drawn(table, size) if "┤" in strip.text]
    written = sorted(int(number) for row in rows for number in re.findall(r"\d+", row.split("┤")[1]))
    assert written == sorted(int(mark.text) for mark in table.marks if isinstance(mark, Label))


def test_cells_that_have_room_show_their_numbers_with_equal_decimals_and_every_row_and_column_its_own() -> None:
    values: list[list[float | None]] = [[-0.512, 0.25, 0.0], [0.125, None, -0.034]]
    field = HeatMap(values, (0, 3), (0, 2), "v", True)
    chart = Chart("", (field,), "", "column", "row", y_down=True, scale="image")
    wide, narrow = (drawn(chart, size) for size in ((60, 20), (24, 6)))
    body = [strip.text.split("│")[-1].split("┤")[-1] for strip in wide[:-2] if set(strip.text) & set("│┤")]
    assert " ".join(body).replace("▀", " ").split() == ["−0.512", "0.250", "0", "0.125", "·", "−0.034"]
    assert wide[-1].text.split()[:3] == ["0", "1", "2"]
    assert [strip.text.split()[0][:1] for strip in wide if "┤" in strip.text] == ["0", "1"]
    assert "0.2" not in "".join(strip.text for strip in narrow)


@pytest.mark.parametrize("rows", [6, 7, 8])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_low_chart_has_three_ticks_or_more_which_are_equally_many_rows_apart(name: str, rows: int) -> None:
    for chart in charts(name):
        if chart.scale != "chart" or not chart.has_data or isinstance(chart.marks[0], Bars) or chart.y_down:
            continue  # places that are counted have a tick each
        vertical = choose_y_axis(chart, rows)
        places = [
            cell_of(vertical.with_half_cell_margins(rows).share_of_axis_value(tick) * rows, rows)
            for tick in vertical.ticks
        ]
        gaps = [after - before for before, after in pairwise(places)]
        assert len(gaps) >= 2, (chart.title, vertical.labels)
        assert max(gaps) - min(gaps) <= (1 if chart.log_y else 0) or not is_even([*vertical.ticks], log=False), gaps


@pytest.mark.parametrize(("step", "labels"), [(2.5, ("−2.5", "0.0", "2.5")), (0.25, ("−0.25", "0.00", "0.25"))])
def test_ticks_show_every_decimal_of_their_step(step: float, labels: tuple[str, ...]) -> None:
    assert tuple(format_tick(count * step, step) for count in (-1, 0, 1)) == labels


@pytest.mark.parametrize("zero", [0.0, 1e-20])
def test_zero_stands_without_decimals_among_ticks_with_a_power_of_ten(zero: float) -> None:
    assert tuple(format_tick(tick, 5e-5) for tick in (-5e-5, zero, 5e-5)) == ("−5 · 10⁻⁵", "0", "5 · 10⁻⁵")


@pytest.mark.parametrize("name", SIMULATIONS)
def test_the_points_of_all_values_of_a_list_stand_in_one_column_and_what_follows_hangs(name: str) -> None:
    """Units, powers of ten and the remark that a value is a rounding error stand to the right of the column.

    Where fewer than two values have decimals there are no points, and all values end in one column, as counts, words
    and percentages always do.
    """
    player = Player(find_simulation(name).build())
    for step in (0, 1, 3, 12, 40):
        player.jump(step)
        readings = player.view().readings
        table = find_table(tuple(map(label_text, readings)))
        readings = readings if table is None else tuple(readings[place] for place in table.others)
        widest_value = max(map(cell_len, aligned_values(readings)), default=0)
        for width in {natural_width(readings), max(natural_width(readings) - 3, 2 * widest_value)}:  # labels are broken
            assert_aligned(readings, [strip.text for strip in reading_lines(readings, PALETTE, width, 1000)])


def test_a_list_that_is_scrolled_anyway_keeps_its_points_in_one_column() -> None:
    player = Player(find_simulation("playground").build())
    player.jump(100)
    readings = player.view().readings
    assert_aligned(readings, [strip.text for strip in reading_lines(readings, PALETTE, natural_width(readings) - 3, 6)])


def assert_aligned(readings: Sequence[Reading], lines: Sequence[str]) -> None:
    """Fail unless points stand in one column, and in another all values end that have none."""
    first_lines = [line for line in lines if line[0] != " "]
    for kind in ("number", "percentage", "end"):
        points, ends, texts = set(), set(), []
        for line, item in zip(first_lines, readings, strict=True):
            text = item.format(item.value)
            if find_alignment(item) == kind:
                start = cell_len(line[: line.rindex(text)])
                points.add(start + len(re.match(r"–|yes|no|−?[\d,]+", text)[0]))  # type: ignore[index]
                ends.add(start + len(re.split(r" \(| · |(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", text)[0]))
                texts.append(text)
        has_points = kind != "end" and sum("." in text for text in texts) > 1
        assert len(points if has_points else ends) <= 1, (kind, *lines)
