"""Drawing: a frame of every simulator at 140×44, beside a screen of plain text in the same process.

Two are drawn with their fields and images in pixels, too: each picture is then encoded and written as the terminal is
sent it.

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
from tutor.widgets.plots.pixels import PixelTerminal
from tutor.widgets.simulator.simulator import Simulator

SIZE = (140, 44)
CELL_SIZE = (8, 17)
"""The pixels of a cell of the terminal that shows pictures."""
IN_PIXELS = ("playground", "digits")
"""The simulations that are drawn in pixels, too."""
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


async def simulator(name: str, home: Path, *, has_pixels: bool = False) -> float:
    """Median milliseconds of processor time from a step until the screen stands again.

    A run that ends is begun again: at its end a step changes nothing, and what is not drawn takes no time.
    """
    from tutor.content.course import open_course

    opening = Opening("simulation", player=Player(find_simulation(name).build()))
    app = ChainruleApp(open_course(), Store.open(home), opening)
    written: dict[int, str] = {}
    if has_pixels:
        app.pixel_terminal = PixelTerminal(written, CELL_SIZE)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(0.5)
        widget = app.query_one(Simulator)
        IdleGarbageCollector()
        found = []
        for _ in range(FRAMES):
            if not widget.player.can_step:
                widget.action_reset()
                await asyncio.sleep(PAINTED)
            started = process_time()
            widget.action_step()
            await asyncio.sleep(PAINTED)
            found.append(1000 * (process_time() - started))
    assert bool(written) is has_pixels, "pictures were sent to a terminal that shows them, and to no other"
    return middle(found)


def parts() -> list[Part]:
    """One part for each simulation, and for each that is drawn in pixels, too."""
    return [
        *(Part(measure, (name,), 4) for name in SIMULATIONS),
        *(Part(measure_pixels, (name,), 4) for name in IN_PIXELS),
    ]


def measure(name: str) -> list[Row]:
    """The row of one simulation."""
    return [_make_row(f"{name}: a step and its frame at 140×44", name, has_pixels=False)]


def measure_pixels(name: str) -> list[Row]:
    """The row of one simulation whose fields and images are sent in pixels, by kitty's protocol."""
    return [_make_row(f"{name}: the same in pixels", name, has_pixels=True)]


def _make_row(title: str, name: str, *, has_pixels: bool) -> Row:
    with TemporaryDirectory() as folder:
        taken = asyncio.run(simulator(name, Path(folder), has_pixels=has_pixels))
    return Row(title, taken, "ms", "plain text", asyncio.run(floor()), GOAL)
