"""The block of an exercise in a lesson, and what its author is told."""

from pathlib import Path

import pytest

from tests.content.lessons import GOOD, said
from tests.screens.story import record
from tutor.content.course import open_course
from tutor.plain.lesson import ask_for_hints
from tutor.plain.lines import Lines
from tutor.quiz.coding import hints_read_elsewhere
from tutor.quiz.session import Session

BLOCK = """
## Write it yourself

```{code} code-toy
function: double(x)
title: Twice
concept: counting
ask: 'Return twice x.'
parameters: {x: array}
returns: array
cases: ['np.array([1.0])', 'np.array([2.0, -1.0])']
reference: |
  def double(x):
      return 2 * x
mistakes:
  - {change: {'2 * x': x}, say: 'That is x itself.'}
  - {change: {'2 * x': x**2}, say: 'That is the square.'}
  - {code: 'def double(x): return x + 2', say: 'That is two more.'}
hints: [Twice., Times two., 2 * x]
why: 'Twice.'
```
"""
FAULTS = {
    ("code-toy", "toy"): "'toy' is no id of an exercise; write code- and a name: code-adam",
    ("double(x)", "double(x"): "function cannot be read; function is its first line without def",
    ("{x: array}", "{y: array}"): "parameters must be those of the function, in order: x",
    (
        "concept: counting",
        "concept: countnig",
    ): "exercise code-toy: there is no concept 'countnig'; did you mean 'counting'?",
    ("'2 * x': x}", "'3 * x': x}"): "the reference does not have the piece '3 * x'",
    (
        "  - {code: 'def double(x): return x + 2', say: 'That is two more.'}\n",
        "",
    ): "2 known mistakes are too few; give 3",
    (
        "  def double(x):\n      return",
        "  def double(x):\n      y\n      return",
    ): "exercise code-toy: the exercise does not work: NameError: name 'y' is not defined",
    ("np.array([1.0])", "np.aray([1.0])"): "exercise code-toy: the exercise does not work: AttributeError",
    (
        "return x + 2",
        "return x + x",
    ): "exercise code-toy: this mistake passes; give a case that shows it: That is two more.",
    ("return x + 2", "return x"): "exercise code-toy: this mistake is taken for another (That is x itself.)",
    ("hints: [Twice.", "hints: [Twice., Twice."): "hints cannot be used; hints is three hints",
    ("why: 'Twice.'\n", ""): "the key 'why' is missing",
    ("title: Twice", "titel: Two\ntitle: Twice"): "there is no key 'titel'; did you mean 'title'?",
}


def test_a_sound_exercise_has_no_faults(tmp_path: Path) -> None:
    assert said(tmp_path, GOOD + BLOCK) == []


@pytest.mark.parametrize("change", FAULTS, ids=[said[:40] for said in FAULTS.values()])
def test_a_fault_of_an_exercise_is_told_with_its_line(tmp_path: Path, change: tuple[str, str]) -> None:
    old, new = change
    assert old in BLOCK
    found = said(tmp_path, GOOD + BLOCK.replace(old, new))
    assert found and FAULTS[change] in found[0]


def test_two_exercises_of_one_id_are_told(tmp_path: Path) -> None:
    assert all("the exercise id 'code-toy' is also at" in line for line in said(tmp_path, GOOD + BLOCK + BLOCK))


class Typing(Lines):
    """A learner who types these lines."""

    def __init__(self, *typed: str | None) -> None:
        super().__init__()
        self.typed, self.said = list(typed), list[str]()

    def ask(self, prompt: str) -> str | None:
        """The next of them."""
        return self.typed.pop(0)

    def say(self, *lines: str) -> None:
        """Keep what is said."""
        self.said += lines


def test_line_by_line_an_exercise_gives_its_hints_one_by_one_and_counts_them(tmp_path: Path) -> None:
    course = open_course()
    block = course.exercise("code-fit")
    for typed, hints, goes_on in (
        ([""], 0, True),
        (["hint", ""], 1, True),
        (["Hint", "?", "quit"], 2, False),
        (["hint", "hint", "hint"], 3, True),
        ([None], 0, False),
    ):
        learner, session = Typing(*typed), Session(course, record(tmp_path / str(hints) / str(goes_on)))
        assert ask_for_hints(session, block, learner) is goes_on and not learner.typed
        assert [line[:11] for line in learner.said if line.startswith("Hint ")] == [
            f"Hint {number} of 3" for number in range(1, hints + 1)
        ]
        assert hints_read_elsewhere(session, block) == hints
