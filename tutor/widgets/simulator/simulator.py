"""A live simulation: its pictures, numbers and worked lines; step, back, play, jump, change, compare, predict."""

from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import Resize
from textual.message import Message
from textual.widget import Widget

from tutor.errors import UsageError
from tutor.sims.engine.command_line import format_command_line
from tutor.sims.engine.json_lines import describe_divergence
from tutor.sims.engine.player import Player
from tutor.sims.engine.prediction import describe_verdict
from tutor.sims.engine.session import SimulationSession
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.engine.view import View
from tutor.widgets.deferred import CoalescedCall, PausableTimer, call_after_paint, call_repeatedly
from tutor.widgets.markdown.mathtext import MathText
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.simulator import layout
from tutor.widgets.simulator.by_hand import ByHand
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.entry import RunPrompt
from tutor.widgets.simulator.keys import KEYS
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.playback import Playback
from tutor.widgets.simulator.readings import Readings
from tutor.widgets.simulator.timeline import Timeline, TimelineState
from tutor.widgets.simulator.worked_lines import WorkedLines

SLICE = 0.012
"""Seconds of a long walk between two looks at the keyboard."""


class RunMessage(Message):
    """Something happened to a run."""

    def __init__(self, player: Player[Any]) -> None:
        super().__init__()
        self.player = player


class Simulator(Widget):
    """Step a simulation forward and back, change it, and say what comes next before it is shown."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS
    can_focus = True
    DEFAULT_CSS = layout.STYLE

    class Moved(RunMessage):
        """The run stands at another step."""

    class Changed(RunMessage):
        """A parameter was changed."""

    def __init__(
        self,
        simulation: Simulation[Any] | Player[Any],
        step: int = 0,
        allow: tuple[str, ...] | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Show `simulation` at `step`, or a run where it stands; `allow` names what may be changed (all without it)."""
        super().__init__(id=id, classes=classes)
        player = simulation if isinstance(simulation, Player) else Player(simulation)
        if step:
            player.jump(step)
        self.desk = SimulationSession(player, allow)
        self._playback = Playback(self, self._play_on, self._moved)
        self._walking: PausableTimer | None = None
        self._drawing = CoalescedCall(self, self._redraw)
        self._stops = False
        """Whether Esc stopped something when it was drawn last."""
        self._room: int | None = None
        """The rows that were given to the numbers."""
        self._rows = layout.MIN_ROWS
        """Rows of the numbers where there is room: as many as were ever wanted, so that nothing jumps."""

    @property
    def player(self) -> Player[Any]:
        """The run."""
        return self.desk.player

    def answer_text(self) -> str:
        """The run as the answer to a challenge: what was changed, and the step."""
        return self.desk.format_answer()

    def compose(self) -> ComposeResult:
        """Heading, pictures beside parameters, timeline, words."""
        yield MathText(id="heading")
        with Horizontal(id="stage"):
            yield Pictures()
            yield Controls(self.player.simulation, self.desk.allow, self.desk.can_pick)
        yield Timeline()
        yield RunPrompt(id="entry")
        yield ByHand(self.desk)
        yield MathText(id="narration")
        with Horizontal(id="numbers"):
            yield Readings(id="readings")
            yield WorkedLines(id="worked")

    def on_mount(self) -> None:
        """Draw the state."""
        self._redraw()

    def on_resize(self, event: Resize) -> None:
        """Parameters beside the picture when there is room, in its place when there is not."""
        layout.set_size_classes(self, event.size.width)
        call_after_paint(self, self._redraw)

    def watch_has_focus(self, focused: bool) -> None:
        """Style the heading, which shows it, and none of the many other parts."""
        self.app.stylesheet.update_nodes([self, *self.query("#heading")])

    # -- drawing

    def _redraw(self) -> None:
        """Show the state the run stands at."""
        desk, view = self.desk, self.player.view()
        if self._stops != (stops := bool(self.check_action("stop", ()))):
            self._stops = stops
            self.refresh_bindings()
        self.query_one(Pictures).show(view.pictures, desk.pinned_runs.pictures() if desk.pinned_runs else ())
        self.query_one("#heading", MathText).write(desk.describe_run(), layout=False)
        self._narrate(view)
        self.query_one(Readings).show(view.readings, desk.pinned_runs.readings if desk.pinned_runs else None)
        self.query_one(WorkedLines).show(desk.staged_lines or view.worked_lines, end=bool(desk.staged_lines))
        self._make_room(max(len(view.readings), 3 * len(view.worked_lines)) + 1)
        self.query_one(Timeline).show(
            TimelineState(
                self.player.position,
                self.player.furthest_step,
                self.player.target,
                self._playback.running,
                self._playback.pace,
                self.player.events,
                self.player.simulation.length,
            )
        )

    def _make_room(self, rows: int) -> None:
        """Give the numbers the rows they want, as far as a picture has its own, and the pictures the rest."""
        self._rows = max(self._rows, min(rows, layout.TALL_NUMBER_ROWS))
        room = layout.number_rows(self.size, self._rows, editing=self.has_class("-controls"))
        self.set_class(
            room < layout.MIN_WORKED_LINES_ROWS and self.has_class("-slim"), "-short"
        )  # only a slim screen looks at it
        if room != self._room:
            self._room = room
            self.query_one("#numbers").styles.height = room

    def _narrate(self, view: View) -> None:
        said, ask = self.desk.message, self.query_one(RunPrompt).ask
        told = "" if self.desk.staged_lines else describe_divergence(self.player.state) or view.narration
        if ask is not None:
            told = f"**What comes next?** {ask.prompt}"
        self.set_class(bool(said or ask), "-saying")
        self.query_one("#narration", MathText).write(f"{said} {told}".strip(), layout=ask is not None)

    def _moved(self) -> None:
        """The run stands elsewhere."""
        self._drawing.ask()
        self.post_message(self.Moved(self.player))

    # -- moving

    def action_step(self) -> None:
        """One step forward, after the question if one is to be asked."""
        ask = self.desk.next_prediction()
        if ask is None:
            self._step()
            return
        self.query_one(RunPrompt).want_guess(ask)
        self._redraw()

    def _step(self, said: str = "") -> None:
        if not self.desk.step(said):
            self._halt()
        self._walk()

    def action_undo(self) -> None:
        """One step back."""
        self.desk.back()
        self._walk()

    def action_stage(self) -> None:
        """A part of the coming step."""
        self.desk.show_next_stage()
        self._walk()

    def action_reset(self) -> None:
        """Back to step 0 of the same run."""
        self._halt()
        self.desk.reset()
        self._walk()

    def action_play(self) -> None:
        """Play, or pause."""
        self._halt() if self._playback.running else self._playback.start()
        self._redraw()

    def _play_on(self) -> bool:
        """One step of playing."""
        moved = self.desk.step()
        if self.desk.pinned_runs:
            self.desk.run_for(SLICE)
        return moved and self.player.can_step

    def action_speed(self, by: int) -> None:
        """Play faster or slower."""
        self._playback.faster(by)
        self._redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Esc is the simulator's only while there is something to stop; a challenge allows some changes only."""
        if action == "stop":
            return bool(self._playback.running or self._walking or self.desk.staged_lines or self.desk.is_predicting)
        if action == "assign":
            return self.desk.can_pick
        if action in {"presets", "preset", "keep", "scope"}:
            return self.desk.allow is None
        return True

    def action_stop(self) -> None:
        """Stop what moves; when nothing does, stop asking."""
        if not (self._playback.running or self._walking or self.desk.staged_lines):
            self.desk.is_predicting = False
        self._halt()
        self.desk.cancel()
        self._redraw()

    def _halt(self) -> None:
        self._playback.stop()
        if self._walking is not None:
            self._walking.stop()
            self._walking = None

    def action_jump(self) -> None:
        """Ask for a step and go there."""
        self.query_one(RunPrompt).want_step()

    @on(Timeline.Scrubbed)
    @on(RunPrompt.Jump)
    def _go_to(self, event: Timeline.Scrubbed | RunPrompt.Jump) -> None:
        event.stop()
        if isinstance(event, RunPrompt.Jump):
            self._leave_entry()
        self.desk.seek(event.step)
        self._walk()

    @on(Timeline.Pressed)
    async def _pressed(self, event: Timeline.Pressed) -> None:
        event.stop()
        await self.run_action(event.button)

    def _walk(self) -> None:
        """Go to the step that is sought, a slice at a time, so that keys are answered on the way."""
        there = self.desk.run_for(SLICE)
        if there and self._walking is not None:
            self._walking.stop()
            self._walking = None
        elif not there and self._walking is None:
            self._walking = call_repeatedly(self, 1 / 60, self._walk)
        self._moved()

    # -- looking and asking

    def action_picture(self) -> None:
        """The next picture."""
        self.query_one(Pictures).turn()

    def action_copy(self) -> None:
        """The command line of this very state, into the clipboard and on the screen."""
        line = format_command_line(self.player)
        self.app.copy_to_clipboard(line)
        self.desk.report_copied(line)
        self._redraw()

    def action_source(self) -> None:
        """The simulation's own file."""
        from tutor.widgets.simulator.dialogs import SourceScreen

        self.app.push_screen(SourceScreen(type(self.player.simulation)))

    def action_predict(self) -> None:
        """Be asked before each step, the next one at once, or not any more."""
        self.desk.is_predicting = not self.desk.is_predicting
        ask = self.desk.next_prediction()
        if ask is not None:
            self.query_one(RunPrompt).want_guess(ask)
        elif self.desk.is_predicting and self.player.can_step:
            self.desk.message = "There is nothing to predict before this step; take it, and the next question comes."
        self._redraw()

    @on(RunPrompt.Guess)
    def _judge(self, event: RunPrompt.Guess) -> None:
        """Compare, then take the step and show it; the line stays for the next one, or letters typed would be keys."""
        event.stop()
        self._step(describe_verdict(event.ask, event.value, event.typed))
        if (ask := self.desk.next_prediction()) is None or self._walking:
            self._leave_entry()
        else:
            self.query_one(RunPrompt).want_guess(ask)

    @on(RunPrompt.Cancelled)
    def _leave_entry(self, event: RunPrompt.Cancelled | None = None) -> None:
        """Close the line; Esc ends with it what opened it."""
        self.desk.is_predicting &= event is None or not event.was_asking
        self.query_one(RunPrompt).close()
        self.focus()
        self._redraw()

    # -- changing and comparing

    @on(Controls.EditingEnded)
    def action_edit(self) -> None:
        """To the parameters, or back from them."""
        controls = self.query_one(Controls)
        if controls.has_focus_within or (self.has_class("-narrow") and self.has_class("-controls")):
            self.set_class(not self.has_class("-narrow"), "-controls")
            self.focus()
        else:
            self.add_class("-controls")
            controls.focus_first()
        self._redraw()

    @on(PictureView.Picked)
    def action_assign(self, event: PictureView.Picked | None = None) -> None:
        """Set a weight by hand: the one that was clicked, or the one that was picked last."""
        self._halt()
        self.query_one(ByHand).open(event.key if event else "")

    @on(ByHand.Acted)
    def _by_hand(self, event: ByHand.Acted) -> None:
        event.stop()
        self.query_one(Pictures).pick(event.key)
        if not event.key:
            self.focus()
        self._changed() if event.is_changed else self._redraw()

    def action_scope(self) -> None:
        """Let changes act on the whole run, or from the step that stands."""
        self.desk.toggle_scope()
        self._redraw()

    def action_presets(self) -> None:
        """Choose a preset from a list."""
        from tutor.widgets.simulator.dialogs import PresetScreen

        def take(preset: Preset | None) -> None:
            if preset is not None:
                self.desk.apply_preset(preset)
                self._changed()

        self.app.push_screen(PresetScreen(self.player.simulation), take)

    def action_preset(self, by: int) -> None:
        """The next preset, and why it is worth a look."""
        self.desk.cycle_preset(by)
        self._changed()

    def action_seed(self) -> None:
        """Another random run: the next seed."""
        if self.desk.allow is None or "seed" in self.desk.allow:
            self._change("seed", self.player.simulation.seed + 1)

    def action_keep(self) -> None:
        """Keep this run, to compare what comes with it."""
        self.desk.pin_run()
        self._redraw()

    def action_forget(self) -> None:
        """Compare no more."""
        self.desk.unpin_runs()
        self._redraw()

    @on(Controls.Edited)
    def _edited(self, event: Controls.Edited) -> None:
        event.stop()
        self._change(event.name, event.value)

    def _change(self, name: str, value: object) -> None:
        try:
            if self.desk.change(name, value):
                self._changed()
        except UsageError as error:
            self.query_one(Controls).refuse(name, str(error))

    def _changed(self) -> None:
        self.query_one(Controls).show(self.player.simulation)
        self._walk()
        self.post_message(self.Changed(self.player))
