"""The record out and back in: nothing doubled, nothing half done."""

import json
from pathlib import Path

import pytest

from tests.progress.test_store import attempt
from tutor.errors import ChainruleError
from tutor.progress.store import Store
from tutor.progress.transfer import export_record, import_record, reset_record


@pytest.fixture
def full(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / "full")
    for number in range(5):
        store.add(attempt(number))
    store.save_place("adam", 2)
    return store


def test_a_record_comes_back_whole(full: Store, tmp_path: Path) -> None:
    assert export_record(full, tmp_path / "out.jsonl") == 5
    other = Store.open(tmp_path / "other")
    assert import_record(other, tmp_path / "out.jsonl") == 5
    assert other.attempts() == full.attempts()
    assert other.places() == full.places()
    assert other.rows("SELECT * FROM cards ORDER BY question") == full.rows("SELECT * FROM cards ORDER BY question")


def test_importing_twice_doubles_nothing(full: Store, tmp_path: Path) -> None:
    export_record(full, tmp_path / "out.jsonl")
    assert import_record(full, tmp_path / "out.jsonl") == 0
    assert full.count() == 5


def test_two_records_are_merged(full: Store, tmp_path: Path) -> None:
    other = Store.open(tmp_path / "other")
    other.add(attempt(77))
    export_record(full, tmp_path / "out.jsonl")
    assert import_record(other, tmp_path / "out.jsonl") == 5
    assert other.count() == 6


def spoil(path: Path, how: str) -> None:
    lines = path.read_text("utf-8").splitlines(keepends=True)
    if how == "cut":
        path.write_text("".join(lines)[:-30], "utf-8")
    elif how == "score":
        item = json.loads(lines[3])
        path.write_text(
            "".join([*lines[:3], json.dumps(item | {"key": "new", "score": 7}) + "\n", *lines[4:]]), "utf-8"
        )
    elif how == "unknown":
        path.write_text("".join([*lines[:3], '{"type": "wish"}\n', *lines[3:]]), "utf-8")
    elif how == "newer":
        path.write_text("".join(['{"chainrule": "record", "format": 9}\n', *lines[1:]]), "utf-8")
    elif how == "foreign":
        path.write_text("a,b,c\n1,2,3\n", "utf-8")
    elif how == "binary":
        path.write_bytes(b"\xff\xfe\x00" * 40)
    else:
        path.unlink()


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("cut", "the last line is cut off"),
        ("score", ":4: "),
        ("unknown", ":4: "),
        ("newer", "format 9"),
        ("foreign", ":1: this is not a file that chainrule export wrote"),
        ("binary", "cannot be read"),
        ("gone", "cannot be read"),
    ],
)
def test_a_damaged_or_foreign_file_changes_nothing(full: Store, tmp_path: Path, how: str, says: str) -> None:
    file = tmp_path / "out.jsonl"
    export_record(full, file)
    spoil(file, how)
    other = Store.open(tmp_path / "other")
    other.add(attempt(77))
    with pytest.raises(ChainruleError) as caught:
        import_record(other, file)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [item.seed for item in other.attempts()] == [77]


def test_an_export_that_cannot_be_written_leaves_the_old_file(full: Store, tmp_path: Path) -> None:
    with pytest.raises(ChainruleError, match="cannot be written"):
        export_record(full, tmp_path / "nowhere" / "out.jsonl")


def test_reset_keeps_the_old_record_beside_the_new_one(full: Store) -> None:
    kept = reset_record(full)
    assert Store.open(full.folder).count() == 0
    old = Store.open(full.folder)
    old.add(attempt(1))
    assert kept.exists()
    assert kept.name == "record-before-reset-1.sqlite3"
