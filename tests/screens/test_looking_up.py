"""What is looked up moves no place, what was read is counted, and a question in sight takes its options' letters."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.screens.story import SMALL, app, focused, press, record, text, until
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.base import Banner
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.requests import OpenLesson
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.lesson.page import LessonPage


def at_doubling(tmp_path: Path) -> ChainruleApp:
    store = record(tmp_path / "home")
    store.save_reading_position("doubling", 1)
    store.close()
    return app(tmp_path, Opening("home"))


async def test_a_page_that_is_looked_up_does_not_move_the_place_until_one_reads_on(tmp_path: Path) -> None:
    program = at_doubling(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Go on   Doubling")
        for keys in (["slash", *"what is the loss", "enter"], None):
            if keys is None:
                program.screen.post_message(OpenLesson("rates", 1, is_visit=True))
            else:
                await press(pilot, keys[:1])
                await until(pilot, "Find")
                await press(pilot, ["space" if key == " " else key for key in keys[1:-1]])
                await until(pilot, "lesson 2, page 2")
                await press(pilot, keys[-1:])
            await until(pilot, lambda: isinstance(program.screen, LessonScreen))
            await until(pilot, "2 of 2")
            await press(pilot, ["ctrl+o", "escape", "escape", "escape"])
            await until(pilot, lambda: isinstance(program.screen, HomeScreen))
            assert program.store.last_reading_position() == ("doubling", 1)
            assert "Go on   Doubling" in text(program)
        program.screen.post_message(OpenLesson("rates", 0, is_visit=True))
        await until(pilot, "1 of 2")
        await press(pilot, ["n"])
        await until(pilot, lambda: program.store.last_reading_position() == ("rates", 1))


async def test_a_first_page_that_was_scrolled_to_its_end_is_read_however_one_leaves(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling"))
    first = tmp_path / "lessons" / "01-doubling.md"
    first.write_text(first.read_text("utf-8").replace("and nothing else.", "and so on.\n\n" * 20), "utf-8")
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 3")
        assert program.store.pages_read("doubling") == frozenset()
        await until(pilot, lambda: program.screen.query_one(LessonPage).max_scroll_y > 20)
        for _ in range(40):
            await press(pilot, ["end"])
            await pilot.pause(0.05)
            if program.store.pages_read("doubling"):
                break
        assert program.store.pages_read("doubling") == {0}
        assert program.store.last_reading_position() is None


async def test_the_letter_of_an_option_in_sight_picks_it_and_what_was_right_before_says_so(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=(80, 50)) as pilot:
        await until(pilot, "Which is more")
        number, choice = program.screen.query(QuestionCard)
        number.focus_answer()
        await pilot.pause()
        number.fill_in(number.instance.solution)
        await press(pilot, ["enter"])
        await until(pilot, "✓ Right.")
        await press(pilot, ["escape"])
        await until(pilot, "⏎ To the question")
        await press(pilot, ["b"])
        await until(pilot, "›b")
        assert choice.grade is None, "picked is not handed in"
        await press(pilot, ["escape", "escape"])
    again = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with again.run_test(size=(80, 50)) as pilot:
        await until(pilot, "Which is more")
        assert text(again).count("answered right before") == 1
        number, choice = again.screen.query(QuestionCard)
        choice.was_right = True  # neither waits now: Enter passes over both, but what is typed begins an answer
        await until(pilot, lambda: len(again.screen.query("AnswerForm Input")) == 1)
        await until(pilot, lambda: isinstance(focused(again), LessonPage))
        await press(pilot, ["4"])
        await until(pilot, lambda: again.screen.query_one("AnswerForm Input", Input).value == "4")
        assert number in focused(again).ancestors
        again.screen.query_one("AnswerForm Input", Input).clear()
        number.query_one("#answer").focus()
        await press(pilot, ["enter"])
        await until(pilot, "Not graded")
        await press(pilot, ["7"])
        await until(pilot, lambda: again.screen.query_one("AnswerForm Input", Input).value == "7")


async def test_the_first_page_offers_no_page_before(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling"))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "1 of 3")
        await until(pilot, "n Next")
        assert "Previous" not in text(program).splitlines()[-1]
        await press(pilot, ["n"])
        await until(pilot, "p Previous")


@pytest.mark.parametrize("read", [(0, 1, 2), (2,)])
async def test_the_end_leads_to_what_is_missing_once_whoever_came_through_the_lesson(
    tmp_path: Path, read: tuple[int, ...]
) -> None:
    store = record(tmp_path / "home")
    for page in read:
        store.save_page_read("doubling", page)
    store.close()
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=(80, 50), notifications=True) as pilot:
        await until(pilot, "To finish this lesson")
        for card in program.screen.query(QuestionCard):
            card.was_right = True  # Enter does not stop there
        program.screen.refresh_bindings()
        led = []
        for _ in range(60):
            assert isinstance(program.screen, LessonScreen)
            led.append(program.screen._shown_page._foot_buttons[0][0])
            await press(pilot, ["enter"])
            await pilot.pause(0.05)
            if program.screen.query_one(Banner).note.startswith("1 of 2"):
                break
            program.screen.query_one(LessonPage).focus()
        assert program.screen.query_one(Banner).note.startswith("1 of 2")
        assert ("open" in led) == (len(read) == 3), "whoever turned the pages over only is led on"


async def test_the_question_in_sight_is_asked_again_from_the_page_too(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=(80, 50)) as pilot:
        await until(pilot, "Which is more")
        number = program.screen.query(QuestionCard).first(QuestionCard)
        number.focus_answer()
        await pilot.pause()
        number.fill_in(number.instance.solution)
        await press(pilot, ["enter"])
        await until(pilot, "✓ Right.")
        program.screen.query_one(LessonPage).focus()
        await press(pilot, ["r"])
        await until(pilot, lambda: number.grade is None)
        await until(pilot, lambda: "✓ Right." not in text(program))
