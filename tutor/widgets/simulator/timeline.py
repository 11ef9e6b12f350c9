"""The timeline: the run's position, its events, and the buttons of a player."""

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
"""The buttons at the left, two cells each, and their requests."""
EVENT_MARKS = {"changed": "◇", "differs": "≠", "done": "■", "diverged": "✗"}
"""Kind of an event → its mark on the line."""
MIN_RAIL_CELLS = 14
"""Cells of the line below which the words after it are left out."""
MIN_EXTENT = 20
"""Steps of the line, at the least, where the length of the run is not known."""


@dataclass(frozen=True)
class TimelineState:
    """What the timeline shows."""

    position: int = 0
    furthest_step: int = 0
    target: int = 0
    """The target of a long jump; otherwise the position."""
    is_playing: bool = False
    pace: str = ""
    """How fast it plays, in words."""
    events: tuple[Event, ...] = ()
    length: int | None = None
    """The steps of the whole run, where that is known beforehand."""

    @property
    def is_running_to_target(self) -> bool:
        """True while a long jump is under way."""
        return self.target != self.position

    @property
    def extent(self) -> int:
        """The step at the right end: the end of the run, or a round number not yet reached."""
        ends = [event.step for event in self.events if event.kind in {"done", "diverged"}]
        if ends and ends[-1] >= self.furthest_step:
            return max(1, ends[-1])
        if self.length is not None and self.length >= max(self.furthest_step, self.target):
            return max(1, self.length)
        reached = max(self.furthest_step, self.target, MIN_EXTENT)
        power_of_ten: int = 10 ** (len(str(reached)) - 1)
        return next(lead * power_of_ten for lead in (1, 2, 5, 10) if lead * power_of_ten >= reached)


class Timeline(Widget):
    """A line with a knob at the step that is shown. Click or drag to go to a step."""

    click_cells: ClassVar[Sequence[int]] = range(0, 2 * len(BUTTONS), 2)
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
        """The cells of the line, as they were last drawn."""

    @property
    def state(self) -> TimelineState:
        """What is shown."""
        return self._state

    def show(self, state: TimelineState) -> None:
        """Show this instead."""
        if state != self._state:
            self._state = state
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """Buttons, the step, the rail, and the pace."""
        palette, width, state = theme_palette(self.app), self.size.width, self._state
        if y:
            return Strip.blank(width)
        accent = palette.style("accent")
        glyphs = "".join(f"{glyph} " for glyph, _ in BUTTONS)
        buttons = glyphs.replace("▶", "‖") if state.is_playing else glyphs
        where = f" step {format_number(state.position)} "
        last = f" {format_number(state.extent)}"
        status = self._status()
        if width < len(buttons) + cell_len(where) + cell_len(last) + cell_len(status) + MIN_RAIL_CELLS:
            status = status if state.is_running_to_target else ""
        rail = max(0, width - len(buttons) - cell_len(where) - cell_len(last) - cell_len(status) - 1)
        start = len(buttons) + cell_len(where)
        self._rail = range(start, start + rail)
        line = Strip.join(
            [
                make_strip((buttons, accent), (where, palette.plain)),
                self._rail_strip(palette),
                make_strip((last, palette.quiet), (status, palette.quiet)),
            ]
        )
        return fit_strip(line, width).apply_style(self.rich_style)

    def _status(self) -> str:
        """How far a long jump is, or whether the run plays, and how fast."""
        state = self._state
        if state.is_running_to_target:
            share = state.position / max(1, state.target)
            return f"  going to {format_number(state.target)}: {format_share(share)}, Esc stops"
        return f"  {'playing' if state.is_playing else 'paused'}, {state.pace}" if state.pace else ""

    def _rail_strip(self, palette: Palette) -> Strip:
        """The rail: thick up to the knob, thin but coloured as far as the run has been, with the marks."""
        state, length = self._state, len(self._rail)
        if not length:
            return Strip([])
        knob, seen = self._cell_of(state.position), self._cell_of(min(state.furthest_step, state.extent))
        cells = ["━" if index < knob else "─" for index in range(length)]
        styles = [palette.style("primary") if index <= seen else palette.lines for index in range(length)]
        for event in state.events:
            place = self._cell_of(event.step)
            cells[place] = EVENT_MARKS[event.kind]
            styles[place] = palette.style("bad" if event.kind in {"differs", "diverged"} else "accent")
        cells[knob], styles[knob] = "●", palette.style("accent", bold=True)
        return make_strip(*zip(cells, styles, strict=True)).simplify()

    def _cell_of(self, step: int) -> int:
        """The cell of the line at which a step is."""
        return min(len(self._rail) - 1, round(step / self._state.extent * (len(self._rail) - 1)))

    def _step_at(self, cell: int) -> int:
        return round(cell / max(1, len(self._rail) - 1) * self._state.extent)

    # -- the mouse

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A button, or a place on the line."""
        event.stop()
        if event.x < 2 * len(BUTTONS):
            self.post_message(self.Pressed(BUTTONS[event.x // 2][1]))
        elif self._rail:
            self._is_dragging = True
            self.capture_mouse()
            self._scrub(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drag the knob; else say what a mark under the mouse means."""
        if self._is_dragging:
            self._scrub(event.x)
            return
        near = [
            mark for mark in self._state.events if self._rail and self._cell_of(mark.step) == event.x - self._rail[0]
        ]
        marks = "; ".join(f"step {mark.step}: {mark.label}" for mark in near)
        button = BUTTONS[event.x // 2][1] if event.x < 2 * len(BUTTONS) else ""
        self.tooltip = literal(button.capitalize() or marks or "Click or drag to go to a step")

    def on_mouse_up(self) -> None:
        """Let the knob go."""
        if self._is_dragging:
            self._is_dragging = False
            self.release_mouse()

    def _scrub(self, x: int) -> None:
        """Report the step at a column of the widget."""
        cell = min(max(0, x - self._rail[0]), len(self._rail) - 1)
        self.post_message(self.Scrubbed(self._step_at(cell)))
