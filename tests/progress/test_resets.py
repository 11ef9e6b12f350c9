"""A reset: the old record is kept beside the new one, and never comes back by itself."""

from pathlib import Path

import pytest

from tests.progress.helping import attempt
from tutor.errors import ChainruleError
from tutor.progress.record.reset import reset_record
from tutor.progress.record.store import Store


def test_what_was_before_a_reset_is_never_restored_after_it(full: Store) -> None:
    kept = reset_record(full)
    assert full.count() == 0
    full.add(attempt(77))
    full.close()
    full.path.write_bytes(b"spoiled")
    found = Store.open(full.folder)
    assert [item.seed for item in found.attempts()] == [77]
    again = reset_record(found)
    assert again != kept
    assert kept.exists()


def test_a_reset_of_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(ChainruleError, match="no record yet"):
        reset_record(Store.open(tmp_path / "nothing"))
    assert not (tmp_path / "nothing").exists()


def test_reset_keeps_the_old_record_beside_the_new_one(full: Store) -> None:
    kept = reset_record(full)
    assert Store.open(full.folder).count() == 0
    old = Store.open(full.folder)
    old.add(attempt(1))
    assert kept.exists()
    assert kept.name == "record-before-reset.sqlite3"
