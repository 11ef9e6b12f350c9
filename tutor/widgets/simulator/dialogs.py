"""Dialogs over a simulator: the list of its presets, and its source code."""

from inspect import getsource
from itertools import chain
from pathlib import Path
from sys import modules
from textwrap import wrap
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.highlight import highlight

from tutor.sims.engine.parameters import format_value
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import OptionList, Static, literal
from tutor.widgets.modal import Dialog
from tutor.widgets.simulator.source_lines import wrap_source

PRESET_SIGNS = {"good": "✓", "bad": "▲", "diverging": "✗"}
"""Kind of a preset → the sign before its name."""
PRESET_WORDS = {"good": "good", "bad": "bad", "diverging": "bad, diverges"}
"""Kind of a preset → the words after its name: whether it is good or bad, and how a bad one ends."""


LIST_COLUMNS, MIN_LIST_TEXT_COLUMNS = 84, 20
"""Columns of the list of presets, and the fewest to which its texts are wrapped."""
FRAME_COLUMNS = 8
"""Columns of a dialog that its frame, its margins and a scrollbar take."""


SOURCE_COLUMNS, MIN_SOURCE_COLUMNS = 124, 40
"""The most columns of the source code, and the fewest to which its lines are wrapped."""


class PresetList(OptionList):
    """The presets; Enter runs the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "cursor_down", "Pick", key_display="↑↓", id="presets.down", tooltip="To the next preset"),
        Binding("up,k", "cursor_up", "Up", show=False, id="presets.up", tooltip="To the preset before"),
        Binding("enter", "select", "Open", id="presets.open", tooltip="Run the preset under the cursor"),
    ]


class PresetScreen(Dialog[Preset | None]):
    """Choose a run worth a look. Good ones work, bad ones show a trap, diverging ones leave every bound."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,o", "dismiss", "Close", id="presets.close", tooltip="Leave the run as it is"),
    ]
    DEFAULT_CSS = """
    PresetScreen > OptionList {
        width: 84;
        height: auto;
        max-height: 100%;
        & > .option-list--option-highlighted, &:focus > .option-list--option-highlighted { text-style: none; }
        & > .option-list--separator { color: $panel; }
    }
    """

    def __init__(self, simulation: Simulation[Any]) -> None:
        super().__init__()
        self._simulation = simulation

    def compose(self) -> ComposeResult:
        """Yield a list with an entry for each preset."""
        entries = map(self._preset_content, self._simulation.presets)
        # `None` is a line between two entries. A blank one at the end of an entry would be under the cursor with it.
        lines_and_entries = list(chain.from_iterable((None, entry) for entry in entries))
        options = PresetList(*lines_and_entries[1:])
        options.border_title = literal(f"Presets: {self._simulation.title}")
        yield options
        yield KeyBar()

    def _preset_content(self, preset: Preset, name_style: str = "bold") -> Content:
        """An entry of the list: sign, name, kind, reason and values."""
        parameters = self._simulation.parameters()
        labelled_values = [f"{parameters[name].label} {format_value(value)}" for name, value in preset.values.items()]
        values = "   ".join(labelled_values) or "the defaults"
        return Content.assemble(
            (f"{PRESET_SIGNS[preset.kind]} ", "bold"),
            (preset.name, name_style),
            (f"  {PRESET_WORDS[preset.kind]}", "$text-quiet"),
            f"\n{self._indent_wrapped(preset.reason)}\n",
            (self._indent_wrapped(values), "$text-quiet"),
        )

    def _indent_wrapped(self, text: str) -> str:
        """Wrap `text` into indented lines that fit the list."""
        width = max(MIN_LIST_TEXT_COLUMNS, min(LIST_COLUMNS, self.app.size.width) - FRAME_COLUMNS)
        return "\n".join(wrap(text, width, initial_indent="  ", subsequent_indent="  "))

    @on(OptionList.OptionHighlighted)
    def _mark_chosen(self, event: OptionList.OptionHighlighted) -> None:
        """Give the name in the entry under the cursor the theme's style for it.

        The style may underline, which would make the whole entry hard to read.
        """
        event.stop()
        chosen_style = self.app.theme_variables["block-cursor-text-style"]
        for index, preset in enumerate(self._simulation.presets):
            name_style = chosen_style if index == event.option_index else "bold"
            event.option_list.replace_option_prompt_at_index(index, self._preset_content(preset, name_style))

    @on(OptionList.OptionSelected)
    def _close_with_preset(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self._simulation.presets[event.option_index])


class SourceScreen(Dialog[None]):
    """The file that computes the numbers, with each formula beside its gradient."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,b,S", "dismiss", "Close", id="source.close", tooltip="Back to the simulation"),
        Binding("down,j", "scroll(1)", "Scroll", key_display="↑↓", id="source.down", tooltip="Scroll down"),
        Binding("up,k", "scroll(-1)", "Up", show=False, id="source.up", tooltip="Scroll up"),
    ]
    DEFAULT_CSS = "SourceScreen > VerticalScroll { width: 124; height: 1fr; padding: 0 1; }"

    def __init__(self, simulation_type: type[Simulation[Any]]) -> None:
        super().__init__()
        # The module with `step`: the class itself may be in another one, with the pictures.
        self._module = modules[simulation_type.step.__module__]

    def compose(self) -> ComposeResult:
        """Yield the file, highlighted."""
        with VerticalScroll() as scroll:
            scroll.border_title = literal(Path(self._module.__file__ or "").name)
            yield Static(self._source_content(self.app.size.width))
        yield KeyBar()

    def on_resize(self, event: Resize) -> None:
        """Break the lines for another width."""
        self.query_one(Static).update(self._source_content(event.size.width))

    def _source_content(self, terminal_width: int) -> Content:
        """The source code with its colours, wrapped for a terminal of this width."""
        columns = max(MIN_SOURCE_COLUMNS, min(SOURCE_COLUMNS, terminal_width) - FRAME_COLUMNS)
        return highlight(wrap_source(getsource(self._module), columns), language="python")

    def action_scroll(self, lines: int) -> None:
        """Scroll by some lines."""
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False, immediate=True)
