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
from tutor.sims.models.graph import ComputationalGraph, GraphNode, GraphState, inputs_of, operation_of, require_value
from tutor.text.numbers import counted, format_factor, format_latex, format_number
from tutor.text.sentences import join_words

TITLE = "The graph"
"""The picture in which every value and gradient stands."""


@dataclass(frozen=True)
class GraphSimulation(ComputationalGraph):
    """A computational graph, stepped forward and backward."""

    def view(self, history: RunHistory[GraphState]) -> View:
        """The graph, every value and gradient, and the arithmetic of the last step."""
        state = history.state
        return View(
            (self._draw_picture(state),),
            _make_readings(state),
            self._make_worked_lines(history),
            self._narrate(state),
            self._make_prediction(state),
        )

    def _draw_picture(self, state: GraphState) -> Graph:
        computed = set(self.operations)
        boxes = tuple(
            GraphBox(
                _pretty_name(node.name),
                _node_formula(state, place) if place in computed else "",
                node.value,
                node.gradient,
                node.inputs,
                active=bool(state.step) and place == self.place_after(state.step - 1),
                is_number=node.operation == "number",
            )
            for place, node in enumerate(state.nodes)
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
        state, before = history.state, history.previous
        if before is None:
            return ()
        place = self.place_after(state.step - 1)
        node, operation = state.nodes[place], operation_of(state.nodes[place])
        names, numbers = _make_fillings(state, place)
        if state.phase == "forward":
            formula = _fill(operation.formula, names)
            return (
                make_worked_line(
                    state,
                    f"nodes[{place}].value",
                    f"{_latex_name(node)} = {formula}",
                    _fill(operation.formula, numbers),
                ),
            )
        if not all(map(isfinite, (*(node.local or ()), require_value(node.value)))):
            return ()
        return tuple(
            self._make_arrival_line(state, before, place, index)
            for index in dict.fromkeys(node.inputs)
            if state.nodes[index].operation != "number"
        )

    def _make_arrival_line(self, state: GraphState, before: GraphState, place: int, index: int) -> WorkedLine:
        """What has arrived at the input `index` of the node at `place`: the previous sum plus the new term."""
        node, operation = state.nodes[place], operation_of(state.nodes[place])
        output = _latex_name(state.nodes[-1])
        names, _ = _make_fillings(state, place)
        left, through = _latex_slope(output, _latex_name(state.nodes[index])), _latex_slope(output, _latex_name(node))
        earlier = before.nodes[index].gradient
        terms = [] if earlier is None else [left]
        values = [] if earlier is None else [format_latex(earlier)]
        for k, source in enumerate(node.inputs):
            if source == index:
                slope, number = (
                    _bracket_slope(_fill(operation.slopes[k], names)),
                    format_factor(require_local_slopes(node)[k]),
                )
                terms.append(rf"{through} \cdot {slope}")
                values.append(rf"{format_factor(node.gradient or 0.0)} \cdot {number}")
        arrow = "=" if earlier is None else r"\leftarrow"
        return make_worked_line(
            state, f"nodes[{index}].gradient", f"{left} {arrow} {' + '.join(terms)}", " + ".join(values)
        )

    def _narrate(self, state: GraphState) -> str:
        count = len(self.operations)
        if not state.step:
            return f"The values of {counted(len(self.names), 'name')} are given; {counted(count, 'node')} to compute."
        place = self.place_after(state.step - 1)
        node = state.nodes[place]
        name = f"${_latex_name(node)}$"
        if state.phase == "forward":
            return f"Forward: the value of {name} is ${format_latex(node.value)}$."
        inputs = [state.nodes[index] for index in dict.fromkeys(node.inputs)]
        to = join_words([f"${_latex_name(source)}$" for source in inputs if source.operation != "number"])
        first = "The output has" if state.step == count + 1 else f"{name} has"
        last = " Every gradient is known now." if self.done(state) else ""
        return f"Backward: {first} the gradient ${format_latex(node.gradient)}$, and passes it back to {to}.{last}"

    def _make_prediction(self, state: GraphState) -> Prediction | None:
        if self.done(state):
            return None
        after, place = look_ahead(self, state), self.place_after(state.step)
        node, operation = after.nodes[place], operation_of(after.nodes[place])
        names, numbers = _make_fillings(after, place)
        if after.phase == "forward":
            answer = require_value(node.value)
            if not isfinite(answer):
                return None
            values = inputs_of(after.nodes, place)
            mistakes = [(sum(values), "That is the sum of the inputs."), (values[0], "That is an input, unchanged.")]
            return make_prediction(
                f"Next comes ${_latex_name(node)} = {_fill(operation.formula, names)}$. What is it?",
                f"nodes[{place}].value",
                answer,
                mistakes,
                f"${_fill(operation.formula, numbers)}$.",
            )
        return self._ask_arrival(state, after, place)

    def _ask_arrival(self, state: GraphState, after: GraphState, place: int) -> Prediction | None:
        """Ask for the gradient of an input after this node has passed its own back."""
        node = after.nodes[place]
        index = next((k for k in node.inputs if state.nodes[k].gradient is not None), node.inputs[0])
        answer, before = require_value(after.nodes[index].gradient), state.nodes[index].gradient
        gradient, local = node.gradient or 0.0, require_local_slopes(node)[node.inputs.index(index)]
        if not isfinite(answer):
            return None
        output, target = _latex_name(after.nodes[-1]), _latex_name(after.nodes[index])
        mistakes = [
            (gradient, "That is what arrived at the node; it is multiplied by the local slope."),
            (local, "That is the local slope alone; it is multiplied by the gradient of the node."),
            (answer - (before or 0.0), "That is what arrives now; something has arrived before, and both are added."),
        ]
        arrived = "" if before is None else f" ${format_latex(before)}$ has arrived at ${target}$ so far."
        names, _ = _make_fillings(after, place)
        return make_prediction(
            f"${_latex_name(node)} = {_fill(operation_of(node).formula, names)}$ has the value "
            f"${format_latex(node.value)}$ and the "
            f"gradient ${format_latex(gradient)}$.{arrived} "
            f"What will ${_latex_slope(output, target)}$ be after this step?",
            f"nodes[{index}].gradient",
            answer,
            mistakes,
            self._make_arrival_line(after, state, place, index).numbers.join(("$", "$.")),
        )


def require_local_slopes(node: GraphNode) -> tuple[float, ...]:
    """The local slopes of a node, which has passed its gradient back by now."""
    assert node.local is not None
    return node.local


def _pretty_name(name: str) -> str:
    """A name as it is drawn in a picture: w₁."""
    stem = name.rstrip("0123456789")
    return stem + name[len(stem) :].translate(TO_SUBSCRIPT) if stem[:1].isalpha() else name


def _latex_name(node: GraphNode) -> str:
    return format_latex(node.value) if node.operation == "number" else variable_to_latex(canonical_name(node.name))


def _latex_slope(above: str, below: str) -> str:
    return rf"\frac{{\partial {above}}}{{\partial {below}}}"


def _node_formula(state: GraphState, place: int) -> str:
    node = state.nodes[place]
    text = operation_of(node).text
    shown = [_pretty_name(state.nodes[index].name) for index in node.inputs]
    filling = {f"{sign}{k}": name for k, name in enumerate(shown) for sign in "@!"}
    return _fill(text, filling).replace("-", "−")


def _make_fillings(state: GraphState, place: int) -> tuple[dict[str, str], dict[str, str]]:
    """What to fill into a template for the inputs and the value: their names, and their numbers."""
    node = state.nodes[place]
    names, numbers = {"@v": _latex_name(node)}, {"@v": _format_base(node.value or 0.0)}
    for k, index in enumerate(node.inputs):
        source = state.nodes[index]
        names |= {f"@{k}": _latex_name(source), f"!{k}": _latex_name(source)}
        numbers |= {f"@{k}": _format_base(require_value(source.value)), f"!{k}": format_latex(source.value)}
    return names, numbers


def _format_base(value: float) -> str:
    """A number as a factor, or as the base of a power, with brackets where it needs them."""
    text = format_factor(value)
    return f"({text})" if "^" in text and not text.startswith("(") else text


def _fill(template: str, filling: dict[str, str]) -> str:
    for sign in sorted(filling, key=len, reverse=True):  # @10 before @1
        template = template.replace(sign, filling[sign])
    return template


def _bracket_slope(slope: str) -> str:
    """A slope as a factor, in brackets where it is a sum or negative."""
    return f"({slope})" if " + " in slope or " - " in slope or slope.startswith("-") else slope


def _make_readings(state: GraphState) -> tuple[Reading, ...]:
    output = _pretty_name(state.nodes[-1].name)
    rows = []
    for place, node in enumerate(state.nodes):
        if node.operation == "number":
            continue
        formula = f" = {_node_formula(state, place)}" if node.inputs else ""
        rows.append(make_reading(state, f"{_pretty_name(node.name)}{formula}", f"nodes[{place}].value", drawn_in=TITLE))
        if node.gradient is not None:
            label = f"∂{output}/∂{_pretty_name(node.name)}"
            rows.append(make_reading(state, label, f"nodes[{place}].gradient", drawn_in=TITLE))
    return tuple(rows)
