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

from tutor.sims.engine.chart import Chart, Label, Line, Mark
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_estimate, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import Reading, View, WorkedLine, make_reading, make_worked_line
from tutor.sims.functions import activations
from tutor.sims.functions.dense import ACTIVATIONS, activate, draw_weights
from tutor.text.numbers import counted, format_latex, format_number

SIZE_RANGE = (0.5, 2.0)
"""The range of the axis while all sizes lie in it; otherwise the axis fits the sizes."""
SCHEMES = ("zeros", "same", "small", "glorot", "he", "large", "orthogonal")


@dataclass(frozen=True)
class Signals:
    """The sizes of one network's signals in all layers. The fields mean the same as in `InitialisationState`.

    `std` is a standard deviation, `rms` a root mean square.
    """

    input_std: float
    input_rms: float
    forward_std: tuple[float, ...]
    forward_rms: tuple[float, ...]
    backward_std: tuple[float, ...]
    """The last layer first."""
    weight_std: tuple[float, ...]
    distinct: tuple[int, ...]


@dataclass(frozen=True)
class InitialisationState(State):
    """The sizes of the signals in the layers that were passed so far, forward and then back."""

    scheme: str
    activation: str
    width: int
    scheme_std: float
    """The standard deviation of the weights by the scheme; 0 if all weights are equal."""
    input_std: float
    """The standard deviation of the inputs, which are drawn with 1."""
    layer: int = 0
    """The layer that was just passed, counted from 1."""
    phase: Literal["forward", "backward"] = "forward"
    forward_std: tuple[float, ...] = ()
    """Standard deviation of the activations of layer 1, 2 … over all units and samples."""
    forward_rms: tuple[float, ...] = ()
    """The root of their mean square, which a mean other than 0 makes larger."""
    backward_std: tuple[float, ...] = ()
    """Standard deviation of the gradient by the inputs of layer depth, depth − 1 …"""
    weight_std: float | None = None
    """The standard deviation of this layer's weights, as they were drawn."""
    distinct: int | None = None
    """How many different units this layer has, that is, different rows of weights."""
    expected: float | None = None
    """The root mean square that the variance argument expects behind this layer, from that before it.

    On the way forward it is that of the activations, on the way back that of the gradient. `None` where the argument
    does not apply: it holds for random weights, and for relu and linear units.
    """


@dataclass(frozen=True)
class Initialisation(Simulation[InitialisationState]):
    """The size of signals and gradients through a deep network with its first weights."""

    name: ClassVar[str] = "initialisation"
    title: ClassVar[str] = "Where the weights begin"
    summary: ClassVar[str] = "Each layer can make signals larger or smaller, and every further layer does it again."
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
        """The state with the inputs, before any layer is passed."""
        input_std = self.signals.input_std
        return InitialisationState(0, self.scheme, self.activation, self.width, self.scheme_std, input_std)

    @property
    def signals(self) -> Signals:
        """The signals in all layers; computed once and cached."""
        return _pass_signals(self.depth, self.width, self.scheme, self.activation, self.samples, self.seed)

    @property
    def scheme_std(self) -> float:
        """The standard deviation of the weights by the scheme; 0 if all weights are equal."""
        standard_deviations = {
            "small": 0.01,
            "large": 1.0,
            "glorot": sqrt(2 / (2 * self.width)),
            "he": sqrt(2 / self.width),
            "orthogonal": sqrt(1 / self.width),
        }
        return standard_deviations.get(self.scheme, 0.0)

    def step(self, state: InitialisationState) -> InitialisationState:
        """Pass the next layer forward; after the last one, pass the layers back."""
        signals, gain = self.signals, self.gain
        step = state.step + 1
        passed_forward, passed_back = min(step, self.depth), max(0, step - self.depth)
        is_forward = passed_back == 0
        if is_forward:
            layer = passed_forward
            size_before = (signals.input_rms, *signals.forward_rms)[passed_forward - 1]
        else:
            layer = self.depth + 1 - passed_back
            size_before = (1.0, *signals.backward_std)[passed_back - 1]  # the gradient begins as signs, ±1
        return InitialisationState(
            step=step,
            scheme=self.scheme,
            activation=self.activation,
            width=self.width,
            scheme_std=self.scheme_std,
            input_std=state.input_std,
            layer=layer,
            phase="forward" if is_forward else "backward",
            forward_std=signals.forward_std[:passed_forward],
            forward_rms=signals.forward_rms[:passed_forward],
            backward_std=signals.backward_std[:passed_back],
            weight_std=signals.weight_std[layer - 1],
            distinct=signals.distinct[layer - 1],
            expected=None if gain is None else size_before * gain,
        )

    @property
    def gain(self) -> float | None:
        """The factor by which a wide layer changes a root mean square on average; `None` if it is not known."""
        passed_share = {"relu": 0.5, "linear": 1.0}.get(self.activation)  # of the mean square
        if passed_share is None or self.scheme == "same":  # the formula holds for random weights; zeros have std 0
            return None
        return self.scheme_std * sqrt(self.width * passed_share)

    @property
    def length(self) -> int:
        """One step for each layer forward, and one for each layer back."""
        return 2 * self.depth

    @property
    def step_cost(self) -> int:
        """Microseconds of a step, on average: all layers are computed at the first one, and cached."""
        return 60 + self.samples * self.width * self.width // 4000

    def view(self, history: RunHistory[InitialisationState]) -> View:
        """The view of the last state, with pictures of the sizes of activations and gradients, layer by layer."""
        state = history.state
        return View(
            (self._draw_sizes(state),),
            self._make_readings(state),
            self._make_worked_lines(history),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_sizes(self, state: InitialisationState) -> Chart:
        """The standard deviations of activations and gradients by layer, the inputs being layer 0."""
        layers = [float(layer) for layer in range(len(state.forward_std) + 1)]
        forward = [state.input_std, *state.forward_std]
        marks: list[Mark] = [
            Line(layers, forward, "activations", "blue"),
            Label(layers[-1], forward[-1], format_number(forward[-1]), "blue", is_beside=True),
        ]
        sizes = [*forward, *state.backward_std]
        if state.backward_std:
            layers_back = [float(self.depth - k) for k in range(len(state.backward_std) + 1)]
            backward = [1.0, *state.backward_std]  # the gradient begins as signs, ±1
            marks += [
                Line(layers_back, backward, "gradient", "orange"),
                Label(layers_back[-1], backward[-1], format_number(backward[-1]), "orange", is_beside=True),
            ]
        return Chart(
            "Size of the signals",
            tuple(marks),
            self._describe(state),
            "layer",
            "standard deviation, log scale",
            x_range=(0.0, float(self.depth)),
            # A factor of four, so that a third more or less does not look like growth or decay.
            y_range=SIZE_RANGE if all(SIZE_RANGE[0] <= size <= SIZE_RANGE[1] for size in sizes) else None,
            log_y=True,
        )

    def _make_readings(self, state: InitialisationState) -> tuple[Reading, ...]:
        """The sizes in the layer that was just passed; on the way back, below these, those at the last layer."""
        readings = [make_reading(state, "layer", "layer")] if state.step else []
        forward = []
        if state.forward_std:
            last = len(state.forward_std) - 1
            suffix = "" if state.phase == "forward" else f", layer {self.depth}"
            forward.append(make_reading(state, f"activation std{suffix}", f"forward_std[{last}]"))
            forward.append(make_reading(state, f"root mean square{suffix}", f"forward_rms[{last}]"))
        if state.phase == "forward":
            readings += forward
        quantity = "root mean square"
        if state.backward_std:
            quantity = f"gradient std, layer {state.layer - 1}"
            readings.append(make_reading(state, quantity, f"backward_std[{len(state.backward_std) - 1}]"))
        if state.step:  # below the quantity that it is about
            readings.append(make_reading(state, f"expected {quantity}", "expected"))
        if state.phase != "forward":
            readings += forward
        return (
            *readings,
            make_reading(state, "weight std", "weight_std"),
            make_reading(state, "different units", "distinct"),
        )

    def _describe(self, state: InitialisationState) -> str:
        """The description of the picture: how large the signals are."""
        if not state.forward_std:
            return "No layer is passed yet."
        layers_forward = counted(len(state.forward_std), "layer")
        forward_std = format_number(state.forward_std[-1])
        description = f"After {layers_forward} the activations have the standard deviation {forward_std}."
        if state.backward_std:
            layers_back = counted(len(state.backward_std), "layer")
            description += (
                f" After {layers_back} on its way back the gradient has {format_number(state.backward_std[-1])}."
            )
        return description

    def _make_worked_lines(self, history: RunHistory[InitialisationState]) -> tuple[WorkedLine, ...]:
        """The standard deviation of the scheme, and the size that the variance argument expects."""
        state, n = history.state, self.width
        lines = []
        if self.scheme == "he":
            lines.append(make_worked_line(state, "scheme_std", r"s = \sqrt{2 / n}", rf"\sqrt{{2 / {n}}}"))
        elif self.scheme == "glorot":
            numbers = rf"\sqrt{{2 / ({n} + {n})}}"
            lines.append(make_worked_line(state, "scheme_std", r"s = \sqrt{2 / (n + n)}", numbers))
        if state.expected is not None:
            lines.append(self._make_expected_line(state))
        return tuple(lines)

    def _make_expected_line(self, state: InitialisationState) -> WorkedLine:
        """The size that the variance argument expects in the layer that was just passed."""
        is_forward = state.phase == "forward"
        size_before = self._list_signal_sizes(state, is_forward=is_forward)[
            -2
        ]  # the last one is that behind this layer
        size_name = rf"\text{{rms}}_{{{state.layer - 1}}}" if is_forward else rf"\text{{std}}(g_{{{state.layer}}})"
        n, divided_by_2 = self.width, " / 2" if self.activation == "relu" else ""
        return make_worked_line(
            state,
            "expected",
            rf"\text{{expected {'rms' if is_forward else 'std'}}} = {size_name} \cdot s \cdot \sqrt{{n{divided_by_2}}}",
            rf"{format_latex(size_before)} \cdot {format_latex(self.scheme_std)} \cdot \sqrt{{{n}{divided_by_2}}}",
        )

    def _list_signal_sizes(self, state: InitialisationState, *, is_forward: bool) -> list[float]:
        """The sizes of the activations if `is_forward`, else of the gradient, from its beginning to the layer reached.

        For activations they are root mean squares, for the gradient, whose mean is about 0, standard deviations.
        """
        return [self.signals.input_rms, *state.forward_rms] if is_forward else [1.0, *state.backward_std]

    def _narrate(self, state: InitialisationState) -> str:
        """The sentence about the layer that was just passed."""
        if not state.step:
            return (
                f"{counted(self.samples, 'input')} with the standard deviation "
                f"{format_number(state.input_std)} are ready."
            )
        if state.phase == "forward":
            size = format_number(state.forward_std[-1])
            return f"Forward through layer {state.layer}: the activations have the standard deviation {size}."
        size = format_number(state.backward_std[-1])
        next_layer = state.layer - 1
        return (
            f"Back through layer {state.layer}: the gradient at layer {next_layer} has the standard deviation {size}."
        )

    def _make_prediction(self, state: InitialisationState) -> Prediction | None:
        """Ask for the size that the variance argument expects in the next layer, or for an estimate without that."""
        if self.done(state):
            return None
        after = look_ahead(self, state)
        is_forward = after.phase == "forward"
        quantity = "root mean square of the activations" if is_forward else "standard deviation of the gradient"
        size = self._list_signal_sizes(state, is_forward=is_forward)[-1]
        if not after.expected:  # `None`, or 0 with weights that are all 0
            # The layers are listed in the order in which they are passed, on the way back the last one first.
            key = f"forward_rms[{after.layer - 1}]" if is_forward else f"backward_std[{self.depth - after.layer}]"
            return make_estimate(
                quantity, key, size, self._list_signal_sizes(after, is_forward=is_forward)[-1], "in the next layer"
            )
        n, is_relu = self.width, self.activation == "relu"
        passed_share = 0.5 if is_relu else 1.0
        square_factor = self.scheme_std**2 * n * passed_share
        mistakes = [
            (size * self.scheme_std * sqrt(n), "ReLU passes only half of the mean square on."),
            (size * square_factor, "That is the factor of the mean square. Take its square root."),
            (size * self.scheme_std, "Each sum has many terms: their mean squares add up."),
        ]
        return make_prediction(
            f"The {quantity} is ${format_latex(size)}$. The next layer has {counted(n, 'input')} and as many "
            f"{activations.ACTIVATIONS[self.activation].title} "
            f"units; its weights have the standard deviation ${format_latex(self.scheme_std)}$. What does the variance "
            "argument expect behind it?",
            "expected",
            after.expected,
            mistakes,
            rf"${format_latex(size)} \cdot {format_latex(self.scheme_std)} \cdot "
            rf"\sqrt{{{n}{' / 2' if is_relu else ''}}}$.",
        )


@lru_cache(maxsize=64)
def _pass_signals(depth: int, width: int, scheme: str, activation: str, samples: int, seed: int) -> Signals:
    """Send random inputs forward through all layers, and a gradient of random signs back.

    The inputs come from (seed, 0), the weights of layer l from (seed, l), the signs from (seed, depth + 1).
    """
    inputs = np.random.default_rng((seed, 0)).normal(size=(samples, width))
    weights, slopes, forward_std, forward_rms = [], [], [], []
    a = inputs
    for layer in range(1, depth + 1):
        w = draw_weights((width, width), scheme, np.random.default_rng((seed, layer)))
        a, slope = activate(activation, a @ w.T)
        weights.append(w)
        slopes.append(slope)
        forward_std.append(float(a.std()))
        forward_rms.append(float(np.sqrt(np.mean(a * a))))
    g = np.random.default_rng((seed, depth + 1)).choice([-1.0, 1.0], size=(samples, width))
    backward_std = []
    for w, slope in zip(reversed(weights), reversed(slopes), strict=True):
        g = (g * slope) @ w
        backward_std.append(float(g.std()))
    return Signals(
        input_std=float(inputs.std()),
        input_rms=float(np.sqrt(np.mean(inputs * inputs))),
        forward_std=tuple(forward_std),
        forward_rms=tuple(forward_rms),
        backward_std=tuple(backward_std),
        weight_std=tuple(float(w.std()) for w in weights),
        distinct=tuple(len(np.unique(w, axis=0)) for w in weights),
    )
