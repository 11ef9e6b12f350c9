"""The capstone: any code that reads 95 of 100 unseen digits passes, and what is shown of its reading is so."""

import json
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import Command
from tutor.content.course import open_course
from tutor.exercises.checker import Checker
from tutor.exercises.data import load_data, show_answer
from tutor.exercises.digits import draw_lines, unseen
from tutor.exercises.report import Report
from tutor.exercises.wording import report_lines
from tutor.sandbox.sandbox import shared_launcher
from tutor.sandbox.values import decode
from tutor.sims.datasets.handwriting import load_digits

NEIGHBOUR = """
import numpy as np

def train(x, y, rng):
    def predict(new):
        off = (new**2).sum(1)[:, None] - 2 * new @ x.T + (x**2).sum(1)
        return y[off.argmin(1)]
    return predict
"""
"""No network at all: the nearest image."""


def verdict_on(code: str) -> Report:
    """The verdict on `code`."""
    block = next(block for block in open_course().exercises() if block.id == "code-digits")
    checker = Checker(block.id, block.exercise, shared_launcher())
    try:
        report = checker.check(f"import numpy as np\n{code}")
        assert report is not None
        return report
    finally:
        checker.close()


def test_the_labels_of_the_unseen_digits_never_reach_the_learners_process() -> None:
    data = load_data("digits")
    given = {name: decode(value) for name, value in data["given"].items()}
    assert set(given) == {"x", "y", "x_new"} and set(data["hidden"]) == {"y_new"}
    assert given["x"].shape == (1198, 64) and given["x_new"].shape == (599, 64)
    rows = {image.tobytes() for image in given["x"]}
    assert len(rows) == 1198 and not any(image.tobytes() in rows for image in given["x_new"])
    images = load_digits()
    known = {image.tobytes(): digit for image, digit in zip(images.x, images.y, strict=True)}
    assert [known[image.tobytes()] for image in given["x"]] == given["y"].tolist()


def test_code_of_another_kind_passes_when_it_reads_enough(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "code-digits.py"
    file.write_text(NEIGHBOUR, "utf-8")
    done = command("code", "code-digits", "--check", str(file), "--json")
    told = json.loads(done.out)
    assert done.code == 0 and told["passed"] and told["seconds"] < 20
    new, old = unseen(), load_data("digits")["given"]
    x, y = decode(old["x"]), decode(old["y"])
    nearest = [int(y[((x - image) ** 2).sum(axis=1).argmin()]) for image in new.x]
    right = sum(a == b for a, b in zip(nearest, new.y.tolist(), strict=True))
    shown = command("code", "code-digits", "--check", str(file)).out
    assert f"It reads {right} of 599 digits that it has not seen" in shown
    assert "shows \\ read as   0   1   2" in shown


SAYS = {
    "def train(x, y, rng):\n    return 3": "train is to return a function; yours returned a value of the type int.",
    "def train(x, y, rng):\n    pass": "train is to return a function; yours returned nothing.",
    "def train(x, y, rng):\n    return lambda new: np.zeros(len(new))": "It reads a 0 every time",
    "def train(x, y, rng):\n    return lambda new: np.zeros((len(new), 10))": "Are these scores?",
    "def train(x, y, rng):\n    return lambda new: [0] * len(new)": "Make it an array",
    "def train(x, y, rng):\n    return lambda new: rng.integers(0, 10, len(new))": "That is no better than guessing",
    "def train(x, y, rng):\n    x -= x.mean()\n    return lambda new: np.zeros(len(new))": "Your function changed x",
    "def train(x, y, rng):\n    return lambda a, b: 1": "missing 1 required positional argument",
    NEIGHBOUR.replace("y[off.argmin(1)]", "y[off.argmin(1)] + 1"): "off by one",
    NEIGHBOUR.replace("y[off.argmin(1)]", "y[off[:, :25].argmin(1)]"): "train longer",
}


@pytest.mark.parametrize("code", SAYS, ids=[said[:30] for said in SAYS.values()])
def test_what_is_wrong_with_a_reader_is_told(code: str) -> None:
    report = verdict_on(code)
    assert not report.passed
    assert SAYS[code] in report.message


def test_a_long_list_is_not_written_out() -> None:
    lines = report_lines(verdict_on("def train(x, y, rng):\n    return lambda new: [0] * len(new)"))
    assert all(len(line) < 300 for line in lines)


def test_what_is_shown_of_a_reading_is_counted_again() -> None:
    new = unseen()
    read = new.y.copy()
    read[:30] = (read[:30] + 1) % 10
    shown = show_answer("digits", read)
    assert shown is not None
    assert shown.summary == "It reads 569 of 599 digits that it has not seen: 95 %."
    rows = [line.split() for line in shown.lines[1:11]]
    for digit, (name, *counts) in enumerate(rows):
        found = [int(((new.y == digit) & (read == other)).sum()) for other in range(10)]
        assert (name, counts) == (str(digit), [str(count or ".") for count in found])
    assert shown.lines[12].split("   ")[0].strip() == f"{new.y[0]} read as {read[0]}"
    assert [line[:16].rstrip() for line in shown.lines[13:21]] == [line.rstrip() for line in draw_lines(new.x[0])]
    assert "30 are misread" in shown.pictures[0].description


@pytest.mark.parametrize("answer", [None, 3, np.zeros(3), np.zeros((599, 10)), np.full(599, np.nan), np.full(599, 11)])
def test_nothing_is_shown_of_what_is_no_reading(answer: object) -> None:
    assert show_answer("digits", answer) is None
