"""One neuron, looked at piece by piece.

z = w₁ x₁ + w₂ x₂ + b        h = f(z)        boundary: the line w₁ x₁ + w₂ x₂ + b = 0
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import CLASS_LOOKS, Chart, Diagram, HeatMap, Line, Link, Node, Points
from tutor.sims.engine.code_step import CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.sims.functions.activations import ACTIVATIONS
from tutor.text.numbers import format_factor, format_latex, format_number, format_percent

STAGES = ("x1", "x2", "z", "h", "boundary")
DATASETS = ("diagonal", "left-right", "bottom-top", "xor", "circle")


@dataclass(frozen=True)
class NeuronState(State):
    """The neuron at one input, as far as it is computed."""

    x: tuple[float, float]
    w: tuple[float, float]
    bias: float
    points: tuple[tuple[float, float, int], ...]
    """The data: x₁, x₂ and the class, +1 (blue) or −1 (orange)."""
    z: float | None = None
    h: float | None = None
    boundary: tuple[float, float, float] | None = None
    """a, b, c of the line a·x₁ + b·x₂ + c = 0."""
    accuracy: float | None = None
    """The share of the data on its own side of the boundary: class +1 where z > 0."""


def _neuron_arguments(rules: "Neuron", before: NeuronState, after: NeuronState) -> tuple[Sequence[object], str]:
    return (np.array([after.x]), np.array(after.w), after.bias), ""


def _take_output(rules: "Neuron", before: NeuronState, after: NeuronState, answer: Any) -> NeuronState:
    return replace(after, h=read_numbers(answer, 1)[0])


@dataclass(frozen=True)
class Neuron(Simulation[NeuronState]):
    """Two inputs, two weights, a bias, an activation, a boundary."""

    name: ClassVar[str] = "neuron"
    title: ClassVar[str] = "One neuron"
    summary: ClassVar[str] = (
        "A neuron weights its inputs, adds a bias, applies a nonlinearity, and so separates the plane along a line."
    )
    unit: ClassVar[str] = "one piece of the neuron"
    stochastic: ClassVar[bool] = True
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("diagonal", "Equal weights: the boundary is diagonal, which suits these data.", {}),
        Preset(
            "only x₁", "With w₂ = 0 the boundary is vertical: left against right.", {"w2": 0.0, "dataset": "left-right"}
        ),
        Preset(
            "XOR",
            "No straight line separates these data, whatever the weights.",
            {"dataset": "xor"},
            "bad",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep(
            "neuron",
            lambda rules, after: rules.activation == "sigmoid" and STAGES[after.step - 1] == "h",
            _neuron_arguments,
            _take_output,
        ),
    )

    w1: float = param(1.0, "Weight w₁", "How much x₁ counts.", low=-100, high=100)
    w2: float = param(1.0, "Weight w₂", "How much x₂ counts.", low=-100, high=100)
    bias: float = param(0.0, "Bias b", "Shifts the boundary.", low=-100, high=100)
    activation: str = param(
        "sigmoid", "Activation f", "The nonlinearity applied to the sum.", choices=tuple(ACTIVATIONS)
    )
    dataset: str = param("diagonal", "Data", "The points to separate.", choices=DATASETS)
    x1: float = param(0.5, "Input x₁", "First input of the marked point.", low=-100, high=100)
    x2: float = param(-0.3, "Input x₂", "Second input of the marked point.", low=-100, high=100)

    def start(self) -> NeuronState:
        """Inputs and weights, nothing computed."""
        return NeuronState(0, (self.x1, self.x2), (self.w1, self.w2), self.bias, self._sample_data())

    def step(self, state: NeuronState) -> NeuronState:
        """The next piece: two fields to look at, then sum, activation, boundary."""
        stage, state = STAGES[state.step], replace(state, step=state.step + 1)
        if stage == "z":
            return replace(state, z=self._weighted_sum(*state.x))
        if stage == "h":
            return replace(state, h=ACTIVATIONS[self.activation].value(state.z or 0.0))
        if stage == "boundary":
            right = sum((self._weighted_sum(a, b) > 0) == (label > 0) for a, b, label in state.points)
            return replace(state, boundary=(self.w1, self.w2, self.bias), accuracy=right / len(state.points))
        return state

    @property
    def length(self) -> int:
        """Up to the boundary."""
        return len(STAGES)

    def _weighted_sum(self, x1: float, x2: float) -> float:
        return self.w1 * x1 + self.w2 * x2 + self.bias

    def _sample_data(self) -> tuple[tuple[float, float, int], ...]:
        """Points with their classes, ±1."""
        rng = self.random(0)
        points = np.round(rng.uniform(-1, 1, (60, 2)), 2)
        x, y = points[:, 0], points[:, 1]
        sides = {"diagonal": x + y, "left-right": x, "bottom-top": y, "xor": x * y, "circle": 0.5 - x**2 - y**2}
        return tuple(
            (float(a), float(b), 1 if side > 0 else -1) for a, b, side in zip(x, y, sides[self.dataset], strict=True)
        )

    def view(self, history: RunHistory[NeuronState]) -> View:
        """The field of the newest piece with the data on it, and the boundary."""
        state = history.state
        rows = tuple(
            make_reading(state, label, key, is_share=key == "accuracy")
            for label, key in (("x₁", "x[0]"), ("x₂", "x[1]"), ("z", "z"), ("h", "h"), ("accuracy", "accuracy"))
        )
        return View(
            (self._draw_field(state), self._draw_diagram(state), self._draw_curve(state)),
            rows,
            self._make_worked_lines(state),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_diagram(self, state: NeuronState) -> Diagram:
        """The neuron with its connections: every number in it can be picked and set."""

        def text(value: float | None) -> str:
            return "" if value is None else format_number(value)

        now = STAGES[state.step - 1] if state.step else ""
        first, second = (
            Node(name, ((name, text(value)),), now == key, keys=(key,))
            for name, value, key in (("x₁", self.x1, "x1"), ("x₂", self.x2, "x2"))
        )
        rows = (("bias b", text(self.bias)), ("z", text(state.z)), ("h", text(state.h)))
        neuron = Node("neuron", rows, now in {"z", "h"}, keys=("bias", "", ""))
        link = Link((("w₁", text(self.w1)), ("w₂", text(self.w2))), keys=("w1", "w2"))
        known = f"z is {format_number(state.z)}" if state.z is not None else "z is not computed yet"
        return Diagram(
            "The neuron and its connections",
            ((first, second), (neuron,)),
            (link,),
            f"Inputs {format_number(self.x1)} and {format_number(self.x2)} with the weights "
            f"{format_number(self.w1)} and {format_number(self.w2)} "
            f"and the bias {format_number(self.bias)}; {known}.",
        )

    def _draw_curve(self, state: NeuronState) -> Chart:
        """The activation over z, with the place that has been computed."""
        f, reach = ACTIVATIONS[self.activation].value, max(4.0, 1.25 * abs(self._weighted_sum(self.x1, self.x2)))
        places = [reach * (k / 60 - 1) for k in range(121)]
        marks: list[Line | Points] = [Line(places, [f(z) for z in places], "f(z)", "muted")]
        name = ACTIVATIONS[self.activation].title
        about = f"The activation {name} over the sum z."
        if state.z is not None and state.h is not None:
            marks.append(Points([state.z], [state.h], f"z = {format_number(state.z)}", "accent", "diamond"))
            about = f"The activation {name} turns z = {format_number(state.z)} into {format_number(state.h)}."
        return Chart(f"The activation: {name}", tuple(marks), about, "z", "h = f(z)")

    def _draw_field(self, state: NeuronState) -> Chart:
        """The newest quantity as colours over the plane, with the data and the marked point."""
        f = ACTIVATIONS[self.activation].value
        fields: dict[int, Callable[[float, float], float]] = {
            1: lambda a, b: a,
            2: lambda a, b: b,
            3: self._weighted_sum,
        }
        what = {0: "the data", 1: "x₁ alone", 2: "x₂ alone", 3: "the sum z"}.get(
            state.step, f"h = {ACTIVATIONS[self.activation].title}(z)"
        )

        def bent(a: float, b: float) -> float:
            return f(self._weighted_sum(a, b))

        look = fields.get(state.step, bent)
        span = (0.0, 1.0) if self.activation == "sigmoid" and state.step > 3 else None
        steps = [2 * (k + 0.5) / 40 - 1 for k in range(40)]
        marks: list[HeatMap | Points | Line] = []
        if state.step:
            field = [[look(a, b) for a in steps] for b in steps]
            marks.append(HeatMap(field, (-1, 1), (-1, 1), what, True, span))
        for label, (role, shape) in CLASS_LOOKS.items():
            chosen = [(a, b) for a, b, own in state.points if own == label]
            marks.append(
                Points(
                    [a for a, _ in chosen], [b for _, b in chosen], "class +1" if label > 0 else "class −1", role, shape
                )
            )
        marks.append(Points([self.x1], [self.x2], "x", "accent", "diamond"))
        if state.boundary is not None and self._has_boundary:
            marks.append(self._boundary_line())
        return Chart(
            f"What the neuron sees: {what}",
            tuple(marks),
            f"The colours show {what}." if state.step else "Nothing is computed yet; the points are the data.",
            "x₁",
            "x₂",
            (-1, 1),
            (-1, 1),
            scale="plane",
        )

    @property
    def _has_boundary(self) -> bool:
        """Whether z changes from place to place: only then is there a line where it is 0."""
        return self.w1 != 0 or self.w2 != 0

    def _boundary_line(self) -> Line:
        """The boundary inside the picture."""
        w1, w2, b = self.w1, self.w2, self.bias
        ends = [(x, -(w1 * x + b) / w2) for x in (-1.0, 1.0)] if abs(w2) >= abs(w1) and w2 else []
        ends = ends or [(-(w2 * y + b) / w1, y) for y in (-1.0, 1.0) if w1]
        return Line([x for x, _ in ends], [y for _, y in ends], "boundary", "accent")

    def _make_worked_lines(self, state: NeuronState) -> tuple[WorkedLine, ...]:
        lines = []
        if state.z is not None:
            terms = (
                f"{format_factor(self.w1)} \\cdot {format_factor(self.x1)} + {format_factor(self.w2)} \\cdot "
                f"{format_factor(self.x2)} + {format_factor(self.bias)}"
            )
            lines.append(make_worked_line(state, "z", "z = w_1 x_1 + w_2 x_2 + b", terms))
        if state.h is not None:
            lines.append(make_worked_line(state, "h", "h = f(z)", f"f({format_latex(state.z)})"))
        return tuple(lines)

    def _narrate(self, state: NeuronState) -> str:
        """What the newest piece of the neuron tells."""
        right = format_percent(state.accuracy or 0.0)
        sentences = (
            f"A neuron with weights {format_number(self.w1)} and {format_number(self.w2)} and bias "
            f"{format_number(self.bias)}.",
            "The first input by itself tells left from right, and nothing else.",
            "The second input by itself tells bottom from top, and nothing else.",
            f"The weighted sum of both inputs, plus the bias: at the marked point z is {format_number(state.z)}.",
            f"The activation is applied to the sum: h is {format_number(state.h)}.",
            f"The boundary is the straight line where z = 0; {right} of the points lie on the correct side.",
        )
        if state.step == len(STAGES) and not self._has_boundary:
            return (
                "Both weights are 0, so z is the same everywhere and there is no boundary. "
                f"The neuron is right about {right} of the points."
            )
        return sentences[state.step]

    def _make_prediction(self, state: NeuronState) -> Prediction | None:
        """Ask for the weighted sum, and for the activation, at the marked point."""
        if self.done(state) or STAGES[state.step] not in ("z", "h"):
            return None
        stage, after = STAGES[state.step], look_ahead(self, state)
        if stage == "z":
            answer = after.z or 0.0
            mistakes = [
                (answer - self.bias, "The bias is missing."),
                (self.w1 + self.w2, "Each weight multiplies its input."),
            ]
            return make_prediction(
                "What is the weighted sum $z$ at the marked point?",
                "z",
                answer,
                mistakes,
                r"$w_1 x_1 + w_2 x_2 + b$.",
            )
        answer, z = after.h or 0.0, state.z or 0.0
        return make_prediction(
            f"$z = {format_latex(z)}$. What is $h = f(z)$, with {ACTIVATIONS[self.activation].title} as $f$?",
            "h",
            answer,
            [(z, "That is $z$ itself; the activation is still to be applied.")],
            "$h = f(z)$.",
        )
