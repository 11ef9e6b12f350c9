"""A tiny simulation for tests: a weight walks down a parabola, w ← w − η·2w, or up when told to."""

from dataclasses import dataclass
from typing import ClassVar

from tutor.sims.engine.history import RunHistory
from tutor.sims.engine.parameters import param
from tutor.sims.engine.prediction import Prediction
from tutor.sims.engine.simulation import Simulation
from tutor.sims.engine.state import State
from tutor.sims.engine.view import View, make_worked_line


@dataclass(frozen=True)
class WalkState(State):
    w: float
    gradient: float
    pair: tuple[float, float]
    converged: bool
    phase: str
    late: float | None


@dataclass(frozen=True)
class Walk(Simulation[WalkState]):
    name: ClassVar[str] = "walk"
    title: ClassVar[str] = "A walk down a parabola"
    summary: ClassVar[str] = "One weight follows its gradient."
    unit: ClassVar[str] = "one update"
    traces: ClassVar[tuple[str, ...]] = ("w",)

    learning_rate: float = param(0.1, "Learning rate", "How far a step goes.", low=0, exclude_low=True, high=100)
    start_at: float = param(4.0, "Start", "Where it begins.", low=-100, high=100)
    last: int = param(0, "Last step", "The run is over there; 0 means never.", low=0, high=1000)
    sort: str = param("down", "Direction", "Down or up.", choices=("down", "up"))

    def start(self) -> WalkState:
        return self._at(0, self.start_at)

    def step(self, state: WalkState) -> WalkState:
        sign = 1 if self.sort == "down" else -1
        return self._at(state.step + 1, state.w - sign * self.learning_rate * state.gradient)

    def done(self, state: WalkState) -> bool:
        return bool(self.last) and state.step >= self.last

    def _at(self, step: int, w: float) -> WalkState:
        late = w if step > 1 else None
        return WalkState(step, w, 2 * w, (w, -w), abs(w) < 0.01, self.sort, late)

    def view(self, history: RunHistory[WalkState]) -> View:
        state = history.state
        ask = None
        if state.step < 5:
            slip = state.w + self.learning_rate * state.gradient
            mistakes = ((slip, "You went up the slope."),) if slip != state.w else ()
            ask = Prediction("What is $w$ next?", "w", self.step(state).w, mistakes, "It is $w - \\eta g$.")
        return View((), (), (make_worked_line(state, "gradient", "2 w", f"2 \\cdot {state.w}"),), "It steps.", ask)
