"""Rules that the simulations keep to, stated without the figures that the code states them with."""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tutor.sims.engine.prediction import make_prediction
from tutor.sims.engine.state import State, find_overflow
from tutor.sims.models.descent import FUNCTIONS, Descent
from tutor.sims.playground.files import load

# -- a point is of the class that the sign of the output says


@pytest.mark.parametrize("weight", [1e-9, 0.01, 0.04, 3.0])
@pytest.mark.parametrize("bias", [0.0, -1e-6, 0.02])
def test_accuracy_is_the_share_of_points_on_the_right_side_of_zero(tmp_path: Path, weight: float, bias: float) -> None:
    points = [(-4.0, -1), (-2.0, -1), (-1.0, 1), (-0.25, -1), (0.25, 1), (1.0, 1), (2.0, -1), (4.0, 1)]
    rows = [[x, 0.0, label] for x, label in points]
    network = {"params": {"hidden": [], "features": ["x1"]}, "weights": [[[weight]]], "biases": [[bias]]}
    (tmp_path / "net.json").write_text(json.dumps({**network, "train": rows, "test": rows}), "utf-8")
    state = load(tmp_path / "net.json", {}).start()
    right = sum((math.tanh(weight * x + bias) > 0) == (label > 0) for x, label in points)
    assert state.accuracy == right / 8


# -- converged is said at minima alone


def stationary(function: str) -> list[tuple[float, float]]:
    """Where the gradient is zero, by Newton's method from a lattice of points."""
    gradient = FUNCTIONS[function].gradient
    found: list[tuple[float, float]] = []
    for x in np.linspace(-1.9, 1.9, 9):
        for y in np.linspace(-1.9, 1.9, 9):
            w = np.array([x, y])
            for _ in range(60):
                columns = [(np.array(gradient(*(w + h))) - gradient(*(w - h))) / 2e-5 for h in np.eye(2) * 1e-5]
                jacobian = np.column_stack(columns)
                if abs(np.linalg.det(jacobian)) < 1e-9:
                    break
                w = w - np.linalg.solve(jacobian, gradient(*w))
            near = math.hypot(*gradient(*w)) < 1e-9
            if near and all(math.dist(w, other) > 1e-3 for other in found):
                found.append((float(w[0]), float(w[1])))
    return found


@pytest.mark.parametrize(("function", "count"), [("bowl", 1), ("ravine", 1), ("two-valleys", 3), ("saddle", 3)])
def test_a_walk_has_converged_where_every_way_leads_up_and_nowhere_else(function: str, count: int) -> None:
    places = stationary(function)
    assert len(places) == count
    value = FUNCTIONS[function].value
    for x, y in places:
        around = [(x + math.cos(t) / 100, y + math.sin(t) / 100) for t in np.linspace(0, 2 * math.pi, 60)]
        lowest = min(value(*point) for point in around) > value(x, y)
        state = Descent.build(function=function, start=(x, y)).start()
        assert state.gradient_norm < 1e-6
        assert state.converged is lowest, (x, y)


def test_a_walk_that_begins_on_a_hilltop_has_not_converged(monkeypatch: pytest.MonkeyPatch) -> None:
    bowl = FUNCTIONS["bowl"]
    hill = replace(bowl, value=lambda x, y: -bowl.value(x, y), gradient=lambda x, y: (-x, -y))
    monkeypatch.setitem(FUNCTIONS, "bowl", hill)
    assert not Descent.build(function="bowl", start=(0, 0)).start().converged


# -- a run has overflowed when anything in its state has, however deep


@dataclass(frozen=True)
class Inner:
    values: Any = ()


@dataclass(frozen=True)
class Outer(State):
    fine: Any = 1.0
    part: Any = None


HOLDERS = {
    "itself": lambda bad: bad,
    "a list": lambda bad: [0.0, bad],
    "a tuple of tuples": lambda bad: ((1.0,), (2.0, (bad,))),
    "an array": lambda bad: np.array([[1.0, bad]]),
    "a tuple of arrays": lambda bad: (np.zeros(2), np.array([bad])),
    "a part": Inner,
    "a list in a part": lambda bad: Inner([1.0, bad]),
    "a part of a part": lambda bad: Inner(Inner(bad)),
    "a list of parts": lambda bad: (Inner(0.0), Inner((np.array([bad]),))),
}


@pytest.mark.parametrize("bad", [math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("holder", HOLDERS.values(), ids=HOLDERS)
def test_what_is_not_finite_is_found_wherever_it_stands(holder: Any, bad: float) -> None:
    assert find_overflow(Outer(0, part=holder(bad))) == "part"
    assert find_overflow(Outer(0, part=holder(1e308))) == ""


# -- a known mistake is told only where it cannot be taken for the answer


@pytest.mark.parametrize("answer", [100.0, -0.25, 3e-7, 6e11])
def test_a_slip_is_kept_where_its_value_is_told_from_the_answer(answer: float) -> None:
    slips = [(answer * share, str(share)) for share in (1.004, 0.996, 1.02, 0.98, 1.15, 0.5, -1)]
    assert [said for _, said in make_prediction("", "", answer, slips).mistakes] == [
        "1.02",
        "0.98",
        "1.15",
        "0.5",
        "-1",
    ]


def test_of_slips_with_one_value_the_first_is_told_and_none_that_gives_the_answer() -> None:
    slips = [(0.0, "nothing"), (2.0, "twice"), (2.0, "again"), (0.0, "the same")]
    assert make_prediction("", "", 0.0, slips).mistakes == ((2.0, "twice"),)
    assert make_prediction("", "", 2.0, slips).mistakes == ((0.0, "nothing"),)
