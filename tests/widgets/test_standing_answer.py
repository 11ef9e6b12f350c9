"""What was handed in stands: while the card asks how sure one is, and in the marks of a second try; over all kinds."""

import pytest
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input

from tests.widgets.kinds import EXAMPLES
from tests.widgets.test_card import shown
from tutor.questions.answers.leading import right_parts
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.questions.kinds.table import KINDS, read_question
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.single_choice import WAS_RIGHT, SingleChoiceList
from tutor.widgets.answers.verdict import ConfidencePrompt

SIZE = (100, 60)
EDITING_KEYS = ("up", "down", "enter", "tab", "shift+tab", "4", "a", "c", "space", "backspace", "f2", "f3", "escape")
"""Keys that change an answer, or lead back to it, where no question how sure one is stands before."""


class Asked(App[None]):
    """One question on a card; above it a place for the focus, as a quiz has one."""

    def __init__(
        self, instance: Instance, *, sure: bool = False, again: bool = False, withholds_verdict: bool = False
    ) -> None:
        super().__init__()
        self.instance = instance
        self.handed_in: list[Submission] = []
        self._sure, self._again, self._withholds = sure, again, withholds_verdict

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield QuestionCard(
                self.instance,
                self.submit,
                asks_confidence=self._sure,
                tries_again=self._again,
                withholds_verdict=self._withholds,
            )

    def submit(self, handed: Submission) -> Grade | Unreadable:
        outcome = self.instance.grade_text(handed.raw)
        if isinstance(outcome, Grade):
            self.handed_in.append(handed)
        return outcome

    @property
    def card(self) -> QuestionCard:
        return self.query_one(QuestionCard)


def example(kind: str) -> Instance:
    return read_question(kind, EXAMPLES[kind]).draw_instance(0)


def right(instance: Instance) -> str:
    said = instance.solution.strip("$")
    return said.partition(")")[0] if instance.options else said


def other(instance: Instance) -> str:
    """An answer that can be read, and is not right."""
    return next(each.text for each in instance.samples() if each.expect in ("wrong", "partly"))


def test_every_kind_has_its_example_here() -> None:
    assert set(EXAMPLES) == set(KINDS)


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_what_is_graded_is_what_was_handed_in_whatever_is_pressed_before_one_says_how_sure(kind: str) -> None:
    program = Asked(example(kind), sure=True)
    async with program.run_test(size=SIZE) as pilot:
        await pilot.pause()
        for key in EDITING_KEYS:
            program.card.fill_in(right(program.instance))
            await pilot.pause()
            raw = program.card._form.raw
            await pilot.press("enter")
            await pilot.pause()
            assert program.query(ConfidencePrompt)
            await pilot.press(key)
            program.card.fill_in(other(program.instance))
            program.card.focus_answer()
            await pilot.pause()
            if not program.query(ConfidencePrompt):
                assert key == "escape"
                continue
            assert isinstance(program.focused, ConfidencePrompt), key
            assert program.card._form.raw == raw, key
            await pilot.press("escape")
            await pilot.pause()
            assert not program.query(ConfidencePrompt)
            assert isinstance(program.focused, (Input, SingleChoiceList))
            assert program.handed_in == []
        program.card.fill_in(right(program.instance))
        await pilot.pause()
        raw = program.card._form.raw
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("up", "down", "2")
        await pilot.pause()
        assert [(handed.raw, handed.confidence, handed.hints) for handed in program.handed_in] == [(raw, "think", 0)]


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_a_click_on_the_answer_changes_nothing_while_one_is_asked_how_sure_one_is(kind: str) -> None:
    program = Asked(example(kind), sure=True)
    async with program.run_test(size=SIZE) as pilot:
        program.card.fill_in(right(program.instance))
        await pilot.pause()
        raw = program.card._form.raw
        await pilot.press("enter")
        await pilot.pause()
        await pilot.click("AnswerForm Input, AnswerForm SingleChoiceList", offset=(3, 0))
        await pilot.press("1", "a", "backspace")
        assert program.card._form.raw == raw
        program.card.focus_answer()
        await pilot.press("1")
        await pilot.pause()
        assert {handed.raw for handed in program.handed_in} == {raw}


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_what_was_said_of_an_answer_goes_when_there_is_another(kind: str) -> None:
    program = Asked(example(kind))
    async with program.run_test(size=SIZE) as pilot:
        await pilot.pause()
        program.card.answer("")
        await pilot.pause()
        assert "? Not graded:" in shown(program)
        program.card.fill_in(right(program.instance))
        await pilot.pause()
        await pilot.pause()
        assert "? Not graded:" not in shown(program)


@pytest.mark.parametrize("kind", EXAMPLES)
async def test_an_answer_that_is_kept_is_not_called_kept_when_it_was_changed(kind: str) -> None:
    program = Asked(example(kind), withholds_verdict=True)
    async with program.run_test(size=SIZE) as pilot:
        program.card.fill_in(right(program.instance))
        await pilot.press("enter")
        await pilot.pause()
        assert "Your answer is kept" in shown(program)
        program.card.fill_in(other(program.instance))
        await pilot.pause()
        await pilot.pause()
        assert "Your answer is kept" not in shown(program)


def partly(instance: Instance) -> str:
    """An answer whose beginning is right: its last two letters changed places, or its last one is left out."""
    letters = [letter for letter in right(instance) if letter.islower()]
    return "".join(letters[:-1] if instance.kind != "match" else [*letters[:-2], letters[-1], letters[-2]])


@pytest.mark.parametrize("kind", ["choices", "order", "match"])
async def test_at_a_second_try_the_cursor_stands_on_what_is_not_right_and_a_changed_row_loses_its_tick(
    kind: str,
) -> None:
    program = Asked(example(kind), again=True)
    async with program.run_test(size=SIZE) as pilot:
        await pilot.pause()
        program.card.fill_in(partly(program.instance))
        await pilot.press("end", "enter")
        await pilot.pause()
        place = program.query_one(SingleChoiceList)
        marked = right_parts(program.instance, partly(program.instance))
        assert shown(program).count(WAS_RIGHT) == len(marked) > 0
        labels = [entry.label for entry in program.instance.places or program.instance.options]
        assert place.label == next(label for label in labels if label not in marked)
        place.highlighted = labels.index(marked[0])
        await pilot.press("backspace" if kind == "match" else "space")
        await pilot.pause()
        assert shown(program).count(WAS_RIGHT) == (0 if kind == "order" else len(marked) - 1)
