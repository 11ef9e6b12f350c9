"""Stories about the self-quiz."""

from pathlib import Path

import pytest
from textual.app import App, ComposeResult
from textual.events import Resize
from textual.widgets import Button

from tests.screens import story
from tests.screens.quizzing import QUIZ, quiz, right_keys, wrong_keys
from tests.screens.story import SMALL, WIDE, app, focused, press, text, until
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import Opening
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.quiz.explaining_page import ExplainingPage
from tutor.screens.quiz.levels import LevelsPanel
from tutor.screens.quiz.question_list import QuestionList, visible_range
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.verdict import Verdict
from tutor.widgets.markdown.mathdown import MathMarkdown
from tutor.widgets.plots.bars import SHARE_BAR_CELLS


class LevelsApp(App[None]):
    """A program that shows nothing but the panel of levels."""

    def __init__(self, panel: LevelsPanel) -> None:
        super().__init__()
        self._panel = panel

    def compose(self) -> ComposeResult:
        self._panel.styles.display = "block"
        yield self._panel


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
        await until(pilot, "Next question (^n)")
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
        await until(pilot, "Retry 1 not right (F4)")
        await press(pilot, ["r"])
        await until(pilot, "one question")
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
        assert len(quiz(program).quiz.questions_to_retry) == 2
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
        await until(pilot, "Read next")
        await until(pilot, "Doubling, and what it costs")
        assert "0%" not in text(program)  # "0 of 1" says it
        await pilot.click(".read")
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))


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


@pytest.mark.parametrize("rows", [14, 17, 24])
async def test_after_an_answer_the_verdict_and_the_button_that_leads_on_are_in_sight(tmp_path: Path, rows: int) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=(80, rows)) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Next question (^n)")
        await until(pilot, "✗ Wrong.")
        assert "Next question (^n)" in text(program)


async def test_a_verdict_laid_out_late_is_shown_again_though_the_page_stays_as_high(
    tmp_path: Path,
) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=(80, 14)) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Next question (^n)")
        verdict, page = program.screen.query_one(Verdict), program.screen.query_one("#quiz")
        page.scroll_to(y=1, animate=False, immediate=True)
        verdict._scrolled_to = 1.0  # as if this had been enough for the verdict as high as it was then
        await until(pilot, lambda: "Next question (^n)" not in text(program))
        verdict.post_message(Resize(verdict.size, verdict.virtual_size))
        await until(pilot, "Next question (^n)")


async def test_the_end_of_a_quiz_names_what_enter_does_and_fills_a_wide_screen(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=WIDE) as pilot:
        for number in (1, 2):
            await until(pilot, f"question {number} of 2")
            await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
            await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
            await until(pilot, "✗ Wrong.")
            await press(pilot, ["n"])
        await until(pilot, "⏎ Read it")
        await until(pilot, lambda: program.screen.query_one(ExplainingPage).display)
        assert text(program).count("doubling") == 1, "the list of questions says how they begin, not their concepts"
        await press(pilot, ["tab"])
        await until(pilot, lambda: isinstance(focused(program), Button))
        assert "⏎ Go on" not in text(program)


@pytest.mark.parametrize("width", [120, 140, 200])
async def test_what_a_learner_knows_has_bars_as_long_as_everywhere(tmp_path: Path, width: int) -> None:
    panel = LevelsPanel([{"id": "universal-approximation", "level": 0.5}, {"id": "adam", "level": 0.3}])
    program = LevelsApp(panel)
    async with program.run_test(size=(width - 74, 24)):
        first, *lines = str(panel.render()).splitlines()
    assert first.startswith("What you know")
    bars = [sum(character in "━─╸" for character in line) for line in lines]
    assert set(bars) == {SHARE_BAR_CELLS}


async def test_an_answer_that_cannot_be_recorded_gets_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where the record's folder should be")
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Not recorded, so not graded")
        assert "Right" not in text(program)


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
            await until(pilot, lambda: bool(program.screen.query(Verdict)))
            await press(pilot, ["n"])
        await until(pilot, "Sure and wrong, so")
        seen = " ".join(text(program).split())
        assert "“What is twice" in seen
        assert "“Which is more" in seen
        assert "double-it" not in seen
        (button,) = program.screen.query(".read").results(Button)
        assert str(button.label) == "Doubling, and what it …"
        assert str(button.label) in seen


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
        assert "Hint:" in text(program), "what was seen before is seen again"
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


async def test_a_wide_quiz_lists_its_questions_once_two_are_done(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=WIDE) as pilot:
        listed = program.screen.query_one(QuestionList)
        for number in (1, 2):
            await until(pilot, f"question {number} of 2")
            await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
            card = program.screen.query_one(QuestionCard)
            await until(pilot, "Answer")
            place = card.region.offset
            await press(pilot, wrong_keys(card))
            await until(pilot, lambda: bool(program.screen.query("#next")))
            assert not listed.display, "one question in a list would say nothing"
            assert card.region.offset == place, "what is read stays where it is"
            await press(pilot, ["ctrl+n" if number == 1 else "ctrl+b"])
        await until(pilot, lambda: listed.display)
        assert not program.screen.query_one("#progress").display
        rows = listed.render().plain.splitlines()
        assert rows[1].startswith("[✗]  1  ")
        assert "0 of 2 answers right" in rows
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: not listed.display)


async def test_a_wrong_answer_has_the_page_that_explains_it_below_where_there_is_room(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, wrong_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Explained in Doubling")
        page = program.screen.query_one(ExplainingPage)
        await until(pilot, lambda: bool(page.query(MathMarkdown)))
        assert not page.query(QuestionCard), "nothing to answer there"
        assert page.region.bottom <= program.screen.query_one("#quiz").region.bottom
        await press(pilot, ["tab"])
        assert focused(program) is page
        await pilot.resize_terminal(*SMALL)
        await until(pilot, lambda: not page.region)
        await press(pilot, ["shift+tab"])
        await press(pilot, ["enter", "enter"])
        await until(pilot, "2 of 2")
        assert not program.screen.query(ExplainingPage)


async def test_a_right_answer_needs_no_page_but_its_place_is_named(tmp_path: Path) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, right_keys(program.screen.query_one(QuestionCard)))
        await until(pilot, "Explained in Doubling")
        assert not program.screen.query(ExplainingPage)


@pytest.mark.parametrize(("count", "at", "shown"), [(2, 1, (0, 2)), (9, 0, (0, 5)), (9, 4, (2, 7)), (9, 8, (4, 9))])
def test_a_list_of_many_questions_shows_those_around_the_current_one(
    count: int, at: int, shown: tuple[int, int]
) -> None:
    assert visible_range(count, at, 5) == shown
