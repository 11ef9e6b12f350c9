"""What a step of a simulation costs, in microseconds of a usual computer: the work of a lesson is counted in it."""

from collections.abc import Callable
from typing import Any

USUAL = 100
"""What a step costs where no more is known."""


def _playground(rules: Any) -> float:
    """Each layer of each update; an epoch has as many updates as batches."""
    updates = 500 * rules.train_fraction / rules.batch
    return float(100 + 10 * updates * (len(rules.hidden) + 1))


_EFFORTS: dict[str, Callable[[Any], float]] = {
    "playground": _playground,
    "manifold": lambda rules: 200 + rules.points**2 / 2,
    "autoencoder": lambda rules: 4_000,
    "loss-surface": lambda rules: 300 + rules.grid**2 / 20,
    "minibatch": lambda rules: 100 + rules.samples / 2,
    "batchnorm": lambda rules: 100 + 1.2 * rules.batch,
    "separable": lambda rules: 200 + 12 * rules.kernels,
    "overfit": lambda rules: 300,
    "convolution": lambda rules: 600,
}


def effort(rules: Any) -> int:
    """What one step of the simulation `rules` costs."""
    known = _EFFORTS.get(rules.name)
    return USUAL if known is None else int(known(rules))
