"""A network trained number by number, without NumPy: what the fast one is held against."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import exp, sin, tanh

FEATURES: dict[str, Callable[[float, float], float]] = {
    "x1": lambda a, b: a,
    "x2": lambda a, b: b,
    "x1^2": lambda a, b: a * a,
    "x2^2": lambda a, b: b * b,
    "x1*x2": lambda a, b: a * b,
    "sin(x1)": lambda a, b: sin(a),
    "sin(x2)": lambda a, b: sin(b),
}
BENDS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "tanh": (tanh, lambda z: 1 - tanh(z) ** 2),
    "relu": (lambda z: max(0.0, z), lambda z: 1.0 if z > 0 else 0.0),
    "sigmoid": (lambda z: 1 / (1 + exp(-z)), lambda z: exp(-z) / (1 + exp(-z)) ** 2),
    "linear": (lambda z: z, lambda z: 1.0),
}
Point = tuple[float, float, float]


@dataclass
class SlowNetwork:
    """Weights as lists, one rule after the other as the playground states them."""

    weights: list[list[list[float]]]
    biases: list[list[float]]
    features: tuple[str, ...] = ("x1", "x2")
    activation: str = "tanh"
    output: str = "tanh"
    learning_rate: float = 0.03
    batch: int = 10
    regularization: str = "none"
    regularization_rate: float = 0.0
    sums: list[list[list[float]]] = field(default_factory=list)
    bias_sums: list[list[float]] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.dead = [[[False] * len(row) for row in layer] for layer in self.weights]
        self._clear()

    def _clear(self) -> None:
        self.sums = [[[0.0] * len(row) for row in layer] for layer in self.weights]
        self.bias_sums = [[0.0] * len(layer) for layer in self.biases]
        self.count = 0

    def forward(self, point: Point) -> tuple[list[list[float]], list[list[float]]]:
        """Sums z and values of every layer."""
        values, sums = [[FEATURES[name](point[0], point[1]) for name in self.features]], []
        for layer, (w, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = [
                sum(wi * vi for wi, vi in zip(row, values[-1], strict=True)) + bi for row, bi in zip(w, b, strict=True)
            ]
            bend = BENDS[self.output if layer == len(self.weights) - 1 else self.activation][0]
            sums.append(z)
            values.append([bend(entry) for entry in z])
        return sums, values

    def loss(self, points: list[Point]) -> float:
        """The mean of ½ (o − y)²."""
        return sum(0.5 * (self.forward(point)[1][-1][0] - point[2]) ** 2 for point in points) / len(points)

    def epoch(self, points: list[Point]) -> None:
        """Every point once, in order."""
        for number, point in enumerate(points, 1):
            self._add(point)
            if number % self.batch == 0:
                self._update()

    def _add(self, point: Point) -> None:
        sums, values = self.forward(point)
        slope = BENDS[self.output][1]
        delta = [(values[-1][0] - point[2]) * slope(sums[-1][0])]
        for layer in range(len(self.weights) - 1, -1, -1):
            for unit, d in enumerate(delta):
                self.bias_sums[layer][unit] += d
                for source, value in enumerate(values[layer]):
                    self.sums[layer][unit][source] += d * value
            if layer:
                slope = BENDS[self.activation][1]
                delta = [
                    sum(self.weights[layer][unit][source] * d for unit, d in enumerate(delta)) * slope(z)
                    for source, z in enumerate(sums[layer - 1])
                ]
        self.count += 1

    def _update(self) -> None:
        for layer, rows in enumerate(self.weights):
            for unit, row in enumerate(rows):
                self.biases[layer][unit] -= self.learning_rate / self.count * self.bias_sums[layer][unit]
                for source in range(len(row)):
                    if not self.dead[layer][unit][source]:
                        self._change(layer, unit, source)
        self._clear()

    def _change(self, layer: int, unit: int, source: int) -> None:
        old = self.weights[layer][unit][source]
        new = old - self.learning_rate / self.count * self.sums[layer][unit][source]
        pull = self.learning_rate * self.regularization_rate
        if self.regularization == "l2":
            new -= pull * old
        elif self.regularization == "l1":
            after = new - pull * ((old > 0) - (old < 0))
            if new * after < 0:
                after = 0.0
                self.dead[layer][unit][source] = True
            new = after
        self.weights[layer][unit][source] = new
