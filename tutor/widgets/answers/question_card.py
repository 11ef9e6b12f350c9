"""A question card: prompt, answer, hints one at a time, verdict and explanation."""

from asyncio import Lock
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from tutor.errors import ChainruleError
from tutor.questions.answers.asking import Asking
from tutor.questions.answers.leading import leading_feedback, right_parts
from tutor.questions.answers.submission import Confidence, Submission
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.text.sentences import hint_lead
from tutor.widgets.answers import card_style
from tutor.widgets.answers.answer_input import AnswerForm
from tutor.widgets.answers.scene import SceneView
from tutor.widgets.answers.verdict import ConfidencePrompt, TryAgain, Verdict, hint_words, text_widget
from tutor.widgets.button_row import ButtonRow
from tutor.widgets.deferred import call_after_paint, call_soon
from tutor.widgets.literal import Button, Static, literal
from tutor.widgets.markdown.mathtext import MathText

Submit = Callable[[Submission], Grade | Unreadable]
"""Reads, grades and records an answer; the answer is on record when this returns."""


class QuestionCard(Vertical):
    """A question. Type or choose an answer and press Enter; what cannot be read costs nothing."""

    HELP = (
        "A question. Type or choose an answer and press Enter. What cannot be read costs nothing and stays "
        "as you typed it. Hints come one at a time. The answer is on your record before you see the verdict."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "hint", "Hint", id="card.hint", tooltip="The next hint"),
        Binding("f3", "simulate", "Simulation", id="card.simulate", tooltip="Find the answer in the simulator"),
        Binding("f9", "reveal", "Show the answer", id="card.reveal", tooltip="The answer, instead of a second try"),
        Binding(
            "r,f4",
            "again",
            "Again",
            id="card.again",
            tooltip="The same question again, with new numbers where it has any",
        ),
    ]
    DEFAULT_CSS = card_style.CARD_CSS

    grade: reactive[Grade | None] = reactive(None, init=False)
    was_right = False
    """Whether the question was answered right at an earlier time."""

    class Answered(Message):
        """An answer was graded and recorded."""

        def __init__(self, card: "QuestionCard", instance: Instance, grade: Grade) -> None:
            super().__init__()
            self.card, self.instance, self.grade = card, instance, grade

    class SimulatorRequested(Message):
        """The learner wants to find the answer in the simulator; `card.fill_in` brings it back to the card."""

        def __init__(self, card: "QuestionCard", instance: Instance, typed: str) -> None:
            super().__init__()
            self.card, self.instance, self.typed = card, instance, typed

    def __init__(
        self,
        instance: Instance,
        submit: Submit,
        redraw_instance: Callable[[Instance], Instance] | None = None,
        *,
        asks_confidence: bool = False,
        withholds_verdict: bool = False,
        tries_again: bool = False,
        classes: str | None = None,
    ) -> None:
        """Ask `instance`; `redraw_instance` makes another one with new numbers, if the question may be asked again.

        With `asks_confidence`, the verdict waits until the learner has given her confidence. With `withholds_verdict`,
        as in an exam, no verdict is shown: the answer is only kept and can be changed. With `tries_again`, the learner
        gets a second try after a first answer that is not right; only after that the right answer is shown.
        """
        super().__init__(classes=classes)
        self.instance = instance
        self._submit = submit
        self._redraw_instance = redraw_instance
        self._asks_confidence = asks_confidence
        self._withholds_verdict = withholds_verdict
        self._tries_again = tries_again
        self._is_focus_requested = False  # whether the focus was requested before the answer form existed
        self._changing_lock = Lock()  # held while parts of the card are replaced
        self._reset()

    def _reset(self) -> None:
        """Begin without an answer, a hint or a grade. The card cannot take the focus, so the form does."""
        self._asking = Asking(self.instance, self._tries_again)
        self._raw_answer = ""  # the last answer that was handed in, as it was typed
        self._explained_raw = ""  # the answer that the message below the form is about
        self._was_given_earlier = False  # whether the grade is of an earlier answer, which is not reported again
        self.set_reactive(QuestionCard.grade, None)
        self.can_focus = False

    def compose(self) -> ComposeResult:
        """Yield the scene, the prompt, the answer form and buttons; hints and verdict go below."""
        instance = self.instance
        self.border_title = literal(" · ".join(instance.topics))
        self.border_subtitle = literal(card_style.subtitle_words(instance, was_right=self.was_right))
        if instance.scene is not None and not instance.scene.allow:
            yield SceneView(instance.scene)
        yield text_widget(instance.prompt, classes="prompt")
        yield AnswerForm(instance)
        yield MathText(classes="message")
        yield Static(card_style.KEPT_NOTE, classes="kept-note")
        with ButtonRow(classes="buttons"):
            yield Button("Answer", id="answer", compact=True)
            if not self._withholds_verdict:
                words = hint_words(instance, self._asking.hints)
                yield Button(words, id="hint", compact=True, disabled=not instance.hints)
            if instance.scene is not None and instance.scene.allow:
                yield Button("Open the simulator F3", id="simulate", compact=True)

    # -- answering

    @on(AnswerForm.Submitted)
    def _answer_submitted(self, event: AnswerForm.Submitted) -> None:
        event.stop()
        self.answer(event.raw)

    @on(AnswerForm.HintRequested)
    def _give_typed_hint(self, event: AnswerForm.HintRequested) -> None:
        event.stop()
        self.action_hint()

    @on(Button.Pressed, "#answer")
    def _answer_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        self.answer(self._form.raw)
        if self.grade is None and not self._is_held:  # the keys typed next should go to the answer
            self.focus_answer()

    def answer(self, raw: str) -> None:
        """Submit `raw`, or first ask for the confidence. A repeated or unreadable answer is explained, not graded."""
        if self.grade is not None or self._form.is_held:
            return
        self._explained_raw = raw
        if self._asking.repeats_first(raw):
            self._show_message(card_style.SAME_ANSWER_MESSAGE, "? Not graded:")
            return
        self._raw_answer = raw
        needs_confidence = self._asks_confidence and not self._asking.is_second_try
        if needs_confidence and not isinstance(self.instance.read(raw), Unreadable):
            self.query_one(".message").remove_class("-shown")
            call_after_paint(self, card_style.scroll_into_view, self._form.hold(raw))
            buttons = self.query_one(".buttons")
            buttons.disabled, buttons.display = True, False  # hidden until the confidence is given
            self.refresh_bindings()
        else:
            self._hand_in(confidence="")

    @on(ConfidencePrompt.Rated)
    async def _hand_in_rated(self, event: ConfidencePrompt.Rated) -> None:
        event.stop()
        await self.hand_in_held(event.confidence)

    async def hand_in_held(self, confidence: Confidence = "") -> bool:
        """Submit the answer that waits for a confidence, "" if none was given; return False if no answer waits."""
        if not self._is_held:  # the same key, pressed twice, may have settled it already
            return False
        await self._release()
        self.focus_answer()  # a second try may follow
        self._hand_in(confidence)
        return True

    @on(ConfidencePrompt.Dismissed)
    async def _return_to_answer(self, event: ConfidencePrompt.Dismissed) -> None:
        event.stop()
        await self._release()
        self.focus_answer()

    @property
    def _is_held(self) -> bool:
        """Whether an answer waits for the learner's confidence; False while the form is not mounted yet."""
        return any(form.is_held for form in self.query(AnswerForm))

    async def _release(self) -> None:
        """Unlock the answer and the hints."""
        await self._form.release()
        for buttons in self.query(".buttons"):
            buttons.disabled, buttons.display = False, True
        self.refresh_bindings()

    @on(AnswerForm.Changed)
    def _clear_message(self, event: AnswerForm.Changed) -> None:
        """Remove the message about the previous answer, and light the button once there is something to hand in."""
        event.stop()
        self.query("#answer").set_class(bool(self._form.raw.strip()), "-primary")
        if self.grade is None and self._form.raw != self._explained_raw:
            self.query_one(".message").remove_class("-shown")
            self.query_one(".kept-note").remove_class("-shown")

    def _hand_in(self, confidence: Confidence) -> None:
        """Submit the answer, and show the outcome."""
        try:
            outcome = self._submit(self._asking.submission(self._raw_answer, confidence))
        except ChainruleError as error:
            self._show_message(str(error), "Not recorded, so not graded:")
            return
        if isinstance(outcome, Unreadable):
            self._show_message(self._form.explain_unreadable(self._raw_answer, outcome.advice), "? Not graded:")
        elif self._withholds_verdict:
            self.query_one(".message").remove_class("-shown")
            self.query_one(".kept-note").add_class("-shown")
            self.post_message(self.Answered(self, self.instance, outcome))
        elif self._asking.leads_to_second_try(outcome):
            self._offer_retry(outcome)
        else:
            self.grade = outcome

    def _offer_retry(self, grade: Grade) -> None:
        """Give guidance and allow one more answer."""
        self._asking.begin_second_try(self._raw_answer, grade)
        self.query_one(".message").remove_class("-shown")
        self._form.retry(self._raw_answer)
        has_right_parts = bool(right_parts(self.instance, self._raw_answer))
        guidance = TryAgain(grade, leading_feedback(self.instance, self._raw_answer), has_right_parts=has_right_parts)
        self.mount(guidance, before=self.query_one(".message"))
        self.query_one(ButtonRow).add(Button("Show the answer F9", id="reveal", compact=True))
        call_after_paint(self, card_style.scroll_into_view_if_focused, self, guidance)
        self.refresh_bindings()

    @on(Button.Pressed, "#reveal")
    def action_reveal(self) -> None:
        """Show the answer instead of trying again."""
        if self.grade is None and (answer_and_grade := self._asking.give_up()) is not None:
            self._raw_answer, self.grade = answer_and_grade

    def show_earlier(
        self, answer: Submission, grade: Grade, first_grade: Grade | None = None, *, retry: bool = False
    ) -> None:
        """Show an earlier answer, with its verdict unless in an exam; with `retry`, a second try follows."""
        self._asking.first = first_grade  # `None` unless `answer` was a second try
        self._raw_answer = self._explained_raw = answer.raw
        if retry:
            for _ in range(self._asking.hints, answer.hints):
                self.action_hint()  # shows again the hints that were seen at the first try
        self._asking.hints = answer.hints
        self.fill_in(answer.raw, focus=False)
        if retry:
            self._offer_retry(grade)
        elif self._withholds_verdict:
            self.query_one(".kept-note").add_class("-shown")
        else:
            self._was_given_earlier = True
            self.grade = grade

    def fill_in(self, raw: str, *, focus: bool = True) -> None:
        """Fill in an answer as if it had been typed, for the learner to submit."""
        if not self._is_held:
            self._form.fill_in(raw, focus=focus)

    def focus_answer(self) -> None:
        """Focus the answer form as soon as it exists."""
        self._is_focus_requested = not self.query("AnswerForm Input, AnswerForm SingleChoiceList")
        for form in self.query(AnswerForm):
            form.focus_answer()

    def on_mount(self) -> None:
        """Focus the answer form if the focus was requested before the form existed."""
        if self._is_focus_requested:
            self.focus_answer()

    @property
    def is_waiting(self) -> bool:
        """Whether Enter should go to this card: it has no verdict, and the question was not answered right earlier."""
        return self.grade is None and not self.was_right

    @property
    def is_at_second_try(self) -> bool:
        """Whether a first answer was not right and a second one is open."""
        return self.grade is None and self._asking.is_second_try

    @property
    def is_touched(self) -> bool:
        """Whether something was typed or chosen, a hint was seen, or a verdict was given."""
        was_asked_more = self._asking.is_second_try or self._asking.hints > 0
        return self.grade is not None or was_asked_more or any(form.raw for form in self.query(AnswerForm))

    @property
    def _form(self) -> AnswerForm:
        return self.query_one(AnswerForm)

    def watch_grade(self, grade: Grade | None) -> None:
        """Show a verdict as soon as there is one."""
        if grade is not None:
            call_soon(self, self._show_grade, grade)

    async def _show_grade(self, grade: Grade) -> None:
        """Show the verdict and what can be done next; report the answer unless it was given earlier."""
        async with self._changing_lock:
            await self._mount_verdict(grade)
        if not self._was_given_earlier:
            self.post_message(self.Answered(self, self.instance, grade))
            for verdict in self.query(Verdict):
                call_after_paint(verdict, verdict.show_with_question)

    async def _mount_verdict(self, grade: Grade) -> None:
        """Close the answer form, and replace the buttons by the verdict."""
        self.query_one(".message").remove_class("-shown")
        self.border_subtitle = ""
        self.can_focus = True
        focused = self.screen.focused
        if focused is None or self in focused.ancestors:  # if the focus is elsewhere, the learner has already gone on
            self.screen.set_focus(self, scroll_visible=False)
        self._form.close(self._raw_answer, was_right=grade.verdict == "right")
        await self.query(".buttons, TryAgain").remove()
        await self.mount(Verdict(self.instance, grade, self._asking.hints, self._asking.first))
        if self._redraw_instance is not None:
            label = "New numbers F4" if self.instance.names else "Ask again F4"
            await self.mount(ButtonRow(Button(label, id="again", compact=True), classes="buttons"))
        for scene in self.query(SceneView):
            await scene.reveal()

    @on(SceneView.Revealed)
    def _keep_in_sight(self) -> None:
        """Scroll back to the answer form after a scene that was drawn late has pushed it down."""
        focused = self.screen.focused
        if self.grade is None and focused is not None and self in focused.ancestors:
            call_after_paint(self, card_style.scroll_into_view, focused)

    def _show_message(self, text: str, lead: str) -> None:
        """Show a message below the answer, with `lead` in bold before it."""
        message = self.query_one(".message", MathText)
        # Not as Markdown, since the text quotes what was typed.
        message.update(Content.assemble((lead, "bold"), " ", text))
        message.add_class("-shown")
        call_after_paint(self, card_style.scroll_into_view, message)

    # -- hints, simulator, again

    @on(Button.Pressed, "#hint")
    def action_hint(self) -> None:
        """Show the next hint, if any."""
        if not self.check_action("hint", ()) or (text := self._asking.next_hint()) is None:
            return
        seen, total = self._asking.hints, len(self.instance.hints)
        hint = text_widget(text, lead=hint_lead(seen, total), classes="hint")
        self.mount(hint, before=self.query_one(".message"))
        self.refresh_bindings()
        button = self.query_one("#hint", Button)
        button.label = hint_words(self.instance, seen)
        button.disabled = seen == total
        call_after_paint(self, card_style.scroll_into_view_if_focused, self, hint)

    @on(Button.Pressed, "#simulate")
    def action_simulate(self) -> None:
        """Request the simulator, which the screen opens."""
        self.post_message(self.SimulatorRequested(self, self.instance, self._form.raw))

    @on(Button.Pressed, "#again")
    async def action_again(self) -> None:
        """Ask the same question with other numbers."""
        async with self._changing_lock:
            if self._redraw_instance is None or self.grade is None:
                return
            self.instance = self._redraw_instance(self.instance)
            self._asking.hints = 0
            await self.recompose()
            self._reset()  # last, since no answer is accepted while there is a grade
        self.focus_answer()
        call_after_paint(self, partial(self.scroll_visible, top=True, animate=False))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a key only while it would do something; Textual asks this for each action."""
        scene = self.instance.scene
        has_hint = self._asking.hints < len(self.instance.hints) and not self._withholds_verdict
        is_offered = {
            "hint": self.grade is None and has_hint,
            "simulate": self.grade is None and scene is not None and bool(scene.allow),
            "reveal": self.is_at_second_try,
            "again": self.grade is not None and self._redraw_instance is not None,
        }
        return action not in is_offered or (is_offered[action] and not self._is_held)


def is_in_open_card(focused: Widget | None) -> bool:
    """Whether the focus is in a question that has no verdict yet."""
    ancestors = () if focused is None else focused.ancestors
    return any(isinstance(widget, QuestionCard) and widget.grade is None for widget in ancestors)
