"""What there is to see of dropout: units on and off, and the output from mask to mask."""

from typing import TYPE_CHECKING

from tutor.sims.engine.chart import Bars, Chart, Line, Role
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.simulation import Prediction, View, WorkedLine, distinct_mistakes, make_reading, make_worked_line
from tutor.text.numbers import counted, latex, show, tex

if TYPE_CHECKING:
    from tutor.sims.models.dropout import Dropout, DropoutState


def view(rules: "Dropout", history: "RunHistory[DropoutState]") -> View:
    """The units on and off, the output from mask to mask, and the arithmetic of the last mask."""
    state = history.state
    keys = [("out", "out"), ("mean of out", "out_mean"), ("out with all units on", "out_full")]
    rows = tuple(make_reading(state, label, key) for label, key in keys)
    return View(
        (_units(state), _outputs(rules, history)), rows, _worked(rules, history), _say(rules, state), _ask(rules, state)
    )


def _units(state: "DropoutState") -> Chart:
    """Each unit's bar as it is passed on; a unit that is off has none."""
    passed = state.h if state.h_dropped is None else state.h_dropped
    mask = state.mask or (1,) * len(state.h)
    names = [f"{i + 1}" if on else f"{i + 1} off" for i, on in enumerate(mask)]
    roles: tuple[Role, ...] = tuple("primary" if on else "muted" for on in mask)
    off = [str(i + 1) for i, on in enumerate(mask) if not on]
    said = f"Units off: {', '.join(off)}." if off else "Every unit is on."
    title = "Units passed on, h̃" if state.mask else "Units, h"
    return Chart(title, (Bars(names, passed, "h̃", roles),), said, "unit", "h̃" if state.mask else "h")


def expected(rules: "Dropout", state: "DropoutState") -> float:
    """The mean of `out` over all masks: each unit counts by how likely it is on, times its scale."""
    return state.out_full if rules.mode == "inverted" else (1 - rules.p) * state.out_full


def _outputs(rules: "Dropout", history: "RunHistory[DropoutState]") -> Chart:
    state = history.state
    out, mean = history.trace("out"), history.trace("out_mean")
    ends = [0, max(1, state.step)]
    goal = expected(rules, state)
    marks = (
        Line(out.steps, out.values, "out", "muted"),
        Line(mean.steps, mean.values, "its mean", "accent"),
        Line(ends, [state.out_full] * 2, "all units on", "blue"),
    )
    so_far = f"After {counted(state.step, 'mask')} the mean output is {show(state.out_mean, 4)}; " if state.step else ""
    average = "its average over all masks is" if so_far else "The average output over all masks is"
    said = f"{so_far}{average} {show(goal, 4)}, and with every unit on it is {show(state.out_full, 4)}."
    return Chart("Output", marks, said, "mask", "out")


def _worked(rules: "Dropout", history: "RunHistory[DropoutState]") -> tuple[WorkedLine, ...]:
    state, before = history.state, history.previous
    if before is None or state.mask is None or state.h_dropped is None:
        return ()
    i = next((k for k, on in enumerate(state.mask) if on), 0)
    n, h, on, wo = f"{{{i + 1}}}", latex(state.h[i]), state.mask[i], tex(state.w_out[i])
    keep, p = "1 - p", latex(rules.p)
    if rules.mode == "inverted" and rules.training:
        forward = (
            rf"\tilde h_{n} = \frac{{h_{n} \cdot \text{{mask}}_{n}}}{{{keep}}}",
            rf"\frac{{{h} \cdot {on}}}{{1 - {p}}}",
        )
        backward = (
            rf"\frac{{\partial \text{{out}}}}{{\partial h_{n}}} = \frac{{w_{n} \cdot \text{{mask}}_{n}}}{{{keep}}}",
            rf"\frac{{{wo} \cdot {on}}}{{1 - {p}}}",
        )
    elif rules.mode == "classic" and not rules.training:
        forward = (rf"\tilde h_{n} = h_{n} ({keep})", rf"{h} \cdot (1 - {p})")
        backward = (rf"\frac{{\partial \text{{out}}}}{{\partial h_{n}}} = w_{n} ({keep})", rf"{wo} \cdot (1 - {p})")
    else:
        forward = (rf"\tilde h_{n} = h_{n} \cdot \text{{mask}}_{n}", rf"{h} \cdot {on}")
        backward = (
            rf"\frac{{\partial \text{{out}}}}{{\partial h_{n}}} = w_{n} \cdot \text{{mask}}_{n}",
            rf"{wo} \cdot {on}",
        )
    terms = [rf"{tex(a)} \cdot {latex(b)}" for a, b in zip(state.w_out, state.h_dropped, strict=True) if b]
    total = " + ".join(terms[:6]) + (r" + \dots" if len(terms) > 6 else "") or "0"
    old = tex(before.out_mean or 0.0)
    return (
        make_worked_line(state, f"h_dropped[{i}]", *forward),
        make_worked_line(state, "out", r"\text{out} = \sum_i w_i \tilde h_i", total),
        make_worked_line(
            state,
            "out_mean",
            r"\text{mean} \leftarrow \text{mean} + \frac{\text{out} - \text{mean}}{t}",
            rf"{old} + \frac{{{latex(state.out)} - {old}}}{{{state.step}}}",
        ),
        make_worked_line(state, f"dh[{i}]", *backward),
    )


def _say(rules: "Dropout", state: "DropoutState") -> str:
    if state.mask is None:
        return f"{counted(rules.width, 'unit')}, all on: the output is {show(state.out_full)}. No mask is drawn yet."
    if not rules.training:
        scale = "" if rules.mode == "inverted" else f", each scaled by 1 − p = {show(1 - rules.p)}"
        return f"At test time every unit is on{scale}: the output is {show(state.out)} every time."
    off = len(state.mask) - sum(state.mask)
    return (
        f"Mask {state.step} switches {off} of {counted(len(state.mask), 'unit')} off: the output is "
        f"{show(state.out, 4)}, its mean so far {show(state.out_mean, 4)}."
    )


def _ask(rules: "Dropout", state: "DropoutState") -> Prediction | None:
    """What one unit passes on under the next mask, which is told."""
    after = rules.step(state)
    if after.mask is None or after.h_dropped is None:
        return None
    alive = [k for k, h in enumerate(after.h) if h > 0]
    i = next((k for k in alive if after.mask[k]), alive[0] if alive else 0)
    h, on, p = after.h[i], after.mask[i], rules.p
    answer = after.h_dropped[i]
    when = "The next mask leaves it " + ("on" if on else "off") if rules.training else "It is test time"
    slips = (
        (
            h,
            "A kept unit is divided by $1 - p$ here."
            if rules.mode == "inverted"
            else "At test time it is scaled by $1 - p$.",
        ),
        (
            h * (1 - p),
            "Inverted dropout divides by $1 - p$ in training."
            if rules.mode == "inverted"
            else "In classic mode nothing is scaled in training.",
        ),
        (h / p if p else h, "$p$ is the chance of being off; divide by the chance of being on, $1 - p$."),
    )
    return Prediction(
        rf"Unit {i + 1} has $h = {latex(h)}$ and $p = {latex(p)}$, in {rules.mode} mode. {when}. What does it pass on?",
        f"h_dropped[{i}]",
        answer,
        distinct_mistakes(slips, answer),
        {
            True: "Inverted: $h/(1-p)$ if it is on, in training; $h$ at test.",
            False: "Classic: $h$ if it is on, in training; $h (1-p)$ at test.",
        }[rules.mode == "inverted"],
    )
