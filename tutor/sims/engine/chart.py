"""Charts, diagrams, networks and graphs as data: a simulation says what to draw, a screen decides how.

Colours are roles, never colours: `orange` and `blue` are the two classes, and every role comes with
a second mark (a shape, dashes, a filling or a word) where it is drawn, so that nothing is shown by colour alone.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from math import isfinite
from typing import Literal

Role = Literal[
    "primary", "secondary", "tertiary", "orange", "blue", "accent", "muted", "good", "bad", "run A", "run B", "run C"
]
"""What a mark means: `blue` is the class +1, `orange` the class −1.

A theme turns a role into a colour; those of compared runs are no other mark's.
"""

Shape = Literal["dot", "ring", "cross", "triangle", "plus", "square", "diamond", "A", "B", "C", "a", "b", "c"]
"""The second mark beside the colour: of compared runs their letter, in capitals or small."""

Pattern = Literal["solid", "dashed", "dotted", "dash-dot"]
"""How a line is drawn, beside its colour."""

CLASS_LOOKS: dict[int, tuple[Role, Shape]] = {1: ("blue", "dot"), -1: ("orange", "cross")}
"""The colour and shape of the points of each class, and of the halves of a picture without classes."""

Letter = Literal["A", "B", "C"]
"""The name of a run that is kept for comparison."""
RUN_ROLES: dict[Letter, Role] = {"A": "run A", "B": "run B", "C": "run C"}
"""The colour of each such run, the same in every picture and its legend."""
SECOND_SHAPES: dict[Letter, Shape] = {"A": "a", "B": "b", "C": "c"}
"""What its points of the second kind are drawn as."""
FIRST_SHAPES = frozenset[Shape](("dot", "square", "diamond"))
"""The shapes of the first kind of points in a picture; all others are of a second kind: class −1, or unseen points."""


Scale = Literal["plane", "image", "table", "chart"]
"""How the axes are scaled. On a plane and in an image one unit is as long across as up, at every size of the screen;
the cells of an image are squares, those of a table with numbers in them twice as wide. A chart fills its box."""

Direction = Literal["x", "y"]


@dataclass(frozen=True)
class Mark(ABC):
    """Base of what a chart is made of.

    A new kind of mark is a subclass in a file of its own. It says by `primitives` which lines, points, bars,
    fields and labels it consists of; axes, legend, comparison and drawing know these and ask no more.
    """

    @abstractmethod
    def primitives(self) -> "Sequence[Primitive]":
        """The marks that this one is drawn as."""


@dataclass(frozen=True)
class Primitive(Mark):
    """A mark that a screen draws as it is. The set is closed: another one needs a way of drawing."""

    @property
    def legend_label(self) -> str:
        """Its name in the legend; empty for none."""
        return ""

    def primitives(self) -> "Sequence[Primitive]":
        """Itself."""
        return (self,)

    @abstractmethod
    def coordinates(self, direction: Direction) -> Iterator[float]:
        """Every finite number along one axis that the axis must reach."""

    @property
    @abstractmethod
    def has_data(self) -> bool:
        """True when there is something to draw."""

    def of_run(self, letter: Letter) -> "Primitive | None":
        """The mark as another run's, in its colour and under its letter; `None` where it would only cover others."""
        return None


@dataclass(frozen=True)
class _Positions(Primitive):
    """The common part of lines and points: coordinates, and a name in the legend."""

    x: Sequence[float]
    y: Sequence[float]
    label: str = ""
    role: Role = "primary"

    @property
    def legend_label(self) -> str:
        """Its own label."""
        return self.label

    def coordinates(self, direction: Direction) -> Iterator[float]:
        """Those of the points that can be drawn."""
        return filter(isfinite, self.y if direction == "y" else self.x)

    @property
    def has_data(self) -> bool:
        """True when one point is finite."""
        return any(isfinite(x) and isfinite(y) for x, y in zip(self.x, self.y, strict=True))


@dataclass(frozen=True)
class Line(_Positions):
    """Points joined in order."""

    shape: Shape | None = None
    """The sign set on the line, where it must be that of the same thing in another picture."""
    pattern: Pattern | None = None
    """`None`: the first that no other name in the chart has, from solid on. Solid lines are beneath broken ones."""
    is_on_top: bool = False
    """Whether it is drawn over all others, and so whole: the one that a picture is about."""

    def of_run(self, letter: Letter) -> "Line":
        """The line in the run's colour."""
        return replace(self, label=with_letter(self.label, letter), role=RUN_ROLES[letter], pattern=None)


@dataclass(frozen=True)
class Points(_Positions):
    """Points that are not joined."""

    shape: Shape = "dot"
    stack_room: float = 0.0
    """How far up the vertical axis those are stacked that would cover each other; 0 for none that is stacked."""

    def of_run(self, letter: Letter) -> "Points":
        """The points in the run's colour, as its letter: a small one for the second kind, such as class −1."""
        shape = letter if self.shape in FIRST_SHAPES else SECOND_SHAPES[letter]
        return replace(self, label=with_letter(self.label, letter), role=RUN_ROLES[letter], shape=shape)


@dataclass(frozen=True)
class Bars(Primitive):
    """One bar for each name, at 1, 2, 3 and so on. `roles` gives a role to each bar; empty means all `primary`."""

    names: Sequence[str]
    values: Sequence[float]
    label: str = ""
    roles: Sequence[Role] = ()
    is_error: bool = False
    """True for values that may be 0 in theory: what rounding leaves of them is said as everywhere."""
    meanings: Mapping[Role, str] = field(default_factory=dict)
    """What the bars of a role are, for the legend; each role has a filling of its own, the first a full one."""

    @property
    def legend_label(self) -> str:
        """All meanings; empty where every bar says by its name what it is."""
        return ", ".join(self.meanings.values())

    def coordinates(self, direction: Direction) -> Iterator[float]:
        """Half a bar's room at either end; upwards zero and the values."""
        if direction == "x":
            return iter((0.5, len(self.names) + 0.5))
        return iter((0.0, *filter(isfinite, self.values)))

    @property
    def has_data(self) -> bool:
        """True when there is a bar."""
        return bool(self.names)

    def of_run(self, letter: Letter) -> "Bars":
        """The same bars: they are set beside those of the first run."""
        return self


@dataclass(frozen=True)
class HeatMap(Primitive):
    """A field of numbers; `values[0]` is the row at the lowest y, as in a plot. `None` is not computed yet."""

    values: Sequence[Sequence[float | None]]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    label: str = ""
    diverging: bool = False
    """True when zero is the middle: orange below, blue above, as the classes −1 and +1."""
    span: tuple[float, float] | None = None
    """The values at the ends of the colours, where these are no signs: of a diverging field its middle is theirs."""

    @property
    def has_signs(self) -> bool:
        """True when its colours are those of − and +."""
        return self.diverging and self.span is None

    @property
    def legend_label(self) -> str:
        """Its own label."""
        return self.label

    def coordinates(self, direction: Direction) -> Iterator[float]:
        """Its edges."""
        return iter(self.y_range if direction == "y" else self.x_range)

    @property
    def has_data(self) -> bool:
        """True when one cell is finite or to be computed."""
        return any(value is None or isfinite(value) for row in self.values for value in row)

    @cached_property
    def has_gaps(self) -> bool:
        """True while some of it is not computed yet."""
        return any(value is None for row in self.values for value in row)


@dataclass(frozen=True)
class Label(Primitive):
    """A word or number with its middle at a position in the units of the axes, or beside the mark that is there."""

    x: float
    y: float
    text: str
    role: Role | None = "muted"
    """What it means; `None` for one that is only read, in light or dark ink, whichever its place shows better."""
    is_beside: bool = False
    """True for one that stands beside its position, where it covers nothing; it is left out where all is covered."""

    def coordinates(self, direction: Direction) -> Iterator[float]:
        """Where it stands."""
        return iter((self.y if direction == "y" else self.x,))

    @property
    def has_data(self) -> bool:
        """False: a word alone is no picture."""
        return False


def with_letter(label: str, letter: str) -> str:
    """The name in the legend of what another run draws."""
    return f"{label} · {letter}" if label else letter


@dataclass(frozen=True)
class Chart:
    """One pair of axes and what is drawn in it."""

    title: str
    marks: tuple[Mark, ...]
    """What is drawn, in order; a mark that consists of others is replaced by them."""
    description: str
    """One sentence that says what the picture shows now, with its numbers: read aloud in plain mode."""
    x_label: str = ""
    y_label: str = ""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    log_y: bool = False
    y_down: bool = False
    """True for images and matrices: row 0 is at the top."""
    scale: Scale = "chart"
    """"plane" or "image" where lengths across and up can be compared; a screen does the rest."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "marks", tuple(self.primitives()))

    def primitives(self) -> Iterator[Primitive]:
        """The marks, down to what can be drawn as it is."""
        return (part for mark in self.marks for part in mark.primitives())

    @property
    def has_data(self) -> bool:
        """True when there is something to draw."""
        return any(mark.has_data for mark in self.primitives())

    def coordinates(self, direction: Direction) -> Iterator[float]:
        """Every finite number along one axis that the axis must reach."""
        return chain.from_iterable(mark.coordinates(direction) for mark in self.primitives())


@dataclass(frozen=True)
class Node:
    """A box in a diagram: a heading and rows of `(name, text)`; an empty text is not known yet."""

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    active: bool = False
    """True for the box that the last step worked in."""
    off: bool = False
    """True for a box that takes no part (a dropped unit); drawn dim and marked."""
    keys: tuple[str, ...] = ()
    """For each row, the quantity that it lets a learner set: a parameter or a path in the state; "" for none."""


@dataclass(frozen=True)
class Link:
    """The arrow from one column of boxes to the next: rows of `(name, text)` written on it."""

    rows: tuple[tuple[str, str], ...] = ()
    backward: bool = False
    """True while what flows is the gradient, right to left."""
    active: bool = False
    keys: tuple[str, ...] = ()
    """For each row, the quantity that it lets a learner set, as in a box."""


@dataclass(frozen=True)
class Diagram:
    """Columns of boxes joined left to right: a network small enough to be read.

    `links` has one fewer entry than `columns`.
    """

    title: str
    columns: tuple[tuple[Node, ...], ...]
    links: tuple[Link, ...]
    description: str


@dataclass(frozen=True)
class Unit:
    """One unit of a network: its output over the plane, and the weights of its inputs."""

    name: str
    field: Sequence[Sequence[float]]
    """Its value over the plane, from −1 to 1; the first row is the lowest."""
    weights: Sequence[float] = ()
    """Of its connections, in the order of the units before it."""
    pruned: Sequence[bool] = ()
    """For each connection, True when its weight has been set to 0 for good."""
    keys: Sequence[str] = ()
    """For each connection, the path of its weight in the state."""
    bias_key: str = ""
    """The path of the bias in the state."""


@dataclass(frozen=True)
class Network:
    """All units of a network, column by column, each with its field and its connections."""

    title: str
    columns: tuple[tuple[Unit, ...], ...]
    description: str


@dataclass(frozen=True)
class GraphBox:
    """A node of a graph."""

    name: str
    formula: str
    """How it is computed; empty for what is given."""
    value: float | None
    gradient: float | None
    inputs: tuple[int, ...]
    """The nodes, by their place in the list, from which arrows lead here."""
    active: bool = False
    """True for the node that the last step worked in."""
    is_number: bool = False
    """True for a number written in the formula, which is not drawn."""


@dataclass(frozen=True)
class Graph:
    """Nodes with arrows from left to right, each with a value and a gradient; inputs come before what uses them."""

    title: str
    boxes: tuple[GraphBox, ...]
    description: str
    backward: bool = False
    """True while gradients flow, from right to left."""


Picture = Chart | Diagram | Network | Graph
"""Anything a simulation can ask a screen to draw."""


def settable_keys(picture: Picture) -> list[str]:
    """The quantities that a learner can pick in `picture` and set, in its order: unit by unit, left to right."""
    if isinstance(picture, (Chart, Graph)):
        return []
    keys: list[str] = []
    if isinstance(picture, Network):
        for unit in chain.from_iterable(picture.columns):
            keys += [*unit.keys, unit.bias_key]
    else:
        for index, column in enumerate(picture.columns):
            keys += picture.links[index - 1].keys if index else ()
            keys += [key for node in column for key in node.keys]
    return [key for key in keys if key]
