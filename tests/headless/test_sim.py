"""`chainrule sim` without a screen, to the letter of its contract."""

import json
from typing import Any

import pytest

from tests.conftest import Command, Done
from tutor.sims.engine.json_lines import state_after
from tutor.sims.table import SIMULATIONS, find_simulation


def states(done: Done) -> list[dict[str, Any]]:
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


@pytest.mark.parametrize(("kernels", "standard", "pointwise"), [(125, 600_000, 24_000), (256, 1_228_800, 49_152)])
def test_conv_cost_settles_the_count_of_the_notes(
    command: Command, kernels: int, standard: int, pointwise: int
) -> None:
    done = command("sim", "conv-cost", "--set", f"kernels={kernels}", "--steps", "20", "--json", "--last")
    (last,) = states(done)
    state = last["state"]
    assert state["standard"]["multiplications"] == standard
    assert state["depthwise"]["multiplications"] == 4_800
    assert state["pointwise"]["multiplications"] == pointwise
    assert state["separable"]["multiplications"] == 4_800 + pointwise
    assert state["ratio"] == pytest.approx(1 / kernels + 1 / 25, rel=1e-12)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_n_steps_print_n_plus_1_states_or_fewer_when_the_run_ends(command: Command, name: str) -> None:
    found = states(command("sim", name, "--steps", "30", "--json"))
    assert [item["step"] for item in found] == list(range(len(found)))
    rules = find_simulation(name).build()
    assert len(found) == 31 or rules.done(state_after(rules, 30))
    assert all(set(item) == {"simulation", "step", "params", "state", "diverged"} for item in found)
    assert all(item["state"]["step"] == item["step"] for item in found)


@pytest.mark.parametrize("name", SIMULATIONS)
def test_last_is_the_last_of_all(command: Command, name: str) -> None:
    everything = states(command("sim", name, "--steps", "12", "--seed", "5", "--json"))
    assert states(command("sim", name, "--steps", "12", "--seed", "5", "--json", "--last")) == everything[-1:]


def test_a_list_is_set_with_commas(command: Command) -> None:
    (start,) = states(command("sim", "adam", "--set", "start=.5,-1", "--steps", "0", "--json"))
    assert start["state"]["theta"] == [0.5, -1.0]


def test_a_diverging_run_ends_with_infinities_as_words(command: Command) -> None:
    found = states(
        command("sim", "adam", "--set", "optimizer=sgd", "--set", "learning_rate=9", "--steps", "2000", "--json")
    )
    assert len(found) < 2001
    assert [item["diverged"] for item in found] == [False] * (len(found) - 1) + [True]
    assert '"inf"' in json.dumps(found[-1]) or '"nan"' in json.dumps(found[-1])


def test_the_list_names_every_simulation_with_ranges_and_defaults(command: Command) -> None:
    (entry, *_) = json.loads(command("sim", "--list", "--json").out)
    assert {"simulation", "title", "parameters", "presets"} <= set(entry)
    assert {"name", "default", "range", "help"} <= set(entry["parameters"][0])
    shown = command("sim", "--list").out
    assert all(name in shown for name in SIMULATIONS)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("sim", "adm", "--json"), "did you mean 'adam'?"),
        (("sim", "--json"), "name a simulation"),
        (("sim", "adam", "--set", "learning_rat=1", "--json"), "did you mean 'learning_rate'?"),
        (
            ("sim", "adam", "--set", "learning_rate=nan", "--json"),
            "Learning rate α: give a number above 0, at most 100 (you gave 'nan')",
        ),
        (("sim", "adam", "--set", "learning_rate=inf", "--json"), "(you gave 'inf')"),
        (("sim", "adam", "--set", "learning_rate=-1", "--json"), "(you gave −1)"),
        (("sim", "adam", "--set", "learning_rate=fast", "--json"), "(you gave 'fast')"),
        (("sim", "adam", "--set", "learning_rate", "--json"), "write --set name=value"),
        (("sim", "adam", "--set", "optimizer=adamm", "--json"), "did you mean 'adam'?"),
        (("sim", "adam", "--set", "start=1,2,3", "--json"), "2 numbers, each from"),
        (("sim", "adam", "--seed", "-1", "--json"), "Seed: give a whole number from 0"),
        (("sim", "adam", "--steps", "-1", "--json"), "--steps -1"),
        (("sim", "adam", "--steps", "many", "--json"), "'--steps': give a whole number (you gave 'many')"),
        (("sim", "conv-cost", "--set", "kernel=13", "--json"), "Kernel size K"),
        (("sim", "conv-cost", "--set", "stride=0", "--json"), "Stride S: give a whole number from 1"),
        (
            ("sim", "dropout", "--set", "p=1", "--json"),
            "Share off p: give a number from 0 up to, but not including, 1 (you gave 1)",
        ),
        (("sim", "dropout", "--set", "width=8.5", "--json"), "Width: give a whole number from 1"),
        (("sim", "adam"), "needs a terminal"),
    ],
)
def test_bad_input_gets_one_line_that_says_what_to_do(command: Command, arguments: tuple[str, ...], says: str) -> None:
    done = command(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert says in done.error_line


def test_plain_text_names_the_step_and_the_numbers(command: Command) -> None:
    done = command("sim", "conv-cost", "--set", "kernels=125", "--steps", "20", "--plain", "--last")
    assert done.code == 0
    assert "600,000" in done.out
    assert "28,800" in done.out
