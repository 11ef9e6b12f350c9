"""An assignment is asked, handed in and looked over; its faults are named by their line; late is said."""

import csv
import io
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.classroom.pupils import START, answer_to, course, pupil, questions, write_hand_in
from tests.conftest import Command
from tests.packs.making import as_folder
from tutor.classroom.assignment import format_span, read_assignment
from tutor.classroom.gradebook import make_gradebook_csv
from tutor.classroom.overview import make_class_report
from tutor.classroom.page import make_page
from tutor.classroom.shelf import course_map_words, find_assignment
from tutor.classroom.words import class_lines
from tutor.commands.launcher import open_course_with_packs
from tutor.errors import UsageError
from tutor.plain.home import map_lines
from tutor.progress.record.store import Store
from tutor.progress.tables.attempt import RETRY
from tutor.progress.tables.paths import ASSIGNMENTS
from tutor.text.moments import local_moment

WHOLE = "title: Week 3\nlessons: [node]\ncount: 4\nseed: 7\ndeadline: 2026-10-12T23:59+02:00\nmode: exam\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "week-3.yaml"
    path.write_text(text, "utf-8")
    return path


def test_an_assignment_says_what_is_asked_and_until_when(tmp_path: Path) -> None:
    found = read_assignment(written(tmp_path, WHOLE), course())
    assert found.deadline == datetime(2026, 10, 12, 23, 59, tzinfo=timezone(timedelta(hours=2)))
    assert found.questions == {question.id for question in course().questions("node")}
    options = found.options
    assert (options.question_count, options.exam, options.seed, options.scope.lessons) == (4, True, 7, ("node",))
    assert found.lateness_of(datetime(2026, 10, 12, 21, 59, tzinfo=UTC)) is None
    assert found.lateness_of(datetime(2026, 10, 12, 22, 4, tzinfo=UTC)) == timedelta(minutes=5)
    least = read_assignment(written(tmp_path, "title: All\n"), course())
    assert (least.wanted, least.deadline, least.options.exam, least.options.seed) == (10, None, False, None)
    assert len(least.questions) > 100


def test_a_kept_assignment_is_found_by_a_title_with_a_slash_in_it(home: Path) -> None:
    kept = home / ASSIGNMENTS
    kept.mkdir(parents=True)
    path = written(kept, "title: Loss/gradient\n")
    assert find_assignment("loss/gradient", course()) == path
    assert find_assignment("loss/other.yaml", course()) == Path("loss/other.yaml")


FAULTS = {
    "": ":1: the key 'title' is missing; title is text of up to 100 characters, for example title: Week 3",
    "title: A\nlessons: [nod]\n": ":2: the lesson 'nod' is neither in the course nor in an installed pack; "
    "did you mean 'node'?",
    "title: A\nlessons: node\n": ":2: lessons: node cannot be used; lessons is a list of lessons",
    "title: A\nconcepts: [activatoin]\n": ":2: there is no concept 'activatoin'; did you mean 'activation'?",
    "title: A\ncount: 0\n": ":2: count: 0 cannot be used",
    "title: A\nmode: test\n": ":2: mode: test cannot be used; mode is practice or exam",
    "title: A\ndeadline: 2026-10-12\n": ":2: deadline: 2026-10-12 is not a moment with its zone",
    "title: A\ndeadline: 2026-10-12T23:59\n": ":2: deadline: 2026-10-12T23:59 is not a moment with its zone",
    "title: A\nlesson: [node]\n": ":2: there is no key 'lesson'; did you mean 'lessons'?",
    "title: A\ncount: x\nmode: y\n": ":2: count: x cannot be used; count is a whole number from 1 to 500, for "
    "example count: 10; line 3: mode: y cannot be used; mode is practice or exam",
    "title: A\nlessons: [nod]\ndeadline: noon\n": ":2: the lesson 'nod' is neither in the course nor in an installed "
    "pack; did you mean 'node'? If it is of another pack, get its file from your teacher, then: chainrule pack add "
    "FILE; line 3: deadline: noon is not a moment with its zone",
    "title: A\ndue: 2026-10-12\n": ":2: there is no key 'due'; write 'deadline'",
    "title: [": ":1: ",
    "title: A\nlessons: [node]\nconcepts: [momentum]\n": "no question is in this scope",
    "title: &a [*a]\n": ":1: ",
}


@pytest.mark.parametrize("text", FAULTS)
def test_a_fault_is_named_by_its_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_assignment(written(tmp_path, text), course())
    assert FAULTS[text] in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_all_faults_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    text = (
        "count: 0\nmode: test\ndue: noon\ndeadline: 2026-10-12\n"
        "lessons: [nod, node, adm]\nconcepts: [activatoin, momentun]\n"
    )
    with pytest.raises(UsageError) as caught:
        read_assignment(written(tmp_path, text), course())
    for said in (
        ":1: ",
        "the key 'title' is missing",
        "count: 0 cannot be used",
        "line 2: mode: test",
        "line 3: there is no key 'due'",
        "line 4: deadline: 2026-10-12 is not a moment",
        "line 5: the lesson 'nod' is neither in",
        "line 5: the lesson 'adm' is neither in",
        "line 6: there is no concept 'activatoin'",
        "line 6: there is no concept 'momentun'",
    ):
        assert said in str(caught.value)


def test_what_is_no_file_of_text_is_one_line(tmp_path: Path, command: Command) -> None:
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00title")
    (tmp_path / "b.yaml").mkdir()
    for name, said in (("a.yaml", "not UTF-8"), ("b.yaml", "a folder, not a file"), ("c.yaml", "No such file")):
        assert said in command("quiz", "--plain", "--assignment", str(tmp_path / name)).error_line
        assert said in command("class", str(tmp_path), "--assignment", str(tmp_path / name)).error_line
    assert "give one of them" not in command("quiz", "--assignment", "x.yaml", "--count", "3").error_line
    assert "the assignment says what is asked" in command("quiz", "--assignment", "x.yaml", "--due").error_line


def test_an_assignment_is_asked_and_handed_in(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, WHOLE)
    asked = command("quiz", "--plain", "--assignment", str(path), typed="skip\nskip\nskip\nskip\ndone\n").out
    again = command("quiz", "--plain", "--exam", "--lesson", "node", "--count", "4", "--seed", "7", typed="quit\n").out
    first = next(line for line in asked.splitlines() if line.startswith("Question 1"))
    assert first in again
    store = Store.open()
    for question in questions(("node",), 2):
        store.add(answer_to(question, 3, True, store.clock(), mode="exam"))
    store.add(answer_to(questions(("node",), 3)[2], 3, True, store.clock(), mode="lesson"))
    store.close()
    done = command("hand-in", str(path), "--name", "Ada", "--to", "a.jsonl")
    assert done.out.startswith(
        "Week 3: 2 of 4 questions answered, 2 right; 50 of 100.\nThe deadline was 2026-10-12 "
    ) or ("The deadline is 2026-10-12 " in done.out)
    assert json.loads((tmp_path / "a.jsonl").read_text().splitlines()[0])["assignment"] == "Week 3"
    piped = command("hand-in", str(path), "--name", "Ada", "--to", "-")
    assert piped.out.startswith('{"chainrule"')
    assert "Week 3: 2 of 4" in piped.err


@pytest.mark.parametrize("given", ["week-3.yaml", "week-3", "Week 3", "week  3"])
def test_an_assignment_that_is_kept_is_known_by_its_name(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    monkeypatch.chdir(tmp_path)
    store = Store.open()
    (store.folder / "assignments").mkdir(parents=True)
    written(store.folder / "assignments", WHOLE)
    (store.folder / "assignments" / "a-fault.yaml").write_text("title: [", "utf-8")
    store.add(answer_to(questions(("node",), 1)[0], 3, True, START, mode="exam"))
    store.close()
    assert "Question 1 of 4" in command("quiz", "--plain", "--assignment", given, typed="quit\n").out
    done = command("hand-in", given, "--name", "Ada", "--to", "a.jsonl")
    assert done.out.startswith("Week 3: 1 of 4 questions answered, 1 right; 25 of 100.")
    assert "Assignment Week 3, due" in command("class", "a.jsonl", "--assignment", given).out
    assert command("hand-in", "week 4", "--name", "Ada", "--to", "b.jsonl").out.startswith("1 answer of Ada")


def test_a_word_that_is_nearly_the_name_of_a_kept_assignment_is_asked_about(
    command: Command, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (home / "assignments").mkdir(parents=True)
    written(home / "assignments", WHOLE)
    store = Store.open()
    store.add(answer_to(questions(("node",), 1)[0], 3, True, store.clock()))
    store.close()
    for word, is_meant in (("wek-3", True), ("Week_3", True), ("week-4", False), ("revision", False)):
        done = command("hand-in", word, "--name", "Ada")
        assert done.code == 0
        assert ("did you mean 'week-3'?" in done.err) == is_meant, word


def test_an_assignment_that_is_not_kept_is_missed_by_its_name(command: Command, home: Path) -> None:
    for arguments in (("quiz", "--plain", "--assignment", "x"), ("hand-in", "x.yaml", "--name", "A")):
        store = Store.open()
        if not store.count():
            store.add(answer_to(questions(("node",), 1)[0], 3, True, START))
        store.close()
        assert f"no such file here, and the folder {home / 'assignments'} has no assignment" in (
            command(*arguments).error_line
        )
    (home / "assignments").mkdir()
    written(home / "assignments", WHOLE)
    assert command("quiz", "--plain", "--assignment", "x").error_line.endswith(" has week-3.yaml")
    written(home, WHOLE)
    assert "cannot be read (No such file" in command("quiz", "--assignment", str(home / "week-4.yaml")).error_line


def test_a_class_is_told_who_has_done_it_and_who_was_late(tmp_path: Path) -> None:
    assignment = read_assignment(written(tmp_path, WHOLE.replace("mode: exam\n", "")), course())
    right = [
        answer_to(question, 1, True, START + timedelta(minutes=n)) for n, question in enumerate(questions(("node",), 5))
    ]
    wrong = answer_to(questions(("node",), 1)[0], 2, False, START, score=1.0, verdict="right")
    for name, attempts, day in (
        ("all", right, 12),
        ("half", [*right[:2], wrong, replace(right[2], mode=RETRY)], 14),
        ("none", pupil(3, questions(("gradient-descent",))), 10),
    ):
        own = [replace(each, key=f"{name}{n}", at=each.at + timedelta(seconds=day)) for n, each in enumerate(attempts)]
        at = datetime(2026, 10, day, 12, tzinfo=UTC).isoformat()
        write_hand_in(tmp_path / f"{name}.jsonl", name, own, handed_in=at)
    report, lessons = make_class_report(course(), [tmp_path], START + timedelta(days=30), assignment=assignment)
    assert [(each.name, each.score, each.late_seconds) for each in report.learners] == [
        ("all", 100.0, None),
        ("half", 50.0, timedelta(days=1, hours=14, minutes=1).total_seconds()),
        ("none", None, None),
    ]
    lines = class_lines(report, lessons)
    handed_in = local_moment(datetime(2026, 10, 14, 12, tzinfo=UTC))
    assert f"Assignment Week 3, due {local_moment(datetime(2026, 10, 12, 21, 59, tzinfo=UTC))}:" in lines
    assert (
        f"  half: 50 of 100 (!), 2 of 4 answered, 38 hours late, 50 of 100 in time (handed in {handed_in}, it says)"
        in lines
    )
    heading, *rows = csv.reader(io.StringIO(make_gradebook_csv(report, lessons)))
    column = heading.index("Chainrule: Week 3")
    assert [row[column] for row in rows] == ["100.0", "50.0", "-"]
    assert [row[column + 1] for row in rows] == ["100.0", "50.0", "-"]
    assert heading[column + 1] == "Chainrule: Week 3 (in time)"
    assert rows[2][-2] == "nothing for Week 3"
    assert rows[1][-2].startswith(
        "the file contradicts itself in 1 place; handed in 38 hours late, 50 of 100 in time; "
        "1 grade in the file is not what was recomputed"
    )


@pytest.fixture
def in_rome(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which it is an hour later than in London, two in summer."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_a_teacher_is_told_otherwise_how_to_get_a_pack(tmp_path: Path) -> None:
    path = written(tmp_path, "title: A\npack: vectors 0.1\n")
    for for_teacher, said in ((False, "from your teacher"), (True, "CHAINRULE_SHARED")):
        with pytest.raises(UsageError, match=said):
            read_assignment(path, course(), for_teacher=for_teacher)


@pytest.mark.usefixtures("in_rome")
def test_a_deadline_is_shown_on_the_reader_s_clock_with_its_zone(tmp_path: Path, command: Command) -> None:
    text = "title: Week 3\nlessons: [node]\ndeadline: {}\n"
    for written_as, shown, short in (
        ("2026-10-12T23:59+02:00", "2026-10-12 23:59 CEST", ""),
        ("2026-12-12T22:59Z", "2026-12-12 23:59 CET (as your teacher wrote it: 2026-12-12 22:59 UTC)", " (22:59 UTC)"),
        (
            "2026-12-13T06:59+08:00",
            "2026-12-12 23:59 CET (as your teacher wrote it: 2026-12-13 06:59 UTC+08:00)",
            " (2026-12-13 06:59 UTC+08:00)",
        ),
    ):
        found = read_assignment(written(tmp_path, text.format(written_as)), course())
        for now in (START, START + timedelta(days=200)):
            assert f" {shown}, " in found.state_lines([], now)[1]
        assert course_map_words(found, [], START).endswith(shown.partition(" (")[0] + short)
        answer = answer_to(questions(("node",), 1)[0], 1, True, START + timedelta(hours=14, minutes=30))
        write_hand_in(tmp_path / "a.jsonl", "Ada", [answer], handed_in="2026-10-05T23:45:00+00:00")
        report, lessons = make_class_report(
            course(), [tmp_path / "a.jsonl"], START + timedelta(days=9), assignment=found
        )
        told = "\n".join(class_lines(report, lessons))
        for said in (f"due {shown.partition(' (')[0]}:", "(handed in 2026-10-06 01:45 CEST)", "  2026-10-06  "):
            assert said in told
        assert "CEST by Chainrule" in make_page(report, lessons)
    store = Store.open()
    (store.folder / "assignments").mkdir(parents=True)
    written(store.folder / "assignments", text.format("2999-12-12T22:59Z"))
    assert map_lines(course(), store)[-1].startswith("  Week 3 · 0 of 10 answered · ")
    assert map_lines(course(), store)[-1].endswith(" days left, until 2999-12-12 23:59 CET (22:59 UTC)")
    store.close()


def test_a_zone_without_a_name_is_one_by_its_distance() -> None:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert local_moment(at, ZoneInfo("America/Sao_Paulo")) == "2026-01-01 09:00 UTC-03"
    assert local_moment(at, ZoneInfo("Asia/Kathmandu")) == "2026-01-01 17:45 UTC+0545"
    assert local_moment(at, ZoneInfo("Europe/London")) == "2026-01-01 12:00 GMT"


PACKED = "title: Counting\npack: {}\n"
WITHOUT_IT = {
    "counting": "chainrule pack add counting.zip",
    "counting 1.0": "chainrule pack add counting-1.0.zip",
    "'other 2'": "chainrule pack add other-2.zip",
}


def in_every_place(command: Command, path: Path) -> dict[str, str]:
    """What is said of an assignment wherever one can be given, as text on either stream."""
    kept = Store.open()
    (kept.folder / "assignments").mkdir(parents=True, exist_ok=True)
    (kept.folder / "assignments" / "a.yaml").write_text(path.read_text("utf-8"), "utf-8")
    if not kept.count():
        kept.add(answer_to(questions(("node",), 1)[0], 1, True, START))
    on_map = "\n".join(map_lines(open_course_with_packs(()), kept))
    kept.close()
    write_hand_in(path.parent / "x.jsonl", "Ada", pupil(1, questions(("node",), 1)))
    calls = {
        "quiz": command("quiz", "--plain", "--assignment", str(path), typed="quit\n"),
        "hand-in": command("hand-in", str(path), "--name", "Ada", "--to", "-"),
        "class": command("class", str(path.parent / "x.jsonl"), "--assignment", str(path)),
    }
    return {"map": on_map} | {name: done.out + done.err for name, done in calls.items()}


def test_an_assignment_names_its_pack_and_says_how_to_get_it(command: Command, tmp_path: Path) -> None:
    for asked, said in WITHOUT_IT.items():
        for place, told in in_every_place(command, written(tmp_path, PACKED.format(asked))).items():
            (line,) = [line for line in told.splitlines() if "which is not installed" in line]
            assert ".yaml:2: this needs the pack '" in line, place
            assert line.endswith(said), place
    unnamed = command("quiz", "--plain", "--assignment", str(written(tmp_path, "title: A\nlessons: [twice]\n")))
    assert "the lesson 'twice' is neither in the course nor in an installed pack" in unnamed.error_line
    assert "get its file from your teacher, then: chainrule pack add FILE" in unnamed.error_line


def test_an_assignment_asks_for_a_version_of_its_pack(command: Command, tmp_path: Path) -> None:
    assert command("pack", "add", str(as_folder(tmp_path / "mine"))).code == 0
    for asked in ("counting", "counting 1.0", "counting 1"):
        for place, told in in_every_place(command, written(tmp_path, PACKED.format(asked))).items():
            assert "written for" not in told, place
            assert ".yaml:" not in told, place
    path = written(tmp_path, PACKED.format("counting 2.1"))
    for place, told in in_every_place(command, path).items():
        assert "it is written for counting 2.1, and counting 1.0 is installed" in told, place
        assert "chainrule pack add counting-2.1.zip --force" in told, place
    own = read_assignment(path, open_course_with_packs(()))
    assert own.options.scope.lessons == own.lessons == ("toy",)


def test_an_assignment_that_asks_for_a_student_id_says_where_it_is_set(command: Command, tmp_path: Path) -> None:
    path = written(tmp_path, "title: Week 3\nlessons: [node]\nstudent_id: true\n")
    store = Store.open()
    store.add(answer_to(questions(("node",), 1)[0], 1, True, START))
    (store.folder / "settings.toml").write_text("name = 'Ada'\n", "utf-8")
    done = command("hand-in", str(path), "--to", str(tmp_path / "1.jsonl"))
    assert (done.code, done.err.count("student_id")) == (0, 2)
    assert str(store.folder / "settings.toml") in done.err
    (store.folder / "settings.toml").write_text("name = 'Ada'\nstudent_id = 'a1'\n", "utf-8")
    store.close()
    assert command("hand-in", str(path), "--to", str(tmp_path / "2.jsonl")).err == ""


def test_a_span_is_said_in_its_largest_unit() -> None:
    for length, said in (
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=59), "59 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=3, hours=2), "3 days"),
    ):
        assert format_span(length) == said
