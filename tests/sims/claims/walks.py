"""What walks down a surface say."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.sims.claims.base import Case, Claim, near


def curvature(rules: Any, w: Sequence[float], h: float = 1e-4) -> np.ndarray:
    """Second differences of the gradient: the eigenvalues of the Hessian at w."""
    g = rules.surface.gradient
    columns = [(np.array(g(*np.add(w, e))) - np.array(g(*np.subtract(w, e)))) / (2 * h) for e in h * np.eye(2)]
    return np.linalg.eigvalsh((np.array(columns) + np.array(columns).T) / 2)


def about(case: Case) -> dict[str, bool]:
    """Which remarks about a surface are true."""
    from tutor.sims.models.descent import FUNCTIONS

    surface = FUNCTIONS[case.rules.function]
    x, y = surface.start
    g = surface.gradient(x, y)
    value, steep = surface.value, float(np.hypot(*surface.gradient(0.0, 0.0)))
    return {
        "Equally steep all around: the gradient points straight away from the minimum.": near(
            g, np.multiply((x, y), g[0] / x)
        )
        and near(value(1, 0), value(0, 1)),
        "Steep across, shallow along: plain gradient descent tends to zigzag.": value(0, 1) > 10 * value(1, 0),
        "Two minima; the left one is deeper.": min(value(v / 50, 0) for v in range(-100, 0))
        < min(value(v / 50, 0) for v in range(1, 100)),
        "The gradient is zero at the centre, which is not a minimum.": steep == 0 and value(0, 0.1) < value(0, 0),
        "Nearly flat far from the minimum, where the gradient is tiny.": float(np.hypot(*surface.gradient(30, 30)))
        < 1e-3,
        "A count of errors is a staircase: flat steps between cliffs, so its gradient is zero.": g == (0, 0)
        and value(x, y) == round(value(x, y)),
        "A smooth surrogate for the count of errors, with a slope everywhere.": math.hypot(*g) > 0,
    }


ABOUT = (
    "<Equally steep all around: the gradient points straight away from the minimum.|Steep across, shallow along: "
    "plain gradient descent tends to zigzag.|Two minima; the left one is deeper.|The gradient is zero at the centre, "
    "which is not a minimum.|Nearly flat far from the minimum, where the gradient is tiny.|A count of errors is a "
    "staircase: flat steps between cliffs, so its gradient is zero.|A smooth surrogate for the count of errors, with "
    "a slope everywhere.>"
)
SURFACE = Claim(ABOUT, holds=lambda c: about(c)[c.words[0]])
SMALL = "The length of the gradient is N, within the tolerance, "

SURFACE_WORDS = {
    "A bowl": "bowl",
    "A ravine": "ravine",
    "Two valleys": "two-valleys",
    "A saddle": "saddle",
    "A plateau": "plateau",
    "The count of errors": "errors",
    "A smooth count of errors": "errors-smooth",
}
"""What a picture calls each surface, and the value of the parameter."""
DESCENT = (
    SURFACE,
    Claim("Descent starts at w = L with loss N.", lambda c: (c.s.w, c.s.loss), lambda c: c.s.step == 0),
    Claim("Step N: the loss T.", lambda c: [c.s.step, (c.b.loss, c.s.loss)]),
    Claim(
        "Step N: the loss T; the gradient is small (N), but not yet within the tolerance.",
        lambda c: [c.s.step, (c.b.loss, c.s.loss), c.s.gradient_norm],
        lambda c: c.rules.tolerance < c.s.gradient_norm < 0.05,
    ),
    Claim(
        f"{SMALL}and the surface curves upward in every direction: converged to a minimum, with loss N.",
        lambda c: (math.hypot(*c.s.gradient), c.rules.surface.value(*c.s.w)),
        lambda c: math.hypot(*c.s.gradient) <= c.rules.tolerance and curvature(c.rules, c.s.w).min() > 0,
    ),
    Claim(
        f"{SMALL}so descent stops; but this is not a minimum, since in some direction the surface is flat or curves "
        "downward.",
        lambda c: [math.hypot(*c.s.gradient)],
        lambda c: math.hypot(*c.s.gradient) <= c.rules.tolerance and curvature(c.rules, c.s.w).min() < 2e-3,
    ),
    Claim(
        f"<{'|'.join(SURFACE_WORDS)}>: after N step(s), w is at L.",
        lambda c: (c.s.step, c.s.w),
        lambda c: SURFACE_WORDS[c.words[0]].startswith(c.rules.function),
    ),
    Claim("The loss went from N to N in N step(s).", lambda c: (c.history.trace("loss").values[0], c.s.loss, c.s.step)),
)
OPTIMIZERS = {"adam": "Adam", "sgd": "SGD", "momentum": "momentum", "rmsprop": "RMSProp"}
ADAM = (
    SURFACE,
    Claim(
        "<Adam|SGD|Momentum|RMSProp> starts at θ = L with loss N.",
        lambda c: (c.s.theta, c.s.loss),
        lambda c: OPTIMIZERS[c.rules.optimizer].lower() == c.words[0].lower() and c.s.t == 0,
    ),
    Claim(
        "Update N: θ moved by N; the loss T.",
        lambda c: [c.s.t, math.hypot(*np.subtract(c.s.theta, c.b.theta)), (c.b.loss, c.s.loss)],
    ),
    Claim(
        "After N update(s) with <Adam|SGD|momentum|RMSProp>, θ is at L; it started at L.",
        lambda c: (c.s.step, c.s.theta, [c.history.trace(f"theta[{k}]").values[0] for k in (0, 1)]),
        lambda c: c.words[0] == OPTIMIZERS[c.rules.optimizer],
    ),
    Claim("The loss went from N to N in N update(s).", lambda c: (c.history.trace("loss").values[0], c.s.loss, c.s.t)),
)


def batch_of(case: Case) -> tuple[np.ndarray, np.ndarray]:
    chosen = list(case.s.indices)
    return np.array(case.s.x)[chosen], np.array(case.s.y)[chosen]


def angle_of(case: Case) -> float:
    """Between the batch's gradient and that of all data, by their own formula."""
    w, found = np.array(case.s.w_before), []
    for x, y in (batch_of(case), (np.array(case.s.x), np.array(case.s.y))):
        found.append(((x @ w - y)[:, None] * x).mean(axis=0))
    a, b = found
    return math.degrees(math.atan2(abs(a[0] * b[1] - a[1] * b[0]), float(a @ b)))


def batch_loss(case: Case) -> float:
    x, y = batch_of(case)
    return float(np.mean((x @ np.array(case.s.w_before) - y) ** 2) / 2)


def full_loss(case: Case) -> float:
    return float(np.mean((np.array(case.s.x) @ np.array(case.s.w_before) - np.array(case.s.y)) ** 2) / 2)


MINIBATCH = (
    Claim("The loss of each batch will appear here, beside that of all data.", holds=lambda c: c.s.step == 0),
    Claim(
        "At the weights before update N the loss of its batch is N, that of all data N.",
        lambda c: (c.s.step, batch_loss(c), full_loss(c)),
    ),
    Claim("N sample(s), taken in batches of N.", lambda c: (len(c.s.x), c.rules.batch), lambda c: c.s.step == 0),
    Claim(
        "The gradient over this batch of N sample(s) is N° away from the gradient over all data; the loss of the batch "
        "is N.",
        lambda c: (len(c.s.indices), angle_of(c), batch_loss(c)),
    ),
    Claim(
        "The loss over the two weights, on N sample(s); w is at L.",
        lambda c: (len(c.s.x if c.picture.title == "Loss over all data" else c.s.indices), c.s.w),
    ),
)
