"""The simulation beside a lesson's text, with its state and its tasks."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message

from tutor.content.links import read_show
from tutor.content.model import SimulationBlock
from tutor.widgets.deferred import call_after, focus_now
from tutor.widgets.lesson.task_line import TaskLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from tutor.content.task_watch import TaskWatch
    from tutor.sims.engine.player import Player
    from tutor.widgets.simulator.simulator import Simulator

REMOVE_AFTER = 0.3
"""Seconds after which a simulator that was replaced is removed."""


class SimulationPanel(Container):
    """Space for one simulator, below its tasks, each marked once the learner has reached its goal."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.go_on", "To the page", id="lesson.to-page", tooltip="Back to the page, or on in it"),
        Binding("t", "tasks", "Tasks", id="lesson.tasks", tooltip="All tasks of this simulation, or the next one only"),
        Binding("down,j", "scroll_tasks(1)", "Down", show=False, id="lesson.tasks-down", tooltip="More tasks"),
        Binding("up,k", "scroll_tasks(-1)", "Up", show=False, id="lesson.tasks-up", tooltip="The tasks before"),
        Binding("escape,b", "close_tasks", "Close", id="lesson.tasks-close", tooltip="Close the list of the tasks"),
    ]

    class TaskDone(Message):
        """The goal of a task has been reached."""

        def __init__(self, block: SimulationBlock, index: int) -> None:
            super().__init__()
            self.block = block
            self.index = index

    def __init__(
        self, blocks: Sequence[SimulationBlock], done: Mapping[int, Collection[int]], *, id: str | None = None
    ) -> None:
        """Prepare for the simulations of a lesson, `blocks`; `done` is a block's line → its done tasks, by index."""
        super().__init__(id=id)
        self.blocks = blocks
        self.shown_block: SimulationBlock | None = None
        """The block of the simulation that is shown."""
        self.simulator: Simulator | None = None
        """The simulator shown."""
        self._done_indices = {line: set(indices) for line, indices in done.items()}
        """The line of a block → the indices of its tasks that are done."""
        self._tasks = TaskLine(id="tasks")
        self._is_from_link = False
        """Whether a link of the text opened the simulator, and the learner has not moved in it since."""
        self._task_watch: TaskWatch | None = None
        """Tells which tasks' goals the run in the simulator has met; `None` without a simulator."""

    def compose(self) -> "ComposeResult":
        """Yield the tasks; `_put_simulator` mounts the simulator below them."""
        yield self._tasks

    def action_tasks(self) -> None:
        """Show all tasks, or the next one only."""
        self._tasks.toggle()

    def action_scroll_tasks(self, lines: int) -> None:
        """Scroll the list of the tasks, if it is longer than its space."""
        self._tasks.scroll_relative(y=lines, animate=False)

    def action_close_tasks(self) -> None:
        """Show the next task only."""
        self.action_tasks()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Whether an action can be run now: `tasks` if there are any, scrolling and closing if their list is open."""
        if action in {"close_tasks", "scroll_tasks"}:
            return self._tasks.is_open
        if action == "tasks":
            return self.shown_block is not None and bool(self.shown_block.tasks)
        return True

    def begin(self, blocks: Sequence[SimulationBlock], done: Mapping[int, Collection[int]]) -> None:
        """Start again with new blocks; `done` is a block's line → its done tasks, by index."""
        self.blocks, self.shown_block = blocks, None
        self._done_indices = {line: set(indices) for line, indices in done.items()}
        self._discard_simulator()
        self.simulator = None

    def done_tasks(self, block: SimulationBlock) -> frozenset[int]:
        """The indices of the tasks of `block` that are done."""
        return frozenset(self._done_indices.get(block.line, ()))

    async def show_block(self, block: SimulationBlock | None, *, for_tasks: bool = False) -> None:
        """Show the simulation of `block` in its initial state, unless it is already shown.

        With `for_tasks`, a state that was opened by a link is replaced too, since tasks begin at the initial state.
        """
        if block is None:
            return
        must_reset = for_tasks and self._is_from_link
        if block is not self.shown_block or must_reset:
            await self._put_simulator(block, block.values, block.step)

    async def show_linked_state(self, address: str, nearest_block: SimulationBlock | None) -> None:
        """Show the state that the address of a link names, and the tasks of a block with the same simulation.

        That block is the one shown, otherwise `nearest_block`, otherwise the first in the lesson. Without any, there
        are no tasks.

        Raises:
            UsageError: the address names no state.
        """
        state = read_show(address)
        best_first = (self.shown_block, nearest_block, *self.blocks)
        candidates = [block for block in best_first if block is not None and block.name == state.name]
        if candidates:
            block = candidates[0]
        else:
            block = SimulationBlock(line=0, name=state.name, values=state.values, step=state.step, tasks=())
        await self._put_simulator(block, state.values, state.step, from_link=True)

    async def _put_simulator(
        self, block: SimulationBlock, values: dict[str, object], step: int, *, from_link: bool = False
    ) -> None:
        """Replace the simulator by one of `block` with these values, at `step`."""
        from tutor.content.task_watch import TaskWatch
        from tutor.sims.table import find_simulation
        from tutor.widgets.simulator.simulator import Simulator

        simulator = Simulator(find_simulation(block.name).build(**values), step=step)
        simulator.named_step = block.named_step(self.done_tasks(block))
        self.shown_block, self._is_from_link = block, from_link
        self._task_watch = TaskWatch(block.tasks, simulator.player, from_link=from_link)
        self._tasks.show(block.tasks, self.done_tasks(block))
        self._discard_simulator()
        self.simulator = simulator
        await self.mount(simulator)

    def focus_simulator(self) -> None:
        """Give the simulator the focus at once, so that it gets the keys that were pressed meanwhile."""
        if self.simulator is not None:
            focus_now(self.simulator)

    def _discard_simulator(self) -> None:
        """Hide the simulator, and remove it later, when none of its drawing is still waiting."""
        for child in self.children:
            if child.display and child is not self._tasks:
                child.display = False
                call_after(self, REMOVE_AFTER, child.remove)

    def on_simulator_moved(self, event: "Simulator.Moved") -> None:
        """Check which tasks the new state completes.

        The learner has moved, so it is not the state of a link any more.
        """
        self._is_from_link = False
        self._check_tasks(event.player)

    def on_simulator_changed(self, event: "Simulator.Changed") -> None:
        """Check which tasks the new parameters complete."""
        self._check_tasks(event.player)

    def _check_tasks(self, player: "Player[Any]") -> None:
        """Tick the tasks whose goals the run has reached, and report each once."""
        block = self.shown_block
        if block is None or self._task_watch is None or self.simulator is None:
            return
        if player is not self.simulator.player:  # a late message from a simulator that has been replaced
            return
        done_indices = self._done_indices.setdefault(block.line, set())
        for index in self._task_watch.take_newly_met(player):
            if index not in done_indices:
                done_indices.add(index)
                self._tasks.tick(index)
                self.simulator.named_step = block.named_step(done_indices)
                self.simulator.draw_soon()
                self.post_message(self.TaskDone(block, index))
