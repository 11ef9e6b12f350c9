"""Asks which text to keep if the learner's file was changed outside while she typed in the editor."""

from typing import ClassVar, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList, Static
from tutor.widgets.modal import Dialog

Choice = Literal["mine", "theirs"]
CHOICES: tuple[tuple[Choice, str], ...] = (
    ("mine", "Keep what I typed here; what stands in the file is kept beside it under another name"),
    ("theirs", "Take what stands in the file; what I typed here is kept beside it under another name"),
)


class BothChangedScreen(Dialog[Choice | None]):
    """The file was changed outside, and you have typed here since. Either text can stay; neither is lost."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Back", id="both-changed.back", tooltip="Decide later: nothing is written"),
    ]
    DEFAULT_CSS = """
    BothChangedScreen {
        & > OptionList { width: 92; height: auto; }
        & > Static { width: 92; max-width: 100%; background: $surface; padding: 0 1; }
    }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def compose(self) -> ComposeResult:
        """Yield a sentence that says what happened, and a list of the two choices."""
        yield Static(f"{self._name} was changed by another program while you typed here. Nothing is written yet.")
        yield OptionList(*(description for _, description in CHOICES))
        yield KeyBar()

    @on(OptionList.OptionSelected)
    def _close_with_choice(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        choice, _ = CHOICES[event.option_index]
        self.dismiss(choice)
