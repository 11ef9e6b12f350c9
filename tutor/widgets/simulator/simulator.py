"""The simulator: a simulation that the learner steps, plays, changes, compares and predicts, with its keys.

A jump to a distant step takes a while. The simulator *walks* there: it computes steps for a short slice of time, lets
keys be handled, and goes on, until the run is at its target.
"""

from typing import Any, ClassVar

from textual import on
from textual.binding import BindingType

from tutor.errors import UsageError
from tutor.sims.engine.command_line import format_command_line
from tutor.sims.engine.player import Player
from tutor.sims.engine.prediction import describe_verdict
from tutor.sims.engine.session import escape_markdown
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.widgets.deferred import PausableTimer, call_repeatedly
from tutor.widgets.plots.plot import PictureView
from tutor.widgets.simulator.by_hand import ByHand
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.display import RunMessage, SimulatorDisplay
from tutor.widgets.simulator.entry import RunPrompt
from tutor.widgets.simulator.keys import KEYS
from tutor.widgets.simulator.pictures import Pictures
from tutor.widgets.simulator.playback import Playback
from tutor.widgets.simulator.timeline import Timeline

WALK_SLICE_SECONDS = 0.012
"""Seconds for which a walk computes steps before keys are handled again."""
WALK_INTERVAL_SECONDS = 1 / 60
"""Seconds from the beginning of one such slice to the beginning of the next."""


class Simulator(SimulatorDisplay):
    """Step a simulation forward and back, change it, and say what comes next before it is shown."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS
    can_focus = True

    class Moved(RunMessage):
        """The run is at another step."""

    class Changed(RunMessage):
        """A parameter was changed."""

    def __init__(
        self,
        simulation: Simulation[Any] | Player[Any],
        step: int = 0,
        allow: tuple[str, ...] | None = None,
        *,
        has_heading: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Show a simulation at `step`, or a player as it is; with `allow`, only these parameters may be changed."""
        player = simulation if isinstance(simulation, Player) else Player(simulation)
        if step:
            player.jump(step)
        super().__init__(player, allow, has_heading=has_heading, id=id, classes=classes)
        self._playback = Playback(self, take_step=self._play_step, draw_frame=self._draw_and_report_move)
        self._walk_timer: PausableTimer | None = None
        """The timer of a walk while the run is on its way to its target; otherwise `None`."""

    def answer_text(self) -> str:
        """The run as an answer to a challenge: the changed parameters, and the step."""
        return self.session.format_answer()

    @property
    def is_playing(self) -> bool:
        """Whether the run is playing."""
        return self._playback.is_playing

    @property
    def pace(self) -> str:
        """The playing speed, in words."""
        return self._playback.pace

    @property
    def can_stop(self) -> bool:
        """Whether Esc stops something."""
        is_busy = (
            self._playback.is_playing or self._walk_timer or self.session.staged_lines or self.session.is_predicting
        )
        return bool(is_busy or self.is_presenting)

    def _draw_and_report_move(self) -> None:
        """Draw the run at its new step, and report that it has moved."""
        self.draw_soon()
        self.post_message(self.Moved(self.player))

    # -- moving

    def action_step(self) -> None:
        """Take one step; if predictions are asked for, ask for that of this step first."""
        if not self._ask_for_prediction():
            self._take_step()
            self._ask_for_prediction()  # for the step after this one

    def _ask_for_prediction(self) -> bool:
        """Ask for a prediction if predictions are on and one is possible; return whether it was asked for."""
        prediction = self.session.next_prediction() if not self._walk_timer else None
        if prediction is not None:
            self.query_one(RunPrompt).ask_for_prediction(prediction)
            self.redraw()
        return prediction is not None

    def _take_step(self, verdict: str = "") -> None:
        """Take one step, and show the `verdict` on the learner's prediction of it, if she made one."""
        if not self.session.step(verdict):
            self._stop_moving()
        self._walk_to_target()

    def action_step_back(self) -> None:
        """Go one step back."""
        self.session.back()
        self._walk_to_target()

    def action_stage(self) -> None:
        """Show the next stage of the coming step: a part of its worked lines."""
        self.session.show_next_stage()
        self._walk_to_target()

    def action_reset(self) -> None:
        """Go back to step 0 of the same run."""
        self._stop_moving()
        self.session.reset()
        self._walk_to_target()

    def action_play(self) -> None:
        """Play from the current step."""
        self._stop_moving()
        self._playback.start()
        self.redraw()

    def action_pause(self) -> None:
        """Stop playing."""
        self._stop_moving()
        self.redraw()

    def action_go_on(self) -> None:
        """Take one step while predictions are on: Enter hands in a prediction, and should also go on after it."""
        self.action_step()

    def _play_step(self) -> bool:
        """Take one step of playing; return whether another is possible."""
        has_moved = self.session.step()
        if self.session.pinned_runs:
            self.session.run_for(WALK_SLICE_SECONDS)  # lets the pinned runs catch up
        return has_moved and self.player.can_step

    def action_speed(self, direction: int) -> None:
        """Play faster (1) or slower (−1)."""
        self._playback.change_speed(direction)
        self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action would do something now. Textual asks this before it shows a key or runs its action."""
        if action == "stop":
            return self.can_stop
        if action in {"play", "pause"}:
            return self.is_playing == (action == "pause")
        if action == "go_on":
            return self.session.is_predicting and self.player.can_step
        if action == "reset":  # its key is 0, which may be part of a value in the parameters
            return self.controls is None or not self.controls.has_focus_within
        if action == "assign":
            return self.session.can_pick
        if action == "look":
            return self.session.can_look
        if action == "picture":
            return any(pictures.can_turn for pictures in self.query(Pictures))
        if action in {"presets", "preset", "keep", "scope"}:
            return self.session.allow is None
        return True

    def action_stop(self) -> None:
        """Stop playing, walking or showing stages; if there is nothing to stop, end predictions or presenting."""
        is_under_way = self._playback.is_playing or self._walk_timer or self.session.staged_lines
        if not is_under_way:
            if self.is_presenting and not self.session.is_predicting:
                self.present(False)
            self.session.is_predicting = False
        self._stop_moving()
        self.session.cancel()
        self.redraw()

    def _stop_moving(self) -> None:
        """Stop playing and walking."""
        self._playback.stop()
        if self._walk_timer is not None:
            self._walk_timer.stop()
            self._walk_timer = None

    def action_jump(self) -> None:
        """Ask for a step and go there."""
        self.query_one(RunPrompt).ask_for_step()
        self.redraw()

    @on(Timeline.Scrubbed)
    @on(RunPrompt.Jump)
    def _go_to_step(self, event: Timeline.Scrubbed | RunPrompt.Jump) -> None:
        event.stop()
        if isinstance(event, RunPrompt.Jump):
            self._leave_entry()
        self.session.seek(event.step)
        self._walk_to_target()

    @on(Timeline.Pressed)
    async def _run_button_action(self, event: Timeline.Pressed) -> None:
        event.stop()
        await self.run_action("pause" if event.button == "play" and self.is_playing else event.button)

    def _walk_to_target(self) -> None:
        """Go towards the target step for a slice of time; if it is not reached then, a timer continues the walk."""
        has_arrived = self.session.run_for(WALK_SLICE_SECONDS)
        if has_arrived and self._walk_timer is not None:
            self._walk_timer.stop()
            self._walk_timer = None
        elif not has_arrived and self._walk_timer is None:
            self._walk_timer = call_repeatedly(self, WALK_INTERVAL_SECONDS, self._walk_to_target)
        self._draw_and_report_move()

    # -- looking and asking

    def action_picture(self) -> None:
        """Show the next picture."""
        self.query_one(Pictures).turn()
        self.redraw()

    def action_present(self) -> None:
        """Hide all but the picture, its sentence and the step, or show the rest again."""
        self.present(not self.is_presenting)

    def action_look(self) -> None:
        """Look, once, at the data that are kept for the end."""
        self._stop_moving()
        self.session.look()
        self._show_changed()

    def action_copy(self) -> None:
        """Copy the command line that reproduces this state to the clipboard, and show it."""
        command_line = format_command_line(self.player)
        self.app.copy_to_clipboard(command_line)
        self.session.report_copied(command_line)
        self.redraw()

    def action_source(self) -> None:
        """Show the simulation's own file."""
        from tutor.widgets.simulator.dialogs import SourceScreen

        self.app.push_screen(SourceScreen(type(self.player.simulation)))

    def action_predict(self) -> None:
        """Turn predictions before each step on, and ask for the first at once; or turn them off."""
        self.session.is_predicting = not self.session.is_predicting
        if not self._ask_for_prediction() and self.session.is_predicting:
            if self.player.can_step:
                message = "There is nothing to predict before this step; take it, and the next question comes."
            else:
                message = "The run is at its end. ← goes back; the next step forward is asked about first."
            self.session.message = message
        self.redraw()

    @on(RunPrompt.Predicted)
    def _judge_prediction(self, event: RunPrompt.Predicted) -> None:
        """Judge a prediction, take the step, and ask for the next prediction.

        The line stays open for the next prediction. If it were closed, what the learner types on would be read as keys
        of the simulator.
        """
        event.stop()
        self._take_step(describe_verdict(event.prediction, event.value, event.typed))
        next_prediction = self.session.next_prediction()
        if next_prediction is None or self._walk_timer:
            self._leave_entry()
        else:
            self.query_one(RunPrompt).ask_for_prediction(next_prediction)

    @on(RunPrompt.Refused)
    def _explain_refusal(self, event: RunPrompt.Refused) -> None:
        event.stop()
        self.session.message = f"**Not read:** {escape_markdown(event.advice)}"
        self.redraw()

    @on(RunPrompt.Cancelled)
    def _leave_entry(self, event: RunPrompt.Cancelled | None = None) -> None:
        """Close the line; if Esc cancelled a prediction, also turn predictions off."""
        if event is not None:
            self.session.message = "Predictions are off; a asks again." if event.was_prediction else ""
            self.session.is_predicting &= not event.was_prediction
        self.query_one(RunPrompt).close()
        self.focus()
        self.redraw()

    # -- changing and comparing

    @on(Controls.EditingEnded)
    async def action_edit(self) -> None:
        """Focus the parameters; if they are being edited, return to the run."""
        controls = self.controls
        if self.is_editing or (controls is not None and controls.has_focus_within):
            self.is_editing = False
            self.focus()
        else:
            self.present(False)
            self.is_editing = not self.has_side_column
            (await self.bring_controls()).focus_first()
        self.redraw()

    @on(PictureView.Picked)
    def action_assign(self, event: PictureView.Picked | None = None) -> None:
        """Set a weight by hand: the one that was clicked, otherwise the one that was picked last."""
        self._stop_moving()
        self.query_one(ByHand).open(event.key if event else "")

    @on(ByHand.PickUpdated)
    def _show_pick(self, event: ByHand.PickUpdated) -> None:
        event.stop()
        self.query_one(Pictures).pick(event.key)
        if not event.key:
            self.focus()
        if event.is_changed:
            self._show_changed()
        else:
            self.redraw()

    def action_scope(self) -> None:
        """Switch between changing the whole run and changing it from the current step on."""
        self.session.toggle_scope()
        self.redraw()

    def action_presets(self) -> None:
        """Choose a preset from a list."""
        from tutor.widgets.simulator.dialogs import PresetScreen

        def apply_chosen(preset: Preset | None) -> None:
            if preset is not None:
                self.session.apply_preset(preset)
                self._show_changed()

        self.app.push_screen(PresetScreen(self.player.simulation), apply_chosen)

    def action_preset(self, direction: int) -> None:
        """Run the next preset (1) or the previous one (−1), and say why it is worth a look."""
        self.session.cycle_preset(direction)
        self._show_changed()

    def action_seed(self) -> None:
        """Begin another random run, with the next seed, if the learner may change the seed."""
        if self.session.allow is None or "seed" in self.session.allow:
            self._change_parameter("seed", self.player.simulation.seed + 1)

    def action_keep(self) -> None:
        """Pin this run, to compare later ones with it."""
        self.session.pin_run()
        self.redraw()

    def action_forget(self) -> None:
        """Forget the pinned runs, so that nothing is compared any more."""
        self.session.unpin_runs()
        self.redraw()

    @on(Controls.Edited)
    def _apply_edited(self, event: Controls.Edited) -> None:
        event.stop()
        self._change_parameter(event.name, event.value)

    def _change_parameter(self, name: str, value: object) -> None:
        """Change a parameter. A value that cannot be used changes nothing, and the reason is shown."""
        try:
            if self.session.change(name, value):
                self._show_changed()
        except UsageError as error:
            if self.controls is not None:
                self.controls.refuse(name, str(error))
            else:
                self.notify(str(error), severity="warning")

    def apply_typed(self) -> bool:
        """Apply the value typed in a parameter's field; return False if it cannot be used, which the field explains."""
        controls = self.controls
        if controls is None or controls.pending is None:
            return True
        self._change_parameter(*controls.pending)
        return controls.pending is None

    def take_up(self, simulation: Simulation[Any], step: int) -> None:
        """Take up an earlier run: one with the parameters of `simulation`, at the step where it was left."""
        self.player.replace_rules(simulation)
        self.player.jump(step)
        self._show_changed()

    def _show_changed(self) -> None:
        """Show the run with its new parameters, and report the change."""
        if self.controls is not None:
            self.controls.show(self.player.simulation)
        self._walk_to_target()
        self.post_message(self.Changed(self.player))
