"""The box for an exercise in a lesson's text: which function to write, and how to begin."""

from textual.app import ComposeResult
from textual.containers import Vertical

from tutor.content.model import CodeBlock
from tutor.widgets.literal import Static, literal
from tutor.widgets.markdown.mathdown import MathMarkdown


class ExerciseBox(Vertical):
    """What the function is to do, its parameters, and the command that begins it."""

    DEFAULT_CSS = """
    ExerciseBox {
        height: auto;
        border: round $primary;
        border-title-color: $text-primary;
        padding: 0 1;
        margin-bottom: 1;
        & > .where { color: $text-muted; }
    }
    """

    def __init__(self, block: CodeBlock) -> None:
        super().__init__()
        self.block = block
        self.border_title = literal(f"✎ Write it yourself: {block.exercise.title}")

    def compose(self) -> ComposeResult:
        """The statement, and the command."""
        exercise = self.block.exercise
        meanings = "\n".join(f"- `{name}`: {meaning}" for name, meaning in exercise.parameters.items())
        yield MathMarkdown(f"Write `{exercise.function}`. {exercise.ask}\n\n{meanings}\n- returns {exercise.returns}")
        yield Static(f"Begin in another terminal: chainrule code {self.block.id}", classes="where")
