"""The terminal's own cursor stands on what has the focus: on each row of a list, in a line, on a run's sentence."""

from pathlib import Path

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Input

from tests.screens.story import SMALL, app, press, text, until
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.simulator import SimulatorScreen
from tutor.screens.terminal.steady import SteadyApp
from tutor.sims.table import find_simulation
from tutor.widgets.answers.single_choice import SingleChoiceList


def row(program: ChainruleApp) -> str:
    """The line of the screen that the cursor stands on."""
    place = program.cursor_position
    lines = text(program).split("\n")
    return lines[place.y] if place.y < len(lines) else ""


async def test_it_follows_the_lessons_of_the_map_into_help_and_a_run(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Rates, seen")
        assert "Doubling" in row(program)
        await press(pilot, ["down"])
        assert "Rates" in row(program)
        program.push_screen(SimulatorScreen(program.session, find_simulation("adam").build()))
        await until(pilot, "step 0")
        await press(pilot, ["right"])
        await until(pilot, "Update 1")
        assert "Update 1" in row(program)
        await press(pilot, ["g"])
        await until(pilot, "Go to step")
        assert "Go to step" in row(program)


async def test_it_follows_the_options_of_a_question(tmp_path: Path) -> None:
    options = QuizOptions(Scope(concept="squares"), 1, seed=0)
    program = app(tmp_path, Opening("quiz", options=options))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(program.focused, SingleChoiceList))
        for _ in range(3):
            await press(pilot, ["down"])
            label = program.focused.label if isinstance(program.focused, SingleChoiceList) else ""
            assert f"{label}  " in row(program)


class TwoLines(Screen[None]):
    """A screen with two lines to type on."""

    def compose(self) -> ComposeResult:
        yield Input()
        yield Input()


async def test_of_screens_one_over_another_only_the_cursor_on_top_blinks() -> None:
    program = SteadyApp()
    async with program.run_test(size=SMALL) as pilot:
        lines: list[Input] = []  # the first of each screen, which has the focus
        for _ in range(3):
            await program.push_screen(TwoLines())
            lines.append(program.screen.query(Input).first())
        await pilot.pause()
        assert [line.cursor_blink for line in lines] == [False, False, True]
        second_line = lines[0].screen.query(Input).last()
        second_line.focus()  # while its screen is covered by two others
        await pilot.pause()
        await program.pop_screen()
        assert (second_line.cursor_blink, lines[1].cursor_blink) == (False, True)
        await program.pop_screen()
        assert (lines[0].cursor_blink, second_line.cursor_blink) == (True, True)
