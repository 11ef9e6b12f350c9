"""The table of the screens that are opened by name; the command palette is filled from it, too."""

from importlib import import_module
from typing import Any

import msgspec
from textual.screen import Screen

from tutor.quiz.session import Session
from tutor.screens.base import CourseModal, CourseScreen


class ScreenEntry(msgspec.Struct, frozen=True):
    """A screen's entry in the command palette, and where its class is."""

    title: str
    help: str
    path: str
    """Module and class, as `module:Class`: imported when the screen is opened."""


SCREENS = {
    "glossary": ScreenEntry("Glossary", "The words of all lessons", "reference.sheets:GlossaryScreen"),
    "formulas": ScreenEntry("Formula sheet", "The named formulas", "reference.sheets:FormulasScreen"),
    "errata": ScreenEntry("Common slips (errata)", "What fails and why, with proofs", "reference.errata:ErrataScreen"),
    "placement": ScreenEntry("Placement test", "Find out what you know already", "quiz.placement:PlacementScreen"),
    "progress": ScreenEntry("Progress", "What is on your record", "course.progress:ProgressScreen"),
    "find": ScreenEntry("Find", "A lesson, a page, a question, a term, a formula", "reference.find:FindScreen"),
    "jump": ScreenEntry("Jump", "A letter on each row, link and button in sight", "jump:JumpScreen"),
    "tour": ScreenEntry("Tour", "Five steps through the program", "course.tour:TourScreen"),
}
"""Name → entry, in their order in the palette, where they come after the quizzes and before the themes."""
UNLISTED_SCREENS = {
    "exercise": ScreenEntry("Write it yourself", "A function to write", "exercise.exercise:ExerciseScreen"),
}
"""Screens that need to be told what they are about, such as which exercise: the palette does not list them."""


def build_screen(name: str, session: Session, *arguments: Any) -> Screen[Any]:
    """Make a screen by its name in one of the tables; `arguments` go to its class after the session."""
    entry = SCREENS[name] if name in SCREENS else UNLISTED_SCREENS[name]
    module_name, _, class_name = entry.path.partition(":")
    screen_class: type[Screen[Any]] = getattr(import_module(f"tutor.screens.{module_name}"), class_name)
    if issubclass(screen_class, (CourseScreen, CourseModal)):
        return screen_class(session, *arguments)
    return screen_class(*arguments)
