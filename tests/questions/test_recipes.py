"""The recipe for a kind of question in CONTRIBUTING.md, followed in a copy of the program."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECIPES = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def recipe(title: str) -> str:
    """The section of CONTRIBUTING.md whose heading begins with `title`."""
    return RECIPES.split(f"\n## {title}", 1)[1].split("\n## ", 1)[0]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the program, with its compiled modules, that a recipe may change."""
    shutil.copytree(ROOT / "tutor", tmp_path / "tutor")
    (tmp_path / "lessons").symlink_to(ROOT / "lessons", target_is_directory=True)
    return tmp_path


def run_in(copy: Path, code: str) -> str:
    """What a program prints that uses the changed copy."""
    code = f"import tutor; assert tutor.__file__.startswith({str(copy)!r}), tutor.__file__\n{code}"
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONWARNINGS": "error"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=copy, env=environment, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


KIND = '''
"""`my-kind`: is a statement true or false?"""

from typing import ClassVar

from tutor.questions.answers.labels import label_options, read_letters
from tutor.questions.base import AnswerFormat, Grade, Instance, Question, Sample, Unreadable
from tutor.questions.templates.placeholders import common_fields, error_context, fill
from tutor.questions.templates.proof import find_faults
from tutor.questions.templates.variants import draw_names


class MyInstance(Instance, frozen=True, kw_only=True):
    """A statement with its numbers drawn."""

    is_true: bool

    @property
    def how(self) -> str:
        """How to answer: a letter."""
        return "a where it is true, b where it is false"

    @property
    def solution(self) -> str:
        """The letter of what it is."""
        return "a" if self.is_true else "b"

    def read(self, raw: str) -> bool | Unreadable:
        """Whether the statement was said to be true."""
        indices = read_letters(raw, self.options, self.how)
        if isinstance(indices, Unreadable) or len(indices) == 1:
            return indices if isinstance(indices, Unreadable) else indices == [0]
        return Unreadable(f"Type {self.how}.")

    def grade(self, answer: bool) -> Grade:
        """All or nothing."""
        is_right = answer == self.is_true
        return Grade(float(is_right), "right" if is_right else "wrong", self.why)

    def samples(self) -> tuple[Sample, ...]:
        """Both letters, and none."""
        other = "b" if self.is_true else "a"
        return Sample(self.solution, "right"), Sample(other, "wrong"), Sample("perhaps", "unreadable", "true")


class MyQuestion(Question, frozen=True, kw_only=True):
    """A statement that is true or false."""

    kind: ClassVar[str] = "my-kind"
    answer_format: ClassVar[AnswerFormat] = "single choice"
    usual_seconds: ClassVar[float] = 8.0
    needs_simulation: ClassVar[bool] = True

    ask: str
    is_true: bool

    def draw_instance(self, seed: int) -> MyInstance:
        """The statement with the numbers that `seed` draws."""
        names = draw_names(self, seed)
        with error_context("ask"):
            prompt = fill(self.ask, names)
        options = label_options(["true", "false"])
        return MyInstance(
            **common_fields(self, seed, names), prompt=prompt, options=options, is_true=self.is_true
        )

    def check(self) -> list[str]:
        """Faults over many seeds."""
        return find_faults(self, self.draw_instance)
'''
LESSON = """\
---
id: statements
title: "Statements"
part: appendix
concepts: [statements]
needs: []
minutes: 5
---

## True or false

```{question} my-kind
id: of-two
given: {n: [3, 5, 7]}
ask: "Twice {n} is {= 2 * n}."
is_true: true
hints: ["Add it to itself."]
why: "{n} + {n} is {= 2 * n}."
```

```{question} number
id: twice-two
given: {n: [3, 5, 7]}
ask: "What is twice {n}?"
answer: 2 * n
hints: ["Add it to itself."]
why: "It is {answer}."
```
"""
USED_KIND = """
import asyncio
from pathlib import Path

from textual.app import App

from tutor.cli import run
from tutor.content.course import open_course
from tutor.placement.test import PlacementTest
from tutor.progress.review.schedule import EASY, GOOD, rate_answer, usual_seconds
from tutor.widgets.answers.question_card import QuestionCard

assert run(["check", "own"]) == 0
assert run(["--lessons", "own", "ask", "of-two", "--seed", "1", "--answer", "a"]) == 0
assert run(["--lessons", "own", "ask", "of-two", "--seed", "1", "--answer", "perhaps"]) == 0
assert usual_seconds("my-kind", []) == 8
assert (rate_answer(1, 0, 3, 8, kind="my-kind"), rate_answer(1, 0, 3, 8, "sure", "my-kind")) == (GOOD, EASY)
course = open_course([Path("own")])
order = [question.id for question in PlacementTest(course)._questions_in_order("statements")]
assert order == ["twice-two", "of-two"], order
instance = course.question("of-two")[0].draw_instance(1)


class Desk(App):
    def compose(self):
        yield QuestionCard(instance, lambda submission: instance.grade_text(submission.raw))


async def answer():
    app = Desk()
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        app.query_one(QuestionCard).focus_answer()
        await pilot.press("a", "enter")
        for _ in range(50):
            await pilot.pause()
            if app.query_one(QuestionCard).grade is not None:
                break
        await pilot.pause()
        print("\\n".join(line.text.rstrip() for line in app.screen._compositor.render_strips()))


asyncio.run(answer())
"""


@pytest.mark.as_written
def test_a_kind_of_question_is_one_file_and_one_line(copy: Path) -> None:
    steps = recipe("A kind of question")
    file = re.search(r"`(tutor/\S+/my_kind\.py)`", steps)
    line = re.search(r"`(tutor/\S+\.py)`: `(\S+ \S+my_kind\S+)`", steps)
    assert file is not None
    assert line is not None
    (copy / file[1]).write_text(KIND.lstrip("\n"), "utf-8")
    table = copy / line[1]
    table.write_text(table.read_text("utf-8").replace("KIND_TABLE = {\n", f"KIND_TABLE = {{\n    {line[2]}\n"), "utf-8")
    (copy / "own").mkdir()
    (copy / "own" / "90-statements.md").write_text(LESSON, "utf-8")
    shown = run_in(copy, USED_KIND)
    assert "no faults found" in shown
    assert "Twice 7 is 14." in shown or "Twice 5 is 10." in shown or "Twice 3 is 6." in shown
    assert "right: " in shown
    assert "not graded: Type a where it is true, b where it is false." in shown
    assert "✓ Right." in shown
