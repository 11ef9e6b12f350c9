"""A learner who goes on as soon as an answer is graded is not taken back to the verdict."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll

from tests.widgets.test_card import CHOICE
from tutor.questions.base import Grade
from tutor.questions.kinds.table import read_question
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.verdict import Verdict
from tutor.widgets.literal import Static


class LongPage(App[None]):
    """A page with a question in its midst."""

    CSS = "VerticalScroll { height: 100%; } .rows { height: 60; }"

    def compose(self) -> ComposeResult:
        instance = read_question("choice", CHOICE).draw_instance(1)
        with VerticalScroll():
            yield Static("before", classes="rows")
            yield QuestionCard(instance, lambda submission: Grade(1.0, "right", "So it is."))
            yield Static("after", classes="rows")


@pytest.mark.parametrize("goes_on", [True, False], ids=["goes on", "waits"])
async def test_a_verdict_scrolls_to_itself_unless_the_learner_has_scrolled_on(goes_on: bool) -> None:
    app = LongPage()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        page, card = app.query_one(VerticalScroll), app.query_one(QuestionCard)
        page.scroll_to(y=45, animate=False, immediate=True)
        await pilot.pause()
        verdict = Verdict(card.instance, Grade(1.0, "right", "So it is."))
        await card.mount(verdict)
        if goes_on:
            page.scroll_to(y=80, animate=False, immediate=True)
        verdict.show_with_question()
        await pilot.pause()
        await pilot.pause()
        assert (page.scroll_target_y == 80) is goes_on
        assert verdict.region.overlaps(page.region) is not goes_on
