"""What helps a network to read digits that are moved by a pixel: three networks, and shifted copies in training.

Part of `python -m benchmarks.digits`. All networks are trained with plain descent in batches of 32, with
He's weights, on the same divisions of the images as the other tables; those
with shifted copies twice as many epochs. One of them is trained once more as the network with two convolutions is,
so that the two can be compared.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from benchmarks.adam import train_by_adam
from tutor.sims.datasets.handwriting import CLASS_COUNT, IMAGE_SIDE, Images, load_digit_images, load_digits

THIRD = 599
EPOCHS, BATCH, RATE = 20, 32, 0.3
UNITS = 32
KERNELS, KERNEL = 8, 3
WINDOWS = IMAGE_SIDE - KERNEL + 1
"""Positions of a kernel along a side."""


@dataclass(frozen=True)
class Reader:
    """A network of the table."""

    name: str
    convolution: bool = False
    pooling: bool = False
    moved_copies: bool = False
    """Each batch is moved by −1, 0 or 1 columns, at random."""
    epochs: int = EPOCHS
    by_adam: bool = False
    """Trained as the network with two convolutions is, by Adam."""

    @property
    def parameters(self) -> int:
        """All weights and biases."""
        if not self.convolution:
            return UNITS * (IMAGE_SIDE**2 + 1) + CLASS_COUNT * (UNITS + 1)
        features = KERNELS * (WINDOWS // (2 if self.pooling else 1)) ** 2
        return KERNELS * (KERNEL**2 + 1) + CLASS_COUNT * (features + 1)


READERS = (
    Reader("one hidden layer of 32"),
    Reader("convolution", convolution=True),
    Reader("convolution and max pooling", convolution=True, pooling=True),
    Reader("one hidden layer, shifted copies", moved_copies=True, epochs=2 * EPOCHS),
    Reader("convolution and max pooling, shifted copies", True, True, True, 2 * EPOCHS),
    Reader("one hidden layer of 32, trained like the next", by_adam=True),
)


def move(x: np.ndarray, columns: int) -> np.ndarray:
    """The images moved to the right by `columns`, or to the left where that is negative; paper comes in at the edge."""
    images = x.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    wide = np.pad(images, ((0, 0), (0, 0), (IMAGE_SIDE, IMAGE_SIDE)))
    return wide[:, :, IMAGE_SIDE - columns : 2 * IMAGE_SIDE - columns].reshape(len(x), -1)


def cut_windows(x: np.ndarray, convolution: bool) -> np.ndarray:
    """The windows that the first layer sees: of each image every 3 × 3 block, or the image as a whole."""
    if not convolution:
        return x[:, None, :]
    blocks = np.lib.stride_tricks.sliding_window_view(
        x.reshape(-1, IMAGE_SIDE, IMAGE_SIDE), (KERNEL, KERNEL), axis=(1, 2)
    )
    return blocks.reshape(len(x), WINDOWS**2, KERNEL**2)


def pool(h: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The largest of each 2 × 2 block of every map, and a mask of the places where it came from."""
    half = WINDOWS // 2
    blocks = h.reshape(len(h), half, 2, half, 2, KERNELS)
    largest = blocks.max(axis=(2, 4), keepdims=True)
    mask = blocks == largest
    return largest.reshape(len(h), -1), mask / mask.sum(axis=(2, 4), keepdims=True)


@dataclass
class Network:
    """A first layer over windows, perhaps pooling, and a softmax layer on top."""

    reader: Reader
    first: np.ndarray
    bias: np.ndarray
    last: np.ndarray
    offset: np.ndarray

    @classmethod
    def begin(cls, reader: Reader, rng: np.random.Generator) -> "Network":
        """The network with He's weights."""
        inputs, units = (KERNEL**2, KERNELS) if reader.convolution else (IMAGE_SIDE**2, UNITS)
        features = (reader.parameters - units * (inputs + 1)) // CLASS_COUNT - 1
        first = rng.normal(0, np.sqrt(2 / inputs), (units, inputs))
        last = rng.normal(0, np.sqrt(2 / features), (CLASS_COUNT, features))
        return cls(reader, first, np.zeros(units), last, np.zeros(CLASS_COUNT))

    def features(self, windows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What the last layer sees, and the slope of each hidden value that goes into it."""
        h = np.maximum(windows @ self.first.T + self.bias, 0)
        on = (h > 0).astype(float)
        if not self.reader.pooling:
            return h.reshape(len(h), -1), on
        pooled, share = pool(h)
        return pooled, share.reshape(h.shape) * on

    def read(self, x: np.ndarray) -> np.ndarray:
        """The digit that each image is read as."""
        features = self.features(cut_windows(x, self.reader.convolution))[0]
        answers: np.ndarray = (features @ self.last.T + self.offset).argmax(axis=1)
        return answers

    @property
    def weights(self) -> list[np.ndarray]:
        """Weights and biases."""
        return [self.last, self.offset, self.first, self.bias]

    def gradients(self, x: np.ndarray, targets: np.ndarray) -> list[np.ndarray]:
        """The slopes of the mean cross-entropy of a batch, in the order of the weights."""
        windows = cut_windows(x, self.reader.convolution)
        features, slope = self.features(windows)
        scores = features @ self.last.T + self.offset
        p = np.exp(scores - scores.max(axis=1, keepdims=True))
        delta = (p / p.sum(axis=1, keepdims=True) - targets) / len(x)
        below = delta @ self.last
        if self.reader.pooling:
            half = WINDOWS // 2
            spread = np.broadcast_to(
                below.reshape(len(x), half, 1, half, 1, KERNELS), (len(x), half, 2, half, 2, KERNELS)
            )
            below = spread.reshape(slope.shape)
        below = below.reshape(slope.shape) * slope
        first = np.einsum("npk,npi->ki", below, windows)
        return [delta.T @ features, delta.sum(axis=0), first, below.sum(axis=(0, 1))]

    def update(self, x: np.ndarray, targets: np.ndarray) -> None:
        """One step downhill on the mean cross-entropy of a batch."""
        for weight, slope in zip(self.weights, self.gradients(x, targets), strict=True):
            np.subtract(weight, RATE * slope, out=weight)


@cache
def train(reader: Reader, seed: int) -> Network:
    """The network after its epochs."""
    rng, images = np.random.default_rng((seed, 7)), load_digit_images(seed, THIRD, "train")
    network, targets = Network.begin(reader, rng), np.eye(CLASS_COUNT)[images.y]
    if reader.by_adam:
        train_by_adam(network.weights, lambda rows: network.gradients(images.x[rows], targets[rows]), THIRD, rng)
        return network
    for _ in range(reader.epochs):
        order = rng.permutation(len(images.y))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            columns = int(rng.integers(-1, 2)) if reader.moved_copies else 0
            network.update(move(images.x[rows], columns), targets[rows])
    return network


def ink_lost(columns: int) -> np.ndarray:
    """The share of its ink that each image loses at the edge when it is moved to the right."""
    x = load_digits().x
    shares: np.ndarray = 1 - move(x, columns).sum(axis=1) / x.sum(axis=1)
    return shares


def read_moved(reader: Reader, columns: int, seeds: int) -> np.ndarray:
    """The accuracy in per cent on validation images that are moved to the right, of each seed."""
    parts: list[Images] = [load_digit_images(seed, THIRD, "validation") for seed in range(seeds)]
    return np.array(
        [
            100 * float((train(reader, seed).read(move(part.x, columns)) == part.y).mean())
            for seed, part in enumerate(parts)
        ]
    )
