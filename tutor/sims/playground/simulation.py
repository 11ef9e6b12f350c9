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
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import pairwise
from typing import Any, ClassVar, Self

import numpy as np

from tutor.errors import UsageError
from tutor.sims.datasets.plane import DATASETS, FEATURES, REGRESSION, inputs
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param, read_values, refuse_value
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation, View
from tutor.sims.engine.state import State
from tutor.sims.playground import initial as playground_given
from tutor.sims.playground import view as playground_view
from tutor.sims.playground.initial import OWN, Given, Saved
from tutor.sims.playground.network import Batch, Penalty, Shape, outputs, trainer

Layers = tuple[np.ndarray, ...]
_PLACE = re.compile(r"(weights|biases)((?:\[[0-9]{1,2}\])+)")
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")


@dataclass(frozen=True, eq=False)
class FirstUpdate:
    """The first update of an epoch, so that one can be followed: for all weights alike, shown for one."""

    points: np.ndarray
    """n×3: x₁, x₂ and label of the batch."""
    outputs: np.ndarray
    """What the network made of them, before the update."""
    gradient: float
    """∂(mean loss of the batch)/∂w for the first weight of the first unit, points carried over among them."""
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class PlaygroundState(State):
    """The network after some epochs. `train` and `test` are rows of x₁, x₂, label."""

    epoch: int
    weights: Layers
    """One out×in matrix a layer."""
    biases: Layers
    loss_train: float
    """Mean data loss."""
    loss_test: float
    penalty: float
    """Rate · Σ|w| (L1) or rate · ½ Σ w² (L2)."""
    accuracy: float | None
    """The share of test points on their own side; `None` in regression."""
    dead: int
    """How many weights L1 has set to 0 for good."""
    update: FirstUpdate | None
    train: np.ndarray
    test: np.ndarray
    carried: Layers
    """Gradient sums of the points after the last full batch: weights, then biases."""
    carried_count: int
    alive: Layers
    """1 where a weight may still change."""


@dataclass(frozen=True)
class Playground(Simulation[PlaygroundState]):
    """A network folds the plane until its classes lie apart."""

    name: ClassVar[str] = "playground"
    title: ClassVar[str] = "A network in the plane"
    summary: ClassVar[str] = "Layer by layer the network folds the plane until a straight line separates the classes."
    unit: ClassVar[str] = "one epoch"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("loss_train", "loss_test")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("circle", "Four and two units close a ring around the inner class.", {}),
        Preset("fold", "Two units a layer: each picture of the fold is the layer itself.", {"hidden": (2, 2, 2)}),
        Preset(
            "spiral",
            "Two arms, wound into each other, are separated after a few hundred epochs.",
            {
                "dataset": "spiral",
                "features": ("x1", "x2", "sin(x1)", "sin(x2)"),
                "hidden": (8, 8),
                "learning_rate": 0.1,
                "train_fraction": 0.8,
            },
        ),
        Preset(
            "xor by hand",
            "With the product x₁x₂ as a feature no hidden layer is needed.",
            {"dataset": "xor", "features": ("x1*x2",), "hidden": ()},
        ),
        Preset(
            "thinned by L1",
            "The penalty sets one weight after another to exactly 0; few are needed.",
            {"hidden": (8, 8), "regularization": "l1", "regularization_rate": 0.003},
        ),
        Preset(
            "no hidden layer",
            "One straight line cannot separate a disc from the ring around it.",
            {"hidden": ()},
            "bad",
        ),
        Preset(
            "noise learned by heart",
            "Few points, much noise, many units: the training loss falls while the test loss rises.",
            {"noise": 50.0, "train_fraction": 0.1, "hidden": (8, 8), "learning_rate": 0.1},
            "bad",
        ),
        Preset(
            "far too fast",
            "Linear units and a rate of 10: each update overshoots by more than the last.",
            {"activation": "linear", "output": "linear", "learning_rate": 10.0},
            "diverging",
        ),
    )

    dataset: str = param("circle", "Data", "The points to learn.", choices=(*DATASETS, OWN))
    features: tuple[str, ...] = param(
        ("x1", "x2"), "Features", "What the network sees of a point.", choices=tuple(FEATURES), shortest=1, longest=7
    )
    hidden: tuple[float, ...] = param(
        (4, 2),
        "Hidden layers",
        "Units in each, starting at the input; none leaves a single neuron.",
        low=1,
        high=8,
        longest=6,
        whole=True,
    )
    activation: str = param("tanh", "Activation f", "The nonlinearity of the hidden units.", choices=ACTIVATIONS)
    output: str = param("tanh", "Output", "tanh for two classes, linear for a number.", choices=("tanh", "linear"))
    loss: str = param("squared", "Loss", "What training minimises.", choices=("squared", "cross-entropy"))
    learning_rate: float = param(
        0.03, "Learning rate η", "How far one update goes.", low=0, high=10, above=True, live=True
    )
    regularization: str = param(
        "none", "Penalty", "A penalty on large weights.", choices=("none", "l1", "l2"), live=True
    )
    regularization_rate: float = param(0.0, "Penalty rate", "How much a large weight costs.", low=0, high=10, live=True)
    batch: int = param(10, "Batch", "Points in one update.", low=1, high=30, live=True)
    noise: float = param(0.0, "Noise", "How far the points stray, in per cent.", low=0, high=50)
    train_fraction: float = param(
        0.5,
        "Training share",
        "The fraction of the points used for training; the rest is for testing.",
        low=0.1,
        high=0.9,
    )
    shuffle: bool = param(False, "Shuffle", "Take the points in a new order each epoch.", live=True)

    show_test: bool = param(False, "Show test points", "Draw the points that are not trained on.", live=True)
    discretise: bool = param(
        False, "Two colours only", "Draw the side of the boundary, not the output's size.", live=True
    )
    given: Given | None = field(default=None, repr=False)
    """Points and weights from a file; not a parameter."""

    def check(self) -> None:
        """Cross-entropy needs two classes and an output between −1 and 1; own data need a file."""
        if self.loss == "cross-entropy" and (self.output != "tanh" or self.dataset in REGRESSION):
            raise refuse_value(self, "loss", "squared, or choose data with two classes and the output tanh")
        if self.dataset != OWN:
            return
        if self.given is None:
            raise refuse_value(self, "dataset", f"one of {', '.join(DATASETS)}, or add --data FILE.csv")
        if self.loss == "cross-entropy" and not self.given.has_classes:
            raise refuse_value(self, "loss", "squared, because the labels in the file are numbers, not two classes")
        if wanted := playground_given.wanted_share(self):
            raise refuse_value(self, "train_fraction", wanted)

    # -- what came from a file

    @property
    def classes(self) -> tuple[str, ...]:
        """What the classes −1 and +1 of own points are called; empty when there is nothing to call them."""
        return self.given.classes if self.given is not None and self.dataset == OWN else ()

    @property
    def introduction(self) -> str:
        """What was read from a file, and whether it is in use."""
        return playground_given.introduction(self)

    def command_line_base(self) -> tuple[tuple[str, ...], Self]:
        """The options that read the file again, and the rules that they alone give."""
        if self.given is None:
            return super().command_line_base()
        params: dict[str, Any] = dict(self.given.params)
        return self.given.options, type(self)(given=self.given, **params)

    def rebuild(self, **values: object) -> Self:
        """Rules from their defaults; own points stay in use unless `values` name other data."""
        if self.given is None:
            return super().rebuild(**values)
        read: dict[str, Any] = read_values(type(self), values)
        own = {"dataset": OWN} if self.given.params["dataset"] == OWN else {}
        made = type(self)(given=self.given, **{**own, **read})
        made.check()
        return made

    # -- the run

    @property
    def shape(self) -> Shape:
        """The shape of the network."""
        sizes = (len(self.features), *map(int, self.hidden), 1)
        return Shape(sizes, self.activation, self.output, self.loss)

    def start(self) -> PlaygroundState:
        """Points, and small random weights, or what a file gave."""
        train, test = playground_given.points(self)
        saved = playground_given.resumed(self)
        if saved is not None:
            return self.begin(train, test, saved.weights, saved.biases, saved)
        sizes = self.shape.sizes
        chance = np.random.default_rng((self.seed, 0, 1))
        weights = tuple(chance.uniform(-0.5, 0.5, (n, m)) for m, n in pairwise(sizes))
        return self.begin(train, test, weights, tuple(np.full(n, 0.1) for n in sizes[1:]))

    def begin(
        self, train: np.ndarray, test: np.ndarray, weights: Layers, biases: Layers, saved: Saved | None = None
    ) -> PlaygroundState:
        """Step 0 of a run from given points and weights; `saved` tells how far it has been trained already."""
        carried = tuple(np.zeros_like(part) for part in (*weights, *biases))
        alive = tuple(np.ones_like(w) for w in weights)
        epoch = count = 0
        if saved is not None:
            carried, alive = saved.carried or carried, saved.alive or alive
            epoch, count = saved.epoch, saved.carried_count
        return self._measured(
            PlaygroundState(0, epoch, weights, biases, 0.0, 0.0, 0.0, None, 0, None, train, test, carried, count, alive)
        )

    def step(self, state: PlaygroundState) -> PlaygroundState:
        """One epoch: every training point once, an update after each full batch."""
        epoch, shape, layers = state.epoch + 1, self.shape, len(state.weights)
        net = trainer(shape, len(state.train), self.batch)
        order = self.random(epoch).permutation(len(state.train)) if self.shuffle else None
        net.hold(state.train, self.features, order)
        shape.fill(net.w, state.weights, state.biases)
        carried, alive = shape.empty(), net.is_used.copy()
        if state.carried_count:
            shape.fill(carried, state.carried[:layers], state.carried[layers:])
        if state.dead:
            for block, part in zip(shape.blocks(alive), state.alive, strict=True):
                block[:, :-1] = part
        penalty = Penalty(self.regularization, self.learning_rate * self.regularization_rate)
        count = net.epoch(self.learning_rate, carried, state.carried_count, alive, penalty)
        weights, biases = shape.parts(net.w)
        if not np.isfinite(net.w).all():
            # What overflowed stays in the arrays, and 0 times infinity is not 0.
            trainer.cache_clear()
        held = state.carried
        if count or state.carried_count:
            sums = shape.parts(carried)
            held = (*sums[0], *sums[1])
        return self._measured(
            replace(
                state,
                step=state.step + 1,
                epoch=epoch,
                weights=weights,
                biases=biases,
                update=self._first(net.first, state, order),
                carried=held,
                carried_count=count,
                alive=shape.parts(alive)[0] if self.regularization == "l1" else state.alive,
            )
        )

    def _first(
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
        found = _PLACE.fullmatch(path.replace(" ", ""))
        places = [int(digits) for digits in found[2][1:-1].split("][")] if found else []
        parts = getattr(state, found[1]) if found else ()
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
        if found and found[1] == "weights":
            return self._measured(replace(state, weights=changed))
        return self._measured(replace(state, biases=changed))

    def seen(self, points: np.ndarray, state: PlaygroundState, kind: type[np.floating[Any]] = np.float32) -> Batch:
        """The activations of every unit at `points` (rows x₁, x₂, …), in arrays that the next call overwrites."""
        return outputs(self.shape, state.weights, state.biases, inputs(points, self.features).T, kind)

    def losses(self, out: np.ndarray, y: np.ndarray) -> np.ndarray:
        """The data loss of each point."""
        if self.loss == "squared":
            squared: np.ndarray = 0.5 * (out - y) ** 2
            return squared
        q, r = np.clip((1 + out) / 2, 1e-300, 1.0), np.clip((1 - out) / 2, 1e-300, 1.0)
        found: np.ndarray = -(0.5 * (1 + y) * np.log(q) + 0.5 * (1 - y) * np.log(r))
        return found

    def _measured(self, state: PlaygroundState) -> PlaygroundState:
        points, given = seen_points(state.train, state.test, self.features)
        count = len(state.train)
        out = outputs(self.shape, state.weights, state.biases, given).out[0]
        each = self.losses(out, points[:, 2])
        sizes = {
            "none": 0.0,
            "l1": sum(float(np.abs(w).sum()) for w in state.weights) if self.regularization == "l1" else 0.0,
            "l2": sum(float((w * w).sum()) / 2 for w in state.weights) if self.regularization == "l2" else 0.0,
        }
        label = state.test[:, 2]
        classes = bool(len(label)) and bool((np.abs(label) == 1).all())
        right = float(np.mean((out[count:] > 0) == (label > 0))) if classes else None
        return replace(
            state,
            loss_train=float(each[:count].mean()),
            loss_test=float(each[count:].mean()) if len(label) else 0.0,
            accuracy=right,
            dead=int(sum((part == 0).sum() for part in state.alive)),
            penalty=self.regularization_rate * sizes[self.regularization],
        )

    def gradient_checks(self, state: PlaygroundState) -> list[GradientCheck]:
        """The gradient of the first batch is the slope of its summed loss along each layer's first weight and bias."""
        if not np.isfinite(state.loss_train) or state.loss_train > 1e3 or "relu" in (self.activation, self.output):
            return []
        points, shape = state.train[: self.batch], self.shape
        w, g = shape.empty(), shape.empty()
        batch = Batch(shape, len(points), w, g)
        batch.inputs[:], batch.y[0] = inputs(points, self.features).T, points[:, 2]

        def total(layer: int, column: int, value: float) -> float:
            shape.fill(w, state.weights, state.biases)
            shape.blocks(w)[layer][0, column] = value
            for call in batch.forward:
                call()
            return float(self.losses(batch.out[0], points[:, 2]).sum())

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

    def view(self, history: RunHistory[PlaygroundState]) -> View:
        """What the network says over the plane, both losses, the network, the fold."""
        return playground_view.view(self, history)


_last: list[tuple[Any, ...]] = []
"""The points that were measured last: train, test, features, both together, what the network sees of them."""


def seen_points(train: np.ndarray, test: np.ndarray, features: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Both sets in one array (n×3), and what the network sees of them (features×n); made once a run."""
    for known in _last:
        if known[0] is train and known[1] is test and known[2] == features:
            return known[3], known[4]
    both = np.concatenate([train, test])
    _last[:] = [(train, test, features, both, np.ascontiguousarray(inputs(both, features).T)), *_last[:3]]
    return _last[0][3], _last[0][4]
