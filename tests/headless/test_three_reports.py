"""What is on record is told three times, in words, as Markdown and as JSON: each of them tells all of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.classroom.pupils import SOLUTION, answer_to, code_answer, course, questions
from tests.conftest import Command
from tutor.progress.record.store import Store


def test_words_tables_and_json_tell_the_same(command: Command, home: Path) -> None:
    home.mkdir()
    (home / "settings.toml").write_text('goal = "20 answers a week"\n')
    now = datetime.now(UTC)
    store = Store.open()
    asked = questions(("node",), 3)
    for number, (id, days) in enumerate(zip(asked * 2, (15, 14, 8, 7, 1, 0), strict=True)):
        at = now - timedelta(days=days, minutes=number + 1)
        store.add(replace(answer_to(id, number, number % 3 > 0, at), confidence=("sure", "guess")[number % 2]))
    store.add(code_answer("def softmax(logits):\n    return logits\n", False, now - timedelta(minutes=1)))
    store.save_reading_position("node", 1)
    (home / "assignments").mkdir()
    (home / "assignments" / "1.yaml").write_text("title: Week 3\nlessons: [node]\ndeadline: 2999-01-01T00:00Z\n")
    (home / "assignments" / "2.yaml").write_text("title: Week 4\nlessons: [nod]\n")
    store.close()
    words, tables = (" ".join(command("progress", *more).out.split()) for more in ((), ("--markdown",)))
    found = json.loads(command("progress", "--json").out)
    exercise = course().exercise(SOLUTION).exercise.title
    node = next(lesson for lesson in found["lessons"] if lesson["id"] == "node")
    to_finish = words.partition("to finish: ")[2].partition(" in node")[0][:20]
    facts = {
        "done": (f"{found['lessons_done']} of {found['lessons_total']} lessons done",) * 2,
        "next": (found["next"]["words"],) * 2,
        "with": (found["next"]["command"],) * 2,
        "goal": (found["goal"]["words"],) * 2,
        "exercise": (f"{exercise}: begun", f"| {exercise} | begun |"),
        **{each["words"][:40]: (each["words"],) * 2 for each in found["assignments"]},
        "sure": ("sure: 2 of 3 right", "| sure | 3 | 2 |"),
        "lesson": (to_finish, to_finish),
        **{
            f"week of {week['monday']}": (
                f"{week['answers']} · {week['right'] / week['answers']:.0%} right" if week["answers"] else ": 0",
                f"| {week['monday']} | {week['answers']} | {week['right']} | {week['strong']} | {week['weak']} |",
            )
            for week in found["weeks"]
        },
        **{
            f"day {day['date']}": (
                f"{day['answers']} · {day['right']} right" if day["answers"] else ": 0",
                f"| {day['date']} | {day['answers']} | {day['right']} |",
            )
            for day in found["days"]
        },
    }
    assert (len(found["days"]), len(found["weeks"]) >= 2, len(node["missing"]) > 0) == (7, True, True)
    assert [{**row} for row in found["exercises"]] == [{"title": exercise, "passed": False}]
    assert {row["said"]: (row["answers"], row["right"]) for row in found["confidence"]}["sure"] == (3, 2)
    assert len(to_finish) > 5
    assert [(each["title"], each["answered"], each["wanted"]) for each in found["assignments"]] == [
        ("Week 3", 3, 10),  # three different questions, each asked twice
        (None, None, None),
    ]
    assert {name: said for name, (said, _) in facts.items() if said not in words} == {}
    assert {name: said for name, (_, said) in facts.items() if said not in tables} == {}
    for concept in found["concepts"]:
        assert concept["id"] in words
        assert concept["id"] in tables
