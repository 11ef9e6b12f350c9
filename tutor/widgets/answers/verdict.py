"""The verdict on an answer, and the confidence prompt before it."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget

from tutor.questions.answers.submission import CONFIDENCE_WORDS, HINT_COST, Confidence, describe_earned, describe_retry
from tutor.questions.base import Grade, Instance
from tutor.text.numbers import format_share
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
        """The question, and one answer for each key."""
        yield Static("How sure?")
        for number, (confidence, word) in enumerate(CONFIDENCE_WORDS.items(), 1):
            yield Button(f"{number} {word}", id=confidence, compact=True)

    def action_say(self, confidence: Confidence) -> None:
        """Report the confidence."""
        self.post_message(self.Rated(confidence))

    def action_explain(self) -> None:
        """Say what to press: how sure one is, is not said by accident."""
        self.query_one(Static).update("How sure? Press 1, 2 or 3:")

    def action_leave(self) -> None:
        """Dismiss the prompt without giving a confidence."""
        self.post_message(self.Dismissed())

    @on(Button.Pressed)
    def _report_pressed(self, event: Button.Pressed) -> None:
        event.stop()
        # Looked up, since the button's id is any text for the type checker.
        self.action_say(next(confidence for confidence in CONFIDENCE_WORDS if confidence == event.button.id))


MARKS = {"right": "✓ Right.", "partly": "◐ Partly right.", "wrong": "✗ Wrong."}

HEAD_LINES = 4
"""Lines of a verdict that are seen with the start of the question, where not all of it can be."""
NOT_YET = "◐ Not yet."
"""Leads on from an answer of which some is right, but too little for a part of the score."""


def text_widget(markdown: str, lead: str = "", classes: str = "") -> MathText | MathMarkdown:
    """Make a widget for a text of any length: a light one for plain words, a full one for tables and displays."""
    if "$$" in markdown or "\n|" in markdown or "```" in markdown:
        return MathMarkdown(f"**{lead}** {markdown}" if lead else markdown, classes=classes)
    return MathText(markdown, lead=lead, classes=classes)


def hint_words(instance: Instance, seen: int) -> str:
    """The label of the button for the next hint, after `seen` of them."""
    left = len(instance.hints) - seen
    return f"Hint F2 ({left} left, each costs {format_share(float(HINT_COST))})" if left else "No more hints"


class Verdict(Vertical):
    """The verdict on an answer: never by colour alone."""

    DEFAULT_CSS = """
    Verdict {
        height: auto;
        padding: 0 1;
        margin-top: 1;
        border-left: outer $panel;
        &.-right { border-left: outer $success; & > .verdict { color: $text-success; } }
        &.-partly { border-left: outer $warning; & > .verdict { color: $text-warning; } }
        &.-wrong { border-left: outer $error; & > .verdict { color: $text-error; } }
        & > .formula-text { color: $foreground; }
    }
    """

    def __init__(self, instance: Instance, grade: Grade, hints: int = 0, first: Grade | None = None) -> None:
        """Show `grade`, given after `hints` hints; with `first` it is the verdict on a second try."""
        super().__init__(classes=f"-{grade.verdict}")
        self._hints = hints
        self._first = first
        self._instance = instance
        self._grade = grade

    def compose(self) -> ComposeResult:
        """The verdict and feedback, the answer if it was not found, and the explanation."""
        instance, grade = self._instance, self._grade
        yield MathText(
            describe_earned(grade.score, self._hints, len(instance.hints), self._first.score if self._first else None),
            lead=MARKS[grade.verdict],
            classes="verdict",
        )
        yield text_widget(grade.feedback)
        if grade.verdict != "right":
            yield text_widget(f"{instance.solution}", lead="The answer:")
        if instance.why.strip() and instance.why.strip() not in grade.feedback:
            yield text_widget(instance.why, lead="Why:")

    def show_with_question(self) -> None:
        """Scroll to the whole card, or where it has too many lines to its start, if the verdict's head is seen then.

        What is left of the verdict comes with the key that goes on.
        """
        page, card = next((each for each in self.ancestors if isinstance(each, VerticalScroll)), None), self.parent
        if page is None or not isinstance(card, Widget):
            return
        room = page.scrollable_content_region.height
        fits = card.outer_size.height <= room
        if fits or self.region.y - card.region.y + HEAD_LINES <= room:
            card.scroll_visible(animate=False, top=not fits)
        else:
            self.scroll_visible(animate=False)


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

    def __init__(self, grade: Grade, guidance: str, *, is_near: bool = False) -> None:
        """Show `guidance` about an answer graded `grade`; an answer that `is_near` is partly right."""
        super().__init__()
        self.lead = NOT_YET if is_near and grade.verdict == "wrong" else MARKS[grade.verdict]
        """The mark and the word that come first."""
        self._grade = grade
        self._guidance = guidance

    def compose(self) -> ComposeResult:
        """The verdict, the guidance, and what a second try earns."""
        yield text_widget(self._guidance, lead=self.lead, classes="verdict")
        yield Static(describe_retry(self._grade.score))
