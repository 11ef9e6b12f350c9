"""Stories about the self-quiz."""

from pathlib import Path

import pytest
from textual.widgets import Input

from tests.screens.story import SMALL, app, press, record, text, until
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.home import HomeScreen
from tutor.screens.lesson import LessonScreen
from tutor.screens.quiz import QuizScreen
from tutor.widgets.card import QuestionCard
from tutor.widgets.chooser import Chooser

QUIZ = Opening("quiz", lesson="doubling", seed=3)


def quiz(program: ChainruleApp) -> QuizScreen:
    assert isinstance(program.screen, QuizScreen)
    return program.screen


def right_keys(card: QuestionCard) -> list[str]:
    """What a learner presses who knows the answer."""
    label = card.instance.solution.partition(")")[0]
    return [*label, "enter"]


def wrong_keys(card: QuestionCard) -> list[str]:
    """What a learner presses who does not."""
    right = card.instance.solution.partition(")")[0]
    if card.instance.options:
        return ["b" if right == "a" else "a", "enter"]
    return ["1", "enter"]


async def test_a_learner_answers_all_and_sees_the_summary_by_concept(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        for number in (1, 2):
            await until(pilot, f"{number} of 2")
            await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
            await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
            await until(pilot, "✓ Right.")
            await press(pilot, ["n"])
        await until(pilot, "2 of 2 right")
        assert "doubling" in text(program)
        assert "Retry" not in text(program)
    assert program.store.count() == 2


async def test_enter_goes_on_after_a_verdict(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Next question (n)")
        await press(pilot, ["enter"])
        await until(pilot, "2 of 2")


async def test_what_was_missed_can_be_retried_with_new_numbers(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        first = program.screen.query_one(QuestionCard).instance
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "✗ Wrong.")
        await press(pilot, ["n"])
        await until(pilot, "2 of 2")
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "✓ Right.")
        await press(pilot, ["n"])
        await until(pilot, "Retry the 1 missed (r)")
        await press(pilot, ["r"])
        await until(pilot, "1 of 1")
        again = program.screen.query_one(QuestionCard).instance
        assert again.id == first.id
        assert again.seed == 1


async def test_a_question_can_be_left_out_and_counts_as_missed(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["ctrl+n"])
        await until(pilot, "2 of 2")
        await press(pilot, ["ctrl+n"])
        await until(pilot, "No answer was graded.")
        assert len(quiz(program).missed) == 2
    assert program.store.count() == 0


async def test_the_summary_says_what_to_read_next_and_opens_it(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        for number in (1, 2):
            await until(pilot, f"{number} of 2")
            await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
            await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
            await until(pilot, "✗ Wrong.")
            await press(pilot, ["n"])
        await until(pilot, "Read: Doubling, and what it costs")
        await pilot.click(".read")
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))


async def test_escape_leaves_the_answer_first_and_then_the_quiz(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(program.focused, (Input, Chooser)))
        await press(pilot, ["escape"])
        assert isinstance(program.screen, QuizScreen)
        await press(pilot, ["b"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_nothing_due_is_said(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", due=True))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "There is nothing to ask")


@pytest.mark.parametrize("key", ["j", "down"])
async def test_a_long_card_scrolls(tmp_path: Path, key: str) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=(60, 12)) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, lambda: program.screen.query_one(QuestionCard).grade is not None)
        room = program.screen.query_one("#quiz")
        room.focus()
        room.scroll_home(animate=False)
        await pilot.pause()
        await press(pilot, [key])
        assert room.scroll_target_y > 0


async def test_an_answer_that_cannot_be_recorded_gets_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the record's folder should be")
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Not recorded, so not graded")
        assert "Right" not in text(program)


async def test_the_record_of_a_quiz_is_found_by_the_next_program(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "✗ Wrong.")
    program.store.close()
    store = record(tmp_path / "home")
    assert store.count() == 1
    store.close()
