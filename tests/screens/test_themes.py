"""The themes: text that can be read (WCAG 2.2), and colours that differ for every kind of colour vision."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.cells import cell_len
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.pilot import Pilot
from textual.theme import BUILTIN_THEMES, Theme
from textual.widgets import OptionList

import tutor
from tests.screens import story
from tests.screens.story import app, press, until
from tests.widgets.drawn import cells
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.catalogue import theme_names
from tutor.screens.requests import OpenScreen
from tutor.screens.themes import THEME_WORDS, THEMES
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.plots.colours import theme_palette

GROUNDS = ("background", "surface", "panel")
TEXTS = (
    *("foreground", "text-muted", "text-primary", "text-secondary", "text-accent"),
    *("text-quiet", "text-warning", "text-error", "text-success", "orange", "blue"),
)
READABLE = 4.5
"""WCAG 2.2, 1.4.3: the least contrast of text."""
VERY_READABLE = 7.0
"""WCAG 2.2, 1.4.6: the same for those who need more."""
JUST_SEEN = 1.4
"""The least contrast of a ground with the one around it, where the place is marked by a cursor too."""
GRAPHICAL = 3.0
"""WCAG 2.2, 1.4.11: the least contrast of what is no text."""

MACHADO = {
    "all cones": np.eye(3),
    "no long cones": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "no middle cones": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
"""Machado, Oliveira and Fernandes (2009), table 1, severity 1: protanopia and deuteranopia on linear RGB."""


def linear(color: Color) -> NDArray[np.float64]:
    """Linear RGB from sRGB (IEC 61966-2-1)."""
    value = np.array([color.r, color.g, color.b]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(color: Color) -> float:
    return float(linear(color) @ [0.2126, 0.7152, 0.0722])


def contrast(one: Color, other: Color) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """CIELAB (D65) from linear RGB."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = (to_xyz @ np.clip(rgb, 0, 1)) / [0.9505, 1.0, 1.089]
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def distance(one: Color, other: Color, sight: NDArray[np.float64]) -> float:
    """How far apart two colours are for eyes of that kind, in CIE 1976 units; 2.3 is just noticeable."""
    return float(np.linalg.norm(lab(sight @ linear(one)) - lab(sight @ linear(other))))


CHOSEN = 8.0
"""The least CIE 1976 distance of a chosen row from the rows around it, where no line or mark says which it is."""


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_a_chosen_row_stands_out_from_every_ground_whether_its_list_has_the_focus_or_not(theme: Theme) -> None:
    known = variables(theme)
    for state in ("block-cursor", "block-cursor-blurred"):
        row, written = Color.parse(known[f"{state}-background"]), Color.parse(known[f"{state}-foreground"])
        assert contrast(row, written) >= (VERY_READABLE if "contrast" in theme.name else READABLE)
        apart = [distance(row, Color.parse(known[ground]), MACHADO["all cones"]) for ground in GROUNDS[:2]]
        assert min(apart) >= CHOSEN, (state, apart)
        if "contrast" in theme.name:
            assert "underline" in known[f"{state}-text-style"], state


async def test_the_chosen_row_of_the_map_and_of_what_was_found_can_be_told_from_the_others_in_every_theme(
    tmp_path: Path,
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(80, 30)) as pilot:
        await pilot.pause()
        for open_list in ("map", "find"):
            if open_list != "map":
                program.screen.post_message(OpenScreen(open_list))
                await until(pilot, open_list.capitalize())
            await until(pilot, lambda: len(rows_to_choose(program)) > 1)
            listed = program.screen.query(OptionList).first()
            if listed.highlighted is None:
                listed.highlighted = rows_to_choose(program)[0]
            for theme in THEMES:
                program.theme = theme.name
                await pilot.pause()
                chosen, other = chosen_and_other(listed)
                one, another = (Color.from_rich_color(style.bgcolor) for style in (chosen, other))
                apart = distance(one, another, MACHADO["all cones"])
                assert chosen.underline or chosen.reverse or apart >= CHOSEN, (open_list, theme.name, apart)
                assert "contrast" not in theme.name or chosen.underline, (open_list, theme.name)
            if open_list != "map":
                await press(pilot, ["escape"])


def rows_to_choose(program: ChainruleApp) -> list[int]:
    lists = list(program.screen.query(OptionList))
    return [index for index, option in enumerate(lists[0].options) if not option.disabled] if lists else []


def chosen_and_other(listed: OptionList) -> tuple[Style, Style]:
    """The styles of words in the highlighted row, and in another."""
    found: dict[bool, Style] = {}
    for y in range(listed.size.height):
        index = listed._lines[listed.scroll_offset.y + y][0] if listed.scroll_offset.y + y < len(listed._lines) else -1
        words = [part.style for part in listed.render_line(y) if part.text.strip() and part.style is not None]
        if index >= 0 and words and not listed.options[index].disabled:
            found.setdefault(index == listed.highlighted, words[0])
    return found[True], found[False]


def variables(theme: Theme) -> dict[str, str]:
    program: App[None] = App()
    program.register_theme(theme)
    program.theme = theme.name
    return program.get_css_variables()


def seen(value: str, ground: Color) -> Color:
    """The colour that a style variable has on a ground: some are a part of black or white."""
    part = re.fullmatch(r"auto (\d+)%", value)
    color = ground.get_contrast_text(int(part[1]) / 100) if part else Color.parse(value)
    return ground.blend(Color(color.r, color.g, color.b), color.a, 1)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_of_a_theme_can_be_read_on_every_ground(theme: Theme) -> None:
    found = variables(theme)
    least = VERY_READABLE if "contrast" in theme.name else READABLE
    for ground in GROUNDS:
        for text in TEXTS:
            below = Color.parse(found[ground])
            assert contrast(seen(found[text], below), below) >= least, (text, ground)
    for text, ground in (("footer-key-foreground", "footer-background"), ("footer-foreground", "footer-background")):
        below = Color.parse(found[ground])
        assert contrast(seen(found[text], below), below) >= least, text
    selected, below = (Color.parse(found[f"input-selection-{part}"]) for part in ("foreground", "background"))
    assert contrast(selected, below) >= least, "what is selected in a line that is typed on"
    assert contrast(below, Color.parse(found["block-cursor-background"])) >= JUST_SEEN
    cursor = Color.parse(found["block-cursor-background"])
    for text in ("block-cursor-foreground", "text-quiet"):
        assert contrast(Color.parse(found[text]), cursor) >= least, text


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_line_of_keys_has_a_ground_of_its_own(theme: Theme) -> None:
    """Else the text above it runs into the keys."""
    variables = theme.to_color_system().generate() | theme.variables
    assert Color.parse(variables["footer-background"]).hex != Color.parse(variables["background"]).hex


def test_words_within_a_line_are_never_in_a_colour_that_loses_its_transparency_there() -> None:
    package = Path(tutor.__file__).parent
    found = [path.name for path in package.rglob("*.py") if '"$text-muted"' in path.read_text("utf-8")]
    assert not found


def test_no_words_are_dimmed_since_their_contrast_would_be_known_to_the_terminal_alone() -> None:
    package = Path(tutor.__file__).parent
    texts = {path.name: path.read_text("utf-8") for path in (*package.rglob("*.py"), *package.rglob("*.tcss"))}
    dimmed = re.compile(r"""["' ]dim["';]|text-opacity""")
    assert [name for name, text in texts.items() if dimmed.search(text)] == []


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_lines_and_edges_stand_out_from_every_ground(theme: Theme) -> None:
    found = variables(theme)
    for ground in GROUNDS:
        for drawn in ("primary", "secondary", "accent", "warning", "error", "success"):
            assert contrast(Color.parse(found[drawn]), Color.parse(found[ground])) >= GRAPHICAL, (drawn, ground)


@pytest.mark.parametrize("name", [theme.name for theme in THEMES if "contrast" in theme.name])
async def test_the_edges_of_panes_are_clear_in_themes_of_high_contrast(name: str, tmp_path: Path) -> None:
    player = Player(find_simulation("backprop").build())
    for opening, opened in ((Opening("simulation", player=player), ""), (Opening("home"), "progress")):
        program = app(tmp_path, opening)
        async with program.run_test(size=(140, 40)) as pilot:
            program.theme = name
            if opened:
                program.screen.post_message(OpenScreen(opened))
                await until(pilot, "Progress")
            await pilot.pause()
            edges = [cell for cell in cells(program.screen._compositor.render_strips()) if cell.sign in "│╭╮╰╯▊▎"]
            assert len(edges) > 5
            for cell in edges:
                assert cell.colour is not None
                assert cell.behind is not None
                assert contrast(Color(*cell.colour), Color(*cell.behind)) >= READABLE, (opened, cell)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
async def test_the_axes_of_figures_can_be_read_too(theme: Theme) -> None:
    program: App[object] = App()
    program.register_theme(theme)
    async with program.run_test() as pilot:
        program.theme = theme.name
        await pilot.pause()
        ground = Color.parse(program.theme_variables["background"])
        drawn = theme_palette(program)
        least = VERY_READABLE if "contrast" in theme.name else READABLE
        assert contrast(Color(*drawn.roles["muted"]), ground) >= least
        if "contrast" in theme.name:
            assert contrast(Color(*drawn.frame), ground) >= GRAPHICAL


@pytest.mark.parametrize("sight", MACHADO)
@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_two_classes_differ_for_every_kind_of_sight(theme: Theme, sight: str) -> None:
    found = variables(theme)
    assert distance(Color.parse(found["orange"]), Color.parse(found["blue"]), MACHADO[sight]) > 40


@pytest.mark.parametrize("sight", MACHADO)
def test_right_and_wrong_differ_for_every_kind_of_sight_in_the_theme_made_for_that(sight: str) -> None:
    found = variables(next(theme for theme in THEMES if theme.name == "chainrule-safe"))
    right, wrong = (Color.parse(found[f"text-{name}"]) for name in ("success", "error"))
    assert distance(right, wrong, MACHADO[sight]) > 40


def test_green_and_red_are_hard_to_tell_apart_without_middle_cones() -> None:
    """The measure itself: it must see the trouble that the safe theme avoids."""
    green, red = Color.parse("#009900"), Color.parse("#bb6600")
    assert distance(green, red, MACHADO["all cones"]) > 60
    assert distance(green, red, MACHADO["no middle cones"]) < 25


def test_the_settings_know_every_theme_there_is() -> None:
    assert set(theme_names()) == {theme.name for theme in THEMES} | set(BUILTIN_THEMES)


def written(program: ChainruleApp) -> Iterator[tuple[str, Color, Color]]:
    """(text, its colour, the colour behind it) of all words on the screen; what a dialog dims is not to be read."""
    screen = program.screen
    own = [screen.region] if not screen.is_modal else [child.region for child in screen.children if child.display]
    for y, strip in enumerate(screen._compositor.render_strips()):
        end = 0
        for text, style, _ in strip:
            x, end = end, end + cell_len(text)
            if not any(region.contains(x, y) for region in own):
                continue
            if style is not None and style.color and style.bgcolor and any(sign.isalnum() for sign in text):
                pair = Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor)
                yield (text.strip(), *(reversed(pair) if style.reverse else pair))


async def test_every_word_on_the_screen_can_be_read_in_every_theme(tmp_path: Path) -> None:
    """What is typed, hints in empty lines, the coloured words of a chosen line, titles of frames: as they are drawn."""
    program = app(tmp_path)
    async with program.run_test(size=(100, 30)) as pilot:
        for keys, seen in (
            ([], "nothing due"),
            (["z", "n", "n", "4", "2"], "42"),
            (["escape", "escape", "escape", "slash"], "Find"),
        ):
            await press(pilot, keys)
            await until(pilot, seen)
            await readable_in_every_theme(pilot, program)
        await press(pilot, ["escape"])
        program.post_message(OpenScreen("glossary"))
        await until(pilot, "Type to search")
        await readable_in_every_theme(pilot, program)


async def readable_in_every_theme(pilot: Pilot[Any], program: ChainruleApp) -> None:
    for theme in THEMES:
        program.theme = theme.name
        least = VERY_READABLE if "contrast" in theme.name else READABLE

        def unreadable(least: float = least) -> set[tuple[str, str, str]]:
            return {
                (text, ink.hex, ground.hex)
                for text, ink, ground in written(program)
                if contrast(ink, ground) < least - 0.05
            }

        try:
            await until(pilot, lambda: not unreadable())
        except AssertionError:
            raise AssertionError(f"{theme.name}: {unreadable()}") from None


async def test_the_palette_lists_the_themes_of_the_course_first_and_says_what_they_are(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=(80, 24)) as pilot:
        await until(pilot, "Doubling")
        program.search_themes()
        await until(pilot, "chainrule-dark")
        rows = [" ".join(row.strip(" │▁▂▃▄▅▆▇█").split()) for row in story.text(program).splitlines()]
        first = rows.index("chainrule-dark Dark, in use")
        names = [theme.name for theme in THEMES]
        assert [row.split()[0] for row in rows[first : first + len(names)]] == names == list(THEME_WORDS)
        assert "chainrule-safe Dark, for every colour vision" in rows
        assert "dracula" in rows
