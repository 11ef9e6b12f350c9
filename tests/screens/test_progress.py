"""Stories about the record's screen."""

from pathlib import Path

from tests.screens.story import NOW, SMALL, app, press, record, text, until
from tutor.progress.tables.attempt import Attempt
from tutor.screens.app import Opening
from tutor.screens.course.home import HomeScreen
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
    store.save_reading_position("doubling", 2)
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=(80, 100)) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "3 answers on record")
        await until(pilot, "2 of 3 answers right, page 3")
        shown = text(program)
        assert "from 3 answers" in shown
        assert "Reviews that fall due" in shown
        assert "Answers a day" in shown


async def test_v_says_the_charts_in_words(tmp_path: Path) -> None:
    store = record(tmp_path / "home")
    store.add(answer(1.0))
    store.close()
    program = app(tmp_path)
    async with program.run_test(size=SMALL) as pilot:
        await press(pilot, ["i"])
        await until(pilot, "Reviews that fall due")
        await press(pilot, ["v"])
        await until(pilot, "In the last 28 days you gave 1 answer, 100% of them right")
        await press(pilot, ["v"])
        await until(pilot, "tomorrow │")


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
        await until(pilot, "on record in")
        room = program.screen.query_one("#record")
        await until(pilot, lambda: room.max_scroll_y > 0)
        await press(pilot, ["j"])
        await until(pilot, lambda: room.scroll_y == 1)
        await press(pilot, ["k"])
        await until(pilot, lambda: room.scroll_y == 0)
