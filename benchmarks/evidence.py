"""Tables of the lessons `loss` and `minibatch` that no simulation shows, computed.

    python -m benchmarks.evidence

The first looks for the lowest point of a bowl in several dimensions in three ways, with equal work: 1,000 evaluations
of the loss, of which a gradient counts as three. The second measures how widely noisy descent wanders about a minimum,
over 200,000 steps, beside the formula of the lesson.
"""

from collections.abc import Iterable
from functools import cache

import numpy as np

from benchmarks.digits import format_spread
from tutor.text.output import say

WEIGHTS = (2, 5, 20, 100)
SEEDS = 10
WORK = 1000
GRADIENT_WORK = 3
"""Evaluations of the loss that a gradient costs."""
REACH = 3.0
"""Every weight starts between −3 and 3."""
SIGMA = 1.0
STEPS = 200_000
RUNS = ((0.1, 1), (0.2, 1), (0.2, 2), (0.4, 4), (0.4, 1))
"""Rates and batch sizes."""


def loss(w: np.ndarray) -> np.ndarray:
    """Half the mean of a·w², the curvatures a from 1 to 10; for one point a row."""
    value: np.ndarray = (np.linspace(1, 10, w.shape[-1]) * w**2).mean(axis=-1) / 2
    return value


def search_everywhere(count: int, seed: int) -> float:
    """The lowest of 1,000 losses at points drawn anywhere."""
    points = np.random.default_rng(seed).uniform(-REACH, REACH, size=(WORK, count))
    return float(loss(points).min())


BELOW = {1e-20: "below 10⁻²⁰", 1e-5: "below 10⁻⁵"}
"""How losses are shown that are smaller than these."""
LENGTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2)
"""Lengths of random moves to choose from."""


@cache
def best_length(count: int) -> float:
    """The length of random moves that reaches the lowest mean loss with ten other seeds."""
    others = range(SEEDS, 2 * SEEDS)
    return min(LENGTHS, key=lambda length: float(move_at_random(count, others, length).mean()))


def move_at_random(count: int, seeds: Iterable[int], length: float) -> np.ndarray:
    """For each seed the loss after 1,000 random moves, each about `length` long; one that raises it is undone."""
    rngs = [np.random.default_rng(seed) for seed in seeds]
    w = np.array([rng.uniform(-REACH, REACH, size=count) for rng in rngs])
    moves = np.array([rng.normal(scale=length / count**0.5, size=(WORK, count)) for rng in rngs])
    best = loss(w)
    for move in moves.transpose(1, 0, 2):
        value = loss(w + move)
        w = np.where((value < best)[:, None], w + move, w)
        best = np.minimum(value, best)
    return best


def search_nearby(count: int, seed: int) -> float:
    """1,000 random moves of the best length from where one stands; those that lower the loss are kept."""
    return float(move_at_random(count, [seed], best_length(count))[0])


def follow_the_slope(count: int, seed: int) -> float:
    """Gradient descent with the best rate for these curvatures."""
    w = np.random.default_rng(seed).uniform(-REACH, REACH, size=count)
    curvatures = np.linspace(1, 10, count) / count
    for _ in range(WORK // GRADIENT_WORK):
        w = w - 2 / (curvatures[0] + curvatures[-1]) * curvatures * w
    return float(loss(w))


SEARCHES = {
    "random points": search_everywhere,
    "random moves": search_nearby,
    "the slope": follow_the_slope,
}


def losses(name: str, count: int) -> np.ndarray:
    """The loss that a search reaches, with each seed."""
    return np.array([SEARCHES[name](count, seed) for seed in range(SEEDS)])


def wandering(rate: float, batch: int) -> float:
    """The mean square of a weight under noisy descent on ½ w², measured."""
    noise = np.random.default_rng(0).normal(scale=SIGMA / batch**0.5, size=STEPS)
    w, total = 0.0, 0.0
    for each in noise:
        w -= rate * (w + each)
        total += w * w
    return total / STEPS


def expected_wandering(rate: float, batch: int) -> float:
    """The same by the formula of the lesson, for curvature 1."""
    return rate * SIGMA**2 / (batch * (2 - rate))


def _format_losses(reached: np.ndarray) -> str:
    """Losses as the lesson's table shows them: their mean and range, or that all are below a power of ten."""
    below = next((words for power, words in BELOW.items() if reached.max() < power), "")
    return below or format_spread(reached, 4)


def main() -> None:
    """Print the tables as Markdown."""
    say("| weights | random points | random moves | the slope |", "|---|---|---|---|")
    for count in WEIGHTS:
        say(f"| {count} | {' | '.join(_format_losses(losses(name, count)) for name in SEARCHES)} |")
    say("", "| rate | batch | measured | formula |", "|---|---|---|---|")
    for rate, batch in RUNS:
        say(f"| {rate:g} | {batch} | {wandering(rate, batch):.4f} | {expected_wandering(rate, batch):.4f} |")


if __name__ == "__main__":
    main()
