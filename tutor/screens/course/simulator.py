"""A simulation on a screen of its own."""

from typing import Any

from rich.cells import cell_len
from textual.app import ComposeResult

from tutor.quiz.session import Session
from tutor.screens.base import Banner, CourseScreen
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import Simulation
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.simulator.simulator import Simulator

SEPARATOR = " · "
"""Separates the parts of the description of a run."""
SPARE_COLUMNS = 4
"""Columns of the first line that stay free besides title and description."""
UNIT_LEAD = "a step: "
"""The words before the unit of a step. The banner says what a step is until the run describes itself."""


class SimulatorScreen(CourseScreen):
    """One simulation, with the whole screen to itself."""

    def __init__(self, session: Session, simulation: Simulation[Any] | Player[Any], step: int = 0) -> None:
        super().__init__(session)
        self._run = simulation
        self._step = step
        rules = simulation.simulation if isinstance(simulation, Player) else simulation
        self._rules = rules
        self._description = f"{UNIT_LEAD}{rules.unit}"

    def compose(self) -> ComposeResult:
        """Yield the banner, the simulator and the keys."""
        yield Banner(self._rules.title, self._description)
        yield Simulator(self._run, self._step, has_heading=False)
        yield KeyBar()

    def on_mount(self) -> None:
        """Focus the simulator. Enter still goes back to where this screen was opened from."""
        self.query_one(Simulator).focus()

    def on_simulator_display_described(self, event: Simulator.Described) -> None:
        """Describe the run in the banner."""
        self._description = event.text
        self._write_note()

    def on_resize(self) -> None:
        """Refit the description to the new width."""
        self._write_note()

    def _write_note(self) -> None:
        """Show as many parts of the run's description as fit beside the title, and at least the first."""
        banner = self.query_one(Banner)
        parts = self._description.split(SEPARATOR)
        max_cells = self.size.width - cell_len(banner.title) - SPARE_COLUMNS
        while len(parts) > 1 and cell_len(SEPARATOR.join(parts)) > max_cells:
            parts.pop()
        note = SEPARATOR.join(parts)
        is_cut_unit = note.startswith(UNIT_LEAD) and cell_len(note) > max_cells
        banner.note = "" if is_cut_unit else note  # a description is useful even if it is cut, a unit is not
