"""A simulation alone on the screen."""

from typing import Any

from textual.app import ComposeResult

from tutor.quiz.session import Session
from tutor.screens.base import Banner, CourseScreen
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import Simulation
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.simulator.simulator import Simulator


class SimulatorScreen(CourseScreen):
    """One simulation with the whole screen to itself."""

    def __init__(self, session: Session, simulation: Simulation[Any] | Player[Any], step: int = 0) -> None:
        super().__init__(session)
        self._run = simulation
        self._step = step

    def compose(self) -> ComposeResult:
        """Where one is, the simulator, the keys."""
        rules = self._run.simulation if isinstance(self._run, Player) else self._run
        yield Banner(rules.title, f"a step: {rules.unit}")
        yield Simulator(self._run, self._step, has_heading=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """The keys go to the simulator, except for Enter, which goes back to what it was opened from."""
        self.query_one(Simulator).focus()

    def on_simulator_display_described(self, event: Simulator.Described) -> None:
        """Say in the first line what the run is."""
        self.query_one(Banner).place = event.text
