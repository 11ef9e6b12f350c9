"""Training made of calls that are ready before the run begins.

At ten points a batch it is not the arithmetic that costs but the number of NumPy calls, so an epoch is
compiled into a list of calls with all their arrays bound: nothing is looked up or allocated on the way.
All layers lie in one matrix of weights, block by block, with the biases as the column of an input that is
always 1; so one product gives every gradient and one subtraction changes every weight.

    rows of A (all n points of a batch):  features, 1 | units of layer 1, 1 | … | output
    W: block (layer l) = [weights_l | biases_l]     forward:   A_l = f(W_l · A_{l−1})
    D: rows are the units of layers 1 … L           backward:  D_l = (W_{l+1}ᵀ D_{l+1}) · f′
    G = D · Aᵀ                                      update:    W ← W − (η / count) · G
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import Any

import numpy as np

from tutor.sims.planar import inputs

Call = Callable[[], Any]


@dataclass(frozen=True)
class Shape:
    """What decides which calls an epoch is made of."""

    sizes: tuple[int, ...]
    """Inputs, units of each hidden layer, 1."""
    activation: str
    output: str
    loss: str

    @property
    def layers(self) -> int:
        """How many layers have weights."""
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

    def blocks(self, matrix: np.ndarray) -> list[np.ndarray]:
        """The views of each layer's [weights | biases] in a matrix of the whole network."""
        return [
            matrix[unit : unit + after, start : start + before + 1]
            for unit, start, (before, after) in zip(self.units, self.starts, pairwise(self.sizes), strict=False)
        ]

    def empty(self) -> np.ndarray:
        """A matrix for the whole network, all zeros."""
        return np.zeros((sum(self.sizes[1:]), self.starts[-1]))

    def fill(self, matrix: np.ndarray, weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]) -> None:
        """Put each layer's weights (out×in) and biases into `matrix`."""
        for block, w, b in zip(self.blocks(matrix), weights, biases, strict=True):
            block[:, :-1] = w
            block[:, -1] = b

    def parts(self, matrix: np.ndarray) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
        """Copies of each layer's weights and biases out of `matrix`."""
        found = self.blocks(matrix)
        return tuple(block[:, :-1].copy() for block in found), tuple(block[:, -1].copy() for block in found)


class Batch:
    """The arrays of one batch and the calls that work on them, on the weights `w` and into the gradients `g`."""

    def __init__(self, shape: Shape, points: int, w: np.ndarray, g: np.ndarray) -> None:
        self.a = np.ones((shape.rows, points))
        self.y = np.zeros((1, points))
        self.inputs = self.a[: shape.sizes[0]]
        self.out = self.a[shape.starts[-1] :]
        self._d = np.zeros((sum(shape.sizes[1:]), points))
        blocks = shape.blocks(w)
        before = [self.a[start : start + size + 1] for start, size in zip(shape.starts, shape.sizes[:-1], strict=False)]
        after = [self.a[start : start + size] for start, size in zip(shape.starts[1:], shape.sizes[1:], strict=True)]
        self.forward: list[Call] = _forward(shape, blocks, before, after)
        self.backward: list[Call] = [
            *self._slopes(shape, after),
            *_deltas(shape, blocks, self._d, self._s, self.out, self.y),
            partial(np.dot, self._d, self.a[: shape.starts[-1]].T, g),
        ]
        self.calls: list[Call] = [*self.forward, *self.backward]

    def _slopes(self, shape: Shape, after: list[np.ndarray]) -> list[Call]:
        """f′ of all units in as few calls as can be; `self._s` holds the views that the deltas need."""
        first = shape.starts[1]
        # With one activation for all, the output's slopes are made in the same calls.
        together = shape.output == shape.activation
        last = shape.rows if together else shape.rows - 1
        values, slopes = self.a[first:last], np.ones((shape.rows - first, self.a.shape[1]))
        made = _slope_calls(shape.activation, values, slopes[: last - first]) if last > first else []
        if not together:
            made += _slope_calls(shape.output, self.out, slopes[-1:])
        starts = [start - first for start in shape.starts[1:]]
        self._s = [slopes[start : start + len(part)] for start, part in zip(starts, after, strict=True)]
        return made


def _forward(shape: Shape, blocks: list[np.ndarray], before: list[np.ndarray], after: list[np.ndarray]) -> list[Call]:
    calls: list[Call] = []
    for layer, (w, a, h) in enumerate(zip(blocks, before, after, strict=True)):
        calls.append(partial(np.dot, w, a, h))
        calls += _bend_calls(shape.output if layer == shape.layers - 1 else shape.activation, h)
    return calls


def _bend_calls(name: str, h: np.ndarray) -> list[Call]:
    """The activation, in place."""
    if name == "tanh":
        return [partial(np.tanh, h, h)]
    if name == "relu":
        return [partial(np.maximum, h, 0.0, out=h)]
    if name == "sigmoid":
        return [
            partial(np.negative, h, h),
            partial(np.exp, h, h),
            partial(np.add, h, 1.0, h),
            partial(np.reciprocal, h, h),
        ]
    return []


def _slope_calls(name: str, values: np.ndarray, slopes: np.ndarray) -> list[Call]:
    """f′ from f's own values; relu's slope at 0 is 0, a linear unit's is 1 for good."""
    if name == "tanh":
        return [partial(np.multiply, values, values, slopes), partial(np.subtract, 1.0, slopes, slopes)]
    if name == "relu":
        return [partial(np.sign, values, slopes)]
    if name == "sigmoid":
        return [partial(np.subtract, 1.0, values, slopes), partial(np.multiply, slopes, values, slopes)]
    return []


def _deltas(
    shape: Shape, blocks: list[np.ndarray], d: np.ndarray, slopes: list[np.ndarray], out: np.ndarray, y: np.ndarray
) -> list[Call]:
    """∂loss/∂z of every unit, last layer first."""
    parts = [d[unit : unit + size] for unit, size in zip(shape.units, shape.sizes[1:], strict=True)]
    calls: list[Call] = [partial(np.subtract, out, y, parts[-1])]
    if shape.loss != "cross-entropy" and shape.output != "linear":
        # For cross-entropy with a tanh output the slope at z is simply o − y.
        calls.append(partial(np.multiply, parts[-1], slopes[-1], parts[-1]))
    for layer in range(shape.layers - 2, -1, -1):
        calls.append(partial(np.dot, blocks[layer + 1][:, :-1].T, parts[layer + 1], parts[layer]))
        if shape.activation != "linear":
            calls.append(partial(np.multiply, parts[layer], slopes[layer], parts[layer]))
    return calls


class Trainer:
    """A network of one shape and a set of points, trained an epoch at a time."""

    def __init__(self, shape: Shape, points: int, batch: int) -> None:
        self.shape, self.batch = shape, batch
        self.w, self.g = shape.empty(), shape.empty()
        self.full = [Batch(shape, batch, self.w, self.g) for _ in range(points // batch)]
        self.rest = Batch(shape, points % batch, self.w, self.g) if points % batch else None
        self._step = shape.empty()
        self._held: tuple[np.ndarray, tuple[str, ...]] | None = None
        self.first: tuple[np.ndarray, float, float, float] | None = None
        """Of the last epoch's first update: outputs, gradient of the first weight, that weight before and after."""
        weights = [np.zeros_like(block) for block in shape.blocks(self.w)]
        for part in weights:
            part[:, :-1] = 1.0
        self.is_weight, self.is_used = shape.empty(), shape.empty()
        for block, part in zip(shape.blocks(self.is_weight), weights, strict=True):
            block[:] = part
        for block in shape.blocks(self.is_used):
            block[:] = 1.0

    def load(self, inputs: np.ndarray, labels: np.ndarray) -> None:
        """Put the points into the batches, in order; `inputs` is n×features."""
        first = 0
        for part in [*self.full, *([self.rest] if self.rest is not None else [])]:
            count = part.y.shape[1]
            part.inputs[:] = inputs[first : first + count].T
            part.y[0] = labels[first : first + count]
            first += count

    def hold(self, points: np.ndarray, features: tuple[str, ...], order: np.ndarray | None = None) -> None:
        """Load rows x₁, x₂, label, in `order` if one is given, unless these very ones are loaded already."""
        if order is None and self._held is not None and self._held[0] is points and self._held[1] == features:
            return
        taken = points if order is None else points[order]
        self.load(inputs(taken, features), taken[:, 2])
        self._held = (points, features) if order is None else None

    def epoch(self, rate: float, carried: np.ndarray, count: int, alive: np.ndarray, penalty: "Penalty") -> int:
        """Every point once, an update after each full batch; `carried` and `alive` are changed in place.

        Args:
            rate: η.
            carried: sums of the gradients of points that were seen but not applied yet.
            count: how many points those were.
            alive: 1 where a weight may change.
            penalty: the second subtraction.

        Returns:
            How many points are carried into the next epoch.
        """
        scale = self.is_used * alive * (rate / self.batch)
        update: list[Call] = [partial(np.multiply, self.g, scale, self._step)]
        if penalty.kind == "none":
            update.append(partial(np.subtract, self.w, self._step, self.w))
        else:
            update.append(partial(penalty.update, self, scale, alive))
        self.first = None
        for part in self.full:
            for call in part.calls:
                call()
            if self.first is None:
                self._begin(part, update, scale, rate, carried, count, alive)
                continue
            for call in update:
                call()
        if self.full:
            carried[:] = 0.0
            count = 0
        if self.rest is not None:
            for call in self.rest.calls:
                call()
            carried += self.g
            count += self.rest.y.shape[1]
        return count

    def _begin(
        self,
        part: Batch,
        update: list[Call],
        scale: np.ndarray,
        rate: float,
        carried: np.ndarray,
        count: int,
        alive: np.ndarray,
    ) -> None:
        """The first update, for which the points carried over count as well."""
        if count:
            self.g += carried
            scale *= self.batch / (self.batch + count)
        before = float(self.w[0, 0])
        gradient = float(self.g[0, 0]) / (self.batch + count)
        outputs = part.out[0].copy()
        for call in update:
            call()
        self.first = outputs, gradient, before, float(self.w[0, 0])
        if count:
            np.multiply(self.is_used * alive, rate / self.batch, scale)


@dataclass(frozen=True)
class Penalty:
    """A second subtraction with the weights from before the step; biases are not penalised."""

    kind: str
    """`none`, `l1` or `l2`."""
    size: float
    """Learning rate × penalty rate."""

    def update(self, net: Trainer, scale: np.ndarray, alive: np.ndarray) -> None:
        """Subtract the scaled gradients (ready in `net._step`) and the pull; L1 weights carried across 0 die."""
        pull = (np.sign(net.w) if self.kind == "l1" else net.w) * net.is_weight * alive * self.size
        net.w -= net._step
        if self.kind == "l2":
            net.w -= pull
            return
        after = net.w - pull
        crossed = (net.w * after < 0) & (net.is_weight > 0)
        net.w[:] = after
        if crossed.any():
            net.w[crossed] = 0.0
            alive[crossed] = 0.0
            scale[crossed] = 0.0


@lru_cache(maxsize=8)
def trainer(shape: Shape, points: int, batch: int) -> Trainer:
    """The trainer for a shape; its arrays are made once and used again."""
    return Trainer(shape, points, batch)


@lru_cache(maxsize=8)
def seer(shape: Shape, points: int) -> tuple[Batch, np.ndarray]:
    """A forward pass over `points` points and the matrix of weights that it uses."""
    w = shape.empty()
    return Batch(shape, points, w, shape.empty()), w


def outputs(shape: Shape, weights: Sequence[np.ndarray], biases: Sequence[np.ndarray], inputs: np.ndarray) -> Batch:
    """The activations of every unit for `inputs` (features×n), in arrays that the next call overwrites."""
    batch, w = seer(shape, inputs.shape[1])
    shape.fill(w, weights, biases)
    batch.inputs[:] = inputs
    for call in batch.forward:
        call()
    return batch
