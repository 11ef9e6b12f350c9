"""A tour of the course and its keys in five steps, which can be left at any time."""

from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from tutor.widgets.content_rows import GAP, cells_row
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Static
from tutor.widgets.modal import Modal


@dataclass(frozen=True)
class TourStep:
    """One thing that the tour points out: a sentence, then keys, each with what it does."""

    title: str
    text: str
    keys: tuple[tuple[str, str], ...]


STEPS = (
    TourStep(
        "Read a page at a time",
        "A lesson is a series of short pages. On a page:",
        (
            ("Enter", "goes on: down, to a question, to the next page"),
            ("^n", "turns the page (Ctrl and N)"),
            ("^g", "lists all pages"),
            ("↑ ↓", "scroll"),
            ("w", "at a link “show me”, opens the simulation there"),
        ),
    ),
    TourStep(
        "Step a simulation, forward and back",
        "Each lesson has a live simulation. Change a parameter and see what changes.",
        (
            ("F3", "shows it where it does not stand beside the text"),
            ("→ ←", "take one step, and take it back"),
            ("Space", "plays"),
            ("a", "asks you what comes next before it is shown"),
        ),
    ),
    TourStep(
        "Answer",
        "Type an answer as you would write it: 1,228,800 or 3×10⁸ or 1/2 or 2w(x+1). "
        "What cannot be read costs nothing and tells you how to write it.",
        (
            ("Enter", "takes you to the question on the page"),
            ("F2", "gives a hint"),
            ("F4", "asks again with new numbers"),
        ),
    ),
    TourStep(
        "Come back",
        "Each answer sets the day on which its question comes again, later and later while you know it. On the map:",
        (
            ("d", "asks what is due"),
            ("z", "sets up a quiz"),
            ("i", "shows your progress"),
        ),
    ),
    TourStep(
        "Never be stuck",
        "The last line names the keys that help most now. No key deletes anything. That is all: Enter begins.",
        (
            ("?", "names all keys"),
            ("/", "finds any page, question, term or formula"),
            ("^o", "puts a letter on each row, link and button: press one"),
            ("^p", "finds themes and settings, too"),
            ("esc", "goes back, always"),
        ),
    ),
)
KEY_CELLS = 7
"""Columns of the keys, beside what they do."""
TEXT_CELLS = 64
"""Columns of the text in the frame, where the terminal has room for it."""
CELLS_AROUND_TEXT = 8
"""Columns of the frame, of the blanks within it, and of the blank one on each side."""


class TourScreen(Modal[None]):
    """What one can do here, in five steps."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,n,space", "turn(1)", "Next", show=False, id="tour.next", tooltip="The next step"),
        Binding("enter", "go_on", "Go on", id="tour.go-on", tooltip="The next step, and after the last one to begin"),
        Binding("left,p", "turn(-1)", "Back one", id="tour.previous", tooltip="The step before"),
        Binding("escape,b", "dismiss", "Leave", id="tour.leave", tooltip="Leave the tour"),
    ]
    DEFAULT_CSS = """
    TourScreen {
        align: center middle;
        & > Vertical { width: 72; max-width: 100%; height: auto; max-height: 100%; overflow-y: auto; }
        & > Vertical { padding: 0 1; background: $background; }
        & #frame { height: auto; padding: 1 2; background: $surface; border: round $primary; }
        & #tour-keys { margin-top: 1; }
        & #step { color: $text-accent; text-style: bold; margin-bottom: 1; }
    }
    """

    class Ended(Message):
        """The tour was completed."""

    def __init__(self) -> None:
        super().__init__()
        self.step = 0
        """Which step is shown, counted from 0."""

    def compose(self) -> ComposeResult:
        """Yield places for the title and the text of a step, which `_show_step` fills, and the keys."""
        with Vertical(), Vertical(id="frame"):  # the outer one leaves a blank column beside the frame
            yield Static(id="step")
            yield Static(id="text")
            yield Static(id="tour-keys")
        yield KeyBar()

    def on_resize(self) -> None:
        """Show the step, its lines broken for the width."""
        self._show_step()

    def _show_step(self) -> None:
        step = STEPS[self.step]
        self.query_one("#step", Static).update(f"{self.step + 1} of {len(STEPS)}  {step.title}")
        self.query_one("#text", Static).update(step.text)
        keys_width = min(TEXT_CELLS, self.app.size.width - CELLS_AROUND_TEXT)
        rows = [
            cells_row((Content.styled(key, "bold $accent"), Content(words)), (KEY_CELLS, keys_width - KEY_CELLS - GAP))
            for key, words in step.keys
        ]
        self.query_one("#tour-keys", Static).update(Content("\n").join(rows))

    def action_turn(self, steps: int) -> None:
        """Go so many steps forward, or back if negative; beyond the last, close the tour."""
        if self.step + steps >= len(STEPS):
            self.dismiss()
        else:
            self.step = max(0, self.step + steps)
            self._show_step()

    def action_go_on(self) -> None:
        """Go to the next step; after the last, close the tour and tell the screen beneath that it was completed."""
        is_last = self.step + 1 == len(STEPS)
        if is_last and self.beneath is not None:
            self.beneath.post_message(self.Ended())
        self.action_turn(1)
