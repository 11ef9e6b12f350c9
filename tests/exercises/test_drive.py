"""A learner's function takes the steps of a simulation: `chainrule sim NAME --code FILE`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Command
from tutor.content.course import open_course
from tutor.exercises.drive import differing_keys, drive
from tutor.sandbox.sandbox import session, shared_launcher
from tutor.sims.engine.json_lines import state_after
from tutor.sims.table import TABLE, find

REFERENCES = {
    item.exercise.name: f"import numpy as np\n{item.exercise.reference}" for item in open_course().exercises()
}
RUNS: list[tuple[str, str, dict[str, Any]]] = [
    ("adam", "adam_step", {"rotation": 30.0}),
    ("adam", "momentum_step", {"optimizer": "momentum", "learning_rate": 0.02, "noise": 0.5}),
    ("descent", "descend", {"function": "ravine"}),
    ("softmax", "softmax", {}),
    ("softmax", "cross_entropy", {"target": 2}),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.py"


def lines(command: Command, *arguments: str) -> list[dict[str, Any]]:
    done = command("sim", *arguments, "--json")
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_every_function_that_takes_steps_is_one_of_an_exercise() -> None:
    functions = {item.function for name in TABLE for item in find(name).code_steps}
    assert functions == {function for _, function, _ in RUNS} <= REFERENCES.keys()


@pytest.mark.parametrize(("name", "function", "values"), RUNS)
def test_a_right_function_walks_as_the_program_does(name: str, function: str, values: dict[str, Any]) -> None:
    simulation = find(name).build(**values)
    with session(shared_launcher()) as running:
        driven = drive(simulation, running, REFERENCES[function])
        for steps in (1, 6, 3):
            assert differing_keys(state_after(simulation, steps), state_after(driven, steps)) is None
        again = driven.with_values(seed=1)
        assert type(again) is type(driven)


def test_each_line_says_what_differs(command: Command, file: Path) -> None:
    file.write_text(REFERENCES["adam_step"])
    assert [line["differs"] for line in lines(command, "adam", "--code", str(file), "--steps", "4")] == [None] * 5
    file.write_text(REFERENCES["adam_step"].replace(" / (1 - beta1**t)", ""))
    first, second, third = lines(command, "adam", "--code", str(file), "--steps", "2")
    assert first["differs"] is None
    assert second["differs"] == ["theta", "loss", "update"]
    assert {"theta", "g", "m"} <= set(third["differs"])


def test_the_run_is_that_of_the_learners_numbers(command: Command, file: Path) -> None:
    """Twice the step, by hand: from 1 with the slope 2·1 and the rate 0.1."""
    file.write_text("def descend(gradient, w, rate, steps):\n    return [w, w - 2 * rate * gradient(w)]\n")
    start, after = lines(command, "descent", "--code", str(file), "--steps", "1")
    w, g, rate = start["state"]["w"], start["state"]["gradient"], start["state"]["learning_rate"]
    assert after["state"]["w"] == pytest.approx([w[0] - 2 * rate * g[0], w[1] - 2 * rate * g[1]])
    assert after["differs"] == ["w", "gradient", "gradient_norm", "loss"]


@pytest.mark.parametrize(
    ("name", "source", "code", "said"),
    [
        ("node", "", 2, "there is no simulation 'node'"),
        ("backprop", "", 2, "; backprop is none of them"),
        ("adam", "x = 1", 2, "the file has no function adam_step or momentum_step, which takes the steps of adam"),
        ("adam", "def adam_step(:", 1, "The code failed. Line 1: SyntaxError"),
        ("adam", "def adam_step(*a): return 1", 1, "At step 1 adam_step returned something else than it should"),
        ("adam", "def adam_step(*a): return 1, 2, 3", 1, "At step 1 adam_step returned something else than it should"),
        ("adam", "def adam_step(*a):\n    return a[0].no", 1, "At step 1 adam_step failed. Line 2: AttributeError"),
        ("adam", "import os", 1, "The code failed. Line 1: ImportError: os cannot be imported"),
        ("descent", "def descend(*a): return []", 1, "At step 1 descend returned something else than it should"),
    ],
)
def test_what_takes_no_step_is_told_in_one_line(
    command: Command, file: Path, name: str, source: str, code: int, said: str
) -> None:
    file.write_text(source)
    done = command("sim", name, "--code", str(file), "--json")
    assert done.code == code and said in done.error_line


def test_a_diverging_run_ends_as_one_of_the_program(command: Command, file: Path) -> None:
    file.write_text("def descend(gradient, w, rate, steps):\n    return [w, w * 1e300]\n")
    assert lines(command, "descent", "--code", str(file), "--steps", "9")[-1]["diverged"]
