"""What is painted while a screen opens: words from the first frame on, and no frame around nothing."""

import itertools
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.screen import Screen

from tests import settling
from tests.screens.story import SMALL, WIDE, app, until
from tests.screens.test_progress import answer
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.requests import OpenScreen
from tutor.screens.table import SCREENS
from tutor.widgets.deferred import call_after


def record_frames(program: ChainruleApp, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Screen[Any], list[str]]]:
    """A list to which each frame that `program` paints is added: its screen, and its rows as text."""
    frames: list[tuple[Screen[Any], list[str]]] = []
    display = program._display

    def keep_and_display(screen: Screen[Any], renderable: Any) -> None:
        if renderable is not None and screen is program.screen:
            frames.append((screen, ["".join(part.text for part in row) for row in screen._compositor.render_strips()]))
        display(screen, renderable)

    monkeypatch.setattr(Compositor, "render_update", settling._draw_update)  # other tests draw when they look
    monkeypatch.setattr(program, "_display", keep_and_display)
    return frames


def has_words(row: str) -> bool:
    return any(character.isalnum() for character in row)


@pytest.mark.parametrize("name", SCREENS)
async def test_no_frame_of_an_opening_screen_is_empty(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = app(tmp_path)
    program.store.add(answer(1.0))
    frames = record_frames(program, monkeypatch)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling")
        below = program.screen
        program.screen.post_message(OpenScreen(name))
        await until(pilot, lambda: program.screen is not below)
        finished: list[bool] = []
        call_after(program.screen, 0.6, finished.append, True)
        await until(pilot, lambda: bool(finished))
        opened = [rows for screen, rows in frames if screen is program.screen]
    assert opened
    for rows in opened:
        assert any(has_words(row) for row in rows[1:-1]), "only the first and the last line have words"
        below_titles = [after for row, after in itertools.pairwise(rows) if "╭─ " in row]
        assert all(has_words(row) for row in below_titles), "\n".join(rows)


@pytest.mark.parametrize(("size", "classes"), [(SMALL, {"-narrow", "-short"}), (WIDE, {"-wide", "-tall"})])
async def test_an_opening_screen_is_styled_once_and_for_the_size_of_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], classes: set[str]
) -> None:
    classes_at_first: list[set[str]] = []
    styled_again: list[Screen[Any]] = []
    compose, style_again = LessonScreen.compose, LessonScreen.update_node_styles

    def note_classes(screen: LessonScreen) -> Any:
        classes_at_first.append(set(screen.classes))
        styled_again.clear()  # until now it had no widgets
        return compose(screen)

    def note_styling(screen: LessonScreen, animate: bool = True) -> None:
        styled_again.append(screen)
        style_again(screen, animate)

    monkeypatch.setattr(LessonScreen, "compose", note_classes)
    monkeypatch.setattr(LessonScreen, "update_node_styles", note_styling)
    program = app(tmp_path, Opening("lesson", lesson="doubling"))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Doubling")
        assert [first & classes for first in classes_at_first] == [classes]
        assert not styled_again
