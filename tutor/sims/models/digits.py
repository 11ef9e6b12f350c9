"""A network that learns to read handwritten digits, one epoch a step.

    forward:   z = a Wᵀ + b      h = f(z)      p = softmax(logits)         (functions/dense.py)
    loss:      mean of −log p[digit]; the penalty (λ/2)·Σ w² acts on the gradient and is not part of the shown loss
    update:    after each batch, by SGD, momentum (β = 0.9) or Adam (0.9, 0.999, 1e-8)

The 1,797 images are divided by the seed: a third is kept for the test, `train` images are trained on, and the rest
is for validation. Losses and accuracies are those after the epoch, without dropout, with the running statistics of
batch normalisation. The test third is looked at after one epoch only, `test_epoch`.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from tutor.sims.datasets.digit_pictures import count_confusion
from tutor.sims.datasets.handwriting import (
    CLASS_COUNT,
    IMAGE_COUNT,
    IMAGE_SIDE,
    TEST_IMAGE_COUNT,
    Images,
    part_of_digits,
    split_digits,
)
from tutor.sims.engine.parameters import param
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation
from tutor.sims.engine.state import State
from tutor.sims.functions.dense import (
    ACTIVATIONS,
    SCHEMES,
    DenseNetwork,
    HiddenPass,
    Parts,
    cross_entropy,
    loss_gradient,
)

Arrays = tuple[np.ndarray, ...]
EPOCH_COUNT = 60
"""Epochs of a run."""
BETA1, BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8
"""β of momentum, which is β₁ of Adam, and Adam's β₂ and ε."""
RUNNING_MOMENTUM = 0.1
"""The weight of a new batch in the running statistics, which PyTorch calls momentum."""
MAX_TRAINING_IMAGES = 1100
CHECKED_IMAGES = 24
"""Images whose gradient is held against differences."""


@dataclass(frozen=True, eq=False)
class DigitsState(State):
    """The network after an epoch, and how it does on the images."""

    epoch: int
    loss_train: float
    loss_validation: float
    accuracy_train: float
    accuracy_validation: float
    gradient_norms: tuple[float, ...] | None
    """For each layer the norm of the gradient by its weights, of the last batch."""
    update_ratios: tuple[float, ...] | None
    """For each layer the length of the last update of its weights, as a fraction of the length of the weights."""
    activation_std: tuple[float, ...]
    """For each layer the standard deviation of its outputs over the training images, logits last."""
    best_epoch: int
    """The epoch with the lowest validation loss so far."""
    best_loss: float
    best_accuracy: float
    """On validation, after that epoch."""
    confusion: np.ndarray
    """10×10: how many validation images of a digit (row) were read as a digit (column)."""
    targets: np.ndarray
    """The digit that each validation image shows."""
    predictions: np.ndarray
    """The digit read from each of them."""
    training_images: np.ndarray
    """Places of the training images in the file."""
    validation_images: np.ndarray
    """Places of the validation images in the file."""
    weights: Arrays
    """Out×in, a matrix for each layer."""
    biases: Arrays
    scales: Arrays
    """γ of each hidden layer with batch normalisation; else none."""
    shifts: Arrays
    running_mean: Arrays
    running_var: Arrays
    m: np.ndarray | None
    """The optimizer's first average of all parameters in a row: weights and biases layer by layer, then γ and β."""
    v: np.ndarray | None
    tested_epoch: int | None = None
    """The epoch after which the test third was evaluated."""
    loss_test: float | None = None
    accuracy_test: float | None = None


@dataclass(frozen=True)
class Digits(Simulation[DigitsState]):
    """A network learns to read handwritten digits."""

    name: ClassVar[str] = "digits"
    title: ClassVar[str] = "Reading handwritten digits"
    summary: ClassVar[str] = "A network learns to read 1,797 real handwritten digits, with every remedy of the course."
    unit: ClassVar[str] = "one epoch"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("loss_train", "loss_validation", "accuracy_train", "accuracy_validation")
    look_parameter: ClassVar[str] = "test_epoch"
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("one hidden layer", "32 units read about 96 of 100 new digits after twenty epochs.", {}),
        Preset(
            "few examples",
            "50 images are learned by heart: the training loss goes to 0, while the validation loss begins to rise.",
            {"train": 50, "optimizer": "adam", "learning_rate": 0.02},
            "bad",
        ),
        Preset(
            "all weights 0",
            "No gradient reaches the hidden units: the network learns only how common each digit is.",
            {"initialisation": "zeros"},
            "bad",
        ),
        Preset(
            "far too fast",
            "Each update of the linear layers overshoots by more than the last.",
            {"hidden": (32, 32, 32), "activation": "linear", "learning_rate": 20.0},
            "diverging",
        ),
    )

    hidden: tuple[float, ...] = param(
        (32,),
        "Hidden layers",
        "Units in each, starting at the image; none leaves a linear softmax.",
        low=1,
        high=64,
        max_length=6,
        whole=True,
    )
    activation: str = param("relu", "Activation f", "The nonlinearity of the hidden units.", choices=ACTIVATIONS)
    initialisation: str = param("he", "Initial weights", "Where the weights begin.", choices=SCHEMES)
    optimizer: str = param(
        "sgd", "Optimizer", "What a batch's gradient does to the weights.", choices=("sgd", "momentum", "adam")
    )
    learning_rate: float = param(
        0.1, "Learning rate η", "How far one update goes.", low=0, high=100, exclude_low=True, live=True
    )
    batch: int = param(32, "Batch size", "Images in one update.", low=4, high=MAX_TRAINING_IMAGES, live=True)
    dropout: float = param(
        0.0, "Dropout", "Probability that a hidden unit is off.", low=0, high=1, exclude_high=True, live=True
    )
    batch_norm: bool = param(False, "Batch norm", "Normalise the weighted sums of the hidden layers.")
    shortcut: bool = param(
        False, "Skip connections", "Add a hidden layer's input to its output, where their widths agree."
    )
    l2: float = param(0.0, "L2 penalty λ", "How much large weights add to the loss.", low=0, high=10, live=True)
    train: int = param(
        1000, "Training images", "How many are trained on; a third is for the test, the rest for validation.",
        low=10, high=MAX_TRAINING_IMAGES,
    )  # fmt: skip
    test_epoch: int = param(
        0, "Test after epoch", "The one epoch after which the test third is looked at; 0 is never.",
        low=0, high=EPOCH_COUNT, live=True,
    )  # fmt: skip

    @property
    def network(self) -> DenseNetwork:
        """The shape of the network."""
        sizes = (IMAGE_SIDE * IMAGE_SIDE, *map(int, self.hidden), CLASS_COUNT)
        return DenseNetwork(sizes, self.activation, self.batch_norm, self.shortcut)

    @property
    def length(self) -> int:
        """A run has a fixed number of epochs."""
        return EPOCH_COUNT

    @property
    def step_cost(self) -> int:
        """Microseconds of one epoch, estimated from the layers and the number of updates."""
        layers = len(self.hidden) + 1
        updates = -(-self.train // self.batch)
        heavy = self.network.count * (self.train + IMAGE_COUNT - TEST_IMAGE_COUNT) // 100_000
        return 500 + updates * (30 + 20 * layers + (15 * layers if self.batch_norm else 0)) + heavy

    def images(self, part: str) -> Images:
        """The images of `train`, `validation` or `test`."""
        return part_of_digits(self.seed, self.train, part)

    def start(self) -> DigitsState:
        """The first weights, which know nothing."""
        network, split = self.network, split_digits(self.seed, self.train)
        parts = network.split(network.initialise(self.initialisation, self.random(0)))
        nothing = np.zeros(network.count)
        empty, targets = np.zeros(0, dtype=np.int64), self.images("validation").y
        normed = network.hidden if self.batch_norm else ()
        state = DigitsState(
            0, 0, 0.0, 0.0, 0.0, 0.0, None, None, (), 0, np.inf, 0.0, empty, targets, empty,
            split.train, split.validation,
            parts.weights, parts.biases, parts.scales, parts.shifts,
            tuple(np.zeros(width) for width in normed), tuple(np.ones(width) for width in normed),
            None if self.optimizer == "sgd" else nothing, nothing if self.optimizer == "adam" else None,
        )  # fmt: skip
        return self._with_measures(state)

    def step(self, state: DigitsState) -> DigitsState:
        """One epoch: every training image once, an update after each batch."""
        epoch, network, images = state.epoch + 1, self.network, self.images("train")
        rng = self.random(epoch)
        order = rng.permutation(self.train)
        x, y = images.x[order], images.y[order]
        theta, g = join_parameters(state), np.zeros(network.count)
        parts, slopes = network.split(theta), network.split(g)
        memory = (None if state.m is None else state.m.copy(), None if state.v is None else state.v.copy())
        running = ([*state.running_mean], [*state.running_var])
        updates = state.epoch * -(-self.train // self.batch)
        for place in range(0, self.train, self.batch):
            rows = slice(place, place + self.batch)
            passes = self._add_gradient(parts, slopes, x[rows], y[rows], self._draw_masks(rng, len(y[rows])))
            if self.batch_norm:
                _update_running_statistics(running, passes, len(y[rows]))
            updates += 1
            last = self._compute_update(g, memory, updates)
            theta -= last
        after = replace(
            state, step=state.step + 1, epoch=epoch,
            weights=parts.weights, biases=parts.biases, scales=parts.scales, shifts=parts.shifts,
            running_mean=tuple(running[0]), running_var=tuple(running[1]), m=memory[0], v=memory[1],
            gradient_norms=tuple(float(np.sqrt((w * w).sum())) for w in slopes.weights),
            update_ratios=tuple(map(_update_ratio, network.split(last).weights, parts.weights)),
        )  # fmt: skip
        return self._with_measures(after)

    def _draw_masks(self, rng: np.random.Generator, rows: int) -> list[np.ndarray]:
        """For each hidden layer 0 where a unit is off and 1/(1 − p) where it is on; none without dropout."""
        keep = 1 - self.dropout
        if keep == 1:
            return []
        return [(rng.random((rows, width)) < keep) / keep for width in self.network.hidden]

    def _add_gradient(
        self, parts: Parts, slopes: Parts, x: np.ndarray, y: np.ndarray, masks: list[np.ndarray]
    ) -> list[HiddenPass]:
        """Write the gradient of a batch's loss and of the penalty into `slopes`."""
        logits, passes = self.network.forward(parts, x, masks)
        self.network.backward(parts, x, passes, loss_gradient(logits, y), slopes)
        if self.l2:
            for slope, w in zip(slopes.weights, parts.weights, strict=True):
                slope += self.l2 * w  # noqa: PLW2901  # a view, changed in place
        return passes

    def _compute_update(
        self, g: np.ndarray, memory: tuple[np.ndarray | None, np.ndarray | None], updates: int
    ) -> np.ndarray:
        """The amount that an update subtracts; the averages in `memory` are changed in place."""
        m, v = memory
        if m is None:
            return self.learning_rate * g
        if v is None:
            m *= BETA1
            m += g
            return self.learning_rate * m
        m += (1 - BETA1) * (g - m)
        v += (1 - BETA2) * (g * g - v)
        rate = self.learning_rate / (1 - BETA1**updates)
        return np.asarray(rate * m / (np.sqrt(v / (1 - BETA2**updates)) + ADAM_EPSILON))

    def _with_measures(self, state: DigitsState) -> DigitsState:
        """The state with its losses, accuracies and confusion matrix; the test third once, after its epoch."""
        train, validation = self.images("train"), self.images("validation")
        logits, passes = self.infer(state, train.x)
        judged, _ = self.infer(state, validation.x)
        predictions = judged.argmax(axis=1)
        measured = replace(
            state,
            loss_train=cross_entropy(logits, train.y),
            loss_validation=cross_entropy(judged, validation.y),
            accuracy_train=float((logits.argmax(axis=1) == train.y).mean()),
            accuracy_validation=float((predictions == validation.y).mean()),
            activation_std=(*(float(one.outputs.std()) for one in passes), float(logits.std())),
            predictions=predictions,
            confusion=count_confusion(validation.y, predictions),
        )
        if state.epoch == 0 or measured.loss_validation < state.best_loss:
            best = (measured.epoch, measured.loss_validation, measured.accuracy_validation)
            measured = replace(measured, best_epoch=best[0], best_loss=best[1], best_accuracy=best[2])
        if state.tested_epoch is None and self.test_epoch == state.epoch > 0:
            test = self.images("test")
            looked, _ = self.infer(state, test.x)
            right = float((looked.argmax(axis=1) == test.y).mean())
            loss = cross_entropy(looked, test.y)
            measured = replace(measured, tested_epoch=state.epoch, loss_test=loss, accuracy_test=right)
        return measured

    def infer(self, state: DigitsState, x: np.ndarray) -> tuple[np.ndarray, list[HiddenPass]]:
        """The logits for each row of `x` and what each layer made of it, as in use: no dropout, running statistics."""
        statistics = tuple(zip(state.running_mean, state.running_var, strict=True))
        return self.network.forward(parts_of(state), x, (), statistics)

    def gradient_checks(self, state: DigitsState) -> list[GradientCheck]:
        """The gradient of one batch, with its masks, is the slope of its loss and penalty by weights and biases."""
        if state.loss_train > 1e3 or not np.isfinite(state.loss_train):
            return []
        network, images = self.network, self.images("train")
        x, y = images.x[:CHECKED_IMAGES], images.y[:CHECKED_IMAGES]
        masks = self._draw_masks(self.random(state.epoch), len(y))
        theta, g = join_parameters(state), np.zeros(network.count)
        self._add_gradient(network.split(theta), network.split(g), x, y, masks)

        def cost(place: int, value: float) -> float:
            moved = theta.copy()
            moved[place] = value
            parts = network.split(moved)
            penalty = 0.5 * self.l2 * sum(float((w * w).sum()) for w in parts.weights)
            return cross_entropy(network.forward(parts, x, masks)[0], y) + penalty

        largest = np.argsort(-np.abs(g), kind="stable")[:2]
        places = [*largest.tolist(), network.count // 2, network.count - 1]
        return [GradientCheck(f"θ[{k}]", float(g[k]), partial(cost, k), float(theta[k])) for k in places]


def _update_ratio(update: np.ndarray, weights: np.ndarray) -> float:
    """The length of an update as a share of that of the weights; 0 where no weight has moved."""
    moved = float(np.sqrt((update * update).sum()))
    return moved / float(np.sqrt((weights * weights).sum())) if moved else 0.0


def parts_of(state: DigitsState) -> Parts:
    """The parameters in a state."""
    return Parts(state.weights, state.biases, state.scales, state.shifts)


def join_parameters(state: DigitsState) -> np.ndarray:
    """All parameters of a state in a new row: weights and biases layer by layer, then γ and β."""
    pairs = (*zip(state.weights, state.biases, strict=True), *zip(state.scales, state.shifts, strict=True))
    return np.concatenate([part.ravel() for pair in pairs for part in pair])


def _update_running_statistics(
    running: tuple[list[np.ndarray], list[np.ndarray]], passes: list[HiddenPass], rows: int
) -> None:
    """Move the running mean and the running variance of each hidden layer towards those of a batch."""
    if rows == 1:
        return  # one image has no variance
    for layer, one in enumerate(passes):
        if one.mean is not None and one.var is not None:
            for kept, new in ((running[0], one.mean), (running[1], one.var * rows / (rows - 1))):
                kept[layer] = (1 - RUNNING_MOMENTUM) * kept[layer] + RUNNING_MOMENTUM * new
