"""A simulation alone on the screen."""

from typing import Any

from textual.app import ComposeResult

from tutor.screens.base import Banner, CourseScreen
from tutor.session import Sitting
from tutor.sims.base import Simulation
from tutor.widgets.keybar import KeyBar
from tutor.widgets.simulator import Simulator


class SimulatorScreen(CourseScreen):
    """One simulation with the whole screen to itself."""

    def __init__(self, sitting: Sitting, simulation: Simulation[Any], step: int = 0) -> None:
        super().__init__(sitting)
        self._simulation = simulation
        self._step = step

    def compose(self) -> ComposeResult:
        """Where one is, the simulator, the keys."""
        yield Banner(f"Simulation: {self._simulation.name}", self._simulation.title)
        yield Simulator(self._simulation, self._step)
        yield KeyBar()

    def on_mount(self) -> None:
        """The keys go to the simulator."""
        self.query_one(Simulator).focus()
