"""What screens look like in a terminal of few columns and rows."""

from itertools import pairwise
from pathlib import Path

import pytest
from textual.command import CommandList

from tests.screens.story import DOUBLING, app, press, record, until
from tutor.content.course import Course
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
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
