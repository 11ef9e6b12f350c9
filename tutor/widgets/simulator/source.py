"""A simulation's own source, to be read."""

from inspect import getsource
from pathlib import Path
from sys import modules
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.highlight import highlight

from tutor.sims.engine.simulation import Simulation
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Static, literal
from tutor.widgets.modal import Modal


class SourceScreen(Modal[None]):
    """The file that makes the numbers: the formulas stand beside their gradients."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,q,f", "dismiss", "Close", id="source.close", tooltip="Back to the simulation"),
        Binding("down,j", "scroll(1)", "Down", show=False, id="source.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="source.up", tooltip="Scroll up"),
    ]
    DEFAULT_CSS = """
    SourceScreen {
        align: center middle;
        background: $background 60%;
        & > VerticalScroll {
            width: 124;
            max-width: 100%;
            height: 1fr;
            margin-bottom: 1;
            padding: 0 1;
            background: $surface;
            border: round $primary;
        }
    }
    """

    def __init__(self, rules: type[Simulation[Any]]) -> None:
        super().__init__()
        self._module = modules[rules.step.__module__]  # a view may stand in a file of its own

    def compose(self) -> ComposeResult:
        """The file, in colours."""
        with VerticalScroll() as scroll:
            scroll.border_title = literal(Path(self._module.__file__ or "").name)
            yield Static(highlight(getsource(self._module), language="python"))
        yield KeyBar()

    def action_scroll(self, lines: int) -> None:
        """Move by some lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)
