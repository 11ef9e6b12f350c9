"""The tasks of a lesson as lines: the learner types parameters and steps, and hears whether the run meets the goal."""

from typing import TYPE_CHECKING

from tutor.content.model import Lesson, SimulationBlock, Task
from tutor.content.plain import finding_lines, plain_inline
from tutor.content.runs import is_goal_met
from tutor.errors import ChainruleError
from tutor.plain.lines import Lines, is_quit, wrap
from tutor.plain.simulation import state_lines
from tutor.questions.answers.run_settings import read_run_setting
from tutor.questions.base import Unreadable
from tutor.sims.engine.player import Player
from tutor.sims.table import find_simulation
from tutor.statistics.completion import stored_name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tutor.progress.record.store import Store

MAX_TASK_STEPS = 10_000
"""The largest number of steps that a learner may ask for in a task."""


def ask_tasks(
    lesson: Lesson, blocks: "Iterable[SimulationBlock]", store: "Store", lines: Lines, introduction: str
) -> bool:
    """Ask the learner to do each open task of `blocks`; return False when she leaves or the input ends.

    A task's finding is printed once the task is done or skipped. When piped input ends, the findings of all remaining
    tasks are printed, so that the output contains the whole lesson.
    """
    done_names = store.done_tasks(lesson.id)
    open_tasks = [
        (block, task)
        for block in blocks
        for task in block.tasks
        if task.goal and stored_name_of(lesson.id, block, task) not in done_names
    ]
    if open_tasks:
        lines.say("", f"{introduction} Type parameters and steps, or: skip, quit.")
    for index, (block, task) in enumerate(open_tasks):
        lines.say("", f"{task.name} · simulation {block.name}")
        if not _ask_task(lesson, block, task, store, lines):
            if not lines.is_interactive:
                say_findings([task for _, task in open_tasks[index:]], lines)
            return False
        _say_finding(task, lines)
    return True


def say_findings(tasks: "Iterable[Task]", lines: Lines) -> None:
    """Write what the learner is to find out by each of `tasks`, after the name of the task."""
    try:
        findings = finding_lines(tasks, lines.ascii)
    except ChainruleError as error:
        findings = [f"! This text cannot be shown: {error}"]
    if findings:
        lines.say("", *findings)


def done_tasks(lesson: Lesson, block: SimulationBlock, store: "Store") -> list[Task]:
    """The tasks of `block` that the learner has done."""
    done_names = store.done_tasks(lesson.id)
    return [task for task in block.tasks if task.goal and stored_name_of(lesson.id, block, task) in done_names]


def _ask_task(lesson: Lesson, block: SimulationBlock, task: Task, store: "Store", lines: Lines) -> bool:
    """Ask until the goal is reached or the task is skipped; return False when the learner leaves.

    An empty line takes one step of the run; parameters and steps begin a new run.
    """
    simulation = find_simulation(block.name).build(**block.values)
    parameter_names = tuple(simulation.parameters())
    player = Player(simulation)
    player.jump(block.step)
    lines.say(*wrap(plain_inline(task.text, lines.ascii)))
    names_text = ", ".join(parameter_names)
    lines.say(*wrap(f"(Enter takes one step; steps=3 goes to step 3. You may set: {names_text}; and steps.)"))
    while True:
        typed = lines.ask("> ")
        if typed is None or is_quit(typed):
            return False
        if typed.strip().lower() == "skip":
            return True
        if not typed.strip():
            if not player.step():
                lines.say("The run is over: steps=0 goes back to its start.")
                continue
        else:
            setting = read_run_setting(typed, simulation, parameter_names, MAX_TASK_STEPS)
            if isinstance(setting, Unreadable):
                lines.say(*wrap(f"Not tried: {setting.advice}"))
                continue
            player = Player(setting.simulation)
            player.jump(setting.steps)
        if is_goal_met(task.goal, player):
            _record_done(stored_name_of(lesson.id, block, task), store, lines)
            return True
        lines.say("Not there yet. This is where it stands:", *state_lines(player, lines.ascii))


def _say_finding(task: Task, lines: Lines) -> None:
    """Write what the learner is to find out by `task`, if the lesson says it."""
    if task.finding is not None:
        lines.say(*wrap(plain_inline(task.finding.text, lines.ascii)))


def _record_done(name: str, store: "Store", lines: Lines) -> None:
    """Record that the task with this stored name is done, and say so."""
    try:
        store.save_stored(name, store.clock().isoformat(), "the task you have done")
        lines.say("Done.")
    except ChainruleError as error:
        lines.say(f"Done, but not kept: {error}")
