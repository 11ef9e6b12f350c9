"""Training by NumPy: a network and a set of points, the calls of an epoch prepared before the run begins."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import call as run

import numpy as np

from tutor.sims.datasets.plane import inputs
from tutor.sims.playground.network import Batch, Call, NetworkShape
from tutor.sims.playground.state import Layers


class TrainingRows:
    """The parts of a network that training changes, each as one row of numbers, whatever the method."""

    def __init__(self, shape: NetworkShape) -> None:
        self.shape = shape
        self.w, self.carried = shape.zeros(), shape.zeros()
        """`carried`: sums of the gradients of points that were seen but not applied yet."""
        self.count = 0
        """How many points those were."""
        self.is_used = shape.zeros()
        for block in shape.blocks(self.is_used):
            block[:] = 1.0
        self.alive = self.is_used.copy()
        """1 where a weight may change."""
        self._blocks = tuple(shape.blocks(row) for row in (self.w, self.carried, self.alive))
        self.first_update: tuple[np.ndarray, float, float, float] | None = None
        """Of the last epoch's first update: outputs, gradient of the first weight, that weight before and after."""

    def restore(
        self,
        weights: Sequence[np.ndarray],
        biases: Sequence[np.ndarray],
        carried: Sequence[np.ndarray] = (),
        count: int = 0,
        alive: Sequence[np.ndarray] = (),
    ) -> None:
        """Go on from there; without gradients carried over or weights that stay 0, these are left out."""
        w_blocks, carried_blocks, alive_blocks = self._blocks
        for block, w, b in zip(w_blocks, weights, biases, strict=True):
            block[:, :-1], block[:, -1] = w, b
        self.count = count
        self.carried[:], self.alive[:] = 0.0, self.is_used
        half = len(carried) // 2
        for block, w, b in zip(carried_blocks, carried[:half], carried[half:], strict=False):
            block[:, :-1], block[:, -1] = w, b
        for block, part in zip(alive_blocks, alive, strict=False):
            block[:, :-1] = part

    def layers(self) -> tuple[Layers, Layers]:
        """Copies of each layer's weights and biases."""
        return _layers(self._blocks[0])

    def carried_layers(self) -> Layers:
        """Copies of the gradients carried over: each layer's weights, then each layer's biases."""
        weights, biases = _layers(self._blocks[1])
        return (*weights, *biases)

    def alive_layers(self) -> Layers:
        """Copies of the masks: 1 where a weight may change."""
        return _layers(self._blocks[2])[0]


def _layers(blocks: Sequence[np.ndarray]) -> tuple[Layers, Layers]:
    return tuple(block[:, :-1].copy() for block in blocks), tuple(block[:, -1].copy() for block in blocks)


class Trainer(TrainingRows):
    """A network of one shape and a set of points, trained by NumPy an epoch at a time."""

    def __init__(self, shape: NetworkShape, points: int, batch: int) -> None:
        super().__init__(shape)
        self.batch, self.g = batch, shape.zeros()
        self.full_batches = [Batch(shape, batch, self.w, self.g) for _ in range(points // batch)]
        self.remainder = Batch(shape, points % batch, self.w, self.g) if points % batch else None
        self._weight_change, self._step_sizes = shape.zeros(), shape.zeros()
        """What the update subtracts; and for each weight the rate / batch, or 0 if it does not change."""
        self._backups = [(row, row.copy()) for row in (self.w, self.carried, self.alive)]
        self._plain_update: list[Call] = [
            partial(np.multiply, self.g, self._step_sizes, self._weight_change),
            partial(np.subtract, self.w, self._weight_change, self.w),
        ]
        self._calls_after_first = [
            call for part in self.full_batches[1:] for call in (*part.calls, *self._plain_update)
        ]
        self._loaded_points: tuple[np.ndarray, tuple[str, ...]] | None = None
        self.is_weight = shape.zeros()
        for block in shape.blocks(self.is_weight):
            block[:, :-1] = 1.0

    def load_batches(self, inputs: np.ndarray, labels: np.ndarray) -> None:
        """Put the points into the batches, in order; `inputs` is n×features."""
        first = 0
        for part in [*self.full_batches, *([self.remainder] if self.remainder is not None else [])]:
            count = part.y.shape[1]
            part.inputs[:] = inputs[first : first + count].T
            part.y[0] = labels[first : first + count]
            first += count

    def load_points(self, points: np.ndarray, features: tuple[str, ...], order: np.ndarray | None = None) -> None:
        """Load rows x₁, x₂, label, in `order` if one is given, unless these very ones are loaded already."""
        if (
            order is None
            and self._loaded_points is not None
            and self._loaded_points[0] is points
            and self._loaded_points[1] == features
        ):
            return
        ordered_points = points if order is None else points[order]
        self.load_batches(inputs(ordered_points, features), ordered_points[:, 2])
        self._loaded_points = (points, features) if order is None else None

    def train(self, epochs: int, rate: float, penalty: "WeightPenalty", limit: float = 0.0) -> int:
        """Train for at most `epochs` epochs; stop before a weight exceeds `limit`, if there is one.

        Returns:
            How many epochs the network was trained.
        """
        for done in range(epochs):
            before = self.count, self.first_update
            if limit:
                for row, kept in self._backups:
                    kept[:] = row
            self.count = self.train_epoch(rate, self.carried, self.count, self.alive, penalty)
            if limit and not np.maximum.reduce(np.abs(self.w)) < limit:
                for row, kept in self._backups:
                    row[:] = kept
                self.count, self.first_update = before
                return done
        return epochs

    def train_epoch(
        self, rate: float, carried: np.ndarray, count: int, alive: np.ndarray, penalty: "WeightPenalty"
    ) -> int:
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
        step_sizes = self._step_sizes
        np.multiply(self.is_used * alive, rate / self.batch, step_sizes)
        update = self._plain_update
        if penalty.kind != "none":
            update = [self._plain_update[0], partial(penalty.update, self, step_sizes, alive)]
        self.first_update = None
        if self.full_batches:
            self._apply_first_batch(update, rate, carried, count, alive)
        if update is self._plain_update:
            deque(map(run, self._calls_after_first), maxlen=0)  # runs them all, faster than a loop does
        else:
            for part in self.full_batches[1:]:
                for call in (*part.calls, *update):
                    call()
        if self.full_batches:
            carried[:] = 0.0
            count = 0
        if self.remainder is not None:
            for call in self.remainder.calls:
                call()
            carried += self.g
            count += self.remainder.y.shape[1]
        return count

    def _apply_first_batch(
        self, update: list[Call], rate: float, carried: np.ndarray, count: int, alive: np.ndarray
    ) -> None:
        """The first batch, for whose update the points carried over count as well."""
        part = self.full_batches[0]
        for call in part.calls:
            call()
        if count:
            self.g += carried
            self._step_sizes *= self.batch / (self.batch + count)
        before = float(self.w[0])
        gradient = float(self.g[0]) / (self.batch + count)
        outputs = part.out[0].copy()
        for call in update:
            call()
        self.first_update = outputs, gradient, before, float(self.w[0])
        if count:
            np.multiply(self.is_used * alive, rate / self.batch, self._step_sizes)


@dataclass(frozen=True)
class WeightPenalty:
    """A second subtraction with the weights from before the step; biases are not penalised."""

    kind: str
    """`none`, `l1` or `l2`."""
    strength: float
    """Learning rate × penalty rate."""

    def update(self, net: Trainer, step_sizes: np.ndarray, alive: np.ndarray) -> None:
        """Subtract the gradients (ready in `net._weight_change`) and the pull; L1 weights carried across 0 die."""
        pull = (np.sign(net.w) if self.kind == "l1" else net.w) * net.is_weight * alive * self.strength
        net.w -= net._weight_change
        if self.kind == "l2":
            net.w -= pull
            return
        after = net.w - pull
        crossed = (net.w * after < 0) & (net.is_weight > 0)
        net.w[:] = after
        if crossed.any():
            net.w[crossed] = 0.0
            alive[crossed] = 0.0
            step_sizes[crossed] = 0.0


@lru_cache(maxsize=8)
def get_trainer(shape: NetworkShape, points: int, batch: int) -> Trainer:
    """The trainer for a shape; its arrays are made once and used again."""
    return Trainer(shape, points, batch)
