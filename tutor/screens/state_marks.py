"""The sign of a lesson's state, on the map and in the placement test."""

from collections.abc import Mapping

from tutor.statistics.next_lesson import LessonState
from tutor.text.ascii_mode import prefers_ascii

MARKS: Mapping[LessonState, str] = {"new": "○", "begun": "◐", "done": "●", "known": "◇", "coming": "·"}
ASCII_MARKS: Mapping[LessonState, str] = {"new": "-", "begun": "+", "done": "*", "known": "=", "coming": "."}
"""Five different signs; if `MARKS` were merely put into ASCII, ○ and ◇ would look alike."""


def state_mark(state: LessonState) -> str:
    """The sign of a lesson's state."""
    return (ASCII_MARKS if prefers_ascii() else MARKS)[state]
