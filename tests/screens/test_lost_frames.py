"""A frame that is composed while drawing is paused, and so not drawn, is made good."""

from collections.abc import Callable
from pathlib import Path

import pytest
from textual._compositor import Compositor, LayoutUpdate
from textual.app import App

from tests import settling
from tests.screens.story import app, until
from tutor.screens.app import Opening
from tutor.screens.help import HelpScreen


async def test_after_a_pause_in_which_a_frame_was_lost_the_whole_screen_is_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames: list[tuple[bool, object]] = []
    display: Callable[..., None] = App._display

    def note(program: App[None], screen: object, frame: object) -> None:
        if frame is not None:
            frames.append((program._batch_count > 0, frame))
        display(program, screen, frame)

    monkeypatch.setattr(App, "_display", note)
    monkeypatch.setattr(Compositor, "render_update", settling._draw_update)  # as with a terminal
    program = app(tmp_path, Opening("home"))
    async with program.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: bool(frames))
        with program.batch_update():
            await pilot.press("question_mark")
            await until(pilot, lambda: isinstance(program.screen, HelpScreen) and any(lost for lost, _ in frames))
        drawn_before = len(frames)
        await until(pilot, lambda: any(isinstance(frame, LayoutUpdate) for _, frame in frames[drawn_before:]))
        assert not any(is_lost for is_lost, _ in frames[drawn_before:])
        await pilot.pause(0.2)
        drawn_before = len(frames)
        with program.batch_update():
            pass
        await pilot.pause(0.2)
        assert not any(isinstance(frame, LayoutUpdate) for _, frame in frames[drawn_before:]), "nothing was lost"
