"""Points and networks in files: `--data FILE.csv`, `--load FILE.json`, `--save FILE.json`.

A saved network is one JSON object: `params`, `train` and `test` (rows x₁, x₂, label), `weights` (one
out×in matrix a layer), `biases`, and what a run needs to go on as if it had never stopped: `version`,
`epoch`, `carried`, `carried_count`, `alive`. The last ones may be missing; the run then begins at epoch 0.
"""

import csv
import json
import math
import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np

from tutor.errors import ChainruleError, UsageError, clip
from tutor.sims.planar import split
from tutor.sims.playground import OWN, Given, Layers, Playground, PlaygroundState
from tutor.sims.state import plain

VERSION = 1
ROWS = 10_000
"""The most points a file may hold."""
BYTES = 20_000_000
REACH = 6.0
"""Points lie within −REACH … REACH."""


# -- points


def read_data(path: Path, scale: bool = False) -> np.ndarray:
    """The rows x₁, x₂, label of a CSV file; two distinct labels become −1 and +1.

    Args:
        path: A CSV file with the columns x1, x2 and label (named in its first line, in any order, or without names).
        scale: Stretch both coordinates alike so that the farthest point lies at 5.

    Raises:
        UsageError: one line that names the file, the line and what to write instead.
    """
    rows = list(csv.reader(_text(path).splitlines()))
    filled = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not filled:
        raise UsageError(f"{path}: there are no points; write lines x1,x2,label")
    columns = _columns(path, [cell.strip().lower() for cell in filled[0][1]])
    data = filled[1:] if columns is not None else filled
    if not 4 <= len(data) <= ROWS:
        raise UsageError(f"{path}: {len(data):,} points; give from 4 to {ROWS:,}")
    points = np.array([_row(path, number, row, columns or (0, 1, 2)) for number, row in data])
    return np.column_stack([_placed(path, points[:, :2], scale), _labels(path, points[:, 2])])


def _columns(path: Path, names: list[str]) -> tuple[int, int, int] | None:
    """Where x1, x2 and label stand, or `None` when the first line is a point."""
    try:
        [float(name) for name in names]
    except ValueError:
        missing = [name for name in ("x1", "x2", "label") if name not in names]
        if missing:
            raise UsageError(f"{path}:1: the column {missing[0]} is missing; the columns are x1,x2,label") from None
        return names.index("x1"), names.index("x2"), names.index("label")
    return None


def _row(path: Path, number: int, row: list[str], columns: tuple[int, int, int]) -> tuple[float, ...]:
    found = []
    for name, column in zip(("x1", "x2", "label"), columns, strict=True):
        if column >= len(row):
            raise UsageError(f"{path}:{number}: {name} is missing; write x1,x2,label")
        try:
            value = float(row[column])
        except ValueError:
            raise UsageError(f"{path}:{number}: {name} is '{clip(row[column], 30)}'; a number belongs here") from None
        if not math.isfinite(value):
            raise UsageError(f"{path}:{number}: {name} is {row[column].strip()}; a finite number belongs here")
        found.append(value)
    return tuple(found)


def _placed(path: Path, x: np.ndarray, scale: bool) -> np.ndarray:
    far = float(np.abs(x).max())
    if scale and far > 0:
        scaled: np.ndarray = x * (5 / far)
        return scaled
    if far > REACH:
        raise UsageError(f"{path}: a point lies at {far:.4g}; keep within −6 … 6, or add --scale")
    return x


def _labels(path: Path, labels: np.ndarray) -> np.ndarray:
    kinds = np.unique(labels)
    if len(kinds) == 1:
        raise UsageError(f"{path}: every label is {kinds[0]:g}; two classes are needed, such as 0 and 1")
    if len(kinds) == 2:
        return np.where(labels == kinds[1], 1.0, -1.0)
    if np.abs(labels).max() > 1:
        raise UsageError(f"{path}: labels are two classes, or numbers from −1 to 1; there is {np.abs(labels).max():g}")
    return labels


def with_data(rules: Playground, path: Path, scale: bool = False) -> Playground:
    """`rules` on the points of a CSV file.

    Raises:
        UsageError: a file that cannot be used.
    """
    whole = read_data(path, scale)
    train, test = split(whole, rules.train_fraction, rules.random(0))
    if not len(train) or not len(test):
        raise UsageError(f"{path}: {len(whole)} points leave none to train on or to test with; give more")
    given = Given(train, test, whole=whole)
    return replace(rules, dataset=OWN, given=given)


# -- networks


def save(rules: Playground, state: PlaygroundState, path: Path) -> None:
    """Write the network whole or not at all: an earlier file of that name stays when this fails.

    Raises:
        ChainruleError: the file cannot be written.
    """
    fields = ("train", "test", "weights", "biases", "epoch", "carried", "carried_count", "alive")
    data = {
        "version": VERSION,
        "params": plain(rules.values()),
        **{name: plain(getattr(state, name)) for name in fields},
    }
    try:
        with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=path.name, delete=False) as file:
            try:
                json.dump(data, file)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise ChainruleError(f"{path} cannot be written ({error.strerror}); give a file in a folder of yours") from None


def load(path: Path, changed: dict[str, object]) -> Playground:
    """The run that a file holds, with some parameters `changed`.

    Raises:
        UsageError: a file that is no saved network, of another shape or version; one line says what is wrong.
    """
    try:
        data = json.loads(_text(path))
    except (ValueError, RecursionError):
        raise UsageError(f"{path}: this is not JSON, or it was cut short; save the network again") from None
    if not isinstance(data, dict) or not isinstance(data.get("params"), dict):
        raise UsageError(f"{path}: this is no saved network; it needs params, train, test, weights and biases")
    if data.get("version", VERSION) != VERSION:
        raise UsageError(
            f"{path}: saved by another version ({clip(str(data['version']), 20)}); this one reads {VERSION}"
        )
    params = dict(data["params"])
    own = params.pop("dataset", "circle") == OWN
    rules = Playground.build(**params, **({} if own else {"dataset": data["params"].get("dataset", "circle")}))
    given = _given(path, data, rules)
    rules = replace(rules, given=given, dataset=OWN if own else rules.dataset)
    return rules.with_values(**changed) if changed else rules


def _given(path: Path, data: dict[str, Any], rules: Playground) -> Given:
    sizes = list(pairwise(rules.shape.sizes))
    shapes = [(n, m) for m, n in sizes]
    weights = _layers(path, data, "weights", shapes)
    biases = _layers(path, data, "biases", [(n,) for _, n in sizes])
    carried: Layers = ()
    if data.get("carried"):
        carried = _layers(path, data, "carried", [*shapes, *((n,) for _, n in sizes)])
    alive = _layers(path, data, "alive", shapes) if data.get("alive") else ()
    train, test = (_points(path, data, name) for name in ("train", "test"))
    counts = [data.get(name, 0) for name in ("epoch", "carried_count")]
    if not all(isinstance(count, int) and 0 <= count < 2**31 for count in counts):
        raise UsageError(f"{path}: epoch and carried_count are whole numbers from 0 on")
    whole = np.concatenate([train, test])
    return Given(train, test, weights, biases, counts[0], carried, counts[1], alive, whole)


def _array(path: Path, name: str, value: object) -> np.ndarray:
    try:
        made = np.array(value, dtype=float)
    except (TypeError, ValueError):
        raise UsageError(f"{path}: {name} is not made of numbers in rows of one length") from None
    if not np.isfinite(made).all():
        raise UsageError(f"{path}: {name} holds a number that is not finite")
    return made


def _layers(path: Path, data: dict[str, Any], name: str, shapes: Sequence[tuple[int, ...]]) -> Layers:
    found = data.get(name)
    if not isinstance(found, list) or len(found) != len(shapes):
        have = len(found) if isinstance(found, list) else "none"
        raise UsageError(f"{path}: {name} has {have} layers; the parameters ask for {len(shapes)}")
    made = tuple(_array(path, f"{name}[{number}]", part) for number, part in enumerate(found))
    for number, (part, shape) in enumerate(zip(made, shapes, strict=True)):
        if part.shape != shape:
            raise UsageError(f"{path}: {name}[{number}] is {_by(part.shape)}; the parameters ask for {_by(shape)}")
    return made


def _by(shape: tuple[int, ...]) -> str:
    return " by ".join(map(str, shape)) or "a single number"


def _points(path: Path, data: dict[str, Any], name: str) -> np.ndarray:
    made = _array(path, name, data.get(name))
    if name == "test" and made.size == 0:
        return np.zeros((0, 3))
    if made.ndim != 2 or made.shape[1] != 3 or not 1 <= len(made) <= ROWS:
        raise UsageError(f"{path}: {name} is a list of [x1, x2, label], from 1 to {ROWS:,} of them")
    return made


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > BYTES:
            raise UsageError(f"{path}: larger than {BYTES // 1_000_000} MB; give at most {ROWS:,} points")
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}); name a file that exists") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: this is not text in UTF-8; save it as CSV or JSON text") from None
