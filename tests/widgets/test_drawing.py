"""Pictures, readings and worked lines as cells: nothing is cut off that matters, nothing leaves its place."""

import re
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App

from tutor.sims.engine.chart import Bars, Chart, HeatMap, Line, Points, Primitive
from tutor.sims.engine.comparison import PinnedRuns
from tutor.sims.engine.player import Player
from tutor.sims.engine.view import Reading, WorkedLine
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.axes import y_axis
from tutor.widgets.plots.colours import Palette, palette_of
from tutor.widgets.plots.marks import MARK_DRAWINGS
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.simulator.readings import compared_lines, label_text, reading_lines
from tutor.widgets.simulator.worked_lines import in_lines, sum_of


@pytest.fixture
def palette() -> Palette:
    return palette_of(App())


@pytest.mark.parametrize("size", [(24, 6), (40, 8), (80, 12), (101, 30), (10, 3), (1, 1)])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_every_picture_fills_exactly_its_place(name: str, size: tuple[int, int], palette: Palette) -> None:
    player = Player(find_simulation(name).build())
    for step in (0, 1, 5):
        player.jump(step)
        for picture in player.view().pictures:
            strips = picture_strips(picture, palette, *size)
            assert [strip.cell_length for strip in strips] == [size[0]] * size[1]


def test_row_0_of_a_matrix_stands_at_the_top(palette: Palette) -> None:
    marks = (HeatMap([[0.0] * 4, [1.0] * 4], (0, 4), (0, 2)), Points([2.0], [0.25], "first row"))
    lines = [strip.text for strip in picture_strips(Chart("m", marks, "", y_down=True), palette, 40, 14)]
    body = lines[3:-2]
    assert next(row for row, line in enumerate(body) if "●" in line) < len(body) / 2


def test_an_axis_is_not_stretched_for_the_sake_of_round_ends() -> None:
    axis = y_axis(Chart("", (Line([0, 1], [-2.1, 2.1]),), ""), rows=8)
    assert axis.high - axis.low <= 1.3 * 4.2
    assert len(axis.ticks) >= 2


@pytest.mark.parametrize("rows", range(3, 20))
@pytest.mark.parametrize("count", [1, 2, 3])
def test_rows_of_a_matrix_are_counted_in_whole_numbers(rows: int, count: int) -> None:
    strips = tuple(Points([0.0, 1.0], [level, level]) for level in range(1, count + 1))
    axis = y_axis(Chart("", strips, "", y_range=(0.5, count + 0.9), y_down=True), rows)
    assert all(tick == int(tick) for tick in axis.ticks)


def test_a_value_is_shown_whole_where_its_name_has_to_be_cut(palette: Palette) -> None:
    (line,) = reading_lines([Reading("a name far too long for its place", "x", 9.93423)], palette, 20, 5)
    assert line.text.rstrip().endswith("… 9.93423")
    assert line.cell_length <= 20


@pytest.mark.parametrize("runs", [1, 2, 3])
@pytest.mark.parametrize("width", [18, 28, 30, 43, 56, 80, 136])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_values_of_compared_runs_keep_their_labels(name: str, width: int, runs: int, palette: Palette) -> None:
    pinned, player = PinnedRuns(), Player(find_simulation(name).build())
    player.jump(3)
    for _ in range(runs):
        pinned.pin(player)
    player.jump(2)
    readings = player.view().readings
    kept = [pinned.readings(item.key) for item in readings]
    lines = compared_lines(readings, kept, palette, width, 6)
    shown = " ".join(" ".join(line.text for line in lines).split())
    assert "…" not in shown
    assert max((line.cell_length for line in lines), default=0) <= width
    if width >= 28:
        for item, others in zip(readings, kept, strict=True):
            assert label_text(item) in shown
            for letter, _ in others:
                assert re.search(rf"\b{letter} \S", shown)


def test_compared_values_get_fewer_figures_before_they_leave_their_row_and_never_look_alike(palette: Palette) -> None:
    readings = [Reading("training loss", "x", 0.504022), Reading("test loss", "y", 0.50402)]
    kept = [[("A", 0.000631259)], [("A", 0.504018)]]
    wide = [" ".join(line.text.split()) for line in compared_lines(readings, kept, palette, 60, 4)]
    assert wide == ["training loss 0.504022 | A 0.000631259", "test loss 0.50402 | A 0.504018"]
    tight = [" ".join(line.text.split()) for line in compared_lines(readings, kept, palette, 36, 4)]
    assert tight == ["training loss 0.504 | A 0.0006313", "test loss 0.50402 | A 0.504018"]
    stacked = [line.text.strip() for line in compared_lines(readings, kept, palette, 29, 4)]
    assert stacked == ["training loss", "0.504 | A 0.000631", "test loss", "0.50402 | A 0.504018"]
    narrow = [line.text.strip() for line in compared_lines(readings, kept, palette, 18, 4)]
    assert narrow == ["training loss", "0.504", "A 0.000631", "test loss", "0.50402", "A 0.504018"]


@pytest.mark.parametrize("width", [30, 45, 80])
def test_worked_lines_are_broken_inside_their_place_and_lose_nothing(width: int, palette: Palette) -> None:
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        player.jump(4)
        view = player.view()
        sums = [sum_of(line) for line in view.worked_lines]
        whole = in_lines(sums, palette, 1000)
        broken = in_lines(sums, palette, width)
        assert all(cell_len(strip.text) <= width for strip in broken), name
        assert re.sub(r"\s", "", "".join(s.text for s in broken)) == re.sub(r"\s", "", "".join(s.text for s in whole))


def test_what_becomes_of_a_weight_is_not_called_an_equation() -> None:
    line = WorkedLine("w[0]", r"w_1 \leftarrow w_1 - \eta g", "1 - 0.5", 0.5)
    assert sum_of(line).whole == r"w_1 \leftarrow w_1 - \eta g = 1 - 0.5 = 0.5"


def test_bars_are_never_longer_than_their_place(palette: Palette) -> None:
    for values in ([1e300, 1.0], [0.0, 0.0], [-5.0, 3.0], [float("inf"), 1.0]):
        chart = Chart("b", (Bars(["one", "two"], values),), "")
        assert all(strip.cell_length == 50 for strip in picture_strips(chart, palette, 50, 10))


def test_a_diagram_too_wide_for_its_place_stands_upright(palette: Palette) -> None:
    player = Player(find_simulation("backprop").build())
    player.jump(14)
    text = "\n".join(strip.text for strip in picture_strips(player.view().pictures[0], palette, 56, 22))
    assert all(name in text for name in ("neuron 1", "neuron 2", "neuron 3", "▲ w₂ −1.2", "δ −0.1072"))


def test_every_primitive_of_a_chart_is_in_the_table_of_marks() -> None:
    def kinds(base: type[Any]) -> set[type[Any]]:
        below = base.__subclasses__()
        return set(below).union(*map(kinds, below))

    assert {kind for kind in kinds(Primitive) if not kind.__name__.startswith("_")} == set(MARK_DRAWINGS)
