"""Pictures in pixels on screens: beneath a dialog, on a screen that is left, in terminals that have them or not."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from textual.geometry import Size

from tests.screens.story import app, until
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.help import HelpScreen
from tutor.screens.terminal import pixels
from tutor.screens.terminal.pixels import take_cell_size, why_no_pixels
from tutor.sims.engine.chart import Chart
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.widgets.plots.pixels import PixelTerminal
from tutor.widgets.plots.placeholders import PLACEHOLDER
from tutor.widgets.plots.plot import PictureView

KITTY = {"TERM": "xterm-kitty", "COLORTERM": "truecolor", "KITTY_WINDOW_ID": "1"}
GHOSTTY = {"TERM": "xterm-ghostty", "COLORTERM": "truecolor", "TERM_PROGRAM": "ghostty"}
OTHER = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


def surface(tmp_path: Path) -> ChainruleApp:
    return app(tmp_path, Opening("simulation", player=Player(find_simulation("descent").build())))


def drawn(program: ChainruleApp) -> str:
    """Everything that the pictures of all screens show now."""
    views = [view for screen in program.screen_stack for view in screen.query(PictureView)]
    return "".join(view.render_line(y).text for view in views for y in range(view.size.height))


async def test_a_picture_is_in_cells_beneath_a_dialog_and_deleted_when_its_screen_is_left(tmp_path: Path) -> None:
    program = surface(tmp_path)
    async with program.run_test(size=(140, 44)) as pilot:
        await until(pilot, lambda: "▀" in drawn(program))
        assert PLACEHOLDER not in drawn(program)
        outbox: dict[int, str] = {}
        program.pixel_terminal = PixelTerminal(outbox, (8, 17))
        assert PLACEHOLDER in drawn(program)
        assert "▀" not in drawn(program)
        (number,) = outbox
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(program.screen, HelpScreen))
        assert "a=d" in outbox[number]
        assert PLACEHOLDER not in drawn(program), "Textual dims the colours beneath, which are numbers of pictures"
        await pilot.press("escape")
        await until(pilot, lambda: PLACEHOLDER in drawn(program))
        outbox.clear()
        program.pixel_terminal.cell_size = (9, 18)
        assert PLACEHOLDER in drawn(program)
        assert "a=T" in outbox[number], "for cells of another size there is another picture"
        views = [view for view in program.screen.query(PictureView) if PLACEHOLDER in view.render_line(5).text]
        views[0].show(Chart("Nothing", (), "No field."))
        assert PLACEHOLDER not in drawn(program)
        assert "a=d" in outbox[number]
        views[0].show(Player(find_simulation("descent").build()).view().pictures[0])
        assert PLACEHOLDER in drawn(program)
        assert "a=T" in outbox[number]
        await pilot.press("escape")
        await until(pilot, lambda: "a=d" in outbox[number])
        assert f"i={number}," in outbox[number]


@pytest.mark.parametrize(
    ("setting", "environment", "reason"),
    [
        ("auto", KITTY, ""),
        ("auto", GHOSTTY, ""),
        ("on", OTHER, ""),
        ("off", KITTY, "the setting says so"),
        ("auto", OTHER, "the terminal is not known to show pictures"),
        ("auto", KITTY | {"VTE_VERSION": "7800"}, "the terminal is not known to show pictures"),
        ("on", KITTY | {"TMUX": "/tmp/tmux"}, "pictures do not pass tmux"),
        ("on", KITTY | {"STY": "1.pts"}, "pictures do not pass screen"),
        ("on", KITTY | {"ZELLIJ": "0"}, "pictures do not pass Zellij"),
        ("auto", KITTY | {"NO_COLOR": "1"}, "pixels need true colour"),
        ("auto", KITTY | {"COLORTERM": ""}, "pixels need true colour"),
    ],
)
def test_pixels_are_for_terminals_that_are_known_or_named_by_the_learner(
    setting: str, environment: Mapping[str, str], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pixels, "prefers_ascii", lambda: False)
    monkeypatch.setattr(pixels, "version", lambda name: "15.0.0")
    assert why_no_pixels(setting, environment) == reason


def test_pixels_need_the_extra_a_new_rich_and_unicode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixels, "prefers_ascii", lambda: False)
    monkeypatch.setattr(pixels, "version", lambda name: "14.3.1")
    assert why_no_pixels("auto", KITTY) == "Rich 15 is needed"
    monkeypatch.setattr(pixels, "find_spec", lambda name: None)
    assert why_no_pixels("auto", KITTY) == "the extra `pictures` is not installed"
    monkeypatch.setattr(pixels, "prefers_ascii", lambda: True)
    assert why_no_pixels("auto", KITTY) == "everything is in ASCII"


def test_a_driver_of_a_browser_or_a_test_shows_no_pixels() -> None:
    assert take_cell_size(None, object(), "on", Size(80, 24), Size(640, 408)) is None
