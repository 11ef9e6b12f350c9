"""What each part of the course contributes on real digits: the table of the lesson `digits`, computed.

    python -m benchmarks.digits

Every network is trained with ten seeds, each with a split, first weights and batches of its own, and the networks of
one table for the same number of epochs. Accuracies are those on the validation images. Where early stopping has chosen
an epoch by these images, all rows of the table are judged on the test third instead. The learning rates of the
optimizers are chosen with seeds of their own. The last column counts the seeds with which a network does better than
the one that its row is compared with, on the very same images.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from benchmarks import whole_maps
from benchmarks.moved_digits import READERS, ink_lost, move, read_moved
from tutor.sims.datasets.handwriting import Images, load_digit_images
from tutor.sims.engine.simulation import advance, begin_run
from tutor.sims.functions.dense import cross_entropy
from tutor.sims.models.digits import DigitsState
from tutor.sims.models.digits_view import DigitsSimulation
from tutor.text.output import say

SEEDS = 10
TUNING_SEEDS = range(10, 15)
"""Seeds with which a learning rate is chosen; none of them is reported."""
RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
OPTIMIZERS = ("sgd", "momentum", "adam")
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
    stopped: bool = False
    """Whether the network is the one of the epoch with the lowest validation loss."""


ROWS = (
    Row("linear softmax", {"hidden": (), "learning_rate": 0.3, "initialisation": "zeros"}),
    Row("one hidden layer of 32", ONE_LAYER, "linear softmax"),
    Row("momentum, 0.1", {"learning_rate": 0.1, "optimizer": "momentum"}, "one hidden layer of 32"),
    Row("Adam, 0.03", {"learning_rate": 0.03, "optimizer": "adam"}, "momentum, 0.1"),
    Row("six sigmoid layers", SIGMOIDS),
    Row("with skip connections", {**SIGMOIDS, "shortcut": True}, "six sigmoid layers"),
    Row("with batch normalisation", {**SIGMOIDS, "batch_norm": True}, "six sigmoid layers"),
    Row("six ReLU layers, small weights", {"hidden": DEEP, "learning_rate": 0.1, "initialisation": "small"}),
    Row("Glorot", {"hidden": DEEP, "learning_rate": 0.1, "initialisation": "glorot"}, "six ReLU layers, small weights"),
    Row("He", {"hidden": DEEP, "learning_rate": 0.1, "initialisation": "he"}, "Glorot"),
)
FEW_ROWS = (
    Row("100 images, last of 60 epochs", FEW, epochs=60),
    Row("stopped at the best epoch", FEW, "100 images, last of 60 epochs", 60, stopped=True),
    Row("dropout 0.5", {**FEW, "dropout": 0.5}, "100 images, last of 60 epochs", 60),
    Row("L2 penalty 0.003", {**FEW, "l2": 0.003}, "100 images, last of 60 epochs", 60),
    Row("16 units instead of 64", {**FEW, "hidden": (16,)}, "100 images, last of 60 epochs", 60),
    Row("200 images instead of 100", {**FEW, "train": 200}, "100 images, last of 60 epochs", 60),
)

DROPOUT = 0.2
DROPOUT_ROWS = tuple(
    Row(name, {"hidden": hidden, "train": train, "learning_rate": 0.3, "batch": 20}, epochs=60)
    for name, hidden, train in (
        ("64 units, 100 images", (64,), 100),
        ("64 units, 300 images", (64,), 300),
        ("two layers of 64, 300 images", (64, 64), 300),
    )
)
"""Networks that are trained with and without weak dropout."""


@cache
def final_states(values: tuple[tuple[str, object], ...], seed: int, epochs: int) -> tuple[DigitsState, DigitsState]:
    """The network after its training, and the one of the epoch with the lowest validation loss."""
    simulation = build(values, seed)
    state = best = begin_run(simulation)
    for _ in range(epochs):
        state = advance(simulation, state)
        if state.best_epoch == state.epoch:
            best = state
    return state, best


def build(values: tuple[tuple[str, object], ...], seed: int) -> DigitsSimulation:
    """The simulation with these values; a third of the images is trained on."""
    return DigitsSimulation.build(**{"train": THIRD, **dict(values), "seed": seed})


def cache_key(values: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    """The values in an order of their own, so that a cache finds them."""
    return tuple(sorted(values.items()))


def accuracies(row: Row, seeds: Iterable[int] = range(SEEDS)) -> np.ndarray:
    """The accuracy on the validation images in per cent, with each seed."""
    return np.array(
        # `stopped` picks one of the two states: the last is at 0 (False), the best at 1 (True).
        [100 * final_states(cache_key(row.values), seed, row.epochs)[row.stopped].accuracy_validation for seed in seeds]
    )


def judge_on_test(row: Row, seeds: Iterable[int] = range(SEEDS)) -> tuple[np.ndarray, np.ndarray]:
    """Accuracy in per cent and loss on the test third, with each seed."""
    found = []
    for seed in seeds:
        state = final_states(cache_key(row.values), seed, row.epochs)[row.stopped]
        images = load_digit_images(seed, int(str(row.values["train"])), "test")
        logits = build(cache_key(row.values), seed).infer(state, images.x)[0]
        found.append((100 * float((logits.argmax(axis=1) == images.y).mean()), cross_entropy(logits, images.y)))
    shares, losses = np.array(found).T
    return shares, losses


def accuracy_at_rate(optimizer: str, rate: float) -> float:
    """The mean accuracy of one hidden layer with a learning rate, over the seeds that are for choosing."""
    return float(accuracies(Row("", {"optimizer": optimizer, "learning_rate": rate}), TUNING_SEEDS).mean())


def best_rate(optimizer: str) -> float:
    """The learning rate that suits an optimizer best."""
    return max(RATES, key=lambda rate: accuracy_at_rate(optimizer, rate))


def read_by(
    method: Callable[[Images, np.ndarray], np.ndarray], train: int = THIRD, seeds: int = SEEDS, columns: int = 0
) -> np.ndarray:
    """The accuracy of a method without training, with each seed, on images moved to the right by some columns."""
    found = []
    for seed in range(seeds):
        known, asked = load_digit_images(seed, train, "train"), load_digit_images(seed, train, "validation")
        found.append(100 * float((method(known, move(asked.x, columns)) == asked.y).mean()))
    return np.array(found)


def nearest_mean(known: Images, x: np.ndarray) -> np.ndarray:
    """For each image the digit whose mean training image is nearest."""
    means = np.array([known.x[known.y == digit].mean(axis=0) for digit in range(10)])
    nearest: np.ndarray = ((x[:, None, :] - means[None]) ** 2).sum(axis=2).argmin(axis=1)
    return nearest


def nearest_neighbour(known: Images, x: np.ndarray) -> np.ndarray:
    """For each image the digit that the nearest training image shows."""
    off = (known.x**2).sum(axis=1)[None, :] - 2 * x @ known.x.T
    read: np.ndarray = known.y[off.argmin(axis=1)]
    return read


def format_spread(values: np.ndarray, figures: int = 1) -> str:
    """Mean, and the lowest and highest in brackets."""
    mean, low, high = (f"{value:.{figures}f}" for value in (values.mean(), values.min(), values.max()))
    return f"{mean} ({low} to {high})"


def count_better(row: Row, rows: tuple[Row, ...], pick: Callable[[Row], np.ndarray]) -> str:
    """With how many seeds a row beats the one that it is compared with."""
    if not row.against:
        return ""
    other = next(one for one in rows if one.name == row.against)
    return f"{int((pick(row) > pick(other)).sum())} of {SEEDS}"


def print_rates() -> None:
    """How each optimizer does with each learning rate, and the best rate of each."""
    say("", f"| learning rate | {' | '.join(OPTIMIZERS)} |", "|---|---|---|---|")
    for rate in RATES:
        say(f"| {rate:g} | {' | '.join(f'{accuracy_at_rate(optimizer, rate):.1f}' for optimizer in OPTIMIZERS)} |")
    say("", *(f"best rate of {optimizer}: {best_rate(optimizer):g}" for optimizer in OPTIMIZERS))
    plain, adam = (next(row for row in ROWS if row.name == name) for name in ("one hidden layer of 32", "Adam, 0.03"))
    say(f"Adam better than plain descent: {int((accuracies(adam) > accuracies(plain)).sum())} of {SEEDS}")


def begun_at_theory(seed: int, epochs: int = 12) -> float:
    """The accuracy in per cent of six sigmoid layers whose first weights have the variance 16/n that theory asks for.

    The simulation has no such scheme: weights of variance 1 are scaled.
    """
    simulation = build(cache_key({**SIGMOIDS, "initialisation": "large"}), seed)
    begun = begin_run(simulation)
    state = replace(begun, weights=tuple(np.sqrt(16 / one.shape[1]) * one for one in begun.weights))
    for _ in range(epochs):
        state = advance(simulation, state)
    return 100 * state.accuracy_validation


def losses_with_dropout(row: Row) -> tuple[np.ndarray, np.ndarray]:
    """The test losses of a network without and with dropout, of each seed."""
    return judge_on_test(row)[1], judge_on_test(replace(row, values={**row.values, "dropout": DROPOUT}))[1]


def print_dropout() -> None:
    """What weak dropout does to the test loss of a few networks."""
    say("", f"| network | loss without dropout | with dropout {DROPOUT} | lower for (seeds) |", "|---|---|---|---|")
    for row in DROPOUT_ROWS:
        without, dropped = losses_with_dropout(row)
        lower = f"{int((dropped < without).sum())} of {SEEDS}"
        say(f"| {row.name} | {without.mean():.3f} | {dropped.mean():.3f} | {lower} |")


def print_moved() -> None:
    """How each network reads digits that are moved."""
    say("", "| network | parameters | centred | moved by 1 | moved by 2 |", "|---|---|---|---|---|")
    for reader in READERS:
        shares = " | ".join(f"{read_moved(reader, columns, SEEDS).mean():.1f}" for columns in (0, 1, 2))
        say(f"| {reader.name} | {reader.parameters} | {shares} |")
    by_maps = [whole_maps.read_moved(columns, SEEDS) for columns in (0, 1, 2)]
    size = whole_maps.train(0).parameters
    say(f"| {whole_maps.NAME} | {size} | {' | '.join(f'{shares.mean():.1f}' for shares in by_maps)} |")
    by_neighbour = [read_by(nearest_neighbour, columns=columns) for columns in (0, 1, 2)]
    say(f"| nearest neighbour | none | {' | '.join(f'{shares.mean():.1f}' for shares in by_neighbour)} |")
    for columns in (1, 2):
        lost = 100 * np.array([(ink_lost(columns) > least).mean() for least in (1e-9, 0.05)])
        say(f"moved by {columns}: {lost[0]:.0f} % of the images lose ink, {lost[1]:.0f} % more than a twentieth")


def main() -> None:
    """Print the tables as Markdown."""
    say("| network | validation accuracy, % | better than | for (seeds) |", "|---|---|---|---|")
    say(f"| nearest mean | {format_spread(read_by(nearest_mean))} | | |")
    neighbour = read_by(nearest_neighbour)
    ahead = int((neighbour > np.max([accuracies(row) for row in ROWS], axis=0)).sum())
    say(f"| nearest neighbour | {format_spread(neighbour)} | every network below | {ahead} of {SEEDS} |")
    for row in ROWS:
        say(
            f"| {row.name} | {format_spread(accuracies(row))} | {row.against} | {count_better(row, ROWS, accuracies)} |"
        )
    print_rates()
    say("", "| network | test accuracy, % | loss | lower loss for (seeds) |", "|---|---|---|---|")
    for row in FEW_ROWS:
        shares, losses = judge_on_test(row)
        less = count_better(row, FEW_ROWS, lambda one: -judge_on_test(one)[1])
        say(f"| {row.name} | {format_spread(shares)} | {format_spread(losses, 2)} | {less} |")
    print_dropout()
    print_moved()
    begun = ", ".join(f"{begun_at_theory(seed):.0f}" for seed in range(3))
    say("", f"six sigmoid layers, first weights of variance 16/n, 12 epochs, seeds 0 to 2: {begun} %")


if __name__ == "__main__":
    main()
