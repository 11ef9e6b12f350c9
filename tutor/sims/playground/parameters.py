"""The parameters of a playground, and how it uses data from a file.

The content of a file stays loaded whatever parameters are changed. Its points, called own points, are in use while
`dataset` is `own`. A saved network continues as long as only `live` parameters are changed, those that may change in
the middle of a run; any other change begins a new network, and undoing the change brings the saved one back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from tutor.errors import clip
from tutor.sims.datasets.plane import DATASETS, FEATURES, REGRESSION, sample, split
from tutor.sims.engine.parameters import Value, conflicting_value_error, format_value, param, read_values
from tutor.sims.engine.simulation import Preset, Simulation
from tutor.sims.playground.state import LoadedData, PlaygroundState, SavedNetwork
from tutor.text.numbers import counted

ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
OWN_DATASET = "own"
"""The name of a data set that came from a file."""


@dataclass(frozen=True)
class PlaygroundParameters(Simulation[PlaygroundState]):
    """A network folds the plane until its classes lie apart."""

    name: ClassVar[str] = "playground"
    title: ClassVar[str] = "A network in the plane"
    summary: ClassVar[str] = "Layer by layer the network folds the plane until a straight line separates the classes."
    unit: ClassVar[str] = "one epoch"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("loss_train", "loss_test")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("circle", "Four and two units close a ring around the inner class.", {}),
        Preset("fold", "Two units a layer: each picture of the fold is the layer itself.", {"hidden": (2, 2, 2)}),
        Preset(
            "spiral",
            "Two arms, wound into each other, are separated after a few hundred epochs.",
            {
                "dataset": "spiral",
                "features": ("x1", "x2", "sin(x1)", "sin(x2)"),
                "hidden": (8, 8),
                "learning_rate": 0.1,
                "train_fraction": 0.8,
            },
        ),
        Preset(
            "XOR by hand",
            "With the product x₁x₂ as a feature no hidden layer is needed.",
            {"dataset": "xor", "features": ("x1*x2",), "hidden": ()},
        ),
        Preset(
            "thinned by L1",
            "The penalty sets one weight after another to exactly 0; few are needed.",
            {"hidden": (8, 8), "regularization": "l1", "regularization_rate": 0.003},
        ),
        Preset(
            "no hidden layer",
            "One straight line cannot separate a disc from the ring around it.",
            {"hidden": ()},
            "bad",
        ),
        Preset(
            "noise learned by heart",
            "Few points, much noise, many units: the training loss falls while the test loss rises.",
            {"noise": 50.0, "train_fraction": 0.1, "hidden": (8, 8), "learning_rate": 0.1},
            "bad",
        ),
        Preset(
            "far too fast",
            "Linear units and a rate of 10: each update overshoots by more than the last.",
            {"activation": "linear", "output": "linear", "learning_rate": 10.0},
            "diverging",
        ),
    )

    dataset: str = param("circle", "Data", "The points to learn.", choices=(*DATASETS, OWN_DATASET))
    features: tuple[str, ...] = param(
        ("x1", "x2"),
        "Features",
        "What the network sees of a point.",
        choices=tuple(FEATURES),
        min_length=1,
        max_length=7,
    )
    hidden: tuple[float, ...] = param(
        (4, 2),
        "Hidden layers",
        "Units in each, starting at the input; none leaves a single neuron.",
        low=1,
        high=8,
        max_length=6,
        has_whole_entries=True,
    )
    activation: str = param("tanh", "Activation f", "The nonlinearity of the hidden units.", choices=ACTIVATIONS)
    output: str = param("tanh", "Output", "tanh for two classes, linear for a number.", choices=("tanh", "linear"))
    loss: str = param("squared", "Loss", "What training minimises.", choices=("squared", "cross-entropy"))
    learning_rate: float = param(
        0.03, "Learning rate η", "How far one update goes.", low=0, high=10, exclude_low=True, live=True
    )
    regularization: str = param(
        "none", "Penalty", "A penalty on large weights.", choices=("none", "l1", "l2"), live=True
    )
    regularization_rate: float = param(0.0, "Penalty rate", "How much a large weight costs.", low=0, high=10, live=True)
    batch: int = param(10, "Batch size", "Points in one update.", low=1, high=30, live=True)
    noise: float = param(0.0, "Noise", "How far the points stray, in per cent.", low=0, high=50)
    train_fraction: float = param(
        0.5,
        "Training share",
        "The fraction of the points used for training; the rest is for testing.",
        low=0.1,
        high=0.9,
    )
    shuffle: bool = param(False, "Shuffle", "Take the points in a new order each epoch.", live=True)

    show_test: bool = param(False, "Show test points", "Draw the points that are not trained on.", live=True)
    discretise: bool = param(
        False, "Two colours only", "Draw the side of the boundary, not the output’s size.", live=True
    )
    loaded: LoadedData | None = field(default=None, repr=False)
    """Points and weights from a file; not a parameter."""

    @property
    def run_summary(self) -> str:
        """What this run shows: with values to predict, there are no classes to separate."""
        has_classes = self.loaded.has_classes if self.loaded is not None else self.dataset not in REGRESSION
        if has_classes:
            return self.summary
        return "Layer by layer the network folds the plane until a weighted sum of its last units is near the targets."

    def check(self) -> None:
        """Raise `UsageError` for cross-entropy without two classes or tanh output, and for own data without a file."""
        if self.loss == "cross-entropy" and (self.output != "tanh" or self.dataset in REGRESSION):
            raise conflicting_value_error(self, "loss", "squared, or choose data with two classes and the output tanh")
        if self.dataset != OWN_DATASET:
            return
        if self.loaded is None:
            raise conflicting_value_error(self, "dataset", f"one of {', '.join(DATASETS)}, or add --data FILE.csv")
        if self.loss == "cross-entropy" and not self.loaded.has_classes:
            raise conflicting_value_error(
                self, "loss", "squared, because the labels in the file are numbers, not two classes"
            )
        share_advice = self._advise_share()
        if share_advice:
            raise conflicting_value_error(self, "train_fraction", share_advice)

    # -- what came from a file

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes −1 and +1 of own points; empty if they have none, or are not in use."""
        return self.loaded.classes if self.loaded is not None and self.dataset == OWN_DATASET else ()

    @property
    def data_notice(self) -> str:
        """What was read from a file, and whether it is in use, in one or two sentences; empty without a file."""
        loaded = self.loaded
        if loaded is None:
            return ""
        if loaded.saved is not None:
            if self.resumed_network is not None:
                return loaded.summary
            changes = ", ".join(self._changes_from_saved())
            return f"{loaded.summary} With {changes} a new network begins; undo the change to go on with the saved one."
        if self.dataset != OWN_DATASET:
            unused = f"Not in use, because dataset={self.dataset}; dataset={OWN_DATASET} brings these points back."
            return f"{loaded.summary} {unused}"
        train, _ = self.split_points()
        count = len(train)
        if count < self.batch:
            few = f"{counted(count, 'point')} to train on do not fill a batch of {self.batch}, so nothing is learned"
            return f"{loaded.summary} But {few}: choose batch={count} or less."
        return loaded.summary

    @property
    def uses_file_data(self) -> bool:
        """Whether the points of the file are in use, or its network."""
        return self.loaded is not None and (self.dataset == OWN_DATASET or self.resumed_network is not None)

    def command_line_base(self) -> tuple[tuple[str, ...], Self]:
        """(options that read the file again, the playground that these options alone produce)."""
        if self.loaded is None:
            return super().command_line_base()
        params: dict[str, Any] = dict(self.loaded.params)
        return self.loaded.options, type(self)(loaded=self.loaded, **params)

    def with_defaults(self, **values: object) -> Self:
        """A playground with `values`, else defaults; own points stay in use unless `values` name another data set."""
        if self.loaded is None:
            return super().with_defaults(**values)
        parameters: dict[str, Any] = {}
        if self.loaded.params["dataset"] == OWN_DATASET:
            parameters["dataset"] = OWN_DATASET
        parameters.update(read_values(type(self), values))
        rules = type(self)(loaded=self.loaded, **parameters)
        rules.check()
        return rules

    @property
    def resumed_network(self) -> SavedNetwork | None:
        """The saved network if the run continues it; `None` if there is none, or a change begins a new one."""
        if self.loaded is None or self._changes_from_saved():
            return None
        return self.loaded.saved

    def _changes_from_saved(self) -> list[str]:
        """The changed parameters, as `name=value`, because of which a saved network cannot continue."""
        saved_values = {} if self.loaded is None else self.loaded.params
        changes = []
        for name, parameter in self.parameters().items():
            value = getattr(self, parameter.field)
            if not parameter.live and name in saved_values and value != saved_values[name]:
                changes.append(f"{name}={format_value(value)}")
        return changes

    def split_points(self) -> tuple[np.ndarray, np.ndarray]:
        """(training points, test points), rows x₁, x₂, label: read from a file, or drawn.

        The points of a saved network are divided as they were; those of a table are divided here.
        """
        loaded, rng = self.loaded, self.random(0)
        if loaded is not None and loaded.saved is not None and self._keeps_saved_points(loaded.params):
            return loaded.saved.train, loaded.saved.test
        if loaded is not None and self.dataset == OWN_DATASET:
            return split(loaded.points, self.train_fraction, rng)
        return sample(self.dataset, self.noise / 100, self.train_fraction, rng)  # the noise is in per cent

    def _keeps_saved_points(self, saved_values: Mapping[str, Value]) -> bool:
        """True if the parameters that determine the points have the values with which the network was saved."""
        names = ["dataset", "train_fraction", "seed"]
        if self.dataset != OWN_DATASET:  # own points are not drawn, so that the noise does not matter
            names.append("noise")
        return all(getattr(self, name) == saved_values[name] for name in names)

    def _advise_share(self) -> str:
        """Advice on a training share that leaves no own points to train on, or none to test with; "" if it is good."""
        train, test = self.split_points()
        if (len(train) and len(test)) or self.resumed_network is not None:  # a saved network keeps its division
            return ""
        purpose = "test with" if len(train) else "train on"
        return (
            f"a share nearer to 0.5, which leaves some of the {counted(len(train) + len(test), 'point')} to {purpose}"
        )

    def class_names(self, rows: np.ndarray) -> tuple[str, str]:
        """The names, for a legend, of the points whose labels are below 0 and above 0; `rows` are x₁, x₂, label."""
        if self.classes:
            low, high = (clip(name, 16) for name in self.classes)
            return f"{low} (−1)", f"{high} (+1)"
        has_classes = bool((np.abs(rows[:, 2]) == 1).all())
        return ("class −1", "class +1") if has_classes else ("below 0", "above 0")
