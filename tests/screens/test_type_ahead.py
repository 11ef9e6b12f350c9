"""What is typed right after a key that opens a line goes into the line, however fast it comes."""

from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from tests.content.lessons import RICH, folder
from tests.screens.story import SMALL, WIDE, record, until
from tutor.content.course import Course
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.requests import OpenScreen
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation

WORD = "rubbish"


def line(program: ChainruleApp) -> str:
    """What stands in the line that has the focus."""
    return program.focused.value if isinstance(program.focused, Input) else ""


def type_fast(program: ChainruleApp, keys: list[str]) -> None:
    """Hand all keys over before the first one is looked at."""
    for key in keys:
        program.post_message(Key(key, key if len(key) == 1 else None))


def simulator(tmp_path: Path, name: str) -> ChainruleApp:
    course = Course(folder(tmp_path, toy=RICH))
    player = Player(find_simulation(name).build())
    return ChainruleApp(course, record(tmp_path / "home"), Opening("simulation", player=player))


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
@pytest.mark.parametrize(("name", "key"), [("conv-cost", "a"), ("adam", "g"), ("playground", "x")])
async def test_what_follows_the_key_of_a_line_goes_into_it_as_fast_as_it_can_be_typed(
    tmp_path: Path, name: str, key: str, size: tuple[int, int]
) -> None:
    program = simulator(tmp_path, name)
    async with program.run_test(size=size) as pilot:
        await until(pilot, "step 0")
        await pilot.pause()
        screen = program.screen
        type_fast(program, [key, *WORD])
        await until(pilot, lambda: line(program) == WORD)
        assert program.screen is screen


async def test_at_the_pace_of_a_held_key_too(tmp_path: Path) -> None:
    program = simulator(tmp_path, "conv-cost")
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "step 0")
        for key in ["a", *WORD]:
            type_fast(program, [key])
            await pilot.pause(1 / 30)
        await until(pilot, lambda: line(program) == WORD)


async def test_a_number_for_a_jump_and_its_enter_come_in_one_go(tmp_path: Path) -> None:
    program = simulator(tmp_path, "adam")
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "step 0")
        type_fast(program, ["g", "1", "2", "enter"])
        await until(pilot, "step 12")


async def test_a_value_typed_right_after_the_key_that_opens_the_parameters_is_theirs(tmp_path: Path) -> None:
    program = simulator(tmp_path, "neuron")
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "step 0")
        type_fast(program, ["e", "0", "full_stop"])
        await until(pilot, lambda: line(program)[:1] == "0")


async def test_words_to_search_for_follow_the_search_key_at_once(tmp_path: Path) -> None:
    course = Course(folder(tmp_path, toy=RICH))
    program = ChainruleApp(course, record(tmp_path / "home"), Opening("home"))
    async with program.run_test(size=SMALL) as pilot:
        program.post_message(OpenScreen("glossary"))
        await until(pilot, " of ")
        await until(pilot, lambda: isinstance(program.focused, Input))
        await pilot.press("down")
        await until(pilot, lambda: not isinstance(program.focused, Input))
        type_fast(program, ["slash", *WORD])
        await until(pilot, lambda: line(program) == WORD)
