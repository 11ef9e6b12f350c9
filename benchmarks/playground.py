"""The playground: training beside plain NumPy and beside the same loop in JavaScript, and what a learner sees.

The JavaScript (`playground.js`, timed where Node is present) is a compact loop of objects for nodes and
links written for this benchmark by the rules of the browser's playground; it is not that program's own code.
"""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from benchmarks.table import Row, middle, milliseconds
from tutor.progress.record.store import Store
from tutor.screens.app import ChainruleApp, Opening
from tutor.sims.datasets.plane import FEATURES, inputs
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import begin_run
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
GOALS = {"2-4-2-1": (5.0, 1.0, 15.0), "7-8×6-1": (4.0, 3.5, 20.0)}
"""At least so many times plain NumPy, the JavaScript, and the JavaScript with its boundary."""


def plain_epoch(rules: Playground) -> float:
    """Milliseconds of an epoch in plain NumPy, one mini-batch at a time."""
    state = begin_run(rules)
    x, y = inputs(state.train, rules.features), state.train[:, 2:]
    chance = np.random.default_rng(0)
    weights = [chance.uniform(-0.5, 0.5, (n, m)) for m, n in pairwise(rules.shape.sizes)]
    biases = [np.full(len(w), 0.1) for w in weights]

    def epoch() -> None:
        for first in range(0, len(x), rules.batch):
            chunk, target = x[first : first + rules.batch], y[first : first + rules.batch]
            values = [chunk]
            for w, b in zip(weights, biases, strict=True):
                values.append(np.tanh(values[-1] @ w.T + b))
            delta = (values[-1] - target) * (1 - values[-1] ** 2)
            for layer in range(len(weights) - 1, -1, -1):
                by_weight, by_bias = delta.T @ values[layer], delta.sum(axis=0)
                if layer:
                    delta = (delta @ weights[layer]) * (1 - values[layer] ** 2)
                weights[layer] = weights[layer] - rules.learning_rate / len(chunk) * by_weight
                biases[layer] = biases[layer] - rules.learning_rate / len(chunk) * by_bias

    return middle(milliseconds(epoch, 60))


def our_epoch(rules: Playground, boundary: bool) -> float:
    """Milliseconds of an epoch of the simulation's own training, with every unit on a grid after it if asked."""
    state, shape = begin_run(rules), rules.shape
    net = get_trainer(shape, len(state.train), rules.batch)
    net.load_points(state.train, rules.features)
    shape.fill(net.w, state.weights, state.biases)
    carried, alive, none = shape.zeros(), net.is_used.copy(), WeightPenalty("none", 0.0)
    steps = np.linspace(-6, 6, GRID)
    across, up = np.meshgrid(steps, steps)
    seen = np.ascontiguousarray(
        inputs(np.column_stack([across.ravel(), up.ravel()]), rules.features).T, dtype=np.float32
    )

    def epoch() -> None:
        net.train_epoch(rules.learning_rate, carried, 0, alive, none)
        if boundary:
            run_forward(shape, *shape.unpack(net.w), seen, np.float32)

    return middle(milliseconds(epoch, 100))


def script(rules: Playground) -> dict[str, float]:
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


async def evaluate(home: Path) -> float:
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


def rows() -> Iterator[Row]:
    """The rows of this family."""
    for name, rules in NETWORKS.items():
        numpy_goal, peer_goal, boundary_goal = GOALS[name]
        plain, own = plain_epoch(rules), our_epoch(rules, boundary=False)
        yield _rate(f"{name}: epochs", own, "plain NumPy", plain, numpy_goal)
        peer = script(rules)
        if peer:
            yield _rate(f"{name}: epochs", own, "JavaScript", peer["train"], peer_goal)
            both = our_epoch(rules, boundary=True)
            yield _rate(f"{name}: epochs with the boundary", both, "JavaScript", peer["seen"], boundary_goal)
    with TemporaryDirectory() as folder:
        shown = asyncio.run(evaluate(Path(folder)))
    yield Row("epochs that a learner sees at 140×44", shown, "/s", "a browser's frames", 50.0, 5, True, True)


def _rate(name: str, own: float, floor_name: str, floor: float, goal: float) -> Row:
    """Milliseconds an epoch as epochs a second, at least so many times as many as the floor's."""
    return Row(name, 1000 / own, "/s", floor_name, 1000 / floor, goal, True, True)
