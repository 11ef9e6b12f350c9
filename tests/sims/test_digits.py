"""The digits: the facts of the data, and a network that reads them, computed again in plain Python."""

import hashlib
import math
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tutor.sims.datasets.handwriting import digits_file, load_digits, split_digits
from tutor.sims.engine.chart import Chart, HeatMap, Label
from tutor.sims.engine.history import history_of
from tutor.sims.engine.player import Player
from tutor.sims.engine.session import SimulationSession
from tutor.sims.engine.simulation import advance, begin_run
from tutor.sims.models.digits import join_parameters
from tutor.sims.models.digits_view import DigitsSimulation
from tutor.sims.table import SIMULATIONS, find_simulation


def lines(simulation: DigitsSimulation, epochs: int) -> list[Any]:
    """The states from the start to that after `epochs`."""
    states = [begin_run(simulation)]
    for _ in range(epochs):
        states.append(advance(simulation, states[-1]))
    return states


def run(epochs: int, **values: object) -> tuple[DigitsSimulation, Any]:
    """The rules, and the state after `epochs`."""
    simulation = DigitsSimulation.build(**values)
    return simulation, lines(simulation, epochs)[-1]


def test_the_images_are_those_of_the_collection() -> None:
    images = load_digits()
    assert images.x.shape == (1797, 64)
    assert np.bincount(images.y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    pixels = np.round(images.x * 16)
    assert (pixels / 16 == images.x).all() and pixels.min() == 0 and pixels.max() == 16
    written = pixels.astype(np.uint8).tobytes() + images.y.astype(np.uint8).tobytes()
    assert hashlib.sha256(written).hexdigest() == "87ff0c9e40dc7e2c0e34e7257799c2e3f3aec1a016363bb11cad869ec428a826"
    first = np.array([[0, 0, 5, 13, 9, 1, 0, 0], [0, 0, 13, 15, 10, 15, 5, 0]])
    assert (pixels[0].reshape(8, 8)[:2] == first).all() and images.y[0] == 0


def test_the_source_and_the_licence_stand_beside_the_images() -> None:
    said = digits_file().with_name("README.md").read_text("utf-8")
    assert all(part in said for part in ("Alpaydin", "Kaynak", "CC BY 4.0", "creativecommons.org/licenses/by/4.0"))


@pytest.mark.parametrize("seed", [0, 1, 12345])
@pytest.mark.parametrize("train", [10, 599, 1000, 1100])
def test_every_image_is_in_one_part_and_the_test_third_is_kept_apart(seed: int, train: int) -> None:
    split = split_digits(seed, train)
    assert (len(split.train), len(split.test)) == (train, 599)
    assert sorted(np.concatenate([split.train, split.validation, split.test]).tolist()) == list(range(1797))
    assert (split.test == split_digits(seed, 599).test).all()
    assert (split.test != split_digits(seed + 1, 599).test).any()


def slow_read(state: Any, pixels: list[float]) -> list[float]:
    """The logits for one image, a sum at a time."""
    values = pixels
    for layer, (w, b) in enumerate(zip(state.weights, state.biases, strict=True)):
        sums = [
            sum(a * c for a, c in zip(row, values, strict=True)) + bias
            for row, bias in zip(w.tolist(), b.tolist(), strict=True)
        ]
        values = [max(0.0, z) for z in sums] if layer < len(state.weights) - 1 else sums
    return values


def test_losses_accuracies_and_the_confusion_matrix_computed_again() -> None:
    _, state = run(3)
    images = load_digits()
    loss, right, confusion = 0.0, 0, [[0] * 10 for _ in range(10)]
    for place in state.validation_images.tolist():
        logits = slow_read(state, images.x[place].tolist())
        digit = int(images.y[place])
        loss -= logits[digit] - math.log(sum(math.exp(z) for z in logits))
        read = max(range(10), key=logits.__getitem__)
        right += read == digit
        confusion[digit][read] += 1
    count = len(state.validation_images)
    assert state.loss_validation == pytest.approx(loss / count, rel=1e-12)
    assert state.accuracy_validation == right / count
    assert state.confusion.tolist() == confusion


def test_an_epoch_of_plain_descent_computed_again_batch_by_batch() -> None:
    """By the reference of the lesson on backpropagation's matrices, written without the program's own network."""
    simulation, before = run(1, hidden=(5,), activation="tanh", train=70, learning_rate=0.3)
    after = advance(simulation, before)
    images = load_digits()
    order = simulation.random(2).permutation(70)
    x, y = images.x[before.training_images][order], images.y[before.training_images][order]
    (w1, w2), (b1, b2) = [w.copy() for w in before.weights], [b.copy() for b in before.biases]
    for place in (0, 32, 64):
        a, digits = x[place : place + 32], y[place : place + 32]
        h = np.tanh(a @ w1.T + b1)
        p = np.exp(h @ w2.T + b2)
        p /= p.sum(axis=1, keepdims=True)
        delta = (p - np.eye(10)[digits]) / len(a)
        below = delta @ w2 * (1 - h**2)
        norms = (np.linalg.norm(below.T @ a), np.linalg.norm(delta.T @ h))
        old = (w1, w2)
        w2, b2 = w2 - 0.3 * delta.T @ h, b2 - 0.3 * delta.sum(axis=0)
        w1, b1 = w1 - 0.3 * below.T @ a, b1 - 0.3 * below.sum(axis=0)
    for found, wanted in zip((*after.weights, *after.biases), (w1, w2, b1, b2), strict=True):
        assert found == pytest.approx(wanted, rel=1e-10)
    assert after.gradient_norms == pytest.approx(norms)
    moved = [np.linalg.norm(w - before) / np.linalg.norm(w) for w, before in zip((w1, w2), old, strict=True)]
    assert after.update_ratios == pytest.approx(moved)


def test_layers_whose_weights_stay_0_have_no_update() -> None:
    states = lines(DigitsSimulation.build(train=50, initialisation="zeros"), 1)
    assert states[0].update_ratios is None and states[1].update_ratios == (0.0, 0.0)


NETWORKS: dict[str, dict[str, object]] = {
    "linear softmax": {"hidden": (), "l2": 0.01},
    "three layers with skip connections": {"hidden": (8, 8, 8), "shortcut": True, "activation": "tanh"},
    "normalised with skip connections": {"hidden": (6, 6), "batch_norm": True, "shortcut": True, "activation": "tanh"},
    "all at once": {
        "hidden": (8, 8), "batch_norm": True, "shortcut": True, "dropout": 0.3, "l2": 0.1, "optimizer": "adam",
    },
    "sigmoid with momentum": {"hidden": (8,), "activation": "sigmoid", "optimizer": "momentum"},
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_the_gradient_of_every_kind_of_layer_agrees_with_differences(name: str) -> None:
    for epochs in (0, 2):
        simulation, state = run(epochs, train=60, **NETWORKS[name])
        for check in simulation.gradient_checks(state):
            assert check.claimed == pytest.approx(check.slope(1e-5), rel=1e-5, abs=1e-8), check.name


def test_adam_takes_the_step_of_its_own_simulation() -> None:
    """The first update of Adam moves every parameter by the learning rate, against the sign of its gradient."""
    simulation, before = run(0, hidden=(4,), train=20, batch=20, optimizer="adam", learning_rate=0.01)
    after = advance(simulation, before)
    moved = join_parameters(before) - join_parameters(after)
    g = after.m / 0.1
    far = np.abs(g) > 1e-5
    assert moved[far] == pytest.approx(0.01 * np.sign(g[far]), rel=2e-3)


@pytest.mark.parametrize(
    "values",
    [
        {"learning_rate": 0.3},
        {"hidden": (), "learning_rate": 0.3},
        {"optimizer": "adam", "learning_rate": 0.01},
        {"batch_norm": True, "learning_rate": 0.1},
    ],
    ids=str,
)
def test_digits_that_were_not_trained_on_are_read(values: dict[str, object]) -> None:
    _, state = run(12, test_epoch=12, **values)
    assert state.accuracy_test > 0.93 and state.accuracy_validation > 0.93


def test_the_test_third_is_looked_at_once_and_it_is_said() -> None:
    simulation = DigitsSimulation.build(test_epoch=2, train=200)
    states = lines(simulation, 4)
    assert [state.accuracy_test is None for state in states] == [True, True, False, False, False]
    assert {state.accuracy_test for state in states[2:]} == {states[2].accuracy_test}
    assert states[4].tested_epoch == 2
    said = simulation.view(history_of(states)).narration
    assert "once, after epoch 2" in said
    test = split_digits(0, 200).test
    images = load_digits()
    read = simulation.infer(states[2], images.x[test])[0].argmax(axis=1)
    assert states[2].accuracy_test == (read == images.y[test]).sum() / 599


def test_the_best_epoch_is_the_first_with_the_lowest_validation_loss() -> None:
    states = lines(DigitsSimulation.build(train=50, learning_rate=1.0), 30)
    losses = [state.loss_validation for state in states]
    assert states[-1].best_epoch == losses.index(min(losses))
    assert states[-1].best_accuracy == states[states[-1].best_epoch].accuracy_validation


def test_the_pictures_show_the_images_that_were_misread() -> None:
    simulation = DigitsSimulation.build(train=50)
    states = lines(simulation, 2)
    state, view = states[-1], simulation.view(history_of(states))
    wrong = np.flatnonzero(state.targets != state.predictions)
    misread, confusion = view.pictures[1], view.pictures[2]
    assert isinstance(misread, Chart) and isinstance(confusion, Chart)
    sheet = misread.marks[0]
    assert isinstance(sheet, HeatMap)
    first = load_digits().x[state.validation_images[wrong[0]]].reshape(8, 8)
    assert [list(row[:8]) for row in sheet.values[:8]] == first.tolist()
    assert f"{len(wrong)} are misread" in misread.description
    assert f"{int(np.trace(state.confusion))} lie on the diagonal" in confusion.description
    both = view.pictures[7]
    assert isinstance(both, Chart) and isinstance(both.marks[0], HeatMap)
    right = np.flatnonzero(state.targets == state.predictions)
    first = load_digits().x[state.validation_images[right[0]]].reshape(8, 8)
    assert [list(row[:8]) for row in both.marks[0].values[:8]] == first.tolist()
    names = [(mark.text, mark.role) for mark in both.marks[1:] if isinstance(mark, Label)]
    assert names[0] == (str(state.targets[right[0]]), "good") and len(names) == 8
    assert names[4] == (f"{state.targets[wrong[0]]} as {state.predictions[wrong[0]]}", "bad")
    counts = np.zeros((10, 10), dtype=int)
    for mark in confusion.marks[1:]:
        assert isinstance(mark, Label)
        counts[int(mark.y), int(mark.x)] = int(mark.text)
    assert counts.tolist() == state.confusion.tolist()


def test_a_key_looks_at_the_test_third_once_for_each_split() -> None:
    session = SimulationSession(Player(DigitsSimulation.build(train=200)))
    assert session.can_look
    session.look()
    assert "Train first" in session.message and session.player.position == 0
    for _ in range(3):
        session.step()
    weights = join_parameters(session.player.state)
    session.look()
    state: Any = session.player.state
    assert (session.player.position, state.tested_epoch, session.message) == (3, 3, "")
    assert (join_parameters(state) == weights).all()
    assert state.accuracy_test == run(3, train=200, test_epoch=3)[1].accuracy_test
    session.back()
    session.look()
    assert "a second look" in session.message and session.player.state.tested_epoch is None
    session.change("learning_rate", 0.1)
    session.run_for(60)
    session.look()
    assert "a second look" in session.message
    for name, value in (("seed", 1), ("test_epoch", 0)):
        session.change(name, value)
        session.run_for(60)
    session.look()
    assert session.player.state.tested_epoch == session.player.position == 2


def test_a_run_that_was_opened_with_its_test_has_had_its_look() -> None:
    session = SimulationSession(Player(DigitsSimulation.build(train=200, test_epoch=1)))
    session.step()
    session.step()
    session.look()
    assert "a second look" in session.message and "at step 1" in session.message


def test_other_simulations_keep_nothing_for_the_end() -> None:
    assert [name for name in SIMULATIONS if SimulationSession(Player(find_simulation(name).build())).can_look] == [
        "digits"
    ]


@pytest.mark.as_written
def test_an_installed_program_has_the_images_where_it_looks_for_them() -> None:
    root = Path(__file__).parents[2]
    wheel = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["force-include"]["assets/digits"] == "tutor/assets/digits"
    assert digits_file() == root / "assets" / "digits" / "digits.npz"
