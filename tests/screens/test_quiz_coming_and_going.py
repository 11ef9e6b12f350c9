"""Stories about how a quiz is chosen, left and taken up again."""

import re
from pathlib import Path
from typing import cast

from textual.widgets import Input

from tests.screens.quizzing import QUIZ, quiz, wrong_keys
from tests.screens.story import SMALL, WIDE, app, press, record, shown_keys, text, until
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import Opening
from tutor.screens.course.home import HomeScreen
from tutor.screens.quiz.quiz import QuizScreen
from tutor.screens.requests import OpenQuizSetup
from tutor.screens.terminal.steady import NOTICE_SECONDS
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.single_choice import SingleChoiceList


async def test_escape_leaves_the_answer_first_and_then_the_quiz(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(program.focused, (Input, SingleChoiceList)))
        await press(pilot, ["escape"])
        assert isinstance(program.screen, QuizScreen)
        await press(pilot, ["b"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_leaving_a_quiz_says_what_is_on_record(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, [*wrong_keys(program.screen.query_one(QuestionCard)), "escape", "b"])
        await until(pilot, "You left the quiz. 1 answer")
        (row,) = [row for row in text(program).splitlines() if "You left the quiz" in row]
        assert "1 to go" in row, "one row, as low as can be: it covers what is read"
        for notice in program._notifications:
            notice.raised_at -= NOTICE_SECONDS  # time to read it has passed
        await press(pilot, ["down"])
        await until(pilot, lambda: "You left the quiz" not in text(program))


async def test_a_quiz_that_is_left_at_its_last_verdict_promises_no_further_question(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        quiz = cast("QuizScreen", program.screen).quiz
        for _ in quiz.items:
            await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
            await until(pilot, lambda: quiz.current.grade is not None)
            if quiz.unanswered_indices:
                await press(pilot, ["ctrl+n"])
                await until(pilot, lambda: quiz.current.grade is None)
        await press(pilot, ["escape", "b"])
        await until(pilot, f"You left the quiz. {len(quiz.items)} answers of it on record.")
        assert "to go" not in text(program)


async def test_where_one_lands_after_leaving_a_quiz_the_same_key_goes_on_with_it(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: program.store.reading_position("doubling") == 2)
        program.post_message(OpenQuizSetup())
        await until(pilot, "concepts, with fresh numbers")
        assert shown_keys(program.screen)[:3] == ["⏎ Begin", "↑↓ Pick", "Tab Next list"]
        await press(pilot, ["enter"])
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard))[:-1])
        await until(pilot, "How sure?")
        await press(pilot, ["1"])
        await until(pilot, "Try again")
        await press(pilot, ["f9"])
        await until(pilot, "Next question")
        asked = [item.question for item in quiz(program).quiz.items]
        await press(pilot, ["escape"])
        await until(pilot, f"(●) rest of a quiz ({len(asked) - 1})")
        await press(pilot, ["z"])
        await until(pilot, f"2 of {len(asked)}")
        assert [item.question for item in quiz(program).quiz.items] == asked
        await until(pilot, lambda: isinstance(program.focused, (Input, SingleChoiceList)))
        await press(pilot, ["escape", "escape"])
        await until(pilot, "(●) rest of a quiz")
        await press(pilot, ["escape"])
        await until(pilot, "3 of 3")
        await press(pilot, ["z"])
        await until(pilot, f"2 of {len(asked)}")


async def test_a_quiz_that_was_left_is_taken_up_again_after_the_program_was(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        asked = [item.question for item in quiz(program).quiz.items]
        await press(pilot, [*wrong_keys(program.screen.query_one(QuestionCard)), "ctrl+q"])
    again = app(tmp_path, Opening("home"))
    async with again.run_test(size=SMALL) as pilot:
        await until(pilot, "quiz: 1 to go")
        await press(pilot, ["z"])
        await until(pilot, "rest of a quiz (1)")
        await press(pilot, ["n"])
        await until(pilot, "2 of 2")
        assert [item.question for item in quiz(again).quiz.items] == asked
        await until(pilot, lambda: bool(again.screen.query(QuestionCard)))
        await press(pilot, [*wrong_keys(again.screen.query_one(QuestionCard))])
        await until(pilot, "How sure?")
        await press(pilot, ["enter"])
        await until(pilot, "Press 1, 2 or 3")
        await press(pilot, ["1"])
        await until(pilot, "Try again")
        await press(pilot, ["f9", "ctrl+n"])
        await until(pilot, "0 of 2 right")
        await press(pilot, ["escape", "escape", "m"])
        await until(pilot, lambda: isinstance(again.screen, HomeScreen))
        await until(pilot, lambda: "quiz: 1 to go" not in text(again))


async def test_an_empty_quiz_leads_to_one_on_everything(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope(due=True))))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "There is nothing to ask")
        await pilot.click("#everything")
        await until(pilot, "everything mixed")


async def test_nothing_due_is_said(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope(due=True))))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "There is nothing to ask")


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


async def test_the_wish_is_made_with_the_keys(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))
        await press(pilot, ["z"])
        await until(pilot, "(●) everything mixed")
        await press(pilot, ["tab", "up", "tab", "down", "tab", "down"])
        await until(pilot, "(●) do not ask")
        await press(pilot, ["n"])
        await until(pilot, "Exam: everything mixed")
        assert len(quiz(program).quiz.items) == 4
        assert not quiz(program).quiz.asks_confidence


async def test_a_lesson_must_be_named_before_it_is_asked_about(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))
        await press(pilot, ["z"])
        await until(pilot, "(●) everything mixed")
        await press(pilot, ["down", "down", "down", "down", "n"])
        await until(pilot, "Choose which lesson first:")


async def test_a_weak_concept_is_told_by_a_word_beside_the_choice_of_a_quiz(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Next question")
        program.post_message(OpenQuizSetup())
        await until(pilot, "What you know, the weakest first")
        assert re.search(r"\d%, weak", text(program))
