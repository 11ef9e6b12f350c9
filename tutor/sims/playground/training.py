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
from tutor.sims.datasets.plane import POINT_COUNT, inputs
from tutor.sims.engine.simulation import GradientCheck, advance, is_finished
from tutor.sims.playground.compiled import get_compiled_evaluator, get_compiled_trainer
from tutor.sims.playground.network import Batch, NetworkShape, run_forward
from tutor.sims.playground.parameters import PlaygroundParameters
from tutor.sims.playground.state import FirstUpdate, Layers, PlaygroundState, SavedNetwork
from tutor.sims.playground.trainer import TrainingRows, WeightPenalty, get_trainer

INITIAL_WEIGHT_BOUND, INITIAL_BIAS = 0.5, 0.1
"""Weights begin between −bound and bound, each as likely; biases at one value."""
WITHIN_BOUNDS = 1e6
"""While every weight is smaller, no value of the largest network and no loss can overflow."""

_WEIGHT_PATH = re.compile(r"(weights|biases)((?:\[[0-9]{1,2}\])+)")


@dataclass(frozen=True)
class PlaygroundTraining(PlaygroundParameters):
    """A network in the plane and how an epoch trains it: the rule alone, without what is shown of it."""

    @property
    def shape(self) -> NetworkShape:
        """The shape of the network."""
        sizes = (len(self.features), *map(int, self.hidden), 1)
        return NetworkShape(sizes, self.activation, self.output, self.loss)

    def start(self) -> PlaygroundState:
        """Points with small random weights and equal biases, or the network from a file."""
        train, test = self.split_points()
        saved = self.resumed_network
        if saved is not None:
            return self.initial_state(train, test, saved.weights, saved.biases, saved)
        sizes = self.shape.sizes
        rng = np.random.default_rng((self.seed, 0, 1))
        bound = INITIAL_WEIGHT_BOUND
        weights = tuple(rng.uniform(-bound, bound, (n, m)) for m, n in pairwise(sizes))
        return self.initial_state(train, test, weights, tuple(np.full(n, INITIAL_BIAS) for n in sizes[1:]))

    def initial_state(
        self, train: np.ndarray, test: np.ndarray, weights: Layers, biases: Layers, saved: SavedNetwork | None = None
    ) -> PlaygroundState:
        """Step 0 of a run with these points and weights; `saved` says how far they have been trained already."""
        carried = tuple(np.zeros_like(part) for part in (*weights, *biases))
        alive = tuple(np.ones_like(w) for w in weights)
        epoch = count = 0
        if saved is not None:
            carried, alive = saved.carried or carried, saved.alive or alive
            epoch, count = saved.epoch, saved.carried_count
        return self._with_losses(
            PlaygroundState(0, epoch, weights, biases, 0.0, 0.0, 0.0, None, 0, None, train, test, carried, count, alive)
        )

    @property
    def step_cost(self) -> int:
        """Microseconds of one epoch, estimated from the layers and the number of updates."""
        updates = POINT_COUNT * self.train_fraction / self.batch
        return int(100 + 10 * updates * (len(self.hidden) + 1))

    def step(self, state: PlaygroundState) -> PlaygroundState:
        """One epoch: every training point once, an update after each full batch."""
        return self._with_losses(self._train(state, 1)[0])

    def leap(self, state: PlaygroundState, steps: int) -> PlaygroundState:
        """The state `steps` epochs on, or the last one; in between nothing is computed that only a reader needs."""
        if type(self).step is not PlaygroundTraining.step:  # another rule takes its own steps
            return super().leap(state, steps)
        while steps > 0 and not is_finished(self, state):
            with np.errstate(all="ignore"):
                state, done = self._train(state, steps, WITHIN_BOUNDS)
                state = self._with_losses(state) if done else state
            if done:
                spend(done * self.step_cost)
            else:
                state = advance(self, state)
            steps -= max(done, 1)
        return state

    def _train(self, state: PlaygroundState, epochs: int, limit: float = 0.0) -> tuple[PlaygroundState, int]:
        """At most `epochs` epochs on, and how many; the losses of the new state are still the old ones."""
        kind = self.shape, len(state.train), self.batch
        net = get_compiled_trainer(*kind) or get_trainer(*kind)
        self._restore(net, state)
        penalty = WeightPenalty(self.regularization, self.learning_rate * self.regularization_rate)
        order, done = None, 0
        for _ in range(epochs if self.shuffle else 1):
            next_order = self._order(state, state.epoch + done + 1)
            net.load_points(state.train, self.features, next_order)
            trained = net.train(1 if self.shuffle else epochs, self.learning_rate, penalty, limit)
            if not trained:
                break
            order, done = next_order, done + trained
        new = self._trained_state(net, state, done, order) if done else state
        if not np.isfinite(net.w).all():
            # What overflowed stays in the arrays, and 0 times infinity is not 0.
            get_trainer.cache_clear()
        return new, done

    def _order(self, state: PlaygroundState, epoch: int) -> np.ndarray | None:
        """The order of the points in that epoch; `None` for the order they have."""
        return self.random(epoch).permutation(len(state.train)) if self.shuffle else None

    def _restore(self, net: TrainingRows, state: PlaygroundState) -> None:
        """Put the network of `state` into `net`."""
        net.restore(
            state.weights,
            state.biases,
            state.carried if state.carried_count else (),
            state.carried_count,
            state.alive if state.dead else (),
        )

    def _trained_state(
        self, net: TrainingRows, state: PlaygroundState, epochs: int, order: np.ndarray | None
    ) -> PlaygroundState:
        """The state after `epochs` epochs, the points of the last in that `order`; its losses are the old ones."""
        weights, biases = net.layers()
        carried = state.carried
        if net.count or state.carried_count:
            carried = net.carried_layers()
        return replace(
            state,
            step=state.step + epochs,
            epoch=state.epoch + epochs,
            weights=weights,
            biases=biases,
            update=self._first_update(net.first_update, state, order),
            carried=carried,
            carried_count=net.count,
            alive=net.alive_layers() if self.regularization == "l1" else state.alive,
        )

    def _first_update(
        self, seen: tuple[np.ndarray, float, float, float] | None, state: PlaygroundState, order: Any
    ) -> FirstUpdate | None:
        if seen is None:
            return None
        chosen = slice(0, self.batch) if order is None else order[: self.batch]
        return FirstUpdate(state.train[chosen], *seen)

    def with_quantity(self, state: PlaygroundState, path: str, value: float) -> PlaygroundState:
        """The state with another weight or bias: `weights[0][1][0]` or `biases[0][1]`.

        Raises:
            UsageError: a path that does not name a weight or bias.
        """
        match = _WEIGHT_PATH.fullmatch(path.replace(" ", ""))
        places = [int(digits) for digits in match[2][1:-1].split("][")] if match else []
        parts = getattr(state, match[1]) if match else ()
        if not places or places[0] >= len(parts) or len(places) - 1 != parts[places[0]].ndim:
            raise UsageError(
                f"{path[:40]} is not a weight or bias; write weights[layer][unit][input] or biases[layer][unit], "
                "each counted from 0"
            )
        layer, place = parts[places[0]].copy(), tuple(places[1:])
        if any(index >= size for index, size in zip(place, layer.shape, strict=True)):
            raise UsageError(f"{path[:40]} does not exist: layer {places[0]} is {' by '.join(map(str, layer.shape))}")
        layer[place] = value
        changed = (*parts[: places[0]], layer, *parts[places[0] + 1 :])
        if match and match[1] == "weights":
            return self._with_losses(replace(state, weights=changed))
        return self._with_losses(replace(state, biases=changed))

    def evaluate(self, points: np.ndarray, state: PlaygroundState, kind: type[np.floating[Any]] = np.float32) -> Batch:
        """The activations of every unit at `points` (rows x₁, x₂, …), in arrays that the next call overwrites."""
        return run_forward(self.shape, state.weights, state.biases, inputs(points, self.features).T, kind)

    def _outputs(self, state: PlaygroundState, seen: np.ndarray) -> np.ndarray:
        """The network's outputs for `seen` (features×points), in an array that the next call overwrites."""
        network = get_compiled_evaluator(self.shape, seen.shape[1])
        if network is None:
            out: np.ndarray = run_forward(self.shape, state.weights, state.biases, seen).out[0]
            return out
        network.restore(state.weights, state.biases)
        return network.evaluate(seen)

    def data_losses(self, out: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The data loss of each point."""
        if self.loss == "squared":
            squared: np.ndarray = 0.5 * (out - y) ** 2
            return squared
        q, r = np.clip((1 + out) / 2, 1e-300, 1.0), np.clip((1 - out) / 2, 1e-300, 1.0)
        losses: np.ndarray = -(0.5 * (1 + y) * np.log(q) + 0.5 * (1 - y) * np.log(r))
        return losses

    def _with_losses(self, state: PlaygroundState) -> PlaygroundState:
        """`state` with what is measured of its network: losses, penalty, accuracy, dead weights."""
        known = known_points(state.train, state.test, self.features)
        out = self._outputs(state, known.seen)
        each, count = self.data_losses(out, known.labels), len(state.train)
        sizes = {
            "none": 0.0,
            "l1": sum(float(np.abs(w).sum()) for w in state.weights) if self.regularization == "l1" else 0.0,
            "l2": sum(float((w * w).sum()) / 2 for w in state.weights) if self.regularization == "l2" else 0.0,
        }
        right = np.count_nonzero((out[count:] > 0) == known.is_high) / len(known.is_high) if known.has_classes else None
        return replace(
            state,
            loss_train=float(np.add.reduce(each[:count])) / count,
            loss_test=float(np.add.reduce(each[count:])) / len(state.test) if len(state.test) else 0.0,
            accuracy=right,
            dead=sum(int(part.size - np.count_nonzero(part)) for part in state.alive),
            penalty=self.regularization_rate * sizes[self.regularization],
        )

    def gradient_checks(self, state: PlaygroundState) -> list[GradientCheck]:
        """The gradient of the first batch is the slope of its summed loss along each layer's first weight and bias."""
        if not np.isfinite(state.loss_train) or state.loss_train > 1e3 or "relu" in (self.activation, self.output):
            return []
        points, shape = state.train[: self.batch], self.shape
        w, g = shape.zeros(), shape.zeros()
        batch = Batch(shape, len(points), w, g)
        batch.inputs[:], batch.y[0] = inputs(points, self.features).T, points[:, 2]

        def total(layer: int, column: int, value: float) -> float:
            shape.fill(w, state.weights, state.biases)
            shape.blocks(w)[layer][0, column] = value
            for call in batch.forward:
                call()
            return float(self.data_losses(batch.out[0], points[:, 2]).sum())

        total(0, 0, float(state.weights[0][0, 0]))
        for call in batch.backward:
            call()
        claimed = shape.blocks(g.copy())
        return [
            GradientCheck(
                f"layer {layer}, {'bias' if column else 'weight'}",
                float(claimed[layer][0, column]),
                partial(total, layer, column),
                float(shape.blocks(w)[layer][0, column]),
            )
            for layer in range(shape.layers)
            for column in (0, -1)
        ]


@dataclass(frozen=True, eq=False)
class KnownPoints:
    """The points of a run, the training points first, and what is asked of them after every epoch."""

    train: np.ndarray
    test: np.ndarray
    features: tuple[str, ...]
    seen: np.ndarray
    """Their features (features×n), as the network takes them."""
    labels: np.ndarray
    is_high: np.ndarray
    """Which test points have a label above 0."""
    has_classes: bool
    """True when the test points' labels are two classes."""


_recent_points: list[KnownPoints] = []
"""The latest ones."""


def known_points(train: np.ndarray, test: np.ndarray, features: tuple[str, ...]) -> KnownPoints:
    """Both sets of points with what is asked of them; computed once a run."""
    for known in _recent_points:
        if known.train is train and known.test is test and known.features == features:
            return known
    both, label = np.concatenate([train, test]), test[:, 2]
    seen = np.ascontiguousarray(inputs(both, features).T)
    classes = bool(len(label)) and bool((np.abs(label) == 1).all())
    known = KnownPoints(train, test, features, seen, both[:, 2].copy(), label > 0, classes)
    _recent_points[:] = [known, *_recent_points[:3]]
    return known
