"""A view takes the next step to ask for a prediction; the step that follows is that one, and none is computed twice."""

from dataclasses import dataclass
from time import thread_time
from typing import Any

import pytest

from tutor.budget import Budget, BudgetSpentError
from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.json_lines import json_of_state, state_after
from tutor.sims.engine.player import Player
from tutor.sims.engine.simulation import LookAhead, Simulation, begin_run, find_look_ahead, look_ahead
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View
from tutor.sims.table import SIMULATIONS, find_simulation


@pytest.mark.parametrize("name", SIMULATIONS)
def test_no_step_is_computed_both_for_the_view_and_for_the_run(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    player: Player[Any] = Player(find_simulation(name).build())
    player.step()
    kind, steps = type(player.simulation), 0
    original = kind.step

    def count(self: Any, state: Any) -> Any:
        nonlocal steps
        steps += self is player.simulation  # a view may run others beside it
        return original(self, state)

    monkeypatch.setattr(kind, "step", count)
    player.view()
    went_on = player.step()
    assert steps == went_on
    monkeypatch.undo()
    fresh = find_simulation(name).build()
    assert json_of_state(fresh, player.state) == json_of_state(fresh, state_after(fresh, player.position))


def test_other_rules_and_other_states_take_their_own_step() -> None:
    rules = find_simulation("adam").build()
    state = begin_run(rules)
    after = look_ahead(rules, state)
    look = find_look_ahead(rules, state)
    assert look is not None
    assert look.following is after
    assert find_look_ahead(find_simulation("adam").build(), state) is None
    assert find_look_ahead(rules, after) is None


def test_a_look_that_is_replaced_while_it_is_examined_is_not_taken_for_another(monkeypatch: pytest.MonkeyPatch) -> None:
    rules, others = find_simulation("adam").build(), find_simulation("descent").build()
    state, starts_from = begin_run(rules), LookAhead.starts_from
    look_ahead(rules, state)

    def replace_meanwhile(look: LookAhead, *asked: Any) -> bool:
        look_ahead(others, begin_run(others))  # as a thread may do
        return starts_from(look, *asked)

    monkeypatch.setattr(LookAhead, "starts_from", replace_meanwhile)
    look = find_look_ahead(rules, state)
    assert look is None or look.simulation is rules


def test_a_look_far_ahead_is_refused_before_any_step_is_taken_for_it() -> None:
    player = Player(find_simulation("adam").build())
    player.jump(100)
    player._keyframes.forget_from(1)  # so that the last state has to be recomputed
    budget = Budget(1_000, "a test")
    with budget.activate(), pytest.raises(BudgetSpentError):
        player.peek(1_000_000)
    assert budget.units_left == 1_000


@dataclass(frozen=True)
class BusyState(State):
    step: int = 0


@dataclass(frozen=True)
class Busy(Simulation[BusyState]):
    """Every step takes 5 ms, and every view looks ahead."""

    name = "busy"

    def start(self) -> BusyState:
        return BusyState()

    def step(self, state: BusyState) -> BusyState:
        end = thread_time() + 0.005
        while thread_time() < end:
            pass
        return BusyState(state.step + 1)

    def view(self, history: RunHistory[BusyState]) -> View:
        look_ahead(self, history.state)
        return View((), (), (), "")


def test_what_a_step_takes_counts_for_the_keyframes_even_where_the_view_took_it() -> None:
    player, plain = Player(Busy()), Player(Busy())
    for _ in range(40):
        player.view()
        player.step()
        plain.step()
    assert len(player._keyframes._steps) == len(plain._keyframes._steps) > 30
