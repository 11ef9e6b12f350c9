"""The tasks of a simulation, as one line above it that expands to all of them."""

from collections.abc import Collection, Sequence

from textual.events import Click

from tutor.content.model import Task
from tutor.widgets.markdown.mathtext import MathText

OPEN_MARK, DONE_MARK = "○", "✓"
"""Before a task that the simulator watches."""
MAX_DONE_ROWS = 5
"""The most rows of what a task has shown with the next one."""
MAX_COLUMNS = 78
"""Columns of the text before the line has a size: those of a small terminal."""


def task_name(task: Task, *, done: bool) -> str:
    """A task's name after its done mark; a task that cannot be ticked has none."""
    mark = DONE_MARK if done else OPEN_MARK
    return f"{mark} {task.name}" if done or task.goal else task.name


class TaskLine(MathText):
    """The next task in up to three lines. A click, or its panel's key, shows and hides all tasks."""

    DEFAULT_CSS = """
    TaskLine {
        height: auto;
        max-height: 3;
        padding: 0 1;
        background: $boost;
        pointer: pointer;
        &.-done { color: $text-success; max-height: 5; }
        &.-all { height: auto; max-height: 45%; overflow-y: auto; scrollbar-size-vertical: 1; }
    }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tasks: Sequence[Task] = ()
        self._done: set[int] = set()
        self._last_done: int | None = None
        """The task that was done last, which the line says until it is opened."""
        self.display = False

    def show(self, tasks: Sequence[Task], done: Collection[int] = ()) -> None:
        """Show these tasks, those at the indices in `done` as done; hide the line if there are none."""
        self._tasks, self._done, self._last_done = tasks, set(done), None
        self.display = bool(tasks)
        self._write()

    def tick(self, index: int) -> None:
        """Mark a task as done, in place."""
        self._done.add(index)
        self._last_done = index
        self._write()

    @property
    def is_open(self) -> bool:
        """Whether all tasks are shown."""
        return self.display and self.has_class("-all")

    def toggle(self) -> None:
        """Show all tasks, or only the next."""
        self.toggle_class("-all")
        self._last_done = None
        self._write()
        self.refresh_bindings()

    def on_click(self, event: Click) -> None:
        """Open or close."""
        event.stop()
        self.toggle()

    def _write(self) -> None:
        """Write the next task, after what the last one showed, or all tasks."""
        if not self._tasks:
            return
        self.set_class(self._last_done is not None, "-done")
        if self.has_class("-all"):
            self.write(
                "\\\n".join(f"**{self._lead(index)}** {self._task_text(index)}" for index in range(len(self._tasks)))
            )
        else:
            text, lead = self._next_task_line()
            if self._last_done is not None:
                text, lead = self._add_what_it_showed(self._tasks[self._last_done], text, lead)
            self.write(text, lead)

    def _next_task_line(self) -> tuple[str, str]:
        """What was just done and what comes next, as (text, bold lead before it)."""
        last = None if self._last_done is None else self._tasks[self._last_done]
        done_words = f"{DONE_MARK} Done: {last.name[:1].lower()}{last.name[1:]}." if last is not None else ""
        left = [index for index, task in enumerate(self._tasks) if task.goal and index not in self._done]
        if not left and self._done:
            lead = done_words or f"{DONE_MARK} Every task here is done."
            return "Enter goes on. (t: all)", lead
        index = left[0] if left else 0
        if not done_words:
            return self._task_text(index), f"{self._lead(index)} (t: all)"
        return self._task_text(index), f"{done_words} Next, {self._tasks[index].number}."

    def _add_what_it_showed(self, last: Task, text: str, lead: str) -> tuple[str, str]:
        """Put what the task just done has shown before what comes next, or in its place where there is little room."""
        if last.finding is None:
            return text, lead
        done, _, following = lead.removesuffix(".").partition(". ")
        found = " ".join(last.finding.text.split())
        both = f"{found} **{following}** {text}" if following else f"{found} {text}"
        rows = self._styled_text(both, f"{done}.").get_height({}, self.content_size.width or MAX_COLUMNS)
        return (both if rows <= MAX_DONE_ROWS else f"{found} (t: all)"), f"{done}."

    def _lead(self, index: int) -> str:
        return task_name(self._tasks[index], done=index in self._done)

    def _task_text(self, index: int) -> str:
        return self._tasks[index].text_when(done=index in self._done)
