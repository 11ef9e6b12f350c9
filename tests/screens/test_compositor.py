"""What is drawn of a change by the widgets beneath it is what Textual draws of it by all."""

import re
from pathlib import Path

import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor
from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from tests import settling
from tests.screens.story import SMALL, WIDE, app, press, until
from tutor.screens.app import Opening
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.compositor import QuickCompositor
from tutor.widgets.modal import ResizeSafeScreen

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


class Page(Static):
    """Text that asks for a position while it is drawn, as soon as it is told to."""

    asks = False

    def render_lines(self, crop: Region) -> list[Strip]:
        if self.asks:
            assert self.screen._compositor.full_map
        return super().render_lines(crop)


class Columns(App[None]):
    """A page that scrolls, with two columns in each row."""

    CSS = ".left { width: 20; } .right { width: 1fr; } Horizontal { height: 1; }"

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            for number in range(60):
                with Horizontal():
                    yield Page(f"left {number}", classes="left")
                    yield Static(f"right {number}", classes="right")

    def get_default_screen(self) -> ResizeSafeScreen[None]:
        return ResizeSafeScreen()

    def move_columns(self) -> QuickCompositor:
        """Move the columns before they are laid out again, and let something out of sight ask to be drawn."""
        compositor = self.screen._compositor
        assert isinstance(compositor, QuickCompositor)
        compositor.render_full_update()
        pages = self.query(Page)
        for page in pages:
            page.styles.width = 7
        for row in self.query(Horizontal):
            row._clear_arrangement_cache()  # as Textual does a moment before it lays the page out
        compositor.update_widgets({pages.last()})
        assert compositor._full_map_invalidated
        return compositor


async def test_no_row_is_cut_where_widgets_ended_before_they_moved() -> None:
    program = Columns()
    async with program.run_test(size=(60, 20)):
        compositor = program.move_columns()
        assert compositor.full_map  # asked for where something out of sight is
        rows = compositor.render_full_update().strips
        assert [sum(strip.cell_length for strip in row) for row in rows] == [60] * 20


async def test_a_change_is_drawn_as_it_was_cut_if_positions_change_meanwhile() -> None:
    program = Columns()
    async with program.run_test(size=(60, 20)):
        compositor = program.move_columns()
        program.query(Page)[10].asks = True
        compositor._dirty_regions = {Region(0, 3, 60, 10)}
        update = compositor.render_partial_update()
        assert update is not None
        for chops, ends in zip(update.chops, update.chop_ends, strict=True):
            assert [*list(chops)[1:], 60] == ends
