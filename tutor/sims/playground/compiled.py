"""Training by the compiled loop, `loop.c`: the same rules as in `trainer.py`, in one call for any number of epochs."""

import ctypes
from dataclasses import replace
from functools import lru_cache
from math import ceil
from pathlib import Path
from typing import ClassVar

import numpy as np

from tutor.sims.datasets.plane import compute_features
from tutor.sims.playground.library import find_usable_library
from tutor.sims.playground.network import NetworkShape
from tutor.sims.playground.trainer import TrainingVectors, WeightPenalty

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
    int64, double = ctypes.c_int64, ctypes.c_double
    loop.train.restype = int64
    # rules; weights, inputs, labels; points, epochs, weight limit; carried, its count, alive, first update, workspace
    loop.train.argtypes = [rules, array, array, array, int64, int64, double, *[array] * 5]
    loop.evaluate.restype = None
    # rules; weights, inputs; points; outputs, workspace
    loop.evaluate.argtypes = [rules, array, array, int64, array, array]
    return loop


@lru_cache(maxsize=1)
def find_usable_loop() -> ctypes.CDLL | None:
    """The compiled loop if it can be used, else `None`; the answer never changes within a process."""
    path = find_usable_library()
    try:
        return load_loop(path) if path is not None else None
    except OSError:  # the system refuses to load it
        return None


def make_rules(
    shape: NetworkShape, batch_size: int = 1, rate: float = 0.0, penalty: WeightPenalty | None = None
) -> _Rules:
    """The rules as `loop.c` reads them; the defaults are for evaluating, which needs the shape alone."""
    return _Rules(
        shape.layer_count,
        FUNCTIONS.index(shape.activation),
        FUNCTIONS.index(shape.output),
        shape.loss == "cross-entropy",
        batch_size,
        PENALTIES.index(penalty.kind) if penalty else 0,
        (ctypes.c_int32 * (MAX_LAYERS + 1))(*shape.sizes),
        rate,
        penalty.strength if penalty else 0.0,
    )


class CompiledTrainer(TrainingVectors):
    """A network of one shape and a set of points, trained by the compiled loop."""

    def __init__(self, loop: ctypes.CDLL, shape: NetworkShape, point_count: int, batch_size: int) -> None:
        super().__init__(replace(shape, allow_single_matrix=False))  # `loop.c` has a matrix for each layer
        self._loop, self._batch_size, self._point_count = loop, batch_size, point_count
        self._x, self._y = np.zeros((shape.sizes[0], point_count)), np.zeros(point_count)
        """The features of the points, shape (features, points), and their labels."""
        self._first_update_numbers = np.zeros(3 + batch_size)
        """The last epoch's first update: gradient, weight before and after, then an output for each point."""
        self._count_cell = np.zeros(1, np.int64)
        """`carried_count`, in an array that the loop can write to."""
        activations_and_deltas = 2 * sum(shape.sizes) * 4 * ceil(batch_size / 4)  # `loop.c` takes four points at a time
        gradient_and_backups = 4 * len(self.w) + 3 + batch_size  # backups of `w`, `carried`, `alive`, the first update
        alignment = 9  # more than enough for `loop.c` to begin at a multiple of 32 bytes
        self._workspace = np.zeros(activations_and_deltas + gradient_and_backups + alignment)
        self._data_pointers = [array.ctypes.data for array in (self.w, self._x, self._y)]
        self._training_pointers = [
            array.ctypes.data
            for array in (self.carried, self._count_cell, self.alive, self._first_update_numbers, self._workspace)
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
        self._x[:], self._y[:] = compute_features(ordered_points, features).T, ordered_points[:, 2]
        self._loaded_points = (points, features) if order is None else None

    def train(self, epochs: int, rate: float, penalty: WeightPenalty, weight_limit: float = 0.0) -> int:
        """Train for at most `epochs` epochs; with a `weight_limit`, stop before the epoch in which a weight reaches it.

        Returns:
            How many epochs the network was trained.
        """
        rules = make_rules(self.shape, self._batch_size, rate, penalty)
        self._count_cell[0] = self.carried_count
        epochs_done = int(
            self._loop.train(
                ctypes.byref(rules),
                *self._data_pointers,
                self._point_count,
                epochs,
                weight_limit,
                *self._training_pointers,
            )
        )
        self.carried_count = int(self._count_cell[0])
        if self._point_count >= self._batch_size:  # otherwise no batch was full, and nothing was updated
            gradient, before, after = self._first_update_numbers[:3].tolist()
            self.first_update = self._first_update_numbers[3:].copy(), gradient, before, after
        return epochs_done


@lru_cache(maxsize=8)
def get_compiled_trainer(shape: NetworkShape, point_count: int, batch_size: int) -> CompiledTrainer | None:
    """The compiled trainer for so many points in batches of that size, cached; `None` if no loop can be used."""
    loop = find_usable_loop()
    if loop is None or shape.layer_count > MAX_LAYERS:
        return None
    return CompiledTrainer(loop, shape, point_count, batch_size)


class CompiledEvaluator(TrainingVectors):
    """Computes the outputs of a network of one shape for many points, by the compiled loop."""

    def __init__(self, loop: ctypes.CDLL, shape: NetworkShape, point_count: int) -> None:
        super().__init__(replace(shape, allow_single_matrix=False))  # `loop.c` has a matrix for each layer
        self._loop, self._rules = loop, make_rules(shape)
        self.out, self._workspace = np.empty(point_count), np.empty(EVALUATED_AT_ONCE * sum(shape.sizes) + 4)
        self._data_pointers = self.w.ctypes.data, self.out.ctypes.data, self._workspace.ctypes.data

    def evaluate(self, features: np.ndarray) -> np.ndarray:
        """The outputs for `features`, a contiguous array of shape (features, points); the next call overwrites them."""
        w, out, workspace = self._data_pointers
        self._loop.evaluate(ctypes.byref(self._rules), w, features.ctypes.data, len(self.out), out, workspace)
        return self.out


@lru_cache(maxsize=8)
def get_compiled_evaluator(shape: NetworkShape, point_count: int) -> CompiledEvaluator | None:
    """The evaluator for `point_count` points, cached; `None` if no compiled loop can be used."""
    loop = find_usable_loop()
    if loop is None or shape.layer_count > MAX_LAYERS:
        return None
    return CompiledEvaluator(loop, shape, point_count)
