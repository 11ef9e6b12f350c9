"""Every screen as a picture, small and wide. A change is looked at before it is accepted.

Accept with `pytest tests/snapshots --snapshot-update`, after looking at the report of the failing run.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.screens.story import SMALL, WIDE, app, until
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import Opening
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

pytestmark = pytest.mark.pictures

Compare = Callable[..., bool]
SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "140x44"])


def after(seen: str, *keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Wait until the screen shows `seen`, press keys, and let everything come to rest."""

    async def run(pilot: Pilot[Any]) -> None:
        await until(pilot, seen)
        await pilot.pause(0.1 if keys else None)  # a dialog dims what stands beneath: let all of that be drawn
        await pilot.press(*keys)
        await pilot.pause(0.3)
        for line in pilot.app.screen.query(Input):
            line.cursor_blink = False
        await pilot.pause()

    return run


def simulation(name: str, step: int, **values: object) -> Opening:
    player = Player(find_simulation(name).build(**values))
    player.jump(step)
    return Opening("simulation", player=player)


@SIZES
def test_the_course_map(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    assert snap_compare(app(tmp_path), terminal_size=size, run_before=after("doubling"))


@SIZES
def test_a_page_of_a_lesson(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    opened = app(tmp_path, Opening("lesson", lesson="doubling", section=1))
    assert snap_compare(opened, terminal_size=size, run_before=after("two"))


@SIZES
def test_a_page_with_a_simulation(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    opened = app(tmp_path, Opening("lesson", lesson="rates", section=0))
    assert snap_compare(opened, terminal_size=size, run_before=after("Step twice", "s"))


@SIZES
def test_a_question_answered_wrongly(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    opened = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), 2, seed=0)))
    assert snap_compare(opened, terminal_size=size, run_before=after("What is twice 7", "4", "9", "enter"))


@SIZES
def test_a_prediction_with_its_picture(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    opened = app(tmp_path, Opening("lesson", lesson="rates", section=1))
    assert snap_compare(opened, terminal_size=size, run_before=after("ravine: the path"))


@SIZES
@pytest.mark.parametrize(
    ("name", "step"), [("adam", 12), ("backprop", 9), ("conv-cost", 9), ("dropout", 5), ("convolution", 20)]
)
def test_a_simulator(snap_compare: Compare, tmp_path: Path, size: tuple[int, int], name: str, step: int) -> None:
    opened = app(tmp_path, simulation(name, step))
    assert snap_compare(opened, terminal_size=size, run_before=after(f"step {step}"))


@SIZES
def test_two_runs_compared(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    opened = app(tmp_path, simulation("adam", 12))
    keys = ("c", "right_square_bracket", "g", "9", "enter")
    assert snap_compare(opened, terminal_size=size, run_before=after("step 12", *keys))


@SIZES
def test_the_presets(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    assert snap_compare(app(tmp_path, simulation("adam", 0)), terminal_size=size, run_before=after("step 0", "o"))


@SIZES
def test_the_record(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    assert snap_compare(app(tmp_path), terminal_size=size, run_before=after("doubling", "i"))


@SIZES
def test_the_wish_for_a_quiz(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    assert snap_compare(app(tmp_path), terminal_size=size, run_before=after("doubling", "z"))


@SIZES
def test_an_exam_before_it_is_handed_in(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    opened = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), 2, seed=0, exam=True)))
    keys = ("4", "9", "enter", "n", "ctrl+n")
    assert snap_compare(opened, terminal_size=size, run_before=after("What is twice 7", *keys))


@SIZES
def test_the_help(snap_compare: Compare, tmp_path: Path, size: tuple[int, int]) -> None:
    opened = app(tmp_path, simulation("adam", 0))
    assert snap_compare(opened, terminal_size=size, run_before=after("step 0", "question_mark"))
