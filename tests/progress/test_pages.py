"""Pages that were read: kept one by one, merged, forgotten with their lesson; and what older records say of them."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.progress.helping import START, Clock, again, attempt
from tutor.progress.record.reset import forget_lessons
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record
from tutor.progress.tables.pages import MAX_PAGES, PAGES_SINCE_NAME
from tutor.progress.tables.schema import SCHEMA_VERSION

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def older_record(folder: Path, clock: Clock, section: int) -> Store:
    """A record with a reading position from before pages were kept."""
    store = Store.open(folder, clock)
    store.save_reading_position("adam", section)
    clock.time += HOUR
    store.save_stored(PAGES_SINCE_NAME, clock.time.isoformat(), "the moment")
    return store


def test_a_record_of_an_older_version_is_told_when_pages_began_and_a_new_one_has_no_flag(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.save_reading_position("adam", 3)
    assert store.stored(PAGES_SINCE_NAME) is None
    assert store.pages_read("adam") == frozenset()
    with store.transaction("the past") as database:
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION - 1}")
        database.execute("UPDATE places SET at = '2020-01-01T00:00:00+00:00'")
    later = again(store)
    later.save_reading_position("adam", 9)
    assert later.stored(PAGES_SINCE_NAME) is not None
    assert later.pages_read("adam") == {0, 1, 2, 3}


def test_a_page_is_read_after_the_record_is_opened_again_and_no_other(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.save_reading_position("adam", 7)
    store.save_page_read("adam", 2)
    store.save_page_read("adam", 2)
    store.save_page_read("adam-w", 4)
    assert again(store).pages_read("adam") == {2}


def test_a_position_of_an_older_record_counts_as_read_up_to_there(tmp_path: Path, clock: Clock) -> None:
    assert older_record(tmp_path, clock, 3).pages_read("adam") == {0, 1, 2, 3}


@pytest.mark.parametrize("first", ["position", "page"])
def test_going_on_in_an_older_record_loses_none_of_its_pages_and_adds_none(
    tmp_path: Path, clock: Clock, first: str
) -> None:
    store = older_record(tmp_path, clock, 3)
    if first == "page":
        store.save_page_read("adam", 5)
    store.save_reading_position("adam", 9)
    store.save_page_read("adam", 5)
    assert store.pages_read("adam") == {0, 1, 2, 3, 5}
    store.save_reading_position("adam", 0)
    assert again(store).pages_read("adam") == {0, 1, 2, 3, 5}


def test_another_lesson_of_an_older_record_still_counts_as_read_up_to_its_position(
    tmp_path: Path, clock: Clock
) -> None:
    store = older_record(tmp_path, clock, 3)
    store.save_page_read("loss", 0)
    assert store.pages_read("adam") == {0, 1, 2, 3}
    assert store.pages_read("loss") == {0}


def test_after_a_merge_either_way_the_pages_of_both_sides_are_read(tmp_path: Path, clock: Clock) -> None:
    here = older_record(tmp_path / "here", clock, 2)
    there = Store.open(tmp_path / "there", clock)
    there.save_reading_position("adam", 8)
    there.save_page_read("adam", 5)
    export_record(here, tmp_path / "here.jsonl")
    export_record(there, tmp_path / "there.jsonl")
    import_record(there, tmp_path / "here.jsonl")
    import_record(here, tmp_path / "there.jsonl")
    assert here.pages_read("adam") == {0, 1, 2, 5}
    assert there.pages_read("adam") >= {5}
    assert 8 not in there.pages_read("adam")


def test_a_position_that_no_lesson_can_have_stands_for_no_more_pages_than_a_lesson_can_have(
    tmp_path: Path, clock: Clock
) -> None:
    store = older_record(tmp_path, clock, 10**9)
    store.save_reading_position("adam", 0)
    assert len(store.pages_read("adam")) == MAX_PAGES


@pytest.mark.parametrize("name", ["page:adam:", "page:adam:x", "page:adam:-1", "page:adam:½", "page:adam:9" + "9" * 30])
def test_a_flag_that_names_no_page_is_passed_over(tmp_path: Path, name: str) -> None:
    store = Store.open(tmp_path)
    store.save_stored(name, "", "a flag")
    store.save_page_read("adam", 1)
    assert store.pages_read("adam") == {1}


def test_a_lesson_that_is_forgotten_loses_its_pages_and_no_others(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "home")
    store.save_page_read("adam", 1)
    store.save_page_read("loss", 1)
    assert store.lessons_on_record() == {"adam", "loss"}
    export = forget_lessons(store, ["adam"])
    assert store.pages_read("adam") == frozenset()
    assert store.pages_read("loss") == {1}
    import_record(store, export)
    assert store.pages_read("adam") == {1}


def test_what_was_right_before_pages_were_kept_is_told_apart_in_lessons_that_were_read(
    tmp_path: Path, clock: Clock
) -> None:
    store = older_record(tmp_path, clock, 1)
    store.add(attempt(1, at=START))
    store.save_page_read("adam", 2)
    clock.time += HOUR
    store.add(attempt(2, at=clock.time))
    assert store.solved_before_pages_were_recorded("adam") == {"q1"}


def test_answers_without_reading_are_no_older_lesson(tmp_path: Path, clock: Clock) -> None:
    store = Store.open(tmp_path, clock)
    store.add(attempt(1))
    assert store.solved_before_pages_were_recorded("adam") == frozenset()
