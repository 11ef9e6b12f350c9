"""Stories about the record's screen."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.screens.story import NOW, SMALL, WIDE, app, focused, press, record, text, until
from tutor.progress.tables.attempt import Attempt
from tutor.screens.app import Opening
from tutor.screens.course.home import HomeScreen
from tutor.screens.course.lesson import LessonScreen
from tutor.screens.course.panel_view import PanelView
from tutor.screens.course.progress import ProgressScreen
from tutor.screens.quiz.quiz import QuizScreen


def answer(score: float) -> Attempt:
    return Attempt(
        question="double-it",
        lesson="doubling",
        kind="number",
        concepts=("doubling",),
        seed=0,
        answer="6",
        score=score,
        verdict="right" if score else "wrong",
        hints=0,
        seconds=3.0,
        at=NOW,
        program="test",
    )


async def test_an_empty_record_says_what_to_do(tmp_path: Path) -> None:
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Nothing is on record yet")


async def test_the_record_is_told_by_lesson_and_concept(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    for score in (1.0, 0.0, 1.0):
        store.add(answer(score))
    store.save_page_read("doubling", 2)
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=(80, 100)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "This week: 2 of 3 right")
        await until(pilot, "today ██")
        await until(pilot, "Doubling, and what it costs")
        shown = text(program)
        assert "pages 1/3 · questions 1/2" in shown
        assert "more right" in shown
        assert "0 of 2 lessons done · 0 questions due" in shown
        assert "Answers a day" in shown
        assert not any(word in shown for word in (str(tmp_path), "sqlite", "double-it"))


async def test_v_says_the_panels_in_words(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(answer(1.0))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=(80, 60)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "This week")
        await press(pilot, ["v"])
        await until(pilot, "In the last 28 days you gave 1 answer, 100% of them right")
        assert "  today: 1 · 1 right" in text(program)
        await press(pilot, ["v"])
        await until(pilot, "today ██")


@pytest.mark.parametrize("size", [SMALL, WIDE, (200, 60)], ids=["80×24", "140×44", "200×60"])
async def test_a_digit_goes_to_a_panel_and_enter_begins_what_is_suggested(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    store = record(tmp_path / "home")
    store.add(answer(0.0))
    store.save_reading_position("doubling", 1)
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=size) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Go on with “Doubling, and what it costs”")
        views = list(program.screen.query(PanelView))
        for number, view in enumerate(views, 1):
            await press(pilot, [str(number)])
            await until(pilot, lambda view=view: focused(program) is view)  # type: ignore[misc]
            assert view.region.overlaps(program.screen.region), "the panel is not in sight"
            assert view.region.right <= size[0]
        await press(pilot, ["1", "enter"])
        await until(pilot, lambda: isinstance(program.screen, LessonScreen))


async def test_what_is_due_is_suggested_first_and_asked_on_enter(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(replace(answer(1.0), at=NOW - timedelta(days=60)))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Review 1 question that is due.")
        await press(pilot, ["enter"])
        await until(pilot, lambda: isinstance(program.screen, QuizScreen))


async def test_d_asks_what_is_due_and_escape_comes_back(tmp_path: Path) -> None:
    program = app(tmp_path, Opening())
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["i"])
        await until(pilot, lambda: isinstance(program.screen, ProgressScreen))
        await press(pilot, ["d"])
        await until(pilot, lambda: isinstance(program.screen, QuizScreen))
        await press(pilot, ["escape"])
        await until(pilot, lambda: isinstance(program.screen, ProgressScreen))
        await press(pilot, ["b"])
        await until(pilot, lambda: isinstance(program.screen, HomeScreen))


async def test_a_long_record_scrolls_with_j_and_k(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(answer(1.0))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=(60, 12)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "This week")
        room = program.screen.query_one("#record")
        await until(pilot, lambda: room.max_scroll_y > 0)
        await press(pilot, ["j"])
        await until(pilot, lambda: room.scroll_y == 1)
        await press(pilot, ["k"])
        await until(pilot, lambda: room.scroll_y == 0)


async def test_due_is_one_number_on_the_map_in_the_quizs_form_in_the_panels_and_in_the_quiz(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    for question, lesson in (("double-it", "doubling"), ("next-step", "rates"), ("gone-since", "gone")):
        before = NOW - timedelta(days=60)
        store.add(replace(answer(1.0), question=question, lesson=lesson, key=question, at=before))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await until(pilot, "3 answers on record · 2 due")
        await press(pilot, ["z"])
        await until(pilot, "2 due for review")
        await press(pilot, ["escape", "i"])
        await until(pilot, "0 of 2 lessons done · 2 questions due")
        await until(pilot, "Review 2 questions that are due.")
        await press(pilot, ["enter"])
        await until(pilot, "1 of 2")
