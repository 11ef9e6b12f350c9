"""Marks on a field can be read: their contrast with the cell behind them, computed on the cells that are drawn."""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise, product
from typing import get_args

import numpy as np
import pytest
from rich.segment import Segment
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tests.screens.test_themes import MACHADO, contrast
from tutor.screens.themes import THEMES
from tutor.sims.engine.chart import Chart, HeatMap, Label, Line, Network, Picture, Points, Role
from tutor.sims.engine.player import Player
from tutor.sims.playground.view import Playground
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.plots.colours import Palette, make_readable, theme_palette
from tutor.widgets.plots.heatmap import assign_bands, find_span
from tutor.widgets.plots.plot import picture_strips
from tutor.widgets.plots.shades import RGB, linearize, luminance, mix, oklab

FIELD = "▀▄█ "
"""What a field is made of; every other sign is a mark on it."""
CLASSES: tuple[Role, ...] = ("orange", "blue")
ALL = (*THEMES, *(theme for name, theme in BUILTIN_THEMES.items() if "ansi" not in name))


def palette(theme: Theme) -> Palette:
    program: App[object] = App()
    program.register_theme(theme)
    program.theme = theme.name
    program.get_css_variables()  # which an app that runs has done
    return theme_palette(program)


@cache
def pictures() -> list[tuple[str, Picture]]:
    """The pictures with a field of every simulation, before, early in and late in its run."""
    found: list[tuple[str, Picture]] = []
    for name in SIMULATIONS:
        rules = find_simulation(name)
        for preset in (0, len(rules.presets) - 1):
            player = Player(rules.build(**rules.presets[preset].values))
            for step in (0, 3, 40):
                player.jump(step)
                shown = [picture for picture in player.view().pictures if has_field(picture)]
                found += [(f"{name}, {preset}, {step}", picture) for picture in shown]
    trained = Player(Playground.build(show_test=True))
    trained.jump(300)
    return [*found, *(("trained", picture) for picture in trained.view().pictures if has_field(picture))]


def is_plane(picture: Picture) -> bool:
    return isinstance(picture, Chart) and picture.scale in {"plane", "chart"}


def is_signed(picture: Picture) -> bool:
    return isinstance(picture, Network) or any(
        isinstance(mark, HeatMap) and mark.diverging for mark in getattr(picture, "marks", ())
    )


def has_field(picture: Picture) -> bool:
    if isinstance(picture, Chart):
        return any(isinstance(mark, HeatMap) for mark in picture.marks)
    return isinstance(picture, Network)


def marks(picture: Picture, drawn: Palette, size: tuple[int, int] = (70, 24)) -> Iterator[tuple[str, Color, Color]]:
    """(sign, its colour, the colour behind it) of each mark that stands on a field."""
    for strip in picture_strips(picture, drawn, *size):
        for text, style, _ in strip:
            if style is not None and style.color is not None and style.bgcolor is not None:
                pair = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
                yield from ((sign, *pair) for sign in text if sign not in FIELD)


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_every_mark_on_a_field_can_be_read(theme: Theme) -> None:
    drawn = palette(theme)
    least = 7.0 if "contrast" in theme.name else 4.5
    seen = 0
    for name, picture in pictures():
        if theme not in THEMES and name != "trained":
            continue
        found = set(marks(picture, drawn))
        seen += len(found)
        for sign, colour, behind in found:
            assert contrast(colour, behind) >= least, (name, picture.title, sign, colour.hex, behind.hex)
    assert seen > 10


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_trained_network_shows_its_points_in_the_colours_of_their_classes(theme: Theme) -> None:
    drawn = palette(theme)
    trained = next(picture for name, picture in pictures() if name == "trained" and isinstance(picture, Chart))
    shown = {sign: colour.rgb for sign, colour, _ in marks(trained, drawn) if sign in "●×"}
    assert shown == {"●": drawn.roles["blue"], "×": drawn.roles["orange"]}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_points_of_both_classes_are_read_on_every_level_of_a_planes_field_in_their_own_colours(theme: Theme) -> None:
    drawn = palette(theme)
    plane = drawn.of_planes
    for role, field in product(CLASSES, (*plane.diverging, *plane.sequential)):
        assert plane.roles[role] == drawn.roles[role]
        sign, behind = make_readable(plane.roles[role], field, plane)
        assert sign == drawn.roles[role]
        assert contrast(Color(*sign), Color(*behind)) >= drawn.contrast, (role, field)
        assert behind == field or ("contrast" in theme.name and field in plane.sequential)


@pytest.mark.parametrize("theme", [theme for theme in THEMES if "contrast" in theme.name], ids=lambda theme: theme.name)
def test_the_top_of_a_surface_stands_out_in_high_contrast(theme: Theme) -> None:
    plane = palette(theme).of_planes
    assert contrast(Color(*plane.sequential[-1]), Color(*plane.ground)) >= 3  # WCAG 2.2, 1.4.11


@pytest.mark.parametrize("theme", [theme for theme in THEMES if "contrast" in theme.name], ids=lambda theme: theme.name)
def test_a_line_over_a_surface_in_high_contrast_leaves_no_cell_that_looks_like_a_valley(theme: Theme) -> None:
    drawn = palette(theme)
    plane = drawn.of_planes
    field = HeatMap([[column / 24 for column in range(25)]] * 12, (0, 25), (0, 12), "f")
    roles: tuple[Role, ...] = get_args(Role)
    for role in roles:
        lines = marks(Chart("", (field, Line([0, 25], [6, 6], "l", role)), "", scale="plane"), drawn)
        behind = [ground for sign, _, ground in lines if "\u2800" <= sign <= "\u28ff"]
        far = [contrast(ground, Color(*plane.ground)) for ground in behind]
        assert len(far) > 10
        assert max(far) > 2.3
        assert all(one > 0.8 * max(far[: place + 1]) for place, one in enumerate(far)), (role, far)
        assert max(far) > 0.75 * contrast(Color(*plane.sequential[-1]), Color(*plane.ground))  # nor like a trench


@pytest.mark.parametrize("theme", [theme for theme in THEMES if "contrast" in theme.name], ids=lambda theme: theme.name)
def test_a_path_over_a_surface_has_one_colour_in_high_contrast_and_no_point_has_a_bare_cell(theme: Theme) -> None:
    drawn = palette(theme)
    field = HeatMap([[column / 24 for column in range(25)]] * 12, (0, 25), (0, 12), "f")
    roles: tuple[Role, ...] = get_args(Role)
    for role in roles:
        both = (Line([0, 25], [6, 6], "l", role), Points([k + 0.5 for k in range(25)], [3.5] * 25, "p", role, "A"))
        seen = list(marks(Chart("", (field, *both), "", scale="plane"), drawn))
        assert len({colour for sign, colour, _ in seen if "\u2800" <= sign <= "\u28ff"}) == 1, role
        behind = [ground for sign, _, ground in seen if sign == "A"]
        assert len(behind) > 10
        assert sum(ground.rgb == drawn.ground for ground in behind) < 2, role


@pytest.mark.parametrize("theme", [theme for theme in THEMES if "contrast" in theme.name], ids=lambda theme: theme.name)
def test_ink_and_lines_of_a_surface_look_in_high_contrast_as_the_legend_shows_them(theme: Theme) -> None:
    drawn = palette(theme)
    assert contrast(Color(*drawn.of_images.sequential[-1]), Color(*drawn.ground)) >= 6.9
    field = HeatMap([[column / 24 for column in range(25)]] * 12, (0, 25), (0, 12), "f")
    for marks_over in ((field,), ()):
        chart = Chart("c", (*marks_over, Line([0, 25], [6, 6], "l", "run A"), Line([0, 25], [3, 8], "m")), "", "x", "y")
        dotted = {
            segment.style.color
            for strip in picture_strips(chart, drawn, 70, 24)
            for segment in strip
            if segment.style and set(segment.text) & set(map(chr, range(0x2801, 0x2900)))
        }
        assert len(dotted) == 2  # each line has one colour, on the picture and in the legend


@pytest.mark.parametrize("theme", ALL, ids=lambda theme: theme.name)
def test_no_cell_of_a_field_has_a_colour_of_its_own_beneath_a_mark(theme: Theme) -> None:
    drawn = palette(theme)
    seen = 0
    for name, picture in pictures():
        if theme not in THEMES and name != "trained":
            continue
        shown = drawn.of_planes if isinstance(picture, Network) or is_plane(picture) else drawn
        special = (shown.of_images.sequential, shown.of_tables.sequential, shown.of_handwriting.sequential)
        ramps = (shown.sequential, *special, shown.diverging)
        levels = {mix(*pair, 0.5) for ramp in ramps for pair in product(ramp, repeat=2)}
        if shown.line_field and not is_signed(picture):
            levels |= {mix(level, shown.ground, share / 10) for level in levels for share in range(11)}
        for sign, _, behind in marks(picture, drawn):
            assert behind.rgb in levels, (name, picture.title, sign, behind.hex)
            seen += 1
    assert seen > 100


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_levels_of_a_field_run_evenly_from_the_ground_to_two_hues(theme: Theme) -> None:
    drawn = palette(theme)
    for shown in (drawn, drawn.of_planes):
        for ramp in (drawn.sequential, shown.diverging[6:], shown.diverging[6::-1]):
            away = [sum((a - b) ** 2 for a, b in zip(colour, drawn.ground, strict=True)) for colour in ramp]
            assert all(one < other for one, other in pairwise(away)), ramp
        low, high = shown.diverging[0], shown.diverging[-1]
        assert sum(abs(a - b) for a, b in zip(low, high, strict=True)) > 60, (low, high)


@pytest.mark.parametrize("vision", MACHADO)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_surface_shows_valleys_and_heights_by_hue_although_it_is_pale_enough_for_points(
    theme: Theme, vision: str
) -> None:
    """For every kind of colour vision no level comes back to the first, and the luminance goes one way."""
    drawn = palette(theme)
    ramp = drawn.of_planes.sequential
    light = [luminance(colour) for colour in ramp]
    assert light in (sorted(light), sorted(light, reverse=True))
    seen = [np.array(oklab(as_seen(colour, vision))) for colour in ramp]
    away = [float(np.linalg.norm(one - seen[0])) for one in seen]
    assert all(one < other + 0.005 for one, other in pairwise(away)), away
    assert away[6] > 0.035 and away[-1] > 0.11, away


def as_seen(colour: RGB, vision: str) -> RGB:
    """A colour as a kind of colour vision sees it (Machado and others 2009), in sRGB."""
    linear = np.clip(MACHADO[vision] @ np.array(linearize(colour)), 0, 1)
    channels = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    red, green, blue = (round(255 * channel) for channel in channels)
    return red, green, blue


def signed_spans() -> set[tuple[float, float]]:
    """The spans of all fields of the simulations that have two sides."""
    found = {(-1.0, 1.0)}
    for _, picture in pictures():
        for mark in picture.primitives() if isinstance(picture, Chart) else ():
            if isinstance(mark, HeatMap) and mark.diverging:
                found.add(find_span(np.array(mark.values, dtype=float), mark))
    return found


def leans(ramp: Sequence[RGB], ground: RGB) -> list[float]:
    """How far the hue of each band is on the way from the ground's towards the side of blue; about ±1 beside middle."""
    origin, *places = (np.array(oklab(colour)[1:]) for colour in (ground, *ramp))
    found = [float((place - origin) @ (places[-1] - places[0])) for place in places]
    return [2 * lean / (found[7] - found[5]) for lean in found]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_no_value_beside_the_middle_of_a_field_has_the_hue_of_the_other_side(theme: Theme) -> None:
    drawn, spans = palette(theme), signed_spans()
    assert len(spans) > 5
    for ramp in (drawn.diverging, drawn.of_planes.diverging):
        lean = leans(ramp, drawn.ground)
        assert max(lean[:6]) < -0.5 and min(lean[7:]) > 0.5
        for low, high in spans:
            middle, step = (low + high) / 2, (high - low) / 1000
            below, above = assign_bands(np.array([middle - step, middle + step]), (low, high))
            assert lean[below] <= 0.25 and lean[above] >= -0.25, (low, high)


def test_all_kinds_of_marks_are_kept_apart_from_all_levels_of_a_field() -> None:
    values = [[(column - 12) / 12 for column in range(25)]] * 12
    field = HeatMap(values, (0, 25), (0, 12), "f", True)
    roles: tuple[Role, ...] = get_args(Role)
    for theme in THEMES:
        drawn = palette(theme)
        for role in roles:
            over = (
                Points([k + 0.5 for k in range(25)], [3.5] * 25, "p", role),
                Line([0, 25], [6, 8], "l", role),
                Label(10, 10, "a word on the field", role),
            )
            for sign, colour, behind in marks(Chart("", (field, *over), ""), drawn):
                assert contrast(colour, behind) >= drawn.contrast, (theme.name, role, sign)


def test_zero_and_not_computed_yet_do_not_look_alike() -> None:
    drawn = palette(THEMES[0])
    table: list[list[float | None]] = [[0.0, 1.0, None], [None, 0.0, -1.0]]
    for values, diverging in ((table, True), (table, False), ([[None] * 3] * 2, True)):
        lines = picture_strips(Chart("m", (HeatMap(values, (0, 3), (0, 2), "v", diverging),), "nothing"), drawn, 60, 14)
        assert "· not computed yet" in "".join(strip.text for strip in lines[:2])
        body: list[Segment] = [segment for strip in lines[3:] for segment in strip]
        gaps = sum(value is None for row in values for value in row)
        assert sum(segment.text.count("·") for segment in body) == gaps  # one in each cell that is not computed yet
        known = [segment for segment in body if segment.style and segment.style.bgcolor]
        assert bool(known) == any(value is not None for row in values for value in row)
    whole = picture_strips(Chart("m", (HeatMap([[0.0, 1.0]], (0, 2), (0, 1), "v"),), ""), drawn, 60, 14)
    assert not any("·" in strip.text for strip in whole)


@pytest.mark.parametrize(("name", "title"), [("pointwise", "Jacobian"), ("convolution", "Feature map")])
def test_what_a_run_has_not_computed_yet_is_drawn_as_such(name: str, title: str) -> None:
    player = Player(find_simulation(name).build())
    left = []
    for step in (0, 1, 10_000):
        player.jump(step)
        picture = next(picture for picture in player.view().pictures if picture.title == title)
        lines = picture_strips(picture, palette(THEMES[0]), 60, 16)
        left.append(sum(strip.text.count("·") for strip in lines[1:]))
    assert left[0] > left[1] > left[2] == 0


@pytest.mark.parametrize("name", SIMULATIONS)
def test_a_field_that_is_not_all_computed_shows_all_of_its_place(name: str) -> None:
    player = Player(find_simulation(name).build())
    ranges: dict[str, set[object]] = {}
    for step in (0, 1, 3, 10_000 if name in {"loss-surface", "convolution", "pointwise", "separable"} else 4):
        player.jump(step)
        for picture in player.view().pictures:
            for mark in picture.marks if isinstance(picture, Chart) else ():
                if isinstance(mark, HeatMap):
                    ranges.setdefault(picture.title.split(" ")[0], set()).add((mark.x_range, mark.y_range))
    assert all(len(shown) == 1 for shown in ranges.values()), ranges


@pytest.mark.parametrize("name", SIMULATIONS)
def test_what_a_large_field_lacks_has_no_dots_that_could_be_counted_as_its_values(name: str) -> None:
    player = Player(find_simulation(name).build())
    for step in (0, 3):
        player.jump(step)
        for picture in player.view().pictures:
            fields = [mark for mark in picture.marks if isinstance(mark, HeatMap)] if isinstance(picture, Chart) else []
            if any(field.has_gaps and len(field.values) * len(field.values[0]) > 256 for field in fields):
                lines = [strip.text for strip in picture_strips(picture, palette(THEMES[0]), 60, 20)]
                assert not any("·" in line for line in lines)
                assert sum(line.count("░") for line in lines) > 100
                assert any("░ not computed yet" in line for line in lines)
