"""A small network trained on points in the plane, one epoch a step.

    forward:   a₀ = features(x)      z_l = W_l a_{l−1} + b_l      a_l = f(z_l)      o = a_L
    loss:      ½ (o − y)², y = ±1    or cross-entropy  −[t ln q + (1 − t) ln(1 − q)], q = (1 + o)/2, t = (1 + y)/2
    backward:  δ_L = ∂loss/∂z_L      δ_l = (W_{l+1}ᵀ δ_{l+1}) · f′(z_l)      ∂loss/∂W_l = δ_l a_{l−1}ᵀ
    update:    W ← W − η · (sum of the batch's gradients)/(how many were summed)

Points are taken in order. Those after the last full batch are not applied in that epoch but carried into the
next one's first update. A penalty is a second subtraction, η · rate · (w for L2, sign of w for L1) with the w
from before the step; an L1 weight that it carries across zero becomes 0 and stays so. Biases are not penalised,
and the penalty is not part of the shown loss.
"""

import re
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from tutor.budget import spend
from tutor.errors import UsageError
from tutor.sims.datasets.plane import POINT_COUNT, compute_features
from tutor.sims.engine.simulation import GradientCheck, advance, is_finished
from tutor.sims.playground.compiled import get_compiled_evaluator, get_compiled_trainer
from tutor.sims.playground.network import Batch, NetworkShape, run_forward
from tutor.sims.playground.parameters import PlaygroundParameters
from tutor.sims.playground.state import FirstUpdate, Layers, PlaygroundState, SavedNetwork
from tutor.sims.playground.trainer import TrainingVectors, WeightPenalty, get_trainer

INITIAL_WEIGHT_BOUND, INITIAL_BIAS = 0.5, 0.1
"""Weights begin uniformly distributed between −bound and bound; all biases begin at one value."""
SAFE_WEIGHT_LIMIT = 1e6
"""While all weights are smaller than this, no value of the largest network and no loss can overflow."""

_WEIGHT_PATH = re.compile(r"(weights|biases)((?:\[[0-9]{1,2}\])+)")
"""A path such as `weights[0][1][0]`: the name of the field, and its indices in brackets."""


@dataclass(frozen=True)
class PlaygroundTraining(PlaygroundParameters):
    """A network in the plane and how an epoch trains it: the rules without the view."""

    @property
    def shape(self) -> NetworkShape:
        """The shape of the network."""
        sizes = (len(self.features), *map(int, self.hidden), 1)
        return NetworkShape(sizes, self.activation, self.output, self.loss)

    def start(self) -> PlaygroundState:
        """The points and a network with small random weights and equal biases, or the network from a file."""
        train, test = self.split_points()
        saved = self.resumed_network
        if saved is not None:
            return self.initial_state(train, test, saved.weights, saved.biases, saved)
        rng = np.random.default_rng((self.seed, 0, 1))  # not `random(0)`, which draws the points
        bound, sizes = INITIAL_WEIGHT_BOUND, self.shape.sizes
        weights = tuple(rng.uniform(-bound, bound, (units, inputs)) for inputs, units in pairwise(sizes))
        biases = tuple(np.full(units, INITIAL_BIAS) for units in sizes[1:])
        return self.initial_state(train, test, weights, biases)

    def initial_state(
        self, train: np.ndarray, test: np.ndarray, weights: Layers, biases: Layers, saved: SavedNetwork | None = None
    ) -> PlaygroundState:
        """The state at step 0 of a run with these points and weights; `saved` is the network that they continue."""
        carried = tuple(np.zeros_like(part) for part in (*weights, *biases))
        alive = tuple(np.ones_like(w) for w in weights)
        epoch = carried_count = 0
        if saved is not None:  # its file may lack the arrays
            carried, alive = saved.carried or carried, saved.alive or alive
            epoch, carried_count = saved.epoch, saved.carried_count
        return self._with_losses(
            PlaygroundState(
                step=0,
                epoch=epoch,
                weights=weights,
                biases=biases,
                loss_train=0.0,
                loss_test=0.0,
                penalty=0.0,
                accuracy=None,
                dead=0,
                update=None,
                train=train,
                test=test,
                carried=carried,
                carried_count=carried_count,
                alive=alive,
            )
        )

    @property
    def step_cost(self) -> int:
        """Microseconds of one epoch, estimated from the layers and the number of updates."""
        updates = POINT_COUNT * self.train_fraction / self.batch
        return int(100 + 10 * updates * (len(self.hidden) + 1))

    def step(self, state: PlaygroundState) -> PlaygroundState:
        """One epoch: every training point once, with an update after each full batch."""
        trained, _ = self._train(state, 1)
        return self._with_losses(trained)

    def leap(self, state: PlaygroundState, steps: int) -> PlaygroundState:
        """The state `steps` steps after `state`, as in `Simulation.leap`; only the last state's losses are computed."""
        if type(self).step is not PlaygroundTraining.step:  # a subclass with its own rule, such as a learner's code
            return super().leap(state, steps)
        while steps > 0 and not is_finished(self, state):
            with np.errstate(all="ignore"):
                # Below the limit nothing can overflow, so the states in between need no check.
                state, epochs_done = self._train(state, steps, SAFE_WEIGHT_LIMIT)
                if epochs_done:
                    state = self._with_losses(state)
            if epochs_done:
                spend(epochs_done * self.step_cost)
            else:  # the next epoch exceeds the limit: from here on each state must be checked for overflow
                state = advance(self, state)
                epochs_done = 1
            steps -= epochs_done
        return state

    def _train(self, state: PlaygroundState, epochs: int, weight_limit: float = 0.0) -> tuple[PlaygroundState, int]:
        """Train for at most `epochs` epochs; with a `weight_limit`, stop before a weight reaches it.

        Returns:
            The new state, whose losses are still those of `state`; and how many epochs it was trained.
        """
        trainer_key = self.shape, len(state.train), self.batch
        trainer = get_compiled_trainer(*trainer_key) or get_trainer(*trainer_key)
        self._restore(trainer, state)
        penalty = WeightPenalty(self.regularization, self.learning_rate * self.regularization_rate)
        order, epochs_done = None, 0
        # When shuffling, each epoch has its own order and needs its own call; otherwise one call trains for all.
        for _ in range(epochs if self.shuffle else 1):
            next_order = self._draw_order(state, state.epoch + epochs_done + 1)
            trainer.load_points(state.train, self.features, next_order)
            epochs_at_once = 1 if self.shuffle else epochs
            newly_done = trainer.train(epochs_at_once, self.learning_rate, penalty, weight_limit)
            if not newly_done:
                break
            order, epochs_done = next_order, epochs_done + newly_done
        new_state = self._trained_state(trainer, state, epochs_done, order) if epochs_done else state
        if not np.isfinite(trainer.w).all():
            # The cached trainer cannot be used again: inf and nan stay in its arrays, since even 0 · inf is nan.
            get_trainer.cache_clear()
        return new_state, epochs_done

    def _draw_order(self, state: PlaygroundState, epoch: int) -> np.ndarray | None:
        """The order of the training points in `epoch`, as indices; `None` if they are not shuffled."""
        return self.random(epoch).permutation(len(state.train)) if self.shuffle else None

    def _restore(self, trainer: TrainingVectors, state: PlaygroundState) -> None:
        """Put the network of `state` into `trainer`.

        If no gradient is carried over, or every weight is alive, the array for this need not be copied from `state`:
        `restore` fills it.
        """
        trainer.restore(
            state.weights,
            state.biases,
            state.carried if state.carried_count else (),
            state.carried_count,
            state.alive if state.dead else (),
        )

    def _trained_state(
        self, trainer: TrainingVectors, state: PlaygroundState, epochs: int, order: np.ndarray | None
    ) -> PlaygroundState:
        """The state of `trainer`, which was trained for `epochs` epochs from `state`; its losses are the old ones.

        `order` is that of the points in the last epoch.
        """
        weights, biases = trainer.layers()
        carried = state.carried
        if trainer.carried_count or state.carried_count:  # otherwise they were 0 and still are: share the arrays
            carried = trainer.carried_layers()
        return replace(
            state,
            step=state.step + epochs,
            epoch=state.epoch + epochs,
            weights=weights,
            biases=biases,
            update=self._describe_first_update(trainer, state, order),
            carried=carried,
            carried_count=trainer.carried_count,
            alive=trainer.alive_layers() if self.regularization == "l1" else state.alive,  # only L1 changes it
        )

    def _describe_first_update(
        self, trainer: TrainingVectors, state: PlaygroundState, order: np.ndarray | None
    ) -> FirstUpdate | None:
        """The last epoch's first update; `None` if there was none, because the points do not fill a batch."""
        if trainer.first_update is None:
            return None
        points = state.train[: self.batch] if order is None else state.train[order[: self.batch]]
        outputs, gradient, before, after = trainer.first_update
        return FirstUpdate(points, outputs, gradient, before, after)

    def with_quantity(self, state: PlaygroundState, path: str, value: float) -> PlaygroundState:
        """The state with another weight or bias: `weights[0][1][0]` or `biases[0][1]`.

        Raises:
            UsageError: a path that does not name a weight or bias.
        """
        field, layer, indices = _read_weight_path(state, path)
        layers = state.weights if field == "weights" else state.biases
        array = layers[layer].copy()
        if any(index >= size for index, size in zip(indices, array.shape, strict=True)):
            raise UsageError(f"{path[:40]} does not exist: layer {layer} is {' by '.join(map(str, array.shape))}")
        array[indices] = value
        changed_layers = (*layers[:layer], array, *layers[layer + 1 :])
        if field == "weights":
            return self._with_losses(replace(state, weights=changed_layers))
        return self._with_losses(replace(state, biases=changed_layers))

    def evaluate(self, points: np.ndarray, state: PlaygroundState, dtype: type[np.floating[Any]] = np.float32) -> Batch:
        """The activations of every unit at `points` (rows x₁, x₂, …), in arrays that the next call overwrites."""
        return run_forward(self.shape, state.weights, state.biases, compute_features(points, self.features).T, dtype)

    def _outputs(self, state: PlaygroundState, features: np.ndarray) -> np.ndarray:
        """The network's outputs for `features` (features×points), in an array that the next call overwrites."""
        evaluator = get_compiled_evaluator(self.shape, features.shape[1])
        if evaluator is None:
            out: np.ndarray = run_forward(self.shape, state.weights, state.biases, features).out[0]
            return out
        evaluator.restore(state.weights, state.biases)
        return evaluator.evaluate(features)

    def data_losses(self, out: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The data loss of each point, from its output and its label, both of shape (n,)."""
        if self.loss == "squared":
            squared: np.ndarray = 0.5 * (out - y) ** 2
            return squared
        q_high, q_low = (1 + out) / 2, (1 - out) / 2  # the probabilities of the labels +1 and −1
        log_high, log_low = np.log(np.clip(q_high, 1e-300, 1.0)), np.log(np.clip(q_low, 1e-300, 1.0))  # log 0 is −inf
        is_high, is_low = 0.5 * (1 + y), 0.5 * (1 - y)  # 1 or 0 for the labels +1 and −1
        losses: np.ndarray = -(is_high * log_high + is_low * log_low)
        return losses

    def _with_losses(self, state: PlaygroundState) -> PlaygroundState:
        """`state` with what is measured of its network: losses, penalty, accuracy, dead weights."""
        points = get_prepared_points(state.train, state.test, self.features)
        out = self._outputs(state, points.inputs)
        losses, train_count = self.data_losses(out, points.labels), len(state.train)
        accuracy = None
        if points.has_classes:
            is_right = (out[train_count:] > 0) == points.is_high
            accuracy = np.count_nonzero(is_right) / len(is_right)
        return replace(
            state,
            loss_train=float(np.add.reduce(losses[:train_count])) / train_count,
            loss_test=float(np.add.reduce(losses[train_count:])) / len(state.test) if len(state.test) else 0.0,
            accuracy=accuracy,
            dead=sum(int(mask.size - np.count_nonzero(mask)) for mask in state.alive),
            penalty=self.regularization_rate * self._penalty_norm(state.weights),
        )

    def _penalty_norm(self, weights: Layers) -> float:
        """The penalty before it is multiplied by its rate: Σ|w| for L1, ½ Σ w² for L2, 0 without a penalty."""
        if self.regularization == "l1":
            return sum(float(np.abs(w).sum()) for w in weights)
        if self.regularization == "l2":
            return sum(float((w * w).sum()) / 2 for w in weights)
        return 0.0

    def gradient_checks(self, state: PlaygroundState) -> list[GradientCheck]:
        """Checks of the first batch's summed gradient, by the first weight and the first bias of each layer."""
        has_kinks = "relu" in (self.activation, self.output)  # at a kink, a difference is not the slope
        has_large_loss = not np.isfinite(state.loss_train) or state.loss_train > 1e3  # inexact differences
        if has_kinks or has_large_loss:
            return []
        points, shape = state.train[: self.batch], self.shape
        w, g = shape.zeros(), shape.zeros()
        batch = Batch(shape, len(points), w, g)
        batch.inputs[:], batch.y[0] = compute_features(points, self.features).T, points[:, 2]

        def compute_loss(layer: int, column: int, value: float) -> float:
            """The summed loss with `value` in place of one weight or bias of the layer's first unit."""
            shape.fill(w, state.weights, state.biases)
            shape.blocks(w)[layer][0, column] = value
            for call in batch.forward:
                call()
            return float(self.data_losses(batch.out[0], points[:, 2]).sum())

        compute_loss(0, 0, float(state.weights[0][0, 0]))  # a forward pass, for the backward pass below
        for call in batch.backward:
            call()
        gradient_blocks = shape.blocks(g.copy())
        return [
            GradientCheck(
                f"layer {layer}, {'bias' if column else 'weight'}",
                float(gradient_blocks[layer][0, column]),
                partial(compute_loss, layer, column),
                float(shape.blocks(w)[layer][0, column]),
            )
            for layer in range(shape.layer_count)
            for column in (0, -1)  # the first weight; the bias is the last column of a block
        ]


def _read_weight_path(state: PlaygroundState, path: str) -> tuple[str, int, tuple[int, ...]]:
    """(field, layer, indices in the layer's array) of a path such as `weights[0][1][0]`.

    Raises:
        UsageError: a path that does not name a weight or bias.
    """
    match = _WEIGHT_PATH.fullmatch(path.replace(" ", ""))
    if match:
        field, brackets = match.groups()
        layer, *indices = map(int, brackets[1:-1].split("]["))
        layers = getattr(state, field)
        if layer < len(layers) and len(indices) == layers[layer].ndim:
            return field, layer, tuple(indices)
    raise UsageError(
        f"{path[:40]} is not a weight or bias; write weights[layer][unit][input] or biases[layer][unit], "
        "each counted from 0"
    )


@dataclass(frozen=True, eq=False)
class PreparedPoints:
    """The points of a run, and arrays made from them once that the evaluation after each epoch needs.

    Where training and test points are in one array, the training points come first.
    """

    train: np.ndarray
    test: np.ndarray
    features: tuple[str, ...]
    inputs: np.ndarray
    """The features of all points, shape (features, n), as the network takes them."""
    labels: np.ndarray
    """The labels of all points, shape (n,)."""
    is_high: np.ndarray
    """For each test point, whether its label is above 0."""
    has_classes: bool
    """True when there are test points, and their labels are the classes +1 and −1."""


_recent_points: list[PreparedPoints] = []
"""The points of the latest four runs, the newest first."""


def get_prepared_points(train: np.ndarray, test: np.ndarray, features: tuple[str, ...]) -> PreparedPoints:
    """The `PreparedPoints` of these arrays, computed once for each run.

    All states of a run share the same two arrays, which are recognised by identity, without comparing their numbers.
    """
    for prepared in _recent_points:
        if prepared.train is train and prepared.test is test and prepared.features == features:
            return prepared
    points, test_labels = np.concatenate([train, test]), test[:, 2]
    features_of_points = np.ascontiguousarray(compute_features(points, features).T)  # as the compiled loop reads them
    has_classes = bool(len(test_labels)) and bool((np.abs(test_labels) == 1).all())
    labels, is_high = points[:, 2].copy(), test_labels > 0
    prepared = PreparedPoints(train, test, features, features_of_points, labels, is_high, has_classes)
    _recent_points[:] = [prepared, *_recent_points[:3]]
    return prepared
