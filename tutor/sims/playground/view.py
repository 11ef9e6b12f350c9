"""The view of the playground: the output over the plane, the losses, the network, the fold."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from tutor.sims.datasets.plane import inputs
from tutor.sims.engine.chart import CLASS_LOOKS, Chart, HeatMap, Line, Mark, Network, Picture, Points, Role, Shape, Unit
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.prediction import Prediction, make_estimate
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import (
    Reading,
    View,
    WorkedLine,
    describe_change,
    make_reading,
    make_worked_line,
)
from tutor.sims.playground.library import request_library
from tutor.sims.playground.state import PlaygroundState
from tutor.sims.playground.training import PlaygroundTraining
from tutor.text.numbers import counted, format_factor, format_latex, format_number, format_percent

VIEW_LIMIT, OUTPUT_CELLS, UNIT_CELLS = 6.0, 48, 12
"""The plane is shown from −VIEW_LIMIT to VIEW_LIMIT, in this many cells each way: for the output, and for one unit."""
TEST_LOOKS: dict[int, tuple[Role, Shape]] = {1: ("blue", "ring"), -1: ("orange", "triangle")}
"""As `CLASS_LOOKS`, for the points of the test set."""


@dataclass(frozen=True)
class Playground(PlaygroundTraining):
    """A network folds the plane until its classes lie apart."""

    def prepare(self) -> None:
        """Have the training loop compiled for the next start of the program, where that can be done."""
        request_library()

    def view(self, history: RunHistory[PlaygroundState]) -> View:
        """All pictures, readings and lines for the last state of `history`."""
        state = history.state
        pictures: tuple[Picture, ...] = (
            _draw_output(self, state),
            _draw_losses(history),
            _draw_network(self, state),
        )
        return View(
            (*pictures, *draw_folds(self, state)),
            _make_readings(self, state),
            _make_worked_lines(self, history),
            _narrate(history),
            _make_prediction(self, state),
        )


def _make_readings(rules: PlaygroundTraining, state: PlaygroundState) -> tuple[Reading, ...]:
    keys = [
        ("epoch", "epoch"),
        ("training loss", "loss_train"),
        ("test loss", "loss_test"),
        ("accuracy", "accuracy"),
    ]
    if rules.regularization != "none":  # a learner meets the network long before the penalty
        keys.insert(3, ("penalty", "penalty"))
    if rules.regularization == "l1" or state.dead:
        keys.append(("dead weights", "dead"))
    weights = (make_reading(state, label, key, detail=True) for label, key in _connections(rules, state))
    return (*(make_reading(state, label, key, is_share=key == "accuracy") for label, key in keys), *weights)


def _feature_names(rules: PlaygroundTraining) -> list[str]:
    """The features as they are shown: x₁ for x1."""
    return [name.replace("x1", "x₁").replace("x2", "x₂") for name in rules.features]


def _connections(rules: PlaygroundTraining, state: PlaygroundState) -> list[tuple[str, str]]:
    """A name and a path for every weight and bias."""
    connections = []
    for layer, weights in enumerate(state.weights):
        names = _feature_names(rules) if layer == 0 else [f"unit {unit + 1}" for unit in range(weights.shape[1])]
        place = "output" if layer == len(state.weights) - 1 else f"layer {layer + 1}"
        for unit, source in product(range(weights.shape[0]), range(weights.shape[1])):
            to = place if place == "output" else f"{place}, unit {unit + 1}"
            connections.append((f"{to} ← {names[source]}", f"weights[{layer}][{unit}][{source}]"))
            if source == weights.shape[1] - 1:
                connections.append((f"{to}, bias", f"biases[{layer}][{unit}]"))
    return connections


def _plane_points(cells: int) -> np.ndarray:
    """The middles of cells × cells squares of the plane, row by row from below."""
    steps = VIEW_LIMIT * (2 * (np.arange(cells) + 0.5) / cells - 1)
    across, up = np.meshgrid(steps, steps)
    return np.column_stack([across.ravel(), up.ravel()])


def _draw_output(rules: PlaygroundTraining, state: PlaygroundState) -> Chart:
    """The output over the plane, with the training points, and the test points where they are shown."""
    values = rules.evaluate(_plane_points(OUTPUT_CELLS), state).out[0]
    if rules.discretise:
        values = np.where(values >= 0, 1.0, -1.0)
    field = HeatMap(
        np.clip(values, -1, 1).reshape(OUTPUT_CELLS, OUTPUT_CELLS).tolist(),
        (-VIEW_LIMIT, VIEW_LIMIT),
        (-VIEW_LIMIT, VIEW_LIMIT),
        "output",
        True,
    )
    marks: list[Mark] = [field, *_class_points(rules, state.train, "", CLASS_LOOKS)]
    if rules.show_test:
        marks += _class_points(rules, state.test, ", test", TEST_LOOKS)
    parts = [f"training loss {format_number(state.loss_train)}"]
    parts += [f"test loss {format_number(state.loss_test)}"] if len(state.test) else []
    parts += [] if state.accuracy is None else [f"accuracy {format_percent(state.accuracy)}"]
    description = f"After {counted(state.epoch, 'epoch')}: {', '.join(parts)}."
    return Chart(
        "Output over the plane",
        tuple(marks),
        description,
        "x₁",
        "x₂",
        (-VIEW_LIMIT, VIEW_LIMIT),
        (-VIEW_LIMIT, VIEW_LIMIT),
        scale="plane",
    )


def _class_points(
    rules: PlaygroundTraining, rows: np.ndarray, which: str, looks: dict[int, tuple[Role, Shape]]
) -> list[Points]:
    """The points of each class under its name, in its colour and shape."""
    high = rows[:, 2] > 0
    names = rules.class_names(rows)
    return [
        Points(rows[side, 0].tolist(), rows[side, 1].tolist(), name + which, *looks[label])
        for label, side, name in ((1, high, names[1]), (-1, ~high, names[0]))
    ]


def _draw_losses(history: RunHistory[PlaygroundState]) -> Chart:
    """The losses on training and test points, by epoch."""
    train, test = history.trace("loss_train"), history.trace("loss_test")
    before = history.state.epoch - history.state.step
    epochs = [before + step for step in train.steps]
    marks = (
        Line(epochs, train.values, "training", "blue", "dot"),
        Line(epochs, test.values, "test", "orange", "triangle"),
    )
    first, last = format_number(train.values[0]), format_number(train.values[-1])
    description = (
        f"The training loss went from {first} to {last}." if len(train.values) > 1 else f"The training loss is {last}."
    )
    return Chart("Loss (data only, without the penalty)", marks, description, "epoch", "mean loss")


def _draw_network(rules: PlaygroundTraining, state: PlaygroundState) -> Network:
    """Every unit's own field, from the features to the output."""
    shape, plane = rules.shape, _plane_points(UNIT_CELLS)
    batch = rules.evaluate(plane, state)
    seen = inputs(plane, rules.features).T
    scale = np.maximum(np.abs(seen).max(axis=1, keepdims=True), 1e-12)
    columns = [
        tuple(Unit(name, _clip_to_square(row)) for name, row in zip(_feature_names(rules), seen / scale, strict=True))
    ]
    for layer, weights in enumerate(state.weights):
        rows = batch.a[shape.starts[layer + 1] :][: len(weights)]
        name = "output" if layer == len(state.weights) - 1 else ""
        columns.append(
            tuple(
                Unit(
                    name or str(unit + 1),
                    _clip_to_square(rows[unit]),
                    w.tolist(),
                    (state.alive[layer][unit] == 0).tolist(),
                    [f"weights[{layer}][{unit}][{source}]" for source in range(len(w))],
                    f"biases[{layer}][{unit}]",
                )
                for unit, w in enumerate(weights)
            )
        )
    total = sum(w.size for w in state.weights)
    dead = f", {state.dead} of them set to 0 for good" if state.dead else ""
    sizes = "-".join(str(size) for size in shape.sizes)
    strongest = max((float(np.abs(w).max()) for w in state.weights), default=0.0)
    description = (
        f"A network of {sizes} units with {counted(total, 'weight')}{dead}; the largest size is "
        f"{format_number(strongest)}."
    )
    return Network("The network, unit by unit", tuple(columns), description)


def _clip_to_square(values: np.ndarray) -> list[list[float]]:
    rows: list[list[float]] = np.clip(values, -1, 1).reshape(UNIT_CELLS, UNIT_CELLS).tolist()
    return rows


def _make_worked_lines(rules: PlaygroundTraining, history: RunHistory[PlaygroundState]) -> tuple[WorkedLine, ...]:
    """The first update of the epoch for one weight, stage by stage, and the loss of all points after it."""
    state, before = history.state, history.previous
    half = r"\text{training loss} = \frac{1}{n} \sum_i \frac{1}{2} (o_i - y_i)^2"
    log = r"\text{training loss} = -\frac{1}{n} \sum_i t_i \log q_i + (1 - t_i) \log(1 - q_i)"
    n = len(state.train)
    numbers = rf"\frac{{1}}{{{n}}} \cdot {format_factor(n * state.loss_train)}"
    loss = make_worked_line(
        state, "loss_train", half if rules.loss == "squared" else log, numbers, "loss of all points"
    )
    first = state.update
    if before is None or first is None or not len(first.points):
        return (loss,)
    point = ", ".join(format_latex(float(value)) for value in first.points[0][:2])
    size = len(first.points) + before.carried_count
    label, output = r"\text{label of point 1}", r"\text{output for point 1}"
    return (
        make_worked_line(state, "update.points[0][2]", rf"y_1 = {label}", rf"\text{{label of }} ({point})", "batch"),
        make_worked_line(
            state, "update.outputs[0]", rf"o_1 = {output}", rf"\text{{output for }} ({point})", "forward and loss"
        ),
        make_worked_line(
            state,
            "update.gradient",
            r"\frac{\partial C}{\partial w} = \frac{1}{B} \sum_i \delta_i a_i",
            rf"\frac{{1}}{{{size}}} \cdot {format_factor(size * first.gradient)}",
            "gradient",
        ),
        _update_line(rules, state, bool(before.alive[0][0, 0])),
        loss,
    )


def _update_line(rules: PlaygroundTraining, state: PlaygroundState, alive: bool) -> WorkedLine:
    """The update of the first weight, including what the penalty subtracts."""
    first = state.update
    assert first is not None
    rate, w = format_factor(rules.learning_rate), format_factor(first.before)
    pull = {"none": "", "l1": r" - \eta \lambda \, \mathrm{sign}(w)", "l2": r" - \eta \lambda w"}[rules.regularization]
    strength = rf" - {rate} \cdot {format_factor(rules.regularization_rate)} \cdot "
    sign = format_factor((first.before > 0) - (first.before < 0))
    pulled = {"none": "", "l1": strength + sign, "l2": strength + w}[rules.regularization]
    numbers = rf"{w} - {rate} \cdot {format_factor(first.gradient)}{pulled}"
    if not alive:
        numbers = r"\text{0, set for good}"
    elif rules.regularization == "l1" and first.after == 0 != first.before:
        numbers += r" \text{, which crosses 0}"
    formula = r"w \leftarrow w - \eta \frac{\partial C}{\partial w}" + pull
    return make_worked_line(state, "update.after", formula, numbers, "update")


def _make_prediction(rules: PlaygroundTraining, state: PlaygroundState) -> Prediction | None:
    """Will the training loss fall, and by how much? An estimate: its answer is the next epoch itself."""
    after = look_ahead(rules, state).loss_train
    return make_estimate("training loss", "loss_train", state.loss_train, after, "in the next epoch")


def _narrate(history: RunHistory[PlaygroundState]) -> str:
    state, before = history.state, history.previous
    if before is None and state.epoch:
        test = f", its test loss {format_number(state.loss_test)}" if len(state.test) else ""
        return (
            f"The saved network continues after {counted(state.epoch, 'epoch')}: its training loss is "
            f"{format_number(state.loss_train)}{test}."
        )
    if before is None:
        return f"Before training the loss is {format_number(state.loss_train)}."
    test = f", the test loss is {format_number(state.loss_test)}" if len(state.test) else ""
    right = (
        ""
        if state.accuracy is None
        else f"; {format_percent(state.accuracy)} of the test points are classified correctly"
    )
    dead = f"; L1 has set {counted(state.dead, 'weight')} to 0" if state.dead else ""
    change = describe_change(before.loss_train, state.loss_train)
    return f"Epoch {state.epoch}: the training loss {change}{test}{right}{dead}."


# -- the fold: a grid of straight lines goes into a layer and comes out bent

GRID_LIMIT, GRID_LINES, POINTS_PER_LINE = 5.5, 9, 25
"""The grid goes from −GRID_LIMIT to GRID_LIMIT with GRID_LINES lines each way, each of POINTS_PER_LINE points."""


def draw_folds(rules: PlaygroundTraining, state: PlaygroundState) -> list[Chart]:
    """A picture for each hidden layer."""
    points, grid = state.train, _grid_points()
    batch = rules.evaluate(np.concatenate([points[:, :2], grid]), state, np.float64)  # a share of the variance is told
    shape, charts = rules.shape, []
    for layer in range(1, shape.layers):
        first = shape.starts[layer]
        charts.append(_draw_fold(rules, state, layer, batch.a[first : first + shape.sizes[layer]].copy()))
    return charts


def _grid_points() -> np.ndarray:
    """The points of the grid's lines, line after line: first the vertical ones, then the horizontal ones."""
    places, along = (
        np.linspace(-GRID_LIMIT, GRID_LIMIT, GRID_LINES),
        np.linspace(-GRID_LIMIT, GRID_LIMIT, POINTS_PER_LINE),
    )
    vertical = [np.column_stack([np.full(POINTS_PER_LINE, place), along]) for place in places]
    return np.concatenate([*vertical, *(line[:, ::-1] for line in vertical)])


def _draw_fold(rules: PlaygroundTraining, state: PlaygroundState, layer: int, values: np.ndarray) -> Chart:
    """`values`: units × (training points, then the grid's points) in this layer."""
    count, units = len(state.train), len(values)
    flat, share = _project_to_plane(values, count)
    marks: list[Mark] = []
    for number in range(2 * GRID_LINES):
        start = count + number * POINTS_PER_LINE
        x, y = flat[:, start : start + POINTS_PER_LINE]
        marks.append(
            Line(
                x.tolist(),
                y.tolist(),
                "x₁ constant" if number < GRID_LINES else "x₂ constant",
                _ROLES[number < GRID_LINES],
                pattern="solid" if number < GRID_LINES else "dotted",
            )
        )
    high = state.train[:, 2] > 0
    low_name, high_name = rules.class_names(state.train)
    for label, side, name in ((1, high, high_name), (-1, ~high, low_name)):
        marks.append(Points(flat[0, :count][side].tolist(), flat[1, :count][side].tolist(), name, *CLASS_LOOKS[label]))
    last = layer == rules.shape.layers - 1
    if last and units == 2:
        marks += _draw_boundary(state, flat)
    if units == 2:
        description = "its two units are the axes"
    elif units == 1:
        description = "its one unit is the horizontal axis; the height only keeps the points apart"
    else:
        directions = f"the two main directions of its {counted(units, 'unit')}"
        description = f"shown are {directions}, which hold {format_percent(share)} of the variance"
    apart = ""
    if last and state.accuracy is not None:
        apart = (
            " In this layer the output unit draws a straight line between the classes: "
            f"{format_percent(state.accuracy)} of the test points are on the correct side."
        )
    return Chart(
        f"The fold after layer {layer}",
        tuple(marks),
        f"The plane as layer {layer} transforms it; {description}.{apart}",
        "first unit" if units == 2 else "first direction",
        "second unit" if units == 2 else "second direction",
        scale="chart" if units == 1 else "plane",
    )


_ROLES: dict[bool, Role] = {True: "muted", False: "secondary"}


def _project_to_plane(values: np.ndarray, count: int) -> tuple[np.ndarray, float]:
    """Two coordinates for each point, and the share of the training points' variance that they keep."""
    if len(values) == 2:
        return values, 1.0
    if len(values) == 1:
        spread = np.zeros(values.shape[1])
        spread[:count] = 0.3 * np.sin(np.arange(count))
        return np.stack([values[0], spread]), 1.0
    if not np.isfinite(values).all():  # a run that left every bound has no main directions
        return values[:2], 0.0
    centre = values[:, :count].mean(axis=1, keepdims=True)
    main, sizes, _ = np.linalg.svd(values[:, :count] - centre, full_matrices=False)
    main = main[:, :2] * np.where(main[np.abs(main[:, :2]).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    total = float((sizes**2).sum())
    return main.T @ (values - centre), float((sizes[:2] ** 2).sum()) / total if total else 1.0


def _draw_boundary(state: PlaygroundState, flat: np.ndarray) -> list[Mark]:
    """The straight line at which the output is 0."""
    (a, b), c = state.weights[-1][0], state.biases[-1][0]
    low, high = float(np.min(flat)), float(np.max(flat))
    size = float(np.hypot(a, b))
    if not size or not np.isfinite([low, high, size]).all():
        return []
    foot, along = np.array([a, b]) * -c / size**2, np.array([-b, a]) / size
    reach = np.linspace(-2 * (high - low), 2 * (high - low), 200)
    x, y = foot[:, None] + along[:, None] * reach
    inside = (x >= low) & (x <= high) & (y >= low) & (y <= high)
    return (
        [Line(x[inside].tolist(), y[inside].tolist(), "output 0", "accent", pattern="dashed")]
        if inside.sum() > 1
        else []
    )
