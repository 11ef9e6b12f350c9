"""Adam with a rate that falls along a cosine: the training of some rows in the table of moved digits.

Part of `python -m benchmarks.digits`.
"""

from collections.abc import Callable

import numpy as np

EPOCHS, BATCH, RATE = 30, 32, 0.01


def train_by_adam(
    weights: list[np.ndarray],
    gradients: Callable[[np.ndarray], list[np.ndarray]],
    count: int,
    rng: np.random.Generator,
) -> None:
    """Train `weights` in place; `gradients` are those on some of the `count` images, whose places it is given."""
    means, squares, steps = [0 * one for one in weights], [0 * one for one in weights], 0
    for epoch in range(EPOCHS):
        rate = RATE * (1 + np.cos(np.pi * epoch / EPOCHS)) / 2
        order = rng.permutation(count)
        for start in range(0, count, BATCH):
            steps += 1
            slopes = gradients(order[start : start + BATCH])
            for weight, mean, square, slope in zip(weights, means, squares, slopes, strict=True):
                mean[...] = 0.9 * mean + 0.1 * slope
                square[...] = 0.999 * square + 0.001 * slope**2
                corrected = np.sqrt(square / (1 - 0.999**steps)) + 1e-8
                weight[...] = weight - rate * mean / (1 - 0.9**steps) / corrected
