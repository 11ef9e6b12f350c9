"""What the command palette offers: every lesson, every simulation, every screen."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from textual.app import SystemCommand

from tutor.screens.requests import GoHome, OpenLesson, OpenProgress, OpenQuiz, OpenSheet, OpenSimulation

if TYPE_CHECKING:
    from tutor.screens.app import ChainruleApp


def course_commands(app: "ChainruleApp") -> Iterator[SystemCommand]:
    """The palette's entries for the course that `app` shows."""
    yield SystemCommand("Course map", "All lessons, and where you are", lambda: app.post_message(GoHome()))
    for heading in app.course.headings:
        front = heading.front
        yield SystemCommand(f"Lesson {front.id}", front.title, partial(_post, app, OpenLesson(front.id)))
    yield from _simulations(app)
    yield SystemCommand("Self-quiz", "Ten questions from all lessons, mixed", partial(_post, app, OpenQuiz()))
    yield SystemCommand(
        "Review what is due", "Only questions whose time has come", partial(_post, app, OpenQuiz(due=True))
    )
    yield SystemCommand("Glossary", "The words of all lessons", partial(_post, app, OpenSheet("glossary")))
    yield SystemCommand("Formula sheet", "The named formulas", partial(_post, app, OpenSheet("formulas")))
    yield SystemCommand("Errata", "Where the notes are wrong, with proofs", partial(_post, app, OpenSheet("errata")))
    yield SystemCommand("Placement test", "Find out what you know already", partial(_post, app, OpenSheet("placement")))
    yield SystemCommand("Progress", "What is on your record", partial(_post, app, OpenProgress()))


def _simulations(app: "ChainruleApp") -> Iterator[SystemCommand]:
    from tutor.sims.table import TABLE

    for name in TABLE:
        yield SystemCommand(
            f"Simulation {name}", "Open it on a screen of its own", partial(_open_simulation, app, name)
        )


def _open_simulation(app: "ChainruleApp", name: str) -> None:
    from tutor.sims.table import find

    app.post_message(OpenSimulation(find(name).build()))


def _post(app: "ChainruleApp", request: OpenLesson | OpenQuiz | OpenProgress | OpenSheet) -> None:
    app.post_message(request)
