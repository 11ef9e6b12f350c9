"""Training by NumPy: a network and a set of points, with the calls of an epoch prepared before the run begins.

All weights and biases of a network lie in one flat array, called a vector here. `NetworkShape.blocks` gives each
layer's block of a vector as a view of shape (units, inputs + 1), whose last column holds the biases.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from operator import call as run

import numpy as np

from tutor.sims.datasets.plane import compute_features
from tutor.sims.playground.network import Batch, Call, NetworkShape
from tutor.sims.playground.state import Layers


class TrainingVectors:
    """The arrays that training changes, whether NumPy or the compiled loop does it: each is one vector."""

    def __init__(self, shape: NetworkShape) -> None:
        self.shape = shape
        self.w = shape.zeros()
        """All weights and biases."""
        self.carried = shape.zeros()
        """The sum of the gradients of the points after the last full batch, which wait for the next epoch's update."""
        self.carried_count = 0
        """The number of points whose gradients `carried` sums."""
        self.is_used = shape.zeros()
        """1 for each weight and bias; 0 for the entries of a single matrix that belong to no layer."""
        for block in shape.blocks(self.is_used):
            block[:] = 1.0
        self.alive = self.is_used.copy()
        """1 where a weight may change; 0 where L1 has set it to 0 for good."""
        self._w_blocks, self._carried_blocks, self._alive_blocks = (
            shape.blocks(vector) for vector in (self.w, self.carried, self.alive)
        )
        self.first_update: tuple[np.ndarray, float, float, float] | None = None
        """(outputs, gradient, before, after) of the last epoch's first update, as in `FirstUpdate`."""

    def restore(
        self,
        weights: Sequence[np.ndarray],
        biases: Sequence[np.ndarray],
        carried: Sequence[np.ndarray] = (),
        carried_count: int = 0,
        alive: Sequence[np.ndarray] = (),
    ) -> None:
        """Continue with another network.

        Args:
            weights: of each layer, shape (units, inputs).
            biases: of each layer, shape (units,).
            carried: the gradients carried over, of each layer's weights, then of each layer's biases; empty for none.
            carried_count: the number of points whose gradients `carried` sums.
            alive: for each layer 1 where a weight may change, else 0; empty if all may.
        """
        _fill_blocks(self._w_blocks, weights, biases)
        self.carried_count = carried_count
        self.carried[:] = 0.0
        if carried:
            layer_count = len(carried) // 2
            _fill_blocks(self._carried_blocks, carried[:layer_count], carried[layer_count:])
        self.alive[:] = self.is_used
        if alive:
            for block, mask in zip(self._alive_blocks, alive, strict=True):
                block[:, :-1] = mask

    def layers(self) -> tuple[Layers, Layers]:
        """(weights, biases) of each layer, as copies."""
        return _copy_layers(self._w_blocks)

    def carried_layers(self) -> Layers:
        """Copies of the gradients carried over: of each layer's weights, then of each layer's biases."""
        weight_gradients, bias_gradients = _copy_layers(self._carried_blocks)
        return (*weight_gradients, *bias_gradients)

    def alive_layers(self) -> Layers:
        """For each layer 1 where a weight may change, else 0, as copies."""
        weight_masks, _ = _copy_layers(self._alive_blocks)
        return weight_masks


def _fill_blocks(blocks: Sequence[np.ndarray], weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]) -> None:
    """Write each layer's weights and biases into its block."""
    for block, w, b in zip(blocks, weights, biases, strict=True):
        block[:, :-1] = w
        block[:, -1] = b


def _copy_layers(blocks: Sequence[np.ndarray]) -> tuple[Layers, Layers]:
    """(weights, biases) of each layer, copied from its block."""
    return tuple(block[:, :-1].copy() for block in blocks), tuple(block[:, -1].copy() for block in blocks)


class Trainer(TrainingVectors):
    """A network of one shape and a set of points, trained by NumPy an epoch at a time."""

    def __init__(self, shape: NetworkShape, point_count: int, batch_size: int) -> None:
        super().__init__(shape)
        self.batch_size = batch_size
        """Points in a full batch."""
        self.g = shape.zeros()
        """The gradient of the loss, summed over the points of the last batch; a vector as `w`."""
        self.full_batches = [Batch(shape, batch_size, self.w, self.g) for _ in range(point_count // batch_size)]
        remainder_count = point_count % batch_size
        self.remainder = Batch(shape, remainder_count, self.w, self.g) if remainder_count else None
        """The points after the last full batch; `None` if there are none."""
        self._step_sizes = shape.zeros()
        """The factors of the summed gradient: learning rate / points, or 0 for a weight that does not change."""
        self._weight_change = shape.zeros()
        """What the update subtracts from `w`."""
        self._backups = [(vector, vector.copy()) for vector in (self.w, self.carried, self.alive)]
        """(vector, array for a copy of it) each, to undo an epoch."""
        self._plain_update: list[Call] = [
            partial(np.multiply, self.g, self._step_sizes, self._weight_change),
            partial(np.subtract, self.w, self._weight_change, self.w),
        ]
        """The calls of an update without a penalty."""
        self._calls_after_first = [
            call for batch_calls in self.full_batches[1:] for call in (*batch_calls.calls, *self._plain_update)
        ]
        """The calls of an epoch without a penalty, after the update by the first batch."""
        self._loaded_points: tuple[np.ndarray, tuple[str, ...]] | None = None
        """(points, features) if these are in the batches in their own order; `None` if they are in another order."""
        self.is_weight = shape.zeros()
        """1 for each weight, 0 for each bias."""
        for block in shape.blocks(self.is_weight):
            block[:, :-1] = 1.0

    def load_batches(self, inputs: np.ndarray, labels: np.ndarray) -> None:
        """Put the points into the batches, in order: `inputs` of shape (n, features), `labels` of shape (n,)."""
        batches = [*self.full_batches]
        if self.remainder is not None:
            batches.append(self.remainder)
        start = 0
        for batch in batches:
            stop = start + batch.y.shape[1]
            batch.inputs[:] = inputs[start:stop].T
            batch.y[0] = labels[start:stop]
            start = stop

    def load_points(self, points: np.ndarray, features: tuple[str, ...], order: np.ndarray | None = None) -> None:
        """Put `points`, rows x₁, x₂, label, into the batches, in `order` if one is given.

        Nothing is done if the same array is in the batches already, in its own order.
        """
        if order is None and self._loaded_points is not None:
            loaded_points, loaded_features = self._loaded_points
            if loaded_points is points and loaded_features == features:
                return
        ordered_points = points if order is None else points[order]
        self.load_batches(compute_features(ordered_points, features), ordered_points[:, 2])
        self._loaded_points = (points, features) if order is None else None

    def train(self, epochs: int, rate: float, penalty: "WeightPenalty", weight_limit: float = 0.0) -> int:
        """Train for at most `epochs` epochs; if a weight reaches `weight_limit` (0: none), undo that epoch and stop.

        Returns:
            How many epochs the network was trained.
        """
        for epochs_done in range(epochs):
            count_and_update_before = self.carried_count, self.first_update
            if weight_limit:
                for vector, backup in self._backups:
                    backup[:] = vector
            self._train_epoch(rate, penalty)
            if weight_limit and not np.maximum.reduce(np.abs(self.w)) < weight_limit:  # `not … <` is true for nan, too
                for vector, backup in self._backups:
                    vector[:] = backup
                self.carried_count, self.first_update = count_and_update_before
                return epochs_done
        return epochs

    def _train_epoch(self, rate: float, penalty: "WeightPenalty") -> None:
        """Take every point once, with an update after each full batch; the points after the last one are carried over.

        Args:
            rate: the learning rate η.
            penalty: what is subtracted besides the gradient.
        """
        self._set_step_sizes(rate)
        update_calls = self._plain_update
        if penalty.kind != "none":
            # The first call puts the gradient step into `_weight_change`, from which `penalty.update` takes it.
            update_calls = [self._plain_update[0], partial(penalty.update, self, self._step_sizes, self.alive)]
        self.first_update = None
        if self.full_batches:
            self._apply_first_batch(update_calls, rate)
        if update_calls is self._plain_update:
            deque(map(run, self._calls_after_first), maxlen=0)  # runs them all, faster than a loop does
        else:
            for batch in self.full_batches[1:]:
                for call in (*batch.calls, *update_calls):
                    call()
        if self.full_batches:  # the first update has taken along what was carried over
            self.carried[:] = 0.0
            self.carried_count = 0
        if self.remainder is not None:
            for call in self.remainder.calls:
                call()
            self.carried += self.g
            self.carried_count += self.remainder.y.shape[1]

    def _set_step_sizes(self, rate: float) -> None:
        """Set the step sizes for a full batch: `rate` over its number of points, or 0 where a weight may not change."""
        np.multiply(self.is_used * self.alive, rate / self.batch_size, self._step_sizes)

    def _apply_first_batch(self, update_calls: list[Call], rate: float) -> None:
        """Update by the first batch and the points carried over, and note it in `first_update`."""
        batch = self.full_batches[0]
        for call in batch.calls:
            call()
        summed_count = self.batch_size + self.carried_count
        if self.carried_count:  # the mean of the gradients is over more points than in a batch: divide by all of them
            self.g += self.carried
            self._step_sizes *= self.batch_size / summed_count
        before = float(self.w[0])
        gradient = float(self.g[0]) / summed_count
        outputs = batch.out[0].copy()
        for call in update_calls:
            call()
        self.first_update = outputs, gradient, before, float(self.w[0])
        if self.carried_count:  # the usual step sizes again, for the batches that follow
            self._set_step_sizes(rate)


@dataclass(frozen=True)
class WeightPenalty:
    """What an update subtracts from the weights besides the gradient; biases are not penalised."""

    kind: str
    """`none`, `l1` or `l2`."""
    strength: float
    """Learning rate × penalty rate."""

    def update(self, trainer: Trainer, step_sizes: np.ndarray, alive: np.ndarray) -> None:
        """Subtract the gradient step, which is in `trainer._weight_change`, and the penalty's step from `trainer.w`.

        The penalty's step is `strength` times its slope at the weights before the update. A weight that L1 carries
        across 0 is set to 0 for good: its entries in `alive` and `step_sizes` become 0.
        """
        slope = np.sign(trainer.w) if self.kind == "l1" else trainer.w
        penalty_step = slope * trainer.is_weight * alive * self.strength
        trainer.w -= trainer._weight_change
        if self.kind == "l2":
            trainer.w -= penalty_step
            return
        after = trainer.w - penalty_step
        has_crossed_zero = (trainer.w * after < 0) & (trainer.is_weight > 0)
        trainer.w[:] = after
        if has_crossed_zero.any():
            trainer.w[has_crossed_zero] = 0.0
            alive[has_crossed_zero] = 0.0
            step_sizes[has_crossed_zero] = 0.0


@lru_cache(maxsize=8)
def get_trainer(shape: NetworkShape, point_count: int, batch_size: int) -> Trainer:
    """The trainer for so many points in batches of that size; cached, since making its arrays and calls takes long."""
    return Trainer(shape, point_count, batch_size)
