"""What a playground has from a file: own points, or a network in the middle of its training.

It stays at hand whatever is changed. Own points are in use while `dataset` is `own`. A saved network goes on while
nothing is changed but what may change in the middle of a run; any other change begins a new network, and undoing the
change brings the saved one back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tutor.errors import clip
from tutor.sims.datasets.plane import sample, split
from tutor.sims.engine.parameters import Value, format_value
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from tutor.sims.playground.simulation import Playground

OWN = "own"
"""The name of a data set that came from a file."""

Layers = tuple[np.ndarray, ...]


@dataclass(frozen=True, eq=False)
class Saved:
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
class Given:
    """What came from a file: points, and perhaps a network. It stays at hand whatever is changed."""

    points: np.ndarray
    """All of them, divided again when the training share or the seed changes."""
    options: tuple[str, ...]
    """What to write on the command line to have it again."""
    told: str
    """One sentence: what was read."""
    params: Mapping[str, Value]
    """The parameters that came with it; the others have their defaults."""
    classes: tuple[str, ...] = ()
    """What the labels −1 and +1 are called; empty when they have no names."""
    saved: Saved | None = None

    @property
    def has_classes(self) -> bool:
        """True when the labels of the points are two classes, −1 and +1."""
        return bool((np.abs(self.points[:, 2]) == 1).all())


def resumed(rules: "Playground") -> Saved | None:
    """The saved network when it goes on; `None` when there is none, or a new one begins."""
    return None if rules.given is None or _aside(rules) else rules.given.saved


def _aside(rules: "Playground") -> list[str]:
    """The changes because of which a saved network does not go on."""
    known = {} if rules.given is None else rules.given.params
    fixed = [(name, getattr(rules, item.field)) for name, item in rules.parameters().items() if not item.live]
    return [f"{name}={format_value(value)}" for name, value in fixed if name in known and value != known[name]]


def introduction(rules: "Playground") -> str:
    """What was read from a file, and whether it is in use."""
    given = rules.given
    if given is None:
        return ""
    if given.saved is not None and resumed(rules) is None:
        changed = ", ".join(_aside(rules))
        return f"{given.told} With {changed} a new network begins; undo the change to go on with the saved one."
    if given.saved is None and rules.dataset != OWN:
        return f"{given.told} Not in use, because dataset={rules.dataset}; dataset={OWN} brings these points back."
    count = len(points(rules)[0])
    if given.saved is None and count < rules.batch:
        few = f"{counted(count, 'point')} to train on do not fill a batch of {rules.batch}, so nothing is learned"
        return f"{given.told} But {few}: choose batch={count} or less."
    return given.told


def points(rules: "Playground") -> tuple[np.ndarray, np.ndarray]:
    """The points to train on and to test with."""
    given, chance = rules.given, rules.random(0)
    if given is not None and given.saved is not None and _keeps_points(rules, given.params):
        return given.saved.train, given.saved.test
    if given is not None and rules.dataset == OWN:
        return split(given.points, rules.train_fraction, chance)
    return sample(rules.dataset, rules.noise / 100, rules.train_fraction, chance)


def _keeps_points(rules: "Playground", known: Mapping[str, Value]) -> bool:
    """True when the points of a saved network are those that the parameters ask for."""
    drawn = ("dataset", "train_fraction", "seed", *["noise"] * (rules.dataset != OWN))
    return all(getattr(rules, name) == known[name] for name in drawn)


def wanted_share(rules: "Playground") -> str:
    """Which share divides own points into some to train on and some to test with; empty when they are so divided."""
    train, test = map(len, points(rules))
    if (train and test) or resumed(rules) is not None:
        return ""
    left = f"leaves some of the {counted(train + test, 'point')} to {'test with' if train else 'train on'}"
    return f"a share nearer to 0.5, which {left}"


def class_names(rules: "Playground", rows: np.ndarray) -> tuple[str, str]:
    """What points below and above 0 are called: as in the file that they came from, or by their label."""
    if rules.classes:
        low, high = (clip(name, 16) for name in rules.classes)
        return f"{low} (−1)", f"{high} (+1)"
    return ("class −1", "class +1") if (np.abs(rows[:, 2]) == 1).all() else ("below 0", "above 0")
