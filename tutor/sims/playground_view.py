"""What there is to see of the playground: the output over the plane, the losses, the first hidden units."""

from typing import TYPE_CHECKING

import numpy as np

from tutor.numbers import show
from tutor.sims.base import Reading, View, Worked, reading, worked
from tutor.sims.chart import Chart, HeatMap, Line, Mark, Picture, Points
from tutor.sims.planar import REGRESSION, inputs
from tutor.sims.trail import Trail

if TYPE_CHECKING:
    from tutor.sims.playground import Playground, PlaygroundState

SPAN, CELLS = 6.0, 48


def view(rules: "Playground", trail: "Trail[PlaygroundState]") -> View:
    """The output over the plane, both losses, and each unit of the first hidden layer."""
    state = trail.state
    return View(_pictures(rules, trail), _readings(state), _worked(rules, state), _say(trail))


def _readings(state: "PlaygroundState") -> tuple[Reading, ...]:
    keys = (
        ("epoch", "epoch"),
        ("training loss", "loss_train"),
        ("test loss", "loss_test"),
        ("penalty", "penalty"),
        ("accuracy", "accuracy"),
        ("dead weights", "dead"),
    )
    return tuple(reading(state, label, key) for label, key in keys)


def _pictures(rules: "Playground", trail: "Trail[PlaygroundState]") -> tuple[Picture, ...]:
    state = trail.state
    steps = SPAN * (2 * (np.arange(CELLS) + 0.5) / CELLS - 1)
    a, b = np.meshgrid(steps, steps)
    seen = inputs(np.column_stack([a.ravel(), b.ravel()]), rules.features)
    layers = rules.forward(state.weights, state.biases, seen)[0]
    said = (
        f"After {state.epoch} epochs: training loss {show(state.loss_train, 3)}, test loss {show(state.loss_test, 3)}."
    )
    made: list[Picture] = [_field("Output over the plane", layers[-1][:, 0], state, rules, said), _losses(trail)]
    if len(layers) > 2:
        for unit in range(layers[1].shape[1]):
            about = f"Unit {unit + 1} of the first hidden layer over the plane."
            made.append(_field(f"Unit {unit + 1}", layers[1][:, unit], None, rules, about))
    return tuple(made)


def _field(title: str, values: np.ndarray, state: "PlaygroundState | None", rules: "Playground", said: str) -> Chart:
    grid = np.clip(values, -1, 1).reshape(CELLS, CELLS).tolist()
    marks: list[Mark] = [HeatMap(grid, (-SPAN, SPAN), (-SPAN, SPAN), "output", True)]
    if state is not None:
        x, y, label = state.train.T
        high = label > 0
        names = ("above 0", "below 0") if rules.dataset in REGRESSION else ("class +1", "class −1")
        marks.append(Points(x[high].tolist(), y[high].tolist(), names[0], "blue"))
        marks.append(Points(x[~high].tolist(), y[~high].tolist(), names[1], "orange", "cross"))
    return Chart(title, tuple(marks), said, "x₁", "x₂", (-SPAN, SPAN), (-SPAN, SPAN))


def _losses(trail: "Trail[PlaygroundState]") -> Chart:
    train, test = trail.trace("loss_train"), trail.trace("loss_test")
    marks = (Line(train.steps, train.values, "training", "blue"), Line(test.steps, test.values, "test", "orange"))
    said = f"The training loss went from {show(train.values[0], 3)} to {show(train.values[-1], 3)}."
    return Chart("Loss (data only, without the penalty)", marks, said, "epoch", "mean loss")


def _worked(rules: "Playground", state: "PlaygroundState") -> tuple[Worked, ...]:
    half = r"\frac{1}{n} \sum_i \frac{1}{2} (o_i - y_i)^2"
    log = r"-\frac{1}{n} \sum_i t_i \log q_i + (1 - t_i) \log(1 - q_i)"
    return (worked(state, "loss_train", half if rules.loss == "squared" else log),)


def _say(trail: "Trail[PlaygroundState]") -> str:
    state, before = trail.state, trail.before
    if before is None:
        return f"Small random weights: the training loss is {show(state.loss_train, 3)}."
    trend = "fell" if state.loss_train < before.loss_train else "rose"
    right = "" if state.accuracy is None else f"; {show(100 * state.accuracy, 3)} % of the test points are right"
    return (
        f"Epoch {state.epoch}: the training loss {trend} to {show(state.loss_train, 4)}, the test loss is "
        f"{show(state.loss_test, 4)}{right}."
    )
