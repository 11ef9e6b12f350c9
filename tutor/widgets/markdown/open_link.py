"""Asks before opening a web page, since a lesson may come from anyone and a link's text may mislead."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll

from tutor.content.links import host_of
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Button, Static, literal
from tutor.widgets.modal import Modal


class OpenLinkDialog(Modal[None]):
    """A link leads out of the course. Its whole address stands here; nothing is opened before you say so."""

    HELP_TITLE = "Ask to leave"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("o", "open", "Open", id="leave.open", tooltip="Open the page in your browser"),
        Binding("escape,b", "dismiss", "Stay", id="leave.stay", tooltip="Open nothing"),
    ]
    DEFAULT_CSS = """
    OpenLinkDialog {
        align: center middle;
        & > VerticalScroll {
            width: 84;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            margin-bottom: 1;
            padding: 0 1;
            background: $surface;
            border: round $primary;
        }
        & .address { margin: 1 0; color: $text-accent; }
        & .buttons { height: 1; margin-top: 1; }
        & Button { margin-right: 2; min-width: 8; }
    }
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address

    def compose(self) -> ComposeResult:
        """Yield the address, its host, and two buttons; Enter stays here."""
        with VerticalScroll(can_focus=False) as box:
            box.border_title = literal("Open this page in your browser?")
            yield Static(self.address, classes="address")
            yield Static(f"It is on the host {host_of(self.address)}.")
            with Horizontal(classes="buttons"):
                yield Button("Stay here (Esc)", id="stay", compact=True)
                yield Button("Open it (o)", id="open", compact=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Focus the button that stays, so that Enter opens nothing."""
        self.query_one("#stay").focus()

    @on(Button.Pressed, "#open")
    def action_open(self) -> None:
        """Open the page and close the dialog."""
        self.dismiss()
        self.app.open_url(self.address)

    @on(Button.Pressed, "#stay")
    def _stay(self) -> None:
        self.dismiss()
