"""Stories about one question card."""

from collections.abc import Callable

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.containers import VerticalScroll
from textual.pilot import Pilot
from textual.widgets import Button, Input

from tests import waiting
from tutor.errors import ChainruleError
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.questions.kinds.table import read_question
from tutor.widgets.answers.question_card import QuestionCard
from tutor.widgets.answers.single_choice import SingleChoiceList

NUMBER: dict[str, object] = {
    "id": "double",
    "concepts": ["doubling"],
    "given": {"n": [3, 5, 7]},
    "ask": "What is twice ${n}$?",
    "answer": "2 * n",
    "mistakes": [{"value": "n * n", "say": "That is the square."}],
    "hints": ["Add it to itself.", "It is even."],
    "why": "Twice ${n}$ is ${= 2 * n}$.",
}
CHOICE: dict[str, object] = {
    "id": "more",
    "ask": "Which is more?",
    "options": [
        {"text": "nine", "right": True, "why": "Nine is the largest."},
        {"text": "two", "why": "Two is little."},
        {"text": "five", "why": "Five is less than nine."},
    ],
    "hints": ["Count."],
    "why": "Nine is more.",
}
PREDICT: dict[str, object] = {
    "id": "next",
    "simulation": "adam",
    "set": {"learning_rate": 0.1},
    "step": 2,
    "value": "loss",
    "ask": "What is the loss after the next step?",
    "hints": ["A little less."],
    "why": "The step goes downhill.",
}
CHALLENGE: dict[str, object] = {
    "id": "down",
    "simulation": "adam",
    "set": {"learning_rate": 0.001},
    "allow": ["learning_rate"],
    "goal": "step == 3 and loss < 5.61",
    "most": 10,
    "solution": "learning_rate=0.1 steps=3",
    "ask": "Bring the loss below 5.61.",
    "hints": ["Larger."],
    "why": "Larger steps get there.",
}


class Desk(App[None]):
    """One card, and a record that can refuse."""

    def __init__(self, kind: str, data: dict[str, object], seed: int = 0, *, again: bool = False) -> None:
        super().__init__()
        self.question = read_question(kind, data)
        self.instance = self.question.draw_instance(seed)
        self.again = again
        self.handed_in: list[tuple[str, int]] = []
        """(what was typed, hints seen) in the order it was recorded."""
        self.refuse = False
        self.answered: list[QuestionCard.Answered] = []
        self.asked: list[QuestionCard.SimulatorRequested] = []
        self.seen_at_submit = ""

    def compose(self) -> ComposeResult:
        again: Callable[[Instance], Instance] | None = (
            (lambda _: self.question.draw_instance(1)) if self.again else None
        )
        with VerticalScroll(can_focus=False):
            yield QuestionCard(self.instance, self.submit, again)

    def submit(self, handed: Submission) -> Grade | Unreadable:
        self.seen_at_submit = shown(self)
        if self.refuse:
            raise ChainruleError("the record cannot be written; make the folder writable")
        outcome = self.card.instance.grade_text(handed.raw)
        if isinstance(outcome, Grade):
            assert handed.seconds >= 0
            self.handed_in.append((handed.raw, handed.hints))
        return outcome

    @property
    def card(self) -> QuestionCard:
        return self.query_one(QuestionCard)

    @on(QuestionCard.Answered)
    def keep_answered(self, event: QuestionCard.Answered) -> None:
        self.answered.append(event)

    @on(QuestionCard.SimulatorRequested)
    def keep_asked(self, event: QuestionCard.SimulatorRequested) -> None:
        self.asked.append(event)


def shown(app: App[None]) -> str:
    """The screen as text."""
    return "\n".join(line.text.rstrip() for line in app.screen._compositor.render_strips())


async def until(pilot: Pilot[None], seen: str) -> None:
    """Wait until the screen shows `seen`."""
    await waiting.until(pilot, lambda: seen in shown(pilot.app), f"{seen!r}")


SIZE = (80, 40)


async def test_a_right_answer_gets_a_mark_a_word_a_class_and_why() -> None:
    app = Desk("number", NUMBER)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press(*app.instance.solution, "enter")
        await until(pilot, "✓ Right.")
        assert "Twice" in shown(app)
        assert app.query_one("Verdict").has_class("-right")
        assert [event.grade.verdict for event in app.answered] == ["right"]


async def test_a_known_mistake_is_told_which_and_the_answer_is_given() -> None:
    app = Desk("number", NUMBER)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press(*str(app.instance.names["n"] ** 2), "enter")
        await until(pilot, "✗ Wrong.")
        assert "That is the square." in shown(app)
        assert f"The answer: {app.instance.solution}" in shown(app)
        assert app.query_one("Verdict").has_class("-wrong")


async def test_the_verdict_is_not_on_screen_before_the_answer_is_on_record() -> None:
    app = Desk("number", NUMBER)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press(*app.instance.solution, "enter")
        await until(pilot, "✓ Right.")
        assert app.handed_in == [(app.instance.solution, 0)]
        assert "Right" not in app.seen_at_submit


async def test_what_cannot_be_read_costs_nothing_and_stays_as_typed() -> None:
    app = Desk("number", NUMBER)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press("x", "y", "enter")
        await until(pilot, "? Not graded:")
        assert app.query_one(Input).value == "xy"
        assert app.handed_in == []
        assert app.answered == []
        await pilot.press("backspace", "backspace", *app.instance.solution, "enter")
        await until(pilot, "✓ Right.")
        assert "Not graded" not in shown(app)


async def test_an_answer_that_cannot_be_recorded_is_not_graded_and_stays() -> None:
    app = Desk("number", NUMBER)
    app.refuse = True
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press(*app.instance.solution, "enter")
        await until(pilot, "Not recorded, so not graded:")
        assert "Right" not in shown(app)
        assert app.query_one(Input).value == app.instance.solution
        app.refuse = False
        await pilot.press("enter")
        await until(pilot, "✓ Right.")


async def test_hints_come_one_at_a_time_and_are_counted() -> None:
    app = Desk("number", NUMBER)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press("f2")
        await until(pilot, "Hint 1 of 2: Add it to itself.")
        assert "It is even." not in shown(app)
        await pilot.press(*"hint", "enter")
        await until(pilot, "Hint 2 of 2: It is even.")
        assert app.query_one("#hint", Button).disabled
        await pilot.press("f2", *app.instance.solution, "enter")
        await until(pilot, "✓ Right.")
        assert app.handed_in == [(app.instance.solution, 2)]


async def test_buttons_do_what_keys_do() -> None:
    app = Desk("number", NUMBER, again=True)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.click("#hint")
        await until(pilot, "Hint 1 of 2")
        await until(pilot, "Hint F2 (1 left, 10% of score)")  # of one hint nothing is said of each
        app.query_one(Input).value = app.instance.solution
        await pilot.click("#answer")
        await until(pilot, "✓ Right.")
        await pilot.click("#again")
        await until(pilot, "Hint F2 (2 left, 10% of score each)")


async def test_new_numbers_make_the_card_anew() -> None:
    app = Desk("number", NUMBER, again=True)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press("1", "enter")
        await until(pilot, "✗ Wrong.")
        await pilot.press("f4")
        await until(pilot, "Hint F2 (2 left, 10% of score each)")
        assert "Wrong" not in shown(app)
        assert app.card.instance.seed == 1
        assert isinstance(app.focused, Input)
        await pilot.press(*app.card.instance.solution, "enter")
        await until(pilot, "✓ Right.")


async def test_a_graded_card_takes_no_second_answer() -> None:
    app = Desk("number", NUMBER)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        await pilot.press("1", "enter")
        await until(pilot, "✗ Wrong.")
        await pilot.press("enter", "2", "enter", "f2", "f4")
        app.card.answer("7")
        assert len(app.handed_in) == 1


@pytest.mark.parametrize("by", ["letter", "arrows"])
async def test_an_option_is_chosen_by_letter_or_arrows_and_no_digit_moves_it(by: str) -> None:
    app = Desk("choice", CHOICE)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        right = app.instance.solution.partition(")")[0]
        index = "abc".index(right)
        keys = {"letter": [right], "arrows": ["home", *["j"] * index]}[by]
        await pilot.press(*keys, "1", "2", "3")
        assert app.query_one(SingleChoiceList).label == right
        assert app.handed_in == []
        await pilot.press("enter")
        await until(pilot, "✓ Right.")
        assert app.handed_in == [(right, 0)]


async def test_after_a_choice_every_option_says_why() -> None:
    app = Desk("choice", CHOICE)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        right = app.instance.solution.partition(")")[0]
        await pilot.press("b" if right == "a" else "a", "enter")
        await until(pilot, "✗ Wrong.")
        screen = shown(app)
        assert "  your answer" in screen
        assert screen.count("✗") == 1, "that it is wrong is said once"
        assert "✓ the answer" in screen
        for why in ("Nine is the largest.", "Two is little.", "Five is less than nine."):
            assert screen.count(why) == 1


async def test_the_button_is_lit_once_there_is_something_to_hand_in() -> None:
    app = Desk("choice", CHOICE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        button = app.query_one("#answer", Button)
        assert not button.has_class("-primary")
        app.card.focus_answer()
        await pilot.press("a")
        await waiting.until(pilot, lambda: button.has_class("-primary"), "a lit button")


async def test_answering_without_choosing_says_how() -> None:
    app = Desk("choice", CHOICE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.click("#answer")
        await until(pilot, "? Not graded:")
        assert app.handed_in == []


async def test_a_click_moves_to_an_option_without_answering() -> None:
    app = Desk("choice", CHOICE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        await pilot.click(SingleChoiceList, offset=(4, 1))
        assert app.query_one(SingleChoiceList).label == "b"
        assert app.handed_in == []


async def test_a_prediction_shows_its_simulation_and_reveals_the_next_step_after_grading() -> None:
    app = Desk("predict", PREDICT)
    async with app.run_test(size=SIZE) as pilot:
        await until(pilot, "step 2")
        assert app.instance.solution not in shown(app)
        app.card.focus_answer()
        await pilot.press("1", "enter")
        await until(pilot, "step 3")
        assert "The next step:" in shown(app)


async def test_a_challenge_asks_for_the_simulator_and_takes_its_answer_back() -> None:
    app = Desk("challenge", CHALLENGE)
    async with app.run_test(size=SIZE) as pilot:
        app.card.focus_answer()
        assert (
            app.query_one(Input).placeholder == "learning_rate=… steps=N (at most 10), or F3: set it in the simulator"
        )
        await pilot.press("f3")
        await pilot.pause()
        (asked,) = app.asked
        assert asked.instance is app.instance
        asked.card.fill_in("learning_rate=0.1 steps=3")
        assert app.handed_in == []
        await pilot.press("enter")
        await until(pilot, "✓ Right.")


async def test_a_long_how_to_answer_gets_a_line_of_its_own() -> None:
    app = Desk("number", {**NUMBER, "answer": "n / 7"})
    async with app.run_test(size=SIZE) as pilot:
        assert len(app.instance.how) > 60
        await until(pilot, app.instance.how[:50])
        assert app.query_one(Input).placeholder == ""


@pytest.mark.parametrize("lines", [2, 10, 30], ids=["it fits", "the verdict alone fits", "neither fits"])
async def test_after_the_verdict_the_start_of_the_question_is_still_seen(lines: int) -> None:
    why = "\n\n".join(f"Reason {number}." for number in range(1, lines + 1))
    app = Desk("number", {**NUMBER, "why": why})
    async with app.run_test(size=(80, 24)) as pilot:
        app.card.focus_answer()
        await pilot.press("1", "enter")
        await waiting.until(pilot, lambda: "Reason 1." in shown(app))
        await pilot.pause()
        assert "What is twice" in shown(app) and "✗ Wrong." in shown(app)
        assert (f"Reason {lines}." in shown(app)) == (lines == 2)
