"""A learner's function takes the steps of a simulation: `chainrule sim NAME --code FILE`."""

import json
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from tests.conftest import Command
from tutor.content.course import open_course
from tutor.errors import ChainruleError
from tutor.exercises.drive import differing_keys, drive, load_driver
from tutor.exercises.driven_run import DrivenRun, begin_driven_run
from tutor.sandbox.sandbox import CodeProcess, code_process, shared_launcher
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.player import Player
from tutor.sims.engine.state import lookup
from tutor.sims.table import SIMULATIONS, find_simulation

REFERENCES = {
    item.exercise.name: f"import numpy as np\n{item.exercise.reference}" for item in open_course().exercises()
}
RUNS: list[tuple[str, str, dict[str, Any]]] = [
    ("adam", "adam_step", {"rotation": 30.0}),
    ("adam", "momentum_step", {"optimizer": "momentum", "learning_rate": 0.02, "noise": 0.5}),
    ("descent", "descend", {"function": "ravine"}),
    ("softmax", "softmax", {}),
    ("softmax", "cross_entropy", {"target": 2}),
    ("neuron", "neuron", {"x1": -0.4}),
    ("pointwise", "sigmoid", {"activation": "sigmoid"}),
    ("backprop", "forward", {"activation": "tanh"}),
    ("backprop", "backward", {"activation": "tanh", "b1": 0.3}),
    ("dropout", "dropout", {"seed": 3}),
    ("minibatch", "minibatches", {"samples": 10, "batch": 4}),
    ("vanishing", "chain_gradient", {"shortcut": True}),
    ("batchnorm", "batchnorm", {"gamma": 2.0, "beta": -1.0, "batch": 5}),
    ("manifold", "geodesics", {"points": 20}),
    ("convolution", "conv2d", {"height": 5, "width": 6, "kernel": 3, "padding": 1, "stride": 2}),
    ("conv-cost", "conv_cost", {"kernels": 125}),
]
WRONG: dict[str, tuple[str, str]] = {
    "adam_step": (" / (1 - beta1**t)", ""),
    "momentum_step": ("beta * m + g", "m + g"),
    "descend": ("- rate", "+ rate"),
    "softmax": ("return ", "return 2 * "),
    "cross_entropy": ("/ len(", "/ 2 / len("),
    "neuron": (" + b", " - b - 1"),
    "sigmoid": ("1 + small", "2 + small"),
    "forward": ("@ w.T", "* 2 @ w.T"),
    "backward": ("1 - activations[-1] ** 2", "1 - activations[-1]"),
    "dropout": ("/ (1 - p)", ""),
    "minibatches": ("order[first", "np.sort(order)[first"),
    "chain_gradient": ("slope * w +", "slope * w - "),
    "batchnorm": ("x.var(axis=0)", "x.var(axis=0, ddof=1)"),
    "geodesics": ("range(len(paths))", "range(1)"),
    "conv2d": ("(kernels * window)", "(kernels[..., ::-1] * window)"),
    "conv_cost": ("(kernel**2 + kernels)", "(kernel**2 * kernels)"),
}
"""A piece of each reference, and what a wrong solution has instead."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.py"


def lines(command: Command, *arguments: str) -> list[dict[str, Any]]:
    done = command("sim", *arguments, "--json")
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def test_every_function_that_takes_steps_is_one_of_an_exercise() -> None:
    functions = {item.function for name in SIMULATIONS for item in find_simulation(name).code_steps}
    assert functions == {function for _, function, _ in RUNS} == WRONG.keys() <= REFERENCES.keys()


@pytest.mark.parametrize(("name", "function", "values"), RUNS)
def test_a_right_function_walks_as_the_program_does(
    monkeypatch: pytest.MonkeyPatch, name: str, function: str, values: dict[str, Any]
) -> None:
    simulation = find_simulation(name).build(**values)
    with code_process(shared_launcher(), 20) as running:
        driven = drive(simulation, running, REFERENCES[function])
        for steps in (1, 6, 3, 18):
            assert differing_keys(state_after(simulation, steps), state_after(driven, steps)) is None
        with monkeypatch.context() as shut:
            shut.setattr(CodeProcess, "ask", lambda *_: pytest.fail("drawing ran the code"))
            assert Player(driven).view().narration == Player(simulation).view().narration
        again = driven.with_values(seed=1)
        assert type(again) is type(driven)


@pytest.mark.parametrize(("name", "function", "values"), RUNS)
def test_the_first_step_of_a_wrong_function_is_found_with_its_quantity(
    name: str, function: str, values: dict[str, Any]
) -> None:
    old, new = WRONG[function]
    assert old in REFERENCES[function]
    simulation = find_simulation(name).build(**values)
    with code_process(shared_launcher(), 20) as running:
        source = REFERENCES[function].replace(old, new)
        run = DrivenRun(simulation, load_driver(simulation, running, source))
        run.jump(30)
        assert run.simulation == simulation, "what is worked out from it is the program's own"
        assert run.first_difference is not None and not run.fault
        first, steps = run.first_difference, [event.step for event in run.events if event.kind == "differs"]
        assert steps == [first.step] and first.yours != first.ours
        assert differing_keys(state_after(simulation, first.step - 1), run.state_at(first.step - 1)) is None
        assert lookup(run.state_at(first.step), first.key) == first.yours
        assert lookup(state_after(simulation, first.step), first.key) == first.ours
        assert first.worked_line is None or first.worked_line.value == first.ours


def test_a_driven_run_goes_back_and_forks_and_ends_where_the_code_fails() -> None:
    wrong = REFERENCES["adam_step"].replace("m = beta1", "assert t < 6, 'enough'\n    m = beta1", 1)
    begun = begin_driven_run("adam_step", wrong, (), shared_launcher())
    assert begun is not None
    run, running = begun
    run.jump(20)
    assert run.position == 5 and "At step 6 adam_step failed." in run.fault and "enough" in run.fault
    assert run.is_cut_short
    assert not run.step() and run.back() and run.position == 4 and run.first_difference is None
    run.jump(2)
    run.branch(learning_rate=0.05)
    run.jump(4)
    assert not run.fault and not run.is_cut_short and run.first_difference is None
    assert differing_keys(run.ours.state_at(4), run.state) is None, "ours forked with it"
    run.change(rotation=30.0)
    assert run.position == 4 and run.first_difference is None
    running.close()
    run.jump(9)
    assert run.position == 4 and "gave no answer" in run.fault


def test_a_quantity_that_differs_by_rounding_only_is_not_named_as_the_one_that_differs() -> None:
    wrong = f"{REFERENCES['adam_step']}\n_right_step = adam_step\n\n\ndef adam_step(*inputs):\n"
    wrong += "    theta, m, v = _right_step(*inputs)\n    return theta * np.array([1 + 1e-13, 1.5]), m, v\n"
    begun = begin_driven_run("adam_step", wrong, (), shared_launcher())
    assert begun is not None
    run, running = begun
    run.jump(1)
    running.close()
    assert run.first_difference is not None and run.first_difference.key == "theta[1]"


def test_a_step_that_cannot_be_taken_again_does_not_end_the_run() -> None:
    begun = begin_driven_run("adam_step", REFERENCES["adam_step"], (), shared_launcher())
    assert begun is not None
    run, running = begun
    run.jump(5)
    run._keyframes.forget_from(3)  # as if there were no room for them
    running.close()
    run.jump(4)
    assert run.state is not None
    assert "gave no answer" in run.fault and not run.is_cut_short and run.can_step


def test_no_run_is_begun_where_no_simulation_calls_the_function() -> None:
    assert begin_driven_run("pca", "", (), shared_launcher()) is None
    with pytest.raises(ChainruleError, match="the file has no function adam_step"):
        begin_driven_run("adam_step", "x = 1", (), shared_launcher())


def test_a_right_function_takes_a_thousand_steps_in_no_more_processor_time_than_a_second() -> None:
    """The bound is generous: the clock of a busy machine says nothing, so the program's own share is counted."""
    begun = begin_driven_run("adam_step", REFERENCES["adam_step"], (), shared_launcher())
    assert begun is not None
    run, running = begun
    started = process_time()
    run.jump(1000)
    assert run.position == 1000 and process_time() - started < 2
    running.close()


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
    assert after["differs"] == ["w", "gradient", "gradient_norm", "loss", "direction"]


@pytest.mark.parametrize(
    ("name", "source", "code", "said"),
    [
        ("node", "", 2, "there is no simulation 'node'"),
        ("overfit", "", 2, "; overfit is none of them"),
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


def test_a_run_may_call_the_earlier_solutions_in_the_folder_of_its_file(command: Command, tmp_path: Path) -> None:
    (tmp_path / "code-sigmoid.py").write_text(REFERENCES["sigmoid"])
    mine = tmp_path / "code-neuron.py"
    mine.write_text("def neuron(x, w, b):\n    return sigmoid(x @ w + b)\n")
    assert not any(line["differs"] for line in lines(command, "neuron", "--code", str(mine), "--steps", "9"))
    (tmp_path / "code-sigmoid.py").write_text("def sigmoid(z):\n    return z\n")
    assert any(line["differs"] for line in lines(command, "neuron", "--code", str(mine), "--steps", "9"))
