"""Steps, goes back, jumps, resets, changes and branches any simulation.

It keeps some of the visited states as keyframes; a state in between is computed again from the last keyframe before
it. Steps are pure and their randomness comes from (seed, step), so a state that is computed again is the same to the
last bit, even after 100,000 steps.
"""

from array import array
from bisect import bisect_right
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter, thread_time
from typing import Generic, TypeVar

import numpy as np

from tutor.errors import UsageError
from tutor.sims.engine.history import RunHistory, Trace, as_float, thin_indices
from tutor.sims.engine.keyframes import KEYFRAME_SECONDS, Keyframes
from tutor.sims.engine.parameters import read_values
from tutor.sims.engine.simulation import Simulation, advance, afford_steps, begin_run, find_look_ahead, is_finished
from tutor.sims.engine.state import State, find_overflow, lookup
from tutor.sims.engine.view import View
from tutor.text.numbers import format_number

S = TypeVar("S", bound=State)

KEYFRAME_BUDGET_BYTES = 52 * 2**20
"""Bytes that keyframes may take, so that a run with its traces usually stays under 64 MB."""


@dataclass(frozen=True)
class Event:
    """A mark on the timeline at a step."""

    step: int
    label: str
    kind: str
    """`changed`, `done`, `diverged`, or `differs` (from another run)."""


class Player(Generic[S]):
    """One run of a simulation, which can go forward, back and to any step."""

    spacing = KEYFRAME_SECONDS
    """Seconds of computing between two states that are kept."""

    def __init__(self, simulation: Simulation[S], budget_bytes: int = KEYFRAME_BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self.revision = 0
        """Increases whenever the run is restarted, or changed from some step on."""
        self._start_run(simulation)

    def _start_run(self, first_rules: Simulation[S]) -> None:
        """Begin at step 0 under `first_rules`, with nothing kept of an earlier run."""
        self.revision += 1
        self.fork_step = -1
        """The last step whose state the latest change of the run did not affect; −1 if it affected every state."""
        self._rule_changes = [(0, first_rules)]
        """(first step, rules) for each change: the rules compute the states after that step, until the next change."""
        self._keyframes: Keyframes[S] = Keyframes(self._budget_bytes, self.spacing)
        self._traces = {path: array("d") for path in first_rules.traces}
        self._target = 0
        self._furthest_step = 0
        """The last step that was computed."""
        self._end: int | None = None
        """The step at which the run ends; `None` until the run has got there."""
        self._edits: dict[int, tuple[tuple[str, float], ...]] = {}
        """Step → (path, value) for each quantity that was set by hand in the state of that step."""
        self.position = 0
        """The step that is shown."""
        self._append_state(0, begin_run(first_rules))

    def copy(self) -> "Player[S]":
        """Another player of the same run at the same step, independent from now on."""
        other = copy(self)  # its frozen rules and states can be shared, the lists and dictionaries of them cannot
        other._rule_changes = list(self._rule_changes)
        other._keyframes = self._keyframes.copy()
        other._edits = dict(self._edits)
        other._traces = {path: array("d", trace) for path, trace in self._traces.items()}
        return other

    # -- the run's position

    @property
    def simulation(self) -> Simulation[S]:
        """The rules in force at the position."""
        return self._rules_at(self.position)

    @property
    def rule_changes(self) -> tuple[tuple[int, Simulation[S]], ...]:
        """(first step, rules) for each change of rules up to the position; the first is at step 0."""
        return tuple((first_step, rules) for first_step, rules in self._rule_changes if first_step <= self.position)

    @property
    def state(self) -> S:
        """The state at the position."""
        return self.state_at(self.position)

    @property
    def furthest_step(self) -> int:
        """The furthest step computed so far in this run."""
        return self._furthest_step

    @property
    def can_step(self) -> bool:
        """True while there is a next step."""
        return self._end is None or self.position < self._end

    @property
    def can_go_back(self) -> bool:
        """True unless the position is the start."""
        return self.position > 0

    @property
    def diverged(self) -> str:
        """The name of the quantity that overflowed at the position; empty while all are finite."""
        return find_overflow(self.state)

    @property
    def events(self) -> tuple[Event, ...]:
        """Marks for the timeline: changed parameters, quantities set by hand, the end of the run, divergence."""
        events = []
        for (_, old_rules), (first_step, new_rules) in pairwise(self._rule_changes):
            old_values, parameters = old_rules.values(), new_rules.parameters()
            changes = [
                f"{parameters[name].label} = {format_number(value)}"
                for name, value in new_rules.values().items()
                if value != old_values[name]
            ]
            events.append(Event(first_step, ", ".join(changes), "changed"))
        for step, edits in sorted(self._edits.items()):
            changes = [f"{path} = {format_number(value)}" for path, value in edits]
            events.append(Event(step, ", ".join(changes), "changed"))
        if self._end is not None:
            overflowed = find_overflow(self.state_at(self._end))
            if overflowed:
                events.append(Event(self._end, f"{overflowed} overflowed", "diverged"))
            else:
                events.append(Event(self._end, "done", "done"))
        return tuple(events)

    # -- moving

    def step(self) -> bool:
        """Go one step forward; False when the run is over."""
        if not self.can_step:
            return False
        if self.position == self._furthest_step:
            self._compute_next_step()
        self.position += 1
        self._target = self.position
        return True

    def back(self) -> bool:
        """Go one step back; False at the start."""
        if not self.can_go_back:
            return False
        self.position -= 1
        self._target = self.position
        return True

    def jump(self, step: int) -> None:
        """Go to `step`, or to the end of the run when it ends before.

        Raises:
            BudgetSpentError: the steps to it cost more than is left of the budget; none of them is computed.
        """
        if step > self._furthest_step:
            afford_steps(self.simulation, step - self._furthest_step)
        self.seek(step)
        self.run_for(float("inf"))

    def seek(self, step: int) -> None:
        """Make `step` the target of later calls of `run_for`; go there at once if its state has been computed."""
        self._target = max(0, step)
        if self._target <= self._furthest_step:
            self.position = self._target

    def run_for(self, seconds: float) -> bool:
        """Compute towards the target for about `seconds`, at least one step; True when it has been reached.

        If the run ends before the target, its end becomes the target.
        """
        deadline = perf_counter() + seconds
        if self._target <= self._furthest_step:
            self.position = self._target
            return True
        self.position = self._furthest_step  # the steps up to this one are computed already
        while self._end is None and self._furthest_step < self._target:
            self._compute_next_step()
            self.position = self._furthest_step
            if perf_counter() >= deadline:
                break
        if self._end is not None:
            self._target = min(self._target, self._end)
        return self.position == self._target

    def stop(self) -> None:
        """Give up the target: stay at the position."""
        self._target = self.position

    @property
    def target(self) -> int:
        """The step that `run_for` goes to; the position itself once it is reached."""
        return self._target

    def peek(self, step: int) -> tuple[Simulation[S], S]:
        """(rules, state) at `step`, or at the end of the run if that comes first, without moving there."""
        if step <= self._furthest_step:
            return self._rules_at(step), self.state_at(step)
        rules, missing_steps = self._rules_at(self._furthest_step), step - self._furthest_step
        afford_steps(rules, missing_steps)  # before `state_at`, which may have to compute steps again
        return rules, rules.leap(self.state_at(self._furthest_step), missing_steps)

    # -- changing

    def reset(self) -> None:
        """Go back to the start of the same run, which repeats exactly."""
        self.seek(0)

    def change(self, **raw_values: object) -> None:
        """Change parameters for the whole run, recomputing it up to the current step.

        Raises:
            UsageError: a parameter that cannot be used; the run stays as it was.
        """
        self.replace_rules(self.simulation.with_values(**raw_values))
        self.run_for(float("inf"))

    def replace_rules(self, simulation: Simulation[S]) -> None:
        """Begin the run again with other rules; the current step is the target (`run_for` goes there)."""
        target = self.position
        self._start_run(simulation)
        self._target = target

    def branch(self, **raw_values: object) -> None:
        """Change parameters from the current step on: earlier states stay, later ones are forgotten.

        Raises:
            UsageError: a parameter that cannot change in the middle of a run; the run stays as it was.
        """
        parameters = self.simulation.parameters()
        read_values(type(self.simulation), raw_values)  # refuses unknown names, before they are looked up below
        for name in raw_values:
            if not parameters[name].live:
                raise UsageError(f"{name} cannot change in the middle of a run; change it for the whole run")
        rules = self.simulation.with_values(**raw_values)
        self._branch_off(rules, self._state_under(rules))

    def edit(self, path: str, value: float) -> None:
        """Set a quantity of the current state by hand: earlier states stay, later ones are forgotten.

        Raises:
            UsageError: a quantity that cannot be set; the run stays as it was.
        """
        position, rules = self.position, self.simulation
        self._branch_off(rules, rules.with_quantity(self.state, path, value))
        other_edits = [(other, number) for other, number in self._edits.get(position, ()) if other != path]
        self._edits[position] = (*other_edits, (path, value))
        # `_branch_off` has listed a change of rules at the position: keep that entry only if the rules do change there.
        # If there is no entry before the position, the position is step 0, and `rules` apply from the start.
        self._rule_changes = self._rule_changes_before(position) or [(0, rules)]
        if self._rule_changes[-1][1] is not rules:
            self._rule_changes.append((position, rules))

    @property
    def edits(self) -> tuple[tuple[int, str, float], ...]:
        """(step, path, value) for each quantity set by hand on the way to the current step."""
        return tuple(
            (step, path, value)
            for step, edits in sorted(self._edits.items())
            if step <= self.position
            for path, value in edits
        )

    def _rule_changes_before(self, step: int) -> list[tuple[int, Simulation[S]]]:
        """(first step, rules) for each change of rules before `step`."""
        return [(first_step, rules) for first_step, rules in self._rule_changes if first_step < step]

    def _state_under(self, rules: Simulation[S]) -> S | None:
        """Compute the state at the position under new `rules`; `None` if they do not affect it.

        At step 0 it is the start state of the new rules. Later they affect it only if quantities were set by hand in
        it: the state is computed without these edits, which are then made again as `rules` make them.
        """
        position = self.position
        edits = self._edits.get(position, ())
        if position == 0:
            state = begin_run(rules)
        elif edits:
            state = advance(self._rules_at(position - 1), self.state_at(position - 1))
        else:
            return None
        for path, value in edits:
            state = rules.with_quantity(state, path, value)
        return state

    def _branch_off(self, rules: Simulation[S], new_state: S | None) -> None:
        """Go on from the position under `rules`, and forget the states after it.

        `new_state` replaces the state at the position; `None` leaves it as it is.
        """
        position = self.position
        self.revision += 1
        self.fork_step = position if new_state is None else position - 1
        state = self.state if new_state is None else new_state
        self._edits = {step: edits for step, edits in self._edits.items() if step <= position}
        self._rule_changes = [*self._rule_changes_before(position), (position, rules)]
        self._keyframes.forget_from(position)
        # Counted as `spacing` seconds of computing, so that the state becomes a keyframe for the states after it.
        self._keyframes.append(position, state, self.spacing)
        for path, trace in self._traces.items():
            del trace[position:]
            trace.append(as_float(lookup(state, path)))
        self._furthest_step = position
        self._end = position if is_finished(rules, state) else None
        self._target = position

    # -- showing

    @property
    def history(self) -> RunHistory[S]:
        """The run up to the position, for the simulation's `view`."""
        previous = self.state_at(self.position - 1) if self.position else None
        return RunHistory(self.state, previous, self._read_trace)

    def view(self) -> View:
        """The simulation's view at the position."""
        with np.errstate(all="ignore"):  # a diverging run is drawn too
            return self.simulation.view(self.history)

    def _read_trace(self, path: str, max_points: int) -> Trace:
        """The quantity at `path` from the start to the position, in about `max_points` points."""
        steps = thin_indices(self.position + 1, max_points)
        values = self._traces[path]
        return Trace(steps, [values[step] for step in steps])

    # -- keeping

    def state_at(self, step: int) -> S:
        """The state at any step up to the furthest one, kept or computed again.

        Raises:
            IndexError: a step that has not been computed yet.
        """
        if not 0 <= step <= self._furthest_step:
            raise IndexError(step)
        state = self._keyframes.find(step)
        return state if state is not None else self._recompute(step)

    def _recompute(self, step: int) -> S:
        """Compute the state of `step` again, from the last keyframe before it."""
        keyframe_step, state = self._keyframes.last_up_to(step)
        if keyframe_step == step:  # the state itself, without its derived fields
            state = self._rules_at(step).complete(state)
            self._keyframes.remember(step, state)
        for previous_step in range(keyframe_step, step):
            state = self._next_state(previous_step, state)
            self._keyframes.remember(previous_step + 1, state)
        return state

    def _rules_at(self, step: int) -> Simulation[S]:
        """The rules that make the next state from that of `step`."""
        changes_so_far = bisect_right(self._rule_changes, step, key=lambda change: change[0])
        return self._rule_changes[changes_so_far - 1][1]

    def _compute_next_step(self) -> None:
        """Compute the state after the furthest one, and append it to the run."""
        step = self._furthest_step
        state = self.state_at(step)
        started = thread_time()  # of this thread, so that what others compute meanwhile does not count
        look = find_look_ahead(self._rules_at(step), state)
        following = self._next_state(step, state)
        seconds = thread_time() - started
        if look is not None:  # computed earlier for a prediction, and only taken over now
            seconds += look.seconds
        self._append_state(step + 1, following, seconds)

    def _next_state(self, step: int, state: S) -> S:
        """Compute the state of `step` + 1 from `state`, that of `step`; then set the quantities set by hand in it."""
        following = advance(self._rules_at(step), state)
        for path, value in self._edits.get(step + 1, ()):
            following = self._rules_at(step + 1).with_quantity(following, path, value)
        return following

    def _append_state(self, step: int, state: S, seconds: float = 0.0) -> None:
        """Append `state`, which took `seconds` to compute, to the run: it is now the furthest one."""
        self._furthest_step = step
        for path, trace in self._traces.items():
            trace.append(as_float(lookup(state, path)))
        if is_finished(self._rules_at(step), state):
            self._end = step
        self._keyframes.append(step, state, seconds)
