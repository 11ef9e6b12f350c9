"""Why punish large weights: the optimum of data cost plus penalty, as the penalty grows.

w(s) = argmin ½ (w − c)ᵀ H (w − c) + s·R(w)       R = ‖w‖₁ (L1)  or  ½ ‖w‖₂² (L2)

L2:  (H + s·I) w = H c                     w only shrinks
L1:  H (w − c) + s·sign(w) = 0 where w ≠ 0,  |H (w − c)| ≤ s where w = 0      w reaches exactly 0
"""

from dataclasses import dataclass
from itertools import product
from math import cos, radians, sin
from typing import ClassVar

import numpy as np

from tutor.sims.engine.chart import Chart, Line, Mark, Points
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, describe_change, make_reading, make_worked_line
from tutor.text.numbers import format_factor, format_latex, format_number, format_power

Pair = tuple[float, float]

LEVELS = (0.25, 1.0)
"""Data costs whose level lines are drawn, beside that of the optimum."""
MIN_GAP = 0.25
"""The share of its size by which a level line differs at least from that of the optimum: nearer ones would coincide."""


@dataclass(frozen=True)
class PenaltyState(State):
    """The optimum at one strength of the penalty."""

    centre: Pair
    hessian: tuple[Pair, Pair]
    strength: float
    w: Pair
    data_loss: float
    """½ (w − c)ᵀ H (w − c)."""
    penalty: float
    """‖w‖₁ or ½ ‖w‖₂², without the strength."""
    zeros: int
    """How many weights are exactly 0."""


@dataclass(frozen=True)
class Penalty(Simulation[PenaltyState]):
    """The best weights under a growing L1 or L2 penalty."""

    name: ClassVar[str] = "penalty"
    title: ClassVar[str] = "L1 and L2: a penalty on large weights"
    summary: ClassVar[str] = "The penalty trades a little data cost for smaller weights; only L1 makes them exactly 0."
    unit: ClassVar[str] = "one increase of the strength"
    traces: ClassVar[tuple[str, ...]] = ("w[0]", "w[1]")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("L1 removes", "The path runs into an axis and stays on it: a weight is exactly 0.", {}),
        Preset(
            "L2 shrinks", "The path curves towards the origin, and neither weight becomes exactly 0.", {"penalty": "l2"}
        ),
        Preset(
            "far too strong",
            "Both weights are 0: the data no longer have any influence.",
            {"strength_step": 5.0},
            "bad",
        ),
    )

    centre: Pair = param(
        (2.0, 1.0), "Centre c", "The weights that fit the data best.", low=-10, high=10, min_length=2, max_length=2
    )
    curvature: Pair = param(
        (1.0, 4.0),
        "Curvature",
        "How steeply the data cost rises along its two axes.",
        low=0.001,
        high=1000,
        min_length=2,
        max_length=2,
    )
    angle: float = param(0.0, "Angle", "How far the ellipses are turned, in degrees.", low=-180, high=180)
    penalty: str = param("l1", "Penalty", "The sum of sizes, or half the sum of squares.", choices=("l1", "l2"))
    strength_step: float = param(
        0.1, "Increase", "How much the strength grows at each step.", low=0, high=100, exclude_low=True
    )

    @property
    def hessian(self) -> np.ndarray:
        """H = Q diag(curvature) Qᵀ, Q turning by `angle`."""
        a = radians(self.angle)
        turn = np.array([[cos(a), -sin(a)], [sin(a), cos(a)]])
        h: np.ndarray = turn @ np.diag(self.curvature) @ turn.T
        return h

    def start(self) -> PenaltyState:
        """No penalty: the optimum is the centre."""
        return self._state_at(0)

    def step(self, state: PenaltyState) -> PenaltyState:
        """A stronger penalty."""
        return self._state_at(state.step + 1)

    def done(self, state: PenaltyState) -> bool:
        """Both weights are 0, and stay so."""
        return state.zeros == 2

    def _state_at(self, step: int) -> PenaltyState:
        """The state at `step`: the optimum under the penalty of that strength."""
        strength = step * self.strength_step
        h, c = self.hessian, np.array(self.centre)
        if strength == 0:
            w = c
        elif self.penalty == "l1":
            w = self._solve_lasso(h, c, strength)
        else:
            w = np.linalg.solve(h + strength * np.eye(2), h @ c)
        size = float(np.abs(w).sum()) if self.penalty == "l1" else float(w @ w / 2)
        off = w - c
        return PenaltyState(
            step,
            self.centre,
            _as_rows(h),
            strength,
            (float(w[0]), float(w[1])),
            float(off @ h @ off / 2),
            size,
            int((w == 0).sum()),
        )

    @staticmethod
    def _solve_lasso(h: np.ndarray, c: np.ndarray, strength: float) -> np.ndarray:
        """The exact L1 optimum: the one sign pattern whose solution meets its own conditions."""
        best, cost = np.zeros(2), np.inf
        for signs in product((-1.0, 0.0, 1.0), repeat=2):
            s = np.array(signs)
            on = s != 0
            w = np.zeros(2)
            if on.any():
                w[on] = np.linalg.solve(h[np.ix_(on, on)], (h @ c)[on] - strength * s[on])
            if (np.sign(w) != s).any():
                continue
            total = (w - c) @ h @ (w - c) / 2 + strength * np.abs(w).sum()
            if total < cost:
                best, cost = w, total
        return best

    def view(self, history: RunHistory[PenaltyState]) -> View:
        """Ellipses of equal data cost, the diamond or circle of equal penalty, and the path of the optimum."""
        state = history.state
        rows = tuple(
            make_reading(state, label, key)
            for label, key in (
                ("strength", "strength"),
                ("$w_1$", "w[0]"),
                ("$w_2$", "w[1]"),
                ("data cost", "data_loss"),
                ("penalty", "penalty"),
                ("weights at 0", "zeros"),
            )
        )
        return View(
            (self._draw_picture(history),),
            rows,
            self._make_worked_lines(state),
            self._narrate(history),
            self._make_prediction(state),
        )

    def _draw_picture(self, history: RunHistory[PenaltyState]) -> Chart:
        state = history.state
        turns = np.linspace(0, 2 * np.pi, 90)
        ring = np.stack([np.cos(turns), np.sin(turns)])
        values, vectors = np.linalg.eigh(self.hessian)
        marks: list[Mark] = []
        now = round(state.data_loss, 9)
        apart = [level for level in LEVELS if abs((now / level) ** 0.5 - 1) > MIN_GAP]
        for level in (*apart, now):
            if level > 0:
                ellipse = np.array(self.centre)[:, None] + vectors @ (ring * np.sqrt(2 * level / values)[:, None])
                here = level == now
                marks.append(
                    Line(
                        ellipse[0].tolist(),
                        ellipse[1].tolist(),
                        "equal data cost" if here else "level lines",
                        "orange" if here else "muted",
                        pattern="solid",
                    )
                )
        r = state.penalty if self.penalty == "l1" else (2 * state.penalty) ** 0.5
        if self.penalty == "l1":
            edge = ([r, 0, -r, 0, r], [0, r, 0, -r, 0])
        else:
            edge = ((r * ring[0]).tolist(), (r * ring[1]).tolist())
        marks.append(Line(*edge, "equal penalty", "blue"))
        path = history.trace("w[0]"), history.trace("w[1]")
        marks.append(Line(path[0].values, path[1].values, "path", "accent"))
        marks.append(Points([state.w[0]], [state.w[1]], "optimum", "accent", "diamond"))
        shape = "diamond" if self.penalty == "l1" else "circle"
        return Chart(
            "Where ellipse and " + shape + " touch",
            tuple(marks),
            self._describe_touching(state, shape),
            "w₁",
            "w₂",
            scale="plane",
        )

    @staticmethod
    def _describe_touching(state: PenaltyState, shape: str) -> str:
        """Where the ellipses and the shape of the penalty touch."""
        at = f"w = {format_number(state.w)}"
        if not state.strength:
            return f"Without a penalty the optimum is the centre of the ellipses, {at}."
        if state.zeros == len(state.w):
            return f"At strength {format_number(state.strength)} the optimum is {at}: both weights are exactly 0."
        return (
            f"At strength {format_number(state.strength)} the optimum is {at}, where the ellipse of equal data "
            f"cost touches "
            f"the {shape} of equal penalty."
        )

    def _make_worked_lines(self, state: PenaltyState) -> tuple[WorkedLine, ...]:
        c, w = state.centre, state.w
        penalty = (
            (
                r"\lvert w_1 \rvert + \lvert w_2 \rvert",
                (
                    rf"\lvert {format_latex(w[0])} \rvert + \lvert "
                    rf"{format_latex(w[1])} \rvert"
                ),
            )
            if self.penalty == "l1"
            else (
                r"\frac{1}{2} (w_1^2 + w_2^2)",
                (
                    rf"\frac{{1}}{{2}} ({format_power(w[0], 2)} + "
                    rf"{format_power(w[1], 2)})"
                ),
            )
        )
        (h11, h12), (_, h22) = state.hessian
        off = [f"({format_latex(at)} - {format_factor(middle)})" for at, middle in zip(w, c, strict=True)]
        formula = r"\frac{1}{2} (h_{11} (w_1 - c_1)^2 + h_{22} (w_2 - c_2)^2)"
        numbers = rf"{format_factor(h11)} \cdot {off[0]}^2 + {format_factor(h22)} \cdot {off[1]}^2"
        if h12:
            formula = formula[:-1] + r" + 2 h_{12} (w_1 - c_1) (w_2 - c_2))"
            numbers += rf" + 2 \cdot {format_factor(h12)} \cdot {off[0]} \cdot {off[1]}"
        return (
            make_worked_line(state, "penalty", rf"\text{{penalty}} = {penalty[0]}", penalty[1]),
            make_worked_line(state, "data_loss", rf"\text{{data cost}} = {formula}", rf"\frac{{1}}{{2}} ({numbers})"),
        )

    def _narrate(self, history: RunHistory[PenaltyState]) -> str:
        state, before = history.state, history.previous
        if before is None:
            return "Without a penalty the optimum is the centre of the ellipses: the best fit to the data."
        if state.zeros > before.zeros:
            both = state.zeros == 2
            zeros = "both weights are exactly 0 and contribute" if both else "a weight is exactly 0 and contributes"
            return f"At strength {format_number(state.strength)} {zeros} nothing any more."
        return (
            f"At strength {format_number(state.strength)} the optimum is {format_number(state.w)}: the data cost "
            f"{describe_change(before.data_loss, state.data_loss)}, "
            f"the penalty {describe_change(before.penalty, state.penalty)}."
        )

    def _make_prediction(self, state: PenaltyState) -> Prediction | None:
        if self.done(state):
            return None
        after = look_ahead(self, state)
        return Prediction(
            rf"The strength is {format_number(state.strength)} and grows by {format_number(self.strength_step)}; "
            rf"the data pull towards "
            rf"$c = {format_number(self.centre)}$ with curvatures {format_number(self.curvature)}. How many "
            rf"weights will be exactly 0?",
            "zeros",
            float(after.zeros),
            (),
            "L1 sets a weight to 0 once the pull of the data on it is no more than the strength; L2 never does.",
        )


def _as_rows(h: np.ndarray) -> tuple[Pair, Pair]:
    return (float(h[0, 0]), float(h[0, 1])), (float(h[1, 0]), float(h[1, 1]))
