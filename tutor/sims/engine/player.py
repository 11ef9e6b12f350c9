"""Steps, goes back, jumps, resets, changes and branches any simulation.

It keeps some of the visited states as keyframes; one in between is computed again from the last keyframe before it.
Steps are pure and their randomness comes from (seed, step), so what is computed again is the same to the last bit,
after 100,000 steps too.
"""

from array import array
from bisect import bisect_right
from copy import copy
from dataclasses import dataclass
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
    """`changed`, `done`, `diverged`, or `differs` from another run."""


class Player(Generic[S]):
    """One run of a simulation, which can go forward, back and to any step."""

    spacing = KEYFRAME_SECONDS
    """Seconds of computing between two states that are kept."""

    def __init__(self, simulation: Simulation[S], budget: int = KEYFRAME_BUDGET_BYTES) -> None:
        self._budget = budget
        self.revision = 0
        """Increases whenever the run is restarted, or changed from some step on."""
        self._start_run(simulation)

    def _start_run(self, first_rules: Simulation[S]) -> None:
        """Begin at step 0 under `first_rules`, with nothing kept of an earlier run."""
        self.revision += 1
        self.fork_step = -1
        """The last step shared with the run before its latest change; −1 if there is none."""
        self._rule_changes = [(0, first_rules)]
        """(first step, rules): from that state on, those rules make the next state."""
        self._keyframes: Keyframes[S] = Keyframes(self._budget, self.spacing)
        self._traces = {path: array("d") for path in first_rules.traces}
        self._target = 0
        self._reached = 0
        """The last step that was computed."""
        self._end: int | None = None
        """The step at which the run ends, once it was reached."""
        self._edits: dict[int, tuple[tuple[str, float], ...]] = {}
        """Step → values that were set by hand in its state."""
        self.position = 0
        self._take_in(0, begin_run(first_rules))

    def copy(self) -> "Player[S]":
        """Another player of the same run at the same step, independent from now on."""
        other = copy(self)
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
        """(first step, rules) for each change of rules up to the position; the first at step 0."""
        return tuple(part for part in self._rule_changes if part[0] <= self.position)

    @property
    def state(self) -> S:
        """The state at the position."""
        return self.state_at(self.position)

    @property
    def furthest_step(self) -> int:
        """The furthest step computed so far in this run."""
        return self._reached

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
        """Marks for the timeline: changed parameters, the end of the run, divergence."""
        marks = []
        for (_, old), (start, new) in zip(self._rule_changes, self._rule_changes[1:], strict=False):
            old_values, parameters = old.values(), new.parameters()
            changed = [
                f"{parameters[name].label} = {format_number(value)}"
                for name, value in new.values().items()
                if value != old_values[name]
            ]
            marks.append(Event(start, ", ".join(changed), "changed"))
        for step, edits in sorted(self._edits.items()):
            marks.append(Event(step, ", ".join(f"{path} = {format_number(value)}" for path, value in edits), "changed"))
        if self._end is not None:
            name = find_overflow(self.state_at(self._end))
            marks.append(Event(self._end, f"{name} overflowed" if name else "done", "diverged" if name else "done"))
        return tuple(marks)

    # -- moving

    def step(self) -> bool:
        """Go one step forward; False when the run is over."""
        if not self.can_step:
            return False
        if self.position == self._reached:
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
        """Go to `step`, or to the end of the run when it ends before."""
        if step > self._reached:
            afford_steps(self.simulation, step - self._reached)
        self.seek(step)
        self.run_for(float("inf"))

    def seek(self, step: int) -> None:
        """Make `step` the target; `run_for` computes the way there, a slice of time at a time."""
        self._target = max(0, step)
        if self._target <= self._reached:
            self.position = self._target

    def run_for(self, seconds: float) -> bool:
        """Compute towards the target for at most `seconds`; True when it (or the end) is reached."""
        deadline = perf_counter() + seconds
        if self._target <= self._reached:
            self.position = self._target
            return True
        self.position = self._reached
        while self._end is None and self._reached < self._target:
            self._compute_next_step()
            self.position = self._reached
            if perf_counter() >= deadline:
                break
        if self._end is not None:
            self._target = min(self._target, self._end)
        return self.position == self._target

    def stop(self) -> None:
        """Stay where the run has got to: the position becomes the target."""
        self._target = self.position

    @property
    def target(self) -> int:
        """The step that `run_for` goes to; the position itself when it is reached."""
        return self._target

    def look_ahead(self, step: int) -> tuple[Simulation[S], S]:
        """The rules and the state at `step`, or at the end of the run; what lies between is not kept."""
        if step <= self._reached:
            return self._rules_at(step), self.state_at(step)
        rules = self._rules_at(self._reached)
        afford_steps(rules, step - self._reached)
        return rules, rules.leap(self.state_at(self._reached), step - self._reached)

    # -- changing

    def reset(self) -> None:
        """Go back to the start of the same run, which repeats exactly."""
        self.seek(0)

    def change(self, **given: object) -> None:
        """Change parameters for the whole run, recomputing it up to the current step.

        Raises:
            UsageError: a parameter that cannot be used; the run stays as it was.
        """
        self.replace_rules(self.simulation.with_values(**given))
        self.run_for(float("inf"))

    def replace_rules(self, simulation: Simulation[S]) -> None:
        """Begin the run again with other rules; the current step is the target (`run_for` goes there)."""
        target = self.position
        self._start_run(simulation)
        self._target = target

    def branch(self, **given: object) -> None:
        """Change parameters from here on: earlier states stay, later ones are forgotten.

        Raises:
            UsageError: a parameter that cannot change in the middle of a run; the run stays as it was.
        """
        known = self.simulation.parameters()
        read_values(type(self.simulation), given)  # refuses unknown names, before they are looked up below
        for name in given:
            if not known[name].live:
                raise UsageError(f"{name} cannot change in the middle of a run; change it for the whole run")
        rules = self.simulation.with_values(**given)
        self._fork(rules, self._state_under(rules))

    def edit(self, path: str, value: float) -> None:
        """Set a quantity of the state by hand: earlier states stay, later ones are forgotten.

        Raises:
            UsageError: a quantity that cannot be set; the run stays as it was.
        """
        state = self.simulation.with_quantity(self.state, path, value)
        here, rules = self.position, self.simulation
        self._fork(rules, state)
        others = [edit for edit in self._edits.get(here, ()) if edit[0] != path]
        self._edits[here] = (*others, (path, value))
        self._rule_changes = [part for part in self._rule_changes if part[0] < here] or [(0, rules)]
        if self._rule_changes[-1][1] is not rules:
            self._rule_changes.append((here, rules))

    @property
    def edits(self) -> tuple[tuple[int, str, float], ...]:
        """(step, path, value) for each quantity set by hand on the way to the current step."""
        edited = [(step, edits) for step, edits in sorted(self._edits.items()) if step <= self.position]
        return tuple((step, path, value) for step, edits in edited for path, value in edits)

    def _state_under(self, rules: Simulation[S]) -> S | None:
        """The state at the position once `rules` apply there; `None` when it does not change.

        At step 0 it is the start of the new rules; quantities set by hand are set again under them.
        """
        here = self.position
        edits = self._edits.get(here, ())
        if here and not edits:
            return None
        state = advance(self._rules_at(here - 1), self.state_at(here - 1)) if here else begin_run(rules)
        for path, value in edits:
            state = rules.with_quantity(state, path, value)
        return state

    def _fork(self, simulation: Simulation[S], state: S | None = None) -> None:
        """Go on from the position under `simulation`, and with `state` there if it is given; forget what came after."""
        here = self.position
        self.revision += 1
        self.fork_step = here - 1 if state is not None else here
        state = self.state if state is None else state
        self._edits = {step: edits for step, edits in self._edits.items() if step <= here}
        self._rule_changes = [part for part in self._rule_changes if part[0] < here] + [(here, simulation)]
        self._keyframes.forget_from(here)
        self._keyframes.append(here, state, self.spacing)
        for path, trace in self._traces.items():
            del trace[here:]
            trace.append(as_float(lookup(state, path)))
        self._reached = here
        self._end = here if is_finished(simulation, state) else None
        self._target = here

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
        steps = thin_indices(self.position + 1, max_points)
        values = self._traces[path]
        return Trace(steps, [values[step] for step in steps])

    # -- keeping

    def state_at(self, step: int) -> S:
        """The state at any step up to the furthest, from a keyframe or computed again.

        Raises:
            IndexError: a step that was not visited.
        """
        if not 0 <= step <= self._reached:
            raise IndexError(step)
        state = self._keyframes.find(step)
        return state if state is not None else self._recompute(step)

    def _recompute(self, step: int) -> S:
        """Compute the state of `step` again, from the last keyframe before it."""
        first, state = self._keyframes.last_up_to(step)
        if first == step:  # a keyframe without its derived parts
            state = self._rules_at(step).complete(state)
            self._keyframes.remember(step, state)
        for index in range(first, step):
            state = self._next_state(index, state)
            self._keyframes.remember(index + 1, state)
        return state

    def _rules_at(self, step: int) -> Simulation[S]:
        return self._rule_changes[bisect_right(self._rule_changes, step, key=lambda part: part[0]) - 1][1]

    def _compute_next_step(self) -> None:
        state, started = self.state_at(self._reached), thread_time()
        look = find_look_ahead(self._rules_at(self._reached), state)
        following = self._next_state(self._reached, state)
        self._take_in(self._reached + 1, following, thread_time() - started + (look.seconds if look else 0.0))

    def _next_state(self, step: int, state: S) -> S:
        """The state after `state`, the one of `step`, with the quantities that were set by hand."""
        following = advance(self._rules_at(step), state)
        for path, value in self._edits.get(step + 1, ()):
            following = self._rules_at(step + 1).with_quantity(following, path, value)
        return following

    def _take_in(self, step: int, state: S, seconds: float = 0.0) -> None:
        """Make `state`, computed in `seconds`, the last one of the run so far."""
        self._reached = step
        for path, trace in self._traces.items():
            trace.append(as_float(lookup(state, path)))
        if is_finished(self._rules_at(step), state):
            self._end = step
        self._keyframes.append(step, state, seconds)
