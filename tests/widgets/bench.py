"""One simulator in a program of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from tutor.sims.engine.simulation import Simulation
from tutor.widgets.markdown.mathtext import GLUE, MathText
from tutor.widgets.simulator.simulator import Simulator


class Bench(App[None]):
    """One simulator."""

    def __init__(self, simulation: Simulation[Any], allow: tuple[str, ...] | None = None) -> None:
        super().__init__()
        self.simulator = Simulator(simulation, allow=allow)

    def compose(self) -> ComposeResult:
        yield self.simulator


@asynccontextmanager
async def bench(
    simulation: Simulation[Any], size: tuple[int, int] = (140, 44), allow: tuple[str, ...] | None = None
) -> AsyncIterator[tuple[Simulator, Pilot[None]]]:
    app = Bench(simulation, allow)
    async with app.run_test(size=size) as pilot:
        app.simulator.focus()
        await pilot.pause()
        yield app.simulator, pilot


def said(simulator: Simulator) -> str:
    return str(simulator.query_one("#narration", MathText).render()).replace(GLUE, " ")


async def typed(pilot: Pilot[None], text: str) -> None:
    names = {".": "full_stop", "-": "minus"}
    await pilot.press(*(names.get(sign, sign) for sign in text))
