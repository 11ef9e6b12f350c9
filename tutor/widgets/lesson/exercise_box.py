"""The box for an exercise in a lesson: which function to write, whether it has passed, and a way to open it."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.reactive import reactive

from tutor.content.model import CodeBlock
from tutor.widgets.literal import Button, Static, literal
from tutor.widgets.markdown.mathdown import MathMarkdown


class ExerciseBox(Vertical):
    """A box with what the function is to do, its parameters, and a button that opens the exercise."""

    DEFAULT_CSS = """
    ExerciseBox {
        height: auto;
        border: round $primary;
        border-title-color: $text-primary;
        padding: 0 1;
        margin-bottom: 1;
        & > .where { color: $text-muted; }
        & > Button { margin-bottom: 0; }
    }
    """

    has_passed: reactive[bool] = reactive(False)
    """Whether the learner's code has passed."""

    class Opened(Message):
        """The learner wants to write the function."""

        def __init__(self, block: CodeBlock) -> None:
            super().__init__()
            self.block = block

    def __init__(self, block: CodeBlock) -> None:
        super().__init__()
        self.block = block
        self.watch_has_passed(False)  # Textual calls the watcher only when the value changes

    def compose(self) -> ComposeResult:
        """Yield the statement, the button, and the command for another terminal."""
        exercise = self.block.exercise
        parameters = "\n".join(f"- `{name}`: {meaning}" for name, meaning in exercise.parameters.items())
        statement = f"Write `{exercise.function}`. {exercise.ask}\n\n{parameters}\n- returns {exercise.returns}"
        if exercise.uses:
            statement += f"\n\n{exercise.earlier_note}"
        yield MathMarkdown(statement)
        yield Button("Write it here (E)", compact=True, variant="primary")
        if not self.app.is_web:  # in a browser the reader has no other terminal
            yield Static(f"or in another terminal: chainrule code {self.block.id} --watch", classes="where")

    def watch_has_passed(self, passed: bool) -> None:
        """Write the title, which says whether the learner's code has passed."""
        suffix = " · passed ✓" if passed else ""
        self.border_title = literal(f"✎ Write it yourself: {self.block.exercise.title}{suffix}")

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Open the exercise."""
        event.stop()
        self.post_message(self.Opened(self.block))
