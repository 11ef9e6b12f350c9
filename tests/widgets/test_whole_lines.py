"""Lines are whole where colours tell them apart, and broken only where these do not."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations

import pytest
from textual.app import App
from textual.color import Color
from textual.theme import Theme

from tests.screens.test_themes import MACHADO, distance
from tests.widgets.drawn import palette
from tests.widgets.pictures import canvases, charts
from tutor.screens.themes import THEMES
from tutor.sims.engine.chart import Chart, Line
from tutor.sims.table import SIMULATIONS
from tutor.widgets.plots.braille import draw_strokes
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.plots.line_patterns import choose_drawn_looks
from tutor.widgets.plots.looks import Look, choose_line_looks
from tutor.widgets.plots.shades import looks_alike

PALETTE = palette()
MIN_SEEN = 5.0
"""The CIE 1976 distance from which two colours differ at a glance; 2.3 is just noticeable."""


def named_lines(chart: Chart, looks: Mapping[int, Look]) -> dict[str, tuple[Line, Look]]:
    """Name → a line with that name and its look."""
    return {mark.label: (mark, looks[i]) for i, mark in enumerate(chart.marks) if isinstance(mark, Line) and mark.label}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_two_lines_of_a_chart_look_the_same_to_anyone(name: str, theme: Theme) -> None:
    drawn = palette(theme)
    for chart in charts(name):
        lines = named_lines(chart, choose_drawn_looks(chart, drawn))
        for (one, look), (other, other_look) in combinations(lines.values(), 2):
            if look == other_look:
                first, second = (Color(*drawn.roles[line.role]) for line in (one, other))
                apart = min(distance(first, second, sight) for sight in MACHADO.values())
                assert apart > MIN_SEEN, (chart.title, one.label, other.label)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_line_is_broken_only_if_another_has_nearly_its_colour(name: str) -> None:
    for chart in charts(name):
        lines = named_lines(chart, choose_drawn_looks(chart, PALETTE))
        for label, (line, look) in lines.items():
            colours = [PALETTE.roles[other.role] for name, (other, _) in lines.items() if name != label]
            own = PALETTE.roles[line.role]
            if look.glyph and not any(looks_alike(own, colour) for colour in colours):
                assert look.pattern == "solid", (chart.title, label)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_without_colours_lines_are_as_broken_as_ever(name: str) -> None:
    for chart in charts(name):
        assert choose_drawn_looks(chart, replace(PALETTE, has_colours=False)) == choose_line_looks(chart)


def test_two_lines_of_one_colour_differ_in_their_dashes() -> None:
    lines = tuple(Line([0, 1], [level, level], f"line {level}", "good") for level in range(3))
    looks = choose_drawn_looks(Chart("", lines, ""), PALETTE)
    assert looks[0].pattern == "solid"
    assert len({look.pattern for look in looks.values()}) == 3


@pytest.mark.parametrize("size", [(40, 12), (70, 20), (100, 30)], ids=str)
@pytest.mark.parametrize("name", SIMULATIONS)
def test_without_colours_a_curve_under_another_is_seen_through_the_gaps_of_the_upper_one(
    name: str, size: tuple[int, int]
) -> None:
    for chart, canvas, _ in canvases(name, size, replace(PALETTE, has_colours=False)):
        together = draw_strokes(canvas.strokes, canvas.columns, canvas.rows)
        for mark in chart.marks:
            if isinstance(mark, Line) and mark.label:
                colour = PALETTE.roles[mark.role]
                own = [stroke for stroke in canvas.strokes if stroke.colour == colour]
                alone = draw_strokes(own, canvas.columns, canvas.rows)
                kept = sum(cell in alone and run[1] == colour for cell, run in together.items())
                assert kept >= len(alone) / 6 or len(alone) < 6, (chart.title, mark.label)


def test_a_terminal_without_colours_is_known_to_have_none() -> None:
    for has_colours in (True, False):
        program: App[object] = App()
        program.no_color = not has_colours
        assert theme_palette(program).has_colours is has_colours
