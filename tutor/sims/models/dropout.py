"""Dropout on one hidden layer: a fresh mask a step, forward and backward through the same mask.

    h = relu(W x)                       mask_i = 0 with probability p, else 1
    inverted:  d = h · mask / (1 − p)   in training;   d = h             at test
    classic:   d = h · mask             in training;   d = h · (1 − p)   at test
    out = w_out · d                     ∂out/∂w_out = d      ∂out/∂h = w_out · (the factor that h got)

p is the probability of being OFF, as in the main frameworks (Srivastava and others 2014 write p for ON).
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import Bars, Chart, Line, Points, Role
from tutor.sims.engine.code_step import CallArguments, CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import conflicting_value_error, param
from tutor.sims.engine.prediction import Prediction, distinct_mistakes
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation, look_ahead
from tutor.sims.engine.state import State, freeze_matrix, freeze_vector
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_latex, format_number

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class DropoutState(State):
    """The layer under the newest mask; `None` for what depends on a mask, before the first one is drawn."""

    p: float
    mode: str
    training: bool
    x: Numbers
    w: tuple[Numbers, ...]
    """W, shape (units, inputs)."""
    w_out: Numbers
    """The output's weight for each unit."""
    h: Numbers
    """relu(W x): the output of each unit, before dropout."""
    out_full: float
    """w_out · h: the output with every unit on."""
    mask: tuple[int, ...] | None = None
    """For each unit 1 if it is on, 0 if it is off."""
    h_dropped: Numbers | None = None
    """d: the output of each unit after dropout."""
    out: float | None = None
    """w_out · d."""
    out_mean: float | None = None
    """The mean of `out` over the masks so far."""
    dw_out: Numbers | None = None
    """∂out/∂w_out."""
    dh: Numbers | None = None
    """∂out/∂h, through the same mask."""


def _dropout_arguments(rules: "Dropout", before: DropoutState, after: DropoutState) -> CallArguments:
    """The arguments of a learner's `dropout(h, p, rng, training)`; the process that runs the code makes `rng`."""
    rng = f"np.random.default_rng(({rules.seed}, {after.step}))"
    return CallArguments((np.array(before.h), rules.p), f"{rng}, {rules.training}")


def _take_dropped(rules: "Dropout", before: DropoutState, after: DropoutState, answer: Any) -> DropoutState:
    """The state with the d that the learner's function returned, and all that follows from it.

    The mask and the factors of the units follow from d and h. Where h is 0 the program's own are kept, since d is 0
    there whatever the mask.
    """
    h_dropped = np.array(read_numbers(answer, rules.width))
    h, w_out, mask = np.array(before.h), np.array(before.w_out), np.array(after.mask)
    is_nonzero = h != 0
    mask[is_nonzero] = h_dropped[is_nonzero] != 0
    factors = rules._scale_mask(mask.astype(float))
    factors[is_nonzero] = h_dropped[is_nonzero] / h[is_nonzero]
    out, mean_before = float(w_out @ h_dropped), before.out_mean or 0.0
    return replace(
        after,
        mask=tuple(int(is_on) for is_on in mask),
        h_dropped=freeze_vector(h_dropped),
        out=out,
        out_mean=mean_before + (out - mean_before) / after.step,
        dw_out=freeze_vector(h_dropped),
        dh=freeze_vector(w_out * factors),
    )


@dataclass(frozen=True)
class Dropout(Simulation[DropoutState]):
    """Units of one layer are switched off at random, by a new mask at each step."""

    name: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout, mask by mask"
    summary: ClassVar[str] = "In training a random mask acts forward and backward; scaling preserves the mean output."
    unit: ClassVar[str] = "one fresh mask, forward and backward"
    stochastic: ClassVar[bool] = True
    traces: ClassVar[tuple[str, ...]] = ("out", "out_mean")
    presets: ClassVar[tuple[Preset, ...]] = (
        Preset("inverted", "Kept units are divided by 1 − p, so the mean output approaches that of all units.", {}),
        Preset(
            "classic",
            "Nothing is scaled in training: the mean output approaches 1 − p times that of all units.",
            {"mode": "classic"},
        ),
        Preset("at test time", "No unit is off, and every step gives the same output.", {"training": False}),
        Preset(
            "nearly all off",
            "With p = 0.9 the kept units are multiplied by 10: the output varies wildly.",
            {"p": 0.9},
            "bad",
        ),
    )

    code_steps: ClassVar[tuple[CodeStep, ...]] = (
        CodeStep("dropout", lambda rules, _: rules.mode == "inverted", _dropout_arguments, _take_dropped),
    )

    width: int = param(8, "Width", "How many units the layer has.", low=1, high=64)
    p: float = param(
        0.5, "Share off p", "How likely a unit is switched off.", low=0, high=1, exclude_high=True, live=True
    )
    mode: str = param(
        "inverted",
        "Mode",
        "Where the scaling happens: in training (inverted) or at test time (classic).",
        choices=("inverted", "classic"),
        live=True,
    )
    training: bool = param(True, "Training", "False is test time: no unit is off.", live=True)
    x: Numbers = param((1.0, 0.5), "Inputs x", "What goes in.", low=-100, high=100, min_length=1, max_length=16)
    w: Numbers = param(
        (), "Weights W", "Row by row; if empty, from the seed.", low=-100, high=100, max_length=1024, when_empty="auto"
    )
    w_out: Numbers = param(
        (),
        "Output weights",
        "One a unit; if empty, from the seed.",
        low=-100,
        high=100,
        max_length=64,
        when_empty="auto",
    )

    def check(self) -> None:
        """Raise `UsageError` for lists of weights whose length does not fit the layer; they may be empty."""
        weight_count = self.width * len(self.x)
        if len(self.w) not in (0, weight_count):
            shape_words = f"{counted(self.width, 'unit')} × {counted(len(self.x), 'input')}"
            raise conflicting_value_error(self, "w", f"{counted(weight_count, 'number')}, for {shape_words}, or none")
        if len(self.w_out) not in (0, self.width):
            raise conflicting_value_error(self, "w_out", f"{counted(self.width, 'number')}, one for each unit, or none")

    def start(self) -> DropoutState:
        """The layer with every unit on, before the first mask."""
        rng = self.random(0)
        # Positive, so that every unit has an output; both are drawn even if one is given, which leaves the other as is.
        random_w = np.round(rng.uniform(0.1, 1.0, (self.width, len(self.x))), 2)
        random_w_out = np.round(rng.uniform(-1.0, 1.0, self.width), 2)
        w = np.array(self.w).reshape(self.width, -1) if self.w else random_w
        w_out = np.array(self.w_out) if self.w_out else random_w_out
        h = np.maximum(0.0, w @ np.array(self.x))
        return DropoutState(
            step=0,
            p=self.p,
            mode=self.mode,
            training=self.training,
            x=self.x,
            w=freeze_matrix(w),
            w_out=freeze_vector(w_out),
            h=freeze_vector(h),
            out_full=float(w_out @ h),
        )

    def step(self, state: DropoutState) -> DropoutState:
        """Draw a mask and go forward and backward through it."""
        t = state.step + 1
        mask = self._draw_mask(t)
        factors = self._scale_mask(mask)
        h, w_out = np.array(state.h), np.array(state.w_out)
        h_dropped = h * factors
        out = float(w_out @ h_dropped)
        mean_before = state.out_mean or 0.0  # its value is irrelevant at t = 1, where it cancels out
        return replace(
            state,
            step=t,
            p=self.p,
            mode=self.mode,
            training=self.training,
            mask=tuple(int(is_on) for is_on in mask),
            h_dropped=freeze_vector(h_dropped),
            out=out,
            out_mean=mean_before + (out - mean_before) / t,
            dw_out=freeze_vector(h_dropped),
            dh=freeze_vector(w_out * factors),
        )

    def _draw_mask(self, step: int) -> np.ndarray:
        """The mask of step number `step`: for each unit 1 if it is on, 0 if it is off; at test time all are on."""
        if not self.training:
            return np.ones(self.width)
        return (self.random(step).random(self.width) >= self.p).astype(float)

    def _scale_mask(self, mask: np.ndarray) -> np.ndarray:
        """The factor by which dropout multiplies each unit, forward and backward: its mask, or the mask scaled.

        Inverted dropout scales in training, by 1/(1 − p); classic dropout scales at test time, by 1 − p.
        """
        if self.mode == "inverted":
            return mask / (1.0 - self.p) if self.training else mask
        return mask if self.training else mask * (1.0 - self.p)

    def gradient_checks(self, state: DropoutState) -> list[GradientCheck]:
        """Checks of ∂out/∂h and ∂out/∂w_out for each unit, with the mask of this state."""
        if state.mask is None or state.dh is None or state.dw_out is None:
            return []
        factors = self._scale_mask(np.array(state.mask, dtype=float))
        h, w_out = np.array(state.h), np.array(state.w_out)

        def compute_out(values: np.ndarray, i: int, others: np.ndarray, value: float) -> float:
            """The output with `value` in place of values[i]; `values` and `others` are h and w_out, or w_out and h."""
            changed_values = values.copy()
            changed_values[i] = value
            return float(np.sum(changed_values * others * factors))

        h_checks = [
            GradientCheck(f"dh[{i}]", gradient, partial(compute_out, h, i, w_out), h[i])
            for i, gradient in enumerate(state.dh)
        ]
        w_out_checks = [
            GradientCheck(f"dw_out[{i}]", gradient, partial(compute_out, w_out, i, h), w_out[i])
            for i, gradient in enumerate(state.dw_out)
        ]
        return h_checks + w_out_checks

    def view(self, history: RunHistory[DropoutState]) -> View:
        """The view of the last state, with pictures of the units on and off, and the output from mask to mask."""
        state = history.state
        readings = (
            make_reading(state, "out", "out"),
            make_reading(state, "mean of out", "out_mean"),
            make_reading(state, "out with all units on", "out_full"),
        )
        return View(
            (_draw_units(state), _draw_outputs(self, history)),
            readings,
            _make_worked_lines(self, history),
            _narrate(self, state),
            _make_prediction(self, state),
        )


def _draw_units(state: DropoutState) -> Chart:
    """One bar for each unit, as high as what it passes on; a unit that is off has none."""
    outputs, mask = state.h_dropped or state.h, state.mask or (1,) * len(state.h)
    roles: tuple[Role, ...] = tuple("primary" if is_on else "muted" for is_on in mask)
    names = [str(i + 1) for i in range(len(mask))]
    units_off = [name for name, is_on in zip(names, mask, strict=True) if not is_on]
    description = f"Units off: {', '.join(units_off)}." if units_off else "Every unit is on."
    value = "h after the mask" if state.mask else "h"
    bars = Bars(names, outputs, value, roles, words=["" if is_on else "off" for is_on in mask])
    return Chart(f"Units: {value}", (bars,), description, "unit", value)


def expected_output(rules: Dropout, state: DropoutState) -> float:
    """The expected value of `out` over all masks: only inverted dropout compensates for the units that are off."""
    return state.out_full if rules.mode == "inverted" else (1 - rules.p) * state.out_full


def _draw_outputs(rules: Dropout, history: RunHistory[DropoutState]) -> Chart:
    """The output of each mask, its mean so far, and the output with all units on."""
    state = history.state
    out, mean = history.trace("out"), history.trace("out_mean")
    marks = (
        Points(out.steps, out.values, "out", "primary"),  # not joined, as masks do not depend on each other
        Line([0, max(1, state.step)], [state.out_full] * 2, "all units on", "muted"),  # at least 1: a line, not a point
        Line(mean.steps, mean.values, "mean of out", "accent", pattern="dashed"),
    )
    if state.step:
        mean_words = f"After {counted(state.step, 'mask')} the mean output is {format_number(state.out_mean)}"
        opening = f"{mean_words}; its average over all masks is"
    else:
        opening = "The average output over all masks is"
    expected, full = format_number(expected_output(rules, state)), format_number(state.out_full)
    return Chart("Output", marks, f"{opening} {expected}, and with every unit on it is {full}.", "mask", "out")


def _make_worked_lines(rules: Dropout, history: RunHistory[DropoutState]) -> tuple[WorkedLine, ...]:
    """The first unit that is on, the output of the layer, its mean, and the gradient with respect to that unit."""
    state, previous = history.state, history.previous
    if previous is None or state.mask is None or state.h_dropped is None:
        return ()
    units_on = [index for index, is_on in enumerate(state.mask) if is_on]
    i = units_on[0] if units_on else 0
    (h_formula, h_numbers), (gradient_formula, gradient_numbers) = _formulas_of_unit(rules, state, i)
    terms = [
        rf"{format_factor(weight)} \cdot {format_latex(h_dropped)}"
        for weight, h_dropped in zip(state.w_out, state.h_dropped, strict=True)
        if h_dropped
    ]
    sum_of_terms = " + ".join(terms[:6]) or "0"  # as many terms as a line has room for
    if len(terms) > 6:
        sum_of_terms += r" + \dots"
    mean_before = format_factor(previous.out_mean or 0.0)
    return (
        make_worked_line(state, f"h_dropped[{i}]", h_formula, h_numbers),
        make_worked_line(state, "out", r"\text{out} = \sum_i w_i d_i", sum_of_terms),
        make_worked_line(
            state,
            "out_mean",
            r"\text{mean} \leftarrow \text{mean} + \frac{\text{out} - \text{mean}}{t}",
            rf"{mean_before} + \frac{{{format_latex(state.out)} - {mean_before}}}{{{state.step}}}",
        ),
        make_worked_line(state, f"dh[{i}]", gradient_formula, gradient_numbers),
    )


def _formulas_of_unit(rules: Dropout, state: DropoutState, i: int) -> tuple[tuple[str, str], tuple[str, str]]:
    """(formula, right side with numbers) of d and of ∂out/∂h for the unit with index `i`, in LaTeX."""
    assert state.mask is not None
    index = f"{{{i + 1}}}"  # of the unit, counted from 1
    h, mask, w = format_latex(state.h[i]), state.mask[i], format_factor(state.w_out[i])
    h_name, gradient_name = rf"d_{index}", rf"\frac{{\partial \text{{out}}}}{{\partial h_{index}}}"
    p = format_latex(rules.p)
    if rules.mode == "inverted" and rules.training:
        return (
            (
                rf"{h_name} = \frac{{h_{index} \cdot \text{{mask}}_{index}}}{{1 - p}}",
                rf"\frac{{{h} \cdot {mask}}}{{1 - {p}}}",
            ),
            (
                rf"{gradient_name} = \frac{{w_{index} \cdot \text{{mask}}_{index}}}{{1 - p}}",
                rf"\frac{{{w} \cdot {mask}}}{{1 - {p}}}",
            ),
        )
    if rules.mode == "classic" and not rules.training:
        return (
            (f"{h_name} = h_{index} (1 - p)", rf"{h} \cdot (1 - {p})"),
            (f"{gradient_name} = w_{index} (1 - p)", rf"{w} \cdot (1 - {p})"),
        )
    return (
        (rf"{h_name} = h_{index} \cdot \text{{mask}}_{index}", rf"{h} \cdot {mask}"),
        (rf"{gradient_name} = w_{index} \cdot \text{{mask}}_{index}", rf"{w} \cdot {mask}"),
    )


def _narrate(rules: Dropout, state: DropoutState) -> str:
    """The sentence about the last mask."""
    if state.mask is None:
        return (
            f"{counted(rules.width, 'unit')}, all on: the output is {format_number(state.out_full)}. No mask "
            f"is drawn yet."
        )
    if not rules.training:
        scale_words = "" if rules.mode == "inverted" else f", each scaled by 1 − p = {format_number(1 - rules.p)}"
        return f"At test time every unit is on{scale_words}: the output is {format_number(state.out)} every time."
    units_off = len(state.mask) - sum(state.mask)
    return (
        f"Mask {state.step} switches {units_off} of {counted(len(state.mask), 'unit')} off: the output is "
        f"{format_number(state.out)}, its mean so far {format_number(state.out_mean)}."
    )


def _make_prediction(rules: Dropout, state: DropoutState) -> Prediction | None:
    """Ask for the output d of one unit under the next mask; the question says whether this unit is on."""
    after = look_ahead(rules, state)
    if after.mask is None or after.h_dropped is None:
        return None
    # An answer of 0 teaches nothing: prefer a unit that is on and has an output, then one with an output.
    with_output = [index for index, h in enumerate(after.h) if h > 0]
    with_output_and_on = [index for index in with_output if after.mask[index]]
    i = (with_output_and_on or with_output or [0])[0]
    h, p, answer = after.h[i], rules.p, after.h_dropped[i]
    if rules.training:
        situation = f"in training: the next mask leaves it {'on' if after.mask[i] else 'off'}"
    else:
        situation = "at test time"
    if rules.mode == "inverted":
        unscaled_remark = "A kept unit is divided by $1 - p$ here."
        scaled_remark = "Inverted dropout divides by $1 - p$ in training."
        why = "Inverted: $h/(1-p)$ if it is on, in training; $h$ at test."
    else:
        unscaled_remark = "At test time it is scaled by $1 - p$."
        scaled_remark = "In classic mode nothing is scaled in training."
        why = "Classic: $h$ if it is on, in training; $h (1-p)$ at test."
    mistakes = (
        (h, unscaled_remark),
        (h * (1 - p), scaled_remark),
        (h / p if p else h, "$p$ is the chance of being off; divide by the chance of being on, $1 - p$."),
    )
    return Prediction(
        rf"Unit {i + 1} outputs $h = {format_latex(h)}$. Units are off with the probability $p = "
        rf"{format_latex(p)}$, by {rules.mode} "
        f"dropout, {situation}. What does the unit pass on?",
        f"h_dropped[{i}]",
        answer,
        distinct_mistakes(mistakes, answer),
        why,
    )
