"""Encoding and decoding: points of the plane, compressed in a narrow layer and reconstructed from it.

    code  = V₂ f(V₁ x + c₁) + c₂        (points × latent)
    x̂     = W₂ f(W₁ code + b₁) + b₂     (points × 2)
    loss  = mean over all coordinates of (x̂ − x)²

The network is trained by Adam on all points at once. It is compared with the best linear map of the same latent size,
the principal components, which can only lay a line through an arc.

The input of a denoising autoencoder has noise, new in each epoch, and its target is the clean points. How well it
removes noise is measured on other noisy copies of the points, the same in every step:

    noisy error    = mean over all coordinates of (noisy − x)²
    restored error = the same for the network's output for the noisy copies
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, Label, Line, Mark, Points, Role, Shape
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_estimate
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_number

EPOCHS_PER_STEP = 10
"""Epochs in a step."""
CLEARLY_BETTER_RATIO = 0.999
"""The narration calls the loss less than that of the best line if it is below this share of the latter."""
PROBE_NOISE = 0.2
"""Standard deviation of the noise on the copies by which denoising is measured."""
DATASETS = ("arc", "line", "wave", "circle")
ACTIVATIONS = ("tanh", "sigmoid", "relu", "linear")


@dataclass(frozen=True, eq=False)
class AutoencoderState(State):
    """The weights after some epochs, and their outputs for the points."""

    constant: ClassVar[frozenset[str]] = frozenset(("points", "noisy"))
    derived: ClassVar[frozenset[str]] = frozenset(("latent", "reconstruction", "restored", "inputs"))
    points: np.ndarray
    """Shape (n, 2)."""
    latent: np.ndarray
    """The code of each point, shape (n, latent size)."""
    reconstruction: np.ndarray
    """The output for each point, shape (n, 2)."""
    loss: float
    pca_loss: float
    """The loss of the best linear map."""
    weights: np.ndarray
    """All weights and biases in one vector: V₁, c₁, V₂, c₂, W₁, b₁, W₂, b₂, matrices row by row."""
    m: np.ndarray
    """Adam's average of the gradients, a vector like `weights`."""
    v: np.ndarray
    """Adam's average of the squared gradients."""
    epoch: int
    noisy: np.ndarray
    """Noisy copies of the points, shape (n, 2); these copies are never trained on."""
    restored: np.ndarray
    """The outputs for the noisy copies, shape (n, 2)."""
    noisy_error: float
    restored_error: float
    inputs: np.ndarray | None = None
    """The noisy points of the epochs of this step, shape (epochs, n, 2); `None` without noise."""


@lru_cache(maxsize=8)
def _parameter_slices(shapes: tuple[tuple[int, ...], ...]) -> list[tuple[slice, tuple[int, ...]]]:
    """(slice of the vector of all parameters, shape) for each of the arrays, which have these `shapes`."""
    boundaries = [0, *accumulate(map(math.prod, shapes))]
    return [(slice(first, last), shape) for (first, last), shape in zip(pairwise(boundaries), shapes, strict=True)]


@dataclass(frozen=True)
class Autoencoder(Simulation[AutoencoderState]):
    """A network learns to reconstruct its input from fewer numbers."""

    name: ClassVar[str] = "autoencoder"
    title: ClassVar[str] = "Encoding and decoding"
    summary: ClassVar[str] = (
        "A code of one number keeps a curve better than any straight line does; a code of two need lose nothing."
    )
    unit: ClassVar[str] = "ten epochs over all points"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("loss",)
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("arc", "One number is enough to say where on the arc a point lies.", {}),
        Preset(
            "linear units",
            "Without a nonlinearity it can do no better than the best straight line.",
            {"activation": "linear"},
            "bad",
        ),
        Preset(
            "denoising",
            "Its input is noisy and its target is not: so it learns where the points belong, though its code is wide.",
            {"dataset": "wave", "latent": 2, "noise": PROBE_NOISE, "learning_rate": 0.02},
        ),
        Preset(
            "a code as wide as the data",
            "Nothing has to be chosen: it learns to copy, and copies the noise as well.",
            {"dataset": "wave", "latent": 2, "learning_rate": 0.02},
            "bad",
        ),
        Preset("too fast", "Each update overshoots: the loss jumps up and down.", {"learning_rate": 1.0}, "bad"),
    )

    dataset: str = param("arc", "Data", "Where the points lie.", choices=DATASETS)
    latent: int = param(1, "Latent size", "Numbers in the code.", low=1, high=2)
    hidden: int = param(8, "Hidden units", "In the encoder and in the decoder.", low=1, high=64)
    activation: str = param("tanh", "Activation f", "Of the hidden units.", choices=ACTIVATIONS)
    learning_rate: float = param(
        0.05, "Learning rate", "How far one update goes.", low=0, high=10, exclude_low=True, live=True
    )

    noise: float = param(
        0.0, "Noise", "Standard deviation of the noise on the points that go in; the target has none.", low=0, high=10
    )

    def start(self) -> AutoencoderState:
        """The points, their noisy copies, and a network with random weights."""
        points = self._sample_points()
        rng = self.random(0)
        arrays = [
            rng.normal(0, 1 / np.sqrt(shape[-1]), shape).ravel() if len(shape) == 2 else np.zeros(shape)  # biases
            for shape in self._parameter_shapes()
        ]
        weights = np.concatenate(arrays)
        singular_values = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
        noisy = points + PROBE_NOISE * np.random.default_rng((self.seed, 2)).standard_normal(points.shape)
        noisy_error = float(np.mean((noisy - points) ** 2))
        start = AutoencoderState(
            step=0,
            points=points,
            latent=points,  # outputs are filled in below
            reconstruction=points,
            loss=0.0,
            pca_loss=float((singular_values[self.latent :] ** 2).sum() / points.size),  # components left out
            weights=weights,
            m=np.zeros_like(weights),
            v=np.zeros_like(weights),
            epoch=0,
            noisy=noisy,
            restored=noisy,
            noisy_error=noisy_error,
            restored_error=noisy_error,
        )
        return self._with_outputs(start)

    @property
    def step_cost(self) -> int:
        """About how many microseconds one step takes, for the budget of a lesson."""
        return 4_000

    def step(self, state: AutoencoderState) -> AutoencoderState:
        """Ten epochs of Adam, with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8."""
        w, m, v, g = state.weights.copy(), state.m.copy(), state.v.copy(), np.empty_like(state.weights)
        parameters, gradients = self._split_parameters(w), self._split_parameters(g)  # views, which follow every change
        inputs = self._sample_noisy_inputs(state.points, state.step + 1)
        for k in range(EPOCHS_PER_STEP):
            epoch = state.epoch + 1 + k
            self._write_gradient(state.points if inputs is None else inputs[k], parameters, state.points, gradients)
            m *= 0.9
            m += 0.1 * g
            v *= 0.999
            v += 0.001 * g * g
            w -= self.learning_rate * (m / (1 - 0.9**epoch)) / (np.sqrt(v / (1 - 0.999**epoch)) + 1e-8)
        epochs = state.epoch + EPOCHS_PER_STEP
        return self._with_outputs(replace(state, step=state.step + 1, weights=w, m=m, v=v, epoch=epochs, inputs=inputs))

    def complete(self, state: AutoencoderState) -> AutoencoderState:
        """`state` with its `derived` fields: outputs and noisy inputs."""
        return self._with_outputs(replace(state, inputs=self._sample_noisy_inputs(state.points, state.step)))

    def _sample_noisy_inputs(self, points: np.ndarray, step: int) -> np.ndarray | None:
        """The inputs of each epoch of the step that led to state number `step`; `None` without noise."""
        if not self.noise or not step:
            return None
        return points + self.noise * self.random(step).standard_normal((EPOCHS_PER_STEP, *points.shape))

    def _sample_points(self) -> np.ndarray:
        """40 points on a curve, almost without noise, shape (40, 2), drawn by another generator than the weights."""
        t = np.linspace(-1, 1, 40)
        curves = {
            "arc": (np.cos(np.pi * (t + 1) / 2), np.sin(np.pi * (t + 1) / 2)),
            "line": (t, 0.5 * t),
            "wave": (t, 0.5 * np.sin(np.pi * t)),
            "circle": (np.cos(np.pi * t * 0.97), np.sin(np.pi * t * 0.97)),  # 0.97: its two ends do not meet
        }
        noise = 0.02 * np.random.default_rng((self.seed, 1)).standard_normal((40, 2))
        # Rounded, so that the points can be copied from the JSON without an error to redo a step.
        return np.round(np.stack(curves[self.dataset], axis=1) + noise, 4)

    def _parameter_shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of V₁, c₁, V₂, c₂, W₁, b₁, W₂, b₂."""
        h, k = self.hidden, self.latent
        return (h, 2), (h,), (k, h), (k,), (h, k), (h,), (2, h), (2,)

    def _split_parameters(self, weights: np.ndarray) -> list[np.ndarray]:
        """V₁, c₁, V₂, c₂, W₁, b₁, W₂, b₂ as views of a vector of all parameters, or of their gradients."""
        return [weights[span].reshape(shape) for span, shape in _parameter_slices(self._parameter_shapes())]

    def _activate(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(f(z), f′(z)), elementwise."""
        if self.activation == "tanh":
            a = np.tanh(z)
            return a, 1 - a * a
        if self.activation == "sigmoid":
            a = 1 / (1 + np.exp(-z))
            return a, a * (1 - a)
        if self.activation == "relu":
            return np.maximum(z, 0.0), (z > 0).astype(float)
        return z, np.ones_like(z)

    def _forward(self, x: np.ndarray, parameters: list[np.ndarray]) -> tuple[np.ndarray, ...]:
        """The forward pass for the points `x`, with one row a point in each array.

        Returns: the encoder's hidden outputs and their slopes f′, the code, the decoder's hidden outputs and their
        slopes, the output.
        """
        v1, c1, v2, c2, w1, b1, w2, b2 = parameters
        encoder_h, encoder_slopes = self._activate(x @ v1.T + c1)
        code = encoder_h @ v2.T + c2
        decoder_h, decoder_slopes = self._activate(code @ w1.T + b1)
        return encoder_h, encoder_slopes, code, decoder_h, decoder_slopes, decoder_h @ w2.T + b2

    def _compute_gradient(self, x: np.ndarray, weights: np.ndarray, target: np.ndarray) -> np.ndarray:
        """∂loss/∂weights as a vector, for the inputs `x` and the outputs `target` that they should have."""
        g = np.empty_like(weights)
        self._write_gradient(x, self._split_parameters(weights), target, self._split_parameters(g))
        return g

    def _write_gradient(
        self, x: np.ndarray, parameters: list[np.ndarray], target: np.ndarray, gradients: list[np.ndarray]
    ) -> None:
        """Write ∂loss/∂weights for the inputs `x` into `gradients`, arrays of the shapes of `parameters`."""
        _, _, v2, _, w1, _, w2, _ = parameters
        encoder_h, encoder_slopes, code, decoder_h, decoder_slopes, out = self._forward(x, parameters)
        # The gradients with respect to each layer's weighted sums, the last layer first.
        out_delta = 2 * (out - target) / x.size
        decoder_delta = out_delta @ w2 * decoder_slopes
        code_delta = decoder_delta @ w1
        encoder_delta = code_delta @ v2 * encoder_slopes
        remaining_gradients = iter(gradients)  # V₁, c₁, V₂, … W₂, b₂: for each layer a matrix, then its biases
        for delta, layer_inputs in (
            (encoder_delta, x),
            (code_delta, encoder_h),
            (decoder_delta, code),
            (out_delta, decoder_h),
        ):
            np.matmul(delta.T, layer_inputs, next(remaining_gradients))
            np.add.reduce(delta, axis=0, out=next(remaining_gradients))

    def _with_outputs(self, state: AutoencoderState) -> AutoencoderState:
        """`state` with the outputs of its weights for the points and their noisy copies, and the errors of these."""
        parameters = self._split_parameters(state.weights)
        *_, code, _, _, out = self._forward(state.points, parameters)
        restored = self._forward(state.noisy, parameters)[-1]
        return replace(
            state,
            latent=code,
            reconstruction=out,
            loss=float(np.mean((out - state.points) ** 2)),
            restored=restored,
            restored_error=float(np.mean((restored - state.points) ** 2)),
        )

    def view(self, history: RunHistory[AutoencoderState]) -> View:
        """The view, with pictures of the points and their reconstruction, losses, codes, noisy copies."""
        state = history.state
        readings = (
            make_reading(state, "loss", "loss"),
            make_reading(state, f"loss, {_name_linear_map(state).removeprefix('best ')}", "pca_loss"),
            make_reading(state, "epochs", "epoch"),
            make_reading(state, "error of noisy copies", "noisy_error"),
            make_reading(state, "error of restored copies", "restored_error"),
        )
        n, formula = len(state.points), r"\text{loss} = \frac{1}{2n} \sum_i \lVert \hat x_i - x_i \rVert^2"
        error_sum = 2 * n * state.loss  # the loss is the mean over both coordinates of all points
        numbers = rf"\frac{{1}}{{2 \cdot {n}}} \cdot {format_factor(error_sum)}"
        return View(
            (self._draw_picture(state), _draw_losses(history), self._draw_codes(state), _draw_denoising(state)),
            readings,
            (make_worked_line(state, "loss", formula, numbers),),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_codes(self, state: AutoencoderState) -> Chart:
        """The code of each point, in the order of the points along their curve."""
        point_numbers = list(range(1, len(state.latent) + 1))
        looks: tuple[tuple[Role, Shape], ...] = (("accent", "dot"), ("secondary", "cross"))
        marks: list[Mark] = [
            Points(point_numbers, state.latent[:, k].tolist(), f"number {k + 1} of the code", *looks[k])
            for k in range(state.latent.shape[1])
        ]
        low, high = float(state.latent.min()), float(state.latent.max())
        for name, extreme in (("lowest", low), ("highest", high)):
            # The first point whose code contains this value; in a diverged run no point does.
            index = int(np.argwhere(state.latent == extreme)[0, 0]) if np.isfinite(extreme) else 0
            marks.append(Label(point_numbers[index], extreme, f"{name} {format_number(extreme)}", is_beside=True))
        return Chart(
            "Codes",
            tuple(marks),
            f"The codes of the {counted(len(point_numbers), 'point')}, in their order along the curve, range from "
            f"{format_number(low)} to {format_number(high)}.",
            "point",
            "code",
        )

    def _make_prediction(self, state: AutoencoderState) -> Prediction | None:
        """Ask for an estimate of the loss after the next step."""
        after = look_ahead(self, state).loss
        return make_estimate("loss", "loss", state.loss, after, f"in the next {EPOCHS_PER_STEP} epochs")

    def _draw_picture(self, state: AutoencoderState) -> Chart:
        """The points, their reconstruction as a curve, and the straight line that fits best."""
        x, out = state.points, state.reconstruction
        order = np.argsort(state.latent[:, 0])  # so that the curve goes through the outputs by ascending code
        centre = x.mean(axis=0)
        _, _, components = np.linalg.svd(x - centre)
        direction = components[0]
        line_name = _name_linear_map(state) if self.latent == 1 else "main direction"
        ends = np.array([centre - 1.3 * direction, centre + 1.3 * direction])  # a little beyond the points
        marks = (
            Points(x[:, 0].tolist(), x[:, 1].tolist(), "points", "blue"),
            Line(out[order, 0].tolist(), out[order, 1].tolist(), "reconstruction", "accent", is_on_top=True),
            Line(ends[:, 0].tolist(), ends[:, 1].tolist(), line_name, "muted"),
        )
        return Chart(
            "Points and their reconstruction",
            tuple(marks),
            (
                f"After {counted(state.epoch, 'epoch')} the mean squared error of the reconstruction is "
                f"{format_number(state.loss)}."
            ),
            "x₁",
            "x₂",
            scale="plane",
        )

    def _narrate(self, state: AutoencoderState) -> str:
        """A sentence about the loss: whether it is less than with any straight line."""
        if state.step == 0:
            return f"The weights are random, nothing is learned yet: the loss is {format_number(state.loss)}."
        if state.loss < CLEARLY_BETTER_RATIO * state.pca_loss:
            return (
                f"After {state.epoch} epochs the reconstruction is closer to the points than any straight line can be: "
                f"loss {format_number(state.loss)} against {format_number(state.pca_loss)}."
            )
        return (
            f"After {state.epoch} epochs the loss is {format_number(state.loss)}; that of the "
            f"{_name_linear_map(state)} is {format_number(state.pca_loss)}."
        )


def _name_linear_map(state: AutoencoderState) -> str:
    """The name of the linear map with the least loss; with a code of one number its outputs are on a straight line."""
    return "best straight line" if state.latent.shape[1] == 1 else "best linear map"


def _draw_losses(history: RunHistory[AutoencoderState]) -> Chart:
    """The loss by step, and that of the best linear map."""
    state, trace = history.state, history.trace("loss")
    linear_map = _name_linear_map(state)
    return Chart(
        "Loss",
        (
            Line(trace.steps, trace.values, "network", "accent", is_on_top=True),
            Line([0, max(1, state.step)], [state.pca_loss] * 2, linear_map, "muted"),
        ),
        f"The loss is {format_number(state.loss)}; that of the {linear_map} is {format_number(state.pca_loss)}.",
        "step of ten epochs",
        "loss, log scale",
        log_y=True,
    )


def _draw_denoising(state: AutoencoderState) -> Chart:
    """The noisy copies of the points, and the network's outputs for them."""
    x, noisy, restored = state.points, state.noisy, state.restored
    marks = (
        Line(x[:, 0].tolist(), x[:, 1].tolist(), "clean", "muted"),
        Points(noisy[:, 0].tolist(), noisy[:, 1].tolist(), "noisy copies", "orange", "cross"),
        Points(restored[:, 0].tolist(), restored[:, 1].tolist(), "restored", "good"),
    )
    description = (
        f"Noisy copies of the points have a mean squared error of {format_number(state.noisy_error)}; what the "
        f"network makes of them has {format_number(state.restored_error)}."
    )
    return Chart("Noisy copies, restored", marks, description, "x₁", "x₂", scale="plane")
