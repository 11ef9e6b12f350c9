"""A network that forgets where a digit is: two convolutions, then the maximum over each whole map, then a softmax.

Part of `python -m benchmarks.digits`. It is trained with Adam, whose rate falls along
a cosine, on centred digits alone.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.adam import train_by_adam
from benchmarks.moved_digits import move
from tutor.sims.datasets.handwriting import CLASS_COUNT, IMAGE_SIDE, load_digit_images

THIRD = 599
KERNEL = 3
MAPS = (16, 32)
"""Channels of the first and of the second convolution."""
NAME = "two convolutions, maximum of each whole map"


def cut_windows(maps: np.ndarray) -> np.ndarray:
    """The 3 × 3 windows around every cell, with zeros beyond the edge: (image, cell, weight)."""
    wide = np.pad(maps.reshape(len(maps), IMAGE_SIDE, IMAGE_SIDE, -1), ((0, 0), (1, 1), (1, 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(wide, (KERNEL, KERNEL), axis=(1, 2))
    return windows.reshape(len(maps), IMAGE_SIDE**2, -1)


def join_windows(parts: np.ndarray, channels: int) -> np.ndarray:
    """The way back of `cut_windows`: what the windows hold for a cell is added up."""
    parts = parts.reshape(len(parts), IMAGE_SIDE, IMAGE_SIDE, channels, KERNEL, KERNEL)
    wide = np.zeros((len(parts), IMAGE_SIDE + 2, IMAGE_SIDE + 2, channels), parts.dtype)
    for row in range(KERNEL):
        for column in range(KERNEL):
            wide[:, row : row + IMAGE_SIDE, column : column + IMAGE_SIDE] += parts[..., row, column]
    return wide[:, 1:-1, 1:-1].reshape(len(parts), IMAGE_SIDE**2, channels)


@dataclass(frozen=True)
class Passed:
    """What a forward pass keeps for the way back."""

    first: np.ndarray
    """Windows of the image."""
    hidden: np.ndarray
    second: np.ndarray
    """Windows of the first maps."""
    maps: np.ndarray
    largest: np.ndarray
    scores: np.ndarray


@dataclass
class Network:
    """Weights and biases of both convolutions and of the softmax layer."""

    weights: list[np.ndarray]

    @classmethod
    def begin(cls, rng: np.random.Generator) -> "Network":
        """The network with He's weights and biases of 0."""
        sizes = ((KERNEL**2, MAPS[0]), (MAPS[0] * KERNEL**2, MAPS[1]), (MAPS[1], CLASS_COUNT))
        weights = []
        for inputs, outputs in sizes:
            weights.append((rng.normal(size=(inputs, outputs)) * np.sqrt(2 / inputs)).astype(np.float32))
            weights.append(np.zeros(outputs, np.float32))
        return cls(weights)

    @property
    def parameters(self) -> int:
        """All weights and biases."""
        return sum(one.size for one in self.weights)

    def forward(self, x: np.ndarray) -> Passed:
        """The scores of each digit, and all that they come from."""
        w1, b1, w2, b2, w3, b3 = self.weights
        first = cut_windows(x.astype(np.float32))
        hidden = np.maximum(first @ w1 + b1, 0)
        second = cut_windows(hidden)
        maps = np.maximum(second @ w2 + b2, 0)
        largest = maps.max(axis=1)
        return Passed(first, hidden, second, maps, largest, largest @ w3 + b3)

    def read(self, x: np.ndarray) -> np.ndarray:
        """The digit that each image is read as."""
        answers: np.ndarray = self.forward(x).scores.argmax(axis=1)
        return answers

    def gradients(self, x: np.ndarray, targets: np.ndarray) -> list[np.ndarray]:
        """The slopes of the mean cross-entropy of a batch; each maximum passes its own to the cell it came from."""
        seen = self.forward(x)
        p = np.exp(seen.scores - seen.scores.max(axis=1, keepdims=True))
        delta = (p / p.sum(axis=1, keepdims=True) - targets) / len(x)
        above = np.zeros_like(seen.maps)
        np.put_along_axis(above, seen.maps.argmax(axis=1)[:, None], (delta @ self.weights[4].T)[:, None], axis=1)
        above *= seen.maps > 0
        below = join_windows(above @ self.weights[2].T, MAPS[0]) * (seen.hidden > 0)
        pairs = ((seen.first, below), (seen.second, above), (seen.largest[:, None], delta[:, None]))
        return [one for a, d in pairs for one in (np.tensordot(a, d, ([0, 1], [0, 1])), d.sum(axis=(0, 1)))]


@cache
def train(seed: int) -> Network:
    """The network after its epochs."""
    rng, images = np.random.default_rng((seed, 7)), load_digit_images(seed, THIRD, "train")
    network, targets = Network.begin(rng), np.eye(CLASS_COUNT, dtype=np.float32)[images.y]
    train_by_adam(network.weights, lambda rows: network.gradients(images.x[rows], targets[rows]), len(images.y), rng)
    return network


def read_moved(columns: int, seeds: int) -> np.ndarray:
    """The accuracy in per cent on validation images that are moved to the right, of each seed."""
    parts = [load_digit_images(seed, THIRD, "validation") for seed in range(seeds)]
    found = [(train(seed).read(move(part.x, columns)) == part.y).mean() for seed, part in enumerate(parts)]
    return 100 * np.array(found, dtype=float)
