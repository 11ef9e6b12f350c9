"""Encoding and decoding: points squeezed through a narrow layer, and drawn again.

    code  = V₂ f(V₁ x + c₁) + c₂        (points × latent)
    x̂     = W₂ f(W₁ code + b₁) + b₂     (points × 2)
    loss  = mean over all coordinates of (x̂ − x)²

Trained by Adam on all points at once. It is compared with the best linear map of the same latent size
(principal components): it can only lay a line through an arc.

A denoising autoencoder gets its points with noise, fresh in each epoch, and has to draw the clean ones. What that is
worth is measured on other noisy copies, the same in every step:

    noisy error    = mean over all coordinates of (noisy − x)²
    restored error = the same for what the network makes of the noisy copies
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
CLEARLY_LESS = 0.999
"""The share of the best line's loss below which a loss counts as less, not as the same up to rounding."""
PROBE_NOISE = 0.2
"""Standard deviation of the noise on the copies by which restoring is measured."""
DATASETS = ("arc", "line", "wave", "circle")
ACTIVATIONS = ("tanh", "sigmoid", "relu", "linear")


@dataclass(frozen=True, eq=False)
class AutoencoderState(State):
    """The weights after some epochs, and what they make of the points."""

    constant: ClassVar[frozenset[str]] = frozenset(("points", "noisy"))
    derived: ClassVar[frozenset[str]] = frozenset(("latent", "reconstruction", "restored", "inputs"))

    points: np.ndarray
    """n×2."""
    latent: np.ndarray
    """n×latent: the codes."""
    reconstruction: np.ndarray
    """n×2."""
    loss: float
    pca_loss: float
    weights: np.ndarray
    """All weights and biases in one row: V₁, c₁, V₂, c₂, W₁, b₁, W₂, b₂, each row by row."""
    m: np.ndarray
    v: np.ndarray
    epoch: int
    noisy: np.ndarray
    """n×2: noisy copies of the points, never trained on."""
    restored: np.ndarray
    """n×2: what the network makes of them."""
    noisy_error: float
    restored_error: float
    inputs: np.ndarray | None = None
    """epochs×n×2: the noisy points that this step was trained on; `None` without noise."""


@lru_cache(maxsize=8)
def _parameter_slices(shapes: tuple[tuple[int, ...], ...]) -> list[tuple[slice, tuple[int, ...]]]:
    """The positions of each layer's weights and biases in the vector of all parameters."""
    ends = [0, *accumulate(map(math.prod, shapes))]
    return [(slice(first, last), shape) for (first, last), shape in zip(pairwise(ends), shapes, strict=True)]


@dataclass(frozen=True)
class Autoencoder(Simulation[AutoencoderState]):
    """A network learns to draw its input again from fewer numbers."""

    name: ClassVar[str] = "autoencoder"
    title: ClassVar[str] = "Encoding and decoding"
    summary: ClassVar[str] = (
        "Encoded in one number and decoded again, points on a curve lose little; a linear map loses more."
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
        """Random weights."""
        points = self._draw_points()
        rng = self.random(0)
        weights = np.concatenate(
            [
                rng.normal(0, 1 / np.sqrt(shape[-1]), shape).ravel() if len(shape) == 2 else np.zeros(shape)
                for shape in self._layer_shapes()
            ]
        )
        centred = points - points.mean(axis=0)
        values = np.linalg.svd(centred, compute_uv=False)
        pca = float((values[self.latent :] ** 2).sum() / points.size)
        zero = np.zeros_like(weights)
        noisy = points + PROBE_NOISE * np.random.default_rng((self.seed, 2)).standard_normal(points.shape)
        noisy_error = float(np.mean((noisy - points) ** 2))
        start = AutoencoderState(
            0, points, points, points, 0.0, pca, weights, zero, zero, 0, noisy, noisy, noisy_error, noisy_error
        )
        return self._with_measures(start)

    @property
    def step_cost(self) -> int:
        """Microseconds of one step."""
        return 4_000

    def step(self, state: AutoencoderState) -> AutoencoderState:
        """Ten epochs of Adam."""
        w, m, v, g = state.weights.copy(), state.m.copy(), state.v.copy(), np.empty_like(state.weights)
        parts, slopes = (
            self._split_weights(w),
            self._split_weights(g),
        )  # views, made once: each epoch writes into the same arrays
        inputs = self._draw_noisy_inputs(state.points, state.step + 1)
        for k in range(EPOCHS_PER_STEP):
            epoch = state.epoch + 1 + k
            self._write_gradient(state.points if inputs is None else inputs[k], parts, state.points, slopes)
            m *= 0.9
            m += 0.1 * g
            v *= 0.999
            v += 0.001 * g * g
            w -= self.learning_rate * (m / (1 - 0.9**epoch)) / (np.sqrt(v / (1 - 0.999**epoch)) + 1e-8)
        after = replace(state, step=state.step + 1, weights=w, m=m, v=v, epoch=state.epoch + EPOCHS_PER_STEP)
        return self._with_measures(replace(after, inputs=inputs))

    def complete(self, state: AutoencoderState) -> AutoencoderState:
        """What the weights make of the points, and the noisy points that they were trained on."""
        return self._with_measures(replace(state, inputs=self._draw_noisy_inputs(state.points, state.step)))

    def _draw_noisy_inputs(self, points: np.ndarray, step: int) -> np.ndarray | None:
        """The points of the epochs of a step, each with noise of its own."""
        if not self.noise or not step:
            return None
        return points + self.noise * self.random(step).standard_normal((EPOCHS_PER_STEP, *points.shape))

    def _draw_points(self) -> np.ndarray:
        """The clean points, drawn again from the seed: n×2."""
        t = np.linspace(-1, 1, 40)
        shapes = {
            "arc": (np.cos(np.pi * (t + 1) / 2), np.sin(np.pi * (t + 1) / 2)),
            "line": (t, 0.5 * t),
            "wave": (t, 0.5 * np.sin(np.pi * t)),
            "circle": (np.cos(np.pi * t * 0.97), np.sin(np.pi * t * 0.97)),
        }
        noise = 0.02 * np.random.default_rng((self.seed, 1)).standard_normal((40, 2))
        return np.round(np.stack(shapes[self.dataset], axis=1) + noise, 4)

    def _layer_shapes(self) -> tuple[tuple[int, ...], ...]:
        h, k = self.hidden, self.latent
        return (h, 2), (h,), (k, h), (k,), (h, k), (h,), (2, h), (2,)

    def _split_weights(self, weights: np.ndarray) -> list[np.ndarray]:
        return [weights[place].reshape(shape) for place, shape in _parameter_slices(self._layer_shapes())]

    def _activate(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """f(z) and f′(z)."""
        if self.activation == "tanh":
            a = np.tanh(z)
            return a, 1 - a * a
        if self.activation == "sigmoid":
            a = 1 / (1 + np.exp(-z))
            return a, a * (1 - a)
        if self.activation == "relu":
            return np.maximum(z, 0.0), (z > 0).astype(float)
        return z, np.ones_like(z)

    def _forward(self, x: np.ndarray, parts: list[np.ndarray]) -> tuple[np.ndarray, ...]:
        """Go through encoder and decoder, and keep what the way back needs.

        Returns: the encoder's hidden values and their slopes f′, the code, the decoder's hidden values and slopes, the
        output; each with one row per point.
        """
        v1, c1, v2, c2, w1, b1, w2, b2 = parts
        a, da = self._activate(x @ v1.T + c1)
        code = a @ v2.T + c2
        d, dd = self._activate(code @ w1.T + b1)
        return a, da, code, d, dd, d @ w2.T + b2

    def _compute_gradient(self, x: np.ndarray, weights: np.ndarray, target: np.ndarray) -> np.ndarray:
        """∂loss/∂weights by the chain rule, for the inputs `x`."""
        g = np.empty_like(weights)
        self._write_gradient(x, self._split_weights(weights), target, self._split_weights(g))
        return g

    def _write_gradient(
        self, x: np.ndarray, parts: list[np.ndarray], target: np.ndarray, slopes: list[np.ndarray]
    ) -> None:
        """Write the gradient, last layer first, into the parts of one row that `slopes` are."""
        _, _, v2, _, w1, _, w2, _ = parts
        a, da, code, d, dd, out = self._forward(x, parts)
        g_out = 2 * (out - target) / x.size
        g_d = g_out @ w2 * dd
        g_code = g_d @ w1
        g_a = g_code @ v2 * da
        into = iter(slopes)
        for above, below in ((g_a, x), (g_code, a), (g_d, code), (g_out, d)):
            np.matmul(above.T, below, next(into))
            np.add.reduce(above, axis=0, out=next(into))

    def _with_measures(self, state: AutoencoderState) -> AutoencoderState:
        """`state` with what is measured of its weights."""
        parts = self._split_weights(state.weights)
        *_, code, _, _, out = self._forward(state.points, parts)
        restored = self._forward(state.noisy, parts)[-1]
        return replace(
            state,
            latent=code,
            reconstruction=out,
            loss=float(np.mean((out - state.points) ** 2)),
            restored=restored,
            restored_error=float(np.mean((restored - state.points) ** 2)),
        )

    def view(self, history: RunHistory[AutoencoderState]) -> View:
        """The points, the curve they are drawn on again, and the best straight line."""
        state = history.state
        rows = (
            make_reading(state, "loss", "loss"),
            make_reading(state, "loss of the best linear map", "pca_loss"),
            make_reading(state, "epochs", "epoch"),
            make_reading(state, "error of noisy copies", "noisy_error"),
            make_reading(state, "error of them, restored", "restored_error"),
        )
        n, formula = len(state.points), r"\text{loss} = \frac{1}{2n} \sum_i \lVert \hat x_i - x_i \rVert^2"
        numbers = rf"\frac{{1}}{{2 \cdot {n}}} \cdot {format_factor(2 * n * state.loss)}"
        lines = (make_worked_line(state, "loss", formula, numbers),)
        trace = history.trace("loss")
        losses = Chart(
            "Loss",
            (
                Line([0, max(1, state.step)], [state.pca_loss] * 2, "best linear map", "muted"),
                Line(trace.steps, trace.values, "network", "accent"),
            ),
            f"The loss is {format_number(state.loss)}; that of the best linear map is {format_number(state.pca_loss)}.",
            "step of ten epochs",
            "loss, log scale",
            log_y=True,
        )
        return View(
            (self._draw_picture(state), losses, self._draw_codes(state), _draw_restoring(state)),
            rows,
            lines,
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_codes(self, state: AutoencoderState) -> Chart:
        """The code of each point, in the order in which the points follow each other on their curve."""
        place = list(range(1, len(state.latent) + 1))
        roles: tuple[tuple[Role, Shape], ...] = (("accent", "dot"), ("secondary", "cross"))
        codes = (state.latent[:, k].tolist() for k in range(state.latent.shape[1]))
        marks: list[Mark] = [
            Points(place, code, f"number {k + 1} of the code", role, shape)
            for k, (code, (role, shape)) in enumerate(zip(codes, roles, strict=False))
        ]
        low, high = float(state.latent.min()), float(state.latent.max())
        for end in (low, high):
            point = int(np.argwhere(state.latent == end)[0, 0]) if np.isfinite(end) else 0
            marks.append(Label(place[point], end, format_number(end), is_beside=True))
        return Chart(
            "Codes",
            tuple(marks),
            f"The codes of the {counted(len(place), 'point')}, in their order along the curve, range from "
            f"{format_number(low)} to {format_number(high)}.",
            "point",
            "code",
        )

    def _make_prediction(self, state: AutoencoderState) -> Prediction | None:
        after = look_ahead(self, state).loss
        return make_estimate("loss", "loss", state.loss, after, f"in the next {EPOCHS_PER_STEP} epochs")

    def _draw_picture(self, state: AutoencoderState) -> Chart:
        """The points, what the network makes of them, and the straight line that fits best."""
        x, out = state.points, state.reconstruction
        order = np.argsort(state.latent[:, 0])
        centre = x.mean(axis=0)
        main = np.linalg.svd(x - centre)[2][0]
        ends = np.array([centre - 1.3 * main, centre + 1.3 * main])
        marks = (
            Points(x[:, 0].tolist(), x[:, 1].tolist(), "points", "blue"),
            Line(out[order, 0].tolist(), out[order, 1].tolist(), "reconstruction", "accent"),
            Line(
                ends[:, 0].tolist(),
                ends[:, 1].tolist(),
                "best straight line" if self.latent == 1 else "main direction",
                "muted",
            ),
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
        """Whether the reconstruction is nearer to the points than any straight line."""
        if state.step == 0:
            return f"The weights are random, nothing is learned yet: the loss is {format_number(state.loss)}."
        if state.loss < CLEARLY_LESS * state.pca_loss:
            return (
                f"After {state.epoch} epochs the reconstruction is closer to the points than any straight line can be: "
                f"loss {format_number(state.loss)} against {format_number(state.pca_loss)}."
            )
        return (
            f"After {state.epoch} epochs the loss is {format_number(state.loss)}; that of the best linear map is "
            f"{format_number(state.pca_loss)}."
        )


def _draw_restoring(state: AutoencoderState) -> Chart:
    """Noisy copies, and where the network puts them."""
    x, noisy, restored = state.points, state.noisy, state.restored
    marks = (
        Line(x[:, 0].tolist(), x[:, 1].tolist(), "clean", "muted"),
        Points(noisy[:, 0].tolist(), noisy[:, 1].tolist(), "noisy copies", "orange", "cross"),
        Points(restored[:, 0].tolist(), restored[:, 1].tolist(), "restored", "accent"),
    )
    about = (
        f"Noisy copies of the points have a mean squared error of {format_number(state.noisy_error)}; what the "
        f"network makes of them has {format_number(state.restored_error)}."
    )
    return Chart("Noisy copies, restored", marks, about, "x₁", "x₂", scale="plane")
