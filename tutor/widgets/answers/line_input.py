"""A line to type in that keeps all of what is pasted: several lines are joined instead of cut after the first."""

from textual.events import Paste
from textual.widgets import Input

from tutor.expressions.source import one_line


class SingleLineInput(Input):
    """An `Input` into which a text of several lines can be pasted."""

    def _on_paste(self, event: Paste) -> None:
        """Join the lines; Textual's own handler, which is called next, puts them in."""
        if len(event.text.splitlines()) > 1:
            event.text = one_line(event.text)

    def action_paste(self) -> None:
        """What was copied in this program, all of it."""
        start, end = self.selection
        self.replace(one_line(self.app.clipboard), start, end)
