"""The installed program in a real terminal: keys in, screen out."""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from tests.end_to_end.terminal import ROOT, Terminal, begun
from tests.progress.helping import attempt
from tutor.content.course import open_course
from tutor.progress.record.store import Store

LESSON = (ROOT / "lessons/20-convolution.md").read_text("utf-8")
BEFORE = LESSON.split("\n## See it happen")[0].count("\n## ")
"""The page with a question and without a picture before the one with the simulation, counted from 1."""


def wait(terminal: Terminal, seconds: float = 1.0) -> None:
    """Do nothing for a while, as one who reads."""
    end = monotonic() + seconds
    terminal.until(lambda _: monotonic() > end)


def right_answer(home: Path, question: str) -> str:
    """The answer to `question` with the numbers that come first on a record, of which the first answer is made."""
    store = Store.open(home)
    store.add(attempt(1))
    seed = store.question_seed(question)
    store.close()
    return open_course().question(question)[0].draw_instance(seed).solution


def on_record(home: Path) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "tutor", "progress", "--json"],
        capture_output=True,
        check=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"CHAINRULE_HOME": str(home)},
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (140, 44)])
def test_a_learner_opens_the_course_and_leaves_it(tmp_path: Path, columns: int, rows: int) -> None:
    with Terminal(begun(tmp_path), columns=columns, rows=rows) as terminal:
        terminal.until("Adam")
        terminal.keys("q")
        assert terminal.leaves() == 0
    assert b"\x1b[?1049l" in terminal.raw, "the alternate screen was not left"
    assert "Traceback" not in terminal.text


def test_a_small_terminal_is_told_what_is_needed_and_recovers_when_it_grows(tmp_path: Path) -> None:
    with Terminal(begun(tmp_path), columns=36, rows=10) as terminal:
        terminal.until("40×12")
        terminal.resize(80, 24)
        terminal.until("Adam")
        terminal.keys("q")
        assert terminal.leaves() == 0


def test_the_place_in_a_lesson_is_found_again(tmp_path: Path) -> None:
    with Terminal(tmp_path, "learn", "adam") as terminal:
        terminal.until("1 of ")
        terminal.keys("n")
        terminal.until("2 of ")
        terminal.keys("\x11")
        assert terminal.leaves() == 0
    with Terminal(tmp_path, "learn", "adam") as terminal:
        terminal.until("2 of ")
        terminal.keys("\x11")
        assert terminal.leaves() == 0


def test_a_simulation_is_stepped_forward_and_back(tmp_path: Path) -> None:
    with Terminal(tmp_path, "sim", "conv-cost", "--set", "kernels=125", columns=140, rows=44) as terminal:
        terminal.until("125")
        terminal.keys("llllllllll")
        terminal.until("28,800")
        terminal.keys("hhhhhhhhh")
        terminal.until(lambda screen: "28,800" not in screen)
        terminal.keys("\x11")
        assert terminal.leaves() == 0
    assert on_record(tmp_path)["attempts"] == 0


@pytest.mark.usefixtures("seeds_of_their_own")
def test_the_picture_of_the_next_page_is_there_when_enter_leads_on_from_the_last_answer(tmp_path: Path) -> None:
    right = right_answer(tmp_path, "conv-adversarial-rise")
    with Terminal(tmp_path, "learn", "convolution", "--section", str(BEFORE)) as terminal:
        terminal.until(f"{BEFORE} of ")
        for _ in range(8):  # down the page, then into the answer
            wait(terminal)
            if "F2 Hint" not in terminal.text:
                terminal.keys("\r")
        terminal.until("F2 Hint")
        terminal.keys(f"{right}\r")
        terminal.until(" Again")
        wait(terminal)  # the page after it is made ready meanwhile
        for _ in range(8):
            if f"{BEFORE + 1} of " not in terminal.text:
                terminal.keys("\r")
                wait(terminal)
        terminal.until(f"{BEFORE + 1} of ")
        wait(terminal)
        terminal.keys("  ")
        terminal.until("Image and window")


def test_a_picture_that_a_question_needs_is_there_however_one_came_to_it(tmp_path: Path) -> None:
    with Terminal(tmp_path, "learn", "convolution", "--section", str(BEFORE)) as terminal:
        terminal.until(f"{BEFORE} of ")
        wait(terminal)  # the page after it is made ready meanwhile
        terminal.keys("n")
        terminal.until(f"{BEFORE + 1} of ")
        wait(terminal)
        terminal.keys(" ")
        terminal.until("Image and window")
