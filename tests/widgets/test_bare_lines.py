"""Lines that reach the screen as they are made are what Textual would make of them; what stays the same is kept."""

from pathlib import Path
from typing import Any

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from tests.screens.story import SMALL, WIDE, app, press, until
from tutor.screens.app import Opening
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.bare_lines import BareLines, keep_equal
from tutor.widgets.simulator.readings import Readings


def opening(name: str) -> Opening:
    return Opening("simulation", player=Player(find_simulation(name).build()))


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("name", ["adam", "playground"])
async def test_lines_are_those_that_textual_makes(tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    async with app(tmp_path, opening(name)).run_test(size=size) as pilot:
        await until(pilot, lambda: bool(pilot.app.query("Timeline")))
        await press(pilot, ["right", "right"])
        shown = [widget for widget in pilot.app.query(BareLines) if widget.size.area]
        assert len(shown) > 2
        for widget in shown:
            for crop in (widget.size.region, widget.size.region.shrink((1, 2, 0, 1))):
                assert widget._is_bare
                assert widget.render_lines(crop) == Widget.render_lines(widget, crop)


class Rule(BareLines):
    """A line across the widget."""

    def render_line(self, y: int) -> Strip:
        return Strip([Segment("─" * self.size.width, Style(color="#808080"))])


BOXES = (
    "border: round red",
    "padding: 1",
    "outline: solid blue",
    "hatch: right green",
    "tint: red 20%",
    "opacity: 50%",
)


@pytest.mark.parametrize("style", [*BOXES, "text-opacity: 50%"])
async def test_a_box_around_them_is_textuals_work(style: str) -> None:
    class Page(App[None]):
        CSS = f"Rule {{ height: 5; {style}; }}"

        def compose(self) -> ComposeResult:
            yield Rule()

    async with Page().run_test() as pilot:
        rule = pilot.app.query_one(Rule)
        crop = rule.region.reset_offset
        assert not rule._is_bare
        assert rule.render_lines(crop) == Widget.render_lines(rule, crop)


def test_a_line_that_is_as_before_is_the_same_object() -> None:
    before = [Strip([Segment(text)]) for text in "abc"]
    kept = keep_equal([Strip([Segment(text)]) for text in "axcd"], before)
    assert [line.text for line in kept] == list("axcd")
    assert [line in before and any(line is old for old in before) for line in kept] == [True, False, True, False]


async def test_another_number_of_lines_lays_the_screen_out_again_only_for_the_scrollbar(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    laid_out: list[Screen[Any]] = []
    refresh = Screen._refresh_layout

    def note(screen: Screen[Any], *given: Any, **named: Any) -> None:
        laid_out.append(screen)
        refresh(screen, *given, **named)

    async with app(tmp_path, opening("playground")).run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(pilot.app.query("Controls")))
        pane = pilot.app.query_one(Readings)
        await until(pilot, lambda: pane.show_vertical_scrollbar)
        monkeypatch.setattr(Screen, "_refresh_layout", note)
        readings = [*pane._readings, *pane._readings]
        pane.show(readings)
        await pilot.pause()
        assert pane.virtual_size.height == len(pane._lines) >= len(readings)
        assert not laid_out
        pane.show(readings[:1])
        await pilot.pause()
        assert not pane.show_vertical_scrollbar
        assert laid_out
