"""The record out and back in: nothing doubled, nothing lost."""

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from tests.progress.helping import START, attempt
from tutor import __version__
from tutor.errors import UsageError
from tutor.progress.record.digest import FIRST_FORMAT_WITH_DIGEST, is_digest_expected
from tutor.progress.record.report import CONCEPT_HEADINGS, format_csv
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record, read_export


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


@pytest.mark.parametrize("value", [b'"\xff"', b"1e999", b"[" * 3000 + b"]" * 3000])
def test_a_first_line_with_a_value_that_cannot_be_read_is_no_export(full: Store, tmp_path: Path, value: bytes) -> None:
    file = tmp_path / "out.jsonl"
    export_record(full, file)
    file.write_bytes(file.read_bytes().replace(b"{", b'{"later": ' + value + b", ", 1))
    with pytest.raises(UsageError, match=r"out\.jsonl:1: "):
        import_record(Store.open(tmp_path / "other"), file)


def test_the_largest_seed_comes_back(tmp_path: Path) -> None:
    store, other = Store.open(tmp_path / "one"), Store.open(tmp_path / "other")
    store.add(replace(attempt(1), seed=2**63 - 1, answer='\x00\udcff\u2028\n"', seconds=float("inf")))
    export_record(store, tmp_path / "out.jsonl")
    assert import_record(other, tmp_path / "out.jsonl") == 1
    assert other.attempts() == store.attempts()


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


def test_the_report_as_csv_has_a_row_for_each_concept(full: Store) -> None:
    heading, *rows = csv.reader(format_csv(full).splitlines())
    assert tuple(heading) == CONCEPT_HEADINGS
    assert {row[0]: (row[1], row[2]) for row in rows} == {"momentum": ("5", "5"), "adam": ("5", "5")}
    assert format_csv(full).count("\n") == 2


def test_a_reader_of_an_export_is_told_when_each_question_was_answered_last(full: Store, tmp_path: Path) -> None:
    export_record(full, tmp_path / "out.jsonl")
    reviews: dict[str, datetime] = {}
    with (tmp_path / "out.jsonl").open("rb") as file:
        _, items = read_export("out.jsonl", file, on_review=reviews.__setitem__)
        list(items)
    last = {answer.question: answer.at for answer in sorted(full.attempts(), key=lambda answer: answer.at)}
    assert reviews == last


@pytest.mark.parametrize(
    ("programs", "is_expected"),
    [([], True), ([""], True), (["0"], False), (["0.0"], False), (["0.0", "0.1"], True), (["1"], True), (["x"], True)],
)
def test_a_digest_is_expected_of_what_the_newest_program_named_wrote(programs: list[str], is_expected: bool) -> None:
    assert is_digest_expected(FIRST_FORMAT_WITH_DIGEST, programs) is is_expected
    assert not is_digest_expected(FIRST_FORMAT_WITH_DIGEST - 1, [])
