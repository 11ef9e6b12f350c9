"""The compiled training loop: NumPy's numbers, the same bits back and forth, and nothing new where it is absent."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import Command
from tests.data import FOLDER
from tests.sims.test_playground import CASES
from tests.waiting import until
from tests.widgets.bench import bench
from tutor.sims.engine.json_lines import state_after
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import advance, begin_run
from tutor.sims.engine.state import find_overflow, to_json_types
from tutor.sims.playground import build, compiled, library
from tutor.sims.playground.files import load
from tutor.sims.playground.view import Playground

RUNS = [
    *CASES,
    {"shuffle": True, "batch": 7, "regularization": "l1", "regularization_rate": 0.05},
    {"loss": "cross-entropy", "hidden": (8,) * 6, "train_fraction": 0.1, "batch": 30},
    {"activation": "sigmoid", "hidden": (3,), "batch": 1, "train_fraction": 0.1},
]
"""Every activation, output, loss and penalty, batches that leave points over, and one that no batch fills."""
WILD: dict[str, Any] = {"activation": "linear", "output": "linear", "learning_rate": 10.0}


def compilers() -> list[str]:
    return [named for named in ("", "cc", "clang", "gcc") if named == "" or shutil.which(named)]


@pytest.fixture(scope="module")
def loops(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The ways to train that there are here: NumPy, and the compiled loop where something can compile it."""
    found: dict[str, Any] = {"NumPy": None}
    with pytest.MonkeyPatch.context() as patch:
        for named in compilers():
            patch.setenv(library.VARIABLE, named)
            if library.find_compiler():
                path = tmp_path_factory.mktemp("compiled") / "loop.so"
                build._compile(path)
                found["compiled"] = compiled.load_loop(path)
                break
    return found


@contextmanager
def trained_by(loop: Any) -> Iterator[None]:
    caches = compiled.get_compiled_trainer, compiled.get_compiled_evaluator
    with pytest.MonkeyPatch.context() as patch:
        for each in caches:
            each.cache_clear()
        patch.setattr(compiled, "find_usable_loop", lambda: loop)
        yield
    for each in caches:
        each.cache_clear()


def bits(state: object) -> str:
    return json.dumps(to_json_types(state))


def test_every_way_to_train_gives_the_same_numbers(
    loops: dict[str, Any], record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    if len(loops) == 1:  # without a compiler NumPy alone is run, and it is said
        said = "the compiled loop is not compared: there is no C compiler, and the extra `fast` is not installed"
        record_property("not compared", said)
        with capsys.disabled():
            print(f"\n{said}")
    for values in RUNS:
        rules = Playground.build(**values)
        found = []
        for loop in loops.values():
            with trained_by(loop):
                state = begin_run(rules)
                for _ in range(6):
                    state = advance(rules, state)
                found.append(to_json_types(state))
        for other in found[1:]:
            assert_same(found[0], other, str(values))


def assert_same(mine: Any, its: Any, where: str) -> None:
    """Equal to 1e-12, whatever the quantity."""
    assert type(mine) is type(its), where
    if isinstance(mine, dict):
        for key in mine:
            assert_same(mine[key], its[key], f"{where}: {key}")
    elif isinstance(mine, list) and mine and isinstance(mine[0], list):
        for number, (one, other) in enumerate(zip(mine, its, strict=True)):
            assert_same(one, other, f"{where}[{number}]")
    elif isinstance(mine, (list, float)):
        np.testing.assert_allclose(mine, its, rtol=1e-11, atol=1e-12, err_msg=where)
    else:
        assert mine == its, where


def test_stored_runs_are_repeated_to_the_last_digits_either_way(loops: dict[str, Any]) -> None:
    for path in (FOLDER / "playground-reference.json", FOLDER / "playground-small.json"):
        known = json.loads(path.read_text("utf-8"))["losses"]
        for loop in loops.values():
            with trained_by(loop):
                player: Player[Any] = Player(load(path, {}))
                for entry in known:
                    player.jump(entry["epoch"])
                    assert player.state.loss_train == pytest.approx(entry["loss_train"], abs=1e-12)
                    assert player.state.loss_test == pytest.approx(entry["loss_test"], abs=1e-12)


def test_back_jump_and_leap_give_the_same_bits_either_way(loops: dict[str, Any]) -> None:
    for values in RUNS:
        rules = Playground.build(**values)
        for loop in loops.values():
            with trained_by(loop):
                player: Player[Any] = Player(rules, budget_bytes=1)
                player.jump(80)
                late, early = bits(player.state), bits(player.state_at(33))
                player.jump(34)
                player.back()
                assert bits(player.state) == early
                player.jump(80)
                assert bits(player.state) == late == bits(state_after(rules, 80))
                assert bits(Player(rules).peek(33)[1]) == early


@pytest.mark.parametrize("hidden", [(4, 2), (8, 8)], ids=str)
def test_a_run_that_diverges_ends_alike_and_leaves_nothing_behind(
    loops: dict[str, Any], hidden: tuple[int, ...]
) -> None:
    wild, calm = (Playground.build(hidden=hidden, **values) for values in (WILD, {}))
    for loop in loops.values():
        with trained_by(loop):
            before, player = bits(state_after(calm, 3)), Player[Any](wild)
            player.jump(5000)
            leapt = state_after(wild, 5000)
            assert (leapt.step, find_overflow(leapt)) == (player.position, player.diverged)
            assert bits(leapt) == bits(player.state)
            assert player.diverged
            assert bits(state_after(calm, 3)) == before


def test_the_last_state_of_a_command_is_that_of_a_run_step_by_step(command: Command, tmp_path: Path) -> None:
    changes = ("--change", "3:learning_rate=0.1", "--change", "5:weights[0][1][0]=2.5")
    whole = command("sim", "playground", "--steps", "12", "--json", *changes)
    file = tmp_path / "net.json"
    last = command("sim", "playground", "--steps", "12", "--json", "--last", *changes, "--save", str(file))
    assert last.out.splitlines() == whole.out.splitlines()[-1:]
    assert json.loads(file.read_text("utf-8"))["weights"] == json.loads(last.out)["state"]["weights"]


def test_without_a_compiler_nothing_is_made_and_numpy_trains(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for named in ("none", "no-such-compiler"):
        monkeypatch.setenv(library.VARIABLE, named)
        library.request_library()
        assert library.find_compiler() == library._builders == []
        assert json.loads(command("doctor", "--json").out)["training"].startswith("NumPy")
    assert "names no program" in library.describe_loop()


async def test_the_loop_is_asked_for_after_the_paint_and_after_a_command_and_by_no_other_simulation(
    monkeypatch: pytest.MonkeyPatch, command: Command
) -> None:
    asked: list[str] = []
    monkeypatch.setattr("tutor.sims.playground.view.request_library", lambda: asked.append("yes"))
    assert command("sim", "adam", "--steps", "1", "--json").code == 0
    assert asked == []
    assert command("sim", "playground", "--steps", "1", "--json").code == 0
    assert asked == ["yes"]
    async with bench(Playground.build(), (80, 24)) as (_, pilot):
        await until(pilot, lambda: asked == ["yes", "yes"], "the loop is asked for")


def test_what_cannot_be_compiled_is_tried_once_and_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAINRULE_HOME", str(tmp_path))
    monkeypatch.setenv(library.VARIABLE, shutil.which("false") or "none")
    path = library.library_path(library.find_compiler())
    assert path is not None
    if not library.find_compiler():
        return
    assert library._claim_build(path)
    assert not library._claim_build(path)  # two programs do not build at once
    assert build.main([str(path)]) == 1
    assert sorted(each.suffix for each in path.parent.iterdir()) == [".failed"]
    assert library.describe_loop().startswith("NumPy: the compiler refused it")
    library.request_library()
    assert library._builders == []


def test_a_loop_with_other_numbers_is_not_kept(
    loops: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if loops.get("compiled") is None:
        return
    path = Path(loops["compiled"]._name)
    assert build.measure_largest_difference(path) <= build.TOLERANCE
    monkeypatch.setattr(build, "_compile", lambda made: made.write_bytes(b"not a library"))
    with pytest.raises(build.BuildError, match="does not give NumPy's numbers"):
        build.build(tmp_path / "loop.so")
    assert not (tmp_path / "loop.so").exists()
