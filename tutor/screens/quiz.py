"""The self-quiz: one card at a time, and at the end how it went and what to read next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from tutor.errors import ChainruleError
from tutor.questions.base import Grade, Instance
from tutor.screens.asking import card_for
from tutor.screens.bars import bar
from tutor.screens.base import Banner, CourseScreen
from tutor.screens.requests import OpenLesson
from tutor.session import Sitting, tally
from tutor.widgets.card import QuestionCard
from tutor.widgets.chooser import Chooser
from tutor.widgets.keybar import KeyBar

SIGNS = {"right": ("✓", "$text-success"), "partly": ("◐", "$text-warning"), "wrong": ("✗", "$text-error")}
NOT_ASKED = ("·", "dim")
LEFT_OUT = ("–", "dim")
HERE = ("○", "bold $accent")


@dataclass(frozen=True)
class Given:
    """An answer of this quiz."""

    instance: Instance
    grade: Grade


class QuizScreen(CourseScreen):
    """A self-quiz. Answer, read why, press n for the next question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "n,ctrl+n",
            "next",
            "Next",
            id="quiz.next",
            tooltip="The next question; this one is left out",
        ),
        Binding("r", "retry", "Retry missed", id="quiz.retry", tooltip="Ask what was missed again, with new numbers"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="quiz.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="quiz.up", tooltip="Scroll up"),
    ]

    def __init__(self, sitting: Sitting, chosen: Sequence[tuple[str, int]]) -> None:
        """Ask the `chosen` questions, given as (id, seed of the numbers)."""
        super().__init__(sitting)
        self._begin([(question, seed) for question, seed in chosen])

    def _begin(self, chosen: Sequence[tuple[str, int | None]]) -> None:
        self._chosen = list(chosen)
        self._given: dict[int, Given] = {}
        """Number of the question, from 0, → the answer to it."""
        self._at = 0

    def compose(self) -> ComposeResult:
        """One question, or the summary."""
        yield Banner("Self-quiz")
        yield VerticalScroll(id="quiz")
        yield KeyBar()

    async def on_mount(self) -> None:
        """Ask the first."""
        await self._show()

    # -- what is shown

    @property
    def is_over(self) -> bool:
        """True when the summary is shown."""
        return self._at >= len(self._chosen)

    @property
    def missed(self) -> list[str]:
        """The questions that were not answered right, in the order they were asked."""
        return [
            question
            for number, (question, _) in enumerate(self._chosen)
            if number not in self._given or self._given[number].grade.verdict != "right"
        ]

    async def _show(self) -> None:
        banner = self.query_one(Banner)
        room = self.query_one("#quiz", VerticalScroll)
        await room.remove_children()
        if self.is_over:
            banner.place = "summary"
            await self._show_summary(room)
        else:
            banner.place = f"{self._at + 1} of {len(self._chosen)}"
            await self._show_card(room)
        self.refresh_bindings()

    async def _show_card(self, room: VerticalScroll) -> None:
        question, seed = self._chosen[self._at]
        await room.mount(Static(self._progress(), id="progress"))
        try:
            card = card_for(self.sitting, question, seed, renew=False)
        except ChainruleError as error:
            await room.mount(Static(f"! This question cannot be asked: {error}", markup=False))
            return
        await room.mount(card)
        card.focus_answer()

    def _progress(self) -> Content:
        """One sign for each question: right, partly, wrong, left out, or still to come."""
        signs = []
        for number in range(len(self._chosen)):
            if number in self._given:
                sign, style = SIGNS[self._given[number].grade.verdict]
            elif number < self._at:
                sign, style = LEFT_OUT
            else:
                sign, style = HERE if number == self._at else NOT_ASKED
            signs.append(Content.styled(f" {sign} ", style))
        return Content("").join(signs)

    async def _show_summary(self, room: VerticalScroll) -> None:
        await room.mount(Static(self._summary(), id="summary"))
        buttons = []
        if self.missed:
            buttons.append(Button(f"Retry the {len(self.missed)} missed (r)", id="retry", compact=True))
        buttons += [
            Button(f"Read: {title}", name=lesson, classes="read", compact=True) for lesson, title in self._to_read()
        ]
        buttons.append(Button("Done (b)", id="done", compact=True))
        await room.mount_all(buttons)
        buttons[0].focus()

    def _summary(self) -> Content:
        if not self._chosen:
            return Content("There is nothing to ask: no question is due now. The course map leads to all of them.")
        if not self._given:
            return Content("No answer was graded.")
        scores = [(given.instance.concepts, given.grade.score) for given in self._given.values()]
        total = sum(score for _, score in scores)
        left_out = len(self._chosen) - len(scores)
        rows = [
            Content.assemble(
                (f"{total:g} of {len(scores)} right", "bold"), f", {left_out} left out" if left_out else ""
            ),
            self._progress(),
            Content(""),
            Content.styled("By concept, the weakest first", "bold $text-accent"),
        ]
        for concept, count, mean in tally(scores):
            rows.append(Content.assemble(f"{concept:<24} ", bar(mean), f" {mean:>4.0%} of {count}"))
        return Content("\n").join(rows)

    def _to_read(self) -> list[tuple[str, str]]:
        """At most three lessons (id, title) on the concepts that went worst."""
        scores = [(given.instance.concepts, given.grade.score) for given in self._given.values()]
        weak = [concept for concept, _, mean in tally(scores) if mean < 1]
        found: dict[str, str] = {}
        for concept in weak:
            for heading in self.sitting.course.headings:
                if concept in heading.front.concepts:
                    found.setdefault(heading.front.id, heading.front.title)
        return list(found.items())[:3]

    # -- what can be done

    @on(QuestionCard.Answered)
    async def _answered(self, event: QuestionCard.Answered) -> None:
        event.stop()
        self._given[self._at] = Given(event.instance, event.grade)
        self.query_one("#progress", Static).update(self._progress())
        last = self._at + 1 == len(self._chosen)
        button = Button("See how it went (n)" if last else "Next question (n)", id="next", compact=True)
        await self.query_one("#quiz").mount(button)
        button.focus(scroll_visible=False)

    @on(Button.Pressed, "#next")
    async def action_next(self) -> None:
        """Go on to the next question, or to the summary."""
        if not self.is_over:
            self._at += 1
            await self._show()

    @on(Button.Pressed, "#retry")
    async def action_retry(self) -> None:
        """Ask what was missed again; each with new numbers."""
        if self.is_over and self.missed:
            self._begin([(question, None) for question in self.missed])
            await self._show()

    @on(Button.Pressed, ".read")
    def _read(self, event: Button.Pressed) -> None:
        if event.button.name:
            self.post_message(OpenLesson(event.button.name))

    @on(Button.Pressed, "#done")
    async def _done(self) -> None:
        await self.action_back()

    async def action_back(self) -> None:
        """From the answer to the card, from the card to where one came from."""
        room = self.query_one("#quiz")
        if isinstance(self.focused, (Input, Chooser)):
            room.focus()
        else:
            await super().action_back()

    def action_scroll(self, by: int) -> None:
        """Scroll the card."""
        self.query_one("#quiz").scroll_relative(y=by, animate=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key is offered while it does something."""
        if action == "next":
            return not self.is_over
        if action == "retry":
            return self.is_over and bool(self.missed)
        return True
