"""The view of a computational graph: the graph with its numbers, and the arithmetic of each step."""

from dataclasses import dataclass
from math import isfinite

from tutor.characters import TO_SUBSCRIPT
from tutor.expressions.latex import variable_to_latex
from tutor.expressions.names import canonical_name
from tutor.sims.engine.chart import Graph, GraphBox
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, make_prediction
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import Reading, View, WorkedLine, make_reading, make_worked_line
from tutor.sims.models.graph import ComputationalGraph, GraphNode, GraphState, input_values, operation_of, require_value
from tutor.text.numbers import counted, format_factor, format_latex, format_number
from tutor.text.sentences import join_words

TITLE = "The graph"
"""The title of the picture, which shows every value and gradient as text."""


@dataclass(frozen=True)
class GraphSimulation(ComputationalGraph):
    """A computational graph, stepped forward and backward."""

    def view(self, history: RunHistory[GraphState]) -> View:
        """The view of the last state, with pictures of the graph with every value and gradient."""
        state = history.state
        return View(
            (self._draw_picture(state),),
            _make_readings(state),
            self._make_worked_lines(history),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_picture(self, state: GraphState) -> Graph:
        """The graph with all values and gradients that are known."""
        active_index = self.node_index_after(state.step - 1) if state.step else None
        boxes = tuple(
            GraphBox(
                _pretty_name(node.name),
                _node_formula(state, node_index) if node.inputs else "",
                node.value,
                node.gradient,
                node.inputs,
                active=node_index == active_index,
                is_number=node.operation == "number",
            )
            for node_index, node in enumerate(state.nodes)
        )
        return Graph(TITLE, boxes, self._describe(state), state.phase == "backward")

    def _describe(self, state: GraphState) -> str:
        """One sentence about the picture: how many values are computed, and gradients passed back."""
        count = len(self.operations)
        if state.phase == "forward":
            return f"{state.step} of {counted(count, 'value')} computed, from left to right."
        last = state.nodes[-1]
        return (
            f"Every value is computed; {state.step - count} of {counted(count, 'node')} passed its gradient back, "
            f"from right to left. The value on the right, {_pretty_name(last.name)}, is {format_number(last.value)}."
        )

    def _make_worked_lines(self, history: RunHistory[GraphState]) -> tuple[WorkedLine, ...]:
        """The value that the last step computed, or the gradient of each input to which it passed something back."""
        state, previous = history.state, history.previous
        if previous is None:
            return ()
        node_index = self.node_index_after(state.step - 1)
        node, operation = state.nodes[node_index], operation_of(state.nodes[node_index])
        names, numbers = _make_replacements(state, node_index)
        if state.phase == "forward":
            formula = f"{_latex_name(node)} = {_fill(operation.formula, names)}"
            return (make_worked_line(state, f"nodes[{node_index}].value", formula, _fill(operation.formula, numbers)),)
        is_all_finite = all(map(isfinite, (*(node.local or ()), require_value(node.value))))
        if not is_all_finite:
            return ()
        return tuple(
            self._make_gradient_line(state, previous, node_index, input_index)
            for input_index in dict.fromkeys(node.inputs)  # once each: x · x has the same input twice
            if state.nodes[input_index].operation != "number"
        )

    def _make_gradient_line(
        self, state: GraphState, previous: GraphState, node_index: int, input_index: int
    ) -> WorkedLine:
        """The gradient of the node at `input_index`, to which the node at `node_index` has just passed its own back.

        The gradient is the sum of what had arrived before, if anything had, and of the new terms.
        """
        node, operation = state.nodes[node_index], operation_of(state.nodes[node_index])
        output = _latex_name(state.nodes[-1])
        names, _ = _make_replacements(state, node_index)
        input_gradient = _latex_derivative(output, _latex_name(state.nodes[input_index]))
        node_gradient = _latex_derivative(output, _latex_name(node))
        arrived_before = previous.nodes[input_index].gradient
        terms, numbers = [], []
        if arrived_before is not None:
            terms.append(input_gradient)
            numbers.append(format_latex(arrived_before))
        for k, kth_input in enumerate(node.inputs):
            if kth_input == input_index:  # twice for x · x
                local_slope = _bracket_slope(_fill(operation.slopes[k], names))
                terms.append(rf"{node_gradient} \cdot {local_slope}")
                local_number = format_factor(require_local_slopes(node)[k])
                numbers.append(rf"{format_factor(node.gradient or 0.0)} \cdot {local_number}")
        relation = "=" if arrived_before is None else r"\leftarrow"
        return make_worked_line(
            state,
            f"nodes[{input_index}].gradient",
            f"{input_gradient} {relation} {' + '.join(terms)}",
            " + ".join(numbers),
        )

    def _narrate(self, state: GraphState) -> str:
        """The sentence about the last step."""
        count = len(self.operations)
        if not state.step:
            return f"The values of {counted(len(self.names), 'name')} are given; {counted(count, 'node')} to compute."
        node_index = self.node_index_after(state.step - 1)
        node = state.nodes[node_index]
        name = f"${_latex_name(node)}$"
        if state.phase == "forward":
            return f"Forward: the value of {name} is ${format_latex(node.value)}$."
        inputs = [state.nodes[index] for index in dict.fromkeys(node.inputs)]  # each once
        receivers = join_words([f"${_latex_name(source)}$" for source in inputs if source.operation != "number"])
        subject = "The output" if state.step == count + 1 else name
        end = " Every gradient is known now." if self.done(state) else ""
        gradient = format_latex(node.gradient)
        return f"Backward: {subject} has the gradient ${gradient}$, and passes it back to {receivers}.{end}"

    def _make_prediction(self, state: GraphState) -> Prediction | None:
        """Ask for the value that the next step computes, or for one of the gradients; `None` at the end."""
        if self.done(state):
            return None
        after, node_index = look_ahead(self, state), self.node_index_after(state.step)
        node, operation = after.nodes[node_index], operation_of(after.nodes[node_index])
        names, numbers = _make_replacements(after, node_index)
        if after.phase == "forward":
            answer = require_value(node.value)
            if not isfinite(answer):
                return None
            values = input_values(after.nodes, node_index)
            mistakes = [(sum(values), "That is the sum of the inputs."), (values[0], "That is an input, unchanged.")]
            return make_prediction(
                f"Next comes ${_latex_name(node)} = {_fill(operation.formula, names)}$. What is it?",
                f"nodes[{node_index}].value",
                answer,
                mistakes,
                f"${_fill(operation.formula, numbers)}$.",
            )
        return self._ask_for_gradient(state, after, node_index)

    def _ask_for_gradient(self, state: GraphState, after: GraphState, node_index: int) -> Prediction | None:
        """Ask for the gradient of one input of the node at `node_index`, after this node has passed its own back.

        If possible the input is one at which a gradient has arrived already, so that two terms must be added. `None`
        if the answer is not finite.
        """
        node = after.nodes[node_index]
        inputs_with_gradient = [k for k in node.inputs if state.nodes[k].gradient is not None]
        input_index = inputs_with_gradient[0] if inputs_with_gradient else node.inputs[0]
        answer, arrived_before = require_value(after.nodes[input_index].gradient), state.nodes[input_index].gradient
        gradient, local_slope = node.gradient or 0.0, require_local_slopes(node)[node.inputs.index(input_index)]
        if not isfinite(answer):
            return None
        output, input_name = _latex_name(after.nodes[-1]), _latex_name(after.nodes[input_index])
        arriving_now = answer - (arrived_before or 0.0)
        mistakes = [
            (gradient, "That is what arrived at the node; it is multiplied by the local slope."),
            (local_slope, "That is the local slope alone; it is multiplied by the gradient of the node."),
            (arriving_now, "That is what arrives now; something has arrived before, and both are added."),
        ]
        arrived_words = ""
        if arrived_before is not None:
            arrived_words = f" ${format_latex(arrived_before)}$ has arrived at ${input_name}$ so far."
        names, _ = _make_replacements(after, node_index)
        sum_of_terms = self._make_gradient_line(after, state, node_index, input_index).numbers
        return make_prediction(
            f"${_latex_name(node)} = {_fill(operation_of(node).formula, names)}$ has the value "
            f"${format_latex(node.value)}$ and the "
            f"gradient ${format_latex(gradient)}$.{arrived_words} "
            f"What will ${_latex_derivative(output, input_name)}$ be after this step?",
            f"nodes[{input_index}].gradient",
            answer,
            mistakes,
            f"${sum_of_terms}$.",
        )


def require_local_slopes(node: GraphNode) -> tuple[float, ...]:
    """The local slopes of a node that has passed its gradient back; before that there would be none."""
    assert node.local is not None
    return node.local


def _pretty_name(name: str) -> str:
    """A name as it is drawn in a picture, with its index as a subscript: w₁ for w1; a number stays as it is."""
    letters = name.rstrip("0123456789")
    if not letters[:1].isalpha():
        return name
    index = name[len(letters) :]
    return letters + index.translate(TO_SUBSCRIPT)


def _latex_name(node: GraphNode) -> str:
    """The name of a node in LaTeX; of a number its value."""
    return format_latex(node.value) if node.operation == "number" else variable_to_latex(canonical_name(node.name))


def _latex_derivative(numerator: str, denominator: str) -> str:
    r"""∂numerator/∂denominator in LaTeX."""
    return rf"\frac{{\partial {numerator}}}{{\partial {denominator}}}"


def _node_formula(state: GraphState, node_index: int) -> str:
    """The formula of a node in plain characters, with the names of its inputs: `w₁·x₁`."""
    node = state.nodes[node_index]
    replacements: dict[str, str] = {}
    for k, index in enumerate(node.inputs):
        name = _pretty_name(state.nodes[index].name)
        replacements |= {f"@{k}": name, f"!{k}": name}  # the same for `@` and `!`: a name needs no brackets
    return _fill(operation_of(node).plain, replacements).replace("-", "−")


def _make_replacements(state: GraphState, node_index: int) -> tuple[dict[str, str], dict[str, str]]:
    """(names, numbers) in LaTeX to put into the templates of the node's operation, for its inputs and its value.

    The keys are the placeholders of the templates, as in `functions/operations.py`: `@0` is the first input as a
    factor, in brackets if it is negative, `!0` the same input without brackets, `@v` the value.
    """
    node = state.nodes[node_index]
    names, numbers = {"@v": _latex_name(node)}, {"@v": _format_base(node.value or 0.0)}
    for k, index in enumerate(node.inputs):
        input_node = state.nodes[index]
        names |= {f"@{k}": _latex_name(input_node), f"!{k}": _latex_name(input_node)}
        numbers |= {f"@{k}": _format_base(require_value(input_node.value)), f"!{k}": format_latex(input_node.value)}
    return names, numbers


def _format_base(value: float) -> str:
    """A number as a factor, or as the base of a power, with brackets where it needs them."""
    text = format_factor(value)
    return f"({text})" if "^" in text and not text.startswith("(") else text


def _fill(template: str, replacements: dict[str, str]) -> str:
    """`template` with each placeholder replaced."""
    for placeholder in sorted(replacements, key=len, reverse=True):  # @10 before @1
        template = template.replace(placeholder, replacements[placeholder])
    return template


def _bracket_slope(slope: str) -> str:
    """A slope as a factor, in brackets where it is a sum or negative."""
    return f"({slope})" if " + " in slope or " - " in slope or slope.startswith("-") else slope


def _make_readings(state: GraphState) -> tuple[Reading, ...]:
    """The value of each node and, once it is known, its gradient."""
    output = _pretty_name(state.nodes[-1].name)
    readings = []
    for node_index, node in enumerate(state.nodes):
        if node.operation == "number":
            continue
        formula = f" = {_node_formula(state, node_index)}" if node.inputs else ""
        name = _pretty_name(node.name)
        readings.append(make_reading(state, f"{name}{formula}", f"nodes[{node_index}].value", drawn_in=TITLE))
        if node.gradient is not None:
            readings.append(make_reading(state, f"∂{output}/∂{name}", f"nodes[{node_index}].gradient", drawn_in=TITLE))
    return tuple(readings)
