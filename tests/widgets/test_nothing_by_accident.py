"""An answer is handed in only after something was typed or chosen: every kind, on every place it can be asked."""

from pathlib import Path

import pytest

from tests.questions.examples import CHOICE
from tests.screens.story import SMALL, focused, press, record, until
from tests.widgets.kinds import EXAMPLES
from tests.widgets.test_card import Desk
from tutor.content.course import open_course
from tutor.questions.kinds.table import KINDS
from tutor.quiz.selection import QuizOptions, Scope
from tutor.screens.app import ChainruleApp, Opening
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.single_choice import SingleChoiceList

NO_ANSWER = [
    ["enter"],
    ["f2", "enter"],
    ["f2", "f2", "enter", "enter"],
    ["f5", "enter"],
    ["ctrl+n", "enter"],
    ["tab", "shift+tab", "enter"],
    ["tab", "enter"],
    ["shift", "enter"],
]
"""Keys none of which answers."""


def test_every_kind_has_its_example_here() -> None:
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_keys_that_answer_nothing_hand_nothing_in(kind: str) -> None:
    app = Desk(kind, EXAMPLES[kind])
    async with app.run_test(size=(80, 40)) as pilot:
        for keys in NO_ANSWER:
            app.card.focus_answer()
            await pilot.pause()
            for key in keys:
                await pilot.press(key)
            await pilot.pause()
            assert app.handed_in == [], keys
            assert app.card.grade is None, keys


@pytest.mark.parametrize("key", ["down", "up", "end", "home", "pagedown", "a"])
async def test_what_was_gone_to_is_chosen(key: str) -> None:
    app = Desk("choice", CHOICE)
    async with app.run_test(size=(80, 40)) as pilot:
        app.card.focus_answer()
        await pilot.pause()
        place = app.card.query_one(SingleChoiceList)
        assert place.chosen is None
        await pilot.press("f2", key)
        assert place.chosen is not None
        await pilot.press("enter")
        await pilot.pause()
        assert [raw for raw, _ in app.handed_in] == [app.handed_in[0][0]]


@pytest.mark.parametrize("is_exam", [False, True], ids=["practice", "exam"])
async def test_in_a_quiz_a_hint_and_enter_hand_nothing_in(tmp_path: Path, is_exam: bool) -> None:
    course = open_course()
    options = QuizOptions(Scope(lesson=course.headings[0].front_matter.id), count=6, exam=is_exam)
    program = ChainruleApp(course, record(tmp_path / "home"), Opening("quiz", options=options))
    async with program.run_test(size=SMALL) as pilot:
        for number in range(1, 5):
            await until(pilot, f"{number} of 6")
            await until(pilot, lambda: bool(program.screen.query(QuestionCard)))
            await press(pilot, ["f2", "enter", "enter", "escape", "enter"])
            card = program.screen.query_one(QuestionCard)
            assert card.grade is None
            assert card in focused(program).ancestors
            await press(pilot, ["ctrl+n"])
        assert program.store.attempts() == []
