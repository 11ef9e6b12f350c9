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
"""(x, y): a point, or the two components of a gradient."""


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
    denominator = 1.0 + x * x + y * y
    return 2.0 * x / denominator / denominator, 2.0 * y / denominator / denominator


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

    def rotate(x: float, y: float) -> Pair:
        return c * x - s * y, s * x + c * y

    def rotate_back(x: float, y: float) -> Pair:
        return c * x + s * y, c * y - s * x

    def value(x: float, y: float) -> float:
        return surface.value(*rotate_back(x, y))

    def gradient(x: float, y: float) -> Pair:
        return rotate(*surface.gradient(*rotate_back(x, y)))

    return replace(surface, value=value, gradient=gradient, start=rotate(*surface.start))


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
"""How steeply the smooth count of errors falls from 1 to 0 at the line: the 4 of its formula."""


def errors(w1: float, w2: float) -> float:
    """The number of points on the wrong side of the line w·x = 0."""
    return float(sum(y * (w1 * x1 + w2 * x2) <= 0 for x1, x2, y in LABELLED_POINTS))


def errors_gradient(w1: float, w2: float) -> Pair:
    """(0, 0): the count is constant except at its jumps, where it has no gradient."""
    return 0.0, 0.0


def smooth(w1: float, w2: float) -> float:
    """The smooth count of errors: each point adds σ(−4 y · (w·x))."""
    return sum(sigmoid(-SHARPNESS * y * (w1 * x1 + w2 * x2)) for x1, x2, y in LABELLED_POINTS)


def smooth_gradient(w1: float, w2: float) -> Pair:
    """Σ −4 y x · s(1 − s), where s = σ(−4 y · (w·x)) is what a point adds to `smooth`."""
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
"""How many cells the heat map of a surface has, across and up."""
MIN_SHIFTED_COST = 0.05
"""Before the logarithm is taken, all costs are shifted so that the lowest has this value: log 0 does not exist."""


@lru_cache(maxsize=16)
def log_cost_field(surface: Surface) -> tuple[tuple[float, ...], ...]:
    """The logarithm of the cost at the middle of each cell of the heat map, lowest row first.

    Without the logarithm, the whole floor of a valley would have one colour.
    """
    x_values = _cell_middles(surface.span, PICTURE_COLUMNS)
    y_values = _cell_middles(surface.span, PICTURE_ROWS)
    costs = [[surface.value(x, y) for x in x_values] for y in y_values]
    lowest = min(min(row) for row in costs)
    return tuple(tuple(log10(cost - lowest + MIN_SHIFTED_COST) for cost in row) for row in costs)


def _cell_middles(span: float, cells: int) -> list[float]:
    """The coordinates of the middles of `cells` equal cells between −span and span."""
    return [span * (2 * (k + 0.5) / cells - 1) for k in range(cells)]
