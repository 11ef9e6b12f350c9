"""The record out and back in: nothing doubled, nothing half done."""

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.progress.helping import START, attempt, run
from tutor import __version__
from tutor.errors import ChainruleError, UsageError
from tutor.progress.record.report import CONCEPT_HEADINGS, format_csv
from tutor.progress.record.reset import reset_record
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import MAX_LINE_BYTES, export_record, import_record
from tutor.progress.tables.history import Regrade


@pytest.fixture
def full(tmp_path: Path) -> Store:
    store = Store.open(tmp_path / "full")
    for number in range(5):
        store.add(attempt(number))
    store.save_reading_position("adam", 2)
    return store


def test_a_record_comes_back_whole(full: Store, tmp_path: Path) -> None:
    assert export_record(full, tmp_path / "out.jsonl") == 5
    other = Store.open(tmp_path / "other")
    assert import_record(other, tmp_path / "out.jsonl") == 5
    assert other.attempts() == full.attempts()
    assert other.reading_positions() == full.reading_positions()
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


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("after", ["", "\n\n", "   \n", "\x1a", "\n\x1a\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le with a mark", "utf-16-be with a mark"])
def test_what_other_programs_do_to_a_text_file_does_no_harm(
    full: Store, tmp_path: Path, encoding: str, ends: str, after: str
) -> None:
    file = tmp_path / "out.jsonl"
    export_record(full, file)
    text = file.read_text("utf-8").replace("\n", ends) + after
    name, mark, _ = encoding.partition(" with")
    file.write_bytes((("\ufeff" if mark else "") + text).encode(name))
    other = Store.open(tmp_path / "other")
    assert import_record(other, file) == full.count()
    assert other.attempts() == full.attempts()


def test_an_export_that_cannot_be_written_leaves_the_old_file(full: Store, tmp_path: Path) -> None:
    with pytest.raises(ChainruleError, match="cannot be written"):
        export_record(full, tmp_path / "nowhere" / "out.jsonl")


def test_a_file_cut_between_two_lines_is_found_out(full: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    export_record(full, file)
    lines = file.read_bytes().splitlines(keepends=True)
    other = Store.open(tmp_path / "other")
    for count in range(1, len(lines)):
        file.write_bytes(b"".join(lines[:count]))
        with pytest.raises(UsageError, match="ends early"):
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


def test_the_largest_seed_comes_back(tmp_path: Path) -> None:
    store, other = Store.open(tmp_path / "one"), Store.open(tmp_path / "other")
    store.add(replace(attempt(1), seed=2**63 - 1, answer='\x00\udcff\u2028\n"', seconds=float("inf")))
    export_record(store, tmp_path / "out.jsonl")
    assert import_record(other, tmp_path / "out.jsonl") == 1
    assert other.attempts() == store.attempts()


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


def test_the_schedule_after_a_merge_is_that_of_all_answers_in_order(tmp_path: Path) -> None:
    one, other, both = (Store.open(tmp_path / name) for name in ("one", "other", "both"))
    answers = [replace(attempt(1, score=day % 2), at=START + timedelta(days=day)) for day in range(6)]
    for item in answers:
        both.add(item)
        (one if item.at < START + timedelta(days=3) else other).add(item)
    export_record(one, tmp_path / "out.jsonl")
    assert import_record(other, tmp_path / "out.jsonl") == 3
    assert other.attempts() == both.attempts()
    assert other.rows("SELECT * FROM cards") == both.rows("SELECT * FROM cards")


def test_the_later_of_two_places_is_kept_whatever_its_time_zone(full: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    (kept,) = full.rows("SELECT at FROM places")[0]
    for hours, expected in ((-1, 2), (1, 9)):
        at = datetime.fromisoformat(kept) + timedelta(hours=hours)
        place = {"type": "place", "lesson": "adam", "section": 9}
        place["at"] = at.astimezone(timezone(timedelta(hours=-12 * hours))).isoformat()
        head = {"chainrule": "record", "format": 1, "places": 1}
        file.write_text(json.dumps(head) + "\n" + json.dumps(place) + "\n", "utf-8")
        assert import_record(full, file) == 0
        assert full.reading_position("adam") == expected


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


@pytest.fixture
def eventful(full: Store) -> Store:
    """A record in which something became of the answers."""
    kept = full.attempts()
    full.add(replace(attempt(9), confidence="guess", mode="exam", revision="0a1b"))
    full.undo(kept[0].key)
    full.regrade([Regrade(kept[1].key, 0.0, "wrong", START, "0.2.0", "0a1b")])
    with full.transaction() as database:
        database.execute("INSERT INTO flags VALUES ('placement', '{}')")
    return full


def everything(store: Store) -> list[object]:
    return [
        store.history(),
        store.reading_positions(),
        *(store.rows(f"SELECT * FROM {table} ORDER BY 1") for table in ("cards", "flags", "undone")),
    ]


def test_what_became_of_the_answers_comes_back_too(eventful: Store, tmp_path: Path) -> None:
    export_record(eventful, tmp_path / "out.jsonl")
    other = Store.open(tmp_path / "other", eventful.clock)
    assert import_record(other, tmp_path / "out.jsonl") == 6
    assert everything(other) == everything(eventful)
    assert import_record(other, tmp_path / "out.jsonl") == 0
    assert everything(other) == everything(eventful)
    assert len(other.rows("SELECT * FROM regrades")) == 1


def test_what_became_of_an_answer_elsewhere_is_merged(full: Store, tmp_path: Path) -> None:
    export_record(full, tmp_path / "before.jsonl")
    other = Store.open(tmp_path / "other")
    import_record(other, tmp_path / "before.jsonl")
    full.undo(full.attempts()[0].key)
    export_record(full, tmp_path / "after.jsonl")
    assert import_record(other, tmp_path / "after.jsonl") == 0
    assert other.attempts() == full.attempts()
    assert other.rows("SELECT question FROM cards") == full.rows("SELECT question FROM cards")


def test_a_file_of_the_first_format_is_still_read(full: Store, tmp_path: Path) -> None:
    lines = [{"chainrule": "record", "format": 1, "program": "0.1.0", "attempts": 5, "places": 1, "cards": 0}]
    export_record(full, tmp_path / "out.jsonl")
    for line in map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines()[1:]):
        if line["type"] in {"attempt", "place"}:
            lines.append({name: line[name] for name in line if name not in {"confidence", "mode", "revision"}})
    (tmp_path / "old.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    other = Store.open(tmp_path / "other")
    assert import_record(other, tmp_path / "old.jsonl") == 5
    assert everything(other) == everything(full)


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


def test_the_first_line_says_by_which_program_and_how_many_lines_of_each_kind_follow(
    full: Store, tmp_path: Path
) -> None:
    full.undo(full.attempts()[0].key)
    export_record(full, tmp_path / "out.jsonl")
    head, *lines = (json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    assert (head["chainrule"], head["program"]) == ("record", __version__)
    kinds = Counter(line["type"] for line in lines)
    assert {kind: head[f"{kind}s"] for kind in ("attempt", "place", "card", "flag", "regrade")} == {
        kind: kinds[kind] for kind in ("attempt", "place", "card", "flag", "regrade")
    }
    assert head["undone"] == kinds["undone"] == 1


def test_a_file_that_is_there_is_not_replaced_unasked(full: Store, tmp_path: Path) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text("mine", "utf-8")
    with pytest.raises(ChainruleError, match="is there already"):
        export_record(full, file)
    assert file.read_text("utf-8") == "mine"
    assert export_record(full, file, force=True) == 5


def test_the_report_as_csv_has_a_row_for_each_concept(full: Store) -> None:
    heading, *rows = csv.reader(format_csv(full).splitlines())
    assert tuple(heading) == CONCEPT_HEADINGS
    assert {row[0]: (row[1], row[2]) for row in rows} == {"momentum": ("5", "5"), "adam": ("5", "5")}
    assert format_csv(full).count("\n") == 2
