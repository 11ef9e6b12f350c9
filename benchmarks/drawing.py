"""Drawing: a frame of every simulator at 140×44, beside a screen of plain text in the same process.

What is measured is processor time: Textual's timers wait for some milliseconds a frame, in which nothing is computed
and keys are answered. Garbage is collected as the program does it, and no widget is asked whether it is idle: Textual's
pilot asks each of them, which is not a frame's work.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from textual.app import App, ComposeResult
from textual.widgets import Static

from benchmarks.side_by_side import Part
from benchmarks.table import Row, middle
from tutor.progress.record.store import Store
from tutor.screens.app import ChainruleApp, Opening
from tutor.screens.terminal.garbage import IdleGarbageCollector
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation
from tutor.widgets.simulator.simulator import Simulator

SIZE = (140, 44)
FRAMES, PLAIN_FRAMES = 30, 10
"""How many of a simulator, each of which has other things to draw, and of plain text, which are all alike."""
PAINTED = 0.05
"""Seconds after which a change is on the screen."""
GOAL = 33.0
"""Milliseconds of a frame, of which there are thirty a second."""


class Floor(App[None]):
    """A screen of text that changes as a whole: what Textual needs for a frame with nothing to draw."""

    def compose(self) -> ComposeResult:
        """One widget that fills the screen."""
        yield Static(id="all")


async def floor() -> float:
    """Median milliseconds of processor time of a frame of `Floor`."""
    app = Floor()
    async with app.run_test(size=SIZE):
        found = []
        for turn in range(PLAIN_FRAMES):
            text = "\n".join([str(turn % 10) * SIZE[0]] * SIZE[1])
            started = process_time()
            app.query_one("#all", Static).update(text)
            await asyncio.sleep(PAINTED)
            found.append(1000 * (process_time() - started))
    return middle(found)


async def simulator(name: str, home: Path) -> float:
    """Median milliseconds of processor time from a step until the screen stands again."""
    from tutor.content.course import open_course

    opening = Opening("simulation", player=Player(find_simulation(name).build()))
    app = ChainruleApp(open_course(), Store.open(home), opening)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        widget = app.query_one(Simulator)
        IdleGarbageCollector()
        found = []
        for _ in range(FRAMES):
            started = process_time()
            widget.action_step()
            await asyncio.sleep(PAINTED)
            found.append(1000 * (process_time() - started))
    return middle(found)


def parts() -> list[Part]:
    """One part for each simulation."""
    return [Part(measure, (name,), 4) for name in SIMULATIONS]


def measure(name: str) -> list[Row]:
    """The row of one simulation."""
    with TemporaryDirectory() as folder:
        taken = asyncio.run(simulator(name, Path(folder)))
    return [Row(f"{name}: a step and its frame at 140×44", taken, "ms", "plain text", asyncio.run(floor()), GOAL)]
