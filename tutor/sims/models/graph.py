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
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation
from tutor.sims.engine.state import State
from tutor.sims.functions.operations import Operation, find_operation
from tutor.sims.models.graph_expression import (
    BUILT_IN,
    BUILT_IN_VALUES,
    MAX_NAMES,
    UnvaluedNode,
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
    """The indices of the nodes that it is computed from."""
    value: float | None
    gradient: float | None = None
    """∂output/∂node: the sum of what has been passed back to the node so far; `None` before anything has."""
    local: tuple[float, ...] | None = None
    """∂node/∂input for each input; empty for a name or a number, `None` if not computed yet."""


@dataclass(frozen=True)
class GraphState(State):
    """The graph, as far as it is computed. The last node is the output."""

    nodes: tuple[GraphNode, ...]
    phase: Literal["forward", "backward"] = "forward"
    current: str | None = None
    """The node that was just computed, or that just passed its gradient back."""


def find_graph_fault(text: str) -> str:
    """Why `text` is no expression that has a graph; "" if it is one."""
    try:
        build_graph(text)
    except ExpressionError as error:
        return str(error)
    return ""


@dataclass(frozen=True)
class ComputationalGraph(Simulation[GraphState]):
    """A computational graph, stepped forward and backward: the rules without the view."""

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
        free_text="a formula such as (a + b)*b",
        find_objection=find_graph_fault,
    )
    given: tuple[float, ...] = param(
        BUILT_IN_VALUES["neuron"],
        "Values",
        "One for each name, in the order in which they first occur, or with the names: w=2, x=3. None for the usual.",
        name="values",
        low=-1000,
        high=1000,
        max_length=MAX_NAMES,
        when_empty="auto",
    )
    target: float = param(
        1.0,
        "y, if used",
        "The value of y, if the expression has a y and no other value is given for it.",
        low=-1000,
        high=1000,
    )

    @classmethod
    def build(cls, **raw_values: object) -> Self:
        """Build a graph as in `Simulation.build`; `values` may also name its numbers, `w=2, x=3`, and omit some."""
        return super().build(**_complete_raw_values(raw_values, "neuron", ()))  # the default expression

    def with_values(self, **raw_values: object) -> Self:
        """A copy with some parameters changed; `values` may be given as in `build`.

        If the expression changes, its names change too: the new ones begin with the default values.
        """
        is_other_expression = str(raw_values.get("expression", self.expression)).strip() != self.expression
        current_values = () if is_other_expression else self.given
        return super().with_values(**_complete_raw_values(raw_values, self.expression, current_values))

    def check(self) -> None:
        """Raise `UsageError` unless there is one value for each name, with or without the target, or none at all."""
        names = self.names
        if len(self.given) not in {0, len(names), len(self._without_target)}:
            wanted = f"{counted(len(self._without_target), 'number')}, one for each of {', '.join(names)}, or none"
            raise conflicting_value_error(self, "values", wanted)

    @property
    def unvalued_nodes(self) -> tuple[UnvaluedNode, ...]:
        """The nodes of the expression, before any of them has a value."""
        return build_graph(self.expression)

    @property
    def names(self) -> tuple[str, ...]:
        """The names that have values, in the order in which they first occur."""
        return names_in(self.expression)

    @property
    def _without_target(self) -> tuple[str, ...]:
        """The names that need values of their own: all except the target."""
        return without_target(self.names)

    def named_values(self) -> tuple[float, ...]:
        """One value for each of `names`, as `complete_values` finds them."""
        return complete_values(self.expression, self.given, self.target)

    def start(self) -> GraphState:
        """The graph in which names and numbers have their values, and nothing is computed."""
        values = dict(zip(self.names, self.named_values(), strict=True))
        nodes = []
        for node in self.unvalued_nodes:
            if node.inputs:
                nodes.append(GraphNode(node.name, node.operation, node.inputs, None))
            else:
                nodes.append(GraphNode(node.name, node.operation, (), values.get(node.name, node.value), local=()))
        return GraphState(0, tuple(nodes))

    @property
    def operations(self) -> list[int]:
        """The indices of the nodes that are computed, in order; the others are names and numbers."""
        return [node_index for node_index, node in enumerate(self.unvalued_nodes) if node.inputs]

    @property
    def length(self) -> int:
        """One step forward and one backward for each operation; the run ends early at a value that is not finite."""
        values = self._compute_values(self.named_values())
        for steps_before, node_index in enumerate(self.operations):
            if not isfinite(values[node_index]):
                return steps_before + 1
        return 2 * len(self.operations)

    def node_index_after(self, step: int) -> int:
        """The index of the node that is computed, or passes its gradient back, in the step after step number `step`."""
        forward_order = self.operations
        return [*forward_order, *reversed(forward_order)][step]

    def step(self, state: GraphState) -> GraphState:
        """Compute the next value, or pass the gradient of the next node back to its inputs."""
        node_index = self.node_index_after(state.step)
        is_forward = state.step < len(self.operations)
        nodes = list(state.nodes)
        if is_forward:
            node = nodes[node_index]
            nodes[node_index] = replace(node, value=operation_of(node).value(input_values(nodes, node_index)))
        else:
            _pass_back(nodes, node_index)
        return GraphState(state.step + 1, tuple(nodes), "forward" if is_forward else "backward", nodes[node_index].name)

    def _compute_values(self, named_values: Sequence[float]) -> list[float]:
        """The values of all nodes, from a value for each of `names`."""
        values: list[float] = []
        remaining_named_values = iter(named_values)
        for node in self.unvalued_nodes:
            if node.inputs:
                operation = find_operation(node.operation, len(node.inputs))
                assert operation is not None
                values.append(operation.value([values[node_index] for node_index in node.inputs]))
            elif node.value is not None:  # a number
                values.append(node.value)
            else:  # a name
                values.append(next(remaining_named_values))
        return values

    def gradient_checks(self, state: GraphState) -> list[GradientCheck]:
        """At the end of the run, a check of ∂output/∂name for each name."""
        if state.phase == "forward" or not self.done(state):
            return []
        name_nodes = [node for node in state.nodes if node.operation == "input"]
        values = self.named_values()
        return [
            GradientCheck(node.name, node.gradient or 0.0, partial(self._compute_output, index), values[index])
            for index, node in enumerate(name_nodes)
        ]

    def _compute_output(self, index: int, value: float) -> float:
        """The output when the name with this index in `names` has another value."""
        values = list(self.named_values())
        values[index] = value
        return self._compute_values(values)[-1]


def operation_of(node: GraphNode) -> Operation:
    """The operation that the node computes."""
    operation = find_operation(node.operation, len(node.inputs))
    assert operation is not None
    return operation


def input_values(nodes: Sequence[GraphNode], node_index: int) -> list[float]:
    """The values of the inputs of the node at `node_index`."""
    return [require_value(nodes[index].value) for index in nodes[node_index].inputs]


def require_value(value: float | None) -> float:
    """Return `value`, which has been computed by this step of the run: `None` would be a bug."""
    assert value is not None
    return value


def _pass_back(nodes: list[GraphNode], node_index: int) -> None:
    """Pass the gradient of a node back: add it, times the local slope, to the gradient of each input.

    `nodes` is changed in place.
    """
    node = nodes[node_index]
    is_output = node_index == len(nodes) - 1
    # The way back begins at the output: no gradient has been passed to it, and ∂output/∂output is 1.
    gradient = 1.0 if is_output and node.gradient is None else require_value(node.gradient)
    local_slopes = operation_of(node).local_slopes(input_values(nodes, node_index), require_value(node.value))
    nodes[node_index] = replace(node, gradient=gradient, local=local_slopes)
    for input_index, local_slope in zip(node.inputs, local_slopes, strict=True):
        arrived_before = nodes[input_index].gradient or 0.0
        nodes[input_index] = replace(nodes[input_index], gradient=arrived_before + gradient * local_slope)


def _complete_raw_values(
    raw_values: dict[str, object], expression: str, current_values: tuple[float, ...]
) -> dict[str, object]:
    """Complete `values` in `raw_values` to a list, one value for each name, if it names its numbers or is missing.

    Args:
        raw_values: Parameter name → value, as `build` takes them.
        expression: The expression, unless `raw_values` has another one.
        current_values: The values before the change, kept for names without a new value; empty for the defaults.
    """
    values = raw_values.get("values", current_values)
    expression = str(raw_values.get("expression", expression)).strip()
    if find_graph_fault(expression):  # reading the parameter reports the error
        return raw_values
    if values is None or str(values).strip().casefold() in _NO_VALUES:
        return {**raw_values, "values": default_values(expression)}
    new_values = _read_named_values(values)
    value_of_name = dict(zip(names_in(expression), complete_values(expression, current_values), strict=True))
    has_unknown_names = not new_values.keys() <= value_of_name.keys()
    if not new_values or has_unknown_names:  # reading the parameter decides: a complete list, or a fault
        return raw_values
    value_of_name.update(new_values)
    return {**raw_values, "values": list(value_of_name.values())}


_NO_VALUES = {"", "none", "()", "[]", "{}"}
"""Texts that mean that no values are given: the defaults are taken."""


def _read_named_values(values: object) -> dict[str, float]:
    """Name → value of a text such as `w=2, x=3` or of a mapping; empty for anything else."""
    pairs: list[tuple[str, str]] = []
    if isinstance(values, Mapping):
        pairs = [(str(name), str(value)) for name, value in values.items()]
    elif isinstance(values, str) and ("=" in values or ":" in values):
        for assignment in values.strip("{} ").replace(";", ",").replace(":", "=").split(","):
            name, _, value = assignment.partition("=")
            pairs.append((name, value))
    named_values: dict[str, float] = {}
    for name, value in pairs:
        outcome = read_number(value.strip())
        if isinstance(outcome, Unreadable):
            return {}
        named_values[spell_name(canonical_name(name.strip("\"' ")))] = float(outcome.value)
    return named_values
