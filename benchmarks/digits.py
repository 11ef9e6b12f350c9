"""What each part of the course contributes on real digits: the table of the lesson `digits`, computed.

    python -m benchmarks.digits

Every network is trained with ten seeds, each with a split, first weights and batches of its own, and the networks of
one table for the same number of epochs. Accuracies and losses are those on the validation images; the test third is
never looked at. The last column counts the seeds with which a network does better than the one that its row is compared
with, on the very same images.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from tutor.sims.datasets.handwriting import SIDE, part_of_digits
from tutor.sims.engine.simulation import advance, begin_run
from tutor.sims.models.digits import DigitsState
from tutor.sims.models.digits_view import DigitsSimulation
from tutor.text.output import say

SEEDS = 10
EPOCHS = 20
THIRD = 599
"""Training images: with as many the validation set is a third, too."""
DEEP = (32,) * 6
ONE_LAYER: Mapping[str, object] = {"hidden": (32,), "learning_rate": 0.3}
SIGMOIDS: Mapping[str, object] = {"hidden": DEEP, "activation": "sigmoid", "learning_rate": 0.3}
FEW: Mapping[str, object] = {"hidden": (64,), "train": 100, "optimizer": "adam", "learning_rate": 0.02, "batch": 20}
"""A network that can learn its images by heart."""


@dataclass(frozen=True)
class Row:
    """A network of the table."""

    name: str
    values: Mapping[str, object]
    against: str = ""
    """The row that it is compared with."""
    epochs: int = EPOCHS
    measure: str = "accuracy_validation"
    best_is_low: bool = False


ROWS = (
    Row("linear softmax", {"hidden": (), "learning_rate": 0.3}),
    Row("one hidden layer of 32", ONE_LAYER, "linear softmax"),
    Row("SGD, learning rate 0.01", {"learning_rate": 0.01}),
    Row("momentum, 0.01", {"learning_rate": 0.01, "optimizer": "momentum"}, "SGD, learning rate 0.01"),
    Row("Adam, 0.01", {"learning_rate": 0.01, "optimizer": "adam"}, "momentum, 0.01"),
    Row("SGD, 0.3", ONE_LAYER, "Adam, 0.01"),
    Row("six sigmoid layers", SIGMOIDS),
    Row("with short-cuts", {**SIGMOIDS, "shortcut": True}, "six sigmoid layers"),
    Row("with batch normalisation", {**SIGMOIDS, "batch_norm": True}, "six sigmoid layers"),
    Row("six ReLU layers, small weights", {"hidden": DEEP, "learning_rate": 0.1, "initialisation": "small"}),
    Row("Glorot", {"hidden": DEEP, "learning_rate": 0.1, "initialisation": "glorot"}, "six ReLU layers, small weights"),
    Row("He", {"hidden": DEEP, "learning_rate": 0.1, "initialisation": "he"}, "Glorot"),
)
FEW_ROWS = (
    Row("100 images, last of 60 epochs", FEW, epochs=60),
    Row("stopped at the best epoch", FEW, "100 images, last of 60 epochs", 60, "best"),
    Row("dropout 0.5", {**FEW, "dropout": 0.5}, "100 images, last of 60 epochs", 60),
    Row("L2 penalty 0.003", {**FEW, "l2": 0.003}, "100 images, last of 60 epochs", 60),
)


@cache
def last_state(values: tuple[tuple[str, object], ...], seed: int, epochs: int) -> DigitsState:
    """The network after its training."""
    simulation = DigitsSimulation.build(**{"train": THIRD, **dict(values), "seed": seed})
    state = begin_run(simulation)
    for _ in range(epochs):
        state = advance(simulation, state)
    return state


def outcomes(row: Row, seeds: int = SEEDS) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy in per cent and loss, of each seed."""
    states = [last_state(tuple(sorted(row.values.items())), seed, row.epochs) for seed in range(seeds)]
    if row.measure == "best":
        pairs = [(100 * state.best_accuracy, state.best_loss) for state in states]
    else:
        pairs = [(100 * state.accuracy_validation, state.loss_validation) for state in states]
    accuracies, losses = np.array(pairs).T
    return accuracies, losses


def nearest_centroid(seeds: int = SEEDS) -> np.ndarray:
    """The accuracy of reading each image as the digit whose mean training image is nearest."""
    found = []
    for seed in range(seeds):
        train, validation = part_of_digits(seed, THIRD, "train"), part_of_digits(seed, THIRD, "validation")
        means = np.array([train.x[train.y == digit].mean(axis=0) for digit in range(10)])
        off = ((validation.x[:, None, :] - means[None]) ** 2).sum(axis=2)
        found.append(100 * float((off.argmin(axis=1) == validation.y).mean()))
    return np.array(found)


def shifted(columns: int, seeds: int = SEEDS) -> np.ndarray:
    """The accuracy of one hidden layer on validation images that are moved to the right."""
    found = []
    for seed in range(seeds):
        simulation = DigitsSimulation.build(**{"train": THIRD, "seed": seed, **ONE_LAYER})
        validation = part_of_digits(seed, THIRD, "validation")
        moved = np.zeros((len(validation.y), SIDE, SIDE))
        moved[:, :, columns:] = validation.x.reshape(-1, SIDE, SIDE)[:, :, : SIDE - columns]
        state = last_state(tuple(sorted(ONE_LAYER.items())), seed, EPOCHS)
        read = simulation.read(state, moved.reshape(len(moved), -1))[0].argmax(axis=1)
        found.append(100 * float((read == validation.y).mean()))
    return np.array(found)


def spread(values: np.ndarray, figures: int = 1) -> str:
    """Mean, and the lowest and highest in brackets."""
    mean, low, high = (f"{value:.{figures}f}" for value in (values.mean(), values.min(), values.max()))
    return f"{mean} ({low} to {high})"


def better(row: Row, rows: tuple[Row, ...], pick: Callable[[Row], np.ndarray]) -> str:
    """With how many seeds a row beats the one that it is compared with."""
    if not row.against:
        return ""
    other = next(one for one in rows if one.name == row.against)
    return f"{int((pick(row) > pick(other)).sum())} of {SEEDS}"


def main() -> None:
    """Print both tables as Markdown, and the two experiments beside them."""
    say("| network | validation accuracy, % | better than | with |", "|---|---|---|---|")
    say(f"| nearest centroid | {spread(nearest_centroid())} | | |")
    for row in ROWS:
        accuracy = spread(outcomes(row)[0])
        say(f"| {row.name} | {accuracy} | {row.against} | {better(row, ROWS, lambda one: outcomes(one)[0])} |")
    say("", "| network | accuracy, % | loss | lower loss with |", "|---|---|---|---|")
    for row in FEW_ROWS:
        accuracies, losses = outcomes(row)
        less = better(row, FEW_ROWS, lambda one: -outcomes(one)[1])
        say(f"| {row.name} | {spread(accuracies)} | {spread(losses, 2)} | {less} |")
    say("", *(f"moved right by {columns}: {spread(shifted(columns))} %" for columns in (0, 1, 2)))


if __name__ == "__main__":
    main()
