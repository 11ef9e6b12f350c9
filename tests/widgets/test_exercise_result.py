"""The result of an exercise: what is shown of an answer is drawn beside its verdict, and goes with it."""

from dataclasses import replace

import numpy as np
from textual.app import App, ComposeResult
from textual.widgets import Static

from tutor.content.course import open_course
from tutor.exercises.digits import DigitsTask
from tutor.exercises.raised import RaisedError
from tutor.exercises.report import Report
from tutor.widgets.exercise.result import ResultPane
from tutor.widgets.plots.plot import PictureView


class Pane(App[None]):
    """The result alone."""

    def compose(self) -> ComposeResult:
        yield ResultPane(open_course().exercise("code-digits"))


async def test_a_reading_is_drawn_and_goes_with_its_verdict() -> None:
    task = DigitsTask()
    read = np.concatenate([task.unseen().y, task.kept_back().y])
    read[:9] = (read[:9] + 1) % 10
    right = Report("code-digits", 1.0, 1, message="Well read.", answer_display=task.show_reading(read))
    wrong = replace(right, score=0.0, error=RaisedError("ValueError", "no", 3), answer_display=None)
    async with Pane().run_test(size=(60, 40)) as pilot:
        pane = pilot.app.query_one(ResultPane)
        for _ in range(2):
            await pane.show(right)
            assert [view.description[:30] for view in pane.query(PictureView)] == [
                "Of 599 unseen images, 9 are mi",
                "Of 599 unseen images, 590 lie ",
            ]
            assert "shows \\ read as" not in str(pane.query_one("#details", Static).render())
        await pane.add_hint(1, "One.")
        await pane.add_hint(2, "Two.")
        order = [child.id or child.classes for child in pane.children]
        assert order[:3] == ["verdict", "details", "drawn"]
        await pane.show(wrong)
        assert not pane.query(PictureView)
