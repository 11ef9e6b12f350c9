"""The timeline: the position of a run, its events, and the buttons of a player.

Its *rail* is the line with the knob, between the step at the left and the words at the right.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tutor.sims.engine.player import Event
from tutor.text.numbers import format_number, format_share
from tutor.widgets.literal import literal
from tutor.widgets.plots.colours import Palette, theme_palette
from tutor.widgets.plots.strips import fit_strip, make_strip

BUTTONS = (("«", "reset"), ("‹", "step_back"), ("▶", "play"), ("›", "step"))
"""(character, action) of each button at the left."""
BUTTON_TOOLTIPS = {
    "reset": "Back to step 0",
    "step_back": "One step back",
    "play": "Play the run",
    "step": "One step forward",
}
"""Action of a button → what it does, said when the mouse is over it."""
PAUSE_TOOLTIP = "Pause the run"
"""What the button for `play` does while the run is playing."""
BUTTON_CELLS = 2
"""Cells of a button: its character and a blank."""
EVENT_MARKS = {"changed": "◇", "differs": "≠", "done": "■", "diverged": "✗"}
"""Kind of an event → its mark on the rail."""
MIN_RAIL_CELLS = 14
"""With fewer cells than this for the rail, the words after it are left out."""
MIN_LAST_STEP = 20
"""The smallest step at the right end if the length of the run is not known."""


@dataclass(frozen=True)
class TimelineState:
    """What the timeline shows."""

    position: int = 0
    furthest_step: int = 0
    target: int = 0
    """The target of a long jump; without a jump, the position."""
    is_playing: bool = False
    pace: str = ""
    """How fast it plays, in words."""
    events: tuple[Event, ...] = ()
    length: int | None = None
    """The number of steps of the whole run; `None` if it is not known beforehand."""
    named_step: int = 0
    """The furthest step that a text beside the run names, for example "Go to step 100"."""

    @property
    def is_running_to_target(self) -> bool:
        """True while a long jump is under way."""
        return self.target != self.position

    @property
    def last_step(self) -> int:
        """The step at the right end: the end of the run, or a round number (20, 50, 100 …) that is not reached yet."""
        end_steps = [event.step for event in self.events if event.kind in {"done", "diverged"}]
        if end_steps and end_steps[-1] >= self.furthest_step:
            return max(1, end_steps[-1])
        if self.length is not None and self.length >= max(self.furthest_step, self.target):
            return max(1, self.length)
        min_last_step = max(self.furthest_step, self.target, self.named_step, MIN_LAST_STEP)
        power_of_ten: int = 10 ** (len(str(min_last_step)) - 1)  # 100 for 123
        round_numbers = [multiple * power_of_ten for multiple in (1, 2, 5, 10)]
        return next(number for number in round_numbers if number >= min_last_step)


class Timeline(Widget):
    """A line with a knob at the step that is shown. Click or drag to go to a step."""

    click_cells: ClassVar[Sequence[int]] = range(0, BUTTON_CELLS * len(BUTTONS), BUTTON_CELLS)
    """The cells at which a click presses a button."""

    BINDINGS: ClassVar[list[BindingType]] = []
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Timeline {
        height: 1;
        color: $foreground;
        background: $surface;
        pointer: pointer;
    }
    """

    class Scrubbed(Message):
        """The learner pointed at a step."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Pressed(Message):
        """A button was pressed; `button` is its action in `BUTTONS`."""

        def __init__(self, button: str) -> None:
            super().__init__()
            self.button = button

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._state = TimelineState()
        self._is_dragging = False
        self._rail = range(0)
        """The columns of the rail when it was last drawn."""

    @property
    def state(self) -> TimelineState:
        """What is shown."""
        return self._state

    def show(self, state: TimelineState) -> None:
        """Show another state."""
        if state != self._state:
            self._state = state
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw the buttons, the step, the rail, its last step, and the status; the widget has one line."""
        palette, width, state = theme_palette(self.app), self.size.width, self._state
        if y > 0:
            return Strip.blank(width)
        buttons = "".join(f"{character} " for character, _ in BUTTONS)
        if state.is_playing:
            buttons = buttons.replace("▶", "‖")
        position = f" step {format_number(state.position)} "
        last_step = f" {format_number(state.last_step)}"
        status = self._status()
        rail_start = len(buttons) + cell_len(position)
        cells_for_rail_and_status = width - rail_start - cell_len(last_step)
        lacks_room = cells_for_rail_and_status < cell_len(status) + MIN_RAIL_CELLS
        if lacks_room and not state.is_running_to_target:  # during a long jump, the status says how to stop it
            status = ""
        rail_cells = max(0, cells_for_rail_and_status - cell_len(status) - 1)  # one cell stays blank at the right edge
        self._rail = range(rail_start, rail_start + rail_cells)
        before_rail = make_strip((buttons, palette.style("accent")), (position, palette.plain))
        after_rail = make_strip((last_step, palette.quiet), (status, palette.quiet))
        line = Strip.join([before_rail, self._rail_strip(palette), after_rail])
        return fit_strip(line, width).apply_style(self.rich_style)

    def _status(self) -> str:
        """The words at the right: how far a long jump has got, or whether the run plays and how fast.

        "" if no speed is set.
        """
        state = self._state
        if state.is_running_to_target:
            share = state.position / max(1, state.target)
            return f"  going to {format_number(state.target)}: {format_share(share)}, Esc stops"
        if not state.pace:
            return ""
        return f"  {'playing' if state.is_playing else 'paused'}, {state.pace}"

    def _rail_strip(self, palette: Palette) -> Strip:
        """Draw the rail: thick up to the knob, coloured as far as the run has been computed, with marks for events."""
        state, length = self._state, len(self._rail)
        if not length:
            return Strip([])
        knob, last_seen = self._cell_of(state.position), self._cell_of(min(state.furthest_step, state.last_step))
        characters = ["━" if cell < knob else "─" for cell in range(length)]
        styles = [palette.style("primary") if cell <= last_seen else palette.lines for cell in range(length)]
        for event in state.events:
            cell = self._cell_of(event.step)
            characters[cell] = EVENT_MARKS[event.kind]
            styles[cell] = palette.style("bad" if event.kind in {"differs", "diverged"} else "accent")
        characters[knob], styles[knob] = "●", palette.style("accent", bold=True)
        return make_strip(*zip(characters, styles, strict=True)).simplify()

    def _cell_of(self, step: int) -> int:
        """The cell of the rail for a step, counted from its left end."""
        return min(len(self._rail) - 1, round(step / self._state.last_step * (len(self._rail) - 1)))

    def _step_at(self, cell: int) -> int:
        """The step at a cell of the rail."""
        return round(cell / max(1, len(self._rail) - 1) * self._state.last_step)

    # -- the mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press a button, or begin to drag the knob."""
        event.stop()
        button = self._button_at(event.x)
        if button:
            self.post_message(self.Pressed(button))
        elif self._rail:
            self._is_dragging = True
            self.capture_mouse()
            self._scrub(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the knob, or show what the button or mark under the mouse means."""
        if self._is_dragging:
            self._scrub(event.x)
            return
        words = self._button_tooltip(event.x) or self._events_at(event.x) or "Click or drag to go to a step"
        self.tooltip = literal(words)

    def _button_tooltip(self, column: int) -> str:
        """What the button at a column of the widget does now; "" for none."""
        button = self._button_at(column)
        if button == "play" and self._state.is_playing:
            return PAUSE_TOOLTIP
        return BUTTON_TOOLTIPS.get(button, "")

    def _button_at(self, column: int) -> str:
        """The action of the button at a column of the widget; "" for none."""
        index = column // BUTTON_CELLS
        if index >= len(BUTTONS):
            return ""
        _, action = BUTTONS[index]
        return action

    def _events_at(self, column: int) -> str:
        """The events at the step whose mark is in a column of the widget; "" if there is no mark."""
        if not self._rail:
            return ""
        cell = column - self._rail[0]
        events_here = [event for event in self._state.events if self._cell_of(event.step) == cell]
        return "; ".join(f"step {event.step}: {event.label}" for event in events_here)

    def on_mouse_up(self) -> None:
        """End dragging the knob."""
        if self._is_dragging:
            self._is_dragging = False
            self.release_mouse()

    def _scrub(self, column: int) -> None:
        """Report the step at a column of the widget, or at the nearer end of the rail."""
        cell = min(max(0, column - self._rail[0]), len(self._rail) - 1)
        self.post_message(self.Scrubbed(self._step_at(cell)))
