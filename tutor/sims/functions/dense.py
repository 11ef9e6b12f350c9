"""A fully connected classifier: forward, its loss, and the gradient of every parameter.

    hidden layer:  z = a Wᵀ + b      s = γ x̂ + β (with batch normalisation, else s = z)      h = f(s) · mask
                   a ← h, or a + h with a skip connection between layers of equal width
    output:        logits = a Wᵀ + b        loss = mean over the batch of −log softmax(logits)[target]

All parameters lie in one row θ, of which `split` gives the parts as views: an optimizer works on the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Array = np.ndarray
EPSILON = 1e-5
"""What batch normalisation adds to a variance."""
SCHEMES = ("he", "glorot", "small", "large", "same", "zeros")
ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")


@dataclass(frozen=True)
class Parts:
    """The parameters of each layer: weights out×in; scales γ and shifts β of the hidden layers, where there are any."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    scales: tuple[Array, ...]
    shifts: tuple[Array, ...]


@dataclass(frozen=True)
class HiddenPass:
    """The results of one hidden layer for a batch that the backward pass needs."""

    inputs: Array
    outputs: Array
    slopes: Array
    """f′(s) · mask."""
    x_hat: Array | None = None
    mean: Array | None = None
    var: Array | None = None
    has_shortcut: bool = False


@dataclass(frozen=True)
class DenseNetwork:
    """The sizes and functions of a classifier."""

    sizes: tuple[int, ...]
    """Inputs, units of each hidden layer, classes."""
    activation: str = "relu"
    batch_norm: bool = False
    shortcut: bool = False

    @property
    def hidden(self) -> tuple[int, ...]:
        """The units of each hidden layer."""
        return self.sizes[1:-1]

    @property
    def count(self) -> int:
        """The number of parameters."""
        weights = sum(after * (before + 1) for before, after in pairwise(self.sizes))
        return weights + (2 * sum(self.hidden) if self.batch_norm else 0)

    def split(self, theta: Array) -> Parts:
        """The parts of θ, as views."""
        weights, biases, scales, shifts = [], [], [], []
        place = 0

        def take(*shape: int) -> Array:
            nonlocal place
            size = int(np.prod(shape))
            place += size
            return theta[place - size : place].reshape(shape)

        for before, after in pairwise(self.sizes):
            weights.append(take(after, before))
            biases.append(take(after))
        for width in self.hidden if self.batch_norm else ():
            scales.append(take(width))
            shifts.append(take(width))
        return Parts(tuple(weights), tuple(biases), tuple(scales), tuple(shifts))

    def initialise(self, scheme: str, rng: np.random.Generator) -> Array:
        """θ before training: weights by `scheme`, biases and shifts 0, scales 1."""
        theta = np.zeros(self.count)
        parts = self.split(theta)
        for w in parts.weights:
            w[:] = first_weights(w.shape, scheme, rng)
        for scale in parts.scales:
            scale[:] = 1.0
        return theta

    def forward(
        self,
        parts: Parts,
        x: Array,
        masks: Sequence[Array] = (),
        statistics: Sequence[tuple[Array, Array]] = (),
    ) -> tuple[Array, list[HiddenPass]]:
        """The logits for each row of `x`, and what each hidden layer made of them.

        Args:
            parts: the parameters.
            x: one sample a row.
            masks: for each hidden layer what dropout multiplies its outputs by; none without dropout.
            statistics: mean and variance of each hidden layer for batch normalisation; those of `x` itself without.
        """
        a, passes = x, []
        for layer, width in enumerate(self.hidden):
            s = a @ parts.weights[layer].T + parts.biases[layer]
            x_hat = mean = var = None
            if self.batch_norm:
                mean, var = statistics[layer] if statistics else (s.mean(axis=0), s.var(axis=0))
                x_hat = (s - mean) / np.sqrt(var + EPSILON)
                s = parts.scales[layer] * x_hat + parts.shifts[layer]
            h, slopes = activate(self.activation, s)
            if masks:
                h, slopes = h * masks[layer], slopes * masks[layer]
            has_shortcut = self.shortcut and a.shape[1] == width
            outputs = a + h if has_shortcut else h
            passes.append(HiddenPass(a, outputs, slopes, x_hat, mean, var, has_shortcut))
            a = outputs
        return a @ parts.weights[-1].T + parts.biases[-1], passes

    def backward(self, parts: Parts, x: Array, passes: Sequence[HiddenPass], delta: Array, into: Parts) -> None:
        """Write the gradient of the loss by every parameter into `into`; `delta` is that by the logits."""
        last = passes[-1].outputs if passes else x
        into.weights[-1][:] = delta.T @ last
        into.biases[-1][:] = delta.sum(axis=0)
        upper = delta @ parts.weights[-1]
        for layer in reversed(range(len(passes))):
            hidden = passes[layer]
            delta = upper * hidden.slopes
            if (
                hidden.x_hat is not None and hidden.var is not None
            ):  # through batch normalisation, its mean and variance
                into.scales[layer][:] = (delta * hidden.x_hat).sum(axis=0)
                into.shifts[layer][:] = delta.sum(axis=0)
                centred = delta - delta.mean(axis=0) - hidden.x_hat * (delta * hidden.x_hat).mean(axis=0)
                delta = parts.scales[layer] / np.sqrt(hidden.var + EPSILON) * centred
            into.weights[layer][:] = delta.T @ hidden.inputs
            into.biases[layer][:] = delta.sum(axis=0)
            if layer:
                below = delta @ parts.weights[layer]
                upper = upper + below if hidden.has_shortcut else below


def first_weights(shape: tuple[int, ...], scheme: str, rng: np.random.Generator) -> Array:
    """Weights out×in before training: drawn from a normal distribution, made orthogonal from such, all alike, or 0."""
    fan_out, fan_in = shape
    drawn = rng.standard_normal(shape)
    if scheme == "orthogonal":  # the nearest matrix with orthonormal rows or columns
        left, _, right = np.linalg.svd(drawn, full_matrices=False)
        return np.asarray(left @ right)
    spread = {
        "he": np.sqrt(2 / fan_in),
        "glorot": np.sqrt(2 / (fan_in + fan_out)),
        "small": 0.01,
        "large": 1.0,
    }
    if scheme in spread:
        return np.asarray(spread[scheme] * drawn)
    return np.full(shape, 1 / fan_in if scheme == "same" else 0.0)


def activate(name: str, s: Array) -> tuple[Array, Array]:
    """f(s) and f′(s)."""
    if name == "relu":
        on = s > 0
        return s * on, on.astype(float)
    if name == "tanh":
        h = np.tanh(s)
        return h, 1 - h * h
    if name == "sigmoid":
        h = 0.5 * (1 + np.tanh(0.5 * s))
        return h, h * (1 - h)
    return s, np.ones_like(s)


def log_softmax(logits: Array) -> Array:
    """The logarithms of the probabilities, without overflow."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def cross_entropy(logits: Array, targets: Array) -> float:
    """The mean of −log of the probability of each target."""
    return float(-log_softmax(logits)[np.arange(len(targets)), targets].mean())


def loss_gradient(logits: Array, targets: Array) -> Array:
    """The gradient of `cross_entropy` by the logits: (probabilities − one-hot)/n."""
    delta = np.exp(logits - logits.max(axis=1, keepdims=True))
    delta /= len(targets) * delta.sum(axis=1, keepdims=True)
    delta[np.arange(len(targets)), targets] -= 1 / len(targets)
    return np.asarray(delta)
