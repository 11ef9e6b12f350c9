"""A value beside a mark is read where there is room for it, and covers nothing."""

import re
from dataclasses import replace

import pytest

from tests.widgets.pictures import charts, drawn
from tutor.sims.engine.chart import Chart, Label, Line, Points
from tutor.sims.table import SIMULATIONS

SIZES = [(38, 9), (56, 13), (98, 24)]
WITH_VALUES = ("vanishing", "initialisation", "autoencoder")


def values_beside(chart: Chart) -> list[str]:
    return [mark.text for mark in chart.marks if isinstance(mark, Label) and mark.is_beside]


def without_values(chart: Chart) -> Chart:
    return replace(chart, marks=tuple(m for m in chart.marks if not (isinstance(m, Label) and m.is_beside)))


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_values_beside_marks_cover_nothing_and_are_whole(name: str, size: tuple[int, int]) -> None:
    for chart in charts(name):
        if not values_beside(chart):
            continue
        bare = [strip.text for strip in drawn(without_values(chart), size)]
        lines = [strip.text for strip in drawn(chart, size)]
        added = ""
        for before, after in zip(bare, lines, strict=True):
            assert all(now == was for was, now in zip(before, after, strict=True) if was != " "), (before, after)
            added += "".join(now if was == " " else "" for was, now in zip(before, after, strict=True)) + " "
        left = re.sub(r"\s", "", added)
        for value in sorted(values_beside(chart), key=len, reverse=True):
            left = left.replace(value.replace(" ", ""), "", 1)
        assert not left, (name, added.split())


@pytest.mark.parametrize("name", WITH_VALUES)
def test_where_there_is_room_a_value_is_shown(name: str) -> None:
    found = [chart for chart in charts(name) if values_beside(chart)]
    assert found
    for chart in found:
        text = "\n".join(strip.text for strip in drawn(chart, (120, 40)))
        assert any(value in text for value in values_beside(chart)), (values_beside(chart), text)


def test_a_value_goes_where_its_neighbours_leave_room_and_else_is_left_out() -> None:
    label = Label(5, 5, "0.25", is_beside=True)
    free = Chart("c", (Points([0, 5, 10], [0, 5, 10]), label), "")
    assert any("⠰⣿⠆ 0.25" in strip.text for strip in drawn(free, (60, 20)))
    crossed = Chart("c", (Points([0, 5, 10], [0, 5, 10]), Line([5, 10], [5, 5]), label), "")
    assert any("0.25 ⠰⣿" in strip.text for strip in drawn(crossed, (60, 20)))
    grid = [Line([0, 10], [y / 4, y / 4]) for y in range(41)]
    assert not any("0.25" in strip.text for strip in drawn(Chart("c", (*grid, label), ""), (60, 12)))


def test_a_value_goes_above_a_sign_that_reaches_into_the_row_above() -> None:
    lines = [Line([0, 10], [y, y]) for y in (5.2, 4.2, 3.2)]
    chart = Chart("c", (Points([0, 5, 10], [0, 5.2, 10]), *lines, Label(5, 5.2, "0.25", is_beside=True)), "")
    rows = [strip.text for strip in drawn(chart, (60, 20))]
    row = next(index for index, text in enumerate(rows) if "0.25" in text)
    assert re.search(r"[⠁-⣿]", rows[row + 1]) and not re.search(r"[⠁-⣿]{3}", rows[row + 1]), rows
