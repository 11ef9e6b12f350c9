"""A simulation driven by the learner's code, with the program's own run overlaid."""

from textual import on
from textual.app import ComposeResult

from tutor.exercises.driven_run import DrivenRun, FirstDifference
from tutor.quiz.session import Session
from tutor.sandbox.sandbox import CodeProcess
from tutor.screens.base import Banner, CourseScreen
from tutor.text.numbers import counted, format_number
from tutor.widgets.key_bar import KeyBar
from tutor.widgets.markdown.mathtext import MathText
from tutor.widgets.simulator.simulator import Simulator

FIGURES = 8
"""Figures of two numbers that differ."""


class DriveScreen(CourseScreen):
    """Your code takes the steps: step, go back, jump, play. A is our run; the first step that differs is marked."""

    DEFAULT_CSS = """
    DriveScreen {
        & > Simulator { height: 1fr; }
        & > #difference { height: auto; max-height: 4; padding: 0 1; background: $panel; color: $text-success; }
        & > #difference.-differs { color: $text-warning; }
    }
    """

    def __init__(self, session: Session, function: str, run: DrivenRun, process: CodeProcess) -> None:
        """Show `run`; its code runs in `process`, which ends with the screen."""
        super().__init__(session)
        self._function, self._run, self._process = function, run, process
        self._simulator = Simulator(run)

    def compose(self) -> ComposeResult:
        """The simulator, and a line that says whether both runs agree."""
        rules = self._run.simulation
        yield Banner(f"Driven by your {self._function}", rules.title)
        yield self._simulator
        yield MathText(id="difference")
        yield KeyBar()

    def on_mount(self) -> None:
        """Overlay the program's run."""
        self._simulator.focus()
        self._overlay_our_run()

    def on_unmount(self) -> None:
        """End the code's process."""
        self._process.close()

    @on(Simulator.Changed)
    def _overlay_our_run(self) -> None:
        """Overlay the program's run with the same parameters."""
        pinned = self._simulator.desk.pinned_runs
        pinned.clear()
        pinned.pin(self._run.ours)
        pinned.seek(self._run.target)
        self._report_agreement()

    @on(Simulator.Moved)
    def _report_agreement(self) -> None:
        """Say whether both runs agree so far, or where they first differ."""
        run, first = self._run, self._run.first
        line = self.query_one("#difference", MathText)
        line.set_class(bool(first or run.fault), "-differs")
        if first is not None:
            line.write(f"{describe_first(first)} {run.fault}".strip())
        elif run.fault:
            line.write(f"{run.fault} The run ends here.")
        else:
            steps = f"all {counted(run.furthest_step, 'step')}" if run.furthest_step > 1 else "the first step"
            words_so_far = f"Your run and ours (A) agree in {steps} so far." if run.furthest_step else "A is our run."
            line.write(words_so_far)


def describe_first(first: FirstDifference) -> str:
    """Describe the first difference in Markdown: step, quantity, both values, and the line that computes it."""
    start = (
        f"**Step {first.step} is the first that differs**, in `{first.key}`: yours {_format_value(first.yours)}, ours "
    )
    if first.line is None:
        return f"{start}{_format_value(first.ours)}."
    return f"{start}${' = '.join(first.line.sides)}$."


def _format_value(value: object) -> str:
    """Format a quantity on one line."""
    if isinstance(value, (tuple, list)):
        return f"({', '.join(map(_format_value, value))})"
    return format_number(value, FIGURES) if isinstance(value, (bool, int, float, str, type(None))) else str(value)
