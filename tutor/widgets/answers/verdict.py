"""What is said after an answer: the verdict with a mark and a word, and why."""

from textual.app import ComposeResult
from textual.containers import Vertical

from tutor.questions.answers.submission import describe_hint_cost
from tutor.questions.base import Grade, Instance
from tutor.widgets.markdown.mathdown import MathMarkdown
from tutor.widgets.markdown.mathtext import MathText

MARKS = {"right": "✓ Right.", "partly": "◐ Partly right.", "wrong": "✗ Wrong."}


def speech(markdown: str, lead: str = "", classes: str = "") -> MathText | MathMarkdown:
    """A widget for a text of any length: light for lines of words, full for tables and displays."""
    if "$$" in markdown or "\n|" in markdown or "```" in markdown:
        return MathMarkdown(f"**{lead}** {markdown}" if lead else markdown, classes=classes)
    return MathText(markdown, lead=lead, classes=classes)


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

    def __init__(self, instance: Instance, grade: Grade, hints: int = 0) -> None:
        """Show `grade`, given after `hints` hints were seen."""
        super().__init__(classes=f"-{grade.verdict}")
        self._hints = hints
        self._instance = instance
        self._grade = grade

    def compose(self) -> ComposeResult:
        """The verdict and the feedback, the answer when it was not found, and why it is so."""
        instance, grade = self._instance, self._grade
        yield MathText(
            describe_hint_cost(grade.score, self._hints, len(instance.hints)),
            lead=MARKS[grade.verdict],
            classes="verdict",
        )
        yield speech(grade.feedback)
        if grade.verdict != "right":
            yield speech(f"{instance.solution}", lead="The answer:")
        if instance.why.strip() and instance.why.strip() not in grade.feedback:
            yield speech(instance.why, lead="Why:")
