"""The box for a simulation in a lesson: its name, its tasks, and which of them are done."""

from collections.abc import Collection

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message

from tutor.content.model import SimulationBlock
from tutor.widgets.lesson.task_line import task_name
from tutor.widgets.literal import Button, literal
from tutor.widgets.markdown.mathtext import MathText


class SimulationNote(Vertical):
    """The box for a simulation in the text: its name, where to find it, and what to try.

    A task whose goal the simulator can watch is marked when it is done.
    """

    DEFAULT_CSS = """
    SimulationNote {
        height: auto;
        border: round $primary;
        border-title-color: $text-primary;
        padding: 0 1;
        margin-bottom: 1;
        & > .where { color: $text-muted; }
        & > .-done { color: $text-success; }
        & > Button { margin-top: 1; }
    }
    """

    class Opened(Message):
        """The learner wants to go to the simulation."""

        def __init__(self, block: SimulationBlock) -> None:
            super().__init__()
            self.block = block

    def __init__(self, block: SimulationBlock, done: Collection[int] = (), *, was_visited: bool = False) -> None:
        """Show the tasks of `block`; those at the indices in `done` are marked as done."""
        super().__init__()
        self.block = block
        self.was_visited = was_visited
        """Whether the learner has been in the simulation since the lesson was opened."""
        self._done = set(done)
        self.border_title = literal(f"▶ Simulation: {block.name}")

    def compose(self) -> ComposeResult:
        """Yield the tasks, and a button that goes to the simulation."""
        for index, task in enumerate(self.block.tasks):
            is_done = index in self._done
            task_line = MathText(task.text_when(done=is_done), lead=self._lead(index), classes="task")
            task_line.set_class(is_done, "-done")
            yield task_line
        yield Button("Go to the simulation F3", compact=True, variant="primary")

    @property
    def is_waiting(self) -> bool:
        """Whether the page should stop here: tasks are open and the simulation has not been visited."""
        has_open_task = any(task.goal and index not in self._done for index, task in enumerate(self.block.tasks))
        return has_open_task and not self.was_visited

    def tick(self, index: int) -> None:
        """Mark a task as done."""
        if index in self._done:
            return
        self._done.add(index)
        task_lines = list(self.query(".task").results(MathText))
        if task_lines:  # none before the box is mounted
            task_lines[index].write(self.block.tasks[index].text_when(done=True), self._lead(index))
            task_lines[index].add_class("-done")

    def _lead(self, index: int) -> str:
        """The bold words before the task at `index`: its sign and name."""
        return f"{task_name(self.block.tasks[index], done=index in self._done)}."

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Go to the simulation."""
        event.stop()
        self.post_message(self.Opened(self.block))
