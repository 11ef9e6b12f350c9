"""A run driven by a learner's code beside the program's own, and the first step where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

import numpy as np

from tutor.exercises.comparison import agree
from tutor.exercises.drive import (
    AGREEMENT_RTOL,
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
"""Seconds of processor time for a run that is driven on the screen."""


@dataclass(frozen=True)
class FirstDifference:
    """The first step at which the learner's run differs from the program's."""

    step: int
    key: str
    """The reported quantity: the first that differs, in the order in which the program computes them."""
    yours: Any
    ours: Any
    worked_line: WorkedLine | None
    """The program's arithmetic for that quantity; `None` if the simulation does not show it."""


class DrivenRun(Player[Any]):
    """A run driven by a learner's code. It ends where the code fails; `fault` says why.

    Every state is kept while there is room, since the learner's code may not answer a second time as it did the first.
    The property `simulation` is the program's own, with the same parameters, so that computing with it never runs the
    learner's code.
    """

    spacing = 0.0
    """Keep the state of every step, as long as there is room for all."""

    def __init__(self, simulation: Simulation[Any], driver: Driver) -> None:
        self._driver = driver
        self.ours: Player[Any]
        """The program's own run, with the same parameters and changes."""
        self.fault = ""
        """Why the code took no further step, or not again one that it once took; "" while it has not failed."""
        self.is_cut_short = False
        """Whether the run has ended because the code took no further step."""
        self.first_difference: FirstDifference | None = None
        super().__init__(simulation)

    def _start_run(self, first_rules: Simulation[Any]) -> None:
        """Begin both runs; `Player` calls this when it is made and when its rules are replaced."""
        self.ours = Player(first_rules)
        self.fault, self.is_cut_short, self.first_difference = "", False, None
        super()._start_run(self._driver(first_rules))

    @property
    def simulation(self) -> Simulation[Any]:
        """The program's rules in force at the position."""
        return without_driver(self._rules_at(self.position))

    def _branch_off(self, rules: Simulation[Any], new_state: Any) -> None:
        """Go on by `rules`, driven by the learner's code; `Player` passes its own rules after a change or an edit."""
        super()._branch_off(self._driver(rules), new_state)

    # -- moving

    def step(self) -> bool:
        """Go one step forward; False when the run is over, or the code fails."""
        if self.position == self._furthest_step and self.can_step:
            self._compute_next_step()
        return super().step()

    def _compute_next_step(self) -> None:
        """Let the code take a step, and compare it with the program's; if it fails, set `fault` and end the run."""
        try:
            super()._compute_next_step()
        except CodeStepError as error:
            self.fault = str(error)
            self._end, self.is_cut_short = self._furthest_step, True
        else:
            self._note_difference(self._furthest_step)

    def _recompute(self, step: int) -> Any:
        """The state at a step that was not kept.

        If the code now fails on the way to it, this sets `fault` and returns the last kept state before that step.
        """
        try:
            return super()._recompute(step)
        except CodeStepError as error:  # the code once took this step, but now fails
            self.fault = str(error)
            return self._keyframes.last_up_to(step)[1]

    # -- changing

    def branch(self, **values: object) -> None:
        """Change parameters from here on, in both runs."""
        super().branch(**values)
        self.ours.jump(self.position)
        self.ours.branch(**values)
        self._forget_later_findings()

    def edit(self, path: str, value: float) -> None:
        """Set a quantity by hand, in both runs."""
        super().edit(path, value)
        # `Player.edit` enters the program's own rules at the position, so all rules are wrapped for the code again.
        self._rule_changes = [(step, self._driver(without_driver(rules))) for step, rules in self._rule_changes]
        self.ours.jump(self.position)
        self.ours.edit(path, value)
        self._forget_later_findings()

    def _forget_later_findings(self) -> None:
        """Forget a failure of the code, and a difference at a later step: both runs go on differently from here."""
        self.fault, self.is_cut_short = "", False
        if self.first_difference is not None and self.first_difference.step > self.position:
            self.first_difference = None

    # -- comparing

    def _note_difference(self, step: int) -> None:
        """Note how the two runs differ at `step`, if they do and no earlier difference is known."""
        if self.first_difference is not None:
            return
        self.ours.jump(step)
        if self.ours.position != step:  # the program's own run is over
            return
        ours, yours = self.ours.state, self.state_at(step)
        if _clearly_agree(list(vars(ours).values()), list(vars(yours).values())):
            return
        keys = differing_keys(ours, yours)
        if keys:
            self.first_difference = _describe_difference(step, self.ours, yours, keys)

    @property
    def events(self) -> tuple[Event, ...]:
        """Marks for the timeline; the first difference is one."""
        if self.first_difference is None:
            return super().events
        return (*super().events, Event(self.first_difference.step, f"{self.first_difference.key} differs", "differs"))


def _clearly_agree(ours: Any, yours: Any) -> bool:
    """Whether a quick test shows that two values agree up to rounding; this saves most full comparisons."""
    if type(ours) is float and type(yours) is float:
        return isclose(ours, yours, rel_tol=AGREEMENT_RTOL)
    if isinstance(ours, (tuple, list)) and isinstance(yours, (tuple, list)):
        return len(ours) == len(yours) and all(map(_clearly_agree, ours, yours))
    if type(ours) is not type(yours) or isinstance(ours, np.ndarray):  # arrays need the full comparison
        return False
    return bool(ours == yours)


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
    process = CodeProcess(launcher.start(DRIVE_SECONDS, DEFAULT_MEMORY_MEGABYTES))
    try:
        driver = load_driver(simulation, process, source, earlier)
        return DrivenRun(simulation, driver), process
    except BaseException:
        process.close()
        raise


def _describe_difference(step: int, our_run: Player[Any], yours: Any, keys: list[str]) -> FirstDifference:
    """The difference at `step`: in the first quantity that the program's arithmetic shows, or in the first of `keys`.

    Args:
        step: the step at which the runs differ.
        our_run: the program's run, at that step.
        yours: the state of the learner's run.
        keys: the quantities of the state that differ.
    """
    ours = our_run.state
    for line in our_run.view().worked_lines:
        quantity = line.key.partition("[")[0].partition(".")[0]  # `w` of `w[0]`
        if quantity in keys and has_quantity(yours, line.key):
            your_value, our_value = lookup(yours, line.key), lookup(ours, line.key)
            if not agree(our_value, your_value, AGREEMENT_RTOL):
                return FirstDifference(step, line.key, your_value, our_value, worked_line=line)
    first_key = keys[0]
    path = _path_to_difference(first_key, lookup(yours, first_key), lookup(ours, first_key))
    return FirstDifference(step, path, lookup(yours, path), lookup(ours, path), worked_line=None)


def _path_to_difference(path: str, yours: Any, ours: Any) -> str:
    """The path to the first number in which two values at `path` differ: `w[1][0]`."""
    if isinstance(yours, (tuple, list)) and isinstance(ours, (tuple, list)) and len(yours) == len(ours):
        for index, (your_item, our_item) in enumerate(zip(yours, ours, strict=True)):
            if not agree(our_item, your_item, AGREEMENT_RTOL):
                return _path_to_difference(f"{path}[{index}]", your_item, our_item)
    return path
