"""What a schedule of the learning rate is worth on real digits: a table of the lesson `adam`, computed.

    python -m benchmarks.schedules

A network of six ReLU layers is trained by Adam for twenty epochs, with a rate that is set for each epoch. Each schedule
has the rate that did best with seeds that are not reported. The accuracies are those on the validation images after the
last epoch; the last column counts the seeds with which a schedule does better than the constant rate, on the very same
split, first weights and batches.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from math import cos, pi

import numpy as np

from benchmarks.digits import DEEP, EPOCHS, SEEDS, THIRD, TUNING_SEEDS, format_spread
from tutor.sims.engine.simulation import advance, begin_run
from tutor.sims.models.digits_view import DigitsSimulation
from tutor.text.output import say

RATES = (0.001, 0.003, 0.01, 0.03, 0.1)
WARM = 5
"""Epochs of a warm-up."""


def constant(epoch: int) -> float:
    """The share of the rate in an epoch, counted from 0."""
    return 1.0


def cosine(epoch: int) -> float:
    """From 1 down to nearly 0 along half a cosine."""
    return (1 + cos(pi * epoch / EPOCHS)) / 2


def warm_up(epoch: int) -> float:
    """Up to 1 in equal steps, and there it stays."""
    return min(1.0, (epoch + 1) / WARM)


def warm_up_and_cosine(epoch: int) -> float:
    """Up in equal steps, then down along half a cosine."""
    return warm_up(epoch) if epoch < WARM else (1 + cos(pi * (epoch - WARM) / (EPOCHS - WARM))) / 2


SCHEDULES: dict[str, Callable[[int], float]] = {
    "constant": constant,
    "cosine": cosine,
    "warm-up": warm_up,
    "warm-up, then cosine": warm_up_and_cosine,
}


@cache
def accuracy(schedule: str, rate: float, seed: int) -> float:
    """The share of the validation images that is read rightly after the last epoch, in per cent."""
    simulation = DigitsSimulation.build(hidden=DEEP, optimizer="adam", train=THIRD, seed=seed)
    state = begin_run(simulation)
    for epoch in range(EPOCHS):
        state = advance(replace(simulation, learning_rate=rate * SCHEDULES[schedule](epoch)), state)
    return 100 * state.accuracy_validation


def accuracies(schedule: str, rate: float, seeds: Iterable[int] = range(SEEDS)) -> np.ndarray:
    """With each seed."""
    return np.array([accuracy(schedule, rate, seed) for seed in seeds])


@cache
def best_rate(schedule: str) -> float:
    """The rate that suits a schedule best, over the seeds that are for choosing."""
    return max(RATES, key=lambda rate: float(accuracies(schedule, rate, TUNING_SEEDS).mean()))


def main() -> None:
    """Print the table as Markdown."""
    say("| schedule | its best rate | validation accuracy, % | beats constant (seeds) |", "|---|---|---|---|")
    usual = accuracies("constant", best_rate("constant"))
    for name in SCHEDULES:
        shares = accuracies(name, best_rate(name))
        wins = f"{int((shares > usual).sum())} of {SEEDS}" if name != "constant" else ""
        say(f"| {name} | {best_rate(name):g} | {format_spread(shares)} | {wins} |")


if __name__ == "__main__":
    main()
