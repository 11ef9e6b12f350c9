"""A run driven by a learner's code beside the program's own, and the first step where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

import numpy as np

from tutor.exercises.drive import (
    AGREEMENT,
    CodeStepError,
    Driver,
    differing_keys,
    find_drivable,
    load_driver,
    without_driver,
)
from tutor.sandbox.sandbox import DEFAULT_MEMORY_MEGABYTES, CodeProcess, Launcher
from tutor.sims.engine.player import Event, Player
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.state import has_quantity, lookup
from tutor.sims.engine.view import WorkedLine

DRIVE_SECONDS = 3600.0
"""Processor time of a run that is driven on the screen."""


@dataclass(frozen=True)
class FirstDifference:
    """The first step at which the learner's run differs from the program's."""

    step: int
    key: str
    """The reported quantity: the first that differs in the order of the program's arithmetic."""
    yours: Any
    ours: Any
    line: WorkedLine | None
    """The program's arithmetic of that quantity, where the simulation shows it."""


class DrivenRun(Player[Any]):
    """A run driven by a learner's code. It ends where the code fails, and says why.

    Every state is kept while there is room: the learner's code need not answer a second time as it did the first.
    Its `simulation` is the program's own, with the same parameters: what others work out with it never runs the code.
    """

    spacing = 0.0

    def __init__(self, simulation: Simulation[Any], driver: Driver) -> None:
        self._driver = driver
        self.ours: Player[Any]
        """The program's own run, with the same parameters and changes."""
        self.fault = ""
        """Why the code took no further step."""
        self.first: FirstDifference | None = None
        super().__init__(simulation)

    def _start_run(self, first_rules: Simulation[Any]) -> None:
        self.ours = Player(first_rules)
        self.fault, self.first = "", None
        super()._start_run(self._driver(first_rules))

    @property
    def simulation(self) -> Simulation[Any]:
        """The program's rules in force at the position."""
        return without_driver(self._rules_at(self.position))

    def _branch_off(self, rules: Simulation[Any], new_state: Any) -> None:
        super()._branch_off(self._driver(rules), new_state)

    # -- moving

    def step(self) -> bool:
        """Go one step forward; False when the run is over, or the code fails."""
        if self.position == self._furthest_step and self.can_step:
            self._compute_next_step()
        return super().step()

    def _compute_next_step(self) -> None:
        try:
            super()._compute_next_step()
        except CodeStepError as error:
            self.fault = str(error)
            self._end = self._furthest_step
        else:
            self._note_difference(self._furthest_step)

    def _recompute(self, step: int) -> Any:
        try:
            return super()._recompute(step)
        except CodeStepError as error:  # it answered once, and does not any more
            self.fault = str(error)
            return self._keyframes.last_up_to(step)[1]

    # -- changing

    def branch(self, **given: object) -> None:
        """Change parameters from here on, in both runs."""
        super().branch(**given)
        self.ours.jump(self.position)
        self.ours.branch(**given)
        self._forget_later()

    def edit(self, path: str, value: float) -> None:
        """Set a quantity by hand, in both runs."""
        super().edit(path, value)
        self._rule_changes = [(step, self._driver(without_driver(rules))) for step, rules in self._rule_changes]
        self.ours.jump(self.position)
        self.ours.edit(path, value)
        self._forget_later()

    def _forget_later(self) -> None:
        self.fault = ""
        if self.first is not None and self.first.step > self.position:
            self.first = None

    # -- comparing

    def _note_difference(self, step: int) -> None:
        """Note the first difference, unless it is known."""
        if self.first is not None:
            return
        self.ours.jump(step)
        ours, yours = self.ours.state, self.state_at(step)
        if self.ours.position != step or _agree(list(vars(ours).values()), list(vars(yours).values())):
            return
        keys = differing_keys(ours, yours)
        if keys:
            self.first = _describe_difference(step, self.ours, yours, keys)

    @property
    def events(self) -> tuple[Event, ...]:
        """Marks for the timeline; the first difference is one."""
        first = [] if self.first is None else [Event(self.first.step, f"{self.first.key} differs", "differs")]
        return (*super().events, *first)


def _agree(ours: Any, yours: Any) -> bool:
    """Whether two values clearly agree up to rounding: a quick test that avoids most full comparisons."""
    if type(ours) is float and type(yours) is float:
        return isclose(ours, yours, rel_tol=AGREEMENT)
    if isinstance(ours, (tuple, list)) and isinstance(yours, (tuple, list)):
        return len(ours) == len(yours) and all(map(_agree, ours, yours))
    return type(ours) is type(yours) and not isinstance(ours, np.ndarray) and bool(ours == yours)


def begin_driven_run(
    function: str, source: str, earlier: Sequence[str], launcher: Launcher
) -> tuple[DrivenRun, CodeProcess] | None:
    """Start a run driven by `source`, with its process; `None` if no simulation calls `function`.

    Raises:
        ChainruleError: the code does not load, or has no such function.
    """
    simulation = find_drivable(function)
    if simulation is None:
        return None
    running = CodeProcess(launcher.start(DRIVE_SECONDS, DEFAULT_MEMORY_MEGABYTES))
    try:
        return DrivenRun(simulation, load_driver(simulation, running, source, earlier)), running
    except BaseException:
        running.close()
        raise


def _describe_difference(step: int, ours: Player[Any], yours: Any, keys: list[str]) -> FirstDifference:
    """Describe the difference by the first differing quantity that the program computes."""
    for line in ours.view().worked_lines:
        root = line.key.partition("[")[0].partition(".")[0]
        if root in keys and has_quantity(yours, line.key) and lookup(yours, line.key) != lookup(ours.state, line.key):
            return FirstDifference(step, line.key, lookup(yours, line.key), lookup(ours.state, line.key), line)
    key = _first_unequal(keys[0], lookup(yours, keys[0]), lookup(ours.state, keys[0]))
    return FirstDifference(step, key, lookup(yours, key), lookup(ours.state, key), None)


def _first_unequal(key: str, yours: Any, ours: Any) -> str:
    """The path to the first number in which two values differ."""
    if isinstance(yours, (tuple, list)) and isinstance(ours, (tuple, list)) and len(yours) == len(ours):
        for index, pair in enumerate(zip(yours, ours, strict=True)):
            if pair[0] != pair[1]:
                return _first_unequal(f"{key}[{index}]", *pair)
    return key
