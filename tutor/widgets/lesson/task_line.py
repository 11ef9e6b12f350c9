"""The tasks of a simulation, as one line above it that expands to all of them."""

from collections.abc import Collection, Sequence

from textual.events import Click

from tutor.content.model import Task
from tutor.widgets.markdown.mathtext import MathText

OPEN_MARK, DONE_MARK = "○", "✓"
"""Signs before the name of a task that the simulator can tick."""
MAX_DONE_ROWS = 5
"""The most rows for a finished task's result and the next task together; with more, the next task is left out."""
MAX_COLUMNS = 78
"""Columns assumed until the line has a size: those of a small terminal."""


def task_name(task: Task, *, done: bool) -> str:
    """A task's name with a sign before it that says whether it is done; a task that cannot be ticked has no sign."""
    can_be_ticked = done or task.goal
    if not can_be_ticked:
        return task.name
    return f"{DONE_MARK if done else OPEN_MARK} {task.name}"


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
        """Index of the task that was just done. The line says so until all tasks are opened. Otherwise `None`."""
        self.display = False

    def show(self, tasks: Sequence[Task], done: Collection[int] = ()) -> None:
        """Show these tasks, and mark those at the indices in `done` as done; hide the line if there are no tasks."""
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
        """Show all tasks, or only the next."""
        event.stop()
        self.toggle()

    def _write(self) -> None:
        """Write all tasks, or only the next one, preceded by the result of the task that was just done."""
        if not self._tasks:
            return
        self.set_class(self._last_done is not None, "-done")
        if self.has_class("-all"):
            lines = [f"**{self._lead(index)}** {self._task_text(index)}" for index in range(len(self._tasks))]
            self.write("\\\n".join(lines))  # a backslash before the line feed is a line break in Markdown
        else:
            text, lead = self._next_task_line()
            if self._last_done is not None:
                text, lead = self._insert_finding(self._tasks[self._last_done], text, lead)
            self.write(text, lead)

    def _next_task_line(self) -> tuple[str, str]:
        """Say what was just done and what comes next, as (text, bold lead before it)."""
        just_done = ""
        if self._last_done is not None:
            last = self._tasks[self._last_done]
            colon_and_name = f": {last.name[:1].lower()}{last.name[1:]}" if last.count > 1 else ""
            just_done = f"{DONE_MARK} Done{colon_and_name}."
        open_tasks = [index for index, task in enumerate(self._tasks) if task.goal and index not in self._done]
        if not open_tasks and self._done:
            return "Enter goes on. (t: all)", just_done or f"{DONE_MARK} Every task here is done."
        next_index = open_tasks[0] if open_tasks else 0  # the first task if none can be ticked
        if not just_done:
            return self._task_text(next_index), f"{self._lead(next_index)} (t: all)"
        return self._task_text(next_index), f"{just_done} Next, {self._tasks[next_index].number}."

    def _insert_finding(self, last: Task, text: str, lead: str) -> tuple[str, str]:
        """Insert the result of `last`, the task that was just done, before the next task; return (text, lead).

        `text` and `lead` come from `_next_task_line`. If there is too little room for both, the next task is left out.
        """
        if last.finding is None:
            return text, lead
        just_done, _, next_number = lead.removesuffix(".").partition(". ")  # splits "✓ Done: …. Next, 2 of 3"
        finding = " ".join(last.finding.text.split())
        finding_and_next = f"{finding} **{next_number}** {text}" if next_number else f"{finding} {text}"
        new_lead = f"{just_done}."
        row_count = self._styled_text(finding_and_next, new_lead).get_height({}, self.content_size.width or MAX_COLUMNS)
        return (finding_and_next if row_count <= MAX_DONE_ROWS else f"{finding} (t: all)"), new_lead

    def _lead(self, index: int) -> str:
        """The bold words before a task: its sign and name."""
        return task_name(self._tasks[index], done=index in self._done)

    def _task_text(self, index: int) -> str:
        """What a task asks for; once it is done, its other text if it has one."""
        return self._tasks[index].text_when(done=index in self._done)
