"""The fold: where each layer takes the plane. A grid of straight lines goes in and comes out bent.

A layer of two units is drawn as it is. Of a wider one the two main directions are drawn (the principal
components of the training points in that layer), which the description says.
"""

from typing import TYPE_CHECKING

import numpy as np

from tutor.sims.engine.chart import Chart, Line, Mark, Points, Role
from tutor.sims.engine.narration import format_percent
from tutor.sims.playground.initial import class_names
from tutor.text.numbers import counted

if TYPE_CHECKING:
    from tutor.sims.playground.simulation import Playground, PlaygroundState

REACH, LINES, POINTS = 5.5, 9, 25
"""The grid goes from −REACH to REACH with LINES lines each way, each of POINTS points."""


def folds(rules: "Playground", state: "PlaygroundState") -> list[Chart]:
    """A picture for each hidden layer."""
    points, grid = state.train, _grid()
    batch = rules.seen(np.concatenate([points[:, :2], grid]), state, np.float64)  # a share of the variance is told
    shape, made = rules.shape, []
    for layer in range(1, shape.layers):
        first = shape.starts[layer]
        made.append(_picture(rules, state, layer, batch.a[first : first + shape.sizes[layer]].copy()))
    return made


def _grid() -> np.ndarray:
    """The points of the grid's lines, line after line: first the vertical ones, then the horizontal ones."""
    places, along = np.linspace(-REACH, REACH, LINES), np.linspace(-REACH, REACH, POINTS)
    vertical = [np.column_stack([np.full(POINTS, place), along]) for place in places]
    return np.concatenate([*vertical, *(line[:, ::-1] for line in vertical)])


def _picture(rules: "Playground", state: "PlaygroundState", layer: int, values: np.ndarray) -> Chart:
    """`values`: units × (training points, then the grid's points) in this layer."""
    count, units = len(state.train), len(values)
    flat, share = _flattened(values, count)
    marks: list[Mark] = []
    for number in range(2 * LINES):
        start = count + number * POINTS
        x, y = flat[:, start : start + POINTS]
        marks.append(
            Line(x.tolist(), y.tolist(), "x₁ constant" if number < LINES else "x₂ constant", _ROLES[number < LINES])
        )
    high = state.train[:, 2] > 0
    low_name, high_name = class_names(rules, state.train)
    marks.append(Points(flat[0, :count][high].tolist(), flat[1, :count][high].tolist(), high_name, "blue"))
    marks.append(Points(flat[0, :count][~high].tolist(), flat[1, :count][~high].tolist(), low_name, "orange", "cross"))
    last = layer == rules.shape.layers - 1
    if last and units == 2:
        marks += _boundary(state, flat)
    if units == 2:
        said = "its two units are the axes"
    elif units == 1:
        said = "its one unit is the horizontal axis; the height only keeps the points apart"
    else:
        directions = f"the two main directions of its {counted(units, 'unit')}"
        said = f"shown are {directions}, which hold {format_percent(share)} of the variance"
    apart = ""
    if last and state.accuracy is not None:
        apart = (
            " In this layer the output unit draws a straight line between the classes: "
            f"{format_percent(state.accuracy)} of the test points are on the correct side."
        )
    return Chart(
        f"The fold after layer {layer}",
        tuple(marks),
        f"The plane as layer {layer} transforms it; {said}.{apart}",
        "first unit" if units == 2 else "first direction",
        "second unit" if units == 2 else "second direction",
    )


_ROLES: dict[bool, Role] = {True: "muted", False: "secondary"}


def _flattened(values: np.ndarray, count: int) -> tuple[np.ndarray, float]:
    """Two rows to draw, and the share of the training points' spread that they hold."""
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


def _boundary(state: "PlaygroundState", flat: np.ndarray) -> list[Mark]:
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
    return [Line(x[inside].tolist(), y[inside].tolist(), "output 0", "accent")] if inside.sum() > 1 else []
