"""Whatever happens to the record's file, nothing that can be read is lost and nothing is overwritten."""

import random
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.progress.helping import START, Clock, again, attempt, give_up_power, run, seeds, use_everything
from tutor.errors import ChainruleError
from tutor.progress.record.record_file import MAX_BYTES_CHECKED_AT_START
from tutor.progress.record.store import Store
from tutor.progress.safety import backups as copies
from tutor.progress.safety.rescue import ROWS_PER_QUERY, _split_query, restore_missing
from tutor.progress.safety.soundness import find_fault
from tutor.progress.tables.attempt import INSERT_ATTEMPT

PAGE = 4096
KEPT = 60


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """Sixty answers of one day, of which the day's copy holds the first alone."""
    opened = Store.open(tmp_path / "record", clock)
    for number in range(KEPT):
        opened.add(attempt(number, at=START + timedelta(seconds=number)))
    opened.checkpoint()
    yield opened
    opened.close()


def spoil_last_page(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-PAGE:] = random.Random(1).randbytes(PAGE)
    path.write_bytes(data)


def spoil_text(path: Path, old: bytes, new: bytes, count: int = 1) -> None:
    data = path.read_bytes()
    assert old in data
    path.write_bytes(data.replace(old, new, count))


def test_answers_later_than_the_copy_are_read_from_the_damaged_file(store: Store) -> None:
    store.close()
    spoil_last_page(store.path)
    found = Store.open(store.folder, store.clock)
    assert "The copy of 2026-03-01 was restored, with 1 attempt" in found.notice
    assert "could still be read from the damaged file" in found.notice
    kept = seeds(found)
    assert len(kept) > KEPT // 2
    assert set(kept) <= set(range(KEPT))
    scheduled = {question for (question,) in found.rows("SELECT question FROM cards")}
    assert scheduled == {f"q{number}" for number in kept}


def test_a_damaged_file_alone_is_read_as_far_as_it_goes(store: Store) -> None:
    store.close()
    shutil.rmtree(store.folder / "copies")
    spoil_last_page(store.path)
    found = Store.open(store.folder, store.clock)
    assert "There is no copy to restore" in found.notice
    assert found.count() > KEPT // 2


@pytest.mark.parametrize("seed", range(40))
def test_no_byte_of_the_file_can_bring_the_program_down(store: Store, seed: int) -> None:
    store.close()
    rng = random.Random(seed)
    data = bytearray(store.path.read_bytes())
    for _ in range(rng.choice([1, 5, 50, 500])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    store.path.write_bytes(data)
    found = Store.open(store.folder, store.clock)
    assert use_everything(found) >= 2
    assert again(found).notice == ""


@pytest.mark.parametrize("size", [1, 15, 16, 99, 100, 512, PAGE - 1, PAGE, PAGE + 1, 3 * PAGE, -PAGE, -1])
def test_a_file_cut_anywhere_is_restored(store: Store, size: int) -> None:
    store.close()
    data = store.path.read_bytes()
    store.path.write_bytes(data[:size])
    found = Store.open(store.folder, store.clock)
    assert "set aside as record-damaged-2026-03-01.sqlite3" in found.notice
    assert "\n" not in found.notice
    assert (store.folder / "record-damaged-2026-03-01.sqlite3").read_bytes() == data[:size]
    assert use_everything(found) >= 2


@pytest.mark.parametrize("size", [100, PAGE, 3 * PAGE])
def test_a_write_ahead_log_that_is_cut_keeps_what_was_whole(store: Store, size: int) -> None:
    for number in range(KEPT, KEPT + 20):
        store.add(attempt(number))
    folder = store.folder.with_name("killed")
    shutil.copytree(store.folder, folder)
    log = folder / "record.sqlite3-wal"
    log.write_bytes(log.read_bytes()[:-size])
    found = Store.open(folder, store.clock)
    assert seeds(found)[:KEPT] == list(range(KEPT))
    assert use_everything(found) > KEPT


def test_damage_found_while_reading_is_mended_there_and_then(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tutor.progress.record.record_file.MAX_BYTES_CHECKED_AT_START", 0)
    store.close()
    spoil_text(store.path, b'["momentum", "adam"]', b'["momentum"; "adam"]')
    found = Store.open(store.folder, store.clock)
    assert found.notice == ""
    assert len(found.attempts()) >= KEPT - 1
    assert "set aside" in found.notice


def test_text_that_is_no_text_is_damage_too(store: Store) -> None:
    store.close()
    spoil_text(store.path, "½ µ".encode(), b"\xff\xfe\xff\xfe\xff", count=3)
    found = Store.open(store.folder, store.clock)
    assert len(found.attempts()) == KEPT


def test_damage_found_while_answering_loses_no_answer(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.close()
    monkeypatch.setattr("tutor.progress.record.record_file.MAX_BYTES_CHECKED_AT_START", 0)
    spoil_page_of(store.path, "cards")
    found = Store.open(store.folder, store.clock)
    found.add(attempt(77))
    assert "set aside" in found.notice
    assert seeds(found) == [*range(KEPT), 77]


def test_a_spoiled_card_is_worked_out_again_from_the_attempts(store: Store) -> None:
    whole = store.rows("SELECT * FROM cards WHERE question = 'q7'")
    for spoiled in ("{", "[]", "{}", '{"card_id": 0, "state": 99}'):
        with store.transaction() as database:
            database.execute("UPDATE cards SET state = ? WHERE question = 'q7'", (spoiled,))
        store.add(attempt(7, at=START + timedelta(days=3)))
        assert store.rows("SELECT * FROM cards WHERE question = 'q7'") != whole
    assert store.count_tries("q7") == 5


def spoil_page_of(path: Path, table: str) -> None:
    """Overwrite the first page of a table."""
    with sqlite3.connect(path) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    database.close()
    data = bytearray(path.read_bytes())
    data[(root - 1) * PAGE : root * PAGE] = random.Random(2).randbytes(PAGE)
    path.write_bytes(data)


@pytest.mark.parametrize("spoiled", [5, 50, 100])
def test_a_spoiled_page_costs_no_more_than_what_stood_on_it(store: Store, spoiled: int) -> None:
    for number in range(KEPT, 120):
        store.add(attempt(number))
    store.checkpoint()
    store.close()
    data = bytearray(store.path.read_bytes())
    start = data.index(f"{spoiled}½ µ".encode()) // PAGE * PAGE
    stood = {number for number in range(120) if f"q{number}adam".encode() in data[start : start + PAGE]}
    assert spoiled in stood
    data[start : start + PAGE] = random.Random(3).randbytes(PAGE)
    store.path.write_bytes(data)
    found = Store.open(store.folder, store.clock)
    assert set(seeds(found)) == set(range(120)) - stood | {0}


@pytest.mark.parametrize("old", [b"LEFT JOIN regrades r ON", b"FROM undone u WHERE", b"AS score,", b"CREATE VIEW stan"])
def test_a_spoiled_view_is_damage(store: Store, old: bytes) -> None:
    store.close()
    spoil_text(store.path, old, old[:-6] + b"#" + old[-5:])
    found = Store.open(store.folder, store.clock)
    assert "set aside" in found.notice
    assert seeds(found) == list(range(KEPT))


def test_a_spoiled_name_of_a_column_is_damage(store: Store) -> None:
    store.close()
    spoil_text(store.path, b"section INTEGER", b"sextion INTEGER")
    found = Store.open(store.folder, store.clock)
    assert "set aside" in found.notice
    assert seeds(found) == list(range(KEPT))
    found.save_reading_position("adam", 1)


def test_a_large_record_is_read_whole_before_it_is_copied(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_BYTES_CHECKED_AT_START > 2**20
    store.close()
    monkeypatch.setattr("tutor.progress.record.record_file.MAX_BYTES_CHECKED_AT_START", 0)
    spoil_page_of(store.path, "flags")
    found = Store.open(store.folder, clock)
    assert found.notice == ""
    assert found.integrity_check is not None
    found.integrity_check.stop()  # the long look, which has not begun, is not what is tried here
    clock.time += timedelta(days=1)
    found.add(attempt(77))
    assert found.integrity_check is not None
    found.integrity_check.wait()
    assert 77 in seeds(found)
    assert "set aside" in found.notice
    assert not find_fault(found.path)
    assert all(not find_fault(copy) for copy in (found.folder / "copies").iterdir())


@pytest.mark.unix
def test_a_full_disk_leaves_the_damaged_record_for_the_next_time(store: Store) -> None:
    store.close()
    store.path.write_bytes(b"x" * 5000)
    code = """
import sys
from pathlib import Path
from tests.progress.helping import attempt
from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
store = Store.open(Path(sys.argv[1]))
print(store.notice, store.count())
try:
    store.add(attempt(1))
except ChainruleError as error:
    print(error)
"""

    import resource

    def allow_small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))

    opened, answered = run(code, store.folder, in_child=allow_small_files).splitlines()
    assert "cannot be repaired" in opened
    assert answered.startswith("your answer was not kept")
    assert sorted(path.name for path in store.folder.iterdir()) == ["copies", "record.sqlite3"]
    found = Store.open(store.folder, store.clock)
    assert "was restored, with 1 attempt" in found.notice
    assert seeds(found) == [0]


def test_a_record_that_has_gone_is_brought_back_from_its_copy(store: Store) -> None:
    store.close()
    store.path.unlink()
    found = Store.open(store.folder, store.clock)
    assert "The record was gone" in found.notice
    assert seeds(found) == [0]


def test_a_log_left_over_from_another_record_is_not_taken_for_its_own(store: Store, tmp_path: Path) -> None:
    store.add(attempt(KEPT))
    folder = tmp_path / "other"
    folder.mkdir()
    shutil.copy(store.folder / "record.sqlite3-wal", folder)
    found = Store.open(folder, store.clock)
    found.add(attempt(5))
    assert seeds(again(found)) == [5]
    assert (folder / "record-left-over.sqlite3-wal").stat().st_size > PAGE


def test_a_folder_in_the_place_of_the_record_is_left_alone(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "record.sqlite3").mkdir()
    found = Store.open(tmp_path, clock)
    assert "set CHAINRULE_HOME" in found.notice
    assert (found.count(), found.attempts(), found.due()) == (0, [], [])
    with pytest.raises(ChainruleError, match="not kept"):
        found.add(attempt(1))
    assert [path.name for path in tmp_path.iterdir()] == ["record.sqlite3"]


READ_ONLY = """
import sys
from pathlib import Path
from tests.progress.helping import attempt
from tutor.errors import ChainruleError
from tutor.progress.record.store import Store
store = Store.open(Path(sys.argv[1]))
print(store.count(), len(store.attempts()), bool(store.notice))
for write in (lambda: store.add(attempt(1)), lambda: store.save_reading_position("adam", 1)):
    try:
        write()
    except ChainruleError as error:
        print(error)
"""


@pytest.mark.unix
@pytest.mark.parametrize(("mode", "seen"), [(0o500, KEPT), (0o000, 0)])
def test_a_folder_without_permission_is_read_if_it_can_be(store: Store, mode: int, seen: int) -> None:
    store.close()
    store.folder.chmod(mode)
    try:
        first, *errors = run(READ_ONLY, store.folder, in_child=give_up_power).splitlines()
    finally:
        store.folder.chmod(0o700)
    assert first.split()[:2] == [str(seen), str(seen)]
    assert [error.split(" was not kept")[0] for error in errors] == ["your answer", "your place"]
    assert all(str(store.folder) in error and "set CHAINRULE_HOME" in error for error in errors)


def test_a_newer_version_that_is_still_in_the_log_is_left_alone(store: Store, tmp_path: Path) -> None:
    with store.transaction() as database:
        database.execute("PRAGMA user_version = 7")
    folder = tmp_path / "killed"
    shutil.copytree(store.folder, folder)
    found = Store.open(folder, store.clock)
    assert found.is_newer
    assert "newer Chainrule" in found.notice
    with pytest.raises(ChainruleError, match="update Chainrule"):
        found.add(attempt(99))
    with sqlite3.connect(folder / "record.sqlite3") as other:
        assert other.execute("PRAGMA user_version").fetchone() == (7,)
        assert other.execute("SELECT COUNT(*) FROM attempts").fetchone() == (KEPT,)
    other.close()


def test_not_a_byte_of_a_newer_record_or_its_log_is_changed(store: Store, tmp_path: Path) -> None:
    with store.transaction() as database:
        database.execute("PRAGMA user_version = 7")
    store.checkpoint()
    with store.transaction() as database:
        database.execute("INSERT INTO flags VALUES ('a', 'b')")
    folder = tmp_path / "killed"
    shutil.copytree(store.folder, folder, ignore=shutil.ignore_patterns("*-shm"))
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    found = Store.open(folder, store.clock)
    assert (found.is_newer, found.count()) == (True, KEPT)
    with pytest.raises(ChainruleError, match="update Chainrule"):
        found.add(attempt(99))
    found.close()
    assert len(before) == 2
    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_a_newer_record_with_other_tables_can_be_looked_at(store: Store) -> None:
    with store.transaction() as database:
        database.execute("ALTER TABLE places RENAME TO positions")
        database.execute("PRAGMA user_version = 99")
    store.checkpoint()
    found = again(store)
    assert found.is_newer
    assert (found.count(), found.reading_positions()) == (KEPT, {})


def test_copies_from_a_clock_that_was_wrong_do_not_crowd_out_true_ones(store: Store, clock: Clock) -> None:
    for day in range(9):
        clock.time = START + timedelta(days=3000 + day)
        store.add(attempt(100 + day))
    clock.time = START + timedelta(days=1)
    store.add(attempt(200))
    names = [copy.stem for copy in copies.backups_newest_first(store.folder, clock.time)]
    assert len(names) == copies.MAX_BACKUPS
    assert names[:2] == ["2026-03-02", "2034-05-26"]
    store.close()
    store.path.write_bytes(b"")
    assert 200 in seeds(Store.open(store.folder, clock))


def test_a_large_damaged_record_is_read_many_rows_at_a_time(store: Store) -> None:
    with closing(sqlite3.connect(store.path)) as database:
        asked = list(_split_query(database, "SELECT key FROM attempts", 100 * ROWS_PER_QUERY))
        assert len(asked) == 100
        database.execute("ALTER TABLE attempts RENAME TO others")
        assert len(list(_split_query(database, "SELECT key FROM attempts", 2 * ROWS_PER_QUERY))) == 2 * ROWS_PER_QUERY


def test_how_far_each_lesson_was_read_is_rescued_from_a_file_without_copies(store: Store) -> None:
    read = {"adam": 1, "backprop": 3, "node": 0}
    for lesson, section in read.items():
        store.save_reading_position(lesson, section)
    store.checkpoint()
    store.close()
    shutil.rmtree(store.folder / "copies")
    with closing(sqlite3.connect(store.path)) as database, database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        row = list(attempt(KEPT).row())
        row[row.index(1.0)] = 7.0
        database.execute(INSERT_ATTEMPT, row)
    found = Store.open(store.folder, store.clock)
    assert "set aside" in found.notice
    assert found.reading_positions() == read
    assert found.count() == KEPT


def test_where_no_copy_was_kept_nothing_is_restored_and_nothing_said(tmp_path: Path) -> None:
    assert restore_missing(tmp_path, START) == "" and not list(tmp_path.iterdir())
