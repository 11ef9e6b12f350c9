"""What the program says of its JSON holds of the JSON that it prints."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.classroom.pupils import SOLUTION, START, answer_to, code_answer, course, pupil, questions, write_hand_in
from tests.conftest import Command
from tutor.commands.json_objects import JSON_OBJECTS
from tutor.questions.kinds.table import KIND_TABLE
from tutor.sims.table import SIMULATIONS


def fits(name: str, lines: str) -> list[Any]:
    """Every line of some output, read by the types of which the schema of a command is made."""
    _, types = JSON_OBJECTS[name]
    found = []
    for line in lines.splitlines():
        told = json.loads(line)
        matching = types if len(types) == 1 else [types[0] if "chainrule" in told else types[1]]
        found.append(msgspec.convert(told, matching[0]))
    assert found
    return found


@pytest.fixture
def answered(command: Command, tmp_path: Path) -> Path:
    """A record with answers, a wrong grade, a place, a flag and an undone answer; and a hand-in of it."""
    attempts = pupil(5, questions())
    attempts.append(answer_to(questions()[0], 77, False, START, score=1.0, verdict="right"))
    attempts.append(code_answer("def softmax(logits):\n    return logits\n", False, START))
    assert command("import", str(write_hand_in(tmp_path / "in.jsonl", "Ada", attempts))).code == 0
    assert command("learn", "node", "--plain", typed="\n\nquit\n").code == 0
    assert command("quiz", "--plain", "--lesson", "node", "--count", "2", typed="flag\nskip\nquit\n").code == 0
    return tmp_path


def test_every_output_is_what_its_schema_says(command: Command, answered: Path) -> None:
    hand_in = command("hand-in", "week 3", "--name", "Ada", "--to", "-").out
    assert {type(line).__name__ for line in fits("hand-in", hand_in)} >= {"HandInHead", "AttemptLine", "StoredTextLine"}
    (answered / "class").mkdir()
    (answered / "class" / "a.jsonl").write_text(hand_in)
    (answered / "class" / "b.jsonl").write_text(hand_in[:-30])
    (told,) = fits("class", command("class", str(answered / "class"), "--json").out)
    assert (len(told.learners[0].differences), len(told.faults)) == (1, 1)
    fits("progress", command("progress", "--json").out)
    (told,) = fits("regrade", command("regrade", "--json").out)
    assert len(told.changes) == 1
    for name in ("doctor", "settings", "due"):
        fits(name, command(name, "--json").out)


def test_an_empty_record_fits_too(command: Command, home: Path) -> None:
    for name in ("progress", "regrade", "doctor", "settings", "due"):
        fits(name, command(name, "--json").out)
    home.mkdir(exist_ok=True)
    (home / "record.sqlite3").write_bytes(b"nothing")
    fits("doctor", command("doctor", "--json").out)


def test_every_kind_of_question_and_every_simulation_fits(command: Command) -> None:
    wanted = dict.fromkeys(KIND_TABLE, "")
    for question in course().questions():
        wanted[question.kind] = wanted[question.kind] or question.id
    for kind, question_id in wanted.items():
        fits("ask", command("ask", question_id, "--json", "--seed", "2").out)
        for answer in (course().question(question_id)[0].draw_instance(2).solution, "%%%"):
            fits("ask", command("ask", question_id, "--json", "--seed", "2", "--answer", answer).out)
        assert question_id, kind
    for name in SIMULATIONS:
        fits("sim", command("sim", name, "--json", "--last", "--steps", "1").out)
    batch = (
        '{"kind": "number", "expected": "1", "answer": "1"}\nno\n{"kind": "expression", "expected": "x", "answer": "x"}'
    )
    order = '{"kind": "order", "depends": {"2": ["1"], "1": []}, "distractors": [], "answer": ["1", "2"]}'
    fits("grade", command("grade", "--batch", typed=f"{batch}\n{order}\n").out)


def test_code_that_passes_fails_or_does_not_run_fits(command: Command, tmp_path: Path) -> None:
    block = course().exercise(SOLUTION)
    for source in (
        f"import numpy as np\n{block.exercise.reference}",
        "def softmax(logits):\n    return logits\n",
        "def softmax(logits):\n    return 1 / 0\n",
        "def softmax(\n",
    ):
        file = tmp_path / "softmax.py"
        file.write_text(source)
        fits("code", command("code", SOLUTION, "--check", str(file), "--json").out)


def test_every_schema_is_printed_with_its_version(command: Command) -> None:
    told = json.loads(command("schema").out)
    assert set(told) == set(JSON_OBJECTS)
    for name, each in told.items():
        assert each["$id"] == f"chainrule/{name}/{JSON_OBJECTS[name][0]}"
        assert json.loads(command("schema", name).out) == each
        parts = each["$defs"]
        for found in json.dumps(each).split('"#/$defs/')[1:]:
            assert found.partition('"')[0] in parts
        objects = [part for part in parts.values() if part.get("type") == "object"]
        assert objects
        assert all(part.get("additionalProperties") is False for part in objects)
    assert "did you mean 'class'?" in command("schema", "clas").error_line
