"""The effect of the first weights on signals: forward through many layers, and back with gradients.

    forward:    z = W a        a ← f(z)                     E[z²] = n · s² · E[a²]
    backward:   g ← Wᵀ (g ⊙ f′(z))                          E[g²] is multiplied by n · s² · E[f′²]

ReLU passes half of E[z²], so s² = 2/n keeps the mean square (He 2015); a linear layer keeps it with s² = 1/n, and
Glorot (2010) takes 2/(n_in + n_out) for both directions. All layers here have the same width n, and no biases.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import sqrt
from typing import ClassVar, Literal

import numpy as np

from tutor.sims.engine.chart import Chart, Label, Line, Mark, Points
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_estimate, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.sims.functions import activations
from tutor.sims.functions.dense import ACTIVATIONS, activate, first_weights
from tutor.text.numbers import counted, format_latex, format_number

SCHEMES = ("zeros", "same", "small", "glorot", "he", "large", "orthogonal")


@dataclass(frozen=True)
class Signals:
    """The sizes of one network's signals in every layer."""

    input_std: float
    input_rms: float
    forward_std: tuple[float, ...]
    forward_rms: tuple[float, ...]
    backward_std: tuple[float, ...]
    weight_std: tuple[float, ...]
    distinct: tuple[int, ...]


@dataclass(frozen=True)
class InitialisationState(State):
    """The layers that were passed so far, forward and then back."""

    scheme: str
    activation: str
    width: int
    scheme_std: float
    """The standard deviation from which the scheme draws every weight, or that of its weights; 0 where it has none."""
    input_std: float
    """Of the inputs, which are drawn with 1."""
    layer: int = 0
    """The layer that was just passed, counted from 1."""
    phase: Literal["forward", "backward"] = "forward"
    forward_std: tuple[float, ...] = ()
    """Standard deviation of the activations of layer 1, 2 … over all units and samples."""
    forward_rms: tuple[float, ...] = ()
    """The root of their mean square, which a mean other than 0 makes larger."""
    backward_std: tuple[float, ...] = ()
    """Standard deviation of the gradient behind layer depth, depth − 1 …: with respect to what goes into it."""
    weight_std: float | None = None
    """Of the weights of this layer, as they were drawn."""
    distinct: int | None = None
    """How many different units this layer has: rows of weights that are not alike."""
    expected: float | None = None
    """The root mean square that the variance argument expects here, from that of the layer before (of the gradient on
    the way back); for weights that are drawn, and for relu and linear units."""


@dataclass(frozen=True)
class Initialisation(Simulation[InitialisationState]):
    """The size of signals and gradients through a deep network with its first weights."""

    name: ClassVar[str] = "initialisation"
    title: ClassVar[str] = "Where the weights begin"
    summary: ClassVar[str] = "Each layer makes signals larger or smaller, and ten layers do it ten times over."
    unit: ClassVar[str] = "one layer"
    stochastic: ClassVar[bool] = True
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("He for ReLU", "The factor 2 makes up for the half that ReLU cuts off: signals keep their size.", {}),
        Preset(
            "Glorot for tanh",
            "Tanh is nearly straight for small sums, so 1/n is about right; signals shrink slowly.",
            {"scheme": "glorot", "activation": "tanh"},
        ),
        Preset("too small", "Each layer leaves about a twentieth: after ten, nothing.", {"scheme": "small"}, "bad"),
        Preset("too large", "Each layer multiplies signals by more than five.", {"scheme": "large"}, "bad"),
        Preset(
            "all the same",
            "Every unit of a layer computes the same and gets the same gradient: 64 copies of one unit.",
            {"scheme": "same"},
            "bad",
        ),
    )

    depth: int = param(10, "Depth", "How many layers.", low=1, high=50)
    width: int = param(64, "Width n", "Units in each layer, and inputs.", low=1, high=128)
    scheme: str = param("he", "Scheme", "How the first weights are chosen.", choices=SCHEMES)
    activation: str = param("relu", "Activation f", "The function in every unit.", choices=ACTIVATIONS)
    samples: int = param(256, "Samples", "Inputs that are sent through, each entry normal.", low=2, high=1000)

    def start(self) -> InitialisationState:
        """The inputs are drawn; no layer is passed."""
        input_std = self.signals.input_std
        return InitialisationState(0, self.scheme, self.activation, self.width, self.scheme_std, input_std)

    @property
    def signals(self) -> Signals:
        """The signals in every layer."""
        return _pass_signals(self.depth, self.width, self.scheme, self.activation, self.samples, self.seed)

    @property
    def scheme_std(self) -> float:
        """The standard deviation from which the scheme draws every weight."""
        known = {"small": 0.01, "large": 1.0, "glorot": sqrt(2 / (2 * self.width)), "he": sqrt(2 / self.width)}
        known["orthogonal"] = sqrt(1 / self.width)
        return known.get(self.scheme, 0.0)

    def step(self, state: InitialisationState) -> InitialisationState:
        """The next layer forward; from the last one on the next layer back."""
        signals = self.signals
        step = state.step + 1
        forward = step <= self.depth
        layer = step if forward else 2 * self.depth + 1 - step
        count, back = min(step, self.depth), max(0, step - self.depth)
        sizes = (self.signals.input_rms, *signals.forward_rms) if forward else (1.0, *signals.backward_std)
        at, gain = step if forward else back, self.gain
        return InitialisationState(
            step,
            self.scheme,
            self.activation,
            self.width,
            self.scheme_std,
            state.input_std,
            layer,
            "forward" if forward else "backward",
            signals.forward_std[:count],
            signals.forward_rms[:count],
            signals.backward_std[:back],
            signals.weight_std[layer - 1],
            signals.distinct[layer - 1],
            None if gain is None else sizes[at - 1] * gain,
        )

    @property
    def gain(self) -> float | None:
        """The average factor by which a wide layer changes a root mean square; `None` if it is not known."""
        share = {"relu": 0.5, "linear": 1.0}.get(self.activation)
        return None if share is None or self.scheme == "same" else self.scheme_std * sqrt(self.width * share)

    @property
    def length(self) -> int:
        """Each layer forward and back."""
        return 2 * self.depth

    @property
    def step_cost(self) -> int:
        """Microseconds of a step: all layers are computed at the first, and kept."""
        return 60 + self.samples * self.width * self.width // 4000

    def view(self, history: RunHistory[InitialisationState]) -> View:
        """The size of the signal after each layer, and of the gradient, on a logarithmic scale."""
        state = history.state
        layers = [0.0, *(float(k + 1) for k in range(len(state.forward_std)))]
        back = [float(self.depth), *(float(self.depth - 1 - k) for k in range(len(state.backward_std)))]
        forward, backward = [state.input_std, *state.forward_std], [1.0, *state.backward_std]
        marks: list[Mark] = [Line(layers, forward, "activations", "blue"), Points(layers, forward, "", "blue")]
        marks.append(Label(layers[-1], forward[-1], format_number(forward[-1]), "blue", is_beside=True))
        if state.backward_std:
            marks += [
                Line(back, backward, "gradient", "orange"),
                Points(back, backward, "", "orange", "diamond"),
                Label(back[-1], backward[-1], format_number(backward[-1]), "orange", is_beside=True),
            ]
        chart = Chart(
            "Size of the signals",
            tuple(marks),
            self._describe(state),
            "layer",
            "standard deviation, log scale",
            x_range=(0.0, float(self.depth)),
            log_y=True,
        )
        rows = [make_reading(state, "layer", "layer")] if state.step else []
        if state.forward_std:
            behind = "" if state.phase == "forward" else f", layer {self.depth}"
            rows.append(
                make_reading(state, f"std of activations{behind}", f"forward_std[{len(state.forward_std) - 1}]")
            )
            rows.append(make_reading(state, f"root mean square{behind}", f"forward_rms[{len(state.forward_rms) - 1}]"))
        if state.backward_std:
            rows.append(make_reading(state, "std of gradient", f"backward_std[{len(state.backward_std) - 1}]"))
        rows += [
            make_reading(state, "std of weights", "weight_std"),
            make_reading(state, "different units", "distinct"),
            make_reading(state, "expected", "expected"),
        ]
        return View(
            (chart,), tuple(rows), self._make_worked_lines(history), self._narrate(state), self._make_prediction(state)
        )

    def _describe(self, state: InitialisationState) -> str:
        """One sentence about the picture: how large the signals are."""
        if not state.forward_std:
            return "No layer is passed yet."
        passed = counted(len(state.forward_std), "layer")
        text = f"After {passed} the activations have the standard deviation {format_number(state.forward_std[-1])}."
        if state.backward_std:
            behind = counted(len(state.backward_std), "layer")
            text += f" Behind {behind} the gradient has {format_number(state.backward_std[-1])}."
        return text

    def _make_worked_lines(self, history: RunHistory[InitialisationState]) -> tuple[WorkedLine, ...]:
        state = history.state
        lines = []
        n = self.width
        if self.scheme in {"glorot", "he"}:
            formula, numbers = (
                (r"\sqrt{2 / n}", rf"\sqrt{{2 / {n}}}")
                if self.scheme == "he"
                else (r"\sqrt{2 / (n + n)}", rf"\sqrt{{2 / ({n} + {n})}}")
            )
            lines.append(make_worked_line(state, "scheme_std", rf"s = {formula}", numbers))
        if state.expected is not None:
            lines.append(self._make_expected_line(state))
        return tuple(lines)

    def _make_expected_line(self, state: InitialisationState) -> WorkedLine:
        forward = state.phase == "forward"
        before = self._signal_sizes(state, forward)[-2]
        share, root = ("n / 2", f"{self.width} / 2") if self.activation == "relu" else ("n", f"{self.width}")
        name = rf"\text{{rms}}_{{{state.layer - 1}}}" if forward else rf"\text{{rms}}(g_{{{state.layer}}})"
        return make_worked_line(
            state,
            "expected",
            rf"\text{{expected}} = {name} \cdot s \cdot \sqrt{{{share}}}",
            rf"{format_latex(before)} \cdot {format_latex(self.scheme_std)} \cdot \sqrt{{{root}}}",
        )

    def _signal_sizes(self, state: InitialisationState, forward: bool) -> list[float]:
        """Root mean squares from where the signal starts to the layer reached."""
        return [self.signals.input_rms, *state.forward_rms] if forward else [1.0, *state.backward_std]

    def _narrate(self, state: InitialisationState) -> str:
        if not state.step:
            return (
                f"{counted(self.samples, 'input')} with the standard deviation "
                f"{format_number(state.input_std)} are ready."
            )
        size = state.forward_std[-1] if state.phase == "forward" else state.backward_std[-1]
        what = "the activations have" if state.phase == "forward" else "the gradient behind it has"
        way = "Forward" if state.phase == "forward" else "Back"
        return f"{way} through layer {state.layer}: {what} the standard deviation {format_number(size)}."

    def _make_prediction(self, state: InitialisationState) -> Prediction | None:
        """The next layer's size according to the variance argument, or an estimate if that does not apply."""
        if self.done(state):
            return None
        after = look_ahead(self, state)
        forward = after.phase == "forward"
        what = "root mean square of the activations" if forward else "standard deviation of the gradient"
        now = self._signal_sizes(state, forward)[-1]
        if after.expected is None or not after.expected:
            key = f"forward_rms[{after.layer - 1}]" if forward else f"backward_std[{self.depth - after.layer}]"
            return make_estimate(what, key, now, self._signal_sizes(after, forward)[-1], "in the next layer")
        n, share = self.width, 0.5 if self.activation == "relu" else 1.0
        mistakes = [
            (now * self.scheme_std * sqrt(n), "ReLU passes only half of the mean square on."),
            (now * self.scheme_std**2 * n * share, "That is the factor of the mean square. Take its square root."),
            (now * self.scheme_std, "Each sum has many terms: their mean squares add up."),
        ]
        return make_prediction(
            f"The {what} is ${format_latex(now)}$. The next layer has {counted(n, 'input')} and as many "
            f"{activations.ACTIVATIONS[self.activation].title} "
            f"units; its weights have the standard deviation ${format_latex(self.scheme_std)}$. What does the variance "
            "argument expect behind it?",
            "expected",
            after.expected,
            mistakes,
            rf"${format_latex(now)} \cdot {format_latex(self.scheme_std)} \cdot "
            rf"\sqrt{{{n}{' / 2' if share < 1 else ''}}}$.",
        )


@lru_cache(maxsize=64)
def _pass_signals(depth: int, width: int, scheme: str, activation: str, samples: int, seed: int) -> Signals:
    """All layers at once: the weights of layer l come from (seed, l), the signs from (seed, depth + 1)."""
    a = inputs = np.random.default_rng((seed, 0)).normal(size=(samples, width))
    weights, slopes, forward = [], [], []
    for layer in range(1, depth + 1):
        weights.append(first_weights((width, width), scheme, np.random.default_rng((seed, layer))))
        a, slope = activate(activation, a @ weights[-1].T)
        slopes.append(slope)
        forward.append((float(a.std()), float(np.sqrt(np.mean(a * a)))))
    g = np.random.default_rng((seed, depth + 1)).choice([-1.0, 1.0], size=(samples, width))
    backward = []
    for w, slope in zip(reversed(weights), reversed(slopes), strict=True):
        g = (g * slope) @ w
        backward.append(float(g.std()))
    return Signals(
        float(inputs.std()),
        float(np.sqrt(np.mean(inputs * inputs))),
        tuple(std for std, _ in forward),
        tuple(rms for _, rms in forward),
        tuple(backward),
        tuple(float(w.std()) for w in weights),
        tuple(len(np.unique(w, axis=0)) for w in weights),
    )
