"""What a simulation wants drawn, as data: a screen decides how, and a test can read it.

Colours are roles, never colours: `orange` and `blue` are the two classes, and every role comes with
a second mark (a shape or a word) where it is drawn, so that colour never stands alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Role = Literal["primary", "secondary", "tertiary", "orange", "blue", "accent", "muted", "good", "bad"]
"""What a mark means. A theme turns a role into a colour."""

Shape = Literal["dot", "ring", "cross", "plus", "square", "diamond"]
"""The second mark beside the colour."""


@dataclass(frozen=True)
class Line:
    """Points joined in order."""

    x: Sequence[float]
    y: Sequence[float]
    label: str = ""
    role: Role = "primary"


@dataclass(frozen=True)
class Points:
    """Points that are not joined."""

    x: Sequence[float]
    y: Sequence[float]
    label: str = ""
    role: Role = "primary"
    shape: Shape = "dot"


@dataclass(frozen=True)
class Bars:
    """One bar for each name. `roles` gives a role to each bar; empty means all `primary`."""

    names: Sequence[str]
    values: Sequence[float]
    label: str = ""
    roles: Sequence[Role] = ()


@dataclass(frozen=True)
class HeatMap:
    """A field of numbers; `values[0]` is the row at the lowest y, as in a plot. `None` is not computed yet."""

    values: Sequence[Sequence[float | None]]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    label: str = ""
    diverging: bool = False
    """True when zero is the middle: orange below, blue above, as the classes −1 and +1."""

    @property
    def has_gaps(self) -> bool:
        """True while some of it is not computed yet."""
        return any(value is None for row in self.values for value in row)


@dataclass(frozen=True)
class Label:
    """A word at a place in the chart's own units."""

    x: float
    y: float
    text: str
    role: Role = "muted"


Mark = Line | Points | Bars | HeatMap | Label


@dataclass(frozen=True)
class Chart:
    """One pair of axes and what is drawn in it."""

    title: str
    marks: tuple[Mark, ...]
    description: str
    """One sentence that says what the picture shows now, with its numbers: read aloud in plain mode."""
    x_label: str = ""
    y_label: str = ""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    log_y: bool = False
    y_down: bool = False
    """True for images and matrices: row 0 stands at the top."""


@dataclass(frozen=True)
class Node:
    """A box in a diagram: a heading and rows of `(name, text)`; an empty text is not known yet."""

    heading: str
    rows: tuple[tuple[str, str], ...] = ()
    active: bool = False
    """True for the box that the last step worked in."""
    off: bool = False
    """True for a box that takes no part (a dropped unit); drawn dim and marked."""


@dataclass(frozen=True)
class Link:
    """The arrow from one column of boxes to the next: rows of `(name, text)` written on it."""

    rows: tuple[tuple[str, str], ...] = ()
    backward: bool = False
    """True while what flows is the gradient, right to left."""
    active: bool = False


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
    """One unit of a network: what it says over the plane, and what it listens to."""

    name: str
    field: Sequence[Sequence[float]]
    """Its value over the plane, from −1 to 1; the first row is the lowest."""
    weights: Sequence[float] = ()
    """Of its connections, in the order of the units before it."""
    dead: Sequence[bool] = ()
    """For each connection, True when it has been removed for good."""


@dataclass(frozen=True)
class Network:
    """All units of a network, column by column, each with its field and its connections."""

    title: str
    columns: tuple[tuple[Unit, ...], ...]
    description: str


Picture = Chart | Diagram | Network
"""Anything a simulation can ask a screen to draw."""
