"""The self-quiz: one card at a time, forward and back, and a summary at the end."""

from asyncio import Lock
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tutor.errors import ChainruleError
from tutor.questions.answers.submission import Submission
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.quiz.quiz import Quiz
from tutor.screens.base import Banner, CourseScreen
from tutor.screens.quiz.end import ExamReview, QuizSummary, show_summary, words_at_leaving
from tutor.screens.quiz.explaining_page import show_explaining_page
from tutor.screens.quiz.question_list import QuestionList, is_worth_listing, position_words, signs_row, time_words
from tutor.screens.requests import GoHome
from tutor.widgets.answers.question_card import QuestionCard, is_in_open_card
from tutor.widgets.answers.scene import BESIDE, SceneView
from tutor.widgets.answers.verdict import Verdict
from tutor.widgets.deferred import call_after_paint, call_repeatedly, is_alive
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Button, Static
from tutor.widgets.reading_column import ReadingColumn

SECOND_TRY_STAYS = "It stays open until the quiz ends: p goes back to it."
UNDONE = "Taken back; the record keeps it as undone."


class QuizScreen(CourseScreen):
    """A self-quiz. Answer, read why, press n for the next question. Flag one with f to find it again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n,ctrl+n", "next", "Next", id="quiz.next", tooltip="The next question; this one may stay unanswered"),
        Binding("p,ctrl+b", "previous", "Previous", id="quiz.previous", tooltip="The question before"),
        Binding("f,f6", "flag", "Flag", id="quiz.flag", tooltip="Flag this question, to find it again at the end"),
        Binding("u", "undo", "Undo", id="quiz.undo", tooltip="Take this answer back, once; the record says so"),
        Binding("ctrl+s", "hand_in", "Hand in", id="quiz.hand-in", tooltip="End the exam and see the verdicts"),
        Binding("v", "look", "Look again", id="quiz.look", tooltip="Go through the questions and their verdicts"),
        Binding("r,f4", "retry", "Retry", id="quiz.retry", tooltip="Ask again what was not right, with new numbers"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="quiz.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="quiz.up", tooltip="Scroll up"),
    ]

    def __init__(
        self, quiz: Quiz, title: str = "everything mixed", empty_message: str = "There is nothing to ask."
    ) -> None:
        """Show `quiz` under `title`; show `empty_message` if it has no question."""
        super().__init__(quiz.session)
        self.quiz = quiz
        self._began_at = quiz.session.clock()
        self._showing_lock = Lock()
        """Held while the content of the screen is replaced."""
        self._title = title
        self._empty_message = empty_message
        self._is_looking_back = False
        """Whether the learner looks through the questions again after the end."""
        self._is_before_hand_in = False
        """Whether the review before handing in is shown."""
        self._was_warned = False
        """Whether the learner was warned that leaving the exam hands it in."""

    def compose(self) -> ComposeResult:
        """Yield the banner, an empty place for questions and the summary, the list beside it, and the keys."""
        name = "Exam" if self.quiz.exam else "Self-quiz"
        yield Banner(f"{name}: {self._title}")
        yield ReadingColumn(id="quiz")
        yield QuestionList(self.quiz)
        yield KeyBar()

    async def on_mount(self) -> None:
        """Show the first question."""
        await self._show()
        if self.quiz.seconds_left is not None:
            call_repeatedly(self, 1.0, self._count_down)

    def on_unmount(self) -> None:
        """If the quiz is left before its end, save the rest of a practice quiz, or hand in an exam."""
        self.quiz.leave()

    # -- what is shown

    async def _show(self) -> None:
        """Show the current question, the review or the summary; wait first until an earlier call has finished."""
        async with self._showing_lock:
            await self._replace_content()

    async def _replace_content(self) -> None:
        """Replace what the screen shows by the current question, the review before handing in, or the summary."""
        scroll = self.query_one("#quiz", ReadingColumn)
        await scroll.remove_children()
        quiz = self.quiz
        if quiz.is_over and not self._is_looking_back:
            await show_summary(scroll, quiz, self._began_at, self._empty_message)
        elif self._is_before_hand_in:
            await scroll.mount(ExamReview(quiz))
        else:
            await self._show_card(scroll)
        self._write_position()
        self.set_class(is_worth_listing(quiz) and not self._is_before_hand_in, "-listed")  # never beside the same card
        self._list_questions()
        scroll.scroll_home(animate=False)
        self.not_shown = frozenset(("quiz.previous",) if self._is_before_hand_in else ())  # Esc leads back there, too
        self.refresh_bindings()

    async def _show_card(self, scroll: ReadingColumn) -> None:
        """Show the current question in `scroll`, with the learner's answer if it has one."""
        quiz = self.quiz
        if is_worth_listing(quiz):
            await scroll.mount(Static(self._question_signs(), id="progress"))
        try:
            instance = quiz.current_instance()
        except ChainruleError as error:
            await scroll.mount(Static(f"! This question cannot be asked: {error}"))
            return
        withholds_verdict = not quiz.is_graded  # in an exam, verdicts are withheld until it is handed in
        card = QuestionCard(
            instance,
            partial(self._submit, instance),
            asks_confidence=quiz.asks_confidence and not quiz.is_over,
            withholds_verdict=withholds_verdict,
            tries_again=quiz.offers_second_try,
        )
        await scroll.mount(card)
        item = quiz.current
        if item.submission is not None and item.grade is not None:
            awaits_retry = quiz.awaits_second_try
            card.show_earlier(item.submission, item.grade, item.first_grade, retry=awaits_retry)
            can_answer = withholds_verdict or awaits_retry  # an answer can be changed until its verdict is shown
            if not can_answer:
                await show_explaining_page(scroll, quiz)
                return
        elif quiz.is_over:  # this question was left out, and it is too late to answer it
            await card.query(".buttons").remove()
            scroll.focus()
            return
        card.focus_answer()

    def _submit(self, instance: Instance, submission: Submission) -> Grade | Unreadable:
        """Submit an answer to `instance`, unless the quiz has moved to another question meanwhile."""
        if self.quiz.current.instance is not instance:
            return Unreadable("This question was left before the answer came.")
        return self.quiz.submit(submission)

    def _question_signs(self) -> Content:
        return signs_row(self.quiz.items, self.quiz.position, are_graded=self.quiz.is_graded)

    def _write_position(self) -> None:
        """Show the position in the quiz and the time left in the banner."""
        quiz = self.quiz
        if quiz.is_over and not self._is_looking_back:
            note = "summary"
        elif self._is_before_hand_in:
            note = "before handing in"
        else:
            note = position_words(quiz)
        self.query_one(Banner).note = note + time_words(quiz)

    async def _count_down(self) -> None:
        """Update the time left, every second; when it is up, hand in an exam."""
        if self.quiz.is_over:
            return
        if self.quiz.exam and self.quiz.seconds_left == 0.0:
            self.notify("The time is up: the exam is handed in as it stands.")
            await self._submit_waiting_answers()
            await self._end_exam()
        else:
            self._write_position()

    # -- what can be done

    @on(QuestionCard.Answered)
    async def _offer_next(self, event: QuestionCard.Answered) -> None:
        """Update the signs after an answer, and show the button that leads on."""
        event.stop()
        async with self._showing_lock:
            if not is_alive(event.card):  # the learner has gone on already
                return
            self._write_signs()
            self.refresh_bindings()
            await self.query("#next").remove()
            words = "Next question (^n)"
            if self.quiz.position + 1 == len(self.quiz.items):
                words = "Look over and hand in (^n)" if self.quiz.exam else "See how it went (^n)"
            button = Button(words, id="next", compact=True, variant="primary")
            scroll = self.query_one("#quiz")
            await scroll.mount(button)
            button.focus(scroll_visible=self.quiz.exam)  # in practice, scrolling is for the verdict, not for the button
            await show_explaining_page(scroll, self.quiz)
            for verdict in event.card.query(Verdict):
                call_after_paint(verdict, verdict.show_with_question, button)

    def _write_signs(self) -> None:
        """Update the signs of the questions in the row above the card, if it is shown, and in the list beside it."""
        for row in self.query("#progress").results(Static):
            row.update(self._question_signs())
        self._write_position()
        self._list_questions()

    def _list_questions(self) -> None:
        """Update the list beside the card; hide it where a picture needs the space."""
        quiz = self.quiz
        shows_card = not self._is_before_hand_in and (not quiz.is_over or self._is_looking_back)
        self.set_class(bool(self.query(f".{BESIDE}")), "-pictured")
        self.query_one(QuestionList).show(quiz.position if shows_card else None)

    @on(SceneView.Revealed)
    def _list_beside_scene(self) -> None:
        """Hide the list if the picture that was just revealed needs its space."""
        self._list_questions()

    @on(Button.Pressed, "#next")
    async def _next_pressed(self, event: Button.Pressed) -> None:
        """Go on, unless the button was removed meanwhile: a second quick Enter must not skip a question."""
        if is_alive(event.button):
            await self.action_go_on()

    async def action_go_on(self) -> None:
        """Focus the answer of an unanswered question; otherwise scroll down, and at the end go to the next question."""
        open_cards = [card for card in self.query(QuestionCard) if card.grade is None and not self.quiz.is_over]
        if open_cards and not self.query("#next"):  # in an exam only this button shows that an answer was given
            open_cards[0].focus_answer()
        else:
            await super().action_go_on()

    async def go_further(self) -> None:
        """Go to the next question, from the last one looked at again to the summary, or from the summary back."""
        if self.check_action("next", ()):
            await self.action_next()
        elif self._is_looking_back:
            await self.action_back()
        else:
            await self.action_done()

    async def action_next(self) -> None:
        """Go to the next question or the end, unless an answer is submitted by this and its verdict appears."""
        if await self._submit_waiting_answers():
            return
        self._leave_card()
        quiz = self.quiz
        if self._is_looking_back:
            quiz.position = min(quiz.position + 1, len(quiz.items) - 1)
        elif quiz.exam and quiz.position + 1 == len(quiz.items):
            self._is_before_hand_in = True
        else:
            quiz.go_to(quiz.position + 1)
        await self._show()

    async def _submit_waiting_answers(self) -> bool:
        """Submit an answer that waits for its confidence; return whether its verdict is shown now."""
        was_submitted = [await card.hand_in_held() for card in self.query(QuestionCard)]
        return any(was_submitted) and not self.quiz.exam

    def _leave_card(self) -> None:
        """Before another question is shown, say that a second try was left open, or note that there can be none.

        Every verdict that offers no second try shows the right answer, and after that a second try would prove nothing.
        """
        for card in self.query(QuestionCard):
            if card.is_at_second_try:
                self.notify(
                    f"Question {self.quiz.position + 1}: the second try was left. {SECOND_TRY_STAYS}", timeout=6
                )
            elif card.grade is not None:
                self.quiz.note_answer_shown()

    async def action_previous(self) -> None:
        """Go back to the question before, unless an answer is submitted by this and its verdict appears."""
        if await self._submit_waiting_answers():
            return
        self._leave_card()
        if self._is_before_hand_in:
            self._is_before_hand_in = False
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
        """Take the answer back; the question is asked again with new numbers."""
        try:
            self.quiz.undo()
        except ChainruleError as error:
            self.notify(str(error), severity="error")
            return
        await self._show()
        await self.query_one("#quiz").mount(Static(UNDONE, id="undone"), before=0)

    async def action_hand_in(self) -> None:
        """Hand in the exam; if questions are unanswered or flagged, show the review first."""
        await self._submit_waiting_answers()
        if not self._is_before_hand_in and (self.quiz.unanswered_indices or self.quiz.flagged_indices):
            self._is_before_hand_in = True
            await self._show()
        else:
            await self._end_exam()

    async def _end_exam(self) -> None:
        """Hand in the exam and show the verdicts."""
        self.quiz.hand_in()
        self._is_before_hand_in = False
        await self._show()

    async def action_look(self) -> None:
        """Go through the questions again, with their verdicts."""
        self._is_looking_back = True
        self.quiz.position = 0
        await self._show()

    async def action_retry(self) -> None:
        """Ask the missed questions again, with new numbers."""
        self.quiz.restart([(question, None) for question in self.quiz.questions_to_retry])
        self._is_looking_back = False
        await self._show()

    async def action_done(self) -> None:
        """Return to where the quiz was opened; to the map if that is only the form on which the quiz was set up."""
        this_and_beneath = self.app.screen_stack[-2:]
        was_set_up = any(getattr(screen, "only_leads_on", False) for screen in this_and_beneath)
        if was_set_up:
            self.post_message(GoHome())
        else:
            await super().action_back()

    @on(QuizSummary.ActionRequested)
    async def _run_requested_action(self, event: QuizSummary.ActionRequested) -> None:
        event.stop()
        await self.run_action(event.action)

    @on(ExamReview.GoTo)
    async def _go_to_question(self, event: ExamReview.GoTo) -> None:
        event.stop()
        self._is_before_hand_in = False
        self.quiz.position = event.position
        await self._show()

    async def action_back(self) -> None:
        """Leave the answer, the review, the look back or else the quiz; leave an exam only after a warning."""
        if is_in_open_card(self.focused):
            self.query_one("#quiz").focus()
        elif self._is_before_hand_in:
            await self.action_previous()
        elif self._is_looking_back:
            self._is_looking_back = False
            await self._show()
        elif self.quiz.loses_by_leaving and not self._was_warned:
            self._was_warned = True
            warning = f"{self.quiz.unanswered_words}; Esc again hands the exam in as it stands."
            self.notify(warning, severity="warning", timeout=8)
        else:
            self._leave_quiz()
            await super().action_back()

    def _leave_quiz(self) -> None:
        """If the quiz was begun and is not over, save what there is or hand it in, and say what is kept."""
        is_begun = any(item.grade is not None for item in self.quiz.items)
        if not is_begun or self.quiz.is_over:
            return
        self.quiz.leave()
        self.notify(words_at_leaving(self.quiz), timeout=5)

    def action_scroll(self, lines: int) -> None:
        """Scroll the card so many lines down, or up if `lines` is negative."""
        self.query_one("#quiz").scroll_relative(y=lines, animate=False, immediate=True)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now: if it would do something, and would not leave a quiz unasked."""
        quiz = self.quiz
        is_asking = not quiz.is_over and not self._is_before_hand_in
        can_run = {
            "next": is_asking or (self._is_looking_back and quiz.position + 1 < len(quiz.items)),
            "previous": ((is_asking or self._is_looking_back) and quiz.position > 0) or self._is_before_hand_in,
            "flag": is_asking,
            "undo": is_asking and quiz.can_undo,
            "hand_in": quiz.exam and not quiz.is_over,
            "look": quiz.is_over and bool(quiz.items) and not self._is_looking_back,
            "retry": quiz.is_over and bool(quiz.questions_to_retry),
            "course_map": quiz.is_over,  # before that Esc leaves the quiz, and asks
        }
        return can_run.get(action, True)
