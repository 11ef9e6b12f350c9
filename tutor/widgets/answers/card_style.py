"""The style and fixed texts of a question card, and how its parts scroll into view."""

from textual.widget import Widget

from tutor.questions.base import Instance

SAME_ANSWER = "That is the answer you gave before. Change it, or see the right one with F9."
SOLVED = "✓ answered right before"
KEPT = "● Your answer is kept. You can change it until you hand in; the verdicts come then."

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
    & > .kept { display: none; margin-top: 1; color: $text-accent; }
    & > .kept.-shown { display: block; }
    & .hint { margin-top: 1; color: $foreground; border-left: outer $accent; padding: 0 1; }
    & .told { display: none; margin-top: 1; color: $text-warning; }
    & .told.-shown { display: block; }
    & .buttons { height: 1; margin-top: 1; }
    & Button { margin-right: 2; min-width: 8; }
}
"""


def picking_words(instance: Instance) -> str:
    """Say in the frame of a single-choice question how to pick an option, since its list does not; otherwise ""."""
    if instance.answer_format != "single choice":
        return ""
    return f"{instance.options[0].label} to {instance.options[-1].label} picks"


def show_whole(widget: Widget) -> None:
    """Scroll until the whole widget is visible."""
    widget.scroll_visible(animate=False)


def show_part(card: Widget, part: Widget) -> None:
    """Scroll a part of a card into view if the focus is in the card; otherwise the learner is reading elsewhere."""
    if card.has_focus_within:
        show_whole(part)
