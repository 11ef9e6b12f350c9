"""The record, plain but true."""

from textual.app import ComposeResult

from tutor.screens.base import CourseScreen
from tutor.session import Sitting


class ProgressScreen(CourseScreen):
    """What is on your record."""

    def compose(self) -> ComposeResult:
        yield from ()
