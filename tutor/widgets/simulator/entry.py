"""The line for typing a step to go to, or a prediction."""

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from tutor.reading.numbers import read_whole
from tutor.reading.outcome import Unreadable
from tutor.sims.engine.prediction import RELATIVE_SLACK, Prediction, read_prediction
from tutor.text.numbers import format_percent
from tutor.widgets.deferred import focus_now
from tutor.widgets.inputs import SingleLineInput

MAX_JUMP_STEP = 100_000
"""The largest step to which a jump can go."""

EXAMPLE = f"A number within {format_percent(RELATIVE_SLACK)}, or an expression such as sigmoid(2)"
"""The placeholder for a prediction: how exact it must be, and that it may be an expression."""

ESTIMATE = "A number; within half of the true change counts as right"
"""The placeholder for an estimate."""

EXPRESSIONS_TOO = "An expression without variables, such as -7*(2 + 0.5) or -9*sigmoid(2), is worked out too."
"""Advice that is added if a prediction cannot be read."""


class RunPrompt(SingleLineInput):
    """Type a number and press Enter; Esc leaves the line."""

    HELP_TITLE = "Entry"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Go on", id="entry.go-on", tooltip="Hand in what you typed"),
        Binding("escape", "leave", "Leave", id="entry.leave", tooltip="Leave the line; nothing changes"),
    ]
    DEFAULT_CSS = """
    RunPrompt { display: none; height: 1; }
    RunPrompt.-asked { display: block; }
    """

    class Jump(Message):
        """The learner wants to go to a step."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    class Predicted(Message):
        """The learner has answered `prediction` with `value`, which she wrote as `typed`."""

        def __init__(self, prediction: Prediction, value: float, typed: str) -> None:
            super().__init__()
            self.prediction = prediction
            self.value = value
            self.typed = typed

    class Refused(Message):
        """What was typed could not be read, and `advice` says why."""

        def __init__(self, advice: str) -> None:
            super().__init__()
            self.advice = advice

    class Cancelled(Message):
        """The line was closed without an answer; `was_prediction` says that it was open for a prediction."""

        def __init__(self, was_prediction: bool) -> None:
            super().__init__()
            self.was_prediction = was_prediction

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, compact=True)
        self._prediction: Prediction | None = None

    @property
    def is_open(self) -> bool:
        """Whether something is being asked."""
        return self.has_class("-asked")

    @property
    def prediction(self) -> Prediction | None:
        """The prediction that is asked for; `None` if a step is asked for, or if the line is closed."""
        return self._prediction

    def ask_for_step(self) -> None:
        """Ask for a step."""
        self._open_line(None, f"Go to step (0 to {MAX_JUMP_STEP:,})")

    def ask_for_prediction(self, prediction: Prediction) -> None:
        """Ask for the answer to `prediction`."""
        is_estimate = prediction.before is not None
        self._open_line(prediction, ESTIMATE if is_estimate else EXAMPLE)

    def close(self) -> None:
        """Close the line."""
        self._prediction = None
        self.remove_class("-asked")

    def action_leave(self) -> None:
        """Close the line without an answer."""
        was_prediction = self._prediction is not None
        self.close()
        self.post_message(self.Cancelled(was_prediction))

    def _open_line(self, prediction: Prediction | None, placeholder: str) -> None:
        """Open the empty line, for a prediction or, with `None`, for a step."""
        self._prediction = prediction
        self.placeholder = placeholder
        self.value = ""
        self.add_class("-asked")
        focus_now(self)

    @on(Input.Submitted)
    def _read_submitted(self, event: Input.Submitted) -> None:
        """Read the number that was typed: a step to go to, or the answer to a prediction."""
        event.stop()
        if self._prediction is None:
            step = read_whole(event.value, 0, MAX_JUMP_STEP)
            if isinstance(step, int):
                self.post_message(self.Jump(step))
            else:
                self._refuse(step.advice.replace("a whole number", "a whole step number"))
            return
        predicted = read_prediction(event.value, self._prediction)
        if isinstance(predicted, Unreadable):
            self._refuse(predicted.advice if predicted.is_question else f"{predicted.advice} {EXPRESSIONS_TOO}")
        else:
            self.post_message(self.Predicted(self._prediction, float(predicted), event.value))

    def _refuse(self, advice: str) -> None:
        """Report that what was typed cannot be read, and how to write it; the text stays in the line."""
        self.post_message(self.Refused(advice))
