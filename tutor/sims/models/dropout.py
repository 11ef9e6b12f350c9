"""Dropout on one hidden layer: a fresh mask a step, forward and backward through the same mask.

    h = relu(W x)                       mask_i = 0 with probability p, else 1
    inverted:  h̃ = h · mask / (1 − p)   in training;   h̃ = h             at test
    classic:   h̃ = h · mask             in training;   h̃ = h · (1 − p)   at test
    out = w_out · h̃                     ∂out/∂w_out = h̃      ∂out/∂h = w_out · (the factor that h got)

p is the probability of being OFF, as in the main frameworks (Srivastava and others 2014 write p for ON).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np

from tutor.sims.engine.chart import Bars, Chart, Line, Role
from tutor.sims.engine.code_step import CodeStep, read_numbers
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param, refuse_value
from tutor.sims.engine.prediction import Prediction, distinct_mistakes
from tutor.sims.engine.simulation import GradientCheck, Preset, Simulation, look_ahead
from tutor.sims.engine.state import State, freeze_matrix, freeze_vector
from tutor.sims.engine.view import View, WorkedLine, make_reading, make_worked_line
from tutor.text.numbers import counted, format_factor, format_latex, format_number

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class DropoutState(State):
    """The layer under the newest mask; before the first mask what depends on one is `None`."""

    p: float
    mode: str
    training: bool
    x: Numbers
    w: tuple[Numbers, ...]
    """width×inputs."""
    w_out: Numbers
    h: Numbers
    """relu(W x), one a unit."""
    out_full: float
    """w_out · h: the output with every unit on."""
    mask: tuple[int, ...] | None = None
    h_dropped: Numbers | None = None
    out: float | None = None
    out_mean: float | None = None
    """The mean of `out` over the masks so far."""
    dw_out: Numbers | None = None
    """∂out/∂w_out."""
    dh: Numbers | None = None
    """∂out/∂h, through the same mask."""


def _dropout_arguments(rules: "Dropout", before: DropoutState, after: DropoutState) -> tuple[Sequence[object], str]:
    """The generator of this step is made in the process of the code, from the same seed."""
    rng = f"np.random.default_rng(({rules.seed}, {after.step}))"
    return (np.array(before.h), rules.p), f"{rng}, {rules.training}"


def _take_dropped(rules: "Dropout", before: DropoutState, after: DropoutState, answer: Any) -> DropoutState:
    """Compute h after dropout, and everything that follows; a unit with h = 0 does not show its mask."""
    dropped = np.array(read_numbers(answer, rules.width))
    h, w_out, mask = np.array(before.h), np.array(before.w_out), np.array(after.mask)
    seen = h != 0
    mask[seen] = dropped[seen] != 0
    factor = rules._mask_factors(mask.astype(float))
    factor[seen] = dropped[seen] / h[seen]
    out, mean = float(w_out @ dropped), before.out_mean or 0.0
    return replace(
        after,
        mask=tuple(int(on) for on in mask),
        h_dropped=freeze_vector(dropped),
        out=out,
        out_mean=mean + (out - mean) / after.step,
        dw_out=freeze_vector(dropped),
        dh=freeze_vector(w_out * factor),
    )


@dataclass(frozen=True)
class Dropout(Simulation[DropoutState]):
    """Units of one layer are switched off by chance, afresh at each step."""

    name: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout, mask by mask"
    summary: ClassVar[str] = "A random mask acts forward and backward; scaling preserves the mean output."
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
        (), "Weights W", "Row by row; empty draws them from the seed.", low=-100, high=100, max_length=1024
    )
    w_out: Numbers = param(
        (), "Output weights", "One a unit; empty draws them from the seed.", low=-100, high=100, max_length=64
    )

    def check(self) -> None:
        """Lists that are given must have the length the layer needs."""
        needed = self.width * len(self.x)
        if len(self.w) not in (0, needed):
            each = f"{counted(self.width, 'unit')} × {counted(len(self.x), 'input')}"
            raise refuse_value(self, "w", f"{counted(needed, 'number')}, for {each}, or none")
        if len(self.w_out) not in (0, self.width):
            raise refuse_value(self, "w_out", f"{counted(self.width, 'number')}, one for each unit, or none")

    def start(self) -> DropoutState:
        """The layer with every unit on; no mask drawn yet."""
        rng = self.random(0)
        drawn = np.round(rng.uniform(0.1, 1.0, (self.width, len(self.x))), 2)
        drawn_out = np.round(rng.uniform(-1.0, 1.0, self.width), 2)
        w = np.array(self.w).reshape(self.width, -1) if self.w else drawn
        w_out = np.array(self.w_out) if self.w_out else drawn_out
        h = np.maximum(0.0, w @ np.array(self.x))
        return DropoutState(
            0,
            self.p,
            self.mode,
            self.training,
            self.x,
            freeze_matrix(w),
            freeze_vector(w_out),
            freeze_vector(h),
            float(w_out @ h),
        )

    def step(self, state: DropoutState) -> DropoutState:
        """Draw a mask and go forward and backward through it."""
        t = state.step + 1
        mask = self._draw_mask(t)
        factor = self._mask_factors(mask)
        h, w_out = np.array(state.h), np.array(state.w_out)
        dropped = h * factor
        out = float(w_out @ dropped)
        before = state.out_mean or 0.0
        return replace(
            state,
            step=t,
            p=self.p,
            mode=self.mode,
            training=self.training,
            mask=tuple(int(on) for on in mask),
            h_dropped=freeze_vector(dropped),
            out=out,
            out_mean=before + (out - before) / t,
            dw_out=freeze_vector(dropped),
            dh=freeze_vector(w_out * factor),
        )

    def _draw_mask(self, t: int) -> np.ndarray:
        """1 for a unit that is on; at test time all are."""
        if not self.training:
            return np.ones(self.width)
        return (self.random(t).random(self.width) >= self.p).astype(float)

    def _mask_factors(self, mask: np.ndarray) -> np.ndarray:
        """The factor of each unit, the same forward and backward."""
        if self.mode == "inverted":
            return mask / (1.0 - self.p) if self.training else mask
        return mask if self.training else mask * (1.0 - self.p)

    def gradient_checks(self, state: DropoutState) -> list[GradientCheck]:
        """∂out/∂h and ∂out/∂w_out are slopes of out, the mask held fixed."""
        if state.mask is None or state.dh is None or state.dw_out is None:
            return []
        factor = self._mask_factors(np.array(state.mask, dtype=float))
        h, w_out = np.array(state.h), np.array(state.w_out)

        def out_with(values: np.ndarray, i: int, others: np.ndarray, value: float) -> float:
            changed = values.copy()
            changed[i] = value
            return float(np.sum(changed * others * factor))

        along_h = [GradientCheck(f"dh[{i}]", g, partial(out_with, h, i, w_out), h[i]) for i, g in enumerate(state.dh)]
        return along_h + [
            GradientCheck(f"dw_out[{i}]", g, partial(out_with, w_out, i, h), w_out[i])
            for i, g in enumerate(state.dw_out)
        ]

    def view(self, history: RunHistory[DropoutState]) -> View:
        """The units on and off, and the output from mask to mask."""
        state = history.state
        keys = [("out", "out"), ("mean of out", "out_mean"), ("out with all units on", "out_full")]
        rows = tuple(make_reading(state, label, key) for label, key in keys)
        return View(
            (_draw_units(state), _draw_outputs(self, history)),
            rows,
            _make_worked_lines(self, history),
            _narrate(self, state),
            _make_prediction(self, state),
        )


def _draw_units(state: DropoutState) -> Chart:
    """Each unit's bar as it is passed on; a unit that is off has none."""
    passed = state.h if state.h_dropped is None else state.h_dropped
    mask = state.mask or (1,) * len(state.h)
    names = [f"{i + 1}" if on else f"{i + 1} off" for i, on in enumerate(mask)]
    roles: tuple[Role, ...] = tuple("primary" if on else "muted" for on in mask)
    off = [str(i + 1) for i, on in enumerate(mask) if not on]
    description = f"Units off: {', '.join(off)}." if off else "Every unit is on."
    title = "Units passed on, h̃" if state.mask else "Units, h"
    return Chart(title, (Bars(names, passed, "h̃", roles),), description, "unit", "h̃" if state.mask else "h")


def expected_output(rules: Dropout, state: DropoutState) -> float:
    """The mean of `out` over all masks: each unit counts by how likely it is on, times its scale."""
    return state.out_full if rules.mode == "inverted" else (1 - rules.p) * state.out_full


def _draw_outputs(rules: Dropout, history: RunHistory[DropoutState]) -> Chart:
    state = history.state
    out, mean = history.trace("out"), history.trace("out_mean")
    ends = [0, max(1, state.step)]
    goal = expected_output(rules, state)
    marks = (
        Line(out.steps, out.values, "out", "muted", pattern="solid"),
        Line(ends, [state.out_full] * 2, "all units on", "blue"),
        Line(mean.steps, mean.values, "its mean", "accent", pattern="dashed"),
    )
    so_far = (
        (f"After {counted(state.step, 'mask')} the mean output is {format_number(state.out_mean)}; ")
        if state.step
        else ""
    )
    average = "its average over all masks is" if so_far else "The average output over all masks is"
    description = (
        f"{so_far}{average} {format_number(goal)}, and with every unit on it is {format_number(state.out_full)}."
    )
    return Chart("Output", marks, description, "mask", "out")


def _make_worked_lines(rules: Dropout, history: RunHistory[DropoutState]) -> tuple[WorkedLine, ...]:
    state, before = history.state, history.previous
    if before is None or state.mask is None or state.h_dropped is None:
        return ()
    i = next((k for k, on in enumerate(state.mask) if on), 0)
    n, h, on, wo = f"{{{i + 1}}}", format_latex(state.h[i]), state.mask[i], format_factor(state.w_out[i])
    keep, p = "1 - p", format_latex(rules.p)
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
    terms = [
        (
            rf"{format_factor(a)} \cdot "
            rf"{format_latex(b)}"
        )
        for a, b in zip(state.w_out, state.h_dropped, strict=True)
        if b
    ]
    total = " + ".join(terms[:6]) + (r" + \dots" if len(terms) > 6 else "") or "0"
    old = format_factor(before.out_mean or 0.0)
    return (
        make_worked_line(state, f"h_dropped[{i}]", *forward),
        make_worked_line(state, "out", r"\text{out} = \sum_i w_i \tilde h_i", total),
        make_worked_line(
            state,
            "out_mean",
            r"\text{mean} \leftarrow \text{mean} + \frac{\text{out} - \text{mean}}{t}",
            rf"{old} + \frac{{{format_latex(state.out)} - {old}}}{{{state.step}}}",
        ),
        make_worked_line(state, f"dh[{i}]", *backward),
    )


def _narrate(rules: Dropout, state: DropoutState) -> str:
    if state.mask is None:
        return (
            f"{counted(rules.width, 'unit')}, all on: the output is {format_number(state.out_full)}. No mask "
            f"is drawn yet."
        )
    if not rules.training:
        scale = "" if rules.mode == "inverted" else f", each scaled by 1 − p = {format_number(1 - rules.p)}"
        return f"At test time every unit is on{scale}: the output is {format_number(state.out)} every time."
    off = len(state.mask) - sum(state.mask)
    return (
        f"Mask {state.step} switches {off} of {counted(len(state.mask), 'unit')} off: the output is "
        f"{format_number(state.out)}, its mean so far {format_number(state.out_mean)}."
    )


def _make_prediction(rules: Dropout, state: DropoutState) -> Prediction | None:
    """Ask for one unit's output under the next mask, which is given."""
    after = look_ahead(rules, state)
    if after.mask is None or after.h_dropped is None:
        return None
    alive = [k for k, h in enumerate(after.h) if h > 0]
    i = next((k for k in alive if after.mask[k]), alive[0] if alive else 0)
    h, on, p = after.h[i], after.mask[i], rules.p
    answer = after.h_dropped[i]
    when = "in training: the next mask leaves it " + ("on" if on else "off") if rules.training else "at test time"
    mistakes = (
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
        rf"Unit {i + 1} outputs $h = {format_latex(h)}$. Units are off with the probability $p = "
        rf"{format_latex(p)}$, by {rules.mode} "
        f"dropout, {when}. What does the unit pass on?",
        f"h_dropped[{i}]",
        answer,
        distinct_mistakes(mistakes, answer),
        {
            True: "Inverted: $h/(1-p)$ if it is on, in training; $h$ at test.",
            False: "Classic: $h$ if it is on, in training; $h (1-p)$ at test.",
        }[rules.mode == "inverted"],
    )
