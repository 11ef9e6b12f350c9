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
"""Significant figures of two numbers that differ: enough for the difference to show."""


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
        """Show `run`, whose steps the learner's `function` takes in `process`, which ends with the screen."""
        super().__init__(session)
        self._function, self._run, self._process = function, run, process
        self._simulator = Simulator(run)

    def compose(self) -> ComposeResult:
        """Yield the banner, the simulator, a line that says whether both runs agree, and the keys."""
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
        """Overlay the program's run with the same parameters, at the step to which the learner's run has gone."""
        pinned_runs = self._simulator.session.pinned_runs
        pinned_runs.clear()
        pinned_runs.pin(self._run.ours)
        pinned_runs.seek(self._run.target)
        self._report_agreement()

    @on(Simulator.Moved)
    def _report_agreement(self) -> None:
        """Say whether both runs agree so far, or where they first differ."""
        run = self._run
        difference = run.first_difference
        line = self.query_one("#difference", MathText)
        line.set_class(bool(difference or run.fault), "-differs")
        if difference is not None:
            line.write(f"{describe_difference(difference)} {run.fault}".strip())
        elif run.fault:
            line.write(f"{run.fault} The run ends here." if run.is_cut_short else run.fault)
        elif run.furthest_step == 0:
            line.write("A is our run.")
        else:
            steps = f"all {counted(run.furthest_step, 'step')}" if run.furthest_step > 1 else "the first step"
            line.write(f"Your run and ours (A) agree in {steps} so far.")


def describe_difference(difference: FirstDifference) -> str:
    """Describe the first difference in Markdown: step, quantity, both values, and the line that computes ours."""
    step, key, yours = difference.step, difference.key, _format_value(difference.yours)
    ours = _format_value(difference.ours)
    if difference.worked_line is not None:
        ours = f"${difference.worked_line.latex}$"
    return f"**Step {step} is the first that differs**, in `{key}`: yours {yours}, ours {ours}."


def _format_value(value: object) -> str:
    """Write a quantity of a state on one line: a number, a text, or nested tuples of numbers, as in `((1, 2), 3)`."""
    if isinstance(value, (tuple, list)):
        return f"({', '.join(_format_value(element) for element in value)})"
    return format_number(value, FIGURES) if isinstance(value, (bool, int, float, str, type(None))) else str(value)
