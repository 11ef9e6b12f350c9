"""Training by the compiled loop, `loop.c`: the same rules as in `trainer.py`, in one call for any number of epochs."""

import ctypes
from dataclasses import replace
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import ClassVar

import numpy as np

from tutor.sims.datasets.plane import inputs
from tutor.sims.playground.library import usable_library
from tutor.sims.playground.network import NetworkShape
from tutor.sims.playground.trainer import TrainingRows, WeightPenalty

FUNCTIONS = ("tanh", "relu", "sigmoid", "linear")
"""The activations, in the order of their numbers in `loop.c`."""
PENALTIES = ("none", "l1", "l2")
"""The penalties, in the order of their numbers in `loop.c`."""
MAX_LAYERS = 11
"""The most layers that the arrays of `loop.c` have room for."""
EVALUATED_AT_ONCE = 16
"""How many points at once `evaluate` of `loop.c` works on."""


class _Rules(ctypes.Structure):
    """The architecture and the training rules; the struct in `loop.c` has the same fields."""

    _fields_: ClassVar = [
        *((name, ctypes.c_int32) for name in ("layers", "activation", "output", "logistic", "batch", "penalty")),
        ("sizes", ctypes.c_int32 * (MAX_LAYERS + 1)),
        ("rate", ctypes.c_double),
        ("strength", ctypes.c_double),
    ]


@lru_cache(maxsize=4)
def load_loop(path: Path) -> ctypes.CDLL:
    """Load the compiled loop at `path`, and declare the types of its functions."""
    loop = ctypes.CDLL(str(path))
    rules, array = ctypes.POINTER(_Rules), ctypes.c_void_p
    whole, real = ctypes.c_int64, ctypes.c_double
    loop.train.restype = whole
    # rules; weights, inputs, labels; points, epochs, limit; carried, count, alive, first update, workspace
    loop.train.argtypes = [rules, array, array, array, whole, whole, real, *[array] * 5]
    loop.evaluate.restype = None
    # rules; weights, inputs; points; outputs, workspace
    loop.evaluate.argtypes = [rules, array, array, whole, array, array]
    return loop


@lru_cache(maxsize=1)
def usable_loop() -> ctypes.CDLL | None:
    """The compiled loop if it can be used, else `None`; the answer never changes within a process."""
    path = usable_library()
    try:
        return load_loop(path) if path is not None else None
    except OSError:  # the system refuses to load it
        return None


def make_rules(shape: NetworkShape, batch: int = 1, rate: float = 0.0, penalty: WeightPenalty | None = None) -> _Rules:
    """The rules as `loop.c` reads them; the defaults are for evaluating, which needs the shape alone."""
    return _Rules(
        shape.layers,
        FUNCTIONS.index(shape.activation),
        FUNCTIONS.index(shape.output),
        shape.loss == "cross-entropy",
        batch,
        PENALTIES.index(penalty.kind) if penalty else 0,
        (ctypes.c_int32 * (MAX_LAYERS + 1))(*shape.sizes),
        rate,
        penalty.strength if penalty else 0.0,
    )


class CompiledTrainer(TrainingRows):
    """A network of one shape and a set of points, trained by the compiled loop."""

    def __init__(self, loop: ctypes.CDLL, shape: NetworkShape, points: int, batch: int) -> None:
        super().__init__(replace(shape, allow_single_matrix=False))  # `loop.c` has a matrix for each layer
        self._loop, self._batch, self._points = loop, batch, points
        self._x, self._y = np.zeros((shape.sizes[0], points)), np.zeros(points)
        """The features of the points, shape (features, points), and their labels."""
        self._first_update_numbers = np.zeros(3 + batch)
        """The last epoch's first update: gradient, weight before and after, then an output for each point."""
        self._count_cell = np.zeros(1, np.int64)
        """`count`, in an array that the loop can write to."""
        # As large as `loop.c` needs it, which takes four points at a time.
        self._workspace = np.zeros(8 * sum(shape.sizes) * ceil(batch / 4) + 4 * len(self.w) + batch + 12)
        self._data_pointers = [part.ctypes.data for part in (self.w, self._x, self._y)]
        self._training_pointers = [
            part.ctypes.data
            for part in (self.carried, self._count_cell, self.alive, self._first_update_numbers, self._workspace)
        ]
        self._loaded_points: tuple[np.ndarray, tuple[str, ...]] | None = None
        """(points, features) if `_x` and `_y` hold them in their own order; `None` if they are in another order."""

    def load_points(self, points: np.ndarray, features: tuple[str, ...], order: np.ndarray | None = None) -> None:
        """Put `points`, rows x₁, x₂, label, into the loop's arrays, in `order` if one is given."""
        if order is None and self._loaded_points is not None:
            loaded_points, loaded_features = self._loaded_points
            if loaded_points is points and loaded_features == features:
                return
        ordered_points = points if order is None else points[order]
        self._x[:], self._y[:] = inputs(ordered_points, features).T, ordered_points[:, 2]
        self._loaded_points = (points, features) if order is None else None

    def train(self, epochs: int, rate: float, penalty: WeightPenalty, limit: float = 0.0) -> int:
        """Train for at most `epochs` epochs; with a `limit`, stop before the epoch in which a weight reaches it.

        Returns:
            How many epochs the network was trained.
        """
        rules = make_rules(self.shape, self._batch, rate, penalty)
        self._count_cell[0] = self.count
        epochs_done = int(
            self._loop.train(
                ctypes.byref(rules), *self._data_pointers, self._points, epochs, limit, *self._training_pointers
            )
        )
        self.count = int(self._count_cell[0])
        if self._points >= self._batch:  # otherwise no batch was full, and nothing was updated
            gradient, before, after = self._first_update_numbers[:3].tolist()
            self.first_update = self._first_update_numbers[3:].copy(), gradient, before, after
        return epochs_done


@lru_cache(maxsize=8)
def get_compiled_trainer(shape: NetworkShape, points: int, batch: int) -> CompiledTrainer | None:
    """The compiled trainer for `points` points in batches of `batch`, cached; `None` if no loop can be used."""
    loop = usable_loop()
    if loop is None or shape.layers > MAX_LAYERS:
        return None
    return CompiledTrainer(loop, shape, points, batch)


class CompiledEvaluator(TrainingRows):
    """Computes the outputs of a network of one shape for many points, by the compiled loop."""

    def __init__(self, loop: ctypes.CDLL, shape: NetworkShape, points: int) -> None:
        super().__init__(replace(shape, allow_single_matrix=False))  # `loop.c` has a matrix for each layer
        self._loop, self._rules = loop, make_rules(shape)
        self.out, self._workspace = np.empty(points), np.empty(EVALUATED_AT_ONCE * sum(shape.sizes) + 4)
        self._data_pointers = self.w.ctypes.data, self.out.ctypes.data, self._workspace.ctypes.data

    def evaluate(self, features: np.ndarray) -> np.ndarray:
        """The outputs for `features`, a contiguous array of shape (features, points); the next call overwrites them."""
        w, out, workspace = self._data_pointers
        self._loop.evaluate(ctypes.byref(self._rules), w, features.ctypes.data, len(self.out), out, workspace)
        return self.out


@lru_cache(maxsize=8)
def get_compiled_evaluator(shape: NetworkShape, points: int) -> CompiledEvaluator | None:
    """The evaluator for `points` points, cached; `None` if no compiled loop can be used."""
    loop = usable_loop()
    if loop is None or shape.layers > MAX_LAYERS:
        return None
    return CompiledEvaluator(loop, shape, points)
