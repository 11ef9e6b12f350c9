"""Fast training: an epoch as a list of NumPy calls that are prepared before the run begins.

With ten points in a batch the time goes into the number of NumPy calls, not into the arithmetic. So an epoch is
compiled into a list of calls with all their arrays bound: nothing is looked up or allocated during the run.
A small network is one matrix, block by block, so that one product gives every gradient; a large one has
a matrix for each layer. Biases are the column of an input that is always 1.

    rows of A (all n points of a batch):  features, 1 | units of layer 1, 1 | … | output
    W: block (layer l) = [weights_l | biases_l]     forward:   A_l = f(W_l · A_{l−1})
    D: rows are the units of layers 1 … L           backward:  D_l = (W_{l+1}ᵀ D_{l+1}) · f′
    G = D · Aᵀ                                      update:    W ← W − (η / count) · G
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

Call = Callable[[], Any]

MAX_SINGLE_MATRIX_ENTRIES = 150
"""Largest number of entries of the single matrix for a whole network: above it, multiplying zeros costs more than the
calls that it saves."""


@dataclass(frozen=True)
class NetworkShape:
    """The sizes and functions of a network: what determines the calls of an epoch."""

    sizes: tuple[int, ...]
    """Inputs, units of each hidden layer, 1."""
    activation: str
    output: str
    loss: str
    allow_single_matrix: bool = True
    """False for passes over many points, where one matrix for each layer is always faster."""

    @property
    def layers(self) -> int:
        """The number of layers with weights."""
        return len(self.sizes) - 1

    @property
    def starts(self) -> tuple[int, ...]:
        """The first row of each layer's activations in A; inputs first."""
        ends = np.cumsum([0, *(size + 1 for size in self.sizes)])
        return tuple(int(end) for end in ends[:-1])

    @property
    def rows(self) -> int:
        """Rows of A, the output's among them."""
        return self.starts[-1] + 1

    @property
    def units(self) -> tuple[int, ...]:
        """The first row of each layer's units in D; layer 1 first."""
        ends = np.cumsum([0, *self.sizes[1:]])
        return tuple(int(end) for end in ends[:-1])

    @property
    def is_single_matrix(self) -> bool:
        """True when one matrix for the whole network, mostly zeros, is faster than one for each layer."""
        return self.allow_single_matrix and sum(self.sizes[1:]) * self.starts[-1] <= MAX_SINGLE_MATRIX_ENTRIES

    def zeros(self, kind: type[np.floating[Any]] = np.float64) -> np.ndarray:
        """All weights and biases in one row, all zeros."""
        if self.is_single_matrix:
            return np.zeros(sum(self.sizes[1:]) * self.starts[-1], dtype=kind)
        return np.zeros(sum(after * (before + 1) for before, after in pairwise(self.sizes)), dtype=kind)

    def matrix(self, row: np.ndarray) -> np.ndarray:
        """A row of all weights as the one matrix of the whole network."""
        return row.reshape(sum(self.sizes[1:]), self.starts[-1])

    def blocks(self, row: np.ndarray) -> list[np.ndarray]:
        """The views of each layer's [weights | biases] in a row of all weights."""
        if self.is_single_matrix:
            matrix = self.matrix(row)
            return [
                matrix[unit : unit + after, start : start + before + 1]
                for unit, start, (before, after) in zip(self.units, self.starts, pairwise(self.sizes), strict=False)
            ]
        ends = np.cumsum([0, *(after * (before + 1) for before, after in pairwise(self.sizes))])
        return [
            row[first:last].reshape(after, before + 1)
            for first, last, (before, after) in zip(ends[:-1], ends[1:], pairwise(self.sizes), strict=True)
        ]

    def fill(self, row: np.ndarray, weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]) -> None:
        """Put each layer's weights (out×in) and biases into `row`."""
        for block, w, b in zip(self.blocks(row), weights, biases, strict=True):
            block[:, :-1] = w
            block[:, -1] = b

    def unpack(self, row: np.ndarray) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
        """Copies of each layer's weights and biases out of `row`."""
        blocks = self.blocks(row)
        return tuple(block[:, :-1].copy() for block in blocks), tuple(block[:, -1].copy() for block in blocks)


class Batch:
    """The arrays of one batch and the calls that work on them, on the weights `w` and into the gradients `g`."""

    def __init__(self, shape: NetworkShape, points: int, w: np.ndarray, g: np.ndarray) -> None:
        self._shape, kind = shape, w.dtype
        self.a = np.ones((shape.rows, points), dtype=kind)
        self.y = np.zeros((1, points), dtype=kind)
        self.inputs = self.a[: shape.sizes[0]]
        self.out = self.a[shape.starts[-1] :]
        self._layer_inputs = self.a[: shape.starts[-1]]
        self._deltas = np.zeros((sum(shape.sizes[1:]), points), dtype=kind)
        """D."""
        self._passed_back = np.zeros((shape.starts[-1], points), dtype=kind)
        """Wᵀ D, before it is multiplied by f′; rows as in A."""
        self._inputs_of_f = np.zeros_like(self._deltas)
        """z = W · A, before the activation."""
        self.forward: list[Call] = self._forward_calls(w)
        self.backward: list[Call] = [*self._all_slope_calls(), *self._delta_calls(w), *self._gradient_calls(g)]
        self.calls: list[Call] = [*self.forward, *self.backward]

    def _unit_rows(self, layer: int) -> np.ndarray:
        """The rows of A that hold the units of a layer; layer 0 are the inputs."""
        start = self._shape.starts[layer]
        return self.a[start : start + self._shape.sizes[layer]]

    def _delta_rows(self, rows: np.ndarray, layer: int) -> np.ndarray:
        """The rows of D, or of an array like it, that belong to a layer."""
        unit = self._shape.units[layer - 1]
        return rows[unit : unit + self._shape.sizes[layer]]

    def _forward_calls(self, w: np.ndarray) -> list[Call]:
        """From the inputs to the output, a product and an activation for each layer."""
        shape, blocks = self._shape, self._shape.blocks(w)
        calls: list[Call] = []
        for layer in range(1, shape.layers + 1):
            name = shape.output if layer == shape.layers else shape.activation
            z, h = self._delta_rows(self._inputs_of_f, layer), self._unit_rows(layer)
            if shape.is_single_matrix:
                calls.append(partial(shape.matrix(w).dot, self._layer_inputs, self._inputs_of_f))
            else:
                start = shape.starts[layer - 1]
                calls.append(partial(blocks[layer - 1].dot, self.a[start : start + shape.sizes[layer - 1] + 1], z))
            calls += _activation_calls(name, z, h)
        return calls

    def _all_slope_calls(self) -> list[Call]:
        """f′ of all units in as few calls as can be."""
        shape, first = self._shape, self._shape.starts[1]
        # With one activation for all, the output's slopes are made in the same calls.
        together = shape.output == shape.activation
        last = shape.rows if together else shape.rows - 1
        self._slopes = np.ones((shape.rows - first, self.a.shape[1]), dtype=self.a.dtype)
        slope_calls = (
            _slope_calls(shape.activation, self.a[first:last], self._slopes[: last - first]) if last > first else []
        )
        return slope_calls if together else [*slope_calls, *_slope_calls(shape.output, self.out, self._slopes[-1:])]

    def _delta_calls(self, w: np.ndarray) -> list[Call]:
        """∂loss/∂z of every unit, last layer first."""
        shape, last = self._shape, self._delta_rows(self._deltas, self._shape.layers)
        blocks = shape.blocks(w)
        calls: list[Call] = [partial(np.subtract, self.out, self.y, last)]
        if shape.loss != "cross-entropy" and shape.output != "linear":
            # For cross-entropy with a tanh output the slope at z is simply o − y.
            calls.append(partial(np.multiply, last, self._slopes[-1:], last))
        for layer in range(shape.layers - 1, 0, -1):
            start, size = shape.starts[layer], shape.sizes[layer]
            if shape.is_single_matrix:
                calls.append(partial(shape.matrix(w).T.dot, self._deltas, self._passed_back))
            else:
                calls.append(
                    partial(
                        blocks[layer].T.dot,
                        self._delta_rows(self._deltas, layer + 1),
                        self._passed_back[start : start + size + 1],
                    )
                )
            slopes = self._slopes[start - shape.starts[1] :][:size]
            calls.append(
                partial(
                    np.multiply, self._passed_back[start : start + size], slopes, self._delta_rows(self._deltas, layer)
                )
            )
        return calls

    def _gradient_calls(self, g: np.ndarray) -> list[Call]:
        """∂loss/∂W of every layer, summed over the points."""
        shape = self._shape
        if shape.is_single_matrix:
            return [partial(self._deltas.dot, self._layer_inputs.T, shape.matrix(g))]
        calls: list[Call] = []
        for layer, block in enumerate(shape.blocks(g)):
            start, size = shape.starts[layer], shape.sizes[layer]
            calls.append(
                partial(self._delta_rows(self._deltas, layer + 1).dot, self.a[start : start + size + 1].T, block)
            )
        return calls


def _activation_calls(name: str, z: np.ndarray, h: np.ndarray) -> list[Call]:
    """The activation: from `z` into `h`."""
    if name == "tanh":
        return [partial(np.tanh, z, h)]
    if name == "relu":
        return [partial(np.maximum, z, np.zeros_like(z), out=h)]
    if name == "sigmoid":
        one = np.ones_like(z)
        return [
            partial(np.negative, z, h),
            partial(np.exp, h, h),
            partial(np.add, h, one, h),
            partial(np.reciprocal, h, h),
        ]
    return [partial(np.copyto, h, z)]


def _slope_calls(name: str, values: np.ndarray, slopes: np.ndarray) -> list[Call]:
    """f′ from f's own values; relu's slope at 0 is 0, a linear unit's is 1 for good."""
    one = np.ones_like(slopes)  # an array is cheaper to subtract from than a number, which is made one each time
    if name == "tanh":
        return [partial(np.multiply, values, values, slopes), partial(np.subtract, one, slopes, slopes)]
    if name == "relu":
        return [partial(np.sign, values, slopes)]
    if name == "sigmoid":
        return [partial(np.subtract, one, values, slopes), partial(np.multiply, slopes, values, slopes)]
    return []


@lru_cache(maxsize=8)
def inference_batch(shape: NetworkShape, points: int, kind: Any) -> tuple[Batch, np.ndarray]:
    """A forward pass over `points` points and the matrix of weights that it uses."""
    w = shape.zeros(kind)
    return Batch(shape, points, w, shape.zeros(kind)), w


def run_forward(
    shape: NetworkShape,
    weights: Sequence[np.ndarray],
    biases: Sequence[np.ndarray],
    inputs: np.ndarray,
    kind: Any = np.float64,
) -> Batch:
    """The activations of every unit for `inputs` (features×n), in arrays that the next call overwrites.

    float32 is half the work, and more than enough for a picture.
    """
    shape = replace(shape, allow_single_matrix=False)
    batch, w = inference_batch(shape, inputs.shape[1], kind)
    shape.fill(w, weights, biases)
    batch.inputs[:] = inputs
    for call in batch.forward:
        call()
    return batch
