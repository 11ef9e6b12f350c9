"""Files that are no saved network, in any way: each is refused in one line, or is a run that can be stepped."""

import copy
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tutor.errors import UsageError
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import begin_run
from tutor.sims.playground.files import load, save
from tutor.sims.playground.view import Playground

DEEP = json.loads("[" * 400 + "]" * 400)
WRONG: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 2**31, 10**400, 10**4000, -(10**400), 1e308, float("nan"), float("inf")),
    *("x", "", "∞", "nan", "a" * 100_000, [], [[]], {}, {"a": 1}, [None], ["x"], [10**400], [[[[1]]]], DEEP),
]
KEYS = ("version", "params", "train", "test", "weights", "biases", "epoch", "carried", "carried_count", "alive")
PLACES: list[tuple[str | int, ...]] = [
    *((key,) for key in (*KEYS, "classes")),
    *(("params", name) for name in (*Playground.parameters(), "cls", "self", "given", "step", "")),
    *(("weights", 0, 0, 0), ("train", 0, 2), ("train", 0, 0), ("biases", 0, 0), ("alive", 0, 0, 0), ("carried", 0, 0)),
]


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a sound file holds."""
    path = tmp_path_factory.mktemp("saved") / "net.json"
    save(Playground.build(), state_after(Playground.build(), 2), path)
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


@pytest.mark.parametrize("place", PLACES, ids=lambda place: ".".join(map(str, place)))
def test_any_value_in_any_place_is_refused_in_one_line_or_can_be_run(
    tmp_path: Path, good: dict[str, Any], place: tuple[str | int, ...]
) -> None:
    path = tmp_path / "net.json"
    for value in WRONG:
        data = copy.deepcopy(good)
        at: Any = data
        for key in place[:-1]:
            at = at[key]
        at[place[-1]] = value
        path.write_text(json.dumps(data), "utf-8")
        try:
            rules = load(path, {})
        except UsageError as error:
            assert str(error).startswith(str(path))
            assert "\n" not in str(error)
            assert len(str(error)) < 600
        else:
            assert Player(rules).step() or not np.isfinite(begin_run(rules).loss_train)


@pytest.mark.parametrize("key", KEYS)
def test_what_is_missing_has_its_default_or_is_asked_for(tmp_path: Path, good: dict[str, Any], key: str) -> None:
    data = dict(good)
    del data[key]
    path = tmp_path / "net.json"
    path.write_text(json.dumps(data), "utf-8")
    if key in {"version", "epoch", "carried", "carried_count", "alive"}:
        assert load(path, {}).loaded is not None
    else:
        with pytest.raises(UsageError, match=key):
            load(path, {})


@pytest.mark.parametrize(
    "text",
    ["", "{", "[", "[" * 100_000, '{"params":' * 50_000, "1" * 10_000, '{"params": ' + "1" * 5000 + "}", "nul", "\0"],
    ids=range(9),
)
def test_any_text_is_refused_in_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "net.json"
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        load(path, {})
    assert "\n" not in str(caught.value)


@pytest.mark.unix
def test_what_is_no_regular_file_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, said in (
        (tmp_path, "is a folder"),
        (tmp_path / "pipe", "not a regular"),
        (Path("/dev/zero"), "not a re"),
    ):
        with pytest.raises(UsageError, match=said):
            load(path, {})
    large = tmp_path / "large.json"
    with large.open("wb") as file:
        file.truncate(10**9)  # takes no room on the disk
    with pytest.raises(UsageError, match="larger than 5 MB"):
        load(large, {})
