"""Messages by which a screen or widget asks the app to open something."""

from typing import TYPE_CHECKING, Any

from textual.message import Message

if TYPE_CHECKING:
    from tutor.quiz.selection import QuizOptions
    from tutor.sims.engine.simulation import Simulation


class OpenLesson(Message):
    """Open the lesson `id` at `section`, counted from 0, and there at `question` (an id).

    Without a `section`, the lesson opens where it was left. If `is_visit`, the learner only looks something up: her
    reading position stays until she reads on there.
    """

    def __init__(self, id: str, section: int | None = None, question: str = "", *, is_visit: bool = False) -> None:
        super().__init__()
        self.id = id
        self.section = section
        self.question = question
        self.is_visit = is_visit


class OpenSimulation(Message):
    """Open a simulation on a screen of its own."""

    def __init__(self, simulation: "Simulation[Any]", step: int = 0) -> None:
        super().__init__()
        self.simulation = simulation
        self.step = step


class OpenQuiz(Message):
    """Start a quiz with `options`."""

    def __init__(self, options: "QuizOptions") -> None:
        super().__init__()
        self.options = options


class OpenQuizSetup(Message):
    """Let the learner set up a quiz: `options` are chosen already, by default those of her settings."""

    def __init__(self, options: "QuizOptions | None" = None) -> None:
        super().__init__()
        self.options = options


class OpenScreen(Message):
    """Open a screen by its name; `arguments` go to its class after the session."""

    def __init__(self, name: str, *arguments: str) -> None:
        super().__init__()
        self.name = name
        self.arguments = arguments


class GoHome(Message):
    """Show the course map."""
