"""The name of an axis stands where the axis is: that of y above it, that of x in the line of its numbers."""

from dataclasses import replace
from itertools import pairwise

import pytest
from textual.strip import Strip

from tests.widgets.pictures import PALETTE, charts, drawn
from tutor.sims.engine.chart import Bars, Chart, Line
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.axis_names import MIN_ROWS_WITH_NAME, has_row_for_name, name_axes
from tutor.widgets.plots.strips import make_strip

SIZES = [(36, 12), (42, 18), (80, 12), (96, 30)]


def named(labels: str, spare: int = 0, name: str = "epoch", bars: bool = False) -> tuple[str, str]:
    marks = (Bars(["a", "b"], [1.0, 2.0]),) if bars else (Line([0, 1], [0, 1], "a"),)
    plot = [Strip.blank(len(labels)), make_strip((labels, PALETTE.quiet))]
    chart = Chart("", marks, "", x_label=name, y_label="loss")
    first, *_, last = name_axes(chart, PALETTE, plot, len(labels), 3, spare)
    return first.text.rstrip(), last.text.rstrip()


def test_the_name_of_x_stands_between_the_last_two_numbers_if_the_last_is_at_the_end_of_the_axis() -> None:
    assert named("   0         5             10") == ("   ↑ loss", "   0         5   epoch →   10")


def test_it_stands_above_rather_than_close_to_a_number_between_two() -> None:
    assert named("   0         5           10") == ("   ↑ loss", "   0         5  epoch →  10")
    assert named("   0         5          10") == ("   ↑ loss          epoch →", "   0         5          10")


def test_it_stands_after_the_last_number_if_the_axis_goes_on_or_there_is_room_beside_the_picture() -> None:
    assert named("   0      5               ") == ("   ↑ loss", "   0      5        epoch →")
    assert named("  −3   0   3", spare=10, name="w₁") == ("   ↑ loss", "  −3   0   3  w₁ →")


def test_it_stands_above_if_it_has_no_room_or_would_be_taken_for_the_name_of_a_bar() -> None:
    assert named("   0     5     10") == ("↑ loss    epoch →", "   0     5     10")
    assert named("   a                    b", bars=True)[1] == "   a                    b"


def test_it_stands_in_a_row_of_its_own_below_the_numbers_where_a_chart_has_rows_for_it() -> None:
    chart = Chart("", (Line([0, 10], [0, 1], "a"),), "", x_label="epoch", y_label="loss")
    lines = [strip.text for strip in drawn(chart, (40, MIN_ROWS_WITH_NAME))]
    assert (lines[-1], lines[-2].split()[-1]) == ("epoch →".rjust(40), "10")
    low = [strip.text for strip in drawn(chart, (40, MIN_ROWS_WITH_NAME - 1))]
    assert "epoch →" in low[-1] and low[-1].split()[-1] == "10"


def test_a_plane_has_it_below_its_numbers_where_its_place_goes_on() -> None:
    plane = Chart("", (Line([-3, 3], [-1, 1], "a"),), "", x_label="a long name", y_label="y", scale="plane")
    lines = [strip.text.rstrip() for strip in drawn(plane, (40, 40))]
    row = next(row for row, line in enumerate(lines) if "┬" in line)
    assert lines[row + 2].strip() == "a long name →"


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_name_covers_no_number_of_an_axis_and_takes_no_line_of_a_low_chart(name: str, size: tuple[int, int]) -> None:
    for chart in charts(name):
        without = replace(chart, x_label="")
        has_bars = any(isinstance(mark, Bars) for mark in chart.marks)
        if chart.scale == "chart" and chart.x_label and chart.has_data and not has_bars:
            named_lines = [strip.text for strip in drawn(chart, size)]
            assert sum(f"{chart.x_label} →" in line for line in named_lines) == 1, chart.title
            if has_row_for_name(chart, size[1]):
                assert named_lines.pop().strip() == f"{chart.x_label} →", chart.title
            lines = [strip.text for strip in drawn(without, (size[0], len(named_lines)))]
            words = named_lines[-1].replace(f"{chart.x_label} →", "").split()
            assert words == lines[-1].split(), (chart.title, named_lines[-1])
            assert named_lines[1:-1][-3:] == lines[1:-1][-3:], chart.title


def test_the_minus_of_a_number_hangs_left_so_that_its_figures_stand_below_their_tick() -> None:
    strips = drawn(Chart("", (Line([-3, 3], [-1, 1], "a"),), "", scale="plane"), (40, 16))
    row = next(row for row, strip in enumerate(strips) if "┬" in strip.text)
    axis, labels = strips[row].text, strips[row + 1].text
    digits = [column for column, sign in enumerate(labels) if sign.isdigit()]
    assert digits == [column for column, sign in enumerate(axis) if sign == "┬"], (axis, labels)


def test_numbers_are_equally_far_apart_where_that_takes_few_columns_of_the_data() -> None:
    chart = Chart("", (Line([0.0, 12.0], [0, 1], "a"),), "", x_label="x", y_label="y")
    found = {}
    for columns in range(50, 62):
        axis = next(strip.text for strip in drawn(chart, (columns, 20)) if "┬" in strip.text)
        ticks = [column for column, sign in enumerate(axis) if sign == "┬"]
        found[columns] = {after - before for before, after in pairwise(ticks)}
    assert [columns for columns, gaps in found.items() if len(gaps) == 1] == [50, 51, 55, 56, 57, 61], found
