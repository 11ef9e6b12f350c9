"""A wrong answer in a simple relation to the right one is told so, of every number and in every case."""

from typing import Any

import msgspec
import numpy as np

from tutor.exercises.cases import Case, CaseOutcome
from tutor.exercises.check import check_in_processes
from tutor.exercises.comparison import Difference
from tutor.exercises.exercise import CodeMistake, Exercise
from tutor.exercises.mistakes import find_mistake
from tutor.exercises.report import Report
from tutor.exercises.wording import verdict_lines
from tutor.sandbox.sandbox import CodeProcess

TOY = Exercise(
    function="twist(x, k)",
    title="A toy",
    concept="a",
    ask="Twist.",
    parameters={"x": "array (n, n)", "k": "a number"},
    returns="a tuple (left, right) of arrays",
    cases=("np.array([[1.0, -2.0], [0.25, 4.0]]), 3.0", "np.arange(1.0, 10.0).reshape(3, 3), 5.0"),
    reference="def twist(x, k):\n    return x @ x, x.sum(axis=0) + 0.125",
    mistakes=(CodeMistake(say="Wrong.", code="def twist(x, k): return x, x"),) * 3,
    hints=("", "", ""),
    why="",
)
LEFT = {
    "-a": "Every number of left has the wrong sign.",
    "np.abs(a)": "The sizes of the numbers of left are right, but some signs are wrong.",
    "2 * a": "Every number of left is 2 times what it should be: is a factor missing, or one too many?",
    "a / 4": "Every number of left is 0.25 times what it should be",
    "a * k": "Every number of left is too large by a factor of k.",
    "a / k": "Every number of left is too small by a factor of k.",
    "a * len(x)": "Every number of left is too large by a factor of len(x): is a mean wanted, or a sum?",
    "a / x.size": "Every number of left is too small by a factor of the number of entries of x: is a mean wanted",
    "a.T": "The result of left is transposed: rows and columns change places.",
    "a[::-1]": "The numbers of left are right, but in reverse order.",
    "a[:, ::-1]": "Each row of left is right, but in reverse order.",
    "a[::-1, ::-1]": "The result of left is rotated by 180°.",
    "np.roll(a, 1)": "The numbers of left are right, but in other places.",
    "a + 1": "Every number of left is too large by 1.",
    "a - 1": "Every number of left is too small by 1.",
    "1 - a": "Every number of left is 1 minus what is wanted.",
    "1 / a": "Every number of left is 1 divided by what is wanted.",
    "a**2": "Every number of left is squared once too often: is a square root missing?",
    "np.sqrt(np.abs(a))": "Every number of left is the square root of what is wanted: is a square missing?",
    "0 * a": "Every number of left is 0: is anything put in its place?",
    "x": "Your function returned x as it came.",
    "a + x": None,
    "np.where(a > 20, -a, a + 1e-3)": None,
    "-a if k == 3 else 2 * a": None,
}


def verdict(processes: tuple[CodeProcess, CodeProcess], left: str, right: str) -> Report:
    body = (
        f"import numpy as np\ndef twist(x, k):\n    a, b = x @ x, x.sum(axis=0) + 0.125\n    return {left}, {right}\n"
    )
    return check_in_processes("code-toy", TOY, body, processes)


def test_a_simple_relation_is_told_behind_the_first_number_that_is_wrong(processes: Any) -> None:
    for left, said in LEFT.items():
        report = verdict(processes, left, "b")
        assert report.failed is not None and report.message == report.failed.why, left
        assert (report.mistake or "None").startswith(str(said)), left
        assert report.message.startswith("left is ") and " wanted is " in report.message
        assert report.mistake is None or report.message.endswith(f"{report.mistake} right is right.")


def test_of_two_wrong_parts_only_what_holds_of_both_is_told(processes: Any) -> None:
    assert verdict(processes, "-a", "-b").mistake == "Every number of left and of right has the wrong sign."
    assert verdict(processes, "-a", "2 * b").mistake is None
    assert verdict(processes, "a", "-b").mistake == "Every number of right has the wrong sign."


def test_the_parts_that_are_right_are_named_as_such(processes: Any) -> None:
    assert verdict(processes, "a + x", "b").message.endswith("wanted is 0.5. right is right.")
    assert " right." not in verdict(processes, "a + x", "b + 2e-3").message
    assert verdict(processes, "a[0]", "b").message.endswith(" right is right.")


def test_code_that_raises_in_one_case_hears_of_a_mistake_in_the_others(processes: Any) -> None:
    exercise = Exercise(
        **{name: getattr(TOY, name) for name in TOY.__struct_fields__}
        | {
            "function": "share(x)",
            "parameters": {"x": "array"},
            "returns": "array",
            "cases": ("np.array([1.0])", "np.array([1.0, 2.0])", "np.array([1.0, 2.0, 3.0])"),
            "reference": "def share(x): return x / x.sum()",
            "mistakes": (CodeMistake(say="That is the *largest*.", change={"x.sum()": "(2.5 + x.max())"}),) * 3,
        }
    )
    source = "def share(x):\n    assert len(x) < {most}\n    return x / (2.5 + x.max())"
    report = check_in_processes("code-toy", exercise, source.format(most=3), processes)
    assert report.error is not None and report.message.startswith("Line 2: AssertionError")
    assert "  besides    That is the *largest*." in verdict_lines(report)
    assert check_in_processes("code-toy", exercise, source.format(most=2), processes).mistake is None


def test_of_several_known_mistakes_the_one_that_agrees_in_every_case_is_named(processes: Any) -> None:
    both = CodeMistake(say="Both are swapped.", code="def pick(x, first): return -x if first else x")
    one = CodeMistake(say="The sign is never there.", code="def pick(x, first): return x")
    exercise = Exercise(
        **{name: getattr(TOY, name) for name in TOY.__struct_fields__}
        | {
            "function": "pick(x, first)",
            "parameters": {"x": "array", "first": "True or False"},
            "returns": "array",
            "cases": ("np.array([1.0, 2.0]), True", "np.array([1.0, 3.0]), False"),
            "reference": "def pick(x, first): return x if first else -x",
            "mistakes": (both, one, one),
        }
    )
    for source, said in ((both.code, both.say), (one.code, one.say)):
        assert check_in_processes("code-toy", exercise, source, processes).message == said


def test_an_exercise_may_have_the_same_case_twice(processes: Any) -> None:
    outcomes = []
    for _ in range(2):
        case = Case("np.arange(3)", (np.arange(3),), np.arange(3), None, is_hard=False)
        outcomes.append(CaseOutcome(case, np.ones(3), difference=Difference("value", "All are wrong."), fault="value"))
    without_mistakes = msgspec.structs.replace(TOY, mistakes=())
    author, _ = processes
    assert find_mistake(without_mistakes, author, outcomes, {}, {}) is None
