"""What is said to code that is not right: the first thing that applies, in words for a beginner."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tutor.exercises.check import check_code, check_in_processes
from tutor.exercises.exercise import CodeMistake, Exercise
from tutor.exercises.report import Report
from tutor.exercises.wording import verdict_lines
from tutor.sandbox.sandbox import CodeProcess, Launcher, Spawner, code_process, make_launcher

SCALE = Exercise(
    function="scale(x, k=2.0)",
    title="Rows, scaled",
    concept="a",
    ask="Scale.",
    parameters={"x": "array (n, d)", "k": "a number"},
    returns="array (n,)",
    cases=("np.array([[1.0, 2.0]])", "np.array([[1.0, 2.0, 5.0], [3.0, 4.0, 0.5]]), 3.0"),
    hard=("np.array([[1e200, 1.0]])",),
    reference="def scale(x, k=2.0):\n    return k * x.sum(axis=1)",
    mistakes=(CodeMistake(say="You forgot k.", change={"k * ": ""}),) * 3,
    hints=("", "", ""),
    why="",
    seconds=2,
)


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    launcher = make_launcher()
    yield launcher
    launcher.close()


def verdict(launcher: Launcher, body: str, **changes: Any) -> Report:
    fields = {name: getattr(SCALE, name) for name in SCALE.__struct_fields__}
    return check_code("code-scale", Exercise(**fields | changes), f"import numpy as np\n{body}", launcher)


def returning(expression: str) -> str:
    return f"def scale(x, k=2.0):\n    return {expression}"


SAID = {
    "def scale(x, k=2.0)\n    return 1": "Line 2: SyntaxError: expected ':'",
    "def other(x): pass": "There is no function scale in your file; it has other.",
    "x = 1": "There is no function scale in your file; it has no function.",
    "def scale(x, k): pass": "Write it as def scale(x, k=2.0): yours is scale(x, k).",
    "def scale(x, *, k=2.0): pass": "Write it as def scale(x, k=2.0): yours is scale(x, *, k=…).",
    "def scale(*x): pass": "Write it as def scale(x, k=2.0): yours is scale(*x).",
    "def scale(x, k=2.0):\n    if k == 7: return x": "Your function returned nothing for this call: it ended without",
    "def scale(x): pass": "Write it as def scale(x, k=2.0): yours is scale(x).",
    "import os\n": "Line 2: ImportError: os cannot be imported",
    returning("x.summ()"): "Line 3: AttributeError: 'numpy.ndarray' object has no attribute 'summ'",
    "def scale(x, k=2.0): raise NotImplementedError": "Line 2: the function is still to be written",
    returning("scale(x)"): "Line 3: a function calls itself without an end.",
    "def scale(x, k=2.0): raise SystemError('error return without exception set')": "Line 2: Python ran out of memory",
    returning("np.ones(10**11)"): "Line 3: your code asked for more memory than it may have",
    "def scale(x, k=2.0):\n    while True: pass": "There was no answer after 0.5 seconds.",
    "def scale(x, k=2.0):\n    k * x.sum(axis=1)": "Your function returned nothing: its last line must be `return …`.",
    returning("'a'"): "Your function returned a text; wanted is an array of shape (1,).",
    returning("[1.0]"): "Your function returned a list of 1 item; wanted is an array of shape (1,). Make it an array",
    returning(
        "[[1.0], [2.0, 3.0]]"
    ): "Your function returned a list of 2 items; wanted is an array of shape (1,). Make it an",
    returning("scale"): "Your function returned a function; wanted is an array of shape (1,).",
    returning("5.0"): "Your function returned a number; wanted is an array of shape (1,).",
    returning(
        "k * x.sum(axis=0)"
    ): "The shape of your answer is (2,); wanted is (1,). Did you sum over the wrong axis?",
    returning("k * x.sum(axis=1, keepdims=True)"): "The shape of your answer is (1, 1); wanted is (1,). An axis of",
    "def scale(x, k=2.0):\n    x *= k\n    return x.sum(axis=1)": "Your function changed x, which belongs",
    "n = [0]\ndef scale(x, k=2.0):\n    n[0] += 1\n    return k * x.sum(axis=1) * n[0]": "The same call gave two",
    returning("x.sum(axis=1)"): "You forgot k.",
    returning("k * x.sum(axis=1) + 1e-6"): "Your answer is 6.000001 at index [0]; wanted is 6.",
    returning("k * np.exp(np.log(x.sum(axis=1)))"): "All 3 cases are right.",
    returning("k * x.sum(axis=1) * (x**2).sum(axis=1) / (x**2).sum(axis=1)"): "Your answer is nan at index [0]",
    returning("k * x.sum(axis=1) + 0 / (1 + (x**2).sum(axis=1))"): "The answer is right, but NumPy warns in line 3",
}


@pytest.mark.parametrize("body", SAID)
def test_the_first_thing_that_applies_is_said(launcher: Launcher, body: str) -> None:
    quick = {"seconds": 0.5} if "while" in body else {}
    report = verdict(launcher, body, **quick)
    assert report.message.startswith(SAID[body])
    assert report.passed == report.message.startswith("All")
    assert not [line for line in verdict_lines(report) if "Opaque" in line]


def test_the_smallest_case_that_fails_is_shown(launcher: Launcher) -> None:
    report = verdict(launcher, returning("2.0 * x.sum(axis=1) if k == 2 else np.array([24.0, 0.0])"))
    assert report.failed is not None and report.failed.index == (1,)
    assert report.failed.case == "scale(np.array([[1.0, 2.0, 5.0], [3.0, 4.0, 0.5]]), 3.0)"
    assert report.score == pytest.approx(2 / 3)
    assert "  wanted     [24, 22.5]" in verdict_lines(report)


PARTS = {
    "x + 1, -x": "high is −1 at index [0]; wanted is 1.",
    "x + 1, None": "high is None.",
    "[x, x]": "low is 1 at index [0]; wanted is 2.",
    "x + 1, [1.0]": "high is a list of 1 item; wanted is an array of shape (1,). Make it an array",
    "x + 1, np.ones(2)": "The shape of high is (2,); wanted is (1,).",
    "x, x + 1": "These are the right values in another order. Return (low, high).",
    "x + 1": "Your function returned an array of shape (1,); wanted is a tuple of 2 items.",
    "x + 1, x": "All 2 cases are right.",
}


@pytest.mark.parametrize("returned", PARTS)
def test_the_parts_of_an_answer_have_their_names(launcher: Launcher, returned: str) -> None:
    report = verdict(
        launcher,
        f"def bounds(x):\n    return {returned}",
        function="bounds(x)",
        parameters={"x": "array"},
        returns="a tuple (low, high) of arrays",
        cases=("np.array([1.0])", "np.array([2.0, 3.0])"),
        hard=(),
        reference="def bounds(x):\n    return x + 1, x",
        mistakes=(CodeMistake(say="Twice.", change={"x + 1": "2 * x"}),) * 3,
    )
    assert report.message.startswith(PARTS[returned])


def test_a_fault_of_form_is_told_before_a_wrong_value(launcher: Launcher) -> None:
    report = verdict(launcher, returning("np.array([7.0]) if k == 2 else x"))
    assert report.message.startswith("The shape of your answer is (2, 3)")


def test_what_is_printed_is_shown(launcher: Launcher) -> None:
    report = verdict(launcher, "print('loading')\ndef scale(x, k=2.0):\n    print(k)\n    return k * x.sum(axis=1)")
    assert report.printed == "loading\n2.0\n"
    assert verdict_lines(report)[-2:] == ["  loading", "  2.0"]


def test_printing_without_an_end_is_cut(launcher: Launcher) -> None:
    report = verdict(launcher, "def scale(x, k=2.0):\n    print('x' * 10**6)\n    return k * x.sum(axis=1)")
    assert report.passed and len(report.printed) < 21_000 and "980001 characters more" in report.printed


def test_a_judge_says_what_is_wrong_where_more_than_one_answer_is_right(launcher: Launcher) -> None:
    judge = "def judge(expected, answer, x, k=2.0):\n    return None if (answer >= expected).all() else 'Too small.'"
    assert verdict(launcher, returning("k * x.sum(axis=1) + 1"), judge=judge).passed
    assert verdict(launcher, returning("k * x.sum(axis=1) - 1"), judge=judge).message == "Too small."
    assert verdict(launcher, returning("None"), judge=judge).message.startswith("Your function returned nothing")


def test_an_earlier_function_may_be_called(launcher: Launcher) -> None:
    source = "import numpy as np\ndef scale(x, k=2.0):\n    return k * total(x)"
    earlier = ["def broken(:", "1 / 0", "def total(x):\n    return x.sum(axis=1)"]
    assert check_code("code-scale", SCALE, source, launcher, earlier).passed


def test_a_new_python_for_each_code_gives_the_same_verdict() -> None:
    report = verdict(Spawner(), returning("x.sum(axis=1)"))
    assert report.message == "You forgot k." and report.guards


def test_a_missing_wall_is_said() -> None:
    lines = verdict_lines(Report("code-scale", 1.0, 3, guards=("time", "memory"), message="All 3 cases are right."))
    assert lines[-1] == (
        "Take care: on this machine nothing keeps your code from reading and writing files, using the network "
        "or starting programs."
    )


@pytest.mark.parametrize("start", [make_launcher, Spawner])
def test_code_that_ends_its_process_is_told_so_however_it_was_started(start: Callable[[], Launcher]) -> None:
    launcher = start()
    body = "import enum\ndef scale(x, k=2.0):\n    enum.sys.modules['os'].abort()"
    report = verdict(launcher, body)
    launcher.close()
    assert report.message.startswith("Your code was ended by the system")


class Late(CodeProcess):
    """A session whose calls take half a minute of processor time, as they say."""

    def __init__(self, inner: CodeProcess) -> None:
        self.inner, self.waits = inner, list[float]()

    def ask(self, request: dict[str, Any], seconds: float = 5.0) -> dict[str, Any]:
        self.waits.append(seconds)
        reply = self.inner.ask(request, seconds)
        return {**reply, "seconds": 30.0} if "function" in request else reply


def test_a_call_that_may_take_long_is_timed_by_its_processor(launcher: Launcher) -> None:
    exercise = Exercise(**{name: getattr(SCALE, name) for name in SCALE.__struct_fields__} | {"seconds": 20.0})
    with code_process(launcher, 20) as author, code_process(launcher, 20) as learner:
        late = Late(learner)
        told = check_in_processes("code-scale", exercise, "def scale(x, k=2.0):\n    return k * x", (author, late))
    assert told.error is not None and told.error.type == "OutOfTimeError"
    assert told.message == "Your code used 30 s of processor time; it may use 20 seconds."
    assert max(late.waits) == 40  # the clock is more patient than the processor: others may keep it busy


def test_code_that_is_right_in_all_ordinary_cases_is_told_only_of_a_mistake_that_is_right_there(
    launcher: Launcher,
) -> None:
    overflows = returning("np.log(np.exp(k * x.sum(axis=1)))")
    coincides = CodeMistake(say="You forgot k.", change={"k * ": "1.0 * "})
    hint = CodeMistake(say="Right, but it overflows.", code=overflows.replace("return", "return 1.0 *"))
    changes = {"hard": ("np.array([[1000.0, 1.0]]), 1.0",)}
    assert "You forgot" not in verdict(launcher, overflows, mistakes=(coincides,) * 3, **changes).message
    assert verdict(launcher, overflows, mistakes=(coincides, coincides, hint), **changes).message == hint.say


DRAWS = {
    "rng.random(n)": "All 3 cases are right.",
    "np.random.random(n)": "The same call gave two answers",
    "np.random.default_rng().random(n)": "The same call gave two answers",
    "np.random.default_rng(0).random(n)": "Two different generators gave the same answer: draw every random number",
    "np.linspace(0, 0.9, n)": "Two different generators gave the same answer",
}


@pytest.mark.parametrize("drawn", DRAWS)
def test_random_numbers_must_come_from_the_generator_that_was_given(launcher: Launcher, drawn: str) -> None:
    report = verdict(
        launcher,
        f"def draw(n, rng):\n    return {drawn}",
        function="draw(n, rng)",
        parameters={"n": "how many", "rng": "a generator"},
        cases=tuple(f"{n}, np.random.default_rng({seed})" for n, seed in ((2, 1), (3, 1), (3, 2))),
        hard=(),
        reference="def draw(n, rng):\n    return rng.random(n)",
        mistakes=(CodeMistake(say="Ones.", change={"rng.random": "np.ones"}),) * 3,
        judge="def judge(expected, answer, n, rng):\n    return None if (answer < 1).all() else 'Too large.'",
    )
    assert report.message.startswith(DRAWS[drawn])


def test_what_an_earlier_function_raises_is_told_as_its_own(launcher: Launcher) -> None:
    source = "import numpy as np\ndef scale(x, k=2.0):\n    return k * total(x)"
    earlier = ["import numpy as np\n\ndef total(x):\n    return x @ np.ones(7)"]
    report = check_code("code-scale", SCALE, source, launcher, earlier)
    assert report.message.startswith(
        "Line 3: total, from your earlier exercise, failed in its line 4: ValueError: the shapes in a matrix "
    )


def test_an_error_shows_ones_own_line_with_a_caret_or_the_values_in_it(launcher: Launcher) -> None:
    lines = verdict_lines(verdict(launcher, returning("k * x @ x")))
    assert lines[1:3] == [
        "  line 3     return k * x @ x",
        "  here       k is 2.0, x has shape (1, 2) and k * x has shape (1, 2)",
    ]
    lines = verdict_lines(verdict(launcher, "def scale(x, k=2.0)\n    return x"))
    assert lines[1] == "  line 2     def scale(x, k=2.0)" and lines[2] == " " * lines[1].index(")") + " ^"
