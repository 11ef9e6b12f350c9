"""The view of the playground: the output over the plane, the losses, the network, and what each layer does.

A *fold* is the picture of a hidden layer: a grid of straight lines in the plane, as the layer transforms it.
"""

from dataclasses import dataclass

import numpy as np

from tutor.sims.datasets.plane import compute_features
from tutor.sims.engine.chart import CLASS_LOOKS, Chart, HeatMap, Line, Mark, Network, Picture, Points, Role, Shape, Unit
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.pieces import join_pieces
from tutor.sims.engine.prediction import Prediction, make_estimate
from tutor.sims.engine.simulation import look_ahead
from tutor.sims.engine.view import Reading, View, describe_change, make_reading
from tutor.sims.playground.library import request_library
from tutor.sims.playground.state import PlaygroundState
from tutor.sims.playground.training import PlaygroundTraining
from tutor.sims.playground.worked_lines import make_worked_lines
from tutor.text.numbers import counted, format_number, format_percent

VIEW_LIMIT, OUTPUT_CELLS, UNIT_CELLS = 6.0, 48, 12
"""The plane is shown from −VIEW_LIMIT to VIEW_LIMIT, in this many cells each way: for the output, and for one unit."""
TEST_LOOKS: dict[int, tuple[Role, Shape]] = {1: ("blue", "ring"), -1: ("orange", "triangle")}
"""As `CLASS_LOOKS`, for the points of the test set."""


@dataclass(frozen=True)
class Playground(PlaygroundTraining):
    """A network folds the plane until its classes lie apart."""

    def prepare(self) -> None:
        """Start compiling the training loop for the next start of the program, if there is a compiler."""
        request_library()

    def view(self, history: RunHistory[PlaygroundState]) -> View:
        """The view, with pictures of the output over the plane, the losses, the network, the folds."""
        state = history.state
        pictures: tuple[Picture, ...] = (
            _draw_output(self, state),
            _draw_losses(history),
            _draw_network(self, state),
        )
        return View(
            (*pictures, *draw_folds(self, state)),
            _make_readings(self, state),
            make_worked_lines(self, history, _list_weights(self, state)[0][0]),
            _narrate(history),
            _make_prediction(self, state),
        )


def _make_readings(rules: PlaygroundTraining, state: PlaygroundState) -> tuple[Reading, ...]:
    """The readings: epoch, losses, accuracy; the penalty and dead weights if there can be any; weights and biases."""
    readings = [
        make_reading(state, "epoch", "epoch"),
        make_reading(state, "training loss", "loss_train"),
        make_reading(state, "test loss", "loss_test"),
    ]
    if rules.regularization != "none":  # a learner meets the network long before the penalty
        readings.append(make_reading(state, "penalty", "penalty"))
    readings.append(make_reading(state, "accuracy", "accuracy", is_share=True))
    if rules.regularization == "l1" or state.dead:
        readings.append(make_reading(state, "dead weights", "dead"))
    readings += [make_reading(state, label, path, is_detail=True) for label, path in _list_weights(rules, state)]
    return tuple(readings)


def _feature_names(rules: PlaygroundTraining) -> list[str]:
    """The features as they are shown: x₁ for x1."""
    return [name.replace("x1", "x₁").replace("x2", "x₂") for name in rules.features]


def _list_weights(rules: PlaygroundTraining, state: PlaygroundState) -> list[tuple[str, str]]:
    """(label, path) of every weight and bias: `layer 1, unit 2 ← x₁`, `output, bias`."""
    labels_and_paths = []
    for layer, weights in enumerate(state.weights):
        unit_count, input_count = weights.shape
        input_names = _feature_names(rules) if layer == 0 else [f"unit {index + 1}" for index in range(input_count)]
        is_output = layer == len(state.weights) - 1
        for unit in range(unit_count):
            unit_name = "output" if is_output else f"layer {layer + 1}, unit {unit + 1}"
            for index, input_name in enumerate(input_names):
                labels_and_paths.append((f"{unit_name} ← {input_name}", f"weights[{layer}][{unit}][{index}]"))
            labels_and_paths.append((f"{unit_name}, bias", f"biases[{layer}][{unit}]"))
    return labels_and_paths


def _plane_points(cells: int) -> np.ndarray:
    """The middles of cells × cells squares of the plane, row by row from below, shape (cells², 2)."""
    middles = VIEW_LIMIT * (2 * (np.arange(cells) + 0.5) / cells - 1)
    x1, x2 = np.meshgrid(middles, middles)
    return np.column_stack([x1.ravel(), x2.ravel()])


def _draw_output(rules: PlaygroundTraining, state: PlaygroundState) -> Chart:
    """The output over the plane, with the training points, and the test points where they are shown."""
    values = rules.evaluate(_plane_points(OUTPUT_CELLS), state).out[0]
    if rules.discretise:
        values = np.where(values >= 0, 1.0, -1.0)
    heat_map = HeatMap(
        np.clip(values, -1, 1).reshape(OUTPUT_CELLS, OUTPUT_CELLS).tolist(),
        x_range=(-VIEW_LIMIT, VIEW_LIMIT),
        y_range=(-VIEW_LIMIT, VIEW_LIMIT),
        label="output",
        diverging=True,
    )
    marks: list[Mark] = [heat_map, *_class_points(rules, state.train, "", CLASS_LOOKS)]
    if rules.show_test:
        marks += _class_points(rules, state.test, ", test", TEST_LOOKS)
    results = [f"training loss {format_number(state.loss_train)}"]
    if len(state.test):
        results.append(f"test loss {format_number(state.loss_test)}")
    if state.accuracy is not None:
        results.append(f"accuracy {format_percent(state.accuracy)}")
    description = f"After {counted(state.epoch, 'epoch')}: {', '.join(results)}."
    return Chart(
        "Output over the plane",
        tuple(marks),
        description,
        x_label="x₁",
        y_label="x₂",
        x_range=(-VIEW_LIMIT, VIEW_LIMIT),
        y_range=(-VIEW_LIMIT, VIEW_LIMIT),
        scale="plane",
    )


def _class_points(
    rules: PlaygroundTraining, rows: np.ndarray, suffix: str, looks: dict[int, tuple[Role, Shape]]
) -> list[Points]:
    """The points of the classes +1 and −1 as two marks; `suffix` follows the name of the class in the legend.

    `rows` are x₁, x₂, label; `looks` gives the colour and shape of each class.
    """
    is_high = rows[:, 2] > 0
    low_name, high_name = rules.class_names(rows)
    high_points, low_points = rows[is_high], rows[~is_high]
    return [
        Points(high_points[:, 0].tolist(), high_points[:, 1].tolist(), high_name + suffix, *looks[1]),
        Points(low_points[:, 0].tolist(), low_points[:, 1].tolist(), low_name + suffix, *looks[-1]),
    ]


def _draw_losses(history: RunHistory[PlaygroundState]) -> Chart:
    """The losses on training and test points, by epoch."""
    train, test = history.trace("loss_train"), history.trace("loss_test")
    epochs_before = history.state.epoch - history.state.step  # a network from a file has some
    epochs = [epochs_before + step for step in train.steps]
    marks = (
        Line(epochs, train.values, "training", "blue", "dot"),
        Line(epochs, test.values, "test", "orange", "triangle"),
    )
    first, last = format_number(train.values[0]), format_number(train.values[-1])
    if len(train.values) > 1:
        description = f"The training loss went from {first} to {last}."
    else:
        description = f"The training loss is {last}."
    return Chart("Loss (data only, without the penalty)", marks, description, x_label="epoch", y_label="mean loss")


def _draw_network(rules: PlaygroundTraining, state: PlaygroundState) -> Network:
    """All units from the features to the output, each with its output over the plane."""
    shape, plane_points = rules.shape, _plane_points(UNIT_CELLS)
    batch = rules.evaluate(plane_points, state)
    features = compute_features(plane_points, rules.features).T
    # Features such as x₁² go far beyond −1 … 1, the range of a unit's field; each is divided by its largest size.
    largest = np.maximum(np.abs(features).max(axis=1, keepdims=True), 1e-12)  # a divisor: not 0
    columns = [
        tuple(
            Unit(name, field=_make_unit_field(values))
            for name, values in zip(_feature_names(rules), features / largest, strict=True)
        )
    ]
    for layer, weights in enumerate(state.weights):
        first_row = shape.first_rows[layer + 1]
        outputs = batch.a[first_row : first_row + len(weights)]
        is_output = layer == len(state.weights) - 1
        columns.append(
            tuple(
                Unit(
                    "output" if is_output else str(unit + 1),
                    field=_make_unit_field(outputs[unit]),
                    weights=w.tolist(),
                    pruned=(state.alive[layer][unit] == 0).tolist(),
                    keys=[f"weights[{layer}][{unit}][{index}]" for index in range(len(w))],
                    bias_key=f"biases[{layer}][{unit}]",
                )
                for unit, w in enumerate(weights)
            )
        )
    weight_count = sum(w.size for w in state.weights)
    dead = f", {state.dead} of them set to 0 for good" if state.dead else ""
    sizes = "-".join(str(size) for size in shape.sizes)
    largest_weight = max((float(np.abs(w).max()) for w in state.weights), default=0.0)
    description = (
        f"A network of {sizes} units with {counted(weight_count, 'weight')}{dead}; the largest size is "
        f"{format_number(largest_weight)}."
    )
    names = ("", *(f"layer {layer + 1}" for layer in range(len(state.weights) - 1)), "output")
    return Network("The network, unit by unit", tuple(columns), description, names)


def _make_unit_field(values: np.ndarray) -> list[list[float]]:
    """The values at `_plane_points(UNIT_CELLS)`, limited to −1 … 1, row by row as `Unit.field` has them."""
    rows: list[list[float]] = np.clip(values, -1, 1).reshape(UNIT_CELLS, UNIT_CELLS).tolist()
    return rows


def _make_prediction(rules: PlaygroundTraining, state: PlaygroundState) -> Prediction | None:
    """Ask for an estimate of the training loss after the next epoch, which is computed in advance for the answer."""
    after = look_ahead(rules, state).loss_train
    return make_estimate("training loss", "loss_train", state.loss_train, after, "in the next epoch")


def _narrate(history: RunHistory[PlaygroundState]) -> str:
    """The sentence about the last epoch, or about the network at the start."""
    state, previous = history.state, history.previous
    if previous is None and state.epoch:
        test_words = f", its test loss {format_number(state.loss_test)}" if len(state.test) else ""
        return (
            f"The saved network continues after {counted(state.epoch, 'epoch')}: its training loss is "
            f"{format_number(state.loss_train)}{test_words}."
        )
    if previous is None:
        return f"Before training the loss is {format_number(state.loss_train)}."
    sentence = f"Epoch {state.epoch}: the training loss {describe_change(previous.loss_train, state.loss_train)}"
    if len(state.test):
        sentence += f", the test loss is {format_number(state.loss_test)}"
    if state.accuracy is not None:
        sentence += f"; {format_percent(state.accuracy)} of the test points are classified correctly"
    if state.dead:
        sentence += f"; L1 has set {counted(state.dead, 'weight')} to 0"
    return f"{sentence}."


# -- the fold: a grid of straight lines goes into a layer and comes out bent

GRID_LIMIT, GRID_LINES, POINTS_PER_LINE = 5.5, 9, 25
"""The grid goes from −GRID_LIMIT to GRID_LIMIT with GRID_LINES lines each way, each of POINTS_PER_LINE points."""


def draw_folds(rules: PlaygroundTraining, state: PlaygroundState) -> list[Chart]:
    """The fold of each hidden layer, as one chart each."""
    train_points = state.train[:, :2]
    # float64, since the description says which share of the variance is shown.
    batch = rules.evaluate(np.concatenate([train_points, _grid_points()]), state, np.float64)
    shape, charts = rules.shape, []
    for layer in range(1, shape.layer_count):
        first_row = shape.first_rows[layer]
        outputs = batch.a[first_row : first_row + shape.sizes[layer]].copy()
        charts.append(_draw_fold(rules, state, layer, outputs))
    return charts


def _grid_points() -> np.ndarray:
    """The points of the grid's lines, line after line, the vertical ones first; rows x₁, x₂."""
    line_positions = np.linspace(-GRID_LIMIT, GRID_LIMIT, GRID_LINES)
    along_line = np.linspace(-GRID_LIMIT, GRID_LIMIT, POINTS_PER_LINE)
    vertical = [np.column_stack([np.full(POINTS_PER_LINE, position), along_line]) for position in line_positions]
    horizontal = [line[:, ::-1] for line in vertical]  # x₁ and x₂ exchanged
    return np.concatenate([*vertical, *horizontal])


def _draw_fold(rules: PlaygroundTraining, state: PlaygroundState, layer: int, outputs: np.ndarray) -> Chart:
    """The chart of one hidden layer.

    `outputs` are those of its units, shape (units, points), for the training points and then for the grid's points.
    """
    train_count, units = len(state.train), len(outputs)
    projected, variance_share = _project_to_plane(outputs, train_count)
    marks: list[Mark] = [*_draw_grid(projected[:, train_count:])]
    projected_rows = np.column_stack([projected[:, :train_count].T, state.train[:, 2]])
    marks += _class_points(rules, projected_rows, "", CLASS_LOOKS)
    is_last_hidden = layer == rules.shape.layer_count - 1
    if is_last_hidden and units == 2:
        marks += _draw_boundary(state, projected)
    if units == 2:
        axes_words = "its two units are the axes"
    elif units == 1:
        axes_words = "its one unit is the horizontal axis; the height only keeps the points apart"
    else:
        directions = f"the two main directions of its {counted(units, 'unit')}"
        axes_words = f"shown are {directions}, which hold {format_percent(variance_share)} of the variance"
    description = f"The plane as layer {layer} transforms it; {axes_words}."
    if is_last_hidden and state.accuracy is not None:
        description += (
            " In this layer the output unit draws a straight line between the classes: "
            f"{format_percent(state.accuracy)} of the test points are on the correct side."
        )
    return Chart(
        f"The fold after layer {layer}",
        tuple(marks),
        description,
        x_label="first unit" if units == 2 else "first direction",
        y_label="second unit" if units == 2 else "second direction",
        scale="chart" if units == 1 else "plane",
    )


def _draw_grid(projected: np.ndarray) -> list[Line]:
    """The lines of the grid; `projected`, shape (2, points), holds their points in the order of `_grid_points`."""
    pieces = [(x.tolist(), y.tolist()) for x, y in np.hsplit(projected, 2 * GRID_LINES)]
    return [
        Line(*join_pieces(pieces[:GRID_LINES]), "x₁ constant", "muted", pattern="solid"),
        Line(*join_pieces(pieces[GRID_LINES:]), "x₂ constant", "secondary", pattern="dotted"),
    ]


def _project_to_plane(outputs: np.ndarray, train_count: int) -> tuple[np.ndarray, float]:
    """(coordinates of shape (2, points), share of the training points' variance that they keep).

    `outputs`, of shape (units, points), begins with the training points. More than two units are projected on the two
    principal components of the training points. One unit is the horizontal axis; the heights then mean nothing.
    """
    if len(outputs) == 2:
        return outputs, 1.0
    if len(outputs) == 1:
        heights = np.zeros(outputs.shape[1])  # varied for the training points, which would cover each other
        heights[:train_count] = 0.3 * np.sin(np.arange(train_count))
        return np.stack([outputs[0], heights]), 1.0
    if not np.isfinite(outputs).all():  # a diverged run has no principal components
        return outputs[:2], 0.0
    mean = outputs[:, :train_count].mean(axis=1, keepdims=True)
    components, singular_values, _ = np.linalg.svd(outputs[:, :train_count] - mean, full_matrices=False)
    components = components[:, :2]
    # The sign of a component is arbitrary: make its largest entry positive, so that pictures do not flip.
    largest_entries = components[np.abs(components).argmax(axis=0), [0, 1]]
    components = components * np.where(largest_entries < 0, -1.0, 1.0)
    variances = singular_values**2  # along each component, up to a common factor
    total = float(variances.sum())
    kept_share = float(variances[:2].sum()) / total if total else 1.0
    return components.T @ (outputs - mean), kept_share


def _draw_boundary(state: PlaygroundState, projected: np.ndarray) -> list[Mark]:
    """The straight line a·h₁ + b·h₂ + c = 0 at which the output is 0, within the range of `projected`; or nothing."""
    (a, b), c = state.weights[-1][0], state.biases[-1][0]
    low, high = float(np.min(projected)), float(np.max(projected))
    norm = float(np.hypot(a, b))
    if not norm or not np.isfinite([low, high, norm]).all():
        return []
    # Take 200 points of the line, on both sides of the one nearest to the origin, and draw those within the range.
    nearest_to_origin = np.array([a, b]) * -c / norm**2
    direction = np.array([-b, a]) / norm
    distances = np.linspace(-2 * (high - low), 2 * (high - low), 200)
    x, y = nearest_to_origin[:, None] + direction[:, None] * distances
    is_inside = (x >= low) & (x <= high) & (y >= low) & (y <= high)
    if is_inside.sum() < 2:
        return []
    return [Line(x[is_inside].tolist(), y[is_inside].tolist(), "output 0", "good", pattern="dashed")]
