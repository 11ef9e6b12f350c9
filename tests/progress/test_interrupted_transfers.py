"""A transfer that is damaged, cut off or stopped, or that would replace something, changes nothing."""

import json
from pathlib import Path

import pytest

from tests.progress.helping import attempt, run
from tutor.errors import ChainruleError, UsageError
from tutor.progress.record.reset import reset_record
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import MAX_LINE_BYTES, export_record, import_record


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
        ("foreign", ":1: this is not a file that chainrule export or hand-in wrote"),
        ("binary", ":1: this is not a file"),
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


def test_a_file_cut_between_two_lines_is_found_out(full: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    export_record(full, file)
    lines = file.read_bytes().splitlines(keepends=True)
    other = Store.open(tmp_path / "other")
    answers = full.count()
    for count in range(1, len(lines)):
        file.write_bytes(b"".join(lines[:count]))
        rest = f"with {count - 1} of its {answers} answers" if count <= answers else "after its last answer: what came"
        with pytest.raises(UsageError, match=f"ends early, {rest}"):
            import_record(other, file)
    assert (other.count(), other.reading_positions()) == (0, {})


@pytest.mark.parametrize("share", [0.1, 0.35, 0.6, 0.85, 0.99])
def test_a_file_cut_anywhere_changes_nothing(full: Store, tmp_path: Path, share: float) -> None:
    file = tmp_path / "out.jsonl"
    export_record(full, file)
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])
    full.add(attempt(77))
    before = full.attempts(), full.reading_positions(), full.rows("SELECT * FROM cards")
    with pytest.raises(UsageError):
        import_record(full, file)
    assert (full.attempts(), full.reading_positions(), full.rows("SELECT * FROM cards")) == before


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 10**30},
        {"seed": 2**63},
        {"at": "2026-01-01T00:00:00"},
        {"at": "yesterday"},
        {"answer": "\ud800"},
        {"answer": "x" * MAX_LINE_BYTES},
        {"verdict": "great"},
        {"hints": -1},
        {"seconds": -5.0},
        {"score": float("nan")},
        {"score": 1.5},
        {"concepts": ["a", 1]},
        {"concepts": "a"},
        {"key": ""},
        {"key": None},
        {"extra": 1},
        {"question": [[[[]]]]},
    ],
)
def test_a_value_that_no_attempt_has_changes_nothing(full: Store, tmp_path: Path, change: dict[str, object]) -> None:
    file = tmp_path / "out.jsonl"
    export_record(full, file)
    lines = file.read_text("utf-8").splitlines()
    lines[2] = json.dumps(json.loads(lines[2]) | {"key": "k"} | change)
    file.write_text("\n".join(lines) + "\n", "utf-8")
    other = Store.open(tmp_path / "other")
    with pytest.raises(UsageError) as caught:
        import_record(other, file)
    assert str(caught.value).startswith(f"{file}:3: ")
    assert "\n" not in str(caught.value)
    assert other.count() == 0


def test_an_export_never_replaces_the_record_itself(full: Store) -> None:
    (full.folder / "link").symlink_to(full.path)
    for path in (full.path, full.folder / "link", full.folder / "copies" / ".." / "record.sqlite3-wal"):
        with pytest.raises(UsageError, match="the record itself"):
            export_record(full, path)
    assert full.count() == 5


def test_a_stopped_export_leaves_the_old_file(full: Store, tmp_path: Path) -> None:
    export_record(full, tmp_path / "out.jsonl")
    before = (tmp_path / "out.jsonl").read_bytes()
    full.add(attempt(77))
    code = """
import os, sys
from pathlib import Path
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record
os.fsync = lambda number: os._exit(0)
export_record(Store.open(Path(sys.argv[1])), Path(sys.argv[2]), force=True)
"""
    run(code, full.folder, tmp_path / "out.jsonl")
    assert (tmp_path / "out.jsonl").read_bytes() == before


def test_an_export_takes_the_place_of_the_old_file_in_one_step(full: Store, tmp_path: Path) -> None:
    export_record(full, tmp_path / "out.jsonl")
    (tmp_path / "old.jsonl").hardlink_to(tmp_path / "out.jsonl")
    before = (tmp_path / "old.jsonl").read_bytes()
    full.add(attempt(77))
    assert export_record(full, tmp_path / "out.jsonl", force=True) == 6
    assert (tmp_path / "old.jsonl").read_bytes() == before


def test_a_newer_record_is_neither_exported_nor_reset_nor_imported_into(full: Store, tmp_path: Path) -> None:
    export_record(full, tmp_path / "out.jsonl")
    with full.transaction() as database:
        database.execute("PRAGMA user_version = 99")
    full.checkpoint()
    full.close()
    before = full.path.read_bytes()
    newer = Store.open(full.folder)
    for act in (export_record, import_record):
        with pytest.raises(ChainruleError, match="newer Chainrule"):
            act(newer, tmp_path / "out.jsonl")
    with pytest.raises(ChainruleError, match="newer Chainrule"):
        reset_record(newer)
    newer.close()
    assert full.path.read_bytes() == before


@pytest.mark.parametrize("kind", ["undone", "regrade"])
def test_what_became_of_an_answer_that_is_not_there_is_a_fault(eventful: Store, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "out.jsonl"
    export_record(eventful, file)
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    number = next(n for n, line in enumerate(lines, 1) if line.get("type") == kind)
    lines[number - 1]["key"] = "nobody's"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    other = Store.open(tmp_path / "other")
    with pytest.raises(UsageError, match=f":{number}: no line before it has the attempt 'nobody's'"):
        import_record(other, file)
    assert other.count() == 0


def test_a_stopped_import_leaves_the_record_as_it_was(full: Store, tmp_path: Path) -> None:
    export_record(full, tmp_path / "out.jsonl")
    other = Store.open(tmp_path / "other")
    other.add(attempt(77))
    other.close()
    code = """
import os, sys
from pathlib import Path
from tutor.progress.record import transfer
from tutor.progress.safety import merge
from tutor.progress.record.store import Store
merge.reschedule = lambda *given: os._exit(0)
transfer.import_record(Store.open(Path(sys.argv[1])), Path(sys.argv[2]))
"""
    run(code, other.folder, tmp_path / "out.jsonl")
    again = Store.open(other.folder)
    assert again.notice == ""
    assert [item.seed for item in again.attempts()] == [77]


def test_a_file_that_is_there_is_not_replaced_unasked(full: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("mine", "utf-8")
    with pytest.raises(ChainruleError, match="is there already"):
        export_record(full, file)
    assert file.read_text("utf-8") == "mine"
    assert export_record(full, file, force=True) == 5
