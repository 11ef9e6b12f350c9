"""The simulation beside a lesson's text: which one stands there, at which state, and which tasks are done."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from textual.containers import Container
from textual.message import Message

from tutor.content.links import read_show
from tutor.content.model import SimulationBlock
from tutor.widgets.deferred import call_after

if TYPE_CHECKING:
    from tutor.sims.engine.player import Player
    from tutor.widgets.simulator.simulator import Simulator

LET_GO_AFTER = 0.3
"""Seconds after which a simulator that was exchanged is taken away."""


class SimulationPanel(Container):
    """Room for one simulator; what is done in it is held against the tasks of its block."""

    class TaskDone(Message):
        """The goal of a task holds where the simulator stands."""

        def __init__(self, block: SimulationBlock, index: int) -> None:
            super().__init__()
            self.block = block
            self.index = index

    def __init__(self, blocks: Sequence[SimulationBlock], *, id: str | None = None) -> None:
        """Room for the simulations of a lesson, `blocks`."""
        super().__init__(id=id)
        self.blocks = blocks
        self.shown: SimulationBlock | None = None
        """The block whose simulation stands here."""
        self.simulator: Simulator | None = None
        """The simulator that stands here."""
        self._done: dict[int, set[int]] = {}
        """The line of a block → its tasks that are done."""

    def begin(self, blocks: Sequence[SimulationBlock]) -> None:
        """Begin again with other blocks, those of the lesson as it is written now."""
        self.blocks, self.shown = blocks, None
        self._done.clear()
        self._let_go()
        self.simulator = None

    def done(self, block: SimulationBlock) -> frozenset[int]:
        """The indices of the tasks of `block` that were done."""
        return frozenset(self._done.get(block.line, ()))

    async def stand(self, block: SimulationBlock | None) -> None:
        """Show the simulation of `block` where the block says; one that is here already stays as it is."""
        if block is not None and block is not self.shown:
            self.shown = block
            await self._put(block.name, block.values, block.step)

    async def show(self, address: str, here: SimulationBlock | None) -> None:
        """Show the state that a link names; tasks are those of the block here, or of the nearest of its simulation.

        Raises:
            UsageError: the link names no state.
        """
        show = read_show(address)
        known = [block for block in (self.shown, here, *self.blocks) if block is not None and block.name == show.name]
        await self._put(show.name, show.values, show.step)
        self.shown = known[0] if known else SimulationBlock(0, show.name, show.values, show.step, ())

    async def _put(self, name: str, values: dict[str, object], step: int) -> None:
        from tutor.sims.table import find
        from tutor.widgets.simulator.simulator import Simulator

        simulator = Simulator(find(name).build(**values), step=step)
        self._let_go()
        self.simulator = simulator
        await self.mount(simulator)

    def _let_go(self) -> None:
        """Hide what stands here, and take it away when nothing in it waits to be drawn any more."""
        for child in self.children:
            if child.display:
                child.display = False
                call_after(self, LET_GO_AFTER, child.remove)

    def on_simulator_moved(self, event: "Simulator.Moved") -> None:
        """See which tasks are done where the run stands now."""
        self._look(event.player)

    def on_simulator_changed(self, event: "Simulator.Changed") -> None:
        """See which tasks are done with the parameters there are now."""
        self._look(event.player)

    def _look(self, player: "Player[Any]") -> None:
        from tutor.content.runs import is_reached

        block = self.shown
        if block is None or self.simulator is None or player is not self.simulator.player:
            return
        done = self._done.setdefault(block.line, set())
        for index, task in enumerate(block.tries):
            if task.goal and index not in done and is_reached(task.goal, player):
                done.add(index)
                self.post_message(self.TaskDone(block, index))
