"""What a task asks for is found in the simulator: the task does not print it, and shows it only once it is done."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from textual.app import App, ComposeResult
from textual.content import Content

from tutor.content.course import Course, open_course
from tutor.content.find import lessons_folder
from tutor.content.model import SimulationBlock, Task, TextTemplate
from tutor.content.plain import block_lines, finding_lines
from tutor.progress.record.store import Store
from tutor.screens.course.side_panel import SimulationPanel
from tutor.sims.table import find_simulation
from tutor.statistics.completion import lesson_progress
from tutor.text.sentences import furthest_step_in
from tutor.widgets.lesson.simulation_note import SimulationNote
from tutor.widgets.lesson.task_line import MAX_DONE_ROWS, TaskLine
from tutor.widgets.simulator.timeline import Timeline, TimelineState

PRINTS_ITS_ANSWER = re.compile(r"\?\s*\([A-Z][^)]*\)$|\bshould (be|find|see|get)\b|\?\s*\((Yes|No)\b", re.MULTILINE)
ASKS_WHEN = re.compile(r"\b(at|from|after) which (step|degree|update|epoch|layer)\b|\bwhen does\b", re.IGNORECASE)
TELLS_TO_WATCH = re.compile(r"\b(watch|guess)\b", re.IGNORECASE)
NAMED_STEP = re.compile(r"\b(?:go to|past|from|at) (?:step|epoch) (\d[\d,]*)|\bstep (?:==|>=) (\d+)", re.IGNORECASE)
LESSONS = [path.stem[3:] for path in sorted(lessons_folder().glob("*.md"))]
WIDTH = 78
"""Columns of the line above the simulation, on a screen of 80."""
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
    texts = [task.text_when(done=False) for block in simulations(course, lesson) for task in block.tasks]
    assert texts
    assert [text for text in texts if PRINTS_ITS_ANSWER.search(text)] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_task_that_asks_when_tells_to_watch_since_the_tick_comes_by_itself(course: Course, lesson: str) -> None:
    asked = [task for block in simulations(course, lesson) for task in block.tasks if task.goal]
    assert [task.text for task in asked if ASKS_WHEN.search(task.text) and not TELLS_TO_WATCH.search(task.text)] == []


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_one_finds_stands_apart_from_the_tasks_in_plain_text(course: Course, lesson: str) -> None:
    for block in simulations(course, lesson):
        findings = [line.strip() for line in finding_lines(block.tasks)]
        assert bool(findings) is any(task.finding is not None for task in block.tasks)
        told = [line for line in findings[1:] if len(line.split()) > 3]
        assert not set(told) & {line.strip() for line in block_lines(block)}


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_timeline_reaches_every_step_that_a_task_names(course: Course, lesson: str) -> None:
    for block in simulations(course, lesson):
        length = find_simulation(block.name).build(**block.values).length
        for index, task in enumerate(block.tasks):
            found = NAMED_STEP.findall(f"{task.text}\n{task.goal}")
            steps = [int((one or other).rstrip(",").replace(",", "")) for one, other in found]
            named = block.named_step(range(index))
            assert named >= max(steps, default=0), task.text
            if length is None:
                assert TimelineState(named_step=named).last_step >= max(steps, default=0), task.text


def test_a_step_is_found_in_words_and_in_conditions() -> None:
    texts = {
        "Go to step 100. In which valley?": 100,
        "to step 2,000, and to step 3": 2000,
        "Train for 300 epochs; 20 points": 300,
        "update 60": 60,
        "step >= 40 and loss < 0.5": 40,
        "step<=3": 3,
        "the step is 0.5; 16 units": 0,
    }
    assert {text: furthest_step_in(text) for text in texts} == texts


class Beside(App[None]):
    """The panel beside a lesson."""

    def compose(self) -> ComposeResult:
        yield SimulationPanel((), {})


async def test_the_timeline_of_a_run_without_an_end_reaches_the_step_of_the_next_task(course: Course) -> None:
    block = next(block for block in simulations(course, "local-minima") if block.name == "descent")
    app = Beside()
    async with app.run_test(size=(100, 40)) as pilot:
        panel = app.query_one(SimulationPanel)
        panel.begin((block,), {})
        await panel.show_block(block)
        await pilot.pause()
        assert "step 100" in block.tasks[0].text
        assert panel.query_one(Timeline).state.last_step == 100


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
        line.toggle()
        line.toggle()
        await pilot.pause()
        shown = [str(widget.render()) for widget in (*note.query(".task"), line)]
        assert all("It is 0.25." in text for text in shown)
        line.show((TASK, TASK))
        line.tick(0)
        await pilot.pause()
        found = str(line.render())
        assert "It is 0.25." in found, "what one was asked is answered where one stands"
        assert "What is it?" in found, "and the next task stands there, too"


class Places(App[None]):
    """The notes of a lesson, and the line above its simulator."""

    def __init__(self, blocks: list[SimulationBlock]) -> None:
        super().__init__()
        self.blocks = blocks

    def compose(self) -> ComposeResult:
        yield from (SimulationNote(block) for block in self.blocks)
        yield TaskLine()


@pytest.mark.parametrize("lesson", LESSONS)
async def test_tasks_have_the_same_numbers_everywhere(course: Course, lesson: str, tmp_path: Path) -> None:
    blocks = list(simulations(course, lesson))
    total = lesson_progress(course.lesson(lesson), Store.open(tmp_path)).tasks.total
    counted = [f"Task {number} of {total}" for number in range(1, total + 1)]
    assert [task.name for block in blocks for task in block.tasks if task.goal] == counted
    named = re.compile(r"Task \d+ of \d+")
    plain = " ".join(line for block in blocks for line in block_lines(block))
    assert sorted(set(named.findall(plain)), key=counted.index) == counted
    app = Places(blocks)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        notes = " ".join(str(mark.render()) for mark in app.query(".task"))
        assert named.findall(notes) == counted
        line, seen = app.query_one(TaskLine), []
        for block in blocks:
            left = [index for index, task in enumerate(block.tasks) if task.goal]
            line.show(block.tasks)
            for index in left:
                line.show(block.tasks, [done for done in left if done < index])
                seen += named.findall(str(line.render()))
                line.tick(index)
                assert f"Done: task {block.tasks[index].number} of {total}." in str(line.render())
                assert ".." not in str(line.render())
            line.toggle()
            assert len(named.findall(str(line.render()))) == len(left)
            line.toggle()
        assert seen == counted


@pytest.mark.parametrize("width", [48, 70, 80])
async def test_the_line_of_the_next_task_takes_three_rows_at_most_and_ends_with_a_word(
    course: Course, width: int
) -> None:
    app = Places([])
    async with app.run_test(size=(width, 24)) as pilot:
        line = app.query_one(TaskLine)
        for block in (block for lesson in LESSONS for block in simulations(course, lesson) if block.tasks):
            line.show(block.tasks)
            await pilot.pause()
            rows = [
                "".join(part.text for part in strip).rstrip() for strip in line.render_lines(line.outer_size.region)
            ]
            whole = " ".join(str(line.render()).split())
            shown = " ".join(" ".join(rows).split())
            assert len(rows) <= 3
            assert "t: all" in shown
            assert "…" not in shown
            assert f"{whole} ".startswith(f"{shown} "), shown


def test_every_task_of_the_course_fits_the_line_above_its_simulation_on_a_small_screen(course: Course) -> None:
    long = []
    for task in (task for lesson in LESSONS for block in simulations(course, lesson) for task in block.tasks):
        line, after_another = TaskLine(), TaskLine()
        line.show([task])
        after_another.show([task, task])
        after_another.tick(0)
        rows = [cast("Content", shown.content).get_height({}, WIDTH) for shown in (line, after_another)]
        long += [task.text] * (rows[0] > 3 or rows[1] > MAX_DONE_ROWS)
    assert long == []
