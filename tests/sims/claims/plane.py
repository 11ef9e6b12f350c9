"""What the playground says."""

from collections.abc import Callable
from typing import Any

import numpy as np

from tests.sims.claims.base import Case, Claim


def outputs(case: Case, points: np.ndarray, upto: int | None = None) -> np.ndarray:
    """The network's values at the points, by plain matrix products; of a hidden layer with `upto`."""
    from tutor.sims.datasets.plane import compute_features

    a = compute_features(points, case.rules.features)
    bend: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        "tanh": np.tanh,
        "relu": lambda z: np.maximum(z, 0),
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "linear": lambda z: z,
    }
    layers = list(zip(case.s.weights, case.s.biases, strict=True))
    for k, (w, b) in enumerate(layers[: len(layers) if upto is None else upto]):
        a = bend[case.rules.output if k == len(layers) - 1 else case.rules.activation](a @ w.T + b)
    return a


def loss_of(case: Case, points: np.ndarray) -> float:
    if not len(points):
        return 0.0
    out, y = outputs(case, points)[:, 0], points[:, 2]
    if case.rules.loss == "squared":
        return float(np.mean((out - y) ** 2) / 2)
    q, t = np.clip((1 + out) / 2, 1e-300, 1), (1 + y) / 2
    return float(np.mean(-(t * np.log(q) + (1 - t) * np.log(np.clip((1 - out) / 2, 1e-300, 1)))))


def correct(case: Case) -> float:
    test = case.s.test
    return float(np.mean((outputs(case, test)[:, 0] > 0) == (test[:, 2] > 0)))


def fold_layer(case: Case) -> int:
    return int(case.picture.title.split()[-1])


def spread(case: Case) -> float:
    """The share of the variance in the two main directions of a layer, by the eigenvalues of its covariance."""
    values = np.linalg.eigvalsh(np.atleast_2d(np.cov(outputs(case, case.s.train, fold_layer(case)).T)))
    return float(100 * values[-2:].sum() / values.sum()) if values.sum() > 0 else 100.0


def weights(case: Case) -> list[np.ndarray]:
    return list(case.s.weights)


def network(case: Case) -> list[float]:
    sizes = [len(case.rules.features), *case.rules.hidden, 1]
    return [*map(int, sizes), sum(w.size for w in weights(case))]


def zeros(case: Case) -> int:
    return sum(int((part == 0).sum()) for part in case.s.alive)


def all_zero(case: Case) -> bool:
    """Every weight that is said to be 0 is 0."""
    return all((w[alive == 0] == 0).all() for w, alive in zip(case.s.weights, case.s.alive, strict=True))


def epoch(case: Case, *more: float) -> list[Any]:
    b = case.b.loss_train
    return [case.s.epoch, (b, loss_of(case, case.s.train)), loss_of(case, case.s.test), *more]


EPOCH = "Epoch N: the training loss T, the test loss is N"
LARGEST = "; the largest size is N."
SHAPES = [("-".join(["N"] * count)) for count in range(2, 9)]
PLAYGROUND = (
    Claim("Before training the loss is N.", lambda c: [loss_of(c, c.s.train)], lambda c: c.s.epoch == 0),
    Claim(f"{EPOCH}.", epoch),
    Claim(f"{EPOCH}; N% of the test points are classified correctly.", lambda c: epoch(c, 100 * correct(c))),
    Claim(f"{EPOCH}; L1 has set N weight(s) to N.", lambda c: epoch(c, zeros(c), 0), all_zero),
    Claim(
        f"{EPOCH}; N% of the test points are classified correctly; L1 has set N weight(s) to N.",
        lambda c: epoch(c, 100 * correct(c), zeros(c), 0),
        all_zero,
    ),
    Claim(
        "After N epoch(s): training loss N, test loss N.",
        lambda c: (c.s.epoch, loss_of(c, c.s.train), loss_of(c, c.s.test)),
    ),
    Claim(
        "After N epoch(s): training loss N, test loss N, accuracy N%.",
        lambda c: (c.s.epoch, loss_of(c, c.s.train), loss_of(c, c.s.test), 100 * correct(c)),
    ),
    Claim("The training loss is N.", lambda c: [loss_of(c, c.s.train)]),
    Claim(
        "The training loss went from N to N.",
        lambda c: (c.history.trace("loss_train").values[0], loss_of(c, c.s.train)),
    ),
    *(
        Claim(
            f"A network of {shape} units with N weight(s){LARGEST}",
            lambda c: [*network(c), max(np.abs(w).max() for w in weights(c))],
            lambda c: zeros(c) == 0,
        )
        for shape in SHAPES
    ),
    *(
        Claim(
            f"A network of {shape} units with N weight(s), N of them set to N for good{LARGEST}",
            lambda c: [*network(c), zeros(c), 0, max(np.abs(w).max() for w in weights(c))],
            all_zero,
        )
        for shape in SHAPES
    ),
    Claim(
        "The plane as layer N transforms it; its two units are the axes.",
        lambda c: [fold_layer(c)],
        lambda c: c.rules.hidden[fold_layer(c) - 1] == 2,
    ),
    Claim(
        "The plane as layer N transforms it; its one unit is the horizontal axis; the height only keeps the points "
        "apart.",
        lambda c: [fold_layer(c)],
        lambda c: c.rules.hidden[fold_layer(c) - 1] == 1,
    ),
    Claim(
        "The plane as layer N transforms it; shown are the two main directions of its N units, which hold N% of the "
        "variance.",
        lambda c: (fold_layer(c), c.rules.hidden[fold_layer(c) - 1], spread(c)),
    ),
    Claim(
        "In this layer the output unit draws a straight line between the classes: N% of the test points are on the "
        "correct side.",
        lambda c: [100 * straight(c)],
        lambda c: fold_layer(c) == len(c.rules.hidden),
    ),
)


def straight(case: Case) -> float:
    """The share of test points on their side of the line w·a + b = 0 in the last hidden layer."""
    a = outputs(case, case.s.test, len(case.s.weights) - 1)
    return float(np.mean((a @ case.s.weights[-1][0] + case.s.biases[-1][0] > 0) == (case.s.test[:, 2] > 0)))
