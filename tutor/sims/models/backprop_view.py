"""The view of backpropagation: the chain with its numbers, and one worked line for each step."""

from dataclasses import dataclass
from math import isnan

from tutor.sims.engine.chart import Chart, Diagram, Line, Link, Node
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, distinct_mistakes
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.state import lookup
from tutor.sims.engine.view import Reading, View, WorkedLine, make_reading, make_worked_line
from tutor.sims.functions.activations import ACTIVATIONS
from tutor.sims.models.backprop import COMPUTATION_ORDER, Backprop, BackpropState
from tutor.text.numbers import counted, format_factor, format_latex, format_number


@dataclass(frozen=True)
class BackpropSimulation(Backprop):
    """Three neurons in a chain learn to give y for x."""

    def view(self, history: RunHistory[BackpropState]) -> View:
        """The view of the last state, with pictures of the chain with its numbers, and the cost by iteration."""
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
"""Number → its subscript."""
CHAIN = "The chain"
"""The title of the picture, which shows all numbers as text, except the gradients of the biases."""


def key_of(current: str) -> str:
    """The path in the state of a quantity named as in `COMPUTATION_ORDER`: `dv3` is `dv[2]`."""
    return current if current == "cost" else f"{current[:-1]}[{int(current[-1]) - 1}]"


def _make_readings(state: BackpropState) -> tuple[Reading, ...]:
    """The cost, and for each neuron its weight, its bias and all its quantities that have been computed."""
    readings = [
        make_reading(state, "iteration", "iteration"),
        make_reading(state, "cost", "cost", drawn_in=CHAIN),
    ]
    for layer in (1, 2, 3):
        i, subscript = layer - 1, SUBSCRIPTS[layer]
        readings.append(make_reading(state, f"w{subscript}", f"w[{i}]", drawn_in=CHAIN))
        readings.append(make_reading(state, f"b{subscript}", f"b[{i}]", drawn_in=CHAIN))
        for label, name in (("z", "z"), ("v", "v"), ("∂C/∂v", "dv"), ("δ", "delta"), ("∂C/∂w", "dw"), ("∂C/∂b", "db")):
            if lookup(state, f"{name}[{i}]") is not None:
                drawn_in = "" if name == "db" else CHAIN
                readings.append(make_reading(state, f"{label}{subscript}", f"{name}[{i}]", drawn_in=drawn_in))
    return tuple(readings)


def _draw_chain(state: BackpropState) -> Diagram:
    """The input, the three neurons and the cost as boxes, with all that is computed; the weights on the arrows."""

    def format_known(value: float | None) -> str:
        return "" if value is None else format_number(value)

    current = state.current or ""
    is_backward = state.phase == "backward"
    columns = [(Node("x", (("x", format_known(state.x)),), active=current == ""),)]
    links = []
    for layer in (1, 2, 3):
        i = layer - 1
        links.append(
            Link(
                ((f"w{SUBSCRIPTS[layer]}", format_known(state.w[i])), ("∂C/∂w", format_known(state.dw[i]))),
                backward=is_backward,
                active=current == f"dw{layer}",
                keys=(f"w{layer}", ""),
                formulas=("", f"δ{SUBSCRIPTS[layer]} {_input_name(layer)}"),
            )
        )
        rows = (
            (f"b{SUBSCRIPTS[layer]}", format_known(state.b[i])),
            ("z", format_known(state.z[i])),
            ("v", format_known(state.v[i])),
            ("∂C/∂v", format_known(state.dv[i])),
            ("δ", format_known(state.delta[i])),
        )
        is_active = current.endswith(str(layer)) and not current.startswith("dw")
        columns.append((Node(f"neuron {layer}", rows, active=is_active, formulas=_list_formulas(layer)),))
    links.append(Link((), backward=is_backward))
    cost_rows = ("y", format_known(state.y)), ("C", format_known(state.cost))
    columns.append((Node("cost", cost_rows, active=current == "cost", formulas=("", "(y − v₃)²/2")),))
    cost_words = f"cost {format_number(state.cost)}" if state.cost is not None else "the cost is not computed yet"
    return Diagram(
        CHAIN,
        tuple(columns),
        tuple(links),
        f"Input {format_number(state.x)}, three neurons, target {format_number(state.y)}; {cost_words}.",
    )


def _input_name(layer: int) -> str:
    """What comes in through the weight of a neuron: the input, or the output of the neuron before."""
    return f"v{SUBSCRIPTS[layer - 1]}" if layer > 1 else "x"


def _list_formulas(layer: int) -> tuple[str, ...]:
    """How the quantities in the box of a neuron are computed, in the order of its rows; the bias is given."""
    own, next_one = SUBSCRIPTS[layer], SUBSCRIPTS[layer + 1 : layer + 2]
    return (
        "",
        f"w{own} {_input_name(layer)} + b{own}",
        f"σ(z{own})",
        f"δ{next_one} w{next_one}" if next_one else f"v{own} − y",
        f"∂C/∂v{own} σ′(z{own})",
    )


def _draw_costs(history: RunHistory[BackpropState]) -> Chart:
    """The cost by iteration."""
    trace = history.trace("cost", 4000)  # many points, since an iteration consists of many steps
    cost_of_iteration: dict[int, float] = {}
    for step, cost in zip(trace.steps, trace.values, strict=True):
        if not isnan(cost):  # nan until the forward pass of an iteration reaches the cost
            iteration = (step - 1) // len(COMPUTATION_ORDER)  # step 1 is the first of iteration 0
            cost_of_iteration[iteration] = cost
    iterations, costs = list(cost_of_iteration), list(cost_of_iteration.values())
    if costs:
        description = f"The cost after {counted(len(costs), 'pass')} is {format_number(costs[-1])}."
    else:
        description = "The cost of each pass will appear here, once the forward pass has reached it."
    marks = (Line(iterations, costs, "cost", "primary"),)
    return Chart("Cost", marks, description, "iteration", "cost", gives_way=True)


def _make_worked_lines(rules: Backprop, history: RunHistory[BackpropState]) -> tuple[WorkedLine, ...]:
    """The quantity that was just computed; after an update every weight."""
    state, previous = history.state, history.previous
    if previous is None or state.current is None:
        return ()
    if state.current == "update":
        eta = format_factor(state.learning_rate)
        return tuple(
            make_worked_line(
                state,
                f"w[{i}]",
                rf"w_{i + 1} \leftarrow w_{i + 1} - \eta \frac{{\partial C}}{{\partial w_{i + 1}}}",
                rf"{_format_value(previous.w[i])} - {eta} \cdot {_format_value(previous.dw[i])}",
            )
            for i in (0, 1, 2)
        )
    formula, numbers = _formula_with_numbers(rules, state, state.current)
    sigma = ACTIVATIONS[rules.activation].value
    return (make_worked_line(state, key_of(state.current), formula, numbers, function=sigma),)


def _formula_with_numbers(rules: Backprop, state: BackpropState, current: str) -> tuple[str, str]:
    """(formula, its right side with numbers) of a quantity named as in `COMPUTATION_ORDER`, in LaTeX."""
    if current == "cost":
        y, v3 = _format_value(state.y), _format_value(state.v[2])
        return r"C = \frac{(y - v_3)^2}{2}", rf"\frac{{({y} - {v3})^2}}{{2}}"
    name, layer = current[:-1], int(current[-1])
    i = layer - 1
    input_name = f"v_{layer - 1}" if layer > 1 else "x"
    input_value = _format_value(state.x if layer == 1 else state.v[layer - 2])
    z = state.z[i]
    slope = 0.0 if z is None else ACTIVATIONS[rules.activation].derivative(z)
    match name:
        case "z":
            return (
                rf"z_{layer} = w_{layer} {input_name} + b_{layer}",
                rf"{_format_value(state.w[i])} \cdot {input_value} + {_format_value(state.b[i])}",
            )
        case "v":
            return rf"v_{layer} = \sigma(z_{layer})", rf"\sigma({format_latex(z)})"
        case "dv" if layer == 3:
            v3, y = _format_value(state.v[2]), _format_value(state.y)
            return r"\frac{\partial C}{\partial v_3} = v_3 - y", f"{v3} - {y}"
        case "dv":
            return (
                rf"\frac{{\partial C}}{{\partial v_{layer}}} = \delta_{layer + 1} w_{layer + 1}",
                rf"{_format_value(state.delta[i + 1])} \cdot {_format_value(state.w[i + 1])}",
            )
        case "delta":
            return (
                rf"\delta_{layer} = \frac{{\partial C}}{{\partial v_{layer}}} \sigma'(z_{layer})",
                rf"{_format_value(state.dv[i])} \cdot {_format_value(slope)}",
            )
        case "dw":
            return (
                rf"\frac{{\partial C}}{{\partial w_{layer}}} = \delta_{layer} {input_name}",
                rf"{_format_value(state.delta[i])} \cdot {input_value}",
            )
    return rf"\frac{{\partial C}}{{\partial b_{layer}}} = \delta_{layer}", _format_value(state.delta[i])


def _format_value(value: float | None) -> str:
    """A value as a factor, in brackets if it is negative; `format_number` shows `None` as not computed yet."""
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
    """Ask for the quantity that comes next; before an update, for the new w₁."""
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


def _list_mistakes(rules: Backprop, after: BackpropState, current: str) -> tuple[tuple[float, str], ...]:
    """(value, remark) for each known mistake in computing `current`: `after.current`, which is not `None` here."""
    if current == "cost":
        error = after.y - (after.v[2] or 0.0)
        return ((error * error, "The square is halved."), (error, "The error is squared, and halved."))
    name, i = current[:-1], int(current[-1]) - 1
    is_last = i == 2
    z, v, delta = after.z[i] or 0.0, after.v[i] or 0.0, after.delta[i] or 0.0
    match name:
        case "v":
            return (
                (z, "That is $z$; the activation is still to be applied."),
                (
                    ACTIVATIONS[rules.activation].derivative(z),
                    "That is the slope of the activation, not its value.",
                ),
            )
        case "dv" if is_last:
            return ((after.y - v, "The sign is the other way round: $v_3 - y$."),)
        case "dv":
            next_delta = after.delta[i + 1] or 0.0
            return ((next_delta, r"The weight on the way back is missing: $\delta$ is multiplied by it."),)
        case "delta":
            dv = after.dv[i] or 0.0
            return (
                (dv * v, "That multiplies by the output; the slope of the activation is needed."),
                (dv, "The slope of the activation is missing."),
            )
        case "dw":
            return (
                (delta, "That is the bias’s gradient; the weight’s is multiplied by what came in."),
                (delta * after.w[i], "Multiply by what came in through the weight, not by the weight."),
            )
    return ()
