"""What a picture says of itself: titles in full, words where there is nothing yet, ticks and samples that are true."""

from itertools import pairwise

import pytest
from textual.app import App

from tutor.characters import lookalike
from tutor.sims.engine.chart import Chart, Line, Points
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.axes import choose_y_axis
from tutor.widgets.plots.bars import THIN_FILLINGS
from tutor.widgets.plots.canvas import cell_of
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.looks import FILLINGS, PATTERNS, Look
from tutor.widgets.plots.plane import fit_in_pane
from tutor.widgets.plots.plot import picture_strips


@pytest.fixture
def palette() -> Palette:
    return theme_palette(App())


def lines_of(chart: Chart, palette: Palette, width: int, height: int) -> list[str]:
    return [strip.text.rstrip() for strip in picture_strips(chart, palette, width, height)]


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_chart_without_data_has_no_axes_and_says_in_its_frame_what_comes(name: str, palette: Palette) -> None:
    player = Player(find_simulation(name).build())
    for picture in player.view().pictures:
        if isinstance(picture, Chart) and not picture.has_data:
            lines = "\n".join(lines_of(picture, palette, 70, 20)).rstrip().splitlines()
            assert lines[0] == picture.title
            assert picture.description in " ".join(line.strip("╎ ") for line in lines[2:-1] if line.strip("╎ "))
            assert not any(sign in line for line in lines for sign in "│─")
            assert {len(line) for line in lines[1:]} == {70}


def test_words_in_the_frame_of_an_empty_chart_are_centred_by_cells(palette: Palette) -> None:
    strips = picture_strips(Chart("空", (), "学習率の曲線"), palette, 30, 10)  # each sign is two cells wide
    framed = next(strip for strip in strips if "学" in strip.text)
    assert framed.cell_length == 30 and framed.text == f"╎{' ' * 8}学習率の曲線{' ' * 8}╎"


@pytest.mark.parametrize("width", [30, 40, 80])
def test_a_title_is_broken_rather_than_cut(width: int, palette: Palette) -> None:
    title = "A ravine: the path of Adam · A: SGD · B: momentum"
    lines = lines_of(Chart(title, (Line([0, 1], [0, 1], "a"),), ""), palette, width, 16)
    assert " ".join(lines[:3]).replace("…", "").startswith(title[: width - 1])
    assert "".join(title.split()) in "".join("".join(lines).split())


@pytest.mark.parametrize("name", SIMULATIONS)
def test_equal_ratios_are_equally_far_apart_on_a_logarithmic_axis(name: str) -> None:
    rules = find_simulation(name)
    for preset in rules.presets[:2]:
        player = Player(rules.build(**preset.values))
        for step in (0, 3, 12, 40):
            player.jump(step)
            for picture in player.view().pictures:
                if isinstance(picture, Chart) and picture.log_y and picture.has_data:
                    for rows in range(7, 32):
                        axis = choose_y_axis(picture, rows).with_half_cell_margins(rows)
                        places = [cell_of(axis.share_of_axis_value(tick) * rows, rows) for tick in axis.ticks]
                        gaps: dict[float, set[int]] = {}
                        for (low, first), (high, second) in pairwise(zip(axis.ticks, places, strict=True)):
                            gaps.setdefault(round(high - low, 3), set()).add(second - first)
                        assert all(len(cells) == 1 for cells in gaps.values()), (rows, axis.labels, places)


def test_the_legend_shows_a_short_piece_of_each_line_that_ends_in_its_sign_in_ascii_too() -> None:
    for glyph in ("", "○"):
        samples = [Look(glyph, pattern).sample for pattern in PATTERNS]
        assert all(len(sample) <= 4 and sample.endswith(glyph) for sample in samples), samples
        assert len({"".join(lookalike(sign) or sign for sign in sample) for sample in samples}) == len(PATTERNS)


@pytest.mark.parametrize(("width", "height"), [(24, 6), (30, 7), (40, 7)])
def test_a_title_that_has_no_room_is_cut_with_a_mark(width: int, height: int, palette: Palette) -> None:
    title = "A ravine: the path of Adam · A: SGD · B: momentum"
    line, points = Line([0, 1], [0, 1], "a"), Points([0, 1], [0, 1], "b")
    for scale in ("chart", "plane"):
        first, *_ = lines_of(Chart(title, (line, points), "", scale=scale), palette, width, height)
        assert first.endswith("…")
        assert title.startswith(first.strip().removesuffix("…"))


def test_the_legend_gives_way_to_the_whole_title(palette: Palette) -> None:
    title = "A ravine: the path of Adam · A: SGD · B: momentum"
    marks = tuple(Line([0, 1], [0, 1], f"a line with a long name {number}") for number in range(4))
    lines = lines_of(Chart(title, marks, ""), palette, 30, 10)
    assert " ".join(lines[:2]) == title
    assert not any("a line" in line for line in lines)


def test_full_and_shaded_bars_differ_in_ascii_too_thick_and_thin() -> None:
    for fillings in (FILLINGS, tuple(THIN_FILLINGS.values())):
        assert len({lookalike(filling) for filling in fillings}) == len(FILLINGS)


@pytest.mark.parametrize("size", [(39, 16), (39, 15), (42, 15), (60, 20), (60, 24)])
def test_the_plane_of_a_neuron_keeps_its_size_in_a_lesson_from_the_data_to_the_boundary(
    size: tuple[int, int], palette: Palette
) -> None:
    player = Player(find_simulation("neuron").build())
    sizes = set()
    for step in range(6):
        player.jump(step)
        picture = player.view().pictures[0]
        assert isinstance(picture, Chart)
        viewport = fit_in_pane(picture, palette, *size).viewport
        sizes.add((viewport.columns, viewport.rows))
    assert len(sizes) == 1


@pytest.mark.parametrize("name", ["descent", "adam", "minibatch"])
def test_a_plane_from_minus_3_to_3_uses_the_rows_that_it_has_with_ticks_at_its_ends(
    name: str, palette: Palette
) -> None:
    player = Player(find_simulation(name).build())
    player.jump(6)
    picture = player.view().pictures[0]
    assert isinstance(picture, Chart)
    fit = fit_in_pane(picture, palette, 41, 18)
    assert fit.viewport.rows == 11
    assert len(fit.y.ticks) > 2
