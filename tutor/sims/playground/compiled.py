"""Training by the compiled loop: the same rules as `trainer.py`, in one call for as many epochs as are asked for."""

import ctypes
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import numpy as np

from tutor.sims.datasets.plane import inputs
from tutor.sims.playground.library import usable_library
from tutor.sims.playground.network import NetworkShape
from tutor.sims.playground.trainer import TrainingRows, WeightPenalty

FUNCTIONS = ("tanh", "relu", "sigmoid", "linear")
"""The activations, in the order of `loop.c`."""
PENALTIES = ("none", "l1", "l2")
MAX_LAYERS = 11
EVALUATED_AT_ONCE = 16
"""How many points at once `evaluate` takes."""


class _Rules(ctypes.Structure):
    """The architecture and the training rules; `loop.c` has the same fields."""

    _fields_: ClassVar = [
        *((name, ctypes.c_int32) for name in ("layers", "activation", "output", "logistic", "batch", "penalty")),
        ("sizes", ctypes.c_int32 * (MAX_LAYERS + 1)),
        ("rate", ctypes.c_double),
        ("strength", ctypes.c_double),
    ]


@lru_cache(maxsize=4)
def load_loop(path: Path) -> ctypes.CDLL:
    """The compiled loop at `path`."""
    loop, whole, real, array = ctypes.CDLL(str(path)), ctypes.c_int64, ctypes.c_double, ctypes.c_void_p
    rules = ctypes.POINTER(_Rules)
    loop.train.restype = whole
    loop.train.argtypes = [rules, array, array, array, whole, whole, real, *[array] * 5]
    loop.evaluate.restype = None
    loop.evaluate.argtypes = [rules, array, array, whole, array, array]
    return loop


@lru_cache(maxsize=1)
def usable_loop() -> ctypes.CDLL | None:
    """The compiled loop where it can be used; the answer stays the same in one process."""
    path = usable_library()
    try:
        return load_loop(path) if path is not None else None
    except OSError:
        return None


def make_rules(shape: NetworkShape, batch: int = 1, rate: float = 0.0, penalty: WeightPenalty | None = None) -> _Rules:
    """The rules as `loop.c` reads them."""
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
        super().__init__(replace(shape, allow_single_matrix=False))
        self._loop, self._batch, self._points = loop, batch, points
        self._x, self._y = np.zeros((shape.sizes[0], points)), np.zeros(points)
        self._first_update_numbers = np.zeros(3 + batch)
        """Of the last epoch's first update: gradient, weight before and after, then an output for each point."""
        self._count_cell = np.zeros(1, np.int64)
        """`count`, where the loop can write it."""
        self._workspace = np.zeros(8 * sum(shape.sizes) * -(-batch // 4) + 4 * len(self.w) + batch + 12)
        self._data_pointers = [part.ctypes.data for part in (self.w, self._x, self._y)]
        self._training_pointers = [
            part.ctypes.data
            for part in (self.carried, self._count_cell, self.alive, self._first_update_numbers, self._workspace)
        ]
        self._loaded: tuple[np.ndarray, tuple[str, ...]] | None = None

    def load_points(self, points: np.ndarray, features: tuple[str, ...], order: np.ndarray | None = None) -> None:
        """Load rows x₁, x₂, label, in `order` if one is given, unless these very ones are loaded already."""
        known = self._loaded
        if order is None and known is not None and known[0] is points and known[1] == features:
            return
        rows = points if order is None else points[order]
        self._x[:], self._y[:] = inputs(rows, features).T, rows[:, 2]
        self._loaded = (points, features) if order is None else None

    def train(self, epochs: int, rate: float, penalty: WeightPenalty, limit: float = 0.0) -> int:
        """Train for at most `epochs` epochs; stop before a weight exceeds `limit`, if there is one.

        Returns:
            How many epochs the network was trained.
        """
        rules = make_rules(self.shape, self._batch, rate, penalty)
        self._count_cell[0] = self.count
        done = int(
            self._loop.train(
                ctypes.byref(rules), *self._data_pointers, self._points, epochs, limit, *self._training_pointers
            )
        )
        self.count = int(self._count_cell[0])
        if self._points >= self._batch:
            gradient, before, after = self._first_update_numbers[:3].tolist()
            self.first_update = self._first_update_numbers[3:].copy(), gradient, before, after
        return done


@lru_cache(maxsize=8)
def get_compiled_trainer(shape: NetworkShape, points: int, batch: int) -> CompiledTrainer | None:
    """The compiled trainer for a shape, its arrays made once; `None` where there is no compiled loop."""
    loop = usable_loop()
    return CompiledTrainer(loop, shape, points, batch) if loop and shape.layers <= MAX_LAYERS else None


class CompiledEvaluator(TrainingRows):
    """A network of one shape, asked about many points by the compiled loop."""

    def __init__(self, loop: ctypes.CDLL, shape: NetworkShape, points: int) -> None:
        super().__init__(replace(shape, allow_single_matrix=False))
        self._loop, self._rules = loop, make_rules(shape)
        self.out, self._workspace = np.empty(points), np.empty(EVALUATED_AT_ONCE * sum(shape.sizes) + 4)
        self._data_pointers = self.w.ctypes.data, self.out.ctypes.data, self._workspace.ctypes.data

    def evaluate(self, seen: np.ndarray) -> np.ndarray:
        """The network's outputs for `seen` (features×points, in one block); the next call overwrites them."""
        w, out, work = self._data_pointers
        self._loop.evaluate(ctypes.byref(self._rules), w, seen.ctypes.data, len(self.out), out, work)
        return self.out


@lru_cache(maxsize=8)
def get_compiled_evaluator(shape: NetworkShape, points: int) -> CompiledEvaluator | None:
    """The evaluator for a shape, its arrays made once; `None` where there is no compiled loop."""
    loop = usable_loop()
    return CompiledEvaluator(loop, shape, points) if loop and shape.layers <= MAX_LAYERS else None
