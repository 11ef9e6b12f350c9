"""A network that learns to read handwritten digits, one epoch a step.

    forward:   z = a Wᵀ + b      h = f(z)      p = softmax(logits)         (functions/dense.py)
    loss:      mean of −log p[digit]; the penalty (λ/2)·Σ w² acts on the gradient and is not part of the shown loss
    update:    after each batch, by SGD, momentum (β = 0.9) or Adam (0.9, 0.999, 1e-8)

The 1,797 images are divided by the seed: a third is kept for the test, `train` images are trained on, and the rest
is for validation. Losses and accuracies are those after the epoch, without dropout, with the running statistics of
batch normalisation. The test third is looked at after one epoch only, `test_epoch`.
"""

import math
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
    load_digit_images,
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
    LayerParameters,
    cross_entropy,
    loss_gradient,
)

Arrays = tuple[np.ndarray, ...]
EPOCH_COUNT = 60
"""Epochs of a run."""
BETA1, BETA2, ADAM_EPSILON = 0.9, 0.999, 1e-8
"""β of momentum, which is β₁ of Adam, and Adam's β₂ and ε."""
RUNNING_MOMENTUM = 0.1
"""The share of a new batch in the running statistics; PyTorch calls it momentum."""
MAX_TRAINING_IMAGES = 1100
CHECKED_IMAGES = 24
"""The number of images on whose loss the gradient checks are made."""


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
    """For each layer the norm of the last update of its weights, as a fraction of the norm of the weights."""
    activation_std: tuple[float, ...]
    """For each layer the standard deviation of its outputs over the training images, logits last."""
    best_epoch: int
    """The epoch with the lowest validation loss so far."""
    best_loss: float
    """The validation loss after the best epoch."""
    best_accuracy: float
    """The validation accuracy after the best epoch."""
    confusion: np.ndarray
    """How many validation images of each digit (row) were read as each digit (column), shape (10, 10)."""
    targets: np.ndarray
    """The digit that each validation image shows."""
    predictions: np.ndarray
    """The digit read from each of them."""
    training_images: np.ndarray
    """The indices of the training images in the file."""
    validation_images: np.ndarray
    """The indices of the validation images in the file."""
    weights: Arrays
    """For each layer a matrix of shape (units, inputs)."""
    biases: Arrays
    scales: Arrays
    """γ of each hidden layer; this and the next three fields are empty without batch normalisation."""
    shifts: Arrays
    """β of each hidden layer."""
    running_mean: Arrays
    running_var: Arrays
    m: np.ndarray | None
    """The optimizer's average of gradients, as a vector like θ (see `join_parameters`); `None` with SGD."""
    v: np.ndarray | None
    """Adam's average of squared gradients; `None` with the other optimizers."""
    tested_epoch: int | None = None
    """The epoch after which the test third was evaluated."""
    loss_test: float | None = None
    accuracy_test: float | None = None


@dataclass(frozen=True)
class Digits(Simulation[DigitsState]):
    """A network learns to read handwritten digits."""

    name: ClassVar[str] = "digits"
    title: ClassVar[str] = "Reading handwritten digits"
    summary: ClassVar[str] = "A network learns to read 1,797 real handwritten digits, with any remedy of the course."
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
        has_whole_entries=True,
    )
    activation: str = param("relu", "Activation f", "The nonlinearity of the hidden units.", choices=ACTIVATIONS)
    initialisation: str = param("he", "Initial weights", "Where the weights begin.", choices=SCHEMES)
    optimizer: str = param(
        "sgd", "Optimizer", "What a batch’s gradient does to the weights.", choices=("sgd", "momentum", "adam")
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
        False, "Skip connections", "Add a hidden layer’s input to its output, where their widths agree."
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
        layer_count = len(self.hidden) + 1
        update_cost = 30 + (35 if self.batch_norm else 20) * layer_count  # the overhead of calls of NumPy
        arithmetic_cost = self.network.parameter_count * (self.train + IMAGE_COUNT - TEST_IMAGE_COUNT) // 100_000
        return 500 + self._updates_per_epoch * update_cost + arithmetic_cost

    @property
    def _updates_per_epoch(self) -> int:
        """The number of batches in an epoch; the last one may be smaller than the others."""
        return math.ceil(self.train / self.batch)

    def images(self, subset: str) -> Images:
        """The images of one subset: `train`, `validation` or `test`."""
        return load_digit_images(self.seed, self.train, subset)

    def start(self) -> DigitsState:
        """The network before training."""
        network, split = self.network, split_digits(self.seed, self.train)
        layers = network.split(network.initialise(self.initialisation, self.random(0)))
        zeros = np.zeros(network.parameter_count)
        no_digits = np.zeros(0, dtype=np.int64)
        normalised_widths = network.hidden_sizes if self.batch_norm else ()
        state = DigitsState(  # losses, accuracies and predictions are filled in below
            step=0, epoch=0, loss_train=0.0, loss_validation=0.0, accuracy_train=0.0, accuracy_validation=0.0,
            gradient_norms=None, update_ratios=None, activation_std=(),
            best_epoch=0, best_loss=np.inf, best_accuracy=0.0,
            confusion=no_digits, targets=self.images("validation").y, predictions=no_digits,
            training_images=split.train, validation_images=split.validation,
            weights=layers.weights, biases=layers.biases, scales=layers.scales, shifts=layers.shifts,
            running_mean=tuple(np.zeros(width) for width in normalised_widths),
            running_var=tuple(np.ones(width) for width in normalised_widths),
            m=None if self.optimizer == "sgd" else zeros, v=zeros if self.optimizer == "adam" else None,
        )  # fmt: skip
        return self._with_evaluation(state)

    def step(self, state: DigitsState) -> DigitsState:
        """One epoch: every training image once, in a random order, with an update after each batch."""
        epoch, network, images = state.epoch + 1, self.network, self.images("train")
        rng = self.random(epoch)
        order = rng.permutation(self.train)
        x, y = images.x[order], images.y[order]
        theta, g = join_parameters(state), np.zeros(network.parameter_count)
        layers, gradients = network.split(theta), network.split(g)  # views, which follow every change
        m, v = (None if average is None else average.copy() for average in (state.m, state.v))
        running_mean, running_var = [*state.running_mean], [*state.running_var]
        updates_done = state.epoch * self._updates_per_epoch
        for start in range(0, self.train, self.batch):
            batch_x, batch_y = x[start : start + self.batch], y[start : start + self.batch]
            masks = self._draw_masks(rng, len(batch_y))
            passes = self._write_gradient(layers, gradients, batch_x, batch_y, masks)
            if self.batch_norm:
                _update_running_statistics(running_mean, running_var, passes, len(batch_y))
            updates_done += 1
            update = self._compute_update(g, m, v, updates_done)
            theta -= update
        after = replace(
            state, step=state.step + 1, epoch=epoch,
            weights=layers.weights, biases=layers.biases, scales=layers.scales, shifts=layers.shifts,
            running_mean=tuple(running_mean), running_var=tuple(running_var), m=m, v=v,
            # `g` and `update` are still those of the last batch.
            gradient_norms=tuple(float(np.sqrt((w * w).sum())) for w in gradients.weights),
            update_ratios=tuple(map(_update_ratio, network.split(update).weights, layers.weights)),
        )  # fmt: skip
        return self._with_evaluation(after)

    def _draw_masks(self, rng: np.random.Generator, image_count: int) -> list[np.ndarray]:
        """For each hidden layer a dropout mask for a batch of `image_count`: 0 for a unit that is off, else 1/(1 − p).

        Empty without dropout.
        """
        keep_probability = 1 - self.dropout
        if keep_probability == 1:
            return []
        return [
            (rng.random((image_count, width)) < keep_probability) / keep_probability
            for width in self.network.hidden_sizes
        ]

    def _write_gradient(
        self, layers: LayerParameters, gradients: LayerParameters, x: np.ndarray, y: np.ndarray, masks: list[np.ndarray]
    ) -> list[HiddenPass]:
        """Write the gradient of a batch's loss and of the penalty into `gradients`; return the forward pass."""
        logits, passes = self.network.forward(layers, x, masks)
        self.network.backward(layers, x, passes, loss_gradient(logits, y), gradients)
        if self.l2:
            for gradient, w in zip(gradients.weights, layers.weights, strict=True):
                gradient += self.l2 * w  # noqa: PLW2901  # a view, changed in place
        return passes

    def _compute_update(self, g: np.ndarray, m: np.ndarray | None, v: np.ndarray | None, number: int) -> np.ndarray:
        """Compute what update `number` of the run, counted from 1, subtracts from θ; change `m` and `v` in place."""
        if m is None:  # SGD
            return self.learning_rate * g
        if v is None:  # momentum
            m *= BETA1
            m += g
            return self.learning_rate * m
        m += (1 - BETA1) * (g - m)  # Adam; the same as β₁ m + (1 − β₁) g
        v += (1 - BETA2) * (g * g - v)
        rate = self.learning_rate / (1 - BETA1**number)
        return np.asarray(rate * m / (np.sqrt(v / (1 - BETA2**number)) + ADAM_EPSILON))

    def _with_evaluation(self, state: DigitsState) -> DigitsState:
        """`state` with losses, accuracies, predictions and best epoch; after epoch `test_epoch`, also with the test."""
        train, validation = self.images("train"), self.images("validation")
        train_logits, passes = self.infer(state, train.x)
        validation_logits, _ = self.infer(state, validation.x)
        predictions = validation_logits.argmax(axis=1)
        evaluated = replace(
            state,
            loss_train=cross_entropy(train_logits, train.y),
            loss_validation=cross_entropy(validation_logits, validation.y),
            accuracy_train=float((train_logits.argmax(axis=1) == train.y).mean()),
            accuracy_validation=float((predictions == validation.y).mean()),
            activation_std=(*(float(hidden.outputs.std()) for hidden in passes), float(train_logits.std())),
            predictions=predictions,
            confusion=count_confusion(validation.y, predictions),
        )
        if state.epoch == 0 or evaluated.loss_validation < state.best_loss:  # epoch 0 counts even if its loss is nan
            evaluated = replace(
                evaluated,
                best_epoch=evaluated.epoch,
                best_loss=evaluated.loss_validation,
                best_accuracy=evaluated.accuracy_validation,
            )
        if state.tested_epoch is None and self.test_epoch == state.epoch > 0:  # the one look at the test third
            test = self.images("test")
            test_logits, _ = self.infer(state, test.x)
            evaluated = replace(
                evaluated,
                tested_epoch=state.epoch,
                loss_test=cross_entropy(test_logits, test.y),
                accuracy_test=float((test_logits.argmax(axis=1) == test.y).mean()),
            )
        return evaluated

    def infer(self, state: DigitsState, x: np.ndarray) -> tuple[np.ndarray, list[HiddenPass]]:
        """Run a forward pass as a trained network does it: without dropout, and with the running statistics."""
        statistics = tuple(zip(state.running_mean, state.running_var, strict=True))
        return self.network.forward(read_layer_parameters(state), x, (), statistics)

    def gradient_checks(self, state: DigitsState) -> list[GradientCheck]:
        """Checks of the gradient of one batch, with dropout and penalty, with respect to four of the parameters.

        These are the two parameters with the largest gradients, one in the middle of θ, and the last.
        """
        if state.loss_train > 1e3 or not np.isfinite(state.loss_train):  # differences are inexact
            return []
        network, images = self.network, self.images("train")
        x, y = images.x[:CHECKED_IMAGES], images.y[:CHECKED_IMAGES]
        masks = self._draw_masks(self.random(state.epoch), len(y))
        theta, g = join_parameters(state), np.zeros(network.parameter_count)
        self._write_gradient(network.split(theta), network.split(g), x, y, masks)

        def compute_loss(index: int, value: float) -> float:
            """The loss with the penalty, with `value` in place of one parameter."""
            changed_theta = theta.copy()
            changed_theta[index] = value
            layers = network.split(changed_theta)
            penalty = 0.5 * self.l2 * sum(float((w * w).sum()) for w in layers.weights)
            return cross_entropy(network.forward(layers, x, masks)[0], y) + penalty

        largest = np.argsort(-np.abs(g), kind="stable")[:2]
        indices = [*largest.tolist(), network.parameter_count // 2, network.parameter_count - 1]
        return [GradientCheck(f"θ[{k}]", float(g[k]), partial(compute_loss, k), float(theta[k])) for k in indices]


def _update_ratio(update: np.ndarray, weights: np.ndarray) -> float:
    """The norm of an update divided by the norm of the weights; 0 if the update is 0, even if the weights are 0 too."""
    update_norm = float(np.sqrt((update * update).sum()))
    return update_norm / float(np.sqrt((weights * weights).sum())) if update_norm else 0.0


def read_layer_parameters(state: DigitsState) -> LayerParameters:
    """The parameters in a state."""
    return LayerParameters(state.weights, state.biases, state.scales, state.shifts)


def join_parameters(state: DigitsState) -> np.ndarray:
    """θ: all parameters of a state as a new vector, weights and biases layer by layer, then γ and β."""
    pairs = (*zip(state.weights, state.biases, strict=True), *zip(state.scales, state.shifts, strict=True))
    return np.concatenate([array.ravel() for pair in pairs for array in pair])


def _update_running_statistics(
    running_mean: list[np.ndarray], running_var: list[np.ndarray], passes: list[HiddenPass], image_count: int
) -> None:
    """Move each hidden layer's running mean and variance towards those of a batch of `image_count` images, in place."""
    if image_count == 1:  # one image has no variance
        return
    old_share = 1 - RUNNING_MOMENTUM
    for layer, hidden in enumerate(passes):
        if hidden.mean is not None and hidden.var is not None:
            unbiased_var = hidden.var * image_count / (image_count - 1)
            running_mean[layer] = old_share * running_mean[layer] + RUNNING_MOMENTUM * hidden.mean
            running_var[layer] = old_share * running_var[layer] + RUNNING_MOMENTUM * unbiased_var
