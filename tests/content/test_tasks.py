"""What a task asks for is found in the simulator: the task does not print it, and shows it only once it is done."""

import re
from collections.abc import Iterator

import pytest
from textual.app import App, ComposeResult

from tutor.content.course import Course, open_course
from tutor.content.find import lessons_folder
from tutor.content.model import SimulationBlock, Task, TextTemplate
from tutor.content.plain import block_text
from tutor.widgets.lesson.simulation_note import SimulationNote
from tutor.widgets.lesson.task_line import TaskLine

PRINTS_ITS_ANSWER = re.compile(r"\?\s*\([A-Z][^)]*\)$|\bshould (be|find|see|get)\b|\?\s*\((Yes|No)\b", re.MULTILINE)
LESSONS = [path.stem[3:] for path in sorted(lessons_folder().glob("*.md"))]
TASK = Task(TextTemplate("Go to step 7. What is it?", {}), "step == 7", TextTemplate("It is 0.25.", {}))


@pytest.fixture(scope="module")
def course() -> Course:
    return open_course()


def simulations(course: Course, lesson: str) -> Iterator[SimulationBlock]:
    """The simulations of a lesson."""
    found = next(item for item in course.lessons() if item.id == lesson)
    yield from (block for section in found.sections for block in section.blocks if isinstance(block, SimulationBlock))


@pytest.mark.parametrize("lesson", LESSONS)
def test_no_task_prints_its_own_answer(course: Course, lesson: str) -> None:
    texts = [task.text_when(done=False) for block in simulations(course, lesson) for task in block.tries]
    assert texts
    assert [text for text in texts if PRINTS_ITS_ANSWER.search(text)] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_one_finds_comes_after_the_tasks_in_plain_text(course: Course, lesson: str) -> None:
    for block in simulations(course, lesson):
        lines = [" ".join(line.split()) for line in block_text(block)]
        found = [task.found.text for task in block.tries if task.found is not None]
        assert ("What you find, task by task:" in lines) is bool(found)


def test_the_check_finds_a_task_that_answers_itself() -> None:
    for text in ("Does it fall? (Yes, at once.)", "Go to step 3. You should find 0.5.", "Which one? (The right one.)"):
        assert PRINTS_ITS_ANSWER.search(text)


class Tasks(App[None]):
    """A note and a line with one task."""

    def compose(self) -> ComposeResult:
        yield SimulationNote(SimulationBlock(1, "adam", {}, 0, (TASK,)))
        yield TaskLine()


async def test_what_one_finds_is_shown_once_the_task_is_done() -> None:
    app = Tasks()
    async with app.run_test(size=(100, 30)) as pilot:
        note, line = app.query_one(SimulationNote), app.query_one(TaskLine)
        line.show((TASK,))
        line.toggle()
        await pilot.pause()
        shown = [str(widget.render()) for widget in (*note.query(".task"), line)]
        assert all("What is it?" in text and "0.25" not in text for text in shown)
        note.tick(0)
        line.tick(0)
        await pilot.pause()
        shown = [str(widget.render()) for widget in (*note.query(".task"), line)]
        assert all("It is 0.25." in text for text in shown)
