"""One kernel that gradient descent finds: it learns from labels where a small image has one of two patterns.

    z(r, s) = Σ_i Σ_j  w[i, j] · image[r + i, s + j]            the response at each position (cross-correlation)
    score   = max z + min z + b                                 its strongest and its weakest response
    loss    = mean over the images of log(1 + exp(−score)) for class 1, log(1 + exp(score)) for class 0
    δ       = (σ(score) − label)/n
    ∂loss/∂w[i, j] = Σ_images Σ_positions δ · image[r + i, s + j]   at the positions of the strongest and the weakest

The training images have their patterns in the left half. Further images, with the patterns in the right half, are
never trained on. For comparison, a node with a weight of its own for each pixel learns by the same updates.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np

from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation
from tutor.sims.engine.state import State

Array = np.ndarray
IMAGE_HEIGHT, IMAGE_WIDTH = 8, 12
"""Rows and columns of an image."""
POSITION_SHIFT = 4
"""By how many columns the patterns are moved to the right in the images that are never trained on."""
INITIAL_WEIGHT_STD = 0.3
"""Standard deviation of the weights before training."""
MAX_IMAGES = 64


def draw_edge(image: Array, label: int, row: int, column: int, strength: float) -> None:
    """Draw an upright edge, dark to light from left to right (class 1) or light to dark, into `image`."""
    sign = 1.0 if label else -1.0
    image[row : row + 3, column] = -sign * strength
    image[row : row + 3, column + 1] = sign * strength


def draw_bar(image: Array, label: int, row: int, column: int, strength: float) -> None:
    """Draw a bar of three light cells into `image`: upright (class 1), or lying."""
    if label:
        image[row : row + 3, column + 1] = strength
    else:
        image[row + 1, column : column + 3] = strength


TASKS: dict[str, Callable[[Array, int, int, int, float], None]] = {"edges": draw_edge, "bars": draw_bar}
"""Name → function (image, class 0 or 1, row, column, strength) that draws a pattern into the image.

Row and column are those of its top left cell; a pattern is three cells high and at most three wide.
"""


@dataclass(frozen=True, eq=False)
class LearnedKernelState(State):
    """The weights after some updates, and how well they classify the images.

    `dense` is the node with a weight for each pixel; `moved` are the images with the patterns in the other half.
    """

    constant: ClassVar[frozenset[str]] = frozenset(("images", "labels", "moved_images", "moved_labels"))
    derived: ClassVar[frozenset[str]] = frozenset(("scores", "strongest", "weakest"))

    images: Array
    """The images that are trained on, shape (n, 8, 12)."""
    labels: Array
    """0 or 1 for each image, shape (n,)."""
    moved_images: Array
    """Images with the patterns in the other half, never trained on, shape (n, 8, 12)."""
    moved_labels: Array
    learning_rate: float
    kernel_weights: Array
    """Shape (K, K)."""
    bias: float
    scores: Array
    """The score of each image, shape (n,); above 0 means class 1."""
    strongest: Array
    """Row and column of the largest response in each image, shape (n, 2)."""
    weakest: Array
    """Row and column of the smallest response in each image, shape (n, 2)."""
    loss: float
    gradient: Array
    """∂loss/∂kernel_weights at these weights, which the next update subtracts; shape (K, K)."""
    bias_gradient: float
    accuracy_train: float
    accuracy_moved: float
    dense_weights: Array
    """Shape (8, 12)."""
    dense_bias: float
    dense_loss: float
    dense_accuracy_train: float
    dense_accuracy_moved: float


@dataclass(frozen=True)
class LearnedKernel(Simulation[LearnedKernelState]):
    """Gradient descent finds a kernel: the rules without the view."""

    name: ClassVar[str] = "learned-kernel"
    title: ClassVar[str] = "A kernel that is learned"
    summary: ClassVar[str] = (
        "Gradient descent finds a kernel from labelled images; it works at positions where it was never trained."
    )
    unit: ClassVar[str] = "one update, on all images"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("loss", "dense_loss", "accuracy_moved", "dense_accuracy_moved")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("edges", "From labels alone it becomes a detector of edges, and finds them in the other half too.", {}),
        Preset("bars", "Upright against lying bars: another task, another kernel.", {"task": "bars"}),
        Preset("too slow", "The kernel hardly changes: the updates are too small.", {"learning_rate": 0.01}, "bad"),
        Preset("drowned in noise", "It learns the noise of its images by heart instead.", {"noise": 1.0}, "bad"),
    )

    task: str = param("edges", "Task", "Which two patterns are to be told apart.", choices=tuple(TASKS))
    kernel: int = param(3, "Kernel size K", "The window has K × K cells.", low=1, high=5)
    learning_rate: float = param(
        1.0, "Learning rate η", "How far one update goes.", low=0, high=100, exclude_low=True, live=True
    )
    noise: float = param(0.1, "Noise", "Standard deviation of the noise on every cell.", low=0, high=10)
    images: int = param(24, "Images", "How many there are to learn from.", low=2, high=MAX_IMAGES)
    shown: int = param(0, "Shown", "Which image is drawn, counted from 0.", low=0, high=MAX_IMAGES - 1, live=True)

    def check(self) -> None:
        """Raise `UsageError` if the image to be shown is not one of the images."""
        if self.shown >= self.images:
            raise conflicting_value_error(self, "shown", f"a whole number from 0 to {self.images - 1}, the last image")

    def start(self) -> LearnedKernelState:
        """The images, a kernel with small random weights, and the other node with weights 0."""
        rng = self.random(0)
        kernel = INITIAL_WEIGHT_STD * rng.standard_normal((self.kernel, self.kernel))
        images, labels = self._draw_images(rng, column_shift=0)
        moved_images, moved_labels = self._draw_images(rng, column_shift=POSITION_SHIFT)
        no_positions = np.zeros((self.images, 2), dtype=int)
        start = LearnedKernelState(  # scores, losses and accuracies are filled in below
            step=0, images=images, labels=labels, moved_images=moved_images, moved_labels=moved_labels,
            learning_rate=self.learning_rate, kernel_weights=kernel, bias=0.0,
            scores=np.zeros(self.images), strongest=no_positions, weakest=no_positions,
            loss=0.0, gradient=np.zeros_like(kernel), bias_gradient=0.0, accuracy_train=0.0, accuracy_moved=0.0,
            dense_weights=np.zeros((IMAGE_HEIGHT, IMAGE_WIDTH)), dense_bias=0.0,
            dense_loss=0.0, dense_accuracy_train=0.0, dense_accuracy_moved=0.0,
        )  # fmt: skip
        return self._with_evaluation(start)

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 300 + 15 * self.images

    def step(self, state: LearnedKernelState) -> LearnedKernelState:
        """Update the kernel, by the gradient in `state`, and the node with a weight for each pixel.

        The node's gradient is computed here: it is no field of the state, since nothing shows it.
        """
        rate = self.learning_rate
        dense_scores = self._score_densely(state, state.images)
        delta = (elementwise_sigmoid(dense_scores) - state.labels) / len(dense_scores)
        return self._with_evaluation(
            replace(
                state,
                step=state.step + 1,
                learning_rate=rate,
                kernel_weights=state.kernel_weights - rate * state.gradient,
                bias=state.bias - rate * state.bias_gradient,
                dense_weights=state.dense_weights - rate * np.tensordot(delta, state.images, 1),  # Σ over images δ·x
                dense_bias=state.dense_bias - rate * float(delta.sum()),
            )
        )

    def complete(self, state: LearnedKernelState) -> LearnedKernelState:
        """`state` with its `derived` fields: scores and positions."""
        return self._with_evaluation(state)

    def _draw_images(self, rng: np.random.Generator, *, column_shift: int) -> tuple[Array, Array]:
        """(images of shape (n, 8, 12), labels): the classes 0 and 1 alternate.

        Each pattern is drawn near the left, and moved to the right by `column_shift` columns.
        """
        draw_pattern = TASKS[self.task]
        labels = np.arange(self.images) % 2
        images = np.zeros((self.images, IMAGE_HEIGHT, IMAGE_WIDTH))
        for image, label in zip(images, labels, strict=True):
            row, column = int(rng.integers(2, 4)), int(rng.integers(2, 4))
            strength = round(float(rng.uniform(0.6, 1)), 2)
            draw_pattern(image, int(label), row, column + column_shift, strength)
        return np.round(images + self.noise * rng.standard_normal(images.shape), 2), labels

    def cut_windows(self, images: Array) -> Array:
        """The window at each position of each image, shape (n, rows, columns, K, K)."""
        return np.lib.stride_tricks.sliding_window_view(images, (self.kernel, self.kernel), axis=(1, 2))

    def respond(self, images: Array, kernel: Array) -> Array:
        """The response z at each position of each image, shape (n, rows, columns)."""
        return np.asarray(np.einsum("nrsij,ij->nrs", self.cut_windows(images), kernel))

    def _score_densely(self, state: LearnedKernelState, images: Array) -> Array:
        """The scores of the node with a weight for each pixel, shape (n,)."""
        return np.asarray(np.tensordot(images, state.dense_weights, 2) + state.dense_bias)

    def _with_evaluation(self, state: LearnedKernelState) -> LearnedKernelState:
        """`state` with the scores, losses, accuracies and gradients that follow from its weights."""
        # A position is one index here, counted row by row: `responses` has the shape (n, positions).
        responses = self.respond(state.images, state.kernel_weights).reshape(self.images, -1)
        strongest, weakest = responses.argmax(axis=1), responses.argmin(axis=1)
        indices = np.arange(self.images)
        scores = responses[indices, strongest] + responses[indices, weakest] + state.bias
        delta = (elementwise_sigmoid(scores) - state.labels) / self.images
        windows = self.cut_windows(state.images).reshape(self.images, responses.shape[1], -1)  # (n, positions, K²)
        gradient = delta @ (windows[indices, strongest] + windows[indices, weakest])
        response_width = IMAGE_WIDTH - self.kernel + 1  # positions in a row
        moved_scores = score_images(self.respond(state.moved_images, state.kernel_weights), state.bias)
        dense_scores = self._score_densely(state, state.images)
        dense_moved_scores = self._score_densely(state, state.moved_images)
        return replace(
            state,
            scores=scores,
            strongest=np.stack(np.divmod(strongest, response_width), axis=1),
            weakest=np.stack(np.divmod(weakest, response_width), axis=1),
            loss=log_loss(scores, state.labels),
            gradient=gradient.reshape(state.kernel_weights.shape),
            bias_gradient=float(delta.sum()),
            accuracy_train=accuracy(scores, state.labels),
            accuracy_moved=accuracy(moved_scores, state.moved_labels),
            dense_loss=log_loss(dense_scores, state.labels),
            dense_accuracy_train=accuracy(dense_scores, state.labels),
            dense_accuracy_moved=accuracy(dense_moved_scores, state.moved_labels),
        )

    def gradient_checks(self, state: LearnedKernelState) -> list[GradientCheck]:
        """Checks of the gradient for two of the kernel's weights (for one if K is 1), and for the bias."""

        def compute_loss(row: int, column: int, value: float) -> float:
            """The loss with `value` in place of one weight."""
            kernel = state.kernel_weights.copy()
            kernel[row, column] = value
            return log_loss(score_images(self.respond(state.images, kernel), state.bias), state.labels)

        last = self.kernel - 1
        weight_checks = [
            GradientCheck(
                f"gradient[{i}][{j}]",
                float(state.gradient[i, j]),
                partial(compute_loss, i, j),
                float(state.kernel_weights[i, j]),
            )
            for i, j in {(0, 0), (last, last // 2)}  # a set: if K is 1, both are the same weight
        ]
        responses = self.respond(state.images, state.kernel_weights)
        bias_check = GradientCheck(
            "bias_gradient",
            state.bias_gradient,
            lambda bias: log_loss(score_images(responses, bias), state.labels),
            state.bias,
        )
        return [*weight_checks, bias_check]


def score_images(responses: Array, bias: float) -> Array:
    """The score of each image, shape (n,): the sum of its largest response, its smallest one, and the bias."""
    return np.asarray(responses.max(axis=(1, 2)) + responses.min(axis=(1, 2)) + bias)


def elementwise_sigmoid(z: Array) -> Array:
    """1/(1 + e^−z) of each entry, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)))


def log_loss(scores: Array, labels: Array) -> float:
    """The mean over the images of −log p, where p is the probability that the score gives to the label."""
    return float(np.mean(np.logaddexp(0, np.where(labels == 1, -scores, scores))))


def accuracy(scores: Array, labels: Array) -> float:
    """The share of the images whose score is on the side of their label."""
    return float(np.mean((scores > 0) == (labels == 1)))
