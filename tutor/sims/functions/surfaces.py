"""Cost surfaces over two parameters, each with its gradient beside it.

The last two belong to a classifier of two weights: the count of its errors, and a smooth surrogate for that count.

    errors(w) = how many points have y · (w·x) ≤ 0      (a staircase: its slope is 0 wherever it has one)
    smooth(w) = Σ σ(−4 y · (w·x))                        (a soft count: 1 for a clear error, 0 for clearly right)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from math import cos, log10, radians, sin

from tutor.sims.functions.activations import sigmoid

Pair = tuple[float, float]


@dataclass(frozen=True)
class Surface:
    """A function of (x, y), its gradient, and where a walk on it begins."""

    name: str
    title: str
    """The name in titles and sentences."""
    value: Callable[[float, float], float]
    gradient: Callable[[float, float], Pair]
    formula: str
    """LaTeX."""
    start: Pair
    span: float
    """The picture shows −span … span both ways."""
    description: str
    """One sentence about the surface."""


def bowl(x: float, y: float) -> float:
    """½ x² + ½ y²."""
    return 0.5 * x * x + 0.5 * y * y


def bowl_gradient(x: float, y: float) -> Pair:
    """(x, y)."""
    return x, y


def ravine(x: float, y: float) -> float:
    """¼ x² + 7.5 y²: its curvature across is thirty times that along."""
    return 0.25 * x * x + 7.5 * y * y


def ravine_gradient(x: float, y: float) -> Pair:
    """(x/2, 15 y)."""
    return 0.5 * x, 15.0 * y


def two_valleys(x: float, y: float) -> float:
    """¼ x⁴ − ½ x² + 0.1 x + ½ y²: the left valley is the deeper one."""
    return 0.25 * x * x * x * x - 0.5 * x * x + 0.1 * x + 0.5 * y * y


def two_valleys_gradient(x: float, y: float) -> Pair:
    """(x³ − x + 0.1, y)."""
    return x * x * x - x + 0.1, y


def saddle(x: float, y: float) -> float:
    """½ x² − ½ y² + ¼ y⁴: a saddle at the origin, minima at y = ±1."""
    return 0.5 * x * x - 0.5 * y * y + 0.25 * y * y * y * y


def saddle_gradient(x: float, y: float) -> Pair:
    """(x, y³ − y)."""
    return x, y * y * y - y


def plateau(x: float, y: float) -> float:
    """1 − 1/(1 + x² + y²): nearly flat far from its one hole."""
    return 1.0 - 1.0 / (1.0 + x * x + y * y)


def plateau_gradient(x: float, y: float) -> Pair:
    """2 (x, y)/(1 + x² + y²)²."""
    size = 1.0 + x * x + y * y
    return 2.0 * x / size / size, 2.0 * y / size / size


SURFACES = {
    surface.name: surface
    for surface in (
        Surface(
            "bowl",
            "A bowl",
            bowl,
            bowl_gradient,
            r"\frac{1}{2} x^2 + \frac{1}{2} y^2",
            (-2.0, 1.5),
            3.0,
            "Equally steep all around: the gradient points straight away from the minimum.",
        ),
        Surface(
            "ravine",
            "A ravine",
            ravine,
            ravine_gradient,
            r"\frac{1}{4} x^2 + \frac{15}{2} y^2",
            (-2.0, 1.0),
            3.0,
            "Steep across, shallow along: plain gradient descent tends to zigzag.",
        ),
        Surface(
            "two-valleys",
            "Two valleys",
            two_valleys,
            two_valleys_gradient,
            r"\frac{1}{4} x^4 - \frac{1}{2} x^2 + \frac{1}{10} x + \frac{1}{2} y^2",
            (1.6, 1.0),
            2.0,
            "Two minima; the left one is deeper.",
        ),
        Surface(
            "saddle",
            "A saddle",
            saddle,
            saddle_gradient,
            r"\frac{1}{2} x^2 - \frac{1}{2} y^2 + \frac{1}{4} y^4",
            (-1.5, 0.01),
            2.0,
            "The gradient is zero at the centre, which is not a minimum.",
        ),
        Surface(
            "plateau",
            "A plateau",
            plateau,
            plateau_gradient,
            r"1 - \frac{1}{1 + x^2 + y^2}",
            (-3.0, 2.0),
            4.0,
            "Nearly flat far from the minimum, where the gradient is tiny.",
        ),
    )
}


@lru_cache(maxsize=64)
def rotate_surface(surface: Surface, degrees: float) -> Surface:
    """`surface` turned anticlockwise about the origin, its start with it: f(Rᵀθ), whose gradient is R ∇f(Rᵀθ)."""
    if not degrees:
        return surface
    c, s = cos(radians(degrees)), sin(radians(degrees))

    def back(x: float, y: float) -> Pair:
        return c * x + s * y, c * y - s * x

    def value(x: float, y: float) -> float:
        return surface.value(*back(x, y))

    def gradient(x: float, y: float) -> Pair:
        u, v = surface.gradient(*back(x, y))
        return c * u - s * v, s * u + c * v

    x, y = surface.start
    return replace(surface, value=value, gradient=gradient, start=(c * x - s * y, s * x + c * y))


LABELLED_POINTS = (
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
    """The number of points on the wrong side."""
    return float(sum(y * (w1 * x1 + w2 * x2) <= 0 for x1, x2, y in LABELLED_POINTS))


def errors_gradient(w1: float, w2: float) -> Pair:
    """Zero: a staircase is flat wherever it has a slope."""
    return 0.0, 0.0


def smooth(w1: float, w2: float) -> float:
    """The soft count."""
    return sum(sigmoid(-SHARPNESS * y * (w1 * x1 + w2 * x2)) for x1, x2, y in LABELLED_POINTS)


def smooth_gradient(w1: float, w2: float) -> Pair:
    """Σ −4 y x · s(1 − s), s the soft error of a point."""
    g1 = g2 = 0.0
    for x1, x2, y in LABELLED_POINTS:
        s = sigmoid(-SHARPNESS * y * (w1 * x1 + w2 * x2))
        slope = -SHARPNESS * y * s * (1 - s)
        g1, g2 = g1 + slope * x1, g2 + slope * x2
    return g1, g2


CLASSIFICATION_COSTS = {
    surface.name: surface
    for surface in (
        Surface(
            "errors",
            "The count of errors",
            errors,
            errors_gradient,
            r"\#\{i : y_i w \cdot x_i \le 0\}",
            (-1.0, -0.5),
            2.0,
            "A count of errors is a staircase: flat steps between cliffs, so its gradient is zero.",
        ),
        Surface(
            "errors-smooth",
            "A smooth count of errors",
            smooth,
            smooth_gradient,
            r"\sum_i \sigma(-4 y_i w \cdot x_i)",
            (-1.0, -0.5),
            2.0,
            "A smooth surrogate for the count of errors, with a slope everywhere.",
        ),
    )
}


PICTURE_COLUMNS, PICTURE_ROWS = 48, 32
"""Cells of a surface's picture."""
FLOOR = 0.05
"""Added before the logarithm is taken, which the lowest value would not have."""


@lru_cache(maxsize=16)
def log_cost_field(surface: Surface) -> tuple[tuple[float, ...], ...]:
    """The logarithm of the cost over the picture, so that the floor of a valley can be seen."""
    columns = [surface.span * (2 * (k + 0.5) / PICTURE_COLUMNS - 1) for k in range(PICTURE_COLUMNS)]
    rows = [surface.span * (2 * (k + 0.5) / PICTURE_ROWS - 1) for k in range(PICTURE_ROWS)]
    values = [[surface.value(x, y) for x in columns] for y in rows]
    lowest = min(min(row) for row in values)
    return tuple(tuple(log10(value - lowest + FLOOR) for value in row) for row in values)
