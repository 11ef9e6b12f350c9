"""The parameters of a simulation, each editable in place."""

from typing import Any

from textual import on
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.message import Message
from textual.widgets import Input, Select, Static

from tutor.sims.base import Simulation
from tutor.sims.parameters import Parameter


class Controls(VerticalScroll):
    """One line for each parameter that may be changed, with its range and help."""

    can_focus = False
    DEFAULT_CSS = """
    Controls {
        height: 1fr;
        padding: 0 1;
        & > .name { color: $text; text-style: bold; }
        & > .help { color: $text-muted; margin-bottom: 1; }
        & > .help.-wrong { color: $text-error; }
    }
    """

    class Edited(Message):
        """A parameter was given another value."""

        def __init__(self, name: str, value: object) -> None:
            super().__init__()
            self.name = name
            self.value = value

    def __init__(self, simulation: Simulation[Any], allow: tuple[str, ...] | None = None) -> None:
        super().__init__()
        self._simulation = simulation
        self._parameters = {
            name: item for name, item in simulation.parameters().items() if allow is None or name in allow
        }

    def compose(self) -> ComposeResult:
        """Name, field, help."""
        values = self._simulation.values()
        for name, item in self._parameters.items():
            yield Static(f"{item.label}", classes="name", markup=False)
            if (item.choices and item.kind == "choice") or item.kind == "switch":
                options = item.choices or ("true", "false")
                yield Select(
                    [(option, option) for option in options],
                    value=written(values[name]),
                    allow_blank=False,
                    compact=True,
                    id=f"p-{name}",
                )
            else:
                yield Input(written(values[name]), compact=True, id=f"p-{name}", select_on_focus=True)
            yield Static(help_of(item), classes="help", id=f"h-{name}", markup=False)

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        for widget in self.query("Input, Select"):
            widget.focus()
            return

    def show(self, simulation: Simulation[Any]) -> None:
        """Show the values of `simulation`, and no complaint."""
        self._simulation = simulation
        values = simulation.values()
        for name, item in self._parameters.items():
            text = written(values[name])
            field = self.query_one(f"#p-{name}")
            if isinstance(field, Input):
                field.value = text
            elif isinstance(field, Select):
                with field.prevent(Select.Changed):
                    field.value = text
            self._say(name, help_of(item), wrong=False)

    def refuse(self, name: str, why: str) -> None:
        """Say beside the field why its value cannot be used; nothing else changes."""
        if name in self._parameters:
            self._say(name, "✗ " + why, wrong=True)

    def _say(self, name: str, text: str, wrong: bool) -> None:
        said = self.query_one(f"#h-{name}", Static)
        said.update(text)
        said.set_class(wrong, "-wrong")

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        if event.input.id:
            self.post_message(self.Edited(event.input.id[2:], event.value))

    @on(Select.Changed)
    def _chosen(self, event: Select.Changed) -> None:
        event.stop()
        if event.select.id and isinstance(event.value, str):
            self.post_message(self.Edited(event.select.id[2:], event.value))


def help_of(item: Parameter) -> str:
    """What it does, and what may be given."""
    return f"{item.help} {item.range_text}"


def written(value: object) -> str:
    """A value as one would type it."""
    if isinstance(value, tuple):
        return ",".join(written(entry) for entry in value)
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)
