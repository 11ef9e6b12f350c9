"""Points in the plane to learn from, and the features of them that a network may see. Coordinates are −6 … 6.

Each data set is a function (count, noise, rng) → array of shape (count, 3) with the rows x₁, x₂, label. The noise goes
from 0 to 0.5. In some data sets it moves or spreads the points; in the others it only shifts the positions at which
their labels are read off, by at most this share of the data's radius or half side.
"""

from collections.abc import Callable

import numpy as np

POINT_COUNT = 500
FEATURES: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1 * x1,
    "x2^2": lambda x1, x2: x2 * x2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: np.sin(x1),
    "sin(x2)": lambda x1, x2: np.sin(x2),
}
"""Feature name → function of x₁ and x₂, elementwise."""


def compute_features(points: np.ndarray, features: tuple[str, ...]) -> np.ndarray:
    """The features of each point, shape (n, features); the first two columns of `points` are x₁ and x₂."""
    return np.stack([FEATURES[name](points[:, 0], points[:, 1]) for name in features], axis=1)


def circle(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """A disc of radius 2.5 (class +1) in a ring from 3.5 to 5.

    Noise shifts the position at which the label is read off, so that points near the border get the wrong class.
    """
    is_inner = np.arange(n) < n // 2
    radius = np.where(is_inner, rng.uniform(0, 2.5, n), rng.uniform(3.5, 5, n))
    angle = rng.uniform(0, 2 * np.pi, n)
    x, y = radius * np.sin(angle), radius * np.cos(angle)
    offset = 5 * noise * rng.uniform(-1, 1, (2, n))
    label = np.where(np.hypot(x + offset[0], y + offset[1]) < 2.5, 1.0, -1.0)
    return np.stack([x, y, label], axis=1)


def xor(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Opposite quadrants share a class, with a gap along the axes.

    Noise shifts the position at which the label is read off, so that points near the gap get the wrong class.
    """
    x, y = rng.uniform(-5, 5, (2, n))
    x, y = x + np.where(x > 0, 0.3, -0.3), y + np.where(y > 0, 0.3, -0.3)
    offset = 5 * noise * rng.uniform(-1, 1, (2, n))
    label = np.where((x + offset[0]) * (y + offset[1]) >= 0, 1.0, -1.0)
    return np.stack([x, y, label], axis=1)


def gauss(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Two clouds, at (2, 2) (class +1) and (−2, −2); noise makes them wider."""
    label = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    centre, standard_deviation = 2 * label[:, None], np.sqrt(0.5 + 7 * noise)  # a variance from 0.5 to 4
    x = centre + standard_deviation * rng.standard_normal((n, 2))
    return np.column_stack([x, label])


def spiral(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Two arms wound into each other, of 1¾ turns, one for each class; noise moves the points."""
    label = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    points_per_arm = max(1, n // 2)  # a divisor: not 0
    fraction = (np.arange(n) % points_per_arm) / points_per_arm  # of the way along its arm, from 0 at the centre
    radius = 5 * fraction
    angle = 1.75 * 2 * np.pi * fraction + np.where(label > 0, 0, np.pi)  # the other arm is turned by half a turn
    offset = noise * rng.uniform(-1, 1, (2, n))
    return np.stack([radius * np.sin(angle) + offset[0], radius * np.cos(angle) + offset[1], label], axis=1)


def moons(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Two half-moons of radius 3, one inside the bend of the other; the points scatter a little, with noise more."""
    label = np.where(np.arange(n) < n // 2, 1.0, -1.0)
    angle = rng.uniform(0, np.pi, n)
    is_upper = label > 0
    # Moons of radius 1, the lower one moved by 1 across and ½ up; 0.5 and 0.25 bring the middle of both to the origin.
    x = np.where(is_upper, np.cos(angle), 1 - np.cos(angle)) - 0.5
    y = np.where(is_upper, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    offset = (0.1 + noise) * rng.standard_normal((2, n))
    return np.stack([3 * x + offset[0], 3 * y + offset[1], label], axis=1)


def plane(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Labels that are numbers and grow from corner to corner, (x₁ + x₂)/10, cut off at ±1.

    Noise shifts the position at which the label is read off, so that labels are inexact.
    """
    x = rng.uniform(-6, 6, (n, 2))
    offset = 6 * noise * rng.uniform(-1, 1, (n, 2))
    label = np.clip((x + offset).sum(axis=1) / 10, -1, 1)
    return np.column_stack([x, label])


def hills(n: int, noise: float, rng: np.random.Generator) -> np.ndarray:
    """Labels that are numbers: three cones of height 1 and three of depth −1, all of radius 2, and 0 between them.

    Noise shifts the position at which the label is read off, so that labels are inexact. Where two cones meet, the
    larger height or depth counts.
    """
    x = rng.uniform(-6, 6, (n, 2))
    x_with_noise = x + 6 * noise * rng.uniform(-1, 1, (n, 2))
    cones = ((-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1))
    label = np.zeros(n)
    for x1, x2, sign in cones:
        distance = np.hypot(x_with_noise[:, 0] - x1, x_with_noise[:, 1] - x2)
        height = sign * np.clip(1 - distance / 2, 0, 1)
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
"""Name → function (count, noise from 0 to 0.5, rng) that draws its points."""
REGRESSION = ("regression-plane", "regression-gauss")
"""The data sets whose labels are numbers from −1 to 1; those of all others are the classes +1 and −1."""


def sample(name: str, noise: float, training_share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(training points, test points) of a data set, drawn by `rng`: 500 in all, in a random order."""
    return split(DATASETS[name](POINT_COUNT, noise, rng), training_share, rng)


def split(points: np.ndarray, training_share: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(training points, test points): the rows of `points` in a random order, divided."""
    points = points[rng.permutation(len(points))]
    training_count = round(training_share * len(points))
    return points[:training_count], points[training_count:]
