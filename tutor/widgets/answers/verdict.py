"""The verdict on an answer, and the confidence prompt before it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Region
from textual.message import Message
from textual.widget import Widget

from tutor.questions.answers.submission import CONFIDENCE_WORDS, HINT_COST, Confidence, describe_earned, describe_retry
from tutor.questions.base import Grade, Instance
from tutor.text.numbers import format_share
from tutor.widgets.deferred import call_after_paint
from tutor.widgets.literal import Button, Static
from tutor.widgets.markdown.mathdown import MathMarkdown
from tutor.widgets.markdown.mathtext import MathText


class ConfidencePrompt(Horizontal, can_focus=True):
    """How sure are you of the answer you just gave? Press one key; the verdict comes after that."""

    HELP_TITLE = "Confidence"
    HELP = (
        "How sure are you? Say it before you see the verdict. At the end of a quiz you see how often you were "
        "right when you were sure: judging what you know is worth as much as knowing it. Esc takes you back "
        "to the answer."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("1", "say('sure')", "Sure", id="sureness.sure", tooltip="I know that this is right"),
        Binding("2", "say('think')", "Think so", id="sureness.think", tooltip="I think that this is right"),
        Binding("3", "say('guess')", "A guess", id="sureness.guess", tooltip="I am guessing"),
        Binding("enter", "explain", "Go on", show=False, id="sureness.go-on", tooltip="Say which keys there are"),
        Binding("escape", "leave", "Change it", id="sureness.leave", tooltip="Back to the answer"),
    ]
    DEFAULT_CSS = """
    ConfidencePrompt {
        height: 1;
        margin-top: 1;
        & > Static { width: auto; margin-right: 2; color: $text-accent; text-style: bold; }
        &:focus > Static { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > Button { margin-right: 2; min-width: 8; }
    }
    """

    class Rated(Message):
        """The learner gave her confidence."""

        def __init__(self, confidence: Confidence) -> None:
            super().__init__()
            self.confidence = confidence

    class Dismissed(Message):
        """The learner wants to change the answer first."""

    def compose(self) -> ComposeResult:
        """Yield the question, and one answer for each key."""
        yield Static("How sure?")
        for number, (confidence, word) in enumerate(CONFIDENCE_WORDS.items(), 1):
            yield Button(f"{number} {word}", id=confidence, compact=True)

    def action_say(self, confidence: Confidence) -> None:
        """Report the confidence."""
        self.post_message(self.Rated(confidence))

    def action_explain(self) -> None:
        """Say which keys to press: Enter alone gives no confidence, since it may have been pressed by accident."""
        self.query_one(Static).update("How sure? Press 1, 2 or 3:")

    def action_leave(self) -> None:
        """Dismiss the prompt without giving a confidence."""
        self.post_message(self.Dismissed())

    @on(Button.Pressed)
    def _report_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        for confidence in CONFIDENCE_WORDS:  # found in the table, since the button's id has the type `str | None`
            if confidence == event.button.id:
                self.action_say(confidence)


MARKS = {"right": "✓ Right.", "partly": "◐ Partly right.", "wrong": "✗ Wrong."}

HEAD_LINES = 4
"""The first lines of a verdict that must be visible with the start of a card that does not fit."""
NOT_YET = "◐ Not yet."
"""Replaces "Wrong" for a first answer of which some is right, but too little for a part of the score."""


def text_widget(markdown: str, lead: str = "", classes: str = "") -> MathText | MathMarkdown:
    """A widget for a text, with `lead` in bold before it: `MathText`, or `MathMarkdown` if the text has blocks."""
    has_blocks = "$$" in markdown or "\n|" in markdown or "```" in markdown  # a display formula, a table or code
    if has_blocks:
        return MathMarkdown(f"**{lead}** {markdown}" if lead else markdown, classes=classes)
    return MathText(markdown, lead=lead, classes=classes)


def hint_words(instance: Instance, hints_seen: int) -> str:
    """The label of the button for the next hint, after so many hints were seen."""
    remaining = len(instance.hints) - hints_seen
    if not remaining:
        return "No more hints"
    each = "" if remaining == 1 else " each"
    return f"Hint F2 ({remaining} left, {format_share(float(HINT_COST))} of score{each})"


class Verdict(Vertical):
    """The verdict on an answer, in words and signs as well as by its colour."""

    DEFAULT_CSS = """
    Verdict {
        height: auto;
        padding: 0 1;
        margin-top: 1;
        border-left: outer $panel;
        &.-right { border-left: outer $success; & > .verdict { color: $text-success; } }
        &.-partly { border-left: outer $warning; & > .verdict { color: $text-warning; } }
        &.-wrong { border-left: outer $error; & > .verdict { color: $text-error; } }
        &.-tight { margin-top: 0; }
        & > .formula-text { color: $foreground; }
    }
    """

    def __init__(self, instance: Instance, grade: Grade, hints_seen: int = 0, first_grade: Grade | None = None) -> None:
        """Show `grade`; `first_grade` is that of the first try, if this is the grade of a second one."""
        super().__init__(classes=f"-{grade.verdict}")
        self._hints_seen = hints_seen
        self._first_grade = first_grade
        self._instance = instance
        self._grade = grade
        self._next_button: Widget | None = None
        """The button of what comes next, once `show_with_question` was given it."""
        self._scrolled_to: float | None = None
        """The row to which the page was scrolled when this was mounted, or by `show_with_question` since.

        `None` before that, and in a page that is not scrolled.
        """
        self._is_watching = False
        """Whether `_show_again` is called whenever the page grows."""

    def compose(self) -> ComposeResult:
        """Yield verdict, feedback and explanation, and the right answer if it was not given and no list shows it."""
        instance, grade = self._instance, self._grade
        first_score = self._first_grade.score if self._first_grade else None
        earned = describe_earned(grade.score, self._hints_seen, len(instance.hints), first_score)
        yield MathText(earned, lead=MARKS[grade.verdict], classes="verdict")
        is_said_in_list = instance.answer_format == "single choice" and grade.feedback in instance.whys
        if not is_said_in_list:
            yield text_widget(grade.feedback)
        if grade.verdict != "right" and instance.answer_format == "line":
            yield text_widget(f"{instance.solution}", lead="The answer:")
        if instance.why.strip() and instance.why.strip() not in grade.feedback:
            yield text_widget(instance.why, lead="Why:")

    def on_mount(self) -> None:
        """Note where the page is scrolled to: a learner who goes on at once must not be taken back."""
        page = self._page
        self._scrolled_to = None if page is None else page.scroll_target_y

    @property
    def _page(self) -> VerticalScroll | None:
        """The page that this is on, if it is on one that scrolls."""
        return next((ancestor for ancestor in self.ancestors if isinstance(ancestor, VerticalScroll)), None)

    def show_with_question(self, next_button: Widget | None = None) -> None:
        """Scroll so that as much as possible is visible of the card, which holds the question and this verdict.

        `next_button`, if it is given, should be visible too; later calls without it remember it. While the text is
        still being laid out, this is done again: see `_show_again`. Nothing is done if the learner has scrolled on
        since this was mounted.
        """
        if next_button is not None:
            self._next_button = next_button
        page, card = self._page, self.parent
        if page is None or not isinstance(card, Widget):
            return
        has_scrolled_on = self._scrolled_to is not None and page.scroll_target_y > self._scrolled_to
        if has_scrolled_on:
            return
        visible = page.scrollable_content_region
        end = card.region.bottom if self._next_button is None else self._next_button.region.bottom
        if end - card.region.y > visible.height and not self.has_class("-tight"):
            self.add_class("-tight")  # a blank row less
            call_after_paint(self, self.show_with_question)  # once that is laid out
            return
        top = self._choose_top(card.region.y, end, visible)
        page.scroll_relative(y=top - visible.y, animate=False, immediate=True)
        if not self._is_watching:
            self._is_watching = True
            self.watch(page, "virtual_size", self._show_again, init=False)
        self._scrolled_to = page.scroll_target_y

    def _choose_top(self, card_top: int, end: int, visible: Region) -> int:
        """Choose the row of the screen that is scrolled to the top of the page's `visible` region.

        The whole card is shown if it fits, up to `end`, which is the row below the card or below the next button.
        Otherwise the verdict and the button are shown, if there is a button and these two fit; otherwise the start of
        the card, if the verdict's first lines are visible then; otherwise the verdict. The key that goes on scrolls to
        the rest.
        """
        if end - card_top <= visible.height:
            return min(card_top, max(visible.y, end - visible.height))
        has_room_for_start = self.region.y - card_top + HEAD_LINES <= visible.height
        has_room_for_verdict = end - self.region.y <= visible.height
        if has_room_for_verdict and (self._next_button is not None or not has_room_for_start):
            return end - visible.height
        return card_top if has_room_for_start else self.region.y

    def on_resize(self) -> None:
        """Scroll again if a text of the verdict was laid out, even where the page stays as high as it was.

        It does if the verdict grows by a row and becomes tight in the same layout.
        """
        if self._is_watching:
            self._show_again()

    def _show_again(self) -> None:
        """Scroll again after the page has grown because texts were laid out."""
        call_after_paint(self, self._show_unless_scrolled)

    def _show_unless_scrolled(self) -> None:
        """Scroll as before, unless the learner has scrolled since."""
        page = self._page
        if page is not None and page.scroll_target_y == self._scrolled_to:
            self.show_with_question()


class TryAgain(Vertical):
    """The guidance after a wrong first answer, without the solution."""

    DEFAULT_CSS = """
    TryAgain {
        height: auto;
        padding: 0 1;
        margin-top: 1;
        border-left: outer $warning;
        & > .verdict { color: $text-warning; }
    }
    """

    def __init__(self, grade: Grade, guidance: str, *, has_right_parts: bool = False) -> None:
        """Show `guidance` about an answer graded `grade`; `has_right_parts` says that some of it is right."""
        super().__init__()
        self.lead = NOT_YET if has_right_parts and grade.verdict == "wrong" else MARKS[grade.verdict]
        """The mark and the word that come first."""
        self._grade = grade
        self._guidance = guidance

    def compose(self) -> ComposeResult:
        """Yield the verdict, the guidance, and what a second try earns."""
        yield text_widget(self._guidance, lead=self.lead, classes="verdict")
        yield Static(describe_retry(self._grade.score))
