"""What screens look like in a terminal of few columns and rows."""

from itertools import pairwise
from pathlib import Path

import pytest
from textual.command import CommandList

from tests.screens.story import DOUBLING, app, press, record, text, until
from tutor.content.course import Course
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.course.panel_view import panel_content
from tutor.statistics.panels import Panel, PanelRow
from tutor.widgets.answers.single_choice import SingleChoiceList

TINY = (44, 16)


async def test_the_welcome_has_no_picture_where_its_words_would_be_squeezed(tmp_path: Path) -> None:
    program = app(tmp_path, Opening("start"))
    async with program.run_test(size=TINY) as pilot:
        await until(pilot, "Welcome.")
        picture, words = program.screen.query_one("#picture"), program.screen.query_one("#words")
        assert not picture.display
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: picture.display and words.region.right <= picture.region.x)


async def test_the_lists_of_the_quizs_form_are_below_each_other_where_columns_would_break_their_words(
    tmp_path: Path,
) -> None:
    program = app(tmp_path)
    async with program.run_test(size=TINY) as pilot:
        await press(pilot, ["z"])
        await until(pilot, "everything mixed")
        lists = [program.screen.query_one(f"#{id}") for id in ("scope", "amount", "mode", "confidence")]
        bottoms = [below.region.y >= above.region.bottom for above, below in pairwise(lists)]
        assert all(bottoms)
        assert len({shown.region.x for shown in lists}) == 1


@pytest.mark.parametrize("size", [TINY, (80, 24), (140, 44)], ids=str)
async def test_the_palettes_list_ends_above_the_keys(tmp_path: Path, size: tuple[int, int]) -> None:
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await press(pilot, ["ctrl+p"])
        await until(pilot, "esc Close")
        (listed,) = program.screen.query(CommandList)
        await until(pilot, lambda: listed.region.height > 1)
        assert listed.region.bottom < size[1]


async def test_the_options_that_were_answered_scroll_with_the_page_however_many_rows_their_notes_need(
    tmp_path: Path,
) -> None:
    (tmp_path / "01-doubling.md").write_text(DOUBLING.replace("It is only 18.", "It is only 18. " * 40), "utf-8")
    opening = Opening("quiz", options=QuizOptions(Scope(concept="squares"), 1, seed=1))
    program = ChainruleApp(Course(tmp_path), record(tmp_path / "home"), opening)
    async with program.run_test(size=TINY) as pilot:
        await until(pilot, lambda: bool(program.screen.query(SingleChoiceList)))
        await press(pilot, ["a", "enter", "b", "enter"])
        (listed,) = program.screen.query(SingleChoiceList)
        await until(pilot, lambda: listed.size.height > TINY[1])
        assert listed.virtual_size.height == listed.size.height


async def test_buttons_of_a_card_are_below_each_other_with_all_their_words_where_a_row_is_too_narrow(
    tmp_path: Path,
) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope(concept="doubling"), 1, seed=1)))
    async with program.run_test(size=(80, 24)) as pilot:
        await until(pilot, "Hint F2 (2 left, 10% of score each)")
        answer, hint = program.screen.query_one("#answer"), program.screen.query_one("#hint")
        assert answer.region.y == hint.region.y
        await pilot.resize_terminal(*TINY)
        await until(pilot, lambda: hint.region.y > answer.region.bottom)
        hint.scroll_visible(animate=False)
        await until(pilot, "Hint F2")
        shown = " ".join(text(program).replace("│", " ").split())
        assert "Hint F2 (2 left, 10% of score each)" in shown


async def test_a_button_that_comes_later_goes_below_the_others_too_if_the_row_has_no_room_for_it(
    tmp_path: Path,
) -> None:
    program = app(tmp_path, Opening("quiz", options=QuizOptions(Scope(concept="doubling"), 1, seed=1)))
    async with program.run_test(size=(66, 24)) as pilot:
        await until(pilot, "Hint F2 (2 left, 10% of score each)")
        answer, hint = program.screen.query_one("#answer"), program.screen.query_one("#hint")
        assert answer.region.y == hint.region.y
        await press(pilot, ["1", "enter"])
        await until(pilot, "Show the answer F9")
        rows = [program.screen.query_one(id).region.y for id in ("#answer", "#hint", "#reveal")]
        assert rows == sorted(set(rows))


def test_a_note_that_does_not_fit_beside_its_name_is_below_it() -> None:
    rows = (PanelRow("Nearly strong", None, "the concepts that a few more right answers make strong"),)
    lines = panel_content(Panel("next", "", (), rows), 36).plain.splitlines()
    assert lines == ["Nearly strong", "  the concepts that a few more right", "  answers make strong"]
    assert len(panel_content(Panel("next", "", (), rows), 76).plain.splitlines()) == 1
