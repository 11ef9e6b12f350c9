"""What is drawn of a change by the widgets beneath it is what Textual draws of it by all."""

import re
from pathlib import Path

import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tests import settling
from tests.screens.story import SMALL, WIDE, app, press, until
from tutor.screens.app import Opening
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.compositor import QuickCompositor

NO_CELLS = re.compile(r"\x1b\[\d+;\d+H(?=\x1b\[\d+;\d+H|\n|$)")
"""Textual also moves the cursor to what lies just beyond a change, and draws nothing there."""


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Each partial update as it is drawn, and as Textual draws it."""
    found: list[tuple[str, str]] = []
    console, quick = Console(color_system="truecolor", force_terminal=True), QuickCompositor.render_partial_update

    def text(update: ChopsUpdate | None) -> str:
        return NO_CELLS.sub("", update.render_segments(console)) if update else ""

    def render(self: QuickCompositor) -> ChopsUpdate | None:
        changed = self._dirty_regions.copy()
        update = quick(self)
        self._dirty_regions.update(changed)
        found.append((text(update), text(Compositor.render_partial_update(self))))
        return update

    monkeypatch.setattr(Compositor, "render_update", settling._draw_update)  # other tests draw when they look
    monkeypatch.setattr(QuickCompositor, "render_partial_update", render)
    return found


@pytest.mark.parametrize("size", [SMALL, WIDE])
@pytest.mark.parametrize("name", ["adam", "playground"])
async def test_a_step_is_drawn_as_textual_draws_it(
    tmp_path: Path, drawn: list[tuple[str, str]], name: str, size: tuple[int, int]
) -> None:
    opening = Opening("simulation", player=Player(find_simulation(name).build()))
    async with app(tmp_path, opening).run_test(size=size) as pilot:
        await until(pilot, lambda: bool(pilot.app.query("Timeline")))
        for key in ("right", "right", "left", "tab", "right", "question_mark", "escape"):
            await press(pilot, [key])
    assert any(ours for ours, _ in drawn), "something was drawn"
    assert all(ours == theirs for ours, theirs in drawn)


async def test_what_lies_beneath_a_change_is_not_asked_for_its_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with app(tmp_path, Opening("simulation", player=Player(find_simulation("adam").build()))).run_test() as pilot:
        await until(pilot, lambda: bool(pilot.app.query("Timeline")))
        asked: list[Widget] = []
        render_lines = Widget.render_lines

        def note(widget: Widget, crop: Region) -> list[Strip]:
            asked.append(widget)
            return render_lines(widget, crop)

        monkeypatch.setattr(Widget, "render_lines", note)
        compositor = pilot.app.screen._compositor
        timeline = pilot.app.query_one("Timeline")
        compositor._dirty_regions = {timeline.region}
        compositor.render_partial_update()
        assert asked == [timeline]
