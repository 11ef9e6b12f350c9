"""The benchmarks measure the program there is: each family has its rows, and what was renamed or refused is noticed."""

import json
import pickle
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import first_paint, growth, kept, record, stepping, suite
from benchmarks.__main__ import FAMILIES, ON_REQUEST
from benchmarks.plain_numpy import plain_run
from benchmarks.side_by_side import Part, run_parts
from benchmarks.table import Row
from tutor.content.course import open_course
from tutor.progress.record.store import Store
from tutor.sims.playground.view import Playground


@pytest.mark.unix
@pytest.mark.parametrize("family", [*FAMILIES, *ON_REQUEST])
def test_every_family_has_rows_by_the_clock_or_parts_that_other_processes_can_run(family: str) -> None:
    module = import_module(f"benchmarks.{family}")
    assert hasattr(module, "rows") or hasattr(module, "parts")
    for part in module.parts() if hasattr(module, "parts") else ():
        assert pickle.loads(pickle.dumps(part)) == part


@pytest.mark.unix
def test_parts_give_their_rows_in_their_order_whichever_ends_first() -> None:
    parts = [Part(stepping.measure, (name,), seconds) for name, seconds in (("bumps", 1), ("neuron", 2), ("graph", 3))]
    found = [rows[0].name for rows in run_parts(parts)]
    assert found == ["bumps: step at 10", "neuron: step at 5", "graph: step at 8"]


@pytest.mark.unix
def test_a_part_that_fails_is_said_and_takes_no_other_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    bad, good = run_parts([Part(stepping.measure, ("neurn",), 2), Part(stepping.measure, ("neuron",))])
    assert [row.holds for row in bad] == [False]
    assert "neurn" in bad[0].name
    assert "stepping measure neurn failed" in capsys.readouterr().err
    assert [row.holds for row in good] == [True] * 3


@pytest.mark.unix
def test_a_history_that_takes_too_long_is_measured_as_far_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stepping, "MIN_SECONDS", 0.01)
    rows = stepping.measure("adam", until="0")
    (reached,) = {row.name.rpartition(" ")[2] for row in rows}
    assert 0 < int(reached.replace(",", "")) < stepping.STEPS
    assert len(rows) == 4


@pytest.mark.parametrize("family", ON_REQUEST)
def test_a_family_on_request_shows_its_last_figures_and_says_when_there_are_none(
    family: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(kept, "FOLDER", tmp_path)
    assert not list(kept.last_rows(family))
    assert f"never measured here: python -m benchmarks {family}" in capsys.readouterr().err
    rows = [Row("the whole of it", 190.5, "s", "its help", 0.3, 180), Row("  in processor time", 300.0, "s")]
    kept.keep_rows(family, rows)
    shown = list(kept.last_rows(family))
    assert [replace(row, name="") for row in shown] == [replace(row, name="") for row in rows]
    assert shown[0].name.startswith(f"the whole of it, measured on {datetime.now():%Y-}")


@pytest.mark.unix
def test_what_a_first_paint_costs_adds_up_kind_by_kind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.first_paint", "empty", str(tmp_path)],
        check=True,
        capture_output=True,
        text=True,
        cwd=suite.ROOT,
    )
    kinds = json.loads(done.stdout)
    assert tuple(kinds) == first_paint.KINDS
    assert all(seconds > 0 for seconds in kinds.values())


def test_the_family_of_the_record_runs(tmp_path: Path) -> None:
    course = open_course()
    with closing(Store.open(tmp_path / "many")) as store:
        for each in record.attempts(course, 20):
            store.add(each)
        rows = [*record._reading_rows(store, course), *record._transfer_rows(store, tmp_path)]
    assert {row.name for row in rows} >= {"export of 100,000", "import of 100,000", "next question, 100,000 there"}


def test_the_exponent_of_a_cost_is_that_of_its_power() -> None:
    sizes = (100, 1_000, 10_000)
    for power in (0.0, 0.5, 1.0, 2.0):
        costs = growth.Costs("steps")
        for size in sizes:
            costs.add("a step", size, 3.0 * size**power, goal=1.5)
        (row,) = costs.rows()
        assert row.value == pytest.approx(power, abs=1e-9)
        assert row.holds is (power < 1.5)


def test_a_record_grows_to_the_size_that_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(growth, "ANSWERS", (10, 30, 90))
    course = open_course()
    with closing(Store.open(tmp_path / "record")) as store:
        for first, last in pairwise((0, *growth.ANSWERS)):
            growth.grow(store, course, first, last)
            assert store.count() == last


def test_plain_numpy_trains_as_the_playground_does() -> None:
    epoch, known = plain_run(Playground.build())
    before = known()["losses"]
    for _ in range(40):
        epoch()
    after = known()["losses"]
    assert isinstance(before, list) and isinstance(after, list)
    assert after[0] < before[0] / 2
