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

from tutor.sims.engine.chart import Chart, Line, Mark, Points, Role
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction
from tutor.sims.engine.simulation import Preset, Simulation, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, WorkedLine, describe_change, make_reading, make_worked_line
from tutor.text.numbers import format_factor, format_latex, format_number, format_power

Pair = tuple[float, float]
"""A number for each of the two weights, or a row of a 2×2 matrix."""

LEVELS = (0.25, 1.0)
"""Data costs whose level lines are drawn, beside that of the optimum."""
MAX_REACH, MIN_REACH = 1.0, 0.75
"""How far the picture reaches at most beyond the centre and the origin, and at least on each side of the origin.

Both are in parts of the larger weight of the centre.
"""
FRAME_MARGIN = 0.05
"""The share of the picture that is free around the largest ellipse."""
MIN_SIZE_DIFFERENCE = 0.25
"""A level line is left out if its size differs from that of the optimum's ellipse by no more than this share."""


@dataclass(frozen=True)
class PenaltyState(State):
    """The optimum at one strength of the penalty."""

    centre: Pair
    """c, where the data cost is 0."""
    hessian: tuple[Pair, Pair]
    """H, the second derivatives of the data cost."""
    strength: float
    """s."""
    w: Pair
    """The optimum."""
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
        """H = Q diag(curvature) Qᵀ, where Q rotates by `angle`."""
        c, s = cos(radians(self.angle)), sin(radians(self.angle))
        rotation = np.array([[c, -s], [s, c]])
        h: np.ndarray = rotation @ np.diag(self.curvature) @ rotation.T
        return h

    def start(self) -> PenaltyState:
        """The optimum without a penalty, which is the centre."""
        return self._state_at(0)

    def step(self, state: PenaltyState) -> PenaltyState:
        """The optimum under a stronger penalty."""
        return self._state_at(state.step + 1)

    def done(self, state: PenaltyState) -> bool:
        """Both weights are 0, and stay so."""
        return state.zeros == 2

    def _state_at(self, step: int) -> PenaltyState:
        """The state at `step`: the optimum under the penalty whose strength has grown `step` times."""
        strength = step * self.strength_step
        h, c = self.hessian, np.array(self.centre)
        if strength == 0:
            w = c
        elif self.penalty == "l1":
            w = self._solve_lasso(h, c, strength)
        else:
            w = np.linalg.solve(h + strength * np.eye(2), h @ c)
        offset = w - c
        return PenaltyState(
            step=step,
            centre=self.centre,
            hessian=_as_rows(h),
            strength=strength,
            w=(float(w[0]), float(w[1])),
            data_loss=float(offset @ h @ offset / 2),
            penalty=float(np.abs(w).sum()) if self.penalty == "l1" else float(w @ w / 2),
            zeros=int((w == 0).sum()),
        )

    @staticmethod
    def _solve_lasso(h: np.ndarray, c: np.ndarray, strength: float) -> np.ndarray:
        """The exact optimum with L1, by trying all combinations of signs of the two weights.

        With the signs fixed, the equations are linear; a solution counts only if it has the signs that were assumed,
        and the one with the smallest cost is the optimum.
        """
        best_w, best_cost = np.zeros(2), np.inf
        for assumed_signs in product((-1.0, 0.0, 1.0), repeat=2):
            signs = np.array(assumed_signs)
            is_nonzero = signs != 0
            w = np.zeros(2)
            if is_nonzero.any():  # H (w − c) + s·sign(w) = 0, in the rows and columns of these weights
                sub_h = h[np.ix_(is_nonzero, is_nonzero)]
                w[is_nonzero] = np.linalg.solve(sub_h, (h @ c)[is_nonzero] - strength * signs[is_nonzero])
            if (np.sign(w) != signs).any():
                continue
            cost = (w - c) @ h @ (w - c) / 2 + strength * np.abs(w).sum()
            if cost < best_cost:
                best_w, best_cost = w, cost
        return best_w

    def view(self, history: RunHistory[PenaltyState]) -> View:
        """The view, with pictures of the curves of equal cost and equal penalty, and the optimum's path."""
        state = history.state
        readings = (
            make_reading(state, "strength", "strength"),
            make_reading(state, "$w_1$", "w[0]"),
            make_reading(state, "$w_2$", "w[1]"),
            make_reading(state, "data cost", "data_loss"),
            make_reading(state, "penalty", "penalty"),
            make_reading(state, "weights at 0", "zeros"),
        )
        return View(
            (self._draw_picture(history),),
            readings,
            self._make_worked_lines(state),
            self._narrate(history),
            self._make_prediction(state),
        )

    def _draw_picture(self, history: RunHistory[PenaltyState]) -> Chart:
        """Level lines of the data cost, the curve of equal penalty through the optimum, and the path."""
        state = history.state
        data_cost = round(state.data_loss, 9)  # without rounding errors: exactly 0 at the centre
        marks: list[Mark] = []
        for level in LEVELS:
            size_ratio = (data_cost / level) ** 0.5  # the cost grows with the square of an ellipse's size
            if abs(size_ratio - 1) > MIN_SIZE_DIFFERENCE:
                marks.append(self._draw_ellipse(level, "data cost", "muted"))
        if data_cost > 0:
            marks.append(self._draw_ellipse(data_cost, "data cost at w", "orange"))
        if self.penalty == "l1":
            corner = state.penalty  # |w₁| + |w₂|, the distance of the diamond's corners from the origin
            x, y = [corner, 0, -corner, 0, corner], [0, corner, 0, -corner, 0]
            marks.append(Line(x, y, "penalty at w", "blue", pattern="solid"))
        else:
            radius = (2 * state.penalty) ** 0.5  # the length of w
            x, y = (radius * _unit_circle()).tolist()
            marks.append(Line(x, y, "penalty at w", "blue", pattern="solid"))
        marks.append(Points([self.centre[0]], [self.centre[1]], "centre", "secondary", "plus"))
        w1, w2 = history.trace("w[0]").values, history.trace("w[1]").values
        marks.append(Line(w1, w2, "path of w", "good", pattern="dashed", is_on_top=True))
        marks.append(Points([state.w[0]], [state.w[1]], "", "good", "diamond"))
        shape = "diamond" if self.penalty == "l1" else "circle"
        if data_cost == 0:
            title = "Best w: the centre"
        elif state.zeros == len(state.w):
            title = "Best w: the origin"
        else:
            title = f"Best w: where ellipse and {shape} touch"
        return Chart(
            title,
            tuple(marks),
            self._describe_touching(state, shape),
            "w₁",
            "w₂",
            *self._frame_ellipses(),
            scale="plane",
        )

    def _frame_ellipses(self) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
        """The ranges of w₁ and w₂ in the picture, which are the same at every strength.

        So the shape of equal penalty around the origin is seen to shrink until it is whole. The largest ellipse, which
        goes through the origin, is whole as well, unless it is far longer than the centre is from the origin.
        """
        centre = np.array(self.centre)
        if not centre.any():
            return None, None
        # Along each axis, an ellipse reaches √(2 · level · (H⁻¹)ᵢᵢ) from its centre; here the level is ½ cᵀHc.
        reaches = np.sqrt(centre @ self.hessian @ centre * np.diag(np.linalg.inv(self.hessian)))
        largest_weight = float(np.abs(centre).max())
        limit, least = MAX_REACH * largest_weight, MIN_REACH * largest_weight
        ranges = []
        for c, reach in zip(self.centre, reaches.tolist(), strict=True):
            low = min(-least, max(c - reach, min(c, 0.0) - limit))
            high = max(least, min(c + reach, max(c, 0.0) + limit))
            margin = FRAME_MARGIN * (high - low)
            ranges.append((low - margin, high + margin))
        return ranges[0], ranges[1]

    def _draw_ellipse(self, level: float, label: str, role: Role) -> Line:
        """The weights at which the data cost is `level`: an ellipse around the centre.

        Its axes are the eigenvectors of H; along each axis the cost is ½ · eigenvalue · distance².
        """
        eigenvalues, eigenvectors = np.linalg.eigh(self.hessian)
        half_axes = np.sqrt(2 * level / eigenvalues)
        x, y = np.array(self.centre)[:, None] + eigenvectors @ (_unit_circle() * half_axes[:, None])
        return Line(x.tolist(), y.tolist(), label, role, pattern="dotted" if role == "muted" else "dash-dot")

    @staticmethod
    def _describe_touching(state: PenaltyState, shape: str) -> str:
        """A sentence that says where the ellipses touch the `shape` of equal penalty, a diamond or a circle."""
        w_words = f"w = {format_number(state.w)}"
        if not state.strength:
            return f"Without a penalty the optimum is the centre of the ellipses, {w_words}."
        if state.zeros == len(state.w):
            return f"At strength {format_number(state.strength)} the optimum is {w_words}: both weights are exactly 0."
        return (
            f"At strength {format_number(state.strength)} the optimum is {w_words}, where the ellipse of equal data "
            f"cost touches "
            f"the {shape} of equal penalty."
        )

    def _make_worked_lines(self, state: PenaltyState) -> tuple[WorkedLine, ...]:
        """The penalty and the data cost at the optimum.

        While the ellipses lie along the axes, H has only its diagonal, the curvatures h₁ and h₂.
        """
        (w1, w2), (c1, c2) = state.w, state.centre
        if self.penalty == "l1":
            penalty_formula = r"\lvert w_1 \rvert + \lvert w_2 \rvert"
            penalty_numbers = rf"\lvert {format_latex(w1)} \rvert + \lvert {format_latex(w2)} \rvert"
        else:
            penalty_formula = r"\frac{1}{2} (w_1^2 + w_2^2)"
            penalty_numbers = rf"\frac{{1}}{{2}} ({format_power(w1, 2)} + {format_power(w2, 2)})"
        (h11, h12), (_, h22) = state.hessian
        offset1 = f"({format_latex(w1)} - {format_factor(c1)})"
        offset2 = f"({format_latex(w2)} - {format_factor(c2)})"
        first, second = ("h_{11}", "h_{22}") if h12 else ("h_1", "h_2")
        cost_terms = rf"{first} \, (w_1 - c_1)^2 + {second} \, (w_2 - c_2)^2"
        cost_numbers = rf"{format_factor(h11)} \cdot {offset1}^2 + {format_factor(h22)} \cdot {offset2}^2"
        if h12:
            cost_terms += r" + 2 h_{12} \, (w_1 - c_1) \, (w_2 - c_2)"
            cost_numbers += rf" + 2 \cdot {format_factor(h12)} \cdot {offset1} \cdot {offset2}"
        return (
            make_worked_line(state, "penalty", rf"\text{{penalty}} = {penalty_formula}", penalty_numbers),
            make_worked_line(
                state,
                "data_loss",
                rf"\text{{data cost}} = \frac{{1}}{{2}} ({cost_terms})",
                rf"\frac{{1}}{{2}} ({cost_numbers})",
            ),
        )

    def _narrate(self, history: RunHistory[PenaltyState]) -> str:
        """The sentence about the last increase of the strength."""
        state, previous = history.state, history.previous
        if previous is None:
            return "Without a penalty the optimum is the centre of the ellipses: the best fit to the data."
        if state.zeros > previous.zeros:
            are_both_zero = state.zeros == 2
            subject = "both weights are" if are_both_zero else "a weight is"
            verb = "contribute" if are_both_zero else "contributes"
            return f"At strength {format_number(state.strength)} {subject} exactly 0 and {verb} nothing any more."
        return (
            f"At strength {format_number(state.strength)} the optimum is {format_number(state.w)}: the data cost "
            f"{describe_change(previous.data_loss, state.data_loss)}, "
            f"the penalty {describe_change(previous.penalty, state.penalty)}."
        )

    def _make_prediction(self, state: PenaltyState) -> Prediction | None:
        """Ask how many weights will be 0 at the next strength."""
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


def _unit_circle() -> np.ndarray:
    """90 points of the unit circle, shape (2, 90); the last is the first."""
    angles = np.linspace(0, 2 * np.pi, 90)
    return np.stack([np.cos(angles), np.sin(angles)])


def _as_rows(h: np.ndarray) -> tuple[Pair, Pair]:
    """A matrix of shape (2, 2) as a tuple of its rows."""
    return (float(h[0, 0]), float(h[0, 1])), (float(h[1, 0]), float(h[1, 1]))
