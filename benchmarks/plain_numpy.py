"""Plain NumPy, as one writes it first: the floor of the playground's training, alone and as a program.

`python -m benchmarks.plain_numpy STEPS` does the work of `chainrule sim playground --steps STEPS --json --last`: as
many epochs, each with the losses of both sets of points, and the last state as JSON.
"""

import json
import sys
from collections.abc import Callable
from itertools import pairwise

import numpy as np

from tutor.sims.datasets.plane import compute_features
from tutor.sims.engine.simulation import begin_run
from tutor.sims.playground.view import Playground


def plain_run(rules: Playground) -> tuple[Callable[[], None], Callable[[], dict[str, object]]]:
    """An epoch, one mini-batch at a time, and what is known after one: both losses, and all weights."""
    state = begin_run(rules)
    x, y = compute_features(state.train, rules.features), state.train[:, 2:]
    x_test, y_test = compute_features(state.test, rules.features), state.test[:, 2:]
    rng = np.random.default_rng(0)
    weights = [rng.uniform(-0.5, 0.5, (n, m)) for m, n in pairwise(rules.shape.sizes)]
    biases = [np.full(len(w), 0.1) for w in weights]

    def forward(values: np.ndarray) -> list[np.ndarray]:
        found = [values]
        for w, b in zip(weights, biases, strict=True):
            found.append(np.tanh(found[-1] @ w.T + b))
        return found

    def epoch() -> None:
        for first in range(0, len(x), rules.batch):
            chunk, target = x[first : first + rules.batch], y[first : first + rules.batch]
            values = forward(chunk)
            delta = (values[-1] - target) * (1 - values[-1] ** 2)
            for layer in range(len(weights) - 1, -1, -1):
                by_weight, by_bias = delta.T @ values[layer], delta.sum(axis=0)
                if layer:
                    delta = (delta @ weights[layer]) * (1 - values[layer] ** 2)
                weights[layer] = weights[layer] - rules.learning_rate / len(chunk) * by_weight
                biases[layer] = biases[layer] - rules.learning_rate / len(chunk) * by_bias

    def known() -> dict[str, object]:
        losses = [float(np.mean(0.5 * (forward(a)[-1] - b) ** 2)) for a, b in ((x, y), (x_test, y_test))]
        return {"losses": losses, "weights": [w.tolist() for w in weights], "biases": [b.tolist() for b in biases]}

    return epoch, known


def main(steps: int) -> None:
    """Train, with both losses after each epoch, and print the last state."""
    epoch, known = plain_run(Playground.build())
    last = known()
    for _ in range(steps):
        epoch()
        last = known()
    print(json.dumps(last))


if __name__ == "__main__":
    main(int(sys.argv[1]))
