"""Pointwise nonlinearity: one function for every entry, so that no two entries are ever mixed.

    y_i = f(x_i)        ∂y_i/∂x_j = f′(x_i) if i = j, else 0

The Jacobian is therefore diagonal.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, HeatMap, Line, Points
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.outline import outline_square
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.sims.functions.activations import ACTIVATIONS, Activation
from tutor.text.numbers import counted, format_latex


@dataclass(frozen=True)
class PointwiseState(State):
    """The entries computed so far; those to come are `None`."""

    x: tuple[float, ...]
    y: tuple[float | None, ...]
    """f(x_i), entry by entry."""
    jacobian: tuple[tuple[float | None, ...], ...]
    """∂y_i/∂x_j in row i and column j, shape (n, n)."""


def _take_entry(rules: "Pointwise", before: PointwiseState, after: PointwiseState, answer: Any) -> PointwiseState:
    """The state with the entry that the learner's function returned."""
    i = before.step
    (y,) = read_numbers(answer, 1)
    return replace(after, y=(*after.y[:i], y, *after.y[i + 1 :]))


@dataclass(frozen=True)
class Pointwise(Simulation[PointwiseState]):
    """Apply an activation to a list of numbers, one at a time."""

    name: ClassVar[str] = "pointwise"
    title: ClassVar[str] = "Pointwise nonlinearity"
    summary: ClassVar[str] = "An activation is applied to each entry by itself, so its Jacobian J is diagonal."
    unit: ClassVar[str] = "one entry"
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("ReLU cuts", "Half the entries are negative: ReLU sets them and their slopes to 0.", {}),
        Preset(
            "saturated",
            "Far from 0 the sigmoid is flat: every slope on the diagonal is nearly 0.",
            {"x": (-9.0, -6.0, 6.0, 9.0), "activation": "sigmoid"},
            "bad",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep(
            "sigmoid",
            lambda rules, _: rules.activation == "sigmoid",
            lambda rules, before, _: CallArguments((np.array([rules.x[before.step]]),)),
            _take_entry,
            {"activation": "sigmoid"},
        ),
    )

    x: tuple[float, ...] = param(
        (-2.0, -0.5, 0.5, 2.0), "Entries x", "The numbers that go in.", low=-100, high=100, min_length=1, max_length=16
    )
    activation: str = param("relu", "Activation f", "The function applied to each.", choices=tuple(ACTIVATIONS))

    def start(self) -> PointwiseState:
        """The state with the entries x, and nothing computed yet."""
        n = len(self.x)
        return PointwiseState(0, self.x, (None,) * n, ((None,) * n,) * n)

    def step(self, state: PointwiseState) -> PointwiseState:
        """Compute the next entry and its row of the Jacobian."""
        i = state.step
        f = ACTIVATIONS[self.activation]
        y = f.value(state.x[i])
        row = tuple(f.derivative(state.x[i]) if j == i else 0.0 for j in range(len(state.x)))
        return replace(
            state,
            step=i + 1,
            y=(*state.y[:i], y, *state.y[i + 1 :]),
            jacobian=(*state.jacobian[:i], row, *state.jacobian[i + 1 :]),
        )

    @property
    def length(self) -> int:
        """One step for each entry."""
        return len(self.x)

    def done(self, state: PointwiseState) -> bool:
        """All entries are computed."""
        return state.step == len(state.x)

    def view(self, history: RunHistory[PointwiseState]) -> View:
        """The view of the last state, with pictures of the activation with the entries on it, and the Jacobian."""
        state = history.state
        indices = range(len(state.x))
        readings = [make_reading(state, f"$y_{{{k + 1}}}$", f"y[{k}]") for k in indices]
        readings += [
            make_reading(state, f"$J_{{{k + 1}{k + 1}}}$", f"jacobian[{k}][{k}]", is_detail=True) for k in indices
        ]
        lines: tuple[WorkedLine, ...]
        if state.step:
            last = state.step - 1
            lines, narration = _make_worked_lines(state, last, ACTIVATIONS[self.activation]), _narrate(state, last)
        else:
            activation = ACTIVATIONS[self.activation].title
            lines, narration = (), f"{counted(len(state.x), 'entry')} for {activation}; nothing is computed yet."
        pictures = (self._draw_curve(state), _draw_jacobian(state))
        return View(pictures, tuple(readings), lines, narration, self._make_prediction(state))

    def _draw_curve(self, state: PointwiseState) -> Chart:
        """The graph of the activation, with the entries that are computed as points on it."""
        f = ACTIVATIONS[self.activation]
        x_limit = max(2.0, *(abs(x) for x in state.x)) * 1.2  # somewhat beyond the outermost entry
        grid = [x_limit * (2 * k / 120 - 1) for k in range(121)]
        computed = [(x, y) for x, y in zip(state.x, state.y, strict=True) if y is not None]
        earlier, last = computed[:-1], computed[-1:]
        return Chart(
            f"The activation: {f.title}",
            (
                Line(grid, [f.value(x) for x in grid], f.title, "muted"),
                Points([x for x, _ in earlier], [y for _, y in earlier], "entries before" if earlier else "", "accent"),
                Points([x for x, _ in last], [y for _, y in last], "this entry" if last else "", "good", "diamond"),
            ),
            f"The graph of {f.title}, with {len(computed)} of {counted(len(state.x), 'entry')} marked on it.",
            "x",
            "y = f(x)",
        )

    def _make_prediction(self, state: PointwiseState) -> Prediction | None:
        """Ask for the next entry."""
        if self.done(state):
            return None
        i = state.step
        answer = look_ahead(self, state).y[i]
        assert answer is not None
        x, name = state.x[i], ACTIVATIONS[self.activation].title
        return make_prediction(
            f"Entry {i + 1} is $x = {format_latex(x)}$. What is $f(x)$, with {name} as $f$?",
            f"y[{i}]",
            answer,
            [(x, "That is $x$ itself; the function has not been applied.")] if answer != x else [],
            rf"$\text{{{name}}}({format_latex(x)}) = {format_latex(answer)}$.",
        )


def _draw_jacobian(state: PointwiseState) -> Chart:
    """The rows of the Jacobian that are computed: 0 except on the diagonal."""
    n = len(state.x)
    marks: list[HeatMap | Line] = [HeatMap(state.jacobian, (0.5, n + 0.5), (0.5, n + 0.5), "∂yᵢ/∂xⱼ", diverging=True)]
    description = "Nothing of the Jacobian is computed yet."
    if state.step:
        marks.append(outline_square(state.step - 0.5, state.step - 0.5, 1, "", "accent"))
        others = "; 0 off the diagonal: no other entry counts." if n > 1 else "."
        description = f"{state.step} of {counted(n, 'row')} computed{others}"
    return Chart(
        "Jacobian",
        tuple(marks),
        description,
        "input j",
        "output i",
        y_down=True,
        scale="image",
    )


def _make_worked_lines(state: PointwiseState, i: int, f: Activation) -> tuple[WorkedLine, ...]:
    """The lines of the entry with index `i`: its value, and its slope on the diagonal."""
    x, slope_formula = format_latex(state.x[i]), rf"J_{{{i + 1}{i + 1}}} = f'(x_{{{i + 1}}})"
    return (
        make_worked_line(state, f"y[{i}]", rf"y_{{{i + 1}}} = f(x_{{{i + 1}}})", f"f({x})", function=f.value),
        make_worked_line(state, f"jacobian[{i}][{i}]", slope_formula, f"f'({x})", function=f.derivative),
    )


def _narrate(state: PointwiseState, i: int) -> str:
    """The sentence about the entry with index `i`."""
    x, y, slope = (format_latex(value) for value in (state.x[i], state.y[i], state.jacobian[i][i]))
    return f"Entry {i + 1}: $f({x}) = {y}$, with slope ${slope}$; no other entry is involved."
