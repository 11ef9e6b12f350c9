"""A reset: the old record is kept beside the new one, and never comes back by itself."""

from pathlib import Path

import pytest

from tests.progress.helping import START, attempt
from tutor.errors import ChainruleError
from tutor.progress.record.reset import forget_lessons, reset_record
from tutor.progress.record.store import Store
from tutor.progress.tables.hints import stored_hints_name
from tutor.progress.tables.resets import Reset, read_resets


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


def test_a_reset_leaves_a_note_of_itself_and_of_those_before(full: Store) -> None:
    forget_lessons(full, ["adam"])
    reset_record(full)
    full.add(attempt(1))
    reset_record(full, exams=2)
    notes = read_resets(Store.open(full.folder).stored_with("").items())
    assert [(each.lesson, each.answers, each.exams) for each in notes] == [("adam", 5, 0), ("", 1, 2)]


def test_a_reset_that_loses_no_answer_leaves_no_note(full: Store) -> None:
    for lesson, count in (("adam", 5), ("node", 0)):
        full.save_reading_position(lesson, 1)
        forget_lessons(full, [lesson])
        assert len(full.stored_with("reset:")) == 1, count
    kept = full.stored_with("reset:")
    reset_record(full)
    assert Store.open(full.folder).stored_with("") == kept


def test_the_hints_read_of_a_lesson_are_forgotten_with_it_and_those_of_others_kept(full: Store) -> None:
    for lesson in ("adam", "node"):
        full.save_stored(stored_hints_name(lesson, "step"), "2", "the hint")
    forget_lessons(full, ["adam"])
    assert full.stored(stored_hints_name("adam", "step")) is None
    assert full.stored(stored_hints_name("node", "step")) == "2"


def test_what_is_no_note_of_a_reset_is_passed_over() -> None:
    whole = Reset("reset:1", START, "adam", 3).value
    spoilt = [
        whole.replace("3", "-1"),
        whole.replace("+00:00", ""),
        whole.replace('"adam"', "7"),
        "[]",
        "{",
        "9" * 5000,
    ]
    spoilt += [
        whole.replace("3", "true"),
        whole.replace("2026", "9026"),
        '{"at": "2026-01-01T00:00:00+00:00"}',
        "[" * 9999,
    ]
    texts = [("reset:0", each) for each in spoilt] + [("other:1", whole), ("reset:1", whole)]
    assert read_resets(texts) == [Reset("reset:1", START, "adam", 3)]
