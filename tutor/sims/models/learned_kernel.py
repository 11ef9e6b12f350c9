"""One kernel that gradient descent finds: it learns from labels where a small image has one of two patterns.

    z(r, s) = Σ_i Σ_j  w[i, j] · image[r + i, s + j]            the response at each position (cross-correlation)
    score   = max z + min z + b                                 its strongest and its weakest response
    loss    = mean over the images of log(1 + exp(−score)) for class 1, log(1 + exp(score)) for class 0
    δ       = (σ(score) − label)/n
    ∂loss/∂w[i, j] = Σ_images Σ_positions δ · image[r + i, s + j]   at the positions of the strongest and the weakest

The patterns lie in the left half of the images; others, in the right half, are never trained on. Beside the kernel,
by the same updates, a node learns that has a weight of its own for each pixel.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation
from tutor.sims.engine.state import State

Array = np.ndarray
IMAGE_HEIGHT, IMAGE_WIDTH = 8, 12
"""Rows and columns of an image."""
POSITION_SHIFT = 4
"""Columns between the patterns that are trained on and the others."""
INITIAL_WEIGHT_STD = 0.3
"""Standard deviation of the weights before training."""
MAX_IMAGES = 64


def draw_edge(image: Array, label: int, row: int, column: int, strength: float) -> None:
    """Dark beside light (class 1), or light beside dark, on the grey of the background, which is 0."""
    sign = 1.0 if label else -1.0
    image[row : row + 3, column] = -sign * strength
    image[row : row + 3, column + 1] = sign * strength


def draw_bar(image: Array, label: int, row: int, column: int, strength: float) -> None:
    """Three light cells: upright (class 1), or lying."""
    if label:
        image[row : row + 3, column + 1] = strength
    else:
        image[row + 1, column : column + 3] = strength


TASKS: dict[str, Callable[[Array, int, int, int, float], None]] = {"edges": draw_edge, "bars": draw_bar}
"""name → what draws a pattern of class 0 or 1 into an image."""


@dataclass(frozen=True, eq=False)
class LearnedKernelState(State):
    """The weights after some updates, and what they make of the images."""

    constant: ClassVar[frozenset[str]] = frozenset(("images", "labels", "moved_images", "moved_labels"))
    derived: ClassVar[frozenset[str]] = frozenset(("scores", "strongest", "weakest"))

    images: Array
    """n×8×12: trained on."""
    labels: Array
    """n: 0 or 1."""
    moved_images: Array
    """n×8×12, with the patterns in the other half: never trained on."""
    moved_labels: Array
    learning_rate: float
    kernel_weights: Array
    """K×K."""
    bias: float
    scores: Array
    """n: above 0 means class 1."""
    strongest: Array
    """n×2: row and column of the largest response."""
    weakest: Array
    """n×2: those of the smallest."""
    loss: float
    gradient: Array
    """K×K: of the loss, at the kernel as it is now."""
    bias_gradient: float
    accuracy_train: float
    accuracy_moved: float
    dense_weights: Array
    """8×12: of the node with a weight for each pixel."""
    dense_bias: float
    dense_loss: float
    dense_accuracy_train: float
    dense_accuracy_moved: float


@dataclass(frozen=True)
class LearnedKernel(Simulation[LearnedKernelState]):
    """Gradient descent finds a kernel: the rules alone, without what is shown of them."""

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
        """Only an image that there is can be shown."""
        if self.shown >= self.images:
            raise refuse_value(self, "shown", f"a whole number from 0 to {self.images - 1}, the last image")

    def start(self) -> LearnedKernelState:
        """The images, and small random weights."""
        rng = self.random(0)
        kernel = INITIAL_WEIGHT_STD * rng.standard_normal((self.kernel, self.kernel))
        images, labels = self._draw_images(rng, 0)
        moved, moved_labels = self._draw_images(rng, POSITION_SHIFT)
        nothing = np.zeros((IMAGE_HEIGHT, IMAGE_WIDTH))
        whole = np.zeros((self.images, 2), dtype=int)
        blank = LearnedKernelState(
            0, images, labels, moved, moved_labels, self.learning_rate, kernel, 0.0, np.zeros(self.images), whole,
            whole, 0.0, np.zeros_like(kernel), 0.0, 0.0, 0.0, nothing, 0.0, 0.0, 0.0, 0.0,
        )  # fmt: skip
        return self._with_measures(blank)

    @property
    def step_cost(self) -> int:
        """Microseconds of one step."""
        return 300 + 15 * self.images

    def step(self, state: LearnedKernelState) -> LearnedKernelState:
        """One update of the kernel, and one of the node beside it."""
        rate = self.learning_rate
        dense = self._score_densely(state, state.images)
        delta = (elementwise_sigmoid(dense) - state.labels) / len(dense)
        return self._with_measures(
            replace(
                state,
                step=state.step + 1,
                learning_rate=rate,
                kernel_weights=state.kernel_weights - rate * state.gradient,
                bias=state.bias - rate * state.bias_gradient,
                dense_weights=state.dense_weights - rate * np.tensordot(delta, state.images, 1),
                dense_bias=state.dense_bias - rate * float(delta.sum()),
            )
        )

    def complete(self, state: LearnedKernelState) -> LearnedKernelState:
        """What the weights make of the images."""
        return self._with_measures(state)

    def _draw_images(self, rng: np.random.Generator, moved_by: int) -> tuple[Array, Array]:
        """Images with their labels, the two classes in turns."""
        labels = np.arange(self.images) % 2
        images = np.zeros((self.images, IMAGE_HEIGHT, IMAGE_WIDTH))
        for image, label in zip(images, labels, strict=True):
            row, column = (int(rng.integers(2, 4)) for _ in range(2))
            TASKS[self.task](image, int(label), row, column + moved_by, round(float(rng.uniform(0.6, 1)), 2))
        return np.round(images + self.noise * rng.standard_normal(images.shape), 2), labels

    def cut_windows(self, images: Array) -> Array:
        """Every window of every image: n × rows × columns × K × K."""
        return np.lib.stride_tricks.sliding_window_view(images, (self.kernel, self.kernel), axis=(1, 2))

    def respond(self, images: Array, kernel: Array) -> Array:
        """The response at every position of every image."""
        return np.asarray(np.einsum("nrsij,ij->nrs", self.cut_windows(images), kernel))

    def _score_densely(self, state: LearnedKernelState, images: Array) -> Array:
        return np.asarray(np.tensordot(images, state.dense_weights, 2) + state.dense_bias)

    def _with_measures(self, state: LearnedKernelState) -> LearnedKernelState:
        """The state with all that follows from its weights."""
        z = self.respond(state.images, state.kernel_weights).reshape(self.images, -1)
        each, top, low = np.arange(self.images), z.argmax(axis=1), z.argmin(axis=1)
        scores = z[each, top] + z[each, low] + state.bias
        delta = (elementwise_sigmoid(scores) - state.labels) / self.images
        patches = self.cut_windows(state.images).reshape(self.images, z.shape[1], -1)
        gradient = (delta @ (patches[each, top] + patches[each, low])).reshape(state.kernel_weights.shape)
        columns = IMAGE_WIDTH - self.kernel + 1
        moved = score_images(self.respond(state.moved_images, state.kernel_weights), state.bias)
        dense, dense_moved = (self._score_densely(state, images) for images in (state.images, state.moved_images))
        return replace(
            state,
            scores=scores,
            strongest=np.stack(np.divmod(top, columns), axis=1),
            weakest=np.stack(np.divmod(low, columns), axis=1),
            loss=log_loss(scores, state.labels),
            gradient=gradient,
            bias_gradient=float(delta.sum()),
            accuracy_train=accuracy(scores, state.labels),
            accuracy_moved=accuracy(moved, state.moved_labels),
            dense_loss=log_loss(dense, state.labels),
            dense_accuracy_train=accuracy(dense, state.labels),
            dense_accuracy_moved=accuracy(dense_moved, state.moved_labels),
        )

    def gradient_checks(self, state: LearnedKernelState) -> list[GradientCheck]:
        """Two of the shared weights (one where K is 1), and the bias."""

        def loss_at_weight(row: int, column: int) -> Callable[[float], float]:
            def loss(value: float) -> float:
                kernel = state.kernel_weights.copy()
                kernel[row, column] = value
                return log_loss(score_images(self.respond(state.images, kernel), state.bias), state.labels)

            return loss

        last = self.kernel - 1
        checks = [
            GradientCheck(
                f"gradient[{i}][{j}]",
                float(state.gradient[i, j]),
                loss_at_weight(i, j),
                float(state.kernel_weights[i, j]),
            )
            for i, j in {(0, 0), (last, last // 2)}
        ]
        responses = self.respond(state.images, state.kernel_weights)
        of_bias = GradientCheck(
            "bias_gradient",
            state.bias_gradient,
            lambda bias: log_loss(score_images(responses, bias), state.labels),
            state.bias,
        )
        return [*checks, of_bias]


def score_images(responses: Array, bias: float) -> Array:
    """The score of each image: its largest and its smallest response, and the bias."""
    return np.asarray(responses.max(axis=(1, 2)) + responses.min(axis=(1, 2)) + bias)


def elementwise_sigmoid(z: Array) -> Array:
    """1/(1 + e^−z), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * z)))


def log_loss(scores: Array, labels: Array) -> float:
    """The mean of −log of the probability of each label."""
    return float(np.mean(np.logaddexp(0, np.where(labels == 1, -scores, scores))))


def accuracy(scores: Array, labels: Array) -> float:
    """The share of the images whose score is on the side of their label."""
    return float(np.mean((scores > 0) == (labels == 1)))
