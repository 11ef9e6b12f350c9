"""Small pictures to look at, and kernels that look: all made from numbers, none from a file."""

from collections.abc import Callable

import numpy as np

Array = np.ndarray


def digit(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """A seven, drawn with a brush, a little weaker in each further channel."""
    y, x = np.mgrid[0:height, 0:width]
    v, u = (y + 0.5) / height, (x + 0.5) / width
    bar = (v > 0.15) & (v < 0.32) & (u > 0.2) & (u < 0.8)
    stem = (v >= 0.25) & (v < 0.88) & (np.abs(u - (0.78 - 0.5 * (v - 0.25))) < 0.1)
    return _layers((bar | stem).astype(float), channels)


def cross(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """An upright cross."""
    y, x = np.mgrid[0:height, 0:width]
    on = (np.abs((y + 0.5) / height - 0.5) < 0.12) | (np.abs((x + 0.5) / width - 0.5) < 0.12)
    return _layers(on.astype(float), channels)


def checker(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """A board of 2×2 squares."""
    y, x = np.mgrid[0:height, 0:width]
    return _layers(((y // 2 + x // 2) % 2).astype(float), channels)


def slope(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """From dark to light, left to right."""
    return _layers(np.tile(np.linspace(0, 1, width), (height, 1)), channels)


def noise(channels: int, height: int, width: int, rng: np.random.Generator) -> Array:
    """Every cell by chance, between 0 and 1, rounded to two decimals so that it can be copied by hand."""
    return np.round(rng.random((channels, height, width)), 2)


def _layers(picture: Array, channels: int) -> Array:
    weights = 1.0 / (1.0 + np.arange(channels))
    layers: Array = np.round(weights[:, None, None] * picture, 4)
    return layers


IMAGES: dict[str, Callable[[int, int, int, np.random.Generator], Array]] = {
    "digit": digit,
    "cross": cross,
    "checker": checker,
    "slope": slope,
    "noise": noise,
}
"""name → (channels, height, width, rng) → C×H×W, values 0 … 1."""


def edge(channels: int, size: int, rng: np.random.Generator) -> Array:
    """Right minus left: large where a picture grows lighter from left to right."""
    columns = np.sign(np.arange(size) - (size - 1) / 2)
    return np.tile(columns, (channels, size, 1))


def flat(channels: int, size: int, rng: np.random.Generator) -> Array:
    """The mean of the window."""
    return np.full((channels, size, size), 1.0 / (channels * size * size))


def sharpen(channels: int, size: int, rng: np.random.Generator) -> Array:
    """Twice the middle minus the mean of the window."""
    kernel = -flat(channels, size, rng)
    kernel[:, size // 2, size // 2] += 2.0 / channels
    return kernel


def identity(channels: int, size: int, rng: np.random.Generator) -> Array:
    """The middle of the window, summed over the channels."""
    kernel = np.zeros((channels, size, size))
    kernel[:, size // 2, size // 2] = 1.0
    return kernel


def chosen_by_chance(channels: int, size: int, rng: np.random.Generator) -> Array:
    """Weights between −1 and 1, rounded to two decimals, as before any training."""
    return np.round(rng.uniform(-1, 1, (channels, size, size)), 2)


FILTERS: dict[str, Callable[[int, int, np.random.Generator], Array]] = {
    "edge": edge,
    "blur": flat,
    "sharpen": sharpen,
    "identity": identity,
    "random": chosen_by_chance,
}
"""name → (channels, size, rng) → C×K×K."""
