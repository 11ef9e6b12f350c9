"""A lesson in plain lines to its end: tasks by typing, what is missing, and how to go on."""

import io
import json
import re
from pathlib import Path

import pytest

from tests.conftest import Command
from tests.screens.story import DOUBLING, RATES, record
from tutor.content.course import Course, open_course
from tutor.content.model import SimulationBlock, Task
from tutor.plain.lesson import run_lesson
from tutor.plain.lines import Lines
from tutor.questions.answers.run_settings import read_run_setting
from tutor.questions.base import Unreadable
from tutor.questions.templates.placeholders import as_argument
from tutor.sims.table import find_simulation

TASKS = """
```{simulation} adam
try:
  - "Look at it."
  - {do: "Step three times.", goal: "step == 3", found: "The loss has fallen."}
  - {do: "Let the rate be 0.3.", goal: "learning_rate == 0.3"}
```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two lessons for `--lessons`, the first with tasks."""
    folder = tmp_path / "lessons"
    folder.mkdir()
    text = DOUBLING.replace("## Questions\n", f"## Questions\n{TASKS}").replace("doubling", "twofold")
    for old, new in (("double-it", "twofold-it"), ("which-is-more", "twofold-more")):
        text = text.replace(old, new)
    (folder / "30-twofold.md").write_text(text, "utf-8")
    rates = RATES.replace("doubling", "twofold").replace("id: rates", "id: twofold-rates")
    for old, new in (("next-step", "twofold-next"), ("get-down", "twofold-down")):
        rates = rates.replace(old, new)
    (folder / "31-twofold-rates.md").write_text(rates, "utf-8")
    return folder


def row(command: Command, folder: Path) -> dict[str, object]:
    told = json.loads(command("--lessons", str(folder), "progress", "--json").out)
    (found,) = (each for each in told["lessons"] if each["id"] == "twofold")
    assert isinstance(found, dict)
    return found


def learn(command: Command, folder: Path, *typed: str) -> str:
    return command(
        "--lessons", str(folder), "learn", "twofold", "--plain", typed="".join(f"{line}\n" for line in typed)
    ).out


def test_what_is_missing_is_said_at_the_end_with_the_command_that_goes_there(command: Command, folder: Path) -> None:
    out = learn(command, folder, "skip", "skip", "skip", "skip")
    assert "To finish this lesson: 2 tasks to do and 2 questions to answer right." in out
    assert "  Section 3, Questions: 2 tasks and 2 questions\n" in out
    assert "\nOpen one with: chainrule learn twofold --plain --section 3\n" in out
    assert (row(command, folder)["pages_done"], row(command, folder)["done"]) == (3, False)


def test_a_lesson_that_is_left_half_way_has_only_the_pages_that_were_said(command: Command, folder: Path) -> None:
    learn(command, folder, "quit")
    assert row(command, folder)["pages_done"] == 2


def test_tasks_are_done_by_typing_and_kept(command: Command, folder: Path) -> None:
    out = learn(command, folder, "skip", "skip", "steps=2", "nonsense", "steps=3", "learning_rate=0.3 steps=1")
    assert "Not there yet." in out
    assert "Not tried: " in out
    assert "Done.\nThe loss has fallen.\n" in out
    assert row(command, folder)["tasks_done"] == 2
    assert "Tasks left" not in learn(command, folder, "skip", "skip")


def test_a_task_is_walked_to_step_by_step(command: Command, folder: Path) -> None:
    out = learn(command, folder, "skip", "skip", "", "", "", "learning_rate=0.3 steps=0")
    places = [out.index(words) for words in ("Step 1.", "Step 2.", "Done.\nThe loss has fallen.\n", "Task 2 of 2 ·")]
    assert places == sorted(places)
    assert row(command, folder)["tasks_done"] == 2


def test_what_one_finds_by_a_task_is_said_after_it_was_tried_or_skipped(command: Command, folder: Path) -> None:
    skipped = learn(command, folder, "skip", "skip", "skip", "skip")
    assert skipped.count("The loss has fallen.") == 1
    assert skipped.index("Tasks left to do.") < skipped.index("Task 1 of 2 ·") < skipped.index("The loss has fallen.")
    unasked = learn(command, folder, "skip", "skip")
    assert "What you find, task by task:\n- Task 1 of 2: The loss has fallen.\n\nTo finish this lesson" in unasked


def test_at_a_terminal_a_task_is_tried_beside_its_simulation(folder: Path, tmp_path: Path) -> None:
    course = Course(folder)
    said: list[str] = []

    class AtTerminal(Lines):
        is_interactive = True

        def say(self, *lines: str) -> None:
            said.extend(lines)

        def ask(self, prompt: str) -> str:
            if prompt == "> ":
                word = "steps=3" if "Task 1 of 2 ·" in "\n".join(said[-5:]) else "skip"
            else:
                word = "quit" if "next lesson" in prompt else ""
            said.append(f"{prompt}{word}")
            return word

    run_lesson(course, record(tmp_path / "home"), course.lesson("twofold"), AtTerminal(io.StringIO(), io.StringIO()))
    text = "\n".join(said)
    places = [text.index(words) for words in ("Try this:", "Your turn.", "Done.", "The loss has fallen.")]
    assert places == sorted(places), text
    assert "Tasks left" not in text
    assert text.count("Task 2 of 2 ·") == 1, "not asked a second time at the end"


def test_a_lesson_that_is_done_says_so_and_how_to_go_on(command: Command, folder: Path) -> None:
    done = command("--lessons", str(folder), "ask", "twofold-it", "--seed", "0", "--json")
    number = int(json.loads(done.out)["prompt"].split("$")[1].strip("{}"))
    options = {each["text"]: each["label"] for each in ask(command, folder, "twofold-more")["options"]}  # type: ignore[attr-defined]
    out = learn(command, folder, str(2 * number), options["$n^2$"], "steps=3", "learning_rate=0.3 steps=0")
    assert out.count("\nright") == 2
    assert "You have finished this lesson." in out
    assert "3 pages, 2 tasks and 2 questions: all done." in out
    assert "Continue with: chainrule learn twofold-rates --plain" in out
    assert row(command, folder)["done"] is True


def ask(command: Command, folder: Path, question: str) -> dict[str, object]:
    told = json.loads(command("--lessons", str(folder), "ask", question, "--seed", "0", "--json").out)
    assert isinstance(told, dict)
    return told


TASKS_OF_THE_COURSE = [
    pytest.param(block, task, id=f"{lesson.id}-{block.name}-{block.line}-{number}")
    for lesson in open_course().lessons()
    for section in lesson.sections
    for block in section.blocks
    if isinstance(block, SimulationBlock)
    for number, task in enumerate(block.tasks, 1)
    if task.goal
]


@pytest.mark.parametrize(("block", "task"), TASKS_OF_THE_COURSE)
def test_every_parameter_that_a_task_speaks_of_can_be_typed_in_plain_lines(block: SimulationBlock, task: Task) -> None:
    rules = find_simulation(block.name).build(**block.values)
    known = rules.parameters()
    words = set(re.findall(r"\b[a-z_]\w*", task.goal)) & set(known)
    values = rules.values()
    for name in words:
        typed = f"{name}={as_argument(values[name])} steps=1"
        setting = read_run_setting(typed, rules, tuple(known), 10_000)
        assert not isinstance(setting, Unreadable), typed
        assert setting.simulation.values()[name] == values[name]
