"""The tasks of a lesson line by line: parameters and steps are typed, the run is made, its goal looked at."""

from typing import TYPE_CHECKING

from tutor.content.model import Lesson, SimulationBlock, Task
from tutor.content.plain import finding_lines, plain_inline
from tutor.content.runs import is_goal_met
from tutor.errors import ChainruleError
from tutor.plain.lines import Lines, wrap
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
"""The furthest step that a task may be tried at."""


def ask_tasks(lesson: Lesson, blocks: "Iterable[SimulationBlock]", store: "Store", lines: Lines, lead: str) -> bool:
    """Ask for the open tasks of `blocks`, after the line `lead`; False when the learner leaves or the input ends.

    A task's finding is printed once it is done or skipped; when piped input runs out, those of all that remain are.
    """
    done = store.done_tasks(lesson.id)
    waiting = [(block, task) for block in blocks for task in block.tries if task.goal]
    waiting = [(block, task) for block, task in waiting if stored_name_of(lesson.id, block, task) not in done]
    if waiting:
        lines.say("", f"{lead} Type parameters and steps, or: skip, quit.")
    for place, (block, task) in enumerate(waiting):
        lines.say("", f"{task.name} · simulation {block.name}")
        if not _ask_task(lesson, block, task, store, lines):
            if not lines.is_interactive:
                say_findings((task for _, task in waiting[place:]), lines)
            return False
        _say_finding(task, lines)
    return True


def say_findings(tasks: "Iterable[Task]", lines: Lines) -> None:
    """Say what one finds by `tasks`, each after its name."""
    try:
        text = finding_lines(tasks, lines.ascii)
    except ChainruleError as error:
        text = [f"! This text cannot be shown: {error}"]
    lines.say(*(["", *text] if text else []))


def done_tasks(lesson: Lesson, block: SimulationBlock, store: "Store") -> list[Task]:
    """The tasks of `block` that the learner has done."""
    done = store.done_tasks(lesson.id)
    return [task for task in block.tries if task.goal and stored_name_of(lesson.id, block, task) in done]


def _ask_task(lesson: Lesson, block: SimulationBlock, task: Task, store: "Store", lines: Lines) -> bool:
    """Ask until the goal is reached or the task is skipped; False when the learner leaves."""
    simulation = find_simulation(block.name).build(**block.values)
    names = tuple(simulation.parameters())
    player = Player(simulation)
    player.jump(block.step)
    lines.say(*wrap(plain_inline(task.text, lines.ascii)))
    lines.say(*wrap(f"(Enter takes one step; steps=3 goes to step 3. You may set: {', '.join(names)}; and steps.)"))
    while (raw := lines.ask("> ")) is not None and (word := raw.strip().lower()) not in {"quit", "q"}:
        if word == "skip":
            return True
        setting = read_run_setting(raw, simulation, names, MAX_TASK_STEPS) if word else None
        if isinstance(setting, Unreadable):
            lines.say(*wrap(f"Not tried: {setting.advice}"))
            continue
        if setting is not None:
            player = Player(setting.simulation)
            player.jump(setting.steps)
        elif not player.step():
            lines.say("The run is over: steps=0 goes back to its start.")
            continue
        if is_goal_met(task.goal, player):
            _record_done(stored_name_of(lesson.id, block, task), store, lines)
            return True
        lines.say("Not there yet. This is where it stands:", *state_lines(player, lines.ascii))
    return False


def _say_finding(task: Task, lines: Lines) -> None:
    if task.finding is not None:
        lines.say(*wrap(plain_inline(task.finding.text, lines.ascii)))


def _record_done(name: str, store: "Store", lines: Lines) -> None:
    """Put on record that the task with this stored name is done, and say so."""
    try:
        store.save_stored(name, store.clock().isoformat(), "the task you have done")
        lines.say("Done.")
    except ChainruleError as error:
        lines.say(f"Done, but not kept: {error}")
