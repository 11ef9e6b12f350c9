"""A task is met by the learner's own steps: not by a state that a link shows, nor by those before it."""

from typing import Any

import pytest

from tutor.content.model import Task, TextTemplate
from tutor.content.task_watch import TaskWatch
from tutor.sims.engine.player import Player
from tutor.sims.table import SIMULATIONS, find_simulation


def task(goal: str) -> Task:
    return Task(TextTemplate("Do it."), goal)


def shown(name: str, step: int, *goals: str) -> tuple[Player[Any], TaskWatch]:
    player = Player(find_simulation(name).build())
    player.jump(step)
    return player, TaskWatch([task(goal) for goal in goals], player, from_link=True)


def visit(player: Player[Any], watch: TaskWatch, *steps: int) -> list[int]:
    met: list[int] = []
    for step in steps:
        player.jump(step)
        met += watch.take_newly_met(player)
    return met


@pytest.mark.parametrize("name", SIMULATIONS)
def test_going_back_from_what_a_link_shows_meets_nothing_in_any_simulation(name: str) -> None:
    player = Player(find_simulation(name).build())
    player.jump(3)
    player, watch = shown(name, player.position, *(f"step == {step}" for step in range(4)))
    assert visit(player, watch, *reversed(range(player.position + 1))) == []


def test_steps_of_ones_own_meet_a_goal_the_moment_it_holds() -> None:
    player = Player(find_simulation("adam").build())
    watch = TaskWatch([task("step == 2"), task("")], player)
    assert visit(player, watch, 1) == []
    assert visit(player, watch, 2) == [0]


def test_a_step_beyond_what_was_shown_is_ones_own_but_a_goal_that_held_there_is_not_met_by_it() -> None:
    player, watch = shown("adam", 5, "step >= 4", "step == 6")
    assert visit(player, watch, 4, 5, 6, 7) == [1]


def test_what_was_shown_is_worked_again_from_its_start() -> None:
    player, watch = shown("adam", 5, "step >= 4")
    assert visit(player, watch, 2, 0, 3, 4) == [0]


def test_a_change_makes_the_run_ones_own() -> None:
    player, watch = shown("adam", 5, "learning_rate == 0.25", "step >= 3")
    player.change(learning_rate=0.25)
    assert watch.take_newly_met(player) == [0]
    player.jump(2)
    assert watch.take_newly_met(player) == [0]
    player.jump(4)
    assert watch.take_newly_met(player) == [0, 1]


def test_a_change_from_some_step_on_leaves_the_steps_before_it_as_they_were_shown() -> None:
    player, watch = shown("adam", 5, "step == 2", "step == 6")
    player.jump(4)
    player.branch(learning_rate=0.25)
    assert visit(player, watch, 4, 2, 5, 6) == [1]
