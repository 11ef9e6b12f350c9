"""A classifier of two weights: the count of its errors, and a smooth stand-in for that count.

errors(w) = how many points have y · (w·x) ≤ 0          (a staircase: its slope is 0 wherever it has one)
smooth(w) = Σ σ(−4 y · (w·x))                            (a soft count: 1 for a clear error, 0 for clearly right)
"""

from tutor.sims.functions.activations import sigmoid
from tutor.sims.functions.surfaces import Pair, Surface

POINTS = (
    (1.2, 0.6, 1),
    (0.4, 1.3, 1),
    (1.8, -0.3, 1),
    (-0.3, 0.9, 1),
    (0.9, 0.1, 1),
    (-0.6, 0.4, 1),
    (-1.1, -0.5, -1),
    (-0.2, -1.4, -1),
    (-1.7, 0.4, -1),
    (0.5, -0.8, -1),
    (-0.8, -0.1, -1),
    (0.3, -0.2, -1),
)
"""x₁, x₂ and the label, +1 or −1; some straight lines through the origin get all of them right."""
SHARPNESS = 4.0


def errors(w1: float, w2: float) -> float:
    """How many points are on the wrong side."""
    return float(sum(y * (w1 * x1 + w2 * x2) <= 0 for x1, x2, y in POINTS))


def errors_gradient(w1: float, w2: float) -> Pair:
    """Zero: a staircase is flat wherever it has a slope."""
    return 0.0, 0.0


def smooth(w1: float, w2: float) -> float:
    """The soft count."""
    return sum(sigmoid(-SHARPNESS * y * (w1 * x1 + w2 * x2)) for x1, x2, y in POINTS)


def smooth_gradient(w1: float, w2: float) -> Pair:
    """Σ −4 y x · s(1 − s), s the soft error of a point."""
    g1 = g2 = 0.0
    for x1, x2, y in POINTS:
        s = sigmoid(-SHARPNESS * y * (w1 * x1 + w2 * x2))
        slope = -SHARPNESS * y * s * (1 - s)
        g1, g2 = g1 + slope * x1, g2 + slope * x2
    return g1, g2


CLASSIFIERS = {
    surface.name: surface
    for surface in (
        Surface(
            "errors",
            errors,
            errors_gradient,
            r"\#\{i : y_i w \cdot x_i \le 0\}",
            "(0, 0)",
            (-1.0, -0.5),
            2.0,
            "A count of errors is a staircase: flat steps between cliffs, so its gradient is zero.",
        ),
        Surface(
            "errors-smooth",
            smooth,
            smooth_gradient,
            r"\sum_i \sigma(-4 y_i w \cdot x_i)",
            r"-4 \sum_i y_i x_i s_i (1 - s_i)",
            (-1.0, -0.5),
            2.0,
            "A smooth surrogate for the count of errors, with a slope everywhere.",
        ),
    )
}
