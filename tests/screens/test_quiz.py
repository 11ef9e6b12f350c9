"""Stories about the self-quiz."""

from pathlib import Path

import pytest
from textual.widgets import Button, Input

from tests.screens import story
from tests.screens.story import SMALL, WIDE, app, press, record, shown_keys, text, until
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.quiz.question_list import QuestionList, window
from tutor.screens.quiz.quiz import QuizScreen
from tutor.screens.requests import OpenQuizSetup
from tutor.screens.terminal.steady import READ_AFTER
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.single_choice import SingleChoiceList

QUIZ = Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3))


def quiz(program: ChainruleApp) -> QuizScreen:
    assert isinstance(program.screen, QuizScreen)
    return program.screen


def right_keys(card: QuestionCard) -> list[str]:
    """What a learner presses who knows the answer."""
    label = card.instance.solution.partition(")")[0]
    return [*label, "enter"]


def wrong_keys(card: QuestionCard) -> list[str]:
    """What a learner presses who does not, and who wants no second try."""
    right = card.instance.solution.partition(")")[0]
    if card.instance.options:
        return ["b" if right == "a" else "a", "enter", "f9"]
    return ["1", "enter", "f9"]


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
        await until(pilot, "Retry the 1 not right (F4)")
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
        assert len(quiz(program).quiz.to_retry) == 2
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
            notice.raised_at -= READ_AFTER[True]  # time to read it has passed
        await press(pilot, ["down"])
        await until(pilot, lambda: "You left the quiz" not in text(program))


async def test_where_one_lands_after_leaving_a_quiz_the_same_key_goes_on_with_it(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("lesson", lesson="doubling", section=2))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: program.store.reading_position("doubling") == 2)
        program.post_message(OpenQuizSetup())
        await until(pilot, "other numbers than last")
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


async def test_an_exam_with_open_questions_is_looked_over_before_it_is_handed_in(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["ctrl+s"])
        await until(pilot, "0 of 2 answered, 2 without an answer")
        assert not quiz(program).quiz.is_over
        await press(pilot, ["ctrl+s"])
        await until(pilot, lambda: quiz(program).quiz.is_over)


async def test_nothing_due_is_said(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope(due=True))))
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


async def test_the_end_of_a_quiz_names_lessons_and_questions_in_words_and_cuts_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(story, "DOUBLING", story.DOUBLING.replace("it costs", "it costs all of us"))
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, asks_confidence=True)))
    async with program.run_test(size=(40, 44)) as pilot:
        for number in (1, 2):
            await until(pilot, f"{number} of 2")
            await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
            card = program.screen.query_one(QuestionCard)
            await press(pilot, wrong_keys(card)[:2])
            await until(pilot, "How sure?")
            await press(pilot, ["1"])
            await until(pilot, "Try again: half")
            await press(pilot, ["f9"])
            await until(pilot, "The answer:")
            await press(pilot, ["n"])
        await until(pilot, "Sure and wrong, so")
        seen = " ".join(text(program).split())
        assert "“What is twice" in seen
        assert "“Which is more" in seen
        assert "double-it" not in seen
        (button,) = program.screen.query(".read").results(Button)
        assert str(button.label) == "Read: Doubling, and what it …"
        assert str(button.label) in seen


async def test_how_sure_one_is_is_asked_before_the_verdict(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, asks_confidence=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "How sure?")
        assert "Right" not in text(program)
        assert program.store.count() == 0
        await press(pilot, ["3"])
        await until(pilot, "✓ Right.")
    assert [kept.confidence for kept in program.store.attempts()] == ["guess"]


async def test_an_answer_can_be_changed_while_one_is_asked_how_sure_one_is(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, asks_confidence=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        card = program.screen.query_one(QuestionCard)
        await press(pilot, wrong_keys(card))
        await until(pilot, "How sure?")
        program.screen.query_one("ConfidencePrompt").focus()
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.focused, (Input, SingleChoiceList)))
        assert "How sure?" not in text(program)
    assert program.store.count() == 0


@pytest.mark.parametrize("is_exam", [False, True], ids=["practice", "exam"])
async def test_going_on_instead_of_saying_how_sure_one_is_loses_no_answer(tmp_path: Path, is_exam: bool) -> None:
    options = QuizOptions(Scope("doubling"), seed=3, asks_confidence=True, exam=is_exam)
    program = app(tmp_path, Opening("quiz", options=options))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "How sure?")
        await press(pilot, ["n"])
        await until(pilot, "2 of 2" if is_exam else "✓ Right.")
        assert quiz(program).quiz.items[0].is_right_at_once
    assert [kept.verdict for kept in program.store.attempts()] == ["right", *["left out"] * is_exam]


async def test_a_second_try_that_is_left_stays_open_until_it_is_taken_or_the_answer_is_shown(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        first, second = right_keys(program.screen.query_one(QuestionCard)), "2 of 2"
        await press(pilot, ["f2", *wrong_keys(program.screen.query_one(QuestionCard))[:-1]])
        await until(pilot, "Try again: half")
        await press(pilot, ["ctrl+n"])
        await until(pilot, second)
        await until(pilot, "Question 1: the second try was left.")
        await press(pilot, ["ctrl+b"])
        await until(pilot, "Try again: half")
        assert "The answer: " not in text(program), "the try that is left is still open"
        assert "Hint 1 of" in text(program), "what was seen before is seen again"
        await press(pilot, first)
        await until(pilot, "✓ Right.")
        item = quiz(program).quiz.items[0]
        assert (item.is_right_at_once, item.is_right_at_second) == (False, True)
        await press(pilot, ["n"])
        await until(pilot, second)
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard))[:-1])
        await until(pilot, "Try again: half")
        await press(pilot, ["f9", "ctrl+b"])
        await until(pilot, "1 of 2")
        await press(pilot, ["ctrl+n"])
        await until(pilot, "The answer: ")
        assert "Try again" not in text(program), "whoever has seen the answer has no second try"


async def test_an_exam_says_nothing_before_it_is_handed_in(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "Exam: Doubling")
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Your answer is kept")
        assert "Wrong" not in text(program)
        await press(pilot, ["n"])
        await until(pilot, "2 of 2")
        await press(pilot, ["ctrl+n"])
        await until(pilot, "1 of 2 answered, 1 without an answer, 0 flagged.")
        await press(pilot, ["ctrl+s"])
        await until(pilot, "0 of 2 right, 1 left out")
        assert quiz(program).quiz.is_over
        await press(pilot, ["v"])
        await until(pilot, "✗ Wrong.")


async def test_an_answer_of_an_exam_is_there_again_when_one_comes_back_and_can_be_changed(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Your answer is kept")
        await press(pilot, ["n", "ctrl+b"])
        await until(pilot, "1 of 2")
        await until(pilot, "Your answer is kept")
        card = program.screen.query_one(QuestionCard)
        if not card.instance.options:
            assert card.query_one(Input).value == "1"
            card.query_one(Input).value = ""
        await press(pilot, right_keys(card))
        await until(pilot, lambda: len(program.store.history()) == 2)
    assert [kept.verdict for kept in program.store.attempts()] == ["right", "left out"]


async def test_a_flag_stands_in_the_row_of_signs_and_before_handing_in(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["f6"])
        await until(pilot, "⚑")
        await press(pilot, ["ctrl+n", "ctrl+n"])
        await until(pilot, "Go to question 1 (flagged)")
        await until(pilot, "Questions")
        await until(
            pilot, lambda: len({button.region.width for button in program.screen.query("ExamReview Button")}) == 1
        )
        await pilot.press("tab", "enter")
        await until(pilot, "1 of 2")


async def test_a_slip_of_the_finger_is_taken_back(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "✗ Wrong.")
        await press(pilot, ["u"])
        await until(pilot, "Taken back")
        assert program.screen.query_one(QuestionCard).grade is None
    assert program.store.attempts() == []
    assert len(program.store.history()) == 1


async def test_an_earlier_question_is_shown_with_its_verdict(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "✗ Wrong.")
        await press(pilot, ["n"])
        await until(pilot, "2 of 2")
        await press(pilot, ["ctrl+b"])
        await until(pilot, "1 of 2")
        await until(pilot, "✗ Wrong.")
    assert program.store.count() == 1


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


async def test_a_wide_quiz_lists_its_questions_and_says_where_the_answered_one_is_explained(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, "2 to go")
        listed = program.screen.query_one(QuestionList)
        assert listed.display and not program.screen.query_one("#progress").display
        assert "Explained in" not in text(program)
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        card = program.screen.query_one(QuestionCard)
        (topic,) = card.instance.topics
        await press(pilot, wrong_keys(card))
        await until(pilot, "Explained in")
        rows = listed.render().plain.splitlines()
        assert f"[✗]  1  {topic}" in rows[1], rows
        assert rows[2].split() == ["·", "2"], "the topic of a question that was not asked yet stays hidden"
        assert "Doubling, and what it costs" in " ".join(rows)
        await press(pilot, ["ctrl+n", "ctrl+n"])
        await until(pilot, "0 of 1 right")
        assert "Explained in" not in listed.render().plain
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: not listed.display)


@pytest.mark.parametrize(("count", "at", "shown"), [(2, 1, (0, 2)), (9, 0, (0, 5)), (9, 4, (2, 7)), (9, 8, (4, 9))])
def test_a_list_of_many_questions_shows_those_around_the_current_one(
    count: int, at: int, shown: tuple[int, int]
) -> None:
    assert window(count, at, 5) == shown


async def test_the_last_line_names_a_key_to_the_question_before_while_one_types_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TMUX", raising=False)
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope("doubling"), seed=3, exam=True)))
    async with program.run_test(size=WIDE) as pilot:
        seen = set()
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["ctrl+n"])
        await until(pilot, "2 of 2")
        for _ in range(2):
            await until(pilot, lambda: any(key.endswith("Back one") for key in shown_keys(program.screen)))
            (key,) = [key for key in shown_keys(program.screen) if key.endswith("Back one")]
            seen.add(key)
            typing = isinstance(program.screen.focused, Input)
            assert key == ("^b Back one" if typing else "p Back one")
            await press(pilot, ["escape"])
        assert seen
