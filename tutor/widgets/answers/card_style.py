"""The style and fixed texts of a question card, and how its parts are scrolled into view."""

from textual.widget import Widget

from tutor.questions.base import Instance

SAME_ANSWER_MESSAGE = "That is the answer you gave before. Change it, or see the right one with F9."
SOLVED_NOTE = "✓ answered right before"
KEPT_NOTE = "● Your answer is kept. You can change it until you hand in; the verdicts come then."

CARD_CSS = """
QuestionCard {
    height: auto;
    margin: 0 0 1 0;
    padding: 0 1;
    border: round $foreground 30%;
    border-title-color: $text-accent;
    border-subtitle-color: $text-muted;
    &:focus-within { border: round $primary; }
    &:focus { border: round $primary; }
    & > .prompt { margin-bottom: 1; }
    & > .kept-note { display: none; margin-top: 1; color: $text-accent; }
    & > .kept-note.-shown { display: block; }
    & .hint { margin-top: 1; color: $foreground; border-left: outer $accent; padding: 0 1; }
    & .message { display: none; margin-top: 1; color: $text-warning; }
    & .message.-shown { display: block; }
    & Button { min-width: 8; }
}
"""


def subtitle_words(instance: Instance, *, was_right: bool) -> str:
    """The words in the lower edge of a card: how to pick an option, and that it was answered right before; or ""."""
    notes = []
    if instance.answer_format == "single choice":
        notes.append(f"{instance.options[0].label}–{instance.options[-1].label} pick")
    if was_right:
        notes.append(SOLVED_NOTE)
    return " · ".join(notes)


def scroll_into_view(widget: Widget) -> None:
    """Scroll, without animation, until the whole widget is visible."""
    widget.scroll_visible(animate=False)


def scroll_into_view_if_focused(card: Widget, part: Widget) -> None:
    """Scroll a part of a card into view if the focus is in the card: if not, the learner is reading elsewhere."""
    if card.has_focus_within:
        scroll_into_view(part)
