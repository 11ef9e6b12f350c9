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

import itertools
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.errors import UsageError
from tutor.sims import playground_view
from tutor.sims.base import GradientCheck, Preset, Simulation, View
from tutor.sims.parameters import param
from tutor.sims.planar import DATASETS, FEATURES, REGRESSION, inputs, sample
from tutor.sims.state import State
from tutor.sims.trail import Trail

Layers = tuple[np.ndarray, ...]
ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")


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
    summary: ClassVar[str] = "Layer by layer the plane is folded until a straight line parts the classes."
    unit: ClassVar[str] = "one epoch"
    chancy: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("loss_train", "loss_test")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("circle", "Four and two units close a ring around the inner class.", {}),
        Preset(
            "xor by hand",
            "With the product x₁x₂ as a feature no hidden layer is needed.",
            {"dataset": "xor", "features": ("x1*x2",), "hidden": ()},
        ),
        Preset("no hidden layer", "One straight line cannot part a disc from its ring.", {"hidden": ()}, "bad"),
        Preset(
            "far too fast",
            "Linear units and a rate of 10: each update overshoots by more than the last.",
            {"activation": "linear", "output": "linear", "learning_rate": 10.0},
            "diverging",
        ),
    )

    dataset: str = param("circle", "Data", "What is to be learned.", choices=tuple(DATASETS))
    features: tuple[str, ...] = param(
        ("x1", "x2"), "Features", "What the network sees of a point.", choices=tuple(FEATURES), shortest=1, longest=7
    )
    hidden: tuple[float, ...] = param(
        (4, 2),
        "Hidden layers",
        "Units in each, from the input on; none is a single neuron.",
        low=1,
        high=8,
        longest=6,
        whole=True,
    )
    activation: str = param("tanh", "Activation f", "Bends each unit's sum.", choices=ACTIVATIONS)
    output: str = param("tanh", "Output", "tanh for classes, linear for a number.", choices=("tanh", "linear"))
    loss: str = param("squared", "Loss", "What is made small.", choices=("squared", "cross-entropy"))
    learning_rate: float = param(
        0.03, "Learning rate η", "How far one update goes.", low=0, high=10, above=True, live=True
    )
    regularization: str = param("none", "Penalty", "On large weights.", choices=("none", "l1", "l2"), live=True)
    regularization_rate: float = param(0.0, "Penalty rate", "How much a large weight costs.", low=0, high=10, live=True)
    batch: int = param(10, "Batch", "Points in one update.", low=1, high=30, live=True)
    noise: float = param(0.0, "Noise", "How far points stray, in per cent.", low=0, high=50)
    train_fraction: float = param(0.5, "Training share", "Of 500 points; the rest is for the test.", low=0.1, high=0.9)
    shuffle: bool = param(False, "Shuffle", "Take the points in a new order each epoch.", live=True)

    def check(self) -> None:
        """Cross-entropy needs two classes and an output between −1 and 1."""
        if self.loss == "cross-entropy" and (self.output != "tanh" or self.dataset in REGRESSION):
            raise UsageError("loss=cross-entropy needs two classes and output=tanh")

    def start(self) -> PlaygroundState:
        """Points, and small random weights."""
        train, test = sample(self.dataset, self.noise / 100, self.train_fraction, self.random(0))
        chance = np.random.default_rng((self.seed, 0, 1))
        sizes = [len(self.features), *map(int, self.hidden), 1]
        weights = tuple(chance.uniform(-0.5, 0.5, (n, m)) for m, n in itertools.pairwise(sizes))
        return self.begin(train, test, weights, tuple(np.full(n, 0.1) for n in sizes[1:]))

    def begin(self, train: np.ndarray, test: np.ndarray, weights: Layers, biases: Layers) -> PlaygroundState:
        """Epoch 0 of a run from given points and weights."""
        nothing = tuple(np.zeros_like(part) for part in (*weights, *biases))
        alive = tuple(np.ones_like(w) for w in weights)
        return self._measured(
            PlaygroundState(0, 0, weights, biases, 0.0, 0.0, 0.0, None, 0, train, test, nothing, 0, alive)
        )

    def step(self, state: PlaygroundState) -> PlaygroundState:
        """One epoch: every training point once, an update after each full batch."""
        epoch, train = state.epoch + 1, state.train
        if self.shuffle:
            train = train[self.random(epoch).permutation(len(train))]
        x = inputs(train, self.features)
        network = _Network(state)
        for first in range(0, len(train), self.batch):
            chunk = slice(first, first + self.batch)
            gradients = self._gradients(network.weights, network.biases, x[chunk], train[chunk, 2])
            network.sums = [a + b for a, b in zip(network.sums, gradients, strict=True)]
            network.count += len(x[chunk])
            if len(x[chunk]) == self.batch:
                self._update(network)
        return self._measured(
            replace(
                state,
                step=epoch,
                epoch=epoch,
                weights=tuple(network.weights),
                biases=tuple(network.biases),
                carried=tuple(network.sums),
                carried_count=network.count,
                alive=tuple(network.alive),
            )
        )

    def _update(self, network: "_Network") -> None:
        """Apply the summed gradients, then the penalty, and begin a new sum."""
        rate, layers = self.learning_rate / network.count, len(network.weights)
        for layer in range(layers):
            old, alive = network.weights[layer], network.alive[layer]
            new = old - rate * network.sums[layer]
            if self.regularization != "none":
                pull = np.sign(old) if self.regularization == "l1" else old
                penalised = new - self.learning_rate * self.regularization_rate * pull
                if self.regularization == "l1":
                    crossed = new * penalised < 0
                    penalised = np.where(crossed, 0.0, penalised)
                    network.alive[layer] = np.where(crossed, 0.0, alive)
                new = penalised
            network.weights[layer] = np.where(alive > 0, new, old)
            network.biases[layer] = network.biases[layer] - rate * network.sums[layers + layer]
        network.sums = [np.zeros_like(part) for part in network.sums]
        network.count = 0

    def _f(self, name: str, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f(z) and f′(z); relu's slope at 0 is 0."""
        if name == "tanh":
            a = np.tanh(z)
            return a, 1 - a * a
        if name == "sigmoid":
            a = 1 / (1 + np.exp(-z))
            return a, a * (1 - a)
        if name == "relu":
            return np.maximum(z, 0.0), (z > 0).astype(float)
        return z, np.ones_like(z)

    def forward(self, weights: Any, biases: Any, x: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Activations of every layer (the features first), and the slopes f′; rows are points."""
        activations, slopes = [x], []
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
            name = self.output if layer == len(weights) - 1 else self.activation
            a, slope = self._f(name, activations[-1] @ w.T + b)
            activations.append(a)
            slopes.append(slope)
        return activations, slopes

    def _gradients(self, weights: Any, biases: Any, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """Gradients of the loss summed over the points: of the weights, then of the biases."""
        activations, slopes = self.forward(weights, biases, x)
        out = activations[-1][:, 0]
        # For cross-entropy with a tanh output the slope at z is simply o − y.
        delta = (out - y)[:, None] if self.loss == "cross-entropy" else (out - y)[:, None] * slopes[-1]
        by_weight: list[np.ndarray] = []
        by_bias: list[np.ndarray] = []
        for layer in range(len(weights) - 1, -1, -1):
            by_weight.insert(0, delta.T @ activations[layer])
            by_bias.insert(0, delta.sum(axis=0))
            if layer:
                delta = (delta @ weights[layer]) * slopes[layer - 1]
        return [*by_weight, *by_bias]

    def mean_loss(self, weights: Any, biases: Any, points: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean data loss over `points` (rows x₁, x₂, label), and the outputs."""
        out = self.forward(weights, biases, inputs(points, self.features))[0][-1][:, 0]
        y = points[:, 2]
        if self.loss == "squared":
            return float(np.mean(0.5 * (out - y) ** 2)), out
        q = np.clip((1 + out) / 2, 1e-300, 1.0)
        r = np.clip((1 - out) / 2, 1e-300, 1.0)
        return float(np.mean(-(0.5 * (1 + y) * np.log(q) + 0.5 * (1 - y) * np.log(r)))), out

    def _measured(self, state: PlaygroundState) -> PlaygroundState:
        train, _ = self.mean_loss(state.weights, state.biases, state.train)
        test, out = self.mean_loss(state.weights, state.biases, state.test)
        sizes = {
            "none": 0.0,
            "l1": sum(float(np.abs(w).sum()) for w in state.weights),
            "l2": sum(float((w * w).sum()) / 2 for w in state.weights),
        }
        right = None if self.dataset in REGRESSION else float(np.mean((out > 0) == (state.test[:, 2] > 0)))
        dead = int(sum((a == 0).sum() for a in state.alive))
        return replace(
            state,
            loss_train=train,
            loss_test=test,
            accuracy=right,
            dead=dead,
            penalty=self.regularization_rate * sizes[self.regularization],
        )

    def gradient_checks(self, state: PlaygroundState) -> list[GradientCheck]:
        """The gradient of the first batch is the slope of its summed loss along each weight and bias."""
        if not np.isfinite(state.loss_train) or state.loss_train > 1e3 or "relu" in (self.activation, self.output):
            return []
        points = state.train[: self.batch]
        parts = [*state.weights, *state.biases]
        claimed = self._gradients(state.weights, state.biases, inputs(points, self.features), points[:, 2])
        return [self._check_of(state, points, parts, k, claimed[k]) for k in range(len(parts))]

    def _check_of(
        self, state: PlaygroundState, points: np.ndarray, parts: list[np.ndarray], k: int, g: np.ndarray
    ) -> GradientCheck:
        layers, place = len(state.weights), (0,) * parts[k].ndim

        def total(value: float) -> float:
            changed = [part.copy() for part in parts]
            changed[k][place] = value
            return len(points) * self.mean_loss(changed[:layers], changed[layers:], points)[0]

        return GradientCheck(f"part {k}", float(g[place]), total, float(parts[k][place]))

    def view(self, trail: Trail[PlaygroundState]) -> View:
        """What the network says over the plane, and both losses."""
        return playground_view.view(self, trail)


class _Network:
    """The parts of a state that an epoch changes, as lists."""

    def __init__(self, state: PlaygroundState) -> None:
        self.weights, self.biases = list(state.weights), list(state.biases)
        self.sums, self.count, self.alive = list(state.carried), state.carried_count, list(state.alive)
