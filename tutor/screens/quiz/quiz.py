"""The self-quiz: one card at a time, forward and back, and a summary at the end."""

from asyncio import Lock
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from tutor.errors import ChainruleError
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.quiz.quiz import Quiz
from tutor.quiz.summary import summarise
from tutor.screens.base import Banner, CourseScreen
from tutor.screens.quiz.end import ExamReview, QuizSummary
from tutor.screens.quiz.question_list import QuestionList, signs_row
from tutor.screens.requests import GoHome
from tutor.text.numbers import counted
from tutor.widgets.answers.question_card import QuestionCard, is_in_open_card
from tutor.widgets.answers.scene import BESIDE, SceneView
from tutor.widgets.deferred import call_repeatedly, is_alive
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Button, Static

LOOK_BACK = "It stays open until the quiz ends: p goes back to it."
UNDONE = "Taken back; the record keeps it as undone."


class QuizScreen(CourseScreen):
    """A self-quiz. Answer, read why, press n for the next question. Flag one with f to find it again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,ctrl+n", "next", "Next", id="quiz.next", tooltip="The next question; this one may stay unanswered"),
        Binding("p,ctrl+b", "previous", "Back one", id="quiz.previous", tooltip="The question before"),
        Binding("f,f6", "flag", "Flag", id="quiz.flag", tooltip="Flag this question, to find it again at the end"),
        Binding("u", "undo", "Undo", id="quiz.undo", tooltip="Take this answer back, once; the record says so"),
        Binding("ctrl+s", "hand_in", "Hand in", id="quiz.hand-in", tooltip="End the exam and see the verdicts"),
        Binding("v", "look", "Look again", id="quiz.look", tooltip="Go through the questions and their verdicts"),
        Binding(
            "r,f4", "retry", "Retry missed", id="quiz.retry", tooltip="Ask again what was not right, with new numbers"
        ),
        Binding("down,j", "scroll(1)", "Down", show=False, id="quiz.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="quiz.up", tooltip="Scroll up"),
    ]

    def __init__(self, quiz: Quiz, title: str = "everything mixed", nothing: str = "There is nothing to ask.") -> None:
        """Show `quiz` under `title`; show `nothing` if it has no question."""
        super().__init__(quiz.session)
        self.quiz = quiz
        self._since = quiz.session.clock()
        self._showing = Lock()
        self._title = title
        self._nothing = nothing
        self._looking = False
        """Whether the questions are gone through again after the end."""
        self._checking = False
        """Whether the page before handing in is shown."""
        self._was_warned = False
        """Whether it was said that leaving the exam hands it in."""

    def compose(self) -> ComposeResult:
        """One question, or the summary."""
        name = "Exam" if self.quiz.exam else "Self-quiz"
        yield Banner(f"{name}: {self._title}")
        yield VerticalScroll(id="quiz")
        yield QuestionList(self.quiz)
        yield KeyBar()

    async def on_mount(self) -> None:
        """Show the first question."""
        await self._show()
        if self.quiz.seconds_left is not None:
            call_repeatedly(self, 1.0, self._tick)

    def on_unmount(self) -> None:
        """When the program is left in the middle of it: save the rest of a practice quiz, hand in an exam."""
        self.quiz.leave()

    # -- what is shown

    async def _show(self) -> None:
        """Show the current question or summary once the last one is fully mounted."""
        async with self._showing:
            await self._put_up()

    def _finished(self) -> list[Static]:
        """A line for each lesson that these answers completed."""
        from tutor.statistics.completion import finished_since

        questions = [item.question for item in self.quiz.items]
        titles = finished_since(self.session.course, self.session.store, questions, self._since)
        return [Static(Content.styled(f"✓ You have finished: {title}", "$text-success")) for title in titles]

    async def _put_up(self) -> None:
        room = self.query_one("#quiz", VerticalScroll)
        await room.remove_children()
        quiz = self.quiz
        if quiz.is_over and not self._looking:
            summary = summarise(self.session.course, quiz.items, exam=quiz.exam) if quiz.items else None
            await room.mount(
                *self._finished(), QuizSummary(summary, signs_row(quiz.items, None, graded=True), quiz, self._nothing)
            )
        elif self._checking:
            await room.mount(ExamReview(quiz, signs_row(quiz.items, None, graded=False)))
        else:
            await self._show_card(room)
        self._write_place()
        self._list_questions()
        room.scroll_home(animate=False)
        self.refresh_bindings()

    async def _show_card(self, room: VerticalScroll) -> None:
        await room.mount(Static(self._signs(), id="progress"))
        quiz = self.quiz
        try:
            instance = quiz.current_instance()
        except ChainruleError as error:
            await room.mount(Static(f"! This question cannot be asked: {error}"))
            return
        holds = not quiz.is_graded
        asks = quiz.asks_confidence and not quiz.is_over
        tries = self.session.try_again and not quiz.exam and not quiz.is_over
        submit = partial(self._submit, instance)
        card = QuestionCard(instance, submit, asks_confidence=asks, holds=holds, tries_again=tries)
        await room.mount(card)
        item = quiz.current
        if item.submission is not None and item.grade is not None:
            again = quiz.awaits_second_try
            card.show_earlier(item.submission, item.grade, item.first, retry=again)
            if not holds and not again:
                return
        elif quiz.is_over:  # left out, and looked at again: nothing is answered any more
            await card.query(".buttons").remove()
            room.focus()
            return
        card.focus_answer()

    def _submit(self, instance: Instance, handed: Submission) -> Grade | Unreadable:
        """Submit an answer to the visible card, but not to one that is being replaced."""
        if self.quiz.current.instance is not instance:
            return Unreadable("This question was left before the answer came.")
        return self.quiz.submit(handed)

    def _signs(self) -> Content:
        return signs_row(self.quiz.items, self.quiz.position, graded=self.quiz.is_graded)

    def _write_place(self) -> None:
        """Show the position in the quiz and the time left."""
        quiz = self.quiz
        if quiz.is_over and not self._looking:
            place = "summary"
        elif self._checking:
            place = "before handing in"
        else:
            place = f"{quiz.position + 1} of {len(quiz.items)}"
        left = quiz.seconds_left
        if left is not None and not quiz.is_over:
            many = len(quiz.items) if quiz.exam else None
            place = place if many else f"question {quiz.position + 1}"
            place += f" · {int(left) // 60}:{int(left) % 60:02d} left" if left else " · the last one: the time is up"
        self.query_one(Banner).note = place

    async def _tick(self) -> None:
        """Count down a second; an exam ends at zero."""
        if self.quiz.is_over:
            return
        if self.quiz.exam and self.quiz.seconds_left == 0.0:
            self.notify("The time is up: the exam is handed in as it stands.")
            await self._settle()
            await self._end_exam()
        else:
            self._write_place()

    # -- what can be done

    @on(QuestionCard.Answered)
    async def _answered(self, event: QuestionCard.Answered) -> None:
        event.stop()
        async with self._showing:
            if not is_alive(event.card):  # the learner has gone on already
                return
            self._write_signs()
            self.refresh_bindings()
            await self.query("#next").remove()
            words = "Next question (n)"
            if self.quiz.position + 1 == len(self.quiz.items):
                words = "Look over and hand in (n)" if self.quiz.exam else "See how it went (n)"
            button = Button(words, id="next", compact=True)
            await self.query_one("#quiz").mount(button)
            button.focus(scroll_visible=self.quiz.exam)

    def _write_signs(self) -> None:
        """Update the row of signs, except on the summary, which has none."""
        for row in self.query("#progress").results(Static):
            row.update(self._signs())
        self._list_questions()

    def _list_questions(self) -> None:
        """Update the questions beside the card; a card with a picture takes their place."""
        quiz = self.quiz
        is_between = self._checking or (quiz.is_over and not self._looking)
        self.set_class(bool(quiz.items) and not self.query(f".{BESIDE}"), "-listed")
        self.query_one(QuestionList).show(None if is_between else quiz.position)

    @on(SceneView.Revealed)
    def _make_room(self) -> None:
        self._list_questions()

    @on(Button.Pressed, "#next")
    async def _next_pressed(self, event: Button.Pressed) -> None:
        """Go on, once; the button is gone for a second Enter."""
        if is_alive(event.button):
            await self.action_go_on()

    async def action_go_on(self) -> None:
        """Focus the open answer; otherwise scroll on; then go to the next question."""
        open_cards = [card for card in self.query(QuestionCard) if card.grade is None and not self.quiz.is_over]
        if open_cards and not self.query("#next"):
            open_cards[0].focus_answer()
        else:
            await super().action_go_on()

    async def go_further(self) -> None:
        """Go to the next question; at the end of a review, back to the summary."""
        if self.check_action("next", ()):
            await self.action_next()
        else:
            await (self.action_back() if self._looking else self.action_done())

    async def action_next(self) -> None:
        """Go to the next question or the end, first submitting an answer that awaits its confidence."""
        if await self._settle():
            return
        self._leave_card()
        quiz = self.quiz
        if self._looking:
            quiz.position = min(quiz.position + 1, len(quiz.items) - 1)
        elif quiz.exam and quiz.position + 1 == len(quiz.items):
            self._checking = True
        else:
            quiz.go_to(quiz.position + 1)
        await self._show()

    async def _settle(self) -> bool:
        """Submit an answer that awaits its confidence; return whether a verdict is now shown."""
        settled = [await card.settle() for card in self.query(QuestionCard)]
        return any(settled) and not self.quiz.exam

    def _leave_card(self) -> None:
        """Leave an unused second try open; end it if the answer was shown."""
        for card in self.query(QuestionCard):
            if card.is_at_second_try:
                self.notify(f"Question {self.quiz.position + 1}: the second try was left. {LOOK_BACK}", timeout=6)
            elif card.grade is not None:
                self.quiz.note_answer_shown()

    async def action_previous(self) -> None:
        """Go back to the question before."""
        if await self._settle():
            return
        self._leave_card()
        if self._checking:
            self._checking = False
        else:
            self.quiz.position = max(0, self.quiz.position - 1)
        await self._show()

    def action_flag(self) -> None:
        """Flag this question, or take its flag off."""
        try:
            self.quiz.toggle_flag()
        except ChainruleError as error:
            self.notify(str(error), severity="error")
        self._write_signs()

    async def action_undo(self) -> None:
        """Undo the answer; the question comes again with fresh numbers."""
        try:
            self.quiz.undo()
        except ChainruleError as error:
            self.notify(str(error), severity="error")
            return
        await self._show()
        await self.query_one("#quiz").mount(Static(UNDONE, id="undone"), after="#progress")

    async def action_hand_in(self) -> None:
        """Submit the exam, after a review of what is unanswered or flagged."""
        await self._settle()
        if not self._checking and (self.quiz.unanswered or self.quiz.flagged):
            self._checking = True
            await self._show()
        else:
            await self._end_exam()

    async def _end_exam(self) -> None:
        """Submit the exam and show the verdicts."""
        self.quiz.hand_in()
        self._checking = False
        await self._show()

    async def action_look(self) -> None:
        """Review the questions with their verdicts."""
        self._looking = True
        self.quiz.position = 0
        await self._show()

    async def action_retry(self) -> None:
        """Ask the missed questions again, with new numbers."""
        self.quiz.restart([(question, None) for question in self.quiz.to_retry])
        self._looking = False
        await self._show()

    async def action_done(self) -> None:
        """Return to where the quiz was started, skipping its setup."""
        if any(getattr(screen, "leads_on", False) for screen in self.app.screen_stack[-2:]):
            self.post_message(GoHome())
        else:
            await super().action_back()

    @on(QuizSummary.Wanted)
    async def _wanted(self, event: QuizSummary.Wanted) -> None:
        event.stop()
        await self.run_action(event.action)

    @on(ExamReview.GoTo)
    async def _go_to(self, event: ExamReview.GoTo) -> None:
        event.stop()
        self._checking = False
        self.quiz.position = event.number
        await self._show()

    async def action_back(self) -> None:
        """Go back one step: to the card, out of a review, then to where the quiz was opened."""
        if is_in_open_card(self.focused):
            self.query_one("#quiz").focus()
        elif self._checking:
            await self.action_previous()
        elif self._looking:
            self._looking = False
            await self._show()
        elif self.quiz.loses_by_leaving and not self._was_warned:
            self._was_warned = True
            said = f"{self.quiz.unanswered_words}; Esc again hands the exam in as it stands."
            self.notify(said, severity="warning", timeout=8)
        else:
            kept = sum(item.grade is not None for item in self.quiz.items)
            if kept and not self.quiz.is_over:
                self.quiz.leave()
                without = len(self.quiz.unanswered) if self.quiz.exam else 0
                left = f", {without} left out" if without else ""
                resumed = f" z goes on with it: {len(self.quiz.unanswered)} to go." if not self.quiz.exam else ""
                self.notify(f"You left the quiz. {counted(kept, 'answer')} of it on record{left}.{resumed}", timeout=5)
            await super().action_back()

    def action_scroll(self, by: int) -> None:
        """Scroll the card."""
        self.query_one("#quiz").scroll_relative(y=by, animate=False, immediate=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a key only while it does something."""
        quiz = self.quiz
        asking = not quiz.is_over and not self._checking
        offered = {
            "next": asking or (self._looking and quiz.position + 1 < len(quiz.items)),
            "previous": ((asking or self._looking) and quiz.position > 0) or self._checking,
            "flag": asking,
            "undo": asking and quiz.can_undo,
            "hand_in": quiz.exam and not quiz.is_over,
            "look": quiz.is_over and bool(quiz.items) and not self._looking,
            "retry": quiz.is_over and bool(quiz.to_retry),
            "course_map": quiz.is_over,
        }
        return offered.get(action, True)
