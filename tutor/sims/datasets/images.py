"""Small images and kernels for convolutions, all computed, none from a file.

An image has the shape (channels, height, width), a kernel (channels, size, size). All functions that make images have
the same parameters, as have all that make kernels, though most of them do not need `rng`.
"""

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def digit(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """A seven, drawn with a broad brush."""
    y, x = np.mgrid[0:height, 0:width]
    v, u = (y + 0.5) / height, (x + 0.5) / width  # from 0 to 1, down and across
    bar = (v > 0.15) & (v < 0.32) & (u > 0.2) & (u < 0.8)
    stem_middle = 0.78 - 0.5 * (v - 0.25)  # the stem leans to the left as it goes down
    stem = (v >= 0.25) & (v < 0.88) & (np.abs(u - stem_middle) < 0.1)
    return _repeat_in_channels((bar | stem).astype(float), channels)


def cross(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """An upright cross."""
    y, x = np.mgrid[0:height, 0:width]
    horizontal = np.abs((y + 0.5) / height - 0.5) < 0.12
    vertical = np.abs((x + 0.5) / width - 0.5) < 0.12
    return _repeat_in_channels((horizontal | vertical).astype(float), channels)


def checker(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """A chessboard whose squares are 2×2 pixels."""
    y, x = np.mgrid[0:height, 0:width]
    return _repeat_in_channels(((y // 2 + x // 2) % 2).astype(float), channels)


def slope(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """From dark to light, left to right."""
    return _repeat_in_channels(np.tile(np.linspace(0, 1, width), (height, 1)), channels)


def noise(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """Random pixels between 0 and 1, rounded to two decimals so that they can be copied by hand."""
    return np.round(rng.random((channels, height, width)), 2)


def _repeat_in_channels(image: Array, channels: int) -> Array:
    """`image`, of shape (height, width), in every channel: divided by 1 in the first, by 2 in the second and so on."""
    weights = 1.0 / (1.0 + np.arange(channels))
    repeated: Array = np.round(weights[:, None, None] * image, 4)
    return repeated


IMAGES: dict[str, Callable[[int, int, int, np.random.Generator], Array]] = {
    "digit": digit,
    "cross": cross,
    "checker": checker,
    "slope": slope,
    "noise": noise,
}
"""Name → function (channels, height, width, rng) that makes the image, with values 0 … 1."""


def edge(channels: int, size: int, rng: np.random.Generator) -> Array:
    """Right minus left: large where an image grows lighter from left to right."""
    columns = np.sign(np.arange(size) - (size - 1) / 2)
    return np.tile(columns, (channels, size, 1))


def mean(channels: int, size: int, rng: np.random.Generator) -> Array:
    """The mean of the window."""
    return np.full((channels, size, size), 1.0 / (channels * size * size))


def sharpen(channels: int, size: int, rng: np.random.Generator) -> Array:
    """Twice the middle minus the mean of the window."""
    kernel = -mean(channels, size, rng)
    kernel[:, size // 2, size // 2] += 2.0 / channels
    return kernel


def identity(channels: int, size: int, rng: np.random.Generator) -> Array:
    """The middle of the window, summed over the channels."""
    kernel = np.zeros((channels, size, size))
    kernel[:, size // 2, size // 2] = 1.0
    return kernel


def random_weights(channels: int, size: int, rng: np.random.Generator) -> Array:
    """Random weights between −1 and 1, rounded to two decimals, as a network has them before training."""
    return np.round(rng.uniform(-1, 1, (channels, size, size)), 2)


FILTERS: dict[str, Callable[[int, int, np.random.Generator], Array]] = {
    "edge": edge,
    "blur": mean,
    "sharpen": sharpen,
    "identity": identity,
    "random": random_weights,
}
"""Name → function (channels, size, rng) that makes the kernel."""
