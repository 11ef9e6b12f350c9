"""The recipes for simulations in CONTRIBUTING.md, followed in a copy of the program."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SIMULATION = r'''"""A quantity that shrinks by the same share at each step: x ← x − η x."""

from dataclasses import dataclass
from typing import ClassVar

from tutor.sims.engine.chart import Chart, Line
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import make_prediction
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, make_reading, make_worked_line
from tutor.text.numbers import format_latex, format_number


@dataclass(frozen=True)
class MyState(State):
    """x, the learning rate, and the slope of ½ x² there."""

    x: float
    rate: float
    gradient: float


@dataclass(frozen=True)
class MyThing(Simulation[MyState]):
    """Descent on ½ x²."""

    name: ClassVar[str] = "my-thing"
    title: ClassVar[str] = "My thing"
    summary: ClassVar[str] = "A parabola is walked down."
    unit: ClassVar[str] = "one update"
    traces: ClassVar[tuple[str, ...]] = ("x",)
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("calm", "It shrinks a little each time.", {}),
        Preset("to and fro", "It overshoots each time.", {"rate": 1.9}, "bad"),
        Preset("too fast", "It overshoots by more than the last time.", {"rate": 9.0}, "diverging"),
    )

    rate: float = param(0.1, "Learning rate", "How far one step goes.", low=0, high=10)

    def start(self) -> MyState:
        """At 1."""
        return MyState(0, 1.0, self.rate, 1.0)

    def step(self, state: MyState) -> MyState:
        """Against the slope."""
        x = state.x - self.rate * state.gradient
        return MyState(state.step + 1, x, self.rate, x)

    def gradient_checks(self, state: MyState) -> list[GradientCheck]:
        """The slope of ½ x²."""
        return [GradientCheck("gradient", state.gradient, lambda x: 0.5 * x * x, state.x)] if abs(state.x) < 1e3 else []

    def view(self, history: RunHistory[MyState]) -> View:
        """x over the steps."""
        state, previous = history.state, history.previous
        trace = history.trace("x")
        line = Line(trace.steps, trace.values, "x")
        chart = Chart("x", (line,), f"After {state.step} steps x is {format_number(state.x)}.", "step", "x")
        lines = []
        if previous is not None:
            numbers = rf"{format_latex(previous.x)} - {format_latex(self.rate)} \cdot {format_latex(previous.gradient)}"
            lines = [make_worked_line(state, "x", r"x \leftarrow x - \eta x", numbers)]
        slips = [(0.0, "Not at once.")]
        prediction = make_prediction("What is $x$ next?", "x", self.step(state).x, slips, r"$x - \eta x$.")
        said = f"x is {format_number(state.x)}."
        return View((chart,), (make_reading(state, "x", "x"),), tuple(lines), said, prediction)
'''

MARK = '''\
"""A point with an upright line for its error."""

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.sims.engine.chart import Line, Mark, Points, Primitive, Role


@dataclass(frozen=True)
class MyMark(Mark):
    """A value, and how uncertain it is."""

    x: float
    y: float
    error: float
    label: str = ""
    role: Role = "primary"

    def primitives(self) -> Sequence[Primitive]:
        """The line, and the point on it."""
        upright = Line([self.x, self.x], [self.y - self.error, self.y + self.error], role=self.role)
        return upright, Points([self.x], [self.y], self.label, self.role)
'''

DRAWN = """
from textual.app import App

from tutor.screens.themes import THEMES
from tutor.sims.engine.chart import Chart
from tutor.sims.engine.comparison import RunPictures, overlay_runs
from tutor.sims.engine.my_mark import MyMark
from tutor.widgets.plots.colours import theme_palette
from tutor.widgets.plots.plot import picture_strips

chart = Chart("Measured", tuple(MyMark(x, 2.0 * x, 3.0, "value") for x in (1, 2, 3)), "Three values.", "x", "y")
(chart,) = overlay_runs([chart], [RunPictures("A", (Chart("Measured", (MyMark(2.5, 5, 1, "value"),), "One."),))])
app = App()
app.register_theme(THEMES[0])
app.theme = THEMES[0].name
app.get_css_variables()
print("\\n".join(line.text for line in picture_strips(chart, theme_palette(app), 60, 20)))
"""


def recipe(title: str) -> str:
    """The section of CONTRIBUTING.md whose heading begins with `title`."""
    return (ROOT / "CONTRIBUTING.md").read_text("utf-8").split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]


def file_named(steps: str) -> str:
    """The file that a recipe makes."""
    match = re.search(r"`(tutor/\S+/my_\w+\.py)`", steps)
    assert match is not None
    return match[1]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program that a recipe may change."""
    shutil.copytree(ROOT / "tutor", tmp_path / "tutor")
    (tmp_path / "lessons").symlink_to(ROOT / "lessons", target_is_directory=True)
    return tmp_path


def run_in(copy: Path, *arguments: str) -> str:
    """What Python prints that runs with the changed copy."""
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONWARNINGS": "error", "PYTEST_ADDOPTS": ""}
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=copy, env=environment, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.as_written
def test_a_simulation_is_one_file_and_one_line(copy: Path) -> None:
    steps = recipe("A simulation")
    (copy / file_named(steps)).write_text(SIMULATION, "utf-8")
    line = re.search(r'`(tutor/\S+\.py)`: `("my-thing": \S+)`', steps)
    assert line is not None
    table = copy / line[1]
    opened = "SIMULATIONS = {\n"
    table.write_text(table.read_text("utf-8").replace(opened, f"{opened}    {line[2]}\n", 1), "utf-8")
    printed = run_in(copy, "-m", "tutor", "sim", "my-thing", "--json", "--steps", "5")
    states = [json.loads(text)["state"] for text in printed.splitlines()]
    assert [state["x"] for state in states] == pytest.approx([0.9**step for step in range(6)])

    (copy / "tests/sims").mkdir(parents=True)
    for name in ("tests/__init__.py", "tests/sims/__init__.py", "tests/sims/test_contract.py", "tests/sims/typed.py"):
        shutil.copy(ROOT / name, copy / name)
    flags = ("-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:asyncio", "-k", "my-thing")
    summary = run_in(copy, "-m", "pytest", *flags, "tests/sims/test_contract.py")
    counted = re.search(r"(\d+) passed, \d+ deselected", summary)
    assert counted is not None, summary
    assert int(counted[1]) > 40


@pytest.mark.as_written
def test_a_chart_mark_is_one_file(copy: Path) -> None:
    (copy / file_named(recipe("A chart mark"))).write_text(MARK, "utf-8")
    head, *_ = drawn = run_in(copy, "-c", DRAWN).splitlines()
    assert re.search(r"● value .*A value · A$", head), head
    groups = [re.findall("[\u2801-\u28ff]+", line) for line in drawn[1:]]
    print(drawn, groups)
    assert max(map(len, groups)) == 4  # the upright lines of three values and of run A
    assert {text for line in drawn for text in re.findall(r"^ *(−?\d+)[┤│┼]", line)} >= {"0", "10"}, "\n".join(drawn)
