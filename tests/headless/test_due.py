"""What is due, in one line that fits into a shell's prompt; and questions that stay flagged beyond a quiz."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.conftest import Command
from tests.progress.helping import ROOT, START, Clock, attempt
from tutor.commands.due import describe_due_time
from tutor.content.course import open_course
from tutor.content.find import lessons_folder, written_ids
from tutor.progress.record.store import Store
from tutor.progress.record.transfer import export_record, import_record

NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Store:
    return Store.open(tmp_path / "record", clock)


@pytest.mark.parametrize("starts", [0, 4])
@pytest.mark.parametrize("hour", [0, 3, 12, 23])
def test_what_is_due_next_is_due_then_and_not_a_moment_earlier(
    store: Store, clock: Clock, starts: int, hour: int
) -> None:
    store.day_starts = starts
    assert store.next_due(clock()) is None
    clock.time = START.replace(hour=hour)
    for number in range(6):
        store.add(attempt(number, score=float(number % 2), at=clock.time + timedelta(minutes=number)))
    moments = 0
    now = clock.time
    for _ in range(4):
        before = len(store.due(now, NEW_YORK))
        following = store.next_due(now, NEW_YORK)
        if following is None:
            break
        moments += 1
        assert len(store.due(following - timedelta(seconds=1), NEW_YORK)) == before
        assert len(store.due(following, NEW_YORK)) > before
        now = following
    assert moments > 1
    store.close()


def test_the_line_says_how_many_or_when(command: Command, home: Path) -> None:
    assert command("due").out == "nothing due\n"
    assert json.loads(command("due", "--json").out) == {
        "due": 0,
        "questions": [],
        "next": None,
        "flagged": 0,
        "goal": None,
    }
    store = Store.open()
    now = datetime.now(UTC)
    questions = [question.id for question in open_course().questions("node")[:3]]
    for number, question in enumerate(questions):
        store.add(replace(attempt(number, at=now), question=question))
    assert command("due").out.startswith("nothing due; next ")
    store.add(attempt(9, at=now - timedelta(days=90)))  # to a question that has gone
    old = attempt(8, at=now - timedelta(days=90))
    store.add(replace(old, question=open_course().questions("node")[5].id))
    store.save_question_flag(questions[0], True)
    store.close()
    assert command("due").out == "1 question due\n"
    (home / "settings.toml").write_text('goal = "10 answers a week"\n')
    line = command("due").out.rstrip()  # three answers, or none where a week begins just now
    assert line in {f"1 question due · {done} of 10 answers this week" for done in (0, 3)}
    told = json.loads(command("due", "--json").out)
    assert {**told["goal"], "done": 0, "words": ""} == {
        "amount": 10,
        "unit": "answer",
        "period": "week",
        "done": 0,
        "words": "",
    }
    assert f"Goal: {told['goal']['words']}" in command("progress").out
    assert (told["due"], told["flagged"]) == (1, 1)
    assert datetime.fromisoformat(told["next"]) > now
    assert "no such folder" in command("--lessons", str(home / "no"), "due").error_line


def test_when_is_said_as_people_say_it(store: Store) -> None:
    noon = datetime(2026, 3, 1, 12).astimezone()
    assert describe_due_time(noon + timedelta(hours=2, minutes=5), noon, store) == "at 14:05"
    assert describe_due_time(noon + timedelta(days=1), noon, store) == "tomorrow"
    assert describe_due_time(noon + timedelta(days=3), noon, store) == "in 3 days"


def test_every_question_is_known_by_its_id_without_reading_a_lesson() -> None:
    ids = written_ids([lessons_folder(), Path("/nowhere")])
    course = open_course()
    assert {question.id for question in course.questions()} | {block.id for block in course.exercises()} <= ids


def test_the_line_waits_for_nothing_slow() -> None:
    code = """
import contextlib, io, sys
from tutor.cli import run
with contextlib.redirect_stdout(io.StringIO()):
    run(["due"])
late = {"numpy", "textual", "yaml", "msgspec", "fsrs", "tutor.content.course", "tutor.questions.base"}
print(sorted(late & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


# -- flags


def test_a_flag_outlasts_the_quiz_and_can_be_quizzed(command: Command) -> None:
    assert "no question is flagged" in command("quiz", "--flagged", "--plain").out
    first = command("quiz", "--plain", "--lesson", "node", "--count", "3", "--seed", "1", typed="flag\nskip\nquit\n")
    assert "Flagged." in first.out
    store = Store.open()
    (flagged,) = store.flagged_questions()
    store.close()
    again = command("quiz", "--flagged", "--plain", typed="flag\nquit\n").out
    assert f" · {flagged} · flagged" in again
    assert "The flag is off." in again
    assert Store.open().flagged_questions() == []


def test_flags_go_along_with_an_export(store: Store, tmp_path: Path, clock: Clock) -> None:
    for question in ("b", "a", "c"):
        clock.time += timedelta(minutes=1)
        store.save_question_flag(question, True)
    store.save_question_flag("c", False)
    assert store.flagged_questions() == ["b", "a"]
    export_record(store, tmp_path / "out.jsonl")
    other = Store.open(tmp_path / "other", clock)
    import_record(other, tmp_path / "out.jsonl")
    assert other.flagged_questions() == ["b", "a"]
    assert other.lessons_on_record() == set()
    store.close()
    other.close()
