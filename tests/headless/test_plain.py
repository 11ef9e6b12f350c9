"""The course line by line: quiz, lesson, ask and grade through a pipe."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Command
from tutor.content.course import open_course
from tutor.progress.record.store import Store
from tutor.quiz.selection import choose_questions

VERDICTS = ("right", "partly", "wrong", "not yet", "not graded")


def verdicts(out: str) -> list[str]:
    """The verdict lines of a plain session."""
    return [line for line in out.splitlines() if line.startswith(VERDICTS)]


def solutions(count: int, seed: int) -> list[str]:
    """What a learner who knows everything types in that quiz."""
    course = open_course()
    chosen = choose_questions(course, Store.open(), count=count, seed=seed)
    return [course.question(question)[0].draw_instance(drawn).solution for question, drawn in chosen]


def test_a_learner_who_knows_everything_gets_only_right(command: Command) -> None:
    done = command("quiz", "--plain", "--count", "12", "--seed", "4", typed="\n".join(solutions(12, 4)) + "\n")
    assert done.code == 0
    assert [line.split(":")[0] for line in verdicts(done.out)] == ["right"] * 12
    assert json.loads(command("progress", "--json").out)["attempts"] == 12


def test_the_same_seed_asks_the_same_questions_with_the_same_numbers(command: Command) -> None:
    first = command("quiz", "--plain", "--count", "6", "--seed", "9", typed="skip\n" * 6).out
    assert command("quiz", "--plain", "--count", "6", "--seed", "9", typed="skip\n" * 6).out == first
    assert command("quiz", "--plain", "--count", "6", "--seed", "10", typed="skip\n" * 6).out != first


def test_what_cannot_be_read_is_not_graded_and_asked_again(command: Command) -> None:
    done = command("quiz", "--plain", "--count", "1", "--seed", "2", typed="%%%\n" + solutions(1, 2)[0] + "\n")
    unreadable, right = verdicts(done.out)
    assert unreadable.startswith("not graded: ")
    assert right.startswith("right")
    assert json.loads(command("progress", "--json").out)["attempts"] == 1


def test_hints_come_one_at_a_time(command: Command) -> None:
    done = command("quiz", "--plain", "--count", "1", "--seed", "2", typed="hint\nhint\nhint\nhint\nhint\nhint\n")
    assert done.out.count("Hint 1 of ") == 1
    assert "There are no more hints." in done.out


def test_the_end_of_input_ends_the_session_in_order(command: Command) -> None:
    done = command("quiz", "--plain", "--seed", "1")
    assert done.code == 0
    assert done.out.splitlines()[-1] == "No answer was graded."
    assert done.err == ""


def test_nothing_is_on_disk_before_the_first_answer(command: Command, home: Path) -> None:
    command("quiz", "--plain", "--seed", "1", typed="skip\nhint\n")
    command("progress")
    assert not home.exists() or list(home.iterdir()) == []


def test_there_is_no_colour_and_no_cursor_movement(command: Command) -> None:
    out = command("quiz", "--plain", "--count", "3", "--seed", "1", typed="skip\n" * 3).out
    out += command("learn", "adam", "--plain", typed="skip\n" * 40).out
    assert all(character.isprintable() or character == "\n" for character in out)


@pytest.mark.parametrize("lesson", ["backprop", "dropout", "adam", "separable"])
def test_a_whole_lesson_can_be_read_line_by_line(command: Command, lesson: str) -> None:
    course = open_course()
    found = course.lesson(lesson)
    done = command("learn", lesson, "--plain", typed="skip\n" * len(found.questions))
    assert done.code == 0
    assert done.out.rstrip().endswith("That was the last section.")
    assert all(section.title in done.out for section in found.sections)
    assert "$" not in done.out.replace(r"\$", "")


def test_every_verdict_that_was_shown_is_on_disk_after_kill_9(home: Path) -> None:
    answers = solutions(30, 7)
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "tutor", "quiz", "--plain", "--count", "30", "--seed", "7"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=Path(__file__).parent.parent.parent,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process, process.stdin as keys, process.stdout as shown:
        seen = 0
        for answer in answers[:5]:
            keys.write(answer + "\n")
            keys.flush()
            while not shown.readline().startswith(VERDICTS):
                pass
            seen += 1
        process.kill()
    store = Store.open(home)
    assert store.count() >= seen == 5
    store.close()


def test_ask_prints_one_instance_and_records_nothing(command: Command, home: Path) -> None:
    shown = json.loads(command("ask", "adam-first-m-hat", "--seed", "3", "--json").out)
    assert {"id", "kind", "seed", "prompt"} <= set(shown)
    assert "verdict" not in shown
    solution = open_course().question("adam-first-m-hat")[0].draw_instance(3).solution
    graded = json.loads(command("ask", "adam-first-m-hat", "--seed", "3", "--answer", solution, "--json").out)
    assert (graded["readable"], graded["score"], graded["verdict"]) == (True, 1.0, "right")
    rubbish = json.loads(command("ask", "adam-first-m-hat", "--answer", "@", "--json").out)
    assert (rubbish["readable"], rubbish["verdict"]) == (False, "not graded")
    assert not home.exists()


def test_grade_compares_what_was_typed_in_decimal_with_the_bound_inside(command: Command) -> None:
    graded = json.loads(
        command("grade", "number", "--expected", "0.3", "--answer", "0.1", "--atol", "0.2", "--json").out
    )
    assert (graded["readable"], graded["correct"], graded["score"]) == (True, True, 1.0)
    graded = json.loads(command("grade", "number", "--expected", "0.3", "--answer", "0.29", "--json").out)
    assert graded["correct"] is False


def test_a_batch_goes_on_after_a_line_that_cannot_be_read(command: Command) -> None:
    lines = [
        '{"kind":"number","expected":"1228800","answer":"1,228,800"}',
        "not json",
        "[1]",
        '{"kind":"order","depends":{"1":[],"2":["1"],"3":["1","2"]},"answer":["1","3","2"]}',
        '{"kind":"sonnet","expected":"1","answer":"1"}',
        '{"kind":"number","expected":"1","answer":"one"}',
    ]
    done = command("grade", "--batch", typed="\n".join(lines) + "\n")
    found = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0
    assert [("error" in item) for item in found] == [False, True, True, False, True, False]
    assert found[0]["correct"] is True
    assert found[3]["score"] == pytest.approx(1 / 3)
    assert found[5]["readable"] is False


def test_only_verdicts_begin_like_verdicts(command: Command) -> None:
    typed = "".join(f"{answer}\n" for answer in solutions(40, 3))
    out = command("quiz", "--plain", "--count", "40", "--seed", "3", typed=typed).out
    assert len(verdicts(out)) == 40
    wrong = command("quiz", "--plain", "--count", "40", "--seed", "3", typed="a\n1\nskip\n" * 60).out
    assert all(line.split(":")[0] in VERDICTS for line in verdicts(wrong))


def test_an_exam_in_plain_lines_judges_at_the_end(command: Command) -> None:
    first, second = solutions(2, 4)
    done = command("quiz", "--plain", "--exam", "--count", "2", "--seed", "4", typed=f"skip\nback\n{first}\n{second}\n")
    before, after = done.out.split("The verdicts:")
    assert [line.split(":")[0] for line in verdicts(before)] == ["not graded"]
    assert [line.split(":")[0] for line in verdicts(after)] == ["right", "right"]


def test_a_slip_is_undone_in_plain_lines(command: Command) -> None:
    done = command("quiz", "--plain", "--count", "2", "--seed", "4", typed=f"{solutions(2, 4)[0]}\nundo\nskip\nskip\n")
    assert "taken back" in done.out
    assert json.loads(command("progress", "--json").out)["attempts"] == 1


def test_how_sure_one_is_is_asked_in_plain_lines_when_wanted(command: Command) -> None:
    typed = f"{solutions(1, 4)[0]}\nperhaps\n1\n"
    done = command("quiz", "--plain", "--confidence", "--count", "1", "--seed", "4", typed=typed)
    assert [line.split(":")[0] for line in verdicts(done.out)] == ["not graded", "right"]
    assert "sure: 1 of 1 right" in done.out
