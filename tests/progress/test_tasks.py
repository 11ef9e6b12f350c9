"""Tasks that were done: kept by what they ask, exported, merged and forgotten with their lesson."""

from pathlib import Path

import pytest

from tests.progress.helping import again, attempt
from tutor.progress.record.reset import count_answers_to_forget, forget_lessons
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record
from tutor.progress.tables.tasks import stored_task_name

ASKED = ("conv", "stride", "Set the stride to 2.", "stride == 2")


def done(store: Store, *asked: str) -> str:
    flag = stored_task_name(*asked)
    store.save_stored(flag, store.clock().isoformat(), "the task you have done")
    return flag


def test_a_task_is_done_after_the_record_is_opened_again(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    flag = done(store, *ASKED)
    assert again(store).done_tasks("conv") == {flag}


@pytest.mark.parametrize("part", range(4), ids=["lesson", "simulation", "text", "goal"])
def test_a_task_that_asks_for_something_else_is_another(part: int) -> None:
    other = list(ASKED)
    other[part] += " or more"
    assert stored_task_name(*other) != stored_task_name(*ASKED)


def test_no_lesson_has_the_tasks_of_one_whose_name_begins_alike(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    flag = done(store, *ASKED)
    other = done(store, "conv-cost", *ASKED[1:])
    assert store.done_tasks("conv") == {flag}
    assert store.done_tasks("conv-cost") == {other}


def test_after_a_merge_either_way_a_task_is_done_that_was_done_on_one_side(tmp_path: Path) -> None:
    here, there = Store.open(tmp_path / "here"), Store.open(tmp_path / "there")
    flags = {done(here, *ASKED), done(there, *ASKED[:3], "stride == 3")}
    done(there, *ASKED)
    export_record(here, tmp_path / "here.jsonl")
    export_record(there, tmp_path / "there.jsonl")
    import_record(there, tmp_path / "here.jsonl")
    import_record(here, tmp_path / "there.jsonl")
    assert here.done_tasks("conv") == there.done_tasks("conv") == flags


def test_a_lesson_that_is_forgotten_loses_its_tasks_and_no_others(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "home")
    store.add(attempt(1))
    flag = done(store, *ASKED)
    kept = done(store, "conv-cost", *ASKED[1:])
    assert count_answers_to_forget(store, ["conv"], ()) == 0
    export = forget_lessons(store, ["conv"])
    assert store.done_tasks("conv") == set()
    assert store.done_tasks("conv-cost") == {kept}
    import_record(store, export)
    assert store.done_tasks("conv") == {flag}
