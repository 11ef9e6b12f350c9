"""The list of a simulation's presets, each with the reason why it is worth a look."""

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from tutor.sims.engine.parameters import format_value
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList, literal
from tutor.widgets.modal import Modal

SIGNS = {"good": "✓", "bad": "▲", "diverging": "✗"}
"""The sign beside the word for each kind."""


class PresetScreen(Modal[Preset | None]):
    """Choose a run worth a look. Good ones work, bad ones show a trap, diverging ones leave every bound."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,q,o", "dismiss", "Close", id="presets.close", tooltip="Leave the run as it is"),
        Binding("j", "move('down')", "Down", show=False, id="presets.down", tooltip="To the next preset"),
        Binding("k", "move('up')", "Up", show=False, id="presets.up", tooltip="To the preset before"),
    ]
    DEFAULT_CSS = """
    PresetScreen {
        align: center middle;
        background: $background 60%;
        & > OptionList {
            width: 84;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            margin-bottom: 1;
            background: $surface;
            border: round $primary;
        }
    }
    """

    def __init__(self, simulation: Simulation[Any]) -> None:
        super().__init__()
        self._simulation = simulation

    def compose(self) -> ComposeResult:
        """One entry a preset."""
        entries = [self._entry(preset) for preset in self._simulation.presets]
        options = OptionList(*entries)
        options.border_title = literal(f"Presets: {self._simulation.title}")
        yield options
        yield KeyBar()

    def _entry(self, preset: Preset) -> Content:
        settings = "  ".join(f"{name}={format_value(value)}" for name, value in preset.values.items())
        return Content.assemble(
            (f"{SIGNS[preset.kind]} {preset.name}", "bold"),
            (f"  {preset.kind}", "$text-muted"),
            f"\n  {preset.reason}",
            (f"\n  {settings or 'the defaults'}", "$text-muted"),
        )

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._simulation.presets[event.option_index])

    def action_move(self, where: str) -> None:
        """The entry below or above."""
        options = self.query_one(OptionList)
        options.action_cursor_down() if where == "down" else options.action_cursor_up()
