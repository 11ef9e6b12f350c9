"""What there is to see of gradient descent: the path, the loss, and the step as arithmetic."""

from typing import TYPE_CHECKING

from tutor.sims.engine.chart import Chart, HeatMap, Line, Mark, Points
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.narration import describe_change
from tutor.sims.engine.simulation import Prediction, View, WorkedLine, make_prediction, make_reading, make_worked_line
from tutor.sims.functions.surfaces import field
from tutor.text.numbers import counted, latex, show, tex

if TYPE_CHECKING:
    from tutor.sims.models.descent import Descent, DescentState


def view(rules: "Descent", history: "RunHistory[DescentState]") -> View:
    """The path on the surface, the loss, and the step as arithmetic."""
    state = history.state
    keys = (
        ("w₁", "w[0]"),
        ("w₂", "w[1]"),
        ("gradient, first", "gradient[0]"),
        ("gradient, second", "gradient[1]"),
        ("length of the gradient", "gradient_norm"),
        ("loss", "loss"),
        ("converged", "converged"),
    )
    rows = tuple(make_reading(state, label, key) for label, key in keys)
    return View(_pictures(rules, history), rows, _worked(history), _say(rules, history), _ask(rules, state))


def _pictures(rules: "Descent", history: "RunHistory[DescentState]") -> tuple[Chart, ...]:
    made = [_path(rules, history, rules.function)]
    if rules.function == "errors":
        made.append(_path(rules, history, "errors-smooth"))
    trace = history.trace("loss")
    said = (
        f"The loss went from {show(trace.values[0], 4)} to {show(history.state.loss, 4)} in "
        f"{counted(history.state.step, 'step')}."
    )
    positive = min(trace.values) > 0
    made.append(
        Chart(
            "Loss",
            (Line(trace.steps, trace.values, "loss", "primary"),),
            said,
            "step",
            "loss, log scale" if positive else "loss",
            log_y=positive,
        )
    )
    return tuple(made)


def _path(rules: "Descent", history: "RunHistory[DescentState]", function: str) -> Chart:
    from tutor.sims.models.descent import FUNCTIONS

    state, surface = history.state, FUNCTIONS[function]
    span = surface.span
    x, y = history.trace("w[0]").values, history.trace("w[1]").values
    marks: list[Mark] = [HeatMap(field(surface), (-span, span), (-span, span), "cost"), Line(x, y, "path", "accent")]
    if state.gradient_norm > rules.tolerance:
        length = 0.35 * span / state.gradient_norm
        end = [state.w[k] - length * state.gradient[k] for k in (0, 1)]
        marks.append(Line([state.w[0], end[0]], [state.w[1], end[1]], "downhill", "good"))
    marks.append(Points([state.w[0]], [state.w[1]], "w", "accent", "diamond"))
    said = f"The cost {function}: after {counted(state.step, 'step')}, w is at {show(state.w, 4)}."
    return Chart(function, tuple(marks), said, "w₁", "w₂", (-span, span), (-span, span))


def _worked(history: "RunHistory[DescentState]") -> tuple[WorkedLine, ...]:
    state, before = history.state, history.previous
    if before is None:
        return ()
    return tuple(
        make_worked_line(
            state,
            f"w[{k}]",
            rf"w_{k + 1} \leftarrow w_{k + 1} - \eta \frac{{\partial C}}{{\partial w_{k + 1}}}",
            rf"{tex(before.w[k])} - {tex(state.learning_rate)} \cdot {tex(before.gradient[k])}",
        )
        for k in (0, 1)
    )


def _say(rules: "Descent", history: "RunHistory[DescentState]") -> str:
    state = history.state
    if rules.done(state):
        stops = f"The length of the gradient is {show(state.gradient_norm, 3)}, within the tolerance"
        if state.converged:
            return (
                f"{stops}, and the surface curves upward in every direction: converged to a minimum, "
                f"with loss {show(state.loss, 4)}."
            )
        return (
            f"{stops}, so descent stops; but this is not a minimum, since in some direction the surface is flat "
            "or curves downward."
        )
    if history.previous is None:
        return f"Descent starts at w = {show(state.w, 4)} with loss {show(state.loss, 4)}. {rules.surface.about}"
    size = show(state.gradient_norm, 3)
    level = f"; the gradient is small ({size}), but not yet within the tolerance" if state.gradient_norm < 0.02 else ""
    return f"Step {state.step}: the loss {describe_change(history.previous.loss, state.loss)}{level}."


def _ask(rules: "Descent", state: "DescentState") -> Prediction | None:
    if rules.done(state):
        return None
    w, g, rate = state.w[0], state.gradient[0], rules.learning_rate
    answer = rules.step(state).w[0]
    slips = [
        (w + rate * g, "That goes uphill: the step is minus the gradient."),
        (w - g, r"The gradient is scaled by $\eta$."),
    ]
    return make_prediction(
        rf"$w_1 = {latex(w)}$, its gradient is ${latex(g)}$ and $\eta = {latex(rate)}$. What will $w_1$ be?",
        "w[0]",
        answer,
        slips,
        r"$w_1 - \eta \, \partial C/\partial w_1$.",
    )
