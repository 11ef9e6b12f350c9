"""Plays a run at a number of steps a second; if that is large, each frame takes several steps."""

from collections.abc import Callable
from time import perf_counter

from textual.widget import Widget

from tutor.widgets.deferred import PausableTimer, call_repeatedly

SPEEDS = (1, 2, 5, 10, 30, 100, 300, 1000)
"""The speeds to choose from, in steps a second."""
DEFAULT_SPEED = 5
FRAMES = 30
"""The most frames a second. At a higher speed, a frame takes several steps."""
FRAME_STEP_SECONDS = 0.016
"""The most seconds that the steps of a frame may take, so that keys are handled in time."""


class Playback:
    """Requests steps at a speed that can be changed while playing."""

    def __init__(self, owner: Widget, *, take_step: Callable[[], bool], draw_frame: Callable[[], None]) -> None:
        """Play by calling `take_step`, which returns whether more steps are possible, and then `draw_frame`.

        Playing pauses while `owner` is hidden.
        """
        self._owner, self._take_step, self._draw_frame = owner, take_step, draw_frame
        self._timer: PausableTimer | None = None
        self._speed_index = SPEEDS.index(DEFAULT_SPEED)
        """The index of the current speed in `SPEEDS`."""
        self._steps_due = 0.0
        """Steps that are due and have not been taken yet; a fraction is carried over to the next frame."""

    @property
    def is_playing(self) -> bool:
        """Whether it is playing."""
        return self._timer is not None

    @property
    def pace(self) -> str:
        """The speed, in words."""
        return f"{SPEEDS[self._speed_index]} a second"

    def start(self) -> None:
        """Start playing."""
        speed = SPEEDS[self._speed_index]
        self._steps_due = 0.0
        self._timer = call_repeatedly(self._owner, 1 / min(speed, FRAMES), self._play_frame)

    def stop(self) -> None:
        """Pause."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def change_speed(self, by_indices: int) -> None:
        """Take the speed that is so many places later in `SPEEDS`, or earlier if negative, but none beyond its ends."""
        self._speed_index = min(max(self._speed_index + by_indices, 0), len(SPEEDS) - 1)
        if self.is_playing:
            self.stop()
            self.start()

    def _play_frame(self) -> None:
        """Take the steps of one frame and draw it; steps for which there is no time are dropped."""
        # Up to `FRAMES` steps a second, a frame is one step, since the timer has the same interval.
        self._steps_due += max(1.0, SPEEDS[self._speed_index] / FRAMES)
        deadline = perf_counter() + FRAME_STEP_SECONDS
        while self._steps_due >= 1:
            self._steps_due -= 1
            if not self._take_step():
                self.stop()
                break
            if perf_counter() >= deadline:
                self._steps_due = 0.0  # ends the loop
        self._draw_frame()
