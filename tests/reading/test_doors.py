"""One reader at every door: the same spellings mean the same number wherever a number can be typed."""

import json
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from textual import on
from textual.app import App, ComposeResult
from textual.events import Paste

from tests.conftest import Command
from tests.reading.spellings import DOUBTFUL, IN_LETTERS, LARGE, NUMBERS, UNREADABLE, WHOLE
from tutor.content.course import Course
from tutor.errors import UsageError
from tutor.expressions.source import join_lines
from tutor.questions.base import Grade, Instance, Unreadable
from tutor.questions.grading import grade_line
from tutor.questions.kinds.table import read_question
from tutor.reading.numbers import read_number, read_whole
from tutor.reading.outcome import NumberRead
from tutor.sims.engine.command_line import apply_changes, read_changes
from tutor.sims.engine.player import Player
from tutor.sims.engine.prediction import Prediction, is_near, read_prediction
from tutor.sims.engine.session import SimulationSession
from tutor.sims.table import find_simulation
from tutor.widgets.answers.answer_input import AnswerInput
from tutor.widgets.simulator.controls import Controls
from tutor.widgets.simulator.entry import RunPrompt

ROWS = [(text, value) for value, texts in NUMBERS.items() for text in texts]
LARGER = [(text, value) for value, texts in LARGE.items() for text in texts]
WHOLES = [(text, value) for value, texts in WHOLE.items() for text in texts]
PASTABLE = [(text, value) for text, value in ROWS if text.strip() == text]

Outcome = float | str
"""The number that a door understood, or its advice."""


def number(expected: str) -> Instance:
    question = {"id": "q", "ask": "How much?", "answer": expected, "rtol": 1e-9, "why": "So."}
    return read_question("number", question).draw_instance(0)


def by_question(text: str, expected: str) -> Outcome:
    read = number(expected).read(text)
    return read.advice if isinstance(read, Unreadable) else float(read)


def by_grader(text: str, expected: str) -> Outcome:
    result = grade_line({"kind": "number", "expected": expected, "answer": text, "rtol": 1e-9})
    assert set(result) == {"readable", "correct", "score", "value" if result["readable"] else "advice"}
    return float(result["value"]) if result["readable"] else str(result["advice"])


def by_formula(text: str, expected: str) -> Outcome:
    result = grade_line({"kind": "expression", "expected": expected, "answer": text, "rtol": 1e-9})
    assert "error" not in result
    return float(result["value"]) if result["readable"] else str(result["advice"])


def by_prediction(text: str, expected: str) -> Outcome:
    read = read_prediction(text, Prediction("What comes next?", "w", float(Fraction(expected))))
    return read.advice if isinstance(read, Unreadable) else float(read)


def by_parameter(text: str, expected: str) -> Outcome:
    session = SimulationSession(Player(find_simulation("neuron").build(w1=99.5)))
    try:
        session.change("w1", text)
    except UsageError as error:
        return str(error)
    return float(str(session.player.simulation.values()["w1"]))


def by_change_on_the_way(text: str, expected: str) -> Outcome:
    player = Player(find_simulation("playground").build())
    try:
        apply_changes(player, read_changes((f"0:weights[0][1][0]={text}",)))
    except UsageError as error:
        return str(error)
    return float(player.state.weights[0][1][0])


def by_challenge(text: str, expected: str) -> Outcome:
    question = {
        "id": "q",
        "ask": "Set it.",
        "simulation": "neuron",
        "allow": ["w1"],
        "goal": "w1 == 1",
        "solution": "w1=1 steps=0",
        "why": "So.",
    }
    read = read_question("challenge", question).draw_instance(0).read(f"w1={text} steps=0")
    return read.advice if isinstance(read, Unreadable) else float(read.simulation.values()["w1"])


DOORS: dict[str, Callable[[str, str], Outcome]] = {
    "question": by_question,
    "grader": by_grader,
    "formula": by_formula,
    "prediction": by_prediction,
    "parameter": by_parameter,
    "change on the way": by_change_on_the_way,
    "challenge": by_challenge,
}
"""Where a number can be typed, without a screen."""
NAMED = {"challenge"}
"""Doors where names and equals signs part the values, so that a name has no place in a value."""


def rows_for(door: str, rows: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    return ((text, value) for text, value in rows if door not in NAMED or not set(text) & set("=＝:"))


@pytest.mark.parametrize("door", DOORS)
def test_every_spelling_means_the_same_number_at_every_door(door: str) -> None:
    failed = {}
    for text, value in rows_for(door, ROWS):
        outcome = DOORS[door](text, value)
        if not isinstance(outcome, float) or abs(outcome - float(value)) > 1e-9:
            failed[text] = outcome
    assert failed == {}


@pytest.mark.parametrize("door", ["question", "grader", "formula", "prediction"])
@pytest.mark.parametrize(("text", "value"), [*LARGER, *WHOLES])
def test_thousands_are_read_with_any_mark(door: str, text: str, value: str) -> None:
    assert DOORS[door](text, value) == float(value)


@pytest.mark.parametrize("door", ["question", "grader", "prediction", "formula"])
@pytest.mark.parametrize("text", DOUBTFUL)
def test_what_can_be_read_in_two_ways_is_asked_about_and_never_wrong(door: str, text: str) -> None:
    assert isinstance(DOORS[door](text, "7.5"), str)


@pytest.mark.parametrize("door", ["parameter", "challenge"])
@pytest.mark.parametrize("text", [text for text in DOUBTFUL if "1,313" not in text and "=" not in text])
def test_a_parameter_is_asked_about_too_but_where_its_range_leaves_one_reading(door: str, text: str) -> None:
    assert isinstance(DOORS[door](text, "7.5"), str)
    assert DOORS[door]("1,313", "7.5") == 1.313


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_number_gets_one_line_of_advice(door: str, text: str) -> None:
    if door == "formula" and text in IN_LETTERS:
        return  # letters are free where a formula is asked for
    outcome = DOORS[door](text, "7.5")
    assert isinstance(outcome, str), outcome
    assert outcome
    assert "\n" not in outcome


@pytest.mark.parametrize(
    ("text", "expected", "asked"),
    [
        ("1,313", "1313", False),
        ("1,313", "1.313", True),
        ("1,314", "1.313", True),
        ("-1,313", "-1.313", True),
        ("1,313", "1312", False),
        ("41.472", "41472", True),
        ("41.473", "41472", True),
        ("41.472", "41.472", False),
        ("41.472", "41.5", False),
        ("1.000", "1000", True),
        ("1.000", "1", False),
        ("7,000", "7", True),
        ("6,900", "7", False),
    ],
)
def test_asking_depends_on_what_is_expected_and_does_not_give_it_away(text: str, expected: str, asked: bool) -> None:
    for door in ("question", "grader", "prediction", "formula"):
        assert isinstance(DOORS[door](text, expected), str) is asked, door


# -- whole numbers


@pytest.mark.parametrize(("text", "value"), WHOLES)
def test_a_step_may_be_written_in_any_way(text: str, value: str) -> None:
    assert read_whole(text, 0, 100_000) == int(value)
    assert SimulationSession(Player(find_simulation("neuron").build())).change("seed", text)


@pytest.mark.parametrize("text", ["abc", "1.5", "-1", "1000001", "", "1.313", "1.000", "3e -1"])
def test_a_step_that_is_none_is_asked_for_in_words_that_fit(text: str) -> None:
    read = read_whole(text, 0, 100_000)
    assert isinstance(read, Unreadable)
    assert read.is_question or read.advice == "Type a whole number from 0 to 100,000."


@pytest.mark.parametrize("text", ["1,200", "１２００", "1 200", "12*100", "1.2e3", "1200."])
def test_options_of_commands_are_read_so_too(command: Command, text: str) -> None:
    done = command("sim", "neuron", "--steps", text, "--seed", text, "--json", "--last")
    assert done.code == 0, done.err
    assert json.loads(done.out)["params"]["seed"] == 1200
    assert "whole number (you gave 'soon')" in command("sim", "neuron", "--steps", "soon", "--json").error_line


# -- commands


@pytest.mark.parametrize("text", ["0,05", "−2", "-ln(0,6)", "3π", "1/4", "x = 0.3", "２．５"])
def test_values_on_the_command_line_are_read_so_too(command: Command, text: str) -> None:
    read = read_number(text)
    assert isinstance(read, NumberRead)
    done = command("sim", "neuron", "--set", f"w1={text}", "--steps", "0", "--json")
    assert json.loads(done.out)["params"]["w1"] == float(read.value)


def test_the_grader_and_its_batch_read_alike(command: Command) -> None:
    lines = [json.dumps({"kind": "number", "expected": value, "answer": text, "rtol": 1e-9}) for text, value in ROWS]
    batch = [json.loads(line) for line in command("grade", "--batch", typed="\n".join(lines)).out.splitlines()]
    assert [row for row, result in zip(ROWS, batch, strict=True) if result["correct"] is not True] == []
    for text, value in ROWS[::7]:
        alone = command("grade", "number", "--expected", value, "--answer", text, "--rtol", "1e-9", "--json")
        assert json.loads(alone.out)["correct"] is True


LESSON = """---
id: numbers
title: Numbers
part: First
concepts: [numbers]
needs: []
minutes: 5
---

## One

text
"""


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("lessons")
    asked = "".join(
        f'\n```{{question}} number\nid: n-{index}\nask: "How much is n-{index}?"\nanswer: {value}\nrtol: 1.0e-9\n'
        f'hints: ["Look."]\nwhy: "So."\n```\n'
        for index, (_, value) in enumerate(LINES)
    )
    (folder / "01-numbers.md").write_text(LESSON + asked, "utf-8")
    return Course(folder)


LINES = [(text, value) for text, value in ROWS if "\n" not in text][::3]


def test_ask_and_the_quiz_line_by_line_read_alike(
    command: Command, lesson: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tutor.commands.ask.open_course_with_packs", lambda folders: lesson)
    monkeypatch.setattr("tutor.commands.learn.open_course_with_packs", lambda folders: lesson)
    for index, (text, _) in list(enumerate(LINES))[::4]:
        outcome = json.loads(command("ask", f"n-{index}", "--answer", text, "--json").out)
        assert outcome["verdict"] == "right", text
    order = command("quiz", "--plain", "--count", str(len(LINES)), "--seed", "1", typed="skip\n" * len(LINES)).out
    places = [int(line.split("n-")[1].split("?")[0]) for line in order.splitlines() if "How much is n-" in line]
    typed = "".join(f"{LINES[place][0]}\n" for place in places)
    done = command("quiz", "--plain", "--count", str(len(LINES)), "--seed", "1", typed=typed)
    assert sum(line.startswith("right") for line in done.out.splitlines()) == len(LINES), done.out


# -- screens


class Desks(App[None]):
    """An entry line, an answer line and the fields of a simulation."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    def compose(self) -> ComposeResult:
        """All lines into which a number can be typed."""
        yield RunPrompt(id="entry")
        yield AnswerInput(id="answer")
        yield Controls(find_simulation("neuron").build())

    @on(RunPrompt.Jump)
    @on(RunPrompt.Predicted)
    @on(RunPrompt.Refused)
    def _hear(self, event: RunPrompt.Jump | RunPrompt.Predicted | RunPrompt.Refused) -> None:
        self.heard.append(event)


async def test_the_lines_of_a_screen_read_alike() -> None:
    app = Desks()
    async with app.run_test() as pilot:
        entry = app.query_one(RunPrompt)
        for text, value in PASTABLE[::4]:
            entry.ask_for_prediction(Prediction("?", "w", float(Fraction(value))))
            entry.post_message(Paste(text))
            await pilot.press("enter")
            predicted = app.heard.pop()
            assert predicted.typed == join_lines(text)
            assert is_near(predicted.value, float(Fraction(value)))
        for text, value in WHOLES[::3]:
            entry.ask_for_step()
            entry.post_message(Paste(text))
            await pilot.press("enter")
            assert app.heard.pop().step == int(value)
        entry.ask_for_step()
        entry.post_message(Paste("abc"))
        await pilot.press("enter")
        assert [heard.advice for heard in app.heard] == ["Type a whole step number from 0 to 100,000."]


@pytest.mark.parametrize("line", ["RunPrompt", "AnswerInput", "Controls Input"])
async def test_all_of_what_is_pasted_stays(line: str) -> None:
    app = Desks()
    async with app.run_test() as pilot:
        app.query_one(RunPrompt).ask_for_step()
        field = app.query(line).first()
        field.focus()
        field.value = ""  # type: ignore[attr-defined]  # every one is an Input
        field.post_message(Paste("x = 0.1 +\r\n  0.2\n"))
        await pilot.pause()
        assert field.value == "x = 0.1 + 0.2"  # type: ignore[attr-defined]


def test_the_question_of_a_card_grades_what_was_pasted() -> None:
    outcome = number("0.3").grade_text("x = 3/10\n = 0.3\n")
    assert isinstance(outcome, Grade)
    assert outcome.verdict == "right"


def test_the_lesson_lies_where_it_was_written(lesson: Course, tmp_path: Path) -> None:
    assert len(list(lesson.lesson("numbers").questions)) == len(LINES)
