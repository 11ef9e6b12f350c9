"""Points in the plane to learn from, and what a network may see of them. Coordinates are −6 … 6."""

from collections.abc import Callable

import numpy as np

POINT_COUNT = 500
FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1^2": lambda a, b: a * a,
    "x2^2": lambda a, b: b * b,
    "x1*x2": lambda a, b: a * b,
    "sin(x1)": lambda a, b: np.sin(a),
    "sin(x2)": lambda a, b: np.sin(b),
}
"""name → function of x₁ and x₂."""


def inputs(points: np.ndarray, features: tuple[str, ...]) -> np.ndarray:
    """n×len(features): what the network sees of the rows x₁, x₂ and so on."""
    return np.stack([FEATURES[name](points[:, 0], points[:, 1]) for name in features], axis=1)


def circle(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """A disc of radius 2.5 in a ring from 3.5 to 5; noise moves a point before its class is decided."""
    inner = np.arange(n) < n // 2
    radius = np.where(inner, rng.uniform(0, 2.5, n), rng.uniform(3.5, 5, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    x, y = radius * np.sin(angle), radius * np.cos(angle)
    stray = 5 * noise * rng.uniform(-1, 1, (2, n))
    label = np.where(np.hypot(x + stray[0], y + stray[1]) < 2.5, 1.0, -1.0)
    return np.stack([x, y, label], axis=1)


def xor(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Opposite quarters share a class, with a little room along the axes."""
    x, y = rng.uniform(-5, 5, (2, n))
    x, y = x + np.where(x > 0, 0.3, -0.3), y + np.where(y > 0, 0.3, -0.3)
    stray = 5 * noise * rng.uniform(-1, 1, (2, n))
    return np.stack([x, y, np.where((x + stray[0]) * (y + stray[1]) >= 0, 1.0, -1.0)], axis=1)


def gauss(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Two clouds, at (2, 2) and (−2, −2); noise makes them wider."""
    label = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    cloud = 2 * label[:, None] + np.sqrt(0.5 + 7 * noise) * rng.standard_normal((n, 2))
    return np.column_stack([cloud, label])


def spiral(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Two arms wound into each other."""
    label = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    place = (np.arange(n) % max(1, n // 2)) / max(1, n // 2)
    radius, angle = 5 * place, 1.75 * 2 * np.pi * place + np.where(label > 0, 0, np.pi)
    stray = noise * rng.uniform(-1, 1, (2, n))
    return np.stack([radius * np.sin(angle) + stray[0], radius * np.cos(angle) + stray[1], label], axis=1)


def moons(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Two half-moons, one inside the bend of the other."""
    label = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    angle = rng.uniform(0, np.pi, n)
    upper = label > 0
    x = np.where(upper, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(upper, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    stray = (0.1 + noise) * rng.standard_normal((2, n))
    return np.stack([3 * x + stray[0], 3 * y + stray[1], label], axis=1)


def plane(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """A number that grows from corner to corner: (x₁ + x₂)/10."""
    x = rng.uniform(-6, 6, (n, 2))
    stray = 6 * noise * rng.uniform(-1, 1, (n, 2))
    return np.column_stack([x, np.clip((x + stray).sum(axis=1) / 10, -1, 1)])


def hills(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Hills and hollows that fall off with distance."""
    x = rng.uniform(-6, 6, (n, 2))
    moved = x + 6 * noise * rng.uniform(-1, 1, (n, 2))
    tops = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
    label = np.zeros(n)
    for a, b, sign in tops:
        height = sign * np.clip(1 - np.hypot(moved[:, 0] - a, moved[:, 1] - b) / 2, 0, 1)
        label = np.where(np.abs(height) > np.abs(label), height, label)
    return np.column_stack([x, label])


DATASETS: dict[str, Callable[[int, float, np.random.Generator], np.ndarray]] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
    "moons": moons,
    "regression-plane": plane,
    "regression-gauss": hills,
}
"""name → (how many, noise 0 … 0.5, rng) → rows of x₁, x₂, label."""
REGRESSION = ("regression-plane", "regression-gauss")


def sample(name: str, noise: float, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Training and test points: 500 in all, in a random order."""
    return split(DATASETS[name](POINT_COUNT, noise, rng), share, rng)


def split(points: np.ndarray, share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The rows in a random order, divided into training and test."""
    points = points[rng.permutation(len(points))]
    count = round(share * len(points))
    return points[:count], points[count:]
