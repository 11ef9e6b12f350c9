"""The benchmarks measure the program there is: each family has its rows, and what was renamed or refused is noticed."""

from contextlib import closing
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import growth, record
from benchmarks.__main__ import FAMILIES, ON_REQUEST
from benchmarks.plain_numpy import plain_run
from tutor.content.course import open_course
from tutor.progress.record.store import Store
from tutor.sims.playground.view import Playground


@pytest.mark.unix
@pytest.mark.parametrize("family", [*FAMILIES, *ON_REQUEST])
def test_every_family_has_rows(family: str) -> None:
    assert callable(import_module(f"benchmarks.{family}").rows)


def test_the_family_of_the_record_runs(tmp_path: Path) -> None:
    course = open_course()
    with closing(Store.open(tmp_path / "many")) as store:
        for each in record.attempts(course, 20):
            store.add(each)
        rows = [*record._reading(store, course), *record._moving(store, tmp_path)]
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
