"""The state of a playground: the network at one step, and data from a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tutor.sims.engine.parameters import Value
from tutor.sims.engine.state import State

Layers = tuple[np.ndarray, ...]
"""One array for each layer, the first hidden layer first."""


@dataclass(frozen=True, eq=False)
class FirstUpdate:
    """The first update of an epoch, so that one can be followed: for all weights alike, shown for one."""

    points: np.ndarray
    """n×3: x₁, x₂ and label of the batch."""
    outputs: np.ndarray
    """What the network made of them, before the update."""
    gradient: float
    """∂(mean loss of the batch)/∂w for the first weight of the first unit, points carried over among them."""
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class PlaygroundState(State):
    """The network after some epochs. `train` and `test` are rows of x₁, x₂, label."""

    constant: ClassVar[frozenset[str]] = frozenset(("train", "test"))

    epoch: int
    weights: Layers
    """One out×in matrix a layer."""
    biases: Layers
    loss_train: float
    """Mean data loss."""
    loss_test: float
    penalty: float
    """Rate · Σ|w| (L1) or rate · ½ Σ w² (L2)."""
    accuracy: float | None
    """The share of test points on their own side; `None` in regression."""
    dead: int
    """How many weights L1 has set to 0 for good."""
    update: FirstUpdate | None
    train: np.ndarray
    test: np.ndarray
    carried: Layers
    """Gradient sums of the points after the last full batch: weights, then biases."""
    carried_count: int
    alive: Layers
    """1 where a weight may still change."""


@dataclass(frozen=True, eq=False)
class SavedNetwork:
    """A network in the middle of its training, with the points it is trained on."""

    train: np.ndarray
    test: np.ndarray
    weights: Layers
    biases: Layers
    epoch: int = 0
    carried: Layers = ()
    carried_count: int = 0
    alive: Layers = ()


@dataclass(frozen=True, eq=False)
class LoadedData:
    """The contents of a file: points, and perhaps a network. They stay available whatever is changed."""

    points: np.ndarray
    """All of them, divided again when the training share or the seed changes."""
    options: tuple[str, ...]
    """What to write on the command line to have it again."""
    summary: str
    """One sentence that says what was read."""
    params: Mapping[str, Value]
    """The parameters that came with it; the others have their defaults."""
    classes: tuple[str, ...] = ()
    """What the labels −1 and +1 are called; empty when they have no names."""
    saved: SavedNetwork | None = None

    @property
    def has_classes(self) -> bool:
        """True when the labels of the points are two classes, −1 and +1."""
        return bool((np.abs(self.points[:, 2]) == 1).all())
