"""The display of a simulator: its parts, their places for the current size, and the state drawn into them."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tutor.sims.engine.json_lines import describe_divergence
from tutor.sims.engine.player import Player
from tutor.sims.engine.session import SimulationSession, preview_step
from tutor.sims.engine.view import Reading, View
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.deferred import CoalescedCall, call_after_paint
from tutor.widgets.literal import Static
from tutor.widgets.markdown.mathtext import MathText, glue_last_words, text_content, unglue_content
from tutor.widgets.placed import NOWHERE, PlacingWidget
from tutor.widgets.simulator import layout
from tutor.widgets.simulator.by_hand import ByHand
from tutor.widgets.simulator.contents import Contents
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.entry import RunPrompt
from tutor.widgets.simulator.listed import choose_readings
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.readings import Readings
from tutor.widgets.simulator.timeline import Timeline, TimelineState
from tutor.widgets.simulator.worked_lines import WorkedLines

PRESENTING = "-presenting"
"""The CSS class of a screen that shows only a picture, its sentence and the step."""


class RunMessage(Message):
    """A message about a run."""

    def __init__(self, player: Player[Any]) -> None:
        super().__init__()
        self.player = player


class Narration(MathText):
    """The sentence about the step; where a very low screen has no room for all of it, it ends in `…`."""

    def write(self, markdown: str, lead: str = "", *, layout: bool = True) -> None:
        """Show `markdown` instead, without a single word on the last line."""
        self.update(glue_last_words(self._styled_text(markdown, lead)), layout=layout)

    def render_line(self, y: int) -> Strip:
        """A line; the last one that there is room for says if more would follow."""
        line = super().render_line(y)
        content, (width, height) = self.content, self.size
        if y + 1 < height or not isinstance(content, Content) or content.get_height({}, max(1, width)) <= height:
            return line
        text = line.text.rstrip()
        if cell_len(text) >= width:  # the sign takes the place of the last word
            text = text.rpartition(" ")[0]
        used_cells = cell_len(text)
        end = Strip([Segment("…", next(iter(line)).style)])
        return Strip.join([line.crop(0, used_cells), end]).adjust_cell_length(max(line.cell_length, used_cells + 1))


class SimulatorDisplay(PlacingWidget):
    """A run's pictures, step, sentence, numbers and parameters, as far as there is room.

    `Simulator` adds the keys and the playing. It overrides the properties here that ask about them.
    """

    DEFAULT_CSS = layout.STYLE

    class Described(Message):
        """The run's short description has changed; a screen may show it if there is no heading here."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    def __init__(
        self,
        player: Player[Any],
        allow: tuple[str, ...] | None,
        *,
        has_heading: bool,
        id: str | None,
        classes: str | None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.session = SimulationSession(player, allow)
        self.is_editing = False
        """Whether the parameters are shown in place of something else."""
        self.is_presenting = False
        """Whether everything except the picture, its sentence and the step is hidden."""
        self.named_step = 0
        """The furthest step that a text beside the simulator names; the timeline reaches that far."""
        self._has_heading = has_heading
        self._description = ""
        """The last description of the run."""
        self._redrawing = CoalescedCall(self, self.redraw)
        self._key_states = (False, False, False, False)
        """What the key bar depended on when last drawn: can stop, is playing, is predicting, can turn pictures."""
        self._contents = Contents(Pictures().room)
        self._max_counts = (0, 0)
        """The largest numbers of readings and of worked lines so far. Room for these is kept, so that nothing jumps."""
        self._reading_widths: tuple[int, ...] = ()
        """The largest width of each listed reading so far."""

    @property
    def player(self) -> Player[Any]:
        """The run."""
        return self.session.player

    @property
    def is_playing(self) -> bool:
        """Whether the run is playing."""
        return False

    @property
    def pace(self) -> str:
        """The playing speed, in words."""
        return ""

    @property
    def can_stop(self) -> bool:
        """Whether Esc stops something."""
        return False

    def compose(self) -> ComposeResult:
        """Yield every part except the parameters, which are added once there is a place for them."""
        if self._has_heading:
            yield MathText(id="heading")
        yield Pictures(id="pictures")
        yield Timeline(id="timeline")
        yield Static("›", id="entry-sign")
        yield RunPrompt(id="entry")
        yield ByHand(self.session, id="by-hand")
        yield Narration(id="narration")
        yield Static(id="side-rule")
        yield Static(id="readings-rule")
        yield Readings(id="readings")
        yield WorkedLines(id="worked")

    def on_mount(self) -> None:
        """Draw the state; after that, let the simulation start its background work, such as compiling."""
        self.redraw()
        call_after_paint(self, self.player.simulation.prepare)

    def on_resize(self, event: Resize) -> None:
        """Rearrange the parts for the new size."""
        is_narrow, is_slim = event.size.width < layout.WIDE_COLUMNS, event.size.width < layout.SLIM_COLUMNS
        if (is_narrow, is_slim) != (self.has_class("-narrow"), self.has_class("-slim")):
            self.set_class(is_narrow, "-narrow", update=False)
            self.set_class(is_slim, "-slim", update=False)
            self.update_node_styles()
        self._max_counts, self._reading_widths = (0, 0), ()  # start again: the choice of readings depends on the size
        call_after_paint(self, self._prepare_first_step)

    async def _prepare_first_step(self) -> None:
        """After the picture is painted, reserve room for the first step's parts and add the parameters."""
        if self._max_counts == (0, 0) or not self.player.position:
            first_step = preview_step(Player(self.player.simulation))
            self._max_counts = (1, 0)  # no longer (0, 0), even if the run has no step
            if first_step is not None:
                worked_line_count = len(first_step.worked_lines)
                listed_readings = self._choose_readings(first_step, worked_line_count)
                self._max_counts = (len(listed_readings), worked_line_count)
                self._note_widths(listed_readings)
        if self.has_side_column and not self.is_presenting:
            await self.bring_controls()
        self.redraw()

    def on_hide(self) -> None:
        """End presenting, so that the rest of the screen is shown again."""
        self.present(False)

    def watch_has_focus(self, focused: bool) -> None:
        """Restyle only the heading, since nothing else shows the focus."""
        self.app.stylesheet.update_nodes([self, *self.query("#heading")])

    # -- the parameters

    @property
    def controls(self) -> Controls | None:
        """The parameters, if they have been shown."""
        return next(iter(self.query_children(Controls)), None)

    @property
    def has_side_column(self) -> bool:
        """Whether the parameters always have a place."""
        return "controls" in layout.place_parts(self.size, self._list_contents())

    async def bring_controls(self) -> Controls:
        """Return the parameters, creating them on first use."""
        controls = self.controls
        if controls is None:
            controls = Controls(self.player.simulation, self.session.allow, self.session.can_pick)
            await self.mount(controls)
        return controls

    def present(self, is_on: bool) -> None:
        """Hide everything but the picture, its sentence and the step, or show the rest again."""
        if is_on != self.is_presenting:
            self.is_presenting, self.is_editing = is_on, False
            self.screen.set_class(is_on, PRESENTING)
            self.query_one(Pictures).is_alone = is_on
            self.redraw()

    # -- drawing

    def place_children(self, size: Size, children: Sequence[Widget]) -> Sequence[Region]:
        """Place each part by its id."""
        places = layout.place_parts(size, self._contents)
        return [places.get(child.id or "", NOWHERE) for child in children]

    def draw_soon(self) -> None:
        """Redraw the state once, after the current event."""
        self._redrawing.ask()

    def redraw(self) -> None:
        """Draw the current state."""
        self.query_one(ByHand).follow_run()
        session, player, view = self.session, self.player, self.player.view()
        pictures = self.query_one(Pictures)
        pinned_pictures = session.pinned_runs.pictures() if session.pinned_runs else ()
        pictures.show(session.staged_pictures or view.pictures, pinned_pictures, view.newest)
        key_states = (self.can_stop, self.is_playing, session.is_predicting and player.can_step, pictures.can_turn)
        if self._key_states != key_states:
            self._key_states = key_states
            self.refresh_bindings()
        self._describe_run()
        self._write_narration(view)
        worked_lines = session.staged_lines or view.worked_lines
        readings = view.readings if session.pinned_runs else self._choose_readings(view, len(worked_lines))
        self.query_one(Readings).show(readings, session.pinned_runs.readings if session.pinned_runs else None)
        self.query_one(WorkedLines).show(worked_lines)
        max_readings, max_worked_lines = self._max_counts
        self._max_counts = (max(max_readings, len(readings)), max(max_worked_lines, len(worked_lines)))
        self._note_widths(readings)
        self._place_if_changed()
        state = TimelineState(
            position=player.position,
            furthest_step=player.furthest_step,
            target=player.target,
            is_playing=self.is_playing,
            pace=self.pace,
            events=player.events,
            length=player.simulation.length,
            named_step=self.named_step,
        )
        self.query_one(Timeline).show(state)

    @on(Pictures.Turned)
    def _show_turned(self) -> None:
        """Describe the run, and list the readings again, since those written in a visible picture may be left out."""
        self._describe_run()
        if any(reading.drawn_in for reading in self.player.view().readings):
            self.draw_soon()

    def _describe_run(self) -> None:
        """Describe the run in the heading; if there is no heading here, send the description to the screen."""
        description = self._heading_text() if self._has_heading else self._state_description()
        if description == self._description:
            return
        self._description = description
        if self._has_heading:
            self.query_one("#heading", MathText).write(description, layout=False)
        else:
            self.post_message(self.Described(unglue_content(text_content(description, prefers_ascii())).plain))

    def _state_description(self) -> str:
        """Which picture is shown, unless all are, and the state of the run."""
        which_picture = self.query_one(Pictures).position_words
        state = self.session.describe_state()
        return f"{which_picture} (v) · {state}" if which_picture else state

    def _heading_text(self) -> str:
        """The title, which picture is shown unless all are, and as much of the run's state as fits into a line."""
        title = f"**{self.player.simulation.title}**"
        which_picture = self.query_one(Pictures).position_words
        parts = [title, f"{which_picture} (v)"] if which_picture else [title]
        headings = [" · ".join([*parts, *state_parts]) for state_parts in self.session.state_descriptions()]
        if which_picture:
            headings.append(f"{title} · {self.query_one(Pictures).position_numbers} (v)")
        width = self.size.width - 2 * layout.EDGE_COLUMNS
        for heading in headings:  # from the longest to the shortest
            if width <= 0 or _heading_cells(heading, prefers_ascii()) <= width:
                return heading
        return headings[-1]

    def _write_narration(self, view: View) -> None:
        """Show the message on a line of its own, and then the sentence about the step or the next question."""
        message = self.session.message.strip()
        prediction = self.query_one(RunPrompt).prediction
        if prediction is not None:
            sentence = f"**Predict:** {prediction.prompt}"
        elif self.session.staged_lines:
            sentence = ""
        else:
            sentence = describe_divergence(self.player.state) or view.narration
        # Two blanks and a line feed are a line break in Markdown.
        lines = "  \n".join(part for part in (message, sentence) if part)
        # Textual's own layout is slow, so it is not used here: `_place_if_changed` moves the parts if necessary.
        words = self.query_one(Narration)
        words.write(lines, layout=False)
        is_setting = self.query_one(ByHand).has_class("-open")
        if is_setting and message and self._count_rows_of_words() >= layout.WORDS_ROWS:
            words.write(message, layout=False)  # the input line takes the place of the sentence, so that nothing moves

    def _choose_readings(self, view: View, worked_line_count: int) -> Sequence[Reading]:
        """Choose the readings to list beside so many worked lines."""

        def place_with_all_readings() -> layout.Places:
            _, max_worked_lines = self._max_counts
            contents = replace(
                self._list_contents(),
                reading_count=len(view.readings),
                worked_line_count=max(max_worked_lines, worked_line_count),
                reading_widths=self.query_one(Readings).widths_of(view.readings),
            )
            return layout.place_parts(self.size, contents)

        return choose_readings(view.readings, self.query_one(Pictures), place_with_all_readings)

    def _note_widths(self, readings: Sequence[Reading]) -> None:
        """Remember the most columns that each listed reading has wanted so far."""
        widths = self.query_one(Readings).widths_of(readings)
        self._reading_widths = tuple(map(max, zip_longest(self._reading_widths, widths, fillvalue=0)))

    def _place_if_changed(self) -> None:
        """Rearrange the parts if their places have changed with their contents."""
        earlier_places = layout.place_parts(self.size, self._contents)
        self._contents = self._list_contents()
        self.query_one(WorkedLines).has_gap = layout.wants_gap(self.size, self._contents)
        if layout.place_parts(self.size, self._contents) != earlier_places:
            self.place_again()

    def _count_rows_of_words(self) -> int:
        """The rows that the words need."""
        words = self.query_one(Narration).content
        width = layout.words_width(self.size, self._contents)
        return words.get_height({}, width) if isinstance(words, Content) else 0

    def _list_contents(self) -> Contents:
        """List the contents that need a place."""
        heading_width = self.size.width - 2 * layout.EDGE_COLUMNS
        max_readings, max_worked_lines = self._max_counts
        return Contents(
            picture=self.query_one(Pictures).room,
            rooms=self.query_one(Pictures).rooms,
            parameter_count=len(
                self.player.simulation.parameters() if self.session.allow is None else self.session.allow
            ),
            reading_count=max_readings,
            worked_line_count=max_worked_lines,
            needed_words_rows=self._count_rows_of_words(),
            reading_widths=self._reading_widths,
            has_heading=self._has_heading,
            is_asking=self.query_one(RunPrompt).is_open or self.query_one(ByHand).has_class("-open"),
            is_editing=self.is_editing,
            is_presenting=self.is_presenting,
            is_heading_short=_heading_cells(self._description, prefers_ascii()) <= heading_width,
        )


@lru_cache(maxsize=64)
def _heading_cells(text: str, is_ascii: bool) -> int:
    """The cells of a heading on one line, cached because a heading stays the same for many steps."""
    return text_content(text, is_ascii).cell_length
