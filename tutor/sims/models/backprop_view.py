"""The view of back-propagation: the chain with its numbers, and one worked line for each step."""

from dataclasses import dataclass
from math import isnan

from tutor.sims.engine.chart import Chart, Diagram, Line, Link, Node
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, distinct_mistakes
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.state import lookup
from tutor.sims.engine.view import Reading, View, WorkedLine, make_reading, make_worked_line
from tutor.sims.functions.activations import ACTIVATIONS
from tutor.sims.models.backprop import Backprop, BackpropState
from tutor.text.numbers import counted, format_factor, format_latex, format_number


@dataclass(frozen=True)
class BackpropSimulation(Backprop):
    """Three neurons in a chain learn to give y for x."""

    def view(self, history: RunHistory[BackpropState]) -> View:
        """The chain with its numbers, the cost from pass to pass, and the arithmetic of the last step."""
        state = history.state
        return View(
            (_draw_chain(state), _draw_costs(history)),
            _make_readings(state),
            _make_worked_lines(self, history),
            _narrate(state),
            _make_prediction(self, state),
        )


QUANTITY_WORDS = {
    "z": "the weighted input",
    "v": "the output",
    "dv": "the derivative of the cost with respect to the output",
    "delta": "the derivative of the cost with respect to the weighted input",
    "dw": "the gradient of the weight",
    "db": "the gradient of the bias",
}
SUBSCRIPTS = "₀₁₂₃"
CHAIN = "The chain"
"""The picture in which all stands that is computed of the neurons, but for the biases."""


def key_of(current: str) -> str:
    """The state path of a quantity named as in the order of steps: `dv3` is `dv[2]`."""
    return current if current == "cost" else f"{current[:-1]}[{int(current[-1]) - 1}]"


def _make_readings(state: BackpropState) -> tuple[Reading, ...]:
    rows = [make_reading(state, "iteration", "iteration"), make_reading(state, "cost", "cost", drawn_in=CHAIN)]
    for layer in (1, 2, 3):
        i, n = layer - 1, SUBSCRIPTS[layer]
        rows += [make_reading(state, f"w{n}", f"w[{i}]", drawn_in=CHAIN), make_reading(state, f"b{n}", f"b[{i}]")]
        for label, key in (("z", "z"), ("v", "v"), ("∂C/∂v", "dv"), ("δ", "delta"), ("∂C/∂w", "dw"), ("∂C/∂b", "db")):
            if lookup(state, f"{key}[{i}]") is not None:
                chain = "" if key == "db" else CHAIN
                rows.append(make_reading(state, f"{label}{n}", f"{key}[{i}]", drawn_in=chain))
    return tuple(rows)


def _draw_chain(state: BackpropState) -> Diagram:
    """The three neurons with all that is computed of them, and the gradients on the way back."""

    def text(value: float | None) -> str:
        return "" if value is None else format_number(value)

    current = state.current or ""
    columns = [(Node("x", (("x", text(state.x)),), current == ""),)]
    links = []
    for layer in (1, 2, 3):
        i, n = layer - 1, SUBSCRIPTS[layer]
        links.append(
            Link(
                (("w" + n, text(state.w[i])), ("∂C/∂w", text(state.dw[i]))),
                state.phase == "backward",
                current == f"dw{layer}",
                (f"w{layer}", ""),
            )
        )
        rows = (
            ("z", text(state.z[i])),
            ("v", text(state.v[i])),
            ("∂C/∂v", text(state.dv[i])),
            ("δ", text(state.delta[i])),
        )
        columns.append((Node(f"neuron {layer}", rows, current.endswith(str(layer)) and not current.startswith("dw")),))
    links.append(Link((), state.phase == "backward"))
    columns.append((Node("cost", (("y", text(state.y)), ("C", text(state.cost))), current == "cost"),))
    known = f"cost {format_number(state.cost)}" if state.cost is not None else "the cost is not computed yet"
    return Diagram(
        CHAIN,
        tuple(columns),
        tuple(links),
        f"Input {format_number(state.x)}, three neurons, target {format_number(state.y)}; {known}.",
    )


def _draw_costs(history: RunHistory[BackpropState]) -> Chart:
    """The cost of each pass, at the step where it was computed."""
    trace = history.trace("cost", 4000)
    cost_of_pass: dict[int, float] = {}
    for step, value in zip(trace.steps, trace.values, strict=True):
        if not isnan(value):
            cost_of_pass[(step - 1) // 20] = value
    passes, costs = list(cost_of_pass), list(cost_of_pass.values())
    description = (
        f"The cost after {counted(len(costs), 'pass')} is {format_number(costs[-1])}."
        if costs
        else "The cost of each pass will appear here, once the forward pass has reached it."
    )
    return Chart("Cost", (Line(passes, costs, "cost", "primary"),), description, "iteration", "cost")


def _make_worked_lines(rules: Backprop, history: RunHistory[BackpropState]) -> tuple[WorkedLine, ...]:
    """The quantity that was just computed; after an update every weight and bias."""
    state, before = history.state, history.previous
    if before is None or state.current is None:
        return ()
    if state.current == "update":
        eta = format_factor(state.learning_rate)
        return tuple(
            make_worked_line(
                state,
                f"w[{i}]",
                rf"w_{i + 1} \leftarrow w_{i + 1} - \eta \frac{{\partial C}}{{\partial w_{i + 1}}}",
                rf"{_format_value(before.w[i])} - {eta} \cdot {_format_value(before.dw[i])}",
            )
            for i in (0, 1, 2)
        )
    formula, numbers = _formula_with_numbers(rules, state, state.current)
    return (make_worked_line(state, key_of(state.current), formula, numbers),)


def _formula_with_numbers(rules: Backprop, s: BackpropState, current: str) -> tuple[str, str]:
    """The formula of a quantity, and its right side with the numbers in."""
    if current == "cost":
        return r"C = \frac{1}{2} (y - v_3)^2", rf"\frac{{1}}{{2}} ({_format_value(s.y)} - {_format_value(s.v[2])})^2"
    name, layer = current[:-1], int(current[-1])
    i, before = layer - 1, f"v_{layer - 1}" if layer > 1 else "x"
    incoming = _format_value(s.x if layer == 1 else s.v[layer - 2])
    f = ACTIVATIONS[rules.activation]
    z = s.z[i]
    slope = 0.0 if z is None else f.derivative(z)
    match name:
        case "z":
            return (
                rf"z_{layer} = w_{layer} {before} + b_{layer}",
                rf"{_format_value(s.w[i])} \cdot {incoming} + {_format_value(s.b[i])}",
            )
        case "v":
            return rf"v_{layer} = \sigma(z_{layer})", rf"\sigma({format_latex(z)})"
        case "dv" if layer == 3:
            return r"\frac{\partial C}{\partial v_3} = v_3 - y", rf"{_format_value(s.v[2])} - {_format_value(s.y)}"
        case "dv":
            return (
                rf"\frac{{\partial C}}{{\partial v_{layer}}} = \delta_{layer + 1} w_{layer + 1}",
                rf"{_format_value(s.delta[i + 1])} \cdot {_format_value(s.w[i + 1])}",
            )
        case "delta":
            return (
                rf"\delta_{layer} = \frac{{\partial C}}{{\partial v_{layer}}} \sigma'(z_{layer})",
                rf"{_format_value(s.dv[i])} \cdot {_format_value(slope)}",
            )
        case "dw":
            return (
                rf"\frac{{\partial C}}{{\partial w_{layer}}} = \delta_{layer} {before}",
                rf"{_format_value(s.delta[i])} \cdot {incoming}",
            )
    return rf"\frac{{\partial C}}{{\partial b_{layer}}} = \delta_{layer}", _format_value(s.delta[i])


def _format_value(value: float | None) -> str:
    return format_number(value) if value is None else format_factor(value)


def _narrate(state: BackpropState) -> str:
    """Which quantity was computed, and from what."""
    if state.current is None:
        return (
            f"Input $x = {format_latex(state.x)}$, target $y = {format_latex(state.y)}$; the forward pass starts "
            f"at the first neuron."
        )
    if state.current == "cost":
        out, target = format_number(state.v[2]), format_number(state.y)
        return f"The output {out} is compared with the target {target}: the cost is {format_number(state.cost)}."
    if state.current == "update":
        return f"Every weight and bias takes a step against its gradient; pass {state.iteration + 1} is complete."
    name, layer = state.current[:-1], int(state.current[-1])
    value = lookup(state, key_of(state.current))
    return f"Neuron {layer}: {QUANTITY_WORDS[name]} is {format_number(value)}."


def _make_prediction(rules: Backprop, state: BackpropState) -> Prediction | None:
    """Ask for the next quantity, knowing the results of the usual mistakes."""
    after = look_ahead(rules, state)
    if after.current is None:
        return None
    if after.current == "update":
        w, dw = state.w[0], state.dw[0] or 0.0
        mistakes = (
            (w + rules.learning_rate * dw, "That goes uphill: the gradient is subtracted."),
            (w - dw, r"The gradient is scaled by $\eta$."),
        )
        return Prediction(
            rf"$w_1 = {format_latex(w)}$, $\partial C/\partial w_1 = {format_latex(dw)}$ and "
            rf"$\eta = {format_latex(rules.learning_rate)}$. What will $w_1$ be?",
            "w[0]",
            after.w[0],
            distinct_mistakes(mistakes, after.w[0]),
            r"$w_1 - \eta \, \partial C/\partial w_1$.",
        )
    key = key_of(after.current)
    answer = float(lookup(after, key))
    formula, numbers = _formula_with_numbers(rules, after, after.current)
    return Prediction(
        rf"Next comes ${formula}$. What is it?",
        key,
        answer,
        distinct_mistakes(_list_mistakes(rules, after, after.current), answer),
        rf"${numbers}$.",
    )


def _list_mistakes(rules: Backprop, s: BackpropState, current: str) -> tuple[tuple[float, str], ...]:
    """What the known mistakes give for the quantity that comes next, each with what to say to it."""
    if current == "cost":
        error = s.y - (s.v[2] or 0.0)
        return ((error * error, "The cost has a half in front."), (error, "The error is squared, and halved."))
    name, i = current[:-1], int(current[-1]) - 1
    z, v = s.z[i] or 0.0, s.v[i] or 0.0
    f = ACTIVATIONS[rules.activation]
    match name:
        case "v":
            return (
                (z, "That is $z$; the activation is still to be applied."),
                (f.derivative(z), "That is the slope of the activation, not its value."),
            )
        case "dv" if i == 2:
            return ((s.y - v, "The sign is the other way round: $v_3 - y$."),)
        case "dv":
            return ((s.delta[i + 1] or 0.0, r"The weight on the way back is missing: $\delta$ is multiplied by it."),)
        case "delta":
            dv = s.dv[i] or 0.0
            return (
                (dv * v, "That multiplies by the output; the slope of the activation is needed."),
                (dv, "The slope of the activation is missing."),
            )
        case "dw":
            return (
                (s.delta[i] or 0.0, "That is the bias's gradient; the weight's is multiplied by what came in."),
                ((s.delta[i] or 0.0) * s.w[i], "Multiply by what came in through the weight, not by the weight."),
            )
    return ()
