"""The playground: training beside plain NumPy and beside JavaScript, the whole command, and what a learner sees.

Training by NumPy, and by the compiled loop where something here can compile it: the extra `fast`, `CHAINRULE_CC`, `cc`.

The peer is the browser's playground. Its own code is in no package registry under its name (looked for in November
2026), so `playground.js`, timed where Node is present, is a compact loop of objects for nodes and links written for
this benchmark by its rules.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from benchmarks.plain_numpy import plain_run
from benchmarks.side_by_side import Part
from benchmarks.table import Row, fastest, processor_time
from tutor.progress.record.store import Store
from tutor.screens.app import ChainruleApp, Opening
from tutor.sims.datasets.plane import FEATURES, compute_features
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import begin_run
from tutor.sims.playground import library
from tutor.sims.playground.build import BuildError, build
from tutor.sims.playground.compiled import CompiledTrainer, load_loop
from tutor.sims.playground.network import run_forward
from tutor.sims.playground.trainer import WeightPenalty, get_trainer
from tutor.sims.playground.view import Playground
from tutor.widgets.simulator.simulator import Simulator

GRID = 100
"""Cells each way of the boundary that is compared."""
NETWORKS = {
    "2-4-2-1": Playground.build(),
    "7-8×6-1": Playground.build(features=tuple(FEATURES), hidden=(8,) * 6),
}
GOALS = {
    ("2-4-2-1", "NumPy"): (5.0, 1.0),
    ("2-4-2-1", "compiled"): (12.0, 3.0),
    ("7-8×6-1", "NumPy"): (4.0, 3.5),
    ("7-8×6-1", "compiled"): (4.0, 3.5),
}
"""At least so many times plain NumPy, and the peer."""
PEER = "compact loop in JavaScript"
"""What `playground.js` is: the browser playground's own code is in no package registry."""
BOUNDARY_GOALS = {"2-4-2-1": 15.0, "7-8×6-1": 20.0}
"""At least so many times the JavaScript with its boundary."""
END_TO_END_GOALS = {"NumPy": 4.0, "compiled": 10.0}
ROUNDS = 2
"""How often all take turns; the best of each counts."""
EPOCHS = 50
STEPS = {"NumPy": 2000, "compiled": 20_000}
"""Steps of the command that is timed: the compiled loop takes 2,000 in less than a process's start varies."""


@contextmanager
def compiled_loop() -> Iterator[tuple[Path, dict[str, str]] | None]:
    """The compiled loop, and what a program's environment needs to use it; `None` where nothing can compile it."""
    kept = {name: os.environ.get(name) for name in ("CHAINRULE_HOME", library.VARIABLE)}
    with TemporaryDirectory() as home:
        try:
            os.environ["CHAINRULE_HOME"] = home
            if not library.find_compiler() and shutil.which("cc"):
                os.environ[library.VARIABLE] = "cc"
            path = library.library_path(command) if (command := library.find_compiler()) else None
            if path is not None:
                path.parent.mkdir()
                build(path)
            added = {"CHAINRULE_HOME": home, library.VARIABLE: os.environ.get(library.VARIABLE, "")}
        except BuildError as error:
            print(f"the loop is not compiled here: {error}", file=sys.stderr)
            path = None
        finally:
            for name, value in kept.items():
                os.environ.pop(name, None)
                os.environ.update({} if value is None else {name: value})
        yield None if path is None else (path, added)


def plain_epoch(rules: Playground) -> Callable[[], object]:
    """An epoch in plain NumPy, one mini-batch at a time."""
    return plain_run(rules)[0]


def our_epochs(rules: Playground, loop: Path | None, boundary: bool = False) -> Callable[[], object]:
    """So many epochs of the simulation's own training; one epoch and every unit on a grid after it if asked."""
    state, shape = begin_run(rules), rules.shape
    what = shape, len(state.train), rules.batch
    net = get_trainer(*what) if loop is None else CompiledTrainer(load_loop(loop), *what)
    net.load_points(state.train, rules.features)
    net.restore(state.weights, state.biases)
    none, steps = WeightPenalty("none", 0.0), np.linspace(-6, 6, GRID)
    across, up = np.meshgrid(steps, steps)
    places = np.column_stack([across.ravel(), up.ravel()])
    seen = np.ascontiguousarray(compute_features(places, rules.features).T, dtype=np.float32)

    def train() -> None:
        net.train(1 if boundary else EPOCHS, rules.learning_rate, none)
        if boundary:
            run_forward(shape, *net.layers(), seen, np.float32)

    return train


def time_script(rules: Playground) -> dict[str, float]:
    """What the JavaScript takes: milliseconds an epoch, alone and with the boundary; nothing without Node."""
    node = shutil.which("node")
    if node is None:
        return {}
    sizes = ",".join(map(str, rules.shape.sizes))
    line = [node, str(Path(__file__).with_name("playground.js")), sizes, ",".join(rules.features), "200", str(GRID)]
    points = json.dumps(begin_run(rules).train.tolist())
    done = subprocess.run(line, input=points, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def training(name: str, rules: Playground, ways: dict[str, Path | None]) -> Iterator[Row]:
    """Training alone, and with the boundary; all take turns."""
    plain, own = plain_epoch(rules), {way: our_epochs(rules, loop) for way, loop in ways.items()}
    both = {way: our_epochs(rules, loop, boundary=True) for way, loop in ways.items()}
    best: dict[str, float] = {}

    def note(key: str, milliseconds: float) -> None:
        best[key] = min(milliseconds, best.get(key, milliseconds))

    for _ in range(ROUNDS):
        note("plain NumPy", processor_time(plain, 20, 3))
        for way in ways:
            note(way, processor_time(own[way], 4, 3) / EPOCHS)
            note(f"{way}, boundary", fastest(both[way], 60))
        for key, milliseconds in time_script(rules).items():
            note(key, milliseconds)
    for way in ways:
        plain_goal, peer_goal = GOALS[name, way]
        yield _rate_row(f"{name}, {way}: epochs", best[way], "plain NumPy", best["plain NumPy"], plain_goal)
        if "train" in best:
            yield _rate_row(f"{name}, {way}: epochs", best[way], PEER, best["train"], peer_goal)
            title, goal = f"{name}, {way}: epochs with the boundary", BOUNDARY_GOALS[name]
            yield _rate_row(title, best[f"{way}, boundary"], PEER, best["seen"], goal)


def end_to_end(ways: dict[str, Path | None], added: dict[str, str]) -> Iterator[Row]:
    """The command from its start to the last state, beside a program in plain NumPy that does the same."""
    command = ("-m", "tutor", "sim", "playground", "--json", "--last", "--steps")
    floor = _time_program(("-m", "benchmarks.plain_numpy"), 2000, {})
    for way in ways:
        steps = STEPS[way]
        taken = _time_program(command, steps, {library.VARIABLE: "none"} if way == "NumPy" else added)
        name = f"sim playground --json --last, {way}"
        work, plain = (taken[steps] - taken[0]) / steps, (floor[2000] - floor[0]) / 2000
        yield _rate_row(f"{name}: epochs", work, "plain NumPy", plain, END_TO_END_GOALS[way])
        yield Row(f"{name}: 2,000 steps with the start", taken[0] + 2000 * work, "ms", "plain NumPy", floor[2000])


def _time_program(command: tuple[str, ...], steps: int, added: dict[str, str]) -> dict[int, float]:
    """Milliseconds of processor time of a whole process that takes no step, and of one that takes so many."""
    environment = {**os.environ, **added}

    def run(count: int) -> Any:
        return subprocess.run(
            [sys.executable, *command, str(count)], env=environment, check=True, stdout=subprocess.DEVNULL
        )

    found: dict[int, list[float]] = {0: [], steps: []}
    for _ in range(ROUNDS):
        for count, times in found.items():
            times.append(processor_time(lambda count=count: run(count), 1, 1))  # type: ignore[misc]  # a lambda's default
    return {count: min(times) for count, times in found.items()}


async def measure_shown_epochs(home: Path) -> float:
    """Epochs a second on the screen while it plays at full speed, the boundary redrawn each frame."""
    from tutor.content.course import open_course

    player = Player(Playground.build())
    app = ChainruleApp(open_course(), Store.open(home), Opening("simulation", player=player))
    async with app.run_test(size=(140, 44)) as pilot:
        await pilot.pause(0.5)
        simulator = app.query_one(Simulator)
        simulator.action_speed(9)
        simulator.action_play()
        first, started = player.position, perf_counter()
        while perf_counter() - started < 4:
            await pilot.pause(0.2)
        return (player.position - first) / (perf_counter() - started)


def parts() -> list[Part]:
    """The whole command, in processor time."""
    return [Part(command_rows, seconds=30)]


def command_rows() -> list[Row]:
    """The whole command, by NumPy and, where it can be had, compiled."""
    with compiled_loop() as found:
        ways = {"NumPy": None, **({"compiled": found[0]} if found else {})}
        return list(end_to_end(ways, found[1] if found else {}))


def rows() -> Iterator[Row]:
    """Training and what a learner sees, by the clock."""
    with compiled_loop() as found:
        ways: dict[str, Path | None] = {"NumPy": None}
        if found is None:
            print(
                "nothing here compiles the loop (extra `fast`, or CHAINRULE_CC): its rows are left out", file=sys.stderr
            )
        else:
            ways["compiled"] = found[0]
        for name, rules in NETWORKS.items():
            yield from training(name, rules, ways)
    with TemporaryDirectory() as folder:
        shown = asyncio.run(measure_shown_epochs(Path(folder)))
    yield Row("epochs that a learner sees at 140×44", shown, "/s", "a browser's frames", 50.0, 5, True, True)


def _rate_row(name: str, own: float, floor_name: str, floor: float, goal: float) -> Row:
    """Milliseconds an epoch as epochs a second, at least so many times as many as the floor's."""
    return Row(name, 1000 / own, "/s", floor_name, 1000 / floor, goal, True, True)
