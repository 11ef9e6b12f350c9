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
    """The first update of an epoch and its effect on one weight, as an example that a learner can follow.

    The weight, w, is the first one of the first unit of layer 1.
    """

    points: np.ndarray
    """The batch, shape (n, 3): x₁, x₂, label."""
    outputs: np.ndarray
    """The network's outputs for these points before the update, shape (n,)."""
    gradient: float
    """∂(mean loss)/∂w over the batch and the points that were carried over from the epoch before."""
    before: float
    """w before the update."""
    after: float
    """w after the update."""


@dataclass(frozen=True, eq=False)
class PlaygroundState(State):
    """The network after some epochs. `train` and `test` are rows of x₁, x₂, label."""

    constant: ClassVar[frozenset[str]] = frozenset(("train", "test"))

    epoch: int
    weights: Layers
    """For each layer a matrix of shape (units, inputs)."""
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
    """The summed gradient of the points after the last full batch: of each layer's weights, then of its biases.

    The first update of the next epoch takes it along.
    """
    carried_count: int
    """The number of points whose gradients `carried` sums."""
    alive: Layers
    """For each weight 1 if it may still change, else 0."""


@dataclass(frozen=True, eq=False)
class SavedNetwork:
    """A network in the middle of its training, with its points; the fields are those of `PlaygroundState`.

    `carried` and `alive` are empty if the file lacks them.
    """

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
    """The contents of a file: points, and perhaps a network. They stay available whatever parameters are changed."""

    points: np.ndarray
    """All points, for training and for testing, shape (n, 3): x₁, x₂, label."""
    options: tuple[str, ...]
    """The command-line options that read the file again."""
    summary: str
    """One sentence that says what was read."""
    params: Mapping[str, Value]
    """Parameter name → value, for those that the file sets; the others have their defaults."""
    classes: tuple[str, ...] = ()
    """What the labels −1 and +1 are called; empty when they have no names."""
    saved: SavedNetwork | None = None
    """The network, if the file contains one."""

    @property
    def has_classes(self) -> bool:
        """True when the labels of the points are two classes, −1 and +1."""
        return bool((np.abs(self.points[:, 2]) == 1).all())
