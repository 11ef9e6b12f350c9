"""A live simulation: its pictures, numbers and worked lines; step, back, play, jump, change, predict."""

from functools import partial
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from tutor.errors import UsageError
from tutor.numbers import show
from tutor.questions.answers import NumberRead, read_number
from tutor.sims.base import Ask, Simulation
from tutor.sims.player import Player
from tutor.sims.record import divergence_sentence
from tutor.widgets.controls import Controls, written
from tutor.widgets.mathtext import MathText
from tutor.widgets.plot import PictureView
from tutor.widgets.readings import Readings
from tutor.widgets.simulator_keys import KEYS
from tutor.widgets.timeline import Stand, Timeline
from tutor.widgets.worked import WorkedLines

SPEEDS = (1, 2, 5, 10, 30)
"""Steps a second."""
SLICE = 0.012
"""Seconds of a long walk between two looks at the keyboard."""
FARTHEST = 100_000
"""The furthest step a jump may name."""
WIDE = 100
"""Columns from which the parameters stand beside the picture."""
SLIM = 72
"""Columns below which readings and worked lines stand one above the other."""
TALL = 32
"""Rows from which the numbers get more room."""


class Simulator(Widget):
    """Step a simulation forward and back, change it, and say what comes next before it is shown."""

    BINDINGS: ClassVar[list[BindingType]] = KEYS
    can_focus = True
    DEFAULT_CSS = """
    Simulator {
        height: 1fr;
        layout: vertical;
        & > #heading { height: 1; color: $text-muted; padding: 0 1; }
        & > #stage { height: 1fr; }
        & > #stage > #pictures { width: 1fr; height: 1fr; }
        & > #stage > Controls { width: 38; display: none; border-left: solid $panel; }
        &.-controls > #stage > Controls { display: block; }
        &.-narrow.-controls > #stage > #pictures { display: none; }
        &.-narrow > #stage > Controls { width: 1fr; border-left: none; }
        & > #narration { padding: 0 1; height: 2; color: $text-accent; }
        &.-saying > #narration { height: 4; }
        & > #numbers { height: 7; padding: 0 1; }
        & > #numbers > #readings { width: 2fr; height: 1fr; }
        & > #numbers > #worked { width: 3fr; height: 1fr; margin-left: 2; }
        &.-tall > #numbers { height: 12; }
        &.-slim > #numbers { layout: vertical; height: 14; }
        &.-slim > #numbers > #readings { width: 1fr; height: 5; }
        &.-slim > #numbers > #worked { width: 1fr; height: 1fr; margin: 1 0 0 0; }
        & > Input { display: none; height: 3; }
        & > Input.-asked { display: block; }
        &:focus > #heading { color: $text-primary; text-style: bold; }
    }
    """

    class Moved(Message):
        """The run stands at another step."""

        def __init__(self, player: Player[Any]) -> None:
            super().__init__()
            self.player = player

    class Changed(Message):
        """A parameter was changed."""

        def __init__(self, player: Player[Any]) -> None:
            super().__init__()
            self.player = player

    def __init__(
        self,
        simulation: Simulation[Any],
        step: int = 0,
        allow: tuple[str, ...] | None = None,
        *,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        """Show `simulation` at `step`; `allow` names the parameters that may be changed (all without it)."""
        super().__init__(id=id, classes=classes)
        self.player: Player[Any] = Player(simulation)
        self.player.jump(step)
        self._given = simulation
        self._allow = allow
        self._picture = 0
        self._speed = 2
        self._playing: Timer | None = None
        self._walking: Timer | None = None
        self._predicting = False
        self._asked: Ask | None = None
        self._said = ""
        self._wants = ""
        """What the input line is for: `jump` or `predict`."""

    def compose(self) -> ComposeResult:
        """Heading, pictures beside parameters, timeline, words."""
        yield MathText(id="heading")
        with Horizontal(id="stage"):
            yield Vertical(id="pictures")
            yield Controls(self.player.simulation, self._allow)
        yield Timeline()
        yield Input(id="entry", compact=True)
        yield MathText(id="narration")
        with Horizontal(id="numbers"):
            yield Readings(id="readings")
            yield WorkedLines(id="worked")

    def on_mount(self) -> None:
        """Draw the state."""
        self._redraw()

    def on_resize(self, event: Resize) -> None:
        """Parameters beside the picture when there is room, in its place when there is not."""
        self.set_class(event.size.width < WIDE, "-narrow")
        self.set_class(event.size.height >= TALL, "-tall")
        self.set_class(event.size.width < SLIM, "-slim")
        if event.size.width >= WIDE:
            self.add_class("-controls")
        self.call_after_refresh(self._redraw)

    def answer_text(self) -> str:
        """The run as the answer to a challenge: what was changed, and the step."""
        now, given = self.player.simulation.values(), self._given.values()
        changed = [f"{name}={written(now[name])}" for name in self._allow or now if now[name] != given[name]]
        return " ".join([*changed, f"steps={self.player.position}"])

    # -- drawing

    def _redraw(self) -> None:
        """Show the state the run stands at."""
        if not self.is_mounted:
            return
        view = self.player.view()
        self._show_pictures(view.pictures)
        rules = self.player.simulation
        predict = " · you are asked before each step" if self._predicting else ""
        self.query_one("#heading", MathText).write(
            f"**{rules.title}** · one step is {rules.unit} · seed {rules.seed}{predict}", layout=False
        )
        said = f"{self._said} " if self._said else ""
        self.set_class(bool(said), "-saying")
        told = said + (divergence_sentence(self.player.state) or view.narration)
        self.query_one("#narration", MathText).write(told, layout=False)
        self.query_one(Readings).show(view.readings)
        self.query_one(WorkedLines).show(view.worked, view.readings)
        self.query_one(Timeline).show(
            Stand(
                self.player.position,
                self.player.visited,
                self.player.sought,
                self._playing is not None,
                f"{SPEEDS[self._speed]} a second",
                self.player.events,
            )
        )

    def _show_pictures(self, pictures: tuple[Any, ...]) -> None:
        """As many pictures side by side as there is room for, from the chosen one on."""
        place = self.query_one("#pictures", Vertical)
        room = 2 if place.size.height >= 24 and len(pictures) > 1 else 1
        chosen = [pictures[(self._picture + offset) % len(pictures)] for offset in range(min(room, len(pictures)))]
        views = list(place.query(PictureView))
        for view in views[len(chosen) :]:
            view.remove()
        for number, picture in enumerate(chosen):
            if number < len(views):
                views[number].show(picture)
            else:
                place.mount(PictureView(picture))

    def _moved(self) -> None:
        self._redraw()
        self.post_message(self.Moved(self.player))

    # -- keys

    def action_step(self) -> None:
        """One step forward, after the question if one is to be asked."""
        self._said = ""
        ask = self.player.view().ask if self._predicting and self.player.can_step else None
        if ask is not None and not self._playing:
            self._put(ask)
            return
        if not self.player.step():
            self._said = "The run is over."
            self.action_stop()
        self._moved()

    def action_back(self) -> None:
        """One step back."""
        self._said = "" if self.player.back() else "This is the start."
        self._moved()

    def action_reset(self) -> None:
        """Back to step 0 of the same run."""
        self.action_stop()
        self._said = ""
        self.player.reset()
        self._moved()

    def action_play(self) -> None:
        """Play, or pause."""
        if self._playing:
            self.action_stop()
        else:
            self._playing = self.set_interval(1 / SPEEDS[self._speed], self.action_step)
        self._redraw()

    def action_stop(self) -> None:
        """Stop playing, walking and asking."""
        for timer in (self._playing, self._walking):
            if timer is not None:
                timer.stop()
        self._playing = self._walking = None
        self.player.stop()
        self._close_entry()
        self._redraw()

    def action_speed(self, by: int) -> None:
        """Play faster or slower."""
        self._speed = min(max(self._speed + by, 0), len(SPEEDS) - 1)
        if self._playing:
            self.action_play()
            self.action_play()
        self.notify(f"{SPEEDS[self._speed]} steps a second", timeout=2)

    def action_picture(self) -> None:
        """The next picture."""
        self._picture = (self._picture + 1) % max(1, len(self.player.view().pictures))
        self._redraw()

    def action_edit(self) -> None:
        """To the parameters, or back from them."""
        controls = self.query_one(Controls)
        if self.has_class("-narrow") and self.has_class("-controls"):
            self.remove_class("-controls")
            self.focus()
            return
        self.add_class("-controls")
        controls.focus_first()

    def action_predict(self) -> None:
        """Be asked before each step, or not any more."""
        self._predicting = not self._predicting
        self._close_entry()
        self._redraw()

    def action_jump(self) -> None:
        """Ask for a step and go there."""
        self._open_entry("jump", f"Go to step (0 to {FARTHEST:,})")

    def action_preset(self, by: int) -> None:
        """The next preset, and why it is worth a look."""
        presets = self.player.simulation.presets
        if not presets or self._allow is not None:
            return
        names = [self._given.build(**preset.values) for preset in presets]
        here = names.index(self.player.simulation) if self.player.simulation in names else -1 if by > 0 else 0
        preset = presets[(here + by) % len(presets)]
        self._restart(self._given.build(**preset.values), keep_step=False)
        self._said = f"**{preset.name}** ({preset.kind}): {preset.reason}"
        self._redraw()

    def action_seed(self) -> None:
        """Another run by chance: the next seed."""
        if self._allow is None or "seed" in self._allow:
            self._change("seed", self.player.simulation.seed + 1)

    # -- changing

    @on(Controls.Edited)
    def _edited(self, event: Controls.Edited) -> None:
        event.stop()
        self._change(event.name, event.value)

    def _change(self, name: str, value: object) -> None:
        try:
            simulation = self.player.simulation.with_values(**{name: value})
        except UsageError as error:
            self.query_one(Controls).refuse(name, str(error))
            return
        if simulation != self.player.simulation:
            self._restart(simulation)

    def _restart(self, simulation: Simulation[Any], keep_step: bool = True) -> None:
        self._said = ""
        if not keep_step:
            self.player.jump(0)
        self.player.restart(simulation)
        self.query_one(Controls).show(simulation)
        self._walk()
        self.post_message(self.Changed(self.player))

    # -- walking

    @on(Timeline.Scrubbed)
    def _scrubbed(self, event: Timeline.Scrubbed) -> None:
        event.stop()
        self._go(event.step)

    @on(Timeline.Pressed)
    async def _pressed(self, event: Timeline.Pressed) -> None:
        event.stop()
        await self.run_action(event.button)

    def _go(self, step: int) -> None:
        self._said = ""
        self.player.seek(step)
        self._walk()

    def _walk(self) -> None:
        """Go to the step that is sought, a slice at a time, so that keys are answered on the way."""
        if self.player.work(SLICE):
            if self._walking is not None:
                self._walking.stop()
                self._walking = None
        elif self._walking is None:
            self._walking = self.set_interval(1 / 60, self._walk)
        self._moved()

    # -- the input line

    def _open_entry(self, wants: str, prompt: str) -> None:
        entry = self.query_one("#entry", Input)
        self._wants = wants
        entry.placeholder = prompt
        entry.value = ""
        entry.add_class("-asked")
        entry.focus()

    def _close_entry(self) -> None:
        entry = self.query_one("#entry", Input)
        if entry.has_class("-asked"):
            entry.remove_class("-asked")
            self.focus()
        self._asked, self._wants = None, ""

    @on(Input.Submitted, "#entry")
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        read = read_number(event.value)
        if not isinstance(read, NumberRead):
            self.notify(read.advice, title="Not read", severity="warning", markup=False)
        elif self._wants == "jump":
            self._jump_to(read)
        elif self._asked is not None:
            self._judge(self._asked, float(read.value))

    def _jump_to(self, read: NumberRead) -> None:
        if read.value.denominator != 1 or not 0 <= read.value <= FARTHEST:
            self.notify(f"Give a whole number from 0 to {FARTHEST:,}.", severity="warning")
            return
        self._close_entry()
        self._go(int(read.value))

    def _put(self, ask: Ask) -> None:
        """Ask before the step."""
        self._open_entry("predict", "Your prediction; Enter shows the step, Esc leaves it")
        self._asked = ask
        self.query_one("#narration", MathText).write(f"**What comes next?** {ask.prompt}")

    def _judge(self, ask: Ask, value: float) -> None:
        """Compare, then take the step and show it."""
        self._close_entry()
        near = partial(_near, value)
        if near(ask.answer):
            self._said = f"✓ **Right:** {show(ask.answer)}. {ask.why}"
        else:
            slip = next((say for wrong, say in ask.mistakes if near(wrong)), "")
            self._said = f"✗ **Not quite:** it is {show(ask.answer)}. {slip or ask.why}"
        self.player.step()
        self._moved()


def _near(value: float, expected: float) -> bool:
    """Three significant figures are enough."""
    return abs(value - expected) <= max(0.005 * abs(expected), 1e-12)
