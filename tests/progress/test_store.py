"""The record keeps every answer, whatever happens to its file."""

import json
import os
import random
import sqlite3
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.progress.helping import ROOT, START, Clock, again, attempt
from tutor.errors import ChainruleError
from tutor.progress.record.store import Store


def test_opening_and_reading_leaves_the_disk_untouched(store: Store) -> None:
    assert (store.count(), store.attempts(), store.last_reading_position(), store.due(), store.notice) == (
        0,
        [],
        None,
        [],
        "",
    )
    assert not store.folder.exists()


def test_an_attempt_comes_back_as_it_was(store: Store) -> None:
    kept = [attempt(1), attempt(2, score=0.25, hints=2)]
    for item in kept:
        store.add(item)
    assert again(store).attempts() == kept


def test_attempts_cannot_be_changed_or_deleted(store: Store) -> None:
    store.add(attempt(1))
    for change in ("UPDATE attempts SET score = 1", "DELETE FROM attempts"):
        with sqlite3.connect(store.path) as database, pytest.raises(sqlite3.IntegrityError, match="never"):
            database.execute(change)
        database.close()
    assert store.count() == 1


def test_the_place_is_found_again(store: Store, clock: Clock) -> None:
    store.save_reading_position("adam", 3)
    clock.time += timedelta(minutes=1)
    store.save_reading_position("dropout", 1)
    found = again(store)
    assert (found.reading_position("adam"), found.reading_position("dropout"), found.reading_position("backprop")) == (
        3,
        1,
        None,
    )
    assert found.last_reading_position() == ("dropout", 1)
    found.close()


def test_a_wrong_answer_is_due_sooner_than_a_right_one(store: Store) -> None:
    store.add(attempt(1, score=0.0))
    store.add(attempt(2, score=1.0))
    assert store.due(START) == []
    assert store.due(START + timedelta(hours=4)) == ["q1"]
    assert store.due(START + timedelta(days=30)) == ["q1", "q2"]


def test_a_clock_that_goes_backwards_loses_no_review(store: Store) -> None:
    store.add(attempt(1, at=START))
    store.add(attempt(1, at=START - timedelta(days=400)))
    assert store.count() == 2
    (due,) = store.rows("SELECT due FROM cards")[0]
    assert datetime.fromisoformat(due) > START


def test_the_summary_counts_what_is_on_disk(store: Store) -> None:
    store.add(attempt(1))
    store.add(attempt(2, score=0.0))
    store.save_reading_position("adam", 2)
    found = json.loads(json.dumps(store.summary()))
    assert found["attempts"] == 2
    assert found["lessons"] == [{"id": "adam", "attempts": 2, "right": 1, "left_out": 0, "solved": 1, "section": 2}]
    known = round((1 + 0.9) / (2 + 1.9), 4)
    assert [(row["id"], row["attempts"], row["right"], row["level"]) for row in found["concepts"]] == [
        ("adam", 2, 1, known),
        ("momentum", 2, 1, known),
    ]


def test_seven_daily_copies_are_kept(store: Store, clock: Clock) -> None:
    for day in range(10):
        clock.time = START + timedelta(days=day)
        store.add(attempt(2 * day))
        store.add(attempt(2 * day + 1))
    copies = sorted(path.stem for path in (store.folder / "copies").iterdir())
    assert copies == [f"2026-03-{day:02}" for day in range(4, 11)]


def damage_cut(path: Path, rng: random.Random) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: rng.randrange(1, len(data))])


def damage_bytes(path: Path, rng: random.Random) -> None:
    data = bytearray(path.read_bytes())
    for _ in range(400):
        data[rng.randrange(len(data))] = rng.randrange(256)
    path.write_bytes(bytes(data))


def damage_empty(path: Path, rng: random.Random) -> None:
    path.write_bytes(b"")


def damage_text(path: Path, rng: random.Random) -> None:
    path.write_text("Dear diary, today I learned about Adam. " * 400)


def damage_other_database(path: Path, rng: random.Random) -> None:
    path.unlink()
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE bookmarks (url TEXT)")
    database.close()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("damage", [damage_cut, damage_bytes, damage_empty, damage_text, damage_other_database])
def test_a_damaged_record_is_set_aside_and_the_newest_copy_restored(
    store: Store, clock: Clock, damage: object, seed: int
) -> None:
    for number in range(60):
        store.add(attempt(number))
    clock.time += timedelta(days=1)
    store.add(attempt(60))
    store.checkpoint()
    store.close()
    damage(store.path, random.Random(seed))  # type: ignore[operator]  # one of the functions above
    spoiled = store.path.read_bytes()

    found = Store.open(store.folder, clock)
    assert "set aside as record-damaged-2026-03-02.sqlite3" in found.notice
    assert "61 attempts" in found.notice
    assert (store.folder / "record-damaged-2026-03-02.sqlite3").read_bytes() == spoiled
    assert found.count() == 61
    found.add(attempt(99))
    assert again(found).count() == 62


def test_without_a_copy_a_new_record_begins_and_the_old_file_stays(store: Store, clock: Clock) -> None:
    store.folder.mkdir()
    store.path.write_text("not a record")
    found = Store.open(store.folder, clock)
    assert "a new record begins" in found.notice
    found.add(attempt(1))
    assert (store.folder / "record-damaged-2026-03-01.sqlite3").read_text() == "not a record"
    found.close()
    found.path.write_text("spoiled again")
    Store.open(store.folder, clock).close()
    assert (store.folder / "record-damaged-2026-03-01-2.sqlite3").read_text() == "spoiled again"


def test_a_record_of_a_newer_version_is_read_but_never_written(store: Store) -> None:
    store.add(attempt(1))
    store.close()
    with sqlite3.connect(store.path) as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    before = store.path.read_bytes()
    found = again(store)
    assert "newer Chainrule" in found.notice
    with pytest.raises(ChainruleError, match="update Chainrule"):
        found.add(attempt(2))
    with pytest.raises(ChainruleError, match="update Chainrule"):
        found.save_reading_position("adam", 1)
    found.close()
    assert store.path.read_bytes() == before
    assert sorted(path.name for path in store.folder.iterdir()) == ["copies", "record.sqlite3"]


def test_a_folder_that_cannot_be_written_says_so_and_keeps_nothing_back(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("in the way")
    found = Store.open(tmp_path / "file" / "below", clock)
    assert (found.count(), found.notice) == (0, "")
    with pytest.raises(ChainruleError, match="set CHAINRULE_HOME to another folder") as caught:
        found.add(attempt(1))
    assert "\n" not in str(caught.value)


def test_a_full_disk_loses_nothing_that_was_kept(store: Store) -> None:
    store.add(attempt(1))
    with store.transaction() as database:
        pass
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count = {pages}")
    kept = 1
    with pytest.raises(ChainruleError, match="not kept"):
        for number in range(2, 2000):
            store.add(attempt(number))
            kept += 1
    assert again(store).count() == kept


ADD = """
import sys
from tests.progress.helping import attempt
from tutor.progress.record.store import Store
from pathlib import Path
store = Store.open(Path(sys.argv[1]))
for number in range(int(sys.argv[2]), int(sys.argv[3])):
    store.add(attempt(number))
    print(number, flush=True)
"""


def adding(folder: Path, first: int, last: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", ADD, str(folder), str(first), str(last)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )


def test_everything_that_was_said_to_be_kept_is_there_after_kill_9(tmp_path: Path) -> None:
    said = set()
    for turn in range(5):
        with adding(tmp_path, 1000 * turn, 1000 * turn + 1000) as process:
            assert process.stdout is not None
            for _ in range(4 + 3 * turn):
                said.add(int(process.stdout.readline()))
            process.kill()
            said |= {int(line) for line in process.stdout if line.endswith("\n")}
    found = Store.open(tmp_path)
    assert found.notice == ""
    assert said <= {item.seed for item in found.attempts()}
    found.close()


def test_two_programs_at_once_lose_nothing(tmp_path: Path) -> None:
    with adding(tmp_path, 0, 40) as one, adding(tmp_path, 100, 140) as other:
        assert (one.communicate()[0].count("\n"), other.communicate()[0].count("\n")) == (40, 40)
    found = Store.open(tmp_path)
    assert sorted(item.seed for item in found.attempts()) == [*range(40), *range(100, 140)]
    found.close()


def test_importing_the_record_touches_no_disk(tmp_path: Path) -> None:
    code = "import tutor.progress.record.store, tutor.progress.tables.paths, tutor.quiz.session"
    subprocess.run(
        [sys.executable, "-c", code], check=True, cwd=ROOT, env=os.environ | {"CHAINRULE_HOME": str(tmp_path / "x")}
    )
    assert not (tmp_path / "x").exists()
