"""A computational graph, one node a step: values forward, then gradients backward from the output.

    forward:    the value of a node follows from those of its inputs
    backward:   a node passes back to each input j its own gradient times its local slope, ∂node/∂j,
                and what arrives at j from all nodes that use it is added up:
                ∂output/∂j = Σ over its users k of ∂output/∂k · ∂k/∂j

(S. Linnainmaa 1970; reverse-mode automatic differentiation.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import isfinite
from typing import ClassVar, Literal, Self

from tutor.errors import ExpressionError
from tutor.expressions.names import canonical_name
from tutor.reading.numbers import read_number
from tutor.reading.outcome import Unreadable
from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation
from tutor.sims.engine.state import State
from tutor.sims.functions.operations import Operation, find_operation
from tutor.sims.models.graph_expression import (
    BUILT_IN,
    BUILT_IN_VALUES,
    MAX_NAMES,
    GraphPart,
    build_graph,
    complete_values,
    default_values,
    names_in,
    spell_name,
    without_target,
)
from tutor.text.numbers import counted


@dataclass(frozen=True)
class GraphNode:
    """One node: a name with its value, a number, or an operation on other nodes."""

    name: str
    operation: str
    """`input`, `number`, or what is computed: `+`, `*`, `^2`, `tanh`."""
    inputs: tuple[int, ...]
    """Which nodes it is computed from."""
    value: float | None
    gradient: float | None = None
    """∂output/∂node, summed over the parts that have arrived."""
    local: tuple[float, ...] | None = None
    """Its slope along each input; for a name or a number, which have none, an empty list."""


@dataclass(frozen=True)
class GraphState(State):
    """The graph, as far as it is computed. The last node is the output."""

    nodes: tuple[GraphNode, ...]
    phase: Literal["forward", "backward"] = "forward"
    current: str | None = None
    """The node that was just computed, or that just passed its gradient back."""


def why_no_graph(text: str) -> str:
    """Why an expression has no graph; "" if it has one."""
    try:
        build_graph(text)
    except ExpressionError as error:
        return str(error)
    return ""


@dataclass(frozen=True)
class ComputationalGraph(Simulation[GraphState]):
    """The rule alone, without what is shown of it."""

    name: ClassVar[str] = "graph"
    title: ClassVar[str] = "A computational graph, node by node"
    summary: ClassVar[str] = "Each node knows only its own slopes; where a value is used twice, two gradients add up."
    unit: ClassVar[str] = "one node"
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("a neuron", "Two weights, two inputs, a bias and tanh: each gradient is a product along one path.", {}),
        Preset(
            "two paths",
            "z reaches the output directly and through q, so two gradients arrive there and are added.",
            {"expression": "two-paths"},
        ),
        Preset(
            "two hidden units",
            "The input x feeds two units: its gradient is a sum over both, as in every layer.",
            {"expression": "two-units"},
        ),
        Preset(
            "saturated",
            "With a large bias tanh is flat: its local slope is almost 0, and nothing gets past it.",
            {"values": (2.0, -1.0, -1.5, -2.0, 9.0)},
            "bad",
        ),
        Preset(
            "overflow",
            "An exponential of an exponential exceeds the largest number of the computer.",
            {"expression": "exp(exp(w*x))", "values": (2.0, 4.0)},
            "diverging",
        ),
    )

    expression: str = param(
        "neuron",
        "Expression",
        "What is computed. In a formula a name is one letter with digits, as in w1.",
        choices=tuple(BUILT_IN),
        other="a formula such as (a + b)*b",
        why_not=why_no_graph,
    )
    given: tuple[float, ...] = param(
        BUILT_IN_VALUES["neuron"],
        "Values",
        "One for each name, in the order in which they first occur, or with the names: w=2, x=3. None for the usual.",
        name="values",
        low=-1000,
        high=1000,
        min_length=0,
        max_length=MAX_NAMES,
    )
    target: float = param(1.0, "Target y", "The value of y, where no other is given for it.", low=-1000, high=1000)

    @classmethod
    def build(cls, **given: object) -> Self:
        """As for every simulation; values may be given with their names, or left out."""
        return super().build(**_with_all_values(given, "neuron", ()))

    def with_values(self, **given: object) -> Self:
        """As for every simulation; another expression begins with values of its own."""
        is_other = str(given.get("expression", self.expression)).strip() != self.expression
        return super().with_values(**_with_all_values(given, self.expression, () if is_other else self.given))

    def check(self) -> None:
        """There is one value for each name, with or without the target."""
        names = self.names
        if len(self.given) not in {0, len(names), len(self._without_target)}:
            wanted = f"{counted(len(self._without_target), 'number')}, one for each of {', '.join(names)}, or none"
            raise refuse_value(self, "values", wanted)

    @property
    def parts(self) -> tuple[GraphPart, ...]:
        """The nodes without their numbers."""
        return build_graph(self.expression)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that have values, in the order in which they first occur."""
        return names_in(self.expression)

    @property
    def _without_target(self) -> tuple[str, ...]:
        return without_target(self.names)

    def named_values(self) -> tuple[float, ...]:
        """One value for each name: as given, as built in, or else 0.5, 1, 1.5 and so on."""
        return complete_values(self.expression, self.given, self.target)

    def start(self) -> GraphState:
        """Names and numbers have their values; nothing is computed."""
        values = dict(zip(self.names, self.named_values(), strict=True))
        return GraphState(
            0,
            tuple(
                GraphNode(part.name, part.operation, (), values.get(part.name, part.value), local=())
                if not part.inputs
                else GraphNode(part.name, part.operation, part.inputs, None)
                for part in self.parts
            ),
        )

    @property
    def operations(self) -> list[int]:
        """The nodes that are computed, in order."""
        return [place for place, part in enumerate(self.parts) if part.inputs]

    @property
    def length(self) -> int:
        """Each of them once forward and once backward; up to the first value that is not finite."""
        values = self._compute_values(self.named_values())
        overflow = next((k for k, place in enumerate(self.operations) if not isfinite(values[place])), None)
        return 2 * len(self.operations) if overflow is None else overflow + 1

    def place_after(self, step: int) -> int:
        """Which node the step after `step` works in."""
        order = self.operations
        return [*order, *reversed(order)][step]

    def step(self, state: GraphState) -> GraphState:
        """The next value, or the gradient of the next node passed back to its inputs."""
        place = self.place_after(state.step)
        forward = state.step < len(self.operations)
        nodes = list(state.nodes)
        if forward:
            nodes[place] = replace(nodes[place], value=operation_of(nodes[place]).value(inputs_of(nodes, place)))
        else:
            _pass_back(nodes, place)
        return GraphState(state.step + 1, tuple(nodes), "forward" if forward else "backward", nodes[place].name)

    def _compute_values(self, names: Sequence[float]) -> list[float]:
        """The values of all nodes, with these of the names."""
        computed: list[float] = []
        leaves = iter(names)
        for part in self.parts:
            if part.inputs:
                operation = find_operation(part.operation, len(part.inputs))
                assert operation is not None
                computed.append(operation.value([computed[place] for place in part.inputs]))
            else:
                computed.append(next(leaves) if part.value is None else part.value)
        return computed

    def gradient_checks(self, state: GraphState) -> list[GradientCheck]:
        """At the end each name's gradient is the slope of the output along it, the others fixed."""
        if state.phase == "forward" or not self.done(state):
            return []
        leaves = [node for node in state.nodes if node.operation == "input"]
        values = self.named_values()
        return [
            GradientCheck(node.name, node.gradient or 0.0, partial(self._output_with, k), values[k])
            for k, node in enumerate(leaves)
        ]

    def _output_with(self, which: int, value: float) -> float:
        values = list(self.named_values())
        values[which] = value
        return self._compute_values(values)[-1]


def operation_of(node: GraphNode) -> Operation:
    """The operation that the node computes."""
    operation = find_operation(node.operation, len(node.inputs))
    assert operation is not None
    return operation


def inputs_of(nodes: Sequence[GraphNode], place: int) -> list[float]:
    """The values that a node is computed from."""
    return [require_value(nodes[index].value) for index in nodes[place].inputs]


def require_value(value: float | None) -> float:
    """A value that is there by now, as the order of the steps ensures."""
    assert value is not None
    return value


def _pass_back(nodes: list[GraphNode], place: int) -> None:
    """Add to the gradient of each input what arrives from the node at `place`."""
    node = nodes[place]
    gradient = 1.0 if node.gradient is None and place == len(nodes) - 1 else require_value(node.gradient)
    local = operation_of(node).local_slopes(inputs_of(nodes, place), require_value(node.value))
    nodes[place] = replace(node, gradient=gradient, local=local)
    for index, slope in zip(node.inputs, local, strict=True):
        nodes[index] = replace(nodes[index], gradient=(nodes[index].gradient or 0.0) + gradient * slope)


def _with_all_values(given: dict[str, object], expression: str, now: tuple[float, ...]) -> dict[str, object]:
    """`given` with a value for each name, in order: named ones by name, the rest as now or by default."""
    values = given.get("values", now)
    expression = str(given.get("expression", expression)).strip()
    if why_no_graph(expression):
        return given
    if values is None or str(values).strip().casefold() in _NO_VALUES:
        return {**given, "values": default_values(expression)}
    named = _read_named_values(values)
    known = dict(zip(names_in(expression), complete_values(expression, now), strict=True))
    return given if not named or named.keys() - known.keys() else {**given, "values": [*(known | named).values()]}


_NO_VALUES = {"", "none", "()", "[]", "{}"}


def _read_named_values(values: object) -> dict[str, float]:
    """Values given by name, as in `w=2, x=3` or a mapping; none otherwise."""
    pairs: list[tuple[str, str]] = []
    if isinstance(values, Mapping):
        pairs = [(str(name), str(value)) for name, value in values.items()]
    elif isinstance(values, str) and ("=" in values or ":" in values):
        parts = values.strip("{} ").replace(";", ",").replace(":", "=").split(",")
        pairs = [(name, value) for name, _, value in (part.partition("=") for part in parts)]
    named: dict[str, float] = {}
    for name, value in pairs:
        read = read_number(value.strip())
        if isinstance(read, Unreadable):
            return {}
        named[spell_name(canonical_name(name.strip("\"' ")))] = float(read.value)
    return named
