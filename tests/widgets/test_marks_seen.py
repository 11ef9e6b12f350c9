"""Marks can be seen and told apart: on drawn screens in every theme, by shape too, in ASCII too, run from run."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from rich.segment import Segment
from textual.color import Color
from textual.strip import Strip

from tests.screens.story import app
from tests.screens.test_themes import contrast
from tests.widgets.drawn import Cell, cells, palette
from tests.widgets.pictures import canvases, pictures
from tests.widgets.test_contrast import ALL
from tutor.screens.app import Opening
from tutor.screens.themes import THEMES
from tutor.sims.engine.chart import RUN_ROLES, Bars, Chart, HeatMap, Line, Points, Role, Shape
from tutor.sims.engine.comparison import PinnedRuns, overlay_runs
from tutor.sims.engine.player import Player
from tutor.sims.playground.view import Playground
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.line_filters import AsciiFilter
from tutor.widgets.plots.braille import draw_strokes
from tutor.widgets.plots.canvas import Stroke
from tutor.widgets.plots.colours import Palette
from tutor.widgets.plots.legend import draw_heading, legend_entries
from tutor.widgets.plots.looks import (
    LINE_SAMPLES,
    PATTERNS,
    SHAPE_GLYPHS,
    choose_line_glyphs,
    choose_line_looks,
    choose_line_patterns,
    is_closed,
)
from tutor.widgets.plots.plot import PictureView, picture_strips

AXES = "│└┴─┬┤┼▀▄█ "
"""What is no mark: axes, and the field itself."""
PALETTE = palette()
ON_SCREEN = (*THEMES, *(theme for theme in ALL if theme.name in {"textual-light", "nord", "tokyo-night"}))


def in_ascii(strips: list[Any]) -> list[str]:
    return ["".join(part.text for part in AsciiFilter().apply(list(strip), Color(0, 0, 0))) for strip in strips]


async def test_every_mark_of_a_trained_network_can_be_read_on_the_screen_in_every_theme(tmp_path: Path) -> None:
    player = Player(Playground.build(show_test=True))
    player.jump(300)
    program = app(tmp_path, Opening("simulation", player=player))
    async with program.run_test(size=(100, 40)) as pilot:
        await pilot.pause()
        for theme in ON_SCREEN:
            if theme.name not in program.available_themes:
                program.register_theme(theme)
            program.theme = theme.name
            await pilot.pause()
            least = 7.0 if "contrast" in theme.name else 4.5
            places = [view.region for view in program.screen.query(PictureView)]
            seen = {
                (cell.sign, cell.colour, cell.behind)
                for cell in cells(program.screen._compositor.render_strips())  # as it is on the screen
                if cell.sign not in AXES and any(place.contains(cell.column, cell.row) for place in places)
            }
            assert {"●", "×", "○", "△"} <= {sign for sign, _, _ in seen}, theme.name
            for sign, colour, behind in seen:
                assert colour is not None, (theme.name, sign)
                assert behind is not None, (theme.name, sign)
                assert contrast(Color(*colour), Color(*behind)) >= least, (theme.name, sign, colour, behind)


def test_shapes_differ_from_each_other_and_from_the_signs_of_a_field_in_ascii_too() -> None:
    letters = {glyph for glyph in SHAPE_GLYPHS.values() if glyph.isalpha()}
    plain = [AsciiFilter().apply([Segment(glyph)], Color(0, 0, 0))[0].text for glyph in SHAPE_GLYPHS.values()]
    assert len(set(plain)) == len(plain) == len(get_args(Shape))
    assert set(plain) - letters <= set("*ox^+#@")


@pytest.mark.parametrize("name", SIMULATIONS)
def test_classes_of_points_differ_by_shape_and_no_shape_is_a_sign_of_their_field(name: str) -> None:
    for picture in pictures(name):
        if not isinstance(picture, Chart):
            continue
        clouds = [mark for mark in picture.marks if isinstance(mark, Points)]
        for one, other in combinations(clouds, 2):
            assert one.shape != other.shape or one.label == other.label or not (one.label and other.label), (
                picture.title,
                one.label,
                other.label,
            )
        if any(isinstance(mark, HeatMap) and mark.diverging for mark in picture.marks):
            assert "plus" not in {mark.shape for mark in clouds}, picture.title


def test_points_stand_out_from_their_field_in_ascii() -> None:
    player = Player(Playground.build(show_test=True))
    player.jump(100)
    picture = player.view().pictures[0]
    lines = in_ascii(picture_strips(picture, PALETTE, 90, 30))
    body = "".join(line.split("|", 1)[-1][:60] for line in lines[1:-2] if "|" in line or "+" in line)
    assert {"*", "x", "o", "^"} <= set(body)
    assert "#" not in body


def series(chart: Chart) -> dict[tuple[str, str], set[tuple[str, str]]]:
    """Whose name a line or points have, or their colour, with the shapes and patterns in which these are drawn."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = {}
    named = {mark.role for mark in coloured_marks(chart) if mark.label}
    looks = choose_line_looks(chart)
    for index, mark in enumerate(chart.marks):
        if isinstance(mark, (Line, Points)) and (mark.label or mark.role not in named):
            look = looks[index] if isinstance(mark, Line) else (SHAPE_GLYPHS[mark.shape], "points")
            found.setdefault((mark.label, mark.role), set()).add((look[0], look[1]))
    return found


def coloured_marks(chart: Chart) -> list[Line | Points]:
    return [mark for mark in chart.marks if isinstance(mark, (Line, Points))]


@pytest.mark.parametrize("name", SIMULATIONS)
def test_any_two_lines_or_clouds_of_a_chart_differ_in_more_than_colour(name: str) -> None:
    rules = find_simulation(name)
    for preset in rules.presets:
        player = Player(rules.build(**preset.values))
        player.jump(3)
        for chart in player.view().pictures:
            if isinstance(chart, Chart):
                for (one, looks), (other, others) in combinations(series(chart).items(), 2):
                    assert looks.isdisjoint(others), (preset.name, chart.title, one, other)
                patterns = choose_line_patterns(chart)
                labelled = {
                    mark.label: patterns[i]
                    for i, mark in enumerate(chart.marks)
                    if isinstance(mark, Line) and mark.label and not is_closed(mark)  # dashes would have no corners
                }
                assert len(set(labelled.values())) == min(len(labelled), len(PATTERNS)), (preset.name, chart.title)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_without_colours_the_legend_shows_how_each_line_is_broken_in_ascii_too(name: str) -> None:
    for chart in (picture for picture in pictures(name) if isinstance(picture, Chart)):
        for turn in (lambda strip: [strip.text], lambda strip: in_ascii([strip])):
            samples = {}
            for item in legend_entries(chart, replace(PALETTE, has_colours=False)):
                (sample, style), (label, _) = item[0], item[-1]
                if any(isinstance(mark, (Line, Points)) and f" {mark.label}" == label for mark in chart.marks):
                    samples[label] = "".join(turn(Strip([Segment(sample, style)])))
            assert len(set(samples.values())) == len(samples), (chart.title, samples)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_compared_run_has_one_colour_and_one_letter_in_every_chart_and_legend(name: str) -> None:
    rules = find_simulation(name)
    runs = PinnedRuns()
    for preset in (rules.presets[0], rules.presets[-1]):
        player = Player(rules.build(**preset.values))
        player.jump(7)
        runs.pin(player)
    player = Player(rules.build(**rules.presets[1].values))
    player.jump(9)
    own = {mark.role for picture in player.view().pictures for mark in coloured(picture)}
    assert own.isdisjoint(RUN_ROLES.values())
    for picture in overlay_runs(player.view().pictures, runs.pictures()):
        for mark in coloured(picture):
            letter = mark.label.rpartition(" · ")[2] if " · " in mark.label else mark.label
            if mark.label or isinstance(mark, Line):  # points without a name mark a line
                assert (mark.role in RUN_ROLES.values()) == (letter in RUN_ROLES), (picture.title, mark.label)
            if mark.role in RUN_ROLES.values():
                letter = mark.role[-1]
                assert mark.label.endswith(letter) or isinstance(mark, Points)
                shown = [*cells(picture_strips(picture, PALETTE, 140, 40))]
                assert letter_signs(shown, PALETTE, mark.role) <= {letter, letter.lower()}


def coloured(picture: object) -> list[Line | Points]:
    return [mark for mark in picture.marks if isinstance(mark, (Line, Points))] if isinstance(picture, Chart) else []


def letter_signs(shown: list[Cell], drawn: Palette, role: Role) -> set[str]:
    """The signs other than dots of lines in the colour of a run."""
    return {
        cell.sign for cell in shown if cell.colour == drawn.roles[role] and cell.sign.strip() and not cell.dots
    } - set("".join(map("".join, LINE_SAMPLES.values())))


def test_bars_of_a_compared_run_have_its_colour() -> None:
    runs = PinnedRuns()
    for logits in ((1.0, 2.0, 0.5), (2.0, 2.0, 2.0)):
        runs.pin(Player(find_simulation("softmax").build(logits=logits)))
    charts = overlay_runs(
        Player(find_simulation("softmax").build(logits=(0.0, 1.0, 3.0))).view().pictures, runs.pictures()
    )
    (bars,) = (mark for mark in charts[0].marks if isinstance(mark, Bars))  # type: ignore[union-attr]  # a chart
    for bar, role in zip(bars.names, bars.roles, strict=True):
        assert (role in RUN_ROLES.values()) == (" · " in bar)
        assert " · " not in bar or role == f"run {bar[-1]}"


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_the_colours_of_runs_are_no_other_marks_and_can_be_read(theme: Any) -> None:
    drawn = palette(theme)
    for role, colour in drawn.roles.items():
        assert contrast(Color(*colour), Color(*drawn.ground)) >= drawn.contrast, role
    for run in RUN_ROLES.values():
        others = [colour for role, colour in drawn.roles.items() if role != run]
        assert drawn.roles[run] not in others
        if theme in THEMES:
            apart = min(sum(abs(a - b) for a, b in zip(drawn.roles[run], other, strict=True)) for other in others)
            assert apart > 30, (run, apart)


RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def test_lines_that_cross_keep_their_colours_and_the_upper_one_is_whole() -> None:
    below, above = Stroke([[(0, 0), (40, 10)]], RED), Stroke([[(0, 10), (40, 0)]], GREEN)
    drawn = draw_strokes([below, above], 40, 10)
    alone = {colour: draw_strokes([stroke], 40, 10) for colour, stroke in ((RED, below), (GREEN, above))}
    assert set(drawn) == set(alone[RED]) | set(alone[GREEN])
    for cell, (sign, colour) in drawn.items():
        assert alone[colour][cell] == (sign, colour)  # no dot of the other line
    assert all(drawn[cell][1] == GREEN for cell in alone[GREEN])


def test_of_two_lines_in_one_place_the_broken_one_leaves_gaps_for_the_solid_one() -> None:
    line = [(0.0, 5.5), (20.0, 5.5), (30.0, 2.5), (60.0, 2.5)]
    broken = [pattern for pattern in PATTERNS if pattern != "solid"]
    for pattern in broken:
        strokes = [Stroke([line], RED, PATTERNS[pattern]), Stroke([line], GREEN)]
        drawn = [colour for _, colour in draw_strokes(strokes, 60, 10).values()]
        assert min(drawn.count(RED), drawn.count(GREEN)) > len(drawn) / 5, pattern
    every = [
        Stroke([line], colour, PATTERNS[pattern]) for colour, pattern in zip((RED, GREEN, BLUE), PATTERNS, strict=False)
    ]
    drawn = [colour for _, colour in draw_strokes(every, 60, 10).values()]
    assert min(map(drawn.count, (RED, GREEN, BLUE))) > len(drawn) / 10


def test_patterns_differ_in_their_dots_and_a_steep_line_has_no_fewer() -> None:
    for line in ([(0.0, 5.5), (30.0, 5.5)], [(5.5, 0.0), (5.5, 15.0)]):
        shown = {
            pattern: tuple(sign for sign, _ in draw_strokes([Stroke([line], RED, dashes)], 30, 15).values())
            for pattern, dashes in PATTERNS.items()
        }
        assert len(set(shown.values())) == len(PATTERNS)
        dots = {pattern: sum((ord(sign) - 0x2800).bit_count() for sign in signs) for pattern, signs in shown.items()}
        for pattern, dashes in PATTERNS.items():
            share = sum(dashes[::2]) / sum(dashes) if dashes else 1
            assert dots[pattern] == pytest.approx(60 * share, abs=4), pattern


def test_a_point_more_or_less_on_a_straight_line_changes_no_dash() -> None:
    few, many = [(0.0, 5.5), (30.0, 5.5)], [(x / 7, 5.5) for x in range(211)]
    (one, other) = (draw_strokes([Stroke([line], RED, (6, 4))], 30, 10) for line in (few, many))
    assert one == other


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_line_of_any_picture_takes_dots_of_another_colour(name: str) -> None:
    for _, canvas, _ in canvases(name):
        together = draw_strokes(canvas.strokes, canvas.columns, canvas.rows)
        for colour in {stroke.colour for stroke in canvas.strokes}:
            own = [stroke for stroke in canvas.strokes if stroke.colour == colour]
            alone = draw_strokes(own, canvas.columns, canvas.rows)
            kept = {cell: drawn for cell, drawn in together.items() if drawn[1] == colour}
            assert kept.items() <= alone.items()


@pytest.mark.parametrize("width", [30, 41, 48, 60])
@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_item_of_a_legend_is_alone_on_a_line_where_it_can_have_company(name: str, width: int) -> None:
    for chart in (picture for picture in pictures(name) if isinstance(picture, Chart)):
        items = ["".join(text for text, _ in item) for item in legend_entries(chart, PALETTE)]
        lines = [strip.text for strip in draw_heading(chart, PALETTE, width)[1:]]
        counts = [sum(f"{item}  " in f"{line}  " for item in items) for line in lines]
        if len(counts) > 1 and counts[-1] == 1 and counts[-2] > 2:
            before = next(item for item in reversed(items) if item in lines[-2])
            assert len(before) + 3 + len(lines[-1].strip()) > width, (chart.title, lines)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_line_whose_points_are_marked_has_no_sign_where_it_has_no_point(name: str) -> None:
    for chart, canvas, _ in canvases(name):
        for mark in chart.marks:
            if isinstance(mark, Points) and not mark.label:
                stamps = [stamp for stamp in canvas.stamps if stamp.colour == PALETTE.roles[mark.role]]
                stamps = [
                    stamp for stamp in stamps if stamp.glyph == SHAPE_GLYPHS[mark.shape] and len(stamp.points) > 1
                ]
                named = sum(isinstance(other, Points) and bool(other.label) for other in chart.marks)
                assert sum(len(stamp.points) for stamp in stamps) <= len(mark.x) or named, chart.title


@pytest.mark.parametrize("name", SIMULATIONS)
def test_what_has_one_name_has_one_colour_and_one_sign_in_all_pictures_of_a_simulation(name: str) -> None:
    rules = find_simulation(name)
    for preset in rules.presets:
        player = Player(rules.build(**preset.values))
        player.jump(3)
        looks: dict[str, set[tuple[str, str]]] = {}
        for chart in player.view().pictures:
            if isinstance(chart, Chart):
                glyphs = choose_line_glyphs(chart)
                for index, mark in enumerate(chart.marks):
                    if isinstance(mark, (Line, Points)) and mark.label:
                        sign = glyphs.get(index) if isinstance(mark, Line) else SHAPE_GLYPHS[mark.shape]
                        if sign:
                            looks.setdefault(mark.label.split(" (")[0], set()).add((mark.role, sign))
        assert {label: found for label, found in looks.items() if len(found) > 1} == {}


def test_zero_near_zero_and_not_computed_yet_have_signs_of_their_own() -> None:
    values: list[list[float | None]] = [[0.0, None, 2.0], [-2.0, 0.01, None]]
    chart = Chart("m", (HeatMap(values, (0, 3), (0, 2), "v", True),), "", y_down=True, scale="image")
    strips = picture_strips(chart, PALETTE, 60, 14)
    for lines in ([strip.text for strip in strips], in_ascii(strips)):
        text = "\n".join(line[:40].split("│", 1)[-1].split("|", 1)[-1] for line in lines[1:-2])
        assert text.count("0") >= 1
        assert text.count("·") + text.count(".") >= 2


def test_validation_has_one_colour_and_one_shape_in_both_pictures_of_overfitting() -> None:
    player = Player(find_simulation("overfit").build(validation=10))
    player.jump(3)
    curve, errors = (picture for picture in player.view().pictures[:2] if isinstance(picture, Chart))
    (points,) = (mark for mark in curve.marks if isinstance(mark, Points) and mark.label == "validation")
    ((index, line),) = (
        (index, mark)
        for index, mark in enumerate(errors.marks)
        if isinstance(mark, Line) and mark.label.startswith("validation")
    )
    assert line.role == points.role
    assert choose_line_glyphs(errors)[index] == SHAPE_GLYPHS[points.shape]


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_closed_curve_is_whole_and_no_two_of_one_chart_coincide(name: str) -> None:
    for chart, _, _ in canvases(name):
        patterns = choose_line_patterns(chart)
        closed = [
            (index, mark)
            for index, mark in enumerate(chart.marks)
            if isinstance(mark, Line) and len(mark.x) > 3 and (mark.x[0], mark.y[0]) == (mark.x[-1], mark.y[-1])
        ]
        for index, mark in closed:
            assert patterns[index] in ("solid", mark.pattern), (chart.title, mark.label)
        for (_, one), (_, other) in combinations(closed, 2):
            if len(one.x) == len(other.x):
                assert np.abs(np.subtract((one.x, one.y), (other.x, other.y))).max() > 0.1, (
                    chart.title,
                    one.label,
                    other.label,
                )


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_letter_of_a_run_stands_at_one_kind_of_thing_in_a_chart(name: str) -> None:
    runs, player = PinnedRuns(), Player(find_simulation(name).build())
    player.jump(3)
    runs.pin(player)
    for chart in overlay_runs(player.view().pictures, runs.pictures()):
        if isinstance(chart, Chart):
            glyphs = choose_line_glyphs(chart)
            of_points = [SHAPE_GLYPHS[mark.shape] for mark in chart.marks if isinstance(mark, Points) and mark.label]
            assert not {glyph for glyph in glyphs.values() if glyph in RUN_ROLES} & set(of_points), chart.title
