"""Multiplications against milliseconds: a standard convolution and a separable pair, in NumPy on one core.

    python -m benchmarks.convolutions

The table of the lesson on separable convolutions. Single precision, kernels of 3 × 3, padding 1, one image; each figure
is the best of several runs. The standard convolution copies its windows into a matrix and multiplies once, as libraries
do; the pointwise one is a matrix product; the depthwise one adds nine weighted copies of each channel.
"""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")  # before NumPy is loaded

import numpy as np  # noqa: E402

Array = np.ndarray
SIDE = 3
"""Of a kernel."""
RUNS = 9


@dataclass(frozen=True)
class Layer:
    """A layer of a network for phones."""

    channels: int
    kernels: int
    side: int
    """Rows and columns of its maps."""

    @property
    def standard(self) -> int:
        """Multiplications of the standard convolution."""
        return SIDE**2 * self.channels * self.kernels * self.side**2

    @property
    def depthwise(self) -> int:
        """Multiplications of the first half of the pair."""
        return SIDE**2 * self.channels * self.side**2

    @property
    def pointwise(self) -> int:
        """Multiplications of the second half."""
        return self.channels * self.kernels * self.side**2


LAYERS = (Layer(32, 64, 112), Layer(64, 128, 56), Layer(128, 256, 28), Layer(256, 512, 14))


def shifted(image: Array) -> list[Array]:
    """The nine copies of a padded image, one for each cell of a kernel."""
    height, width = (length - SIDE + 1 for length in image.shape[1:])
    return [image[:, i : i + height, j : j + width] for i in range(SIDE) for j in range(SIDE)]


def convolve(image: Array, bank: Array) -> Array:
    """The maps of a bank (N × C × 9) over a padded image."""
    windows = np.stack(shifted(image), axis=1)
    maps = bank.reshape(len(bank), -1) @ windows.reshape(bank.shape[1] * SIDE**2, -1)
    return np.asarray(maps.reshape(len(bank), *windows.shape[2:]))


def filter_channels(image: Array, kernels: Array) -> Array:
    """One map for each channel: depthwise, with kernels C × 9."""
    copies = shifted(image)
    maps = np.zeros_like(copies[0])
    for copy, weights in zip(copies, kernels.T, strict=True):
        maps += weights[:, None, None] * copy
    return maps


def mix_channels(maps: Array, weights: Array) -> Array:
    """Pointwise: weights N × C."""
    return np.asarray((weights @ maps.reshape(len(maps), -1)).reshape(len(weights), *maps.shape[1:]))


def best_time(work: Callable[[], object], runs: int) -> float:
    """Seconds of the fastest of several runs."""
    work()
    times = []
    for _ in range(runs):
        began = perf_counter()
        work()
        times.append(perf_counter() - began)
    return min(times)


def measure(layer: Layer, runs: int = RUNS) -> tuple[float, float, float]:
    """Seconds of the standard convolution, of the depthwise half and of the pointwise half."""
    rng = np.random.default_rng(0)

    def draw(*shape: int) -> Array:
        return rng.normal(size=shape).astype(np.float32)

    image = draw(layer.channels, layer.side + 2, layer.side + 2)
    bank, kernels = draw(layer.kernels, layer.channels, SIDE**2), draw(layer.channels, SIDE**2)
    maps, weights = filter_channels(image, kernels), draw(layer.kernels, layer.channels)
    return (
        best_time(lambda: convolve(image, bank), runs),
        best_time(lambda: filter_channels(image, kernels), runs),
        best_time(lambda: mix_channels(maps, weights), runs),
    )


def table(layers: tuple[Layer, ...] = LAYERS, runs: int = RUNS) -> str:
    """One line a layer: both counts and both times, and what the depthwise half has of the pair's."""
    lines = ["maps, channels, kernels    fewer multiplications  faster   depthwise: share of count, of time"]
    for layer in layers:
        standard, depthwise, pointwise = measure(layer, runs)
        pair = layer.depthwise + layer.pointwise
        lines.append(
            f"{layer.side}×{layer.side}, {layer.channels}, {layer.kernels}".ljust(27)
            + f"{layer.standard / pair:5.1f} times".ljust(23)
            + f"{standard / (depthwise + pointwise):5.1f} times".ljust(14)
            + f"{100 * layer.depthwise / pair:3.0f} %, {100 * depthwise / (depthwise + pointwise):3.0f} %"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    print(table())
    sys.exit(0)
