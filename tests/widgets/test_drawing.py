"""Pictures, readings and worked lines as cells: nothing is cut off that matters, nothing leaves its place."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from math import ceil, floor, log10
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len
from textual.app import App
from textual.theme import Theme

from tests.widgets import drawn
from tests.widgets.drawn import cells as cells_of
from tutor.screens.themes import THEMES
from tutor.sims.datasets.digit_pictures import draw_confusion, draw_sheet
from tutor.sims.engine.chart import Bars, Chart, Direction, HeatMap, Line, Points, Primitive
from tutor.sims.engine.comparison import PinnedRuns
from tutor.sims.engine.player import Player
from tutor.sims.engine.view import Reading, View, WorkedLine
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.axes import Axis, choose_x_axis, choose_y_axis, make_log_axis
from tutor.widgets.plots.bars import TRACK_SHARE
from tutor.widgets.plots.canvas import BRAILLE
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.marks import MARK_DRAWINGS
from tutor.widgets.plots.plane_axes import make_plane_axes
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.plots.proportions import fit_viewport
from tutor.widgets.plots.shades import mix
from tutor.widgets.simulator.indexed import find_table
from tutor.widgets.simulator.readings import compared_lines, label_text, reading_lines
from tutor.widgets.simulator.worked_lines import divide_worked_line, single_lines


@pytest.fixture
def palette() -> Palette:
    return theme_palette(App())


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
    assert next(row for row, line in enumerate(body) if BRAILLE & set(line)) < len(body) / 2


def test_an_axis_is_not_stretched_for_the_sake_of_round_ends() -> None:
    axis = choose_y_axis(Chart("", (Line([0, 1], [-2.1, 2.1]),), ""), rows=8)
    assert axis.high - axis.low <= 1.3 * 4.2
    assert len(axis.ticks) >= 2


@pytest.mark.parametrize("rows", range(3, 20))
@pytest.mark.parametrize("count", [1, 2, 3])
def test_rows_of_a_matrix_are_counted_in_whole_numbers(rows: int, count: int) -> None:
    strips = tuple(Points([0.0, 1.0], [level, level]) for level in range(1, count + 1))
    axis = choose_y_axis(Chart("", strips, "", y_range=(0.5, count + 0.9), y_down=True), rows)
    assert all(tick == int(tick) for tick in axis.ticks)


@pytest.mark.parametrize("size", [(36, 16), (47, 17), (64, 24), (101, 36)])
@pytest.mark.parametrize("theme", THEMES[:3])
def test_numbers_in_cells_are_in_one_column_and_in_one_ink(theme: Theme, size: tuple[int, int]) -> None:
    counts = np.diag([26, 15, 17, 3, 24, 25, 19, 19, 13, 100])
    counts[2, 3] = counts[8, 1] = 1
    found = cells_of(picture_strips(draw_confusion(counts, "validation"), drawn.palette(theme), *size))
    units = [cell for cell in found if cell.sign.isdigit() and cell.behind is not None]
    last = [cell for cell in units if not any(c.row == cell.row and c.column == cell.column + 1 for c in units)]
    assert len(last) == 12
    by_column = sorted({cell.column for cell in last})
    assert len({after - before for before, after in pairwise(by_column)}) == 1
    inks = {(cell.row, cell.behind): set[object]() for cell in units}  # one cell of the table each
    for cell in units:
        inks[cell.row, cell.behind].add(cell.colour)
    assert all(len(colours) == 1 for colours in inks.values())


def test_a_sheet_of_images_off_which_nothing_is_read_has_no_axes(palette: Palette) -> None:
    images = [np.eye(8).ravel()] * 8
    lines = [line.text for line in picture_strips(draw_sheet("Sheet", images, ["a"] * 8, ""), palette, 60, 20)]
    assert any("a" in line for line in lines[1:])
    assert not any(set("│┤┼└─┴┬├┌") & set(line) for line in lines)


def test_a_name_too_long_for_its_place_takes_more_lines(palette: Palette) -> None:
    lines = reading_lines([Reading("a name far too long for its place", "x", 9.93423)], palette, 20, 5)
    assert [line.text.rstrip() for line in lines] == ["a name far   9.93423", " too long for", " its place"]


def unpaired(readings: Sequence[Reading]) -> Sequence[Reading]:
    """Those that no table has."""
    table = find_table(tuple(map(label_text, readings)))
    return readings if table is None else [readings[place] for place in table.others]


@pytest.mark.parametrize("width", [14, 22, 36])
def test_wherever_a_list_of_values_is_cut_no_label_is_without_its_value(width: int, palette: Palette) -> None:
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        player.jump(3)
        readings = unpaired(player.view().readings)
        lines = [line.text.rstrip() for line in reading_lines(readings, palette, width, 1000)]
        firsts = [line for line in lines if not line.startswith(" ")]
        assert len(firsts) == len(readings), "\n".join([name, *lines])
        for item, line in zip(readings, firsts, strict=True):
            value = item.format(item.value)
            assert line.endswith((value, item.text)) or cell_len(value) + 2 >= width, "\n".join([name, *lines])


def test_a_label_is_as_wide_as_its_value_leaves(palette: Palette) -> None:
    readings = [Reading("outputs of layer 1, spread", "x", 0.92909), Reading("a label that is too wide", "y", 12.5)]
    lines = [line.text.rstrip() for line in reading_lines(readings, palette, 32, 9)]
    assert lines[:2] == ["outputs of               0.92909", " layer 1, spread"], "no word is alone below"
    wide = [line.text.rstrip() for line in reading_lines(readings, palette, 34, 9)]
    assert [line.split("  ")[0] for line in wide] == ["outputs of layer 1, spread 0.92909", "a label that is too wide"]


def test_signs_of_units_touch_their_number_and_words_do_not(palette: Palette) -> None:
    readings = [Reading("angle", "x", 15.0104, "°"), Reading("time", "y", 2.25, "seconds"), Reading("rate", "z", 1.5)]
    assert [item.text for item in readings] == ["15.0104°", "2.25 seconds", "1.5"]
    lines = [line.text for line in reading_lines(readings, palette, 40, 3)]
    assert [line.split()[1:] for line in lines] == [["15.0104°"], ["2.25", "seconds"], ["1.5"]]
    assert len({line.index(".") for line in lines}) == 1


def test_two_columns_of_readings_are_read_downwards_unless_they_are_scrolled(palette: Palette) -> None:
    readings = [Reading(name, name, 1.0) for name in "abcdefgh"]
    for rows, expected in ((4, "ae bf cg dh"), (3, "ab cd ef gh")):
        lines = [line.text for line in reading_lines(readings, palette, 40, rows)]
        assert [line.split()[0] + line.split()[2] for line in lines] == expected.split(), rows


def test_values_of_compared_runs_are_in_columns(palette: Palette) -> None:
    readings = [Reading("w1", "x", -1.94), Reading("loss", "y", 12.5), Reading("steps", "z", 100)]
    kept: list[list[tuple[str, float | None]]] = [
        [("A", -1.8), ("B", 0.25)],
        [("A", 3.125), ("B", None)],
        [("A", 7), ("B", 12)],
    ]
    lines = [line.text for line in compared_lines(readings, kept, palette, 60, 3)]
    assert lines[0].split() == ["this", "run", "A", "B"]
    ends = [[word.end() for word in re.finditer(r"A|B|this run", line)] for line in lines[:1]]
    assert len(ends[0]) == 3 and len({len(line) for line in lines}) == 1
    points = [[at for at, sign in enumerate(line) if sign == "."] for line in lines[1:3]]
    assert points[0][:2] == points[1]
    assert all(lines[0][end - 1] == title for end, title in zip(ends[0], "nAB", strict=True))


@pytest.mark.parametrize("width", [36, 80])
def test_the_decimal_points_of_readings_stand_below_each_other(width: int, palette: Palette) -> None:
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        player.jump(3)
        readings = unpaired(player.view().readings)
        lines = [line.text for line in reading_lines(readings, palette, width, 1000)]
        assert all(any(label_text(item).split()[0] in line for line in lines) for item in readings), name
        assert "…" not in "".join(lines), name
        if sum(bool(re.search(r"\d\.\d", line)) for line in lines) < 2:
            continue  # without points to align, the numbers end in one column
        points = {cell_len(line[: found.start() + 1]) for line in lines if (found := re.search(r"\d\.\d+ *$", line))}
        assert len(points) <= 1, "\n".join([name, *lines])


def some_views(name: str) -> Iterator[View]:
    player = Player(find_simulation(name).build())
    for step in (0, 1, 6, 12):
        player.jump(step)
        yield player.view()


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_word_of_a_picture_is_cut_and_its_ticks_stand_evenly(name: str, palette: Palette) -> None:
    charts = [picture for view in some_views(name) for picture in view.pictures if isinstance(picture, Chart)]
    for chart in charts:
        for size in ((38, 17), (78, 13), (60, 24), (100, 30)):
            lines = [strip.text for strip in picture_strips(chart, palette, *size)]
            assert "…" not in "".join(lines), "\n".join(lines)
        for axis, cells in axes_of(chart):
            places = [int(axis.share_of_axis_value(tick) * cells) for tick in axis.ticks]
            apart = [abs(after - before) for before, after in pairwise(places)]
            assert len(places) >= 2 or not chart.x_label or axis.high - axis.low <= 1, (chart.title, axis)
            assert axis.log or not apart or max(apart) - min(apart) <= 1 <= min(apart), (chart.title, axis, cells)


@pytest.mark.parametrize("size", [(40, 9), (46, 10), (78, 12), (100, 26)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_an_axis_has_enough_ticks_to_read_what_lies_between_them(name: str, size: tuple[int, int]) -> None:
    """Four from 40 columns and three from 9 rows, but for a count of less."""
    player = Player(find_simulation(name).build())
    for step in (0, 3, 40):
        player.jump(step)
        for chart in player.view().pictures:
            if isinstance(chart, Chart) and chart.scale == "chart" and axes_of(chart):
                x, y = choose_x_axis(chart, size[0]), choose_y_axis(chart, size[1])
                assert len(x.ticks) >= min(4, counted(chart, "x", x)), (chart.title, x)
                assert len(y.ticks) >= min(3, counted(chart, "y", y)), (chart.title, y)


def counted(chart: Chart, direction: Direction, axis: Axis) -> int:
    """How many ticks an axis of whole numbers can have; many for another."""
    if direction == "y" and chart.y_down and chart.y_range:
        low, high = chart.y_range
    elif direction == "x" and all(value == int(value) for value in chart.coordinates("x")):
        low, high = axis.low, axis.high
    else:
        return 9
    return floor(high + 1e-9) - ceil(low - 1e-9) + 1


def axes_of(chart: Chart) -> list[tuple[Axis, int]]:
    """The axes of a chart that has any, in a small place, with the cells of each."""
    if not chart.has_data or any(isinstance(mark, Bars) for mark in chart.marks):
        return []
    if chart.scale == "chart":
        return [(choose_x_axis(chart, 60), 60), (choose_y_axis(chart, 8), 8)]
    frame = fit_viewport(chart, 30, 12)
    x, y = make_plane_axes(chart, frame.x_range, frame.y_range, frame.columns, frame.rows)
    return [(x, frame.columns), (y, frame.rows)]


@pytest.mark.parametrize("low", [1e-28, 2e-7, 0.011, 0.4, 0.7, 3.0])
@pytest.mark.parametrize("span", [1.0, 1.5, 8.0, 90.0, 1e9])
@pytest.mark.parametrize("count", [2, 3, 5])
def test_a_logarithmic_axis_is_no_longer_than_its_values_need_and_its_labels_are_of_one_kind(
    low: float, span: float, count: int
) -> None:
    axis = make_log_axis([low, low * span], count)
    assert axis.low <= log10(low) + 1e-9 and axis.high >= log10(low * span) - 1e-9
    assert axis.high - axis.low <= 2.2 * max(log10(span), 0.5)
    assert 2 <= len(axis.ticks) <= max(3, count + 1)
    assert len({label.translate(LOWERED) == label for label in axis.labels}) == 1
    for tick, label in zip(axis.ticks, axis.labels, strict=True):
        assert number_of(label) == pytest.approx(10**tick, rel=1e-3)


LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")


def number_of(label: str) -> float:
    """What a label of a logarithmic axis says."""
    factor, _, power = label.rpartition("10") if label.translate(LOWERED) != label else (label, "", "")
    digits = factor.removesuffix(" · ").replace("−", "-").replace(",", "")
    return float(float(digits or 1) * 10.0 ** int(power.translate(LOWERED) or 0))


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
            words = iter(shown.split())
            label = label_text(item)  # broken, its value follows its first line
            assert label in shown or all(word in words for word in label.split()), (label, shown)
            for letter, _ in others:
                assert re.search(rf"\b{letter} \S", shown)


def test_compared_values_keep_their_figures_and_leave_their_row_where_room_is_short(palette: Palette) -> None:
    readings = [Reading("training loss", "x", 0.504022), Reading("test loss", "y", 0.50402)]
    kept = [[("A", 0.000631259)], [("A", 0.504018)]]
    wide = [" ".join(line.text.split()) for line in compared_lines(readings, kept, palette, 60, 4)]
    assert wide == ["this run A", "training loss 0.504022 0.000631259", "test loss 0.50402 0.504018"]
    assert [" ".join(line.text.split()) for line in compared_lines(readings, kept, palette, 36, 4)] == wide
    below = [" ".join(line.text.split()) for line in compared_lines(readings, kept, palette, 30, 4)]
    assert below == ["training loss 0.504022", "A 0.000631259", "test loss 0.50402", "A 0.504018"]
    narrow = [" ".join(line.text.split()) for line in compared_lines(readings, kept, palette, 18, 4)]
    assert narrow == ["training 0.504022", "loss", "A 0.000631259", "test loss 0.50402", "A 0.504018"]


@pytest.mark.parametrize("width", [30, 45, 80])
def test_worked_lines_are_broken_inside_their_place_and_lose_nothing(width: int, palette: Palette) -> None:
    for name in SIMULATIONS:
        player = Player(find_simulation(name).build())
        player.jump(4)
        view = player.view()
        sums = [divide_worked_line(line) for line in view.worked_lines]
        whole = list(chain.from_iterable(single_lines(sums, palette, 1000)))
        broken = list(chain.from_iterable(single_lines(sums, palette, width)))
        assert all(cell_len(strip.text) <= width for strip in broken), name
        # Subscripts below a formula, or in brackets where these have no room, are before or after what follows it.
        signs_of_broken, signs_of_whole = (Counter("".join(s.text for s in rows)) for rows in (broken, whole))
        assert set(signs_of_broken - signs_of_whole) <= set(" []_")
        assert set(signs_of_whole - signs_of_broken) <= set(" ")


@pytest.mark.parametrize("numbers", ["0.25", "(0.25)"])
def test_numbers_that_are_the_result_already_are_not_said_twice(numbers: str) -> None:
    assert divide_worked_line(WorkedLine("g", r"g = \delta", numbers, 0.25)).whole == r"g = \delta = 0.25"
    other = divide_worked_line(WorkedLine("g", r"g = -\delta", "-(−0.25)", 0.25))
    assert other.whole == r"g = -\delta = -(−0.25) = 0.25"


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_axis_of_bars_says_again_what_the_title_says(name: str, palette: Palette) -> None:
    charts = [picture for view in some_views(name) for picture in view.pictures if isinstance(picture, Chart)]
    for chart in charts:
        if all(isinstance(mark, Bars) for mark in chart.marks):
            _, *lines = [strip.text for strip in picture_strips(chart, palette, 80, 24)]
            assert not any(line.lower().startswith(f"{chart.title.lower()} →") for line in lines), "\n".join(lines)
            first = next((row for row, line in enumerate(lines) if "│" in line), 1)
            assert first == 1, "a row of the names, or a blank one, before the bars"


def test_what_becomes_of_a_weight_is_not_called_an_equation() -> None:
    line = WorkedLine("w[0]", r"w_1 \leftarrow w_1 - \eta g", "1 - 0.5", 0.5)
    assert divide_worked_line(line).whole == r"w_1 \leftarrow w_1 - \eta g = 1 - 0.5 = 0.5"


def test_bars_are_never_longer_than_their_place(palette: Palette) -> None:
    for values in ([1e300, 1.0], [0.0, 0.0], [-5.0, 3.0], [float("inf"), 1.0]):
        chart = Chart("b", (Bars(["one", "two"], values),), "")
        assert all(strip.cell_length == 50 for strip in picture_strips(chart, palette, 50, 10))


def test_bars_on_both_sides_begin_at_a_line_at_zero_and_none_is_cut(palette: Palette) -> None:
    for values in ([-0.341, 0.2424, 0.0986], [-0.009133, 0.006676, 0.002456], [-1.0, -0.5, -0.25], [1.0, 0.5, 0.0]):
        chart = Chart("b", (Bars(["one", "two", "three"], values),), "")
        for width, height in ((36, 12), (60, 14), (97, 30)):
            lines = [strip.text for strip in picture_strips(chart, palette, width, height)][1:]
            body = [line for line in lines if line.strip()]
            (zero,) = {line.index("│") for line in body}
            assert not any("…" in line for line in body)
            for value, name in zip(values, ("one", "two", "three"), strict=True):
                line = next(line for line in body if name in line)
                before, after = line[:zero].rstrip()[-1:], f"{line} "[zero + 1]
                assert (before in "▐█") == (value < 0), line
                assert (after in "▏▎▍▌▋▊▉█") == (value > 0), line


def test_the_rest_of_the_whole_is_drawn_behind_a_share_and_values_line_up_after_it(palette: Palette) -> None:
    chart = Chart("b", (Bars(["one", "two", "three"], [89.0, 0.0, 100.0]),), "", y_range=(0.0, 100.0))
    lines = [strip for strip in picture_strips(chart, palette, 60, 8) if strip.text.split()[:1] != ["b"]]
    rest = mix(palette.ground, palette.frame, TRACK_SHARE)
    found = {}
    for name in ("one", "two", "three"):
        line = next(strip for strip in lines if name in strip.text)
        drawn = [cell for cell in cells_of([line]) if cell.behind == rest]
        full, end = line.text.count("█"), line.text.rindex(line.text.split()[-1])
        found[name] = full, full + len(drawn), end
    whole = found["three"][0]
    assert [found[name][1] for name in found] == [whole] * 3
    assert found["two"][0] == 0
    assert found["one"][0] == pytest.approx(0.89 * whole, abs=1)
    assert len({start for _, _, start in found.values()}) == 1


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


def test_a_worked_line_is_broken_outside_brackets_first(palette: Palette) -> None:
    line = WorkedLine("v", "v = a", r"0.999 \cdot 0.00646476 + (1 - 0.999) \cdot (-0.466554)^2", 0.00667597)
    for width in (24, 30, 36, 44):
        lines = [strip.text for strip in single_lines([divide_worked_line(line)], palette, width)[0]]
        assert all(text.count("(") == text.count(")") for text in lines), lines
