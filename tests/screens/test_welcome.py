"""The first five minutes: something moves before anything is asked, and one key leads on."""

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.screen import Screen

from tests.screens.story import SMALL, WIDE, app, press, record, text, until
from tutor.content.course import open_course
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.simulator import SimulatorScreen
from tutor.screens.course.tour import KEY_CELLS, STEPS, TourScreen
from tutor.screens.course.welcome import MAX_ROUNDS, WelcomeScreen
from tutor.screens.quiz.placement import PlacementScreen
from tutor.widgets.content_rows import GAP


def fresh(folder: Path) -> ChainruleApp:
    """The real course on a machine that knows nothing of it."""
    return ChainruleApp(open_course(), record(folder / "home"), Opening("start"))


async def moved(pilot: Pilot[Any]) -> None:
    """Wait until the simulation has gone a step."""
    await until(pilot, "It is still learning: after 1")


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "140x44"])
async def test_a_simulation_moves_and_nothing_is_asked_or_written(tmp_path: Path, size: tuple[int, int]) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=size) as pilot:
        await moved(pilot)
        assert "Output over the plane" in text(program)
        assert "Begin: The node" in text(program)
    assert not (tmp_path / "home").exists()


async def test_one_key_opens_the_first_lesson(tmp_path: Path) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Begin: The node")
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))


async def test_whoever_comes_back_from_the_first_lesson_comes_to_the_map(tmp_path: Path) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Begin: The node")
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        await press(pilot, ["n"])
        await until(pilot, "2 of ")
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_the_words_stand_beside_the_middle_of_the_picture_on_a_tall_screen(tmp_path: Path) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=(140, 44)) as pilot:
        await until(pilot, "Begin: The node")
        words = program.screen.query_one("#words")
        first, last = words.query_one("#title").region, words.query_one("#begin").region
        assert abs((first.y - words.region.y) - (words.region.bottom - last.bottom)) <= 2


LEADS: list[tuple[str, type]] = [
    ("m", HomeScreen),
    ("T", TourScreen),
    ("z", PlacementScreen),
    ("s", SimulatorScreen),
]


@pytest.mark.parametrize(("key", "screen"), LEADS)
async def test_each_key_leads_somewhere(tmp_path: Path, key: str, screen: type) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await moved(pilot)
        await press(pilot, [key])
        await until(pilot, lambda: isinstance(program.screen, screen))


def is_resting(screen: Screen[Any]) -> bool:
    """Whether the welcome has shown all its rounds and set its timer down."""
    return isinstance(screen, WelcomeScreen) and screen._round == MAX_ROUNDS and screen._step_timer is None


async def test_the_network_rests_after_its_last_round(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.screens.course.welcome.LAST_EPOCH", 2)
    monkeypatch.setattr("tutor.screens.course.welcome.EPOCH_SECONDS", 0.01)
    program = fresh(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: is_resting(program.screen))
        assert "After 2 epochs (" in text(program)


async def test_nothing_moves_for_those_who_want_that(tmp_path: Path) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await program.push_screen(WelcomeScreen(program.session, moves=False))
        await until(pilot, "After 100")
        assert program.screen._step_timer is None  # type: ignore[attr-defined]  # the welcome's own


async def test_the_button_and_the_last_line_call_enter_the_same(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("start"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Begin: ")
        await until(pilot, lambda: "⏎ Begin" in text(program).splitlines()[-1])


async def test_whoever_has_begun_comes_to_the_course_map(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.save_reading_position("doubling", 1)
    store.close()
    program = app(tmp_path, Opening("start"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))
        assert "Go on" in text(program)


async def test_the_tour_goes_forward_and_back_and_ends(tmp_path: Path) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Begin: The node")
        await press(pilot, ["T"])
        await until(pilot, STEPS[0].title)
        await press(pilot, ["right", "right", "left"])
        await until(pilot, STEPS[1].title)
        await press(pilot, ["right"] * (len(STEPS) - 1))
        await until(pilot, lambda: isinstance(program.screen, WelcomeScreen))


async def test_each_key_of_the_tour_has_a_line_with_what_it_does(tmp_path: Path) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Begin: The node")
        await press(pilot, ["T"])
        for step in STEPS:
            await until(pilot, step.title)
            for key, words in step.keys:
                await until(pilot, f"{key:<{KEY_CELLS + GAP}}{words}")
            await press(pilot, ["right"])


async def test_the_tour_can_be_left_at_any_step(tmp_path: Path) -> None:
    program = fresh(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Begin: The node")
        await press(pilot, ["T", "right", "escape"])
        await until(pilot, lambda: isinstance(program.screen, WelcomeScreen))
