"""Stories about the end of a quiz: what to do next stands apart, and no formula there is cut."""

from pathlib import Path

import pytest
from textual.geometry import Region

from tests.screens.quizzing import QUIZ
from tests.screens.story import SMALL, app, focused, press, record, text, until
from tutor.content.course import open_course
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.quiz.explaining_page import ExplainingPage
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.literal import Button


@pytest.mark.parametrize("size", [SMALL, (44, 30)])
async def test_what_to_do_after_a_quiz_is_separate_buttons_of_which_the_first_is_filled(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    program = app(tmp_path, QUIZ)
    async with program.run_test(size=size) as pilot:
        await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
        await press(pilot, ["ctrl+n", "ctrl+n"])
        await until(pilot, "summary")
        buttons = list(program.screen.query("QuizSummary Button").results(Button))
        await until(pilot, lambda: buttons[-1].region.height > 0)
        assert [button.variant for button in buttons] == ["primary", *["default"] * (len(buttons) - 1)]
        assert focused(program) is buttons[0]
        for index, button in enumerate(buttons):
            surroundings: Region = button.region.grow((1, 1, 1, 1))
            assert not any(surroundings.overlaps(other.region) for other in buttons[index + 1 :]), "they touch"
            assert button.region.right <= size[0] - 2, "one is cut"


async def test_a_question_below_the_summary_has_one_line_where_rows_are_few_and_all_of_them_otherwise(
    tmp_path: Path,
) -> None:
    program = ChainruleApp(open_course(), record(tmp_path), _exam_on_the_node())
    async with program.run_test(size=(80, 20)) as pilot:
        await press(pilot, ["ctrl+s", "ctrl+s"])
        await until(pilot, "Question by question")
        await until(pilot, "XOR points fill the four quarters of a square, …")
        await pilot.resize_terminal(80, 40)
        await until(pilot, "on the correct side.")


async def test_the_page_worth_reading_ends_between_its_lines_and_not_within_a_fraction(tmp_path: Path) -> None:
    program = ChainruleApp(open_course(), record(tmp_path), _exam_on_the_node())
    async with program.run_test(size=(140, 42)) as pilot:
        await press(pilot, ["ctrl+s", "ctrl+s"])
        await until(pilot, "goes on ↓")
        await until(pilot, "0. At our point z = 0.2.")
        for rows in range(40, 47):
            await pilot.resize_terminal(140, rows)
            await until(pilot, lambda: not _is_fraction_cut(program))
            assert "goes on ↓" in text(program)


def _exam_on_the_node() -> Opening:
    return Opening("quiz", options=QuizOptions(Scope("node"), seed=3, count=2, exam=True))


def _is_fraction_cut(program: ChainruleApp) -> bool:
    """Whether the last fraction on the page is shown without what it divides by."""
    page = program.screen.query_one(ExplainingPage)
    frame_bottom = page.region.bottom
    lines = [line for line in text(program).splitlines()[page.region.y : frame_bottom] if line.strip(" │▁▂▃▄▅▆▇█")]
    bar_rows = [row for row, line in enumerate(lines) if "= ──" in line]
    return bool(bar_rows) and "1 + " not in "".join(lines[bar_rows[-1] + 1 :])
