"""The benchmarks measure the program there is: each family has its rows, and what was renamed or refused is noticed."""

from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import record
from benchmarks.__main__ import FAMILIES
from tutor.content.course import open_course
from tutor.progress.record.store import Store


@pytest.mark.unix
@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_rows(family: str) -> None:
    assert callable(import_module(f"benchmarks.{family}").rows)


def test_the_family_of_the_record_runs(tmp_path: Path) -> None:
    course = open_course()
    with closing(Store.open(tmp_path / "many")) as store:
        for each in record.attempts(course, 20):
            store.add(each)
        rows = [*record._reading(store, course), *record._moving(store, tmp_path)]
    assert {row.name for row in rows} >= {"export of 100,000", "import of 100,000", "next question, 100,000 there"}
