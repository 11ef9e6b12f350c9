"""Fast training: an epoch as a list of NumPy calls that are prepared before the run begins.

With ten points in a batch most of the time is the overhead of NumPy calls, not arithmetic. So an epoch is compiled into
a list of calls with all their arrays bound: nothing is looked up or allocated during the run. The weights of a small
network are the blocks of one matrix, so that one product gives every gradient; a large network has a matrix for each
layer. Biases are the weights of an input that is always 1.

The last array of a call is the one that it writes (of `np.copyto` the first). It has no `out=`, since a keyword makes
such a short call half as slow again; only `np.maximum` needs one.

    rows of A (all n points of a batch):  features, 1 | units of layer 1, 1 | … | output
    W: block (layer l) = [weights_l | biases_l]     forward:   A_l = f(W_l · A_{l−1})
    D: rows are the units of layers 1 … L           backward:  D_l = (W_{l+1}ᵀ D_{l+1}) · f′
    G = D · Aᵀ                                      update:    W ← W − (η / count) · G

A *vector* is W, or another array of its shape such as G, as one flat array.
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
    """The number of inputs, of the units of each hidden layer, and of outputs, which is 1."""
    activation: str
    """The name of the hidden units' activation."""
    output: str
    """The name of the output's activation."""
    loss: str
    """`squared` or `cross-entropy`."""
    allow_single_matrix: bool = True
    """False for passes over many points, where one matrix for each layer is always faster."""

    @property
    def layer_count(self) -> int:
        """The number of layers with weights."""
        return len(self.sizes) - 1

    @property
    def first_rows(self) -> tuple[int, ...]:
        """The index of each layer's first row in A; layer 0 consists of the inputs."""
        boundaries = np.cumsum([0, *(size + 1 for size in self.sizes)])  # + 1: the row that is always 1
        return tuple(int(boundary) for boundary in boundaries[:-1])

    @property
    def row_count(self) -> int:
        """The number of rows of A; the output has no row of ones after it."""
        return self.first_rows[-1] + 1

    @property
    def first_delta_rows(self) -> tuple[int, ...]:
        """For each layer from layer 1 on, the index of its first row in D."""
        boundaries = np.cumsum([0, *self.sizes[1:]])
        return tuple(int(boundary) for boundary in boundaries[:-1])

    @property
    def delta_row_count(self) -> int:
        """The number of rows of D, which are the units of all layers."""
        return sum(self.sizes[1:])

    @property
    def is_single_matrix(self) -> bool:
        """True when one matrix for the whole network, mostly zeros, is faster than one for each layer."""
        return self.allow_single_matrix and self.delta_row_count * self.first_rows[-1] <= MAX_SINGLE_MATRIX_ENTRIES

    def zeros(self, dtype: type[np.floating[Any]] = np.float64) -> np.ndarray:
        """A vector of zeros."""
        if self.is_single_matrix:
            return np.zeros(self.delta_row_count * self.first_rows[-1], dtype=dtype)
        return np.zeros(sum(units * (inputs + 1) for inputs, units in pairwise(self.sizes)), dtype=dtype)

    def matrix(self, vector: np.ndarray) -> np.ndarray:
        """The view of `vector` as the single matrix of the network, shape (rows of D, rows of A without the output)."""
        return vector.reshape(self.delta_row_count, self.first_rows[-1])

    def blocks(self, vector: np.ndarray) -> list[np.ndarray]:
        """For each layer the view of its [weights | biases] in `vector`, shape (units, inputs + 1)."""
        layer_sizes = list(pairwise(self.sizes))  # (inputs, units) of each layer
        blocks = []
        if self.is_single_matrix:
            matrix = self.matrix(vector)
            for layer, (inputs, units) in enumerate(layer_sizes):
                top, left = self.first_delta_rows[layer], self.first_rows[layer]
                blocks.append(matrix[top : top + units, left : left + inputs + 1])
            return blocks
        start = 0
        for inputs, units in layer_sizes:
            stop = start + units * (inputs + 1)
            blocks.append(vector[start:stop].reshape(units, inputs + 1))
            start = stop
        return blocks

    def fill(self, vector: np.ndarray, weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]) -> None:
        """Write each layer's weights, shape (units, inputs), and biases, shape (units,), into `vector`."""
        for block, w, b in zip(self.blocks(vector), weights, biases, strict=True):
            block[:, :-1] = w
            block[:, -1] = b

    def unpack(self, vector: np.ndarray) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
        """(weights of each layer, biases of each layer), copied from `vector`."""
        blocks = self.blocks(vector)
        return tuple(block[:, :-1].copy() for block in blocks), tuple(block[:, -1].copy() for block in blocks)


class Batch:
    """The arrays of one batch, and the calls that compute with them: gradients in vector `g` from weights in `w`."""

    def __init__(self, shape: NetworkShape, point_count: int, w: np.ndarray, g: np.ndarray) -> None:
        self._shape = shape
        self.a = np.ones((shape.row_count, point_count), dtype=w.dtype)
        """A; its rows that are always 1 are never written to."""
        self.y = np.zeros((1, point_count), dtype=w.dtype)
        """The labels."""
        self.inputs = self.a[: shape.sizes[0]]
        """The rows of A with the features."""
        self.out = self.a[shape.first_rows[-1] :]
        """The row of A with the outputs, shape (1, points)."""
        self._layer_inputs = self.a[: shape.first_rows[-1]]
        """All rows of A except the output's: the inputs of all layers, including the rows of ones."""
        self._deltas = np.zeros((shape.delta_row_count, point_count), dtype=w.dtype)
        """D."""
        self._passed_back = np.zeros((shape.first_rows[-1], point_count), dtype=w.dtype)
        """Wᵀ D, before it is multiplied by f′; rows as in A."""
        self._inputs_of_f = np.zeros_like(self._deltas)
        """z = W · A, before the activation; rows as in D."""
        self._slopes = np.ones((shape.row_count - shape.first_rows[1], point_count), dtype=w.dtype)
        """f′ of the units; its rows are those of A from layer 1 on."""
        self.forward: list[Call] = self._forward_calls(w)
        self.backward: list[Call] = [*self._all_slope_calls(), *self._delta_calls(w), *self._gradient_calls(g)]
        self.calls: list[Call] = [*self.forward, *self.backward]

    def _unit_rows(self, layer: int) -> np.ndarray:
        """The rows of A with the units of a layer; those of layer 0 are the inputs."""
        start = self._shape.first_rows[layer]
        return self.a[start : start + self._shape.sizes[layer]]

    def _rows_with_ones(self, array: np.ndarray, layer: int) -> np.ndarray:
        """The rows of a layer's units, and the row of ones after them, in `array`, whose rows are those of A."""
        start = self._shape.first_rows[layer]
        return array[start : start + self._shape.sizes[layer] + 1]

    def _delta_rows(self, array: np.ndarray, layer: int) -> np.ndarray:
        """The rows of a layer's units in `array`, whose rows are those of D."""
        start = self._shape.first_delta_rows[layer - 1]
        return array[start : start + self._shape.sizes[layer]]

    def _forward_calls(self, w: np.ndarray) -> list[Call]:
        """The calls of the forward pass, to be run later: for each layer a product, and then the activation."""
        shape, blocks = self._shape, self._shape.blocks(w)
        calls: list[Call] = []
        for layer in range(1, shape.layer_count + 1):
            activation = shape.output if layer == shape.layer_count else shape.activation
            z, h = self._delta_rows(self._inputs_of_f, layer), self._unit_rows(layer)
            if shape.is_single_matrix:
                # The product gives z of all layers. That of the later layers is wrong, since their inputs are still to
                # be computed; the products of those layers overwrite it.
                calls.append(partial(shape.matrix(w).dot, self._layer_inputs, self._inputs_of_f))
            else:
                calls.append(partial(blocks[layer - 1].dot, self._rows_with_ones(self.a, layer - 1), z))
            calls += _activation_calls(activation, z, h)
        return calls

    def _all_slope_calls(self) -> list[Call]:
        """The calls that compute f′ of all units, into `_slopes`; as few as possible."""
        shape, first = self._shape, self._shape.first_rows[1]
        if shape.output == shape.activation:  # one function for all units
            return _slope_calls(shape.activation, self.a[first:], self._slopes)
        output_calls = _slope_calls(shape.output, self.out, self._slopes[-1:])
        if shape.row_count - 1 == first:  # there is no hidden layer
            return output_calls
        # The slopes of the rows of ones between the hidden layers are computed too, and not used.
        return [*_slope_calls(shape.activation, self.a[first:-1], self._slopes[:-1]), *output_calls]

    def _delta_calls(self, w: np.ndarray) -> list[Call]:
        """The calls that compute ∂loss/∂z of all units, into D, the last layer first."""
        shape, blocks = self._shape, self._shape.blocks(w)
        output_delta = self._delta_rows(self._deltas, shape.layer_count)
        calls: list[Call] = [partial(np.subtract, self.out, self.y, output_delta)]
        if shape.loss != "cross-entropy" and shape.output != "linear":
            # Not for cross-entropy, which has a tanh output and whose derivative by z is simply o − y.
            calls.append(partial(np.multiply, output_delta, self._slopes[-1:], output_delta))
        for layer in range(shape.layer_count - 1, 0, -1):
            passed_back = self._rows_with_ones(self._passed_back, layer)
            if shape.is_single_matrix:
                # The product passes back through all layers; only the rows of this layer are used below.
                calls.append(partial(shape.matrix(w).T.dot, self._deltas, self._passed_back))
            else:
                calls.append(partial(blocks[layer].T.dot, self._delta_rows(self._deltas, layer + 1), passed_back))
            first_slope = shape.first_rows[layer] - shape.first_rows[1]
            slopes = self._slopes[first_slope : first_slope + shape.sizes[layer]]
            of_units = passed_back[:-1]  # without the row of ones
            calls.append(partial(np.multiply, of_units, slopes, self._delta_rows(self._deltas, layer)))
        return calls

    def _gradient_calls(self, g: np.ndarray) -> list[Call]:
        """The calls that compute ∂loss/∂W of all layers, summed over the points, into the vector `g`."""
        shape = self._shape
        if shape.is_single_matrix:
            return [partial(self._deltas.dot, self._layer_inputs.T, shape.matrix(g))]
        return [
            partial(self._delta_rows(self._deltas, layer + 1).dot, self._rows_with_ones(self.a, layer).T, block)
            for layer, block in enumerate(shape.blocks(g))
        ]


def _activation_calls(name: str, z: np.ndarray, h: np.ndarray) -> list[Call]:
    """The calls of the activation `name`, from `z` into `h`.

    Constants are arrays, since NumPy would convert a number each time.
    """
    if name == "tanh":
        return [partial(np.tanh, z, h)]
    if name == "relu":
        return [partial(np.maximum, z, np.zeros_like(z), out=h)]
    if name == "sigmoid":
        one = np.ones_like(z)
        return [  # 1/(1 + e^−z), one operation after the other
            partial(np.negative, z, h),
            partial(np.exp, h, h),
            partial(np.add, h, one, h),
            partial(np.reciprocal, h, h),
        ]
    return [partial(np.copyto, h, z)]


def _slope_calls(name: str, values: np.ndarray, slopes: np.ndarray) -> list[Call]:
    """The calls that compute f′ of the activation `name`, from f's `values` into `slopes`.

    `slopes` begins as all 1, which is right for linear.
    """
    one = np.ones_like(slopes)  # cheaper to subtract from than the number 1, which NumPy converts to an array each time
    if name == "tanh":
        return [partial(np.multiply, values, values, slopes), partial(np.subtract, one, slopes, slopes)]
    if name == "relu":  # its values are 0 or positive, so their sign is the slope
        return [partial(np.sign, values, slopes)]
    if name == "sigmoid":
        return [partial(np.subtract, one, values, slopes), partial(np.multiply, slopes, values, slopes)]
    return []


@lru_cache(maxsize=8)
def get_inference_batch(shape: NetworkShape, point_count: int, dtype: Any) -> tuple[Batch, np.ndarray]:
    """(batch, the vector of weights that it uses) for forward passes over `point_count` points.

    Cached: the next call with the same arguments returns the same arrays.
    """
    w = shape.zeros(dtype)
    return Batch(shape, point_count, w, shape.zeros(dtype)), w


def run_forward(
    shape: NetworkShape,
    weights: Sequence[np.ndarray],
    biases: Sequence[np.ndarray],
    inputs: np.ndarray,
    dtype: Any = np.float64,
) -> Batch:
    """Run a forward pass over `inputs`, shape (features, n), computed in `dtype`.

    float32 takes half the time of float64, and is exact enough for a picture.

    Returns:
        A batch with the activations of all units; the next call overwrites its arrays.
    """
    shape = replace(shape, allow_single_matrix=False)
    batch, w = get_inference_batch(shape, inputs.shape[1], dtype)
    shape.fill(w, weights, biases)
    batch.inputs[:] = inputs
    for call in batch.forward:
        call()
    return batch
