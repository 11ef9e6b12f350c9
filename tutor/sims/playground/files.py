"""Points and networks in files: `--data FILE.csv`, `--load FILE.json`, `--save FILE.json`.

A saved network is one JSON object: `params`, `train` and `test` (rows x₁, x₂, label), `weights` (for each layer a
matrix of shape (units, inputs)), `biases`, and what a run needs to go on as if it had never stopped: `version`,
`epoch`, `carried`, `carried_count`, `alive`, and for own points the names of the two `classes`. Any of these from
`version` on may be missing; without `epoch` the run begins at epoch 0.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tutor.errors import UsageError, clip, unknown_name_error
from tutor.files import write_file
from tutor.sims.datasets.point_file import read_points
from tutor.sims.datasets.table_file import MAX_POINTS
from tutor.sims.datasets.text_file import STDIN, format_path, read_text
from tutor.sims.engine.state import to_json_types
from tutor.sims.playground.parameters import OWN_DATASET
from tutor.sims.playground.state import Layers, LoadedData, PlaygroundState, SavedNetwork
from tutor.sims.playground.view import Playground
from tutor.text.numbers import counted, format_number

FORMAT_VERSION = 1
MAX_COORDINATE = 1e6
"""The largest coordinate of a point in a saved network."""


def with_data(path: Path, scale: bool, columns: str, values: dict[str, object]) -> Playground:
    """A playground on the points of a file; these are loaded, but not in use, if `values` name another data set.

    Args:
        path: The file, or `-` for standard input.
        scale: As `--scale`: stretch each coordinate to the plane that is shown.
        columns: As `--columns`: which columns are x1, x2 and label; empty to find that out.
        values: Parameter name → value, for parameters that differ from their defaults.

    Raises:
        UsageError: a file or a value that cannot be used.
    """
    points = read_points(path, scale=scale, columns=columns)
    options = ["--data", _absolute_path(path)]
    if scale:
        options.append("--scale")
    if columns:
        options += ["--columns", columns]
    loaded = LoadedData(points.rows, tuple(options), points.summary, {"dataset": OWN_DATASET}, points.classes)
    playground = Playground(dataset=OWN_DATASET, loaded=loaded).with_values(**values)
    playground.check()
    return playground


def _absolute_path(path: Path) -> str:
    """`path` as an option that means the same file in any working directory."""
    return str(path if path == STDIN else path.absolute())


def save(rules: Playground, state: PlaygroundState, path: Path, *, force: bool = False) -> None:
    """Save the network of `state`, completely or not at all; an existing file is replaced only with `force`.

    Raises:
        ChainruleError: there is a file of that name, or it cannot be written.
    """
    fields = ("train", "test", "weights", "biases", "epoch", "carried", "carried_count", "alive")
    data = {
        "version": FORMAT_VERSION,
        "params": to_json_types(rules.values()),
        **{name: to_json_types(getattr(state, name)) for name in fields},
    }
    if rules.classes:
        data["classes"] = list(rules.classes)
    write_file(path, json.dumps(data), force=force)


def load(path: Path, changed: dict[str, object]) -> Playground:
    """Load the run saved in a file, with some parameters `changed`.

    Raises:
        UsageError: the file is no saved network, is of another version, or has arrays that do not fit its parameters.
    """
    try:
        rules = _build_playground(path, _read_object(path))
    except RecursionError:
        raise UsageError(f"{format_path(path)}: nested too deeply for a saved network; save it again") from None
    return rules.with_values(**changed) if changed else rules


def _read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file, if it looks like a saved network of this version."""
    try:
        data = json.loads(read_text(path, "a saved network"))
    except ValueError:
        raise UsageError(
            f"{format_path(path)}: this is not JSON, or it was cut short; save the network again"
        ) from None
    if not isinstance(data, dict) or not isinstance(data.get("params"), dict):
        raise UsageError(
            f"{format_path(path)}: this is no saved network; it needs params, train, test, weights and biases"
        )
    version = data.get("version", FORMAT_VERSION)
    if version != FORMAT_VERSION or isinstance(version, bool):  # True is equal to 1
        text = f"saved by another version ({clip(str(version), 20)}); this one reads {FORMAT_VERSION}"
        raise UsageError(f"{format_path(path)}: {text}")
    return data


def _build_playground(path: Path, data: dict[str, Any]) -> Playground:
    """The playground that `data` describes, after all of it has been checked.

    Raises:
        UsageError: something in it is not as it should be.
    """
    parameters = Playground.parameters()
    for name in data["params"]:
        if name not in parameters:
            raise UsageError(f"{format_path(path)}: params: {unknown_name_error('parameter', name, parameters)}")
    try:
        values = {parameters[name].field: parameters[name].read(value) for name, value in data["params"].items()}
        rules = replace(Playground(), **values)  # type: ignore[arg-type]  # read by the parameters of these fields
        rules = replace(rules, loaded=_read_loaded_data(path, data, rules))
        rules.check()
    except UsageError as error:
        message = str(error)
        has_path = message.startswith(format_path(path))  # the messages about the parameters do not name the file
        raise UsageError(message if has_path else f"{format_path(path)}: params: {message}") from None
    return rules


def _read_loaded_data(path: Path, data: dict[str, Any], rules: Playground) -> LoadedData:
    """The points and the network of a file, whose arrays must have the shapes that `rules` ask for."""
    layer_sizes = rules.shape.sizes
    weight_shapes = [(units, inputs) for inputs, units in pairwise(layer_sizes)]
    bias_shapes = [(units,) for units in layer_sizes[1:]]
    weights = _read_layers(path, data, "weights", weight_shapes)
    biases = _read_layers(path, data, "biases", bias_shapes)
    carried = _read_layers(path, data, "carried", [*weight_shapes, *bias_shapes]) if data.get("carried") else ()
    alive = _read_layers(path, data, "alive", weight_shapes) if data.get("alive") else ()
    if any(not np.isin(mask, (0, 1)).all() for mask in alive):
        raise UsageError(f"{format_path(path)}: alive is made of 0 and 1: 0 for a weight that stays 0")
    train, test = _read_points(path, data, "train"), _read_points(path, data, "test")
    epoch, carried_count = data.get("epoch", 0), data.get("carried_count", 0)
    # `type`, since `isinstance` takes True and False for int, too.
    if any(type(number) is not int or not 0 <= number < 2**31 for number in (epoch, carried_count)):
        raise UsageError(f"{format_path(path)}: epoch and carried_count are whole numbers from 0 on")
    network = "-".join(map(str, layer_sizes))
    name = format_path(Path(clip(path.name, 40)))
    return LoadedData(
        points=np.concatenate([train, test]),
        options=("--load", _absolute_path(path)),
        summary=(
            f"{name}: a network of {network} units after {counted(epoch, 'epoch')}, {counted(len(train), 'point')}."
        ),
        params=rules.values(),
        classes=_read_classes(data),
        saved=SavedNetwork(train, test, weights, biases, epoch, carried, carried_count, alive),
    )


def _read_classes(data: dict[str, Any]) -> tuple[str, ...]:
    """The names of the two classes; empty if they were not saved."""
    names = data.get("classes")
    if isinstance(names, list) and len(names) == 2 and all(isinstance(name, str) for name in names):
        return tuple(names)
    return ()


def _read_array(path: Path, name: str, value: object) -> np.ndarray:
    """`value`, which is called `name` in the file, as an array of finite numbers.

    Raises:
        UsageError: `value` contains anything else.
    """
    try:
        array = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise UsageError(f"{format_path(path)}: {name} is not made of numbers in rows of one length") from None
    except OverflowError:  # a whole number beyond the largest float
        array = np.array(np.inf)
    if not np.isfinite(array).all():
        raise UsageError(f"{format_path(path)}: {name} holds a number that is not finite")
    return array


def _read_layers(path: Path, data: dict[str, Any], name: str, shapes: Sequence[tuple[int, ...]]) -> Layers:
    """The arrays in `data[name]`: there must be one for each of `shapes`, and it must have this shape.

    Raises:
        UsageError: there are more or fewer, or one has another shape.
    """
    values = data.get(name)
    if not isinstance(values, list) or len(values) != len(shapes):
        count = counted(len(values), "layer") if isinstance(values, list) else "no layers"
        raise UsageError(f"{format_path(path)}: {name} has {count}; the parameters ask for {len(shapes)}")
    arrays = tuple(_read_array(path, f"{name}[{index}]", value) for index, value in enumerate(values))
    for index, (array, shape) in enumerate(zip(arrays, shapes, strict=True)):
        if array.shape != shape:
            text = f"{name}[{index}] is {_format_shape(array.shape)}; the parameters ask for {_format_shape(shape)}"
            raise UsageError(f"{format_path(path)}: {text}")
    return arrays


def _format_shape(shape: tuple[int, ...]) -> str:
    """A shape in words: "4 by 2"."""
    return " by ".join(map(str, shape)) or "a single number"


def _read_points(path: Path, data: dict[str, Any], name: str) -> np.ndarray:
    """The points in `data[name]`, rows x₁, x₂, label, within bounds; there may be no `test` points.

    Raises:
        UsageError: they are not such rows, or too many, or a number is out of bounds.
    """
    array = _read_array(path, name, data.get(name))
    if name == "test" and array.size == 0:
        return np.zeros((0, 3))
    if array.ndim != 2 or array.shape[1] != 3 or not 1 <= len(array) <= MAX_POINTS:
        raise UsageError(f"{format_path(path)}: {name} is a list of [x1, x2, label], from 1 to {MAX_POINTS:,} of them")
    if np.abs(array[:, 2]).max() > 1 or np.abs(array).max() > MAX_COORDINATE:
        raise UsageError(
            f"{format_path(path)}: {name} holds a label beyond −1 … 1, "
            f"or a point beyond {format_number(MAX_COORDINATE)}"
        )
    return array
