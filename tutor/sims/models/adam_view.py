"""The view of an optimizer's walk: the path, the loss, and the arithmetic of a step."""

from dataclasses import dataclass
from math import sqrt

from tutor.sims.engine.chart import Chart, HeatMap, Line, Points
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, distinct_mistakes
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import View, WorkedLine, describe_change, make_reading, make_worked_line
from tutor.sims.functions.surfaces import log_cost_field
from tutor.sims.models.adam import Adam, AdamState
from tutor.text.numbers import counted, format_factor, format_latex, format_number, format_power


@dataclass(frozen=True)
class AdamSimulation(Adam):
    """An optimizer walks down a surface."""

    def view(self, history: RunHistory[AdamState]) -> View:
        """The view of the last state, with pictures of the path on the surface, and the loss."""
        state = history.state
        labels_and_keys = [("θ₁", "theta[0]"), ("θ₂", "theta[1]"), ("loss", "loss")]
        for name, symbol in QUANTITY_SYMBOLS.items():
            if getattr(state, name) is not None:
                suffix = " at old θ" if name == "g" else ""  # θ is shown after the update that g led to
                labels_and_keys += [(f"{symbol}{'₁₂'[k]}{suffix}", f"{name}[{k}]") for k in (0, 1)]
        if state.rate is not None and self.schedule != "constant":
            labels_and_keys.append(("rate αₜ", "rate"))
        return View(
            (_draw_path(self, history), _draw_loss(history)),
            tuple(make_reading(state, label, key) for label, key in labels_and_keys),
            _make_worked_lines(self, history),
            _narrate(self, history),
            _make_prediction(self, state),
        )


OPTIMIZER_NAMES = {"adam": "Adam", "sgd": "SGD", "momentum": "momentum", "rmsprop": "RMSProp"}
"""The optimizers as the field writes them."""
QUANTITY_SYMBOLS = {"g": "g", "m": "m", "v": "v", "m_hat": "m̂", "v_hat": "v̂", "update": "update"}
"""Field of the state, of two components → its symbol in the readings."""


def _draw_path(rules: Adam, history: RunHistory[AdamState]) -> Chart:
    """The path of θ over the surface."""
    state, span = history.state, rules.surface.span
    x, y = history.trace("theta[0]").values, history.trace("theta[1]").values
    marks = (
        HeatMap(log_cost_field(rules.surface), (-span, span), (-span, span), "loss, log"),
        Line(x, y, "path of θ", "accent"),
        Points([x[0]], [y[0]], "start", "muted", "ring"),
        Points([state.theta[0]], [state.theta[1]], "", "accent", "diamond"),
    )
    optimizer = OPTIMIZER_NAMES[rules.optimizer]
    description = (
        f"After {counted(state.t, 'update')} with {optimizer}, θ is at {format_number(state.theta)}; "
        f"it started at {format_number((x[0], y[0]))}."
    )
    rotation_words = f", turned by {format_number(rules.rotation)}°" if rules.rotation else ""
    title, axis_range = f"{rules.surface.title}{rotation_words}: the path of {optimizer}", (-span, span)
    return Chart(title, marks, description, "θ₁", "θ₂", axis_range, axis_range, scale="plane")


def _draw_loss(history: RunHistory[AdamState]) -> Chart:
    """The loss of each update, on a log scale if all losses are positive."""
    trace = history.trace("loss")
    is_positive = all(value > 0 for value in trace.values)
    first, last = format_number(trace.values[0]), format_number(history.state.loss)
    description = f"The loss went from {first} to {last} in {counted(history.state.t, 'update')}."
    return Chart(
        "Loss",
        (Line(trace.steps, trace.values, "loss", "primary"),),
        description,
        "update t",
        "loss, log scale" if is_positive else "loss",
        log_y=is_positive,
    )


STAGES = {"m": "first average", "v": "second average", "hat": "correction", "update": "update", "theta": "update"}
"""The first word of a line's name in `_make_worked_lines` → the stage of the step that it belongs to."""


MUCH_FARTHER = 5
"""The second component of θ is worked out instead of the first if it moves farther by more than this factor."""


def choose_component(state: AdamState) -> int:
    """The index of the component of θ to ask about and to work out: 0, or 1 if that one moves much farther."""
    first, second = state.update or (0.0, 0.0)
    return 1 if abs(first) * MUCH_FARTHER < abs(second) else 0


def _make_worked_lines(rules: Adam, history: RunHistory[AdamState]) -> tuple[WorkedLine, ...]:
    """The lines of the last update, for the component that was asked about before it."""
    state, previous = history.state, history.previous
    if previous is None or state.g is None or state.update is None:
        return ()
    k = choose_component(state)
    i, g = k + 1, state.g[k]  # components are counted from 1 in formulas
    n = _Numbers(previous, state, k)  # formatted
    lines = {  # name → (key, formula, numbers)
        "m_adam": (
            f"m[{k}]",
            rf"m_{i} \leftarrow \beta_1 m_{i} + (1 - \beta_1) g_{i}",
            rf"{n.beta1} \cdot {n.old_m} + (1 - {n.beta1}) \cdot {n.g}",
        ),
        "m_momentum": (f"m[{k}]", rf"m_{i} \leftarrow \beta_1 m_{i} + g_{i}", rf"{n.beta1} \cdot {n.old_m} + {n.g}"),
        "v": (
            f"v[{k}]",
            rf"v_{i} \leftarrow \beta_2 v_{i} + (1 - \beta_2) g_{i}^2",
            rf"{n.beta2} \cdot {n.old_v} + (1 - {n.beta2}) \cdot {format_power(g, 2)}",
        ),
        "hat_m": (
            f"m_hat[{k}]",
            rf"\hat m_{i} = \frac{{m_{i}}}{{1 - \beta_1^t}}",
            rf"\frac{{{n.m}}}{{1 - {format_power(state.beta1, state.t)}}}",
        ),
        "hat_v": (
            f"v_hat[{k}]",
            rf"\hat v_{i} = \frac{{v_{i}}}{{1 - \beta_2^t}}",
            rf"\frac{{{n.v}}}{{1 - {format_power(state.beta2, state.t)}}}",
        ),
        "update": (f"update[{k}]", *_formula_of_update(rules, state, n, i)),
        "theta": (
            f"theta[{k}]",
            rf"\theta_{i} \leftarrow \theta_{i} - \text{{update}}_{i}",
            rf"{n.old_theta} - {n.update}",
        ),
    }
    line_names = {
        "adam": ("m_adam", "v", "hat_m", "hat_v", "update", "theta"),
        "sgd": ("update", "theta"),
        "momentum": ("m_momentum", "update", "theta"),
        "rmsprop": ("v", "update", "theta"),
    }[rules.optimizer]
    return tuple(make_worked_line(state, *lines[name], stage=STAGES[name.split("_")[0]]) for name in line_names)


def _formula_of_update(rules: Adam, state: AdamState, n: "_Numbers", i: int) -> tuple[str, str]:
    """(formula, right side with the numbers `n`) for the update of component `i`, counted from 1."""
    direction, numbers = _formula_of_direction(rules, state, n, i)
    if rules.decay:
        direction, numbers = rf"{direction} + \lambda \theta_{i}", rf"{numbers} + {n.decay} \cdot {n.old_theta}"
    if rules.decay or (rules.nesterov and rules.optimizer == "momentum"):  # the rate multiplies a sum
        direction, numbers = f"({direction})", f"({numbers})"
    rate = r"\alpha" if rules.schedule == "constant" else r"\alpha_t"
    return rf"\text{{update}}_{i} = {rate} \, {direction}", rf"{n.rate} \cdot {numbers}"


def _formula_of_direction(rules: Adam, state: AdamState, n: "_Numbers", i: int) -> tuple[str, str]:
    """(formula, same with the numbers `n`) for the direction that the learning rate multiplies, without the decay."""
    if rules.optimizer == "sgd":
        return f"g_{i}", n.g
    if rules.optimizer == "momentum":
        if rules.nesterov:
            return rf"\beta_1 m_{i} + g_{i}", rf"{n.beta1} \cdot {n.m} + {n.g}"
        return f"m_{i}", n.m
    if rules.optimizer == "rmsprop":
        return (
            rf"\frac{{g_{i}}}{{\sqrt{{v_{i}}} + \varepsilon}}",
            rf"\frac{{{n.g}}}{{\sqrt{{{n.v}}} + {n.epsilon}}}",
        )
    numerator, numerator_numbers = rf"\hat m_{i}", n.m_hat
    if rules.nesterov:
        numerator = rf"\beta_1 \hat m_{i} + \frac{{(1 - \beta_1) g_{i}}}{{1 - \beta_1^t}}"
        new_term = rf"\frac{{(1 - {n.beta1}) \cdot {n.g}}}{{1 - {format_power(state.beta1, state.t)}}}"
        numerator_numbers = rf"{n.beta1} \cdot {n.m_hat} + {new_term}"
    return (
        rf"\frac{{{numerator}}}{{\sqrt{{\hat v_{i}}} + \varepsilon}}",
        rf"\frac{{{numerator_numbers}}}{{\sqrt{{{n.v_hat}}} + {n.epsilon}}}",
    )


class _Numbers:
    """The numbers of the component with index `k`, in LaTeX, as factors: negative ones in brackets."""

    def __init__(self, previous: AdamState, state: AdamState, k: int) -> None:
        def component(pair: tuple[float, float] | None) -> str:
            return format_factor(0.0 if pair is None else pair[k])

        self.g, self.m, self.v = component(state.g), component(state.m), component(state.v)
        self.update = component(state.update)
        self.m_hat, self.v_hat = component(state.m_hat), component(state.v_hat)
        self.old_m, self.old_v = component(previous.m), component(previous.v)
        self.old_theta = component(previous.theta)
        self.rate, self.epsilon = format_factor(state.rate or 0.0), format_factor(state.epsilon)
        # These are never negative, so they need no brackets.
        self.decay = format_latex(state.decay)
        self.beta1, self.beta2 = format_latex(state.beta1), format_latex(state.beta2)


def _narrate(rules: Adam, history: RunHistory[AdamState]) -> str:
    """The sentence about the last update, or about the start."""
    state, previous = history.state, history.previous
    if previous is None or state.g is None or state.update is None:
        name = OPTIMIZER_NAMES[rules.optimizer]
        return (
            f"{name[0].upper()}{name[1:]} starts at θ = {format_number(state.theta)} with loss "
            f"{format_number(state.loss)}. {rules.surface.description}"
        )
    distance = sqrt(state.update[0] ** 2 + state.update[1] ** 2)
    change = describe_change(previous.loss, state.loss)
    return f"Update {state.t}: θ moved by {format_number(distance)}; the loss {change}."


def _make_prediction(rules: Adam, state: AdamState) -> Prediction | None:
    """Ask for the next m with momentum and Adam, for v with RMSProp, for θ with SGD."""
    after = look_ahead(rules, state)
    if after.g is None:
        return None
    if rules.optimizer == "sgd":
        return _ask_for_theta(rules, state, after)
    if rules.optimizer == "rmsprop":
        return _ask_for_v(rules, state, after)
    return _ask_for_m(rules, state, after)


def _ask_for_m(rules: Adam, state: AdamState, after: AdamState) -> Prediction:
    """Ask for the next m, the average of gradients, before its correction."""
    assert after.g and after.m and state.m
    k = choose_component(after)
    i, g, m, beta = k + 1, after.g[k], state.m[k], rules.beta1
    if rules.optimizer == "adam":
        new_term = rf"(1 - \beta_1) g_{i}"
        new_number = rf"(1 - {format_number(beta)}) \cdot {format_factor(g)}"
        mistake = (beta * m + g, r"In Adam the new gradient counts $1 - \beta_1$.")
    else:
        new_term, new_number = f"g_{i}", format_factor(g)
        mistake = (beta * m + (1 - beta) * g, "In momentum the new gradient counts in full.")
    formula = rf"m_{i} \leftarrow \beta_1 m_{i} + {new_term}"
    rule = rf"{formula} = {format_number(beta)} \cdot {format_factor(m)} + {new_number}"
    mistakes = [
        (g, "That is the gradient itself; a share of the old average is kept."),
        ((1 - beta) * m + beta * g, r"The shares are swapped: $\beta_1$ belongs to the old average."),
        mistake,
    ]
    prompt = (
        rf"The next gradient has $g_{i} = {format_latex(g)}$, and $m_{i} = {format_latex(m)}$ so far. "
        rf"With $\beta_1 = {format_latex(beta)}$, what will $m_{i}$ be?"
    )
    why = f"${rule} = {format_number(after.m[k])}$."
    return Prediction(prompt, f"m[{k}]", after.m[k], distinct_mistakes(mistakes, after.m[k]), why)


def _ask_for_v(rules: Adam, state: AdamState, after: AdamState) -> Prediction:
    """Ask for the next v, the average of squared gradients."""
    assert after.g and after.v and state.v
    k = choose_component(after)
    i, g, v, beta = k + 1, after.g[k], state.v[k], rules.beta2
    mistakes = [
        (beta * v + (1 - beta) * g, "The gradient is squared before it is averaged."),
        ((1 - beta) * v + beta * g * g, r"The shares are swapped: $\beta_2$ belongs to the old average."),
    ]
    prompt = (
        rf"The next gradient has $g_{i} = {format_latex(g)}$, and $v_{i} = {format_latex(v)}$ so far. "
        rf"With $\beta_2 = {format_number(beta)}$, what will $v_{i}$ be?"
    )
    numbers = (
        rf"{format_number(beta)} \cdot {format_factor(v)} + (1 - {format_number(beta)}) \cdot "
        rf"{format_power(g, 2)} = {format_number(after.v[k])}"
    )
    why = rf"$v_{i} \leftarrow \beta_2 v_{i} + (1 - \beta_2) g_{i}^2 = {numbers}$."
    return Prediction(prompt, f"v[{k}]", after.v[k], distinct_mistakes(mistakes, after.v[k]), why)


def _ask_for_theta(rules: Adam, state: AdamState, after: AdamState) -> Prediction:
    """Ask for a component of θ after the next update."""
    assert after.g
    k = choose_component(after)
    i, g, theta, rate = k + 1, after.g[k], state.theta[k], rules.rate_at(after.t)
    decay_step = rate * rules.decay * theta
    mistakes = [
        (theta + rate * g - decay_step, "That goes uphill: the step is minus the gradient."),
        (theta - g - decay_step, r"The gradient is scaled by $\alpha$ first."),
    ]
    if rules.decay:
        mistakes.append((theta - rate * g, r"The decay is missing: $\alpha \lambda \theta$ is subtracted too."))
    prompt = (
        rf"$\theta_{i} = {format_latex(theta)}$, and the next gradient has $g_{i} = {format_latex(g)}$. "
        rf"With $\alpha = {format_latex(rate)}${_decay_words(rules)}, what will $\theta_{i}$ be?"
    )
    formula = rf"\theta_{i} \leftarrow \theta_{i} - \alpha g_{i}"
    numbers = rf"{format_number(theta)} - {format_number(rate)} \cdot {format_factor(g)}"
    if rules.decay:
        formula += rf" - \alpha \lambda \theta_{i}"
        numbers += rf" - {format_number(rate)} \cdot {format_latex(rules.decay)} \cdot {format_factor(theta)}"
    why = rf"${formula} = {numbers} = {format_number(after.theta[k])}$."
    return Prediction(prompt, f"theta[{k}]", after.theta[k], distinct_mistakes(mistakes, after.theta[k]), why)


def _decay_words(rules: Adam) -> str:
    """The decay as a part of a question; empty without decay."""
    return rf" and the decay $\lambda = {format_latex(rules.decay)}$" if rules.decay else ""
