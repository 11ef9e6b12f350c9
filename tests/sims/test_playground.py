"""The playground: the same numbers as a slow network of single numbers, and as the browser's own code."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Command
from tests.data import FOLDER
from tests.sims.slow_network import SlowNetwork
from tutor.errors import ChainruleError, UsageError
from tutor.sims.datasets.plane import DATASETS, FEATURES, compute_features
from tutor.sims.engine.chart import Chart, Line, Network
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import advance, begin_run
from tutor.sims.engine.state import to_json_types
from tutor.sims.playground.files import load, save, with_data
from tutor.sims.playground.network import Batch, run_forward
from tutor.sims.playground.state import PlaygroundState
from tutor.sims.playground.view import Playground

REFERENCE = FOLDER / "playground-reference.json"
SMALL = FOLDER / "playground-small.json"

CASES: list[dict[str, Any]] = [
    {},
    {"batch": 7, "train_fraction": 0.31},
    {"batch": 30, "activation": "relu", "hidden": (5, 3)},
    {"activation": "sigmoid", "features": tuple(FEATURES), "hidden": (8, 8, 8), "train_fraction": 0.1},
    {"activation": "linear", "output": "linear", "dataset": "regression-plane", "learning_rate": 0.01},
    {"hidden": (), "features": ("x1*x2",), "dataset": "xor"},
    {"regularization": "l2", "regularization_rate": 0.1, "batch": 9},
    {"regularization": "l1", "regularization_rate": 0.03, "hidden": (6, 4), "batch": 7},
    {"regularization": "l1", "regularization_rate": 0.3, "dataset": "gauss", "activation": "relu"},
    {"dataset": "spiral", "noise": 20.0, "features": ("x1", "x2", "sin(x1)"), "batch": 1, "train_fraction": 0.1},
    {"output": "linear", "activation": "tanh", "dataset": "regression-gauss"},
]


def slow(rules: Playground, state: PlaygroundState) -> SlowNetwork:
    return SlowNetwork(
        [w.tolist() for w in state.weights],
        [b.tolist() for b in state.biases],
        rules.features,
        rules.activation,
        rules.output,
        rules.learning_rate,
        rules.batch,
        rules.regularization,
        rules.regularization_rate,
    )


@pytest.mark.parametrize("values", CASES, ids=str)
def test_the_update_of_a_weight_says_which_and_when_as_the_list_has_a_later_value(values: dict[str, Any]) -> None:
    rules = Playground.build(**values)
    player = Player(rules)
    player.jump(3)
    view = player.view()
    listed = next(reading for reading in view.readings if reading.key == "weights[0][0][0]")
    update = next(line for line in view.worked_lines if line.key == "update.after")
    batch_count = len(player.state.train) // rules.batch  # as many updates as there are full batches
    assert update.formula.startswith(rf"\text{{{listed.label}, batch 1/{batch_count}: }} w \leftarrow w")


@pytest.mark.parametrize("values", CASES, ids=str)
def test_training_gives_the_numbers_of_a_slow_network(values: dict[str, Any]) -> None:
    rules = Playground.build(**values)
    state = begin_run(rules)
    other = slow(rules, state)
    train = [tuple(row) for row in state.train.tolist()]
    for _ in range(6):
        state = advance(rules, state)
        other.epoch(train)
    for mine, its in zip([*state.weights, *state.biases], [*other.weights, *other.biases], strict=True):
        np.testing.assert_allclose(mine, np.array(its), rtol=1e-11, atol=1e-12)
    assert state.loss_train == pytest.approx(other.loss(train), abs=1e-12)
    assert state.carried_count == other.count
    assert state.dead == sum(flag for layer in other.dead for row in layer for flag in row)


def test_l1_removes_weights_for_good_and_l2_none() -> None:
    rules = Playground.build(regularization="l1", regularization_rate=0.1, hidden=(6, 4))
    state = state_after(rules, 40)
    assert state.dead > 10
    assert sum(int((w == 0).sum()) for w in state.weights) == state.dead
    later = state_after(rules, 60)
    for before, after in zip(state.weights, later.weights, strict=True):
        assert (after[before == 0] == 0).all()
    assert state_after(rules.with_values(regularization="l2"), 60).dead == 0


def test_a_penalty_and_what_it_has_done_are_read_only_where_there_is_one() -> None:
    def labels(penalty: str) -> set[str]:
        player = Player(Playground.build(regularization=penalty))
        return {item.label for item in player.view().readings} & {"penalty", "dead weights"}

    assert [labels(penalty) for penalty in ("none", "l2", "l1")] == [set(), {"penalty"}, {"penalty", "dead weights"}]


@pytest.mark.parametrize("values", CASES[:4], ids=str)
def test_the_gradient_is_the_slope_of_the_summed_loss(values: dict[str, Any]) -> None:
    rules = Playground.build(**values)
    state, shape = state_after(rules, 3), rules.shape
    points = state.train[: rules.batch]
    w, g = shape.zeros(), shape.zeros()
    batch = Batch(shape, len(points), w, g)
    batch.inputs[:], batch.y[0] = compute_features(points, rules.features).T, points[:, 2]

    def total(weights: Any, biases: Any) -> float:
        shape.fill(w, weights, biases)
        for call in batch.forward:
            call()
        return float(rules.data_losses(batch.out[0], points[:, 2]).sum())

    total(state.weights, state.biases)
    for call in batch.backward:
        call()
    claimed, _ = shape.unpack(g)
    for layer, part in enumerate(state.weights):
        for place in np.ndindex(part.shape):
            sides = []
            for size in (1e-6, -1e-6):
                moved = [w.copy() for w in state.weights]
                moved[layer][place] += size
                sides.append(total(moved, state.biases))
            slope = (sides[0] - sides[1]) / 2e-6
            assert claimed[layer][place] == pytest.approx(slope, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("path", [REFERENCE, SMALL], ids=lambda path: path.stem)
def test_a_stored_run_is_repeated_to_the_last_digits(path: Path) -> None:
    known = json.loads(path.read_text("utf-8"))["losses"]
    player: Player[Any] = Player(load(path, {}))
    for entry in known:
        player.jump(entry["epoch"])
        assert player.state.loss_train == pytest.approx(entry["loss_train"], abs=1e-12)
        assert player.state.loss_test == pytest.approx(entry["loss_test"], abs=1e-12)


def test_leftover_points_count_in_the_next_epochs_first_update() -> None:
    rules = Playground.build(batch=30, train_fraction=0.1)
    state = state_after(rules, 1)
    assert len(state.train) == 50
    assert state.carried_count == 20
    assert state_after(rules, 2).carried_count == 20


def test_quitting_and_going_on_gives_the_same_bits(tmp_path: Path) -> None:
    rules = Playground.build(
        batch=7, regularization="l1", regularization_rate=0.05, shuffle=True, hidden=(5, 3), dataset="moons"
    )
    whole = state_after(rules, 12)
    save(rules, state_after(rules, 5), tmp_path / "net.json")
    again = load(tmp_path / "net.json", {})
    rest = state_after(again, 7)
    assert rest.epoch == 12
    assert to_json_types(rest.weights) == to_json_types(whole.weights)
    assert (rest.loss_train, rest.loss_test, rest.dead) == (whole.loss_train, whole.loss_test, whole.dead)


def test_the_command_line_saves_and_goes_on(command: Command, tmp_path: Path) -> None:
    file = str(tmp_path / "net.json")
    assert command("sim", "playground", "--steps", "3", "--json", "--last", "--save", file).code == 0
    done = command("sim", "playground", "--load", file, "--steps", "2", "--json", "--last")
    state = json.loads(done.out)["state"]
    assert state["epoch"] == 5
    assert state["loss_train"] == state_after(Playground.build(), 5).loss_train


def test_a_weight_is_set_by_hand_and_the_run_goes_on_from_there() -> None:
    player: Player[Any] = Player(Playground.build())
    player.jump(4)
    before = player.state_at(3)
    player.edit("weights[0][1][0]", 2.5)
    assert player.state.weights[0][1, 0] == 2.5
    assert player.state_at(3) is before
    player.jump(9)
    far = player.state
    player.jump(0)
    player.jump(9)
    assert to_json_types(player.state) == to_json_types(far)
    assert far.weights[0][1, 0] != state_after(Playground.build(), 9).weights[0][1, 0]
    for wrong in ("weights[9][0][0]", "weights[0][1]", "loss_train", "weights[0][7][0]"):
        with pytest.raises(UsageError):
            player.edit(wrong, 1.0)


def test_two_unit_layers_are_drawn_as_they_are_and_wider_ones_by_their_main_directions() -> None:
    rules = Playground.build(hidden=(2, 5, 1))
    pictures = Player(rules).view().pictures
    folds = [picture for picture in pictures if picture.title.startswith("The fold")]
    assert len(folds) == 3
    assert "its two units are the axes" in folds[0].description
    assert "two main directions" in folds[1].description
    assert "its one unit" in folds[2].description
    state, first = begin_run(rules), folds[0]
    assert isinstance(first, Chart)
    line = next(mark for mark in first.marks if isinstance(mark, Line))
    # The first upright line of the grid, carried through the first layer by hand.
    places = np.column_stack([np.full(25, -5.5), np.linspace(-5.5, 5.5, 25)])
    there = np.tanh(places @ state.weights[0].T + state.biases[0])
    np.testing.assert_allclose(line.x[:25], there[:, 0], atol=1e-6)
    np.testing.assert_allclose(line.y[:25], there[:, 1], atol=1e-6)


def test_the_network_shows_every_unit_and_every_connection() -> None:
    rules = Playground.build(hidden=(8,) * 6, features=tuple(FEATURES))
    (network,) = (picture for picture in Player(rules).view().pictures if isinstance(picture, Network))
    assert [len(column) for column in network.columns] == [7, 8, 8, 8, 8, 8, 8, 1]
    assert sum(len(unit.weights) for column in network.columns for unit in column) == 7 * 8 + 5 * 64 + 8
    keys = {item.key for item in Player(rules).view().readings}
    assert sum(key.startswith("weights") for key in keys) == 7 * 8 + 5 * 64 + 8


def test_the_first_update_of_an_epoch_can_be_followed() -> None:
    rules = Playground.build()
    start, state = begin_run(rules), state_after(rules, 1)
    first = state.update
    assert first is not None
    np.testing.assert_array_equal(first.points, start.train[:10])
    other = slow(rules, start)
    assert first.outputs[0] == pytest.approx(other.forward(tuple(first.points[0]))[1][-1][0], abs=1e-14)
    assert first.before == start.weights[0][0, 0]
    assert first.after == pytest.approx(first.before - 0.03 * first.gradient, abs=1e-15)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_a_picture_is_computed_in_the_numbers_it_asks_for(kind: Any) -> None:
    rules = Playground.build()
    state = rules.start()
    points = np.ascontiguousarray(np.linspace(-1, 1, 8).reshape(2, 4))
    batch = run_forward(
        rules.shape, list(map(np.array, state.weights)), list(map(np.array, state.biases)), points, kind
    )
    assert batch.inputs.dtype == kind


def test_ten_thousand_epochs_fit_the_budget() -> None:
    player: Player[Any] = Player(Playground.build(hidden=(), features=("x1",), train_fraction=0.1), budget_bytes=2**21)
    player.jump(10_000)
    late = to_json_types(player.state_at(9_999))
    player.jump(17)
    player.jump(10_000)
    assert to_json_types(player.state_at(9_999)) == late
    assert player._keyframes.total_bytes <= 2**21


def test_the_spiral_preset_is_solved() -> None:
    (preset,) = (preset for preset in Playground.presets if preset.name == "spiral")
    player: Player[Any] = Player(Playground.build(**preset.values))
    player.jump(600)
    assert player.state.accuracy is not None
    assert player.state.accuracy > 0.97


@pytest.mark.parametrize("name", DATASETS)
def test_every_data_set_divides_its_points(name: str) -> None:
    output = "linear" if name.startswith("regression") else "tanh"
    state = begin_run(Playground.build(dataset=name, train_fraction=0.3, output=output))
    assert (len(state.train), len(state.test)) == (150, 350)
    assert np.abs(state.train[:, :2]).max() < 12
    assert (state.accuracy is None) == name.startswith("regression")


def test_features_are_named_on_the_command_line_as_they_are_listed(command: Command) -> None:
    done = command("sim", "playground", "--set", "features=x1,sin(x1),sin(x2)", "--json", "--steps", "1", "--last")
    assert done.code == 0, done.err
    assert len(json.loads(done.out)["state"]["weights"][0][0]) == 3


def csv(folder: Path, text: str) -> Path:
    path = folder / "points.csv"
    path.write_text(text, "utf-8")
    return path


def test_points_from_a_file_are_divided_and_trained_on(tmp_path: Path) -> None:
    rows = "\n".join(f"{x},{-x / 2},{int(x > 0)}" for x in np.linspace(-4, 4, 40))
    rules = with_data(csv(tmp_path, "x1,x2,label\n" + rows), scale=False, columns="", values={})
    state = state_after(rules, 30)
    assert (len(state.train), len(state.test)) == (20, 20)
    assert set(state.train[:, 2]) == {-1.0, 1.0}
    assert state.accuracy is not None
    assert state.accuracy > 0.9
    smaller = begin_run(rules.with_values(train_fraction=0.25))
    assert len(smaller.train) == 10
    drawn = begin_run(rules.with_values(dataset="xor"))
    assert len(drawn.train) == 250


def test_files_that_are_no_saved_network_are_refused_in_one_line(tmp_path: Path) -> None:
    rules = Playground.build()
    path = tmp_path / "net.json"
    save(rules, begin_run(rules), path)
    whole = json.loads(path.read_text("utf-8"))
    wrong: list[tuple[object, str]] = [
        ([1, 2], "no saved network"),
        ({**whole, "version": 99}, "another version (99)"),
        ({**whole, "weights": whole["weights"][:2]}, "weights has 2 layers"),
        ({**whole, "weights": [[[1.0]], *whole["weights"][1:]]}, "weights[0] is 1 by 1"),
        ({**whole, "train": [[1, 2]]}, "train is a list of [x1, x2, label]"),
        ({**whole, "biases": [["a"] * 4, *whole["biases"][1:]]}, "not made of numbers"),
        ({**whole, "params": {**whole["params"], "speed": 3}}, "speed"),
        ({**whole, "epoch": -1}, "whole numbers"),
    ]
    for data, said in wrong:
        path.write_text(json.dumps(data), "utf-8")
        with pytest.raises(UsageError) as caught:
            load(path, {})
        assert said in str(caught.value)
    path.write_text('{"params": {', "utf-8")
    with pytest.raises(UsageError, match="cut short"):
        load(path, {})
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path / "none.json", {})


def test_a_write_that_fails_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rules, path = Playground.build(), tmp_path / "net.json"
    save(rules, begin_run(rules), path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ChainruleError, match="No space left"):
        save(rules, state_after(rules, 1), path, force=True)
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir()] == ["net.json"]


def test_a_run_that_diverged_can_be_stepped_back() -> None:
    player: Player[Any] = Player(Playground.build(activation="linear", output="linear", learning_rate=10.0))
    player.jump(20_000)
    assert player.diverged
    assert player.back()
    assert not player.diverged


@pytest.mark.parametrize("hidden", [(4, 2), (8, 8)], ids=str)
def test_a_run_that_diverged_leaves_nothing_behind_for_the_next(hidden: tuple[int, ...]) -> None:
    rules = Playground.build(activation="linear", output="linear", hidden=hidden)
    before = to_json_types(state_after(rules, 3))
    wild: Player[Any] = Player(rules.with_values(learning_rate=10.0))
    wild.jump(20_000)
    assert wild.diverged
    assert to_json_types(state_after(rules, 3)) == before


def test_other_simulations_take_no_files(command: Command, tmp_path: Path) -> None:
    done = command("sim", "adam", "--load", str(tmp_path / "x.json"), "--json")
    assert done.code == 2
    assert "for the playground" in done.err


def test_a_changed_shape_begins_afresh_and_a_changed_rate_does_not(tmp_path: Path) -> None:
    rules = Playground.build()
    save(rules, state_after(rules, 5), tmp_path / "net.json")
    same = begin_run(load(tmp_path / "net.json", {"learning_rate": 0.1}))
    assert to_json_types(same.weights) == to_json_types(state_after(rules, 5).weights)
    other = begin_run(load(tmp_path / "net.json", {"hidden": "3"}))
    assert [w.shape for w in other.weights] == [(3, 2), (1, 3)]
    assert replace(other, step=0).epoch == 0
