"""One neuron, looked at piece by piece.

z = w₁ x₁ + w₂ x₂ + b        h = f(z)        boundary: the line w₁ x₁ + w₂ x₂ + b = 0
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import CLASS_LOOKS, Chart, Diagram, HeatMap, Line, Link, Node, Points
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.sims.functions.activations import ACTIVATIONS
from tutor.text.numbers import format_factor, format_latex, format_number, format_percent

STAGES = ("x1", "x2", "z", "h", "boundary")
"""What each step of a run shows or computes, in order: step k the one with index k − 1."""
DIAGRAM = "The neuron and its connections"
"""The title of the picture that shows each quantity as text."""
PLANE_CELLS = 40
"""How many cells the heat map of the plane from −1 to 1 has, across and up."""
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


def _neuron_arguments(rules: "Neuron", before: NeuronState, after: NeuronState) -> CallArguments:
    """The arguments of a learner's `neuron(x, w, b)`, where x is a batch of one."""
    return CallArguments((np.array([after.x]), np.array(after.w), after.bias))


def _take_output(rules: "Neuron", before: NeuronState, after: NeuronState, answer: Any) -> NeuronState:
    """The state with h from what the learner's function returned."""
    (h,) = read_numbers(answer, 1)
    return replace(after, h=h)


@dataclass(frozen=True)
class Neuron(Simulation[NeuronState]):
    """Two inputs, two weights, a bias, an activation, a boundary."""

    name: ClassVar[str] = "neuron"
    title: ClassVar[str] = "One neuron"
    summary: ClassVar[str] = (
        "A neuron weights its inputs, adds a bias, applies an activation, and so separates the plane along a line."
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
        """The state with the inputs, the weights and the data, and nothing computed yet."""
        return NeuronState(0, (self.x1, self.x2), (self.w1, self.w2), self.bias, self._sample_data())

    def step(self, state: NeuronState) -> NeuronState:
        """Compute the next quantity; the first two steps compute nothing and only show one input each."""
        stage, state = STAGES[state.step], replace(state, step=state.step + 1)
        if stage == "z":
            return replace(state, z=self._weighted_sum(*state.x))
        if stage == "h":
            return replace(state, h=ACTIVATIONS[self.activation].value(state.z or 0.0))
        if stage == "boundary":
            right_count = sum((self._weighted_sum(x1, x2) > 0) == (label > 0) for x1, x2, label in state.points)
            return replace(state, boundary=(self.w1, self.w2, self.bias), accuracy=right_count / len(state.points))
        return state

    @property
    def length(self) -> int:
        """One step for each stage."""
        return len(STAGES)

    def _weighted_sum(self, x1: float, x2: float) -> float:
        """The sum z at the input (x1, x2)."""
        return self.w1 * x1 + self.w2 * x2 + self.bias

    def _sample_data(self) -> tuple[tuple[float, float, int], ...]:
        """60 points as (x₁, x₂, class), with the classes +1 and −1."""
        rng = self.random(0)
        points = np.round(rng.uniform(-1, 1, (60, 2)), 2)
        x1, x2 = points[:, 0], points[:, 1]
        # The class is the sign of a function of the point.
        class_values = {
            "diagonal": x1 + x2,
            "left-right": x1,
            "bottom-top": x2,
            "xor": x1 * x2,
            "circle": 0.5 - x1**2 - x2**2,
        }[self.dataset]
        return tuple(
            (float(a), float(b), 1 if value > 0 else -1) for a, b, value in zip(x1, x2, class_values, strict=True)
        )

    def view(self, history: RunHistory[NeuronState]) -> View:
        """The view, with pictures of the newest quantity over the plane, the neuron, and its activation."""
        state = history.state
        readings = (
            make_reading(state, "x₁", "x[0]", drawn_in=DIAGRAM),
            make_reading(state, "x₂", "x[1]", drawn_in=DIAGRAM),
            make_reading(state, "z", "z", drawn_in=DIAGRAM),
            make_reading(state, "h", "h", drawn_in=DIAGRAM),
            make_reading(state, "accuracy", "accuracy", is_share=True),
        )
        return View(
            (self._draw_plane(state), self._draw_diagram(state), self._draw_activation(state)),
            readings,
            self._make_worked_lines(state),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_diagram(self, state: NeuronState) -> Diagram:
        """The neuron with its connections; every number in it can be selected and set by hand."""

        def format_known(value: float | None) -> str:
            return "" if value is None else format_number(value)

        last_stage = STAGES[state.step - 1] if state.step else ""
        inputs = (
            Node("x₁", (("x₁", format_known(self.x1)),), active=last_stage == "x1", keys=("x1",)),
            Node("x₂", (("x₂", format_known(self.x2)),), active=last_stage == "x2", keys=("x2",)),
        )
        rows = (("bias b", format_known(self.bias)), ("z", format_known(state.z)), ("h", format_known(state.h)))
        neuron = Node("neuron", rows, active=last_stage in {"z", "h"}, keys=("bias", "", ""))
        link = Link((("w₁", format_known(self.w1)), ("w₂", format_known(self.w2))), keys=("w1", "w2"))
        z_words = f"z is {format_number(state.z)}" if state.z is not None else "z is not computed yet"
        return Diagram(
            DIAGRAM,
            (inputs, (neuron,)),
            (link,),
            f"Inputs {format_number(self.x1)} and {format_number(self.x2)} with the weights "
            f"{format_number(self.w1)} and {format_number(self.w2)} "
            f"and the bias {format_number(self.bias)}; {z_words}.",
        )

    def _draw_activation(self, state: NeuronState) -> Chart:
        """The activation over z, with the point (z, h) once it is computed."""
        activation = ACTIVATIONS[self.activation]
        z_limit = max(4.0, 1.25 * abs(self._weighted_sum(self.x1, self.x2)))  # so that the marked point is inside
        z_values = [z_limit * (k / 60 - 1) for k in range(121)]
        marks: list[Line | Points] = [
            Line(z_values, [activation.value(z) for z in z_values], f"{activation.title}(z)", "muted")
        ]
        description = f"The activation {activation.title} over the sum z."
        if state.z is not None and state.h is not None:
            z, h = format_number(state.z), format_number(state.h)
            marks.append(Points([state.z], [state.h], f"z = {z}", "good", "diamond"))
            description = f"The activation {activation.title} turns z = {z} into {h}."
        return Chart(f"The activation: {activation.title}", tuple(marks), description, "z", "h")

    def _draw_plane(self, state: NeuronState) -> Chart:
        """The newest quantity as colours over the plane, with the data, the marked point and the boundary."""
        quantity_name, quantity_at = self._newest_quantity(state)
        marks: list[HeatMap | Points | Line] = []
        if state.step:
            cell_middles = [2 * (k + 0.5) / PLANE_CELLS - 1 for k in range(PLANE_CELLS)]
            values = [[quantity_at(x1, x2) for x1 in cell_middles] for x2 in cell_middles]
            shows_h = state.step > STAGES.index("h")
            span = (0.0, 1.0) if shows_h and self.activation == "sigmoid" else None  # all values of the sigmoid
            # The title has the quantity's name: a legend with the symbol alone takes no room from the plane.
            symbol = ("x₁", "x₂", "z", "h")[min(state.step, 4) - 1]
            marks.append(HeatMap(values, (-1, 1), (-1, 1), symbol, diverging=True, span=span))
        for label, (role, shape) in CLASS_LOOKS.items():
            points = [(x1, x2) for x1, x2, point_label in state.points if point_label == label]
            name = "class +1" if label > 0 else "class −1"
            marks.append(Points([x1 for x1, _ in points], [x2 for _, x2 in points], name, role, shape))
        marks.append(Points([self.x1], [self.x2], "x", "good", "diamond"))
        if state.boundary is not None and self._has_boundary:
            marks.append(self._boundary_line())
        return Chart(
            f"What the neuron sees: {quantity_name}",
            tuple(marks),
            f"The colours show {quantity_name}." if state.step else "Nothing is computed yet; the points are the data.",
            "x₁",
            "x₂",
            (-1, 1),
            (-1, 1),
            scale="plane",
        )

    def _newest_quantity(self, state: NeuronState) -> tuple[str, Callable[[float, float], float]]:
        """(name, function of x₁ and x₂) of the quantity that the colours show: x₁, x₂, z, and then h."""
        if state.step == 0:  # no colours yet
            return "the data", self._weighted_sum
        if state.step == 1:
            return "x₁ alone", lambda x1, x2: x1
        if state.step == 2:
            return "x₂ alone", lambda x1, x2: x2
        if state.step == 3:
            return "the sum z", self._weighted_sum
        activation = ACTIVATIONS[self.activation]
        return f"h = {activation.title}(z)", lambda x1, x2: activation.value(self._weighted_sum(x1, x2))

    @property
    def _has_boundary(self) -> bool:
        """Whether there is a line where z is 0; with two weights of 0, z is the same everywhere."""
        return self.w1 != 0 or self.w2 != 0

    def _boundary_line(self) -> Line:
        """The boundary, drawn between two opposite sides of the square from −1 to 1.

        A flat boundary is computed from x₁ and a steep one from x₂, so that no divisor is near 0.
        """
        w1, w2, b = self.w1, self.w2, self.bias
        ends = (-1.0, 1.0)
        if abs(w2) >= abs(w1):  # rather flat: from the left side to the right
            return Line(ends, [-(w1 * x1 + b) / w2 for x1 in ends], "z = 0", "secondary")
        return Line([-(w2 * x2 + b) / w1 for x2 in ends], ends, "z = 0", "secondary")

    def _make_worked_lines(self, state: NeuronState) -> tuple[WorkedLine, ...]:
        """The lines for z and h, as far as they are computed."""
        lines = []
        if state.z is not None:
            terms = (
                f"{format_factor(self.w1)} \\cdot {format_factor(self.x1)} + {format_factor(self.w2)} \\cdot "
                f"{format_factor(self.x2)} + {format_factor(self.bias)}"
            )
            lines.append(make_worked_line(state, "z", "z = w_1 x_1 + w_2 x_2 + b", terms))
        if state.h is not None:
            activation = ACTIVATIONS[self.activation]
            numbers = rf"\text{{{activation.title}}}({format_latex(state.z)})"
            lines.append(make_worked_line(state, "h", "h = f(z)", numbers, function=activation.value))
        return tuple(lines)

    def _narrate(self, state: NeuronState) -> str:
        """The sentence about the last step."""
        right_share = format_percent(state.accuracy or 0.0)
        sentences = (
            f"A neuron with weights {format_number(self.w1)} and {format_number(self.w2)} and bias "
            f"{format_number(self.bias)}.",
            "The first input by itself tells left from right, and nothing else.",
            "The second input by itself tells bottom from top, and nothing else.",
            f"The weighted sum of both inputs, plus the bias: at the marked point z is {format_number(state.z)}.",
            f"The activation is applied to the sum: h is {format_number(state.h)}.",
            f"The boundary is the straight line where z = 0; {right_share} of the points lie on the correct side.",
        )
        if state.step == len(STAGES) and not self._has_boundary:
            return (
                "Both weights are 0, so z is the same everywhere and there is no boundary. "
                f"The neuron is right about {right_share} of the points."
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
