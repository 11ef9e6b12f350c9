"""The tasks of a simulation where they are worked: one line above it, which opens to all of them."""

from collections.abc import Collection, Sequence

from textual.events import Click

from tutor.content.model import Task
from tutor.text.ascii_mode import prefers_ascii
from tutor.widgets.markdown.mathtext import MathText

OPEN_MARK = {False: "○", True: "[ ]"}
"""Before a task that the simulator watches: as signs, and in ASCII."""
DONE_MARK = {False: "✓", True: "[x]"}


class TaskLine(MathText):
    """The next task in one line; a click, or the key of its panel, shows all of them and hides them again."""

    DEFAULT_CSS = """
    TaskLine {
        height: 1;
        padding: 0 1;
        background: $boost;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        pointer: pointer;
        &.-done { color: $text-success; }
        &.-all { height: auto; max-height: 50%; text-wrap: wrap; overflow-y: auto; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tasks: Sequence[Task] = ()
        self._done: set[int] = set()
        self._last: int | None = None
        """The task that was done last, which the line says until it is opened."""
        self.display = False

    def show(self, tasks: Sequence[Task], done: Collection[int] = ()) -> None:
        """Show these tasks, the indices in `done` as done; without any there is no line."""
        self._tasks, self._done, self._last = tasks, set(done), None
        self.display = bool(tasks)
        self._write()

    def tick(self, index: int) -> None:
        """Mark a task as done, in place."""
        self._done.add(index)
        self._last = index
        self._write()

    def toggle(self) -> None:
        """Show all tasks, or the next one only."""
        self.toggle_class("-all")
        self._last = None
        self._write()

    def on_click(self, event: Click) -> None:
        """Open or close."""
        event.stop()
        self.toggle()

    def _write(self) -> None:
        if not self._tasks:
            return
        self.set_class(self._last is not None, "-done")
        if self.has_class("-all"):
            self.write(
                "\n\n".join(f"**{self._lead(index)}** {self._words(index)}" for index in range(len(self._tasks)))
            )
        else:
            self.write(*self._line())

    def _line(self) -> tuple[str, str]:
        """The text and the bold words before it: what was just done, and what comes next."""
        count = len(self._tasks)
        said = f"{DONE_MARK[prefers_ascii()]} Done: task {self._last + 1} of {count}." if self._last is not None else ""
        left = [index for index, task in enumerate(self._tasks) if task.goal and index not in self._done]
        if not left and self._done:
            return "(t: read them again)", said or f"{DONE_MARK[prefers_ascii()]} Every task is done."
        index = left[0] if left else 0
        following = f"Next, {index + 1}." if said else f"{self._lead(index)} of {count} (t: all)"
        return self._words(index), f"{said} {following}".strip()

    def _lead(self, index: int) -> str:
        if index in self._done:
            return f"{DONE_MARK[prefers_ascii()]} Task {index + 1}"
        mark = f"{OPEN_MARK[prefers_ascii()]} " if self._tasks[index].goal else ""
        return f"{mark}Task {index + 1}"

    def _words(self, index: int) -> str:
        return self._tasks[index].text_when(done=index in self._done)
