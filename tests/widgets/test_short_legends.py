"""A legend takes at most two lines beside the numbers of a small screen, and a word stands where a bar has no value."""

import pytest

from tests.widgets.drawn import cells
from tests.widgets.pictures import PALETTE, charts, drawn
from tutor.sims.engine.chart import Bars, Chart, Line, Points, Role
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.legend import draw_heading
from tutor.widgets.plots.strips import wrap_words

COLUMNS = 41
"""The width of a picture beside the numbers on a screen of 80 columns."""


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_legend_takes_more_than_two_lines_on_a_small_screen(name: str) -> None:
    for chart in charts(name):
        strips = draw_heading(chart, PALETTE, COLUMNS)
        assert len(strips) - len(wrap_words(chart.title, COLUMNS)) <= 2, [strip.text for strip in strips]
        assert all(strip.cell_length <= COLUMNS for strip in strips)


def heading(title: str, names: tuple[str, ...], width: int) -> list[str]:
    roles: tuple[Role, ...] = ("blue", "orange", "good")
    lines = tuple(Line([0, 1], [0, 1], name, role) for name, role in zip(names, roles, strict=False))
    return [strip.text for strip in draw_heading(Chart(title, lines, ""), PALETTE, width)]


def test_entries_stand_closer_only_if_that_saves_a_line_and_never_in_part_beside_the_title() -> None:
    three = ("one", "two", "three")
    assert heading("Loss", three[:2], 30) == ["Loss         ──● one   ──○ two"]
    assert heading("Loss", three, 30) == ["Loss", "──● one   ──○ two   ──× three"]
    assert heading("A long title here", three, 27) == ["A long title here", "──● one  ──○ two  ──× three"]
    long = heading("Loss", ("first name", "second name", "three"), 30)
    assert long == ["Loss", "──● first name", "──○ second name   ──× three"]
    filled = heading("Loss", ("one", "a name that is long", "two"), 24)
    assert filled == ["Loss", "──● one  ──× two", "──○ a name that is long"]


def test_a_bar_without_a_value_has_a_quiet_word_in_its_place_and_names_stay_below_each_other() -> None:
    bars = Bars(["1", "2", "3"], [0.0, 2.0, 0.0], words=["off", "", "off"])
    rows = [strip for strip in drawn(Chart("b", (bars,), ""), (40, 9)) if "│" in strip.text and strip.text[0] != " "]
    assert [strip.text.rstrip()[:6] for strip in rows if "off" in strip.text] == ["1 │ of", "3 │ of"]
    quiet = {cell.colour for cell in cells(rows) if cell.sign == "f"}
    assert quiet == {PALETTE.roles["muted"]}


def test_draws_that_do_not_depend_on_each_other_are_points_and_their_mean_is_a_line() -> None:
    player = Player(find_simulation("dropout").build())
    player.jump(6)
    chart = player.view().pictures[1]
    assert isinstance(chart, Chart)
    assert {mark.label: type(mark) for mark in chart.primitives() if isinstance(mark, (Line, Points))} == {
        "out": Points,
        "all units on": Line,
        "mean of out": Line,
    }


def test_points_that_give_way_are_left_out_of_a_small_picture_and_of_its_legend() -> None:
    given = Points([1, 2], [1, 2], "training", "blue")
    chart = Chart("fit", (given, Points([1, 2], [2, 1], "validation", "good", "ring", gives_way=True)), "")
    for size, is_shown in (((40, 12), False), ((60, 20), True)):
        strips = drawn(chart, size)
        text = "\n".join(strip.text for strip in strips)
        assert "training" in text
        assert ("validation" in text) is is_shown
        assert any(cell.colour == PALETTE.roles["good"] for cell in cells(strips)) is is_shown
