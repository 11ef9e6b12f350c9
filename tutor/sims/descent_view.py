"""What there is to see of gradient descent: the path, the loss, and the step as arithmetic."""

from typing import TYPE_CHECKING

from tutor.numbers import counted, show, tex
from tutor.sims.base import Ask, View, Worked, ask, reading, worked
from tutor.sims.chart import Chart, HeatMap, Line, Mark, Points
from tutor.sims.surfaces import field
from tutor.sims.trail import Trail

if TYPE_CHECKING:
    from tutor.sims.descent import Descent, DescentState


def view(rules: "Descent", trail: "Trail[DescentState]") -> View:
    """The path on the surface, the loss, and the step as arithmetic."""
    state = trail.state
    keys = (
        ("w₁", "w[0]"),
        ("w₂", "w[1]"),
        ("gradient, first", "gradient[0]"),
        ("gradient, second", "gradient[1]"),
        ("length of the gradient", "gradient_norm"),
        ("loss", "loss"),
        ("converged", "converged"),
    )
    rows = tuple(reading(state, label, key) for label, key in keys)
    return View(_pictures(rules, trail), rows, _worked(trail), _say(rules, trail), _ask(rules, state))


def _pictures(rules: "Descent", trail: "Trail[DescentState]") -> tuple[Chart, ...]:
    made = [_path(rules, trail, rules.function)]
    if rules.function == "errors":
        made.append(_path(rules, trail, "errors-smooth"))
    trace = trail.trace("loss")
    said = (
        f"The loss went from {show(trace.values[0], 4)} to {show(trail.state.loss, 4)} in "
        f"{counted(trail.state.step, 'step')}."
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


def _path(rules: "Descent", trail: "Trail[DescentState]", function: str) -> Chart:
    from tutor.sims.descent import FUNCTIONS

    state, surface = trail.state, FUNCTIONS[function]
    span = surface.span
    x, y = trail.trace("w[0]").values, trail.trace("w[1]").values
    marks: list[Mark] = [HeatMap(field(surface), (-span, span), (-span, span), "cost"), Line(x, y, "path", "accent")]
    if state.gradient_norm > rules.tolerance:
        length = 0.35 * span / state.gradient_norm
        end = [state.w[k] - length * state.gradient[k] for k in (0, 1)]
        marks.append(Line([state.w[0], end[0]], [state.w[1], end[1]], "downhill", "good"))
    marks.append(Points([state.w[0]], [state.w[1]], "w", "accent", "diamond"))
    said = f"On {function}, after {counted(state.step, 'step')}, w is at {show(state.w, 4)}."
    return Chart(function, tuple(marks), said, "w₁", "w₂", (-span, span), (-span, span))


def _worked(trail: "Trail[DescentState]") -> tuple[Worked, ...]:
    state, before = trail.state, trail.before
    if before is None:
        return ()
    return tuple(
        worked(
            state,
            f"w[{k}]",
            rf"w_{k + 1} \leftarrow w_{k + 1} - \eta \frac{{\partial C}}{{\partial w_{k + 1}}}",
            rf"{tex(before.w[k])} - {show(before.learning_rate)} \cdot {tex(before.gradient[k])}",
        )
        for k in (0, 1)
    )


def _say(rules: "Descent", trail: "Trail[DescentState]") -> str:
    state = trail.state
    if rules.done(state):
        if state.converged:
            return (
                f"The gradient is {show(state.gradient_norm, 3)} long: converged at a minimum, with loss "
                f"{show(state.loss, 4)}."
            )
        return (
            f"The gradient is {show(state.gradient_norm, 3)} long, and yet this is no minimum: "
            "the walk has stopped where it is level."
        )
    if trail.before is None:
        return f"It starts at {show(state.w, 4)} with loss {show(state.loss, 4)}. {rules.surface.about}"
    trend = "fell" if state.loss < trail.before.loss else "rose" if state.loss > trail.before.loss else "stayed"
    level = "; the gradient is small, and this is no minimum yet" if state.gradient_norm < 0.02 else ""
    return f"Step {state.step}: the loss {trend} from {show(trail.before.loss, 4)} to {show(state.loss, 4)}{level}."


def _ask(rules: "Descent", state: "DescentState") -> Ask | None:
    if rules.done(state):
        return None
    w, g, rate = state.w[0], state.gradient[0], rules.learning_rate
    answer = rules.step(state).w[0]
    slips = [
        (w + rate * g, "That goes uphill: the step is minus the gradient."),
        (w - g, r"The gradient is scaled by $\eta$."),
    ]
    return ask(
        rf"$w_1 = {show(w)}$, the gradient there is ${show(g)}$, $\eta = {show(rate)}$. Where will $w_1$ be?",
        "w[0]",
        answer,
        slips,
        r"$w_1 - \eta \, \partial C/\partial w_1$.",
    )
