"""The welcome: a network that learns before your eyes, and one key to the first lesson."""

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from tutor.quiz.session import Session
from tutor.screens.base import THREE_WIDTHS, Banner, CourseScreen
from tutor.screens.requests import GoHome, OpenLesson, OpenScreen, OpenSimulation
from tutor.text.numbers import counted, format_fixed
from tutor.widgets.deferred import PausableTimer, call_after, call_after_paint, call_repeatedly
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.literal import Button, Static

if TYPE_CHECKING:
    from tutor.sims.engine.player import Player

SHOW_AFTER = 0.15
"""Seconds from the first paint until the simulation is made, so that the words come first."""
EPOCH_SECONDS = 0.2
"""Seconds from one epoch that is shown to the next."""
LOSS_DECIMALS = 3
"""The decimals of the loss: enough to see that it falls."""
LAST_EPOCH = 100
"""The epoch after which the training begins again."""
MAX_ROUNDS = 3
"""How often the network is trained. Then it stays as it is, so that a terminal nobody looks at costs nothing."""
NETWORK_PARAMETERS = {"dataset": "circle", "hidden": (4,), "learning_rate": 0.03, "seed": 3}
WORDS = (
    "This is a network of five units. It learns, while you watch, which points are blue and which are orange. "
    "After this course you know how: you will have taken every step of it by hand, forward and back."
)


class WelcomeScreen(CourseScreen):
    """The welcome. Enter opens the first lesson; m shows the whole course."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "course_map", "Course map", id="welcome.map", tooltip="All lessons"),
        Binding("T", "tour", "Tour", id="welcome.tour", tooltip="What the keys do, in five steps"),
        Binding("z", "place", "Placement test", id="welcome.place", tooltip="Find out what you know already"),
        Binding(
            "s,f3", "simulate", "Simulation", id="welcome.simulate", tooltip="The simulation on a screen of its own"
        ),
        Binding("q", "app.quit", "Quit", id="welcome.quit", tooltip="Leave; nothing was written"),
    ]
    DEFAULT_CSS = """
    WelcomeScreen {
        & #desk { height: 1fr; padding: 1 2 0 2; }
        & #words { width: 34; padding-right: 2; }
        & #words Static { margin-bottom: 1; }
        & #title { color: $text-accent; text-style: bold; }
        & #said { color: $text-muted; }
        & #picture { width: 1fr; }
        &.-slim #words { width: 1fr; }
        &.-slim #picture { display: none; }
        &.-wide #words { width: 50; }
        &.-tall #words { align-vertical: middle; }
        &.-tall #said { min-height: 3; }
    }
    """

    HORIZONTAL_BREAKPOINTS = THREE_WIDTHS

    def __init__(self, session: Session, *, moves: bool = True) -> None:
        """Show the network while it is trained; without `moves`, for learners who want no motion, its final state."""
        super().__init__(session)
        self._moves = moves
        self._player: Player[Any] | None = None
        self._step_timer: PausableTimer | None = None
        """The timer of the training; `None` before the training and after it."""
        self._round = 1
        """How often the training was begun."""

    def compose(self) -> ComposeResult:
        """Yield the text at the left, a place for the picture of the simulation at the right, and the keys."""
        first_lesson = self.session.course.headings[0].front_matter
        short_title, _, _ = first_lesson.title.partition(":")
        yield Banner("Chainrule", "a course on neural networks")
        with Horizontal(id="desk"):
            with Vertical(id="words"):
                yield Static("Welcome.", id="title")
                yield Static(WORDS)
                yield Static(id="said")
                yield Button(f"Begin: {short_title} ⏎", does="Begin", id="begin", compact=True, variant="primary")
            yield Vertical(id="picture")
        yield KeyBar()

    def on_mount(self) -> None:
        """Paint the text first; the training starts a moment after that."""
        self.query_one("#begin").focus()
        call_after_paint(self, call_after, self, SHOW_AFTER, self._start_training)

    def on_screen_resume(self) -> None:
        """Replace the welcome with the course map once the learner returns from the first lesson."""
        store = self.session.store
        if store.count() or store.last_reading_position():
            self.post_message(GoHome())

    def _start_training(self) -> None:
        """Make the simulation and show it; then begin to train, or show the end at once without motion."""
        from tutor.sims.engine.player import Player
        from tutor.sims.table import find_simulation
        from tutor.widgets.plots.plot import PictureView

        self._player = Player(find_simulation("playground").build(**NETWORK_PARAMETERS))
        if not self._moves:
            self._player.jump(LAST_EPOCH)
        self.query_one("#picture").mount(PictureView())
        if self._moves:
            self._step_timer = call_repeatedly(self, EPOCH_SECONDS, self._train_epoch)
        self._show_network()

    def _train_epoch(self) -> None:
        """Train for one more epoch; after the last, begin again, or stop if that was the last round."""
        if self._player is None:
            return
        if self._player.position >= LAST_EPOCH:
            if self._round == MAX_ROUNDS and self._step_timer is not None:
                self._step_timer.stop()
                self._step_timer = None
                self._show_network()
                return
            self._round += 1
            self._player.jump(0)
        else:
            self._player.jump(self._player.position + 1)
        self._show_network()

    def _show_network(self) -> None:
        """Draw the current network, and say after how many epochs it is and what its loss is."""
        from tutor.widgets.plots.plot import PictureView

        if self._player is None:
            return
        view = self._player.view()
        self.query_one(PictureView).show(view.pictures[0])
        epochs, loss = self._player.position, self._player.state.loss_train
        passes = f"{counted(epochs, 'epoch')} ({'a pass' if epochs == 1 else 'passes'}"
        running = "It is still learning: after" if self._step_timer is not None else "After"
        loss_text = format_fixed(loss, LOSS_DECIMALS)
        narration = f"{running} {passes} through the data), its loss (how far off it is) is {loss_text}."
        self.query_one("#said", Static).update(narration)

    # -- where to go

    def on_tour_screen_ended(self) -> None:
        """Open the first lesson after the tour."""
        self.on_button_pressed()

    def on_button_pressed(self) -> None:
        """Open the first lesson."""
        self.post_message(OpenLesson(self.session.course.headings[0].front_matter.id))

    def action_tour(self) -> None:
        """Show what the keys do."""
        self.post_message(OpenScreen("tour"))

    def action_place(self) -> None:
        """Start the placement test."""
        self.post_message(OpenScreen("placement"))

    def action_simulate(self) -> None:
        """Open the simulation on a screen of its own."""
        if self._player is not None:
            self.post_message(OpenSimulation(self._player.simulation, self._player.position))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now: all but going back, since this is the first screen."""
        return action != "back"
