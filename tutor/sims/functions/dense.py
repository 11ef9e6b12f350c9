"""A fully connected classifier: forward, its loss, and the gradient of every parameter.

    hidden layer:  z = a Wᵀ + b      s = γ x̂ + β (with batch normalisation, else s = z)      h = f(s) · mask
                   a ← h, or a + h with a skip connection between layers of equal width
    output:        logits = a Wᵀ + b        loss = mean over the batch of −log softmax(logits)[target]

All parameters lie in one vector θ, on which an optimizer works; `split` gives each layer's parameters as views of it.
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
class LayerParameters:
    """The parameters of a network, or their gradients, layer by layer."""

    weights: tuple[Array, ...]
    """One matrix W of shape (units, inputs) for each layer, the output layer last."""
    biases: tuple[Array, ...]
    """One vector b of shape (units,) for each layer."""
    scales: tuple[Array, ...]
    """γ of each hidden layer, shape (units,); empty without batch normalisation."""
    shifts: tuple[Array, ...]
    """β of each hidden layer, as `scales`."""


@dataclass(frozen=True)
class HiddenPass:
    """What the forward pass computed in one hidden layer for a batch, kept for the backward pass."""

    inputs: Array
    """a, shape (samples, inputs)."""
    outputs: Array
    """The next layer's inputs, shape (samples, units)."""
    slopes: Array
    """f′(s) · mask, shape (samples, units)."""
    x_hat: Array | None = None
    """z normalised, shape (samples, units); `None`, like `mean` and `var`, without batch normalisation."""
    mean: Array | None = None
    var: Array | None = None
    has_skip_connection: bool = False


@dataclass(frozen=True)
class DenseNetwork:
    """The sizes and functions of a classifier."""

    sizes: tuple[int, ...]
    """Inputs, units of each hidden layer, classes."""
    activation: str = "relu"
    batch_norm: bool = False
    has_skip_connections: bool = False

    @property
    def hidden_sizes(self) -> tuple[int, ...]:
        """The number of units of each hidden layer."""
        return self.sizes[1:-1]

    @property
    def parameter_count(self) -> int:
        """The number of parameters."""
        weights_and_biases = sum(units * (inputs + 1) for inputs, units in pairwise(self.sizes))
        scales_and_shifts = 2 * sum(self.hidden_sizes) if self.batch_norm else 0
        return weights_and_biases + scales_and_shifts

    def split(self, theta: Array) -> LayerParameters:
        """The parameters of each layer, as views of `theta`: a change of either is a change of the other."""
        weights, biases, scales, shifts = [], [], [], []
        position = 0

        def take_next(*shape: int) -> Array:
            """The next numbers of θ as an array of this shape; `position` moves on behind them."""
            nonlocal position
            start = position
            position += int(np.prod(shape))
            return theta[start:position].reshape(shape)

        for inputs, units in pairwise(self.sizes):
            weights.append(take_next(units, inputs))
            biases.append(take_next(units))
        if self.batch_norm:
            for units in self.hidden_sizes:
                scales.append(take_next(units))
                shifts.append(take_next(units))
        return LayerParameters(tuple(weights), tuple(biases), tuple(scales), tuple(shifts))

    def initialise(self, scheme: str, rng: np.random.Generator) -> Array:
        """θ before training: weights by `scheme`, biases and shifts 0, scales 1."""
        theta = np.zeros(self.parameter_count)
        layers = self.split(theta)
        for w in layers.weights:
            w[:] = draw_weights(w.shape, scheme, rng)
        for scale in layers.scales:
            scale[:] = 1.0
        return theta

    def forward(
        self,
        layers: LayerParameters,
        x: Array,
        masks: Sequence[Array] = (),
        statistics: Sequence[tuple[Array, Array]] = (),
    ) -> tuple[Array, list[HiddenPass]]:
        """(logits, what each hidden layer computed) for the samples `x`; the logits have shape (samples, classes).

        Args:
            layers: the parameters.
            x: the samples, shape (samples, inputs).
            masks: for each hidden layer what dropout multiplies its outputs by; empty for no dropout.
            statistics: (mean, variance) with which each hidden layer is normalised; empty to take them from the batch
                itself.
        """
        a, passes = x, []
        for layer, width in enumerate(self.hidden_sizes):
            s = a @ layers.weights[layer].T + layers.biases[layer]
            x_hat = mean = var = None
            if self.batch_norm:
                mean, var = statistics[layer] if statistics else (s.mean(axis=0), s.var(axis=0))
                x_hat = (s - mean) / np.sqrt(var + EPSILON)
                s = layers.scales[layer] * x_hat + layers.shifts[layer]
            h, slopes = activate(self.activation, s)
            if masks:
                h, slopes = h * masks[layer], slopes * masks[layer]
            has_skip_connection = self.has_skip_connections and a.shape[1] == width
            outputs = a + h if has_skip_connection else h
            passes.append(HiddenPass(a, outputs, slopes, x_hat, mean, var, has_skip_connection))
            a = outputs
        return a @ layers.weights[-1].T + layers.biases[-1], passes

    def backward(
        self,
        layers: LayerParameters,
        x: Array,
        passes: Sequence[HiddenPass],
        logit_gradient: Array,
        gradients: LayerParameters,
    ) -> None:
        """Write the gradient of the loss with respect to every parameter into `gradients`.

        Args:
            layers: the parameters.
            x: the samples, shape (samples, inputs).
            passes: what `forward` returned for them, with the statistics of this batch itself: the gradient goes
                through its means and variances.
            logit_gradient: the gradient with respect to the logits, shape (samples, classes).
            gradients: arrays of the parameters' shapes, which are overwritten.
        """
        output_layer_inputs = passes[-1].outputs if passes else x
        gradients.weights[-1][:] = logit_gradient.T @ output_layer_inputs
        gradients.biases[-1][:] = logit_gradient.sum(axis=0)
        output_gradient = logit_gradient @ layers.weights[-1]  # with respect to the outputs of the last hidden layer
        for layer in reversed(range(len(passes))):
            hidden = passes[layer]
            delta = output_gradient * hidden.slopes  # with respect to s
            if hidden.x_hat is not None and hidden.var is not None:
                # Batch normalisation: the mean and the variance depend on every sample, too.
                gradients.scales[layer][:] = (delta * hidden.x_hat).sum(axis=0)
                gradients.shifts[layer][:] = delta.sum(axis=0)
                through_mean, through_variance = delta.mean(axis=0), hidden.x_hat * (delta * hidden.x_hat).mean(axis=0)
                scale = layers.scales[layer] / np.sqrt(hidden.var + EPSILON)
                delta = scale * (delta - through_mean - through_variance)  # with respect to z
            gradients.weights[layer][:] = delta.T @ hidden.inputs
            gradients.biases[layer][:] = delta.sum(axis=0)
            if layer:  # the gradient with respect to the network's own inputs is not needed
                input_gradient = delta @ layers.weights[layer]
                output_gradient = output_gradient + input_gradient if hidden.has_skip_connection else input_gradient


def draw_weights(shape: tuple[int, ...], scheme: str, rng: np.random.Generator) -> Array:
    """Weights before training by `scheme`, one of `SCHEMES` or `orthogonal`; the shape is (units, inputs)."""
    fan_out, fan_in = shape
    normal = rng.standard_normal(shape)
    if scheme == "orthogonal":  # the matrix with orthonormal rows or columns that is nearest to the normal one
        left, _, right = np.linalg.svd(normal, full_matrices=False)
        return np.asarray(left @ right)
    standard_deviations = {
        "he": np.sqrt(2 / fan_in),
        "glorot": np.sqrt(2 / (fan_in + fan_out)),
        "small": 0.01,
        "large": 1.0,
    }
    if scheme in standard_deviations:
        return np.asarray(standard_deviations[scheme] * normal)
    return np.full(shape, 1 / fan_in if scheme == "same" else 0.0)  # else "zeros"


def activate(name: str, s: Array) -> tuple[Array, Array]:
    """(f(s), f′(s)) for the activation called `name`, elementwise."""
    if name == "relu":
        is_active = s > 0
        return s * is_active, is_active.astype(float)
    if name == "tanh":
        h = np.tanh(s)
        return h, 1 - h * h
    if name == "sigmoid":
        h = 0.5 * (1 + np.tanh(0.5 * s))  # the same as 1/(1 + e^−s), without overflow
        return h, h * (1 - h)
    return s, np.ones_like(s)


def log_softmax(logits: Array) -> Array:
    """The logarithm of the softmax of each row of `logits`, without overflow."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def cross_entropy(logits: Array, targets: Array) -> float:
    """The mean over the rows of −log softmax(logits)[target]; `targets` holds the index of each row's right class."""
    return float(-log_softmax(logits)[np.arange(len(targets)), targets].mean())


def loss_gradient(logits: Array, targets: Array) -> Array:
    """The gradient of `cross_entropy` by the logits: (softmax(logits) − one-hot)/n, shape (n, classes)."""
    n = len(targets)
    gradient = np.exp(logits - logits.max(axis=1, keepdims=True))
    gradient /= n * gradient.sum(axis=1, keepdims=True)
    gradient[np.arange(n), targets] -= 1 / n
    return np.asarray(gradient)
