"""Charts, diagrams, networks and graphs as data: a simulation says what to draw, a screen decides how.

Instead of a colour, a mark has a role. What tells it apart besides its colour is a sign, a filling, a word or dashes.
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
"""What a mark means, which a theme makes a colour: `blue` is class +1, `orange` −1, `run A` to `C` compared runs."""

Shape = Literal["dot", "ring", "cross", "triangle", "plus", "square", "diamond", "A", "B", "C", "a", "b", "c"]
"""The marker of a point, which distinguishes it without colour; letters are for the points of compared runs."""

Pattern = Literal["solid", "dashed", "dotted", "dash-dot"]
"""How a line is drawn, beside its colour."""

CLASS_LOOKS: dict[int, tuple[Role, Shape]] = {1: ("blue", "dot"), -1: ("orange", "cross")}
"""Class → colour and marker of its points; labels that are numbers have the look of the class of their sign."""

Letter = Literal["A", "B", "C"]
"""The name of a run that is kept for comparison."""
RUN_ROLES: dict[Letter, Role] = {"A": "run A", "B": "run B", "C": "run C"}
"""Letter → colour of that run, the same in every picture and its legend."""
SECOND_SHAPES: dict[Letter, Shape] = {"A": "a", "B": "b", "C": "c"}
"""The marker of a compared run's second kind of points; that of its first kind is the capital letter."""
FIRST_SHAPES = frozenset[Shape](("dot", "square", "diamond"))
"""The markers of the first kind of points in a picture; all others are of a second kind: class −1, or unseen points."""

Scale = Literal["plane", "image", "table", "chart"]
"""How the axes are scaled.

On a plane and in an image one unit is as long across as up, at every size of the screen. The cells of an image are
squares; those of a table are up to twice as wide as high, for their numbers. A chart fills its box.
"""

Direction = Literal["x", "y"]


@dataclass(frozen=True)
class Mark(ABC):
    """Base of what a chart is made of.

    A new kind of mark is a subclass in a file of its own. Its `primitives` are the lines, points, bars, heat maps and
    labels that it consists of: axes, legend, comparison and drawing work with these alone.
    """

    @abstractmethod
    def primitives(self) -> "Sequence[Primitive]":
        """The marks that this one is drawn as."""


@dataclass(frozen=True)
class Primitive(Mark):
    """A mark that a screen knows how to draw: one of five kinds. A new kind would need drawing code in the screen."""

    @property
    def legend_label(self) -> str:
        """Its name in the legend; empty for none."""
        return ""

    def primitives(self) -> "Sequence[Primitive]":
        """Itself."""
        return (self,)

    @abstractmethod
    def coordinates(self, direction: Direction) -> Iterator[float]:
        """The finite coordinates along one direction that the axis must reach."""

    @property
    @abstractmethod
    def has_data(self) -> bool:
        """True when there is something to draw."""

    def of_run(self, letter: Letter) -> "Primitive | None":
        """This mark in the look of a compared run; `None` if it would only cover the mark of the current run."""
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
        """The finite values of x or of y."""
        return filter(isfinite, self.y if direction == "y" else self.x)

    @property
    def has_data(self) -> bool:
        """True when at least one point is finite."""
        return any(isfinite(x) and isfinite(y) for x, y in zip(self.x, self.y, strict=True))


@dataclass(frozen=True)
class Line(_Positions):
    """Points joined in order."""

    shape: Shape | None = None
    """The marker set on the line, where it must be the same as in another picture; `None` leaves it to the screen."""
    pattern: Pattern | None = None
    """How it is broken; solid lines lie beneath. `None` takes the first pattern free in the chart, solid ones first."""
    is_on_top: bool = False
    """True for the line that a picture is about: it is drawn over all others."""

    def of_run(self, letter: Letter) -> "Line":
        """The line in the run's colour."""
        return replace(self, label=with_letter(self.label, letter), role=RUN_ROLES[letter], pattern=None)


@dataclass(frozen=True)
class Points(_Positions):
    """Points that are not joined."""

    shape: Shape = "dot"
    stack_room: float = 0.0
    """How far up the y axis points that would cover each other may be stacked; 0 for no stacking."""
    gives_way: bool = False
    """True for points that are left out of a small picture, so that its other marks can be told apart."""

    def of_run(self, letter: Letter) -> "Points":
        """The points in the run's colour, drawn as its letter: a small one for the second kind, such as class −1."""
        shape = letter if self.shape in FIRST_SHAPES else SECOND_SHAPES[letter]
        label = with_letter(self.label, letter) if self.label else ""  # points without a name belong to a line with one
        return replace(self, label=label, role=RUN_ROLES[letter], shape=shape)


@dataclass(frozen=True)
class Bars(Primitive):
    """One bar for each name, at 1, 2, 3 and so on. `roles` gives a role to each bar; empty means all `primary`."""

    names: Sequence[str]
    values: Sequence[float]
    label: str = ""
    roles: Sequence[Role] = ()
    is_residue: bool = False
    """True for differences that are 0 in theory; a rounding error in them is shown as 0."""
    meanings: Mapping[Role, str] = field(default_factory=dict)
    """Role → what its bars are, for the legend; each role has a filling of its own, the first is solid."""
    words: Sequence[str] = ()
    """For each bar the word in place of its value, such as `off` for a unit that is left out, "" for none."""

    @property
    def legend_label(self) -> str:
        """All meanings; empty where the names of the bars are enough."""
        return ", ".join(self.meanings.values())

    def coordinates(self, direction: Direction) -> Iterator[float]:
        """In x the edges of the first and last bar, which are one unit wide; in y the values, and 0 as the base."""
        if direction == "x":
            return iter((0.5, len(self.names) + 0.5))
        return iter((0.0, *filter(isfinite, self.values)))

    @property
    def has_data(self) -> bool:
        """True when there is at least one bar."""
        return bool(self.names)

    def of_run(self, letter: Letter) -> "Bars":
        """Unchanged: `comparison` sets the bars beside those of the current run, and colours them there."""
        return self


@dataclass(frozen=True)
class HeatMap(Primitive):
    """A rectangle of values as colours; `values[0]` is the row at the lowest y. `None` is not computed yet."""

    values: Sequence[Sequence[float | None]]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    label: str = ""
    diverging: bool = False
    """True for two colours: orange below the middle, blue above. The middle is 0, unless there is a `span`."""
    span: tuple[float, float] | None = None
    """The values at the two ends of the colours; `None` takes them from the values.

    The middle of a diverging heat map is then the middle of the span instead of 0, so its colours do not show signs.
    """
    is_ink: bool = False
    """True for handwriting, which is drawn in the colour of text on its ground."""

    @property
    def has_signs(self) -> bool:
        """True when orange means negative and blue positive."""
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
        """True when at least one value is finite, or not computed yet: such a cell is drawn too, as a gap."""
        return any(value is None or isfinite(value) for row in self.values for value in row)

    @cached_property
    def has_gaps(self) -> bool:
        """True while some values are not computed yet."""
        return any(value is None for row in self.values for value in row)


@dataclass(frozen=True)
class Label(Primitive):
    """A word or number centred on the position (x, y), in the units of the axes, or put beside it."""

    x: float
    y: float
    text: str
    role: Role | None = "muted"
    """What it means; `None` for no colour of its own: light or dark, whichever is easier to read at its position."""
    is_beside: bool = False
    """True for a label beside its position, where it covers no mark; it is left out if there is no such place."""
    is_in_cell: bool = False
    """True for a label in a cell of an image, one unit wide and high; it is left out if the cell has no room for it."""

    def coordinates(self, direction: Direction) -> Iterator[float]:
        """Its own x or y."""
        return iter((self.y if direction == "y" else self.x,))

    @property
    def has_data(self) -> bool:
        """False: a chart with labels alone shows nothing."""
        return False


def with_letter(label: str, letter: str) -> str:
    """The name, in the legend, of a mark of a compared run; `label` is the mark's name in its own run."""
    return f"{label} · {letter}" if label else letter


@dataclass(frozen=True)
class Chart:
    """One pair of axes and what is drawn in it."""

    title: str
    marks: tuple[Mark, ...]
    """What is drawn, the last one on top; marks that consist of others are replaced by their primitives."""
    description: str
    """One sentence, with numbers, on what the picture shows at this step; in plain mode it replaces the picture."""
    x_label: str = ""
    y_label: str = ""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    log_y: bool = False
    y_down: bool = False
    """True for images and matrices: row 0 is at the top."""
    scale: Scale = "chart"
    """"plane" or "image" where lengths across and up can be compared; the screen keeps their proportions."""
    has_legend: bool = True
    """False beside a picture that has the same legend."""
    has_row_below: bool = True
    """Whether the name of the x axis may have a row below its numbers; False beside a plane that has none."""
    gives_way: bool = False
    """True for a picture that can do with little room: it is smaller than others, and the first to be left out."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "marks", tuple(self.primitives()))  # the only way to set a field of a frozen class

    def primitives(self) -> Iterator[Primitive]:
        """The primitives of all marks."""
        return (primitive for mark in self.marks for primitive in mark.primitives())

    @property
    def has_data(self) -> bool:
        """True when there is something to draw."""
        return any(mark.has_data for mark in self.primitives())

    def coordinates(self, direction: Direction) -> Iterator[float]:
        """The finite coordinates along one direction that the axis must reach."""
        return chain.from_iterable(mark.coordinates(direction) for mark in self.primitives())


@dataclass(frozen=True)
class Node:
    """A box in a diagram: a heading and rows of `(name, text)`; an empty text is not known yet."""

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    active: bool = False
    """True for the box that the last step worked in."""
    off: bool = False
    """True for a unit that takes no part in this step (dropout); drawn dim and marked."""
    keys: tuple[str, ...] = ()
    """For each row, the quantity that a learner can set there: a parameter or a path in the state; "" for none."""
    formulas: tuple[str, ...] = ()
    """For each row, how its value is computed, which is drawn where there is room; "" for what is given."""


@dataclass(frozen=True)
class Link:
    """The arrow from one column of boxes to the next: rows of `(name, text)` written on it."""

    rows: tuple[tuple[str, str], ...] = ()
    backward: bool = False
    """True while what flows is the gradient, right to left."""
    active: bool = False
    keys: tuple[str, ...] = ()
    """For each row, the quantity that a learner can set there, as in a `Node`."""
    formulas: tuple[str, ...] = ()
    """For each row, how its value is computed, as in a `Node`."""


@dataclass(frozen=True)
class Diagram:
    """Columns of boxes joined left to right, by one link fewer: a network small enough to be read."""

    title: str
    columns: tuple[tuple[Node, ...], ...]
    links: tuple[Link, ...]
    description: str


@dataclass(frozen=True)
class Unit:
    """One unit of a network: its output over the plane, and the weights of its inputs."""

    name: str
    field: Sequence[Sequence[float]]
    """Its output over the plane as a square grid of values from −1 to 1; the first row is at the lowest x₂."""
    weights: Sequence[float] = ()
    """The weights of its connections, in the order of the units of the column before."""
    pruned: Sequence[bool] = ()
    """For each connection, True when its weight has been set to 0 for good."""
    keys: Sequence[str] = ()
    """For each connection, the path of its weight in the state."""
    bias_key: str = ""
    """The path of the bias in the state."""


@dataclass(frozen=True)
class Network:
    """All units of a network, layer by layer, each with its output over the plane and its connections."""

    title: str
    columns: tuple[tuple[Unit, ...], ...]
    description: str
    names: tuple[str, ...] = ()
    """What each column is called, in the words of the labels of its weights; "" for the inputs, which have names."""


@dataclass(frozen=True)
class GraphBox:
    """A node of a computational graph."""

    name: str
    formula: str
    """How it is computed; empty for an input of the graph."""
    value: float | None
    gradient: float | None
    inputs: tuple[int, ...]
    """The indices in `Graph.boxes` of the nodes from which arrows lead here."""
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
