"""One key goes on from anywhere: it passes over nothing, stops at questions and tasks, and hands nothing in."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from tests.content.lessons import RICH, folder
from tests.screens.story import RATES as RATES_LESSON
from tests.screens.story import SMALL, WIDE, app, focused, press, record, text, until
from tutor.content.course import Course, open_course
from tutor.questions.answers.run_settings import RunSetting
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import CourseMap, HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.simulator import SimulatorScreen
from tutor.screens.quiz.cards import ChallengeScreen
from tutor.screens.requests import OpenQuiz, OpenQuizSetup, OpenScreen, OpenSimulation
from tutor.screens.table import SCREENS
from tutor.sims.table import find_simulation
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.lesson.block_widgets import make_foot_buttons
from tutor.widgets.lesson.page import LessonPage
from tutor.widgets.lesson.simulation_note import SimulationNote
from tutor.widgets.lesson.targets import UNBROKEN_PARTS
from tutor.widgets.simulator.simulator import Simulator

ENOUGH = 40
"""Presses of one key that lead from any screen to the text of a lesson."""


async def arrive(pilot: Pilot[None], program: ChainruleApp, start: object, *, leave_out: bool = False) -> None:
    """Press Enter, and nothing else, until a lesson is read that was not read at the start.

    With `leave_out` a question is left out where Enter has stopped at one.
    """
    for _ in range(ENOUGH):
        if isinstance(program.screen, LessonScreen) and program.screen is not start:
            return
        stands_at_question = any(card in focused(program).ancestors for card in program.screen.query(QuestionCard))
        await press(pilot, ["ctrl+n" if leave_out and stands_at_question else "enter"])
        await pilot.pause(0.01)
    raise AssertionError(f"Enter does not lead on from here:\n{text(program)}")


@pytest.mark.parametrize("name", SCREENS)
async def test_from_every_screen_that_is_opened_by_name_one_key_leads_to_a_lesson(tmp_path: Path, name: str) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling, and what it costs")
        program.post_message(OpenScreen(name))
        await until(pilot, lambda: not isinstance(program.screen, HomeScreen))
        await until(pilot, lambda: "reading the lessons" not in text(program))
        await arrive(pilot, program, None, leave_out=True)
        assert program.store.attempts() == []


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
async def test_the_first_key_of_all_leads_into_a_lesson(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path, Opening("start"))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "Welcome.")
        await arrive(pilot, program, None)


async def test_a_quiz_is_set_up_begun_and_left_with_one_key(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling, and what it costs")
        program.post_message(OpenQuizSetup())
        await until(pilot, "Verdicts")
        await press(pilot, ["enter"])
        await until(pilot, "1 of 4")
        await arrive(pilot, program, None, leave_out=True)
        assert program.store.attempts() == []


async def test_a_quiz_that_was_opened_from_a_lesson_leads_back_to_it(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "3 of 3")
        lesson = program.screen
        program.post_message(OpenQuiz(QuizOptions(Scope(lesson="doubling"))))
        for _ in range(2):
            await until(pilot, lambda: any(card.grade is None for card in program.screen.query(QuestionCard)))
            card = program.screen.query_one(QuestionCard)
            card.fill_in(card.instance.solution.partition(")")[0])
            await press(pilot, ["enter"])
            await until(pilot, lambda card=card: card.grade is not None)  # type: ignore[misc]
            await until(pilot, lambda: bool(program.screen.query("#next")))
            while card.is_attached:
                await press(pilot, ["enter"])
        await until(pilot, "2 of 2 right")
        await press(pilot, ["enter"])
        assert program.screen is lesson


async def test_from_a_simulation_with_the_screen_to_itself_back_to_the_page(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="rates"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 2")
        lesson = program.screen
        program.post_message(OpenSimulation(find_simulation("adam").build()))
        await until(pilot, lambda: isinstance(program.screen, SimulatorScreen))
        await press(pilot, ["right", "enter"])
        assert program.screen is lesson


async def test_enter_goes_on_with_a_run_that_is_predicted_and_space_says_what_it_does(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Doubling, and what it costs")
        program.post_message(OpenSimulation(find_simulation("neuron").build()))
        await until(pilot, lambda: isinstance(program.screen, SimulatorScreen))
        screen, simulator = program.screen, program.screen.query_one(Simulator)
        await until(pilot, "space Play")
        await press(pilot, ["space"])
        await until(pilot, lambda: "space Pause" in text(program) or not simulator.player.can_step)
        await until(pilot, "space Play")
        await press(pilot, ["0", "a"])
        for _ in range(ENOUGH):
            if not simulator.player.can_step:
                break
            await press(pilot, ["0", "enter"] if isinstance(program.focused, Input) else ["enter"])
            assert program.screen is screen, "the run is not over"
        assert not simulator.player.can_step
        await press(pilot, ["enter"])
        await until(pilot, lambda: program.screen is not screen)


async def test_what_is_typed_in_a_field_counts_and_a_challenge_goes_on_from_the_answer_on_its_card(
    tmp_path: Path,
) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("rates"), 2, seed=0)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "of 2")
        await press(pilot, ["ctrl+n"])
        await until(pilot, "Bring the loss")
        await press(pilot, ["f3"])
        await until(pilot, lambda: bool(program.screen.query(Simulator)))
        simulator = program.screen.query_one(Simulator)
        await until(pilot, lambda: simulator.has_focus)
        await press(pilot, ["right", "right", "e"])
        await until(pilot, lambda: isinstance(program.focused, Input))
        await press(pilot, [*"0.25", "f3"])
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await until(pilot, lambda: program.screen.query_one(Input).value == "learning_rate=0.25 steps=2")
        await press(pilot, ["f3"])
        await until(pilot, lambda: bool(program.screen.query(Simulator)))
        again = program.screen.query_one(Simulator)
        await until(pilot, lambda: again.answer_text() == "learning_rate=0.25 steps=2")
        await until(pilot, lambda: again.has_focus)
        await press(pilot, ["e"])
        await until(pilot, lambda: isinstance(program.focused, Input))
        await press(pilot, [*"quick", "f3"])
        await until(pilot, "✗")
        assert program.screen.query(Simulator), "what cannot be used is said, and brings nothing back"


async def test_from_the_simulator_of_a_challenge_back_to_the_question_with_what_was_set(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="rates", section=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: len(program.screen.query(QuestionCard)) == 2)
        card = program.screen.query(QuestionCard).last(QuestionCard)
        await until(pilot, lambda: len(program.screen.query("AnswerForm Input")) == 2)
        card.focus_answer()
        await until(pilot, lambda: card in focused(program).ancestors)
        await press(pilot, ["f3"])
        await until(pilot, lambda: isinstance(program.screen, ChallengeScreen))
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        assert not card.is_touched, "nothing was set, so there is no answer yet"
        await press(pilot, ["f3"])
        await until(pilot, lambda: isinstance(program.screen, ChallengeScreen))
        solution = card.instance.read(card.instance.solution)
        assert isinstance(solution, RunSetting)
        await until(pilot, "F3 brings your settings back")
        program.screen.query_one(Simulator).take_up(solution.simulation, solution.steps)
        await until(pilot, "Goal reached: F3 hands it in")
        program.screen.query_one(Simulator).take_up(solution.simulation, 0)
        await until(pilot, "F3 brings your settings back")
        await press(pilot, ["right", "enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))
        assert card.is_touched
        assert card.grade is None


# -- tasks


def rich(tmp_path: Path) -> ChainruleApp:
    course = Course(folder(tmp_path, toy=RICH, rates=RATES_LESSON.replace("needs: [doubling]", "needs: []")))
    return ChainruleApp(course, record(tmp_path / "home"), Opening("lesson", lesson="toy", section=1))


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80×24", "140×44"])
async def test_going_on_stops_once_at_open_tasks(tmp_path: Path, size: tuple[int, int]) -> None:
    program = rich(tmp_path)
    async with program.run_test(size=size) as pilot:
        await until(pilot, lambda: bool(program.screen.query(LessonPage).last(LessonPage)._is_built))
        lesson = program.screen
        assert isinstance(lesson, LessonScreen)
        note = lesson._shown_page.query_one(SimulationNote)
        await press(pilot, ["p", "s"])
        await until(pilot, lambda: isinstance(focused(program), Simulator))
        await press(pilot, ["s", "n"])
        await until(pilot, lambda: isinstance(focused(program), LessonPage) and lesson.page == 1)
        assert note.is_waiting, "the simulation was seen from another page, its tasks were not"
        for _ in range(ENOUGH):
            if isinstance(focused(program), Simulator):
                break
            await press(pilot, ["enter"])
            await pilot.pause(0.02)
        assert isinstance(focused(program), Simulator)
        assert program.store.done_tasks("toy") == frozenset()
        await press(pilot, ["enter"])
        assert isinstance(program.screen, LessonScreen)
        assert not isinstance(focused(program), Simulator)
        for _ in range(3):
            await press(pilot, ["enter"])
            assert not isinstance(focused(program), Simulator), "it stops at the same tasks again"


async def test_going_on_passes_by_tasks_that_are_done(tmp_path: Path) -> None:
    program = rich(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(LessonPage).last(LessonPage)._is_built))
        assert isinstance(program.screen, LessonScreen)
        note = program.screen._shown_page.query_one(SimulationNote)
        for index in range(len(note.block.tasks)):
            note.tick(index)
        assert not note.is_waiting


# -- what the lower edge cuts


@pytest.mark.parametrize("lesson", ["adam", "cross-entropy", "folding"])
async def test_going_on_shows_each_formula_picture_and_question_whole_that_the_lower_edge_cut(
    tmp_path: Path, lesson: str
) -> None:
    program = ChainruleApp(open_course(), record(tmp_path / "home"), Opening("lesson", lesson=lesson, section=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(program.screen, LessonScreen) and program.screen._shown_page._is_built)
        assert isinstance(program.screen, LessonScreen)
        page = program.screen._shown_page
        await until(pilot, lambda: page._is_laid_out and page.max_scroll_y > 0)
        await pilot.pause(0.4)
        height, cut, whole = page.scrollable_content_region.height, set(), set()
        while page.scroll_offset.y < page.max_scroll_y:
            was_at = page.scroll_offset.y
            edge = page.region.bottom
            parts = [part for part in page.query(UNBROKEN_PARTS) if 0 < part.region.height <= height]
            whole |= {part for part in parts if part.region.y >= edge - height and part.region.bottom <= edge}
            cut |= {part for part in parts if part.region.y < edge < part.region.bottom}
            page.action_go_on()
            await until(pilot, lambda at=was_at: page.scroll_offset.y > at)  # type: ignore[misc]
            await pilot.pause()
            edge = page.region.bottom
            whole |= {part for part in parts if part.region.y >= edge - height and part.region.bottom <= edge}
        assert cut
        assert cut <= whole


# -- the buttons at the foot


@pytest.mark.parametrize("size", [SMALL, (140, 44)], ids=str)
async def test_the_page_before_is_on_the_left_and_the_focus_comes_to_the_next_first(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=1))
    async with program.run_test(size=size) as pilot:
        await until(pilot, "← Previous page")
        assert isinstance(program.screen, LessonScreen)
        next_button, previous = program.screen._shown_page.query(".turner > Button")
        assert (next_button.name, previous.name) == ("next", "previous")
        assert previous.region.right < next_button.region.x
        assert previous.region.y == next_button.region.y
        program.screen._shown_page.focus_continue()
        await pilot.pause()
        assert focused(program) is next_button


def test_buttons_whose_labels_are_too_long_for_a_row_are_below_each_other() -> None:
    for title in ("The idea", "Deeper: forward or backward, and what memory it takes"):
        row = make_foot_buttons([("next", f"Next: {title} →"), ("previous", "← Previous page")])
        assert row.has_class("-column") == (len(title) > 20)


# -- keys that come quickly


async def test_two_presses_at_once_pass_over_no_page(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(".turner")))
        assert isinstance(program.screen, LessonScreen)
        lesson = program.screen
        page = lesson._shown_page
        page.post_message(LessonPage.PageTurnRequested("next", page))
        page.post_message(LessonPage.PageTurnRequested("next", page))
        await until(pilot, lambda: lesson.page > 0 and lesson._shown_page is lesson._made_pages[lesson.page])
        await until(pilot, lambda: lesson._shown_page._is_built and not lesson._shown_page._goes_on_once_complete)
        assert lesson.page < 2 or lesson._made_pages[1]._seen_rows > 0, "the page between was in sight"
        assert isinstance(focused(program), LessonPage)
        assert focused(program) is lesson._shown_page


async def test_a_verdict_takes_no_focus_from_where_the_learner_has_gone_meanwhile(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: len(program.screen.query("AnswerForm Input, AnswerForm SingleChoiceList")) == 2)
        first, second = program.screen.query(QuestionCard).results(QuestionCard)
        first.focus_answer()
        await pilot.pause()
        first.answer(first.instance.solution)
        second.focus_answer()
        await until(pilot, "✓ Right.")
        await pilot.pause()
        assert second in focused(program).ancestors


# -- the way back


async def test_esc_after_continue_leads_to_the_map_and_the_map_to_the_lesson_that_was_left(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "3 of 3")
        await until(pilot, lambda: bool(program.screen.query(".turner")))
        await press(pilot, ["n", "enter"])
        await until(pilot, "Rates, seen in a simulation")
        await until(pilot, "1 of 2")
        await press(pilot, ["n"])
        await until(pilot, "2 of 2")
        await press(pilot, ["escape"])
        assert isinstance(program.screen, HomeScreen)
        assert program.screen.query_one(CourseMap).highlighted is not None
        await press(pilot, ["enter"])
        await until(pilot, "2 of 2")


async def test_the_map_stands_at_the_lesson_that_one_went_on_to(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "0 of 2 lessons")
        await pilot.pause(0.4)  # the map has looked up what is due
        await press(pilot, ["enter"])
        await until(pilot, "1 of 3")
        await press(pilot, ["n", "n"])
        await until(pilot, "3 of 3")
        await until(pilot, lambda: len(program.screen.query(".turner")) == 3)
        await press(pilot, ["n", "enter"])
        await until(pilot, "1 of 2")
        await press(pilot, ["n"])
        await until(pilot, "2 of 2")
        await press(pilot, ["escape"])
        assert isinstance(program.screen, HomeScreen)
        at = program.screen.query_one(CourseMap)
        assert at.highlighted is not None
        assert at.get_option_at_index(at.highlighted).id == "rates"


async def test_a_page_that_is_not_in_sight_takes_neither_the_focus_nor_the_key(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=1))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Twice as much")
        screen = program.screen
        assert isinstance(screen, LessonScreen)
        await until(pilot, lambda: 2 in screen._made_pages and screen._made_pages[2]._is_built)
        coming, here = screen._made_pages[2], focused(program)
        coming.go_on_once_complete()
        coming.action_go_on()
        await coming.go_on()
        await pilot.pause()
        assert (coming.display, coming._enter_action, focused(program)) == (False, "go_on", here)
        assert screen.page == 1
        await press(pilot, ["n"])
        await until(pilot, lambda: focused(program) is coming)
        assert coming.scroll_offset.y == 0


async def test_keys_pressed_right_after_the_one_for_the_simulation_are_the_simulations(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="rates", section=0))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Step twice")
        screen = program.screen
        assert isinstance(screen, LessonScreen)
        for key in ("f3", "right", "right"):
            program.simulate_key(key)
        await until(pilot, lambda: any(run.player.position == 4 for run in screen.query(Simulator)))
        assert screen.page == 0
